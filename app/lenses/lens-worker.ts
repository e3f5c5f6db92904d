/** On which ways hops of a lens have gone: read where the log is. */
import { ROW_WORDS, W_COST, W_FLAGS, W_KIND_FROM, W_TO_VP, siteOf, type Lab } from '../../engine/index.ts'
import { wayKey } from '../session/worn.ts'
import { classOf, lensOf } from './lens.ts'

const block = 8192
/** Farther back than this is not looked: ways used since then are those of what is going on. */
export const lensFar = 200_000

/** The keys of the ways. */
export function lensWays(lab: Lab, word: string, to: number): readonly number[] {
  const lens = lensOf(word)
  const placeOf = lab.view().components.map((c) => siteOf(c) as string)
  const out = new Set<number>()
  for (let first = Math.max(lab.status().start + 1, to - lensFar); first <= to; first += block) {
    const words = new Int32Array(lab.rows(first, Math.min(block, to - first + 1)).rows)
    for (let w = 0; w < words.length; w += ROW_WORDS) {
      const from = words[w + W_KIND_FROM]! >>> 16
      const end = words[w + W_TO_VP]! & 0xffff
      const key = wayKey(from, end, words[w + W_FLAGS]! >>> 24)
      if (out.has(key)) continue
      const kind = lab.kinds[words[w + W_KIND_FROM]! & 0xffff]!
      const look = { family: kind.family, status: kind.status, place: placeOf[end] ?? '', cost: words[w + W_COST]! >>> 0 }
      if (lens.only.includes(classOf(lens.by, look))) out.add(key)
    }
  }
  return [...out]
}
