/** The partition table of a disk in its sector 0. Source: Microsoft, master boot record. SPEC [MBR-1]. */
import { asciiOf, get16, get32, isAscii } from './bytes.ts';
import { refused } from './refusal.ts';
import type { Refused } from './refusal.ts';

export const PARTITION_FAT16_SMALL = 0x04;
export const PARTITION_FAT16 = 0x06;
export const PARTITION_FAT16_LBA = 0x0e;

export interface Partition {
  /** 0..3, as in the table. */
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

export type MbrRefusalCode = 'no-signature' | 'gpt' | 'no-table' | 'empty' | 'beyond-end' | 'overlap' | 'too-short';

const typeNames: Readonly<Record<number, string>> = {
  0x01: 'FAT12', 0x04: 'FAT16', 0x05: 'extended', 0x06: 'FAT16', 0x07: 'NTFS or exFAT', 0x0b: 'FAT32', 0x0c: 'FAT32', 0x0e: 'FAT16', 0x0f: 'extended',
  0x82: 'Linux swap', 0x83: 'Linux', 0x8e: 'Linux LVM', 0xee: 'GPT',
};

export function partitionTypeName(type: number): string {
  return typeNames[type] ?? `type 0x${type.toString(16).toUpperCase().padStart(2, '0')}`;
}

export function isFat16Type(type: number): boolean {
  return type === PARTITION_FAT16_SMALL || type === PARTITION_FAT16 || type === PARTITION_FAT16_LBA;
}

/** The file system whose boot sector sector 0 itself is, '' for none: such a disk has no partition table. */
function bootSectorOf(sector: Uint8Array): string {
  const jump = sector[0] === 0xe9 || (sector[0] === 0xeb && sector[2] === 0x90);
  if (!jump) return '';
  if (isAscii(sector, 54, 'FAT12') || isAscii(sector, 54, 'FAT16')) return asciiOf(sector, 54, 5);
  if (isAscii(sector, 54, 'FAT1')) return 'FAT';
  if (isAscii(sector, 82, 'FAT32')) return 'FAT32';
  if (isAscii(sector, 3, 'NTFS    ')) return 'NTFS';
  return isAscii(sector, 3, 'EXFAT   ') ? 'exFAT' : '';
}

function readPartition(sector: Uint8Array, index: number): Partition {
  const at = 446 + 16 * index;
  return { index, active: sector[at] === 0x80, type: sector[at + 4], firstSector: get32(sector, at + 8), sectors: get32(sector, at + 12) };
}

/** The partitions in sector 0 of a disk of `diskSectors` sectors, or why they cannot be used. */
export function readMbr(sector: Uint8Array, diskSectors: number): Mbr | Refused<MbrRefusalCode> {
  if (sector.length < 512) return refused('too-short', 'Sector 0 of the disk could not be read whole; hand in a disk of at least one sector.');
  if (get16(sector, 510) !== 0xaa55) {
    return refused('no-signature', 'Sector 0 of the disk does not end with 0x55 0xAA, so the disk has no partition table; initialize it as MBR and format a FAT16 partition.');
  }
  const boot = bootSectorOf(sector);
  if (boot !== '') {
    return refused('no-table', `Sector 0 of the disk is the boot sector of a file system (${boot}), so the disk has no partition table; take a disk with an MBR and a FAT16 partition.`);
  }
  const partitions = [0, 1, 2, 3].map((index) => readPartition(sector, index)).filter((p) => p.type !== 0);
  if (partitions.some((p) => p.type === 0xee)) {
    return refused('gpt', 'The disk has a GPT partition table, which the guest of this lab does not read; convert the disk to MBR.');
  }
  if (partitions.length === 0) return refused('empty', 'The partition table of the disk is empty; create a FAT16 partition on it.');
  for (const p of partitions) {
    if (p.firstSector === 0 || p.sectors === 0 || p.firstSector + p.sectors > diskSectors) {
      return refused('beyond-end', `Partition ${p.index + 1} (${partitionTypeName(p.type)}) is said to have ${p.sectors} sectors from sector ${p.firstSector}, but the disk has sectors 1 to ${diskSectors - 1} for partitions; repair the partition table.`);
    }
  }
  const sorted = [...partitions].sort((a, b) => a.firstSector - b.firstSector);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i - 1].firstSector + sorted[i - 1].sectors > sorted[i].firstSector) {
      return refused('overlap', `Partitions ${sorted[i - 1].index + 1} and ${sorted[i].index + 1} share sector ${sorted[i].firstSector}; repair the partition table.`);
    }
  }
  return { kind: 'mbr', partitions };
}
