/** The way of the present hop as it is drawn: on the screen, long enough to be seen, with a head that ends it. Pure. */
import type { View } from './Dots.ts'
import { bottom, right, type Box, type Point } from './layout/geometry.ts'

/** Pixels. */
export const head = 13
const headHalf = 8

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
 * both parts; its last piece is as long as the head at least.
 */
export function drawnWay(route: readonly Point[], length: number, view: View, radius: number): readonly Point[] {
  const way = distinct(route.map((p) => onto(view, p)))
  if (way.length < 2) return []
  const lacks = (2 * (radius + head) - length * view.zoom) / 2
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

/** How far along the border of a box, clockwise from its upper left corner, the nearest place of the border is, and how near that is. */
function onBorder({ x, y, w, h }: Box, at: Point): { readonly along: number; readonly off: number } {
  const dx = Math.min(w, Math.max(0, at.x - x))
  const dy = Math.min(h, Math.max(0, at.y - y))
  const beside = Math.hypot(at.x - x - dx, at.y - y - dy)
  const sides = [
    { along: dx, off: dy }, { along: w + dy, off: w - dx }, { along: 2 * w + h - dx, off: h - dy }, { along: 2 * (w + h) - dy, off: dx },
  ]
  const side = sides.reduce((best, next) => (next.off < best.off ? next : best))
  return { along: side.along, off: side.off + beside }
}

/** As far from a border a way may begin or end and still be at it. */
const near = 10

/**
 * The way along the border of a part from where one hop came to it to where the next one left, the shorter way about; null where
 * one of them is not at its border. So the ways of a request are one line, and no name lies under it.
 */
export function aroundPart(box: Box, came: Point, left: Point): readonly Point[] | null {
  const a = onBorder(box, came)
  const b = onBorder(box, left)
  if (a.off > near || b.off > near) return null
  const whole = 2 * (box.w + box.h)
  const ahead = (b.along - a.along + whole) % whole
  const corners = [
    { at: 0, x: box.x, y: box.y }, { at: box.w, x: right(box), y: box.y },
    { at: box.w + box.h, x: right(box), y: bottom(box) }, { at: 2 * box.w + box.h, x: box.x, y: bottom(box) },
  ]
  const clockwise = ahead <= whole / 2
  const reach = clockwise ? ahead : whole - ahead
  const passed = corners
    .map((corner) => ({ x: corner.x, y: corner.y, after: ((clockwise ? corner.at - a.along : a.along - corner.at) + 2 * whole) % whole }))
    .filter(({ after }) => after > 0 && after < reach)
    .sort((one, other) => one.after - other.after)
  return [came, ...passed.map(({ x, y }) => ({ x, y })), left]
}
