/**
 * The one place where wall time becomes simulated time.
 *
 * Story: a beat is told (caption first, then at most 700 ms of motion whatever it stands for, then a rest until the caption
 * can have been read). What was told before leaves the caption that stands. Flow: simulated time runs in proportion to wall
 * time; one pull per frame; long times in which nothing happens are run through. Step: one hop per key. Commands are done one
 * after the other; the cursor and the views always come from the same answer of the Worker. What a command needs of the
 * Worker is asked at once, so that a key costs one trip there and back.
 */
import { ROW_BYTES, type Hop, type LabStatus, type LabView } from '../../engine/index.ts'
import { FlowDots } from './flow-dots.ts'
import type { CaptionText, WorkerApi } from './lab-calls.ts'
import { setMotion, type Dot } from './motion.ts'
import { hopsOf, type RowsCache } from './rows-cache.ts'
import { session, showView, type Caption, type Pace } from './session-store.ts'
import { againNote, beatAfter, dotOf, dotsOf, eased, familiarRest, gist, growFamily, moveOf, noteOf, opened, restOf, shortenedGap, staggered, touched, type Cast, type Stroke } from './telling.ts'
import { marksMost, marksOf } from './marks.ts'
import { setWorn, showWorn, wear } from './worn.ts'
import { count } from '../ui/figures.ts'

const stepMove = 260
const beatsAhead = 48
const instantHopsPerPull = 20_000
/** What the Worker makes well within a frame, beside everything else that wants the processors. */
const flowHopsPerPull = 3000
/** A machine that never comes to rest is run no further than this at once. */
const runMost = 1_000_000
const viewEvery = 100
const marksEvery = 500

/** Time that flow runs through because nothing happens in it. */
interface Gap {
  readonly from: number
  readonly to: number
  readonly began: number
  readonly length: number
}

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
  /** Wall time before which the next beat does not begin, and the least rest after landing. */
  #restUntil = 0
  #restLeast = 0
  #dots: Dot[] = []
  #after: LabView | null = null
  #beats: readonly Stroke[] = []
  #flowTime = 0
  #flowLast = 0
  #flowBusy = false
  #flowNext = -1
  #flowTold = 0
  #gap: Gap | null = null
  readonly #flowing = new FlowDots()
  #shown = 0
  #marked = 0
  #listed = 0
  /** The followed request and all inside it, as far as hops have been seen. */
  #family: { readonly of: number; readonly ids: Set<number> } = { of: 0, ids: new Set() }
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
    const flowed = this.#state === 'flow'
    session.setState({ playing: false })
    this.#completeNow()
    if (flowed) await this.#serial(() => this.#tellFlow())
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
      this.#leaveFlow()
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
      const next = session.getState().cursor + 1
      const [{ rows, from, status }, view, captions] = await Promise.all([this.#lab.advance({ hops: 1 }), this.#lab.view(), this.#lab.captions(next, 1)])
      const hops = hopsOf(rows, from)
      if (hops.length === 0) return this.#show(view)
      wear(rows)
      this.#tell({ from, to: from, kind: 'hop', times: 1, cycle: 1, tells: from }, hops, status, captions[0])
      this.#show(view)
      showWorn()
      this.#move(this.#dotsFor(hops, await this.#followed(hops)), stepMove, null)
      await this.#noteRequests(hops, status)
    })
  }

  async back(): Promise<void> {
    await this.pause()
    await this.#serial(async () => {
      const { cursor, view } = session.getState()
      if (!view || cursor <= 1) return
      const wanted = this.#rows.want(cursor, cursor)
      await this.#goTo(cursor - 1)
      await wanted
      const undone = this.#rows.get(cursor)
      const dot = undone ? dotOf(undone, this.#cast(), false) : null
      // The dot goes the way back: the hop is undone, not answered.
      if (dot) this.#move([{ ...dot, from: dot.to, to: dot.from }], stepMove, null)
    })
  }

  /** A key of a clicker: the next beat, whole; one that moves is completed by it. */
  async beat(): Promise<void> {
    const { playing, pace } = session.getState()
    if (playing && pace !== 'flow') return this.#completeNow()
    this.#completeNow()
    await this.pause()
    await this.#serial(() => this.#nextBeat())
  }

  /** Back to where the beat at the cursor began; the caption is that of the beat before it. */
  async beatBack(): Promise<void> {
    await this.pause()
    await this.#serial(async () => {
      const { cursor, view, pace } = session.getState()
      if (!view || cursor <= view.status.start) return
      const floors = pace !== 'hops'
      const [here] = await this.#lab.story(cursor, 1, floors)
      const to = Math.max(view.status.start, Math.min(cursor, here?.from ?? cursor) - 1)
      const [before] = await Promise.all([to > view.status.start ? this.#lab.strokeBefore(to + 1, floors) : null, this.#goTo(to)])
      const told = before?.to === to ? (await this.#lab.captions(before.tells, 1))[0] : undefined
      if (before && told) session.setState({ caption: { ...told, n: to, note: noteOf(before, 0) }, beat: before })
    })
  }

  /** Without pace, to the end of what is to do; Pause stops it. */
  async runToEnd(): Promise<void> {
    await this.pause()
    session.setState({ playing: true })
    await this.#serial(() => this.#runOut())
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

  /** Switches the independent checkers; what they find stands in the status of the views from now on. */
  async setChecks(on: boolean): Promise<void> {
    await this.#serial(async () => {
      await this.#lab.setChecks(on)
      this.#show(await this.#lab.view())
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

  /** The followed request and those inside it, those that these hops begin included; null when none is followed. */
  async #followed(hops: readonly Hop[]): Promise<ReadonlySet<number> | null> {
    const { follow, cursor } = session.getState()
    if (follow === 0) return null
    if (this.#family.of === follow) growFamily(this.#family.ids, hops)
    else this.#family = { of: follow, ids: new Set(await this.#lab.inside(follow, hops.at(-1)?.n ?? cursor)) }
    return this.#family.ids
  }

  #dotsFor(hops: readonly Hop[], followed: ReadonlySet<number> | null): Dot[] {
    return dotsOf(hops, this.#cast(), followed)
  }

  #show(view: LabView): void {
    showView(view)
  }

  async #goTo(n: number): Promise<void> {
    const [view, there] = await Promise.all([this.#lab.seek(Math.max(0, n)), this.#around(n)])
    const at = view.status.n
    // Beyond the end of what is to do there is nothing: the machine stands at its last hop.
    const { captions, ways } = at === n ? there : await this.#around(at)
    this.#state = 'still'
    this.#dots = []
    this.#family = { of: 0, ids: new Set() }
    const hop = this.#rows.get(at)
    const dot = hop ? dotOf(hop, { ...this.#cast(), components: view.components }, false) : null
    if (dot) dot.share = 1
    const told = captions[0]
    this.#show(view)
    session.setState({ caption: told ? { ...told, note: '' } : null, beat: null, lit: dot ? [dot.from, dot.to] : [] })
    setWorn(ways)
    setMotion([], dot ? [dot] : [])
    if (view.status.tip > this.#listed) await this.#refreshRequests(view.status)
  }

  /** What is told of a place besides its view. */
  async #around(n: number) {
    const [captions, ways] = await Promise.all([n > 0 ? this.#lab.captions(n, 1) : [], this.#lab.worn(n), n > 0 ? this.#rows.want(n, n) : null])
    return { captions, ways }
  }

  /** The list of requests changes only where a file request begins or ends. */
  async #noteRequests(hops: readonly Hop[], status: LabStatus): Promise<void> {
    const { kinds } = this.#cast()
    if (hops.some((hop) => kinds[hop.kind]?.ends === 'file' || kinds[hop.kind]?.begins === 'file')) await this.#refreshRequests(status)
  }

  async #refreshRequests(status: LabStatus): Promise<void> {
    this.#listed = status.tip
    const files = await this.#lab.files(status.tip, marksMost)
    const { kinds, view } = session.getState()
    session.setState({ marks: marksOf(files, kinds, view) })
  }

  async #fetchBeats(from: number): Promise<readonly Stroke[]> {
    return opened(await this.#lab.story(from, beatsAhead, session.getState().pace !== 'hops'), this.#opened)
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
    const [{ rows, from, status }, view, captions] = await Promise.all([
      this.#lab.advance({ hops: beat.to - cursor }), this.#lab.view(), this.#lab.captions(beat.tells, 1),
    ])
    const hops = hopsOf(rows, from)
    if (hops.length === 0) {
      session.setState({ playing: false })
      this.#settle()
      return
    }
    wear(rows)
    const dots = this.#dotsFor(hops, await this.#followed(hops))
    const said = gist(hops)
    const aside = dots.length > 0 && dots.every((dot) => dot.dim)
    const brief = session.getState().caption !== null && (this.#told.has(said) || aside)
    if (brief) this.#tellAgain(beat, hops, status)
    else {
      this.#tell(beat, hops, status, captions[0])
      this.#told.add(said)
    }
    const until = performance.now() + (brief ? 0 : restOf(session.getState().caption?.says ?? '', tempo))
    this.#move(dots, moveOf(beat, tempo, brief), view)
    this.#restUntil = until
    this.#restLeast = familiarRest(tempo)
    await this.#noteRequests(hops, status)
  }

  /** What was told before: the sentence that stands keeps standing, and its note counts. */
  #tellAgain(beat: Stroke, hops: readonly Hop[], status: LabStatus): void {
    const { caption } = session.getState()
    const again = (caption?.again ?? 0) + (beat.kind === 'cycle' ? beat.times : 1)
    const told = caption ? { ...caption, again, note: againNote(again) } : null
    session.setState({ caption: told, beat, lit: touched(hops, this.#cast()), cursor: status.n, time: status.now })
  }

  /** The caption is complete before anything moves. */
  #tell(beat: Stroke, hops: readonly Hop[], status: LabStatus, told: CaptionText | undefined): void {
    const last = hops[hops.length - 1]!
    const before = session.getState().time
    const caption: Caption | null = told ? { ...told, n: last.n, note: noteOf(beat, hops[0]!.time - before) } : null
    const lit = touched(hops, this.#cast())
    session.setState({ caption, beat, lit, cursor: status.n, time: status.now })
  }

  #move(dots: Dot[], length: number, after: LabView | null): void {
    this.#dots = dots
    this.#after = after
    this.#restUntil = 0
    this.#restLeast = 0
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
    const { playing } = session.getState()
    if (playing && now < Math.max(this.#restUntil, this.#began + this.#restLeast)) return
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
      this.#restUntil = 0
      this.#restLeast = 0
      if (!session.getState().playing) this.#settle()
    } else if (this.#state === 'flow' && !session.getState().playing) {
      this.#leaveFlow()
      setMotion([], [])
      this.#settle()
    }
  }

  #startFlow(): void {
    const { time, view } = session.getState()
    this.#flowTime = time
    this.#flowLast = performance.now()
    this.#flowNext = view?.status.next?.at ?? -1
    this.#flowTold = 0
    this.#gap = null
    this.#state = 'flow'
    session.setState({ beat: null, lit: [] })
    this.#schedule()
  }

  #leaveFlow(): void {
    this.#flowing.clear()
    this.#gap = null
    if (session.getState().waiting !== '') session.setState({ waiting: '' })
  }

  #flowFrame(now: number): void {
    const { rate, playing } = session.getState()
    setMotion(this.#flowing.at(now), [])
    if (this.#flowBusy || !playing) return
    const target = this.#throughGap(now, rate) ?? this.#flowTime + ((now - this.#flowLast) / 1000) * rate
    this.#flowLast = now
    if (this.#gap) return
    this.#flowBusy = true
    void this.#serial(() => this.#flowPull(target, now)).finally(() => {
      this.#flowBusy = false
    })
  }

  /** Runs the clock through a long time in which nothing happens; its end, once it has been reached. */
  #throughGap(now: number, rate: number): number | null {
    if (!this.#gap) {
      const length = shortenedGap(this.#flowNext - this.#flowTime, rate)
      if (length === 0) return null
      this.#gap = { from: this.#flowTime, to: this.#flowNext, began: now, length }
      const why = session.getState().view?.status.why
      session.setState({ waiting: why ? why : 'the disk seeks' })
    }
    const { from, to, began, length } = this.#gap
    const share = Math.min(1, (now - began) / length)
    this.#flowTime = from + (to - from) * share
    session.setState({ time: this.#flowTime })
    if (share < 1) return null
    this.#gap = null
    session.setState({ waiting: '' })
    return to
  }

  async #flowPull(target: number, now: number): Promise<void> {
    const { rows, from, status } = await this.#lab.advance({ hops: flowHopsPerPull, untilTime: target })
    const hops = rows.byteLength / ROW_BYTES
    wear(rows)
    // A machine that makes more hops than asked for lags behind the time wished.
    this.#flowTime = hops >= flowHopsPerPull ? status.now : target
    this.#flowNext = status.next?.at ?? -1
    if (hops > 0) this.#flowTold = from + hops - 1
    const followed = await this.#followed(session.getState().follow > 0 ? hopsOf(rows, from) : [])
    this.#flowing.add(rows, from, now, (hop) => this.#dotsFor([hop], followed)[0])
    const over = status.next === null && status.state !== 'needs'
    // Before a time in which nothing happens, too, the picture says how things stand.
    const waits = hops > 0 && shortenedGap(this.#flowNext - this.#flowTime, session.getState().rate) > 0
    if (now - this.#shown > viewEvery || over || waits) {
      this.#shown = now
      await this.#tellFlow()
    }
    if (now - this.#marked > marksEvery || over) {
      this.#marked = now
      await this.#refreshRequests(status)
    }
    if (!over || this.#state !== 'flow') return
    session.setState({ playing: false })
    this.#leaveFlow()
    setMotion([], [])
    this.#settle()
  }

  /** The view at the cursor and the sentence of the last hop that flowed by. */
  async #tellFlow(): Promise<void> {
    const [view, captions] = await Promise.all([this.#lab.view(), this.#flowTold > 0 ? this.#lab.captions(this.#flowTold, 1) : []])
    this.#show(view)
    if (this.#state === 'flow') session.setState({ time: Math.max(this.#flowTime, session.getState().time) })
    const told = captions[0]
    if (told) session.setState({ caption: { ...told, note: '' } })
    showWorn()
  }

  /** Without pace: to the end of what is to do, or as far as one call may go. */
  async #runOut(): Promise<void> {
    const { cursor } = session.getState()
    for (let made = 0; made < runMost; ) {
      const { status, rows } = await this.#lab.advance({ hops: instantHopsPerPull })
      made = status.n - cursor
      session.setState({ waiting: `for the end: ${count(made)} hops so far` })
      if (rows.byteLength === 0 || !session.getState().playing || status.next === null) break
    }
    await this.#goTo((await this.#lab.view()).status.n)
    session.setState({ playing: false, waiting: '' })
  }
}
