/** What a worker process remembers. */
import { BUS_MASTER_BASE, BUS_MASTER_PORTS } from '../../devices/ide/bus-master-registers.ts';
import { defaultEra, type Era } from '../../wire/eras.ts';
import type { VmConfig } from './hops.ts';

export interface WorkerConfig {
  readonly vm: VmConfig;
  /** First of its root pages: those of the emulated IDE. */
  readonly pages: number;
  /** Era of the machine. */
  readonly era?: Era;
}

/** Root pages of a worker process: seventeen of its IDE emulator, then one for the words of an OUTS. */
export const STAGING_PAGE = 17;
export const WORKER_PAGES = 18;

/** Ports behind which the emulated devices live: first port, how many. */
const ports: readonly (readonly [number, number])[] = [[0x1f0, 8], [0x3f6, 1], [0x20, 2], [0xa0, 2]];
/** The bus-master registers are there only for a guest that switches bus mastering on in PCI configuration space. [BM-1] */
const portsWithDma = [...ports, [BUS_MASTER_BASE, BUS_MASTER_PORTS]] as const;

export function portsOf(self: WorkerState): readonly (readonly [number, number])[] {
  return self.vm.path === 'dma' ? portsWithDma : ports;
}

/** Steps of power-on. */
export const PARTITION = 0;
export const VPS = 1;
export const MEMORY = 2;
export const PORTS = 3;
export const PRIVILEGES = 4;
export const VMBUS = 5;
export const DISK = 6;
export const START = 7;
export const REPORT = 8;

/** Vector that takes an ExtINT back. */
export const NO_VECTOR = 0xffff_ffff;

/** Cookies of ioctls; set-up has one under way at a time. */
export const COOKIE_SETUP = 1;
export const COOKIE_ASSERT = 2;
export const COOKIE_CLEAR = 3;
export const COOKIE_TRANSLATE = 4;

export interface Held {
  /** Whether there is one: the record is kept and filled anew. */
  there: boolean;
  page: number;
  span: number;
  vpIndex: number;
  request: number;
  /** Whether it has been asked, for this message, if the guest has taken the interrupt. */
  asked: boolean;
}

export interface WorkerState {
  vm: VmConfig;
  era: Era;
  pages: number;
  vmms: number;
  vid: number;
  ide: number;
  pic: number;
  partition: number;
  nameText: number;
  request: number;
  /** Power-on: step and position in a list. */
  step: number;
  at: number;
  running: boolean;
  failed: number;
  /** Why it failed: a sentence, or ''. */
  reason: string;
  /** Request of a Turn Off that came before power-on had ended, or 0. */
  off: number;
  /** Turning off, or undoing a start that failed: step, or -1. Partition and VPs there are; components loaded into the guest. */
  down: number;
  made: number;
  loaded: number[];
  /** Message that has come and is not yet with a device; message a device works on; what the device gave. */
  held: Held;
  current: Held;
  /** The string instruction at work: device and port, elements of this exit and their size, bytes done, address in the guest, and where the words lie in the root. */
  string: { device: number; port: number; size: number; write: boolean; elements: number; done: number; pointer: number; value: number; page: number; span: number };
  /** ExtINT: vector the hypervisor has been given, or -1; what the 8259 wants besides; what is under way. */
  asserted: number;
  /** Vector of the assertion under way or last. */
  sent: number;
  wanted: { there: boolean; vector: number; request: number };
  phase: number;
}

function newHeld(): Held {
  return { there: false, page: 0, span: 0, vpIndex: 0, request: 0, asked: false };
}

export function newWorker(config: WorkerConfig): WorkerState {
  return {
    vm: config.vm, era: config.era ?? defaultEra, pages: config.pages, vmms: -1, vid: -1, ide: -1, pic: -1, partition: 0, nameText: 0, request: 0, step: 0, at: 0, running: false,
    failed: 0, reason: '', off: 0, down: -1, made: 0, loaded: [], held: newHeld(), current: newHeld(),
    string: { device: -1, port: 0, size: 0, write: false, elements: 0, done: 0, pointer: 0, value: 0, page: 0, span: 0 }, asserted: -1, sent: NO_VECTOR, wanted: { there: false, vector: 0, request: 0 }, phase: 0,
  };
}
