/**
 * FAT16 as the guest's file system walks it: mounting, directories, cluster chains. Part of `<guest>/fs`; each function goes on
 * where the call stopped, and answers WAIT when a sector is not in the cache yet. [FS-1..5] [FS-7] [FS-9]
 */
import type { Act } from '../../sim/act.ts';
import { get16 } from '../../wire/bytes.ts';
import { bytesPerCluster, clusterSector, FAT16_BOOT_BYTES, fatEntryOffset, fatEntrySector, isChainEnd, isCluster, linkFault, readFat16, type Fat16 } from '../../wire/fat16.ts';
import {
  ENTRY_BYTES, entryAttributes, entryCluster, entryKind, entrySize, entryWriteDate, entryWriteTime, forgetLongName, gatherLongPart, sameName, shortName,
  takeLongName,
} from '../../wire/fat16-names.ts';
import { isFat16Type, partitionTypeName, readMbr } from '../../wire/mbr.ts';
import { STATUS_DISK_CORRUPT_ERROR, STATUS_SUCCESS, STATUS_UNRECOGNIZED_VOLUME } from '../../wire/ntstatus.ts';
import { LINE_SECTORS, lineAwaited, linePage, SECTOR, STALLED, want } from './fs-cache.ts';
import { ANY_LINE, type Call, type FsState, type OpenFile } from './fs-state.ts';

export const WAIT = -1;
export const FOUND = -2;
export const END = -3;

const ENTRIES = SECTOR / ENTRY_BYTES;
const DOT = 0x2e;
/** No directory has more, with its deleted ones and the parts of long names. */
const ENTRIES_MOST = 65_536;

const UNREAD = 0;
const MOUNTED = 1;
const REFUSED = 2;

/** The line of a metadata sector, or WAIT; a sector beyond the disk is STATUS_DISK_CORRUPT_ERROR. */
function sectorLine(self: FsState, call: Call, lba: number, sectors = 1): number {
  if (lba + sectors > self.sectors) return STATUS_DISK_CORRUPT_ERROR;
  const answer = want(self.cache, lba, sectors, call.request, call.behalf, call.lastLba === lba);
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
export function lineForFile(self: FsState, call: Call, lba: number, sectors: number): number {
  return sectorLine(self, call, lba, Math.min(sectors, LINE_SECTORS));
}

// --- mounting -------------------------------------------------------------------------------------------------------------

/** STATUS_SUCCESS when the volume is mounted, else WAIT or why not. [FS-1] [FS-2] */
export function mount(self: FsState, act: Act, call: Call): number {
  const volume = self.volume;
  if (volume.status === UNREAD && volume.partition < 0) {
    const line = sectorLine(self, call, 0);
    if (!isLine(line)) return line;
    takePartition(self, act.page(linePage(self.cache, line)).subarray(0, SECTOR));
  }
  if (volume.status === UNREAD) {
    const read = takeVolume(self, act, call, 1);
    if (read !== STATUS_SUCCESS) return read;
  }
  return volume.status === MOUNTED ? STATUS_SUCCESS : STATUS_UNRECOGNIZED_VOLUME;
}

/** Reads the first sectors of the partition and what they say: STATUS_SUCCESS, WAIT or why not. More than one show a Linux ext volume. */
function takeVolume(self: FsState, act: Act, call: Call, sectors: number): number {
  const volume = self.volume;
  const line = sectorLine(self, call, volume.partition, sectors);
  if (!isLine(line)) return line;
  const found = readFat16(act.page(linePage(self.cache, line)).subarray(0, sectors * SECTOR), volume.sectors);
  const all = FAT16_BOOT_BYTES / SECTOR;
  if (found.kind === 'fat16') {
    volume.fat = found;
    volume.status = MOUNTED;
  } else if (found.code === 'no-signature' && sectors < all && volume.sectors >= all) {
    return takeVolume(self, act, call, all);
  } else {
    refuseVolume(self, found.sentence);
  }
  return STATUS_SUCCESS;
}

/** Chooses the first FAT16 partition of the disk, or says what there is instead. */
function takePartition(self: FsState, sector: Uint8Array): void {
  const table = readMbr(sector, self.sectors);
  if (table.kind === 'refused') {
    refuseVolume(self, table.sentence);
    return;
  }
  const found = table.partitions.find((p) => isFat16Type(p.type));
  if (found === undefined) {
    const types = table.partitions.map((p) => partitionTypeName(p.type)).join(', ');
    refuseVolume(self, `The disk has no FAT16 partition, only ${types}; create one and format it as FAT16.`);
    return;
  }
  self.volume.partition = found.firstSector;
  self.volume.sectors = found.sectors;
}

function refuseVolume(self: FsState, reason: string): void {
  self.volume.status = REFUSED;
  self.volume.reason = reason;
}

function fatOf(self: FsState): Fat16 {
  return self.volume.fat!;
}

/** Sector on the disk of the first sector of a cluster. */
export function sectorOfCluster(self: FsState, cluster: number): number {
  return self.volume.partition + clusterSector(fatOf(self), cluster);
}

export function clusterSize(self: FsState): number {
  return fatOf(self).sectorsPerCluster;
}

/** Bytes of all clusters. */
export function volumeBytes(self: FsState): number {
  return fatOf(self).clusters * bytesPerCluster(fatOf(self));
}

// --- cluster chains ---------------------------------------------------------------------------------------------------------

/** The value of the FAT for a cluster, or WAIT; what cannot stand there is STATUS_DISK_CORRUPT_ERROR. [FS-4] */
function fatEntry(self: FsState, act: Act, call: Call, cluster: number): number {
  const fat = fatOf(self);
  const line = sectorLine(self, call, self.volume.partition + fatEntrySector(fat, cluster));
  if (!isLine(line)) return line;
  const value = get16(act.page(linePage(self.cache, line)), fatEntryOffset(cluster));
  return linkFault(fat, value) === 0 ? value : STATUS_DISK_CORRUPT_ERROR;
}

/** Follows a file to its cluster number `to`; STATUS_SUCCESS, WAIT or why not. [FS-3] */
export function follow(self: FsState, act: Act, call: Call, file: OpenFile, to: number): number {
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
    if (next === STATUS_DISK_CORRUPT_ERROR || isChainEnd(next)) return STATUS_DISK_CORRUPT_ERROR;
    if (next === last + 1) file.runs[run + 2] += 1;
    else file.runs.push(file.followed, next, 1);
    file.followed += 1;
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
export function enterDirectory(call: Call, cluster: number): void {
  call.dirCluster = cluster;
  call.dirSector = 0;
  call.dirEntry = 0;
  call.dirSteps = 0;
  forgetLongName(call.longName);
}

/** Moves to the next sector of the directory when this one is used up: STATUS_SUCCESS, END, WAIT or why not. */
function nextSector(self: FsState, act: Act, call: Call): number {
  if (call.dirEntry < ENTRIES) return STATUS_SUCCESS;
  const sectors = call.dirCluster === 0 ? fatOf(self).rootSectors : fatOf(self).sectorsPerCluster;
  if (call.dirSector + 1 < sectors) {
    call.dirSector += 1;
  } else if (call.dirCluster === 0) {
    return END;
  } else {
    const next = fatEntry(self, act, call, call.dirCluster);
    if (next === WAIT || next === STATUS_DISK_CORRUPT_ERROR) return next;
    if (isChainEnd(next)) return END;
    call.dirSteps += 1;
    if (call.dirSteps >= Math.min(fatOf(self).clusters, ENTRIES_MOST / (sectors * ENTRIES))) return STATUS_DISK_CORRUPT_ERROR;
    call.dirCluster = next;
    call.dirSector = 0;
  }
  call.dirEntry = 0;
  return STATUS_SUCCESS;
}

/**
 * The next entry that is a file or a directory: FOUND (it stands in the call), END, WAIT or why not. Of one that is only passed
 * `shortName` tells whether it is a dot entry, and nothing else is taken. [FS-7]
 */
export function nextEntry(self: FsState, act: Act, call: Call, passed = false): number {
  for (;;) {
    const moved = nextSector(self, act, call);
    if (moved !== STATUS_SUCCESS) return moved;
    if (call.dirCluster !== 0 && !isCluster(fatOf(self), call.dirCluster)) return STATUS_DISK_CORRUPT_ERROR;
    const line = sectorLine(self, call, directorySector(self, call));
    if (!isLine(line)) return line;
    const bytes = act.page(linePage(self.cache, line));
    const at = call.dirEntry * ENTRY_BYTES;
    const kind = entryKind(bytes, at);
    if (kind === 'end') return END;
    call.dirEntry += 1;
    if (passed) {
      if (kind === 'long' || kind === 'deleted' || kind === 'label') continue;
      call.shortName = bytes[at] === DOT ? shortName(bytes, at) : '';
      return FOUND;
    }
    if (kind === 'long') gatherLongPart(call.longName, bytes, at);
    else if (kind === 'deleted' || kind === 'label') forgetLongName(call.longName);
    else {
      takeEntry(call, bytes, at);
      return FOUND;
    }
  }
}

function directorySector(self: FsState, call: Call): number {
  if (call.dirCluster === 0) return self.volume.partition + fatOf(self).rootStart + call.dirSector;
  return sectorOfCluster(self, call.dirCluster) + call.dirSector;
}

/** Puts a file's or directory's entry into the call, under its long name if it has one. */
function takeEntry(call: Call, bytes: Uint8Array, at: number): void {
  const longName = takeLongName(call.longName, bytes, at);
  call.shortName = shortName(bytes, at);
  call.name = longName === '' ? call.shortName : longName;
  call.attributes = entryAttributes(bytes, at);
  call.time = entryWriteTime(bytes, at);
  call.date = entryWriteDate(bytes, at);
  call.cluster = entryCluster(bytes, at);
  call.size = entrySize(bytes, at);
}

/** Whether the entry found has this name, long or short, without regard to case. */
export function entryIs(call: Call, name: string): boolean {
  return sameName(call.name, name) || sameName(call.shortName, name);
}
