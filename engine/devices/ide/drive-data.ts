/**
 * The data of a command of the emulated drive: DRQ blocks that the guest empties or fills through the data register, and what the
 * drive wants moved between its buffer, or the guest's memory, and the VHD. Follows OVM's `hard_drive.rs`. [IDE-9] [IDE-10] [IDE-12] [IDE-15] [IDE-16]
 */
import { seek } from './drive-address.ts';
import { aheadSectors, endCommand, fail, READ, reset, SECTOR_BYTES, selected, VERIFY, WRITE, type Drive } from './drive-state.ts';
import { ERROR_BBK } from './registers.ts';

/** Sectors of the next read: a page of them when the guest gets one at a time, else a DRQ block. [IDE-12] */
export function wantSectors(drive: Drive): void {
  drive.want = Math.min(drive.remaining, drive.block === 1 && drive.way === READ ? aheadSectors : drive.block);
}

/** The next DRQ block for the guest to fill. The first one comes without an interrupt. [IDE-15] */
export function offerWriteBlock(drive: Drive): void {
  drive.buffer = 0;
  drive.at = 0;
  drive.left = Math.min(drive.block, drive.remaining) * SECTOR_BYTES;
}

/** A transfer of `want` or `store` sectors begins. */
export function transferBegins(drive: Drive): number {
  const sectors = drive.want + drive.store;
  drive.want = 0;
  drive.store = 0;
  drive.reading = 1;
  drive.readingEpoch = drive.epoch;
  return sectors;
}

/** The end of a transfer under way: whether its command still waits for it. [IDE-6] */
function awaited(drive: Drive): boolean {
  drive.reading = 0;
  if (drive.resetPending) {
    reset(drive);
    return false;
  }
  return drive.command !== 0 && drive.readingEpoch === drive.epoch;
}

/** The read of `sectors` into `buffer` has ended. Returns false when nobody waits for it any more. */
export function readEnded(drive: Drive, buffer: number, sectors: number, failed: boolean): boolean {
  if (!awaited(drive)) return false;
  if (failed) fail(drive, ERROR_BBK);
  else if (drive.way === VERIFY) verified(drive, sectors);
  else {
    drive.buffer = buffer;
    drive.at = 0;
    drive.ahead = sectors;
    offerReadBlock(drive);
  }
  return true;
}

/** The write of a DRQ block has ended: an interrupt, and the next block if there is one. [IDE-15] */
export function writeEnded(drive: Drive, sectors: number, failed: boolean): boolean {
  if (!awaited(drive)) return false;
  if (failed) fail(drive, ERROR_BBK);
  else {
    moved(drive, sectors);
    drive.interruptPending = 1;
    if (drive.remaining === 0) endCommand(drive);
    else offerWriteBlock(drive);
  }
  return true;
}

/**
 * Sectors have gone by DMA. `exhausted`: the table of regions ended before the command did, which ends the command too. One
 * interrupt at the end of the command. [IDE-16] [BM-7]
 */
export function dmaEnded(drive: Drive, sectors: number, failed: boolean, exhausted: boolean): boolean {
  if (!awaited(drive)) return false;
  if (failed) fail(drive, ERROR_BBK);
  else {
    moved(drive, sectors);
    if (drive.remaining === 0 || exhausted) {
      endCommand(drive);
      drive.interruptPending = 1;
    }
  }
  return true;
}

function moved(drive: Drive, sectors: number): void {
  drive.remaining -= sectors;
  drive.nextLba += sectors;
  seek(drive, drive.nextLba);
}

function verified(drive: Drive, sectors: number): void {
  moved(drive, sectors);
  drive.interruptPending = 1;
  if (drive.remaining === 0) endCommand(drive);
  else wantSectors(drive);
}

/** The next sectors become the DRQ block, with an interrupt of its own: one, or as many as a MULTIPLE command gives at once. [IDE-9] */
function offerReadBlock(drive: Drive): void {
  const sectors = Math.min(drive.block, drive.ahead);
  drive.left = sectors * SECTOR_BYTES;
  drive.ahead -= sectors;
  moved(drive, sectors);
  drive.interruptPending = 1;
  // The last block stays to be fetched when the command is over.
  if (drive.remaining === 0) drive.command = 0;
}

/** Bytes of the DRQ block that a read of `bytes` takes; at most the block, so none without DRQ. [IDE-10] */
export function takeData(drive: Drive, bytes: number): number {
  if (drive.way === WRITE) return 0;
  const taken = pass(drive, bytes);
  if (taken === 0 || drive.left > 0) return taken;
  if (drive.ahead > 0) offerReadBlock(drive);
  else if (drive.command !== 0) wantSectors(drive);
  return taken;
}

/** Bytes of the DRQ block that a write of `bytes` fills; at most the block, so none without DRQ. A full block is to be stored. [IDE-15] */
export function putData(drive: Drive, bytes: number): number {
  if (drive.way !== WRITE) return 0;
  const taken = pass(drive, bytes);
  if (taken > 0 && drive.left === 0) drive.store = drive.at / SECTOR_BYTES;
  return taken;
}

function pass(drive: Drive, bytes: number): number {
  if (!drive.present || !selected(drive) || drive.resetPending) return 0;
  const taken = Math.min(bytes, drive.left);
  drive.at += taken;
  drive.left -= taken;
  return taken;
}

/** Whether a DMA command waits for the bus master: it shows DRQ then. */
export function wantsDma(drive: Drive): boolean {
  return drive.dma === 1 && drive.command !== 0 && drive.reading === 0 && !drive.resetPending;
}

/** The bus master cannot reach its table or the memory: the command is dropped, without an interrupt. [BM-6] */
export function dropDma(drive: Drive): void {
  endCommand(drive);
}
