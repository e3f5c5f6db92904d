/**
 * What the page may ask of the Worker: the lab's own operations, and a few questions about its log that are answered where
 * the log is. All answers are plain data; hop rows travel as transferred buffers.
 */
import type { FileRequest, LabApi, LabView, Scenario, StartView, WayUse } from '../../engine/index.ts'
import type { AheadApi } from './ahead-calls.ts'
import type { ChartApi } from '../chart/chart-calls.ts'
import type { DisksApi } from '../disks/disk-cards.ts'
import type { KeepApi } from '../keep/keep-calls.ts'
import type { LinksApi } from '../links/links-questions.ts'
import type { GalleryApi } from '../gallery/gallery-calls.ts'
import type { DriverApi } from './driver-questions.ts'
import type { TwinApi } from '../twin/twin-calls.ts'
import type { TimeApi } from '../time/time-calls.ts'
import type { KindCard } from './session-store.ts'
import type { Stroke } from './telling.ts'

export interface HopFilter {
  /** Words looked for in title, ends and sentence. */
  readonly text: string
  readonly families: readonly string[]
  /** Partition index of either end or served; -1 for all. */
  readonly partition: number
  /** The request and all requests inside it; 0 for all. */
  readonly request: number
}

/** Numbers of the hops that passed, and the last hop that has been looked at: behind it has to be asked again. */
export interface Found {
  readonly numbers: Uint32Array
  readonly to: number
}

export interface Neighbours {
  readonly cause: number
  /** Hops this one caused, in order. */
  readonly effects: readonly number[]
  readonly sameBefore: number
  readonly sameAfter: number
}

export interface CaptionText {
  readonly n: number
  readonly says: string
  readonly because: string
}

/** What the scrub bar must know of 8192 hops, run ahead of what was reached. */
export interface TimelineBlock {
  readonly index: number
  /** Its last hop that is known, and when that acted. */
  readonly to: number
  readonly time: number
  /** In threes: the hop that ends a wait, and the times of the hop before and of that hop. */
  readonly waits: Float64Array
  /** In pairs: first hop of a beat, and when it acts; null when they were not asked for. */
  readonly beats: Float64Array | null
}

/** The machine that is open: what its scenario says, and what it is called with what was changed. */
export interface MachineCard {
  readonly own: Pick<Scenario, 'era' | 'profile' | 'guests'>
  /** Of the era, in words: 'Windows Server 2008'. */
  readonly title: string
  readonly changed: boolean
  /** What is said of it: of a changed one, that it was changed. */
  readonly about: string
}

/** A VHD file on the physical disk, for a virtual machine to use. */
export interface VhdFile {
  readonly fileId: number
  readonly name: string
}

/** What this build of the machine can be asked, and what it has for new virtual machines. */
export interface Abilities {
  readonly intents: readonly string[]
  readonly paths: readonly string[]
  readonly disks: readonly VhdFile[]
}

export interface ScenarioCard {
  readonly name: string
  readonly title: string
  readonly about: string
  /** What is shown at first. */
  readonly view?: StartView
}

export interface PageApi {
  /** What can be opened, the default first. */
  scenarios(): Promise<readonly ScenarioCard[]>
  /** The machine of the scenario that is open. */
  machine(): Promise<MachineCard>
  kinds(): Promise<readonly KindCard[]>
  abilities(): Promise<Abilities>
  /** Takes back what somebody asked last, at or before the cursor; the old future stays a branch. */
  undo(): Promise<LabView>
  captions(from: number, count: number): Promise<readonly CaptionText[]>
  /** How often each way was used from the start to hop `to`. */
  worn(to: number): Promise<readonly WayUse[]>
  /** The last file requests that began up to hop `to`, at most `most`. */
  files(to: number, most: number): Promise<readonly FileRequest[]>
  /** Numbers of a request and of all requests inside it, up to hop `to`. */
  inside(request: number, to: number): Promise<readonly number[]>
  /** Numbers of the hops that pass a filter, among hops `first` to `to`, as far as one answer goes. */
  find(filter: HopFilter, first: number, to: number): Promise<Found>
  neighbours(n: number): Promise<Neighbours>
  /** For each component, the last hop up to `to` that it took part in; 0 for none within reach. */
  lasts(to: number): Promise<readonly number[]>
  /** Number of the last hop that had acted at a time. */
  hopAt(time: number): Promise<number>
  /** Beats as they are told from a hop on: drawn together floor by floor, or hop by hop. */
  story(from: number, count: number, floors: boolean): Promise<readonly Stroke[]>
  /** The beat that ends before a hop; null when there is none. */
  strokeBefore(n: number, floors: boolean): Promise<Stroke | null>
  /** Without `beats` nothing is run ahead or folded, which is a hundred times less work. */
  timeline(index: number, beats: boolean): Promise<TimelineBlock>
  /** Number of the last hop, reached or run ahead, that had acted at a time. */
  knownAt(time: number): Promise<number>
}

export type WorkerApi = LabApi & PageApi & DisksApi & DriverApi & ChartApi & TwinApi & KeepApi & LinksApi & GalleryApi & TimeApi & AheadApi
export type Operation = keyof WorkerApi

export interface Call {
  readonly id: number
  readonly operation: Operation
  readonly words: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: string }
