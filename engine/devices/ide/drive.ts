/**
 * The IDE channel with its one drive as pure functions over plain data: the task file, the commands, DRQ blocks, the
 * interrupt line. Follows OVM's `hard_drive.rs`. What the drive wants from outside (sectors) is in `want`; the component
 * in `emulator.ts` fetches it. [IDE-1] to [IDE-12]
 */
import {
  ALTERNATE_STATUS, CONTROL_HOB, CONTROL_NIEN, CONTROL_SRST, DEVICE, ERROR, ERROR_ABRT, ERROR_AMNF, ERROR_BBK, ERROR_IDNF,
  FLUSH_CACHE, IDENTIFY_BYTES, IDENTIFY_DEVICE, ideGeometry, isLbaMode, LBA28_LIMIT, lba28Of, LBA_HIGH, LBA_LOW, LBA_MID,
  READ_SECTORS, READ_SECTORS_EXT, SECTOR_COUNT, sectorCount28, selectedDrive, SET_FEATURES, STATUS, STATUS_BSY, STATUS_DRDY,
  STATUS_DRQ, STATUS_DSC, STATUS_ERR, STATUS_NO_DRIVE,
} from './registers.ts';

export const SECTOR_BYTES = 512;
/** Sectors that fit the page of one read-ahead. */
export const aheadSectors = 8;

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
  /** Command that runs, or 0; its next sector, the sectors not yet offered to the guest, and whether it counts to 48 bits. */
  command: number;
  nextLba: number;
  remaining: number;
  wide: number;
  /** The DRQ block: which buffer, where the next byte lies, how many bytes are left. 0 left: no block. */
  buffer: number;
  at: number;
  left: number;
  /** Sectors in the buffer behind the block. */
  ahead: number;
  /** Sectors the drive wants read from `nextLba` now, and whether a read is under way. */
  want: number;
  reading: number;
}

/** Buffers a DRQ block may lie in. */
export const identifyBuffer = 2;

export function newDrive(): Drive {
  return {
    present: 0, sectors: 0, cylinders: 0, heads: 0, sectorsPerTrack: 0,
    error: ERROR_AMNF, features: 0, device: 0, count: 1, lbaLow: 1, lbaMid: 0, lbaHigh: 0, control: 0,
    errorPending: 0, interruptPending: 0, resetPending: 0,
    command: 0, nextLba: 0, remaining: 0, wide: 0,
    buffer: 0, at: 0, left: 0, ahead: 0, want: 0, reading: 0,
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

/** Reset by SRST, or by selecting the other drive in the middle of a command. A read under way goes on and is forgotten. */
function reset(drive: Drive): void {
  drive.error = ERROR_AMNF;
  drive.features = 0;
  drive.device = 0;
  drive.count = 1;
  drive.lbaLow = 1;
  drive.lbaMid = 0;
  drive.lbaHigh = 0;
  drive.control = 0;
  drive.errorPending = 0;
  drive.interruptPending = 0;
  drive.resetPending = 0;
  endCommand(drive);
}

function endCommand(drive: Drive): void {
  drive.command = 0;
  drive.remaining = 0;
  drive.left = 0;
  drive.ahead = 0;
  drive.want = 0;
}

function selected(drive: Drive): boolean {
  return selectedDrive(drive.device) === 0;
}

/** The status register: BSY without DRQ, DRQ without BSY, or neither; DSC always. A missing drive 1 shows 0. [IDE-3] */
export function status(drive: Drive): number {
  if (!drive.present) return STATUS_NO_DRIVE;
  if (!selected(drive)) return 0;
  const error = drive.errorPending ? STATUS_ERR : 0;
  if (drive.resetPending) return STATUS_BSY | STATUS_DSC | error;
  if (drive.left > 0) return STATUS_DRQ | STATUS_DRDY | STATUS_DSC | error;
  if (drive.command !== 0) return STATUS_BSY | STATUS_DSC | error;
  return STATUS_DRDY | STATUS_DSC | error;
}

/** The channel's interrupt line. nIEN blocks the line, not what is pending. [IDE-5] */
export function line(drive: Drive): number {
  return drive.present && drive.interruptPending && (drive.control & CONTROL_NIEN) === 0 && selected(drive) && !drive.resetPending ? 1 : 0;
}

/** A byte register read. Reading the status clears the interrupt, reading the alternate status does not. [IDE-4] */
export function readRegister(drive: Drive, port: number): number {
  if (!drive.present) return STATUS_NO_DRIVE;
  switch (port) {
    case ERROR:
      return drive.error;
    case SECTOR_COUNT:
      return byteOf(drive, drive.count);
    case LBA_LOW:
      return byteOf(drive, drive.lbaLow);
    case LBA_MID:
      return byteOf(drive, drive.lbaMid);
    case LBA_HIGH:
      return byteOf(drive, drive.lbaHigh);
    case DEVICE:
      return drive.device;
    case STATUS: {
      const value = status(drive);
      drive.interruptPending = 0;
      return value;
    }
    case ALTERNATE_STATUS:
      return status(drive);
    default:
      return 0xff;
  }
}

/** HOB shows the older of the two bytes. [IDE-2] */
function byteOf(drive: Drive, register: number): number {
  return drive.control & CONTROL_HOB ? register >>> 8 : register & 0xff;
}

function shift(register: number, value: number): number {
  return ((register << 8) | value) & 0xffff;
}

/** A byte register write. */
export function writeRegister(drive: Drive, port: number, value: number): void {
  if (!drive.present) return;
  if (port === STATUS) {
    if (selected(drive)) startCommand(drive, value);
    return;
  }
  if (port === ALTERNATE_STATUS) {
    drive.control = value & (CONTROL_NIEN | CONTROL_HOB);
    if (value & CONTROL_SRST) softReset(drive);
    return;
  }
  drive.control &= ~CONTROL_HOB;
  switch (port) {
    case ERROR:
      drive.features = value;
      break;
    case SECTOR_COUNT:
      drive.count = shift(drive.count, value);
      break;
    case LBA_LOW:
      drive.lbaLow = shift(drive.lbaLow, value);
      break;
    case LBA_MID:
      drive.lbaMid = shift(drive.lbaMid, value);
      break;
    case LBA_HIGH:
      drive.lbaHigh = shift(drive.lbaHigh, value);
      break;
    case DEVICE:
      if (selected(drive) && selectedDrive(value) !== 0 && drive.command !== 0) reset(drive);
      drive.device = value;
  }
}

/** SRST shows BSY while the read under way lasts, then resets. [IDE-6] */
function softReset(drive: Drive): void {
  if (drive.command !== 0 && drive.reading) drive.resetPending = 1;
  else reset(drive);
}

/** The command register of the selected drive. A command while another one runs or data wait is ignored. [IDE-7] */
function startCommand(drive: Drive, command: number): void {
  if (drive.command !== 0 || drive.left > 0 || drive.resetPending) return;
  drive.errorPending = 0;
  drive.error = 0;
  switch (command) {
    case IDENTIFY_DEVICE:
      drive.buffer = identifyBuffer;
      drive.at = 0;
      drive.left = IDENTIFY_BYTES;
      drive.interruptPending = 1;
      break;
    case READ_SECTORS:
      startRead(drive, command, false);
      break;
    case READ_SECTORS_EXT:
      startRead(drive, command, true);
      break;
    case FLUSH_CACHE:
    case SET_FEATURES:
      drive.interruptPending = 1;
      break;
    default:
      fail(drive, ERROR_ABRT);
  }
}

/** Every error sets ERR, drops command and data and raises the interrupt. [IDE-8] */
function fail(drive: Drive, error: number): void {
  drive.error = error;
  drive.errorPending = 1;
  drive.interruptPending = 1;
  endCommand(drive);
}

function startRead(drive: Drive, command: number, wide: boolean): void {
  const lba = wide ? lba48(drive) : lba28(drive);
  const count = wide ? drive.count || 0x1_0000 : sectorCount28(drive.count);
  const capacity = wide ? drive.sectors : capacity28(drive);
  if (lba < 0 || lba + count > capacity) {
    fail(drive, ERROR_IDNF);
    return;
  }
  drive.command = command;
  drive.nextLba = lba;
  drive.remaining = count;
  drive.wide = wide ? 1 : 0;
  drive.want = Math.min(count, aheadSectors);
}

/** -1 without the LBA bit: CHS is not allowed for a 48-bit command. */
function lba48(drive: Drive): number {
  if (!isLbaMode(drive.device)) return -1;
  const low = (drive.lbaLow & 0xff) | ((drive.lbaMid & 0xff) << 8) | ((drive.lbaHigh & 0xff) << 16);
  const high = (drive.lbaLow >>> 8) | ((drive.lbaMid >>> 8) << 8) | ((drive.lbaHigh >>> 8) << 16);
  return high * 0x100_0000 + low;
}

/** -1 for sector number 0 in CHS mode. */
function lba28(drive: Drive): number {
  if (isLbaMode(drive.device)) return lba28Of(drive.lbaLow, drive.lbaMid, drive.lbaHigh, drive.device);
  const sector = drive.lbaLow & 0xff;
  if (sector === 0) return -1;
  const cylinder = ((drive.lbaHigh & 0xff) << 8) | (drive.lbaMid & 0xff);
  return (cylinder * drive.heads + (drive.device & 15)) * drive.sectorsPerTrack + sector - 1;
}

function capacity28(drive: Drive): number {
  if (isLbaMode(drive.device)) return Math.min(drive.sectors, LBA28_LIMIT - 1);
  return drive.cylinders * drive.heads * drive.sectorsPerTrack;
}

/** The read of `sectors` into `buffer` has ended. Returns false when nobody waits for it any more. */
export function readEnded(drive: Drive, buffer: number, sectors: number, failed: boolean): boolean {
  drive.reading = 0;
  if (drive.resetPending) {
    reset(drive);
    return false;
  }
  if (drive.command === 0 || drive.want > 0) return false;
  if (failed) {
    fail(drive, ERROR_BBK);
    return true;
  }
  drive.buffer = buffer;
  drive.at = 0;
  drive.ahead = sectors;
  offerSector(drive);
  return true;
}

/** The next sector becomes the DRQ block, with an interrupt of its own. [IDE-9] */
function offerSector(drive: Drive): void {
  drive.left = SECTOR_BYTES;
  drive.ahead--;
  drive.remaining--;
  drive.nextLba++;
  seek(drive, drive.nextLba);
  drive.interruptPending = 1;
  if (drive.remaining === 0) drive.command = 0;
}

/** The LBA registers follow the transfer: they name the sector behind the last good one. */
function seek(drive: Drive, lba: number): void {
  if (drive.wide || isLbaMode(drive.device)) {
    drive.lbaLow = lba & 0xff;
    drive.lbaMid = (lba >>> 8) & 0xff;
    drive.lbaHigh = (lba >>> 16) & 0xff;
    if (drive.wide) drive.lbaLow |= ((lba >>> 24) & 0xff) << 8;
    else drive.device = (drive.device & 0xf0) | ((lba >>> 24) & 15);
    return;
  }
  const track = Math.floor(lba / drive.sectorsPerTrack);
  const cylinder = Math.floor(track / drive.heads);
  drive.lbaLow = (lba % drive.sectorsPerTrack) + 1;
  drive.lbaMid = cylinder & 0xff;
  drive.lbaHigh = (cylinder >>> 8) & 0xff;
  drive.device = (drive.device & 0xf0) | (track % drive.heads);
}

/** Bytes of the DRQ block that an access of `bytes` takes; at most the block, so none without DRQ. [IDE-10] */
export function takeData(drive: Drive, bytes: number): number {
  if (!drive.present || !selected(drive) || drive.resetPending) return 0;
  const taken = Math.min(bytes, drive.left);
  drive.at += taken;
  drive.left -= taken;
  if (taken === 0 || drive.left > 0) return taken;
  if (drive.ahead > 0) offerSector(drive);
  else if (drive.command !== 0) drive.want = Math.min(drive.remaining, aheadSectors);
  return taken;
}
