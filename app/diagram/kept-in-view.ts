/** How a picture that is looked at in part is moved, so that what is told now is in that part. Pure. */
import type { Dot } from '../session/motion.ts'
import type { Session } from '../session/session-store.ts'
import type { View } from './Dots.ts'
import type { Architecture } from './layout/architecture.ts'
import { bottom, right, type Box } from './layout/geometry.ts'
import { partOf } from './layout/part-of.ts'

/** Pixels that stay free around it: its name stands there. */
export const around = 46

/** By how much a stretch must move to lie within a length; its beginning before its end, where both have no room. */
export function shift(from: number, to: number, length: number): number {
  if (from < around) return around - from
  return to > length - around ? Math.max(length - around - to, around - from) : 0
}

/** What the parts of some components take of the drawing; null where none of them is drawn. */
export function boundsOf(paths: readonly string[], drawing: Pick<Architecture, 'parts' | 'standsFor'>): Box | null {
  const boxes = paths.flatMap((path) => partOf(drawing, path)?.box ?? [])
  if (boxes.length === 0) return null
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  return { x, y, w: Math.max(...boxes.map(right)) - x, h: Math.max(...boxes.map(bottom)) - y }
}

/** The ends of the told hop; while everything flows none is told, and the last one counts. */
export function followed(told: Dot | null, { lit, playing, pace }: Pick<Session, 'lit' | 'playing' | 'pace'>): readonly string[] {
  if (told) return [told.from, told.to]
  return playing && pace === 'flow' ? lit.slice(0, 2) : []
}

/** Pixels between the edge of a picture and that of its room, where it is moved so far. */
export const air = 4

/** Where a picture begins along one side when it is moved by so much: one that has room stays, and none goes further than its own edge. */
function moved(at: number, by: number, length: number, room: number): number {
  if (by === 0 || length <= room) return at
  return by > 0 ? Math.max(at, Math.min(at + by, air)) : Math.min(at, Math.max(at + by, room - air - length))
}

/** The view from which a box of a drawing is seen; null where that is the view there is. */
export function bringing(bounds: Box, { x, y, zoom }: View, room: { readonly w: number; readonly h: number }, drawing: Pick<Architecture, 'width' | 'height'>): View | null {
  const left = moved(x, shift(x + bounds.x * zoom, x + right(bounds) * zoom, room.w), drawing.width * zoom, room.w)
  const top = moved(y, shift(y + bounds.y * zoom, y + bottom(bounds) * zoom, room.h), drawing.height * zoom, room.h)
  return left === x && top === y ? null : { x: left, y: top, zoom }
}
