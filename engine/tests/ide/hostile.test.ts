/** Guests that do what no driver does, and random requests against a model. A failing run prints its seed; fc.assert with it repeats the run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { putPrd } from '../../devices/ide/bus-master-registers.ts';
import { newBlock } from '../../sim/kernel.ts';
import { legacyMachine, type Access } from './machine.ts';
import { bufferPage, diskByte, rig } from './rig.ts';

const port = fc.oneof(
  fc.constantFrom(0x1f0, 0x1f0, 0x1f1, 0x1f2, 0x1f3, 0x1f4, 0x1f5, 0x1f6, 0x1f7, 0x1f7, 0x3f6, 0xffa0, 0xffa0, 0xffa2, 0xffa4, 0xffa6, 0xffa8, 0x20, 0x21, 0xa0, 0xa1),
  fc.integer({ min: 0, max: 0xffff }),
);
const value = fc.oneof(
  fc.constantFrom(0x20, 0x24, 0x25, 0x29, 0x30, 0x34, 0x35, 0x39, 0x40, 0xc6, 0xc8, 0xca, 0xec, 0xe0, 0xf0, 0, 1, 2, 4, 8, 9, 0x11, 0x80, 0x62, 0x66, 0x60_0000, 0x60_0008),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
const page = fc.oneof(fc.integer({ min: 0x600, max: 0x640 }), fc.constantFrom(0x7fff, 0x8000, 0xf_ffff, 0xffff_ffff));
const access: fc.Arbitrary<Access> = fc.record({
  write: fc.boolean(), port, size: fc.constantFrom(1, 2, 4), value, count: fc.constantFrom(1, 1, 1, 2, 256, 1024, 1500, 0xffff), page, offset: fc.constantFrom(0, 1, 2048, 4095),
});

describe('a hostile guest', () => {
  it('[IDE-1] [BM-1] [BM-6] [VMWP-2] [VMWP-7] port accesses in any order and width are answered, each once, and hurt nobody', () => {
    fc.assert(
      fc.property(fc.array(access, { minLength: 10, maxLength: 120 }), fc.array(fc.tuple(page, fc.integer({ min: 0, max: 0xffff_ffff })), { maxLength: 16 }), (accesses, regions) => {
        const w = legacyMachine({ path: 'dma' }, false);
        const table = w.page(0x600);
        regions.forEach(([at, count], i) => putPrd(table, 8 * i, ((at * 4096) >>> 0) + (count & 0xffe), count >>> 12, (count & 7) === 0));
        w.touch(accesses);
        expect(w.resumed()).toBe(accesses.length);
        // The drive is still there: reset, both chips again as the driver wants them, and a look at its status.
        const byte = (at: number, v: number, write = true) => ({ write, port: at, size: 1, value: v, count: 1, page: 0, offset: 0 });
        w.touch([byte(0xffa0, 0), byte(0x3f6, 4), byte(0x3f6, 0), byte(0x1f6, 0xe0), byte(0x1f7, 0, false)]);
        expect(w.resumed()).toBe(accesses.length + 5);
        expect(w.named(w.ask({ do: 'burn', where: 'root', ms: 1 }), /^vmms\.burn$/).length).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });
});

describe('random requests', () => {
  const variant = fc.record({
    polled: fc.boolean(), dma: fc.boolean(), multiple: fc.boolean(), lba48: fc.boolean(), lean: fc.boolean(), extraAccesses: fc.constantFrom(0, 0, 3), delay: fc.constantFrom(0, 4000, 60_000),
  });
  const request = fc.record({ write: fc.boolean(), lba: fc.integer({ min: 0, max: 300 }), sectors: fc.integer({ min: 1, max: 128 }), short: fc.boolean(), start: fc.integer({ min: 0, max: 4095 }) });

  it('[ATADRV-9] [IDE-15] [IDE-16] read and write like an array of sectors, on every way', () => {
    fc.assert(
      fc.property(variant, fc.array(request, { minLength: 1, maxLength: 12 }), (options, requests) => {
        const r = rig(options);
        r.start();
        const log = (r.w.kernel.log = newBlock(r.w.kernel.m.n + 1, 1 << 17));
        const model = Uint8Array.from({ length: 600 * 512 }, (_, i) => diskByte(i >> 9, i & 511));
        requests.forEach((q, i) => {
          const sectors = q.short ? 1 + (q.sectors % 8) : q.sectors;
          // Pieces that begin somewhere in a page: the first one short, the others whole pages.
          const pieces: [number, number, number][] = [];
          for (let left = sectors * 512, n = 0; left > 0; n++) {
            const offset = n === 0 && !q.short ? q.start & ~1 : 0;
            const bytes = Math.min(left, 4096 - offset);
            pieces.push([bufferPage + 2 * n, offset, bytes]);
            left -= bytes;
          }
          if (q.write) {
            let at = q.lba * 512;
            for (const [page, offset, bytes] of pieces) {
              const memory = r.memory(page);
              for (let j = 0; j < bytes; j++) model[at + j] = memory[offset + j] = (j * 7 + i * 31 + page + q.start) & 0xff;
              at += bytes;
            }
          } else for (const [page] of pieces) r.memory(page).fill(0xdd);
          if (q.short && q.write) r.write(q.lba, sectors, bufferPage, i);
          else if (q.short) r.read(q.lba, sectors, bufferPage, i);
          else r.many(q.write, q.lba, sectors, pieces, i);
          log.first = r.w.kernel.m.n + 1;
          r.w.run(130_000);
          expect(r.w.state<{ done: number[] }>(r.fs).done.slice(-2)).toEqual([i, 0]);
          let at = q.lba * 512;
          for (const [page, offset, bytes] of pieces) {
            expect(r.memory(page).subarray(offset, offset + bytes)).toEqual(model.subarray(at, at + bytes));
            at += bytes;
          }
        });
        const { written } = r.w.state<{ written: { [lba: number]: number[] } }>(r.parser);
        for (const [lba, bytes] of Object.entries(written)) expect(Uint8Array.from(bytes)).toEqual(model.slice(Number(lba) * 512, Number(lba) * 512 + 512));
      }),
      { numRuns: 60 },
    );
  });
});
