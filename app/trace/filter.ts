/** The filter of the hop list, and its words in the address. Pure. */
import { families } from '../../engine/index.ts'
import type { HopFilter } from '../session/lab-calls.ts'

export const noFilter: HopFilter = { text: '', families: [], partition: -1, request: 0 }

export function isPlain(filter: HopFilter): boolean {
  return filter.text === '' && filter.families.length === 0 && filter.partition < 0 && filter.request === 0
}

export interface FilterWords {
  readonly words: string
  readonly families: string
  readonly in: string
  readonly request: string
}

interface Named {
  readonly index: number
  readonly path: string
}

/** Partitions stand in the address by name and requests by the number that the page shows. */
export function wordsOf(filter: HopFilter, partitions: readonly Named[], start: number): FilterWords {
  return {
    words: filter.text,
    families: filter.families.join(','),
    in: partitions.find((p) => p.index === filter.partition)?.path ?? '',
    request: filter.request > start ? String(filter.request - start) : '',
  }
}

/** What cannot be understood is left out. */
export function filterOf(words: FilterWords, partitions: readonly Named[], start: number): HopFilter {
  const filter: HopFilter = {
    text: words.words.slice(0, 200),
    families: words.families.split(',').filter((name) => Object.hasOwn(families, name)),
    partition: partitions.find((p) => p.path === words.in)?.index ?? -1,
    request: /^\d{1,9}$/.test(words.request) ? start + Number(words.request) : 0,
  }
  return isPlain(filter) ? noFilter : filter
}
