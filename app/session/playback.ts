/**
 * The one place where wall time becomes simulated time.
 *
 * Story: a beat is told (caption first, then at most 700 ms of motion whatever it stands for, then a rest of 400 ms).
 * Flow: simulated time runs in proportion to wall time; one pull per frame. Step: one hop per key. Commands are done one
 * after the other; the cursor and the views always come from the same answer of the Worker.
 */
import type { Hop, LabStatus, LabView } from '../../engine/index.ts'
import { FlowDots } from './flow-dots.ts'
import type { WorkerApi } from './lab-calls.ts'
import { setMotion, type Dot } from './motion.ts'
import { hopsOf, type RowsCache } from './rows-cache.ts'
import { session, showView, type Caption, type Pace } from './session-store.ts'
import { beatAfter, dotOf, dotsOf, eased, family, gist, moveOf, noteOf, opened, restAfter, staggered, strokes, touched, type Cast, type Stroke } from './telling.ts'
import { marksOf } from './marks.ts'
import { setWorn, showWorn, wear } from './worn.ts'

const stepMove = 260
const beatsAhead = 48
const flowHopsPerPull = 20_000
const viewEvery = 100

type State = 'still' | 'moving' | 'resting' | 'flow'

export class Playback {
  readonly #lab: WorkerApi
  readonly #rows: RowsCache
  readonly #instant: boolean
  #state: State = 'still'
  #frame = 0
  #work: Promise<unknown> = Promise.resolve()
  #began = 0
  #length = 0
  #rests = 0
  #dots: Dot[] = []
  #after: LabView | null = null
  #beats: readonly Stroke[] = []
  #flowTime = 0
  #flowLast = 0
  #flowBusy = false
  readonly #flowing = new FlowDots()
  #shown = 0
  #listed = 0
  #onStill: (() => void)[] = []
  readonly #told = new Set<string>()
  readonly #opened = new Set<number>()

  constructor(lab: WorkerApi, rows: RowsCache, instant: boolean) {
    this.#lab = lab
    this.#rows = rows
    this.#instant = instant
  }

  /** Resolves when nothing moves on the page and no command is under way. */
  async still(): Promise<void> {
    await this.#work
    if (this.#state === 'still' && !session.getState().playing) return
    if (this.#state === 'still') await new Promise((resolve) => requestAnimationFrame(resolve))
    else await new Promise<void>((resolve) => this.#onStill.push(resolve))
    return this.still()
  }

  play(): Promise<void> {
    if (session.getState().playing) return Promise.resolve()
    session.setState({ playing: true })
    if (this.#instant) return this.#serial(() => this.#runOut())
    if (session.getState().pace === 'flow') this.#startFlow()
    else if (this.#state === 'still') void this.#serial(() => this.#nextBeat())
    return Promise.resolve()
  }

  async pause(): Promise<void> {
    session.setState({ playing: false })
    this.#completeNow()
    await this.#work
  }

  toggle(): Promise<void> {
    return session.getState().playing ? this.pause() : this.play()
  }

  setPace(pace: Pace): void {
    const { playing } = session.getState()
    session.setState({ pace })
    this.#beats = []
    if (!playing) return
    if (this.#state === 'flow') {
      this.#flowing.clear()
      this.#state = 'still'
    }
    this.#completeNow()
    if (pace === 'flow') this.#startFlow()
    else void this.#serial(() => this.#nextBeat())
  }

  /** A key completes a beat at once; when nothing moves, one hop acts. */
  async step(): Promise<void> {
    const { playing, pace } = session.getState()
    if (playing && pace !== 'flow') return this.#completeNow()
    await this.pause()
    await this.#serial(async () => {
      const { rows, from, status } = await this.#lab.advance({ hops: 1 })
      const hops = hopsOf(rows, from)
      const view = await this.#lab.view()
      if (hops.length === 0) return this.#show(view)
      wear(hops)
      const beat: Stroke = { from, to: from, kind: 'hop', times: 1, cycle: 1, tells: from }
      await this.#tell(beat, hops, status)
      this.#show(view)
      showWorn()
      await this.#noteRequests(hops, status)
      this.#move(this.#dotsFor(hops), stepMove, null)
    })
  }

  async back(): Promise<void> {
    await this.pause()
    await this.#serial(async () => {
      const { cursor, view } = session.getState()
      if (!view || cursor <= 1) return
      await this.#rows.want(cursor, cursor)
      const undone = this.#rows.get(cursor)
      await this.#goTo(cursor - 1)
      const dot = undone ? dotOf(undone, this.#cast(), false) : null
      // The dot goes the way back: the hop is undone, not answered.
      if (dot) this.#move([{ ...dot, from: dot.to, to: dot.from }], stepMove, null)
    })
  }

  /** Tells a folded beat hop by hop, from its beginning. */
  async openBeat(): Promise<void> {
    const { beat } = session.getState()
    if (beat?.kind !== 'cycle') return
    this.#opened.add(beat.from)
    this.#beats = []
    await this.seek(beat.from - 1)
  }

  async seek(n: number): Promise<void> {
    await this.pause()
    if (n <= (session.getState().view?.status.start ?? 0)) this.#told.clear()
    await this.#serial(() => this.#goTo(n))
  }

  async intend(intent: unknown): Promise<void> {
    await this.pause()
    await this.#serial(async () => {
      const view = await this.#lab.intend(intent)
      this.#beats = []
      this.#rows.forgetAfter(view.status.n)
      this.#show(view)
      await this.#refreshRequests(view.status)
    })
  }

  /** First picture of a lab that was just opened. */
  async open(view: LabView): Promise<void> {
    this.#show(view)
    setWorn(await this.#lab.worn(view.status.n))
    await this.#refreshRequests(view.status)
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work, work)
    this.#work = next.catch((error: unknown) => {
      session.setState({ playing: false, failure: error instanceof Error ? error.message : String(error) })
    })
    return next
  }

  #cast(): Cast {
    const { view, kinds } = session.getState()
    return { components: view?.components ?? [], kinds }
  }

  #followed(): ReadonlySet<number> | null {
    const { follow, requests } = session.getState()
    return follow === 0 ? null : family(requests, follow)
  }

  #dotsFor(hops: readonly Hop[]): Dot[] {
    return dotsOf(hops, this.#cast(), this.#followed())
  }

  #show(view: LabView): void {
    showView(view)
  }

  async #goTo(n: number): Promise<void> {
    const view = await this.#lab.seek(Math.max(0, n))
    this.#state = 'still'
    this.#show(view)
    const at = view.status.n
    const [routes, captions] = await Promise.all([this.#lab.worn(at), at > 0 ? this.#lab.captions(at, 1) : []])
    setWorn(routes)
    const told = captions[0]
    session.setState({ caption: told ? { ...told, note: '' } : null, beat: null })
    if (at > 0) await this.#rows.want(at, at)
    const hop = at > 0 ? this.#rows.get(at) : null
    const dot = hop ? dotOf(hop, this.#cast(), false) : null
    if (dot) dot.share = 1
    session.setState({ lit: dot ? [dot.from, dot.to] : [] })
    if (view.status.tip > this.#listed) await this.#refreshRequests(view.status)
    this.#dots = []
    setMotion([], dot ? [dot] : [])
  }

  /** The list of requests changes only where a file request begins or ends. */
  async #noteRequests(hops: readonly Hop[], status: LabStatus): Promise<void> {
    const { kinds } = this.#cast()
    if (hops.some((hop) => kinds[hop.kind]?.ends === 'file' || kinds[hop.kind]?.begins === 'file')) await this.#refreshRequests(status)
  }

  async #refreshRequests(status: LabStatus): Promise<void> {
    this.#listed = status.tip
    const requests = await this.#lab.requests(1, status.tip)
    session.setState({ requests, marks: await marksOf(requests, this.#rows, this.#cast(), session.getState().view) })
  }

  async #fetchBeats(from: number): Promise<readonly Stroke[]> {
    const beats = opened(await this.#lab.beats(from, beatsAhead), this.#opened)
    const last = beats.at(-1)
    if (!last) return []
    if (session.getState().pace === 'hops') return beats.map((beat) => ({ ...beat, tells: beat.from }))
    await this.#rows.want(from, last.to)
    return strokes(beats, (n) => this.#rows.get(n), this.#cast())
  }

  async #nextBeat(): Promise<void> {
    const { cursor, tempo } = session.getState()
    let beat = beatAfter(this.#beats, cursor)
    if (!beat) {
      this.#beats = await this.#fetchBeats(cursor + 1)
      beat = beatAfter(this.#beats, cursor)
    }
    if (!beat) {
      session.setState({ playing: false })
      this.#show(await this.#lab.view())
      this.#settle()
      return
    }
    const { rows, from, status } = await this.#lab.advance({ hops: beat.to - cursor })
    const hops = hopsOf(rows, from)
    if (hops.length === 0) {
      session.setState({ playing: false })
      this.#settle()
      return
    }
    wear(hops)
    await this.#tell(beat, hops, status)
    const dots = this.#dotsFor(hops)
    const said = gist(hops)
    const brief = this.#told.has(said) || (dots.length > 0 && dots.every((dot) => dot.dim))
    this.#told.add(said)
    this.#move(dots, moveOf(beat, tempo, brief), null)
    this.#rests = (brief ? restAfter / 5 : restAfter) / tempo
    this.#after = await this.#lab.view()
    await this.#noteRequests(hops, status)
  }

  /** The caption is complete before anything moves. */
  async #tell(beat: Stroke, hops: readonly Hop[], status: LabStatus): Promise<void> {
    const last = hops[hops.length - 1]!
    const before = session.getState().time
    const captions = await this.#lab.captions(beat.tells, 1)
    const told = captions[0]
    const caption: Caption | null = told ? { ...told, n: last.n, note: noteOf(beat, hops[0]!.time - before) } : null
    const lit = touched(hops, this.#cast())
    session.setState({ caption, beat, lit, cursor: status.n, time: status.now })
  }

  #move(dots: Dot[], length: number, after: LabView | null): void {
    this.#dots = dots
    this.#after = after
    this.#rests = 0
    const { motion: moves } = session.getState()
    this.#length = moves && !this.#instant ? length : 0
    this.#began = performance.now()
    this.#state = 'moving'
    this.#schedule()
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#onFrame(now))
  }

  #onFrame(now: number): void {
    this.#frame = 0
    if (this.#state === 'moving') this.#moveFrame(now)
    else if (this.#state === 'resting') this.#restFrame(now)
    else if (this.#state === 'flow') this.#flowFrame(now)
    if (this.#state !== 'still') this.#schedule()
  }

  #moveFrame(now: number): void {
    const share = this.#length <= 0 ? 1 : Math.min(1, (now - this.#began) / this.#length)
    this.#dots.forEach((dot, i) => {
      dot.share = eased(staggered(share, i, this.#dots.length))
    })
    setMotion(share < 1 ? this.#dots : [], share < 1 ? [] : this.#dots)
    if (share >= 1) this.#land(now)
  }

  #land(now: number): void {
    if (this.#after) {
      this.#show(this.#after)
      this.#after = null
    }
    showWorn()
    this.#began = now
    this.#state = session.getState().playing ? 'resting' : 'still'
    if (this.#state === 'still') this.#settle()
  }

  #restFrame(now: number): void {
    const { playing, motion: moves } = session.getState()
    if (playing && now - this.#began < (moves ? this.#rests : Math.max(this.#rests, 900))) return
    if (this.#after) {
      this.#show(this.#after)
      this.#after = null
    }
    this.#state = 'still'
    if (playing) void this.#serial(() => this.#nextBeat())
    else this.#settle()
  }

  #settle(): void {
    this.#state = 'still'
    for (const resolve of this.#onStill.splice(0)) resolve()
  }

  #completeNow(): void {
    if (this.#state === 'moving' || this.#state === 'resting') {
      for (const dot of this.#dots) dot.share = 1
      setMotion([], this.#dots)
      if (this.#state === 'moving') this.#land(performance.now())
      this.#rests = 0
      if (!session.getState().playing) this.#settle()
    } else if (this.#state === 'flow' && !session.getState().playing) {
      this.#flowing.clear()
      setMotion([], [])
      this.#settle()
    }
  }

  #startFlow(): void {
    this.#flowTime = session.getState().time
    this.#flowLast = performance.now()
    this.#state = 'flow'
    session.setState({ beat: null })
    this.#schedule()
  }

  #flowFrame(now: number): void {
    const { rate, playing } = session.getState()
    setMotion(this.#flowing.at(now), [])
    if (this.#flowBusy || !playing) return
    const target = this.#flowTime + ((now - this.#flowLast) / 1000) * rate
    this.#flowLast = now
    this.#flowBusy = true
    void this.#serial(() => this.#flowPull(target, now)).finally(() => {
      this.#flowBusy = false
    })
  }

  async #flowPull(target: number, now: number): Promise<void> {
    const { rows, from, status } = await this.#lab.advance({ hops: flowHopsPerPull, untilTime: target })
    const hops = hopsOf(rows, from)
    wear(hops)
    // A machine that makes more hops than asked for lags behind the time wished.
    this.#flowTime = hops.length >= flowHopsPerPull ? status.now : target
    this.#flowing.add(hops, now, (hop) => this.#dotsFor([hop])[0])
    const over = status.next === null && status.state !== 'needs'
    if (now - this.#shown > viewEvery || over) {
      this.#shown = now
      const view = await this.#lab.view()
      this.#show(view)
      const last = hops.at(-1)
      const told = last ? (await this.#lab.captions(last.n, 1))[0] : undefined
      if (told) session.setState({ caption: { ...told, note: '' } })
      showWorn()
    }
    await this.#noteRequests(hops, status)
    if (!over) return
    session.setState({ playing: false })
    this.#settle()
  }

  /** Without pace: to the end of what is to do. */
  async #runOut(): Promise<void> {
    for (;;) {
      const { status, rows } = await this.#lab.advance({ hops: flowHopsPerPull })
      if (rows.byteLength === 0 || !session.getState().playing || status.next === null) break
    }
    await this.#goTo((await this.#lab.view()).status.n)
    session.setState({ playing: false })
  }
}
