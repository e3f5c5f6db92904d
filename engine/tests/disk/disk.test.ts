import { describe, expect, it } from 'vitest';
import { diskdrv, ntfs } from '../../root/kernel/storage-hops.ts';
import { server2008 } from '../../sim/profiles.ts';
import { completionPosted, completionStatus, completionTag, DISK_BAD_LIST, DISK_NO_SUCH_SECTOR, putCompletion } from '../../wire/disk-completion.ts';
import { mdlLength, mdlPieces, mdlPieceSpan, mdlPiecePage, mdlSize, mdlSpan, putMdlHeader, putMdlPiece, sliceMdl, spanLength, spanOf, spanOffset } from '../../wire/mdl.ts';
import { ntStatusName, ntStatusSentence, STATUS_END_OF_FILE, STATUS_INVALID_PARAMETER, STATUS_IO_DEVICE_ERROR, STATUS_NO_SUCH_FILE, STATUS_NONEXISTENT_SECTOR } from '../../wire/ntstatus.ts';
import { asker, CHUNK, rig, type Answers, type RigOptions } from './rig.ts';

const image = Uint8Array.from({ length: 4 * CHUNK }, (_, i) => (i * 7 + (i >> 9) * 13) & 0xff);
const base: RigOptions = { images: { a: image }, disk: { sectors: 100_000, extents: [{ lbaFrom: 1000, sectors: 512, image: 'a', imageOffset: 0 }] } };
const { randomNs, nearNs, per4kNs } = server2008.disk;

function world(options: Partial<RigOptions> = {}) {
  const r = rig({ ...base, types: [asker('asker', 'root-kernel', [diskdrv.done, ntfs.done, ntfs.opened])], ...options });
  const me = r.w.add('asker', 'root/asker', 1);
  const read = (lba: number, sectors: number, cookie: number, page = 1000): void => {
    const span = r.mdl(900, [[page, 0, sectors * 512]], cookie * 16);
    r.w.poke(me, diskdrv.read, r.driver, [lba, sectors, 900, span, cookie], 0);
  };
  return { r, me, read, got: () => r.w.state<Answers>(me).got, args: (name: string) => r.w.hops().filter((h) => r.w.kernel.catalogue[h.kind]!.name === name) };
}

describe('the list of pages', () => {
  it('[MDL-1] names pages with offset and length, and [MDL-2] is refused when it leaves its span or a piece its page', () => {
    const page = new Uint8Array(4096);
    putMdlHeader(page, 64, 2);
    putMdlPiece(page, 64, 0, 77, 0xe00, 0x200);
    putMdlPiece(page, 64, 1, 78, 0, 0x1000);
    expect([mdlPieces(page, 64), mdlPiecePage(page, 64, 0), spanOffset(mdlPieceSpan(page, 64, 0)), spanLength(mdlPieceSpan(page, 64, 1))]).toEqual([2, 77, 0xe00, 0x1000]);
    expect(mdlLength(page, mdlSpan(64, 2))).toBe(0x1200);
    expect(mdlLength(page, mdlSpan(64, 1))).toBe(-1);
    putMdlPiece(page, 64, 0, 77, 0xe01, 0x200);
    expect(mdlLength(page, mdlSpan(64, 2))).toBe(-1);
    expect(mdlLength(page, spanOf(4090, 24))).toBe(-1);
  });

  it('[MDL-3] is sliced byte-exactly, and not when the slice does not fit', () => {
    const from = new Uint8Array(4096);
    const to = new Uint8Array(4096);
    putMdlHeader(from, 0, 3);
    [[5, 100, 400], [6, 0, 4096], [9, 8, 88]].forEach(([p, o, l], i) => putMdlPiece(from, 0, i, p!, o!, l!));
    expect(sliceMdl(from, 0, 300, 4200, to, 32, 31)).toBe(3);
    expect(mdlLength(to, mdlSpan(32, 3))).toBe(4200);
    expect([mdlPieceSpan(to, 32, 0), mdlPieceSpan(to, 32, 1), mdlPieceSpan(to, 32, 2)]).toEqual([spanOf(400, 100), spanOf(0, 4096), spanOf(8, 4)]);
    expect(sliceMdl(from, 0, 300, 4200, to, 32, 2)).toBe(-1);
    expect(sliceMdl(from, 0, 400, 4185, to, 32, 31)).toBe(-1);
    expect(mdlSize(31)).toBe(256);
  });
});

describe('the physical disk', () => {
  it('[DISK-3] gives the bytes of its extents and zeros elsewhere, [DISK-4] by DMA into the pages of the list', () => {
    const { r, me, got, args } = world({ eager: true });
    const span = r.mdl(900, [[1000, 512, 512], [1003, 0, 1024], [1001, 3584, 512]]);
    r.w.poke(me, diskdrv.read, r.driver, [998, 4, 900, span, 5], 0);
    r.finish();
    expect(got().map((a) => a.slice(0, 2))).toEqual([[5, 0]]);
    expect(r.bytes(1000, 512, 512)).toEqual(new Uint8Array(512));
    expect(r.bytes(1003, 0, 512)).toEqual(new Uint8Array(512));
    expect(r.bytes(1003, 512, 512)).toEqual(image.slice(0, 512));
    expect(r.bytes(1001, 3584, 512)).toEqual(image.slice(512, 1024));
    expect(r.bytes(1001, 0, 3584)).toEqual(new Uint8Array(3584));
    expect(args('disk.dma').map((h) => h.args.slice(0, 3))).toEqual([[1000, spanOf(512, 512), 512], [1003, spanOf(0, 1024), 1024], [1001, spanOf(3584, 512), 512]]);
  });

  it('[DISK-1] serves commands one at a time in the order they came, [DISK-2] at the times of the profile', () => {
    const { r, read, got, args } = world({ eager: true });
    read(1000, 8, 0);
    read(1008, 8, 1, 1001);
    read(50_000, 1, 2, 1002);
    read(50_065, 1, 3, 1003);
    read(50_131, 1, 4, 1004);
    r.finish();
    expect(got().map((a) => a[0])).toEqual([0, 1, 2, 3, 4]);
    expect(args('disk.work').map((h) => h.time - h.departed)).toEqual([
      randomNs + per4kNs, nearNs + per4kNs, randomNs + Math.floor(per4kNs / 8), nearNs + Math.floor(per4kNs / 8), randomNs + Math.floor(per4kNs / 8),
    ]);
    const ends = args('disk.work').map((h) => h.time);
    expect([...ends].sort((a, b) => a - b)).toEqual(ends);
  });

  it('[DISK-5] asks for missing 64 KiB chunks one after the other while simulated time stands still', () => {
    const { r, read, got } = world();
    read(1000 + 127, 8, 0);
    expect(r.w.run()).toBe('needs');
    const at = r.w.kernel.m.now;
    const n = r.w.kernel.m.n;
    expect(r.w.run()).toBe('needs');
    expect([r.w.kernel.m.now, r.w.kernel.m.n]).toEqual([at, n]);
    r.finish();
    expect(r.fetched).toEqual(['a:0', 'a:1']);
    expect(got().length).toBe(1);
    expect(r.bytes(1000)).toEqual(image.slice(127 * 512, 135 * 512));
  });

  it('[DISK-4] moves no byte for sectors beyond the end or for a list of another length', () => {
    const { r, me, got } = world({ eager: true });
    const span = r.mdl(900, [[1000, 0, 4096]]);
    r.w.poke(me, diskdrv.read, r.driver, [99_993, 8, 900, span, 1], 0);
    r.w.poke(me, diskdrv.read, r.driver, [1000, 7, 900, span, 2], 0);
    r.w.poke(me, diskdrv.read, r.driver, [99_992, 8, 900, span, 3], 0);
    r.finish();
    expect(got().map((a) => a.slice(0, 2))).toEqual([[1, STATUS_NONEXISTENT_SECTOR], [2, STATUS_IO_DEVICE_ERROR], [3, 0]]);
    expect(r.w.names().filter((n) => n === 'disk.dma').length).toBe(1);
  });

  it('[DISK-6] posts a completion entry with a serial number, and [DISK-7] interrupts with vector 0x51 after each command', () => {
    const { r, read, args } = world({ eager: true });
    for (let i = 0; i < 70; i++) read(1000 + i, 1, i, 1000 + i);
    r.finish();
    expect(args('apic.hardware').map((h) => h.args[0])).toEqual(new Array(70).fill(0x51));
    const ring = r.bytes(16);
    expect([completionPosted(ring, 70), completionPosted(ring, 7), completionPosted(ring, 6), completionPosted(ring, 71)]).toEqual([true, true, false, false]);
    const page = new Uint8Array(4096);
    putCompletion(page, 64, 3, DISK_BAD_LIST, 0);
    expect([completionTag(page, 64), completionStatus(page, 64), DISK_NO_SUCH_SECTOR]).toEqual([3, 2, 1]);
  });
});

describe('the disk driver', () => {
  it('[DRV-1] connects its vector once, [DRV-2] keeps 32 commands at the controller and the rest with itself', () => {
    const { r, read, got } = world({ eager: true });
    for (let i = 0; i < 40; i++) read(1000 + i, 1, i, 1000 + i);
    while (!r.w.names().includes('disk.work')) r.w.run(1);
    const view = r.w.state<{ atDisk: unknown[]; waiting: unknown[] }>(r.driver);
    expect([view.atDisk.filter((j) => j !== null).length, view.waiting.length]).toEqual([32, 8]);
    r.finish();
    const names = r.w.names();
    expect(names.filter((n) => n === 'kernel.connectInterrupt').length).toBe(1);
    expect(names.indexOf('disk.command')).toBeGreaterThan(names.indexOf('kernel.connectInterrupt'));
    expect(got().map((a) => a[0])).toEqual(Array.from({ length: 40 }, (_, i) => i));
    for (let i = 0; i < 40; i++) expect(r.bytes(1000 + i, 0, 512)).toEqual(image.slice(i * 512, i * 512 + 512));
  });

  it('[DRV-3] its service routine reads the status register without an exit and queues a DPC, [DRV-4] which completes', () => {
    const { r, read } = world({ eager: true });
    read(1000, 8, 0);
    r.finish();
    expect(r.w.names().filter((n) => !n.startsWith('cpu.')).slice(-9)).toEqual([
      'disk.dma', 'disk.post', 'apic.hardware', 'apic.injectRoot', 'kernel.isr', 'disk.acknowledge', 'kernel.isrDone', 'diskdrv.dpc', 'diskdrv.done',
    ]);
    expect(r.w.names().filter((n) => /^(pio|hv|msr)\./.test(n))).toEqual([]);
  });

  it('[DRV-5] ends each read under the request that began it', () => {
    const { r, read, args } = world({ eager: true });
    for (let i = 0; i < 5; i++) read(1000 + i * 100, 1, i, 1000 + i);
    r.finish();
    const begun = args('diskdrv.read');
    for (const done of args('diskdrv.done')) expect(begun[done.args[0]!]!.n).toBe(done.request);
    for (const work of args('disk.work')) expect(begun.map((b) => b.n)).toContain(work.request);
  });
});

const files = [{ fileId: 7, name: 'A.vhd', extents: [{ fileSector: 0, sectors: 100, lba: 1200 }, { fileSector: 100, sectors: 50, lba: 1000 }] }];

describe('NTFS', () => {
  it('[NTFS-1] knows a file as extents, and [NTFS-2] turns a read across two of them into two commands', () => {
    const { r, me, got, args } = world({ eager: true, files });
    const span = r.mdl(900, [[1000, 0, 4096], [1001, 0, 4096]]);
    r.w.poke(me, ntfs.open, r.ntfs, [7, 1], 0);
    r.w.poke(me, ntfs.read, r.ntfs, [7, 90, 16, 900, span, 2], 0);
    r.finish();
    expect(got().map((a) => a.slice(0, 3))).toEqual([[1, 0, 150], [2, 0, 0]]);
    expect(args('diskdrv.read').map((h) => h.args.slice(0, 2))).toEqual([[1290, 10], [1000, 6]]);
    const wanted = new Uint8Array(8192);
    wanted.set(image.slice(290 * 512, 300 * 512), 0);
    wanted.set(image.slice(0, 6 * 512), 10 * 512);
    expect([...r.bytes(1000), ...r.bytes(1001)]).toEqual([...wanted]);
  });

  it('[NTFS-2] leaves the list of a read inside one extent as it is', () => {
    const { r, me, args } = world({ eager: true, files });
    const span = r.mdl(900, [[1000, 0, 4096]]);
    r.w.poke(me, ntfs.read, r.ntfs, [7, 8, 8, 900, span, 2], 0);
    r.finish();
    expect(args('disk.command').map((h) => h.args.slice(0, 4))).toEqual([[1208, 8, 900, span]]);
  });

  it('[NTFS-3] refuses unknown files, lists of another length and reads beyond the end', () => {
    const { r, me, got } = world({ eager: true, files });
    const span = r.mdl(900, [[1000, 0, 4096]]);
    for (const [id, from, sectors] of [[8, 0, 8], [7, 143, 8], [7, 0, 9], [7, 0, 0], [7, 142, 8]] as const) r.w.poke(me, ntfs.read, r.ntfs, [id, from, sectors, 900, span, id + from], 0);
    r.w.poke(me, ntfs.open, r.ntfs, [8, 9], 0);
    r.finish();
    expect(got().map((a) => a[1])).toEqual([
      STATUS_NO_SUCH_FILE, STATUS_END_OF_FILE, STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER, STATUS_NO_SUCH_FILE, 0,
    ]);
    expect([ntStatusName(STATUS_END_OF_FILE), ntStatusName(5), ntStatusSentence(STATUS_NO_SUCH_FILE)]).toEqual(['STATUS_END_OF_FILE', '0x00000005', 'The volume has no such file.']);
  });

  it('[NTFS-4] answers once, when the last of its commands has ended, with the error of any of them', () => {
    const broken = [{ fileId: 7, name: 'A.vhd', extents: [{ fileSector: 0, sectors: 4, lba: 99_998 }, { fileSector: 4, sectors: 50, lba: 1000 }] }];
    const { r, me, got } = world({ eager: true, files: broken });
    const span = r.mdl(900, [[1000, 0, 4096]]);
    r.w.poke(me, ntfs.read, r.ntfs, [7, 0, 8, 900, span, 3], 0);
    r.finish();
    expect(got().map((a) => a.slice(0, 2))).toEqual([[3, STATUS_NONEXISTENT_SECTOR]]);
    expect(r.w.names().filter((n) => !n.startsWith('cpu.')).at(-1)).toBe('ntfs.done');
  });
});
