/**
 * Whether a FAT volume contradicts itself: both FATs, every chain, every directory, what nobody owns, FSInfo. Reads only. For
 * `disk check` and for tests of writing; a guest has no chkdsk here. SPEC [FAT-13].
 */
import {
  cleanBit, clusterSector, clustersOf, FAT_FREE, FAT_SECTOR, FIRST_CLUSTER, isBad, isChainEnd, isCluster, isFsInfo, readFsInfo, type Fat,
} from './fat.ts';
import {
  ENTRY_BYTES, entryAttributes, entryCluster, entryKind, entrySize, forgetLongName, gatherLongPart, isLastLongPart, newLongName, shortName, takeLongName, ATTRIBUTE_DIRECTORY,
} from './fat-names.ts';
import { nameToCreate } from './fat-new-names.ts';
import { nextCluster, type Volume } from './fat-walk.ts';

/** `damage`: files cannot be trusted. `loss`: space is taken by nobody, or parts of a name are left over; no file is touched. `note`: worth knowing. */
export type FindingLevel = 'damage' | 'loss' | 'note';

export interface Finding {
  readonly level: FindingLevel;
  readonly code: string;
  readonly sentence: string;
}

export interface VolumeCheck {
  readonly findings: readonly Finding[];
  readonly files: number;
  readonly directories: number;
  readonly usedClusters: number;
  readonly lostClusters: number;
  readonly freeClusters: number;
}

/** Of one kind only so many are told one by one. */
const TOLD_MOST = 20;
const DIRECTORIES_MOST = 65_536;

interface Pending {
  readonly cluster: number;
  readonly parent: number;
  readonly path: string;
}

interface Check {
  readonly volume: Volume;
  readonly fat: Fat;
  readonly owned: Uint8Array;
  readonly findings: Finding[];
  readonly told: Map<string, number>;
  readonly pending: Pending[];
  files: number;
  directories: number;
  used: number;
}

/** Checks the volume; reads every sector of its FATs and directories, none of its files. */
export function checkVolume(volume: Volume): VolumeCheck {
  const fat = volume.format;
  const check: Check = {
    volume, fat, owned: new Uint8Array(Math.ceil((fat.clusters + FIRST_CLUSTER) / 8)), findings: [], told: new Map(), pending: [], files: 0, directories: 0, used: 0,
  };
  checkFats(check);
  check.pending.push({ cluster: fat.rootCluster, parent: 0, path: '' });
  for (let next = check.pending.shift(); next !== undefined; next = check.pending.shift()) {
    if (check.directories++ < DIRECTORIES_MOST) checkDirectory(check, next);
  }
  const { lost, free } = countLost(check);
  for (const [code, count] of check.told) if (count > TOLD_MOST) check.findings.push({ level: 'note', code, sentence: `There are ${count - TOLD_MOST} more findings of this kind (${code}).` });
  return { findings: check.findings, files: check.files, directories: check.directories, usedClusters: check.used, lostClusters: lost, freeClusters: free };
}

function tell({ findings, told }: Check, level: FindingLevel, code: string, sentence: string): void {
  const count = (told.get(code) ?? 0) + 1;
  told.set(code, count);
  if (count <= TOLD_MOST) findings.push({ level, code, sentence });
}

// --- FATs -----------------------------------------------------------------------------------------------------------------

const PIECE = 64;

function checkFats(check: Check): void {
  const { fat, volume } = check;
  const first = volume.read(fat.fatStart + fat.activeFat * fat.fatSectors, 1);
  if (first === null) {
    tell(check, 'damage', 'unreadable', 'The file allocation table cannot be read; check that the file is complete.');
    return;
  }
  if (first[0] !== fat.media) tell(check, 'note', 'media', `The FAT begins with media byte 0x${hex(first[0]!)}, the boot sector has 0x${hex(fat.media)}.`);
  const bit = cleanBit(fat);
  if (bit !== 0 && (nextCluster(volume, 1) & bit) === 0) tell(check, 'note', 'not-clean', 'The volume is marked as not left in order: a write was cut off, or the machine it was in.');
  if (!fat.mirrored || fat.fats < 2) return;
  let differ = 0;
  let where = -1;
  for (let at = 0; at < fat.fatSectors; at += PIECE) {
    const count = Math.min(PIECE, fat.fatSectors - at);
    const one = volume.read(fat.fatStart + at, count);
    const two = volume.read(fat.fatStart + fat.fatSectors + at, count);
    if (one === null || two === null) continue;
    for (let s = 0; s < count; s++) {
      let same = true;
      for (let i = s * FAT_SECTOR; same && i < (s + 1) * FAT_SECTOR; i++) same = one[i] === two[i];
      if (same) continue;
      differ += 1;
      if (where < 0) where = at + s;
    }
  }
  if (differ > 0) tell(check, 'loss', 'fats-differ', `The two FATs differ in ${differ === 1 ? '1 sector' : `${differ} sectors`}, first in sector ${where}; the first FAT counts.`);
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

// --- chains ---------------------------------------------------------------------------------------------------------------

/** Follows a chain and takes its clusters for `path`; calls `each` for every one. Returns how many there are. */
function own(check: Check, first: number, path: string, each: (cluster: number) => void = () => undefined): number {
  const { fat, owned, volume } = check;
  let count = 0;
  for (let cluster = first; ; ) {
    if (!isCluster(fat, cluster)) {
      const what = cluster === FAT_FREE ? 'a cluster that is marked free' : isBad(fat, cluster) ? 'a cluster that is marked bad' : `cluster ${cluster}, which the volume does not have`;
      tell(check, 'damage', 'broken-chain', `${path}: its chain leads to ${what} after ${clustersText(count)}.`);
      return count;
    }
    const bit = 1 << (cluster & 7);
    if ((owned[cluster >>> 3]! & bit) !== 0) {
      tell(check, 'damage', 'cross-linked', `${path}: cluster ${cluster} of its chain belongs to something else already, or to itself.`);
      return count;
    }
    owned[cluster >>> 3]! |= bit;
    check.used += 1;
    count += 1;
    each(cluster);
    const next = nextCluster(volume, cluster);
    if (isChainEnd(fat, next)) return count;
    cluster = next;
  }
}

function clustersText(count: number): string {
  return count === 1 ? '1 cluster' : `${count} clusters`;
}

/** Every cluster that is in use for nobody, and FSInfo. */
function countLost(check: Check): { lost: number; free: number } {
  const { fat, owned, volume } = check;
  let lost = 0;
  let free = 0;
  let first = 0;
  for (let cluster = FIRST_CLUSTER; cluster < fat.clusters + FIRST_CLUSTER; cluster++) {
    const value = nextCluster(volume, cluster);
    if (value === FAT_FREE) free += 1;
    else if ((owned[cluster >>> 3]! & (1 << (cluster & 7))) === 0 && !isBad(fat, value)) {
      lost += 1;
      if (first === 0) first = cluster;
    }
  }
  if (lost > 0) tell(check, 'loss', 'lost-clusters', `${clustersText(lost)} ${lost === 1 ? 'is' : 'are'} marked in use but belong to no file, first ${first}.`);
  if (fat.infoSector > 0) {
    const sector = volume.read(fat.infoSector, 1);
    if (sector === null || !isFsInfo(sector)) tell(check, 'note', 'fsinfo', 'The FSInfo sector has lost its signatures; it is only a hint.');
    else if (readFsInfo(fat, sector).free >= 0 && readFsInfo(fat, sector).free !== free) {
      tell(check, 'note', 'fsinfo', `FSInfo says that ${readFsInfo(fat, sector).free} clusters are free, and ${free} are; it is only a hint.`);
    }
  }
  return { lost, free };
}

// --- directories ------------------------------------------------------------------------------------------------------------

interface Walk {
  readonly at: Pending;
  readonly names: Set<string>;
  readonly long: ReturnType<typeof newLongName>;
  parts: number;
  entry: number;
  over: boolean;
}

function checkDirectory(check: Check, at: Pending): void {
  const { fat, volume } = check;
  const walk: Walk = { at, names: new Set(), long: newLongName(), parts: 0, entry: 0, over: false };
  const sectors = (from: number, count: number): void => {
    const bytes = walk.over ? null : volume.read(from, count);
    if (bytes !== null) checkEntries(check, walk, bytes);
    else if (!walk.over) tell(check, 'damage', 'unreadable', `${shown(at.path)}: sector ${from} cannot be read.`);
  };
  if (at.cluster === 0) sectors(fat.rootStart, fat.rootSectors);
  else own(check, at.cluster, shown(at.path), (cluster) => sectors(clusterSector(fat, cluster), fat.sectorsPerCluster));
  orphans(check, walk);
}

function shown(path: string): string {
  return path === '' ? 'The root directory' : path;
}

function orphans(check: Check, walk: Walk): void {
  if (walk.parts > 0) tell(check, 'loss', 'orphan-name', `${shown(walk.at.path)}: ${walk.parts === 1 ? 'a part' : `${walk.parts} parts`} of a long name before entry ${walk.entry} belong to no file.`);
  walk.parts = 0;
  forgetLongName(walk.long);
}

function checkEntries(check: Check, walk: Walk, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += ENTRY_BYTES) {
    const kind = entryKind(bytes, at);
    if (kind === 'end') {
      walk.over = true;
      return;
    }
    if (kind === 'long') {
      if (isLastLongPart(bytes, at)) orphans(check, walk);
      walk.parts += 1;
      gatherLongPart(walk.long, bytes, at);
    } else if (kind === 'deleted' || kind === 'label') {
      orphans(check, walk);
    } else {
      const parts = walk.parts;
      const name = takeLongName(walk.long, bytes, at);
      if (parts > 0 && name === '') orphans(check, walk);
      walk.parts = 0;
      checkEntry(check, walk, bytes, at, name);
    }
    walk.entry += 1;
  }
}

function checkEntry(check: Check, walk: Walk, bytes: Uint8Array, at: number, longName: string): void {
  const { fat } = check;
  const short = shortName(bytes, at);
  const cluster = entryCluster(bytes, at, fat.kind === 'fat32');
  const size = entrySize(bytes, at);
  if (short === '.' || short === '..') {
    const root = walk.at.parent === fat.rootCluster;
    const right = short === '.' ? walk.at.cluster : root ? 0 : walk.at.parent;
    if (walk.entry !== (short === '.' ? 0 : 1)) tell(check, 'damage', 'dot-entries', `${shown(walk.at.path)}: ${short} is entry ${walk.entry}.`);
    else if (cluster !== right) tell(check, 'damage', 'dot-entries', `${shown(walk.at.path)}: ${short} leads to cluster ${cluster}, not to ${right}.`);
    return;
  }
  const name = longName === '' ? short : longName;
  const path = `${walk.at.path}\\${name}`;
  const raw = String.fromCharCode(...bytes.subarray(at, at + 11));
  if (walk.names.has(raw)) tell(check, 'damage', 'same-name', `${path}: another entry of the directory has the 8.3 name ${short} too.`);
  walk.names.add(raw);
  if (nameToCreate(name) === '') tell(check, 'damage', 'bad-name', `${path}: the name has a character that none may have.`);
  if ((entryAttributes(bytes, at) & ATTRIBUTE_DIRECTORY) !== 0) {
    if (cluster === 0) tell(check, 'damage', 'broken-chain', `${path}: the directory has no cluster.`);
    else check.pending.push({ cluster, parent: walk.at.cluster, path });
    return;
  }
  check.files += 1;
  const needed = clustersOf(fat, size);
  if (cluster === 0) {
    if (needed > 0) tell(check, 'damage', 'chain-short', `${path}: has ${size} bytes but no cluster.`);
    return;
  }
  const found = own(check, cluster, path);
  if (found < needed) tell(check, 'damage', 'chain-short', `${path}: has ${size} bytes, which need ${clustersText(needed)}, and a chain of ${found}.`);
  else if (found > needed) tell(check, 'loss', 'chain-long', `${path}: has ${size} bytes, which need ${clustersText(needed)}, and a chain of ${found}.`);
}
