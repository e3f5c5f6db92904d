/** What the list says of hops: their rows and their sentences. */
import type { Hop } from '../../engine/index.ts'
import type { LabSession } from '../session/lab-session.ts'

export interface Line {
  readonly hop: Hop
  readonly since: number
  readonly info: string
}

export type Lines = ReadonlyMap<number, Line>

export const noLines: Lines = new Map()

/** Numbers farther apart than this are asked for one by one. */
const near = 2048

/** Lines for some hops, by number; in order, and without those that the log does not have. */
export async function linesOf({ lab, rows }: Pick<LabSession, 'lab' | 'rows'>, numbers: readonly number[]): Promise<Lines> {
  const first = numbers[0]
  const last = numbers.at(-1)
  if (first === undefined || last === undefined) return noLines
  const together = last - first < near
  const [told] = await Promise.all([
    together ? lab.captions(first, last - first + 1) : Promise.all(numbers.map((n) => lab.captions(n, 1))).then((all) => all.flat()),
    together ? rows.want(Math.max(1, first - 1), last) : Promise.all(numbers.map((n) => rows.want(Math.max(1, n - 1), n))),
  ])
  const says = new Map(told.map((t) => [t.n, t.says]))
  const out = new Map<number, Line>()
  for (const n of numbers) {
    const hop = rows.get(n)
    if (hop) out.set(n, { hop, since: hop.time - (rows.timeOf(n - 1) ?? hop.time), info: says.get(n) ?? '' })
  }
  return out
}
