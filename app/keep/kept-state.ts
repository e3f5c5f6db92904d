/** What is kept of a lab: which machine, its run as plain data, and how the page looked at it. Pure. */
import type { KeptRun, Scenario } from '../../engine/index.ts'
import type { OwnMachine } from '../disks/disk-cards.ts'
import type { Session } from '../session/session-store.ts'

/** Which machine: what the address says of it. */
export interface KeptMachine {
  readonly scenario: string
  /** Words that change it, as in the address. */
  readonly words: Readonly<Record<string, string>>
  readonly own: OwnMachine | null
  /** A scenario that is not one of the page's own, whole. */
  readonly data: Scenario | null
}

const looks = [
  'pace', 'tempo', 'rate', 'follow', 'selection', 'sight', 'depth', 'opened', 'split', 'panels', 'below', 'left', 'injectInto',
] as const satisfies readonly (keyof Session)[]
export type Look = Pick<Session, (typeof looks)[number]>

export interface KeptState {
  readonly version: 1
  readonly machine: KeptMachine
  readonly run: KeptRun
  /** Fingerprint at the cursor, to be compared after the run was run again; '' where none was taken. */
  readonly print: string
  readonly look: Look
  /** What features keep of themselves, by their names. */
  readonly parts: Readonly<Record<string, unknown>>
}

export function lookOf(state: Session): Look {
  return Object.fromEntries(looks.map((name) => [name, state[name]])) as unknown as Look
}

/** True when something that is kept differs. */
export function looksOther(a: Session, b: Session): boolean {
  return looks.some((name) => a[name] !== b[name])
}

/** Words in one order, so that the same state is the same text. */
export function bodyOf(state: KeptState): string {
  return JSON.stringify(state)
}

/** Null when the words are no state that this version can read. */
export function stateOf(body: string): KeptState | null {
  try {
    const state = JSON.parse(body) as Partial<KeptState> | null
    const whole = state?.version === 1 && typeof state.machine?.scenario === 'string' && typeof state.run === 'object' && typeof state.look === 'object'
    return whole ? (state as KeptState) : null
  } catch {
    return null
  }
}

/** Something has happened that would be missed. */
export function isWorth(run: KeptRun): boolean {
  return run.n > run.start || run.branches.length > 1 || run.branches.some((branch) => branch.seen > run.start || branch.intents.some((bound) => !bound.planned))
}

export function sameMachine(a: KeptMachine, b: KeptMachine): boolean {
  const text = ({ scenario, words, own, data }: KeptMachine): string => JSON.stringify([scenario, Object.keys(words).sort().map((name) => [name, words[name]]), data, own ? [own.disk, own.guest, own.title ?? '', own.path ?? ''] : null])
  return text(a) === text(b)
}

const numbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'] as const

/** 'hop 812, two branches', as it is offered. */
export function placeOf({ n, start, branches }: KeptRun): string {
  const hop = n >= start ? `hop ${n - start}` : `hop \u2212${start - n}`
  return branches.length === 1 ? hop : `${hop}, ${numbers[branches.length] ?? branches.length} branches`
}
