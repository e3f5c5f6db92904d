/** What the twin view shows, as plain data; the two machines live in the Worker. */
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Side, Since, StationCard, TwinAhead, TwinAt, TwinCard, TwinOffers, TwinStop } from './twin-calls.ts'
import type { Tally } from './tally.ts'

export type TwinTab = 'ledger' | 'places' | 'why'

export interface TwinState {
  /** Before anything was opened; machines are brought up; run; there; or the string was refused. */
  readonly phase: 'closed' | 'opening' | 'running' | 'ready' | 'refused'
  /** Why nothing can be compared, in one sentence. */
  readonly failure: string
  /** The twin as one plain string, as the address carries it. */
  readonly words: string
  readonly offers: TwinOffers | null
  readonly card: TwinCard | null
  readonly ahead: TwinAhead | null
  /** A guest, or '' for the whole machine. */
  readonly guest: string
  readonly since: Since
  readonly route: readonly StationCard[]
  readonly more: number
  readonly stops: readonly TwinStop[]
  /** Which of them is read, by its place in the list; -1 for none. */
  readonly stop: number
  readonly at: TwinAt | null
  readonly station: number
  readonly playing: boolean
  /** What has hopped on the way to the next station, while it moves. */
  readonly moving: Readonly<Record<Side, Tally>> | null
  readonly tab: TwinTab
  /** Which of the machines that were opened in this page is compared. */
  readonly machine: string
  /** Branch of it, and how much was asked there. */
  readonly asked: string
}

export const closed: TwinState = {
  phase: 'closed', failure: '', words: '', offers: null, card: null, ahead: null, guest: '', since: 'start', route: [], more: 0, stops: [], stop: -1, at: null, station: 0, playing: false,
  moving: null, tab: 'ledger', machine: '', asked: '',
}

export const twin = createStore<TwinState>()(() => closed)

export function useTwin<T>(pick: (state: TwinState) => T): T {
  return useStore(twin, pick)
}
