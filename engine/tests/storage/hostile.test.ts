import { describe, expect, it } from 'vitest';
import { channelErrors, vmbus } from '../../devices/vmbus/hops.ts';
import * as protocol from '../../devices/storage/protocol.ts';
import { FAILED, type StorvspState } from '../../devices/storage/vsp-state.ts';
import type { StorvscState } from '../../devices/storage/vsc-state.ts';
import { frameForWrite } from '../../sim/memory.ts';
import { put16, put32 } from '../../wire/bytes.ts';
import { putGpaDirect } from '../../wire/gpa-direct.ts';
import * as ring from '../../wire/ring.ts';
import { putCdb10 } from '../../wire/scsi.ts';
import * as wire from '../../wire/vmbus.ts';
import { FREE_PAGES, rig, STORAGE_PAGES, type RawGuest, type StorageRig } from './rig.ts';

const reset = (operation = protocol.RESET_LUN): Uint8Array => {
  const bytes = new Uint8Array(48);
  protocol.putOperation(bytes, 'ws2008', operation);
  return bytes;
};

/** A fresh connection of the same guest, with its rings emptied. */
function reopen(r: StorageRig, g: RawGuest): void {
  for (const page of [...g.out(), ...g.back()]) page.fill(0);
  r.say(g, (b) => wire.putInitiateContact(b, 0, 0xd, 0, 16 * 4096, 17 * 4096, 18 * 4096));
  r.say(g, (b) => wire.putBareMessage(b, 0, wire.REQUEST_OFFERS));
  r.say(g, (b) => wire.putGpadlHeader(b, 0, 1, 0xe1e10, [0, 1, 2, 3].map((i) => STORAGE_PAGES + i)));
  r.say(g, (b) => wire.putOpenChannel(b, 0, 1, 1, 0xe1e10, 0, 2, null));
  for (const operation of [7, 9, 10, 8]) {
    const bytes = reset(operation);
    if (operation === 9) protocol.putQueryVersion(bytes, 'ws2008', 0x200);
    g.put(ring.PACKET_IN_BAND, operation, null, bytes);
  }
  g.ring();
  expect(g.take()).toHaveLength(4);
}

const disk = (r: StorageRig) => r.w.state<StorvspState>(r.storvsp).disks[0]!;
const failures = (r: StorageRig): (readonly number[])[] => r.of('vmbus.channelFailed');

describe('bytes of a guest that cannot be a packet', () => {
  const cases: readonly [keyof typeof channelErrors, (g: RawGuest) => void][] = [
    ['InvalidRingPointer', (g) => ring.setWriteIndex(g.out(), 4096)],
    ['InvalidRingPointer', (g) => ring.setWriteIndex(g.out(), ring.readIndex(g.out()) + 4)],
    ['InvalidRingPointer', (g) => ring.setReadIndex(g.out(), 0xffff_fff8)],
    ['InvalidDataAvailable', (g) => ring.setWriteIndex(g.out(), (ring.readIndex(g.out()) + 16) % 4096)],
    ['InvalidDescriptorLengths', (g) => put16(g.out()[1]!, at(g) + 4, 0x1000)],
    ['InvalidDescriptorLengths', (g) => put16(g.out()[1]!, at(g) + 2, 1)],
    ['InvalidDescriptorFlags', (g) => put16(g.out()[1]!, at(g) + 6, 3)],
    ['InvalidDescriptorType', (g) => put16(g.out()[1]!, at(g), 8)],
    ['InvalidDescriptorGpaDirectRangeCount', (g) => {
      put16(g.out()[1]!, at(g), ring.PACKET_GPA_DIRECT);
      put16(g.out()[1]!, at(g) + 2, 5);
      put32(g.out()[1]!, at(g) + 20, 0);
    }],
    ['InvalidPacket', (g) => put16(g.out()[1]!, at(g), ring.PACKET_COMPLETION)],
    ['InvalidDescriptorLengths', (g) => put16(g.out()[1]!, at(g), ring.PACKET_TRANSFER_PAGES)],
    ['InvalidPacket', (g) => {
      put16(g.out()[1]!, at(g), ring.PACKET_TRANSFER_PAGES);
      put16(g.out()[1]!, at(g) + 2, 3);
    }],
    ['InvalidPacket', (g) => put32(g.out()[1]!, at(g) + 16, 11)],
    ['InvalidPacket', (g) => put32(g.out()[1]!, at(g) + 16, 0)],
    ['InvalidPacket', (g) => put32(g.out()[1]!, at(g) + 16, protocol.EXECUTE_SRB)],
  ];
  const at = (g: RawGuest): number => ring.readIndex(g.out());

  it('[CHAN-9] end the channel with a typed error, and the provider never touches it again', () => {
    const r = rig();
    const g = r.raw('alpha');
    for (const [error, damage] of cases) {
      reopen(r, g);
      g.put(ring.PACKET_IN_BAND, 1, null, reset());
      damage(g);
      const before = failures(r).length;
      g.ring();
      expect([error, failures(r).length, failures(r).at(-1)![2]]).toEqual([error, before + 1, channelErrors[error]]);
      expect(disk(r).phase).toBe(FAILED);
      const bytes = [...g.out(), ...g.back()].map((p) => p.slice());
      g.ring();
      r.w.poke(r.storvsp, vmbus.signal, r.server, [g.channel], 0);
      r.w.run();
      expect([...g.out(), ...g.back()]).toEqual(bytes);
    }
  });

  it('[CHAN-9] drop what was under way, and the guest may begin a new connection', () => {
    const r = rig({ wait: () => 100_000 });
    const g = r.raw('alpha');
    reopen(r, g);
    const cdb = new Uint8Array(16);
    const read = new Uint8Array(48);
    protocol.putExecuteSrb(read, 'ws2008', 0, 0, 0, 0, cdb, putCdb10(cdb, 0, 0x28, 5, 1), 1, 512);
    const ext = new Uint8Array(24);
    putGpaDirect(ext, 512, 0, [FREE_PAGES]);
    for (let i = 0; i < 3; i++) g.put(ring.PACKET_GPA_DIRECT, i, ext, read);
    g.put(ring.PACKET_IN_BAND, 3, null, reset());
    put16(g.out()[1]!, (ring.writeIndex(g.out()) - 72) % 4096, 0xdd);
    r.w.poke(r.server, vmbus.callback, r.storvsp, [g.channel], 0);
    while (failures(r).length === 0) r.w.run(1);
    expect(disk(r).inFlight).toBe(3);
    reopen(r, g);
    expect(disk(r).inFlight).toBe(0);
    expect(g.take()).toEqual([]);
    g.put(ring.PACKET_GPA_DIRECT, 8, ext, read);
    g.ring();
    expect(g.take().map((a) => a.transId)).toEqual([8]);
  });

  it('[CHAN-9] a damaged ring to the guest ends the channel when the provider wants to write there', () => {
    const r = rig();
    const g = r.raw('alpha');
    reopen(r, g);
    ring.setReadIndex(g.back(), 12);
    g.put(ring.PACKET_IN_BAND, 1, null, reset());
    g.ring();
    expect(failures(r).at(-1)![2]).toBe(channelErrors.InvalidRingPointer);
  });

  it('[CHAN-9] [RING-8] random damage never stops the machine, and another guest reads on', () => {
    const r = rig({ wait: (n) => n % 30_000 });
    const good = r.up('beta');
    const g = r.raw('alpha');
    let seed = 20_080_204;
    const next = (n: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed >>> 8) % n);
    };
    let ended = 0;
    for (let round = 0; round < 400; round++) {
      if (disk2(r).phase !== 4) {
        ended++;
        reopen(r, g);
      }
      for (let i = next(4); i >= 0; i--) g.put(next(2) === 0 ? ring.PACKET_IN_BAND : ring.PACKET_GPA_DIRECT, next(100), null, reset(1 + next(12)));
      const pages = [...g.out(), ...g.back()];
      for (let i = next(6); i > 0; i--) {
        const page = next(10) === 0 ? next(4) : 1;
        pages[page]![page % 2 === 0 ? next(16) : (ring.readIndex(g.out()) + next(100)) & 4095] = next(3) === 0 ? next(256) : next(16);
      }
      r.w.poke(r.server, vmbus.callback, r.storvsp, [g.channel], 0);
      for (let i = next(40); i > 0; i--) r.w.run(1);
      if (next(3) === 0) frameForWrite(r.w.kernel.m.memory, g.base + STORAGE_PAGES + 1)[next(4096)] = next(256);
      r.w.run(400);
      g.take();
    }
    r.w.run();
    expect(ended).toBeGreaterThan(20);
    const s = r.read(good, Array.from({ length: 20 }, (_, i) => ({ lba: i * 11, sectors: 8, page: FREE_PAGES + i, offset: 0 })), 4);
    expect([s.done.length, s.bad, s.done.filter(([, status]) => status !== 0)]).toEqual([20, [], []]);
  });
  const disk2 = (r: StorageRig) => r.w.state<StorvspState>(r.storvsp).disks[1]!;
});

describe('bytes of a root that cannot be a completion', () => {
  it('[CHAN-9] end the channel of the guest, and every request with an I/O error', () => {
    const damages: ((pages: Uint8Array[], at: number) => void)[] = [
      (pages) => ring.setWriteIndex(pages, 5),
      (pages, at) => put16(pages[1]!, at, ring.PACKET_IN_BAND),
      (pages, at) => put32(pages[1]!, at + 8, 0x1234),
      (pages, at) => put32(pages[1]!, at + 12, 1),
      (pages, at) => put32(pages[1]!, at + 16, protocol.EXECUTE_SRB),
    ];
    for (const damage of damages) {
      const r = rig();
      const g = r.up('alpha', { queueDepth: 2 });
      const state = r.w.kernel.stateForWrite(g.fs) as unknown as Record<string, unknown>;
      const reads = Array.from({ length: 3 }, (_, i) => ({ lba: i, sectors: 1, page: FREE_PAGES + i, offset: 0 }));
      Object.assign(state, { reads, next: 0, depth: 3, under: 0, done: [] });
      const writes = r.of('vmbus.ringWriteRoot').length;
      r.w.poke(g.fs, r.w.kernel.catalogue.find((k) => k.name === 'storagetest.go')!, g.fs);
      while (r.of('vmbus.ringWriteRoot').length === writes) r.w.run(1);
      const back = [0, 1, 2, 3, 4].map((i) => frameForWrite(r.w.kernel.m.memory, g.base + STORAGE_PAGES + 5 + i));
      damage(back, r.of('vmbus.ringWriteRoot').at(-1)![1]!);
      r.w.run();
      expect(r.w.state<StorvscState>(g.storvsc).phase).toBe('failed');
      expect(r.w.state<{ done: number[][] }>(g.fs).done.map(([i, status]) => [i, status]).sort(([a], [b]) => a! - b!)).toEqual([[0, 0xc000_0185], [1, 0xc000_0185], [2, 0xc000_0185]]);
      expect(r.read(g, [reads[0]!]).done).toEqual([[0, 0xc000_00a3]]);
    }
  });
});
