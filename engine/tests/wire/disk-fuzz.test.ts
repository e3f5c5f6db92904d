/** Mutants of disks: each must be a valid disk or a typed refusal, never a throw. The seed of a failing run is printed. */
import { describe, expect, it } from 'vitest';
import { bePut32 } from '../../wire/bytes.ts';
import { findEntry, listDirectory, openVolume, readFile } from '../../wire/fat-walk.ts';
import { footerChecksum, hasFooterCookie, headerChecksum } from '../../wire/vhd.ts';
import { openVhd, sectorReader } from '../../wire/vhd-open.ts';
import { differencing, fixedDisk, readerOf, sampleDisk, sparseDisk } from './sample-disk.ts';

/** A small generator (xorshift32), so that a seed repeats a run. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const INTERESTING = [0, 1, 2, 3, 4, 0x7f, 0x80, 0xe5, 0xf7, 0xf8, 0xff];

/** Damages a few bytes within the first `span` or the last 512 bytes; returns the new length. */
function damage(bytes: Uint8Array, next: (below: number) => number, places: readonly number[]): number {
  for (let n = 1 + next(4); n > 0; n--) {
    const at = places[next(places.length)]! + next(64) - 16;
    if (at < 0 || at >= bytes.length) continue;
    bytes[at] = next(2) === 0 ? INTERESTING[next(INTERESTING.length)]! : next(256);
  }
  return next(8) === 0 ? next(bytes.length + 1) : bytes.length;
}

function mendChecksums(bytes: Uint8Array): void {
  for (const at of [0, bytes.length - 512]) if (at >= 0 && hasFooterCookie(bytes, at)) bePut32(bytes, at + 64, footerChecksum(bytes, at));
  if (bytes.length >= 1536) bePut32(bytes, 512 + 36, headerChecksum(bytes, 512));
}

/** Opens and walks; the answer's code, or 'fine'. */
function walk(bytes: Uint8Array): string {
  const read = readerOf(bytes);
  const disk = openVhd(read, bytes.length);
  if (disk.kind === 'refused') {
    expect(disk.sentence).toMatch(/^[A-Z].*\.$/);
    return disk.code;
  }
  const sectors = sectorReader(disk, read, null);
  const volume = openVolume(sectors, disk.sectors);
  if (volume.kind === 'refused') {
    expect(volume.sentence).toMatch(/^[A-Z].*\.$/);
    return `volume ${volume.code}`;
  }
  const root = listDirectory(volume, null);
  if ('kind' in root) return `root ${root.code}`;
  const directory = findEntry(volume, 'LAB');
  if (!('kind' in directory)) listDirectory(volume, directory);
  const answers = ['README.TXT', 'LAB/FRAG.BIN'].map((path) => readFile(volume, path));
  return answers.map((answer) => ('kind' in answer ? `file ${answer.code}` : 'fine')).join(', ');
}

function run(seed: number, mutants: number, original: Uint8Array, places: readonly number[]): Map<string, number> {
  const codes = new Map<string, number>();
  const scratch = original.slice();
  for (let i = 0; i < mutants; i++) {
    const own = seed + i;
    const next = generator(own * 2_654_435_761);
    scratch.set(original);
    const length = damage(scratch, next, places);
    const mutant = scratch.subarray(0, length);
    if (next(3) !== 0) mendChecksums(mutant);
    let code: string;
    try {
      code = walk(mutant);
    } catch (fault) {
      throw new Error(`seed ${own}: ${String(fault)}`, { cause: fault });
    }
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return codes;
}

describe('mutants', () => {
  it('[VHD-8] of small disks of each type are opened or refused', () => {
    const places = [0, 16, 48, 60, 512, 528, 544, 0x600, 0x610, 0x800, 0x820];
    for (const [original, seed] of [[sparseDisk(64, [8, 16, 63]).bytes, 1000], [sparseDisk(64, [1, 2], differencing).bytes, 9000], [fixedDisk(12), 17_000]] as const) {
      const codes = run(seed, 1500, original, [...places, original.length - 512, original.length - 464, original.length - 448]);
      expect(codes.size, [...codes.keys()].join(' ')).toBeGreaterThan(4);
    }
  });

  it('[VHD-8] [FAT-2] [FAT-3] of the sample disk are walked or refused', () => {
    const original = sampleDisk();
    const data = 0xa00; // data of block 0: sector 0 of the disk
    const volume = data + 63 * 512;
    const places = [0, 48, 512, 528, 0x600, data + 446, data + 510, volume, volume + 16, volume + 32, volume + 4 * 512, volume + 5 * 512, volume + 64 * 512, volume + 100 * 512];
    const codes = run(40_000, 600, original, places);
    expect(codes.get('fine, fine')).toBeGreaterThan(0);
    expect(codes.size, [...codes.keys()].join(' ')).toBeGreaterThan(6);
  });
});
