/** Every way of the emulated drive in numbers: exits of one request by way, length and variant, on a disk that answers at once. */
import { describe, expect, it } from 'vitest';
import { readPrd } from '../../devices/ide/bus-master-registers.ts';
import { ataPage, bufferPage, diskByte, idePage, rig, wholePages, type Rig, type RigOptions } from './rig.ts';

const done = (r: Rig): number[] => r.w.state<{ done: number[] }>(r.fs).done;

/** Bytes in the memory of the guest, page after page of the list. */
function inMemory(r: Rig, sectors: number, pieces = wholePages(sectors)): Uint8Array {
  const out = new Uint8Array(sectors * 512);
  let at = 0;
  for (const [page, offset, bytes] of pieces) {
    out.set(r.memory(page).subarray(offset, offset + bytes), at);
    at += bytes;
  }
  return out;
}

function ofDisk(lba: number, sectors: number): Uint8Array {
  return Uint8Array.from({ length: sectors * 512 }, (_, i) => diskByte(lba + (i >> 9), i & 511));
}

function fill(r: Rig, sectors: number, seed: number, pieces = wholePages(sectors)): Uint8Array {
  const bytes = Uint8Array.from({ length: sectors * 512 }, (_, i) => (i * 13 + (i >> 8) * 7 + seed) & 0xff);
  let at = 0;
  for (const [page, offset, length] of pieces) {
    r.memory(page).set(bytes.subarray(at, at + length), offset);
    at += length;
  }
  return bytes;
}

function onDisk(r: Rig, lba: number, sectors: number): Uint8Array {
  const { written } = r.w.state<{ written: { [lba: number]: number[] } }>(r.parser);
  const out = ofDisk(lba, sectors);
  for (let i = 0; i < sectors; i++) if (written[lba + i]) out.set(written[lba + i]!, i * 512);
  return out;
}

/** Port exits of one request. */
function exits(options: RigOptions, write: boolean, sectors: number): number {
  const r = rig(options);
  r.start();
  r.accesses();
  const bytes = write ? fill(r, sectors, 5) : ofDisk(1000, sectors);
  if (sectors > 8) r.many(write, 1000, sectors);
  else if (write) r.write(1000, sectors);
  else r.read(1000, sectors);
  r.w.run();
  expect(done(r)).toEqual([1, 0]);
  if (write) expect(onDisk(r, 1000, sectors)).toEqual(bytes);
  else expect(inMemory(r, sectors)).toEqual(bytes);
  return r.accesses();
}

const ways: readonly (readonly [string, RigOptions])[] = [
  ['PIO by interrupt', {}],
  ['PIO by polling', { polled: true }],
  ['PIO 48-bit by interrupt', { lba48: true }],
  ['PIO 48-bit by polling', { lba48: true, polled: true }],
  ['MULTIPLE by interrupt', { multiple: true }],
  ['MULTIPLE by polling', { multiple: true, polled: true }],
  ['DMA', { dma: true }],
  ['DMA by polling', { dma: true, polled: true }],
  ['DMA 48-bit', { dma: true, lba48: true }],
];

describe('port exits of one request', () => {
  // Reads by interrupt: set-up 7 or 11, then per DRQ block status, ceil(words / 1024) and two EOI writes; polled one status more and no EOI.
  // Writes: one status read more, because no interrupt asks for the first block. DMA: 11 or 15, then 4 and two EOI writes.
  const reads: Readonly<Record<string, readonly number[]>> = {
    'PIO by interrupt': [11, 39, 519], 'PIO by polling': [10, 24, 264], 'PIO 48-bit by interrupt': [15, 43, 523], 'PIO 48-bit by polling': [14, 28, 268],
    'MULTIPLE by interrupt': [15, 16, 46], 'MULTIPLE by polling': [14, 15, 45], DMA: [17, 17, 17], 'DMA by polling': [15, 15, 15], 'DMA 48-bit': [21, 21, 21],
  };
  const writes: Readonly<Record<string, readonly number[]>> = {
    'PIO by interrupt': [12, 40, 520], 'PIO by polling': [10, 24, 264], 'PIO 48-bit by interrupt': [16, 44, 524], 'PIO 48-bit by polling': [14, 28, 268],
    'MULTIPLE by interrupt': [16, 17, 47], 'MULTIPLE by polling': [14, 15, 45], DMA: [17, 17, 17], 'DMA by polling': [15, 15, 15], 'DMA 48-bit': [21, 21, 21],
  };
  for (const [way, options] of ways) {
    it(`[ATADRV-11] [ATADRV-12] [ATADRV-14] ${way}: ${reads[way]!.join(', ')} for reads and ${writes[way]!.join(', ')} for writes of 1, 8 and 128 sectors`, () => {
      expect([1, 8, 128].map((sectors) => exits(options, false, sectors))).toEqual(reads[way]);
      expect([1, 8, 128].map((sectors) => exits(options, true, sectors))).toEqual(writes[way]);
    });
  }
});

describe('accesses that are not needed, or not made', () => {
  for (const options of [{}, { polled: true }, { multiple: true }, { dma: true }, { dma: true, polled: true }] as const) {
    it(`[ATADRV-15] ${JSON.stringify(options)}: N more accesses are N more exits, for reads and writes`, () => {
      for (const write of [false, true]) {
        const plain = exits(options, write, 8);
        for (const extraAccesses of [1, 2, 7, 100]) expect(exits({ ...options, extraAccesses }, write, 8)).toBe(plain + extraAccesses);
      }
    });
  }

  /** Exits of each of several requests, one after the other. */
  function each(options: RigOptions, requests: readonly (readonly [lba: number, sectors: number, write: boolean])[]): number[] {
    const r = rig(options);
    r.start();
    r.accesses();
    return requests.map(([lba, sectors, write], i) => {
      const bytes = write ? fill(r, sectors, i) : onDisk(r, lba, sectors);
      r.many(write, lba, sectors);
      r.w.run();
      expect(done(r).slice(-2)).toEqual([1, 0]);
      expect(write ? onDisk(r, lba, sectors) : inMemory(r, sectors)).toEqual(bytes);
      return r.accesses();
    });
  }

  it('[ATADRV-15] [GUEST-5] [PIC-7] a lean driver leaves out what it knows, and one write ends the interrupt at both chips', () => {
    // 7 + 8 (1 + 1 + 1); then without status, device and count; another count is written again.
    expect(each({ lean: true }, [[0, 8, false], [8, 8, false], [16, 4, false]])).toEqual([31, 28, 4 + 1 + 12]);
    // 11 + 4 + 1 less the direction; then without status, table, cleared bits, device and count.
    expect(each({ lean: true, dma: true }, [[0, 8, false], [8, 8, false], [100, 8, true]])).toEqual([15, 10, 10]);
    expect(each({ lean: true, dma: true, lba48: true }, [[0, 8, false], [8, 8, true], [16, 9, true]])).toEqual([19, 13, 15]);
    expect(each({ lean: true, multiple: true }, [[0, 8, false], [8, 8, true]])).toEqual([11 + 1 + 2 + 1, 7 + 1 + 2 + 1 + 1]);
    expect(each({ lean: true, polled: true }, [[0, 8, false], [8, 8, true]])).toEqual([24, 21]);
  });

  it('[ATADRV-15] [ATADRV-9] and is never wrong about a register, whatever the mix', () => {
    let seed = 20_081_121;
    const chance = (n: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * n);
    };
    for (const options of [{ lean: true }, { lean: true, dma: true }, { lean: true, multiple: true }, { lean: true, lba48: true, polled: true }] as const) {
      each(options, Array.from({ length: 30 }, () => [chance(60_000), 1 + chance(40), chance(2) === 1] as const));
    }
  });

  it('[ATADRV-15] after a failure nothing is taken for known', () => {
    const r = rig({ lean: true, bad: 40 });
    r.start();
    r.read(0, 8);
    r.w.run();
    r.read(40, 8);
    r.w.run();
    r.accesses();
    r.read(8, 8);
    r.w.run();
    expect(done(r)).toEqual([1, 0, 1, 1, 1, 0]);
    expect(r.accesses()).toBe(31);
  });
});

describe('the memory of a request', () => {
  it('[ATADRV-10] [ATADRV-13] may lie in pieces of any even length, on every way', () => {
    const pieces = [[0x220, 4094, 2], [0x230, 100, 1000], [0x231, 6, 1046], [0x240, 0, 4096], [0x241, 0, 4096], [0x242, 0, 4096], [0x252, 512, 2048]] as const;
    const sectors = pieces.reduce((sum, [, , bytes]) => sum + bytes, 0) / 512;
    for (const [way, options] of ways) {
      const r = rig(options);
      r.start();
      r.many(false, 300, sectors, pieces);
      r.w.run();
      expect(done(r), way).toEqual([1, 0]);
      expect(inMemory(r, sectors, pieces), way).toEqual(ofDisk(300, sectors));
      const bytes = fill(r, sectors, 3, pieces);
      r.many(true, 700, sectors, pieces, 2);
      r.w.run();
      expect(done(r), way).toEqual([1, 0, 2, 0]);
      expect(onDisk(r, 700, sectors), way).toEqual(bytes);
    }
  });

  it('[ATADRV-13] becomes a table in which neighbours are one region and none crosses 64 KiB', () => {
    const r = rig({ dma: true });
    r.start();
    r.many(false, 0, 64, Array.from({ length: 8 }, (_, i) => [0x30c + i, 0, 4096] as const));
    r.w.run();
    const table = r.memory(ataPage + 1);
    expect([readPrd(table, 0), readPrd(table, 8)]).toEqual([[0x30_c000, 0x4000, false], [0x31_0000, 0x4000, true]]);
    expect(r.w.hops().filter((h) => r.w.kernel.catalogue[h.kind]!.name === 'ide.regions').map((h) => h.args.slice(0, 6))).toEqual([[2, ataPage + 1, 16 << 12, 64, 0, 8]]);
  });

  it('[ATADRV-6] is refused when it is too long, odd or not what the list says', () => {
    const r = rig();
    r.start();
    r.many(false, 0, 129, [[0x220, 0, 4096]], 1);
    r.w.run();
    r.many(false, 0, 8, [[0x220, 0, 2048]], 2);
    r.w.run();
    r.many(false, 0, 1, [[0x220, 1, 512]], 3);
    r.w.run();
    r.many(false, 0, 1, [[0x220, 0, 511], [0x221, 0, 1]], 4);
    r.w.run();
    expect(done(r)).toEqual([1, 1, 2, 1, 3, 1, 4, 1]);
  });
});

describe('writes and errors', () => {
  it('[IDE-15] [ATADRV-12] a write is stored sector by sector, and block by block with MULTIPLE', () => {
    const stored = (options: RigOptions): number[] => {
      const r = rig(options);
      r.start();
      r.many(true, 50, 12);
      r.w.run();
      return r.w.state<{ writes: number[] }>(r.parser).writes;
    };
    expect(stored({})).toEqual(Array.from({ length: 12 }, (_, i) => [50 + i, 1]).flat());
    expect(stored({ multiple: true })).toEqual([50, 12]);
    expect(stored({ dma: true })).toEqual([50, 12]);
  });

  for (const [way, options] of ways) {
    it(`[ATADRV-7] [IDE-8] ${way}: reads and writes that fail end with the drive's error, and the next request is served`, () => {
      const r = rig({ ...options, sectors: 1000, bad: 44 });
      r.start();
      for (const [write, lba, error] of [[false, 40, 0x80], [true, 40, 0x80], [false, 996, 0x10], [true, 996, 0x10]] as const) {
        if (write) r.write(lba, 8);
        else r.read(lba, 8);
        r.w.run();
        expect(done(r).slice(-2)).toEqual([1, 1]);
        expect(r.w.state<{ lastError: number }>(r.driver).lastError).toBe(error);
        r.read(100, 8);
        r.w.run();
        expect(done(r).slice(-2)).toEqual([1, 0]);
      }
    });
  }

  it('[ATADRV-11] addresses beyond 28 bits take 48-bit commands by themselves', () => {
    for (const options of [{}, { dma: true }] as const) {
      const r = rig({ ...options, sectors: 0x1000_1000 });
      r.start();
      r.accesses();
      for (const [lba, exitsOf] of [[0x0fff_fff0, options.dma ? 17 : 39], [0x0fff_fffa, options.dma ? 21 : 43], [0x1000_0800, options.dma ? 21 : 43]] as const) {
        r.read(lba, 8);
        r.w.run();
        expect(done(r).slice(-2)).toEqual([1, 0]);
        expect(inMemory(r, 8)).toEqual(ofDisk(lba, 8));
        expect(r.accesses()).toBe(exitsOf);
      }
    }
  });

  it('[ATADRV-1] [ATADRV-11] mode MULTIPLE sets the block with two writes, and its interrupt', () => {
    for (const [options, exitsOf] of [[{}, 18], [{ multiple: true }, 18 + 2 + 1 + 2], [{ multiple: true, polled: true }, 17 + 2 + 1], [{ dma: true }, 18]] as const) {
      const r = rig(options);
      r.start();
      expect(r.accesses()).toBe(exitsOf);
    }
  });

  it('[ATADRV-16] a drive without DMA is driven by PIO', () => {
    const r = rig({ dma: true });
    r.attach();
    r.memory(idePage)[512 + 2 * 49 + 1]! &= ~1;
    r.initialise();
    r.accesses();
    r.read(8, 8);
    r.w.run();
    expect(r.accesses()).toBe(39);
    expect(inMemory(r, 8)).toEqual(ofDisk(8, 8));
  });

  it('[ATADRV-12] an interrupt that comes while the thread is at work is served when it is through', () => {
    for (let seed = 1; seed <= 30; seed++) {
      for (const options of [{}, { multiple: true }, { dma: true }] as const) {
        const r = rig({ ...options, delay: (seed % 4) * 3000 });
        r.w.kernel.shuffle = new Int32Array([seed]);
        r.start();
        r.accesses();
        const plain = options.dma ? 17 : options.multiple ? 17 : 40;
        for (let i = 0; i < 3; i++) r.write(100 * i, 8, bufferPage + i, i);
        r.w.run();
        expect(done(r), `seed ${seed}`).toEqual([0, 0, 1, 0, 2, 0]);
        expect(r.accesses(), `seed ${seed}`).toBe(3 * plain);
      }
    }
  });
});
