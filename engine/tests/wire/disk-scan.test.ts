import { describe, expect, it } from 'vitest';
import { put16, put32, putAscii } from '../../wire/bytes.ts';
import { beginScan, feedScan, type Scan } from '../../wire/disk-scan.ts';
import { cleanBit, fatBits, fatEnd, fatEntrySplit, getFatEntry, isBad, isChainEnd, putFatEntry, putFsInfo, readFat, readFsInfo, type Fat } from '../../wire/fat.ts';
import { checkVolume } from '../../wire/fat-check.ts';
import { openVolume } from '../../wire/fat-walk.ts';
import { nameToCreate, newNameOf, stampAt } from '../../wire/fat-new-names.ts';
import { fatDateText, fatTimeText } from '../../wire/fat-names.ts';
import { crc32, GPT_BASIC_DATA, GPT_EFI_SYSTEM } from '../../wire/gpt.ts';
import { link, makeDisk, pattern, putGpt, type DiskPlan } from '../fs/make-disk.ts';

function scanOf(bytes: Uint8Array): Scan {
  const scan = beginScan(bytes.length / 512);
  for (let steps = 0; scan.sectors > 0; steps++) {
    if (steps > 200) throw new Error('it does not end');
    feedScan(scan, bytes.subarray(scan.lba * 512, (scan.lba + scan.sectors) * 512));
  }
  return scan;
}

const files = { 'A.TXT': pattern(3000, 1), 'sub\\A name that is long.txt': pattern(100, 2) };
const small: DiskPlan = { kind: 'fat16', table: 'gpt', perCluster: 1, clusters: 4200, files };

describe('the scan of a disk', () => {
  it('[GPT-1] believes header and entries by their checksums, and the copy at the end of the disk when they are wrong', () => {
    expect(crc32(new TextEncoder().encode('123456789'), 0, 9)).toBe(0xcbf4_3926);
    const { bytes, first } = makeDisk(small);
    expect(scanOf(bytes)).toMatchObject({ firstSector: first, table: 'gpt', backup: false });
    for (const at of [512, 512 + 16, 512 + 88, 1024 + 40, 512 + 24]) {
      const damaged = bytes.slice();
      damaged[at] ^= 0x10;
      expect([at, scanOf(damaged)]).toMatchObject([at, { firstSector: first, backup: true }]);
      damaged[damaged.length - 512 + 17] ^= 1;
      expect(scanOf(damaged).reason).toMatch(/^The disk has a GUID partition table that cannot be used: .+, and the header in sector \d+ has a wrong checksum; repair it on a copy/);
    }
  });

  it('[GPT-2] takes a Basic Data partition before the EFI system partition, whatever their order, and that one when the other holds no FAT volume', () => {
    const { bytes, first } = makeDisk(small);
    const esp = makeDisk({ kind: 'fat12', table: 'none', perCluster: 1, clusters: 100, files: {} }).bytes;
    const data = [GPT_BASIC_DATA, first, bytes.length / 512 - first - 33] as const;
    const efi = [GPT_EFI_SYSTEM, 40, esp.length / 512] as const;
    for (const order of [[data, efi], [efi, data]]) {
      const disk = bytes.slice();
      disk.set(esp, 40 * 512);
      putGpt(disk, order);
      expect(scanOf(disk)).toMatchObject({ firstSector: first, table: 'gpt', backup: false });
      disk.fill(0, first * 512, (first + 1) * 512);
      expect(scanOf(disk)).toMatchObject({ firstSector: 40, table: 'gpt' });
    }
  });

  it('[GPT-2] [FS-2] says what a disk holds that is no FAT volume, and that its sectors can be read', () => {
    const disk = (change: (b: Uint8Array) => void): Uint8Array => {
      const bytes = new Uint8Array(400 * 512);
      put16(bytes, 510, 0xaa55);
      change(bytes);
      return bytes;
    };
    const partition = (b: Uint8Array, type: number): void => {
      b[450] = type;
      put32(b, 454, 63);
      put32(b, 458, 300);
    };
    const rows: [string, (b: Uint8Array) => void, string][] = [
      ['NTFS', (b) => { b.set([0xeb, 0x52, 0x90]); putAscii(b, 3, 8, 'NTFS    '); }, 'ntfs'],
      ['NTFS in a partition', (b) => { partition(b, 7); b.set([0xeb, 0x52, 0x90], 63 * 512); putAscii(b, 63 * 512 + 3, 8, 'NTFS    '); }, 'ntfs'],
      ['exFAT in a partition', (b) => { partition(b, 7); putAscii(b, 63 * 512 + 3, 8, 'EXFAT   '); }, 'exfat'],
      ['Linux', (b) => partition(b, 0x83), 'no-fat'],
      ['ext', (b) => { put16(b, 510, 0); put16(b, 1080, 0xef53); }, 'ext'],
      ['ISO', (b) => { put16(b, 510, 0); putAscii(b, 32_769, 5, 'CD001'); }, 'iso'],
      ['nothing', (b) => put16(b, 510, 1), 'no-signature'],
    ];
    for (const [what, change, code] of rows) {
      const scan = scanOf(disk(change));
      expect([what, scan.code, scan.reason]).toEqual([what, code, expect.stringMatching(/^(?:The|Sector 0) .+; hand in a disk with a FAT volume, or ask a guest for "read-sectors": its sectors can still be read by their numbers\.$/)]);
    }
    const damaged = makeDisk({ ...small, table: 'mbr' }).bytes;
    damaged.fill(0, 63 * 512, 64 * 512);
    expect(scanOf(damaged).reason).toMatch(/does not end with 0x55 0xAA, so it is damaged or no boot sector; do not format it if its files are wanted, but run chkdsk or another repair tool on a copy of the disk\.$/);
  });

  it('[MBR-2] follows logical partitions, and no circle of tables', () => {
    const { bytes } = makeDisk({ ...small, table: 'logical' });
    expect(scanOf(bytes)).toMatchObject({ firstSector: 126, table: 'mbr' });
    bytes.fill(0, 126 * 512, 127 * 512);
    bytes[63 * 512 + 446 + 16 + 4] = 5;
    put32(bytes, 63 * 512 + 446 + 16 + 8, 1);
    put16(bytes, 64 * 512 + 510, 0xaa55);
    bytes[64 * 512 + 446 + 4] = 5;
    put32(bytes, 64 * 512 + 446 + 8, 1);
    expect(scanOf(bytes)).toMatchObject({ tables: 64, code: 'no-signature' });
  });
});

describe('FAT entries', () => {
  const fatOf = (plan: Partial<DiskPlan>): Fat => makeDisk({ ...small, table: 'none', ...plan }).fat;

  it('[FAT-7] of 12, 16 and 28 bits are written without touching their neighbours, split ones in two sectors', () => {
    for (const [kind, clusters] of [['fat12', 2000], ['fat16', 4200], ['fat32', 2000]] as const) {
      const fat = fatOf({ kind, clusters });
      const table = new Uint8Array(fat.fatSectors * 512);
      if (kind === 'fat32') table.fill(0xa0, 0);
      const sector = (i: number): Uint8Array => table.subarray(i * 512, (i + 1) * 512);
      const value = (c: number): number => (c * 37) & fatEnd(fat);
      const at = (c: number): number => Math.floor((c * fatBits(fat)) / 8 / 512);
      for (let c = 2; c < fat.clusters + 2; c++) {
        putFatEntry(fat, sector(at(c)), at(c), c, value(c));
        if (fatEntrySplit(fat, c)) putFatEntry(fat, sector(at(c) + 1), at(c) + 1, c, value(c));
      }
      for (let c = 2; c < fat.clusters + 2; c++) expect(getFatEntry(fat, sector(at(c)), c, table[(at(c) + 1) * 512])).toBe(value(c));
      if (kind === 'fat32') expect(table[11]! & 0xf0).toBe(0xa0);
      expect([isChainEnd(fat, fatEnd(fat)), isChainEnd(fat, fatEnd(fat) - 7), isBad(fat, fatEnd(fat) - 8), isChainEnd(fat, fatEnd(fat) - 8)]).toEqual([true, true, true, false]);
      expect(cleanBit(fat)).toBe({ fat12: 0, fat16: 0x8000, fat32: 0x0800_0000 }[kind]);
    }
  });

  it('[FAT-8] the FAT that counts is the active one when mirroring is off', () => {
    const { bytes } = makeDisk({ ...small, kind: 'fat32', table: 'none', clusters: 2000 });
    put16(bytes, 40, 0x81);
    expect(readFat(bytes.subarray(0, 512), bytes.length / 512)).toMatchObject({ activeFat: 1, mirrored: false });
    put16(bytes, 40, 1);
    expect(readFat(bytes.subarray(0, 512), bytes.length / 512)).toMatchObject({ activeFat: 0, mirrored: true });
  });

  it('[FAT-9] FSInfo that cannot be is not known', () => {
    const { bytes, fat } = makeDisk({ ...small, kind: 'fat32', table: 'none', clusters: 2000 });
    const info = bytes.subarray(512, 1024);
    expect(readFsInfo(fat, info)).toEqual({ free: 1991, next: 3 });
    putFsInfo(info, 5, 6);
    expect(readFsInfo(fat, info)).toEqual({ free: 5, next: 6 });
    putFsInfo(info, 2001, 2002);
    expect(readFsInfo(fat, info)).toEqual({ free: -1, next: -1 });
    info[0] = 0;
    expect(readFsInfo(fat, info)).toEqual({ free: -1, next: -1 });
  });
});

describe('new names', () => {
  it('[FAT-10] [FAT-11] are taken as Windows takes them', () => {
    expect(['a.txt', 'a. . ', '...', 'a/b', 'a\u0001', 'ä'.repeat(255), 'a'.repeat(256), 'con'].map((n) => nameToCreate(n).length)).toEqual([5, 1, 0, 0, 0, 255, 0, 3]);
    expect(newNameOf('README.TXT')).toMatchObject({ parts: 0, tail: false, flags: 0 });
    expect(newNameOf('readme.TXT')).toMatchObject({ parts: 0, tail: false, flags: 8 });
    expect(newNameOf('Readme.txt')).toMatchObject({ parts: 1, tail: false, flags: 0 });
    expect(newNameOf('a name of 26 characters...x')).toMatchObject({ parts: 3, tail: true });
    expect(newNameOf('å.å')).toMatchObject({ parts: 1, tail: false });
  });

  it('[FAT-12] dates go on over months and leap years', () => {
    const day = 86_400e9;
    const told = (now: number): string => `${fatDateText(stampAt(now).date)} ${fatTimeText(stampAt(now).time)}.${stampAt(now).tenths}`;
    expect([0, 15 * 3600e9, 2 * day, 3 * day, 366 * day, 2e9 + 1_530_000_000, 20 * 365.25 * day].map(told)).toEqual([
      '2008-02-27 09:00:00.0', '2008-02-28 00:00:00.0', '2008-02-29 09:00:00.0', '2008-03-01 09:00:00.0', '2009-02-27 09:00:00.0', '2008-02-27 09:00:02.153', '2028-02-27 09:00:00.0',
    ]);
  });
});

describe('the check of a volume', () => {
  it('[FAT-13] finds each kind of contradiction, and nothing on a sound one', () => {
    const codes = (change: (volume: Uint8Array, fat: Fat) => void, plan: Partial<DiskPlan> = {}): string[] => {
      const { bytes, fat } = makeDisk({ ...small, table: 'none', ...plan });
      change(bytes, fat);
      const volume = openVolume((lba, count) => bytes.subarray(lba * 512, (lba + count) * 512), bytes.length / 512);
      if (volume.kind === 'refused') throw new Error(volume.sentence);
      const { findings } = checkVolume(volume);
      for (const { sentence } of findings) expect(sentence).toMatch(/^[A-Z\\\d].*\.$/);
      return findings.map((f) => f.code);
    };
    const root = (fat: Fat): number => fat.rootStart * 512;
    // Clusters: 2 is the directory, 3 its file, 4 to 9 are A.TXT.
    expect(codes(() => undefined)).toEqual([]);
    expect(codes((b, fat) => void (b[(fat.fatStart + fat.fatSectors) * 512 + 100] ^= 1))).toEqual(['fats-differ']);
    expect(codes((b, fat) => link(b, fat, 5, 0))).toEqual(['broken-chain', 'chain-short', 'lost-clusters']);
    expect(codes((b, fat) => link(b, fat, 5, 5))).toEqual(['cross-linked', 'chain-short', 'lost-clusters']);
    expect(codes((b, fat) => link(b, fat, 9, 3))).toEqual(['chain-long', 'cross-linked', 'chain-short']);
    expect(codes((b, fat) => link(b, fat, 100, fatEnd(fat)))).toEqual(['lost-clusters']);
    expect(codes((b, fat) => link(b, fat, 100, fatEnd(fat) - 8))).toEqual([]);
    expect(codes((b, fat) => link(b, fat, 1, 0x7fff))).toEqual(['not-clean']);
    expect(codes((b, fat) => put32(b, root(fat) + 32 + 28, 100))).toEqual(['chain-long']);
    expect(codes((b, fat) => put32(b, root(fat) + 32 + 28, 4000))).toEqual(['chain-short']);
    expect(codes((b, fat) => b.copyWithin(root(fat) + 64, root(fat) + 32, root(fat) + 64))).toEqual(['same-name', 'cross-linked', 'chain-short']);
    expect(codes((b, fat) => put16(b, fat.dataStart * 512 + 26, 7))).toEqual(['dot-entries']);
    expect(codes((b, fat) => void (b[fat.dataStart * 512 + 64 + 13] ^= 1))).toEqual(['orphan-name']);
    expect(codes((b) => put32(b, 512 + 488, 7), { kind: 'fat32', clusters: 2000 })).toEqual(['fsinfo']);
  });
});
