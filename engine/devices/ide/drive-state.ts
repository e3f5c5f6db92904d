/** What the emulated drive remembers, and the ways in which a command ends. See `drive.ts`. [IDE-6] [IDE-8] */
import { DIAGNOSTIC_PASSED, ideGeometry, MULTIPLE_MAX, selectedDrive } from './registers.ts';

export const SECTOR_BYTES = 512;
/** Sectors read ahead of the guest when it is given one at a time: a page. */
export const aheadSectors = 8;

/** Which way the data of a command go. */
export const READ = 1;
export const WRITE = 2;
/** Read and given to nobody. */
export const VERIFY = 3;

export interface Drive {
  [key: string]: number;
  /** 0: the channel has no drive. */
  present: number;
  sectors: number;
  cylinders: number;
  heads: number;
  sectorsPerTrack: number;
  // The task file. Count and LBA registers hold the last two bytes written.
  error: number;
  features: number;
  device: number;
  count: number;
  lbaLow: number;
  lbaMid: number;
  lbaHigh: number;
  control: number;
  errorPending: number;
  interruptPending: number;
  resetPending: number;
  /** Sectors of a DRQ block of the MULTIPLE commands. */
  multiple: number;
  /** Command that runs, or 0; READ, WRITE or VERIFY; by DMA; its next sector, the sectors not yet offered or taken; 48 bits; sectors of its DRQ block. */
  command: number;
  way: number;
  dma: number;
  nextLba: number;
  remaining: number;
  wide: number;
  block: number;
  /** The DRQ block: which buffer, where the next byte lies, how many bytes are left. 0 left: no block. */
  buffer: number;
  at: number;
  left: number;
  /** Sectors in the buffer behind the block. */
  ahead: number;
  /** Sectors the drive wants read from `nextLba` now, or written there; and whether such a transfer is under way. */
  want: number;
  store: number;
  reading: number;
  /** Counts commands and resets, and what it was when the transfer under way began: the end of one that nobody waits for is forgotten. */
  epoch: number;
  readingEpoch: number;
}

/** The buffer in which IDENTIFY data lie; buffers 0 and 1 are pages of sectors. */
export const identifyBuffer = 31;

export function newDrive(): Drive {
  return {
    present: 0, sectors: 0, cylinders: 0, heads: 0, sectorsPerTrack: 0,
    error: DIAGNOSTIC_PASSED, features: 0, device: 0, count: 1, lbaLow: 1, lbaMid: 0, lbaHigh: 0, control: 0,
    errorPending: 0, interruptPending: 0, resetPending: 0, multiple: MULTIPLE_MAX,
    command: 0, way: 0, dma: 0, nextLba: 0, remaining: 0, wide: 0, block: 1,
    buffer: 0, at: 0, left: 0, ahead: 0, want: 0, store: 0, reading: 0, epoch: 0, readingEpoch: 0,
  };
}

export function insertDisk(drive: Drive, sectors: number): void {
  const geometry = ideGeometry(sectors);
  drive.present = 1;
  drive.sectors = sectors;
  drive.cylinders = geometry.cylinders;
  drive.heads = geometry.heads;
  drive.sectorsPerTrack = geometry.sectorsPerTrack;
}

export function selected(drive: Drive): boolean {
  return selectedDrive(drive.device) === 0;
}

/** The signature of an ATA drive in its registers. */
export function resetSignature(drive: Drive): void {
  drive.error = DIAGNOSTIC_PASSED;
  drive.device = 0;
  drive.count = 1;
  drive.lbaLow = 1;
  drive.lbaMid = 0;
  drive.lbaHigh = 0;
}

/** Reset by SRST, or by selecting the other drive in the middle of a command. A transfer under way goes on and is forgotten. */
export function reset(drive: Drive): void {
  resetSignature(drive);
  drive.features = 0;
  drive.control = 0;
  drive.errorPending = 0;
  drive.interruptPending = 0;
  drive.resetPending = 0;
  drive.multiple = MULTIPLE_MAX;
  endCommand(drive);
}

/** The command is over, however it ended; its data are dropped. */
export function endCommand(drive: Drive): void {
  drive.command = 0;
  drive.way = 0;
  drive.dma = 0;
  drive.remaining = 0;
  drive.left = 0;
  drive.ahead = 0;
  drive.want = 0;
  drive.store = 0;
  drive.epoch = (drive.epoch + 1) & 0xffff;
}

/** Every error sets ERR, drops command and data and raises the interrupt. [IDE-8] */
export function fail(drive: Drive, error: number): void {
  drive.error = error;
  drive.errorPending = 1;
  drive.interruptPending = 1;
  endCommand(drive);
}
