/** What the page asks of the twins in the Worker. Answers are what is drawn: stations, ledger, sums, moves. */
import type { Letter, TwinDifference, TwinKind, TwinLack, TwinLine, TwinMoves, TwinPlace, TwinPreset, TwinStation, TwinWay } from '../../engine/index.ts'

export type Side = 'left' | 'right'
export const sides: readonly Side[] = ['left', 'right']

/** From where the ledger counts: the operation at hand, the start of the scenario, or everything since the machine was switched on. */
export type Since = 'operation' | 'start' | 'power-on'

/** What can be compared before anything was chosen. */
export interface TwinOffers {
  readonly presets: readonly TwinPreset[]
  /** Opens by itself; empty when nothing of this scenario can be compared. */
  readonly words: string
  /** The scenario's own twin, or empty. */
  readonly own: string
}

export interface TwinCard {
  readonly words: string
  readonly differences: readonly TwinDifference[]
  readonly guests: readonly { readonly name: string; readonly title: string }[]
  /** The one guest that is compared at first, or '' for the whole machine. */
  readonly guest: string
  /** So many things that somebody asked of the open machine are asked of both. */
  readonly asked: number
}

/** How far the two have been run. */
export interface TwinAhead {
  readonly left: number
  readonly right: number
  readonly done: boolean
  /** They never come to rest by themselves: only so much is compared. */
  readonly cut: boolean
  /** Why one of them cannot go on, or what it could not be asked, and what is compared then; ''. */
  readonly failed: string
}

/** When one machine was at a station, in ns since its start; null: it lacks the point. */
export interface StationSide {
  readonly time: number | null
  readonly lack: TwinLack | null
}

export interface StationCard {
  readonly point: TwinStation['point']
  /** Operations are counted from 0; -1 at the start and at rest. */
  readonly ordinal: number
  readonly guest: string
  readonly title: string
  readonly left: StationSide
  readonly right: StationSide
}

/** A stop of the scenario, with the figures of the left machine at its hop, and the station at which that machine has come to it. */
export interface TwinStop {
  /** Where its figures hold, counted from the start; the station may lie some hops further on. */
  readonly hop: number
  readonly number: number
  readonly of: number
  readonly title: string
  readonly says: string
  readonly station: number
}

export interface TwinRoute {
  readonly stations: readonly StationCard[]
  readonly stops: readonly TwinStop[]
  /** More stations than are offered. */
  readonly more: number
}

export interface TwinAtSide {
  readonly n: number
  /** What has just happened there, in one sentence of two halves; empty when nothing has. */
  readonly says: string
  readonly because: string
  /** Since its start. */
  readonly time: number
  /** Hops that had brought it up. */
  readonly before: number
  /** Of the physical disk's times. */
  readonly diskLetter: Letter
  readonly read: { readonly file: string; readonly bytes: number; readonly of: number } | null
}

export interface TwinAt {
  readonly station: number
  readonly left: TwinAtSide
  readonly right: TwinAtSide
  readonly lines: readonly TwinLine[]
  readonly places: readonly TwinPlace[]
  readonly ways: readonly TwinWay[]
  /** Those that differ most; how many more there are. */
  readonly kinds: readonly TwinKind[]
  readonly moreKinds: number
  /** What both guests have read, and whether it is the same to the last byte; null while there is nothing. */
  readonly sameText: boolean | null
}

export interface TwinApi {
  twinOffers(): Promise<TwinOffers>
  /** Brings both machines up. A string that does not fit is refused in one sentence. */
  twinOpen(words: string): Promise<TwinCard>
  /** Runs both on by at most so many hops; asked again until it is done. */
  twinAhead(hops: number): Promise<TwinAhead>
  /** Where the controls stop, for a guest or ('') for the machine. */
  twinRoute(guest: string): Promise<TwinRoute>
  /** Puts both machines to a station of the route and says how they compare. */
  twinAt(station: number, guest: string, since: Since): Promise<TwinAt>
  /** What hops on each side on the way to a station from the one before. */
  twinMoves(station: number, guest: string): Promise<Readonly<Record<Side, TwinMoves>>>
}
