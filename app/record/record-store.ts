/** What has been recorded, and whether it still is. */
import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import type { Scenario } from '../../engine/index.ts'
import type { KeptPart } from '../keep/parts.ts'
import type { End, Recording } from './recording.ts'
import type { Bound } from './to-scenario.ts'

/** Where the recorder saw the lab last. */
export interface Seen {
  readonly branch: number
  readonly n: number
  readonly branches: number
  /** What somebody asked in this branch. */
  readonly asked: number
}

/** How a machine stood that has gone, and what was asked of it. */
export interface Ended {
  readonly end: End
  /** Null: it could no longer say. */
  readonly scenario: Scenario | null
  readonly asked: readonly Bound[]
  readonly start: number
}

export interface RecordState {
  readonly on: boolean
  /** What has been recorded, also after it has ended; null: nothing. */
  readonly recording: Recording | null
  readonly seen: Seen
  /** What was recorded belongs to a machine that has gone; null: to the one that is open. */
  readonly ended: Ended | null
  /** Why it ended, when nobody ended it. */
  readonly notice: string
}

export const noRecord: RecordState = { on: false, recording: null, seen: { branch: 0, n: 0, branches: 1, asked: 0 }, ended: null, notice: '' }

export const recorder = createStore<RecordState>()(() => noRecord)

export function useRecorder<T>(pick: (state: RecordState) => T): T {
  return useStore(recorder, pick)
}

function isRecord(value: unknown): value is RecordState {
  const { on, recording, seen } = (typeof value === 'object' && value !== null ? value : {}) as Partial<RecordState>
  return typeof on === 'boolean' && Array.isArray(recording?.acts) && typeof recording.opens === 'object' && typeof seen?.n === 'number'
}

/** A recording is kept with the lab: whoever comes back to the machine goes on with it. */
export const recordPart: KeptPart = {
  name: 'record',
  take: () => (recorder.getState().recording === null ? null : recorder.getState()),
  give: (value) => {
    if (!isRecord(value)) return
    recorder.setState({ ...noRecord, ...value })
    if (value.on) void import('./recorder.ts').then(({ goOn }) => goOn())
  },
  watch: (changed) => recorder.subscribe(changed),
}
