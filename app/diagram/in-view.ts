/** Which part of the drawing can be seen: figures that cannot are not drawn anew while the run flows. */
import { bottom, right, type Box } from './layout/geometry.ts'

let seen: Box | null = null

/** The picture is looked at otherwise: moved and zoomed like this, in a room of this size. */
export function lookAt(transform: readonly [number, number, number], width: number, height: number): void {
  const [x, y, zoom] = transform
  seen = { x: -x / zoom, y: -y / zoom, w: width / zoom, h: height / zoom }
}

/** True when a part of a box can be seen, or when nobody knows. */
export function inView(box: Box): boolean {
  return seen === null || (box.x < right(seen) && right(box) > seen.x && box.y < bottom(seen) && bottom(box) > seen.y)
}
