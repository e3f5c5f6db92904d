/** The partition table of a disk in its sector 0, and the chain of tables behind an extended partition. Source: Microsoft, master boot record. SPEC [MBR-1] [MBR-2]. */
import { get16, get32, isAscii } from './bytes.ts';
import { BY_SECTOR } from './fat.ts';
import { refused } from './refusal.ts';
import type { Refused } from './refusal.ts';

export interface Partition {
  /** 0..3, as in the table; from 4 on for logical ones. */
  readonly index: number;
  readonly active: boolean;
  readonly type: number;
  readonly firstSector: number;
  readonly sectors: number;
}

export interface Mbr {
  readonly kind: 'mbr';
  /** The used entries, in the order of the table. */
  readonly partitions: readonly Partition[];
}

export type MbrRefusalCode = 'blank' | 'no-signature' | 'no-table' | 'empty' | 'beyond-end' | 'overlap' | 'too-short';

export const PARTITION_GPT = 0xee;

const FAT_TYPES: readonly number[] = [0x01, 0x04, 0x06, 0x0b, 0x0c, 0x0e];
/** A FAT partition that a boot manager hides has bit 4 set. */
const HIDDEN = 0x10;
const EXTENDED_TYPES: readonly number[] = [0x05, 0x0f, 0x85];
const NTFS_TYPE = 0x07;

const typeNames: Readonly<Record<number, string>> = {
  0x01: 'FAT12', 0x04: 'FAT16', 0x05: 'extended', 0x06: 'FAT16', 0x07: 'NTFS or exFAT', 0x0b: 'FAT32', 0x0c: 'FAT32', 0x0e: 'FAT16', 0x0f: 'extended',
  0x27: 'Windows recovery', 0x82: 'Linux swap', 0x83: 'Linux', 0x85: 'extended', 0x8e: 'Linux LVM', 0xa5: 'FreeBSD', 0xaf: 'HFS', 0xee: 'GPT', 0xef: 'EFI system', 0xfd: 'Linux RAID',
};

export function partitionTypeName(type: number): string {
  const hidden = isFatType(type) && (type & HIDDEN) !== 0;
  return hidden ? `hidden ${typeNames[type & ~HIDDEN]!}` : (typeNames[type] ?? `type 0x${type.toString(16).toUpperCase().padStart(2, '0')}`);
}

/** FAT12, FAT16 and FAT32 by any of their types, hidden ones and the EFI system partition too. */
export function isFatType(type: number): boolean {
  return FAT_TYPES.includes(type & ~HIDDEN) || type === 0xef;
}

/** Types whose volume Windows looks at: the boot sector decides then, not the type. */
export function mayHoldFat(type: number): boolean {
  return isFatType(type) || type === NTFS_TYPE;
}

export function isExtendedType(type: number): boolean {
  return EXTENDED_TYPES.includes(type);
}

/** The file system whose boot sector sector 0 itself is, '' for none: such a disk has no partition table. */
export function bootSectorOf(sector: Uint8Array): string {
  const jump = sector[0] === 0xe9 || (sector[0] === 0xeb && sector[2] === 0x90);
  if (!jump) return '';
  if (isAscii(sector, 54, 'FAT1')) return 'FAT';
  if (isAscii(sector, 82, 'FAT32')) return 'FAT32';
  if (isAscii(sector, 3, 'NTFS    ')) return 'NTFS';
  return isAscii(sector, 3, 'EXFAT   ') ? 'exFAT' : '';
}

/** Entry `index` of the four that stand in a table's sector. */
export function tableEntry(sector: Uint8Array, index: number): Partition {
  const at = 446 + 16 * index;
  return { index, active: sector[at] === 0x80, type: sector[at + 4], firstSector: get32(sector, at + 8), sectors: get32(sector, at + 12) };
}

export function hasSignature(sector: Uint8Array): boolean {
  return get16(sector, 510) === 0xaa55;
}

/** Whether a partition lies on the disk, behind its sector 0. */
export function onDisk(p: Partition, diskSectors: number): boolean {
  return p.firstSector > 0 && p.sectors > 0 && p.firstSector + p.sectors <= diskSectors;
}

/** The partitions in sector 0 of a disk of `diskSectors` sectors, or why they cannot be used. A GPT disk has one of type 0xEE. */
export function readMbr(sector: Uint8Array, diskSectors: number): Mbr | Refused<MbrRefusalCode> {
  if (sector.length < 512) return refused('too-short', 'Sector 0 of the disk could not be read whole; hand in a disk of at least one sector.');
  if (sector.every((byte) => byte === 0)) return refused('blank', 'Sector 0 of the disk holds nothing but zeros, so the disk is blank or its beginning has been wiped; create a FAT partition on it in a machine that can, or repair it on a copy of the disk.');
  if (!hasSignature(sector)) {
    return refused('no-signature', `Sector 0 of the disk does not end with 0x55 0xAA, so the disk has neither a partition table nor a file system that is known here; ${BY_SECTOR}.`);
  }
  const partitions = [0, 1, 2, 3].map((index) => tableEntry(sector, index)).filter((p) => p.type !== 0);
  if (partitions.length === 0) return refused('empty', 'The partition table of the disk is empty; create a FAT partition on it in a machine that can, or read its sectors by their numbers.');
  if (partitions.some((p) => p.type === PARTITION_GPT)) return { kind: 'mbr', partitions };
  for (const p of partitions) {
    if (onDisk(p, diskSectors)) continue;
    return refused('beyond-end', `Partition ${p.index + 1} (${partitionTypeName(p.type)}) is said to have ${p.sectors} sectors from sector ${p.firstSector}, but the disk has sectors 1 to ${diskSectors - 1} for partitions; repair the partition table on a copy of the disk.`);
  }
  const sorted = [...partitions].sort((a, b) => a.firstSector - b.firstSector);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i - 1].firstSector + sorted[i - 1].sectors > sorted[i].firstSector) {
      return refused('overlap', `Partitions ${sorted[i - 1].index + 1} and ${sorted[i].index + 1} share sector ${sorted[i].firstSector}; repair the partition table on a copy of the disk.`);
    }
  }
  return { kind: 'mbr', partitions };
}
