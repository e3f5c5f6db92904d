/**
 * How the guest's ATA driver sets up a command: which command, and the accesses in their order. What the registers hold already a
 * lean driver does not write again. [ATADRV-3] [ATADRV-10] [ATADRV-11] [ATADRV-13] [ATADRV-15]
 */
import type { Act } from '../../sim/act.ts';
import {
  BM_COMMAND, BM_ERROR, BM_INTERRUPT, BM_START, BM_STATUS, BM_TABLE, BM_TO_MEMORY, busMasterPort, PRD_BYTES, PRD_REGION_MAX, putPrd,
} from './bus-master-registers.ts';
import { sites } from './legacy-sites.ts';
import { pieceAt, totalBytes, type AtaState } from './legacy-state.ts';
import {
  ALTERNATE_STATUS, COMMAND, DEVICE, LBA28_LIMIT, lba28Device, lba48Device, LBA_HIGH, LBA_LOW, LBA_MID, READ_DMA, READ_DMA_EXT, READ_MULTIPLE_EXT, READ_SECTORS,
  READ_SECTORS_EXT, SECTOR_COUNT, WRITE_DMA, WRITE_DMA_EXT, WRITE_MULTIPLE_EXT, WRITE_SECTORS, WRITE_SECTORS_EXT,
} from './registers.ts';

/** Site, port with size, value; `READ` instead of a value reads. */
export type Access = readonly [site: number, port: number, value: number];

export const READ = -1;
const BYTE = 1 << 16;
const DWORD = 4 << 16;

/** Whether the command needs, or is told to take, 48 bits. The MULTIPLE commands that the drive takes have them always. [ATADRV-11] */
export function isWide(self: AtaState): boolean {
  const { lba, sectors } = self.current;
  return self.has48 && (self.lba48 || usesMultiple(self) || lba + sectors > LBA28_LIMIT - 1);
}

export function usesMultiple(self: AtaState): boolean {
  return self.multiple && !self.dma && self.has48 && self.block > 1;
}

function commandOf(self: AtaState): number {
  const write = self.current.write === 1;
  const wide = isWide(self);
  if (self.dma) return write ? (wide ? WRITE_DMA_EXT : WRITE_DMA) : wide ? READ_DMA_EXT : READ_DMA;
  if (usesMultiple(self)) return write ? WRITE_MULTIPLE_EXT : READ_MULTIPLE_EXT;
  return write ? (wide ? WRITE_SECTORS_EXT : WRITE_SECTORS) : wide ? READ_SECTORS_EXT : READ_SECTORS;
}

/** BMIC without the start bit: which way the data go. */
export function direction(self: AtaState): number {
  return self.current.write === 1 ? 0 : BM_TO_MEMORY;
}

/** The accesses of a command behind the first status read, up to the command itself, or to the start of the bus master. */
export function setUpAccesses(self: AtaState): readonly Access[] {
  const list: Access[] = [];
  for (let i = 0; i < Math.ceil(self.extraAccesses / 2); i++) list.push([sites.extraBefore, ALTERNATE_STATUS | BYTE, READ]);
  if (self.dma) beforeDma(self, list);
  addressAccesses(self, list);
  list.push([sites.command, COMMAND | BYTE, commandOf(self)]);
  if (self.dma) list.push([sites.bmStart, busMasterPort(BM_COMMAND) | BYTE, BM_START | direction(self)]);
  return list;
}

/** A lean driver leaves the pointer alone when it is there, status bits that it has cleared, and the direction to the start. */
function beforeDma(self: AtaState, list: Access[]): void {
  const table = tableAddress(self);
  const clean = self.lean && self.knownTable === table;
  if (!clean) list.push([sites.bmTable, busMasterPort(BM_TABLE) | DWORD, table]);
  if (!clean) list.push([sites.bmClear, busMasterPort(BM_STATUS) | BYTE, BM_ERROR | BM_INTERRUPT]);
  if (!self.lean) list.push([sites.bmDirection, busMasterPort(BM_COMMAND) | BYTE, direction(self)]);
}

/** The count register holds what the command needs: a 28-bit one looks at the younger byte only. */
function countIsKnown(self: AtaState): boolean {
  const { sectors } = self.current;
  return self.knownCount >= 0 && (isWide(self) ? self.knownCount === sectors : (self.knownCount & 0xff) === sectors);
}

function addressAccesses(self: AtaState, list: Access[]): void {
  const { lba, sectors } = self.current;
  const wide = isWide(self);
  const device = wide ? lba48Device(0) : lba28Device(0, lba);
  const countKnown = self.lean && countIsKnown(self);
  if (!self.lean || self.knownDevice !== device) list.push([sites.device, DEVICE | BYTE, device]);
  if (wide) {
    const high = Math.floor(lba / 0x100_0000);
    if (!countKnown) list.push([sites.countHigh, SECTOR_COUNT | BYTE, sectors >>> 8]);
    list.push([sites.lbaLowHigh, LBA_LOW | BYTE, high & 0xff], [sites.lbaMidHigh, LBA_MID | BYTE, (high >>> 8) & 0xff], [sites.lbaHighHigh, LBA_HIGH | BYTE, (high >>> 16) & 0xff]);
  }
  if (!countKnown) list.push([sites.count, SECTOR_COUNT | BYTE, sectors & 0xff]);
  list.push([sites.lbaLow, LBA_LOW | BYTE, lba & 0xff], [sites.lbaMid, LBA_MID | BYTE, (lba >>> 8) & 0xff], [sites.lbaHigh, LBA_HIGH | BYTE, (lba >>> 16) & 0xff]);
}

/** What the registers hold once the command has ended: the drive has moved a 28-bit address on. After a failure nothing is known. [ATADRV-15] */
export function remember(self: AtaState, failed: boolean): void {
  const { lba, sectors } = self.current;
  const wide = isWide(self);
  if (failed) {
    self.knownCount = -1;
    self.knownDevice = -1;
    self.knownTable = -1;
    return;
  }
  if (!countIsKnown(self)) self.knownCount = wide ? sectors : (((self.knownCount < 0 ? 0xff : self.knownCount) << 8) | sectors) & 0xffff;
  self.knownDevice = wide ? lba48Device(0) : lba28Device(0, lba + sectors);
  if (self.dma) self.knownTable = tableAddress(self);
}

function tableAddress(self: AtaState): number {
  return (self.page + 1) * 4096;
}

/**
 * Writes the table of regions for the current request: pieces that lie one behind the other become one entry, but none crosses
 * 64 KiB. False when memory lies beyond 4 GiB, where the table does not reach. [ATADRV-13]
 */
export function writeTable(self: AtaState, act: Act): boolean {
  const regions: [number, number][] = [];
  for (let at = 0; at < totalBytes(self); ) {
    const { page, offset, bytes } = pieceAt(self, act, at);
    const base = page * 4096 + offset;
    if (bytes === 0 || base + bytes > 2 ** 32) return false;
    const last = regions[regions.length - 1];
    if (last !== undefined && last[0] + last[1] === base && base % PRD_REGION_MAX !== 0) last[1] += bytes;
    else regions.push([base, bytes]);
    at += bytes;
  }
  const table = act.pageForWrite(self.page + 1);
  regions.forEach(([base, bytes], i) => putPrd(table, i * PRD_BYTES, base, bytes, i === regions.length - 1));
  return true;
}
