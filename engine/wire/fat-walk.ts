/**
 * Walks a disk from its partition table to the bytes of a file, with a reader that gives sectors at once: for import checks,
 * for export and for tests. The guest's file system walks step by step instead and shares the arithmetic. [FAT-3]
 */
import { beginScan, feedScan } from './disk-scan.ts';
import {
  bytesPerCluster, clusterSector, clustersOf, FAT_SECTOR, fatEntrySector, fatEntrySplit, getFatEntry, isChainEnd, isCluster, linkFault,
} from './fat.ts';
import type { ChainFault, Fat } from './fat.ts';
import {
  ENTRY_BYTES, entryAttributes, entryCluster, entryKind, entrySize, entryWriteDate, entryWriteTime, forgetLongName, gatherLongPart, newLongName, sameName, shortName, takeLongName,
} from './fat-names.ts';
import { refused } from './refusal.ts';
import type { Refused } from './refusal.ts';
import type { SectorReader } from './vhd-open.ts';

/** What the scan of the disk answers (`disk-scan.ts`), or one of the walk itself. */
export type WalkRefusalCode = string;

export interface Volume {
  readonly kind: 'volume';
  readonly format: Fat;
  /** Reads sectors of the volume, counted from its start. */
  readonly read: SectorReader;
  /** Sector of the disk at which the volume begins. */
  readonly firstSector: number;
  readonly table: 'none' | 'mbr' | 'gpt';
  /** A piece of the FAT that counts, read last: first sector and bytes. */
  readonly piece: { from: number; bytes: Uint8Array };
}

export interface DirectoryEntry {
  /** The long name, or the short one. */
  readonly name: string;
  readonly shortName: string;
  readonly directory: boolean;
  readonly attributes: number;
  readonly cluster: number;
  readonly size: number;
  /** As FAT stores them; `fatDateText` and `fatTimeText` make them readable. */
  readonly date: number;
  readonly time: number;
}

type Answer<T> = T | Refused<WalkRefusalCode>;

/** Sectors of a FAT that are read together. */
const PIECE = 64;

/** The FAT volume of a disk. */
export function openVolume(read: SectorReader, diskSectors: number): Answer<Volume> {
  const scan = beginScan(diskSectors);
  while (scan.sectors > 0) {
    const bytes = read(scan.lba, scan.sectors);
    if (bytes === null) return unreadable(scan.lba);
    feedScan(scan, bytes);
  }
  const format = scan.volume;
  if (format === null) return refused(scan.code, scan.reason);
  const first = scan.firstSector;
  const inVolume: SectorReader = (at, count) => (at < 0 || at + count > format.sectors ? null : read(first + at, count));
  return { kind: 'volume', format, read: inVolume, firstSector: first, table: scan.table === '' ? 'none' : scan.table, piece: { from: -PIECE, bytes: new Uint8Array(0) } };
}

function unreadable(sector: number): Refused<WalkRefusalCode> {
  return refused('unreadable', `Sector ${sector} of the disk cannot be read; check that the file is complete.`);
}

/** One sector of the FAT that counts; zeros when it cannot be read, which no chain passes. */
function fatSector(volume: Volume, sector: number): Uint8Array {
  const { format, piece } = volume;
  if (sector < piece.from || sector >= piece.from + PIECE) {
    piece.from = sector - (sector % PIECE);
    const count = Math.min(PIECE, format.fatSectors - piece.from);
    piece.bytes = volume.read(format.fatStart + format.activeFat * format.fatSectors + piece.from, count) ?? new Uint8Array(count * FAT_SECTOR);
  }
  const at = (sector - piece.from) * FAT_SECTOR;
  return piece.bytes.subarray(at, at + FAT_SECTOR);
}

/** The entry of the FAT for a cluster. */
export function nextCluster(volume: Volume, cluster: number): number {
  const { format } = volume;
  const sector = fatEntrySector(format, cluster);
  const next = fatEntrySplit(format, cluster) ? fatSector(volume, sector + 1)[0] : 0;
  return getFatEntry(format, fatSector(volume, sector), cluster, next);
}

/** The clusters from `first` to the end of the chain, but no more than `most`. */
export function clusterChain(volume: Volume, first: number, most: number): Answer<number[]> {
  const chain: number[] = [];
  if (most === 0) return chain;
  let cluster = first;
  for (;;) {
    const fault = linkFault(volume.format, cluster);
    if (fault !== 0) return chainRefusal(fault, chain.length === 0 ? first : chain[chain.length - 1], cluster);
    if (isChainEnd(volume.format, cluster)) return chain;
    chain.push(cluster);
    if (chain.length === most) return chain;
    if (chain.length > volume.format.clusters) return chainRefusal('loop', first, cluster);
    cluster = nextCluster(volume, cluster);
  }
}

const faultTexts: Readonly<Record<ChainFault, string>> = {
  free: 'a cluster that is marked free', bad: 'a cluster that is marked bad', outside: 'a cluster the volume does not have', loop: 'itself again',
};

function chainRefusal(fault: ChainFault, from: number, to: number): Refused<WalkRefusalCode> {
  return refused(`chain-${fault}`, `The chain of clusters leads from ${from} to ${faultTexts[fault]} (${to}); run chkdsk on a copy of the disk in a machine that can write it.`);
}

/** No directory has more than 65,536 entries of 32 bytes: 2 MiB. */
const DIRECTORY_BYTES_MAX = 65_536 * 32;

/** Bytes of a chain; `size` -1: the whole chain, as a directory has it. */
function chainBytes(volume: Volume, first: number, size: number): Answer<Uint8Array> {
  const { format } = volume;
  const most = size < 0 ? Math.min(format.clusters, Math.ceil(DIRECTORY_BYTES_MAX / bytesPerCluster(format))) + 1 : clustersOf(format, size);
  const chain = clusterChain(volume, first, most);
  if ('kind' in chain) return chain;
  if (size >= 0 && chain.length < most) return refused('chain-outside', `A file of ${size} bytes has only ${chain.length} of its ${most} clusters; run chkdsk on a copy of the disk in a machine that can write it.`);
  if (size < 0 && chain.length === most) return chainRefusal('loop', first, first);
  const bytes = new Uint8Array(chain.length * bytesPerCluster(format));
  for (let i = 0; i < chain.length; i++) {
    const sector = clusterSector(format, chain[i]);
    const data = volume.read(sector, format.sectorsPerCluster);
    if (data === null) return unreadable(volume.firstSector + sector);
    bytes.set(data, i * bytesPerCluster(format));
  }
  return size < 0 ? bytes : bytes.subarray(0, size);
}

/** Entries of a directory's bytes; deleted entries and labels are left out, '.' and '..' kept. [FAT-4] [FAT-5] */
export function decodeDirectory(bytes: Uint8Array, wide: boolean): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  const long = newLongName();
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const kind = entryKind(bytes, at);
    if (kind === 'end') break;
    if (kind === 'long') {
      gatherLongPart(long, bytes, at);
    } else if (kind === 'deleted' || kind === 'label') {
      forgetLongName(long);
    } else {
      const short = shortName(bytes, at);
      const name = takeLongName(long, bytes, at);
      entries.push({
        name: name === '' ? short : name, shortName: short, directory: kind === 'directory', attributes: entryAttributes(bytes, at), cluster: entryCluster(bytes, at, wide),
        size: entrySize(bytes, at), date: entryWriteDate(bytes, at), time: entryWriteTime(bytes, at),
      });
    }
  }
  return entries;
}

/** The entries of a directory; null or cluster 0 means the root. */
export function listDirectory(volume: Volume, directory: DirectoryEntry | null): Answer<DirectoryEntry[]> {
  const { format } = volume;
  const wide = format.kind === 'fat32';
  const cluster = directory !== null && directory.cluster !== 0 ? directory.cluster : format.rootCluster;
  if (cluster !== 0) {
    if (!isCluster(format, cluster)) return chainRefusal('outside', cluster, cluster);
    const bytes = chainBytes(volume, cluster, -1);
    return 'kind' in bytes ? bytes : decodeDirectory(bytes, wide);
  }
  const root = volume.read(format.rootStart, format.rootSectors);
  return root === null ? unreadable(volume.firstSector + format.rootStart) : decodeDirectory(root, wide);
}

/** The entry a path names; parts are separated by / or \, and compared without regard to case. */
export function findEntry(volume: Volume, path: string): Answer<DirectoryEntry> {
  const parts = path.split(/[\\/]+/).filter((name) => name !== '');
  let found: DirectoryEntry | null = null;
  for (const name of parts) {
    if (found !== null && !found.directory) return refused('is-file', `${found.name} is a file, so ${path} cannot be below it; check the path.`);
    const entries: Answer<DirectoryEntry[]> = listDirectory(volume, found);
    if ('kind' in entries) return entries;
    const match = entries.find((entry) => sameName(entry.name, name) || sameName(entry.shortName, name));
    if (match === undefined) return refused('no-such-file', `There is no ${name} in ${found === null ? 'the root directory' : found.name}; check the path.`);
    found = match;
  }
  return found ?? refused('is-directory', 'The path names the root directory; name a file.');
}

/** Files larger than this are not read into memory at once: 64 MiB. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** The bytes of a file. */
export function readFile(volume: Volume, path: string): Answer<Uint8Array> {
  const entry = findEntry(volume, path);
  if ('kind' in entry) return entry;
  if (entry.directory) return refused('is-directory', `${entry.name} is a directory; name a file in it.`);
  if (entry.size > FILE_BYTES_MAX) return refused('too-large', `${entry.name} has ${entry.size} bytes, and at most ${FILE_BYTES_MAX} are read at once; read it in pieces.`);
  return chainBytes(volume, entry.cluster, entry.size);
}
