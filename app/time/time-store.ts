/**
 * What a person adds to the run: names of branches, bookmarks, branches put away, breakpoints. Plain data under one roof
 * (`timeData`, `setTimeData`), so that whoever keeps it or sends it away takes it whole. The run itself knows nothing of it.
 */
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Condition } from '../../engine/index.ts'

/** A hop of a branch that somebody wants to find again. */
export interface Bookmark {
  readonly id: number
  readonly branch: number
  /** Hop since the machine was switched on, and when it acted. */
  readonly n: number
  readonly time: number
  readonly title: string
  readonly note: string
  /** Path of the component that was chosen, or ''. */
  readonly chosen: string
}

export interface Breakpoint {
  readonly condition: Condition
  readonly on: boolean
  /** Where the number of a hop is counted from, told with what is kept: before it was told, it was the very first hop. */
  readonly from?: 'start'
}

export interface TimeData {
  /** By number of the branch. */
  readonly names: Readonly<Record<number, string>>
  readonly bookmarks: readonly Bookmark[]
  readonly deleted: readonly number[]
  /** Missing while nobody has touched them: then they are those that the scenario brings. */
  readonly breakpoints?: readonly Breakpoint[] | undefined
}

/** Where a breakpoint has stopped the run. */
export interface Hit {
  readonly branch: number
  readonly n: number
  readonly time: number
  readonly says: string
}

/** Something that was done or has come about, said once; it may be taken back. */
export interface Notice {
  readonly says: string
  readonly back?: { readonly name: string; readonly run: () => void }
}

/** A condition that is being put together: to run until it, or to keep it as a breakpoint. */
export interface Draft {
  readonly to: 'run' | 'break'
  readonly condition: Condition | null
}

export interface TimeState extends TimeData {
  readonly breakpoints: readonly Breakpoint[]
  /** Somebody has added, switched or deleted a breakpoint: none left is then what is wanted. */
  readonly touched: boolean
  readonly hits: readonly Hit[]
  readonly notice: Notice | null
  readonly draft: Draft
  /** Branches that are compared. */
  readonly compared: { readonly left: number; readonly right: number }
  /** The bookmark that is being changed; null for a new one. */
  readonly edited: Bookmark | null
  /** What is waited for while the run goes on without a pace, in words; ''. */
  readonly waitsFor: string
  /** Why a breakpoint cannot be waited for, by its place in the list; '' where it can. */
  readonly faults: readonly string[]
}

const nothing = { names: {}, bookmarks: [], deleted: [], breakpoints: [], touched: false } as const

export const time = createStore<TimeState>()(() => ({
  ...nothing, hits: [], notice: null, draft: { to: 'run', condition: null }, compared: { left: 0, right: 0 }, edited: null, waitsFor: '', faults: [],
}))

export function useTime<T>(pick: (state: TimeState) => T): T {
  return useStore(time, pick)
}

export function timeData(): TimeData {
  const { names, bookmarks, deleted, breakpoints, touched } = time.getState()
  return { names, bookmarks, deleted, ...(touched ? { breakpoints: breakpoints.map((b) => ('hop' in b.condition ? { ...b, from: 'start' } : b)) } : {}) }
}

/** There is nothing to keep. */
export function isNothing({ names, bookmarks, deleted, breakpoints }: TimeData): boolean {
  return breakpoints === undefined && Object.keys(names).length + bookmarks.length + deleted.length === 0
}

/** What a person makes of the breakpoints. */
export function setBreakpoints(breakpoints: readonly Breakpoint[]): void {
  time.setState({ breakpoints, touched: true })
}

/** Those that the scenario brings, as long as nobody has made others of them. */
export function bringBreakpoints(conditions: readonly Condition[]): void {
  if (!time.getState().touched) time.setState({ breakpoints: conditions.map((condition) => ({ condition, on: true })) })
}

/** Calls back when the data are others. */
export function onTimeData(changed: () => void): () => void {
  return time.subscribe((state, before) => {
    if (state.names !== before.names || state.bookmarks !== before.bookmarks || state.deleted !== before.deleted || state.touched !== before.touched || (state.touched && state.breakpoints !== before.breakpoints)) changed()
  })
}

const longest = { name: 80, title: 120, note: 2000 } as const
const most = { bookmarks: 500, breakpoints: 32 } as const

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function textOf(value: unknown, length: number): string {
  return typeof value === 'string' ? value.slice(0, length) : ''
}

function bookmarkOf(value: unknown, i: number): readonly Bookmark[] {
  const { branch, n, time: at, title, note, chosen } = (value ?? {}) as Partial<Record<keyof Bookmark, unknown>>
  if (!isWhole(branch) || !isWhole(n) || typeof at !== 'number' || !Number.isFinite(at)) return []
  return [{ id: i + 1, branch, n, time: at, title: textOf(title, longest.title), note: textOf(note, longest.note), chosen: textOf(chosen, 200) }]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A condition as it was kept: earlier builds counted a hop from the very first one, and did not say so. */
function conditionOf(kept: object, fromStart: boolean): Condition {
  const { hop, ...more } = kept as Readonly<Record<string, unknown>>
  return (hop === undefined || fromStart ? kept : { ...more, n: hop }) as Condition
}

/**
 * Replaces all of it by what a stranger may have kept; what cannot be understood is left out. Whether a condition means anything
 * is asked of the lab. Without a list of breakpoints, those of the scenario stay.
 */
export function setTimeData(value: unknown): void {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof TimeData, unknown>>
  const names = Object.entries((given.names ?? {}) as Readonly<Record<string, unknown>>).filter(([id, name]) => /^\d{1,6}$/.test(id) && typeof name === 'string' && name.trim() !== '')
  const breakpoints = listOf(given.breakpoints).flatMap((entry): Breakpoint[] => {
    const { condition, on, from } = (entry ?? {}) as Partial<Record<keyof Breakpoint, unknown>>
    return typeof condition === 'object' && condition !== null ? [{ condition: conditionOf(condition, from === 'start'), on: on !== false }] : []
  })
  // A list of which nothing can be understood is none.
  const touched = Array.isArray(given.breakpoints) && (given.breakpoints.length === 0 || breakpoints.length > 0)
  const before = time.getState()
  time.setState({
    names: Object.fromEntries(names.map(([id, name]) => [Number(id), textOf(name, longest.name)])),
    bookmarks: listOf(given.bookmarks).slice(0, most.bookmarks).flatMap(bookmarkOf),
    deleted: listOf(given.deleted).filter(isWhole),
    breakpoints: touched || before.touched ? breakpoints.slice(0, most.breakpoints) : before.breakpoints,
    touched, hits: [], notice: null,
  })
}

export function clearTime(): void {
  time.setState({ ...nothing, hits: [], notice: null })
}
