/** What has hopped on a side since it left a station: the figures that grow while it moves. Pure. */
import { families, MOVE_BYTES, MOVE_COPY, MOVE_EXIT, MOVE_HYPERCALL, MOVE_MEMORY, MOVE_TRIP, places, type Family, type Place, type TwinMoves } from '../../engine/index.ts'

/** A place of the picture: shared memory is drawn as the pipe between the kernels. */
export type Spot = Place | 'memory'

export interface Move {
  readonly from: Spot
  readonly to: Spot
  readonly family: Family
}

export interface Tally {
  /** Hops that have acted, of so many. */
  readonly done: number
  readonly of: number
  /** Caused by guests. */
  readonly guestExits: number
  readonly guestHypercalls: number
  readonly workerTrips: number
  readonly copies: number
  readonly cpuNs: number
  /** Where the last of them arrived. */
  readonly spot: Spot | null
  /** Hops that arrived, by spot; and by way, as `wayKey` spells it. */
  readonly arrived: Readonly<Partial<Record<Spot, number>>>
  readonly ways: Readonly<Record<string, number>>
  readonly nsAt: Readonly<Partial<Record<Spot, number>>>
}

const familyNames = Object.keys(families) as Family[]

/** Both directions of a way are drawn as one. */
export function wayKey(from: Spot, to: Spot): string {
  return from < to ? `${from} ${to}` : `${to} ${from}`
}

/** An end in shared memory is drawn as the pipe. */
export function spotOf(place: Place, memory: boolean): Spot {
  return memory && place === 'hardware' ? 'memory' : place
}

/** Move `i` as the picture draws it. */
export function moveAt({ moves }: TwinMoves, i: number): Move {
  const at = i * MOVE_BYTES
  const memory = (moves[at + 3]! & MOVE_MEMORY) !== 0
  return { from: spotOf(places[moves[at]!]!, memory), to: spotOf(places[moves[at + 1]!]!, memory), family: familyNames[moves[at + 2]!]! }
}

/** Counts the moves one after the other: it is never asked to go back. */
export class Counter {
  readonly #moves: TwinMoves
  #done = 0
  readonly #sum = { guestExits: 0, guestHypercalls: 0, workerTrips: 0, copies: 0, cpuNs: 0 }
  readonly #arrived: Partial<Record<Spot, number>> = {}
  readonly #nsAt: Partial<Record<Spot, number>> = {}
  readonly #ways: Record<string, number> = {}

  constructor(moves: TwinMoves) {
    this.#moves = moves
  }

  get hops(): number {
    return this.#moves.hops
  }

  /** The first `hops` moves have acted. */
  upTo(hops: number): Tally {
    const { moves, ns, hops: of } = this.#moves
    for (; this.#done < Math.min(hops, of); this.#done++) {
      const i = this.#done
      const bits = moves[i * MOVE_BYTES + 3]!
      const { from, to } = moveAt(this.#moves, i)
      this.#sum.guestExits += bits & MOVE_EXIT ? 1 : 0
      this.#sum.guestHypercalls += bits & MOVE_HYPERCALL ? 1 : 0
      this.#sum.workerTrips += bits & MOVE_TRIP ? 1 : 0
      this.#sum.copies += bits & MOVE_COPY ? 1 : 0
      this.#sum.cpuNs += ns[i]!
      this.#arrived[to] = (this.#arrived[to] ?? 0) + 1
      this.#nsAt[to] = (this.#nsAt[to] ?? 0) + ns[i]!
      const key = wayKey(from, to)
      this.#ways[key] = (this.#ways[key] ?? 0) + 1
    }
    const spot = this.#done > 0 ? moveAt(this.#moves, this.#done - 1).to : null
    return { done: this.#done, of, ...this.#sum, spot, arrived: { ...this.#arrived }, ways: { ...this.#ways }, nsAt: { ...this.#nsAt } }
  }
}
