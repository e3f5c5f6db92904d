/** Where the dots of both sides are: read with every frame, so no React state. */
import type { TwinMoves } from '../../engine/index.ts'
import { moveAt, type Move } from './tally.ts'
import { sides, type Side } from './twin-calls.ts'

export interface DotPlace {
  readonly move: Move
  /** How far it has come on its way, 0 to 1. */
  readonly share: number
}

type Draw = (dot: DotPlace | null) => void
const drawn = new Map<Side, Draw>()

/** A side of the picture draws its dot from now on; answers how to stop. */
export function onMoves(side: Side, draw: Draw): () => void {
  drawn.set(side, draw)
  return () => drawn.delete(side)
}

/** `place` hops of each side have acted; the next one is on its way. A side with fewer waits without a dot. */
export function showMoves(both: Readonly<Record<Side, TwinMoves>> | null, place: number): void {
  for (const side of sides) {
    const i = Math.floor(place)
    drawn.get(side)?.(both && i < both[side].hops ? { move: moveAt(both[side], i), share: place - i } : null)
  }
}
