/**
 * The VHD parser: it turns sectors of a virtual disk into sectors of VHD files. Runs: root kernel. Route of a read: `vhd.read`
 * (Storage VSP) or `vhd.readUser` (IDE emulator) -> bitmap, if not cached -> `ntfs.read` per piece, of the file itself or of a
 * parent -> `vhd.done`. Writing is in `vhdparser-write.ts`, opening in `vhdparser-open.ts`, state in `vhdparser-state.ts`. [VHDP-6..12]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { beGet32 } from '../../wire/bytes.ts';
import { STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { BLOCK_UNUSED } from '../../wire/vhd.ts';
import { zeroThroughMdl } from './mdl.ts';
import { FOR_BITMAP, FOR_OPENING, ntfs, vhd } from './storage-hops.ts';
import { bitmapKey, runOf, slotOf, waitersOf } from './vhdparser-bitmap.ts';
import { close, cookieIndex, cookiePurpose, finish, takeJob, takeUp, transferPiece } from './vhdparser-jobs.ts';
import { openedFile, openRead, parentFound, takeOpen } from './vhdparser-open.ts';
import {
  BITMAP_READY, BITMAP_SECTOR_BITS, BITMAP_SLOTS, createParser, diskKinds, diskOf, SECTOR, type VhdParserConfig, type VhdParserState,
} from './vhdparser-state.ts';
import { extended, writeOn, written } from './vhdparser-write.ts';

function take(self: VhdParserState, hop: HopView, act: Act, user: boolean, write: boolean): void {
  const number = takeJob(self, hop, act, user, write);
  if (number >= 0) goOn(self, act, number);
}

function goOn(self: VhdParserState, act: Act, number: number): void {
  if (self.jobs[number]!.write) writeOn(self, act, number);
  else readOn(self, act, number);
}

/** Takes the next piece of a read: what lies together in one file of the chain, or is zero together. [VHDP-7] [VHDP-9] [VHDP-18] */
function readOn(self: VhdParserState, act: Act, number: number): void {
  const job = takeUp(self, act, number);
  if (job.done === job.sectors) {
    finish(self, act, number, STATUS_SUCCESS);
    return;
  }
  for (;;) {
    const disk = diskOf(self, job.at)!;
    const sector = job.lba + job.done;
    const most = Math.min(job.most, disk.sectors - sector);
    if (most <= 0) return zeroPiece(self, act, number, job.most);
    if (disk.blockSectors === 0) return readPiece(self, act, number, sector, most);
    const block = Math.floor(sector / disk.blockSectors);
    const inBlock = sector % disk.blockSectors;
    job.most = Math.min(most, disk.blockSectors - inBlock);
    const entry = beGet32(act.page(disk.batPage + Math.floor(block / 1024)), (block % 1024) * 4);
    if (entry !== BLOCK_UNUSED) {
      const slot = slotOf(self, act, number, job.at, bitmapKey(disk, block, inBlock), entry + Math.floor(inBlock / BITMAP_SECTOR_BITS));
      if (slot < 0) return;
      const { there, sectors } = runOf(act, disk, slot, inBlock, job.most);
      if (there) return readPiece(self, act, number, entry + disk.bitmapSectors + inBlock, sectors);
      job.most = sectors;
    }
    if (disk.parent === 0) return zeroPiece(self, act, number, job.most);
    job.at = disk.parent;
  }
}

function readPiece(self: VhdParserState, act: Act, number: number, fileSector: number, sectors: number): void {
  const disk = diskOf(self, self.jobs[number]!.at)!;
  if (!transferPiece(self, act, number, disk, fileSector, sectors)) finish(self, act, number, STATUS_INVALID_PARAMETER);
}

function zeroPiece(self: VhdParserState, act: Act, number: number, sectors: number): void {
  self.jobs[number]!.piece = sectors;
  act.send(vhd.zero, act.self, number, sectors, sectors * SECTOR);
}

/** A piece has been read: the next one is looked for from the disk itself on. */
function endPiece(self: VhdParserState, act: Act, number: number): void {
  const job = self.jobs[number]!;
  job.done += job.piece;
  job.at = job.handle;
  job.most = job.sectors - job.done;
  readOn(self, act, number);
}

function zero(self: VhdParserState, hop: HopView, act: Act): void {
  const job = self.jobs[hop.a0]!;
  zeroThroughMdl(act, job.mdlPage, job.mdlSpan, job.done * SECTOR, hop.a2);
  self.zeroed += hop.a1;
  endPiece(self, act, hop.a0);
}

function bitmapRead(self: VhdParserState, act: Act, index: number, status: number): void {
  const handle = Math.floor(index / BITMAP_SLOTS) + 1;
  const disk = diskOf(self, handle);
  act.assert(disk !== null, 'A disk is closed only when nothing is under way for it.');
  const slot = index % BITMAP_SLOTS;
  const key = disk.bitmapKeys[slot];
  disk.bitmapStatus[slot] = status === STATUS_SUCCESS ? BITMAP_READY : 0;
  for (const number of waitersOf(self, handle, slot)) {
    if (self.jobs[number] === null) continue;
    if (status === STATUS_SUCCESS || self.jobs[number]!.awaitedKey !== key) goOn(self, act, number);
    else finish(self, act, number, status);
  }
}

/** A file access has ended. */
function fileDone(self: VhdParserState, hop: HopView, act: Act): void {
  const index = cookieIndex(hop.a0);
  const purpose = cookiePurpose(hop.a0);
  if (purpose === FOR_OPENING) openRead(self, act, hop.a1);
  else if (hop.a2 === 1) written(self, act, index, hop.a1, goOn);
  else if (purpose === FOR_BITMAP) bitmapRead(self, act, index, hop.a1);
  else {
    takeUp(self, act, index);
    if (hop.a1 === STATUS_SUCCESS) endPiece(self, act, index);
    else finish(self, act, index, hop.a1);
  }
}

export const vhdparser = component<VhdParserState>({
  name: 'vhdparser',
  title: 'VHD parser',
  about: 'It knows the VHD format: which sector of which file holds a sector of the virtual disk, which were never written, and how a file grows.',
  place: 'root-kernel',
  sources: ['VHDSPEC Implementing a Dynamic Disk', 'management 1.1'],
  initial: (config: VhdParserConfig) => createParser(config),
  on: {
    [vhd.open.name]: (self, hop, act) => takeOpen(self, hop, act, false),
    [vhd.openUser.name]: (self, hop, act) => takeOpen(self, hop, act, true),
    [vhd.read.name]: (self, hop, act) => take(self, hop, act, false, false),
    [vhd.readUser.name]: (self, hop, act) => take(self, hop, act, true, false),
    [vhd.write.name]: (self, hop, act) => take(self, hop, act, false, true),
    [vhd.writeUser.name]: (self, hop, act) => take(self, hop, act, true, true),
    [vhd.close.name]: (self, hop, act) => close(self, hop, act, false),
    [vhd.closeUser.name]: (self, hop, act) => close(self, hop, act, true),
    [vhd.zero.name]: zero,
    [ntfs.opened.name]: openedFile,
    [ntfs.parentFound.name]: parentFound,
    [ntfs.extended.name]: (self, hop, act) => extended(self, act, cookieIndex(hop.a0), hop.a1, hop.a2, goOn),
    [ntfs.done.name]: fileDone,
  },
  view: (self) => ({
    disks: self.disks.map((d, i) => d && {
      handle: i + 1, fileId: d.fileId, kind: diskKinds[d.kind], sectors: d.sectors, fileSectors: d.fileSectors, blockSectors: d.blockSectors,
      parent: d.parent, readOnly: d.readOnly || d.children > 0, notice: d.notice,
    }),
    reads: self.reads,
    writes: self.writes,
    bitmapReads: self.bitmapReads,
    zeroed: self.zeroed,
    grown: self.grown,
    opening: self.opens.length,
    underWay: self.jobs.filter((j) => j !== null).length,
  }),
});
