/**
 * The FAT volume as the guest's file system walks it: finding it, cluster chains, directories. Part of `<guest>/fs`; each
 * function goes on where the call stopped, and answers WAIT when a sector is not in the cache yet. [FS-1..5] [FS-7] [FS-9]
 */
import type { Act } from '../../sim/act.ts';
import { feedScan } from '../../wire/disk-scan.ts';
import {
  bytesPerCluster, clusterSector, FAT_SECTOR, fatEntrySector, fatEntrySplit, getFatEntry, isChainEnd, isCluster, linkFault, type Fat,
} from '../../wire/fat.ts';
import {
  ENTRY_BYTES, entryAttributes, entryCluster, entryKind, entrySize, entryWriteDate, entryWriteTime, forgetLongName, gatherLongPart, sameName, shortName, takeLongName,
} from '../../wire/fat-names.ts';
import { STATUS_DISK_CORRUPT_ERROR, STATUS_SUCCESS, STATUS_UNRECOGNIZED_VOLUME } from '../../wire/ntstatus.ts';
import { LINE_SECTORS, lineAwaited, linePage, STALLED, want } from './fs-cache.ts';
import { ANY_LINE, newScan, type Call, type FsState, type OpenFile, type Place } from './fs-state.ts';

export const WAIT = -1;
export const FOUND = -2;
export const END = -3;

export const ENTRIES = FAT_SECTOR / ENTRY_BYTES;
const DOT = 0x2e;
/** No directory has more, with its deleted ones and the parts of long names. */
export const ENTRIES_MOST = 65_536;

const UNREAD = 0;
const MOUNTED = 1;
const REFUSED = 2;

/** The line of a metadata sector, or WAIT; a sector beyond the disk is STATUS_DISK_CORRUPT_ERROR. */
export function sectorLine(self: FsState, call: Call, lba: number, sectors = 1, ahead = 0): number {
  if (lba + sectors > self.sectors) return STATUS_DISK_CORRUPT_ERROR;
  const answer = want(self.cache, lba, sectors, call.request, call.behalf, call.lastLba === lba, Math.min(ahead, self.sectors - lba - sectors));
  call.lastLba = lba;
  if (answer >= 0) return answer;
  call.awaited = answer === STALLED ? ANY_LINE : lineAwaited(answer);
  return WAIT;
}

/** True for the index of a line; other answers are WAIT and statuses. */
export function isLine(answer: number): boolean {
  return answer >= 0 && answer < STATUS_DISK_CORRUPT_ERROR;
}

/** The line of file data, WAIT or why not. */
export function lineForFile(self: FsState, call: Call, lba: number, sectors: number, ahead: number): number {
  return sectorLine(self, call, lba, Math.min(sectors, LINE_SECTORS), ahead);
}

// --- mounting -------------------------------------------------------------------------------------------------------------

/** STATUS_SUCCESS when the volume is mounted, else WAIT or why not. [FS-1] [FS-2] */
export function mount(self: FsState, act: Act, call: Call): number {
  const { volume } = self;
  if (volume.status === UNREAD) volume.scan ??= newScan(self);
  while (volume.scan !== null) {
    const { scan } = volume;
    const line = sectorLine(self, call, scan.lba, scan.sectors);
    if (!isLine(line)) return line;
    feedScan(scan, act.page(linePage(self.cache, line)).subarray(0, scan.sectors * FAT_SECTOR));
    if (scan.sectors > 0) continue;
    volume.scan = null;
    volume.status = scan.volume === null ? REFUSED : MOUNTED;
    volume.reason = scan.reason;
    volume.fat = scan.volume;
    volume.partition = scan.firstSector;
  }
  return volume.status === MOUNTED ? STATUS_SUCCESS : STATUS_UNRECOGNIZED_VOLUME;
}

export function fatOf(self: FsState): Fat {
  return self.volume.fat!;
}

/** Sector on the disk of the first sector of a cluster. */
export function sectorOfCluster(self: FsState, cluster: number): number {
  return self.volume.partition + clusterSector(fatOf(self), cluster);
}

/** Bytes of all clusters. */
export function volumeBytes(self: FsState): number {
  return fatOf(self).clusters * bytesPerCluster(fatOf(self));
}

/** Sector on the disk of sector `index` of the FAT that counts. */
export function fatLba(self: FsState, index: number): number {
  const fat = fatOf(self);
  return self.volume.partition + fat.fatStart + fat.activeFat * fat.fatSectors + index;
}

// --- cluster chains ---------------------------------------------------------------------------------------------------------

/** What the FAT says of a cluster, whatever it is, or WAIT, or STATUS_DISK_CORRUPT_ERROR beyond the disk. */
export function rawFatEntry(self: FsState, act: Act, call: Call, cluster: number): number {
  const fat = fatOf(self);
  const sector = fatEntrySector(fat, cluster);
  const split = fatEntrySplit(fat, cluster);
  if (split && call.split === cluster) {
    const behind = sectorLine(self, call, fatLba(self, sector + 1));
    if (!isLine(behind)) return behind;
    const raw = call.splitByte | (act.page(linePage(self.cache, behind))[0]! << 8);
    call.split = -1;
    return (cluster & 1) === 1 ? raw >>> 4 : raw & 0xfff;
  }
  const line = sectorLine(self, call, fatLba(self, sector));
  if (!isLine(line)) return line;
  const page = act.page(linePage(self.cache, line));
  if (!split) return getFatEntry(fat, page, cluster);
  call.split = cluster;
  call.splitByte = page[FAT_SECTOR - 1]!;
  return rawFatEntry(self, act, call, cluster);
}

/** The next cluster of a chain or an end mark, or WAIT; what cannot stand there is STATUS_DISK_CORRUPT_ERROR. [FS-4] */
export function fatEntry(self: FsState, act: Act, call: Call, cluster: number): number {
  const value = rawFatEntry(self, act, call, cluster);
  if (value === WAIT || value === STATUS_DISK_CORRUPT_ERROR) return value;
  return linkFault(fatOf(self), value) === 0 ? value : STATUS_DISK_CORRUPT_ERROR;
}

/** Runs that are remembered of a file; of a longer list the older half is forgotten. */
const RUNS_MOST = 1024;

/** Follows a file to its cluster number `to` and remembers where `from` to `to` lie; STATUS_SUCCESS, WAIT or why not. [FS-3] */
export function follow(self: FsState, act: Act, call: Call, file: OpenFile, from: number, to: number): number {
  if (file.runs.length > 0 && from < file.runs[0]) {
    file.runs = [];
    file.followed = 0;
  }
  if (file.followed === 0) {
    if (!isCluster(fatOf(self), file.cluster)) return STATUS_DISK_CORRUPT_ERROR;
    file.runs.push(0, file.cluster, 1);
    file.followed = 1;
  }
  while (file.followed <= to) {
    const run = file.runs.length - 3;
    const last = file.runs[run + 1] + file.runs[run + 2] - 1;
    const next = fatEntry(self, act, call, last);
    if (next === WAIT) return WAIT;
    if (next === STATUS_DISK_CORRUPT_ERROR || isChainEnd(fatOf(self), next)) return STATUS_DISK_CORRUPT_ERROR;
    if (next === last + 1) file.runs[run + 2] += 1;
    else file.runs.push(file.followed, next, 1);
    file.followed += 1;
    if (file.runs.length > RUNS_MOST * 3) file.runs.splice(0, (RUNS_MOST / 2) * 3);
  }
  return STATUS_SUCCESS;
}

/** Index of the run that holds a cluster of the file, or -1. */
export function runOf(file: OpenFile, cluster: number): number {
  for (let run = file.runs.length - 3; run >= 0; run -= 3) {
    if (cluster >= file.runs[run]) return cluster < file.runs[run] + file.runs[run + 2] ? run : -1;
  }
  return -1;
}

// --- directories --------------------------------------------------------------------------------------------------------------

/** Goes to the first entry of a directory; cluster 0 is the root directory. */
export function enterDirectory(self: FsState, call: Call, cluster: number): void {
  call.dirCluster = cluster === 0 ? fatOf(self).rootCluster : cluster;
  call.dirSector = 0;
  call.dirEntry = 0;
  call.dirSteps = 0;
  forgetLongName(call.longName);
}

/** Moves to the next sector of the directory when this one is used up: STATUS_SUCCESS, END, WAIT or why not. */
export function nextSector(self: FsState, act: Act, call: Call): number {
  if (call.dirEntry < ENTRIES) return STATUS_SUCCESS;
  const sectors = call.dirCluster === 0 ? fatOf(self).rootSectors : fatOf(self).sectorsPerCluster;
  if (call.dirSector + 1 < sectors) {
    call.dirSector += 1;
  } else if (call.dirCluster === 0) {
    return END;
  } else {
    const next = fatEntry(self, act, call, call.dirCluster);
    if (next === WAIT || next === STATUS_DISK_CORRUPT_ERROR) return next;
    if (isChainEnd(fatOf(self), next)) return END;
    call.dirSteps += 1;
    if (call.dirSteps >= Math.min(fatOf(self).clusters, ENTRIES_MOST / (sectors * ENTRIES))) return STATUS_DISK_CORRUPT_ERROR;
    call.dirCluster = next;
    call.dirSector = 0;
  }
  call.dirEntry = 0;
  return STATUS_SUCCESS;
}

/** The line with the entry at which a call stands: moves to the next sector where one is used up; or END, WAIT or why not. */
export function entryLine(self: FsState, act: Act, call: Call): number {
  const moved = nextSector(self, act, call);
  if (moved !== STATUS_SUCCESS) return moved;
  if (call.dirCluster !== 0 && !isCluster(fatOf(self), call.dirCluster)) return STATUS_DISK_CORRUPT_ERROR;
  return sectorLine(self, call, directoryLba(self, call));
}

/**
 * The next entry that is a file or a directory: FOUND (it stands in the call), END, WAIT or why not. Of one that is only passed
 * `shortName` tells whether it is a dot entry, and nothing else is taken. [FS-7]
 */
export function nextEntry(self: FsState, act: Act, call: Call, passed = false): number {
  for (;;) {
    const line = entryLine(self, act, call);
    if (!isLine(line)) return line;
    const bytes = act.page(linePage(self.cache, line));
    const at = call.dirEntry * ENTRY_BYTES;
    const kind = entryKind(bytes, at);
    if (kind === 'end') return END;
    if (call.longName.next < 0) noteBeginning(call);
    call.dirEntry += 1;
    if (passed) {
      if (kind === 'long' || kind === 'deleted' || kind === 'label') continue;
      call.shortName = bytes[at] === DOT ? shortName(bytes, at) : '';
      return FOUND;
    }
    if (kind === 'long') gatherLongPart(call.longName, bytes, at);
    else if (kind === 'deleted' || kind === 'label') forgetLongName(call.longName);
    else {
      takeEntry(self, call, bytes, at);
      return FOUND;
    }
  }
}

function noteBeginning(call: Call): void {
  call.begun.dirCluster = call.dirCluster;
  call.begun.dirSector = call.dirSector;
  call.begun.dirEntry = call.dirEntry;
  call.begun.dirSteps = call.dirSteps;
}

/** Sector on the disk of the directory's sector at a place. */
export function directoryLba(self: FsState, place: Place): number {
  if (place.dirCluster === 0) return self.volume.partition + fatOf(self).rootStart + place.dirSector;
  return sectorOfCluster(self, place.dirCluster) + place.dirSector;
}

/** Puts a file's or directory's entry into the call, under its long name if it has one. */
export function takeEntry(self: FsState, call: Call, bytes: Uint8Array, at: number): void {
  const longName = takeLongName(call.longName, bytes, at);
  call.shortName = shortName(bytes, at);
  call.name = longName === '' ? call.shortName : longName;
  call.attributes = entryAttributes(bytes, at);
  call.time = entryWriteTime(bytes, at);
  call.date = entryWriteDate(bytes, at);
  call.cluster = entryCluster(bytes, at, fatOf(self).kind === 'fat32');
  call.size = entrySize(bytes, at);
  call.entryLba = directoryLba(self, call);
  call.entryAt = at;
}

/** Whether the entry found has this name, long or short, without regard to case. */
export function entryIs(call: Call, name: string): boolean {
  return sameName(call.name, name) || sameName(call.shortName, name);
}
