import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StorvscState } from '../../devices/storage/vsc-state.ts';
import type { StorvspState } from '../../devices/storage/vsp-state.ts';
import * as ring from '../../wire/ring.ts';
import { frame } from '../../sim/memory.ts';
import { DISK_SECTORS, FREE_PAGES, rig, STORAGE_PAGES, type FsState, type Read } from './rig.ts';

const plan = fc.record({
  seed: fc.integer({ min: 1, max: 1 << 30 }),
  shuffle: fc.boolean(),
  rootVps: fc.integer({ min: 1, max: 4 }),
  guests: fc.integer({ min: 1, max: 3 }),
  depth: fc.integer({ min: 1, max: 32 }),
  queueDepth: fc.integer({ min: 1, max: 32 }),
  dataPages: fc.integer({ min: 1, max: 4 }),
  everyWrite: fc.boolean(),
  wait: fc.constantFrom(0, 1, 3_000, 60_000, 1_000_000),
  reads: fc.array(fc.record({ lba: fc.integer({ min: 0, max: DISK_SECTORS + 8 }), sectors: fc.integer({ min: 1, max: 16 }), offset: fc.integer({ min: 0, max: 4095 }) }), { minLength: 1, maxLength: 80 }),
});

describe('random reads against a reference disk', () => {
  it('[STORVSC-7] [STORVSP-2] [CHAN-8] every request ends once, with the right bytes, whatever the depth, the order and the luck', { timeout: 120_000 }, () => {
    fc.assert(fc.property(plan, (p) => {
      const r = rig({ wait: (n) => (p.wait < 2 ? p.wait : n % p.wait), rootVps: p.rootVps, seed: p.seed });
      if (p.shuffle) r.w.kernel.shuffle = new Int32Array([p.seed]);
      const guests = Array.from({ length: p.guests }, (_, i) => r.up(`guest${i}`, { queueDepth: p.queueDepth, dataPages: p.dataPages, signalRule: p.everyWrite ? 'every-write' : 'empty-to-non-empty' }));
      const reads = p.reads.map((read, i): Read => ({ ...read, page: FREE_PAGES + (i % 100) * 4 }));
      const depth = Math.min(p.depth, p.queueDepth + 64);
      for (const g of guests) {
        Object.assign(r.w.kernel.stateForWrite(g.fs)!, { reads, next: 0, depth, under: 0, done: [], bad: [] });
        r.w.poke(g.fs, r.w.kernel.catalogue.find((k) => k.name === 'storagetest.go')!, g.fs);
      }
      expect(r.w.run()).toBe('idle');
      for (const g of guests) {
        const s = r.w.state<FsState>(g.fs);
        expect(s.bad).toEqual([]);
        expect(s.done.map(([i]) => i).sort((a, b) => a - b)).toEqual(reads.map((_, i) => i));
        for (const [i, status] of s.done) expect([i, status]).toEqual([i, reads[i]!.lba + reads[i]!.sectors > DISK_SECTORS ? 0x05_2100 : 0]);
        const vsc = r.w.state<StorvscState>(g.storvsc);
        expect([vsc.outstanding, vsc.waiting.length, vsc.draining]).toEqual([0, 0, false]);
        expect(r.w.state<{ tags: unknown[] }>(g.channel).tags).toEqual([]);
        for (const first of [0, 1 + p.dataPages]) {
          const pages = Array.from({ length: 1 + p.dataPages }, (_, i) => frame(r.w.kernel.m.memory, g.base + STORAGE_PAGES + first + i));
          expect([ring.isEmpty(pages), ring.interruptMask(pages)]).toEqual([true, 0]);
        }
      }
      for (const d of r.w.state<StorvspState>(r.storvsp).disks) expect([d.inFlight, d.draining, d.stalled, d.waiting]).toEqual([0, false, false, []]);
    }), { numRuns: 60, seed: 2008 });
  });
});
