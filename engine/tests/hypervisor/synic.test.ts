/** Ports, messages and event flags. */
import { describe, expect, it } from 'vitest';
import { msr } from '../../hypervisor/hops.ts';
import { gkernel } from '../../guest/kernel/hops.ts';
import { kernel } from '../../root/kernel/hops.ts';
import { V_QUEUES, V_SCONTROL, V_SIMP, V_SINT } from '../../hypervisor/objects.ts';
import * as blocks from '../../wire/hypercall-blocks.ts';
import * as codes from '../../wire/hypercalls.ts';
import { asciiOf, get32, put32, putAscii } from '../../wire/bytes.ts';
import { putEventPortInfo, putMessagePortInfo } from '../../wire/synic.ts';
import { rig, type Rig } from './rig.ts';

const SIM = 0x31;
const SIEF = 0x32;
const VECTOR = 0x71;
const ANY = 0xffff_ffff;
const at = (r: Rig, path: string): number => r.w.kernel.m.components.paths.indexOf(path);
const vpBytes = (r: Rig, vp: number): Uint8Array => r.spa(get32(r.spa(r.config.pages + 1), 4 * vp));
type Guest = ReturnType<Rig['guest']>;

function wrmsr(r: Rig, g: Guest, address: number, lo: number): number {
  r.w.poke(g.stub, msr.writeGuest, at(r, 'hypervisor/intercepts'), [address, lo, 0], g.vp);
  r.w.run();
  return r.stub(g.stub).answer[2]!;
}
/** A guest whose SynIC takes messages and signals of SINT2. */
function ready(r: Rig, name = 'alpha'): Guest {
  const g = r.guest(name, [0x1ff, 0x30]);
  wrmsr(r, g, 0x4000_0083, (SIM << 12) | 1);
  wrmsr(r, g, 0x4000_0082, (SIEF << 12) | 1);
  wrmsr(r, g, 0x4000_0092, VECTOR | 0x20000);
  wrmsr(r, g, 0x4000_0080, 1);
  r.w.poke(g.stub, gkernel.connectInterrupt, at(r, `${name}/kernel`), [VECTOR, 0], g.vp);
  r.w.run();
  return g;
}
const info = (type: 1 | 2, sint: number, vp: number, base = 0, count = 1): Uint8Array => {
  const bytes = new Uint8Array(24);
  if (type === 1) putMessagePortInfo(bytes, 0, sint, vp);
  else putEventPortInfo(bytes, 0, sint, vp, base, count);
  return bytes;
};
const createPort = (r: Rig, owner: number, id: number, partner: number, port: Uint8Array): number =>
  r.call(codes.HvCreatePort, (b) => blocks.putCreatePort(b, owner, id, partner, port)).status;
const connect = (r: Rig, owner: number, id: number, portOwner: number, port: number, type: number): number =>
  r.call(codes.HvConnectPort, (b) => blocks.putConnectPort(b, owner, id, portOwner, port, type, 0)).status;
const post = (r: Rig, id: number, text: string, type = 1): number =>
  r.call(codes.HvPostMessage, (b) => {
    const payload = new Uint8Array(240);
    putAscii(payload, 0, text.length, text);
    blocks.putPostMessage(b, id, type, payload, text.length);
  }).status;
const signal = (r: Rig, id: number, flag = 0): number => r.call(codes.HvSignalEvent, undefined, { fast: [id, flag] }).status;
/** Message and event port of the guest, connected to the root as connections 1 and 2. */
function wired(r: Rig): Guest {
  const g = ready(r);
  r.deposit(1, 4);
  createPort(r, g.partition, 1, 1, info(1, 2, 0));
  connect(r, 1, 1, g.partition, 1, 1);
  createPort(r, g.partition, 2, 1, info(2, 2, 0, 8, 4));
  connect(r, 1, 2, g.partition, 2, 2);
  return g;
}
const slot = (r: Rig, g: Guest): { type: number; pending: number; text: string; origin: number } => {
  const sim = r.memory(g.partition, SIM);
  return { type: get32(sim, 512), pending: sim[517]!, origin: get32(sim, 520), text: asciiOf(sim, 528, sim[516]!) };
};
function takeSlot(r: Rig, g: Guest): string {
  const { text, pending } = slot(r, g);
  put32(r.memory(g.partition, SIM), 512, 0);
  if (pending) wrmsr(r, g, 0x4000_0084, 0);
  return text;
}

describe('SynIC registers', () => {
  it('[SYN-1] a new VP is masked and off; pages cover memory; a low vector is a #GP', () => {
    const r = rig();
    const g = r.guest('alpha');
    const v = vpBytes(r, g.vp);
    expect([get32(v, V_SCONTROL), get32(v, V_SIMP), get32(v, V_SINT + 8 * 7)]).toEqual([0, 0, 0x10000]);
    r.memory(g.partition, SIM)[0] = 9;
    wrmsr(r, g, 0x4000_0083, (SIM << 12) | 1);
    expect(r.memory(g.partition, SIM)[0]).toBe(0);
    wrmsr(r, g, 0x4000_0083, 0);
    expect(r.memory(g.partition, SIM)[0]).toBe(9);
    expect(wrmsr(r, g, 0x4000_0092, 5)).toBe(1);
    expect(wrmsr(r, g, 0x4000_0092, 0x10000)).toBe(0);
  });
});

describe('messages', () => {
  it('[SYN-2] [SYN-3] the first goes into the slot with an interrupt, sixteen more wait, the next finds no buffer', () => {
    const r = rig();
    const g = wired(r);
    expect(post(r, 1, 'first')).toBe(0);
    expect(slot(r, g)).toEqual({ type: 1, pending: 0, origin: 1, text: 'first' });
    expect(r.stub(g.stub).vectors).toEqual([VECTOR]);
    for (let i = 0; i < 16; i++) expect(post(r, 1, `m${i}`)).toBe(0);
    expect(post(r, 1, 'too many')).toBe(0x13);
    expect(slot(r, g)).toMatchObject({ text: 'first', pending: 1 });
  });

  it('[SYN-4] [SYN-5] EOM brings the waiting ones in the order of posting, each with an interrupt', () => {
    const r = rig();
    const g = wired(r);
    for (const text of ['a', 'b', 'c']) post(r, 1, text);
    expect([takeSlot(r, g), takeSlot(r, g), takeSlot(r, g)]).toEqual(['a', 'b', 'c']);
    expect(r.stub(g.stub).vectors).toEqual([VECTOR, VECTOR, VECTOR]);
    wrmsr(r, g, 0x4000_0084, 0);
    expect([slot(r, g).type, get32(vpBytes(r, g.vp), V_QUEUES + 16)]).toEqual([0, 0]);
    expect(r.state<{ tagBuffers: number[] }>('hypervisor/synic').tagBuffers).toEqual([]);
    expect(r.poolFaults()).toEqual([]);
  });

  it('[SYN-4] EOI, too, brings what waits when the slot has been emptied', () => {
    const r = rig();
    const g = wired(r);
    for (const text of ['a', 'b']) post(r, 1, text);
    put32(r.memory(g.partition, SIM), 512, 0);
    expect(slot(r, g).type).toBe(0);
    wrmsr(r, g, 0x4000_0070, 0);
    expect(slot(r, g).text).toBe('b');
  });

  it('[SYN-3] a message to a masked SINT stands in the slot without an interrupt', () => {
    const r = rig();
    const g = wired(r);
    wrmsr(r, g, 0x4000_0092, VECTOR | 0x10000);
    expect(post(r, 1, 'quiet')).toBe(0);
    expect(slot(r, g).text).toBe('quiet');
    expect(r.stub(g.stub).vectors).toEqual([]);
  });

  it('[SYN-2] type, size and connection are checked', () => {
    const r = rig();
    wired(r);
    expect([post(r, 1, 'x', 0), post(r, 1, 'x', 0x8000_0000), post(r, 9, 'x'), post(r, 2, 'x')]).toEqual([5, 5, 0x12, 0x11]);
  });

  it('[SYN-6] nothing can be sent to a VP whose SynIC is off', () => {
    const r = rig();
    const g = wired(r);
    wrmsr(r, g, 0x4000_0080, 0);
    expect([post(r, 1, 'x'), signal(r, 2)]).toEqual([0x18, 0x18]);
    wrmsr(r, g, 0x4000_0080, 1);
    wrmsr(r, g, 0x4000_0083, 0);
    expect([post(r, 1, 'x'), signal(r, 2)]).toEqual([0x18, 0]);
    wrmsr(r, g, 0x4000_0092, VECTOR | 0x10000);
    expect(signal(r, 2, 1)).toBe(0x18);
    createPort(r, g.partition, 5, 1, info(1, 3, ANY));
    connect(r, 1, 5, g.partition, 5, 1);
    expect(post(r, 5, 'x')).toBe(0x18);
  });

  it('[SYN-8] intercept messages have SINT0 for themselves', () => {
    const r = rig();
    const g = r.guest('alpha');
    r.w.poke(r.rootStub, kernel.connectInterrupt, at(r, 'root/kernel'), [0x72, 0], 0);
    expect(createPort(r, g.partition, 1, 1, info(1, 0, 0))).toBe(5);
  });
});

describe('event flags', () => {
  it('[SYN-7] only a flag that was clear makes an interrupt; the number must be below the count', () => {
    const r = rig();
    const g = wired(r);
    expect([signal(r, 2, 1), signal(r, 2, 1), signal(r, 2, 2), signal(r, 2, 4)]).toEqual([0, 0, 0, 5]);
    expect(r.memory(g.partition, SIEF)[512 + 1]).toBe(0b110);
    expect(r.stub(g.stub).vectors).toEqual([VECTOR, VECTOR]);
    expect(r.call(codes.HvSignalEvent, (b) => blocks.putSignalEvent(b, 2, 3)).status).toBe(0);
  });

  it('[SYN-7] a guest with the privilege signals the root', () => {
    const r = rig();
    const g = ready(r);
    r.deposit(1, 4);
    expect(createPort(r, 1, 7, g.partition, info(2, 2, 0, 5, 1))).toBe(0);
    expect(connect(r, g.partition, 2, 1, 7, 2)).toBe(0);
    expect(r.guestCall('alpha', codes.HvSignalEvent, undefined, { fast: [2, 0] }).status).toBe(0);
    expect(r.rootSief(0)[512]).toBe(1 << 5);
    expect(r.stub(r.rootStub).vectors).toEqual([0x71]);
  });
});

describe('ports and connections', () => {
  it('[PORT-1] ids are unique and have 24 bits; a message port takes a page', () => {
    const r = rig();
    const g = r.guest('alpha');
    const [, before] = r.balance(g.partition);
    expect(createPort(r, g.partition, 1, 1, info(1, 2, 0))).toBe(0);
    expect(r.balance(g.partition)[1]).toBe(before + 2);
    expect(createPort(r, g.partition, 1, 1, info(1, 2, 0))).toBe(0x11);
    expect(createPort(r, g.partition, 0x100_0000, 1, info(1, 2, 0))).toBe(0x11);
    expect(r.poolFaults()).toEqual([]);
  });

  it('[PORT-2] SINT, VP, flags and partner are checked', () => {
    const r = rig();
    const g = r.guest('alpha');
    const p = g.partition;
    expect([createPort(r, p, 1, 1, info(1, 16, 0)), createPort(r, p, 1, 1, info(1, 2, 3)), createPort(r, p, 1, p, info(1, 2, 0))]).toEqual([5, 0x0e, 0x0d]);
    expect([createPort(r, p, 1, 1, info(2, 2, 0, 0, 0)), createPort(r, p, 1, 1, info(2, 2, 0, 2040, 8))]).toEqual([5, 5]);
    expect(createPort(r, p, 1, 1, info(1, 2, ANY))).toBe(0);
  });

  it('[PORT-3] a port takes one connection, of its type, from its partner', () => {
    const r = rig();
    const a = r.guest('alpha');
    const b = r.guest('beta');
    r.deposit(1, 4);
    createPort(r, a.partition, 1, 1, info(1, 2, 0));
    createPort(r, a.partition, 2, 1, info(2, 2, 0));
    expect(connect(r, 1, 1, a.partition, 9, 1)).toBe(0x11);
    expect(connect(r, b.partition, 1, a.partition, 1, 1)).toBe(0x11);
    expect(connect(r, 1, 1, a.partition, 1, 2)).toBe(5);
    expect(connect(r, 1, 1, a.partition, 1, 1)).toBe(0);
    expect(connect(r, 1, 2, a.partition, 1, 1)).toBe(0x11);
    expect(connect(r, 1, 1, a.partition, 2, 2)).toBe(0x12);
    expect(connect(r, 1, 2, 77, 2, 2)).toBe(0x0d);
  });

  it('[PORT-4] a deleted port takes its queued messages with it and leaves a dead connection', () => {
    const r = rig();
    const g = wired(r);
    for (const text of ['a', 'b', 'c']) post(r, 1, text);
    const [, before] = r.balance(g.partition);
    expect(r.call(codes.HvDeletePort, (b) => blocks.putPartitionAndId(b, g.partition, 1)).status).toBe(0);
    expect(r.balance(g.partition)[1]).toBe(before - 1);
    expect(post(r, 1, 'x')).toBe(0x11);
    expect(takeSlot(r, g)).toBe('a');
    expect(slot(r, g).type).toBe(0);
    expect(createPort(r, g.partition, 1, 1, info(1, 2, 0))).toBe(0);
    expect(post(r, 1, 'x')).toBe(0x11);
    expect(r.poolFaults()).toEqual([]);
  });

  it('[PORT-5] after a disconnection the port can be connected again, and what waits stays', () => {
    const r = rig();
    const g = wired(r);
    for (const text of ['a', 'b']) post(r, 1, text);
    expect(r.call(codes.HvDisconnectPort, (b) => blocks.putPartitionAndId(b, 1, 1)).status).toBe(0);
    expect(post(r, 1, 'x')).toBe(0x12);
    expect(connect(r, 1, 6, g.partition, 1, 1)).toBe(0);
    expect(post(r, 6, 'c')).toBe(0);
    expect([takeSlot(r, g), takeSlot(r, g), takeSlot(r, g)]).toEqual(['a', 'b', 'c']);
  });
});
