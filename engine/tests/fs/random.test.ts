/**
 * The file system beside a plain table of files: whatever is asked, in whatever order, on disks of every kind and with few or
 * many lines of cache, both hold the same. A failure names its seed.
 */
import { describe, expect, it } from 'vitest';
import type { ReaderState } from '../../guest/user/reader.ts';
import { checkVolume } from '../../wire/fat-check.ts';
import { findEntry, listDirectory, openVolume, readFile, type Volume } from '../../wire/fat-walk.ts';
import { ntStatusName } from '../../wire/ntstatus.ts';
import { dice } from '../dice.ts';
import { makeDisk, pattern, type DiskPlan } from './make-disk.ts';
import { rig, type Rig } from './rig.ts';

const STEPS = 45;
const runs = Number(process.env['VIRIDIAN_VOLUMES'] ?? 0);
const seeds = runs > 0 ? Array.from({ length: runs }, () => Math.floor(Math.random() * 2 ** 31)) : Array.from({ length: 24 }, (_, i) => i + 1);

const names = [
  'README.TXT', 'readme.txt', 'A.B', 'a longer name.text', 'A LONGER NAME.TEXT', 'another longer name.text', 'über öffentlich.txt', 'no extension at all', '.hidden',
  'sub\\README.TXT', 'SUB\\inside, with a long name.html', 'sub\\x', 'sub\\deep\\down.bin', 'sub\\deep\\a name that takes three entries of its directory.bin',
];
const folders = ['', 'sub', 'sub\\deep'];

function planFrom(chance: (n: number) => number): DiskPlan {
  const kind = (['fat12', 'fat16', 'fat32'] as const)[chance(3)]!;
  const files = { 'README.TXT': pattern(1 + chance(9000), 1), 'sub\\x': pattern(chance(3000), 2), 'sub\\deep\\down.bin': pattern(chance(700), 3) };
  const size = { fat12: 60 + chance(3000), fat16: 4200 + chance(500), fat32: 1000 + chance(2000) }[kind];
  return {
    kind, files, table: (['none', 'mbr', 'logical', 'gpt'] as const)[chance(4)]!, perCluster: kind === 'fat16' ? 1 + chance(2) : [1, 2, 4, 8][chance(4)]!, clusters: size,
    fats: 1 + chance(2), stride: 1 + chance(5), rootEntries: 16 * (1 + chance(4)),
  };
}

interface Standing {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Files by their path in capitals: names differ only by case for a reader. */
type Table = Map<string, Standing>;

/** Files that were written: a file system that refuses everything holds what its table holds, too. */
let written = 0;

const refusals = ['STATUS_DISK_FULL', 'STATUS_CANNOT_MAKE'];

interface Tried {
  readonly r: Rig;
  readonly bytes: Uint8Array;
  readonly table: Table;
  readonly chance: (n: number) => number;
}

/** What was asked has come about, or was refused for want of room and changed nothing. */
function wrote({ table }: Tried, path: string, content: Uint8Array, last: ReaderState['last']): void {
  const status = ntStatusName(last!.status);
  if (refusals.includes(status)) return;
  expect([path, status, last!.reason]).toEqual([path, 'STATUS_SUCCESS', '']);
  written++;
  const key = path.toUpperCase();
  table.set(key, { name: table.get(key)?.name ?? path.split('\\').at(-1)!, bytes: content });
}

function absent(path: string, last: ReaderState['last']): void {
  expect([path, ntStatusName(last!.status)]).toEqual([path, 'STATUS_OBJECT_NAME_NOT_FOUND']);
}

function step(t: Tried): void {
  const { r, table, chance } = t;
  const path = names[chance(names.length)]!;
  const there = table.get(path.toUpperCase());
  const depth = 1 + chance(8);
  const act = chance(10);
  if (act < 4) {
    const content = String.fromCharCode(...Array.from({ length: [0, 1, 511, 512, 513, 4096, chance(20_000)][chance(7)]! }, () => 97 + chance(26)));
    wrote(t, path, new TextEncoder().encode(content), r.writeFile(path, content, depth));
  } else if (act < 5) {
    const to = names[chance(names.length)]!;
    const last = r.copyFile(path, to, depth);
    if (!there) absent(path, last);
    else if (to.toUpperCase() === path.toUpperCase()) expect(ntStatusName(last!.status)).toBe('STATUS_SHARING_VIOLATION');
    else wrote(t, to, there.bytes, last);
  } else if (act < 7) {
    const last = r.deleteFile(path);
    if (!there) absent(path, last);
    else expect([path, last!.reason]).toEqual([path, '']);
    table.delete(path.toUpperCase());
  } else if (act < 9) {
    const last = r.readFile(path, depth);
    if (!there) absent(path, last);
    else expect([path, last!.status, last!.size, r.text(last!.size)]).toEqual([path, 0, there.bytes.length, there.bytes]);
  } else {
    const folder = folders[chance(folders.length)]!;
    expect([folder, r.listFiles(folder === '' ? '\\' : folder).listing.map(({ name }) => name).sort()]).toEqual([folder, namesIn(t, folder)]);
  }
}

/** What stands in a folder: the table's files, and the folders there are. */
function namesIn({ table }: Tried, folder: string): string[] {
  const inside = folders.filter((f) => f !== '' && f.split('\\').slice(0, -1).join('\\') === folder).map((f) => f.split('\\').at(-1)!);
  const files = [...table].filter(([key]) => key.split('\\').slice(0, -1).join('\\') === folder.toUpperCase()).map(([, { name }]) => name);
  return [...inside, ...files].sort();
}

function volumeOf(bytes: Uint8Array): Volume {
  const volume = openVolume((lba, count) => ((lba + count) * 512 > bytes.length ? null : bytes.subarray(lba * 512, (lba + count) * 512)), bytes.length / 512);
  if (volume.kind === 'refused') throw new Error(volume.sentence);
  return volume;
}

/** What stands on the disk, read without the machine. */
function stands(t: Tried): void {
  const volume = volumeOf(t.bytes);
  expect(checkVolume(volume).findings.map((f) => f.sentence)).toEqual([]);
  for (const [path, { bytes }] of t.table) expect([path, readFile(volume, path)]).toEqual([path, bytes]);
  for (const folder of folders.slice(1)) {
    const entry = findEntry(volume, folder);
    const list = 'kind' in entry ? entry : listDirectory(volume, entry);
    expect('kind' in list ? list.sentence : list.map(({ name }) => name).filter((name) => !/^\.\.?$/.test(name)).sort()).toEqual(namesIn(t, folder));
  }
}

describe('a volume that is used without a plan', () => {
  it.each(seeds)('[FS-5] [FS-9] [FS-14] [FS-17] [FS-20] [READER-6] [READER-7] holds what a table of files holds (seed %i)', (seed) => {
    const chance = dice(seed);
    const plan = planFrom(chance);
    const { bytes } = makeDisk(plan);
    const r = rig({ bytes, depth: 1 + chance(8), most: [8, 32, 128][chance(3)]!, shuffled: true }, { lines: 3 + chance(10), seed });
    const table: Table = new Map(Object.entries(plan.files).map(([path, data]) => [path.toUpperCase(), { name: path.split('\\').at(-1)!, bytes: data }]));
    const t: Tried = { r, bytes, table, chance };
    written = 0;
    for (let i = 0; i < STEPS; i++) {
      step(t);
      if (i % 5 === 4) stands(t);
    }
    stands(t);
    expect(written).toBeGreaterThan(0);
  });
});
