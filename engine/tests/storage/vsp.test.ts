import { describe, expect, it } from 'vitest';
import { vmbus } from '../../devices/vmbus/hops.ts';
import * as protocol from '../../devices/storage/protocol.ts';
import type { StorvspState } from '../../devices/storage/vsp-state.ts';
import { asciiOf, hexOf } from '../../wire/bytes.ts';
import { putGpaDirect } from '../../wire/gpa-direct.ts';
import * as ring from '../../wire/ring.ts';
import { capacityBlockBytes, capacityBlocks, putCdb10, putCdb6, putInquiry, putReadCapacity10, senseText } from '../../wire/scsi.ts';
import { byteOf, DISK_SECTORS, FREE_PAGES, rig, type RawGuest, type StorageRig } from './rig.ts';

const ERA = 'ws2008';

function packet(compose: (bytes: Uint8Array) => number): Uint8Array {
  const bytes = new Uint8Array(48);
  compose(bytes);
  return bytes;
}

const step = (operation: number) => packet((b) => protocol.putOperation(b, ERA, operation));
const version = (v: number) => packet((b) => protocol.putQueryVersion(b, ERA, v));
const srb = (put: (cdb: Uint8Array) => number, transfer: number, lun = 0) => {
  const cdb = new Uint8Array(16);
  const length = put(cdb);
  return packet((b) => protocol.putExecuteSrb(b, ERA, 0, 0, 0, lun, cdb, length, 1, transfer));
};
const read = (lba: number, blocks: number, transfer = blocks * 512) => srb((cdb) => putCdb10(cdb, 0, 0x28, lba, blocks), transfer);

function range(bytes: number, pfns: number[], offset = 0): Uint8Array {
  const ext = new Uint8Array(16 + 8 * pfns.length);
  putGpaDirect(ext, bytes, offset, pfns);
  return ext;
}

const HANDSHAKE = [step(7), version(0x200), packet((b) => protocol.putQueryProperties(b, ERA, 0)), step(8)];

/** A guest that has ended the handshake. */
function ready(options: { wait?: (n: number) => number } = {}): { r: StorageRig; g: RawGuest; ask: (payload: Uint8Array, ext?: Uint8Array | null) => Uint8Array } {
  const r = rig(options);
  const g = r.raw('alpha');
  HANDSHAKE.forEach((p, i) => g.put(ring.PACKET_IN_BAND, i, null, p));
  g.ring();
  g.take();
  const ask = (payload: Uint8Array, ext: Uint8Array | null = null): Uint8Array => {
    g.put(ext === null ? ring.PACKET_IN_BAND : ring.PACKET_GPA_DIRECT, 77, ext, payload);
    g.ring();
    const answers = g.take();
    expect(answers.map((a) => a.transId)).toEqual([77]);
    return answers[0]!.packet;
  };
  return { r, g, ask };
}

const status = (p: Uint8Array): number => protocol.packetStatus(p);
/** What a completion says of a request that failed: NT status, SRB status with its flags, SCSI status, sense. */
const failure = (p: Uint8Array) => [status(p), protocol.srbStatus(p), protocol.scsiStatus(p), senseText(p, protocol.SENSE_AT)];

describe('the handshake', () => {
  it('[STORVSP-1] goes through its four steps in their order only', () => {
    const r = rig();
    const g = r.raw('alpha');
    const ask = (p: Uint8Array): number => {
      g.put(ring.PACKET_IN_BAND, 5, null, p);
      g.ring();
      return status(g.take()[0]!.packet);
    };
    const out = 0xc000_0184;
    expect([ask(read(0, 1)), ask(step(8)), ask(HANDSHAKE[2]!), ask(version(0x200)), ask(step(7))]).toEqual([out, out, out, out, 0]);
    expect([ask(step(7)), ask(version(0x402)), ask(version(0x200)), ask(version(0x200))]).toEqual([out, 0xc000_0059, 0, out]);
    expect([ask(step(8)), ask(HANDSHAKE[2]!), ask(read(0, 1)), ask(step(8)), ask(step(7))]).toEqual([out, 0, out, 0, out]);
    expect([ask(step(4)), ask(step(5)), ask(step(6))]).toEqual([0, 0, 0]);
  });

  it('[STORVSP-1] answers QUERY_PROPERTIES with version 2.0 and 64 KiB for one request', () => {
    const r = rig();
    const g = r.raw('alpha');
    HANDSHAKE.slice(0, 3).forEach((p, i) => g.put(ring.PACKET_IN_BAND, i, null, p));
    g.ring();
    const properties = g.take()[2]!.packet;
    expect(hexOf(properties)).toBe('010000000000000000000000' + '00020000' + '00000000' + '02000000' + '00000100' + '00'.repeat(20));
    expect(protocol.propertiesMaxTransfer(properties)).toBe(0x1_0000);
  });
});

describe('a request', () => {
  it('[STORVSP-2] gets one completion of 72 ring bytes with its transaction id; none when it asks for none', () => {
    const { r, g, ask } = ready();
    expect(hexOf(ask(read(3, 1), range(512, [FREE_PAGES])))).toBe('010000000000000000000000' + '24000100' + '00000000' + '10120000' + '00020000' + '00'.repeat(20));
    expect(r.of('vmbus.ringWriteRoot').at(-1)![2]).toBe(72);
    g.put(ring.PACKET_GPA_DIRECT, 9, range(512, [FREE_PAGES]), read(3, 1), 0);
    g.ring();
    expect(g.take()).toEqual([]);
    expect(r.w.state<StorvspState>(r.storvsp).disks[0]!.inFlight).toBe(0);
  });

  it('[STORVSP-6] moves the sectors by a list of machine pages into scattered pages of the guest', () => {
    const { r, g, ask } = ready();
    const pages = [FREE_PAGES + 9, FREE_PAGES + 2, FREE_PAGES + 30];
    const answer = ask(read(1000, 16), range(8192, pages, 100));
    expect([status(answer), protocol.srbStatus(answer), protocol.transferLength(answer)]).toEqual([0, 1, 8192]);
    const got: number[] = [];
    pages.forEach((p, i) => got.push(...r.memory(g, p).slice(i === 0 ? 100 : 0, i === 2 ? 100 : 4096)));
    expect(got).toEqual(Array.from({ length: 8192 }, (_, i) => byteOf(1000 + (i >> 9), i & 511)));
    expect(r.memory(g, pages[2]!)[100]).toBe(0);
  });

  it('[STORVSP-6] writes INQUIRY and capacity itself, also across a page boundary and into less room than they need', () => {
    const { r, g, ask } = ready();
    const inquiry = ask(srb((cdb) => putInquiry(cdb, 0, -1, 36), 36), range(36, [FREE_PAGES, FREE_PAGES + 1], 4080));
    expect([protocol.srbStatus(inquiry), protocol.transferLength(inquiry)]).toEqual([1, 36]);
    expect(asciiOf(r.memory(g, FREE_PAGES), 4088, 8) + asciiOf(r.memory(g, FREE_PAGES + 1), 0, 20)).toBe('Msft    Virtual Disk    1.0 ');
    const short = ask(srb((cdb) => putInquiry(cdb, 0, -1, 5), 5), range(5, [FREE_PAGES + 3]));
    expect([protocol.srbStatus(short), protocol.transferLength(short), r.memory(g, FREE_PAGES + 3)[5]]).toEqual([1, 5, 0]);
    const capacity = ask(srb((cdb) => putReadCapacity10(cdb, 0), 16), range(16, [FREE_PAGES + 4]));
    expect([status(capacity), protocol.srbStatus(capacity), protocol.transferLength(capacity)]).toEqual([0x8000_0005, 0x12, 8]);
    expect([capacityBlocks(r.memory(g, FREE_PAGES + 4), 0), capacityBlockBytes(r.memory(g, FREE_PAGES + 4), 0)]).toEqual([DISK_SECTORS, 512]);
  });

  it('[STORVSP-3] beyond the end of the disk reads nothing: 5/21/00', () => {
    const { r, ask } = ready();
    for (const [lba, blocks] of [[DISK_SECTORS, 1], [DISK_SECTORS - 1, 2], [0xffff_ffff, 128]] as const) {
      const answer = ask(read(lba, blocks), range(blocks * 512, Array.from({ length: blocks / 8 + 1 | 0 }, (_, i) => FREE_PAGES + i).slice(0, Math.ceil(blocks / 8))));
      expect(failure(answer)).toEqual([0xc000_0185, 0x86, 2, 'ILLEGAL REQUEST: logical block address out of range']);
    }
    const longer = ask(read(0, 8, 512), range(4096, [FREE_PAGES]));
    expect(failure(longer)).toEqual([0xc000_0185, 0x86, 2, 'ILLEGAL REQUEST: logical block address out of range']);
    expect(r.of('vhd.read')).toEqual([]);
  });

  it('[STORVSP-4] knows six operation codes, one LUN, and no vital product data', () => {
    const { ask } = ready();
    expect(protocol.srbStatus(ask(srb((cdb) => putCdb6(cdb, 0, 0x00, 0), 0)))).toBe(1);
    expect(protocol.srbStatus(ask(srb((cdb) => putCdb10(cdb, 0, 0x28, 0, 0), 0)))).toBe(1);
    for (const opcode of [0x2f, 0x1a, 0x88, 0xff]) {
      const unknown = ask(srb((cdb) => putCdb10(cdb, 0, opcode, 0, 1), 512), range(512, [FREE_PAGES]));
      expect(failure(unknown)).toEqual([0xc000_0185, 0x86, 2, 'ILLEGAL REQUEST: invalid command operation code']);
    }
    expect(failure(ask(srb((cdb) => putInquiry(cdb, 0, 0x80, 36), 36), range(36, [FREE_PAGES])))).toEqual([0xc000_0185, 0x86, 2, 'ILLEGAL REQUEST: invalid field in CDB']);
    expect(failure(ask(srb((cdb) => putCdb6(cdb, 0, 0, 0), 0, 3)))).toEqual([0xc000_00c0, 0x20, 2, 'NO SENSE: no additional sense']);
  });

  it('[STORVSP-5] with a page that is not the guest\'s, or too small a buffer, fails before anything is read', () => {
    const { r, ask } = ready();
    const high = range(512, [0]);
    high.fill(0xff, 16, 24);
    const buffers = [range(4096, [511, 512], 512), range(512, [2 ** 31]), range(512, [2 ** 40]), high, range(256, [FREE_PAGES]), null];
    const requests = [read(0, 8), read(0, 1), read(0, 1), read(0, 1), read(0, 1), read(0, 1)];
    requests.forEach((request, i) => {
      expect([i, ...failure(ask(request, buffers[i]))]).toEqual([i, 0xc000_0185, 0x86, 2, 'ILLEGAL REQUEST: invalid field in CDB']);
    });
    const pages = Array.from({ length: 32 }, (_, i) => FREE_PAGES + i);
    expect(protocol.srbStatus(ask(read(0, 256), range(131072, pages)))).toBe(0x86);
    expect(protocol.srbStatus(ask(read(0, 256), range(36 * 4096, Array.from({ length: 36 }, (_, i) => FREE_PAGES + i))))).toBe(0x86);
    expect(r.of('vhd.read')).toEqual([]);
    expect(status(ask(read(0, 1), range(512, [FREE_PAGES])))).toBe(0);
  });

  it('[STORVSP-7] beyond 32 under way stays in the ring, masked, until one ends', () => {
    const { r, g } = ready({ wait: () => 500_000 });
    for (let i = 0; i < 40; i++) expect(g.put(ring.PACKET_GPA_DIRECT, i, range(512, [FREE_PAGES + i]), read(i, 1))).toBeGreaterThanOrEqual(0);
    r.w.poke(r.server, vmbus.callback, r.storvsp, [g.channel], 0);
    while (r.of('vhd.read').length < 32) r.w.run(1);
    r.w.run(3);
    expect(ring.used(ring.writeIndex(g.out()), ring.readIndex(g.out()), 4096)).toBe(8 * 96);
    expect(ring.interruptMask(g.out())).toBe(1);
    r.w.run();
    expect(g.take().map((a) => a.transId).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(ring.interruptMask(g.out())).toBe(0);
  });

  it('[STORVSP-8] whose completion finds no room waits, and is answered when the guest has made room', () => {
    const { r, g } = ready();
    for (let i = 0; i < 70; i++) {
      g.put(ring.PACKET_IN_BAND, i, null, step(4));
      g.ring();
    }
    expect(r.w.state<StorvspState>(r.storvsp).disks[0]!.waiting).toHaveLength(70 - 56);
    expect(g.take().map((a) => a.transId)).toEqual(Array.from({ length: 56 }, (_, i) => i));
    g.ring();
    expect(g.take().map((a) => a.transId)).toEqual(Array.from({ length: 14 }, (_, i) => 56 + i));
  });
});
