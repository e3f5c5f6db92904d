/**
 * FAT12, FAT16 and FAT32: the boot sector, and the arithmetic of clusters and FAT entries. Source: FATSPEC (Microsoft FAT:
 * General Overview of On-Disk Format 1.03). Directory entries are in `fat-names.ts`, new names in `fat-new-names.ts`; finding
 * the volume on its disk is in `disk-scan.ts`, walking it in `fat-walk.ts`. SPEC [FAT-*].
 */
import { asciiOf, get16, get32, isAscii, put16, put32 } from './bytes.ts';
import { refused } from './refusal.ts';
import type { Refused } from './refusal.ts';

export const FAT_SECTOR = 512;
/** Fewer clusters make FAT12; more than the maximum FAT32. [FAT-1] */
export const FAT16_CLUSTERS_MIN = 4085;
export const FAT16_CLUSTERS_MAX = 65_524;
export const FAT32_CLUSTERS_MAX = 0x0fff_fff5;
export const FIRST_CLUSTER = 2;

export type FatKind = 'fat12' | 'fat16' | 'fat32';

export interface Fat {
  readonly kind: FatKind;
  readonly sectorsPerCluster: number;
  /** Sector numbers count from the start of the volume. */
  readonly fatStart: number;
  readonly fatSectors: number;
  readonly fats: number;
  /** The FAT that counts; it is the only one that is written when mirroring is off. */
  readonly activeFat: number;
  readonly mirrored: boolean;
  /** Root directory of FAT12 and FAT16: a fixed place. */
  readonly rootStart: number;
  readonly rootSectors: number;
  readonly rootEntries: number;
  /** Root directory of FAT32: a chain; 0 otherwise. */
  readonly rootCluster: number;
  readonly dataStart: number;
  readonly clusters: number;
  readonly sectors: number;
  /** FSInfo sector of FAT32; 0 for none. */
  readonly infoSector: number;
  readonly media: number;
  readonly label: string;
  readonly serial: number;
}

export type FatRefusalCode =
  | 'no-signature' | 'ntfs' | 'exfat' | 'ext' | 'not-fat' | 'sector-size' | 'cluster-size' | 'reserved-sectors' | 'fat-count'
  | 'root-directory' | 'volume-size' | 'fat-size' | 'fat32-version' | 'too-short';

/** How the sentences about file systems of others end. */
export const BY_SECTOR = 'hand in a disk with a FAT volume, or ask a guest for "read-sectors": its sectors can still be read by their numbers';
/** How the sentences about damage end: nothing that would make it worse. */
export const MEND = 'do not format it if its files are wanted, but run chkdsk or another repair tool on a copy of the disk';

/** Bytes from the start of a volume with which `readFat` can recognize ext as well; 512 will do otherwise. */
export const FAT_BOOT_BYTES = 1536;

/** File systems that say who they are. */
function otherFileSystem(boot: Uint8Array): Refused<FatRefusalCode> | null {
  if (isAscii(boot, 3, 'NTFS    ')) return refused('ntfs', `The volume is NTFS, which the guest of this lab does not read as files; ${BY_SECTOR}.`);
  if (isAscii(boot, 3, 'EXFAT   ')) return refused('exfat', `The volume is exFAT, which the guest of this lab does not read as files; ${BY_SECTOR}.`);
  if (boot.length >= 1082 && get16(boot, 1080) === 0xef53) return refused('ext', `The volume is a Linux ext file system, which the guest of this lab does not read as files; ${BY_SECTOR}.`);
  return null;
}

/**
 * The volume whose first bytes are `boot` (512 at least) in a partition of `partitionSectors` sectors, or why it cannot be
 * used. [FAT-1] [FAT-2]
 */
export function readFat(boot: Uint8Array, partitionSectors: number): Fat | Refused<FatRefusalCode> {
  if (boot.length < FAT_SECTOR) return refused('too-short', 'The first sector of the volume could not be read whole; hand in a larger disk.');
  const other = otherFileSystem(boot);
  if (other !== null) return other;
  if (get16(boot, 510) !== 0xaa55) return refused('no-signature', `The first sector of the volume does not end with 0x55 0xAA, so it is damaged or no boot sector; ${MEND}.`);
  if (boot[0] !== 0xeb && boot[0] !== 0xe9) return refused('not-fat', `The first sector of the volume does not begin with a jump, so it is damaged or no FAT boot sector; ${MEND}.`);
  const bad = fieldRefusal(boot, partitionSectors);
  if (bad !== null) return bad;
  const volume = geometryOf(boot);
  const wide = volume.kind === 'fat32';
  if (!wide && volume.clusters > FAT16_CLUSTERS_MAX) return refused('volume-size', `The volume has ${volume.clusters} clusters, more than FAT16 can count, but no FAT32 boot sector; ${MEND}.`);
  if (volume.clusters > FAT32_CLUSTERS_MAX) return refused('volume-size', `The volume has ${volume.clusters} clusters, more than FAT32 can count; ${MEND}.`);
  const room = Math.floor((volume.fatSectors * FAT_SECTOR * 8) / fatBits(volume));
  if (room < volume.clusters + FIRST_CLUSTER) {
    return refused('fat-size', `The FAT has room for ${room} entries, but ${volume.clusters} clusters need ${volume.clusters + FIRST_CLUSTER}; ${MEND}.`);
  }
  if (wide && !isCluster(volume, volume.rootCluster)) return refused('root-directory', `The boot sector puts the root directory into cluster ${volume.rootCluster}, which the volume does not have; ${MEND}.`);
  return volume;
}

/** Fields of the boot sector that make no FAT volume, or null. */
function fieldRefusal(boot: Uint8Array, partitionSectors: number): Refused<FatRefusalCode> | null {
  const bytesPerSector = get16(boot, 11);
  const perCluster = boot[13];
  const fats = boot[16];
  const rootEntries = get16(boot, 17);
  const wide = get16(boot, 22) === 0;
  if (bytesPerSector !== FAT_SECTOR) return refused('sector-size', `The boot sector gives sectors ${bytesPerSector} bytes, and only volumes of 512 are read here; ${BY_SECTOR}.`);
  if (perCluster === 0 || (perCluster & (perCluster - 1)) !== 0) return refused('cluster-size', `The boot sector gives clusters ${perCluster} sectors, which is no power of two; ${MEND}.`);
  if (get16(boot, 14) === 0) return refused('reserved-sectors', `The boot sector reserves no sectors, not even its own; ${MEND}.`);
  if (fats < 1 || fats > 2) return refused('fat-count', `The boot sector gives the volume ${fats} FATs, and 1 or 2 are possible; ${MEND}.`);
  if (wide && get32(boot, 36) === 0) return refused('fat-size', `The boot sector gives its FATs no sectors; ${MEND}.`);
  if (wide && get16(boot, 42) !== 0) return refused('fat32-version', `The boot sector gives its FAT32 version ${boot[43]}.${boot[42]}, and only 0.0 is known; ${MEND}.`);
  if (wide ? rootEntries !== 0 : rootEntries === 0 || rootEntries % 16 !== 0) {
    return refused('root-directory', `The boot sector gives the root directory ${rootEntries} entries, ${wide ? 'where FAT32 has 0' : 'which fill no whole number of sectors'}; ${MEND}.`);
  }
  const sectors = totalSectors(boot);
  const metadata = get16(boot, 14) + fats * fatSectorsOf(boot) + rootEntries / 16;
  if (sectors > partitionSectors || sectors <= metadata) {
    return refused('volume-size', `The boot sector gives the volume ${sectors} sectors, but its partition has ${partitionSectors} and FAT and root directory alone take ${metadata}; ${MEND}.`);
  }
  return null;
}

function totalSectors(boot: Uint8Array): number {
  const small = get16(boot, 19);
  return small !== 0 ? small : get32(boot, 32);
}

function fatSectorsOf(boot: Uint8Array): number {
  const small = get16(boot, 22);
  return small !== 0 ? small : get32(boot, 36);
}

function geometryOf(boot: Uint8Array): Fat {
  const wide = get16(boot, 22) === 0;
  const sectorsPerCluster = boot[13];
  const fatStart = get16(boot, 14);
  const fats = boot[16];
  const fatSectors = fatSectorsOf(boot);
  const rootEntries = get16(boot, 17);
  const rootStart = fatStart + fats * fatSectors;
  const rootSectors = rootEntries / 16;
  const dataStart = rootStart + rootSectors;
  const sectors = totalSectors(boot);
  const clusters = Math.floor((sectors - dataStart) / sectorsPerCluster);
  const flags = wide ? get16(boot, 40) : 0;
  const mirrored = (flags & 0x80) === 0;
  const info = wide ? get16(boot, 48) : 0;
  const tail = wide ? 64 : 36;
  const extended = boot[tail + 2] === 0x29;
  return {
    kind: wide ? 'fat32' : clusters < FAT16_CLUSTERS_MIN ? 'fat12' : 'fat16', sectorsPerCluster, fatStart, fatSectors, fats,
    activeFat: mirrored ? 0 : Math.min(flags & 15, fats - 1), mirrored, rootStart, rootSectors, rootEntries, rootCluster: wide ? get32(boot, 44) : 0, dataStart,
    clusters, sectors, infoSector: info > 0 && info < fatStart ? info : 0, media: boot[21],
    label: extended ? asciiOf(boot, tail + 7, 11).trimEnd() : '', serial: extended ? get32(boot, tail + 3) : 0,
  };
}

// --- clusters. [FAT-3]

/** First sector of a cluster, from the start of the volume. */
export function clusterSector(volume: Fat, cluster: number): number {
  return volume.dataStart + (cluster - FIRST_CLUSTER) * volume.sectorsPerCluster;
}

/** True for the clusters the volume has: 2 to clusters + 1. */
export function isCluster(volume: Fat, cluster: number): boolean {
  return cluster >= FIRST_CLUSTER && cluster < volume.clusters + FIRST_CLUSTER;
}

export function bytesPerCluster(volume: Fat): number {
  return volume.sectorsPerCluster * FAT_SECTOR;
}

/** Clusters a file of `size` bytes fills. */
export function clustersOf(volume: Fat, size: number): number {
  return Math.ceil(size / bytesPerCluster(volume));
}

// --- entries of the FAT. [FAT-3] [FAT-7]

export const FAT_FREE = 0;

export function fatBits(volume: Fat): 12 | 16 | 32 {
  return volume.kind === 'fat12' ? 12 : volume.kind === 'fat16' ? 16 : 32;
}

/** Byte of a FAT at which the entry of a cluster begins. */
export function fatEntryByte(volume: Fat, cluster: number): number {
  return volume.kind === 'fat12' ? cluster + (cluster >>> 1) : volume.kind === 'fat16' ? cluster * 2 : cluster * 4;
}

/** Sector of a FAT, counted from its start, in which the entry of a cluster begins. */
export function fatEntrySector(volume: Fat, cluster: number): number {
  return Math.floor(fatEntryByte(volume, cluster) / FAT_SECTOR);
}

/** Byte of the entry in that sector. */
export function fatEntryOffset(volume: Fat, cluster: number): number {
  return fatEntryByte(volume, cluster) % FAT_SECTOR;
}

/** An entry of FAT12 may begin in the last byte of one sector and end in the next. */
export function fatEntrySplit(volume: Fat, cluster: number): boolean {
  return volume.kind === 'fat12' && fatEntryOffset(volume, cluster) === FAT_SECTOR - 1;
}

/** The entry that begins in `sector`; of one that is split, `next` is the first byte of the sector behind it. */
export function getFatEntry(volume: Fat, sector: Uint8Array, cluster: number, next = 0): number {
  const at = fatEntryOffset(volume, cluster);
  if (volume.kind === 'fat16') return get16(sector, at);
  if (volume.kind === 'fat32') return get32(sector, at) & 0x0fff_ffff;
  const raw = sector[at] | ((at === FAT_SECTOR - 1 ? next : sector[at + 1]) << 8);
  return (cluster & 1) === 1 ? raw >>> 4 : raw & 0xfff;
}

/**
 * Writes the part of a cluster's entry that lies in sector `index` of the FAT; neighbours in the same byte and the four upper
 * bits of FAT32 stay.
 */
export function putFatEntry(volume: Fat, sector: Uint8Array, index: number, cluster: number, value: number): void {
  const at = fatEntryByte(volume, cluster) - index * FAT_SECTOR;
  if (volume.kind === 'fat16') put16(sector, at, value);
  else if (volume.kind === 'fat32') put32(sector, at, ((get32(sector, at) & 0xf000_0000) | (value & 0x0fff_ffff)) >>> 0);
  else {
    const odd = (cluster & 1) === 1;
    if (at >= 0) sector[at] = odd ? (sector[at] & 0x0f) | ((value & 0x0f) << 4) : value & 0xff;
    if (at + 1 < FAT_SECTOR) sector[at + 1] = odd ? (value >>> 4) & 0xff : (sector[at + 1] & 0xf0) | ((value >>> 8) & 0x0f);
  }
}

/** What the last cluster of a chain has for its entry. */
export function fatEnd(volume: Fat): number {
  return volume.kind === 'fat12' ? 0xfff : volume.kind === 'fat16' ? 0xffff : 0x0fff_ffff;
}

function fatBad(volume: Fat): number {
  return fatEnd(volume) - 8;
}

export function isChainEnd(volume: Fat, entry: number): boolean {
  return entry > fatBad(volume);
}

/** Marks a cluster that cannot be used. */
export function isBad(volume: Fat, entry: number): boolean {
  return entry === fatBad(volume);
}

export type ChainFault = 'free' | 'bad' | 'outside' | 'loop';

/** What is wrong with going on from one cluster to `next`, or 0. The end of a chain is no fault. */
export function linkFault(volume: Fat, next: number): ChainFault | 0 {
  if (isChainEnd(volume, next) || isCluster(volume, next)) return 0;
  return next === FAT_FREE ? 'free' : isBad(volume, next) ? 'bad' : 'outside';
}

/** Bit of FAT entry 1 that is set while the volume was left in order; FAT12 has none. [FAT-8] */
export function cleanBit(volume: Fat): number {
  return volume.kind === 'fat12' ? 0 : volume.kind === 'fat16' ? 0x8000 : 0x0800_0000;
}

// --- FSInfo of FAT32: a hint. [FAT-9]

const INFO_LEAD = 0x4161_5252;
const INFO_STRUCT = 0x6141_7272;
const INFO_UNKNOWN = 0xffff_ffff;

/** Free clusters and where to look next as FSInfo says, each -1 when it does not know or cannot be right. */
export function readFsInfo(volume: Fat, sector: Uint8Array): { readonly free: number; readonly next: number } {
  if (!isFsInfo(sector)) return { free: -1, next: -1 };
  const free = get32(sector, 488);
  const next = get32(sector, 492);
  return { free: free <= volume.clusters ? free : -1, next: isCluster(volume, next) ? next : -1 };
}

export function isFsInfo(sector: Uint8Array): boolean {
  return get32(sector, 0) === INFO_LEAD && get32(sector, 484) === INFO_STRUCT && get16(sector, 510) === 0xaa55;
}

export function putFsInfo(sector: Uint8Array, free: number, next: number): void {
  put32(sector, 488, free < 0 ? INFO_UNKNOWN : free);
  put32(sector, 492, next < 0 ? INFO_UNKNOWN : next);
}
