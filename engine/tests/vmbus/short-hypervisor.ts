/**
 * Stands for hypervisor, kernels and WinHv of root and guest, in as few hops as the kernel of the simulation allows: ports,
 * connections, 16 buffers a port, message slots, event flags, AutoEOI interrupts. What the real ones check is their own tests'
 * business; here a post, a signal and an interrupt have only to arrive.
 */
import { gkernel, gwinhv } from '../../guest/kernel/hops.ts';
import { apic, cpu, hv, msr } from '../../hypervisor/hops.ts';
import { kernel, winhv } from '../../root/kernel/hops.ts';
import type { Act } from '../../sim/act.ts';
import { component, type ComponentType, type HopView } from '../../sim/component.ts';
import { get16, get32, get53, put32 } from '../../wire/bytes.ts';
import { HvConnectPort, HvCreatePort, HvPostMessage, HvSignalEvent } from '../../wire/hypercalls.ts';

export interface Port { owner: number; id: number; peer: number; type: number; sint: number; base: number; flags: number; queued: { port: number; bytes: Uint8Array }[] }
export interface Connection { sender: number; id: number; owner: number; port: number; type: number }

/** Everything the stand-in knows; one object a rig, so that a test can look and meddle. */
export interface Short {
  ports: Port[];
  connections: Connection[];
  /** By partition: SIM page, SIEF page, VP, kernel component. */
  partitions: Record<number, { sim: number; sief: number; vp: number; kernel: number }>;
  /** Every call, as [partition, code, status]. */
  calls: [number, number, number][];
  /** Every posted message, as [partition, bytes]. */
  posts: [number, Uint8Array][];
  eoms: number;
  buffers: number;
  /** A status to answer the next calls of a code with, of one partition if it is named. */
  refuse: { code: number; status: number; times: number; of?: number };
}

export function newShort(): Short {
  return { ports: [], connections: [], partitions: {}, calls: [], posts: [], eoms: 0, buffers: 16, refuse: { code: 0, status: 0, times: 0 } };
}

export const VECTOR = 0x52;
const say = { title: 'T', about: 'test', sources: ['ours'], initial: () => ({}) };

function interrupt(s: Short, act: Act, partition: number): void {
  const p = s.partitions[partition]!;
  act.sendOn(p.vp, partition === 1 ? apic.injectRoot : apic.injectGuest, p.kernel, VECTOR, 0);
}

/** The oldest message into the slot when it is free, else MessagePending. */
function deliver(s: Short, act: Act, partition: number): void {
  const port = s.ports.find((q) => q.owner === partition && q.type === 1 && q.queued.length > 0);
  if (port === undefined) return;
  const slot = act.spaForWrite(act.translate(partition, s.partitions[partition]!.sim, 3));
  if (get32(slot, 512) !== 0) {
    slot[517]! |= 1;
    return;
  }
  const { bytes } = port.queued.shift()!;
  slot.set(bytes, 512);
  if (s.ports.some((q) => q.owner === partition && q.queued.length > 0)) slot[517]! |= 1;
  interrupt(s, act, partition);
}

function post(s: Short, act: Act, caller: number, block: Uint8Array): number {
  const c = s.connections.find((x) => x.sender === caller && x.id === get32(block, 0) && x.type === 1);
  const port = s.ports.find((q) => c !== undefined && q.owner === c.owner && q.id === c.port);
  if (port === undefined) return 0x12;
  if (port.queued.length >= s.buffers) return 0x13;
  const bytes = new Uint8Array(256);
  put32(bytes, 0, get32(block, 8));
  bytes[4] = get32(block, 12);
  put32(bytes, 8, port.id);
  bytes.set(block.subarray(16, 16 + get32(block, 12)), 16);
  port.queued.push({ port: port.id, bytes });
  s.posts.push([caller, bytes.slice(16, 16 + bytes[4])]);
  deliver(s, act, port.owner);
  return 0;
}

function signal(s: Short, act: Act, caller: number, id: number, flag: number): number {
  const c = s.connections.find((x) => x.sender === caller && x.id === id && x.type === 2);
  const port = s.ports.find((q) => c !== undefined && q.owner === c.owner && q.id === c.port);
  if (port === undefined) return 0x12;
  if (flag >= port.flags) return 5;
  const f = port.base + flag;
  const sief = act.spaForWrite(act.translate(port.owner, s.partitions[port.owner]!.sief, 3));
  const was = sief[512 + (f >>> 3)]!;
  sief[512 + (f >>> 3)] = was | (1 << (f & 7));
  if ((was & (1 << (f & 7))) === 0) interrupt(s, act, port.owner);
  return 0;
}

function carryOut(s: Short, act: Act, caller: number, hop: HopView): number {
  const code = hop.a0 & 0xffff;
  if (s.refuse.code === code && s.refuse.times > 0 && (s.refuse.of ?? caller) === caller) {
    s.refuse.times--;
    return s.refuse.status;
  }
  if (code === HvSignalEvent) return signal(s, act, caller, hop.a2, hop.a3 & 0xffff);
  const block = act.spa(act.translate(caller, hop.a2, 1)).subarray(hop.a3 & 0xfff);
  switch (code) {
    case HvPostMessage: return post(s, act, caller, block);
    case HvCreatePort:
      if (s.ports.some((q) => q.owner === get53(block, 0) && q.id === get32(block, 8))) return 0x11;
      s.ports.push({ owner: get53(block, 0), id: get32(block, 8), peer: get53(block, 16), type: get32(block, 24), sint: get32(block, 32), base: get16(block, 40), flags: get16(block, 42), queued: [] });
      return 0;
    case HvConnectPort:
      s.connections.push({ sender: get53(block, 0), id: get32(block, 8), owner: get53(block, 16), port: get32(block, 24), type: get32(block, 32) });
      return 0;
    default: return 2;
  }
}

/** `hypervisor/intercepts`, which takes hypercalls too. */
export function shortHypervisor(s: Short, more: ComponentType<object>['on'] = {}): ComponentType {
  const call = (_self: unknown, hop: HopView, act: Act): void => {
    const caller = hop.kind === hv.callRoot.code ? 1 : Number(Object.keys(s.partitions).find((p) => s.partitions[Number(p)]!.vp === act.vp));
    const status = carryOut(s, act, caller, hop);
    s.calls.push([caller, hop.a0 & 0xffff, status]);
    act.send(caller === 1 ? hv.returnRoot : hv.returnGuest, hop.from, status, 0, hop.a0 & 0xffff);
  };
  const write = (_self: unknown, hop: HopView, act: Act): void => {
    s.eoms++;
    const root = hop.kind === msr.writeRoot.code;
    deliver(s, act, root ? 1 : Number(Object.keys(s.partitions).find((p) => s.partitions[Number(p)]!.vp === act.vp)));
    act.send(root ? msr.doneRoot : msr.doneGuest, hop.from);
  };
  return component<object>({ ...say, name: 'short-hypervisor', place: 'hypervisor', on: { [hv.callRoot.name]: call, [hv.callGuest.name]: call, [msr.writeRoot.name]: write, [msr.writeGuest.name]: write, ...more } });
}

/** Calls under way by VP, the latest last: a DPC may call while the return of a thread's call has not run yet. */
interface Calls { under: { from: number; cookie: number }[][] }

function shortWinhv(root: boolean): ComponentType {
  const [k, exit, back] = root ? [winhv, hv.callRoot, hv.returnRoot] : [gwinhv, hv.callGuest, hv.returnGuest];
  return component<Calls>({
    ...say, name: root ? 'short-winhv' : 'short-guest-winhv', place: root ? 'root-kernel' : 'guest-kernel', initial: () => ({ under: [] }),
    on: {
      [k.call.name]: (self, hop, act) => {
        while (self.under.length <= act.vp) self.under.push([]);
        self.under[act.vp]!.push({ from: hop.from, cookie: hop.a5 });
        act.send(exit, act.find('hypervisor/intercepts'), hop.a0, hop.a1, hop.a2, hop.a3, hop.a4);
      },
      [back.name]: (self, hop, act) => {
        const { from, cookie } = self.under[act.vp]!.pop()!;
        act.send(k.done, from, hop.a0, hop.a1, cookie, hop.a2);
      },
    },
  });
}

interface KernelState { driver: number; ready: number[]; order: string[]; isrs: number }

function shortKernel(root: boolean): ComponentType {
  const k = root ? kernel : gkernel;
  return component<KernelState>({
    ...say, name: root ? 'short-kernel' : 'short-guest-kernel', title: root ? 'Root kernel' : 'Guest kernel', place: root ? 'root-kernel' : 'guest-kernel',
    initial: (config: { drivers?: string[] }) => ({ driver: -1, ready: [], order: config.drivers ?? [], isrs: 0 }),
    on: {
      [k.connectInterrupt.name]: (self, hop) => void (self.driver = hop.from),
      [root ? apic.injectRoot.name : apic.injectGuest.name]: (self, hop, act) => {
        if (self.driver >= 0) act.send(k.isr, self.driver, hop.a0);
      },
      [k.isrDone.name]: (self) => void self.isrs++,
      [root ? cpu.hltDoneRoot.name : cpu.hltDoneGuest.name]: () => {},
      ...(root ? {} : { [gkernel.driverReady.name]: (self: KernelState, hop: HopView, act: Act) => {
        self.ready.push(hop.a0);
        const next = self.order[self.ready.length];
        if (hop.a0 === 0 && next !== undefined) act.send(gkernel.initDriver, act.find(next));
      } }),
    },
  });
}

export const shortTypes: readonly ComponentType[] = [shortWinhv(true), shortWinhv(false), shortKernel(true), shortKernel(false)];
