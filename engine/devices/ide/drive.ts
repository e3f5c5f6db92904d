/**
 * The IDE channel with its one drive as pure functions over plain data: the task file and the interrupt line; commands are in
 * `drive-commands.ts`, data in `drive-data.ts`. Follows OVM's `hard_drive.rs`. What the drive wants from outside (sectors read or
 * written) is in `want` and `store`; the component in `emulator.ts` sees to it. [IDE-1] to [IDE-16]
 */
import { startCommand } from './drive-commands.ts';
import { wantsDma } from './drive-data.ts';
import { reset, selected, type Drive } from './drive-state.ts';
import {
  ALTERNATE_STATUS, CONTROL_HOB, CONTROL_NIEN, CONTROL_SRST, DEVICE, ERROR, LBA_HIGH, LBA_LOW, LBA_MID, SECTOR_COUNT, selectedDrive, STATUS,
  STATUS_BSY, STATUS_DRDY, STATUS_DRQ, STATUS_DSC, STATUS_ERR, STATUS_NO_DRIVE,
} from './registers.ts';

export { dmaEnded, dropDma, putData, readEnded, takeData, transferBegins, wantsDma, writeEnded } from './drive-data.ts';
export { identifyBuffer, insertDisk, newDrive, SECTOR_BYTES, WRITE, type Drive } from './drive-state.ts';

/** The status register: BSY without DRQ, DRQ without BSY (data wait, or a DMA command for its bus master), or neither; DSC always. A missing drive 1 shows 0. [IDE-3] */
export function status(drive: Drive): number {
  if (!drive.present) return STATUS_NO_DRIVE;
  if (!selected(drive)) return 0;
  const error = drive.errorPending ? STATUS_ERR : 0;
  if (drive.resetPending) return STATUS_BSY | STATUS_DSC | error;
  if (drive.left > 0 || wantsDma(drive)) return STATUS_DRQ | STATUS_DRDY | STATUS_DSC | error;
  if (drive.command !== 0) return STATUS_BSY | STATUS_DSC | error;
  return STATUS_DRDY | STATUS_DSC | error;
}

/** The channel's interrupt line. nIEN blocks the line, not what is pending. [IDE-5] */
export function line(drive: Drive): number {
  return drive.present && drive.interruptPending && (drive.control & CONTROL_NIEN) === 0 && selected(drive) && !drive.resetPending ? 1 : 0;
}

/** Why the line is low, as `pic.line` says it: 0 nothing is pending, it has been answered; 1 forbidden; 2 reset, or not selected. */
export function whyLow(drive: Drive): number {
  if (!drive.interruptPending && !drive.resetPending) return 0;
  return (drive.control & CONTROL_NIEN) !== 0 && !drive.resetPending ? 1 : 2;
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
    startCommand(drive, value, selected(drive));
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

/** SRST shows BSY while the transfer under way lasts, then resets. [IDE-6] */
function softReset(drive: Drive): void {
  if (drive.command !== 0 && drive.reading) drive.resetPending = 1;
  else reset(drive);
}
