/** What the chart, and what looks at the run as it does, asks the Worker. */
import type { ExportsApi } from '../exports/export-calls.ts'
import type { LensApi } from '../lenses/lens-calls.ts'

export interface Measure {
  /** Hops between the marks: after the first, up to the second. */
  readonly hops: number
  readonly ns: number
  readonly exits: number
  readonly hypercalls: number
  /** Processor time in ns by place, places without any left out; in the order of the places. */
  readonly cpu: readonly (readonly [place: string, ns: number])[]
}

export interface ChartApi extends LensApi, ExportsApi {
  /** What lies between two hops; of a request and all inside it alone, or of everything with 0. */
  measure(a: number, b: number, request: number): Promise<Measure>
  /** The outermost request that a hop belongs to, 0 for none. */
  requestOf(n: number): Promise<number>
}
