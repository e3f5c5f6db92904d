/**
 * `window.viridian`: the lab for scripts and tests. Every call is a promise and waits for the model, never for a clock.
 *
 * This file stands alone, so that it can be taken elsewhere: a build puts it beside the page as `viridian.d.ts`. What each
 * call means is told in `app/DRIVER.md`; `driver-calls.ts` holds these types against those of the engine.
 */

/** Which hop has acted last, how far this branch has been, and why nothing moves. Hops are counted from power-on; `start` is the person's hop 0. */
export interface ViridianStatus {
  readonly branch: number
  readonly n: number
  readonly tip: number
  /** Simulated nanoseconds since power-on. */
  readonly now: number
  readonly tipTime: number
  readonly start: number
  readonly startTime: number
  readonly state: 'ready' | 'idle' | 'needs' | 'failed'
  readonly next: { readonly kind: number; readonly from: number; readonly to: number; readonly at: number; readonly request: number } | null
  readonly why: string
  readonly failure: string | null
  readonly checksOn: boolean
  readonly checkFailures: readonly string[]
}

export interface ViridianComponent {
  readonly index: number
  /** 'alpha/storvsc'. */
  readonly path: string
  readonly title: string
  readonly place: string
  readonly partition: number
  readonly gone: boolean
}

type By<T> = { readonly guest: T; readonly root: T; readonly hypervisor: T }
type Counts = Readonly<Record<string, number>>

/** What a request, a guest or the machine has cost; each figure by who caused it. */
export interface ViridianLedger {
  readonly hops: number
  readonly exits: By<Counts>
  readonly hypercalls: By<Counts>
  readonly messages: By<number>
  readonly events: By<number>
  readonly interrupts: By<number>
  readonly ringWrites: By<number>
  readonly copies: By<number>
  readonly bytesCopied: By<number>
  readonly dmaBytes: number
  readonly diskCommands: number
  readonly workerTrips: number
  readonly modeSwitches: By<number>
  readonly contextSwitches: By<number>
  readonly vpSwitches: number
  readonly cpuNs: Counts
  readonly elapsedNs: number
}

export interface ViridianBranch {
  readonly id: number
  readonly parent: number
  readonly atHop: number
  readonly tip: number
  readonly intents: readonly { readonly after: number; readonly intent: unknown; readonly planned: boolean }[]
}

/** A virtual processor: what it does, where, and how long it has. */
export interface ViridianVp {
  readonly vp: number
  readonly index: number
  readonly state: 'running' | 'hypervisor' | 'ready' | 'waiting' | 'suspended'
  readonly lp: number
  readonly guestNs: number
  readonly hypervisorNs: number
}

export interface ViridianGuestFile {
  readonly partition: number
  readonly status: string
  readonly file: string
  readonly size: number
  readonly read: number
  readonly text: string | null
}

export interface ViridianView {
  readonly status: ViridianStatus
  readonly branches: readonly ViridianBranch[]
  readonly components: readonly ViridianComponent[]
  readonly partitions: readonly { readonly index: number; readonly path: string; readonly title: string; readonly state: string; readonly memoryMb: number; readonly vps: readonly ViridianVp[] }[]
  readonly vms: readonly { readonly name: string; readonly title: string; readonly path: string; readonly state: number; readonly partition: number }[]
  /** By partition index; 0 is the machine. */
  readonly ledgers: Readonly<Record<number, ViridianLedger>>
  readonly guests: readonly ViridianGuestFile[]
}

interface OfGuest {
  readonly guest?: string
}

/** What is waited for: a condition on the model, as data. `time` is in simulated ns since the start. */
export type ViridianCondition =
  | { readonly idle: true }
  | { readonly hop: number }
  | { readonly time: number }
  | ({ readonly kind: string } & OfGuest)
  | { readonly component: string }
  | ({ readonly crossing: string } & OfGuest)
  | { readonly request: number }
  | ({ readonly ended: 'file' | 'disk' | 'command' | 'machine' } & OfGuest)
  | ({ readonly milestone: 'submitted' | 'handed-over' | 'device-done' | 'completed' } & OfGuest)
  | ({ readonly counter: string; readonly atLeast: number } & OfGuest)
  | { readonly ring: 'to-root' | 'to-guest'; readonly guest: string; readonly holds: number | 'empty' }

/** How far to go at most: hops from here, simulated ns after the start. */
export interface ViridianCaps {
  readonly hops?: number
  readonly time?: number
}

/**
 * Why a call was refused, as `code` of the error it rejects with. Of `advanceUntil`: 'idle' (nothing is left to do), 'hop-cap',
 * 'time-cap', 'unknown-component', 'condition' (it means nothing here), 'failed' (the machine cannot go on).
 */
export type ViridianRefusal = 'idle' | 'hop-cap' | 'time-cap' | 'unknown-component' | 'condition' | 'failed' | 'intent' | 'scenario' | 'link' | 'branch' | 'request' | 'guest' | 'call'

export interface ViridianError extends Error {
  readonly name: 'ViridianError'
  readonly code: ViridianRefusal
}

/** A dot that moves on the picture, or has just landed. */
export interface ViridianDot {
  readonly n: number
  readonly kind: string
  readonly family: string
  readonly letter: string
  readonly from: string
  readonly to: string
  readonly behalf: number
  readonly times: number
  readonly dim: boolean
  readonly share: number
}

export interface ViridianSentence {
  readonly n: number
  readonly says: string
  readonly because: string
}

/** One hop in words: kind, both ends as paths, the partition served. */
export interface ViridianHop {
  readonly n: number
  readonly time: number
  readonly kind: string
  readonly family: string
  readonly from: string
  readonly to: string
  readonly guest: string
  readonly cause: number
  readonly request: number
}

export interface ViridianJourneyLine {
  readonly n: number
  readonly depth: number
  readonly times: number
  readonly hops: number
}

/** What is told of the page, and with what. `hop`: the page has come to another hop. `stop`: nothing moves any more. */
export interface ViridianEvents {
  readonly hop: ViridianHop
  readonly stop: ViridianStatus
  readonly status: ViridianStatus
  readonly intent: { readonly after: number; readonly intent: unknown; readonly branch: number }
  readonly branch: { readonly branch: number; readonly n: number }
  readonly select: { readonly component: string } | { readonly hop: number } | null
  readonly machine: { readonly scenario: string }
  readonly failure: { readonly sentence: string }
}

/** What `load` opens: the name of a scenario, a scenario as data, a moment as data, or the address of a moment. */
export type ViridianWhat = string | Readonly<Record<string, unknown>>

export interface ViridianDriver {
  /** Grows when a call changes its meaning or goes; new calls alone do not change it. */
  readonly version: 2
  /** The build that runs: version of the package and a hash of the engine. */
  readonly build: string
  readonly ready: Promise<void>
  status(): Promise<ViridianStatus>
  view(): Promise<ViridianView>
  /** `changes`: words such as `beta.path`: 'dma'. */
  load(what: ViridianWhat, changes?: Readonly<Record<string, string>>): Promise<ViridianStatus>
  /** The scenario that is open, as data. */
  scenario(): Promise<Readonly<Record<string, unknown>>>
  /** Asks something of the machine where it stands; the page then stands there still. */
  intend(intent: unknown): Promise<ViridianStatus>
  undo(): Promise<ViridianStatus>
  advanceUntil(condition: ViridianCondition, caps?: ViridianCaps): Promise<ViridianStatus>
  /** Plays until the machine is idle or somebody pauses. */
  play(): Promise<void>
  pause(): Promise<void>
  step(): Promise<ViridianStatus>
  back(): Promise<ViridianStatus>
  /** To hop `n`, or to the last one there is. */
  seek(n: number): Promise<ViridianStatus>
  /** Goes to a branch: to hop `n`, without it to where it was left. */
  branch(id: number, n?: number): Promise<ViridianStatus>
  hops(from: number, count: number): Promise<readonly ViridianHop[]>
  /** Of a file or disk request, by the hop that began it. */
  journey(request: number): Promise<readonly ViridianJourneyLine[]>
  /** Of a request (a number), of a guest (its name) or of the whole machine since the start. */
  ledger(of?: number | string): Promise<ViridianLedger>
  /** Single figures of the same ledgers by name. */
  counters(of?: number | string): Promise<Readonly<Record<string, number>>>
  narration(from: number, count: number): Promise<readonly ViridianSentence[]>
  fingerprint(): Promise<string>
  /** Chooses a component by its path, or a hop by its number, for the inspector; null: the hop at the cursor. */
  select(what: string | number | null): Promise<void>
  /** The address of this moment; see `app/links/README.md`. */
  link(): Promise<string>
  /** What moves at this instant, or has just landed: a canvas has no elements to look at. */
  dots(): Promise<readonly ViridianDot[]>
  /** After everything known now has been drawn, with every panel that is still on its way and the drawing fitted to its room. */
  painted(): Promise<void>
  /** Calls back from now on; the answer ends it. The one call that answers at once. */
  on<E extends keyof ViridianEvents>(event: E, listener: (told: ViridianEvents[E]) => void): () => void
}

declare global {
  interface Window {
    readonly viridian: ViridianDriver
  }
}
