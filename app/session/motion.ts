/**
 * What moves at this instant: dots on their ways. Every dot is a hop that acted (or a folded cycle of them); there is no
 * other way for a dot to come into being. Written by the clock and the flow once a frame, drawn by the canvas; never in React.
 */
import type { Family } from '../../engine/index.ts'

export interface Dot {
  readonly n: number
  readonly kind: string
  readonly family: Family
  readonly letter: string
  readonly from: string
  readonly to: string
  /** Partition index served: its line of the map. */
  readonly behalf: number
  /** Processor time that it was charged, in ns. */
  readonly cost: number
  /** How many hops it stands for: 1, or those of a folded cycle. */
  readonly times: number
  readonly dim: boolean
  /** It goes its way back: its hop has been undone, and nothing speaks of it. */
  readonly undone?: true
  /** Share of the way it has gone. */
  share: number
}

export interface Motion {
  dots: readonly Dot[]
  /** Last dots that landed, kept for a moment so that a still picture still says what happened. */
  landed: readonly Dot[]
}

export const motion: Motion = { dots: [], landed: [] }

const listeners = new Set<() => void>()

export function onMotion(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function setMotion(dots: readonly Dot[], landed: readonly Dot[]): void {
  motion.dots = dots
  motion.landed = landed
  for (const listener of listeners) listener()
}
