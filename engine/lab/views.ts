/**
 * What a page, a script or a test may see of a lab: plain data, projections only. The Worker answers with these and with
 * transferable hop rows (`sim/rows.ts`: 64 bytes a hop).
 */
import type { Place } from '../wire/borders.ts';
import type { DecodedField } from '../wire/layout.ts';

export interface ComponentView {
  readonly index: number;
  /** Structural path: 'alpha/storvsc'. */
  readonly path: string;
  readonly type: string;
  readonly title: string;
  readonly about: string;
  readonly place: Place;
  /** Partition index: 0 none, 1 root, 2... guests. */
  readonly partition: number;
  readonly sources: readonly string[];
  /** It is not there: it has ended, and its index still names it in the hops of the past, or it comes later. Its path may belong to another one. */
  readonly gone: boolean;
  /** It comes later in the branch; hops that are known already name it. */
  readonly later?: true;
}

export type VpState = 'running' | 'hypervisor' | 'ready' | 'waiting' | 'suspended';

export interface VpView {
  /** Global index. */
  readonly vp: number;
  readonly partition: number;
  readonly index: number;
  readonly state: VpState;
  /** Logical processor it is on, or -1. */
  readonly lp: number;
  /** Time since which it is ready without a processor, or -1. */
  readonly readySince: number;
  /** Nanoseconds of partition code and of hypervisor code on its behalf. */
  readonly guestNs: number;
  readonly hypervisorNs: number;
}

export interface PartitionView {
  readonly index: number;
  readonly path: string;
  readonly title: string;
  readonly state: string;
  readonly memoryMb: number;
  readonly vps: readonly VpView[];
}

/** A virtual machine as VMMS keeps it, running or not. */
export interface VmView {
  readonly name: string;
  readonly title: string;
  readonly guest: string;
  readonly path: string;
  readonly memoryMb: number;
  readonly vps: number;
  readonly fileId: number;
  /** EnabledState of 2008: 2 running, 3 off, 32770 starting, 32774 stopping. */
  readonly state: number;
  /** Its partition while it is running or stopping, else 0. */
  readonly partition: number;
  /** Why its last start failed, or ''. */
  readonly reason: string;
  /** When it began to run, for the last time. */
  readonly since: number;
}

export interface RingView {
  /** Bytes of the data area, and where writer and reader stand. */
  readonly size: number;
  readonly write: number;
  readonly read: number;
  readonly mask: number;
  /** Packets written but not yet read: offsets in the data area, oldest first, with the request each belongs to. */
  readonly packets: readonly { readonly offset: number; readonly request: number }[];
}

export interface ChannelView {
  readonly component: number;
  readonly partition: number;
  readonly relid: number;
  readonly toRoot: RingView;
  readonly toGuest: RingView;
}

/** Counts and times over some hops: of a request, a guest or the machine. Every figure is split by who caused it. */
export interface Ledger {
  readonly hops: number;
  readonly exits: Readonly<Record<Causer, Readonly<Record<string, number>>>>;
  readonly hypercalls: Readonly<Record<Causer, Readonly<Record<string, number>>>>;
  readonly messages: Readonly<Record<Causer, number>>;
  readonly events: Readonly<Record<Causer, number>>;
  readonly interrupts: Readonly<Record<Causer, number>>;
  readonly ringWrites: Readonly<Record<Causer, number>>;
  readonly copies: Readonly<Record<Causer, number>>;
  readonly bytesCopied: Readonly<Record<Causer, number>>;
  readonly dmaBytes: number;
  readonly diskCommands: number;
  readonly workerTrips: number;
  readonly modeSwitches: Readonly<Record<Causer, number>>;
  readonly contextSwitches: Readonly<Record<Causer, number>>;
  readonly vpSwitches: number;
  /** Nanoseconds of processor time by place. */
  readonly cpuNs: Readonly<Record<Place, number>>;
  /** Time in which a hop was under way, in ns: the union of all flights, waits for the disk included, rest excluded. */
  readonly elapsedNs: number;
}
export type Causer = 'guest' | 'root' | 'hypervisor';

/** Where a lab stands. */
export interface LabStatus {
  readonly branch: number;
  /** Number of the last hop that acted at the cursor, and of the last one this branch has ever reached. */
  readonly n: number;
  readonly tip: number;
  readonly now: number;
  readonly tipTime: number;
  /** Hop with which the machine was handed over to the person (after bring-up). */
  readonly start: number;
  readonly startTime: number;
  readonly state: 'ready' | 'idle' | 'needs' | 'failed';
  /** "Next: who does what": the hop that acts next, or null. */
  readonly next: NextHop | null;
  /** Why nothing moves, in one sentence, when `next` is null; or what the machine waits for. */
  readonly why: string;
  readonly failure: string | null;
  /** Chunk of a disk image that must be supplied before anything goes on; with state `needs`. */
  readonly need: { readonly image: string; readonly chunk: number } | null;
  readonly checksOn: boolean;
  readonly checkFailures: readonly string[];
}

export interface NextHop {
  readonly kind: number;
  readonly from: number;
  readonly to: number;
  /** Simulated time at which it will act. */
  readonly at: number;
  readonly request: number;
}

/** One line of the tree of history: it left `parent` after hop `atHop`. */
export interface BranchView {
  readonly id: number;
  /** -1 for the first one. */
  readonly parent: number;
  readonly atHop: number;
  /** Last hop that the person has reached in it. */
  readonly tip: number;
  /** Simulated times at the fork and at the last hop reached. */
  readonly atTime: number;
  readonly tipTime: number;
  readonly intents: readonly { readonly after: number; readonly intent: unknown; readonly planned: boolean }[];
}

export interface LabView {
  readonly status: LabStatus;
  readonly branches: readonly BranchView[];
  readonly components: readonly ComponentView[];
  /** By partition index: titles of all that this branch has had, those that are gone included. */
  readonly partitionTitles: readonly string[];
  /** Those that are there now. */
  readonly partitions: readonly PartitionView[];
  readonly vms: readonly VmView[];
  readonly channels: readonly ChannelView[];
  /** Ledger of the machine and of each guest since `start`, by partition index (0 = machine). */
  readonly ledgers: Readonly<Record<number, Ledger>>;
  /** What stands in each guest: name, size and text or the beginning of it. */
  readonly guests: readonly GuestFileView[];
  /** Busy applications compute in the root, or have just been asked for. */
  readonly rootBusy: boolean;
}

export interface GuestFileView {
  readonly partition: number;
  readonly status: string;
  readonly file: string;
  readonly size: number;
  readonly read: number;
  /** ASCII/UTF-8 text of what has been read so far, at most 4 KiB, or null when it is not text. */
  readonly text: string | null;
  /** Entries of the directory listed last, when that was the last thing asked for; else null. */
  readonly listing: readonly ListedEntry[] | null;
}

export interface ListedEntry {
  readonly name: string;
  readonly size: number;
  readonly directory: boolean;
}

/** One piece of memory that a hop moved or a component shows, before and after the hop. */
export interface BytesView {
  readonly label: string;
  /** 'Alpha GPA 0x00103000', 'machine 0x21000', 'ring to root +96'. */
  readonly where: string;
  readonly layout: string | null;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly fields: readonly DecodedField[];
  /** The same fields as they were before, when they can be read then. */
  readonly fieldsBefore?: readonly DecodedField[];
}

export interface HopInspection {
  readonly n: number;
  readonly title: string;
  readonly sentence: string;
  readonly args: readonly { readonly name: string; readonly value: number }[];
  readonly status: string;
  readonly simplified: string | null;
  readonly sources: readonly SourceView[];
  readonly cost: { readonly key: string; readonly ns: number; readonly letter: string; readonly because: string };
  readonly bytes: readonly BytesView[];
}

/** A place in a source of the bibliography. */
export interface SourceView {
  readonly id: string;
  readonly title: string;
  readonly locator: string;
  /** Where it can be read; and the address of a public page, or ''. */
  readonly where: string;
  readonly link: string;
}

export interface ComponentInspection {
  readonly component: ComponentView;
  readonly sources: readonly SourceView[];
  /** State as plain data before and after the last hop. */
  readonly before: unknown;
  readonly after: unknown;
  /** The state in named tables, where the component's type has such. */
  readonly tables: readonly StateTable[];
  readonly bytes: readonly BytesView[];
}

export interface StateTable {
  readonly title: string;
  /** Heads of the columns; none for a list of names and values. */
  readonly head: readonly string[];
  readonly rows: readonly StateRow[];
  /** Said when there is no row. */
  readonly empty: string;
}

export interface StateRow {
  readonly cells: readonly string[];
  /** By cell: what stood there before the last hop, where that differs; null for a row without a predecessor. */
  readonly was: readonly (string | null)[] | null;
  /** The last hop brought it. */
  readonly isNew: boolean;
}

/** One line of a followed request: hops in order with their depth in the cause tree. */
export interface JourneyLine {
  readonly n: number;
  readonly depth: number;
  /** A folded cycle: how many times it repeated, and how many hops one turn has; 1 and 1 for a single hop. */
  readonly times: number;
  readonly hops: number;
}

export interface RequestView {
  readonly id: number;
  readonly parent: number;
  readonly level: 'file' | 'disk' | 'command' | 'machine';
  readonly partition: number;
  readonly title: string;
  readonly begun: number;
  /** Hop that ended it, or 0. */
  readonly ended: number;
  /** It never came to its own end: its virtual machine was turned off. */
  readonly turnedOff: boolean;
}

/** A file request as it is marked on a line of time. */
export interface FileRequest {
  readonly request: number;
  /** Partition it was asked of. */
  readonly partition: number;
  /** Kind of the hop that began it. */
  readonly kind: number;
  /** Simulated times; `ended` is -1 while it has not ended. */
  readonly begun: number;
  readonly ended: number;
}

/** How often hops went from one component to another, for one of the partitions served. */
export interface WayUse {
  readonly from: number;
  readonly to: number;
  readonly behalf: number;
  readonly hops: number;
}

/**
 * Beats of the story: see lab/beats.ts. A beat covers hops `from`..`to`. `cycle`: a cycle of `cycle` hops, told in full just
 * before, happens `times` more times. `wait`: one hop after a time in which nothing happened.
 */
export interface Beat {
  readonly from: number;
  readonly to: number;
  readonly kind: 'hop' | 'cycle' | 'wait';
  readonly times: number;
  readonly cycle: number;
}

/** How far to go: hops, simulated time, and not beyond the first hop at which one of some conditions begins to hold. */
export interface AdvanceLimits {
  readonly hops: number;
  readonly untilTime?: number;
  readonly stopAt?: readonly unknown[];
}

export interface Advanced {
  readonly rows: ArrayBuffer;
  readonly from: number;
  readonly status: LabStatus;
  /** Which of the conditions began to hold with the last hop, or -1. */
  readonly hit: number;
}

/** Operations of the Worker: request -> answer. All answers are plain data; rows are transferred. */
export interface LabApi {
  /** `variant`: words that change the scenario, as in `scenarios/variant.ts`. */
  open(scenario: unknown, variant?: unknown): Promise<LabView>;
  /** Runs at most `hops` hops or to `untilTime`; answers rows that acted. */
  advance(limits: AdvanceLimits): Promise<Advanced>;
  seek(n: number): Promise<LabView>;
  rows(from: number, count: number): Promise<{ readonly rows: ArrayBuffer; readonly from: number }>;
  view(): Promise<LabView>;
  intend(intent: unknown): Promise<LabView>;
  inspectHop(n: number): Promise<HopInspection>;
  inspectComponent(component: number): Promise<ComponentInspection>;
  requests(from: number, to: number): Promise<readonly RequestView[]>;
  journey(request: number): Promise<readonly JourneyLine[]>;
  ledger(request: number): Promise<Ledger>;
  /** Beats from a hop on: computed on the log, running ahead when needed. */
  beats(from: number, count: number): Promise<readonly Beat[]>;
  setChecks(on: boolean): Promise<LabStatus>;
  fingerprint(): Promise<string>;
}
