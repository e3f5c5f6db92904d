/**
 * The steps in which metadata are written. Each goes on where it stopped and answers true when it is done; false while the call
 * waits for a sector or a write, or has ended with an error. Part of `<guest>/fs`. [FS-17] [FS-18] [FS-19]
 */
import type { Act } from '../../sim/act.ts';
import { cleanBit, FAT_SECTOR, fatEntrySector, fatEntrySplit, getFatEntry, isCluster, isFsInfo, putFatEntry, putFsInfo } from '../../wire/fat.ts';
import { ATTRIBUTE_ARCHIVE, DELETED, ENTRY_BYTES } from '../../wire/fat-names.ts';
import { putEntryFields, putNewEntry, stampAt, type EntryFields } from '../../wire/fat-new-names.ts';
import { STATUS_DISK_CORRUPT_ERROR } from '../../wire/ntstatus.ts';
import { claim, LINE_SECTORS, linePage, STALLED } from './fs-cache.ts';
import { stall, stopped } from './fs-calls.ts';
import { patchOf, type Draft, type Patch, type Span, type Step } from './fs-draft.ts';
import { ANY_LINE, type Call, type FsState } from './fs-state.ts';
import { WRITE_DISORDER, WRITE_ENTRY, WRITE_FAT, WRITE_FREED, WRITE_INFO, WRITE_ORDER, WRITE_ZEROS } from './hops.ts';
import { ENTRIES, fatLba, fatOf, isLine, rawFatEntry, sectorLine, WAIT } from './fs-volume.ts';
import { startWrite } from './fs-write.ts';

export interface At {
  readonly self: FsState;
  readonly act: Act;
  readonly number: number;
  readonly call: Call;
  readonly draft: Draft;
}

/** The line of a metadata sector, or -1 when the call waits for it or has ended. */
function lineOf({ self, act, number, call }: At, lba: number): number {
  const line = sectorLine(self, call, lba);
  if (isLine(line)) return line;
  stopped(self, act, number, line);
  return -1;
}

function bytesForWrite({ self, act }: At, line: number): Uint8Array {
  return act.pageForWrite(linePage(self.cache, line)).subarray(0, FAT_SECTOR);
}

function writeSector({ self, number, call }: At, line: number, what: number): void {
  startWrite(self, call, number, line, [self.cache.lines[line].lba], what);
}

/** Writes a sector of the FAT to every FAT, or to the only one that is kept when mirroring is off. */
function writeFat({ self, number, call }: At, line: number, index: number, what: number): void {
  const fat = fatOf(self);
  const first = self.volume.partition + fat.fatStart + index;
  const own = fatLba(self, index);
  const others = fat.mirrored ? Array.from({ length: fat.fats }, (_, i) => first + i * fat.fatSectors).filter((lba) => lba !== own) : [];
  startWrite(self, call, number, line, [own, ...others], what);
}

/** The bit in FAT entry 1 that says whether the volume was left in order. A volume found in disorder stays so. [FS-18] */
function mark(at: At, step: Extract<Step, { do: 'mark' }>): boolean {
  const fat = fatOf(at.self);
  const bit = cleanBit(fat);
  if (step.done || bit === 0 || (step.clean && at.draft.wasDirty)) return true;
  const line = lineOf(at, fatLba(at.self, 0));
  if (line < 0) return false;
  const value = getFatEntry(fat, at.act.page(linePage(at.self.cache, line)), 1);
  if (!step.clean && (value & bit) === 0) {
    at.draft.wasDirty = true;
    return true;
  }
  putFatEntry(fat, bytesForWrite(at, line), 0, 1, step.clean ? value | bit : value & ~bit);
  step.done = true;
  writeFat(at, line, 0, step.clean ? WRITE_ORDER : WRITE_DISORDER);
  return false;
}

/** New clusters of a directory are zero before anything leads to them. */
function zero(at: At, step: Extract<Step, { do: 'zero' }>): boolean {
  const { self, call, number } = at;
  if (step.done === step.sectors) return true;
  const sectors = Math.min(LINE_SECTORS, step.sectors - step.done);
  const line = claim(self.cache, step.lba + step.done, sectors);
  if (line === STALLED) {
    call.awaited = ANY_LINE;
    stall(self, number);
    return false;
  }
  at.act.pageForWrite(linePage(self.cache, line)).fill(0);
  step.done += sectors;
  writeSector(at, line, WRITE_ZEROS);
  return false;
}

/** What a cluster's entry becomes. */
function valueIn(patch: Patch): number {
  if (patch.free) return 0;
  const [first, count] = [patch.runs[patch.run * 2]!, patch.runs[patch.run * 2 + 1]!];
  if (patch.k + 1 < count) return first + patch.k + 1;
  return patch.runs[patch.run * 2 + 2] ?? patch.end;
}

/** Writes FAT entries, all that lie in one sector together. */
function patchFat(at: At, patch: Patch): boolean {
  const fat = fatOf(at.self);
  const cluster = (): number => patch.runs[patch.run * 2]! + patch.k;
  if (patch.run * 2 >= patch.runs.length) return true;
  const index = fatEntrySector(fat, cluster()) + (patch.half ? 1 : 0);
  const line = lineOf(at, fatLba(at.self, index));
  if (line < 0) return false;
  const bytes = bytesForWrite(at, line);
  while (patch.run * 2 < patch.runs.length) {
    const c = cluster();
    if (fatEntrySector(fat, c) + (patch.half ? 1 : 0) !== index) break;
    putFatEntry(fat, bytes, index, c, valueIn(patch));
    if (!patch.half && fatEntrySplit(fat, c)) {
      patch.half = true;
      break;
    }
    patch.half = false;
    patch.k += 1;
    if (patch.k < patch.runs[patch.run * 2 + 1]!) continue;
    patch.k = 0;
    patch.run += 1;
  }
  writeFat(at, line, index, patch.free ? WRITE_FREED : WRITE_FAT);
  return false;
}

/** What the short entry of the file will say. */
function fieldsOf({ act, draft }: At): EntryFields {
  return { attributes: (draft.existing ? draft.attributes : 0) | ATTRIBUTE_ARCHIVE, cluster: draft.runs[0] ?? 0, size: draft.size, stamp: stampAt(act.now) };
}

/** Calls `act` for each entry of a span that lies in its sector number `i`: byte in the sector, and which entry it is. */
function eachIn(span: Span, i: number, act: (byte: number, index: number) => void): void {
  for (let index = 0; index < span.count; index++) {
    const place = span.first + index;
    if (Math.floor(place / ENTRIES) === i) act((place % ENTRIES) * ENTRY_BYTES, index);
  }
}

/** The entries of a new name. Where the directory ended, the last sector comes first: nothing of it is seen before the first is written. [FS-17] */
function entries(at: At, step: Extract<Step, { do: 'entries' }>): boolean {
  const { draft } = at;
  if (step.left === 0) return true;
  const i = draft.atEnd ? step.left - 1 : draft.slots.lbas.length - step.left;
  const line = lineOf(at, draft.slots.lbas[i]!);
  if (line < 0) return false;
  const bytes = bytesForWrite(at, line);
  eachIn(draft.slots, i, (byte, index) => putNewEntry(bytes, byte, draft.name, draft.tail, index, fieldsOf(at)));
  if (draft.endInside && i === draft.slots.lbas.length - 1) bytes[((draft.slots.first + draft.slots.count) % ENTRIES) * ENTRY_BYTES] = 0;
  step.left -= 1;
  writeSector(at, line, WRITE_ENTRY);
  return false;
}

function endDirectory(at: At, step: Extract<Step, { do: 'end' }>): boolean {
  if (step.done) return true;
  const line = lineOf(at, step.lba);
  if (line < 0) return false;
  step.done = true;
  if (at.act.page(linePage(at.self.cache, line))[0] === 0) return true;
  bytesForWrite(at, line)[0] = 0;
  writeSector(at, line, WRITE_ENTRY);
  return false;
}

/** One sector decides between the old file and the new one. [FS-17] */
function update(at: At, step: Extract<Step, { do: 'update' }>): boolean {
  if (step.done) return true;
  const line = lineOf(at, at.draft.entryLba);
  if (line < 0) return false;
  putEntryFields(bytesForWrite(at, line), at.draft.entryAt, fieldsOf(at));
  step.done = true;
  writeSector(at, line, WRITE_ENTRY);
  return false;
}

/** Marks the entries of a file as deleted, its short one first. */
function erase(at: At, step: Extract<Step, { do: 'erase' }>): boolean {
  const { own } = at.draft;
  if (step.left === 0) return true;
  const line = lineOf(at, own.lbas[step.left - 1]!);
  if (line < 0) return false;
  const bytes = bytesForWrite(at, line);
  eachIn(own, step.left - 1, (byte) => void (bytes[byte] = DELETED));
  step.left -= 1;
  writeSector(at, line, WRITE_ENTRY);
  return false;
}

/** Runs of a chain that are freed together. */
const FREED_TOGETHER = 256;

/** Frees a chain, part by part: first it is followed, then its entries are written. [FS-17] */
function free(at: At, step: Extract<Step, { do: 'free' }>): boolean {
  const { self, act, number, call, draft } = at;
  const fat = fatOf(self);
  for (;;) {
    step.patch ??= patchOf([], 0, true);
    const { patch } = step;
    while (isCluster(fat, step.cluster) && patch.run === 0 && patch.k === 0 && !patch.half && patch.runs.length < FREED_TOGETHER * 2) {
      const next = rawFatEntry(self, act, call, step.cluster);
      if (next === WAIT || next >= STATUS_DISK_CORRUPT_ERROR) {
        stopped(self, act, number, next);
        return false;
      }
      const last = patch.runs.length - 2;
      if (last >= 0 && patch.runs[last]! + patch.runs[last + 1]! === step.cluster) patch.runs[last + 1]! += 1;
      else patch.runs.push(step.cluster, 1);
      draft.freed += 1;
      step.cluster = next;
    }
    if (!patchFat(at, patch)) return false;
    if (!isCluster(fat, step.cluster)) return true;
    step.patch = null;
  }
}

/** FSInfo of FAT32 is told how many clusters are free and where to look next. [FS-19] */
function info(at: At, step: Extract<Step, { do: 'info' }>): boolean {
  const { self } = at;
  const fat = fatOf(self);
  if (step.done || fat.infoSector === 0) return true;
  const line = lineOf(at, self.volume.partition + fat.infoSector);
  if (line < 0) return false;
  step.done = true;
  const bytes = bytesForWrite(at, line);
  if (!isFsInfo(bytes)) return true;
  putFsInfo(bytes, self.volume.free, self.volume.next);
  writeSector(at, line, WRITE_INFO);
  return false;
}

/** Takes the first step of a plan on. */
export function takeStep(at: At, step: Step): boolean {
  switch (step.do) {
    case 'mark': return mark(at, step);
    case 'zero': return zero(at, step);
    case 'chain': return patchFat(at, step.patch);
    case 'end': return endDirectory(at, step);
    case 'entries': return entries(at, step);
    case 'update': return update(at, step);
    case 'erase': return erase(at, step);
    case 'free': return free(at, step);
    case 'info': return info(at, step);
  }
}
