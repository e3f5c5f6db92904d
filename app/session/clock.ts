/**
 * The frames of the page: one after the other while something moves, rests or flows, and none when it is still. What moves are
 * dots on their ways; what happens when they have landed or rested is said by whoever sets the clock: the story says how long a
 * beat rests, the flow how much simulated time a frame is worth. Two machines side by side have frames of their own.
 */
import { setMotion, type Dot } from './motion.ts'
import { session } from './session-store.ts'
import { eased, staggered } from './telling.ts'

export type Stage = 'still' | 'moving' | 'resting' | 'flow'

/** How long a beat rests: until a moment, and at least so long after landing. */
export interface Rest {
  readonly until: number
  readonly least: number
}

interface Hooks {
  /** The dots have landed. */
  landed(): void
  /** The rest of a beat is over, and the story goes on. */
  rested(): void
  /** A frame of the flow. */
  flows(now: number): void
}

export class Clock {
  #stage: Stage = 'still'
  readonly #hooks: Hooks
  /** Without pace nothing takes time. */
  readonly #instant: boolean
  #frame = 0
  #began = 0
  #length = 0
  #rest: Rest = { until: 0, least: 0 }
  #dots: readonly Dot[] = []
  /** What is to be shown when the dots land. */
  #onLanding: (() => void) | null = null
  #onStill: (() => void)[] = []

  constructor(instant: boolean, hooks: Hooks) {
    this.#instant = instant
    this.#hooks = hooks
  }

  get stage(): Stage {
    return this.#stage
  }

  /** Resolves when nothing moves any more. */
  untilStill(): Promise<void> {
    return new Promise((resolve) => this.#onStill.push(resolve))
  }

  /** Moves dots along their ways for so many milliseconds; while the story plays, they rest then. */
  move(dots: readonly Dot[], length: number, rest: Rest = { until: 0, least: 0 }, onLanding: (() => void) | null = null): void {
    this.#dots = dots
    this.#onLanding = onLanding
    this.#rest = rest
    this.#length = session.getState().motion && !this.#instant ? length : 0
    this.#began = performance.now()
    this.#stage = 'moving'
    this.#schedule()
  }

  flow(): void {
    this.#stage = 'flow'
    this.#schedule()
  }

  /** Nothing moves from now on; what moved is where it was. */
  stop(): void {
    this.#dots = []
    this.#onLanding = null
    this.settle()
  }

  /** Nothing moves from now on, and whoever waits for that is told. */
  settle(): void {
    this.#stage = 'still'
    for (const resolve of this.#onStill.splice(0)) resolve()
  }

  /** What moves or rests is done at once. */
  complete(): void {
    if (this.#stage !== 'moving' && this.#stage !== 'resting') return
    for (const dot of this.#dots) dot.share = 1
    setMotion([], this.#dots)
    if (this.#stage === 'moving') this.#land(performance.now())
    this.#rest = { until: 0, least: 0 }
    if (!session.getState().playing) this.settle()
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#onFrame(now))
  }

  #onFrame(now: number): void {
    this.#frame = 0
    if (this.#stage === 'moving') this.#moveFrame(now)
    else if (this.#stage === 'resting') this.#restFrame(now)
    else if (this.#stage === 'flow') this.#hooks.flows(now)
    if (this.#stage !== 'still') this.#schedule()
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
    const onLanding = this.#onLanding
    this.#onLanding = null
    onLanding?.()
    this.#hooks.landed()
    this.#began = now
    this.#stage = session.getState().playing ? 'resting' : 'still'
    if (this.#stage === 'still') this.settle()
  }

  #restFrame(now: number): void {
    const { playing } = session.getState()
    if (playing && now < Math.max(this.#rest.until, this.#began + this.#rest.least)) return
    if (!playing) return this.settle()
    this.#stage = 'still'
    this.#hooks.rested()
  }
}
