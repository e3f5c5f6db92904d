/**
 * The flow: simulated time runs in proportion to wall time, one pull of hops per frame; long times in which nothing happens
 * are run through.
 */
import { pauseAfter } from '../gallery/pauses.ts'
import { ROW_BYTES } from '../../engine/index.ts'
import { breaks } from '../time/breaks.ts'
import type { Clock } from './clock.ts'
import type { Cursor } from './cursor.ts'
import { FlowDots } from './flow-dots.ts'
import { setMotion } from './motion.ts'
import { hopsOf } from './rows-cache.ts'
import { session, showView } from './session-store.ts'
import { dotsOf, shortenedGap } from './telling.ts'
import { showWorn, wear } from './worn.ts'

/** What the Worker makes well within a frame, beside everything else that wants the processors. */
const hopsPerPull = 3000
/** Milliseconds between two views, and between two lists of requests. */
const viewEvery = 100
const marksEvery = 500

/** Time that flow runs through because nothing happens in it. */
interface Gap {
  readonly from: number
  readonly to: number
  readonly began: number
  readonly length: number
}

/** Does commands one after the other. */
export type Serial = (work: () => Promise<void>) => Promise<void>

export class Flow {
  readonly #at: Cursor
  readonly #clock: Clock
  readonly #serial: Serial
  readonly #dots = new FlowDots()
  #time = 0
  #lastFrame = 0
  #busy = false
  /** When the next hop acts, or -1. */
  #next = -1
  /** The last hop that flowed by. */
  #told = 0
  #gap: Gap | null = null
  #shown = 0
  #marked = 0

  constructor(at: Cursor, clock: Clock, serial: Serial) {
    this.#at = at
    this.#clock = clock
    this.#serial = serial
  }

  start(): void {
    const { time, view } = session.getState()
    this.#time = time
    this.#lastFrame = performance.now()
    this.#next = view?.status.next?.at ?? -1
    this.#told = 0
    this.#gap = null
    session.setState({ beat: null, lit: [] })
    this.#clock.flow()
  }

  leave(): void {
    this.#dots.clear()
    this.#gap = null
    if (session.getState().waiting !== '') session.setState({ waiting: '' })
  }

  /** The view at the cursor and the sentence of the last hop that flowed by. */
  async tell(): Promise<void> {
    const { lab } = this.#at
    const [view, captions] = await Promise.all([lab.view(), this.#told > 0 ? lab.captions(this.#told, 1) : []])
    showView(view)
    if (this.#clock.stage === 'flow') session.setState({ time: Math.max(this.#time, session.getState().time) })
    const told = captions[0]
    if (told) session.setState({ caption: { ...told, note: '' } })
    showWorn()
  }

  frame(now: number): void {
    const { rate, playing } = session.getState()
    setMotion(this.#dots.at(now), [])
    if (this.#busy || !playing) return
    const target = this.#throughGap(now, rate) ?? this.#time + ((now - this.#lastFrame) / 1000) * rate
    this.#lastFrame = now
    if (this.#gap) return
    this.#busy = true
    const ready = (): void => void (this.#busy = false)
    // What fails is told by whoever does the commands.
    this.#serial(() => this.#pull(target, now)).then(ready, ready)
  }

  /** Runs the clock through a long time in which nothing happens; its end, once it has been reached. */
  #throughGap(now: number, rate: number): number | null {
    if (!this.#gap) {
      const length = shortenedGap(this.#next - this.#time, rate)
      if (length === 0) return null
      this.#gap = { from: this.#time, to: this.#next, began: now, length }
      const why = session.getState().view?.status.why
      session.setState({ waiting: why ? why : 'the disk seeks' })
    }
    const { from, to, began, length } = this.#gap
    const share = Math.min(1, (now - began) / length)
    this.#time = from + (to - from) * share
    session.setState({ time: this.#time })
    if (share < 1) return null
    this.#gap = null
    session.setState({ waiting: '' })
    return to
  }

  async #pull(target: number, now: number): Promise<void> {
    const here = Math.max(session.getState().cursor, this.#told)
    const pause = pauseAfter(here)
    const most = pause > 0 ? Math.min(hopsPerPull, pause - here) : hopsPerPull
    const { rows, from, status, hit } = await this.#at.lab.advance({ hops: most, untilTime: target, stopAt: breaks.at })
    const hops = rows.byteLength / ROW_BYTES
    wear(rows)
    this.#at.rows.put(rows, from)
    // A machine that makes more hops than asked for lags behind the time wished.
    this.#time = hops >= most || hit >= 0 ? status.now : target
    this.#next = status.next?.at ?? -1
    if (hops > 0) this.#told = from + hops - 1
    const followed = await this.#at.followed(session.getState().follow > 0 ? hopsOf(rows, from) : [])
    this.#dots.add(rows, from, now, (hop) => dotsOf([hop], this.#at.cast(), followed)[0])
    const over = hit >= 0 || (status.next === null && status.state !== 'needs') || (hops > 0 && status.n === pause)
    // Before a time in which nothing happens, too, the picture says how things stand.
    const waits = hops > 0 && shortenedGap(this.#next - this.#time, session.getState().rate) > 0
    const marksDue = now - this.#marked > marksEvery
    // Not both in one frame, when it can be helped.
    if (over || waits || (now - this.#shown > viewEvery && !marksDue)) {
      this.#shown = now
      await this.tell()
    }
    if (marksDue && !over) {
      this.#marked = now
      await this.#at.refreshRequests(status)
    }
    if (over) await this.#end(status)
    if (hit >= 0) breaks.hit(hit, status)
  }

  async #end(status: Parameters<Cursor['refreshRequests']>[0]): Promise<void> {
    await this.#at.refreshRequests(status)
    if (this.#clock.stage !== 'flow') return
    session.setState({ playing: false })
    this.leave()
    setMotion([], [])
    this.#clock.settle()
  }
}
