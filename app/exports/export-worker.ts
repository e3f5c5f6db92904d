/** Writes exports piece by piece, where the log is. One job at a time: a new one ends the one before. */
import {
  castAt, csvHead, csvLine, flowEnds, flowsIn, hopRecord, mermaidOf, ROW_WORDS, traceWriter, W_REQUEST, type Hop, type HopRecord, type Lab,
} from '../../engine/index.ts'
import { requestsInside } from '../session/log-questions.ts'
import { hopsOf } from '../session/rows-cache.ts'
import type { ExportBegun, ExportPiece, ExportsApi, ExportWish } from './export-calls.ts'

/** Hops written in one piece: a sentence each takes the longest. */
const pieceHops = 2048
export const exportMost = 2_000_000

/** Text for hops in order; `first` and `last` tell the pieces that open and close it. */
type Writer = (hops: readonly Hop[], first: boolean, last: boolean) => string

interface Job {
  readonly id: number
  readonly lab: Lab
  readonly branch: number
  readonly wish: ExportWish
  readonly inside: ReadonlySet<number> | null
  readonly write: Writer
  next: number
}

let job: Job | null = null
let jobs = 0

function checked(lab: Lab, { format, from, to, request }: ExportWish): void {
  const { start, tip } = lab.status()
  if (format === 'mermaid' && request === 0) throw new RangeError('A sequence diagram shows one request: follow one, or choose one in the list of requests.')
  if (format !== 'mermaid' && !(from >= 1 && to >= from && to <= tip)) throw new RangeError(`There are hops up to ${tip - start}; the range asked for is not among them. Play the machine first, or choose another range.`)
  if (to - from >= exportMost) throw new RangeError(`The range has ${to - from + 1} hops; at most ${exportMost} are exported at once. Set marks around a shorter one.`)
}

function* requestsOf(words: Int32Array, first: number): Iterable<Pick<Hop, 'n' | 'request'>> {
  for (let w = 0, n = first; w < words.length; w += ROW_WORDS, n++) yield { n, request: words[w + W_REQUEST]! >>> 0 }
}

function traceText(lab: Lab, { from, to }: ExportWish): Writer {
  const ends: ReturnType<typeof flowEnds> = new Map()
  for (let first = from; first <= to; first += 8192) flowEnds(requestsOf(new Int32Array(lab.rows(first, Math.min(8192, to - first + 1)).rows), first), ends)
  const events = traceWriter(lab.run.kernel, lab.status().startTime, flowsIn(ends), () => castAt(lab.run, to))
  let any = false
  return (hops, first, last) => {
    const lines = events(hops).map((event) => JSON.stringify(event))
    const joined = `${any && lines.length > 0 ? ',\n' : ''}${lines.join(',\n')}`
    any ||= lines.length > 0
    return `${first ? `{"displayTimeUnit":"ns","traceEvents":[\n` : ''}${joined}${last ? '\n]}\n' : ''}`
  }
}

function writerFor(lab: Lab, wish: ExportWish): Writer {
  const { kernel } = lab.run
  const { start } = lab.status()
  if (wish.format === 'chrome') return traceText(lab, wish)
  // The cursor may stand before hops that are written, and may be moved between two pieces.
  const records = (hops: readonly Hop[]): readonly HopRecord[] => {
    const cast = castAt(lab.run, wish.to)
    return hops.map((hop) => hopRecord(kernel, hop, start, { sentence: true, cast }))
  }
  if (wish.format === 'csv') return (hops, first) => `${first ? csvHead : ''}${records(hops).map(csvLine).join('')}`
  return (hops) => records(hops).map((record) => `${JSON.stringify(record)}\n`).join('')
}

export function exportBegin(lab: Lab, wish: ExportWish): ExportBegun {
  checked(lab, wish)
  const inside = wish.request > 0 ? requestsInside(lab, wish.request, Math.max(wish.to, wish.request)) : null
  const write = wish.format === 'mermaid' ? () => diagram(lab, wish.request) : writerFor(lab, wish)
  jobs += 1
  job = { id: jobs, lab, branch: lab.status().branch, wish, inside, write, next: wish.from }
  return { job: job.id, hops: wish.format === 'mermaid' ? 1 : wish.to - wish.from + 1 }
}

function diagram(lab: Lab, request: number): string {
  const found = lab.requests(request, lab.status().tip).find((r) => r.id === request)
  if (!found) throw new RangeError(`Hop ${request} began no request.`)
  return mermaidOf(lab.run, found.title, lab.journey(request), lab.journeyHops(request))
}

export function exportMore(lab: Lab, id: number): ExportPiece {
  if (job?.id !== id) throw new Error('This export was ended by another one.')
  if (job.lab !== lab || job.branch !== lab.status().branch) throw new Error('The machine was changed while it was exported; begin anew.')
  const { wish, write, inside } = job
  if (wish.format === 'mermaid') return ended(write([], true, true), 1)
  const first = job.next
  const last = Math.min(wish.to, first + pieceHops - 1)
  // A piece of a disk may be missing here; then the same is asked again, and nothing has been written.
  const all = hopsOf(lab.rows(first, last - first + 1).rows, first)
  const hops = inside ? all.filter((hop) => inside.has(hop.request)) : all
  const text = write(hops, first === wish.from, last === wish.to)
  job.next = last + 1
  return last === wish.to ? ended(text, last - wish.from + 1) : { text, done: last - wish.from + 1, over: false }
}

function ended(text: string, done: number): ExportPiece {
  job = null
  return { text, done, over: true }
}

type Fetching = <T>(ask: (lab: Lab) => T) => Promise<T>

export function exportHandlers(fetching: Fetching): Readonly<Record<keyof ExportsApi, (words: readonly never[]) => unknown>> {
  return {
    exportBegin: ([wish]) => fetching((lab) => exportBegin(lab, wish!)),
    exportMore: ([id]) => fetching((lab) => exportMore(lab, id!)),
  }
}

