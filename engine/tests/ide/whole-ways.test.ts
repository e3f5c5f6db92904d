/** Every way of the emulated drive on the whole machine, under the checkers: exits, copies and DMA by the rows themselves. */
import { describe, expect, it } from 'vitest';
import type { GuestConfig } from '../../scenarios/scenario.ts';
import { legacyMachine, type LegacyMachine } from './machine.ts';

const exit = /^pio\.(read|write|writeString)$/;

interface Counted {
  readonly exits: number;
  readonly trips: number;
  readonly copied: number;
  readonly dma: number;
  readonly translations: number;
  readonly bytes: Uint8Array;
}

function read(options: Partial<GuestConfig>, sectors: number): Counted {
  const w = legacyMachine(options, sectors <= 8);
  w.fillBuffers(new Uint8Array(sectors * 512).fill(0xee));
  const { status, hops } = w.request(false, 0, sectors);
  expect(status).toBe(0);
  const sum = (name: RegExp, arg: number): number => w.named(hops, name).reduce((all, h) => all + h.args[arg]!, 0);
  return {
    exits: w.named(hops, exit).length, trips: w.named(hops, /^vmwp\.message$/).length, copied: sum(/^vmwp\.copy$/, 0),
    dma: sum(/^disk\.dma$/, 2), translations: w.named(hops, /^vid\.translate$/).length, bytes: w.buffers(sectors),
  };
}

describe('a read on the whole machine', () => {
  const ways: readonly (readonly [string, Partial<GuestConfig>, readonly number[]])[] = [
    ['PIO', {}, [11, 39, 519]],
    ['PIO 48-bit', { lba48: true }, [15, 43, 523]],
    ['MULTIPLE', { pioMode: 'multiple' }, [15, 16, 46]],
    ['DMA', { path: 'dma' }, [17, 17, 17]],
    ['DMA 48-bit', { path: 'dma', lba48: true }, [21, 21, 21]],
    ['PIO with 10 accesses more', { extraAccesses: 10 }, [21, 49, 529]],
    ['DMA with 10 accesses more', { path: 'dma', extraAccesses: 10 }, [27, 27, 27]],
  ];
  const all = [1, 8, 128] as const;
  const truth = all.map((sectors) => read({}, sectors).bytes);
  for (const [way, options, exits] of ways) {
    it(`[ATADRV-9] [ATADRV-11] [ATADRV-14] [ATADRV-15] ${way}: ${exits.join(', ')} exits for 1, 8 and 128 sectors, each a trip to the worker process`, () => {
      all.forEach((sectors, i) => {
        const counted = read(options, sectors);
        expect([counted.exits, counted.trips]).toEqual([exits[i], exits[i]]);
        expect(counted.bytes).toEqual(truth[i]);
        const pio = options.path !== 'dma';
        expect(counted.copied).toBe(pio ? sectors * 512 : 0);
        expect(counted.translations > 0).toBe(pio);
        // The bitmap of the block goes by DMA too, into the root.
        expect(counted.dma).toBeGreaterThanOrEqual(sectors * 512);
      });
    });
  }

  it('[BM-4] [IDE-16] the disk stores into the pages of the guest itself', () => {
    const w = legacyMachine({ path: 'dma' });
    const { hops } = w.request(false, 0, 16);
    const regions = w.named(hops, /^ide\.regions$/);
    expect(regions.map((h) => h.args.slice(3, 6))).toEqual([[16, 0, 2]]);
    expect(w.named(hops, /^vmwp\.copy$/)).toHaveLength(0);
    expect(w.named(hops, /^vhd\.readUser$/)).toHaveLength(1);
    expect(w.named(hops, /^pic\.line$/).map((h) => h.args[1])).toEqual([1, 0]);
  });
});

describe('string instructions', () => {
  const port = 0x1f0;
  const identify = { write: true, port: 0x1f7, size: 1, value: 0xec, count: 1, page: 0, offset: 0 };
  const words = (count: number, page: number, offset: number, write = false) => ({ write, port, size: 2, value: 0, count, page, offset });

  function identified(w: LegacyMachine): void {
    w.touch([{ ...identify, port: 0x3f6, value: 2 }, identify]);
  }

  it('[VMWP-3] [VMWP-7] are copied page by page, and stop after 1024 elements where RIP stays', () => {
    const w = legacyMachine();
    identified(w);
    const hops = w.touch([words(256, 0x700, 4000)]);
    expect(w.named(hops, /^vid\.translate$/).map((h) => h.args[2])).toEqual([0x700, 0x701]);
    expect(w.named(hops, /^vmwp\.copy$/).map((h) => h.args[0])).toEqual([96, 416]);
    expect([...w.page(0x700).subarray(4000, 4002)]).toEqual([0x5a, 0x04]);
    const long = w.touch([words(3000, 0x702, 0)]);
    const [resumed] = w.named(long, /^pio\.resume$/);
    expect(resumed!.args.slice(1, 3)).toEqual([0x9000_0000, 3000 - 1024]);
    expect(w.page(0x702)[2047]).toBe(0xff);
    expect(w.page(0x702)[2048]).toBe(0);
  });

  it('[VMWP-6] [ICPT-4] [VID-4] OUTSW reads the memory of the guest with one exit and moves RSI on', () => {
    const w = legacyMachine();
    w.page(0x705).fill(0x77);
    const hops = w.touch([words(256, 0x705, 3900, true)]);
    expect(w.named(hops, /^pio\.writeString$/)).toHaveLength(1);
    expect(w.named(hops, /^vmwp\.fetch$/).map((h) => h.args[0])).toEqual([196, 316]);
    const [handed] = w.named(hops, /^vmwp\.portWriteString$/);
    expect(handed!.args.slice(0, 2)).toEqual([port | (2 << 16), 256]);
    expect(w.named(hops, /^pio\.resume$/)[0]!.args.slice(1, 3)).toEqual([0x9000_0003, 0]);
  });

  it('[VMWP-7] what is in no memory is stored nowhere and reads as all ones', () => {
    const w = legacyMachine();
    identified(w);
    const hops = w.touch([words(256, 0x7fff, 4000), words(256, 0xf_ffff, 0), words(256, 0xffff_ffff, 0, true), words(8, 0x1_0000, 0, true)]);
    expect(w.resumed()).toBe(6);
    expect(w.named(hops, /^vmwp\.(copy|fetch)$/).map((h) => h.args[0])).toEqual([96]);
  });
});
