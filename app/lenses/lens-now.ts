/** The lens as whatever draws sees it: how a hop is painted; null while every hop is painted by its family. Kept small: the first picture has it. */
import type { Family } from '../../engine/index.ts'

export interface Painted {
  /** The family whose colour it takes. */
  readonly tint: Family
  readonly letter: string
  readonly dim: boolean
}

/** By name of the hop kind, path of the component that acted, processor time charged. */
export type Paint = (kind: string, to: string, cost: number) => Painted

export const lensNow: { paint: Paint | null; wire: ((from: number, to: number, behalf: number) => boolean) | null } = { paint: null, wire: null }

const listeners = new Set<() => void>()

export function onLens(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function lensChanged(): void {
  for (const listener of listeners) listener()
}
