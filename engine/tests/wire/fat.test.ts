import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { put16, put32, putAscii } from '../../wire/bytes.ts';
import { clusterSector, clustersOf, fatEntryOffset, fatEntrySector, isCluster, linkFault, readFat } from '../../wire/fat.ts';
import type { Fat } from '../../wire/fat.ts';
import { entryKind, fatDateText, fatTimeText, sameName, shortName, shortNameChecksum } from '../../wire/fat-names.ts';
import { clusterChain, decodeDirectory, findEntry, listDirectory, openVolume, readFile } from '../../wire/fat-walk.ts';
import type { Volume } from '../../wire/fat-walk.ts';
import { readMbr } from '../../wire/mbr.ts';
import { openVhd, sectorReader } from '../../wire/vhd-open.ts';
import { fat16Boot, readerOf, sampleDisk, sampleHashes } from './sample-disk.ts';

function mbr(entries: readonly (readonly [type: number, first: number, sectors: number])[]): Uint8Array {
  const sector = new Uint8Array(512);
  entries.forEach(([type, first, sectors], i) => {
    sector[446 + 16 * i + 4] = type;
    put32(sector, 446 + 16 * i + 8, first);
    put32(sector, 446 + 16 * i + 12, sectors);
  });
  put16(sector, 510, 0xaa55);
  return sector;
}

function volumeOf(boot: Uint8Array, sectors = 20_000): Fat {
  const volume = readFat(boot, sectors);
  if (volume.kind === 'refused') throw new Error(volume.sentence);
  return volume;
}

function sampleVolume(): Volume {
  const bytes = sampleDisk();
  const disk = openVhd(readerOf(bytes), bytes.length);
  if (disk.kind === 'refused') throw new Error(disk.sentence);
  const volume = openVolume(sectorReader(disk, readerOf(bytes), null), disk.sectors);
  if (volume.kind === 'refused') throw new Error(volume.sentence);
  return volume;
}

describe('the sample disk', () => {
  const volume = sampleVolume();

  it('[MBR-1] [FAT-1] [FAT-3] gives each file with the hash listed beside it', () => {
    expect(volume.firstSector).toBe(63);
    const hashes = sampleHashes();
    expect([...hashes.keys()].sort()).toEqual(['BIG.BIN', 'HELLO.TXT', 'LAB/FRAG.BIN', 'LAB/NUMBERS.TXT', 'README.TXT']);
    for (const [path, hash] of hashes) {
      const bytes = readFile(volume, path);
      expect('kind' in bytes ? bytes.sentence : createHash('sha256').update(bytes).digest('hex'), path).toBe(hash);
    }
  });

  it('[FAT-3] follows the fragmented chain through its two runs', () => {
    const entry = findEntry(volume, '\\lab\\frag.bin');
    if ('kind' in entry) throw new Error(entry.sentence);
    const chain = clusterChain(volume, entry.cluster, clustersOf(volume.format, entry.size));
    const run = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    expect(chain).toEqual([...run(15, 24), ...run(125, 214)]);
  });

  it('[FAT-4] lists what is there and refuses what is not', () => {
    const root = listDirectory(volume, null);
    expect('kind' in root ? root.sentence : root.map((e) => e.name)).toEqual(expect.arrayContaining(['README.TXT', 'HELLO.TXT', 'LAB', 'BIG.BIN']));
    expect(readFile(volume, 'README.MD')).toMatchObject({ kind: 'refused', code: 'no-such-file' });
    expect(readFile(volume, 'LAB')).toMatchObject({ kind: 'refused', code: 'is-directory' });
    expect(readFile(volume, '/')).toMatchObject({ kind: 'refused', code: 'is-directory' });
    expect(readFile(volume, 'README.TXT/x')).toMatchObject({ kind: 'refused', code: 'is-file' });
  });
});

describe('partition table', () => {
  it('[MBR-1] gives the used entries and refuses what cannot be', () => {
    expect(readMbr(mbr([[6, 63, 1000], [7, 1063, 500]]), 2000)).toEqual({
      kind: 'mbr', partitions: [{ index: 0, active: false, type: 6, firstSector: 63, sectors: 1000 }, { index: 1, active: false, type: 7, firstSector: 1063, sectors: 500 }],
    });
    const boot = fat16Boot();
    const rows: [Uint8Array, string][] = [
      [new Uint8Array(512), 'blank'], [new Uint8Array(512).fill(1), 'no-signature'], [mbr([]), 'empty'], [mbr([[6, 63, 2000]]), 'beyond-end'], [mbr([[6, 0, 10]]), 'beyond-end'],
      [mbr([[6, 0xffff_ffff, 0xffff_ffff]]), 'beyond-end'], [mbr([[6, 63, 100], [6, 162, 100]]), 'overlap'], [boot.subarray(0, 100), 'too-short'],
    ];
    for (const [sector, code] of rows) expect(readMbr(sector, 2000)).toMatchObject({ kind: 'refused', code, sentence: expect.stringMatching(/^[A-Z].*[;,] .*\.$/) as string });
    expect(openVolume(() => mbr([[0x83, 63, 100]]), 2000)).toMatchObject({ code: 'no-fat', sentence: expect.stringContaining('only Linux') as string });
    expect(openVolume(() => null, 2000)).toMatchObject({ code: 'unreadable' });
  });
});

describe('FAT', () => {
  it('[FAT-2] [FAT-3] computes where everything lies', () => {
    const volume = volumeOf(fat16Boot());
    expect(volume).toMatchObject({ fatStart: 1, rootStart: 41, rootSectors: 32, dataStart: 73, clusters: 4981, label: 'VIRIDIAN', serial: 0x1234_5678 });
    expect([clusterSector(volume, 2), clusterSector(volume, 10), isCluster(volume, 1), isCluster(volume, 4982), isCluster(volume, 4983)]).toEqual([73, 105, false, true, false]);
    expect([fatEntrySector(volume, 255), fatEntrySector(volume, 256), fatEntryOffset(volume, 257), clustersOf(volume, 0), clustersOf(volume, 2049)]).toEqual([0, 1, 2, 0, 2]);
    expect([0, 0xfff7, 5000, 0xfff8, 0xffff, 2].map((next) => linkFault(volume, next))).toEqual(['free', 'bad', 'outside', 0, 0, 0]);
  });

  it('[FAT-1] [FAT-2] refuses other file systems by name and boot sectors that cannot be', () => {
    const changed = (change: (b: Uint8Array) => void): Uint8Array => {
      const b = fat16Boot();
      change(b);
      return b;
    };
    const rows: [(b: Uint8Array) => void, string][] = [
      [(b) => putAscii(b, 3, 8, 'NTFS    '), 'ntfs'], [(b) => putAscii(b, 3, 8, 'EXFAT   '), 'exfat'], [(b) => { putAscii(b, 82, 8, 'FAT32   '); put16(b, 22, 0); put32(b, 36, 0); }, 'fat-size'],
      [(b) => put16(b, 1080, 0xef53), 'ext'], [(b) => put16(b, 510, 0), 'no-signature'], [(b) => { b[0] = 0x33; }, 'not-fat'], [(b) => put16(b, 11, 4096), 'sector-size'],
      [(b) => { b[13] = 0; }, 'cluster-size'], [(b) => { b[13] = 6; }, 'cluster-size'], [(b) => put16(b, 14, 0), 'reserved-sectors'], [(b) => { b[16] = 0; }, 'fat-count'],
      [(b) => { b[16] = 9; }, 'fat-count'], [(b) => put16(b, 22, 19), 'fat-size'], [(b) => put16(b, 17, 0), 'root-directory'],
      [(b) => put16(b, 17, 100), 'root-directory'], [(b) => put16(b, 19, 20_001), 'volume-size'], [(b) => put16(b, 19, 50), 'volume-size'],
      [(b) => { put16(b, 19, 0); put32(b, 32, 0); }, 'volume-size'],
    ];
    for (const [change, code] of rows) {
      expect(readFat(changed(change), 20_000)).toMatchObject({ kind: 'refused', code, sentence: expect.stringMatching(/^[A-Z].*; .*\.$/) as string });
    }
    const large = changed((b) => { put16(b, 19, 0); put32(b, 32, 270_000); put16(b, 22, 264); });
    expect(readFat(large, 270_000)).toMatchObject({ code: 'volume-size' });
    expect(readFat(changed((b) => { b[13] = 8; }), 20_000)).toMatchObject({ kind: 'fat12', clusters: 2490 });
    expect(readFat(new Uint8Array(511), 10)).toMatchObject({ code: 'too-short' });
  });

  it('[FAT-3] ends a chain that loops, leaves the volume or meets a free or bad cluster', () => {
    const format = volumeOf(fat16Boot());
    const fat = new Uint8Array(20 * 512);
    const volume: Volume = {
      kind: 'volume', format, read: (at, count) => fat.subarray((at - 1) * 512, (at - 1 + count) * 512), firstSector: 0, table: 'none', piece: { from: -64, bytes: fat },
    };
    const link = (...clusters: number[]): void => {
      for (let i = 1; i < clusters.length; i++) put16(fat, clusters[i - 1]! * 2, clusters[i]!);
    };
    link(2, 3, 4, 0xffff);
    link(10, 11, 10);
    link(20, 21, 0);
    link(30, 0xfff7);
    link(40, 60_000);
    expect(clusterChain(volume, 2, 100)).toEqual([2, 3, 4]);
    expect(clusterChain(volume, 2, 2)).toEqual([2, 3]);
    expect([10, 20, 30, 40, 0, 1].map((first) => clusterChain(volume, first, 1e6))).toMatchObject(
      ['chain-loop', 'chain-free', 'chain-bad', 'chain-outside', 'chain-free', 'chain-outside'].map((code) => ({ code })),
    );
  });
});

/** A directory of a long name in its parts and the short entry behind it. */
function longEntries(long: string, short: string): Uint8Array {
  const parts = Math.ceil(long.length / 13);
  const bytes = new Uint8Array((parts + 1) * 32);
  const shortAt = parts * 32;
  putAscii(bytes, shortAt, 11, short, 0x20);
  bytes[shortAt + 11] = 0x20;
  const sum = shortNameChecksum(bytes, shortAt);
  for (let order = 1; order <= parts; order++) {
    const at = (parts - order) * 32;
    bytes.fill(0xff, at, at + 32);
    bytes[at] = order | (order === parts ? 0x40 : 0);
    bytes[at + 11] = 0x0f;
    bytes[at + 12] = 0;
    bytes[at + 13] = sum;
    put16(bytes, at + 26, 0);
    const places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
    for (let i = 0; i < 13; i++) {
      const index = (order - 1) * 13 + i;
      if (index <= long.length) put16(bytes, at + places[i]!, index < long.length ? long.charCodeAt(index) : 0);
    }
  }
  return bytes;
}

describe('directory entries', () => {
  it('[FAT-4] shows short names as Windows does', () => {
    const entry = (name: string, flags = 0, first = 0): string => {
      const bytes = new Uint8Array(32);
      putAscii(bytes, 0, 11, name, 0x20);
      if (first !== 0) bytes[0] = first;
      bytes[12] = flags;
      return shortName(bytes, 0);
    };
    expect([entry('README  TXT'), entry('LAB'), entry('NOTES   TXT', 0x18), entry('NOTES   TXT', 0x08), entry('NOTES   TXT', 0x10)]).toEqual([
      'README.TXT', 'LAB', 'notes.txt', 'notes.TXT', 'NOTES.txt',
    ]);
    expect([entry('XBC', 0, 0x05), entry('XBC', 0, 0x81), entry('.          ')]).toEqual(['σBC', 'üBC', '.']);
    const kinds: [number, number, string][] = [[0, 0x20, 'end'], [0xe5, 0x20, 'deleted'], [0x41, 0x0f, 'long'], [0x41, 0x08, 'label'], [0x41, 0x10, 'directory'], [0x41, 0x21, 'file']];
    for (const [first, attributes, kind] of kinds) expect(entryKind(new Uint8Array(32).fill(first, 0, 1).fill(attributes, 11, 12), 0)).toBe(kind);
  });

  it('[FAT-5] joins long names of any length, and falls back to the short one when parts do not fit', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 250, unit: 'grapheme' }).filter((s) => !s.includes('\u0000') && !s.includes('\uffff') && s.length <= 255), (long) => {
        expect(decodeDirectory(longEntries(long, 'LONGNA~1TXT'), false)).toMatchObject([{ name: long, shortName: 'LONGNA~1.TXT' }]);
      }),
    );
    const good = longEntries('A long name of three parts.txt', 'ALONGN~1TXT');
    const spoiled = (change: (b: Uint8Array) => void): string | undefined => {
      const b = good.slice();
      change(b);
      return decodeDirectory(b, false)[0]?.name;
    };
    expect(spoiled(() => undefined)).toBe('A long name of three parts.txt');
    expect([spoiled((b) => { b[13] ^= 1; }), spoiled((b) => { b[32] = 7; }), spoiled((b) => { b[96] = 0x58; }), spoiled((b) => { b[32] = 0xe5; })]).toEqual([
      'ALONGN~1.TXT', 'ALONGN~1.TXT', 'XLONGN~1.TXT', 'ALONGN~1.TXT',
    ]);
    expect([sameName('Frag.bin', 'FRAG.BIN'), sameName('Österreich', 'öSTERREICH'), sameName('straße', 'STRASSE'), sameName('a', 'b')]).toEqual([true, true, false, false]);
  });

  it('[FAT-5] survives any directory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), fc.boolean(), (bytes, asLong) => {
        if (asLong) for (let at = 11; at < bytes.length; at += 32) bytes[at] = 0x0f;
        for (const entry of decodeDirectory(bytes, false)) expect(entry.shortName.length).toBeLessThanOrEqual(12);
      }),
    );
  });

  it('[FAT-6] reads dates and times, and shows none that cannot be', () => {
    expect([fatDateText((46 << 9) | (11 << 5) | 21), fatTimeText((13 << 11) | (5 << 5) | 21)]).toEqual(['2026-11-21', '13:05:42']);
    expect([fatDateText(0), fatDateText((1 << 9) | (13 << 5) | 1), fatTimeText(24 << 11), fatTimeText(30)]).toEqual(['', '', '', '']);
  });
});
