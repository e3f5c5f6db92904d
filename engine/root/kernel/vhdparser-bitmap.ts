/**
 * Sectors of block bitmaps in the memory of the VHD parser: 32 places for each disk, found by key. A place that is being loaded, or
 * whose sector is on its way to the disk, is not given to another key. Runs: root kernel. [VHDP-8] [VHDP-14]
 */
import type { Act } from '../../sim/act.ts';
import { bitmapBit, setBitmapBit } from '../../wire/vhd.ts';
import { FOR_BITMAP, ntfs } from './storage-hops.ts';
import { cookieOf } from './vhdparser-jobs.ts';
import {
  BITMAP_LOADING, BITMAP_READY, BITMAP_SECTOR_BITS, BITMAP_SLOTS, bitmapMdl, bitmapOffset, bitmapPage, NO_BITMAP, SECTOR, type OpenDisk, type VhdParserState,
} from './vhdparser-state.ts';

/** Number of the bitmap sector that speaks for a sector of a block, counted over all blocks of the disk. */
export function bitmapKey(disk: OpenDisk, block: number, inBlock: number): number {
  return block * disk.bitmapSectors + Math.floor(inBlock / BITMAP_SECTOR_BITS);
}

/** Place of the bitmap sector, or -1: then the request waits until it has been read, or until its place is free. */
export function slotOf(self: VhdParserState, act: Act, number: number, handle: number, key: number, fileSector: number): number {
  const disk = self.disks[handle - 1]!;
  const slot = key % BITMAP_SLOTS;
  if (disk.bitmapKeys[slot] === key && disk.bitmapStatus[slot] === BITMAP_READY) return slot;
  if (!awaitSlot(self, number, handle, slot, key)) return -1;
  disk.bitmapStatus[slot] = BITMAP_LOADING;
  disk.bitmapKeys[slot] = key;
  self.bitmapReads += 1;
  const span = bitmapMdl(act, disk, slot);
  act.send(ntfs.read, act.find('root/ntfs'), disk.fileId, fileSector, 1, disk.firstPage, span, cookieOf(FOR_BITMAP, self.jobs[number]!.awaited));
  return -1;
}

/** The request waits for the place; true when nobody else has it in use, so that it can be filled now. */
function awaitSlot(self: VhdParserState, number: number, handle: number, slot: number, key: number): boolean {
  const disk = self.disks[handle - 1]!;
  const job = self.jobs[number]!;
  job.awaited = (handle - 1) * BITMAP_SLOTS + slot;
  job.awaitedKey = key;
  return disk.bitmapStatus[slot] !== BITMAP_LOADING && disk.bitmapPins[slot] === 0;
}

/** Takes the place for the bitmap of a new block, all clear and held until the block is there; -1: the request waits. */
export function claimSlot(self: VhdParserState, act: Act, number: number, handle: number, key: number): number {
  const disk = self.disks[handle - 1]!;
  const slot = key % BITMAP_SLOTS;
  if (!awaitSlot(self, number, handle, slot, key)) return -1;
  self.jobs[number]!.awaited = -1;
  disk.bitmapKeys[slot] = key;
  disk.bitmapStatus[slot] = BITMAP_READY;
  disk.bitmapPins[slot] += 1;
  const at = bitmapOffset(slot);
  act.pageForWrite(bitmapPage(disk, slot)).fill(0, at, at + SECTOR);
  return slot;
}

/** Sectors from `inBlock` on that are alike: all there, or none; at most `most`, and none beyond this sector of the bitmap. */
export function runOf(act: Act, disk: OpenDisk, slot: number, inBlock: number, most: number): { readonly there: boolean; readonly sectors: number } {
  const bits = act.page(bitmapPage(disk, slot));
  const at = bitmapOffset(slot);
  const first = inBlock % BITMAP_SECTOR_BITS;
  const limit = Math.min(most, BITMAP_SECTOR_BITS - first);
  const there = bitmapBit(bits, at, first);
  let sectors = 1;
  while (sectors < limit && bitmapBit(bits, at, first + sectors) === there) sectors += 1;
  return { there, sectors };
}

/** Sets the bits of sectors of a block; false when all of them were set before. */
export function setBits(act: Act, disk: OpenDisk, slot: number, inBlock: number, sectors: number): boolean {
  const { there, sectors: alike } = runOf(act, disk, slot, inBlock, sectors);
  if (there && alike === sectors) return false;
  const bits = act.pageForWrite(bitmapPage(disk, slot));
  const first = inBlock % BITMAP_SECTOR_BITS;
  for (let i = 0; i < sectors; i++) setBitmapBit(bits, bitmapOffset(slot), first + i);
  return true;
}

/** Writes the bitmap sector in a place to the file. The place is the sector's until `unpin`. */
export function writeBitmap(act: Act, number: number, disk: OpenDisk, slot: number, fileSector: number): void {
  const span = bitmapMdl(act, disk, slot);
  act.send(ntfs.write, act.find('root/ntfs'), disk.fileId, fileSector, 1, disk.firstPage, span, cookieOf(FOR_BITMAP, number));
}

/** A write of the place has ended; what did not get to the disk is forgotten here too, unless other writes bring it there. */
export function unpin(disk: OpenDisk, slot: number, written: boolean): void {
  disk.bitmapPins[slot] -= 1;
  if (!written && disk.bitmapPins[slot] === 0) {
    disk.bitmapStatus[slot] = 0;
    disk.bitmapKeys[slot] = NO_BITMAP;
  }
}

/** Requests that wait for a place, which wait no more. */
export function waitersOf(self: VhdParserState, handle: number, slot: number): readonly number[] {
  const index = (handle - 1) * BITMAP_SLOTS + slot;
  const out: number[] = [];
  self.jobs.forEach((job, number) => {
    if (job === null || job.awaited !== index) return;
    job.awaited = -1;
    out.push(number);
  });
  return out;
}
