/**
 * Making, overwriting and deleting a file: the search for its entry and for room, and the order in which everything is written.
 * Part of `<guest>/fs`. [FS-16] [FS-17] [FS-20] [FS-21]
 *
 * Order: data of new clusters, then the mark of disorder, FAT entries of the new chain, directory entry, FAT entries of the old
 * chain, FSInfo, the mark of order. Whatever is cut off leaves lost clusters at worst.
 */
import type { Act } from '../../sim/act.ts';
import { clustersOf, fatEnd, FIRST_CLUSTER, isCluster, readFsInfo } from '../../wire/fat.ts';
import { nameToCreate, newNameOf } from '../../wire/fat-new-names.ts';
import { STATUS_DISK_FULL, STATUS_INSUFFICIENT_RESOURCES, STATUS_OBJECT_NAME_INVALID, STATUS_SHARING_VIOLATION, STATUS_TOO_MANY_OPENED_FILES } from '../../wire/ntstatus.ts';
import { linePage } from './fs-cache.ts';
import { fail, stopped, succeed } from './fs-calls.ts';
import { newDraft, patchOf, type Draft, type Step } from './fs-draft.ts';
import { findEntry, findRoom, placeNew } from './fs-place.ts';
import { freeHandle, searchPath } from './fs-search.ts';
import { takeStep } from './fs-steps.ts';
import { DELETE, type Call, type FsState } from './fs-state.ts';
import { fatOf, isLine, rawFatEntry, sectorLine, sectorOfCluster } from './fs-volume.ts';

/** Pieces a new file may be scattered in. */
const PIECES_MOST = 16_384;

const SEARCH = 0;
const ROOM = 1;
const SPACE = 2;

/** The draft of a call, made at its first look; null when the call has ended because it may not have one. */
function draftOf(self: FsState, act: Act, number: number, call: Call): Draft | null {
  if (self.draft !== null && self.draft.call === number) return self.draft;
  if (self.draft !== null) {
    fail(self, act, number, STATUS_SHARING_VIOLATION, 'Another file is being written or deleted; try again when that has ended.');
    return null;
  }
  const given = call.parts.at(-1) ?? '';
  const name = nameToCreate(given);
  if (name === '') {
    fail(self, act, number, STATUS_OBJECT_NAME_INVALID, given === '' ? 'The path names no file.' : 'A name has 1 to 255 characters, none of them " * / : < > ? \\ | or a control character; choose another one.');
    return null;
  }
  call.parts[call.parts.length - 1] = name;
  self.draft = newDraft(number, newNameOf(name), call.length);
  return self.draft;
}

/** Finds the entry of the name or room for one, then free clusters; answers with a handle. Nothing is written yet. [FS-16] */
export function goOnCreating(self: FsState, act: Act, number: number, call: Call): void {
  const draft = draftOf(self, act, number, call);
  if (draft === null || !searchPath(self, act, number, call)) return;
  if (draft.stage === SEARCH) {
    if (!findEntry(self, act, number, call, draft)) return;
    draft.stage = draft.existing || draft.slots.count > draft.name.parts ? SPACE : ROOM;
  }
  if (draft.stage === ROOM) {
    if (!findRoom(self, act, number, call, draft)) return;
    draft.stage = SPACE;
  }
  if (!findClusters(self, act, number, call, draft)) return;
  placeNew(self, draft);
  const handle = freeHandle(self);
  if (handle < 0) {
    fail(self, act, number, STATUS_TOO_MANY_OPENED_FILES);
    return;
  }
  self.files[handle] = {
    cluster: draft.runs[0] ?? 0, size: draft.size, runs: triples(draft.runs), followed: clustersOf(fatOf(self), draft.size), entryLba: draft.entryLba, entryAt: draft.entryAt,
    expected: 0, streak: 0, writing: true,
  };
  draft.handle = handle + 1;
  draft.call = -1;
  call.handle = draft.handle;
  call.count = draft.existing ? 1 : 0;
  succeed(self, act, number);
}

/** Runs as an open file remembers them. */
function triples(runs: readonly number[]): number[] {
  const out: number[] = [];
  let before = 0;
  for (let i = 0; i < runs.length; i += 2) {
    out.push(before, runs[i]!, runs[i + 1]!);
    before += runs[i + 1]!;
  }
  return out;
}

/** FSInfo is read once; it only says where to begin. [FS-19] */
function hint(self: FsState, act: Act, number: number, call: Call): boolean {
  const { volume } = self;
  const fat = fatOf(self);
  if (!volume.hinted && fat.infoSector > 0) {
    const line = sectorLine(self, call, volume.partition + fat.infoSector);
    if (!isLine(line)) {
      stopped(self, act, number, line);
      return false;
    }
    const said = readFsInfo(fat, act.page(linePage(self.cache, line)));
    volume.free = said.free;
    volume.next = said.next;
  }
  volume.hinted = true;
  return true;
}

/** Free clusters, first those the directory grows by, then those of the file: the first ones behind the hint. [FS-20] */
function findClusters(self: FsState, act: Act, number: number, call: Call, draft: Draft): boolean {
  if (!hint(self, act, number, call)) return false;
  const fat = fatOf(self);
  const wanted = draft.grow + clustersOf(fat, draft.size);
  const full = (): boolean => {
    fail(self, act, number, STATUS_DISK_FULL, `The file needs ${wanted} free clusters${draft.existing ? ' beside those of the file that it replaces' : ''}, and the volume has ${wanted > fat.clusters ? `only ${fat.clusters} in all` : `${draft.found}`}; delete something or take a larger disk.`);
    return false;
  };
  if (wanted > fat.clusters) return full();
  if (draft.probe === 0) draft.probe = isCluster(fat, self.volume.next) ? self.volume.next : FIRST_CLUSTER;
  while (draft.found < wanted) {
    if (draft.probed === fat.clusters) return full();
    const value = rawFatEntry(self, act, call, draft.probe);
    if (stopped(self, act, number, value)) return false;
    if (value === 0) {
      const runs = draft.found < draft.grow ? draft.growRuns : draft.runs;
      const last = runs.length - 2;
      if (last >= 0 && runs[last]! + runs[last + 1]! === draft.probe) runs[last + 1]! += 1;
      else runs.push(draft.probe, 1);
      draft.found += 1;
      if (runs.length > PIECES_MOST * 2) {
        fail(self, act, number, STATUS_INSUFFICIENT_RESOURCES, `The free space of the volume lies in more than ${PIECES_MOST} pieces; defragment it in a machine that can.`);
        return false;
      }
    }
    draft.probed += 1;
    draft.probe = draft.probe + 1 < fat.clusters + FIRST_CLUSTER ? draft.probe + 1 : FIRST_CLUSTER;
  }
  return true;
}

// --- the order in which things are written. [FS-17]

function planOfCommit(self: FsState, draft: Draft): Step[] {
  const fat = fatOf(self);
  const plan: Step[] = [];
  for (let i = 0; i < draft.growRuns.length; i += 2) {
    plan.push({ do: 'zero', lba: sectorOfCluster(self, draft.growRuns[i]!), sectors: draft.growRuns[i + 1]! * fat.sectorsPerCluster, done: 0 });
  }
  const chains = draft.runs.length > 0 || draft.growRuns.length > 0 || draft.oldCluster > 0;
  if (chains) plan.push({ do: 'mark', clean: false, done: false });
  if (draft.runs.length > 0) plan.push({ do: 'chain', patch: patchOf(draft.runs, fatEnd(fat)) });
  if (draft.growRuns.length > 0) {
    plan.push({ do: 'chain', patch: patchOf(draft.growRuns, fatEnd(fat)) });
    plan.push({ do: 'chain', patch: patchOf([draft.lastCluster, 1], draft.growRuns[0]!) });
  }
  if (draft.endLba > 0) plan.push({ do: 'end', lba: draft.endLba, done: false });
  if (draft.existing) plan.push({ do: 'update', done: false });
  else plan.push({ do: 'entries', left: draft.slots.lbas.length });
  if (draft.oldCluster > 0) plan.push({ do: 'free', cluster: draft.oldCluster, patch: null });
  if (chains) plan.push({ do: 'info', done: false }, { do: 'mark', clean: true, done: false });
  return plan;
}

function planOfDelete(draft: Draft): Step[] {
  const erase: Step = { do: 'erase', left: draft.own.lbas.length };
  if (draft.oldCluster === 0) return [erase];
  return [{ do: 'mark', clean: false, done: false }, erase, { do: 'free', cluster: draft.oldCluster, patch: null }, { do: 'info', done: false }, { do: 'mark', clean: true, done: false }];
}

/** Takes the plan as far as it goes; true when all of it is on the disk. */
function carryOut(self: FsState, act: Act, number: number, call: Call, draft: Draft): boolean {
  const plan = draft.plan!;
  while (plan.length > 0) {
    const step = plan[0]!;
    if (step.do === 'info' && !step.done && self.volume.free >= 0) count(self, draft);
    if (!takeStep({ self, act, number, call, draft }, step)) return false;
    plan.shift();
  }
  return true;
}

/** Free clusters after this change, once. */
function count(self: FsState, draft: Draft): void {
  const { volume } = self;
  volume.free = Math.min(fatOf(self).clusters, Math.max(0, volume.free - draft.found + draft.freed));
  draft.found = 0;
  draft.freed = 0;
}

export function goOnCommitting(self: FsState, act: Act, number: number, call: Call): void {
  const draft = self.draft!;
  if (draft.plan === null) {
    draft.call = number;
    draft.plan = planOfCommit(self, draft);
    if (draft.found > 0) self.volume.next = draft.probe;
    self.changes += 1;
  }
  if (!carryOut(self, act, number, call, draft)) return;
  self.files[call.handle - 1] = null;
  self.draft = null;
  succeed(self, act, number);
}

export function goOnDeleting(self: FsState, act: Act, number: number, call: Call): void {
  act.assert(call.op === DELETE, 'The only call left is a delete.');
  const draft = draftOf(self, act, number, call);
  if (draft === null || !searchPath(self, act, number, call)) return;
  if (draft.stage === SEARCH) {
    if (!findEntry(self, act, number, call, draft)) return;
    draft.stage = SPACE;
  }
  if (draft.plan === null) {
    if (!hint(self, act, number, call)) return;
    draft.plan = planOfDelete(draft);
    self.changes += 1;
  }
  if (!carryOut(self, act, number, call, draft)) return;
  self.draft = null;
  succeed(self, act, number);
}
