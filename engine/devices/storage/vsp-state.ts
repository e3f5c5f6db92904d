/** What the Storage VSP remembers: one entry for each virtual disk, with the requests under way. */
import { defaultEra, type Era } from '../../wire/eras.ts';

export interface StorvspConfig {
  /** First of STORVSP_PAGES root pages: the MDLs of requests under way. */
  readonly pages: number;
}

export const SLOTS = 32;
/** 31 pieces: the VHD parser's own bound for one read. [STORVSP-6] */
export const MDL_BYTES = 256;
export const PIECES_MAX = 31;
export const PAGES_PER_DISK = (SLOTS * MDL_BYTES) / 4096;
export const DISKS_MAX = 32;
export const STORVSP_PAGES = DISKS_MAX * PAGES_PER_DISK;
/** What one request may transfer, as QUERY_PROPERTIES says: our choice, within the bound above. */
export const TRANSFER_MAX = 0x1_0000;

/** States of the handshake, as OVM names them. [STORVSP-1] */
export const BEGIN = 0;
export const QUERY_VERSION = 1;
export const QUERY_PROPERTIES_STATE = 2;
export const END_INITIALIZATION_STATE = 3;
export const READY = 4;
/** No rings yet, or no more. */
export const CLOSED = 5;
export const FAILED = 6;

export const FREE = 0;
export const BUSY = 1;
/** Its channel has gone; the answer will be dropped. */
export const ORPHAN = 2;

/** An answer to one transaction: what stands in the completion packet. */
export interface Answer {
  lo: number;
  hi: number;
  request: number;
  kind: 'status' | 'srb' | 'properties';
  /** NT status of kind 'status'; that of a request follows from `srb`. */
  status: number;
  srb: number;
  scsi: number;
  bytes: number;
  /** Sense key << 16 | ASC << 8 | ASCQ; 0 for none. */
  sense: number;
}

export interface Disk {
  number: number;
  /** 0: nobody's. */
  partition: number;
  /** Partition that is being turned off and gives the disk back, or 0; the request that is part of. */
  leaving: number;
  leaveRequest: number;
  worker: number;
  cookie: number;
  handle: number;
  sectors: number;
  /** Index of the channel component, -1 before it is open. */
  channel: number;
  /** Whose storage protocol is spoken: that of the version of VMBus. [STORVSC-8] */
  era: Era;
  /** Guest pages of both rings, and how many belong to the ring from the guest. */
  pfns: number[];
  downstream: number;
  phase: number;
  /** Somebody is reading the ring from the guest: it is masked, and the next packet is on its way. */
  draining: boolean;
  /** Reading has stopped because all slots are taken. */
  stalled: boolean;
  inFlight: number;
  // By slot.
  state: Uint8Array;
  transLo: Int32Array;
  transHi: Int32Array;
  bytes: Int32Array;
  request: Float64Array;
  /** Answers that found no room in the ring. */
  waiting: Answer[];
}

export interface StorvspState {
  pages: number;
  vmbus: number;
  vhdparser: number;
  disks: Disk[];
}

export function newDisk(number: number, partition: number, worker: number, cookie: number): Disk {
  return {
    number, partition, leaving: 0, leaveRequest: 0, worker, cookie, handle: 0, sectors: 0, channel: -1, era: defaultEra, pfns: [], downstream: 0, phase: CLOSED, draining: false,
    stalled: false, inFlight: 0,
    state: new Uint8Array(SLOTS), transLo: new Int32Array(SLOTS), transHi: new Int32Array(SLOTS), bytes: new Int32Array(SLOTS), request: new Float64Array(SLOTS),
    waiting: [],
  };
}

export function diskOfChannel(self: StorvspState, channel: number): Disk | null {
  for (const disk of self.disks) if (disk.channel === channel) return disk;
  return null;
}
