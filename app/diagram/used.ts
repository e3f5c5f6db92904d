/** Which components have taken part in anything since the start: what has not stays pale in the overview. */
import type { ComponentView } from '../../engine/index.ts'
import { onWorn, wayOf, worn, type WayKey } from '../session/worn.ts'

const used = new Set<number>()

function take(keys: Iterable<WayKey>): void {
  for (const key of keys) {
    const { from, to } = wayOf(key)
    used.add(from)
    used.add(to)
  }
}

take(worn().keys())
onWorn((since) => {
  if (since === null) used.clear()
  take(since ?? worn().keys())
})

const indexes = new WeakMap<readonly ComponentView[], ReadonlyMap<string, number>>()

/** Where each component stands in its list, by path; found once for a list. */
export function indexOf(components: readonly ComponentView[]): ReadonlyMap<string, number> {
  let index = indexes.get(components)
  if (!index) indexes.set(components, (index = new Map(components.flatMap((c) => (c.later ? [] : [[c.path, c.index]])))))
  return index
}

/** True when one of these components, given by path, has sent or taken a hop. */
export function anyUsed(components: readonly ComponentView[], paths: readonly string[]): boolean {
  const index = indexOf(components)
  return paths.some((path) => used.has(index.get(path) ?? -1))
}
