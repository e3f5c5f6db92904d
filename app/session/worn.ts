/** Ways worn by use: how many hops each pair of components has seen since the start, for each partition served. */
import { ROW_WORDS, W_FLAGS, W_KIND_FROM, W_TO_VP, type WayUse } from '../../engine/index.ts'

/** Both ends, the lower one first, and the partition served, in one exact number below 2^40. */
export type WayKey = number

/** Told which ways have been used since it was told last; null when all is counted anew. */
type WornListener = (used: ReadonlySet<WayKey> | null) => void

const counts = new Map<WayKey, number>()
const listeners = new Set<WornListener>()
/** Used since the picture was told; null: counted anew. */
let used: Set<WayKey> | null = new Set()

/** The key of the way between two components, in whichever direction it is gone, for a partition. */
export function wayKey(from: number, to: number, behalf: number): WayKey {
  return (Math.min(from, to) * 65_536 + Math.max(from, to)) * 256 + behalf
}

export function wayOf(key: WayKey): Omit<WayUse, 'hops'> {
  return { from: Math.floor(key / 16_777_216), to: Math.floor(key / 256) % 65_536, behalf: key % 256 }
}

function add(key: WayKey, hops: number): void {
  used?.add(key)
  counts.set(key, (counts.get(key) ?? 0) + hops)
}

/** Counts a buffer of hop rows. There may be thousands, so they are not made into hops. */
export function wear(rows: ArrayBuffer): void {
  const words = new Int32Array(rows)
  for (let w = 0; w < words.length; w += ROW_WORDS) add(wayKey(words[w + W_KIND_FROM]! >>> 16, words[w + W_TO_VP]! & 0xffff, words[w + W_FLAGS]! >>> 24), 1)
}

/** The ways of a place; a way that was gone in both directions comes twice. */
export function setWorn(ways: readonly WayUse[]): void {
  const before = new Map(counts)
  counts.clear()
  for (const { from, to, behalf, hops } of ways) {
    const key = wayKey(from, to, behalf)
    counts.set(key, (counts.get(key) ?? 0) + hops)
  }
  for (const [key, hops] of counts) {
    if (before.get(key) !== hops) used?.add(key)
    before.delete(key)
  }
  // A way that has not been used there is no way: all is counted anew. Else, as from hop to hop, only what differs.
  if (before.size > 0) used = null
  showWorn()
}

export function worn(): ReadonlyMap<WayKey, number> {
  return counts
}

/** Tells the picture; called at most ten times a second. */
export function showWorn(): void {
  const since = used
  used = new Set()
  for (const listener of listeners) listener(since)
}

export function onWorn(listener: WornListener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
