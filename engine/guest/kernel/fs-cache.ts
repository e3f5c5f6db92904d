/**
 * The buffer cache of the guest's file system: lines of 1 to 8 sectors, one guest page each, the least recently used one goes
 * first. What is changed is written through: a line is never newer than the disk for longer than its write takes. Part of
 * `<guest>/fs`; functions over plain state. [FS-5] [FS-6] [FS-13] [FS-14]
 *
 * Transfers that the cache begins, and raw ones, go through one list, so that no more than the driver's depth are under way.
 */
import type { Act } from '../../sim/act.ts';
import { mdlSpan, putMdlHeader, putMdlPiece, spanOf } from '../../wire/mdl.ts';
import { block } from './hops.ts';

export const SECTOR = 512;
export const LINE_SECTORS = 8;

const EMPTY = 0;
const LOADING = 1;
const VALID = 2;

/** Bytes set aside for the list of pages of one long request; a page has room for sixteen. */
const LIST_BYTES = 256;
const LISTS_PER_PAGE = 16;
const LIST_PAGES = 2;

export interface Line {
  lba: number;
  sectors: number;
  status: number;
  /** Tick of the last use. */
  used: number;
  /** Copies out of it or into it, and writes of it, that have not ended yet. */
  pins: number;
}

/** A request to the storage driver, or one that waits for its turn; its number is the cookie of the block request. */
export interface Transfer {
  write: boolean;
  /** Lines it fills or writes; none: the page of the application `job` works for. */
  lines: number[];
  /** Call that waits for exactly this transfer, or -1. */
  job: number;
  lba: number;
  sectors: number;
  page: number;
  /** Which list of pages a long request uses, or -1. */
  list: number;
  request: number;
  behalf: number;
  /** Why it is written, for the sentence. */
  what: number;
}

export interface Cache {
  firstPage: number;
  lines: Line[];
  tick: number;
  transfers: (Transfer | null)[];
  /** Numbers of transfers that the driver has not been given yet. */
  pending: number[];
  underWay: number;
  /** Lists of pages that are in use. */
  lists: boolean[];
  hits: number;
  misses: number;
  /** Sectors fetched before anybody asked for them. */
  ahead: number;
  written: number;
}

export function createCache(firstPage: number, lines: number): Cache {
  const all: Line[] = [];
  for (let i = 0; i < lines; i++) all.push({ lba: 0, sectors: 0, status: EMPTY, used: 0, pins: 0 });
  const lists = Array.from({ length: LIST_PAGES * LISTS_PER_PAGE }, () => false);
  return { firstPage, lines: all, tick: 0, transfers: [], pending: [], underWay: 0, lists, hits: 0, misses: 0, ahead: 0, written: 0 };
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
 * `STALLED`. `again`: the asker has waited for it already, so this is no second look. `ahead`: sectors behind these that are
 * fetched by the same request, as far as lines are free and they are not there yet.
 */
export function want(cache: Cache, lba: number, sectors: number, request: number, behalf: number, again: boolean, ahead = 0): number {
  const known = find(cache, lba, sectors);
  if (known >= 0) {
    const line = cache.lines[known];
    cache.tick += 1;
    line.used = cache.tick;
    if (line.status === LOADING) return waitFor(known);
    if (!again) cache.hits += 1;
    return known;
  }
  const free = take(cache, lba, sectors);
  if (free < 0) return STALLED;
  cache.misses += 1;
  const lines = [free];
  let total = sectors;
  while (ahead > 0) {
    const more = Math.min(LINE_SECTORS, ahead);
    if (find(cache, lba + total, 1) >= 0) break;
    const next = take(cache, lba + total, more);
    if (next < 0) break;
    lines.push(next);
    total += more;
    ahead -= more;
    cache.ahead += more;
  }
  addTransfer(cache, { write: false, lines, job: -1, lba, sectors: total, page: cache.firstPage + free, list: -1, request, behalf, what: 0 });
  return waitFor(free);
}

/** Makes the least recently used line the one of these sectors, to be filled; -1 when none is free. */
function take(cache: Cache, lba: number, sectors: number): number {
  const free = oldest(cache);
  if (free < 0) return -1;
  const line = cache.lines[free];
  cache.tick += 1;
  line.lba = lba;
  line.sectors = sectors;
  line.status = LOADING;
  line.used = cache.tick;
  return free;
}

/**
 * A line for sectors that are about to be written whole: nothing is read. Other lines that hold any of them are emptied.
 * `STALLED` while one of these, or every line, is in use. The caller fills it and begins the write. [FS-14]
 */
export function claim(cache: Cache, lba: number, sectors: number): number {
  if (!forget(cache, lba, sectors)) return STALLED;
  const free = take(cache, lba, sectors);
  if (free < 0) return STALLED;
  cache.lines[free].status = VALID;
  return free;
}

/** Empties the lines that hold any of these sectors; false, and nothing changed, while one of them is in use. */
export function forget(cache: Cache, lba: number, sectors: number): boolean {
  const touched = cache.lines.filter((line) => line.status !== EMPTY && line.lba < lba + sectors && lba < line.lba + line.sectors);
  if (touched.some((line) => line.status === LOADING || line.pins > 0)) return false;
  for (const line of touched) line.status = EMPTY;
  return true;
}

/** Empties the lines that hold any of these sectors, but one: its bytes have just gone to the disk in their place. */
function forgetOthers(cache: Cache, lba: number, sectors: number, keep: number): void {
  cache.lines.forEach((line, i) => {
    if (i !== keep && line.status === VALID && line.pins === 0 && line.lba < lba + sectors && lba < line.lba + line.sectors) line.status = EMPTY;
  });
}

function find(cache: Cache, lba: number, sectors: number): number {
  for (let i = 0; i < cache.lines.length; i++) {
    const line = cache.lines[i];
    if (line.lba === lba && line.status !== EMPTY && line.sectors >= sectors) return i;
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

/** Writes the first `sectors` of a line to `lba` (its own place, or the same place in the second FAT); `job` waits for the end. */
export function writeLine(cache: Cache, line: number, lba: number, sectors: number, job: number, request: number, behalf: number, what: number): void {
  cache.lines[line].pins += 1;
  if (lba !== cache.lines[line].lba) forgetOthers(cache, lba, sectors, line);
  addTransfer(cache, { write: true, lines: [line], job, lba, sectors, page: cache.firstPage + line, list: -1, request, behalf, what });
}

/** Puts a transfer on the list; `pump` gives it to the driver. */
export function addTransfer(cache: Cache, transfer: Transfer): void {
  let number = cache.transfers.indexOf(null);
  if (number < 0) {
    number = cache.transfers.length;
    cache.transfers.push(null);
  }
  cache.transfers[number] = transfer;
  cache.pending.push(number);
}

/** Gives the driver what waits, as long as it takes more; each request nests under the request of its job. */
export function pump(cache: Cache, act: Act, driver: number, depth: number): void {
  while (cache.pending.length > 0 && cache.underWay < depth) {
    const number = cache.pending[0];
    const transfer = cache.transfers[number]!;
    const long = transfer.lines.length > 1;
    if (long) {
      transfer.list = cache.lists.indexOf(false);
      if (transfer.list < 0) return;
      cache.lists[transfer.list] = true;
    }
    cache.pending.shift();
    cache.underWay += 1;
    act.request = transfer.request;
    act.behalf = transfer.behalf;
    if (long) sendLong(cache, act, driver, transfer, number);
    else if (transfer.write) act.send(block.write, driver, transfer.lba, transfer.sectors, transfer.page, spanOf(0, transfer.sectors * SECTOR), number, transfer.what);
    else act.send(block.read, driver, transfer.lba, transfer.sectors, transfer.page, spanOf(0, transfer.sectors * SECTOR), number);
  }
}

/** A request whose bytes lie in several pages: writes the list of them, which is the driver's until the end. [FS-13] */
function sendLong(cache: Cache, act: Act, driver: number, transfer: Transfer, number: number): void {
  const listPage = cache.firstPage + cache.lines.length + Math.floor(transfer.list / LISTS_PER_PAGE);
  const at = (transfer.list % LISTS_PER_PAGE) * LIST_BYTES;
  const list = act.pageForWrite(listPage);
  const pieces = transfer.lines.length;
  putMdlHeader(list, at, pieces);
  transfer.lines.forEach((line, i) => putMdlPiece(list, at, i, linePage(cache, line), 0, cache.lines[line].sectors * SECTOR));
  act.send(transfer.write ? block.writeMany : block.readMany, driver, transfer.lba, transfer.sectors, listPage, mdlSpan(at, pieces), number);
}

/** The driver has ended a transfer; a line whose bytes are not those of the disk is empty again. Returns the transfer. */
export function transferEnded(cache: Cache, act: Act, number: number, ok: boolean): Transfer {
  const transfer = cache.transfers[number] ?? null;
  act.assert(transfer !== null, 'The storage driver ends a request that the file system made.');
  cache.transfers[number] = null;
  cache.underWay -= 1;
  if (transfer.list >= 0) cache.lists[transfer.list] = false;
  for (const line of transfer.lines) {
    if (transfer.write) cache.lines[line].pins -= 1;
    cache.lines[line].status = ok ? VALID : EMPTY;
  }
  if (ok && transfer.write) cache.written += transfer.sectors;
  return transfer;
}

/** Page of a line. */
export function linePage(cache: Cache, line: number): number {
  return cache.firstPage + line;
}
