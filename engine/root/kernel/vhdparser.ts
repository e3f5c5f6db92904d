/**
 * The VHD parser: it turns sectors of a virtual disk into sectors of the VHD file. Runs: root kernel. Route of a read:
 * `vhd.read` (Storage VSP) or `vhd.readUser` (IDE emulator) -> bitmap, if not cached -> `ntfs.read` per piece -> `vhd.done`.
 * Opening is in `vhdparser-open.ts`, state in `vhdparser-state.ts`. [VHDP-6..12]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { beGet32 } from '../../wire/bytes.ts';
import { mdlLength } from '../../wire/mdl.ts';
import { STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_MEDIA_WRITE_PROTECTED, STATUS_NONEXISTENT_SECTOR, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { bitmapBit, BLOCK_UNUSED } from '../../wire/vhd.ts';
import { keepJob } from './job-table.ts';
import { mdlSlotPage, sliceIntoSlot, zeroThroughMdl } from './mdl.ts';
import { ntfs, vhd } from './storage-hops.ts';
import { openedFile, openRead, takeOpen } from './vhdparser-open.ts';
import {
  BITMAP_LOADING, BITMAP_READY, BITMAP_SECTOR_BITS, BITMAP_SLOTS, bitmapMdl, bitmapOffset, bitmapPage, COOKIE_BITMAP, COOKIE_DATA, cookieIndex, cookieKind,
  cookieOf, createParser, JOBS, NO_BITMAP, SECTOR, type OpenDisk, type ReadJob, type VhdParserConfig, type VhdParserState,
} from './vhdparser-state.ts';

function diskOf(self: VhdParserState, handle: number): OpenDisk | null {
  return self.disks[handle - 1] ?? null;
}

/** Why a read cannot be done, or STATUS_SUCCESS. [VHDP-11] */
function check(disk: OpenDisk | null, hop: HopView, act: Act): number {
  if (disk === null) return STATUS_INVALID_HANDLE;
  if (hop.a2 === 0 || mdlLength(act.page(hop.a3), hop.a4) !== hop.a2 * SECTOR) return STATUS_INVALID_PARAMETER;
  return hop.a1 + hop.a2 > disk.sectors ? STATUS_NONEXISTENT_SECTOR : STATUS_SUCCESS;
}

function read(self: VhdParserState, hop: HopView, act: Act, user: boolean): void {
  const job: ReadJob = {
    peer: hop.from, user, cookie: hop.a5, request: hop.request, behalf: act.behalf, handle: hop.a0, lba: hop.a1, sectors: hop.a2,
    mdlPage: hop.a3, mdlSpan: hop.a4, done: 0, piece: 0, awaited: -1, awaitedKey: NO_BITMAP,
  };
  const status = check(diskOf(self, hop.a0), hop, act);
  if (status !== STATUS_SUCCESS) {
    answer(act, job, status);
    return;
  }
  const number = keepJob(self.jobs, job, JOBS);
  if (number < 0) answer(act, job, STATUS_INSUFFICIENT_RESOURCES);
  else goOn(self, act, number);
}

function answer(act: Act, job: ReadJob, status: number): void {
  act.send(job.user ? vhd.doneUser : vhd.done, job.peer, job.cookie, status, status === STATUS_SUCCESS ? job.done * SECTOR : 0);
}

function finish(self: VhdParserState, act: Act, number: number, status: number): void {
  const job = self.jobs[number]!;
  self.jobs[number] = null;
  if (status === STATUS_SUCCESS) self.reads += 1;
  answer(act, job, status);
}

/** Takes the next piece of a read: what lies together in the file, or is zero together. [VHDP-7] [VHDP-9] */
function goOn(self: VhdParserState, act: Act, number: number): void {
  const job = self.jobs[number]!;
  const disk = diskOf(self, job.handle)!;
  act.request = job.request;
  act.behalf = job.behalf;
  if (job.done === job.sectors) {
    finish(self, act, number, STATUS_SUCCESS);
    return;
  }
  const left = job.sectors - job.done;
  const sector = job.lba + job.done;
  if (disk.blockSectors === 0) {
    readPiece(self, act, number, sector, left);
    return;
  }
  const block = Math.floor(sector / disk.blockSectors);
  const inBlock = sector % disk.blockSectors;
  const most = Math.min(left, disk.blockSectors - inBlock);
  const entry = beGet32(act.page(disk.batPage + Math.floor(block / 1024)), (block % 1024) * 4);
  if (entry === BLOCK_UNUSED) zeroPiece(self, act, number, most);
  else inAllocatedBlock(self, act, number, disk, block, inBlock, entry, most);
}

/** Looks the sectors up in the block's bitmap; reads that sector of the bitmap first if it is not cached. [VHDP-8] */
function inAllocatedBlock(
  self: VhdParserState, act: Act, number: number, disk: OpenDisk, block: number, inBlock: number, entry: number, most: number,
): void {
  const bitmapSector = Math.floor(inBlock / BITMAP_SECTOR_BITS);
  const key = block * disk.bitmapSectors + bitmapSector;
  const slot = key % BITMAP_SLOTS;
  if (disk.bitmapKeys[slot] !== key || disk.bitmapStatus[slot] !== BITMAP_READY) {
    awaitBitmap(self, act, number, disk, slot, key, entry + bitmapSector);
    return;
  }
  const bits = act.page(bitmapPage(disk, slot));
  const at = bitmapOffset(slot);
  const first = inBlock % BITMAP_SECTOR_BITS;
  const limit = Math.min(most, BITMAP_SECTOR_BITS - first);
  const there = bitmapBit(bits, at, first);
  let run = 1;
  while (run < limit && bitmapBit(bits, at, first + run) === there) run += 1;
  if (there) readPiece(self, act, number, entry + disk.bitmapSectors + inBlock, run);
  else zeroPiece(self, act, number, run);
}

function awaitBitmap(self: VhdParserState, act: Act, number: number, disk: OpenDisk, slot: number, key: number, fileSector: number): void {
  const job = self.jobs[number]!;
  job.awaited = (job.handle - 1) * BITMAP_SLOTS + slot;
  job.awaitedKey = key;
  if (disk.bitmapStatus[slot] === BITMAP_LOADING) return;
  disk.bitmapStatus[slot] = BITMAP_LOADING;
  disk.bitmapKeys[slot] = key;
  self.bitmapReads += 1;
  const span = bitmapMdl(act, disk, slot);
  act.send(ntfs.read, act.find('root/ntfs'), disk.fileId, fileSector, 1, disk.firstPage, span, cookieOf(COOKIE_BITMAP, job.awaited));
}

function bitmapRead(self: VhdParserState, act: Act, index: number, status: number): void {
  const disk = self.disks[Math.floor(index / BITMAP_SLOTS)];
  const slot = index % BITMAP_SLOTS;
  const key = disk.bitmapKeys[slot];
  disk.bitmapStatus[slot] = status === STATUS_SUCCESS ? BITMAP_READY : 0;
  for (let number = 0; number < self.jobs.length; number++) {
    const job = self.jobs[number];
    if (job === null || job.awaited !== index) continue;
    job.awaited = -1;
    act.request = job.request;
    act.behalf = job.behalf;
    if (status === STATUS_SUCCESS || job.awaitedKey !== key) goOn(self, act, number);
    else finish(self, act, number, status);
  }
}

/** Reads `sectors` of the file into the next bytes of the transfer; a whole read keeps the caller's MDL. */
function readPiece(self: VhdParserState, act: Act, number: number, fileSector: number, sectors: number): void {
  const job = self.jobs[number]!;
  const disk = diskOf(self, job.handle)!;
  let page = job.mdlPage;
  let span = job.mdlSpan;
  if (sectors < job.sectors) {
    page = mdlSlotPage(self.pages, number);
    span = sliceIntoSlot(act, job.mdlPage, job.mdlSpan, job.done * SECTOR, sectors * SECTOR, self.pages, number);
    if (span === 0) {
      finish(self, act, number, STATUS_INVALID_PARAMETER);
      return;
    }
  }
  job.piece = sectors;
  act.send(ntfs.read, act.find('root/ntfs'), disk.fileId, fileSector, sectors, page, span, cookieOf(COOKIE_DATA, number));
}

function zeroPiece(self: VhdParserState, act: Act, number: number, sectors: number): void {
  self.jobs[number]!.piece = sectors;
  act.send(vhd.zero, act.self, number, sectors, sectors * SECTOR);
}

function zero(self: VhdParserState, hop: HopView, act: Act): void {
  const job = self.jobs[hop.a0]!;
  zeroThroughMdl(act, job.mdlPage, job.mdlSpan, job.done * SECTOR, hop.a2);
  self.zeroed += hop.a1;
  job.done += job.piece;
  goOn(self, act, hop.a0);
}

function fileRead(self: VhdParserState, hop: HopView, act: Act): void {
  const index = cookieIndex(hop.a0);
  switch (cookieKind(hop.a0)) {
    case COOKIE_DATA: {
      const job = self.jobs[index]!;
      act.request = job.request;
      act.behalf = job.behalf;
      if (hop.a1 !== STATUS_SUCCESS) {
        finish(self, act, index, hop.a1);
        return;
      }
      job.done += job.piece;
      goOn(self, act, index);
      return;
    }
    case COOKIE_BITMAP:
      bitmapRead(self, act, index, hop.a1);
      return;
    default:
      openRead(self, act, hop.a1);
  }
}

export const vhdparser = component<VhdParserState>({
  name: 'vhdparser',
  title: 'VHD parser',
  about: 'It knows the VHD format: which sector of the file holds a sector of the virtual disk, and which were never written.',
  place: 'root-kernel',
  sources: ['VHDSPEC Implementing a Dynamic Disk', 'management 1.1'],
  initial: (config: VhdParserConfig) => createParser(config),
  on: {
    [vhd.open.name]: (self, hop, act) => takeOpen(self, hop, act, false),
    [vhd.openUser.name]: (self, hop, act) => takeOpen(self, hop, act, true),
    [vhd.read.name]: (self, hop, act) => read(self, hop, act, false),
    [vhd.readUser.name]: (self, hop, act) => read(self, hop, act, true),
    [vhd.write.name]: (_self, hop, act) => act.send(vhd.done, hop.from, hop.a5, STATUS_MEDIA_WRITE_PROTECTED, 0, 1),
    [vhd.writeUser.name]: (_self, hop, act) => act.send(vhd.doneUser, hop.from, hop.a5, STATUS_MEDIA_WRITE_PROTECTED, 0, 1),
    [vhd.zero.name]: zero,
    [ntfs.opened.name]: openedFile,
    [ntfs.done.name]: fileRead,
  },
  view: (self) => ({
    disks: self.disks.map((d, i) => ({ handle: i + 1, fileId: d.fileId, kind: d.blockSectors === 0 ? 'fixed' : 'dynamic', sectors: d.sectors, blockSectors: d.blockSectors })),
    reads: self.reads,
    bitmapReads: self.bitmapReads,
    zeroed: self.zeroed,
    opening: self.opens.length,
    underWay: self.jobs.filter((j) => j !== null).length,
  }),
});
