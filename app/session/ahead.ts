/**
 * Ahead of a key: what the next hop and the one before would be answered is asked for while nothing is pressed. A browser that
 * has been pressed a key draws a frame before it hands over what a Worker says (Chromium defers every other task that long): whoever
 * asks only then draws a frame later. What is known is drawn in that first frame, and the machine goes there meanwhile; its answer
 * is compared. Nothing known is of a machine that has been moved since, in whatever way.
 */
import type { Advanced, Glimpse, LabStatus } from '../../engine/index.ts'
import { movesSent } from './ahead-calls.ts'
import { inspected, isShown } from './brought.ts'
import type { WorkerApi } from './lab-calls.ts'
import { session } from './session-store.ts'

type Way = 1 | -1

/** One hop on, as it is drawn. */
export type Stepped = Pick<Glimpse, 'view' | 'rows' | 'captions' | 'said'>

interface Known {
  readonly n: number
  readonly branch: number
  readonly moves: number
  readonly answer: Promise<Glimpse | null>
}

interface Hooks {
  /** The machine stands elsewhere than was drawn. */
  other(n: number): void
  failed(error: unknown): void
}

/** Milliseconds of quiet after which it is asked for both ways. */
const quiet = 120

function sameRows(a: ArrayBuffer, b: ArrayBuffer): boolean {
  const [left, right] = [new Int32Array(a), new Int32Array(b)]
  return left.length === right.length && left.every((word, i) => word === right[i])
}

export class Ahead {
  readonly #lab: WorkerApi
  readonly #hooks: Hooks
  readonly #known = new Map<Way, Known>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(lab: WorkerApi, hooks: Hooks) {
    this.#lab = lab
    this.#hooks = hooks
  }

  /** One hop on, to hop `n`. */
  async step(n: number): Promise<Stepped> {
    const known = await this.#take(1, n)
    if (known) {
      const made = this.#lab.advance({ hops: 1 })
      this.#ask(1, n, known.view.status.branch)
      this.#compare(known, made)
      return known
    }
    const [{ rows }, view, captions, said] = await Promise.all([this.#lab.advance({ hops: 1 }), this.#lab.view(), this.#lab.captions(n, 1), inspected(this.#lab, n)])
    this.#ask(1, view.status.n, view.status.branch)
    return { rows, view, captions, said }
  }

  /** One hop back, to hop `n`, if it is known; the machine is on its way there then. */
  async back(n: number): Promise<Glimpse | null> {
    const known = await this.#take(-1, n)
    if (known) {
      const there = this.#lab.stand(n)
      this.#ask(-1, n, known.view.status.branch)
      this.#compare(known, there.then((status) => ({ rows: known.rows, status })))
    }
    return known
  }

  /** Nothing is under way: when that has lasted, what the next key would be answered is asked for. */
  rest(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (session.getState().playing) return
      this.ask(1)
      this.ask(-1)
    }, quiet)
  }

  /** Asks for what is one hop on or back of the cursor, unless it is known. */
  ask(by: Way): void {
    const { view, cursor } = session.getState()
    if (view?.status.n === cursor && !this.#isOf(by, cursor + by)) this.#ask(by, cursor, view.status.branch)
  }

  /** Whoever presses a key presses it again: that way is asked for at once, the other one when there is quiet. */
  #ask(by: Way, from: number, branch: number): void {
    this.#known.set(by, { n: from + by, branch, moves: movesSent(), answer: this.#lab.glimpse(by, isShown()).catch(() => null) })
  }

  #isOf(by: Way, n: number): boolean {
    const known = this.#known.get(by)
    return known?.n === n && known.branch === session.getState().view?.status.branch && known.moves === movesSent()
  }

  async #take(by: Way, n: number): Promise<Glimpse | null> {
    const known = this.#known.get(by)
    if (!known || !this.#isOf(by, n)) return null
    const answer = await known.answer
    return answer?.view.status.n === n && this.#isOf(by, n) ? answer : null
  }

  /** What was drawn is what the machine answers; if ever it were not, it is drawn anew. */
  #compare(known: Glimpse, real: Promise<Pick<Advanced, 'rows'> & { readonly status: LabStatus }>): void {
    real.then(
      ({ rows, status }) => {
        if (!sameRows(rows, known.rows) || JSON.stringify(status) !== JSON.stringify(known.view.status)) this.#hooks.other(status.n)
      },
      (error: unknown) => this.#hooks.failed(error),
    )
  }
}
