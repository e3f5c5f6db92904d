/**
 * The guest's file system: FAT12, FAT16 and FAT32 over a small buffer cache, on top of whichever storage driver reported its
 * disk. Runs: guest kernel. Route of a read: `fs.open` / `fs.read` / `fs.list` -> `block.read` for what the cache lacks ->
 * `fs.copy` -> `fs.readDone`. Route of a write: `fs.create` -> `fs.write` -> `fs.copyIn` -> `block.write` -> `fs.commit`.
 *
 * A call is taken as far as it goes; where it lacks a sector it stops and is taken up again when the sector is there.
 * State: `fs-state.ts`; cache: `fs-cache.ts`; format: `fs-volume.ts`; calls: `fs-search.ts`, `fs-read.ts`, `fs-write.ts`,
 * `fs-plan.ts`. [FS-1..21]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { utf8Of } from '../../wire/bytes.ts';
import { LISTING_HEADER } from '../../wire/fs-listing.ts';
import { spanLength, spanOffset } from '../../wire/mdl.ts';
import {
  STATUS_DEVICE_NOT_READY, STATUS_END_OF_FILE, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_IO_DEVICE_ERROR,
  STATUS_MEDIA_WRITE_PROTECTED, STATUS_SHARING_VIOLATION, STATUS_SUCCESS,
} from '../../wire/ntstatus.ts';
import { forget, LINE_SECTORS, pump, SECTOR, transferEnded, type Transfer } from './fs-cache.ts';
import { fail, refuse, stall } from './fs-calls.ts';
import { fs as hops } from './fs-hops.ts';
import { goOnCommitting, goOnCreating, goOnDeleting } from './fs-plan.ts';
import { RAW_COOKIES, rawDiskFound, rawOpen, rawPartDone, rawRequest } from './fs-raw.ts';
import { copyMade, goOnRaw, goOnReading, noteSequence } from './fs-read.ts';
import { goOnListing, goOnOpening } from './fs-search.ts';
import {
  COMMIT, CREATE, createCall, createFs, DELETE, LIST, NOTHING, OPEN, RAW, READ, WRITE, type Call, type FsConfig, type FsState,
} from './fs-state.ts';
import { enterDirectory, mount, WAIT } from './fs-volume.ts';
import { copiedIn, goOnWriting } from './fs-write.ts';
import { block, gkernel } from './hops.ts';
import { raw, RAW_SECTORS_MAX, RAW_WRITE } from './raw-hops.ts';

const CALLS_MOST = 128;
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
  if (call.op >= CREATE && self.most === 0) {
    refuse(act, call, STATUS_MEDIA_WRITE_PROTECTED);
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

/** Open, create and delete: a path and what to do with it. */
function named(op: number): (self: FsState, hop: HopView, act: Act) => void {
  return (self, hop, act) => {
    const call = newCall(hop, act, op, op === CREATE ? hop.a3 : hop.a2);
    call.parts = path(act, hop.a0, hop.a1);
    if (op === CREATE) call.length = hop.a2;
    take(self, act, call);
  };
}

function list(self: FsState, hop: HopView, act: Act): void {
  const call = newCall(hop, act, LIST, hop.a3);
  call.parts = path(act, hop.a0, hop.a1);
  call.buffer = hop.a2;
  call.start = hop.a4;
  call.bytes = LISTING_HEADER;
  take(self, act, call);
}

/** A read or write of a piece of a file. */
function piece(op: number): (self: FsState, hop: HopView, act: Act) => void {
  return (self, hop, act) => {
    const call = newCall(hop, act, op, hop.a4);
    const file = self.files[hop.a0 - 1] ?? null;
    call.handle = hop.a0;
    call.offset = hop.a1;
    call.length = hop.a2;
    call.buffer = hop.a3;
    if (file === null || file.writing !== (op === WRITE)) refuse(act, call, STATUS_INVALID_HANDLE);
    else if (hop.a2 === 0 || hop.a2 > PAGE) refuse(act, call, STATUS_INVALID_PARAMETER);
    else if (hop.a1 >= file.size) refuse(act, call, STATUS_END_OF_FILE);
    else {
      call.length = Math.min(hop.a2, file.size - hop.a1);
      noteSequence(file, hop.a1, call.length);
      take(self, act, call);
    }
  };
}

function rawRead(self: FsState, hop: HopView, act: Act): void {
  const call = newCall(hop, act, RAW, hop.a3);
  call.buffer = hop.a2;
  call.length = hop.a1 * SECTOR;
  call.offset = hop.a0;
  if (hop.a1 < 1 || hop.a1 > LINE_SECTORS) refuse(act, call, STATUS_INVALID_PARAMETER);
  else take(self, act, call);
}

/** A raw request passes by the cache; what it writes is forgotten there, before and again afterwards. [FS-15] */
function rawAsked(self: FsState, hop: HopView, act: Act): void {
  if (hop.a0 === RAW_WRITE) forget(self.cache, hop.a1, hop.a2);
  rawRequest(self.raw, hop, act);
}

function rawEnded(self: FsState, hop: HopView, act: Act): void {
  const part = self.raw.slots[hop.a0 - RAW_COOKIES] ?? null;
  if (part !== null && part.op === RAW_WRITE) forget(self.cache, part.lba + part.done, part.part);
  rawPartDone(self.raw, hop, act);
}

function commit(self: FsState, hop: HopView, act: Act): void {
  const call = newCall(hop, act, COMMIT, hop.a1);
  call.handle = hop.a0;
  if (self.files[hop.a0 - 1]?.writing !== true) refuse(act, call, STATUS_INVALID_HANDLE);
  else if (inUse(self, hop.a0)) refuse(act, call, STATUS_SHARING_VIOLATION);
  else take(self, act, call);
}

/** A write of this handle, or its end, is under way. */
function inUse(self: FsState, handle: number): boolean {
  return self.calls.some((c) => c !== null && c.handle === handle && (c.op === WRITE || c.op === COMMIT));
}

/** A file that was to be written and is closed without `fs.commit` has never been there: nothing points to its clusters yet. */
function close(self: FsState, hop: HopView, act: Act): void {
  const file = self.files[hop.a0 - 1] ?? null;
  const busy = file !== null && inUse(self, hop.a0);
  if (file !== null && !busy) {
    self.files[hop.a0 - 1] = null;
    if (file.writing) self.draft = null;
  }
  act.send(hops.closed, hop.from, hop.a1, file === null ? STATUS_INVALID_HANDLE : busy ? STATUS_SHARING_VIOLATION : STATUS_SUCCESS);
}

// --- calls go on ----------------------------------------------------------------------------------------------------------

/** Takes a call as far as it goes with what the cache holds. */
function goOn(self: FsState, act: Act, number: number): void {
  const call = self.calls[number]!;
  call.awaited = NOTHING;
  if (call.op === RAW) {
    goOnRaw(self, act, number, call);
    return;
  }
  const mounted = mount(self, act, call);
  if (mounted === WAIT) {
    stall(self, number);
    return;
  }
  if (mounted !== STATUS_SUCCESS) {
    fail(self, act, number, mounted, self.volume.reason === '' ? undefined : self.volume.reason);
    return;
  }
  if (call.dirCluster === 0 && call.part === 0 && call.dirSector === 0 && call.dirEntry === 0) enterDirectory(self, call, 0);
  switch (call.op) {
    case READ: return goOnReading(self, act, number, call);
    case WRITE: return goOnWriting(self, act, number, call);
    case LIST: return goOnListing(self, act, number, call);
    case OPEN: return goOnOpening(self, act, number, call);
    case CREATE: return goOnCreating(self, act, number, call);
    case COMMIT: return goOnCommitting(self, act, number, call);
    default: return goOnDeleting(self, act, number, call);
  }
}

/** A copy out of the cache is made: its read goes on. */
function copiedOut(self: FsState, hop: HopView, act: Act): void {
  copyMade(self, hop, act);
  goOn(self, act, hop.a5);
  wakeStalled(self, act);
  pump(self.cache, act, self.driver, self.depth);
}

/** A copy into the cache is made: its write begins. */
function copiedInto(self: FsState, hop: HopView, act: Act): void {
  copiedIn(self, hop, act);
  pump(self.cache, act, self.driver, self.depth);
}

// --- the driver answers -----------------------------------------------------------------------------------------------------

function blockDone(self: FsState, hop: HopView, act: Act): void {
  if (hop.a0 >= RAW_COOKIES) return rawEnded(self, hop, act);
  const ok = hop.a1 === 0;
  const ended = transferEnded(self.cache, act, hop.a0, ok);
  if (ended.job < 0) wake(self, act, ended, ok);
  else ownEnded(self, act, ended, ok);
  wakeStalled(self, act);
  pump(self.cache, act, self.driver, self.depth);
}

/** One of the transfers that a call has begun and waits for. */
function ownEnded(self: FsState, act: Act, { job }: Transfer, ok: boolean): void {
  const call = self.calls[job]!;
  if (!ok) call.done = -1;
  if (++call.count < call.bytes) return;
  if (call.done >= 0) goOn(self, act, job);
  else fail(self, act, job, STATUS_IO_DEVICE_ERROR);
}

/** Takes up the calls that waited for a line. [FS-6] */
function wake(self: FsState, act: Act, { lines }: Transfer, ok: boolean): void {
  for (let number = 0; number < self.calls.length; number++) {
    const call = self.calls[number];
    if (call === null || !lines.includes(call.awaited)) continue;
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
  self.most = Math.min(RAW_SECTORS_MAX, hop.a2);
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
    [hops.open.name]: named(OPEN),
    [hops.create.name]: named(CREATE),
    [hops.remove.name]: named(DELETE),
    [hops.list.name]: list,
    [hops.read.name]: piece(READ),
    [hops.write.name]: piece(WRITE),
    [hops.rawRead.name]: rawRead,
    [hops.commit.name]: commit,
    [hops.close.name]: close,
    [raw.open.name]: (self, hop, act) => rawOpen(self.raw, hop, act),
    [raw.request.name]: rawAsked,
    [hops.copy.name]: copiedOut,
    [hops.copyIn.name]: copiedInto,
  },
  view: (self) => ({
    volume: { status: volumeStates[self.volume.status], reason: self.volume.reason, partition: self.volume.partition, kind: self.volume.fat?.kind ?? '' },
    disk: { sectors: self.sectors, queueDepth: self.depth, most: self.most, underWay: self.cache.underWay, waiting: self.cache.pending.length },
    cache: {
      hits: self.cache.hits, misses: self.cache.misses, ahead: self.cache.ahead, written: self.cache.written,
      lines: self.cache.lines.map((l) => ({ lba: l.lba, sectors: l.sectors, status: l.status })),
    },
    openFiles: self.files.filter((f) => f !== null).length,
    readBytes: self.readBytes,
    writtenBytes: self.writtenBytes,
  }),
});
