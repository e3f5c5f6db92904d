/** Disks that nobody would write, under the whole storage half of the root. VIRIDIAN_FUZZ=100000 runs so many, and then says how long the worst took. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { vhd } from '../../root/kernel/storage-hops.ts';
import { bePut32 } from '../../wire/bytes.ts';
import { footerChecksum, headerChecksum } from '../../wire/vhd.ts';
import { asker, rig, sampleBytes, type Answers } from './rig.ts';
import { makeVhd } from './vhd-maker.ts';
import { pattern, vhdWorld } from './vhd-world.ts';

const SECTORS = sampleBytes.length / 512;

const wished = process.env['VIRIDIAN_FUZZ'];
const numRuns = wished === undefined ? 150 : Math.ceil(Number(wished) / 2);
/** Another seed each time for a long run; it is printed with what failed. */
const seedOf = (usual: number): number => (wished === undefined ? usual : Date.now() % 1_000_000_000);

function bytesHeld(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Milliseconds of processor time, and bytes by which the heap grew before anything was collected. */
const worst = { ms: 0, bytes: 0, runs: 0 };

function measured(work: () => void): void {
  const before = bytesHeld();
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  // The first hundred are compiled meanwhile.
  worst.runs += 1;
  if (worst.runs > 100) worst.ms = Math.max(worst.ms, (user + system) / 1000);
  worst.bytes = Math.max(worst.bytes, bytesHeld() - before);
}

afterAll(() => (wished === undefined ? undefined : console.log(worst)));

function opensOrSaysWhy(image: Uint8Array, lba: number): void {
  const r = rig({
    images: { a: image }, eager: true, disk: { sectors: 10_000, extents: [{ lbaFrom: 100, sectors: SECTORS, image: 'a', imageOffset: 0 }] },
    files: [{ fileId: 1, name: 'a.vhd', extents: [{ fileSector: 0, sectors: SECTORS, lba: 100 }] }], types: [asker('vsp', 'root-kernel', [vhd.opened, vhd.done])],
  });
  const vsp = r.w.add('vsp', 'root/storvsp', 1);
  r.w.poke(vsp, vhd.open, r.vhd, [1, 7], 0);
  r.finish();
  const [, handle, , reason] = r.w.state<Answers>(vsp).got[0]!;
  // A disk that opens may come with a notice, such as that the copy of its footer was used.
  if (handle === 0) expect((r.w.kernel.m.texts[reason!] ?? '').length).toBeGreaterThan(20);
  const span = r.mdl(900, [[1000, 0, 4096]]);
  r.w.poke(vsp, vhd.read, r.vhd, [1, lba, 8, 900, span, 8], 0);
  r.finish();
  expect(r.w.state<Answers>(vsp).got.length).toBe(2);
}

function givesBackWhatWasWritten(child: Uint8Array, base: Uint8Array, lba: number): void {
  const w = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: child }, { fileId: 2, name: 'base.vhd', bytes: base }]);
  const { handle, says, reason } = w.open(1);
  if (handle === 0) {
    expect([says.length > 20, says.endsWith('.'), reason > 0]).toEqual([true, true, true]);
    return;
  }
  const status = w.write(handle, lba, pattern(lba, 8, 9));
  const back = w.read(handle, lba, 8);
  if (status === 0) expect(Buffer.compare(back.bytes, pattern(lba, 8, 9))).toBe(0);
}

describe('a damaged VHD', () => {
  it('[VHDP-2] [VHDP-4] is opened or refused with a sentence, whatever its bytes, and reads of it end', () => {
    const change = fc.record({ at: fc.oneof(fc.nat(2047), fc.integer({ min: sampleBytes.length - 512, max: sampleBytes.length - 1 })), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.boolean(), fc.nat(65535), (changes, mend, lba) => {
        const image = sampleBytes.slice();
        for (const { at, value } of changes) image[at] = value;
        if (mend) {
          for (const at of [0, image.length - 512]) bePut32(image, at + 64, footerChecksum(image, at));
          bePut32(image, 512 + 36, headerChecksum(image, 512));
        }
        measured(() => opensOrSaysWhy(image, lba));
      }),
      { numRuns, seed: seedOf(11) },
    );
  }, 7_200_000);

  it('[VHDP-2] [VHDP-19] in a chain: what opens can be written and gives back what was written, what does not says why', () => {
    const base = makeVhd({ sectors: 512, blockSize: 32_768, seed: 1, content: (s) => (s % 100 < 40 ? pattern(s, 1, 1) : null) });
    const child = makeVhd({ sectors: 512, blockSize: 16_384, seed: 2, parent: { vhd: base, name: 'base.vhd', relative: '.\\base.vhd' }, content: (s) => (s % 70 < 9 ? pattern(s, 1, 2) : null) });
    const change = fc.record({ at: fc.oneof(fc.nat(3071), fc.nat(child.bytes.length - 1)), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), fc.array(change, { maxLength: 2 }), fc.boolean(), fc.nat(500), (first, second, mend, lba) => {
        const damaged = (bytes: Uint8Array, changes: typeof first): Uint8Array => {
          const out = bytes.slice();
          for (const { at, value } of changes) out[Math.min(at, out.length - 1)] = value;
          if (mend) {
            for (const at of [0, out.length - 512]) bePut32(out, at + 64, footerChecksum(out, at));
            bePut32(out, 512 + 36, headerChecksum(out, 512));
          }
          return out;
        };
        measured(() => givesBackWhatWasWritten(damaged(child.bytes, first), damaged(base.bytes, second), lba));
      }),
      { numRuns, seed: seedOf(12) },
    );
  }, 7_200_000);
});
