/**
 * The guest's file system: FAT16 over a small buffer cache, on top of whichever storage driver reported its disk. Runs: guest
 * kernel. Route: `fs.open` / `fs.read` / `fs.list` -> `block.read` for what the cache lacks -> `fs.copy` -> `fs.readDone`.
 *
 * A call is taken as far as it goes; where it lacks a sector it stops and is taken up again when the sector is there.
 * State: `fs-state.ts`; cache: `fs-cache.ts`; format: `fs-fat16.ts`. [FS-1..12]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { copyBytes, utf8Of } from '../../wire/bytes.ts';
import { ATTRIBUTE_DIRECTORY } from '../../wire/fat16-names.ts';
import { LISTING_HEADER, listingEntrySize, putListingEntry, putListingHeader } from '../../wire/fs-listing.ts';
import { spanLength, spanOf, spanOffset } from '../../wire/mdl.ts';
import {
  ntStatusSentence, STATUS_DEVICE_NOT_READY, STATUS_DISK_CORRUPT_ERROR, STATUS_END_OF_FILE, STATUS_FILE_IS_A_DIRECTORY, STATUS_INSUFFICIENT_RESOURCES,
  STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_IO_DEVICE_ERROR, STATUS_NOT_A_DIRECTORY, STATUS_OBJECT_NAME_NOT_FOUND,
  STATUS_OBJECT_PATH_NOT_FOUND, STATUS_SUCCESS, STATUS_TOO_MANY_OPENED_FILES,
} from '../../wire/ntstatus.ts';
import { addRead, LINE_SECTORS, linePage, pump, readEnded, SECTOR, type BlockRead } from './fs-cache.ts';
import { clusterSize, END, enterDirectory, entryIs, follow, FOUND, isLine, lineForFile, mount, nextEntry, runOf, sectorOfCluster, volumeBytes, WAIT } from './fs-fat16.ts';
import { fs as hops } from './fs-hops.ts';
import { ANY_LINE, createCall, createFs, LIST, NOTHING, OPEN, RAW, READ, type Call, type FsConfig, type FsState, type OpenFile } from './fs-state.ts';
import { RAW_COOKIES, rawDiskFound, rawOpen, rawPartDone, rawRequest } from './fs-raw.ts';
import { block, gkernel } from './hops.ts';
import { raw } from './raw-hops.ts';

const CALLS_MOST = 128;
const FILES_MOST = 64;
const PAGE = 4096;

// --- calls come in ------------------------------------------------------------------------------------------------------

function path(act: Act, page: number, span: number): string[] {
  const text = utf8Of(act.page(page), spanOffset(span), spanLength(span));
  return text.split(/[\\/]/).filter((part) => part !== '');
}

function take(self: FsState, act: Act, call: Call): void {
  if (self.driver < 0) {
    refuse(act, call, STATUS_DEVICE_NOT_READY);
    return;
  }
  let number = self.calls.indexOf(null);
  if (number < 0) number = self.calls.length;
  if (number >= CALLS_MOST) {
    refuse(act, call, STATUS_INSUFFICIENT_RESOURCES);
    return;
  }
  self.calls[number] = call;
  goOn(self, act, number);
  pump(self.cache, act, self.driver, self.depth);
}

function newCall(hop: HopView, act: Act, op: number, cookie: number): Call {
  return createCall(op, hop.from, cookie, hop.request, act.behalf);
}

function open(self: FsState, hop: HopView, act: Act): void {
  const call = newCall(hop, act, OPEN, hop.a2);
  call.parts = path(act, hop.a0, hop.a1);
  take(self, act, call);
}

function list(self: FsState, hop: HopView, act: Act): void {
  const call = newCall(hop, act, LIST, hop.a3);
  call.parts = path(act, hop.a0, hop.a1);
  call.buffer = hop.a2;
  call.start = hop.a4;
  call.bytes = LISTING_HEADER;
  take(self, act, call);
}

function read(self: FsState, hop: HopView, act: Act): void {
  const call = newCall(hop, act, READ, hop.a4);
  const file = self.files[hop.a0 - 1] ?? null;
  call.handle = hop.a0;
  call.offset = hop.a1;
  call.length = hop.a2;
  call.buffer = hop.a3;
  if (file === null) refuse(act, call, STATUS_INVALID_HANDLE);
  else if (hop.a2 === 0 || hop.a2 > PAGE) refuse(act, call, STATUS_INVALID_PARAMETER);
  else if (hop.a1 >= file.size) refuse(act, call, STATUS_END_OF_FILE);
  else {
    call.length = Math.min(hop.a2, file.size - hop.a1);
    take(self, act, call);
  }
}

function rawRead(self: FsState, hop: HopView, act: Act): void {
  const call = newCall(hop, act, RAW, hop.a3);
  call.buffer = hop.a2;
  call.length = hop.a1 * SECTOR;
  call.offset = hop.a0;
  if (hop.a1 < 1 || hop.a1 > LINE_SECTORS) refuse(act, call, STATUS_INVALID_PARAMETER);
  else take(self, act, call);
}

function close(self: FsState, hop: HopView, act: Act): void {
  const known = (self.files[hop.a0 - 1] ?? null) !== null;
  if (known) self.files[hop.a0 - 1] = null;
  act.send(hops.closed, hop.from, hop.a1, known ? STATUS_SUCCESS : STATUS_INVALID_HANDLE);
}

// --- calls end ----------------------------------------------------------------------------------------------------------

/** Ends a call with an error: the sentence of the status, or a better one. */
function refuse(act: Act, call: Call, status: number, reason = ntStatusSentence(status)): void {
  act.request = call.request;
  act.behalf = call.behalf;
  if (call.op === OPEN) act.send(hops.opened, call.peer, call.cookie, status, 0, 0, act.text(reason));
  else if (call.op === LIST) act.send(hops.listed, call.peer, call.cookie, status, 0, call.buffer, 0, act.text(reason));
  else act.send(call.op === READ ? hops.readDone : hops.rawDone, call.peer, call.cookie, status, 0, call.buffer, 0);
}

function fail(self: FsState, act: Act, number: number, status: number, reason?: string): void {
  const call = self.calls[number]!;
  self.calls[number] = null;
  refuse(act, call, status, reason);
}

function succeed(self: FsState, act: Act, number: number): void {
  const call = self.calls[number]!;
  self.calls[number] = null;
  act.request = call.request;
  act.behalf = call.behalf;
  if (call.op === OPEN) {
    self.opened += 1;
    act.send(hops.opened, call.peer, call.cookie, STATUS_SUCCESS, call.handle, call.size, 0);
  } else if (call.op === LIST) {
    act.send(hops.listed, call.peer, call.cookie, STATUS_SUCCESS, call.count, call.buffer, spanOf(0, call.bytes), 0);
  } else {
    self.readBytes += call.length;
    act.send(call.op === READ ? hops.readDone : hops.rawDone, call.peer, call.cookie, STATUS_SUCCESS, call.length, call.buffer, spanOf(0, call.length));
  }
}

// --- calls go on ----------------------------------------------------------------------------------------------------------

/** Takes a call as far as it goes with what the cache holds. */
function goOn(self: FsState, act: Act, number: number): void {
  const call = self.calls[number]!;
  call.awaited = NOTHING;
  if (call.op === RAW) {
    addRead(self.cache, { line: -1, job: number, lba: call.offset, sectors: call.length / SECTOR, page: call.buffer, request: call.request, behalf: call.behalf });
    return;
  }
  const mounted = mount(self, act, call);
  if (mounted === WAIT) stall(self, number);
  else if (mounted !== STATUS_SUCCESS) fail(self, act, number, mounted, self.volume.reason === '' ? undefined : self.volume.reason);
  else if (call.op === READ) goOnReading(self, act, number, call);
  else goOnSearching(self, act, number, call);
}

/** A call that found every line busy is remembered in the order it came. */
function stall(self: FsState, number: number): void {
  if (self.calls[number]!.awaited === ANY_LINE) self.stalled.push(number);
}

/** Follows the path, one directory after the other. [FS-7] */
function goOnSearching(self: FsState, act: Act, number: number, call: Call): void {
  while (call.part < call.parts.length) {
    const last = call.part === call.parts.length - 1;
    const step = nextEntry(self, act, call);
    if (step === WAIT) {
      stall(self, number);
      return;
    }
    if (step === END) {
      const where = call.part === 0 ? 'the root directory' : `\\${call.parts.slice(0, call.part).join('\\')}`;
      fail(self, act, number, last ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_OBJECT_PATH_NOT_FOUND, `There is no ${call.parts[call.part]} in ${where}.`);
      return;
    }
    if (step !== FOUND) {
      fail(self, act, number, step);
      return;
    }
    if (!entryIs(call, call.parts[call.part])) continue;
    if (last && call.op === OPEN) {
      openEntry(self, act, number, call);
      return;
    }
    if ((call.attributes & ATTRIBUTE_DIRECTORY) === 0) {
      const status = last ? STATUS_NOT_A_DIRECTORY : STATUS_OBJECT_PATH_NOT_FOUND;
      fail(self, act, number, status, `${call.parts[call.part]} is a file, not a directory.`);
      return;
    }
    enterDirectory(call, call.cluster);
    call.part += 1;
  }
  if (call.op === OPEN) fail(self, act, number, STATUS_FILE_IS_A_DIRECTORY, 'The root directory can be listed but not read.');
  else goOnListing(self, act, number, call);
}

function openEntry(self: FsState, act: Act, number: number, call: Call): void {
  if ((call.attributes & ATTRIBUTE_DIRECTORY) !== 0) {
    fail(self, act, number, STATUS_FILE_IS_A_DIRECTORY, `${call.parts[call.part]} is a directory, which can be listed but not read.`);
    return;
  }
  const volume = volumeBytes(self);
  if (call.size > volume) {
    fail(self, act, number, STATUS_DISK_CORRUPT_ERROR, `${call.parts[call.part]} is said to have ${call.size} bytes, more than the ${volume} of its volume; run chkdsk on the disk in a machine that can write it.`);
    return;
  }
  let handle = self.files.indexOf(null);
  if (handle < 0) handle = self.files.length;
  if (handle >= FILES_MOST) {
    fail(self, act, number, STATUS_TOO_MANY_OPENED_FILES);
    return;
  }
  self.files[handle] = { cluster: call.cluster, size: call.size, runs: [], followed: 0 };
  call.handle = handle + 1;
  succeed(self, act, number);
}

/** Writes entries into the buffer until the directory or the page ends. [FS-9] */
function goOnListing(self: FsState, act: Act, number: number, call: Call): void {
  for (;;) {
    const step = nextEntry(self, act, call, call.passed < call.start);
    if (step === WAIT) {
      stall(self, number);
      return;
    }
    if (step !== FOUND && step !== END) {
      fail(self, act, number, step);
      return;
    }
    const full = step === FOUND && call.passed >= call.start && call.bytes + listingEntrySize(call.name.length) > PAGE;
    if (step === END || full) {
      putListingHeader(act.pageForWrite(call.buffer), call.count, call.bytes, full ? call.passed : 0);
      succeed(self, act, number);
      return;
    }
    if (call.shortName === '.' || call.shortName === '..') continue;
    call.passed += 1;
    if (call.passed <= call.start) continue;
    call.bytes = putListingEntry(act.pageForWrite(call.buffer), call.bytes, call.name, call.size, call.attributes, call.date, call.time);
    call.count += 1;
  }
}

/** Asks for the line that holds the next bytes and copies from it; ends when all bytes are in the buffer. [FS-8] */
function goOnReading(self: FsState, act: Act, number: number, call: Call): void {
  const file = self.files[call.handle - 1] ?? null;
  if (file === null) {
    fail(self, act, number, STATUS_INVALID_HANDLE);
    return;
  }
  if (call.done === call.length) {
    succeed(self, act, number);
    return;
  }
  const sector = Math.floor((call.offset + call.done) / SECTOR);
  const group = sector - (sector % LINE_SECTORS);
  const groupEnd = Math.min(group + LINE_SECTORS, Math.ceil(file.size / SECTOR));
  const followed = follow(self, act, call, file, Math.floor((groupEnd - 1) / clusterSize(self)));
  if (followed === WAIT) {
    stall(self, number);
    return;
  }
  if (followed !== STATUS_SUCCESS) {
    fail(self, act, number, followed);
    return;
  }
  copyFrom(self, act, number, file, sector, group, groupEnd);
}

function copyFrom(self: FsState, act: Act, number: number, file: OpenFile, sector: number, group: number, groupEnd: number): void {
  const call = self.calls[number]!;
  const perCluster = clusterSize(self);
  const run = runOf(file, Math.floor(sector / perCluster));
  act.assert(run >= 0, 'The clusters of the file have been followed this far.');
  const runFrom = file.runs[run] * perCluster;
  const from = Math.max(group, runFrom);
  const end = Math.min(groupEnd, runFrom + file.runs[run + 2] * perCluster);
  const lba = sectorOfCluster(self, file.runs[run + 1]) + (from - runFrom);
  const line = lineForFile(self, call, lba, end - from);
  if (line === WAIT) {
    stall(self, number);
    return;
  }
  if (!isLine(line)) {
    fail(self, act, number, line);
    return;
  }
  const at = call.offset + call.done;
  const bytes = Math.min(call.length - call.done, end * SECTOR - at);
  self.cache.lines[line].pins += 1;
  call.line = line;
  act.request = call.request;
  act.behalf = call.behalf;
  act.send(hops.copy, act.self, linePage(self.cache, line), spanOf(at - from * SECTOR, bytes), call.buffer, spanOf(call.done, bytes), bytes, number);
}

/** The copy that has been charged for is made. */
function copy(self: FsState, hop: HopView, act: Act): void {
  const call = self.calls[hop.a5] ?? null;
  act.assert(call !== null && call.line >= 0, 'A copy belongs to a read under way.');
  copyBytes(act.pageForWrite(hop.a2), spanOffset(hop.a3), act.page(hop.a0), spanOffset(hop.a1), hop.a4);
  self.cache.lines[call.line].pins -= 1;
  call.line = -1;
  call.done += hop.a4;
  goOn(self, act, hop.a5);
  wakeStalled(self, act);
  pump(self.cache, act, self.driver, self.depth);
}

// --- the driver answers -----------------------------------------------------------------------------------------------------

function blockDone(self: FsState, hop: HopView, act: Act): void {
  if (hop.a0 >= RAW_COOKIES) return rawPartDone(self.raw, hop, act);
  const ok = hop.a1 === 0;
  const ended = readEnded(self.cache, act, hop.a0, ok);
  if (ended.line >= 0) wake(self, act, ended, ok);
  else if (ok) succeed(self, act, ended.job);
  else fail(self, act, ended.job, STATUS_IO_DEVICE_ERROR);
  wakeStalled(self, act);
  pump(self.cache, act, self.driver, self.depth);
}

/** Takes up the calls that waited for a line. [FS-6] */
function wake(self: FsState, act: Act, ended: BlockRead, ok: boolean): void {
  for (let number = 0; number < self.calls.length; number++) {
    const call = self.calls[number];
    if (call === null || call.awaited !== ended.line) continue;
    if (ok) goOn(self, act, number);
    else fail(self, act, number, STATUS_IO_DEVICE_ERROR);
  }
}

/** Takes up the calls that found every line busy, oldest first; those that find it so again wait on in their order. */
function wakeStalled(self: FsState, act: Act): void {
  const waiting = self.stalled;
  if (waiting.length === 0) return;
  self.stalled = [];
  for (const number of waiting) goOn(self, act, number);
}

function diskFound(self: FsState, hop: HopView): void {
  self.driver = hop.from;
  self.sectors = hop.a0;
  self.depth = Math.max(1, hop.a1);
  rawDiskFound(self.raw, hop);
}

const volumeStates = ['not mounted', 'mounted', 'refused'] as const;

export const fs = component<FsState>({
  name: 'fs',
  title: 'File system',
  about: 'It knows files and directories, asks the storage driver for sectors and keeps some of them in its cache.',
  place: 'guest-kernel',
  sources: ['FATSPEC FAT Data Structure'],
  initial: (config: FsConfig) => createFs(config),
  on: {
    [gkernel.initDriver.name]: (_self, hop, act) => act.send(gkernel.driverReady, hop.from, STATUS_SUCCESS),
    [block.info.name]: diskFound,
    [block.done.name]: blockDone,
    [hops.open.name]: open,
    [hops.list.name]: list,
    [hops.read.name]: read,
    [hops.rawRead.name]: rawRead,
    [hops.close.name]: close,
    [hops.copy.name]: copy,
    [raw.open.name]: (self, hop, act) => rawOpen(self.raw, hop, act),
    [raw.request.name]: (self, hop, act) => rawRequest(self.raw, hop, act),
  },
  view: (self) => ({
    volume: { status: volumeStates[self.volume.status], reason: self.volume.reason, partition: self.volume.partition },
    disk: { sectors: self.sectors, queueDepth: self.depth, underWay: self.cache.underWay, waiting: self.cache.pending.length },
    cache: { hits: self.cache.hits, misses: self.cache.misses, lines: self.cache.lines.map((l) => ({ lba: l.lba, sectors: l.sectors, status: l.status })) },
    openFiles: self.files.filter((f) => f !== null).length,
    readBytes: self.readBytes,
  }),
});

