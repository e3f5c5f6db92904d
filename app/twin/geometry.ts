/** Where the places of one side stand: the diagram's building at its lowest depth, one guest beside the root. Pure. */
import type { Spot } from './tally.ts'

export interface Box {
  readonly spot: Spot
  readonly title: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export const width = 480
export const height = 444

/** The hypervisor leaves a shaft: root reaches its devices without it. */
export const boxes: readonly Box[] = [
  { spot: 'root-user', title: 'Worker process', x: 4, y: 4, width: 196, height: 96 },
  { spot: 'guest-user', title: 'Guest program', x: 280, y: 4, width: 196, height: 96 },
  { spot: 'root-kernel', title: 'Root kernel', x: 4, y: 132, width: 196, height: 96 },
  { spot: 'guest-kernel', title: 'Guest kernel', x: 280, y: 132, width: 196, height: 96 },
  { spot: 'memory', title: 'Ring', x: 212, y: 132, width: 56, height: 96 },
  { spot: 'hypervisor', title: 'Hypervisor', x: 92, y: 272, width: 384, height: 60 },
  { spot: 'hardware', title: 'Hardware', x: 4, y: 376, width: 472, height: 60 },
]

export interface Way {
  readonly from: Spot
  readonly to: Spot
  readonly a: Point
  readonly b: Point
  /** Where its count stands; null: it is told by the box. */
  readonly count: Point | null
}

export const ways: readonly Way[] = [
  { from: 'root-user', to: 'root-kernel', a: { x: 102, y: 100 }, b: { x: 102, y: 132 }, count: { x: 116, y: 124 } },
  { from: 'guest-user', to: 'guest-kernel', a: { x: 378, y: 100 }, b: { x: 378, y: 132 }, count: { x: 392, y: 124 } },
  { from: 'guest-kernel', to: 'memory', a: { x: 280, y: 180 }, b: { x: 268, y: 180 }, count: null },
  { from: 'memory', to: 'root-kernel', a: { x: 212, y: 180 }, b: { x: 200, y: 180 }, count: null },
  { from: 'guest-kernel', to: 'hypervisor', a: { x: 378, y: 228 }, b: { x: 378, y: 272 }, count: { x: 392, y: 258 } },
  { from: 'root-kernel', to: 'hypervisor', a: { x: 146, y: 228 }, b: { x: 146, y: 272 }, count: { x: 160, y: 258 } },
  { from: 'root-kernel', to: 'hardware', a: { x: 40, y: 228 }, b: { x: 40, y: 376 }, count: { x: 52, y: 362 } },
  { from: 'hypervisor', to: 'hardware', a: { x: 300, y: 332 }, b: { x: 300, y: 376 }, count: { x: 314, y: 362 } },
]

const middles = new Map(boxes.map((box) => [box.spot, { x: box.x + box.width / 2, y: box.y + box.height / 2 }]))

/** Where a dot begins that comes from a spot: somebody stands above the guest. */
function middleOf(spot: Spot): Point {
  return middles.get(spot) ?? { x: 378, y: -10 }
}

/** A hop leaves the middle of a box, takes the drawn way where there is one, and ends in the middle of the other box. */
export function dotAt(from: Spot, to: Spot, share: number): Point {
  const [a, b] = [middleOf(from), middleOf(to)]
  const way = ways.find((w) => (w.from === from && w.to === to) || (w.from === to && w.to === from))
  if (!way) return between(a, b, share)
  const forward = way.from === from
  const [first, second] = forward ? [way.a, way.b] : [way.b, way.a]
  if (share < 0.3) return between(a, first, share / 0.3)
  if (share < 0.7) return between(first, second, (share - 0.3) / 0.4)
  return between(second, b, (share - 0.7) / 0.3)
}

function between(a: Point, b: Point, share: number): Point {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share }
}
