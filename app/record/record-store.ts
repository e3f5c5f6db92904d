/** What has been recorded, and whether it still is. */
import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import type { Scenario } from '../../engine/index.ts'
import type { KeptPart } from '../keep/parts.ts'
import { session } from '../session/session-store.ts'
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
  /** The machine it is of, by its count in this page: whoever opens another must not take it for that one's. */
  readonly machine: number
  /** What was recorded belongs to a machine that has gone; null: to the one that is open. */
  readonly ended: Ended | null
  /** Why it ended, when nobody ended it. */
  readonly notice: string
}

export const noRecord: RecordState = { on: false, recording: null, seen: { branch: 0, n: 0, branches: 1, asked: 0 }, machine: 0, ended: null, notice: '' }

export const recorder = createStore<RecordState>()(() => noRecord)

export function useRecorder<T>(pick: (state: RecordState) => T): T {
  return useStore(recorder, pick)
}

function isRecord(value: unknown): value is RecordState {
  const { on, recording, seen } = (typeof value === 'object' && value !== null ? value : {}) as Partial<RecordState>
  return typeof on === 'boolean' && Array.isArray(recording?.acts) && typeof recording.opens === 'object' && typeof seen?.n === 'number'
}

/** True while what was recorded is of the machine that is open. */
export function isOfOpen({ machine, ended }: RecordState): boolean {
  return ended === null && machine === session.getState().machine
}

/** A recording is kept with its lab: whoever comes back to the machine goes on with it. */
export const recordPart: KeptPart = {
  name: 'record',
  take: () => {
    const { machine: _machine, ...kept } = recorder.getState()
    return kept.recording === null ? null : kept
  },
  // One that another machine has left behind makes nothing of a machine that nobody has touched.
  worth: () => {
    const state = recorder.getState()
    return isOfOpen(state) && (state.recording?.acts.length ?? 0) > 0
  },
  give: (value) => {
    if (isRecord(value)) {
      recorder.setState({ ...noRecord, ...value, machine: session.getState().machine })
      // Also one that has ended is watched: another machine may be opened.
      void import('./recorder.ts').then(({ goOn }) => goOn())
    } else if (isOfOpen(recorder.getState())) recorder.setState(noRecord)
  },
  watch: (changed) => recorder.subscribe(changed),
}
