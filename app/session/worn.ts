/** Ways worn by use: how many hops each pair of components has seen since the start, for each partition served. */
import type { Hop } from '../../engine/index.ts'
import type { WornRoute } from './lab-calls.ts'

const counts = new Map<string, number>()
const listeners = new Set<() => void>()
let version = 0

export function wornKey(from: number, to: number, behalf: number): string {
  return from < to ? `${from}|${to}|${behalf}` : `${to}|${from}|${behalf}`
}

export function wear(hops: readonly Hop[]): void {
  for (const hop of hops) {
    const key = wornKey(hop.from, hop.to, hop.behalf)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
}

export function setWorn(routes: readonly WornRoute[]): void {
  counts.clear()
  for (const route of routes) {
    const key = wornKey(route.from, route.to, route.behalf)
    counts.set(key, (counts.get(key) ?? 0) + route.hops)
  }
  showWorn()
}

export function worn(): ReadonlyMap<string, number> {
  return counts
}

/** Tells the picture; called at most ten times a second. */
export function showWorn(): void {
  version += 1
  for (const listener of listeners) listener()
}

export function wornVersion(): number {
  return version
}

export function onWorn(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
