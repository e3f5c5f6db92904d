/** What can be taken out of the lab, and over which range. Pure. */
import type { ExportWish, Format } from './export-calls.ts'

export const things = ['csv', 'ndjson', 'chrome', 'mermaid', 'svg', 'png', 'storyboard'] as const
export type Thing = (typeof things)[number]

export interface ThingCard {
  readonly title: string
  readonly about: string
  readonly ending: string
  /** It shows hops of a range, one request, or what stands on the screen. */
  readonly of: 'range' | 'request' | 'screen'
  /** It is a text that may go to the clipboard. */
  readonly text: boolean
}

export const cards: Readonly<Record<Thing, ThingCard>> = {
  csv: { title: 'Hops as a table (CSV)', about: 'For a spreadsheet: one line a hop, with its sentence.', ending: 'csv', of: 'range', text: true },
  ndjson: { title: 'Hops as records (NDJSON)', about: 'For scripts: one JSON object a line.', ending: 'ndjson', of: 'range', text: true },
  chrome: { title: 'Trace for Perfetto, Chrome, speedscope', about: 'Places as processes, components as threads, requests as flows.', ending: 'json', of: 'range', text: false },
  mermaid: { title: 'Sequence diagram (Mermaid)', about: 'One request, for a document: participants by place, cycles as loops.', ending: 'mmd', of: 'request', text: true },
  svg: { title: 'Picture of the machine (SVG)', about: 'What stands on the screen, with title, legend and source.', ending: 'svg', of: 'screen', text: true },
  png: { title: 'Picture of the machine (PNG)', about: 'The same for slides, twice as fine as the screen.', ending: 'png', of: 'screen', text: false },
  storyboard: { title: 'Storyboard on paper', about: 'Cards with small pictures and the list of sources, to print or save as PDF.', ending: '', of: 'range', text: false },
}

export type Range = 'all' | 'request' | 'marks'

export interface Reached {
  readonly start: number
  readonly tip: number
  readonly a: number
  readonly b: number
}

/** What the Worker is asked for. The range of a request is where it lies; what else happened there is left out. */
export function wishOf(format: Format, range: Range, request: number, { start, tip, a, b }: Reached): ExportWish {
  const one = format === 'mermaid' || range === 'request' ? request : 0
  if (range === 'marks' && format !== 'mermaid') return { format, from: Math.max(1, Math.min(a, b)), to: Math.max(a, b), request: 0 }
  return { format, from: one > 0 ? one : start + 1, to: tip, request: one }
}

/** 'two-ways-hops-1-300.csv'. */
export function fileName(scenario: string, thing: Thing, wish: Pick<ExportWish, 'from' | 'to' | 'request'>, start: number, cursor: number): string {
  const { ending, of } = cards[thing]
  const safe = scenario.replace(/[^a-z0-9-]+/gi, '-').replace(/^-+|-+$/g, '').slice(0, 60) || 'lab'
  if (of === 'screen') return `${safe}-hop-${cursor - start}.${ending}`
  if (wish.request > 0) return `${safe}-request-${wish.request - start}.${ending}`
  return `${safe}-hops-${wish.from - start}-${wish.to - start}.${ending}`
}
