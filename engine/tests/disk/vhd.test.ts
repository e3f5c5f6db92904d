import { describe, expect, it } from 'vitest';
import { vhd } from '../../root/kernel/storage-hops.ts';
import type { RootFile } from '../../root/kernel/ntfs.ts';
import { beGet32, bePut32 } from '../../wire/bytes.ts';
import { STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_NONEXISTENT_SECTOR } from '../../wire/ntstatus.ts';
import { asker, rig, sampleBytes, type Answers, type RigOptions } from './rig.ts';

const SECTORS = sampleBytes.length / 512;
/** The sample lies in two extents, the second one before the first. */
const twoExtents = (sectors: number): RootFile => ({
  fileId: 1, name: 'Alpha.vhd', extents: [{ fileSector: 0, sectors: 1500, lba: 50_000 }, { fileSector: 1500, sectors: sectors - 1500, lba: 2000 }],
});
const onDisk = (sectors: number) => [
  { lbaFrom: 50_000, sectors: 1500, image: 'a', imageOffset: 0 }, { lbaFrom: 2000, sectors: sectors - 1500, image: 'a', imageOffset: 1500 * 512 },
];

/** A sector of the sample's disk, read straight from the file. */
function wanted(lba: number, image = sampleBytes): Uint8Array {
  const entry = beGet32(image, 0x600 + Math.floor(lba / 4096) * 4);
  if (entry === 0xffffffff) return new Uint8Array(512);
  const at = (entry + 1 + (lba % 4096)) * 512;
  return image.slice(at, at + 512);
}

function world(image: Uint8Array = sampleBytes, options: Partial<RigOptions> = {}) {
  const kinds = [vhd.opened, vhd.done];
  const r = rig({
    images: { a: image }, disk: { sectors: 200_000, extents: onDisk(image.length / 512) }, files: [twoExtents(image.length / 512)], eager: true,
    types: [asker('vsp', 'root-kernel', kinds), asker('ide', 'root-user', [vhd.openedUser, vhd.doneUser])], ...options,
  });
  const vsp = r.w.add('vsp', 'root/storvsp', 1);
  const ide = r.w.add('ide', 'root/vmwp/alpha/ide', 1);
  const got = (who = vsp) => r.w.state<Answers>(who).got;
  const open = (fileId = 1): number[] => {
    r.w.poke(vsp, vhd.open, r.vhd, [fileId, 77], 0);
    r.finish();
    return got().at(-1)!;
  };
  /** Reads into pages from 1000 on and returns status and bytes. */
  const read = (lba: number, sectors: number, offset = 0, handle = 1): { status: number; bytes: Uint8Array } => {
    const pieces: [number, number, number][] = [];
    for (let left = sectors * 512, page = 1000, at = offset; left > 0; page++, at = 0) {
      pieces.push([page, at, Math.min(left, 4096 - at)]);
      left -= Math.min(left, 4096 - at);
    }
    const span = r.mdl(900, pieces);
    r.w.poke(vsp, vhd.read, r.vhd, [handle, lba, sectors, 900, span, 5], 0);
    r.finish();
    const bytes = Uint8Array.from(pieces.flatMap(([page, at, n]) => [...r.bytes(page, at, n)]));
    return { status: got().at(-1)![1]!, bytes };
  };
  const reason = (): string => r.w.kernel.m.texts[got().at(-1)![3]!]!;
  const count = (name: string): number => r.w.names().filter((n) => n === name).length;
  return { r, vsp, ide, got, open, read, reason, count };
}

/** The sample with some bytes changed and the checksums of footer copy, header and footer put right again. */
function changed(change: (bytes: Uint8Array) => void, mend = true): Uint8Array {
  const bytes = sampleBytes.slice();
  change(bytes);
  const sum = (from: number, length: number, at: number): void => {
    bePut32(bytes, from + at, 0);
    let total = 0;
    for (let i = 0; i < length; i++) total += bytes[from + i]!;
    bePut32(bytes, from + at, ~total >>> 0);
  };
  if (mend) {
    sum(0, 512, 64);
    sum(512, 1024, 36);
    sum(bytes.length - 512, 512, 64);
  }
  return bytes;
}

const fixedOf = (data: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(data.length + 512);
  bytes.set(data);
  const footer = sampleBytes.slice(0, 512);
  footer.fill(0xff, 16, 24);
  bePut32(footer, 48, 0);
  bePut32(footer, 52, data.length);
  bePut32(footer, 60, 2);
  bePut32(footer, 64, 0);
  bePut32(footer, 64, ~footer.reduce((a, b) => a + b, 0) >>> 0);
  bytes.set(footer, data.length);
  return bytes;
};

describe('opening a VHD', () => {
  it('[VHDP-1] reads footer, header and table of a dynamic disk from the disk, and [VHDP-5] takes the current size', () => {
    const { r, open, count } = world();
    expect(open().slice(0, 4)).toEqual([77, 1, 65536, 0]);
    expect(r.w.hops().filter((h) => r.w.kernel.catalogue[h.kind]!.name === 'disk.command').map((h) => h.args.slice(0, 2))).toEqual([[4601, 1], [50_001, 2], [50_003, 1]]);
    expect(count('ntfs.read')).toBe(3);
  });

  it('[VHDP-1] falls back to the copy at the start when the last sector is damaged', () => {
    const { open, count } = world(changed((b) => void (b[b.length - 400]! ^= 1), false));
    expect(open().slice(1, 3)).toEqual([1, 65536]);
    expect(count('ntfs.read')).toBe(4);
  });

  it('[VHDP-3] opens a fixed disk by the footer in its last sector, and reads it', () => {
    const data = Uint8Array.from({ length: 1600 * 512 }, (_, i) => (i * 11 + (i >> 9)) & 0xff);
    const { open, read, count } = world(fixedOf(data));
    expect(open().slice(1, 3)).toEqual([1, 1600]);
    expect(read(1498, 8).bytes).toEqual(data.slice(1498 * 512, 1506 * 512));
    expect(read(1592, 8).bytes).toEqual(data.slice(1592 * 512));
    expect(read(1593, 8).status).toBe(STATUS_NONEXISTENT_SECTOR);
    expect(count('vhd.zero')).toBe(0);
  });

  it.each([
    ['no cookie', changed((b) => (b.fill(0, 0, 8), b.fill(0, b.length - 512, b.length - 504)), false), /not a VHD/],
    ['a wrong checksum', changed((b) => ((b[30]! ^= 1), (b[b.length - 512 + 30]! ^= 1)), false), /checksum/],
    ['a wrong checksum of the header', changed((b) => void (b[600]! ^= 1), false), /checksum/],
    ['another version', changed((b) => ((b[13] = 2), (b[b.length - 512 + 13] = 2))), /version/],
    ['a table outside the file', changed((b) => bePut32(b, 512 + 20, 0x7fff_fe00)), /table/i],
    ['a block outside the file', changed((b) => bePut32(b, 0x604, SECTORS - 10)), /Entry 1/],
    ['a block size that is no power of two', changed((b) => bePut32(b, 512 + 32, 0x180000)), /power of two/],
    ['a table that is too short', changed((b) => bePut32(b, 512 + 28, 15)), /table|entries/i],
    ['a differencing disk', changed((b) => (bePut32(b, 60, 4), bePut32(b, b.length - 512 + 60, 4))), /differencing/i],
  ])('[VHDP-2] [VHDP-4] refuses %s with handle 0 and a sentence', (_what, image, sentence) => {
    const { open, reason } = world(image);
    expect(open().slice(1, 3)).toEqual([0, 0]);
    expect(reason()).toMatch(sentence);
    expect(reason()).toMatch(/\.$/);
  });

  it('[VHDP-4] refuses a file that is not there', () => {
    const { open, reason } = world();
    expect(open(9).slice(1, 3)).toEqual([0, 0]);
    expect(reason()).toBe('The volume has no such file.');
  });

  it('[VHDP-6] opens one disk after the other, each with a handle of its own', () => {
    const again = { ...twoExtents(SECTORS), fileId: 2, name: 'Beta.vhd' };
    const { r, vsp, got } = world(sampleBytes, { files: [twoExtents(SECTORS), again] });
    for (const cookie of [1, 2, 3]) r.w.poke(vsp, vhd.open, r.vhd, [[1, 9, 2][cookie - 1]!, cookie], 0);
    r.finish();
    expect(got().map((a) => a.slice(0, 2))).toEqual([[1, 1], [2, 0], [3, 2]]);
  });
});

describe('reading a VHD', () => {
  it('[VHDP-7] finds sectors through the table, whatever the extents, and leaves the rest of the pages alone', () => {
    const { open, read } = world();
    open();
    for (const lba of [0, 63, 64, 1490, 1494, 1496, 1600, 4088]) {
      const { status, bytes } = read(lba, 8, 512);
      expect([lba, status]).toEqual([lba, 0]);
      expect(bytes).toEqual(Uint8Array.from(Array.from({ length: 8 }, (_, i) => [...wanted(lba + i)]).flat()));
    }
  });

  it('[VHDP-8] reads the bitmap of a block once, as one sector', () => {
    const { r, open, read, count } = world();
    open();
    const before = count('ntfs.read');
    read(63, 1);
    expect(count('ntfs.read') - before).toBe(2);
    read(64, 8);
    read(4095, 1);
    expect(count('ntfs.read') - before).toBe(4);
    expect(r.w.hops().filter((h) => r.w.kernel.catalogue[h.kind]!.name === 'ntfs.read').at(before)!.args.slice(1, 3)).toEqual([4, 1]);
  });

  it('[VHDP-9] fills unallocated blocks with zeros without a disk command, [MDL-4] byte-exactly', () => {
    const { r, open, read, count } = world();
    open();
    const before = count('disk.command');
    r.mdl(1000, [[1, 2, 3]]);
    read(64, 8);
    const filled = r.bytes(1000);
    expect(filled).not.toEqual(new Uint8Array(4096));
    expect(read(5000, 3, 512).bytes).toEqual(new Uint8Array(3 * 512));
    expect([count('disk.command') - before, count('vhd.zero')]).toEqual([2, 1]);
    expect(r.bytes(1000, 0, 512)).toEqual(filled.slice(0, 512));
    expect(r.bytes(1000, 2048)).toEqual(filled.slice(2048));
  });

  it('[VHDP-9] takes a clear bit of the bitmap as zero, sector by sector, [VHDP-12] piece after piece with one answer', () => {
    const image = changed((b) => void (b[4 * 512 + 8] = 0b1101_1011));
    const { open, read, got, count } = world(image);
    open();
    const { bytes } = read(64, 8);
    const there = [1, 1, 0, 1, 1, 0, 1, 1];
    expect(bytes).toEqual(Uint8Array.from(there.flatMap((bit, i) => (bit === 1 ? [...wanted(64 + i)] : [...new Uint8Array(512)]))));
    expect(count('vhd.zero')).toBe(2);
    expect(got().length).toBe(2);
  });

  it('[VHDP-7] cuts a read that crosses into another block', () => {
    const { open, read, got } = world();
    open();
    const { status, bytes } = read(4092, 8, 1024);
    expect(status).toBe(0);
    expect(bytes).toEqual(Uint8Array.from(Array.from({ length: 8 }, (_, i) => [...wanted(4092 + i)]).flat()));
    expect(got().at(-1)!.slice(0, 3)).toEqual([5, 0, 4096]);
  });

  it('[VHDP-11] answers a sector beyond the end, an unknown handle and a wrong list with a status', () => {
    const { r, vsp, open, read, got } = world();
    open();
    expect(read(65529, 8).status).toBe(STATUS_NONEXISTENT_SECTOR);
    expect(read(0xffff_ffff, 1).status).toBe(STATUS_NONEXISTENT_SECTOR);
    expect(read(0, 1, 0, 2).status).toBe(STATUS_INVALID_HANDLE);
    expect(read(65528, 8).status).toBe(0);
    const span = r.mdl(900, [[1000, 0, 512]]);
    r.w.poke(vsp, vhd.read, r.vhd, [1, 0, 2, 900, span, 5], 0);
    r.finish();
    expect(got().at(-1)!.slice(0, 3)).toEqual([5, STATUS_INVALID_PARAMETER, 0]);
  });

  it('[VHDP-10] gives the IDE emulator the same bytes by its own door', () => {
    const again = { ...twoExtents(SECTORS), fileId: 2, name: 'Beta.vhd' };
    const { r, ide, got, read, open } = world(sampleBytes, { files: [twoExtents(SECTORS), again] });
    open();
    r.w.poke(ide, vhd.openUser, r.vhd, [2, 3], 1);
    r.finish();
    expect(got(ide)[0]!.slice(0, 3)).toEqual([3, 2, 65536]);
    const span = r.mdl(901, [[1010, 0, 4096]]);
    r.w.poke(ide, vhd.readUser, r.vhd, [2, 96, 8, 901, span, 4], 1);
    r.finish();
    expect(got(ide)[1]!.slice(0, 3)).toEqual([4, 0, 4096]);
    expect(r.bytes(1010)).toEqual(read(96, 8).bytes);
  });

  it('[VHDP-12] serves many reads at once, also those that wait for one bitmap, and chunks that come late', () => {
    const { r, vsp, open, got } = world(sampleBytes, { eager: false });
    open();
    expect(r.fetched).toEqual(['a:32', 'a:0']);
    for (let i = 0; i < 40; i++) {
      const span = r.mdl(900 + (i >> 3), [[2000 + i, 0, 4096]], (i & 7) * 16);
      r.w.poke(vsp, vhd.read, r.vhd, [1, i * 100, 8, 900 + (i >> 3), span, i], 0);
    }
    r.finish();
    expect(got().slice(1).map((a) => a[0]).sort((a, b) => a! - b!)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    for (let i = 0; i < 40; i++) {
      expect(r.bytes(2000 + i)).toEqual(Uint8Array.from(Array.from({ length: 8 }, (_, s) => [...wanted(i * 100 + s)]).flat()));
    }
    expect(r.fetched.length).toBeGreaterThan(10);
    expect(new Set(r.fetched).size).toBe(r.fetched.length);
  });
});
