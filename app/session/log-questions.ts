/** Questions of the page that are answered by reading the log, where the log is. Runs in the Worker. */
import {
  decodeRow, families, ROW_BYTES, ROW_WORDS, W_CAUSE, W_FLAGS, W_KIND_FROM, W_REQUEST, W_TO_VP,
  type Hop, type Lab,
} from '../../engine/index.ts'
import type { HopFilter, Neighbours } from './lab-calls.ts'
import type { KindCard } from './session-store.ts'

const block = 8192

type Look = (words: Int32Array, at: number, n: number) => boolean | void

/** Looks at hops `from`..`to` in order until a look answers true. */
function scan(lab: Lab, from: number, to: number, look: Look): void {
  for (let first = Math.max(1, from); first <= to; first += block) {
    const { rows } = lab.rows(first, Math.min(block, to - first + 1))
    const words = new Int32Array(rows)
    const count = rows.byteLength / ROW_BYTES
    if (count === 0) return
    for (let i = 0; i < count; i++) if (look(words, i * ROW_WORDS, first + i) === true) return
  }
}

/** The same from the end. */
function scanBack(lab: Lab, from: number, look: Look): void {
  for (let last = from; last >= 1; last -= 512) {
    const first = Math.max(1, last - 511)
    const words = new Int32Array(lab.rows(first, last - first + 1).rows)
    for (let i = last - first; i >= 0; i--) if (look(words, i * ROW_WORDS, first + i) === true) return
  }
}

export function kindCards(lab: Lab): readonly KindCard[] {
  return lab.kinds.map((kind) => ({
    code: kind.code, name: kind.name, title: kind.title, family: kind.family, letter: families[kind.family].letter,
    status: kind.status, milestone: kind.milestone ?? '', begins: kind.begins ?? '', ends: kind.ends ?? '',
  }))
}

/** Requests are listed in order of beginning, so a parent stands before its children. */
export function requestsInside(lab: Lab, request: number, to: number): ReadonlySet<number> {
  const inside = new Set([request])
  for (const r of lab.requests(request, to)) if (inside.has(r.parent)) inside.add(r.id)
  return inside
}

/** The sentence of a hop is made only where its title and ends do not hold all words already. */
function tells(lab: Lab, n: number, words: readonly string[]): boolean {
  const [told] = lab.captions(n, 1)
  if (!told) return false
  const sentence = `${told.says}, because ${told.because}`.toLowerCase()
  return words.every((word) => sentence.includes(word))
}

export function find(lab: Lab, filter: HopFilter, first: number, to: number): Uint32Array {
  const { components } = lab.view()
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const inside = filter.request > 0 ? requestsInside(lab, filter.request, to) : null
  const wanted = filter.families.length > 0 ? new Set(filter.families) : null
  const titles = components.map((c) => `${c.title} ${c.path}`.toLowerCase())
  const out: number[] = []
  scan(lab, Math.max(first, lab.status().start + 1), to, (rows, at, n) => {
    const kind = lab.kinds[rows[at + W_KIND_FROM]! & 0xffff]!
    const from = rows[at + W_KIND_FROM]! >>> 16
    const end = rows[at + W_TO_VP]! & 0xffff
    if (wanted && !wanted.has(kind.family)) return
    if (inside && !inside.has(rows[at + W_REQUEST]! >>> 0)) return
    if (filter.partition >= 0 && !touches(filter.partition)) return
    if (words.length > 0) {
      const said = `${kind.title} ${kind.name} ${titles[from]} ${titles[end]}`.toLowerCase()
      const missing = words.filter((word) => !said.includes(word))
      if (missing.length > 0 && !tells(lab, n, missing)) return
    }
    out.push(n)
    function touches(partition: number): boolean {
      return components[from]?.partition === partition || components[end]?.partition === partition || rows[at + W_FLAGS]! >>> 24 === partition
    }
  })
  return Uint32Array.from(out)
}

function hopOf(lab: Lab, n: number): Hop | null {
  const { rows } = lab.rows(n, 1)
  return rows.byteLength < ROW_BYTES ? null : decodeRow(new Int32Array(rows), new Float64Array(rows), 0, n)
}

/** How far effects and neighbours are looked for. */
const far = 200_000

export function neighbours(lab: Lab, n: number): Neighbours {
  const hop = hopOf(lab, n)
  if (!hop) return { cause: 0, effects: [], sameBefore: 0, sameAfter: 0 }
  const { tip } = lab.status()
  const effects: number[] = []
  let sameAfter = 0
  scan(lab, n + 1, Math.min(tip, n + far), (words, at, m) => {
    if (words[at + W_CAUSE]! >>> 0 === n) effects.push(m)
    if (sameAfter === 0 && (words[at + W_TO_VP]! & 0xffff) === hop.to) sameAfter = m
    return sameAfter > 0 && m > n + 4096
  })
  let sameBefore = 0
  scanBack(lab, n - 1, (words, at, m) => {
    if ((words[at + W_TO_VP]! & 0xffff) !== hop.to) return m < n - far
    sameBefore = m
    return true
  })
  return { cause: hop.cause, effects, sameBefore, sameAfter }
}

/** The last hop each component took part in, looking back from `to`. */
export function lasts(lab: Lab, to: number): readonly number[] {
  const out = lab.view().components.map(() => 0)
  let missing = out.length
  scanBack(lab, to, (words, at, n) => {
    for (const end of [words[at + W_KIND_FROM]! >>> 16, words[at + W_TO_VP]! & 0xffff]) {
      if (out[end] !== 0) continue
      out[end] = n
      missing -= 1
    }
    return missing === 0 || n < to - far
  })
  return out
}

/** Number of the last hop that had acted at `time`: halving, since time never runs back. */
export function hopAt(lab: Lab, time: number): number {
  const { start, tip } = lab.status()
  let low = start
  let high = tip
  while (low < high) {
    const mid = Math.ceil((low + high) / 2)
    const hop = hopOf(lab, mid)
    if (hop && hop.time <= time) low = mid
    else high = mid - 1
  }
  return low
}
