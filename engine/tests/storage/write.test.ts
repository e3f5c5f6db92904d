/** Writes and long requests of the synthetic disk: VSC, ring and VSP are real, the VHD parser is a stand-in. */
import { describe, expect, it } from 'vitest';
import * as protocol from '../../devices/storage/protocol.ts';
import { frame } from '../../sim/memory.ts';
import { captionOf } from '../../lab/narration.ts';
import { putGpaDirect } from '../../wire/gpa-direct.ts';
import { STATUS_DISK_FULL, STATUS_INVALID_PARAMETER, STATUS_IO_DEVICE_ERROR, STATUS_MEDIA_WRITE_PROTECTED } from '../../wire/ntstatus.ts';
import * as ring from '../../wire/ring.ts';
import { putCdb10, senseText } from '../../wire/scsi.ts';
import { byteOf, DISK_SECTORS, FREE_PAGES, rig, writtenByte, type RawGuest, type Read, type StorageRig } from './rig.ts';

const bytesWritten = (mark: number, sectors: number): number[] => Array.from({ length: sectors * 512 }, (_, i) => writtenByte(mark, i));
const there = (r: StorageRig, lba: number, sectors: number): number[] => Array.from({ length: sectors }, (_, s) => [...(r.written.get(lba + s) ?? new Uint8Array(512))]).flat();

describe('a write of the file system', () => {
  it('[STORVSC-4] becomes a WRITE(10) packet of 96 ring bytes that names the page; [STORVSC-3] its transaction carries a mark', () => {
    const r = rig();
    const g = r.up('alpha');
    const s = r.read(g, [{ lba: 1000, sectors: 4, page: FREE_PAGES, offset: 1024, write: 7 }]);
    expect(s.done).toEqual([[0, 0]]);
    expect(there(r, 1000, 4)).toEqual(bytesWritten(7, 4));
    const [write] = r.of('vmbus.ringWriteGuest').slice(-1);
    expect([write![2], write![3]! & 1]).toEqual([96, 1]);
    expect(r.of('vhd.write').at(-1)!.slice(1, 3)).toEqual([1000, 4]);
    expect(r.of('vhd.read')).toEqual([]);
    const says = r.w.hops().map((h) => captionOf(r.w.kernel, h)).map((c) => `${c.says}, because ${c.because}`).filter((c) => /WRITE\(10\)/.test(c));
    expect(says[0]).toMatch(/writes a WRITE\(10\) packet of 96 bytes into the ring, because the root must learn which sectors are to be written/);
    expect(says.length).toBe(4);
  });

  it('[STORVSC-4] passes no processor: its packet names the guest page in which the data lie', () => {
    const r = rig();
    const g = r.up('alpha');
    r.read(g, [{ lba: 5, sectors: 8, page: FREE_PAGES + 3, offset: 0, write: 9 }]);
    const [, , , page, span] = r.of('vhd.write').at(-1)!;
    const list = frame(r.w.kernel.m.memory, page!);
    const at = span! & 0xfff;
    const view = new DataView(list.buffer, list.byteOffset + at);
    expect([view.getUint32(0, true), view.getUint32(8, true), view.getUint32(12, true)]).toEqual([1, g.base + FREE_PAGES + 3, 4096 << 12]);
  });

  it('[STORVSC-9] up to 128 sectors go in one packet, in pages that need not be neighbours', () => {
    const r = rig();
    const g = r.up('alpha');
    const pages = Array.from({ length: 17 }, (_, i) => FREE_PAGES + 100 - 3 * i);
    const s = r.read(g, [{ lba: 200, sectors: 128, page: FREE_PAGES, offset: 2048, pages, write: 3 }]);
    expect(s.done).toEqual([[0, 0]]);
    expect(there(r, 200, 128)).toEqual(bytesWritten(3, 128));
    expect(r.of('vmbus.ringWriteGuest').at(-1)![2]).toBe(96 + 16 * 8);
    const back = r.read(g, [{ lba: 400, sectors: 128, page: FREE_PAGES, offset: 2048, pages }]);
    expect([back.done, back.bad]).toEqual([[[0, 0]], []]);
    expect(r.of('vhd.read').at(-1)!.slice(1, 3)).toEqual([400, 128]);
    expect(s.info[2]).toBe(128);
  });

  it('[STORVSC-9] refuses lists that are no one range of pages, and more than 128 sectors', () => {
    const r = rig();
    const g = r.up('alpha');
    const bad: Read[] = [
      { lba: 0, sectors: 129, page: FREE_PAGES, offset: 0, pages: Array.from({ length: 17 }, (_, i) => FREE_PAGES + 1 + i) },
      { lba: 0, sectors: 8, page: FREE_PAGES, offset: 4096 - 512, pages: [FREE_PAGES + 1] },
      { lba: 0, sectors: 0, page: FREE_PAGES, offset: 0, write: 1 },
    ];
    expect(r.read(g, bad, 3).done.map(([, status]) => status)).toEqual(bad.map(() => STATUS_INVALID_PARAMETER));
  });

  it('[STORVSC-5] [STORVSC-7] many are under way at once, reads among them', () => {
    const r = rig({ wait: (n) => n % 200_000 });
    const g = r.up('alpha');
    const reads = Array.from({ length: 60 }, (_, i): Read => ({ lba: 16 * i, sectors: 16, page: FREE_PAGES + 2 * i, offset: 0, ...(i % 3 === 0 ? {} : { write: i }) }));
    const s = r.read(g, reads, 40);
    expect(s.done.map(([, status]) => status)).toEqual(reads.map(() => 0));
    expect(s.bad).toEqual([]);
    for (const [i, read] of reads.entries()) if (read.write !== undefined) expect(there(r, read.lba, 16)).toEqual(bytesWritten(i, 16));
  });
});

const ERA = 'ws2008';
const write = (lba: number, blocks: number, transfer = blocks * 512, direction: 0 | 1 | 2 = 0): Uint8Array => {
  const cdb = new Uint8Array(16);
  const bytes = new Uint8Array(48);
  protocol.putExecuteSrb(bytes, ERA, 0, 0, 0, 0, cdb, putCdb10(cdb, 0, 0x2a, lba, blocks), direction, transfer);
  return bytes;
};
const range = (bytes: number, pfns: number[], offset = 0): Uint8Array => {
  const ext = new Uint8Array(16 + 8 * pfns.length);
  putGpaDirect(ext, bytes, offset, pfns);
  return ext;
};

function ready(status: (lba: number) => number = () => 0): { r: StorageRig; ask: (payload: Uint8Array, ext: Uint8Array | null) => Uint8Array; g: RawGuest } {
  const r = rig({ status });
  const g = r.raw('alpha');
  const steps = [7, 9, 10, 8].map((operation) => {
    const bytes = new Uint8Array(48);
    if (operation === 9) protocol.putQueryVersion(bytes, ERA, 0x200);
    else protocol.putOperation(bytes, ERA, operation);
    return bytes;
  });
  steps.forEach((p, i) => g.put(ring.PACKET_IN_BAND, i, null, p));
  g.ring();
  g.take();
  return {
    r, g,
    ask: (payload, ext) => {
      g.put(ext === null ? ring.PACKET_IN_BAND : ring.PACKET_GPA_DIRECT, 77, ext, payload);
      g.ring();
      return g.take()[0]!.packet;
    },
  };
}

describe('a guest that writes what it should not', () => {
  it.each([
    ['beyond the end', write(DISK_SECTORS - 1, 2), range(1024, [FREE_PAGES]), 'ILLEGAL REQUEST: logical block address out of range'],
    ['far beyond the end', write(0xffff_ffff, 1), range(512, [FREE_PAGES]), 'ILLEGAL REQUEST: logical block address out of range'],
    ['a transfer shorter than the command', write(0, 8, 512), range(4096, [FREE_PAGES]), 'ILLEGAL REQUEST: logical block address out of range'],
  ])('[STORVSP-3] %s: check condition, and nothing is written', (_what, packet, ext, text) => {
    const { r, ask } = ready();
    const answer = ask(packet, ext);
    expect([protocol.srbStatus(answer), protocol.scsiStatus(answer), senseText(answer, protocol.SENSE_AT)]).toEqual([0x86, 2, text]);
    expect(r.of('vhd.write')).toEqual([]);
  });

  it.each([
    ['no range', write(0, 1), null],
    ['a range shorter than the transfer', write(0, 8), range(512, [FREE_PAGES])],
    ['a page beyond its memory', write(0, 16), range(8192, [FREE_PAGES, 0x7fff_ffff])],
    ['a page number beyond 2^53', write(0, 8), (() => {
      const ext = range(4096, [FREE_PAGES]);
      ext.fill(0xff, 16);
      return ext;
    })()],
    ['more than 64 KiB', write(0, 129), range(129 * 512, Array.from({ length: 17 }, (_, i) => FREE_PAGES + i))],
    ['data in the wrong direction', write(0, 8, 4096, 1), range(4096, [FREE_PAGES])],
  ])('[STORVSP-5] [STORVSP-9] with %s: an invalid request, and the channel goes on', (_what, packet, ext) => {
    const { r, ask } = ready();
    const answer = ask(packet, ext);
    expect([protocol.srbStatus(answer), protocol.scsiStatus(answer), protocol.packetStatus(answer)]).toEqual([0x86, 2, STATUS_IO_DEVICE_ERROR]);
    expect(senseText(answer, protocol.SENSE_AT)).toBe('ILLEGAL REQUEST: invalid field in CDB');
    expect(r.of('vhd.write')).toEqual([]);
    expect(protocol.srbStatus(ask(write(0, 8), range(4096, [FREE_PAGES])))).toBe(1);
  });

  it.each([
    [STATUS_MEDIA_WRITE_PROTECTED, 'DATA PROTECT: write protected'],
    [STATUS_DISK_FULL, 'DATA PROTECT: space allocation failed write protect'],
    [STATUS_IO_DEVICE_ERROR, 'MEDIUM ERROR: write error'],
  ])('[STORVSP-10] a write that fails below with status %i is told by its sense', (status, text) => {
    const { ask } = ready(() => status);
    const answer = ask(write(0, 8), range(4096, [FREE_PAGES]));
    expect([protocol.srbStatus(answer), protocol.scsiStatus(answer), senseText(answer, protocol.SENSE_AT), protocol.transferLength(answer)]).toEqual([0x84, 2, text, 0]);
  });

  it('[STORVSP-9] writes of nothing and SYNCHRONIZE CACHE end well at once: what is completed is on the disk', () => {
    const { r, ask } = ready();
    expect(protocol.srbStatus(ask(write(10, 0), null))).toBe(1);
    const cdb = new Uint8Array(16);
    const flush = new Uint8Array(48);
    protocol.putExecuteSrb(flush, ERA, 0, 0, 0, 0, cdb, putCdb10(cdb, 0, 0x35, 0, 0), 2, 0);
    expect(protocol.srbStatus(ask(flush, null))).toBe(1);
    expect(r.of('vhd.write')).toEqual([]);
    expect(byteOf(0, 0)).toBe(0);
  });
});
