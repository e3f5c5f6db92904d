/**
 * `window.viridian`: the lab for scripts and tests. Every call is a promise and waits for the model, never for a clock.
 */
import type { LabStatus, LabView } from '../../engine/index.ts'
import type { Dot } from './motion.ts'

export interface ViridianDriver {
  readonly version: 1
  readonly ready: Promise<void>
  status(): Promise<LabStatus>
  view(): Promise<LabView>
  /** Plays until the machine is idle or somebody pauses. */
  play(): Promise<void>
  pause(): Promise<void>
  step(): Promise<LabStatus>
  back(): Promise<LabStatus>
  seek(n: number): Promise<LabStatus>
  intend(intent: unknown): Promise<LabStatus>
  fingerprint(): Promise<string>
  /** What moves at this instant, or has just landed: a canvas has no elements to look at. */
  dots(): Promise<readonly Dot[]>
  /** After everything known now has been drawn. */
  painted(): Promise<void>
}
