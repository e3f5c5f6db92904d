/** The commands of the emulated drive: what each of them begins. Follows OVM's `hard_drive.rs`. [IDE-7] [IDE-8] [IDE-13] [IDE-15] */
import { addressed, capacity, seek } from './drive-address.ts';
import { offerWriteBlock, wantSectors } from './drive-data.ts';
import { endCommand, fail, identifyBuffer, READ, resetSignature, VERIFY, WRITE, type Drive } from './drive-state.ts';
import {
  CHECK_POWER_MODE, ERROR_ABRT, ERROR_IDNF, EXECUTE_DEVICE_DIAGNOSTIC, FLUSH_CACHE, FLUSH_CACHE_EXT, FORMAT_TRACK, IDENTIFY_BYTES, IDENTIFY_DEVICE, IDLE,
  INITIALIZE_DEVICE_PARAMETERS, MULTIPLE_MAX, RECALIBRATE_FIRST, RECALIBRATE_LAST, sectorCount28, SEEK_FIRST, SEEK_LAST, SET_FEATURES,
  SET_MULTIPLE_MODE, SLEEP, STANDBY_IMMEDIATE, WRITE_SECTORS_EXT,
} from './registers.ts';

/** How a command moves data: the way, and flags. */
const ONE = 4;
const WIDE = 8;
const DMA = 16;
/** A DRQ block of as many sectors as SET MULTIPLE MODE said. */
const MULTIPLE = 32;

/** By command code. READ LONG and WRITE LONG move one plain sector, as the open drive has it; FUA changes nothing, because nothing is cached. */
const transfers: Readonly<Record<number, number>> = {
  0x20: READ, 0x21: READ, 0x22: READ | ONE, 0x23: READ | ONE, 0x24: READ | WIDE, 0x25: READ | WIDE | DMA, 0x29: READ | WIDE | MULTIPLE, 0xc8: READ | DMA, 0xc9: READ | DMA,
  0x30: WRITE, 0x31: WRITE, 0x32: WRITE | ONE, 0x33: WRITE | ONE, 0x34: WRITE | WIDE, 0x35: WRITE | WIDE | DMA, 0x39: WRITE | WIDE | MULTIPLE,
  0x3d: WRITE | WIDE | DMA, 0xca: WRITE | DMA, 0xcb: WRITE | DMA, 0xce: WRITE | WIDE | MULTIPLE,
  0x40: VERIFY | MULTIPLE, 0x41: VERIFY | MULTIPLE, 0x42: VERIFY | WIDE | MULTIPLE,
};

/** The command register. A command while another one runs or data wait is ignored; the diagnostic goes to both drives. [IDE-7] */
export function startCommand(drive: Drive, command: number, selected: boolean): void {
  if (!selected && command !== EXECUTE_DEVICE_DIAGNOSTIC) return;
  if (drive.command !== 0 || drive.left > 0 || drive.resetPending) return;
  drive.errorPending = 0;
  drive.error = 0;
  const how = transfers[command];
  if (how !== undefined) startTransfer(drive, command, how);
  else if (!runAtOnce(drive, command)) fail(drive, ERROR_ABRT);
}

/** Commands that end at once, with an interrupt; false when there is no such command. [IDE-13] */
function runAtOnce(drive: Drive, command: number): boolean {
  if (command === EXECUTE_DEVICE_DIAGNOSTIC) {
    resetSignature(drive);
    return true;
  }
  switch (command) {
    case IDENTIFY_DEVICE:
      drive.buffer = identifyBuffer;
      drive.at = 0;
      drive.left = IDENTIFY_BYTES;
      drive.way = READ;
      break;
    case SET_MULTIPLE_MODE: {
      const sectors = drive.count & 0xff;
      drive.multiple = sectors === 0 || sectors > MULTIPLE_MAX ? MULTIPLE_MAX : sectors;
      break;
    }
    case CHECK_POWER_MODE:
      drive.count = 0xff;
      break;
    case FLUSH_CACHE:
    case FLUSH_CACHE_EXT:
    case SET_FEATURES:
    case INITIALIZE_DEVICE_PARAMETERS:
    case FORMAT_TRACK:
    case SLEEP:
      break;
    default:
      if (command >= RECALIBRATE_FIRST && command <= RECALIBRATE_LAST) {
        drive.wide = 0;
        seek(drive, 0);
      } else if ((command < SEEK_FIRST || command > SEEK_LAST) && (command < STANDBY_IMMEDIATE || command > IDLE)) return false;
  }
  drive.interruptPending = 1;
  return true;
}

function startTransfer(drive: Drive, command: number, how: number): void {
  const wide = (how & WIDE) !== 0;
  // The open drive takes eight bits of the count of WRITE SECTORS EXT, although the command has sixteen.
  const sixteen = command === WRITE_SECTORS_EXT ? drive.count & 0xff : drive.count;
  const count = how & ONE ? 1 : wide ? sixteen || 0x1_0000 : sectorCount28(drive.count);
  const lba = addressed(drive, wide);
  if (lba < 0 || lba + count > capacity(drive, wide)) {
    fail(drive, ERROR_IDNF);
    return;
  }
  endCommand(drive);
  drive.command = command;
  drive.way = how & 3;
  drive.dma = how & DMA ? 1 : 0;
  drive.nextLba = lba;
  drive.remaining = count;
  drive.wide = wide ? 1 : 0;
  drive.block = how & MULTIPLE ? drive.multiple : 1;
  if (drive.dma) return;
  if (drive.way === WRITE) offerWriteBlock(drive);
  else wantSectors(drive);
}
