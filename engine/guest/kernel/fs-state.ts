/** State of the guest's file system: the volume once it is mounted, open files, and the calls under way. Plain data. */
import type { Fat16 } from '../../wire/fat16.ts';
import { newLongName, type LongName } from '../../wire/fat16-names.ts';
import { createCache, type Cache } from './fs-cache.ts';
import { createRaw, type RawState } from './fs-raw.ts';

export const OPEN = 0;
export const LIST = 1;
export const READ = 2;
export const RAW = 3;

/** `awaited` of a call that waits for no line, and of one that waits for any line to be free. */
export const NOTHING = -1;
export const ANY_LINE = -2;

export interface FsConfig {
  /** First of `lines` guest pages. */
  readonly pages: number;
  /** Lines of the buffer cache; 32 when left out. */
  readonly lines?: number;
  /** First of RAW_PAGES guest pages, for raw requests. */
  readonly rawPages?: number;
}

export interface Volume {
  /** 0 not looked at, 1 mounted, 2 no volume that can be read: `reason` says why. */
  status: number;
  reason: string;
  /** First sector and length of the partition; -1 before the MBR has been read. */
  partition: number;
  sectors: number;
  /** Sectors count from the start of the partition. */
  fat: Fat16 | null;
}

export interface OpenFile {
  cluster: number;
  size: number;
  /** Where the file lies, as far as it has been followed: first cluster of the file, cluster on disk, count; three numbers each. */
  runs: number[];
  /** Clusters followed. */
  followed: number;
}

/** One call of an application. The fields below `op` matter to some calls only. */
export interface Call {
  op: number;
  peer: number;
  cookie: number;
  request: number;
  behalf: number;
  /** Line it waits for, NOTHING or ANY_LINE. */
  awaited: number;
  /** Sector it asked the cache for last: asking again is no second look. */
  lastLba: number;

  // Where in a path and in a directory it is.
  parts: string[];
  part: number;
  /** Cluster of the directory, 0 for the root directory; sector in the cluster or in the root directory; entry in the sector. */
  dirCluster: number;
  dirSector: number;
  dirEntry: number;
  /** Clusters of directories passed: more than the volume has means a loop. */
  dirSteps: number;
  /** Parts of a long name gathered so far. */
  longName: LongName;

  // The entry found last.
  name: string;
  shortName: string;
  attributes: number;
  cluster: number;
  size: number;
  date: number;
  time: number;

  // Buffer of the application.
  buffer: number;
  /** Listing: entry to begin with, entries passed, entries written, bytes written. */
  start: number;
  passed: number;
  count: number;
  bytes: number;
  listing: boolean;

  // Reading.
  handle: number;
  offset: number;
  length: number;
  done: number;
  /** Line that is being copied from, or -1; where in it. */
  line: number;
}

export interface FsState {
  driver: number;
  /** Sectors of the disk, and requests the driver takes at once; 0 until the driver has reported. */
  sectors: number;
  depth: number;
  cache: Cache;
  volume: Volume;
  files: (OpenFile | null)[];
  calls: (Call | null)[];
  /** Calls that wait for any line, oldest first. */
  stalled: number[];
  /** Requests past the file system. */
  raw: RawState;
  opened: number;
  readBytes: number;
}

export function createFs(config: FsConfig): FsState {
  return {
    driver: -1, sectors: 0, depth: 0, cache: createCache(config.pages, config.lines ?? 32),
    volume: { status: 0, reason: '', partition: -1, sectors: 0, fat: null },
    files: [], calls: [], stalled: [], raw: createRaw(config.rawPages ?? config.pages + 0xf0), opened: 0, readBytes: 0,
  };
}

export function createCall(op: number, peer: number, cookie: number, request: number, behalf: number): Call {
  return {
    op, peer, cookie, request, behalf, awaited: NOTHING, lastLba: -1,
    parts: [], part: 0, dirCluster: 0, dirSector: 0, dirEntry: 0, dirSteps: 0, longName: newLongName(),
    name: '', shortName: '', attributes: 0, cluster: 0, size: 0, date: 0, time: 0,
    buffer: 0, start: 0, passed: 0, count: 0, bytes: 0, listing: false,
    handle: 0, offset: 0, length: 0, done: 0, line: -1,
  };
}
