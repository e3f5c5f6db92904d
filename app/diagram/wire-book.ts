/**
 * The worn ways as lines: ways between the same two parts on one lane are one line. Kept from count to count: what it costs to
 * go on is what was used since, however many guests there are.
 */
import type { ComponentView } from '../../engine/index.ts'
import { laneOf } from '../ui/lane.ts'
import { wayOf, type WayKey } from '../session/worn.ts'
import { edgeOf } from './layout/edges.ts'
import { roundedPath, type Point } from './layout/geometry.ts'
import { standing } from './layout/part-of.ts'

/** One line; a new object whenever it is to be drawn otherwise. */
export interface Wire {
  readonly id: number
  readonly lane: number
  readonly d: string
  readonly width: number
  readonly aside: boolean
}

/** What is to be drawn, and whether more comes as soon as its way is found. */
export interface Drawn {
  readonly wires: readonly Wire[]
  readonly waits: boolean
}

interface Line {
  hops: number
  wire: Wire
}

/** A way used a thousand times is three times as broad as one used once; in steps, so that the ground is seldom drawn anew. */
export function breadth(hops: number): number {
  return Math.min(6, 2 + Math.round(Math.log10(hops + 1) * 1.3 * 5) / 5)
}

export interface Sources {
  readonly components: readonly ComponentView[]
  /** The part that stands for a component. */
  readonly standsFor: ReadonlyMap<string, string>
  /** A way that was found, or null while it is looked for; the same way is the same list. */
  readonly known: (from: string, to: string, ordinal: number) => readonly Point[] | null
  /** Of a way: true when the lens leaves it bright; null when all are. */
  readonly bright: ((from: number, to: number, behalf: number) => boolean) | null
}

export class WireBook {
  readonly #sources: Sources
  readonly #lines = new Map<readonly Point[], Line>()
  /** The line of each way; null for one that is not drawn. */
  readonly #lineOf = new Map<WayKey, Line | null>()
  readonly #counted = new Map<WayKey, number>()
  /** Their way is still looked for. */
  readonly #waiting = new Set<WayKey>()
  #drawn: Drawn = { wires: [], waits: false }

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /** The same object until something changes. */
  get drawn(): Drawn {
    return this.#drawn
  }

  /** Counts ways as they stand now; true when a line is to be drawn anew, or the last one is found. */
  count(keys: Iterable<WayKey>, counts: ReadonlyMap<WayKey, number>): boolean {
    let changed = false
    for (const key of keys) changed = this.#countOne(key, counts.get(key) ?? 0) || changed
    const waits = this.#waiting.size > 0
    const { wires, waits: waited } = this.#drawn
    if (changed || waits !== waited) this.#drawn = { wires: changed ? [...this.#lines.values()].map((line) => line.wire).sort((a, b) => a.lane - b.lane) : wires, waits }
    return changed || waits !== waited
  }

  /** The same for ways that were looked for. */
  found(counts: ReadonlyMap<WayKey, number>): boolean {
    return this.#waiting.size > 0 && this.count([...this.#waiting], counts)
  }

  #countOne(key: WayKey, hops: number): boolean {
    let line = this.#lineOf.get(key)
    if (line === undefined) {
      line = this.#lineFor(key)
      if (line === undefined) {
        this.#waiting.add(key)
        return false
      }
      this.#waiting.delete(key)
      this.#lineOf.set(key, line)
    }
    if (line === null) return false
    const fresh = line.hops === 0
    line.hops += hops - (this.#counted.get(key) ?? 0)
    this.#counted.set(key, hops)
    const width = breadth(line.hops)
    if (!fresh && width === line.wire.width) return false
    line.wire = { ...line.wire, width }
    return true
  }

  #lineFor(key: WayKey): Line | null | undefined {
    const { components, known, bright } = this.#sources
    const { from, to, behalf } = wayOf(key)
    const a = components[from]?.path ?? ''
    const b = components[to]?.path ?? ''
    if (a === b || !(edgeOf(a, b) ?? edgeOf(b, a))) return null
    // Both directions of a way are one line.
    const [first, second] = standing(this.#sources, a) < standing(this.#sources, b) ? [a, b] : [b, a]
    const ordinal = Math.max(0, behalf - 1)
    const way = known(first, second, ordinal)
    if (way === null) return undefined
    if (way.length < 2) return null
    const aside = bright !== null && !bright(from, to, behalf)
    const line = this.#lines.get(way)
    if (line) {
      if (line.wire.aside && !aside) line.wire = { ...line.wire, aside }
      return line
    }
    const made: Line = { hops: 0, wire: { id: this.#lines.size, lane: laneOf(ordinal), d: roundedPath(way, 7), width: 0, aside } }
    this.#lines.set(way, made)
    return made
  }
}
