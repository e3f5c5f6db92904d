/**
 * Where the name of the present hop stands: beside its mark or its way, where it covers the least that is to be read. Pure.
 */
import type { Architecture, Part } from './layout/architecture.ts'
import { bottom, middle, right, type Box, type Point } from './layout/geometry.ts'
import { head as headHeight } from './layout/measures.ts'

/** Something that a plate should not cover, and how much it matters, for each unit of area. */
export interface Weighed {
  readonly box: Box
  readonly weight: number
}

const words = 1
const body = 0.06

/** Roughly where the words of a part stand: in its middle, or at the top where it holds others. */
function wordsOf(part: Part): Box {
  if (part.look === 'disk' || part.look === 'memory' || part.look === 'processors' || part.look === 'pipe') return part.box
  const bar = part.look === 'bar' || part.look === 'strip'
  const w = Math.min(part.box.w, bar ? part.title.length * 9 + part.sub.length * 7 + 30 : Math.max(part.title.length * 9, part.sub.length * 7) + 8)
  const h = Math.min(part.box.h, bar ? 24 : 40)
  const centre = middle(part.anchor ?? part.box)
  return { x: centre.x - w / 2, y: centre.y - h / 2, w, h }
}

/** All that stands in a drawing, in its units. */
export function obstaclesOf(drawing: Architecture): readonly Weighed[] {
  const out: Weighed[] = drawing.parts.flatMap((part) => [{ box: wordsOf(part), weight: words }, { box: part.box, weight: body }])
  for (const { box, ledger, paper } of drawing.columns) {
    out.push({ box: { ...box, h: headHeight }, weight: words })
    if (ledger) out.push({ box: ledger, weight: words })
    if (paper) out.push({ box: paper, weight: words })
  }
  const left = drawing.columns[0]?.box.x ?? 0
  out.push({ box: { x: 0, y: 0, w: left - 12, h: drawing.height }, weight: words })
  // The name of a pipe stands above it.
  for (const { box, look, title } of drawing.parts) if (look === 'pipe' && title !== '') out.push({ box: { ...box, y: box.y - 36, h: 36 }, weight: words })
  const { shaft, shaftText, hypervisor } = drawing
  out.push({ box: { x: shaft.x, y: hypervisor.y, w: shaft.w + shaftText, h: hypervisor.h }, weight: words })
  return out
}

export interface Wanted {
  readonly w: number
  readonly h: number
  readonly way: readonly Point[]
  /** Where its own mark comes to rest, and where those of the same beat do. */
  readonly rest: Point
  readonly others: readonly Point[]
  readonly radius: number
  readonly room: { readonly w: number; readonly h: number }
  readonly things: readonly Weighed[]
}

function shared(a: Box, b: Box): number {
  const w = Math.min(right(a), right(b)) - Math.max(a.x, b.x)
  const h = Math.min(bottom(a), bottom(b)) - Math.max(a.y, b.y)
  return w > 0 && h > 0 ? w * h : 0
}

function holds({ x, y, w, h }: Box, p: Point): boolean {
  return p.x > x && p.x < x + w && p.y > y && p.y < y + h
}

/** Points of the line from a mark to the nearest point of a plate; none where they are neighbours. */
function leader(rest: Point, box: Box): readonly Point[] {
  const [dx, dy] = [Math.max(box.x, Math.min(right(box), rest.x)) - rest.x, Math.max(box.y, Math.min(bottom(box), rest.y)) - rest.y]
  if (Math.abs(dx) + Math.abs(dy) < 26) return []
  return [0.2, 0.4, 0.6, 0.8].map((share) => ({ x: rest.x + dx * share, y: rest.y + dy * share }))
}

function around({ x, y }: Point, by: number): Box {
  return { x: x - by, y: y - by, w: 2 * by, h: 2 * by }
}

function pieces(way: readonly Point[]): readonly Box[] {
  return way.slice(1).map((b, i) => {
    const a = way[i]!
    return { x: Math.min(a.x, b.x) - 7, y: Math.min(a.y, b.y) - 7, w: Math.abs(a.x - b.x) + 14, h: Math.abs(a.y - b.y) + 14 }
  })
}

/** Beside a point: right, left, above, below, and at its four corners. */
function beside({ x, y }: Point, { w, h, radius }: Wanted): readonly Box[] {
  const off = radius * 1.2 + 4
  return [
    { x: x + off, y: y - h / 2, w, h },
    { x: x - off - w, y: y - h / 2, w, h },
    { x: x - w / 2, y: y - off - h, w, h },
    { x: x - w / 2, y: y + off, w, h },
    { x: x + off * 0.7, y: y - off * 0.7 - h, w, h },
    { x: x + off * 0.7, y: y + off * 0.7, w, h },
    { x: x - off * 0.7 - w, y: y - off * 0.7 - h, w, h },
    { x: x - off * 0.7 - w, y: y + off * 0.7, w, h },
  ]
}

/** Beside all of a way: right, left, above, below. */
function besideAll(way: readonly Point[], { w, h, radius }: Wanted): readonly Box[] {
  const xs = way.map((p) => p.x)
  const ys = way.map((p) => p.y)
  const [left, most, top, low] = [Math.min(...xs) - 10, Math.max(...xs) + 14, Math.min(...ys) - radius - 4, Math.max(...ys) + radius + 4]
  const [x, y] = [(left + most) / 2, (top + low) / 2]
  return [{ x: most, y: y - h / 2, w, h }, { x: left - w, y: y - h / 2, w, h }, { x: x - w / 2, y: top - h, w, h }, { x: x - w / 2, y: low, w, h }]
}

/** Anywhere within reach, for a crowded place. */
function within({ x, y }: Point, { w, h }: Wanted): readonly Box[] {
  const out: Box[] = []
  for (let dy = -reach; dy <= reach; dy += 14) for (let dx = -reach; dx <= reach; dx += 28) out.push({ x: x + dx - w / 2, y: y + dy - h / 2, w, h })
  return out
}

/** Pixels, from its mark to the middle of a plate that found no place beside it. */
const reach = 196
/** A place that costs more than this is worth a longer search. */
const dear = 500

/** What a place costs; reckoned no further than to a cost that is too much. */
type Cost = (box: Box, most: number) => number

function costOf(wanted: Wanted): Cost {
  const { way, rest, others, radius, room, things } = wanted
  const ways = pieces(way)
  const own = [...ways, around(rest, radius)]
  const marks = others.map((p) => around(p, radius + 2))
  return (box, most) => {
    const out = Math.max(0, -box.x) + Math.max(0, right(box) - room.w) + Math.max(0, -box.y) + Math.max(0, bottom(box) - room.h)
    const centre = middle(box)
    let cost = out * 1000 + (Math.abs(centre.x - rest.x) + Math.abs(centre.y - rest.y)) * 1.2
    for (const piece of own) cost += shared(box, piece) * 8
    for (const mark of marks) cost += shared(box, mark) * 2
    if (cost >= most) return cost
    const leads = leader(rest, box)
    // The line that leads there does not cross what it names.
    for (const piece of ways) for (const p of leads) cost += holds(piece, p) ? 120 : 0
    const left = Math.min(box.x, rest.x)
    const top = Math.min(box.y, rest.y)
    const end = Math.max(right(box), rest.x)
    const low = Math.max(bottom(box), rest.y)
    for (const { box: thing, weight } of things) {
      // Most of what stands in a drawing is far from here.
      if (thing.x > end || thing.y > low || thing.x + thing.w < left || thing.y + thing.h < top) continue
      cost += shared(box, thing) * weight
      // Nor does the line that leads there run through words.
      if (weight === words) for (const p of leads) cost += holds(thing, p) ? 320 : 0
      if (cost >= most) return cost
    }
    return cost
  }
}

function cheapest(places: readonly Box[], cost: Cost): { readonly box: Box; readonly costs: number } {
  let box = places[0]!
  let costs = Infinity
  for (const place of places) {
    const now = cost(place, costs)
    if (now >= costs) continue
    costs = now
    box = place
  }
  return { box, costs }
}

/** The place that costs least; of equals the first, which is nearest to the mark. */
export function placeOf(wanted: Wanted): Box {
  const { way, rest } = wanted
  const cost = costOf(wanted)
  const anchors = [rest, ...way.slice(1).map((b, i) => ({ x: (b.x + way[i]!.x) / 2, y: (b.y + way[i]!.y) / 2 }))]
  const near = cheapest([...anchors.flatMap((anchor) => beside(anchor, wanted)), ...(way.length > 1 ? besideAll(way, wanted) : [])], cost)
  if (near.costs <= dear) return near.box
  const far = cheapest(within(rest, wanted), cost)
  return far.costs < near.costs ? far.box : near.box
}
