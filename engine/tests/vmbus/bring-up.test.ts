import { describe, expect, it } from 'vitest';
import { vmbus } from '../../devices/vmbus/hops.ts';
import { get16, get32, guidOf, hexOf } from '../../wire/bytes.ts';
import { HvConnectPort, HvCreatePort, HvPostMessage } from '../../wire/hypercalls.ts';
import * as wire from '../../wire/vmbus.ts';
import { kernel } from '../../root/kernel/hops.ts';
import { frameForWrite } from '../../sim/memory.ts';
import { VECTOR } from './short-hypervisor.ts';
import { GUEST_PAGES, rig, SIM, VMBUS_PAGES, type Guest, type Rig } from './rig.ts';

const contact = (version = 0xd, page = VMBUS_PAGES * 4096) => (b: Uint8Array): number => wire.putInitiateContact(b, 0, version, 0, page, page + 4096, page + 8192);
const bare = (type: number) => (b: Uint8Array): number => wire.putBareMessage(b, 0, type);
const types = (posts: readonly Uint8Array[]): number[] => posts.map((b) => b[0]!);

/** A guest that is attached and connected; the test speaks for its driver. */
function connected(): { r: Rig; g: Guest } {
  const r = rig();
  const g = r.guest('alpha');
  r.attach(g);
  r.say(g, contact());
  return { r, g };
}

/** A guest whose posts behind its first one are refused with 0x0012 so many times. */
function refusedBehindContact(times: number): { r: Rig; g: Guest } {
  const r = rig();
  const g = r.guest('alpha');
  r.attach(g);
  r.boot(g);
  while (r.posts(g.partition).length === 0) r.w.run(1);
  r.short.refuse = { code: HvPostMessage, status: 0x12, times, of: g.partition };
  r.w.run();
  return { r, g };
}

describe('bring-up of VMBus', () => {
  it('[VMBUS-2] [VMBUS-3] [VMBUS-4] a guest without devices makes contact and hears that there is none', () => {
    const r = rig();
    const g = r.guest('alpha');
    r.attach(g);
    r.boot(g);
    r.w.run();
    expect(r.w.state<{ ready: number[] }>(g.kernel).ready).toEqual([0]);
    expect(r.posts(g.partition)).toEqual([[14, 40], [3, 8]]);
    expect(r.posts(1)).toEqual([[15, 9], [4, 8]]);
    const page = (VMBUS_PAGES * 4096).toString(16);
    expect(hexOf(r.short.posts[0]![1]).startsWith('0e00000000000000' + '0d00000000000000')).toBe(true);
    expect(get32(r.short.posts[0]![1], 16).toString(16)).toBe(page);
    expect(hexOf(r.short.posts[1]![1])).toBe('0f0000000000000001');
  });

  it('[VMBUS-1] two guests have ports of their own, and the same connection numbers', () => {
    const r = rig();
    const [a, b] = [r.guest('alpha'), r.guest('beta')];
    r.attach(a);
    r.attach(b);
    expect(r.w.state<{ told: number[][] }>(a.worker).told).toEqual([[0, 0]]);
    expect(r.short.calls.map(([, code]) => code)).toEqual(Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? HvCreatePort : HvConnectPort)));
    expect(r.short.ports.map((p) => [p.owner, p.id, p.peer, p.type, p.sint, p.base, p.flags])).toEqual([
      [1, 0x201, 2, 1, 2, 0, 0], [1, 0x202, 2, 2, 2, 2, 1], [2, 1, 1, 1, 2, 0, 0], [2, 2, 1, 2, 2, 0, 1],
      [1, 0x301, 3, 1, 2, 0, 0], [1, 0x302, 3, 2, 2, 3, 1], [3, 1, 1, 1, 2, 0, 0], [3, 2, 1, 2, 2, 0, 1],
    ]);
    expect(r.short.connections.filter((c) => c.sender === 3).map((c) => [c.id, c.port])).toEqual([[1, 0x301], [2, 0x302]]);
    expect(r.short.connections.filter((c) => c.sender === 1).map((c) => [c.id, c.owner, c.port])).toEqual([[0x201, 2, 1], [0x202, 2, 2], [0x301, 3, 1], [0x302, 3, 2]]);
  });

  it('[VMBUS-1] a port that the hypervisor refuses ends the attachment with its status', () => {
    const r = rig();
    const g = r.guest('alpha');
    r.short.refuse = { code: HvConnectPort, status: 0x11, times: 1 };
    r.attach(g);
    expect(r.w.state<{ told: number[][] }>(g.worker).told).toEqual([[0x11, 0]]);
    expect(r.short.calls.length).toBe(2);
  });

  it('[VMBUS-3] another version, or an interrupt page that is not there, is answered with "not supported"', () => {
    for (const speak of [contact(0x1_0001), contact(0), contact(0xd, 0), contact(0xd, 12), contact(0xd, GUEST_PAGES * 4096), contact(0xd, 2 ** 45)]) {
      const r = rig();
      const g = r.guest('alpha');
      r.attach(g);
      expect(r.say(g, speak).map((b) => hexOf(b))).toEqual(['0f0000000000000000']);
      expect(r.say(g, bare(wire.REQUEST_OFFERS))).toEqual([]);
    }
  });

  it('[VMBUS-3] each contact is answered once, also the second one of a living connection', () => {
    const { r, g } = connected();
    expect(types(r.say(g, contact()))).toEqual([15]);
    expect(types(r.say(g, bare(wire.REQUEST_OFFERS)))).toEqual([4]);
  });

  it('[VMBUS-4] [VMBUS-5] offers go out once, 190 bytes each; a late one follows at once', () => {
    const { r, g } = connected();
    const offer = (): void => {
      r.w.poke(r.w.kernel.m.components.paths.indexOf('root/winhv'), vmbus.offer, r.server, [g.partition, 0, 0x100]);
      r.w.run();
    };
    offer();
    const posts = r.say(g, bare(wire.REQUEST_OFFERS));
    expect(posts.map((b) => [b[0], b.length])).toEqual([[1, 190], [4, 8]]);
    expect(guidOf(posts[0]!, 8)).toBe('32412632-86cb-44a2-9b5c-50d1417354f5');
    expect(hexOf(posts[0]!, 24, 16)).toBe('00000000010099880000000000000000');
    expect(wire.offerRelid(posts[0]!, 0)).toBe(1);
    expect(r.say(g, bare(wire.REQUEST_OFFERS))).toEqual([]);
    offer();
    expect(r.short.posts.at(-1)![1].slice(0, 1)).toEqual(new Uint8Array([1]));
    expect(wire.offerRelid(r.short.posts.at(-1)![1], 0)).toBe(2);
  });

  it('[VMBUS-11] nothing is answered before contact, and nothing that is short, unknown or out of place', () => {
    const r = rig();
    const g = r.guest('alpha');
    r.attach(g);
    expect(r.say(g, bare(wire.REQUEST_OFFERS))).toEqual([]);
    expect(r.say(g, (b) => contact()(b) - 1)).toEqual([]);
    r.say(g, contact());
    for (const type of [0, 1, 2, 4, 6, 10, 12, 15, 17, 99, 0xffffffff]) expect(r.say(g, bare(type))).toEqual([]);
    expect(r.say(g, (b) => wire.putOpenChannel(b, 0, 1, 1, 7, 0, 5, null))).toEqual([]);
    expect(r.say(g, (b) => wire.putRelidMessage(b, 0, wire.CLOSE_CHANNEL, 9))).toEqual([]);
    expect(types(r.say(g, bare(wire.REQUEST_OFFERS)))).toEqual([4]);
  });
});

describe('messages', () => {
  it('[VMBUS-9] the flags are looked at first, then the slot; EOM is written only when a message is pending', () => {
    const { r, g } = connected();
    const quiet = r.short.eoms;
    r.say(g, bare(99));
    expect(r.short.eoms).toBe(quiet);
    const port = r.short.ports.find((p) => p.owner === 1 && p.type === 1)!;
    const queued = new Uint8Array(256);
    queued.set([1, 0, 0, 0, 8, 0, 0, 0, 1, 2], 0);
    queued[16] = 3;
    port.queued.push({ port: port.id, bytes: queued });
    const posts = r.say(g, (b) => {
      frameForWrite(r.w.kernel.m.memory, SIM)[512 + 5] = 1;
      return bare(99)(b);
    });
    expect(r.short.eoms).toBe(quiet + 1);
    expect(types(posts)).toEqual([4]);
  });

  it('[VMBUS-12] while 16 copies are unread the slot stays occupied, and the message in it is taken later', () => {
    const { r, g } = connected();
    const before = r.of('vmbus.message').length;
    const rootKernel = r.w.kernel.m.components.paths.indexOf('root/kernel');
    for (let i = 0; i < 20; i++) r.w.poke(rootKernel, kernel.isr, r.server, [VECTOR], 0);
    let given = 0;
    for (let i = 0; i < 20; i++) {
      const slot = frameForWrite(r.w.kernel.m.memory, SIM).subarray(512, 768);
      if (get32(slot, 0) === 0) {
        slot.fill(0);
        slot.set([1, 0, 0, 0, bare(99)(slot.subarray(16)), 0, 0, 0, 1, g.partition]);
        given++;
      }
      r.w.run(1);
    }
    expect(given).toBe(17);
    r.w.run();
    expect(r.of('vmbus.message').length - before).toBe(17);
    expect(get32(r.root(SIM), 512)).toBe(0);
    expect(r.w.state<{ inbox: number }>(r.server).inbox).toBe(0);
  });

  it('[VMBUS-15] a channel has a connection of its own, or shares connection 2: refused step, relid over 239, no free flag', () => {
    const other = { relid: 0, classIndex: 0, instance: 0, provider: 0, channel: -1, state: 'closed', openId: 0, gpadl: 0, flag: -1 };
    interface Server { refused: number; guests: { nextRelid: number; offers: (typeof other)[] }[] }
    const offered = (prepare: (r: Rig, server: Server) => void): [relid: number, dedicated: number, connection: number, flag: number, refused: number] => {
      const r = rig({ era: 'ws2008r2' });
      const g = r.guest('alpha');
      r.attach(g);
      r.boot(g);
      r.w.run();
      prepare(r, r.w.kernel.stateForWrite(r.server) as unknown as Server);
      r.w.poke(r.w.kernel.m.components.paths.indexOf('root/winhv'), vmbus.offer, r.server, [g.partition, 0, 0x100]);
      r.w.run();
      const { refused, guests } = r.w.state<Server>(r.server);
      const [, post] = r.short.posts.filter(([from, bytes]) => from === 1 && bytes[0] === 1).at(-1)!;
      const relid = wire.offerRelid(post, 0);
      return [relid, get16(post, 190), get32(post, 192), guests[0]!.offers.find((o) => o.relid === relid)!.flag, refused];
    };
    expect(offered(() => {})).toEqual([1, 1, 0x2001, 256, 0]);
    expect(offered((r) => (r.short.refuse = { code: HvCreatePort, status: 0x0b, times: 1 }))).toEqual([1, 0, 2, -1, 1]);
    expect(offered((r) => (r.short.refuse = { code: HvConnectPort, status: 0x11, times: 1 }))).toEqual([1, 0, 2, -1, 1]);
    expect(offered((_, s) => (s.guests[0]!.nextRelid = 239))).toEqual([239, 1, 0x20ef, 256, 0]);
    expect(offered((_, s) => (s.guests[0]!.nextRelid = 240))).toEqual([240, 0, 2, -1, 0]);
    const taken = (last: number) => (_: Rig, s: Server): void => {
      for (let flag = 256; flag <= last; flag++) s.guests[0]!.offers.push({ ...other, relid: 1000 + flag, flag });
    };
    expect(offered(taken(2045))).toEqual([1, 1, 0x2001, 2046, 0]);
    expect(offered(taken(2046))).toEqual([1, 0, 2, -1, 0]);
  });

  it('[VMBUS-15] two guests that are offered a channel at once get flags of their own', () => {
    const r = rig({ era: 'ws2008r2' });
    const guests = [r.guest('alpha'), r.guest('beta')];
    for (const g of guests) {
      r.attach(g);
      r.boot(g);
      r.w.run();
    }
    for (const g of guests) r.w.poke(r.w.kernel.m.components.paths.indexOf('root/winhv'), vmbus.offer, r.server, [g.partition, 0, 0x100]);
    r.w.run();
    const { guests: known } = r.w.state<{ guests: { offers: { flag: number }[] }[] }>(r.server);
    expect(known.map((g) => g.offers.map((o) => o.flag))).toEqual([[256], [257]]);
  });

  it('[VMBUS-15] the port of a channel stays for the next connection of its guest', () => {
    const r = rig({ era: 'ws2008r2' });
    const g = r.guest('alpha');
    r.attach(g);
    r.say(g, contact(0x1_0001));
    r.w.poke(r.w.kernel.m.components.paths.indexOf('root/winhv'), vmbus.offer, r.server, [g.partition, 0, 0x100]);
    r.w.run();
    const offered = (): [number, number] => {
      const [offer] = r.say(g, bare(wire.REQUEST_OFFERS));
      return [get16(offer!, 190), get32(offer!, 192)];
    };
    expect(offered()).toEqual([1, 0x2001]);
    const created = (): number => r.short.calls.filter(([, code]) => code === HvCreatePort).length;
    const before = created();
    r.say(g, bare(wire.UNLOAD));
    r.say(g, contact(0x1_0001));
    expect([offered(), created()]).toEqual([[1, 0x2001], before]);
  });

  it('[VMBUS-10] a post without a buffer is tried again, in order, and does not hold up another guest', () => {
    const r = rig();
    const [a, b] = [r.guest('alpha'), r.guest('beta')];
    r.attach(a);
    r.attach(b);
    r.short.refuse = { code: HvPostMessage, status: 0x13, times: 5 };
    r.boot(a);
    r.boot(b);
    r.w.run();
    expect(r.posts(a.partition)).toEqual([[14, 40], [3, 8]]);
    expect(r.posts(b.partition)).toEqual([[14, 40], [3, 8]]);
    expect(r.of('vmbus.retry').length + r.of('vmbus.retryGuest').length).toBe(5);
    expect([a, b].map((g) => r.w.state<{ ready: number[] }>(g.kernel).ready)).toEqual([[0], [0]]);
  });

  it('[VMBUS-10] a root post to a guest that never empties its port is given up after 100 attempts; others get theirs', () => {
    const r = rig();
    const [a, b] = [r.guest('alpha'), r.guest('beta')];
    r.attach(a);
    r.attach(b);
    const full = r.short.ports.find((p) => p.owner === a.partition && p.type === 1)!;
    full.queued = Array.from({ length: 16 }, () => ({ port: 1, bytes: new Uint8Array(256) }));
    r.boot(b);
    r.say(a, contact());
    expect(r.w.state<{ ready: number[] }>(b.kernel).ready).toEqual([0]);
    expect(r.of('vmbus.retry').filter(([partition]) => partition === a.partition)).toHaveLength(99);
    expect(r.w.state<{ refused: number; calls: unknown[] }>(r.server)).toMatchObject({ refused: 1, calls: [] });
  });

  it('[VMBUS-10] a guest whose contact is refused for good reports it', () => {
    const r = rig();
    const g = r.guest('alpha');
    r.attach(g);
    r.short.refuse = { code: HvPostMessage, status: 0x12, times: 1 };
    r.boot(g);
    r.w.run();
    expect(r.w.state<{ ready: number[] }>(g.kernel).ready).toEqual([0x12]);
  });

  it('[VMBUS-10] 0x0012 ends the first contact of a guest, and every other message of it is tried again', () => {
    const { r, g } = refusedBehindContact(3);
    expect(r.posts(g.partition)).toEqual([[14, 40], [3, 8]]);
    expect(r.of('vmbus.retryGuest').map(([type, attempt]) => [type, attempt])).toEqual([[3, 2], [3, 3], [3, 4]]);
    expect(r.w.state<{ ready: number[] }>(g.kernel).ready).toEqual([0]);
  });

  it('[VMBUS-10] a guest gives a message up after 100 attempts and says with which status', () => {
    const { r, g } = refusedBehindContact(1000);
    expect(r.of('vmbus.retryGuest')).toHaveLength(99);
    expect(r.w.state<{ ready: number[] }>(g.kernel).ready).toEqual([0x12]);
  });
});
