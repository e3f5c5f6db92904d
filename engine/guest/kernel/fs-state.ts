/** State of the guest's file system: the volume once it is mounted, open files, and the calls under way. Plain data. */
import { beginScan, type Scan } from '../../wire/disk-scan.ts';
import type { Fat } from '../../wire/fat.ts';
import { newLongName, type LongName } from '../../wire/fat-names.ts';
import { createCache, type Cache } from './fs-cache.ts';
import { createRaw, type RawState } from './fs-raw.ts';
import type { Draft } from './fs-draft.ts';

export const OPEN = 0;
export const LIST = 1;
export const READ = 2;
export const RAW = 3;
export const CREATE = 4;
export const WRITE = 5;
export const COMMIT = 6;
export const DELETE = 7;

/** `awaited` of a call that waits for no line, of one that waits for any line to be free, and of one whose write is under way. */
export const NOTHING = -1;
export const ANY_LINE = -2;
export const OWN_WRITE = -3;

export interface FsConfig {
  /** First of `lines` guest pages, and two more for lists of pages. */
  readonly pages: number;
  /** Lines of the buffer cache; 64 when left out. */
  readonly lines?: number;
  /** First of RAW_PAGES guest pages, for raw requests. */
  readonly rawPages?: number;
}

const LINES_USUAL = 64;

export interface Volume {
  /** 0 not looked at, 1 mounted, 2 no volume that can be read: `reason` says why. */
  status: number;
  reason: string;
  /** The search for a volume, while it goes on. */
  scan: Scan | null;
  /** First sector of the volume; sectors of `fat` count from there. */
  partition: number;
  fat: Fat | null;
  /** Free clusters as FSInfo said and writes have changed it, -1 when not known; where to look for a free cluster. */
  free: number;
  next: number;
  /** FSInfo has been looked at. */
  hinted: boolean;
}

export interface OpenFile {
  cluster: number;
  size: number;
  /** Where the file lies, as far as it is remembered: first cluster of the file, cluster on disk, count; three numbers each. */
  runs: number[];
  /** Clusters followed. */
  followed: number;
  /** Where its directory entry stands: sector and byte. */
  entryLba: number;
  entryAt: number;
  /** Where the next read begins if the file is read in sequence, and reads in sequence so far. */
  expected: number;
  streak: number;
  /** It is being written: not to be read by this handle. */
  writing: boolean;
}

/** Where somebody is in a directory. */
export interface Place {
  /** Cluster of the directory, 0 for the root directory of FAT12 and FAT16; sector in the cluster or in that root directory; entry in the sector. */
  dirCluster: number;
  dirSector: number;
  dirEntry: number;
  /** Clusters of the directory passed: more than the volume has means a loop. */
  dirSteps: number;
}

/** One call of an application. The fields below `op` matter to some calls only. */
export interface Call extends Place {
  op: number;
  peer: number;
  cookie: number;
  request: number;
  behalf: number;
  /** Line it waits for, NOTHING, ANY_LINE or OWN_WRITE. */
  awaited: number;
  /** Sector it asked the cache for last: asking again is no second look. */
  lastLba: number;
  /** Entry of FAT12 that is split between two sectors: its cluster, and the byte of the first sector. */
  split: number;
  splitByte: number;

  parts: string[];
  part: number;
  /** Parts of a long name gathered so far. */
  longName: LongName;
  /** Where the entry begins that is being looked at, the parts of its long name included. */
  begun: Place;

  // The entry found last, and where it stands.
  name: string;
  shortName: string;
  attributes: number;
  cluster: number;
  size: number;
  date: number;
  time: number;
  entryLba: number;
  entryAt: number;

  // Buffer of the application.
  buffer: number;
  /** Listing: entry to begin with, entries passed, entries written, bytes written. */
  start: number;
  passed: number;
  count: number;
  bytes: number;

  // Reading and writing.
  handle: number;
  offset: number;
  length: number;
  done: number;
  /** Line that is being copied from or to, or -1. */
  line: number;
}

/** Where a listing stopped because its page was full, so that the next call need not begin at the beginning. */
export interface Stop extends Place {
  path: string;
  peer: number;
  passed: number;
  /** Changes of directories so far: a stop from before a change is not used. */
  changes: number;
}

export interface FsState {
  driver: number;
  /** Sectors of the disk, and requests the driver takes at once; 0 until the driver has reported. */
  sectors: number;
  depth: number;
  /** Sectors of one long request; 0: the driver only reads, 8 sectors at most. */
  most: number;
  cache: Cache;
  volume: Volume;
  files: (OpenFile | null)[];
  calls: (Call | null)[];
  /** Calls that wait for any line, oldest first. */
  stalled: number[];
  /** Requests past the file system. */
  raw: RawState;
  stop: Stop | null;
  /** The one file that is being made, overwritten or deleted. */
  draft: Draft | null;
  changes: number;
  opened: number;
  readBytes: number;
  writtenBytes: number;
}

export function createFs(config: FsConfig): FsState {
  return {
    driver: -1, sectors: 0, depth: 0, most: 0, cache: createCache(config.pages, config.lines ?? LINES_USUAL), volume: newVolume(),
    files: [], calls: [], stalled: [], raw: createRaw(config.rawPages ?? config.pages + 0xf0), stop: null, draft: null, changes: 0, opened: 0, readBytes: 0, writtenBytes: 0,
  };
}

function newVolume(): Volume {
  return { status: 0, reason: '', scan: null, partition: 0, fat: null, free: -1, next: -1, hinted: false };
}

export function newScan(self: FsState): Scan {
  return beginScan(self.sectors);
}

export function createCall(op: number, peer: number, cookie: number, request: number, behalf: number): Call {
  return {
    op, peer, cookie, request, behalf, awaited: NOTHING, lastLba: -1, split: -1, splitByte: 0,
    parts: [], part: 0, dirCluster: 0, dirSector: 0, dirEntry: 0, dirSteps: 0, longName: newLongName(),
    begun: { dirCluster: 0, dirSector: 0, dirEntry: 0, dirSteps: 0 },
    name: '', shortName: '', attributes: 0, cluster: 0, size: 0, date: 0, time: 0, entryLba: 0, entryAt: 0,
    buffer: 0, start: 0, passed: 0, count: 0, bytes: 0,
    handle: 0, offset: 0, length: 0, done: 0, line: -1,
  };
}
