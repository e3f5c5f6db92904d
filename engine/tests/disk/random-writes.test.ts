/**
 * The storage half of the root against a plain array of bytes: random reads and writes, several under way, for every kind of
 * disk; and the plug pulled at any moment. A failure names its seed.
 */
import { describe, expect, it } from 'vitest';
import { dice } from '../dice.ts';
import { makeVhd, readVhd } from './vhd-maker.ts';
import { pattern, vhdWorld, type Placed, type VhdWorld } from './vhd-world.ts';

const K = 1024;
const SECTORS = 1500;
const kinds = ['fixed', 'dynamic', 'dynamic with large blocks', 'differencing', 'chain of three'] as const;

interface Disk {
  readonly files: readonly Placed[];
  /** File ids of the chain, child first. */
  readonly chain: readonly number[];
  readonly model: Uint8Array;
}

function diskOf(kind: (typeof kinds)[number], seed: number): Disk {
  const some = (mark: number) => (s: number): Uint8Array | null => ((s * 2_654_435_761 + seed * 977 + mark) >>> 5) % 4 === 0 ? pattern(s, 1, mark) : null;
  const blockSize = kind === 'fixed' ? 0 : kind === 'dynamic with large blocks' ? 4096 * K : 32 * K;
  const base = makeVhd({ sectors: SECTORS, blockSize, seed, content: (s) => (s % 300 < 200 ? some(1)(s) : null) });
  const chain = [base];
  if (kind === 'differencing' || kind === 'chain of three') {
    chain.unshift(makeVhd({ sectors: SECTORS, blockSize: 16 * K, seed: seed + 1, parent: { vhd: base, name: 'f1.vhd' }, content: (s) => (s % 500 < 100 ? some(2)(s) : null) }));
  }
  if (kind === 'chain of three') {
    chain.unshift(makeVhd({ sectors: SECTORS, blockSize: 64 * K, seed: seed + 2, parent: { vhd: chain[0]!, name: 'f2.vhd' }, content: () => null }));
  }
  const files = chain.map((made, i) => ({ fileId: chain.length - i, name: `f${chain.length - i}.vhd`, bytes: made.bytes }));
  return { files, chain: files.map((f) => f.fileId), model: readVhd(files.map((f) => f.bytes)) };
}

interface Asked {
  readonly cookie: number;
  readonly write: boolean;
  readonly lba: number;
  readonly sectors: number;
  readonly page: number;
  readonly bytes: Uint8Array;
}

/** Asks for a few things at once whose sectors have nothing in common. */
function askSome(w: VhdWorld, handle: number, chance: (n: number) => number, model: Uint8Array, mark: number): Asked[] {
  const asked: Asked[] = [];
  for (let i = 0, count = 1 + chance(6); i < count; i++) {
    const sectors = 1 + (chance(4) === 0 ? chance(128) : chance(12));
    const lba = chance(3) === 0 ? Math.min(SECTORS - sectors, 64 * chance(24)) : chance(SECTORS - sectors + 1);
    if (asked.some((a) => lba < a.lba + a.sectors && a.lba < lba + sectors)) continue;
    const write = chance(5) < 3;
    const page = 3000 + 40 * i;
    const bytes = write ? pattern(lba, sectors, mark + i) : model.slice(lba * 512, (lba + sectors) * 512);
    if (write) for (let at = 0; at < bytes.length; at += 4096) w.r.fill(page + at / 4096, bytes.subarray(at, at + 4096));
    asked.push({ cookie: w.ask(write, handle, lba, sectors, page), write, lba, sectors, page, bytes });
  }
  return asked;
}

/** Commands that the disk has ended. */
function posted(w: VhdWorld): number {
  return w.r.w.state<{ posted: number }>(w.r.disk).posted;
}

describe.each(kinds)('a %s disk', (kind) => {
  it.each([1, 2, 3])('[VHDP-12] [VHDP-14] [VHDP-15] [VHDP-18] holds what a plain array holds, whatever is asked (seed %i)', (seed) => {
    const disk = diskOf(kind, seed);
    const model = disk.model.slice();
    const w = vhdWorld(disk.files);
    const { handle } = w.open(disk.chain[0]!);
    const chance = dice(seed * 7919 + kinds.indexOf(kind));
    for (let round = 0; round < 60; round++) {
      const asked = askSome(w, handle, chance, model, round * 8 + 3);
      w.r.finish();
      for (const a of asked) {
        expect([round, w.statusOf(a.cookie)]).toEqual([round, 0]);
        if (a.write) model.set(a.bytes, a.lba * 512);
        else for (let at = 0; at < a.bytes.length; at += 4096) expect(w.r.bytes(a.page + at / 4096, 0, Math.min(4096, a.bytes.length - at))).toEqual(a.bytes.slice(at, at + 4096));
      }
    }
    expect(w.fromFiles(...disk.chain)).toEqual(model);
    for (const file of disk.files.slice(1)) expect(w.r.file(file.fileId)).toEqual(file.bytes);
  });

  it.each([4, 5])('[VHDP-16] is sound wherever the plug is pulled: each sector old or new, and new when the write has ended (seed %i)', (seed) => {
    const disk = diskOf(kind, seed);
    const model = disk.model.slice();
    const w = vhdWorld(disk.files);
    const { handle } = w.open(disk.chain[0]!);
    const chance = dice(seed * 104_729 + kinds.indexOf(kind));
    for (let round = 0; round < 6; round++) {
      const asked = askSome(w, handle, chance, model, round * 8 + 3);
      for (;;) {
        // As far as the next command of the disk: between two of them nothing on it changes.
        const before = posted(w);
        while (posted(w) === before) {
          const { n } = w.r.w.kernel.m;
          w.r.w.run(1);
          if (w.r.w.kernel.m.n === n) break;
        }
        const now = w.fromFiles(...disk.chain);
        for (const a of asked.filter((b) => b.write)) {
          for (let s = 0; s < a.sectors; s++) {
            const at = (a.lba + s) * 512;
            const there = now.subarray(at, at + 512);
            const isNew = Buffer.compare(there, a.bytes.subarray(s * 512, s * 512 + 512)) === 0;
            const isOld = Buffer.compare(there, model.subarray(at, at + 512)) === 0;
            if (!isNew && (!isOld || w.statusOf(a.cookie) === 0)) expect([round, a.lba + s, 'neither old nor new']).toEqual([]);
            now.set(model.subarray(at, at + 512), at);
          }
        }
        expect(Buffer.compare(now, model)).toBe(0);
        if (posted(w) === before) break;
      }
      for (const a of asked) if (a.write) model.set(a.bytes, a.lba * 512);
    }
  });
});
