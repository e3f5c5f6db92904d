/**
 * What can be done with the run: play, pause, step, back, go, ask. Commands are done one after the other; the cursor and the
 * views always come from the same answer of the Worker.
 *
 * Play is told beat by beat (story.ts) or flows with simulated time (flow.ts); clock.ts has the frames, cursor.ts the place.
 */
import type { Glimpse, LabStatus, LabView } from '../../engine/index.ts'
import { breaks } from '../time/breaks.ts'
import { Ahead } from './ahead.ts'
import { bring } from './brought.ts'
import { Clock } from './clock.ts'
import { Cursor } from './cursor.ts'
import { Flow } from './flow.ts'
import type { WorkerApi } from './lab-calls.ts'
import { motion, setMotion } from './motion.ts'
import { hopsOf, type RowsCache } from './rows-cache.ts'
import { session, showView, type Pace } from './session-store.ts'
import { Story } from './story.ts'
import { dotOf, noteOf, type Stroke } from './telling.ts'
import { setWorn, showWorn, wear } from './worn.ts'
import { many } from '../ui/figures.ts'

const stepMove = 260
const instantHopsPerPull = 20_000
/** A machine that never comes to rest is run no further than this at once. */
const runMost = 1_000_000

/** Moves the machine on a little; `over`: it need not be asked again. */
type Slice = (lab: WorkerApi) => Promise<{ readonly status: LabStatus; readonly over: boolean }>

export class Playback {
  readonly #lab: WorkerApi
  readonly #instant: boolean
  readonly #at: Cursor
  readonly #ahead: Ahead
  readonly #clock: Clock
  readonly #story: Story
  readonly #flow: Flow
  #work: Promise<unknown> = Promise.resolve()
  #gone = false

  constructor(lab: WorkerApi, rows: RowsCache, instant: boolean) {
    this.#lab = lab
    this.#instant = instant
    this.#at = new Cursor(lab, rows)
    this.#ahead = new Ahead(lab, {
      other: (n) => void this.#serial(() => this.#goTo(n)),
      failed: (error) => void this.#failed(error),
    })
    this.#clock = new Clock(instant, {
      landed: showWorn,
      rested: () => void this.#serial(() => this.#tellOn()),
      flows: (now) => this.#flow.frame(now),
    })
    this.#story = new Story(this.#at, this.#clock)
    this.#flow = new Flow(this.#at, this.#clock, (work) => this.#serial(work))
  }

  /** Its machine has gone: what is still asked of it is refused, so that it cannot reach the next one. */
  retire(gone: boolean): void {
    this.#gone = gone
  }

  /** Resolves when nothing moves on the page and no command is under way. */
  async still(): Promise<void> {
    await this.#work
    if (this.#clock.stage === 'still' && !session.getState().playing) return
    if (this.#clock.stage === 'still') await new Promise((resolve) => requestAnimationFrame(resolve))
    else await this.#clock.untilStill()
    return this.still()
  }

  play(): Promise<void> {
    if (this.#gone || session.getState().playing) return Promise.resolve()
    session.setState({ playing: true })
    if (this.#instant) return this.#serial(() => this.#runOut())
    if (session.getState().pace === 'flow') this.#flow.start()
    else void this.#serial(() => this.#tellOn())
    return Promise.resolve()
  }

  async pause(): Promise<void> {
    const flowed = this.#clock.stage === 'flow'
    session.setState({ playing: false })
    this.#completeNow()
    await this.#serial(() => (flowed ? this.#flow.tell() : this.#at.tellLast()))
    await this.#work
  }

  toggle(): Promise<void> {
    return session.getState().playing ? this.pause() : this.play()
  }

  setPace(pace: Pace): void {
    const { playing } = session.getState()
    session.setState({ pace })
    this.#story.forgetAhead()
    if (!playing) return
    if (this.#clock.stage === 'flow') {
      this.#flow.leave()
      this.#clock.stop()
    }
    this.#completeNow()
    void this.#serial(() => this.#tellOn())
  }

  /** What comes next, at the pace there is by now. A beat that moves or rests is followed by the next one of itself. */
  async #tellOn(): Promise<void> {
    const { playing, pace } = session.getState()
    if (!playing || this.#clock.stage !== 'still') return
    if (pace === 'flow') this.#flow.start()
    else await this.#story.next()
  }

  /** A key completes a beat at once; when nothing moves, one hop acts. */
  async step(): Promise<void> {
    const { playing, pace } = session.getState()
    if (playing && pace !== 'flow') return this.#completeNow()
    await this.pause()
    await this.#serial(async () => {
      const next = session.getState().cursor + 1
      const { rows, view, captions, said } = await this.#ahead.step(next)
      const { status } = view
      const from = next
      const hops = hopsOf(rows, from)
      if (hops.length === 0) return showView(view)
      wear(rows)
      this.#at.rows.put(rows, from)
      bring(from, view, said)
      this.#at.tell({ from, to: from, kind: 'hop', times: 1, cycle: 1, tells: from }, hops, status, captions[0])
      showView(view)
      showWorn()
      this.#clock.move(await this.#at.dotsFor(hops), stepMove)
      await this.#at.noteRequests(hops, status)
    })
  }

  async back(): Promise<void> {
    await this.pause()
    await this.#serial(async () => {
      const { cursor, view } = session.getState()
      if (!view || cursor <= 1) return
      const { rows } = this.#at
      const wanted = rows.want(cursor, cursor)
      const known = await this.#ahead.back(cursor - 1)
      await this.#goTo(cursor - 1, known)
      if (!known) this.#ahead.ask(-1)
      await wanted
      const undone = rows.get(cursor)
      const dot = undone ? dotOf(undone, this.#at.cast(), false) : null
      if (!dot) return
      const { landed } = motion
      // The dot goes the way back: the hop is undone, not answered. When it is gone, the hop before it stands, as the caption does.
      this.#clock.move([{ ...dot, from: dot.to, to: dot.from, undone: true }], stepMove, undefined, () => setMotion([], landed))
    })
  }

  /** A key of a clicker: the next beat, whole; one that moves is completed by it. */
  async beat(): Promise<void> {
    const { playing, pace } = session.getState()
    if (playing && pace !== 'flow') return this.#completeNow()
    this.#completeNow()
    await this.pause()
    await this.#serial(() => this.#story.next())
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
      if (!before || !told) return
      await this.#showBeat(before)
      session.setState({ caption: { ...told, n: to, of: before.tells, note: noteOf(before, 0) }, beat: before })
    })
  }

  /** The dots of a beat, as they stood when it had been told; of a folded one, that of the hop that is told. */
  async #showBeat({ kind, from, to, tells }: Stroke): Promise<void> {
    const { rows } = this.#at
    const [first, last] = kind === 'cycle' ? [tells, tells] : [from, to]
    await rows.want(first, last)
    const hops = Array.from({ length: last - first + 1 }, (_, i) => rows.get(first + i)).filter((hop) => hop !== null)
    const dots = await this.#at.dotsFor(hops)
    for (const dot of dots) dot.share = 1
    setMotion([], dots)
  }

  /** Without pace, to the end of what is to do; Pause stops it. */
  async runToEnd(): Promise<void> {
    await this.pause()
    session.setState({ playing: true })
    await this.#serial(() => this.#runOut())
  }

  /** Without pace, slice by slice, until a slice says that it is over; Pause stops it between two. */
  async runBy(what: string, slice: Slice): Promise<void> {
    await this.pause()
    session.setState({ playing: true })
    await this.#serial(() => this.#runOn(what, slice))
  }

  /** Tells a folded beat hop by hop, from its beginning. */
  async openBeat(): Promise<void> {
    const { beat } = session.getState()
    if (beat?.kind !== 'cycle') return
    this.#story.openBeat(beat.from)
    await this.seek(beat.from - 1)
  }

  async seek(n: number): Promise<void> {
    await this.pause()
    if (n <= (session.getState().view?.status.start ?? 0)) this.#story.forgetTold()
    await this.#serial(() => this.#goTo(n))
  }

  /** Has the Worker move the machine in a way of its own, then shows where it stands. */
  async moved<T extends { readonly status: LabStatus }>(move: (lab: WorkerApi) => Promise<T>): Promise<T> {
    await this.pause()
    return this.#serial(async () => {
      const { branch } = session.getState().view?.status ?? { branch: 0 }
      const answer = await move(this.#lab)
      this.#story.forgetAhead()
      if (answer.status.branch !== branch) this.#at.rows.forgetAfter(0)
      await this.#goTo(answer.status.n)
      return answer
    })
  }

  async intend(intent: unknown): Promise<void> {
    await this.pause()
    await this.#serial(async () => {
      const view = await this.#lab.intend(intent)
      this.#story.forgetAhead()
      this.#at.rows.forgetAfter(view.status.n)
      showView(view)
      await this.#at.refreshRequests(view.status)
    })
  }

  /** Takes back what somebody asked last; what came of it stays a branch. */
  async undo(): Promise<void> {
    session.setState({ undoable: '' })
    await this.pause()
    await this.#serial(async () => {
      const { status } = await this.#lab.undo()
      this.#story.forgetAhead()
      this.#at.rows.forgetAfter(status.n)
      await this.#goTo(status.n)
    })
  }

  /** Switches the independent checkers; what they find stands in the status of the views from now on. */
  async setChecks(on: boolean): Promise<void> {
    await this.#serial(async () => {
      await this.#lab.setChecks(on)
      showView(await this.#lab.view())
    })
  }

  /** First picture of a lab that was just opened. */
  async open(view: LabView): Promise<void> {
    // What stands in the picture is of the machine that was open.
    setMotion([], [])
    showView(view)
    setWorn(await this.#lab.worn(view.status.n))
    await this.#at.refreshRequests(view.status)
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    if (this.#gone) return Promise.reject(new Error('Another machine has been opened meanwhile; ask it again.'))
    const next = this.#work.then(work, work)
    this.#work = next.catch((error: unknown) => this.#failed(error))
    this.#ahead.rest()
    return next
  }

  /** Nothing moves any more, the page says why, and stands where the machine does: it may have gone on before it failed. */
  async #failed(error: unknown): Promise<void> {
    const flowed = this.#clock.stage === 'flow'
    session.setState({ playing: false, waiting: '', failure: error instanceof Error ? error.message : String(error) })
    if (flowed) this.#completeNow()
    this.#clock.settle()
    try {
      const { status } = await this.#lab.view()
      const { cursor, view } = session.getState()
      if (status.n !== cursor || status.n !== view?.status.n || status.branch !== view.status.branch) await this.#goTo(status.n)
    } catch {
      // It cannot even say where it stands.
    }
  }

  async #goTo(n: number, known: Glimpse | null = null): Promise<void> {
    await this.#at.goTo(n, known)
    this.#clock.stop()
  }

  #completeNow(): void {
    if (this.#clock.stage !== 'flow') this.#clock.complete()
    else if (!session.getState().playing) {
      this.#flow.leave()
      setMotion([], [])
      this.#clock.settle()
    }
  }

  /** Without pace: to the end of what is to do, to a breakpoint, or as far as one call may go. */
  async #runOut(): Promise<void> {
    const from = session.getState().cursor
    let stopped: readonly [number, LabStatus] | null = null
    await this.#runOn('for the end', async () => {
      const { status, rows, hit } = await this.#lab.advance({ hops: instantHopsPerPull, stopAt: breaks.at })
      if (hit >= 0) stopped = [hit, status]
      return { status, over: hit >= 0 || rows.byteLength === 0 || status.next === null || status.n - from >= runMost }
    })
    if (stopped) breaks.hit(...(stopped as [number, LabStatus]))
  }

  async #runOn(what: string, slice: Slice): Promise<void> {
    const { cursor } = session.getState()
    for (let over = false; !over && session.getState().playing; ) {
      const made = await slice(this.#lab)
      over = made.over
      session.setState({ waiting: `${what}: ${many(made.status.n - cursor, 'hop')} so far` })
    }
    await this.#goTo((await this.#lab.view()).status.n)
    session.setState({ playing: false, waiting: '' })
  }
}
