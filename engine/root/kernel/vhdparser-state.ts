/**
 * State and pages of the VHD parser. Sixteen pages for the MDLs of parts of reads, then for each open disk: a page with
 * footer, header and small MDLs, four pages of cached bitmap sectors, and the block allocation table. [VHDP-5]
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
export const READ_MDL_AT = 3072;

/** What a file read was for stands in the two low bits of its cookie. */
export const COOKIE_DATA = 0;
export const COOKIE_BITMAP = 1;
export const COOKIE_OPEN = 2;

export function cookieOf(kind: number, index: number): number {
  return kind + index * 4;
}

export function cookieKind(cookie: number): number {
  return cookie % 4;
}

export function cookieIndex(cookie: number): number {
  return Math.floor(cookie / 4);
}

export interface VhdParserConfig {
  /** First of `pageCount` root pages. */
  readonly pages: number;
  /** 16 + 5 for each disk + its block allocation table (a page for 1024 blocks); 128 carry one disk of 127 GB or eighteen of up to 2 GB. */
  readonly pageCount: number;
}

export interface OpenDisk {
  fileId: number;
  /** Sectors of the virtual disk. */
  sectors: number;
  fileSectors: number;
  /** Sectors of data in a block; 0: a fixed disk, which has no blocks. */
  blockSectors: number;
  bitmapSectors: number;
  firstPage: number;
  batPage: number;
  /** By slot: which sector of which bitmap, and whether it is there. */
  bitmapKeys: number[];
  bitmapStatus: number[];
}

export interface ReadJob {
  peer: number;
  /** True for the IDE emulator, which is a process. */
  user: boolean;
  cookie: number;
  request: number;
  behalf: number;
  handle: number;
  lba: number;
  sectors: number;
  mdlPage: number;
  mdlSpan: number;
  /** Sectors read or zeroed, and those of the piece under way. */
  done: number;
  piece: number;
  /** Bitmap slot it waits for, or -1, and what it wants there: another bitmap may be on its way into the same slot. */
  awaited: number;
  awaitedKey: number;
}

export interface OpenJob {
  peer: number;
  user: boolean;
  cookie: number;
  request: number;
  behalf: number;
  disk: OpenDisk;
  /** Parts of the file that have been read, as bits, and the one under way. */
  have: number;
  reading: number;
  /** Byte offsets in the file, -1 before they are known. */
  headerAt: number;
  tableAt: number;
  /** Sectors of the table, and how many of them have been read. */
  tableSectors: number;
  tableRead: number;
}

export interface VhdParserState {
  pages: number;
  pageCount: number;
  /** First page that no disk has. */
  nextPage: number;
  disks: OpenDisk[];
  jobs: (ReadJob | null)[];
  /** The first one is at work; one disk is opened after the other. */
  opens: OpenJob[];
  reads: number;
  bitmapReads: number;
  zeroed: number;
}

export function createParser(config: VhdParserConfig): VhdParserState {
  return {
    pages: config.pages, pageCount: config.pageCount, nextPage: config.pages + JOB_MDL_PAGES,
    disks: [], jobs: [], opens: [], reads: 0, bitmapReads: 0, zeroed: 0,
  };
}

export function createDisk(fileId: number): OpenDisk {
  return {
    fileId, sectors: 0, fileSectors: 0, blockSectors: 0, bitmapSectors: 0, firstPage: 0, batPage: 0,
    bitmapKeys: new Array<number>(BITMAP_SLOTS).fill(NO_BITMAP), bitmapStatus: new Array<number>(BITMAP_SLOTS).fill(0),
  };
}

/** Pages of a disk before its table. */
export const DISK_PAGES = 1 + BITMAP_PAGES;

export function bitmapPage(disk: OpenDisk, slot: number): number {
  return disk.firstPage + 1 + (slot >> 3);
}

export function bitmapOffset(slot: number): number {
  return (slot & 7) * SECTOR;
}

/** Writes the MDL for reading into a bitmap slot; returns its span in the disk's first page. */
export function bitmapMdl(act: Act, disk: OpenDisk, slot: number): number {
  const at = BITMAP_MDLS_AT + slot * 16;
  const page = act.pageForWrite(disk.firstPage);
  putMdlHeader(page, at, 1);
  putMdlPiece(page, at, 0, bitmapPage(disk, slot), bitmapOffset(slot), SECTOR);
  return mdlSpan(at, 1);
}
