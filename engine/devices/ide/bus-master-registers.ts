/**
 * The bus-master registers of a PCI IDE function and its table of physical regions (PRD): offsets, bits and the eight bytes of an
 * entry. The guest's ATA driver and the emulator meet here. Source: Intel 82371AB (PIIX4) data sheet, bus-master IDE registers;
 * OVM `vm/devices/storage/ide/src/lib.rs`, `protocol.rs`. [BM-1] to [BM-4]
 */
import { get32, put32 } from '../../wire/bytes.ts';

/** I/O base of the function (BAR 4) as the firmware of a generation 1 VM leaves it; its guests report 0xFFA0 to 0xFFAF. */
export const BUS_MASTER_BASE = 0xffa0;
/** Ports of both channels; channel 1 has the upper eight. */
export const BUS_MASTER_PORTS = 16;

/** Offsets in the eight ports of a channel: BMIC, BMIS, BMIDTP. */
export const BM_COMMAND = 0;
export const BM_STATUS = 2;
export const BM_TABLE = 4;
export const BM_TABLE_HIGH = 6;

/** BMIC: start or stop; the device writes memory, so the disk is read. */
export const BM_START = 0x01;
export const BM_TO_MEMORY = 0x08;
/** BMIS: active; error and interrupt, cleared by writing 1; two bits that software may set (drive 0 and 1 can do DMA). */
export const BM_ACTIVE = 0x01;
export const BM_ERROR = 0x02;
export const BM_INTERRUPT = 0x04;
export const BM_SETTABLE = 0x60;

export const PRD_BYTES = 8;
/** Entries a table may have: it must not cross 64 KiB. */
export const PRD_ENTRIES_MAX = 8192;
/** Bytes that one region may have, and a boundary it must not cross. */
export const PRD_REGION_MAX = 0x1_0000;
const END_OF_TABLE = 0x8000_0000;

/** Port of a register of channel 0. */
export function busMasterPort(offset: number): number {
  return BUS_MASTER_BASE + offset;
}

export function isBusMasterPort(port: number): boolean {
  return port >= BUS_MASTER_BASE && port < BUS_MASTER_BASE + BUS_MASTER_PORTS;
}

/** Writes an entry: physical address (even), bytes (even, up to 65536), whether it is the last. [BM-3] */
export function putPrd(table: Uint8Array, at: number, base: number, bytes: number, last: boolean): void {
  put32(table, at, base);
  put32(table, at + 4, ((bytes & 0xfffe) | (last ? END_OF_TABLE : 0)) >>> 0);
}

/** Bytes of an entry by its second word: bit 0 does not count, and 0 means 65536. */
export function prdBytes(second: number): number {
  return second & 0xfffe || PRD_REGION_MAX;
}

export function prdIsLast(second: number): boolean {
  return (second & END_OF_TABLE) !== 0;
}

/** Base of an entry by its first word: bit 0 does not count. */
export function prdBase(first: number): number {
  return (first & 0xffff_fffe) >>> 0;
}

/** [base, bytes, last] of the entry at `at`, for tests and inspectors. */
export function readPrd(table: Uint8Array, at: number): readonly [number, number, boolean] {
  const second = get32(table, at + 4);
  return [prdBase(get32(table, at)), prdBytes(second), prdIsLast(second)];
}

/** 'Bus Master Status register 0xFFA2'. */
export function busMasterPortName(port: number): string {
  const at = `0x${port.toString(16).toUpperCase()}`;
  const channel = port - BUS_MASTER_BASE >= 8 ? ' of channel 1' : '';
  switch (port & 7) {
    case BM_COMMAND:
      return `Bus Master Command register ${at}${channel}`;
    case BM_STATUS:
      return `Bus Master Status register ${at}${channel}`;
    case BM_TABLE:
    case BM_TABLE_HIGH:
      return `PRD Table Pointer register ${at}${channel}`;
    default:
      return `port ${at}, which no bus-master register has`;
  }
}

export function busMasterWriteMeaning(port: number, value: number): string {
  switch (port & 7) {
    case BM_COMMAND:
      return `${value & BM_START ? 'start' : 'stop'}, ${value & BM_TO_MEMORY ? 'into memory' : 'out of memory'}`;
    case BM_STATUS:
      return value & (BM_ERROR | BM_INTERRUPT) ? 'clear the bits written as 1' : 'clear nothing';
    default:
      return 'where the table of physical regions lies';
  }
}

/** 'active interrupt', or 'nothing'. */
export function busMasterStatusText(value: number): string {
  const bits = [value & BM_ACTIVE && 'active', value & BM_ERROR && 'error', value & BM_INTERRUPT && 'interrupt'].filter(Boolean);
  return bits.length === 0 ? 'idle' : bits.join(' ');
}
