/**
 * Ways through the drawing: the shortest orthogonal way between two parts that runs in the gaps between parts, through no
 * other partition's column, and reaches hardware from root only through the shaft. A plan from data: no page needed.
 *
 * A way is found once per pair and shifted a few units for each guest, so that the lines of two guests run side by side.
 */
import type { Architecture, Part } from './architecture.ts'
import { bottom, cuts, middle, right, type Box, type Point } from './geometry.ts'

const bendCost = 34
const clearance = 4
/** The most that a way pays for beginning away from the middle of a side: long bars are left anywhere. */
const aside = 24

interface Lattice {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
}

export interface Router {
  /**
   * The way from one component's part to another's, on the lane of a partition (ordinal 0 root and machine, 1... guests);
   * empty when one part stands for both.
   */
  route(from: string, to: string, lane: number): readonly Point[]
}

export function createRouter(architecture: Architecture): Router {
  const byPath = new Map(architecture.parts.map((part) => [part.path, part]))
  const partOf = (path: string): Part | undefined => byPath.get(architecture.standsFor.get(path) ?? path)
  const found = new Map<string, readonly Point[]>()
  const laned = new Map<string, readonly Point[]>()
  const guests = architecture.columns.length - 1
  const base = (from: string, to: string, lane: number): readonly Point[] => {
    const first = partOf(from)
    const second = partOf(to)
    if (!first || !second || first === second) return []
    const swapped = first.path > second.path
    const [a, b] = swapped ? [second, first] : [first, second]
    // A DMA ends in the pages of whoever it is for; every other way is the same for all.
    const owner = a.look === 'memory' || b.look === 'memory' ? lane : 0
    const key = `${a.path}|${b.path}|${owner}`
    let way = found.get(key)
    if (!way) {
      way = findWay(architecture, a, b, architecture.columns[owner]?.path ?? 'root')
      found.set(key, way)
    }
    return swapped ? [...way].reverse() : way
  }
  return {
    route(from, to, lane) {
      const key = `${from}|${to}|${lane}`
      let way = laned.get(key)
      if (!way) {
        const step = guests > 3 ? 2.5 : 6
        const offset = lane === 0 ? 0 : (lane - (guests + 1) / 2) * step
        way = shifted(base(from, to, lane), offset)
        laned.set(key, way)
      }
      return way
    },
  }
}

/** Moves a way aside; its ends stay on the borders they stand on. */
export function shifted(way: readonly Point[], offset: number): readonly Point[] {
  if (offset === 0 || way.length < 2) return way
  const out = way.map((p) => ({ x: p.x + offset, y: p.y + offset }))
  const pin = (end: number, neighbour: number): void => {
    const level = way[end]!.y === way[neighbour]!.y
    out[end] = level ? { x: way[end]!.x, y: out[end]!.y } : { x: out[end]!.x, y: way[end]!.y }
  }
  pin(0, 1)
  pin(way.length - 1, way.length - 2)
  return out
}

/** The box at which a part is reached: its title strip when the other end is inside it. */
function doorOf(part: Part, other: Part): Box {
  return part.anchor && other.inside === part.path ? part.anchor : part.box
}

function obstacles(architecture: Architecture, a: Part, b: Part): Box[] {
  const out: Box[] = []
  const grow = (box: Box, by: number): Box => ({ x: box.x - by, y: box.y - by, w: box.w + 2 * by, h: box.h + 2 * by })
  for (const part of architecture.parts) {
    if (part === a || part === b || part.look === 'strip') continue
    if (part.path === a.inside || part.path === b.inside) continue
    out.push(grow(part.box, clearance))
  }
  for (const column of architecture.columns) {
    if (column.path !== a.column && column.path !== b.column) out.push(column.box)
    if (column.ledger) out.push(column.ledger)
    if (column.paper) out.push(column.paper)
  }
  const floors = new Set([a.floor, b.floor])
  if (!floors.has('hypervisor') && !floors.has('hardware')) out.push(architecture.hypervisor)
  if (!floors.has('hardware')) out.push(architecture.hardware)
  return out
}

function latticeOf(architecture: Architecture, doors: readonly Box[]): Lattice {
  const xs: number[] = []
  const ys: number[] = []
  for (const part of architecture.parts) {
    const centre = middle(part.box)
    if (part.look !== 'strip' && part.look !== 'memory') xs.push(centre.x, part.box.x - 9, right(part.box) + 9)
    if (part.look === 'memory') ys.push(bottom(part.box) + 8)
    ys.push(centre.y, part.box.y - 13, bottom(part.box) + 13)
  }
  for (const segment of architecture.segments) xs.push(middle(segment.box).x)
  // Between the kernel floors and the hypervisor: rings of guests that do not stand beside root.
  ys.push(bottom(architecture.columns[0]!.box) + 7)
  for (const column of architecture.columns) xs.push(column.box.x + 6, right(column.box) - 6, right(column.box) + 10)
  xs.push(middle(architecture.shaft).x)
  const borderXs = doors.flatMap((door) => [door.x, right(door)])
  const borderYs = doors.flatMap((door) => [door.y, bottom(door)])
  return { xs: distinct(xs, borderXs), ys: distinct(ys, borderYs) }
}

/** Sorted values at least 4 apart; `exact` values always stay. */
function distinct(values: readonly number[], exact: readonly number[]): number[] {
  const out = [...new Set(exact)]
  for (const value of values) if (out.every((kept) => Math.abs(kept - value) >= 4)) out.push(value)
  return out.sort((a, b) => a - b)
}

interface Node extends Point {
  /** Places in the lattice. */
  readonly xi: number
  readonly yi: number
  /** 0 level, 1 upright. */
  readonly heading: 0 | 1
  readonly cost: number
  readonly before: Node | null
}

function onBorder(p: Point, box: Box, heading: 0 | 1): boolean {
  if (heading === 1) return (p.y === box.y || p.y === bottom(box)) && p.x > box.x + 7 && p.x < right(box) - 7
  return (p.x === box.x || p.x === right(box)) && p.y > box.y + 5 && p.y < bottom(box) - 5
}

function findWay(architecture: Architecture, a: Part, b: Part, owner: string): readonly Point[] {
  const segment = architecture.segments.find((s) => s.owner === owner)?.box
  const start = (a.look === 'memory' && segment) || doorOf(a, b)
  const goal = (b.look === 'memory' && segment) || doorOf(b, a)
  const lattice = latticeOf(architecture, [start, goal])
  const blocked = obstacles(architecture, a, b)
  if (a.look === 'memory' || b.look === 'memory') {
    for (const other of architecture.segments) if (other.box !== segment) blocked.push(other.box)
    // A DMA never leaves the basement.
    const { hypervisor, hardware } = architecture
    blocked.push({ ...hypervisor, h: hardware.y + 8 - hypervisor.y })
  }
  const shaftX = middle(architecture.shaft).x
  const throughShaft = crossesHypervisor(a, b)
  const free = (p: Point, q: Point): boolean => {
    if (cuts(p, q, start) || cuts(p, q, goal)) return false
    if (throughShaft && p.x === q.x && Math.abs(p.x - shaftX) > 4 && cuts(p, q, architecture.hypervisor)) return false
    return !blocked.some((box) => cuts(p, q, box))
  }
  return search(lattice, start, goal, free, b.look === 'memory')
}

function crossesHypervisor(a: Part, b: Part): boolean {
  const hardware = a.floor === 'hardware' || b.floor === 'hardware'
  return hardware && (a.floor === 'kernel' || b.floor === 'kernel')
}

type Free = (p: Point, q: Point) => boolean

/** Answers each piece of the lattice once: the same question comes from both ends. */
function remembered(lattice: Lattice, free: Free): (node: Node, xi: number, yi: number) => boolean {
  const { xs, ys } = lattice
  const known = new Int8Array(xs.length * ys.length * 2)
  return (node, xi, yi) => {
    const at = (Math.min(node.xi, xi) * ys.length + Math.min(node.yi, yi)) * 2 + (xi === node.xi ? 1 : 0)
    if (known[at] === 0) known[at] = free(node, { x: xs[xi]!, y: ys[yi]! }) ? 1 : -1
    return known[at] === 1
  }
}

/** Where a way may begin: on the border, at a right angle to it; near the middle of a side is a little cheaper. */
function beginnings(lattice: Lattice, start: Box): Node[] {
  const out: Node[] = []
  const centre = middle(start)
  lattice.xs.forEach((x, xi) => {
    lattice.ys.forEach((y, yi) => {
      for (const heading of [0, 1] as const) {
        if (!onBorder({ x, y }, start, heading)) continue
        const cost = Math.min(aside, heading === 1 ? Math.abs(x - centre.x) / 8 : Math.abs(y - centre.y) / 8)
        out.push({ x, y, xi, yi, heading, cost, before: null })
      }
    })
  })
  return out
}

/** Dijkstra over the lattice with a price for each bend. */
function search(lattice: Lattice, start: Box, goal: Box, free: Free, uprightOnly: boolean): readonly Point[] {
  const best = new Float64Array(lattice.xs.length * lattice.ys.length * 2).fill(Infinity)
  const open: Node[] = []
  const offer = (node: Node): void => {
    const key = (node.xi * lattice.ys.length + node.yi) * 2 + node.heading
    if (best[key]! <= node.cost) return
    best[key] = node.cost
    let i = open.length
    open.push(node)
    while (i > 0) {
      const up = (i - 1) >> 1
      if (open[up]!.cost <= node.cost) break
      open[i] = open[up]!
      i = up
    }
    open[i] = node
  }
  const passable = remembered(lattice, free)
  for (const node of beginnings(lattice, start)) offer(node)
  while (open.length > 0) {
    const node = takeFirst(open)
    // Pages are entered from below, never from their neighbours.
    if (node.before && (node.heading === 1 || !uprightOnly) && onBorder(node, goal, node.heading)) return trace(node)
    step(node, lattice, passable, offer)
  }
  return [middle(start), middle(goal)]
}

function takeFirst(open: Node[]): Node {
  const first = open[0]!
  const last = open.pop()!
  if (open.length === 0) return first
  let i = 0
  for (;;) {
    const l = 2 * i + 1
    if (l >= open.length) break
    const child = l + 1 < open.length && open[l + 1]!.cost < open[l]!.cost ? l + 1 : l
    if (open[child]!.cost >= last.cost) break
    open[i] = open[child]!
    i = child
  }
  open[i] = last
  return first
}

function step(node: Node, lattice: Lattice, passable: (node: Node, xi: number, yi: number) => boolean, offer: (node: Node) => void): void {
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
    const heading = dx === 0 ? 1 : 0
    // A way leaves its first part at a right angle to the border.
    if (!node.before && heading !== node.heading) continue
    const xi = node.xi + dx
    const yi = node.yi + dy
    const x = lattice.xs[xi]
    const y = lattice.ys[yi]
    if (x === undefined || y === undefined || !passable(node, xi, yi)) continue
    const cost = node.cost + Math.abs(x - node.x) + Math.abs(y - node.y) + (heading === node.heading ? 0 : bendCost)
    offer({ x, y, xi, yi, heading, cost, before: node })
  }
}

/** The corners of the way that ends at a node. */
function trace(end: Node): readonly Point[] {
  const all: Point[] = []
  for (let node: Node | null = end; node; node = node.before) all.unshift({ x: node.x, y: node.y })
  return all.filter((p, i) => {
    const before = all[i - 1]
    const after = all[i + 1]
    return !before || !after || !((before.x === p.x && p.x === after.x) || (before.y === p.y && p.y === after.y))
  })
}
