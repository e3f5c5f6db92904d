/** Where the directory entry of a file that is made, overwritten or deleted stands or will stand. Part of `<guest>/fs`. [FS-16] [FS-20] */
import type { Act } from '../../sim/act.ts';
import {
  ATTRIBUTE_DIRECTORY, ATTRIBUTE_READ_ONLY, ENTRY_BYTES, entryKind, forgetLongName, gatherLongPart, isLastLongPart,
} from '../../wire/fat-names.ts';
import { TAIL_MAX, tailInUse } from '../../wire/fat-new-names.ts';
import {
  STATUS_ACCESS_DENIED, STATUS_CANNOT_DELETE, STATUS_CANNOT_MAKE, STATUS_FILE_IS_A_DIRECTORY, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SHARING_VIOLATION,
} from '../../wire/ntstatus.ts';
import { linePage } from './fs-cache.ts';
import { fail, stopped } from './fs-calls.ts';
import { addToSpan, newSpan, type Draft } from './fs-draft.ts';
import { placeText } from './fs-search.ts';
import { DELETE, type Call, type FsState } from './fs-state.ts';
import { directoryLba, END, ENTRIES, ENTRIES_MOST, entryIs, entryLine, fatOf, isLine, nextSector, sectorOfCluster, takeEntry } from './fs-volume.ts';

/**
 * Looks at all entries of the directory: for the name, for the first free entries that are enough, and for the tails in use.
 * True when the entry has been found, or room, or the end; false when the call waits or has ended.
 */
export function findEntry(self: FsState, act: Act, number: number, call: Call, draft: Draft): boolean {
  for (;;) {
    const line = entryLine(self, act, call);
    if (line === END) return nothingFound(self, act, number, call);
    if (!isLine(line)) {
      stopped(self, act, number, line);
      return false;
    }
    const bytes = act.page(linePage(self.cache, line));
    const at = call.dirEntry * ENTRY_BYTES;
    const kind = entryKind(bytes, at);
    if (kind === 'end') {
      draft.atEnd = true;
      if (draft.slots.lbas[0] !== directoryLba(self, call)) draft.slots = newSpan();
      return nothingFound(self, act, number, call);
    }
    const lba = directoryLba(self, call);
    const entry = call.dirEntry;
    call.dirEntry += 1;
    if (kind === 'deleted') {
      if (draft.slots.count <= draft.name.parts) addToSpan(draft.slots, lba, entry);
      forgetLongName(call.longName);
      continue;
    }
    if (draft.slots.count <= draft.name.parts) draft.slots = newSpan();
    if (kind === 'long') {
      if (isLastLongPart(bytes, at)) draft.own = newSpan();
      addToSpan(draft.own, lba, entry);
      gatherLongPart(call.longName, bytes, at);
      continue;
    }
    if (kind === 'label') {
      forgetLongName(call.longName);
      continue;
    }
    takeEntry(self, call, bytes, at);
    if (call.name === call.shortName) draft.own = newSpan();
    if (entryIs(call, call.parts[call.part])) {
      addToSpan(draft.own, lba, entry);
      return entryFound(self, act, number, call, draft);
    }
    noteTail(draft, tailInUse(draft.name, bytes, at));
  }
}

function noteTail(draft: Draft, tail: number): void {
  if (tail < 1) return;
  if (tail < 32) draft.tails |= 1 << tail;
  draft.tailMost = Math.max(draft.tailMost, tail);
}

function nothingFound(self: FsState, act: Act, number: number, call: Call): boolean {
  if (call.op !== DELETE) return true;
  fail(self, act, number, STATUS_OBJECT_NAME_NOT_FOUND, `There is no ${call.parts[call.part]} in ${placeText(call)}.`);
  return false;
}

/** An entry of this name is there: may it be overwritten, or deleted? [FS-21] */
function entryFound(self: FsState, act: Act, number: number, call: Call, draft: Draft): boolean {
  const name = call.parts[call.part];
  const gone = call.op === DELETE;
  const refuse = (status: number, sentence: string): boolean => {
    fail(self, act, number, status, sentence);
    return false;
  };
  if ((call.attributes & ATTRIBUTE_DIRECTORY) !== 0) return refuse(STATUS_FILE_IS_A_DIRECTORY, `${name} is a directory, which this file system does not ${gone ? 'delete' : 'overwrite'}.`);
  if ((call.attributes & ATTRIBUTE_READ_ONLY) !== 0) return refuse(gone ? STATUS_CANNOT_DELETE : STATUS_ACCESS_DENIED, `${name} is marked read-only, so it is not ${gone ? 'deleted' : 'overwritten'}.`);
  if (self.files.some((f) => f !== null && f.entryLba === call.entryLba && f.entryAt === call.entryAt)) {
    return refuse(STATUS_SHARING_VIOLATION, `${name} is open; ${gone ? 'delete' : 'overwrite'} it when it has been closed.`);
  }
  draft.existing = true;
  draft.entryLba = call.entryLba;
  draft.entryAt = call.entryAt;
  draft.attributes = call.attributes;
  draft.oldCluster = call.cluster;
  return true;
}

/** The directory has ended: takes the entries behind its end, and clusters more where these are not enough. True when there is room. */
export function findRoom(self: FsState, act: Act, number: number, call: Call, draft: Draft): boolean {
  while (draft.slots.count <= draft.name.parts) {
    const moved = nextSector(self, act, call);
    if (moved === END) return growth(self, act, number, call, draft);
    if (stopped(self, act, number, moved)) return false;
    addToSpan(draft.slots, directoryLba(self, call), call.dirEntry);
    call.dirEntry += 1;
  }
  if (call.dirEntry < ENTRIES) {
    draft.endInside = true;
    return true;
  }
  const moved = nextSector(self, act, call);
  if (moved === END) return true;
  if (stopped(self, act, number, moved)) return false;
  draft.endLba = directoryLba(self, call);
  return true;
}

function growth(self: FsState, act: Act, number: number, call: Call, draft: Draft): boolean {
  const perCluster = fatOf(self).sectorsPerCluster * ENTRIES;
  const missing = draft.name.parts + 1 - draft.slots.count;
  draft.grow = Math.ceil(missing / perCluster);
  draft.lastCluster = call.dirCluster;
  const fixed = call.dirCluster === 0;
  if (!fixed && (call.dirSteps + 1 + draft.grow) * perCluster <= ENTRIES_MOST) return true;
  const most = fixed ? fatOf(self).rootEntries : ENTRIES_MOST;
  const needs = missing === 1 && draft.slots.count === 0 ? '1 free entry' : `${draft.name.parts + 1} free entries one after the other`;
  fail(self, act, number, STATUS_CANNOT_MAKE, `The name needs ${needs}, and ${placeText(call)} has its ${most} entries in use; ${fixed ? 'put the file into a folder, or ' : ''}delete something.`);
  return false;
}

/** All is known: the entries that lie in new clusters of the directory, and the tail of the 8.3 name. */
export function placeNew(self: FsState, draft: Draft): void {
  const fat = fatOf(self);
  for (let i = 0; i < draft.growRuns.length; i += 2) {
    for (let sector = 0; sector < draft.growRuns[i + 1]! * fat.sectorsPerCluster; sector++) {
      for (let entry = 0; entry < ENTRIES && draft.slots.count <= draft.name.parts; entry++) addToSpan(draft.slots, sectorOfCluster(self, draft.growRuns[i]!) + sector, entry);
    }
  }
  if (!draft.name.tail) return;
  draft.tail = 1;
  while (draft.tail < 32 && (draft.tails & (1 << draft.tail)) !== 0) draft.tail += 1;
  if (draft.tail >= 32) draft.tail = Math.min(TAIL_MAX, draft.tailMost + 1);
}
