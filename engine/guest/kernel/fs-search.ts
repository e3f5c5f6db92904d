/** Paths and listings: the calls of the guest's file system that walk directories. Part of `<guest>/fs`. [FS-7] [FS-9] */
import type { Act } from '../../sim/act.ts';
import { ATTRIBUTE_DIRECTORY, forgetLongName } from '../../wire/fat-names.ts';
import { listingEntrySize, putListingEntry, putListingHeader } from '../../wire/fs-listing.ts';
import {
  STATUS_DISK_CORRUPT_ERROR, STATUS_FILE_IS_A_DIRECTORY, STATUS_NOT_A_DIRECTORY, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_SHARING_VIOLATION,
  STATUS_TOO_MANY_OPENED_FILES,
} from '../../wire/ntstatus.ts';
import { fail, stopped, succeed } from './fs-calls.ts';
import { LIST, type Call, type FsState } from './fs-state.ts';
import { END, enterDirectory, entryIs, FOUND, nextEntry, volumeBytes } from './fs-volume.ts';

export const FILES_MOST = 64;
const PAGE = 4096;

/** 'the root directory' or '\LAB': where the part of a path at which a call is was looked for. */
export function placeText(call: Call): string {
  return call.part === 0 ? 'the root directory' : `\\${call.parts.slice(0, call.part).join('\\')}`;
}

/**
 * Follows the path, one directory after the other; true when the directory of its last part has been entered (for a listing: of the
 * whole path), false when the call waits or has ended. Only an open looks for its last part here.
 */
export function searchPath(self: FsState, act: Act, number: number, call: Call): boolean {
  const directories = call.op === LIST ? call.parts.length : call.parts.length - 1;
  while (call.part < directories) {
    const step = nextEntry(self, act, call);
    if (step === END) {
      const last = call.part === call.parts.length - 1;
      fail(self, act, number, last ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_OBJECT_PATH_NOT_FOUND, `There is no ${call.parts[call.part]} in ${placeText(call)}.`);
      return false;
    }
    if (step !== FOUND && stopped(self, act, number, step)) return false;
    if (!entryIs(call, call.parts[call.part])) continue;
    if ((call.attributes & ATTRIBUTE_DIRECTORY) === 0) {
      const last = call.part === call.parts.length - 1;
      fail(self, act, number, last ? STATUS_NOT_A_DIRECTORY : STATUS_OBJECT_PATH_NOT_FOUND, `${call.parts[call.part]} is a file, not a directory.`);
      return false;
    }
    enterDirectory(self, call, call.cluster);
    call.part += 1;
  }
  return true;
}

export function goOnOpening(self: FsState, act: Act, number: number, call: Call): void {
  if (call.parts.length === 0) {
    fail(self, act, number, STATUS_FILE_IS_A_DIRECTORY, 'The root directory can be listed but not read.');
    return;
  }
  if (!searchPath(self, act, number, call)) return;
  for (;;) {
    const step = nextEntry(self, act, call);
    if (step === END) {
      fail(self, act, number, STATUS_OBJECT_NAME_NOT_FOUND, `There is no ${call.parts[call.part]} in ${placeText(call)}.`);
      return;
    }
    if (step !== FOUND && stopped(self, act, number, step)) return;
    if (!entryIs(call, call.parts[call.part])) continue;
    openEntry(self, act, number, call);
    return;
  }
}

function openEntry(self: FsState, act: Act, number: number, call: Call): void {
  const name = call.parts[call.part];
  if ((call.attributes & ATTRIBUTE_DIRECTORY) !== 0) {
    fail(self, act, number, STATUS_FILE_IS_A_DIRECTORY, `${name} is a directory, which can be listed but not read.`);
    return;
  }
  const volume = volumeBytes(self);
  if (call.size > volume) {
    fail(self, act, number, STATUS_DISK_CORRUPT_ERROR, `${name} is said to have ${call.size} bytes, more than the ${volume} of its volume; run chkdsk on a copy of the disk in a machine that can write it.`);
    return;
  }
  if (self.draft !== null && self.draft.entryLba === call.entryLba && self.draft.entryAt === call.entryAt) {
    fail(self, act, number, STATUS_SHARING_VIOLATION, `${name} is being written; read it when that has ended.`);
    return;
  }
  const handle = freeHandle(self);
  if (handle < 0) {
    fail(self, act, number, STATUS_TOO_MANY_OPENED_FILES);
    return;
  }
  self.files[handle] = {
    cluster: call.cluster, size: call.size, runs: [], followed: 0, entryLba: call.entryLba, entryAt: call.entryAt, expected: 0, streak: 0, writing: false,
  };
  call.handle = handle + 1;
  self.opened += 1;
  succeed(self, act, number);
}

/** Index for one more open file, or -1. */
export function freeHandle(self: FsState): number {
  let handle = self.files.indexOf(null);
  if (handle < 0) handle = self.files.length;
  return handle < FILES_MOST ? handle : -1;
}

/** Takes up a listing where its last page ended, if nothing has changed since then. [FS-9] */
function resume(self: FsState, call: Call): void {
  const { stop } = self;
  if (stop === null || call.passed > 0 || stop.peer !== call.peer || stop.passed !== call.start || stop.changes !== self.changes || stop.path !== call.parts.join('\\')) return;
  call.part = call.parts.length;
  call.dirCluster = stop.dirCluster;
  call.dirSector = stop.dirSector;
  call.dirEntry = stop.dirEntry;
  call.dirSteps = stop.dirSteps;
  call.passed = stop.passed;
  forgetLongName(call.longName);
  self.stop = null;
}

/** Writes entries into the buffer until the directory or the page ends. [FS-9] */
export function goOnListing(self: FsState, act: Act, number: number, call: Call): void {
  if (call.start > 0) resume(self, call);
  if (!searchPath(self, act, number, call)) return;
  for (;;) {
    const step = nextEntry(self, act, call, call.passed < call.start);
    if (step !== FOUND && step !== END && stopped(self, act, number, step)) return;
    const full = step === FOUND && call.passed >= call.start && call.bytes + listingEntrySize(call.name.length) > PAGE;
    if (full) self.stop = { ...call.begun, path: call.parts.join('\\'), peer: call.peer, passed: call.passed, changes: self.changes };
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
