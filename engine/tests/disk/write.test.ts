/** Writes, from the VHD parser down to the physical disk. */
import { describe, expect, it } from 'vitest';
import { diskdrv, ntfs } from '../../root/kernel/storage-hops.ts';
import { DISK_NO_SUCH_SECTOR } from '../../wire/disk-completion.ts';
import { STATUS_DISK_FULL, STATUS_INVALID_PARAMETER, STATUS_MEDIA_WRITE_PROTECTED, STATUS_NO_SUCH_FILE, STATUS_NONEXISTENT_SECTOR } from '../../wire/ntstatus.ts';
import { blockAt } from '../../sim/blocks.ts';
import { beGet32 } from '../../wire/bytes.ts';
import { asker, CHUNK, rig, type Answers, type RigOptions } from './rig.ts';
import { makeVhd } from './vhd-maker.ts';
import { pattern, vhdWorld } from './vhd-world.ts';

const image = Uint8Array.from({ length: 4 * CHUNK }, (_, i) => (i * 7 + (i >> 9) * 13) & 0xff);
const base: RigOptions = { images: { a: image }, disk: { sectors: 100_000, extents: [{ lbaFrom: 1000, sectors: 512, image: 'a', imageOffset: 0 }] } };

function world(options: Partial<RigOptions> = {}) {
  const r = rig({ ...base, types: [asker('asker', 'root-kernel', [diskdrv.done, ntfs.done, ntfs.extended])], ...options });
  const me = r.w.add('asker', 'root/asker', 1);
  const send = (kind: typeof diskdrv.read, lba: number, sectors: number, cookie: number, page: number): void => {
    const span = r.mdl(900, [[page, 0, sectors * 512]], cookie * 16);
    r.w.poke(me, kind, r.driver, [lba, sectors, 900, span, cookie], 0);
  };
  return { r, me, send, got: () => r.w.state<Answers>(me).got, args: (name: string) => r.w.hops().filter((h) => r.w.kernel.catalogue[h.kind]!.name === name) };
}

describe('the physical disk is written', () => {
  it('[DISK-8] by DMA out of the pages of the list, sector by sector, and the images stay as they are', () => {
    const { r, me, send, args } = world({ eager: true });
    r.fill(1000, pattern(1003, 3, 9));
    const span = r.mdl(900, [[1000, 512, 512], [1000, 0, 512]], 64);
    r.w.poke(me, diskdrv.write, r.driver, [1003, 2, 900, span, 1], 0);
    r.finish();
    send(diskdrv.read, 1000, 8, 2, 1010);
    r.finish();
    const wanted = image.slice(0, 4096);
    wanted.set(pattern(1003, 3, 9).subarray(512, 1024), 3 * 512);
    wanted.set(pattern(1003, 3, 9).subarray(0, 512), 4 * 512);
    expect(r.bytes(1010)).toEqual(wanted);
    expect(image.slice(1536, 1540)).toEqual(Uint8Array.from({ length: 4 }, (_, i) => ((1536 + i) * 7 + 3 * 13) & 0xff));
    expect(args('disk.fetch').map((h) => h.args[2])).toEqual([512, 512]);
    expect(args('disk.command').map((h) => h.args[5])).toEqual([1, 0]);
    expect(args('diskdrv.done').map((h) => h.args[2])).toEqual([1, 0]);
  });

  it('[DISK-8] a write that fills only part of a block needs the image below it, [DISK-5] one that fills it needs nothing', () => {
    const { r, send } = world();
    r.fill(1000, pattern(0, 8, 3));
    send(diskdrv.write, 1000, 8, 1, 1000);
    r.finish();
    expect(r.fetched).toEqual([]);
    send(diskdrv.write, 1009, 2, 2, 1000);
    expect(r.w.run()).toBe('needs');
    expect(blockAt(r.w.kernel.m.blocks, 126)).toBe(null);
    r.finish();
    expect(r.fetched).toEqual(['a:0']);
    send(diskdrv.read, 1008, 8, 3, 1001);
    r.finish();
    const wanted = image.slice(8 * 512, 16 * 512);
    wanted.set(pattern(0, 2, 3), 512);
    expect(r.bytes(1001)).toEqual(wanted);
    expect(r.fetched).toEqual(['a:0']);
  });

  it('[DISK-9] a command beyond the end, or with a list of another length, writes nothing', () => {
    const { r, me, got } = world({ eager: true });
    const span = r.mdl(900, [[1000, 0, 4096]]);
    r.w.poke(me, diskdrv.write, r.driver, [99_993, 8, 900, span, 1], 0);
    r.w.poke(me, diskdrv.write, r.driver, [1000, 7, 900, span, 2], 0);
    r.finish();
    expect(got().map((a) => a[1]! !== 0)).toEqual([true, true]);
    expect(r.w.kernel.m.blocks.tops).toEqual([]);
    expect(DISK_NO_SUCH_SECTOR).toBe(1);
  });

  it('[DISK-1] reads and writes are served in the order they came: a read sees the writes before it', () => {
    const { r, send } = world({ eager: true });
    for (let i = 0; i < 6; i++) {
      r.fill(1000 + i, pattern(i, 1, i + 1));
      send(diskdrv.write, 5000, 1, 2 * i, 1000 + i);
      send(diskdrv.read, 5000, 1, 2 * i + 1, 1100 + i);
    }
    r.finish();
    for (let i = 0; i < 6; i++) expect(r.bytes(1100 + i, 0, 512)).toEqual(pattern(i, 1, i + 1));
  });
});

const files = [
  { fileId: 7, name: 'A.vhd', extents: [{ fileSector: 0, sectors: 96, lba: 1200 }, { fileSector: 96, sectors: 53, lba: 1000 }] },
  { fileId: 8, name: 'B.vhd', extents: [{ fileSector: 0, sectors: 16, lba: 2000 }] },
];

describe('NTFS', () => {
  it('[NTFS-2] writes a file by its extents', () => {
    const { r, me, args } = world({ eager: true, files });
    r.fill(1000, pattern(90, 8, 4));
    r.fill(1001, pattern(98, 8, 4));
    const span = r.mdl(900, [[1000, 0, 4096], [1001, 0, 4096]]);
    r.w.poke(me, ntfs.write, r.ntfs, [7, 90, 16, 900, span, 2], 0);
    r.finish();
    expect(args('diskdrv.write').map((h) => h.args.slice(0, 2))).toEqual([[1290, 6], [1000, 10]]);
    expect(r.file(7).slice(90 * 512, 106 * 512)).toEqual(pattern(90, 16, 4));
    expect(args('ntfs.done').map((h) => h.args.slice(0, 3))).toEqual([[2, 0, 1]]);
  });

  it('[NTFS-5] lengthens a file: the rest of its last cluster first, then free clusters, joined when they follow it', () => {
    const { r, me, got } = world({ eager: true, files, free: { lba: 50_000, sectors: 64 } });
    const extend = (fileId: number, sectors: number): number[] => {
      r.w.poke(me, ntfs.extend, r.ntfs, [fileId, sectors, 5], 0);
      r.finish();
      return got().at(-1)!.slice(1, 3);
    };
    const extents = (fileId: number): number[][] => r.w.state<{ files: typeof files }>(r.ntfs).files.find((f) => f.fileId === fileId)!.extents.map((e) => [e.fileSector, e.sectors, e.lba]);
    expect(extend(7, 151)).toEqual([0, 151]);
    expect(extents(7)).toEqual([[0, 96, 1200], [96, 55, 1000]]);
    expect(extend(7, 160)).toEqual([0, 160]);
    expect(extents(7)).toEqual([[0, 96, 1200], [96, 56, 1000], [152, 8, 50_000]]);
    expect(extend(7, 170)).toEqual([0, 170]);
    expect(extents(7).at(-1)).toEqual([152, 18, 50_000]);
    expect(extend(8, 20)).toEqual([0, 20]);
    expect(extents(8)).toEqual([[0, 16, 2000], [16, 4, 50_024]]);
    expect(extend(7, 180)).toEqual([0, 180]);
    expect(extents(7)).toEqual([[0, 96, 1200], [96, 56, 1000], [152, 24, 50_000], [176, 4, 50_032]]);
    expect(extend(7, 100)).toEqual([0, 180]);
    expect(extend(7, 180 + 4 + 25)).toEqual([STATUS_DISK_FULL, 180]);
    expect(extend(7, 184)).toEqual([0, 184]);
    expect(extend(9, 10)).toEqual([STATUS_NO_SUCH_FILE, 0]);
  });
});

const K = 1024;
/** A dynamic disk of 16 blocks of 64 KiB: some there, some not. */
const small = (blockSize = 64 * K, sectors = 2048) => makeVhd({ sectors, blockSize, content: (s) => (s >= 128 && s < 300 && s % 3 !== 0 ? pattern(s, 1, 1) : null) });

describe('a virtual disk is written', () => {
  it('[VHDP-13] a fixed disk and a raw image in place, with one disk command', () => {
    const fixed = makeVhd({ sectors: 200, blockSize: 0, content: (s) => pattern(s, 1, 1) });
    const w = vhdWorld([{ fileId: 1, name: 'fixed.vhd', bytes: fixed.bytes }, { fileId: 2, name: 'cd.img', bytes: fixed.bytes.slice(0, 100 * 512), raw: true }]);
    const { handle } = w.open(1);
    const before = w.count('disk.command');
    expect(w.write(handle, 10, pattern(10, 5, 2))).toBe(0);
    expect(w.count('disk.command') - before).toBe(1);
    const wanted = fixed.bytes.slice(0, 200 * 512);
    wanted.set(pattern(10, 5, 2), 10 * 512);
    expect(w.fromFiles(1)).toEqual(wanted);
    expect(w.r.file(1).slice(200 * 512)).toEqual(fixed.bytes.slice(200 * 512));
    const raw = w.open(2);
    expect(raw.sectors).toBe(100);
    expect(w.write(raw.handle, 99, pattern(99, 1, 3))).toBe(0);
    expect(w.r.file(2).slice(99 * 512)).toEqual(pattern(99, 1, 3));
    expect(w.write(raw.handle, 99, pattern(99, 2, 3))).toBe(STATUS_NONEXISTENT_SECTOR);
  });

  it('[VHDP-14] sectors that a block has not held: data first, then the bitmap; sectors it held: the data alone', () => {
    const w = vhdWorld([{ fileId: 1, name: 'd.vhd', bytes: small().bytes }]);
    const { handle } = w.open(1);
    w.read(handle, 130, 1);
    const at = w.r.w.names().length;
    expect(w.write(handle, 129, pattern(129, 3, 2))).toBe(0);
    const writes = w.r.w.hops().slice(at).filter((h) => w.r.w.kernel.catalogue[h.kind]!.name === 'ntfs.write').map((h) => [h.args[2], h.args[5]! % 8]);
    expect(writes).toEqual([[3, 0], [1, 1]]);
    const before = w.count('disk.command');
    expect(w.write(handle, 129, pattern(129, 3, 3))).toBe(0);
    expect(w.count('disk.command') - before).toBe(1);
    expect(w.fromFiles(1).slice(129 * 512, 132 * 512)).toEqual(pattern(129, 3, 3));
    expect(w.fromFiles(1).slice(132 * 512, 133 * 512)).toEqual(new Uint8Array(512));
  });

  it('[VHDP-15] a block that is not there: the file grows, footer, data, bitmap, table entry, in this order', () => {
    const made = small();
    const w = vhdWorld([{ fileId: 1, name: 'd.vhd', bytes: made.bytes }]);
    const { handle } = w.open(1);
    const at = w.r.w.names().length;
    const sectors = made.bytes.length / 512;
    expect(w.write(handle, 1000, pattern(1000, 4, 2))).toBe(0);
    const steps = w.r.w.hops().slice(at).filter((h) => /^ntfs\.(write|extend)$/.test(w.r.w.kernel.catalogue[h.kind]!.name)).map((h) => h.args.slice(0, 3));
    expect(steps).toEqual([[1, sectors + 129, expect.anything()], [1, sectors + 128, 1], [1, sectors + 1000 % 128, 4], [1, sectors - 1, 1], [1, 3, 1]]);
    const file = w.r.file(1);
    expect(file.length).toBe(made.bytes.length + 129 * 512);
    expect(file.slice(-512)).toEqual(made.bytes.slice(0, 512));
    expect(beGet32(file, 1536 + 4 * 7)).toBe(sectors - 1);
    const wanted = w.fromFiles(1);
    expect(wanted.slice(1000 * 512, 1004 * 512)).toEqual(pattern(1000, 4, 2));
    expect(wanted.slice(1004 * 512, 1024 * 512)).toEqual(new Uint8Array(20 * 512));
    expect(w.r.w.state<{ grown: number }>(w.r.vhd).grown).toBe(1);
  });

  it('[VHDP-15] blocks with bitmaps of several sectors are cleared first, and requests across blocks grow both', () => {
    const made = makeVhd({ sectors: 40_000, blockSize: 8192 * 1024, content: () => null });
    const w = vhdWorld([{ fileId: 1, name: 'd.vhd', bytes: made.bytes }]);
    const { handle } = w.open(1);
    expect(w.write(handle, 16_380, pattern(16_380, 8, 2))).toBe(0);
    expect(w.write(handle, 4094, pattern(4094, 4, 3))).toBe(0);
    const disk = w.fromFiles(1);
    expect(disk.slice(16_380 * 512, 16_388 * 512)).toEqual(pattern(16_380, 8, 2));
    expect(disk.slice(4094 * 512, 4098 * 512)).toEqual(pattern(4094, 4, 3));
    expect(disk.filter((b) => b !== 0).length).toBeGreaterThan(1000);
    expect(w.read(handle, 16_376, 16).bytes).toEqual(disk.slice(16_376 * 512, 16_392 * 512));
  });

  it('[VHDP-15] many writes at once make a file grow one block after the other', () => {
    const w = vhdWorld([{ fileId: 1, name: 'd.vhd', bytes: small().bytes }]);
    const { handle } = w.open(1);
    const cookies: number[] = [];
    for (let i = 0; i < 30; i++) {
      const lba = 400 + i * 53;
      for (let p = 0; p < 2; p++) w.r.fill(3000 + 2 * i + p, pattern(lba + 8 * p, 8, i + 1));
      cookies.push(w.ask(true, handle, lba, 16, 3000 + 2 * i));
    }
    w.r.finish();
    expect(cookies.map((c) => w.statusOf(c))).toEqual(cookies.map(() => 0));
    const disk = w.fromFiles(1);
    for (let i = 0; i < 30; i++) expect(disk.slice((400 + i * 53) * 512, (416 + i * 53) * 512)).toEqual(pattern(400 + i * 53, 16, i + 1));
    expect(w.r.w.state<{ grown: number }>(w.r.vhd).grown).toBe(13);
  });

  it('[VHDP-16] a full volume refuses the write with a status, and the disk goes on as it was', () => {
    const w = vhdWorld([{ fileId: 1, name: 'd.vhd', bytes: small().bytes }], 160);
    const { handle } = w.open(1);
    expect(w.write(handle, 1000, pattern(1000, 4, 2))).toBe(0);
    expect(w.write(handle, 1200, pattern(1200, 4, 2))).toBe(STATUS_DISK_FULL);
    expect(w.write(handle, 1004, pattern(1004, 4, 2))).toBe(0);
    expect(w.read(handle, 1200, 4)).toEqual({ status: 0, bytes: new Uint8Array(4 * 512) });
    expect(w.fromFiles(1).slice(1000 * 512, 1008 * 512)).toEqual(pattern(1000, 8, 2));
  });

  it('[VHDP-11] refuses writes to a read-only file, beyond the end and with a wrong list', () => {
    const w = vhdWorld([{ fileId: 1, name: 'd.vhd', bytes: small().bytes, readOnly: true }, { fileId: 2, name: 'e.vhd', bytes: small().bytes }]);
    const readOnly = w.open(1).handle;
    const { handle } = w.open(2);
    expect(w.write(readOnly, 130, pattern(130, 1, 2))).toBe(STATUS_MEDIA_WRITE_PROTECTED);
    expect(w.write(handle, 2045, pattern(0, 4, 2))).toBe(STATUS_NONEXISTENT_SECTOR);
    expect(w.write(handle, 0, new Uint8Array(0))).toBe(STATUS_INVALID_PARAMETER);
    expect(w.count('disk.fetch')).toBe(0);
  });

  it('[VHDP-13] a footer that was missing at the end is put there when the file grows', () => {
    const made = small();
    const w = vhdWorld([{ fileId: 1, name: 'd.vhd', bytes: made.bytes.slice(0, -512) }]);
    const opened = w.open(1);
    expect(opened.says).toMatch(/copy at the start was used/);
    expect(w.write(opened.handle, 1000, pattern(1000, 4, 2))).toBe(0);
    expect(w.r.file(1).slice(-512)).toEqual(made.bytes.slice(0, 512));
    expect(w.fromFiles(1).slice(1000 * 512, 1004 * 512)).toEqual(pattern(1000, 4, 2));
  });
});
