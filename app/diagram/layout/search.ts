/**
 * The shortest orthogonal way over a lattice from the border of one box to that of another, with a price for each bend. Pure;
 * knows boxes and points, no parts.
 */
import { bottom, cuts, middle, right, type Box, type Point } from './geometry.ts'

const bendCost = 34
/** The most that a way pays for beginning away from the middle of a side: long bars are left anywhere. */
const aside = 24

export interface Lattice {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
}

export type Free = (p: Point, q: Point) => boolean

const lineLeast = 4

/** Sorted values at least 4 apart; `exact` values always stay. */
export function distinct(values: readonly number[], exact: readonly number[]): number[] {
  const out = new Set(exact)
  // Of two values that near to each other, one is in the cell of the other or in the next.
  const cells = new Map<number, number[]>()
  const put = (value: number): void => {
    const cell = Math.floor(value / lineLeast)
    const those = cells.get(cell)
    if (those) those.push(value)
    else cells.set(cell, [value])
  }
  for (const value of out) put(value)
  for (const value of values) {
    const cell = Math.floor(value / lineLeast)
    const near = (at: number): boolean => cells.get(at)?.some((kept) => Math.abs(kept - value) < lineLeast) ?? false
    if (near(cell - 1) || near(cell) || near(cell + 1)) continue
    out.add(value)
    put(value)
  }
  return [...out].sort((a, b) => a - b)
}

const stripe = 64

/** Answers whether a piece of a way runs through a box, looking only at boxes of the stripes it passes. */
export function blockedBy(boxes: readonly Box[]): Free {
  const stripes = new Map<number, Box[]>()
  for (const box of boxes) {
    for (let at = Math.floor(box.x / stripe); at <= Math.floor(right(box) / stripe); at++) {
      const those = stripes.get(at)
      if (those) those.push(box)
      else stripes.set(at, [box])
    }
  }
  return (p, q) => {
    for (let at = Math.floor(Math.min(p.x, q.x) / stripe); at <= Math.floor(Math.max(p.x, q.x) / stripe); at++) {
      if (stripes.get(at)?.some((box) => cuts(p, q, box))) return true
    }
    return false
  }
}

interface Node extends Point {
  /** Places in the lattice. */
  readonly xi: number
  readonly yi: number
  /** 0 level, 1 upright. */
  readonly heading: 0 | 1
  readonly cost: number
  /** What the way costs at least, once it has reached the goal. */
  readonly least: number
  readonly before: Node | null
}

function onBorder(p: Point, box: Box, heading: 0 | 1): boolean {
  if (heading === 1) return (p.y === box.y || p.y === bottom(box)) && p.x > box.x + 7 && p.x < right(box) - 7
  return (p.x === box.x || p.x === right(box)) && p.y > box.y + 5 && p.y < bottom(box) - 5
}

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
function beginnings(lattice: Lattice, start: Box): Omit<Node, 'least'>[] {
  const out: Omit<Node, 'least'>[] = []
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

export interface Search {
  readonly lattice: Lattice
  readonly start: Box
  readonly goal: Box
  readonly free: Free
  readonly uprightOnly: boolean
  /** What is nearer to the goal is looked at first. */
  readonly heads: boolean
}

/** How far a point is from a box at least. */
function farFrom({ x, y }: Point, box: Box): number {
  return Math.max(0, box.x - x, x - right(box)) + Math.max(0, box.y - y, y - bottom(box))
}

/** Dijkstra over the lattice with a price for each bend; in a large drawing, heading for the goal. */
export function search({ lattice, start, goal, free, uprightOnly, heads }: Search): readonly Point[] {
  const best = new Float64Array(lattice.xs.length * lattice.ys.length * 2).fill(Infinity)
  const open: Node[] = []
  const offer = (on: Omit<Node, 'least'>): void => {
    const key = (on.xi * lattice.ys.length + on.yi) * 2 + on.heading
    if (best[key]! <= on.cost) return
    best[key] = on.cost
    const node = { ...on, least: heads ? on.cost + farFrom(on, goal) : on.cost }
    let i = open.length
    open.push(node)
    while (i > 0) {
      const up = (i - 1) >> 1
      if (open[up]!.least <= node.least) break
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
    const child = l + 1 < open.length && open[l + 1]!.least < open[l]!.least ? l + 1 : l
    if (open[child]!.least >= last.least) break
    open[i] = open[child]!
    i = child
  }
  open[i] = last
  return first
}

function step(node: Node, lattice: Lattice, passable: (node: Node, xi: number, yi: number) => boolean, offer: (node: Omit<Node, 'least'>) => void): void {
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
