/**
 * FAT16: the boot sector, and the arithmetic of clusters and the FAT. Source: FATSPEC (Microsoft FAT: General Overview of
 * On-Disk Format 1.03). Directory entries are in `fat16-names.ts`; walking a volume in `fat16-walk.ts`. SPEC [FAT-*].
 */
import { asciiOf, get16, get32, isAscii } from './bytes.ts';
import { refused } from './refusal.ts';
import type { Refused } from './refusal.ts';

export const FAT_SECTOR = 512;
/** Fewer clusters make FAT12, more FAT32. [FAT-1] */
export const FAT16_CLUSTERS_MIN = 4085;
export const FAT16_CLUSTERS_MAX = 65_524;
export const FIRST_CLUSTER = 2;

export interface Fat16 {
  readonly kind: 'fat16';
  readonly sectorsPerCluster: number;
  /** Sector numbers count from the start of the volume. */
  readonly fatStart: number;
  readonly fatSectors: number;
  readonly fats: number;
  readonly rootStart: number;
  readonly rootSectors: number;
  readonly rootEntries: number;
  readonly dataStart: number;
  readonly clusters: number;
  readonly sectors: number;
  readonly label: string;
  readonly serial: number;
}

export type Fat16RefusalCode =
  | 'no-signature' | 'ntfs' | 'exfat' | 'fat32' | 'fat12' | 'ext' | 'not-fat' | 'sector-size' | 'cluster-size' | 'reserved-sectors' | 'fat-count'
  | 'root-directory' | 'volume-size' | 'fat-size' | 'too-short';

const reformat = 'format the partition as FAT16';

/** Bytes from the start of a volume with which `readFat16` can recognize ext as well; 512 will do otherwise. */
export const FAT16_BOOT_BYTES = 1536;

/** File systems that say who they are. */
function otherFileSystem(boot: Uint8Array): Refused<Fat16RefusalCode> | null {
  if (isAscii(boot, 3, 'NTFS    ')) return refused('ntfs', `The volume is NTFS, which the guest of this lab does not read; ${reformat}.`);
  if (isAscii(boot, 3, 'EXFAT   ')) return refused('exfat', `The volume is exFAT, which the guest of this lab does not read; ${reformat}.`);
  if (isAscii(boot, 82, 'FAT32   ') && get16(boot, 22) === 0) return refused('fat32', `The volume is FAT32; ${reformat}.`);
  if (boot.length >= 1082 && get16(boot, 1080) === 0xef53) return refused('ext', `The volume is a Linux ext file system; ${reformat}.`);
  return null;
}

/**
 * The volume whose first bytes are `boot` (512 at least) in a partition of `partitionSectors` sectors, or why it cannot be
 * used. [FAT-1] [FAT-2]
 */
export function readFat16(boot: Uint8Array, partitionSectors: number): Fat16 | Refused<Fat16RefusalCode> {
  if (boot.length < FAT_SECTOR) return refused('too-short', 'The first sector of the volume could not be read whole; hand in a larger disk.');
  const other = otherFileSystem(boot);
  if (other !== null) return other;
  if (get16(boot, 510) !== 0xaa55) return refused('no-signature', `The first sector of the volume does not end with 0x55 0xAA, so it is no boot sector; ${reformat}.`);
  if (boot[0] !== 0xeb && boot[0] !== 0xe9) return refused('not-fat', `The first sector of the volume does not begin with a jump, so it is no FAT boot sector; ${reformat}.`);
  const bad = fieldRefusal(boot, partitionSectors);
  if (bad !== null) return bad;
  const volume = geometryOf(boot);
  if (volume.clusters < FAT16_CLUSTERS_MIN) return refused('fat12', `The volume has ${volume.clusters} clusters, which makes it FAT12; ${reformat} with at least ${FAT16_CLUSTERS_MIN} clusters.`);
  if (volume.clusters > FAT16_CLUSTERS_MAX) return refused('fat32', `The volume has ${volume.clusters} clusters, which makes it FAT32; ${reformat} with at most ${FAT16_CLUSTERS_MAX} clusters.`);
  if (volume.fatSectors * 256 < volume.clusters + FIRST_CLUSTER) {
    return refused('fat-size', `The FAT has room for ${volume.fatSectors * 256} entries, but ${volume.clusters} clusters need ${volume.clusters + FIRST_CLUSTER}; ${reformat}.`);
  }
  return volume;
}

/** Fields of the boot sector that make no FAT volume, or null. */
function fieldRefusal(boot: Uint8Array, partitionSectors: number): Refused<Fat16RefusalCode> | null {
  const bytesPerSector = get16(boot, 11);
  if (bytesPerSector !== FAT_SECTOR) return refused('sector-size', `The boot sector gives sectors ${bytesPerSector} bytes, and only 512 are read here; ${reformat} with 512-byte sectors.`);
  const perCluster = boot[13];
  if (perCluster === 0 || (perCluster & (perCluster - 1)) !== 0) return refused('cluster-size', `The boot sector gives clusters ${perCluster} sectors, which is no power of two; ${reformat}.`);
  if (get16(boot, 14) === 0) return refused('reserved-sectors', `The boot sector counts no reserved sector, not even itself; ${reformat}.`);
  const fats = boot[16];
  if (fats !== 1 && fats !== 2) return refused('fat-count', `The boot sector counts ${fats} FATs where there are one or two; ${reformat}.`);
  if (get16(boot, 22) === 0) return refused('fat-size', `The boot sector gives the FAT no sectors; ${reformat}.`);
  const rootEntries = get16(boot, 17);
  if (rootEntries === 0 || rootEntries % 16 !== 0) return refused('root-directory', `The boot sector gives the root directory ${rootEntries} entries, which fill no whole number of sectors; ${reformat}.`);
  const sectors = totalSectors(boot);
  const metadata = get16(boot, 14) + fats * get16(boot, 22) + rootEntries / 16;
  if (sectors > partitionSectors || sectors <= metadata) {
    return refused('volume-size', `The boot sector gives the volume ${sectors} sectors, but its partition has ${partitionSectors} and FAT and root directory alone take ${metadata}; ${reformat}.`);
  }
  return null;
}

function totalSectors(boot: Uint8Array): number {
  const small = get16(boot, 19);
  return small !== 0 ? small : get32(boot, 32);
}

function geometryOf(boot: Uint8Array): Fat16 {
  const sectorsPerCluster = boot[13];
  const fatStart = get16(boot, 14);
  const fats = boot[16];
  const fatSectors = get16(boot, 22);
  const rootEntries = get16(boot, 17);
  const rootStart = fatStart + fats * fatSectors;
  const rootSectors = rootEntries / 16;
  const dataStart = rootStart + rootSectors;
  const sectors = totalSectors(boot);
  const extended = boot[38] === 0x29;
  return {
    kind: 'fat16', sectorsPerCluster, fatStart, fatSectors, fats, rootStart, rootSectors, rootEntries, dataStart,
    clusters: Math.floor((sectors - dataStart) / sectorsPerCluster), sectors,
    label: extended ? asciiOf(boot, 43, 11).trimEnd() : '', serial: extended ? get32(boot, 39) : 0,
  };
}

// --- clusters and FAT. [FAT-3]

/** First sector of a cluster, from the start of the volume. */
export function clusterSector(volume: Fat16, cluster: number): number {
  return volume.dataStart + (cluster - FIRST_CLUSTER) * volume.sectorsPerCluster;
}

/** True for the clusters the volume has: 2 to clusters + 1. */
export function isCluster(volume: Fat16, cluster: number): boolean {
  return cluster >= FIRST_CLUSTER && cluster < volume.clusters + FIRST_CLUSTER;
}

/** Sector of the first FAT that holds a cluster's entry, from the start of the volume. */
export function fatEntrySector(volume: Fat16, cluster: number): number {
  return volume.fatStart + (cluster >>> 8);
}

/** Byte of the entry in that sector. */
export function fatEntryOffset(cluster: number): number {
  return (cluster & 255) * 2;
}

export const FAT_FREE = 0x0000;
export const FAT_BAD = 0xfff7;
export const FAT_END = 0xfff8;

export function isChainEnd(entry: number): boolean {
  return entry >= FAT_END;
}

export type ChainFault = 'free' | 'bad' | 'outside' | 'loop';

/** What is wrong with going on from one cluster to `next`, or 0. The end of a chain is no fault. */
export function linkFault(volume: Fat16, next: number): ChainFault | 0 {
  if (isChainEnd(next) || isCluster(volume, next)) return 0;
  return next === FAT_FREE ? 'free' : next === FAT_BAD ? 'bad' : 'outside';
}

export function bytesPerCluster(volume: Fat16): number {
  return volume.sectorsPerCluster * FAT_SECTOR;
}

/** Clusters a file of `size` bytes fills. */
export function clustersOf(volume: Fat16, size: number): number {
  return Math.ceil(size / bytesPerCluster(volume));
}
