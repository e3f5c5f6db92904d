/** Questions of the page that are answered by reading the log, where the log is. Runs in the Worker. */
import {
  decodeRow, families, FLAG_BEGINS, nextPart, ROW_BYTES, ROW_WORDS, W_CAUSE, W_FLAGS, W_KIND_FROM, W_ORIGIN, W_REQUEST, W_TO_VP,
  type Hop, type Lab, type Sieve,
} from '../../engine/index.ts'
import type { Found, HopFilter, Neighbours } from './lab-calls.ts'
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

/** Looks at rows that one answer may take, and for how many of them the sentence of a hop counts. [HIST-14] */
export const looksMost = 65_536
const telling = 10

/** Which requests are inside the one that is looked for: known up to where the last answer ended, so that the next one goes on from there. */
interface Inside {
  readonly lab: Lab
  readonly branch: number
  readonly request: number
  readonly ids: Set<number>
  to: number
}
let inside: Inside | null = null

/** Requests inside `request` that began before hop `first`. */
function insideBefore(lab: Lab, request: number, first: number): Inside {
  const { branch } = lab.status()
  if (inside?.lab === lab && inside.branch === branch && inside.request === request && inside.to === first - 1) return inside
  const ids = new Set(first <= request ? [request] : requestsInside(lab, request, first - 1))
  return (inside = { lab, branch, request, ids, to: first - 1 })
}

/** Requests may begin inside one in hops of any kind. */
const anything: Sieve = { kinds: null, partition: -1 }

type Passes = (rows: Int32Array, at: number, n: number) => boolean

/** Whether a row passes; `tell` is called when a sentence has been made for it. */
function passes(lab: Lab, filter: HopFilter, sieve: Sieve, tell: () => void): Passes {
  const { components } = lab.view()
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const titles = components.map((c) => `${c.title} ${c.path}`.toLowerCase())
  return (rows, at, n) => {
    const code = rows[at + W_KIND_FROM]! & 0xffff
    const from = rows[at + W_KIND_FROM]! >>> 16
    const end = rows[at + W_TO_VP]! & 0xffff
    if (sieve.kinds?.[code] === false) return false
    const p = filter.partition
    if (p >= 0 && components[from]?.partition !== p && components[end]?.partition !== p && rows[at + W_FLAGS]! >>> 24 !== p) return false
    if (words.length === 0) return true
    const kind = lab.kinds[code]!
    const said = `${kind.title} ${kind.name} ${titles[from]} ${titles[end]}`.toLowerCase()
    const missing = words.filter((word) => !said.includes(word))
    if (missing.length === 0) return true
    tell()
    return tells(lab, n, missing)
  }
}

/** Notes a request that begins inside one of these; whether the hop belongs to one of them. */
function belongs(ids: Set<number>, rows: Int32Array, at: number): boolean {
  const request = rows[at + W_REQUEST]! >>> 0
  if ((rows[at + W_FLAGS]! & FLAG_BEGINS) !== 0 && ids.has(rows[at + W_ORIGIN]! >>> 0)) ids.add(request)
  return ids.has(request)
}

/**
 * Numbers of the hops of `first`..`to` that pass, as far as one answer goes: the Worker has other things to do. What lies behind
 * is asked for next. Parts of the log in which none can pass are passed over unread.
 */
export function find(lab: Lab, filter: HopFilter, first: number, to: number): Found {
  let n = Math.max(first, lab.status().start + 1, filter.request)
  const known = filter.request > 0 ? insideBefore(lab, filter.request, n) : null
  const wanted = filter.families.length > 0 ? lab.kinds.map((kind) => filter.families.includes(kind.family)) : null
  const sieve: Sieve = { kinds: wanted, partition: filter.partition }
  let left = looksMost
  const pass = passes(lab, filter, sieve, () => (left -= telling))
  const numbers: number[] = []
  while (n <= to && left > 0) {
    const part = nextPart(lab.run, n, to, known ? anything : sieve)
    if (!part) n = to + 1
    else {
      const rows = new Int32Array(lab.rows(part.from, Math.min(part.to - part.from + 1, left)).rows)
      n = part.from
      for (let at = 0; at < rows.length && left > 0; at += ROW_WORDS, n++, left--) {
        if (known && !belongs(known.ids, rows, at)) continue
        if (pass(rows, at, n)) numbers.push(n)
      }
      if (!part.held) break
    }
  }
  if (known) known.to = n - 1
  return { numbers: Uint32Array.from(numbers), to: n - 1 }
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
  const { components } = lab.view()
  const out = components.map(() => 0)
  let missing = components.filter((c) => !c.later).length
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
