/** Disks built in memory: any FAT, any geometry, any partition table, whole or scattered files. */
import { put16, put32, put53, putAscii, putGuid } from '../../wire/bytes.ts';
import { clusterSector, fatEnd, fatEntrySector, fatEntrySplit, putFatEntry, readFat, type Fat } from '../../wire/fat.ts';
import { shortNameChecksum } from '../../wire/fat-names.ts';
import { newNameOf, putLongPart, putShortEntry, shortNameBytes } from '../../wire/fat-new-names.ts';
import { crc32, GPT_BASIC_DATA } from '../../wire/gpt.ts';

export interface DiskPlan {
  readonly kind: 'fat12' | 'fat16' | 'fat32';
  readonly table?: 'none' | 'mbr' | 'logical' | 'gpt';
  readonly perCluster: number;
  readonly clusters: number;
  readonly fats?: number;
  readonly reserved?: number;
  readonly rootEntries?: number;
  /** Path to bytes; a path that ends with \ is an empty directory. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Every file's clusters lie this far apart (1: one after the other). */
  readonly stride?: number;
  readonly type?: number;
}

export interface Made {
  readonly bytes: Uint8Array;
  readonly fat: Fat;
  /** First sector of the volume. */
  readonly first: number;
}

/** Bytes that tell their place in the file. */
export function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, x = seed * 2654435761 >>> 0 || 1; i < length; i++) {
    x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0;
    bytes[i] = x & 0xff;
  }
  return bytes;
}

function bootSector(plan: DiskPlan, fatSectors: number, sectors: number, hidden: number): Uint8Array {
  const wide = plan.kind === 'fat32';
  const boot = new Uint8Array(512);
  boot.set([0xeb, wide ? 0x58 : 0x3c, 0x90]);
  putAscii(boot, 3, 8, 'MSDOS5.0');
  put16(boot, 11, 512);
  boot[13] = plan.perCluster;
  put16(boot, 14, plan.reserved ?? (wide ? 32 : 1));
  boot[16] = plan.fats ?? 2;
  put16(boot, 17, wide ? 0 : (plan.rootEntries ?? 512));
  if (sectors < 65_536 && !wide) put16(boot, 19, sectors);
  else put32(boot, 32, sectors);
  boot[21] = 0xf8;
  put32(boot, 28, hidden);
  const tail = wide ? 64 : 36;
  if (wide) {
    put32(boot, 36, fatSectors);
    put32(boot, 44, 2);
    put16(boot, 48, 1);
    put16(boot, 50, 6);
  } else {
    put16(boot, 22, fatSectors);
  }
  boot[tail + 2] = 0x29;
  put32(boot, tail + 3, 0x2008_0227);
  putAscii(boot, tail + 7, 11, 'NO NAME', 0x20);
  putAscii(boot, tail + 18, 8, plan.kind.toUpperCase(), 0x20);
  put16(boot, 510, 0xaa55);
  return boot;
}

/** A directory while it is filled. */
interface Folder {
  readonly entries: { name: string; cluster: number; size: number; directory: boolean }[];
  readonly folders: Map<string, Folder>;
  readonly files: [string, Uint8Array][];
}

const newFolder = (): Folder => ({ entries: [], folders: new Map(), files: [] });

export function makeDisk(plan: DiskPlan): Made {
  const table = plan.table ?? 'mbr';
  const wide = plan.kind === 'fat32';
  const bits = plan.kind === 'fat12' ? 12 : wide ? 32 : 16;
  const fatSectors = Math.ceil(((plan.clusters + 2) * bits) / 8 / 512);
  const rootSectors = wide ? 0 : (plan.rootEntries ?? 512) / 16;
  const sectors = (plan.reserved ?? (wide ? 32 : 1)) + (plan.fats ?? 2) * fatSectors + rootSectors + plan.clusters * plan.perCluster;
  const first = { none: 0, mbr: 63, logical: 126, gpt: 2048 }[table];
  const behind = table === 'gpt' ? 33 : 0;
  const bytes = new Uint8Array((first + sectors + behind) * 512);
  const volume = bytes.subarray(first * 512, (first + sectors) * 512);
  volume.set(bootSector(plan, fatSectors, sectors, first));
  const fat = readFat(volume.subarray(0, 512), sectors);
  if (fat.kind === 'refused') throw new Error(fat.sentence);
  fill(volume, fat, plan);
  const type = plan.type ?? { fat12: 0x01, fat16: 0x06, fat32: 0x0c }[plan.kind];
  if (table === 'mbr') putTable(bytes, 0, [[type, first, sectors]]);
  if (table === 'logical') {
    putTable(bytes, 0, [[0x0f, 63, first - 63 + sectors]]);
    putTable(bytes, 63, [[type, 63, sectors]]);
  }
  if (table === 'gpt') putGpt(bytes, [[GPT_BASIC_DATA, first, sectors]]);
  return { bytes, fat, first };
}

function putTable(bytes: Uint8Array, sector: number, entries: readonly (readonly [number, number, number])[]): void {
  const at = sector * 512;
  entries.forEach(([type, first, sectors], i) => {
    bytes[at + 446 + 16 * i + 4] = type;
    put32(bytes, at + 446 + 16 * i + 8, first);
    put32(bytes, at + 446 + 16 * i + 12, sectors);
  });
  put16(bytes, at + 510, 0xaa55);
}

function gptEntry(type: string, first: number, sectors: number): Uint8Array {
  const entry = new Uint8Array(128);
  putGuid(entry, 0, type);
  entry.fill(7, 16, 32);
  put53(entry, 32, first);
  put53(entry, 40, first + sectors - 1);
  const title = 'Basic data partition';
  for (let i = 0; i < title.length; i++) put16(entry, 56 + 2 * i, title.charCodeAt(i));
  return entry;
}

/** A GUID partition table, and its copy at the end, of partitions [type, first sector, sectors]. */
export function putGpt(bytes: Uint8Array, partitions: readonly (readonly [string, number, number])[]): void {
  const last = bytes.length / 512 - 1;
  putTable(bytes, 0, [[0xee, 1, last]]);
  for (const [at, other, array] of [[1, last, 2], [last, 1, last - 32]] as const) {
    partitions.forEach((partition, i) => bytes.set(gptEntry(...partition), array * 512 + 128 * i));
    const header = bytes.subarray(at * 512, at * 512 + 92);
    putAscii(header, 0, 8, 'EFI PART');
    put32(header, 8, 0x1_0000);
    put32(header, 12, 92);
    put53(header, 24, at);
    put53(header, 32, other);
    put53(header, 40, 34);
    put53(header, 48, last - 33);
    put53(header, 72, array);
    put32(header, 80, 128);
    put32(header, 84, 128);
    put32(header, 88, crc32(bytes, array * 512, 128 * 128));
    put32(header, 16, 0);
    put32(header, 16, crc32(header, 0, 92));
  }
}

function fill(volume: Uint8Array, fat: Fat, plan: DiskPlan): void {
  const root = newFolder();
  for (const [path, data] of Object.entries(plan.files)) {
    const parts = path.split('\\');
    let folder = root;
    for (const part of parts.slice(0, -1)) {
      if (!folder.folders.has(part)) folder.folders.set(part, newFolder());
      folder = folder.folders.get(part)!;
    }
    if (parts.at(-1) !== '') folder.files.push([parts.at(-1)!, data]);
  }
  const taken = new Uint8Array(fat.clusters + 2);
  const stride = plan.stride ?? 1;
  let probe = 2;
  const take = (count: number): number[] => {
    const chain: number[] = [];
    for (let tries = 0; chain.length < count; tries++) {
      if (tries > fat.clusters * stride * 2) throw new Error('the disk is full');
      if (probe >= fat.clusters + 2) probe = 2 + ((probe + 1) % stride);
      if (taken[probe] === 0) {
        taken[probe] = 1;
        chain.push(probe);
      }
      probe += taken[probe] === 1 && stride > 1 ? stride : 1;
    }
    chain.forEach((cluster, i) => link(volume, fat, cluster, chain[i + 1] ?? fatEnd(fat)));
    return chain;
  };
  link(volume, fat, 0, fatEnd(fat) - 0xff + 0xf8);
  link(volume, fat, 1, fatEnd(fat));
  if (fat.rootCluster > 0) taken[fat.rootCluster] = 1;
  putFolder(volume, fat, root, fat.rootCluster, 0, take);
  if (fat.infoSector > 0) {
    const info = volume.subarray(512, 1024);
    put32(info, 0, 0x4161_5252);
    put32(info, 484, 0x6141_7272);
    put32(info, 488, fat.clusters - taken.reduce((sum, t) => sum + t, 0));
    put32(info, 492, 3);
    put16(info, 510, 0xaa55);
    volume.copyWithin(6 * 512, 0, 1024);
  }
}

export function link(volume: Uint8Array, fat: Fat, cluster: number, value: number): void {
  const index = fatEntrySector(fat, cluster);
  for (let copy = 0; copy < fat.fats; copy++) {
    const at = (fat.fatStart + copy * fat.fatSectors + index) * 512;
    putFatEntry(fat, volume.subarray(at, at + 512), index, cluster, value);
    if (fatEntrySplit(fat, cluster)) putFatEntry(fat, volume.subarray(at + 512, at + 1024), index + 1, cluster, value);
  }
}

const stamp = { date: (28 << 9) | (2 << 5) | 27, time: 9 << 11, tenths: 0 };

function putFolder(volume: Uint8Array, fat: Fat, folder: Folder, own: number, parent: number, take: (count: number) => number[]): void {
  const per = fat.sectorsPerCluster * 512;
  const list: Uint8Array[] = [];
  const tails = new Map<string, number>();
  const put = (name: string, attributes: number, cluster: number, size: number): void => {
    const made = newNameOf(name);
    const key = String.fromCharCode(...shortNameBytes(made, 1));
    const tail = made.tail ? (tails.get(key) ?? 0) + 1 : 0;
    tails.set(key, tail);
    const short = shortNameBytes(made, tail);
    for (let order = made.parts; order > 0; order--) {
      const part = new Uint8Array(32);
      putLongPart(part, 0, name, order, shortNameChecksum(short, 0));
      list.push(part);
    }
    const entry = new Uint8Array(32);
    putShortEntry(entry, 0, short, made.flags, { attributes, cluster, size, stamp });
    list.push(entry);
  };
  if (own !== 0 && own !== fat.rootCluster) {
    for (const [name, cluster] of [['.', own], ['..', parent === fat.rootCluster ? 0 : parent]] as const) {
      const entry = new Uint8Array(32);
      putShortEntry(entry, 0, Uint8Array.from({ length: 11 }, (_, i) => (i < name.length ? 0x2e : 0x20)), 0, { attributes: 0x10, cluster, size: 0, stamp });
      list.push(entry);
    }
  }
  for (const [name, sub] of folder.folders) {
    const entries = count(sub) + 2;
    const chain = take(Math.max(1, Math.ceil((entries * 32) / per)));
    put(name, 0x10, chain[0]!, 0);
    putFolder(volume, fat, sub, chain[0]!, own, take);
  }
  for (const [name, data] of folder.files) {
    const chain = take(Math.ceil(data.length / per));
    chain.forEach((cluster, i) => volume.set(data.subarray(i * per, (i + 1) * per), clusterSector(fat, cluster) * 512));
    put(name, 0x20, chain[0] ?? 0, data.length);
  }
  if (own === 0) {
    if (list.length > fat.rootEntries) throw new Error('the root directory is full');
    list.forEach((entry, i) => volume.set(entry, fat.rootStart * 512 + i * 32));
    return;
  }
  let cluster = own;
  if (own === fat.rootCluster) {
    const more = take(Math.max(0, Math.ceil((list.length * 32) / per) - 1));
    const chain = [own, ...more];
    chain.forEach((c, i) => link(volume, fat, c, chain[i + 1] ?? fatEnd(fat)));
    list.forEach((entry, i) => volume.set(entry, clusterSector(fat, chain[Math.floor((i * 32) / per)]!) * 512 + ((i * 32) % per)));
    return;
  }
  list.forEach((entry, i) => {
    if (i > 0 && (i * 32) % per === 0) cluster = nextOf(volume, fat, cluster);
    volume.set(entry, clusterSector(fat, cluster) * 512 + ((i * 32) % per));
  });
}

function count(folder: Folder): number {
  const names = [...folder.folders.keys(), ...folder.files.map(([name]) => name)];
  return names.reduce((sum, name) => sum + newNameOf(name).parts + 1, 0);
}

function nextOf(volume: Uint8Array, fat: Fat, cluster: number): number {
  const at = (fat.fatStart * 512) + (fat.kind === 'fat12' ? cluster + (cluster >>> 1) : fat.kind === 'fat16' ? cluster * 2 : cluster * 4);
  const raw = volume[at]! | (volume[at + 1]! << 8);
  if (fat.kind === 'fat16') return raw;
  if (fat.kind === 'fat12') return (cluster & 1) === 1 ? raw >>> 4 : raw & 0xfff;
  return (raw | (volume[at + 2]! << 16) | (volume[at + 3]! << 24)) & 0x0fff_ffff;
}
