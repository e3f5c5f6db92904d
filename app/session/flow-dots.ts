/** Dots of the flow: each lives for a moment, many at once. Pure but for what it keeps. */
import { ROW_BYTES, type Hop } from '../../engine/index.ts'
import type { Dot } from './motion.ts'
import { hopOf } from './rows-cache.ts'
import { eased } from './telling.ts'

/** Hops drawn of one pull, and dots alive at once: more would be a fog. */
const perPull = 24
const alive = 500
const lifeMs = 520

export class FlowDots {
  #dots: { readonly dot: Dot; readonly born: number }[] = []

  clear(): void {
    this.#dots = []
  }

  /** Some of the hops of one pull, evenly chosen. */
  add(rows: ArrayBuffer, from: number, born: number, dotFor: (hop: Hop) => Dot | undefined): void {
    const hops = rows.byteLength / ROW_BYTES
    const every = Math.max(1, Math.ceil(hops / perPull))
    for (let i = 0; i < hops && this.#dots.length < alive; i += every) {
      const dot = dotFor(hopOf(rows, from, i))
      if (dot) this.#dots.push({ dot, born })
    }
  }

  /** Where they are now. */
  at(now: number): readonly Dot[] {
    this.#dots = this.#dots.filter((entry) => now - entry.born < lifeMs)
    for (const { dot, born } of this.#dots) dot.share = eased((now - born) / lifeMs)
    return this.#dots.map((entry) => entry.dot)
  }
}
