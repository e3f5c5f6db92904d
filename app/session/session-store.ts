/**
 * What the page shows, as plain data: where the cursor stands, the last view of the lab, what is chosen. The machine itself
 * lives in the Worker. A vanilla store: components subscribe through `useSession` to the least they draw.
 */
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Beat, Family, LabStatus, LabView } from '../../engine/index.ts'
import type { MachineCard, ScenarioCard } from './lab-calls.ts'
import { frameTaken } from './frame-turns.ts'
import { shared } from './shared.ts'

/** What the page must know of a hop kind to draw and list it; the Worker sends the whole table once. */
export interface KindCard {
  readonly code: number
  readonly name: string
  readonly title: string
  readonly family: Family
  readonly letter: string
  readonly status: string
  readonly milestone: string
  readonly begins: string
  readonly ends: string
}

/** Story: strokes on one floor are one beat. Hops: every hop is one. Flow: proportional to simulated time. */
export type Pace = 'story' | 'hops' | 'flow'
export type Theme = 'light' | 'dark' | 'projector'
export type Sight = 'picture' | 'table' | 'storyboard' | 'twin'
export type Phase = 'loading' | 'ready' | 'failed'

export interface RequestMark {
  readonly request: number
  readonly partition: number
  /** 'Alpha: open'. */
  readonly title: string
  /** Simulated times; a request that has not ended reaches to the tip. */
  readonly begun: number
  readonly ended: number
  readonly over: boolean
}

export type Selection =
  | { readonly kind: 'hop'; readonly n: number }
  | { readonly kind: 'component'; readonly index: number }

export interface Caption {
  /** Where it stands, and the hop of which it speaks: one of the beat that ends there. */
  readonly n: number
  readonly of?: number
  /** What is happening, and why: two halves of one sentence. */
  readonly says: string
  readonly because: string
  /** 'told 23 times' or a gap in time. */
  readonly note: string
  /** Beats told before since this sentence stands: counted, not read out again. */
  readonly again?: number
}

export interface Session {
  readonly phase: Phase
  readonly failure: string
  /** What can be opened, and the name of what is open; empty until the Worker has said so. */
  readonly scenarios: readonly ScenarioCard[]
  readonly scenario: string
  /** What is said of a machine with an own disk in place of the scenario's own words. */
  readonly own: { readonly title: string; readonly about: string } | null
  readonly view: LabView | null
  /** What the open scenario says of its machine. */
  readonly machineCard: MachineCard | null
  readonly kinds: readonly KindCard[]
  readonly cursor: number
  readonly time: number
  readonly playing: boolean
  readonly pace: Pace
  /** Factor on the tempo of the story. */
  readonly tempo: number
  /** Simulated nanoseconds per second of wall time, in flow. */
  readonly rate: number
  readonly motion: boolean
  readonly caption: Caption | null
  /** In flow, while a time in which nothing happens is run through: what is waited for; else empty. */
  readonly waiting: string
  /** Paths of the components that the last beat touched. */
  readonly lit: readonly string[]
  readonly beat: Beat | null
  /** While a beat moves: how the machine stands when it has landed. */
  readonly coming: LabStatus | null
  readonly selection: Selection | null
  readonly selections: { readonly back: readonly Selection[]; readonly forward: readonly Selection[] }
  /** File request that is followed; the rest dims. 0: none. */
  readonly follow: number
  /** When file requests began and ended, for the scrub bar. */
  readonly marks: readonly RequestMark[]
  readonly theme: Theme
  /** What stands in the middle: the machine, its table twin, or the story as cards; or, in place of everything, two machines side by side. */
  readonly sight: Sight
  /** How much of the machine the picture tells apart. */
  readonly depth: 'architecture' | 'mechanism'
  /** Guests that somebody gave a column, the last one first. */
  readonly opened: readonly string[]
  /** Ledgers say who caused what. */
  readonly split: boolean
  readonly panels: { readonly left: boolean; readonly right: boolean; readonly below: boolean }
  /** There is room, and nobody has said how panels are to stand: a scenario may open the inspector. */
  readonly panelsFree: boolean
  /** What stands below the picture, once that panel is open. */
  readonly below: 'hops' | 'chart' | 'time'
  /** The causal chart stands beside the picture instead. */
  readonly beside: boolean
  readonly open: 'none' | 'palette' | 'keys' | 'machine' | 'disks' | 'wizard' | 'export' | 'share' | 'gallery' | 'glossary' | 'record' | 'until' | 'compare' | 'bookmark'
  /** Counts the machines that were opened in this page: another one starts with fresh panels. */
  readonly machine: number
  /** What the left panel shows, and the guest that is injected into. */
  readonly left: 'machines' | 'inject'
  readonly injectInto: string
  /** What somebody asked last can be taken back: 'Beta was deleted.'; empty when nothing is offered. */
  readonly undoable: string
  /** Letters of one key each act only while this is on (and focus is not in a field). */
  readonly letterKeys: boolean
}

const start: Session = {
  phase: 'loading',
  failure: '',
  scenarios: [],
  scenario: '',
  own: null,
  view: null,
  machineCard: null,
  kinds: [],
  cursor: 0,
  time: 0,
  playing: false,
  pace: 'story',
  tempo: 1,
  rate: 20_000,
  motion: true,
  caption: null,
  waiting: '',
  lit: [],
  beat: null,
  coming: null,
  selection: null,
  selections: { back: [], forward: [] },
  follow: 0,
  marks: [],
  theme: 'light',
  sight: 'picture',
  depth: 'architecture',
  opened: [],
  split: false,
  panels: { left: true, right: false, below: false },
  panelsFree: false,
  below: 'hops',
  beside: false,
  open: 'none',
  machine: 0,
  left: 'machines',
  injectInto: '',
  undoable: '',
  letterKeys: true,
}

export const session = createStore<Session>()(() => start)

export function useSession<T>(pick: (state: Session) => T): T {
  return useStore(session, pick)
}

/** How the machine stands at the cursor, which is there before its view while a beat moves. */
export function statusAt({ coming, view }: Session): LabStatus | undefined {
  return coming ?? view?.status
}

/** What says the same as before is kept, so that nothing is drawn anew. */
export function showView(view: LabView): void {
  const before = session.getState().view
  const components = before?.components ?? []
  const same = components.length === view.components.length && components.every((old, i) => sameComponent(old, view.components[i]!))
  session.setState({ view: shared(before, same ? { ...view, components } : view), cursor: view.status.n, time: view.status.now, coming: null })
  frameTaken()
}

function sameComponent(a: LabView['components'][number], b: LabView['components'][number]): boolean {
  return a.path === b.path && a.type === b.type && a.title === b.title && a.gone === b.gone && a.partition === b.partition
}

/** Panels that a scenario may show: those that are open, and the inspector where it may open it. */
export function panelsOffered(): Session['panels'] {
  const { panels, panelsFree, theme } = session.getState()
  return { ...panels, right: panels.right || (panelsFree && theme !== 'projector') }
}

/** Chooses something for the inspector and remembers the way back. */
export function select(selection: Selection): void {
  const { selection: before, selections } = session.getState()
  const panels = { ...session.getState().panels, right: true }
  if (before && same(before, selection)) return session.setState({ panels })
  const back = before ? [...selections.back, before].slice(-100) : selections.back
  session.setState({ selection, selections: { back, forward: [] }, panels })
}

export function selectBack(): void {
  const { selection, selections } = session.getState()
  const to = selections.back.at(-1)
  if (!to) return
  const forward = selection ? [...selections.forward, selection] : selections.forward
  session.setState({ selection: to, selections: { back: selections.back.slice(0, -1), forward } })
}

export function selectForward(): void {
  const { selection, selections } = session.getState()
  const to = selections.forward.at(-1)
  if (!to) return
  const back = selection ? [...selections.back, selection] : selections.back
  session.setState({ selection: to, selections: { back, forward: selections.forward.slice(0, -1) } })
}

function same(a: Selection, b: Selection): boolean {
  return a.kind === 'hop' ? b.kind === 'hop' && a.n === b.n : b.kind === 'component' && a.index === b.index
}
