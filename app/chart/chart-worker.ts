/** Answers of the Worker to the chart: read where the log is. */
import { FLAG_FORCED_EXIT, places, ROW_WORDS, W_COST, W_FLAGS, W_KIND_FROM, W_ORIGIN, W_REQUEST, W_TO_VP, type Lab } from '../../engine/index.ts'
import { exportHandlers } from '../exports/export-worker.ts'
import { lensWays } from '../lenses/lens-worker.ts'
import { requestsInside } from '../session/log-questions.ts'
import type { ChartApi, Measure } from './chart-calls.ts'

const block = 8192
/** More hops than this are not counted for one measure. */
export const measureMost = 2_000_000

export function measure(lab: Lab, a: number, b: number, request: number): Measure {
  const from = Math.min(a, b)
  const to = Math.max(a, b)
  if (to - from > measureMost) throw new RangeError(`Between the marks lie ${to - from} hops; at most ${measureMost} are measured. Set one of the marks nearer to the other.`)
  const placeOf = lab.view().components.map((c) => places.indexOf(c.place))
  const inside = request > 0 ? requestsInside(lab, request, to) : null
  const exit = lab.kinds.map((kind) => (kind.counts?.exit === undefined ? 0 : 1))
  const call = lab.kinds.map((kind) => (kind.counts?.hypercall === undefined ? 0 : 1))
  const cpu = places.map(() => 0)
  const sum = { hops: 0, exits: 0, hypercalls: 0 }
  for (let first = from + 1; first <= to; first += block) {
    const words = new Int32Array(lab.rows(first, Math.min(block, to - first + 1)).rows)
    for (let w = 0; w < words.length; w += ROW_WORDS) {
      if (inside && !inside.has(words[w + W_REQUEST]! >>> 0)) continue
      const kind = words[w + W_KIND_FROM]! & 0xffff
      sum.hops += 1
      // A VP that was forced out of its partition made an exit too: a flag of the row says so.
      sum.exits += exit[kind]! + ((words[w + W_FLAGS]! & FLAG_FORCED_EXIT) === 0 ? 0 : 1)
      sum.hypercalls += call[kind]!
      const place = placeOf[words[w + W_TO_VP]! & 0xffff] ?? -1
      if (place >= 0) cpu[place]! += words[w + W_COST]! >>> 0
    }
  }
  return { ...sum, ns: lab.timeOf(to) - lab.timeOf(from), cpu: places.flatMap((place, i) => (cpu[i]! > 0 ? [[place, cpu[i]!] as const] : [])) }
}

/** Requests stand in others: a device command in a disk request in a file operation. */
const deepest = 16

export function requestOf(lab: Lab, n: number): number {
  const at = (m: number, word: number): number => {
    const { rows } = lab.rows(m, 1)
    return rows.byteLength === 0 ? 0 : new Int32Array(rows)[word]! >>> 0
  }
  let request = at(n, W_REQUEST)
  for (let depth = 0; request > 0 && depth < deepest; depth++) {
    const parent = at(request, W_ORIGIN)
    if (parent === 0 || parent >= request) return request
    request = parent
  }
  return request
}

type Fetching = <T>(ask: (lab: Lab) => T) => Promise<T>

export function chartHandlers(fetching: Fetching): Readonly<Record<keyof ChartApi, (words: readonly never[]) => unknown>> {
  return {
    ...exportHandlers(fetching),
    measure: ([a, b, request]) => fetching((lab) => measure(lab, a!, b!, request!)),
    lensWays: ([word, to]) => fetching((lab) => lensWays(lab, word!, to!)),
    requestOf: ([n]) => fetching((lab) => requestOf(lab, n!)),
  }
}
