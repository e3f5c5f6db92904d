/** What the Storage VSC remembers, and its pages. */
import { defaultEra, type Era } from '../../wire/eras.ts';
import type { SignalRule } from '../../wire/ring.ts';
import { REQUEST_SLOTS } from './hops.ts';

export interface StorvscConfig {
  /** First of `storvscPages(dataPages)` guest pages: both rings, the page of records, a page for the answers of bring-up. */
  readonly pages: number;
  /** Data pages of each ring. */
  readonly dataPages?: number;
  /** Requests under way at most, 1..32. [STORVSC-5] */
  readonly queueDepth?: number;
  /** How this driver decides to signal. [CHAN-6] */
  readonly signalRule?: SignalRule;
}

export const DATA_PAGES = 4;
export const QUEUE_DEPTH = 32;
/** Requests that wait in the driver at most. [STORVSC-5] */
export const WAITING_MAX = 64;

/** One request at most: 64 KiB, what the VSP says it takes. */
export const SECTORS_MAX = 128;

export function storvscPages(dataPages: number = DATA_PAGES): number {
  return 2 * (1 + dataPages) + 2;
}

/** A block request of the file system. */
export interface Asked {
  write: boolean;
  /** True: page and span name a list of pages; false: they name the buffer itself, in neighbouring pages. */
  listed: boolean;
  lba: number;
  sectors: number;
  page: number;
  span: number;
  cookie: number;
  request: number;
}

export interface StorvscState {
  ring: number;
  /** Pages of one ring, its header included. */
  ringPages: number;
  records: number;
  buffer: number;
  queueDepth: number;
  signalRule: SignalRule;
  kernel: number;
  vmbus: number;
  fs: number;
  relid: number;
  /** Whose storage protocol is spoken: that of the version of VMBus. [STORVSC-8] */
  era: Era;
  channel: number;
  /** Step of bring-up whose answer is awaited, or one of the words. */
  phase: 'off' | 'opening' | 'setup' | 'ready' | 'failed';
  step: number;
  sectors: number;
  draining: boolean;
  outstanding: number;
  // By slot.
  busy: Uint8Array;
  bytes: Int32Array;
  cookie: Float64Array;
  request: Float64Array;
  waiting: Asked[];
}

export function initialStorvsc(config: StorvscConfig): StorvscState {
  const ringPages = 1 + (config.dataPages ?? DATA_PAGES);
  return {
    ring: config.pages, ringPages, records: config.pages + 2 * ringPages, buffer: config.pages + 2 * ringPages + 1,
    queueDepth: Math.max(1, Math.min(REQUEST_SLOTS, config.queueDepth ?? QUEUE_DEPTH)), signalRule: config.signalRule ?? 'empty-to-non-empty',
    kernel: -1, vmbus: -1, fs: -1, relid: 0, era: defaultEra, channel: -1, phase: 'off', step: 0, sectors: 0, draining: false, outstanding: 0,
    busy: new Uint8Array(REQUEST_SLOTS), bytes: new Int32Array(REQUEST_SLOTS), cookie: new Float64Array(REQUEST_SLOTS), request: new Float64Array(REQUEST_SLOTS),
    waiting: [],
  };
}
