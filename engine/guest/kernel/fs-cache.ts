/**
 * The buffer cache of the guest's file system: a few lines of 1 to 8 sectors, one guest page each, the least recently used
 * one goes first. Nothing is read ahead. Part of `<guest>/fs`; functions over plain state. [FS-5] [FS-6]
 *
 * Reads that the cache begins, and raw reads, go through one list, so that no more than the driver's depth are under way.
 */
import type { Act } from '../../sim/act.ts';
import { spanOf } from '../../wire/mdl.ts';
import { block } from './hops.ts';

export const SECTOR = 512;
export const LINE_SECTORS = 8;

const EMPTY = 0;
const LOADING = 1;
const VALID = 2;

export interface Line {
  lba: number;
  sectors: number;
  status: number;
  /** Tick of the last use. */
  used: number;
  /** Copies out of it that have not been made yet. */
  pins: number;
}

/** A read asked of the storage driver, or waiting for its turn; its number is the cookie of `block.read`. */
export interface BlockRead {
  /** Line it fills, or -1 for a raw read of `job`. */
  line: number;
  job: number;
  lba: number;
  sectors: number;
  page: number;
  request: number;
  behalf: number;
}

export interface Cache {
  firstPage: number;
  lines: Line[];
  tick: number;
  reads: (BlockRead | null)[];
  /** Numbers of reads that the driver has not been given yet. */
  pending: number[];
  underWay: number;
  hits: number;
  misses: number;
}

export function createCache(firstPage: number, lines: number): Cache {
  const all: Line[] = [];
  for (let i = 0; i < lines; i++) all.push({ lba: 0, sectors: 0, status: EMPTY, used: 0, pins: 0 });
  return { firstPage, lines: all, tick: 0, reads: [], pending: [], underWay: 0, hits: 0, misses: 0 };
}

/** Every line is loading or being copied from: whoever wants one waits until any of them is free. */
export const STALLED = -1;

/** What `want` answers when the job must wait for a line to be filled. */
export function waitFor(line: number): number {
  return -2 - line;
}

export function lineAwaited(answer: number): number {
  return -2 - answer;
}

/**
 * The line that holds these sectors, if it is filled; otherwise begins to fill one and answers `waitFor(line)`, or
 * `STALLED`. `again`: the asker has waited for it already, so this is no second look.
 */
export function want(cache: Cache, lba: number, sectors: number, request: number, behalf: number, again: boolean): number {
  const known = find(cache, lba, sectors);
  if (known >= 0) {
    const line = cache.lines[known];
    cache.tick += 1;
    line.used = cache.tick;
    if (line.status === LOADING) return waitFor(known);
    if (!again) cache.hits += 1;
    return known;
  }
  const free = oldest(cache);
  if (free < 0) return STALLED;
  const line = cache.lines[free];
  cache.tick += 1;
  cache.misses += 1;
  line.lba = lba;
  line.sectors = sectors;
  line.status = LOADING;
  line.used = cache.tick;
  addRead(cache, { line: free, job: -1, lba, sectors, page: cache.firstPage + free, request, behalf });
  return waitFor(free);
}

function find(cache: Cache, lba: number, sectors: number): number {
  for (let i = 0; i < cache.lines.length; i++) {
    const line = cache.lines[i];
    if (line.status !== EMPTY && line.lba === lba && line.sectors >= sectors) return i;
  }
  return -1;
}

function oldest(cache: Cache): number {
  let best = -1;
  for (let i = 0; i < cache.lines.length; i++) {
    const line = cache.lines[i];
    if (line.status === LOADING || line.pins > 0) continue;
    if (line.status === EMPTY) return i;
    if (best < 0 || line.used < cache.lines[best].used) best = i;
  }
  return best;
}

/** Puts a read on the list; `pump` gives it to the driver. */
export function addRead(cache: Cache, read: BlockRead): void {
  let number = cache.reads.indexOf(null);
  if (number < 0) {
    number = cache.reads.length;
    cache.reads.push(null);
  }
  cache.reads[number] = read;
  cache.pending.push(number);
}

/** Gives the driver what waits, as long as it takes more; each read nests under the request of its job. */
export function pump(cache: Cache, act: Act, driver: number, depth: number): void {
  while (cache.pending.length > 0 && cache.underWay < depth) {
    const number = cache.pending.shift()!;
    const read = cache.reads[number]!;
    cache.underWay += 1;
    act.request = read.request;
    act.behalf = read.behalf;
    act.send(block.read, driver, read.lba, read.sectors, read.page, spanOf(0, read.sectors * SECTOR), number);
  }
}

/** The driver has ended a read; a line that could not be filled is empty again. Returns the read. */
export function readEnded(cache: Cache, act: Act, number: number, ok: boolean): BlockRead {
  const read = cache.reads[number] ?? null;
  act.assert(read !== null, 'The storage driver ends a read that the file system asked for.');
  cache.reads[number] = null;
  cache.underWay -= 1;
  if (read.line >= 0) cache.lines[read.line].status = ok ? VALID : EMPTY;
  return read;
}

/** Page of a line. */
export function linePage(cache: Cache, line: number): number {
  return cache.firstPage + line;
}
