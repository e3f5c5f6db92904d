/** Where cause, hop and effects stand in the drawing. Pure. */
import type { RouteOf } from './Dots.ts'
import type { Architecture } from './layout/architecture.ts'
import type { Box, Point } from './layout/geometry.ts'
import { partOf } from './layout/part-of.ts'

export type Role = 'cause' | 'here' | 'effect'

export interface Thread {
  readonly n: number
  readonly role: Role
  /** Components by index. */
  readonly from: number
  readonly to: number
  readonly behalf: number
}

export interface Placed {
  readonly thread: Thread
  readonly way: readonly Point[]
  /** Corners of the arrow's head; empty without a way. */
  readonly head: string
  /** The part where a cause began or an effect ends. */
  readonly end: Box | null
}

function headOf(way: readonly Point[]): string {
  const tip = way.at(-1)
  const before = way.at(-2)
  if (!tip || !before) return ''
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1
  const [ux, uy] = [(tip.x - before.x) / length, (tip.y - before.y) / length]
  const corner = (side: number): string => `${tip.x - ux * 15 - uy * 7.5 * side},${tip.y - uy * 15 + ux * 7.5 * side}`
  return `${tip.x},${tip.y} ${corner(1)} ${corner(-1)}`
}

/** A cause is marked where it began, an effect where it ends; the hop itself is lit anyway. */
export function placed(threads: readonly Thread[], components: readonly { readonly path: string }[], drawing: Architecture, routeOf: RouteOf): readonly Placed[] {
  const boxOf = (index: number): Box | null => partOf(drawing, components[index]?.path ?? '')?.box ?? null
  return threads.map((thread) => {
    const way = routeOf(components[thread.from]?.path ?? '', components[thread.to]?.path ?? '', thread.behalf) ?? []
    const end = thread.role === 'cause' ? boxOf(thread.from) : thread.role === 'effect' ? boxOf(thread.to) : null
    return { thread, way, head: headOf(way), end }
  })
}

export interface Tag {
  readonly role: Role
  readonly box: Box
  readonly behalf: number
  readonly hops: readonly number[]
}

/** One word for each part that is marked: several effects in one part share theirs. */
export function tagsOf(drawn: readonly Placed[]): readonly Tag[] {
  const tags = new Map<string, Tag>()
  for (const { thread, end } of drawn) {
    if (!end) continue
    const key = `${thread.role} ${end.x} ${end.y}`
    tags.set(key, { role: thread.role, box: end, behalf: thread.behalf, hops: [...(tags.get(key)?.hops ?? []), thread.n] })
  }
  return [...tags.values()]
}
