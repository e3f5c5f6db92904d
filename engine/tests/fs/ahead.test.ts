import { describe, expect, it } from 'vitest';
import { frame } from '../../sim/memory.ts';
import { raw, RAW_WRITE } from '../../guest/kernel/raw-hops.ts';
import { sha256 } from '../disk/rig.ts';
import { makeDisk, pattern, type DiskPlan } from './make-disk.ts';
import { rig } from './rig.ts';

const big = pattern(200_000, 9);
const plan: DiskPlan = { kind: 'fat16', perCluster: 4, clusters: 4200, files: { 'BIG.BIN': big } };

describe('long requests', () => {
  it('[FS-13] the third read in sequence fetches what lies behind it by one request of what the driver takes, and no sector twice', () => {
    for (const most of [0, 8, 20, 64, 128]) {
      for (const depth of [1, 8]) {
        const { bytes, first, fat } = makeDisk(plan);
        const r = rig({ bytes, depth: 8, most });
        const last = r.readFile('BIG.BIN', depth)!;
        expect(sha256(r.text(last.size))).toBe(sha256(big));
        const data = r.driver().reads.filter(([lba]) => lba! >= first + fat.dataStart);
        expect(data.reduce((sum, [, n]) => sum + n!, 0)).toBe(391);
        expect(Math.max(...data.map(([, n]) => n!))).toBe(Math.max(8, most - (most % 8)));
        if (most === 128 && depth === 1) expect(data.map(([, n]) => n)).toEqual([8, 8, 128, 128, 119]);
        expect(r.state().cache.lists.some((used) => used)).toBe(false);
      }
    }
  });

  it('[FS-13] a scattered file is not fetched beyond its runs, and random reads fetch what they need', () => {
    const { bytes } = makeDisk({ ...plan, stride: 3 });
    const r = rig({ bytes, depth: 8, most: 128 });
    expect(sha256(r.text(r.readFile('BIG.BIN', 8)!.size))).toBe(sha256(big));
    expect(Math.max(...r.driver().reads.map(([, n]) => n!))).toBe(4);
  });

  it('[FS-15] the cache forgets what a raw request writes', () => {
    const { bytes, first, fat } = makeDisk(plan);
    const r = rig({ bytes, depth: 8, most: 64 });
    expect(r.readFile('BIG.BIN', 1)!.status).toBe(0);
    const at = first + fat.dataStart + 300;
    expect(r.call(raw.request, RAW_WRITE, at, 91, 200, 5)).toEqual([5, 0, 91 * 512]);
    expect(bytes.subarray(at * 512, (at + 91) * 512)).toEqual(frames(r, 91 * 512));
    const now = r.readFile('BIG.BIN', 1)!;
    expect(r.text(now.size)).toEqual(bytes.slice((first + fat.dataStart) * 512, (first + fat.dataStart) * 512 + now.size));
  });
});

function frames(r: ReturnType<typeof rig>, length: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(length / 4096) * 4096);
  for (let i = 0; i * 4096 < length; i++) out.set(frame(r.w.kernel.m.memory, 200 + i), i * 4096);
  return out.slice(0, length);
}

describe('large directories', () => {
  it('[FS-9] a listing of thousands of entries reads each sector of the directory once', () => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 0; i < 1500; i++) files[`many\\File number ${i} with a long name.txt`] = new Uint8Array(0);
    const { bytes } = makeDisk({ ...plan, files });
    const r = rig({ bytes, depth: 8 });
    expect([r.listFiles('many').listed, r.reader().last!.status]).toEqual([1500, 0]);
    expect(r.count('fs.listed')).toBeGreaterThan(25);
    const reads = r.driver().reads.map(([lba]) => lba!);
    expect(reads.length).toBeLessThan((1500 * 4 * 32) / 512 + 30);
  });
});
