/**
 * Writing a virtual disk. Runs: root kernel, part of the VHD parser. Route of a write into a block that is there: bitmap, if not
 * cached -> data -> the sector of the bitmap, if a bit of it changes. Into a block that is not there yet: the file is lengthened
 * -> footer in its new last sector -> data -> bitmap -> entry of the block table. Each step waits for the one before, so that a
 * crash between two of them leaves a disk without the write, never a broken one. [VHDP-13..16]
 */
import type { Act } from '../../sim/act.ts';
import { beGet32, bePut32 } from '../../wire/bytes.ts';
import { mdlSpan, putMdlHeader, putMdlPiece } from '../../wire/mdl.ts';
import { STATUS_DISK_FULL, STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { BLOCK_UNUSED } from '../../wire/vhd.ts';
import { FOR_CLEARING, FOR_DATA, FOR_FOOTER, FOR_TABLE, ntfs } from './storage-hops.ts';
import { bitmapKey, claimSlot, setBits, slotOf, unpin, waitersOf, writeBitmap } from './vhdparser-bitmap.ts';
import { cookieOf, finish, takeUp, transferPiece } from './vhdparser-jobs.ts';
import {
  BITMAP_SECTOR_BITS, BITMAP_SLOTS, DATA, diskOf, END_AT, GROW_BITMAP, GROW_DATA, GROW_FILE, GROW_FOOTER, GROW_TABLE, GROW_ZERO, MARK, MARKING, SECTOR, START,
  WORK_MDL_AT, zeroPage, type Job, type OpenDisk, type VhdParserState,
} from './vhdparser-state.ts';

/** Sectors that one write from the page of zeros clears: 30 pieces of a page. */
const CLEAR_MOST = 240;
/** A block table entry is a sector number of 32 bits. */
const SECTORS_MAX = 0xffff_0000;
const ENTRIES_PER_SECTOR = 128;

/** Goes on with the requests that a write has set free. */
export type GoOn = (self: VhdParserState, act: Act, number: number) => void;

/** Where in its block the next sector of a write lies. */
function placeOf(job: Job, disk: OpenDisk): { readonly block: number; readonly inBlock: number } {
  const sector = job.lba + job.done;
  return { block: Math.floor(sector / disk.blockSectors), inBlock: sector % disk.blockSectors };
}

function entryOf(act: Act, disk: OpenDisk, block: number): number {
  return beGet32(act.page(disk.batPage + Math.floor(block / 1024)), (block % 1024) * 4);
}

/** Takes the next piece of a write as far as it goes. */
export function writeOn(self: VhdParserState, act: Act, number: number): void {
  const job = takeUp(self, act, number);
  const disk = diskOf(self, job.handle)!;
  if (job.done === job.sectors) {
    finish(self, act, number, STATUS_SUCCESS);
  } else if (disk.blockSectors === 0) {
    job.phase = DATA;
    writeData(self, act, number, disk, job.lba, job.sectors);
  } else {
    const { block, inBlock } = placeOf(job, disk);
    const most = Math.min(job.sectors - job.done, disk.blockSectors - inBlock, BITMAP_SECTOR_BITS - (inBlock % BITMAP_SECTOR_BITS));
    const entry = entryOf(act, disk, block);
    if (entry === BLOCK_UNUSED) beginGrowing(self, act, number, disk, most);
    else if (job.phase === MARK) mark(self, act, number, disk);
    else if (slotOf(self, act, number, job.handle, bitmapKey(disk, block, inBlock), bitmapSectorOf(entry, inBlock)) >= 0) {
      job.phase = DATA;
      writeData(self, act, number, disk, entry + disk.bitmapSectors + inBlock, most);
    }
  }
}

function bitmapSectorOf(entry: number, inBlock: number): number {
  return entry + Math.floor(inBlock / BITMAP_SECTOR_BITS);
}

function writeData(self: VhdParserState, act: Act, number: number, disk: OpenDisk, fileSector: number, sectors: number): void {
  if (!transferPiece(self, act, number, disk, fileSector, sectors)) finish(self, act, number, STATUS_INVALID_PARAMETER);
}

/** The data are on the disk: the bits of their sectors must be set there too, before the write ends. [VHDP-14] */
function mark(self: VhdParserState, act: Act, number: number, disk: OpenDisk): void {
  const job = self.jobs[number]!;
  const { block, inBlock } = placeOf(job, disk);
  const fileSector = bitmapSectorOf(entryOf(act, disk, block), inBlock);
  const slot = slotOf(self, act, number, job.handle, bitmapKey(disk, block, inBlock), fileSector);
  if (slot < 0) return;
  // A bit that another write has set and not brought to the disk yet does not count.
  if (!setBits(act, disk, slot, inBlock, job.piece) && disk.bitmapPins[slot] === 0) {
    endPiece(self, act, number);
    return;
  }
  job.phase = MARKING;
  disk.bitmapPins[slot] += 1;
  writeBitmap(act, number, disk, slot, fileSector);
}

function endPiece(self: VhdParserState, act: Act, number: number): void {
  const job = self.jobs[number]!;
  job.done += job.piece;
  job.phase = START;
  writeOn(self, act, number);
}

// --- a new block [VHDP-15] [VHDP-16]

/** One write at a time makes a file grow; it holds the place of the new block's bitmap from the start. */
function beginGrowing(self: VhdParserState, act: Act, number: number, disk: OpenDisk, most: number): void {
  const job = self.jobs[number]!;
  if (disk.grower >= 0) {
    job.toGrow = true;
    return;
  }
  const { block, inBlock } = placeOf(job, disk);
  if (claimSlot(self, act, number, job.handle, bitmapKey(disk, block, inBlock)) < 0) return;
  disk.grower = number;
  job.phase = GROW_FILE;
  job.piece = most;
  job.cleared = 0;
  const sectors = disk.end + disk.bitmapSectors + disk.blockSectors + 1;
  if (sectors > SECTORS_MAX) endGrowing(self, act, number, disk, STATUS_DISK_FULL);
  else act.send(ntfs.extend, act.find('root/ntfs'), disk.fileId, sectors, cookieOf(FOR_DATA, number));
}

/** A step of growing has ended well: begins the next one. */
function grow(self: VhdParserState, act: Act, number: number, disk: OpenDisk): void {
  const job = self.jobs[number]!;
  const { block, inBlock } = placeOf(job, disk);
  switch (job.phase) {
    case GROW_FILE:
      job.phase = GROW_FOOTER;
      writeOwn(act, number, disk, disk.fileSectors - 1, 1, disk.firstPage, END_AT, FOR_FOOTER);
      return;
    case GROW_FOOTER:
      job.phase = GROW_DATA;
      writeData(self, act, number, disk, disk.end + disk.bitmapSectors + inBlock, job.piece);
      return;
    case GROW_DATA:
    case GROW_ZERO:
      if (disk.bitmapSectors > 1 && job.cleared < disk.bitmapSectors) clearBitmap(self, act, number, disk);
      else {
        const slot = bitmapKey(disk, block, inBlock) % BITMAP_SLOTS;
        job.phase = GROW_BITMAP;
        setBits(act, disk, slot, inBlock, job.piece);
        writeBitmap(act, number, disk, slot, bitmapSectorOf(disk.end, inBlock));
      }
      return;
    default:
      job.phase = GROW_TABLE;
      bePut32(act.pageForWrite(disk.batPage + Math.floor(block / 1024)), (block % 1024) * 4, disk.end);
      writeEntry(act, number, disk, block);
  }
}

/** Zeros over the whole bitmap of a block that has more than one sector of it. */
function clearBitmap(self: VhdParserState, act: Act, number: number, disk: OpenDisk): void {
  const job = self.jobs[number]!;
  const sectors = Math.min(CLEAR_MOST, disk.bitmapSectors - job.cleared);
  job.phase = GROW_ZERO;
  const from = disk.end + job.cleared;
  job.cleared += sectors;
  writeOwn(act, number, disk, from, sectors, zeroPage(self), 0, FOR_CLEARING);
}

/** Writes the sector of the table that holds the entry of a block. */
function writeEntry(act: Act, number: number, disk: OpenDisk, block: number): void {
  const sector = Math.floor(block / ENTRIES_PER_SECTOR);
  writeOwn(act, number, disk, disk.tableAt + sector, 1, disk.batPage + Math.floor(sector / 8), (sector % 8) * SECTOR, FOR_TABLE);
}

/** Writes sectors from a page of the parser's own; more than a page of them all come from the same page. */
function writeOwn(act: Act, number: number, disk: OpenDisk, fileSector: number, sectors: number, page: number, at: number, purpose: number): void {
  const list = act.pageForWrite(disk.firstPage);
  const pieces = Math.ceil(sectors / 8);
  putMdlHeader(list, WORK_MDL_AT, pieces);
  for (let i = 0; i < pieces; i++) putMdlPiece(list, WORK_MDL_AT, i, page, at, Math.min(8, sectors - 8 * i) * SECTOR);
  const span = mdlSpan(WORK_MDL_AT, pieces);
  act.send(ntfs.write, act.find('root/ntfs'), disk.fileId, fileSector, sectors, disk.firstPage, span, cookieOf(purpose, number));
}

/** The new block is there, or cannot be: its place of the bitmap and the right to grow are given back. */
function endGrowing(self: VhdParserState, act: Act, number: number, disk: OpenDisk, status: number): readonly number[] {
  const job = self.jobs[number]!;
  const { block, inBlock } = placeOf(job, disk);
  const slot = bitmapKey(disk, block, inBlock) % BITMAP_SLOTS;
  const { handle } = job;
  disk.grower = -1;
  unpin(disk, slot, status === STATUS_SUCCESS);
  if (status === STATUS_SUCCESS) {
    self.grown += 1;
    disk.end = disk.fileSectors - 1;
    endPiece(self, act, number);
  } else {
    // An entry whose sector did not get to the disk counts no more.
    if (job.phase === GROW_TABLE) bePut32(act.pageForWrite(disk.batPage + Math.floor(block / 1024)), (block % 1024) * 4, BLOCK_UNUSED);
    finish(self, act, number, status);
  }
  return [...waitersOf(self, handle, slot), ...growersOf(self, handle)];
}

/** Writes that wait until the file may grow again, which wait no more. */
function growersOf(self: VhdParserState, handle: number): readonly number[] {
  const out: number[] = [];
  self.jobs.forEach((job, number) => {
    if (job === null || job.handle !== handle || !job.toGrow) return;
    job.toGrow = false;
    out.push(number);
  });
  return out;
}

// --- NTFS answers

/** The file has its new length. */
export function extended(self: VhdParserState, act: Act, number: number, status: number, sectors: number, goOn: GoOn): void {
  const job = takeUp(self, act, number);
  const disk = diskOf(self, job.handle)!;
  if (status === STATUS_SUCCESS) disk.fileSectors = sectors;
  step(self, act, number, disk, status, goOn);
}

/** Something that a write asked for is in the file. */
export function written(self: VhdParserState, act: Act, number: number, status: number, goOn: GoOn): void {
  const job = takeUp(self, act, number);
  step(self, act, number, diskOf(self, job.handle)!, status, goOn);
}

function step(self: VhdParserState, act: Act, number: number, disk: OpenDisk, status: number, goOn: GoOn): void {
  const job = self.jobs[number]!;
  let free: readonly number[] = [];
  if (job.phase >= GROW_FILE) {
    if (status !== STATUS_SUCCESS || job.phase === GROW_TABLE) free = endGrowing(self, act, number, disk, status);
    else grow(self, act, number, disk);
  } else if (job.phase === MARKING) {
    const { block, inBlock } = placeOf(job, disk);
    const slot = bitmapKey(disk, block, inBlock) % BITMAP_SLOTS;
    const { handle } = job;
    unpin(disk, slot, status === STATUS_SUCCESS);
    if (status === STATUS_SUCCESS) endPiece(self, act, number);
    else finish(self, act, number, status);
    if (disk.bitmapPins[slot] === 0) free = waitersOf(self, handle, slot);
  } else if (status !== STATUS_SUCCESS) {
    finish(self, act, number, status);
  } else if (disk.blockSectors === 0) {
    endPiece(self, act, number);
  } else {
    job.phase = MARK;
    mark(self, act, number, disk);
  }
  for (const waiting of free) if (self.jobs[waiting] !== null) goOn(self, act, waiting);
}
