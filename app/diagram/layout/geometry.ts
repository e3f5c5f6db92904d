/** Boxes and points of the drawing, in the units of the drawing (one unit is one CSS pixel at zoom 1). */
export interface Box {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export function right(box: Box): number {
  return box.x + box.w
}

export function bottom(box: Box): number {
  return box.y + box.h
}

export function middle(box: Box): Point {
  return { x: box.x + box.w / 2, y: box.y + box.h / 2 }
}

/** True when the axis-parallel segment a-b runs through the inside of the box (touching its border is allowed). */
export function cuts(a: Point, b: Point, box: Box): boolean {
  const left = Math.min(a.x, b.x)
  const top = Math.min(a.y, b.y)
  return left < right(box) && Math.max(a.x, b.x) > box.x && top < bottom(box) && Math.max(a.y, b.y) > box.y
}

export function lengthOf(points: readonly Point[]): number {
  let sum = 0
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!
    const b = points[i]!
    sum += Math.abs(a.x - b.x) + Math.abs(a.y - b.y)
  }
  return sum
}

/** The point at a share (0 to 1) of the way along a route, whose length may be known already. */
export function pointAt(points: readonly Point[], share: number, length = lengthOf(points)): Point {
  let left = length * Math.min(1, Math.max(0, share))
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!
    const b = points[i]!
    const piece = Math.abs(a.x - b.x) + Math.abs(a.y - b.y)
    if (left <= piece && piece > 0) {
      return { x: a.x + ((b.x - a.x) * left) / piece, y: a.y + ((b.y - a.y) * left) / piece }
    }
    left -= piece
  }
  return points[points.length - 1] ?? { x: 0, y: 0 }
}

/** An SVG path along a route, with rounded corners. */
export function roundedPath(points: readonly Point[], radius: number): string {
  const first = points[0]
  if (!first) return ''
  let d = `M${first.x} ${first.y}`
  for (let i = 1; i < points.length; i++) {
    const here = points[i]!
    const next = points[i + 1]
    if (!next) {
      d += `L${here.x} ${here.y}`
      break
    }
    const before = points[i - 1]!
    const r = Math.min(radius, reach(before, here) / 2, reach(here, next) / 2)
    const a = toward(here, before, r)
    const b = toward(here, next, r)
    d += `L${a.x} ${a.y}Q${here.x} ${here.y} ${b.x} ${b.y}`
  }
  return d
}

function reach(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y)
}

function toward(from: Point, to: Point, distance: number): Point {
  const whole = reach(from, to)
  if (whole === 0) return from
  return { x: from.x + ((to.x - from.x) * distance) / whole, y: from.y + ((to.y - from.y) * distance) / whole }
}
