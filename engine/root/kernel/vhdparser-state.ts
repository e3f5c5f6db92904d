/**
 * State and pages of the VHD parser. Sixteen pages for the MDLs of parts of requests and one of zeros, then for each open disk: a
 * page with footer, header and small MDLs, four pages of cached bitmap sectors, and its block allocation table. [VHDP-5]
 */
import type { Act } from '../../sim/act.ts';
import { mdlSpan, putMdlHeader, putMdlPiece } from '../../wire/mdl.ts';
import { MDL_SLOTS_PER_PAGE } from './mdl.ts';

export const SECTOR = 512;
/** A sector of a bitmap speaks for this many sectors of its block. */
export const BITMAP_SECTOR_BITS = 4096;
export const BITMAP_SLOTS = 32;
export const NO_BITMAP = -1;
export const BITMAP_LOADING = 1;
export const BITMAP_READY = 2;

const JOB_MDL_PAGES = 16;
export const JOBS = JOB_MDL_PAGES * MDL_SLOTS_PER_PAGE;
const BITMAP_PAGES = BITMAP_SLOTS / 8;

/** Where things stand in the first page of an open disk. */
export const COPY_AT = 0;
export const HEADER_AT = 512;
export const END_AT = 1536;
const BITMAP_MDLS_AT = 2048;
/** MDL of opening, and of what growing writes besides data and bitmap. */
export const WORK_MDL_AT = 3072;

/** What a disk is. */
export const FIXED = 0;
export const DYNAMIC = 1;
export const DIFFERENCING = 2;
export const RAW = 3;
export const diskKinds = ['fixed', 'dynamic', 'differencing', 'raw'] as const;

/** Where a write stands. */
export const START = 0;
export const DATA = 1;
export const MARK = 2;
export const MARKING = 3;
export const GROW_FILE = 4;
export const GROW_FOOTER = 5;
export const GROW_DATA = 6;
export const GROW_ZERO = 7;
export const GROW_BITMAP = 8;
export const GROW_TABLE = 9;

export interface VhdParserConfig {
  /** First of `pageCount` root pages. */
  readonly pages: number;
  /** 17 + 5 for each disk + its block allocation table (a page for 1024 blocks); 128 carry one disk of 127 GB or eighteen of up to 2 GB. */
  readonly pageCount: number;
}

export interface OpenDisk {
  fileId: number;
  kind: number;
  /** Sectors of the virtual disk. */
  sectors: number;
  fileSectors: number;
  /** File sector at which the next block will lie: where the footer is now. */
  end: number;
  /** Sectors of data in a block; 0: a disk without blocks. */
  blockSectors: number;
  bitmapSectors: number;
  /** File sector of the block allocation table. */
  tableAt: number;
  firstPage: number;
  batPage: number;
  batPages: number;
  /** From the footer: 32 hexadecimal digits, and seconds since 2000. */
  uniqueId: string;
  timeStamp: number;
  /** Handle of the parent of a differencing disk, or 0. */
  parent: number;
  /** Open differencing disks that read through this one; a disk that has some is not written. */
  children: number;
  /** Partition whose disk it is, and how often its devices have opened it. */
  owner: number;
  attached: number;
  readOnly: boolean;
  /** Job that makes the file grow, or -1: one at a time. */
  grower: number;
  /** '' or what a person should know about the file. */
  notice: string;
  /** By slot: which sector of which bitmap, whether it is there, and how many writes of it are under way. */
  bitmapKeys: number[];
  bitmapStatus: number[];
  bitmapPins: number[];
}

/** A read or a write under way. */
export interface Job {
  peer: number;
  /** True for the IDE emulator, which is a process. */
  user: boolean;
  write: boolean;
  cookie: number;
  request: number;
  behalf: number;
  handle: number;
  lba: number;
  sectors: number;
  mdlPage: number;
  mdlSpan: number;
  /** Sectors read, zeroed or written, and those of the piece under way. */
  done: number;
  piece: number;
  /** Of a read: the disk of the chain that is looked at, and how many sectors its children have left to it. */
  at: number;
  most: number;
  /** Of a write: where it stands; of a growing one, how many sectors of the bitmap have been cleared. */
  phase: number;
  cleared: number;
  /** Bitmap slot it waits for, or -1, and what it wants there: another bitmap may be on its way into the same slot. */
  awaited: number;
  awaitedKey: number;
  /** It waits until another write has made the file grow. */
  toGrow: boolean;
}

export interface OpenJob {
  peer: number;
  user: boolean;
  cookie: number;
  request: number;
  behalf: number;
  /** The disk being opened, and its children on the way to it, the one that was asked for first. */
  disk: OpenDisk;
  chain: OpenDisk[];
  /** Disks that were open before this open began. */
  before: number;
  /** Parts of the file that have been read, as bits, and the one under way. */
  have: number;
  reading: number;
  /** Byte offsets in the file, -1 before they are known. */
  headerAt: number;
  tableAt: number;
  /** Sectors of the table, and how many of them have been read. */
  tableSectors: number;
  tableRead: number;
  /** Which of the parent locators is being read, and what they and the header name as parent. */
  locator: number;
  names: string[];
}

/** A close that waits for requests to end. */
export interface CloseJob {
  peer: number;
  user: boolean;
  cookie: number;
  handle: number;
  request: number;
  behalf: number;
}

export interface VhdParserState {
  pages: number;
  pageCount: number;
  /** By handle less 1; null after closing. */
  disks: (OpenDisk | null)[];
  jobs: (Job | null)[];
  /** The first one is at work; one disk is opened after the other. */
  opens: OpenJob[];
  closes: CloseJob[];
  reads: number;
  writes: number;
  bitmapReads: number;
  zeroed: number;
  /** Blocks that have been added to files. */
  grown: number;
}

export function createParser(config: VhdParserConfig): VhdParserState {
  return {
    pages: config.pages, pageCount: config.pageCount, disks: [], jobs: [], opens: [], closes: [], reads: 0, writes: 0, bitmapReads: 0, zeroed: 0, grown: 0,
  };
}

export function createDisk(fileId: number): OpenDisk {
  return {
    fileId, kind: FIXED, sectors: 0, fileSectors: 0, end: 0, blockSectors: 0, bitmapSectors: 0, tableAt: 0, firstPage: 0, batPage: 0, batPages: 0,
    uniqueId: '', timeStamp: 0, parent: 0, children: 0, owner: 0, attached: 0, readOnly: false, grower: -1, notice: '',
    bitmapKeys: new Array<number>(BITMAP_SLOTS).fill(NO_BITMAP), bitmapStatus: new Array<number>(BITMAP_SLOTS).fill(0),
    bitmapPins: new Array<number>(BITMAP_SLOTS).fill(0),
  };
}

export function diskOf(self: VhdParserState, handle: number): OpenDisk | null {
  return self.disks[handle - 1] ?? null;
}

// --- pages

/** Pages of a disk before its table. */
export const DISK_PAGES = 1 + BITMAP_PAGES;

/** A page that always holds zeros. */
export function zeroPage(self: VhdParserState): number {
  return self.pages + JOB_MDL_PAGES;
}

/** First of `count` free pages, or -1: between what open disks and those being opened have. */
export function freePages(self: VhdParserState, count: number): number {
  const taken: [from: number, count: number][] = [];
  const opening = self.opens.length === 0 ? [] : [self.opens[0].disk, ...self.opens[0].chain];
  for (const disk of [...self.disks, ...opening]) {
    if (disk === null) continue;
    if (disk.firstPage > 0) taken.push([disk.firstPage, DISK_PAGES]);
    if (disk.batPages > 0) taken.push([disk.batPage, disk.batPages]);
  }
  taken.push([self.pages + self.pageCount, 0]);
  taken.sort((a, b) => a[0] - b[0]);
  let from = zeroPage(self) + 1;
  for (const [at, length] of taken) {
    if (at - from >= count) return from;
    from = Math.max(from, at + length);
  }
  return -1;
}

/** The largest number of pages that `freePages` would give. */
export function mostFreePages(self: VhdParserState): number {
  let count = 0;
  while (freePages(self, count + 1) >= 0) count += 1;
  return count;
}

export function bitmapPage(disk: OpenDisk, slot: number): number {
  return disk.firstPage + 1 + (slot >> 3);
}

export function bitmapOffset(slot: number): number {
  return (slot & 7) * SECTOR;
}

/** Writes the MDL for a bitmap slot; returns its span in the disk's first page. */
export function bitmapMdl(act: Act, disk: OpenDisk, slot: number): number {
  const at = BITMAP_MDLS_AT + slot * 16;
  const page = act.pageForWrite(disk.firstPage);
  putMdlHeader(page, at, 1);
  putMdlPiece(page, at, 0, bitmapPage(disk, slot), bitmapOffset(slot), SECTOR);
  return mdlSpan(at, 1);
}
