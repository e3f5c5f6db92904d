/** The way of the present hop as it is drawn: on the screen, long enough to be seen, with a head that ends it. Pure. */
import type { View } from './Dots.ts'
import type { Point } from './layout/geometry.ts'

/** Pixels. */
export const head = 13
const headHalf = 8

/** True for a way on which mark and head have no room behind each other: the mark goes beside it, and names stay legible. */
export function isShort(length: number, { zoom }: Pick<View, 'zoom'>, radius: number): boolean {
  return length * zoom < 2 * radius + head
}

export function onto({ x, y, zoom }: View, at: Point): Point {
  return { x: x + at.x * zoom, y: y + at.y * zoom }
}

/** Points that differ: a piece without length leads nowhere. */
function distinct(way: readonly Point[]): Point[] {
  return way.filter((p, i) => i === 0 || Math.hypot(p.x - way[i - 1]!.x, p.y - way[i - 1]!.y) > 0.01)
}

/** Where a point is seen from another: a vector of length 1. */
function toward(from: Point, to: Point): readonly [number, number] {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  return [(to.x - from.x) / length, (to.y - from.y) / length]
}

/**
 * The way on the screen; empty where there is none. Where it is too short to be seen beside its mark, it reaches a little into
 * both parts, where its mark is beside it only as far as its head needs; its last piece is as long as the head at least.
 */
export function drawnWay(route: readonly Point[], length: number, view: View, radius: number): readonly Point[] {
  const way = distinct(route.map((p) => onto(view, p)))
  if (way.length < 2) return []
  const lacks = ((isShort(length, view, radius) ? head + 7 : 2 * (radius + head)) - length * view.zoom) / 2
  const longer = (end: Point, neighbour: Point, wished: number, least: number): Point => {
    const [ux, uy] = toward(neighbour, end)
    const piece = Math.hypot(end.x - neighbour.x, end.y - neighbour.y)
    const most = Math.abs(ux) > Math.abs(uy) ? 13 : 9
    const by = Math.max(0, Math.min(most, Math.max(lacks, wished - piece)), least - piece)
    return { x: end.x + ux * by, y: end.y + uy * by }
  }
  way[0] = longer(way[0]!, way[1]!, 0, 0)
  way[way.length - 1] = longer(way.at(-1)!, way.at(-2)!, head + 4, head)
  return way
}

/** The way ends where the head begins, so that its point is one. */
export function beforeHead(way: readonly Point[]): readonly Point[] {
  const tip = way.at(-1)!
  const [ux, uy] = toward(way.at(-2)!, tip)
  return [...way.slice(0, -1), { x: tip.x - ux * (head - 2), y: tip.y - uy * (head - 2) }]
}

/** The three corners of the head, its point first. */
export function headOf(way: readonly Point[]): readonly [Point, Point, Point] {
  const tip = way.at(-1)!
  const [ux, uy] = toward(way.at(-2)!, tip)
  const corner = (side: number): Point => ({ x: tip.x - ux * head - uy * headHalf * side, y: tip.y - uy * head + ux * headHalf * side })
  return [tip, corner(1), corner(-1)]
}
