/**
 * Ways through the drawing: the shortest orthogonal way between two parts that runs in the gaps between parts, through no
 * other partition's column, and reaches hardware from root only through the shaft. A plan from data: no page needed.
 *
 * A way is found once per pair and shifted a few units for each guest, so that the lines of two guests run side by side.
 */
import { laneMost, laneOf } from '../../ui/lane.ts'
import type { Architecture, Part } from './architecture.ts'
import { bottom, cuts, middle, right, type Box, type Point } from './geometry.ts'
import { standing } from './part-of.ts'
import { blockedBy, distinct, search } from './search.ts'

const clearance = 4
/** From so many columns on, the search heads for its goal; of equally short ways it may then find another. */
const columnsFew = 12

export interface Router {
  /**
   * The way from one component's part to another's, on the lane of a partition (ordinal 0 root and machine, 1... guests);
   * empty when one part stands for both. The same way is the same list.
   */
  route(from: string, to: string, ordinal: number): readonly Point[]
  /** The same if it was found before; else null, and it is among those that `findNext` finds. */
  known(from: string, to: string, ordinal: number): readonly Point[] | null
  /** Finds a way that was asked for; false when there is none left. */
  findNext(): boolean
}

/** Ways that have been found: between two parts, then aside on a lane, then from either end. */
class Ways {
  readonly #drawing: Architecture
  readonly #plan: Plan
  readonly #found = new Map<string, readonly Point[]>()
  readonly #laned = new Map<string, readonly Point[]>()
  readonly #step: number
  readonly #lanes: number

  constructor(drawing: Architecture) {
    this.#drawing = drawing
    this.#plan = planOf(drawing)
    const guests = drawing.columns.length - 1
    this.#step = guests > 3 ? 2.5 : 6
    this.#lanes = Math.min(laneMost, guests)
  }

  has(a: Part, b: Part, owner: number): boolean {
    return this.#found.has(`${a.path}|${b.path}|${owner}`)
  }

  between(a: Part, b: Part, owner: number): readonly Point[] {
    const key = `${a.path}|${b.path}|${owner}`
    let way = this.#found.get(key)
    if (!way) this.#found.set(key, (way = findWay(this.#drawing, this.#plan, a, b, this.#drawing.columns.find((column) => column.ordinal === owner)?.path ?? 'root')))
    return way
  }

  aside(a: Part, b: Part, owner: number, lane: number, swapped: boolean): readonly Point[] {
    const key = `${a.path}|${b.path}|${owner}|${lane}${swapped ? '|back' : ''}`
    let way = this.#laned.get(key)
    if (!way) {
      const there = this.between(a, b, owner)
      const offset = lane === 0 ? 0 : (lane - (this.#lanes + 1) / 2) * this.#step
      this.#laned.set(key, (way = shifted(swapped ? [...there].reverse() : there, offset)))
    }
    return way
  }
}

interface Asked {
  readonly a: Part
  readonly b: Part
  readonly owner: number
  readonly swapped: boolean
}

export function createRouter(architecture: Architecture): Router {
  const byPath = new Map(architecture.parts.map((part) => [part.path, part]))
  const partOf = (path: string): Part | undefined => byPath.get(standing(architecture, path))
  const ways = new Ways(architecture)
  /** Ways by what was asked: the answer to a question that comes a thousand times. */
  const answers = new Map<string, readonly Point[]>()
  const wanted = new Map<string, Asked>()
  const askedOf = (from: string, to: string, ordinal: number): Asked | null => {
    const first = partOf(from)
    const second = partOf(to)
    if (!first || !second || first === second) return null
    const swapped = first.path > second.path
    const [a, b] = swapped ? [second, first] : [first, second]
    // A DMA ends in the pages of whoever it is for; every other way is the same for all.
    return { a, b, swapped, owner: a.look === 'memory' || b.look === 'memory' ? ordinal : 0 }
  }
  const answer = (key: string, asked: Asked | null, ordinal: number): readonly Point[] => {
    const way = asked ? ways.aside(asked.a, asked.b, asked.owner, laneOf(ordinal), asked.swapped) : []
    answers.set(key, way)
    return way
  }
  return {
    route(from, to, ordinal) {
      const key = `${from}|${to}|${ordinal}`
      return answers.get(key) ?? answer(key, askedOf(from, to, ordinal), ordinal)
    },
    known(from, to, ordinal) {
      const key = `${from}|${to}|${ordinal}`
      const before = answers.get(key)
      if (before) return before
      const asked = askedOf(from, to, ordinal)
      if (!asked || ways.has(asked.a, asked.b, asked.owner)) return answer(key, asked, ordinal)
      wanted.set(`${asked.a.path}|${asked.b.path}|${asked.owner}`, asked)
      return null
    },
    findNext() {
      const next = wanted.entries().next()
      if (next.done) return false
      const [key, { a, b, owner }] = next.value
      wanted.delete(key)
      ways.between(a, b, owner)
      return true
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

/** What is the same for every way of a drawing: what stands in the way, and where ways may run. */
interface Plan {
  /** Upright lines, each with the partition it belongs to. */
  readonly xs: readonly (readonly [x: number, of: string])[]
  readonly ys: readonly number[]
  /** Partitions whose lines serve only ways that begin or end there: those drawn small, where there are many. */
  readonly apart: ReadonlySet<string>
  /** Boxes with a margin, by the part they are of. */
  readonly parts: readonly (readonly [part: Part, box: Box])[]
  /** What every way goes around. */
  readonly fixed: readonly Box[]
}

function planOf(architecture: Architecture): Plan {
  const grow = (box: Box, by: number): Box => ({ x: box.x - by, y: box.y - by, w: box.w + 2 * by, h: box.h + 2 * by })
  const many = architecture.columns.length > columnsFew
  return {
    ...linesOf(architecture),
    apart: new Set(many ? architecture.columns.flatMap((column) => (column.tile ? [column.path] : [])) : []),
    parts: architecture.parts.filter((part) => part.look !== 'strip').map((part) => [part, grow(part.box, clearance)] as const),
    fixed: architecture.columns.flatMap(({ ledger, paper }) => [...(ledger ? [ledger] : []), ...(paper ? [paper] : [])]),
  }
}

function obstacles(architecture: Architecture, plan: Plan, a: Part, b: Part): Box[] {
  const out: Box[] = [...plan.fixed]
  for (const [part, box] of plan.parts) {
    if (part === a || part === b || part.path === a.inside || part.path === b.inside) continue
    out.push(box)
  }
  for (const column of architecture.columns) if (column.path !== a.column && column.path !== b.column) out.push(column.box)
  const floors = new Set([a.floor, b.floor])
  if (!floors.has('hypervisor') && !floors.has('hardware')) out.push(architecture.hypervisor)
  if (!floors.has('hardware')) out.push(architecture.hardware)
  return out
}

/** Where ways may run, whichever parts they are between; in the order in which one that is too near to another gives way. */
function linesOf(architecture: Architecture): Pick<Plan, 'xs' | 'ys'> {
  const xs: (readonly [number, string])[] = []
  const ys: number[] = []
  const add = (of: string, ...values: readonly number[]): void => values.forEach((x) => xs.push([x, of]))
  for (const part of architecture.parts) {
    const centre = middle(part.box)
    if (part.look !== 'strip' && part.look !== 'memory') add(part.column, centre.x, part.box.x - 9, right(part.box) + 9)
    if (part.look === 'memory') ys.push(bottom(part.box) + 8)
    ys.push(centre.y, part.box.y - 13, bottom(part.box) + 13)
  }
  for (const segment of architecture.segments) add(segment.owner, middle(segment.box).x)
  // Between the kernel floors and the hypervisor: rings of guests that do not stand beside root.
  ys.push(bottom(architecture.columns[0]!.box) + 7)
  for (const column of architecture.columns) add(column.path, column.box.x + 6, right(column.box) - 6, right(column.box) + 10)
  add('', middle(architecture.shaft).x)
  return { xs, ys }
}

function findWay(architecture: Architecture, plan: Plan, a: Part, b: Part, owner: string): readonly Point[] {
  const segment = architecture.segments.find((s) => s.owner === owner)?.box
  const start = (a.look === 'memory' && segment) || doorOf(a, b)
  const goal = (b.look === 'memory' && segment) || doorOf(b, a)
  const xs = plan.xs.flatMap(([x, of]) => (plan.apart.has(of) && of !== a.column && of !== b.column && of !== owner ? [] : [x]))
  const lattice = { xs: distinct(xs, [start.x, right(start), goal.x, right(goal)]), ys: distinct(plan.ys, [start.y, bottom(start), goal.y, bottom(goal)]) }
  const blocked = obstacles(architecture, plan, a, b)
  if (a.look === 'memory' || b.look === 'memory') {
    for (const other of architecture.segments) if (other.box !== segment) blocked.push(other.box)
    // A DMA never leaves the basement.
    const { hypervisor, hardware } = architecture
    blocked.push({ ...hypervisor, h: hardware.y + 8 - hypervisor.y })
  }
  const blocks = blockedBy(blocked)
  const shaftX = middle(architecture.shaft).x
  const throughShaft = crossesHypervisor(a, b)
  const free = (p: Point, q: Point): boolean => {
    if (cuts(p, q, start) || cuts(p, q, goal)) return false
    if (throughShaft && p.x === q.x && Math.abs(p.x - shaftX) > 4 && cuts(p, q, architecture.hypervisor)) return false
    return !blocks(p, q)
  }
  return search({ lattice, start, goal, free, uprightOnly: b.look === 'memory', heads: plan.apart.size > 0 })
}

function crossesHypervisor(a: Part, b: Part): boolean {
  const hardware = a.floor === 'hardware' || b.floor === 'hardware'
  return hardware && (a.floor === 'kernel' || b.floor === 'kernel')
}
