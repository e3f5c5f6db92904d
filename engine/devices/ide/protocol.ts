/**
 * What a port access of the legacy path says, in words, for captions and inspectors: the register by name and the meaning
 * of the value. Task file and 8259 pair together, because a guest's ATA driver uses both.
 */
import { hexNumber } from '../../wire/bytes.ts';
import { isPicPort, picPortName, picWriteMeaning } from '../pic/registers.ts';
import { BM_STATUS, BM_TABLE, busMasterPortName, busMasterStatusText, busMasterWriteMeaning, isBusMasterPort } from './bus-master-registers.ts';
import {
  ALTERNATE_STATUS, commandName, CONTROL_HOB, CONTROL_NIEN, CONTROL_SRST, DEVICE, DIAGNOSTIC_PASSED, ERROR, errorRegisterText, ideChannel, idePortName, primaryPort,
  SECTOR_COUNT, sectorCount28, selectedDrive, STATUS, STATUS_NO_DRIVE, statusText,
} from './registers.ts';

/** 'Status register 0x1F7', 'command port of the primary 8259'. */
export function portName(port: number, write: boolean): string {
  if (isBusMasterPort(port)) return busMasterPortName(port);
  return isPicPort(port) ? picPortName(port) : idePortName(port, write);
}

/** 'Command register 0x1F7: READ SECTORS (0x20)'. */
export function portWriteText(port: number, value: number): string {
  return `${portName(port, true)}: ${writeMeaning(port, value)}`;
}

/** 'Status register 0x1F7: 0x58 (DRDY DSC DRQ)'. */
export function portReadText(port: number, value: number): string {
  return `${portName(port, false)}: ${readMeaning(port, value)}`;
}

function writeMeaning(port: number, value: number): string {
  const hex = hexNumber(value, 2);
  if (isPicPort(port)) return `${hex}, ${picWriteMeaning(port, value)}`;
  if (isBusMasterPort(port)) return `${hexNumber(value, (port & 7) === BM_TABLE ? 8 : 2)}, ${busMasterWriteMeaning(port, value)}`;
  if (ideChannel(port) < 0) return hex;
  switch (primaryPort(port)) {
    case STATUS:
      return commandName(value);
    case DEVICE:
      return `${hex}, drive ${selectedDrive(value)}, ${value & 0x40 ? `LBA bits 27 to 24 = ${value & 15}` : `head ${value & 15}`}`;
    case SECTOR_COUNT:
      return `${hex}, ${sectorCount28(value) === 1 ? '1 sector' : `${sectorCount28(value)} sectors`}`;
    case ALTERNATE_STATUS:
      return `${hex}, interrupts ${value & CONTROL_NIEN ? 'forbidden' : 'allowed'}${value & CONTROL_SRST ? ', software reset' : ''}${value & CONTROL_HOB ? ', show the older bytes' : ''}`;
    default:
      return hex;
  }
}

function readMeaning(port: number, value: number): string {
  const hex = hexNumber(value, 2);
  if (isBusMasterPort(port)) return (port & 7) === BM_STATUS ? `${hex} (${busMasterStatusText(value)})` : hex;
  if (ideChannel(port) < 0) return hex;
  const register = primaryPort(port);
  if (register === STATUS || register === ALTERNATE_STATUS) {
    if (value === STATUS_NO_DRIVE) return `${hex} (no drive on this channel)`;
    return value === 0 ? `${hex} (this drive is not there)` : `${hex} (${statusText(value)})`;
  }
  // 01h alone is a diagnostic code: no drive since ATA-4 has a flag there.
  return register === ERROR ? `${hex} (${errorRegisterText(value, value !== DIAGNOSTIC_PASSED) || 'no error'})` : hex;
}
