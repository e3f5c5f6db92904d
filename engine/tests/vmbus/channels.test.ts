import { describe, expect, it } from 'vitest';
import { vmbus } from '../../devices/vmbus/hops.ts';
import type { ServerState } from '../../devices/vmbus/server-state.ts';
import { frameForWrite, hasGrant } from '../../sim/memory.ts';
import { get32, hexOf } from '../../wire/bytes.ts';
import { HvSignalEvent } from '../../wire/hypercalls.ts';
import * as ring from '../../wire/ring.ts';
import * as wire from '../../wire/vmbus.ts';
import { FREE_PAGES, rig, STORAGE_PAGES, type Read, type StorageGuest, type StorageRig } from '../storage/rig.ts';
import { GUEST_PAGES, SIEF, VMBUS_PAGES } from './rig.ts';

const one: Read = { lba: 0x100, sectors: 8, page: FREE_PAGES, offset: 0 };
const header = (pfns: number[], relid = 1, handle = 7) => (b: Uint8Array): number => wire.putGpadlHeader(b, 0, relid, handle, pfns);
const pages = (n: number, from = 200): number[] => Array.from({ length: n }, (_, i) => from + i);

/** A guest that has made contact; its disk is offered with relid 1. */
function offered() {
  const r = rig();
  const g = r.raw('alpha', { pages: [] });
  return { r, g, say: (compose: (b: Uint8Array) => number) => r.say(g, compose).map((b) => [b[0], get32(b, 12), get32(b, 16)]) };
}

const refusal = (handle: number): number[][] => [[wire.GPADL_CREATED, handle, 0x8000_ffff]];
const created = (handle: number): number[][] => [[wire.GPADL_CREATED, handle, 0]];

describe('a GPADL', () => {
  it('[VMBUS-6] is created when all announced page numbers have come, over as many bodies as it takes', () => {
    const { r, say } = offered();
    expect(say(header(pages(10), 1, 5))).toEqual(created(5));
    const many = pages(64);
    expect(say(header(many))).toEqual([]);
    expect(say((b) => wire.putGpadlBody(b, 0, 7, many, 0))).toEqual([]);
    expect(say((b) => wire.putGpadlBody(b, 0, 8, many, 1))).toEqual([]);
    expect(say((b) => wire.putGpadlBody(b, 0, 7, many, 1))).toEqual(created(7));
    expect(r.w.state<ServerState>(r.server).guests[0]!.gpadls.map((p) => p.pfns.length)).toEqual([10, 64]);
  });

  it('[VMBUS-6] is refused for an unknown relid, a handle in use, a page not the guest\'s, a list too long or not of whole pages', () => {
    const { r, say } = offered();
    expect(say(header(pages(2), 9))).toEqual(refusal(7));
    expect(say(header(pages(2)))).toEqual(created(7));
    expect(say(header(pages(2)))).toEqual(refusal(7));
    expect(say(header([200, GUEST_PAGES], 1, 8))).toEqual(refusal(8));
    expect(say(header([2 ** 40], 1, 8))).toEqual(refusal(8));
    expect(say(header([], 1, 8))).toEqual(refusal(8));
    const broken = (at: number, byte: number) => (b: Uint8Array): number => {
      const length = header(pages(2), 1, 8)(b);
      b[at] = byte;
      return length;
    };
    for (const [at, byte] of [[18, 2], [24, 8], [20, 1], [16, 9]] as const) expect(say(broken(at, byte))).toEqual(refusal(8));
    expect(say((b) => {
      header(pages(20), 1, 8)(b);
      b.set([0, 0x10, 4, 0], 20);
      b[16] = 16;
      b[17] = 2;
      return 28;
    })).toEqual(refusal(8));
    expect(r.w.state<ServerState>(r.server).guests[0]!.gpadls).toHaveLength(1);
  });

  it('[VMBUS-7] lets root VMBus and the provider at its pages, nobody else, and only until it is torn down', () => {
    const { r, g, say } = offered();
    const m = r.w.kernel.m.memory;
    const may = (page: number): boolean[] => [r.server, r.storvsp, r.vhd].map((c) => hasGrant(m, c, g.partition, page));
    expect(say(header([201, 202, 207, 300]))).toEqual(created(7));
    expect([200, 201, 202, 203, 207, 300].map(may)).toEqual([[false, false, false], [true, true, false], [true, true, false], [false, false, false], [true, true, false], [true, true, false]]);
    expect(say((b) => wire.putGpadlTeardown(b, 0, 1, 9))).toEqual([]);
    const torn = r.say(g, (b) => wire.putGpadlTeardown(b, 0, 1, 7));
    expect(torn.map((b) => hexOf(b))).toEqual(['0c0000000000000007000000']);
    expect([201, 207, 300].map(may)).toEqual([[false, false, false], [false, false, false], [false, false, false]]);
  });
});

describe('a channel', () => {
  it('[VMBUS-8] opens with a GPADL of its own, once; everything else is ignored', () => {
    const { r, g, say } = offered();
    const open = (handle: number, downstream: number, relid = 1) => (b: Uint8Array): number => wire.putOpenChannel(b, 0, relid, 33, handle, 0, downstream, null);
    expect(say(open(7, 2))).toEqual([]);
    say(header(pages(4)));
    expect(say(open(7, 2, 2))).toEqual([]);
    expect(say(open(7, 2))).toEqual([[wire.OPEN_CHANNEL_RESULT, 33, 0]]);
    expect(say(open(7, 2))).toEqual([]);
    expect(say((b) => wire.putGpadlTeardown(b, 0, 1, 7))).toEqual([]);
    r.say(g, (b) => wire.putRelidMessage(b, 0, wire.CLOSE_CHANNEL, 1));
    expect(r.of('vmbus.closed')).toHaveLength(1);
    expect(say(open(7, 2))).toEqual([[wire.OPEN_CHANNEL_RESULT, 33, 0]]);
  });

  it('[VMBUS-8] is refused by a provider that finds no two rings, or rings with impossible indices', () => {
    for (const [count, downstream, index] of [[4, 0, 0], [4, 1, 0], [4, 3, 0], [4, 4, 0], [3, 2, 0], [4, 2, 4], [4, 2, 4096]] as const) {
      const { r, g, say } = offered();
      say(header(pages(count)));
      frameForWrite(r.w.kernel.m.memory, g.base + 200).set([index & 255, index >> 8]);
      expect(say((b) => wire.putOpenChannel(b, 0, 1, 33, 7, 0, downstream, null))).toEqual([[wire.OPEN_CHANNEL_RESULT, 33, 0x8000_ffff]]);
    }
  });

  it('[VMBUS-3] a second contact closes the channel, takes the pages back, and everything can begin anew', () => {
    const r = rig();
    const g = r.up('alpha');
    expect(r.read(g, [one]).done).toEqual([[0, 0]]);
    r.say(g, (b) => wire.putInitiateContact(b, 0, 0xd, 0, VMBUS_PAGES * 4096, (VMBUS_PAGES + 1) * 4096, (VMBUS_PAGES + 2) * 4096));
    expect(r.of('vmbus.closed')).toHaveLength(1);
    expect(hasGrant(r.w.kernel.m.memory, r.storvsp, g.partition, STORAGE_PAGES)).toBe(false);
    const again = r.say(g, (b) => wire.putBareMessage(b, 0, wire.REQUEST_OFFERS));
    expect(again.map((b) => b[0])).toEqual([1, 4]);
  });
});

describe('signalling', () => {
  const bit = (r: StorageRig, g: StorageGuest, half: number): number => r.memory(g, VMBUS_PAGES)[half]! & 2;
  const until = (r: StorageRig, kind: string, times: number): void => {
    while (r.of(kind).length < times && r.w.run(1) === 'hops');
  };

  it('[CHAN-2] the guest sets its bit, then calls HvSignalEvent on connection 2; [CHAN-4] root clears flag and bit and queues one callback', () => {
    const r = rig();
    const g = r.up('alpha');
    const before = r.of('vmbus.callback').length;
    const calls = r.of('gwinhv.call').length;
    const state = r.w.kernel.stateForWrite(g.fs) as unknown as Record<string, unknown>;
    Object.assign(state, { reads: [one], next: 0, depth: 1, under: 0, done: [] });
    frameForWrite(r.w.kernel.m.memory, g.base + VMBUS_PAGES).set([0, 0x80], 2048);
    r.w.poke(g.fs, r.w.kernel.catalogue.find((k) => k.name === 'storagetest.go')!, g.fs);
    until(r, 'gwinhv.call', calls + 1);
    expect(bit(r, g, 2048)).toBe(2);
    expect(r.of('gwinhv.call').at(-1)!.slice(0, 5)).toEqual([0x1_0000 | HvSignalEvent, 0, 2, 0, 0]);
    r.w.run();
    expect(bit(r, g, 2048)).toBe(0);
    expect(r.memory(g, VMBUS_PAGES)[2049]).toBe(0x80);
    expect(r.root(SIEF).every((b) => b === 0)).toBe(true);
    expect(r.of('vmbus.callback').length).toBe(before + 1);
  });

  it('[CHAN-3] root sets the bit in the other half, then signals flag 0 of its connection to the guest, and [CHAN-4] the guest clears both', () => {
    const r = rig();
    const g = r.up('alpha');
    const calls = r.of('winhv.call').length;
    frameForWrite(r.w.kernel.m.memory, g.base + VMBUS_PAGES)[7] = 0x10;
    const state = r.w.kernel.stateForWrite(g.fs) as unknown as Record<string, unknown>;
    Object.assign(state, { reads: [one], next: 0, depth: 1, under: 0, done: [] });
    r.w.poke(g.fs, r.w.kernel.catalogue.find((k) => k.name === 'storagetest.go')!, g.fs);
    until(r, 'winhv.call', calls + 1);
    expect(bit(r, g, 0)).toBe(2);
    expect(r.of('winhv.call').at(-1)!.slice(0, 5)).toEqual([0x1_0000 | HvSignalEvent, 0, (g.partition << 8) | 2, 0, 0]);
    r.w.run();
    expect(bit(r, g, 0)).toBe(0);
    expect(r.memory(g, VMBUS_PAGES)[7]).toBe(0x10);
    expect(r.memory(g, SIEF).every((b) => b === 0)).toBe(true);
  });

  it('[CHAN-5] a signal that finds nothing does nothing, and a bit set while nobody looks is found by the next signal', () => {
    const r = rig();
    const g = r.up('alpha');
    r.w.poke(r.server, vmbus.callback, r.storvsp, [g.channel], 0);
    r.w.poke(g.vmbus, vmbus.callbackGuest, g.storvsc, [g.channel]);
    r.w.run();
    const root = Array.from({ length: 5 }, (_, i) => r.memory(g, STORAGE_PAGES + i));
    expect([ring.interruptMask(root), ring.isEmpty(root)]).toEqual([0, true]);
    expect(r.read(g, [one]).done).toEqual([[0, 0]]);
  });

  it('[CHAN-6] a Windows guest signals when the ring was empty; the 2009 Linux driver after each write', () => {
    const signals = (signalRule: 'empty-to-non-empty' | 'every-write'): number => {
      const r = rig({ wait: () => 200_000 });
      const g = r.up('alpha', { signalRule });
      (r.w.kernel.stateForWrite(r.storvsp) as unknown as { disks: { draining: boolean }[] }).disks[0]!.draining = true; // root is busy elsewhere and has not masked
      const from = r.of('vmbus.signalGuest').length;
      r.read(g, Array.from({ length: 8 }, (_, i) => ({ ...one, page: FREE_PAGES + i })), 8);
      const calls = r.of('vmbus.signalGuest').slice(from);
      expect(calls.every((a) => a[1] === (signalRule === 'every-write' ? 1 : 0))).toBe(true);
      return calls.length;
    };
    expect([signals('empty-to-non-empty'), signals('every-write')]).toEqual([1, 8]);
  });

  it('[CHAN-7] root signals once for completions that the guest has not looked at', () => {
    const r = rig({ wait: () => 20_000 });
    const g = r.raw('alpha');
    const begin = new Uint8Array(48);
    begin[0] = 8;
    for (let i = 0; i < 5; i++) g.put(ring.PACKET_IN_BAND, i, null, begin);
    g.ring();
    expect(r.of('vmbus.ringWriteRoot')).toHaveLength(5);
    expect(r.of('vmbus.signal')).toHaveLength(1);
    expect(g.take()).toHaveLength(5);
    ring.setInterruptMask(g.back(), 1);
    g.put(ring.PACKET_IN_BAND, 9, null, begin);
    g.ring();
    expect(r.of('vmbus.signal')).toHaveLength(1);
  });

  it('[CHAN-8] a reader masks its ring, drains it, unmasks it and leaves it empty', () => {
    const r = rig();
    const g = r.raw('alpha');
    const begin = new Uint8Array(48);
    begin[0] = 7;
    for (let i = 0; i < 3; i++) g.put(ring.PACKET_IN_BAND, i, null, begin);
    r.w.poke(r.server, vmbus.callback, r.storvsp, [g.channel], 0);
    for (let i = 0; i < 3; i++) {
      until(r, 'vmbus.ringReadRoot', i + 1);
      if (i === 1) g.put(ring.PACKET_IN_BAND, 3, null, begin); // comes while root is at it: no signal, and found all the same
      if (i < 2) expect(ring.interruptMask(g.out())).toBe(1);
    }
    r.w.run();
    expect(r.of('vmbus.ringReadRoot')).toHaveLength(4);
    expect([ring.interruptMask(g.out()), ring.isEmpty(g.out())]).toEqual([0, true]);
  });
});
