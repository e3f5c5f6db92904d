/** Root VMBus, guests with their VMBus drivers, and stand-ins for the rest; guests see their memory at another address than root. */
import { defaultEra, type Era } from '../../wire/eras.ts';
import { frame, frameForWrite } from '../../sim/memory.ts';
import { component, type ComponentType } from '../../sim/component.ts';
import { kernel as rootHops } from '../../root/kernel/hops.ts';
import { gkernel } from '../../guest/kernel/hops.ts';
import { channel, VMBUS_CLIENT_PAGES, VMBUS_SERVER_PAGES, vmbusClient, vmbusServer } from '../../devices/vmbus/index.ts';
import { vmbus } from '../../devices/vmbus/hops.ts';
import { put32 } from '../../wire/bytes.ts';
import { shortScheduler } from '../disk/rig.ts';
import { world, type World } from '../world.ts';
import { newShort, shortHypervisor, shortTypes, VECTOR, type Short } from './short-hypervisor.ts';

// Root pages: 8 SIM, 9 SIEF, 16.. VMBus, 64.. free for tests. Guest pages: 8 SIM, 9 SIEF, 16.. VMBus, 32.. storage, 64.. free.
export const SIM = 8;
export const SIEF = 9;
export const VMBUS_PAGES = 16;
export const GUEST_PAGES = 512;

export interface Guest {
  readonly path: string;
  readonly partition: number;
  readonly vp: number;
  /** Machine page of its page 0. */
  readonly base: number;
  readonly kernel: number;
  readonly vmbus: number;
  readonly channel: number;
  readonly worker: number;
}

export interface Rig {
  readonly w: World;
  readonly short: Short;
  readonly server: number;
  guest(path: string, drivers?: readonly string[]): Guest;
  /** Attaches a guest to VMBus and runs until the ports are there. */
  attach(guest: Guest): void;
  boot(guest: Guest): void;
  root(page: number): Uint8Array;
  memory(guest: Guest, page: number): Uint8Array;
  /** Puts a message of a guest into slot 2 of the root's SIM page, interrupts, and runs; returns what root posts in turn. */
  say(guest: Guest, compose: (bytes: Uint8Array) => number): Uint8Array[];
  /** Messages posted by a partition, as [type, length]. */
  posts(partition: number): [number, number][];
  /** Hops of one kind, as their arguments. */
  of(kind: string): (readonly number[])[];
}

/** Stands for a worker process: keeps what it is told. */
const worker = component<{ told: number[][] }>({
  name: 'short-worker', title: 'Worker process', about: 'test', place: 'root-user', sources: ['ours'], initial: () => ({ told: [] }),
  on: Object.fromEntries(['vmbus.attached', 'storvsp.attached'].map((k) => [k, (s: { told: number[][] }, h: { a0: number; a1: number }) => void s.told.push([h.a0, h.a1])])),
});

/** Maps guest pages 0..count-1 to machine pages from `base` on, by a table at `table` (three pages). */
export function mapGuest(w: World, partition: number, base: number, count: number, table: number): void {
  const m = w.kernel.m.memory;
  const entry = (page: number, index: number, value: number): void => put32(frameForWrite(m, page), index * 8, value);
  entry(table, 0, ((table + 1) << 3) | 7);
  entry(table + 1, 0, ((table + 2) << 3) | 7);
  for (let i = 0; i < count; i++) entry(table + 2, i, ((base + i) << 3) | 7);
  m.mapRoots[partition] = table;
}

export function rig(options: { types?: readonly ComponentType[]; hypervisor?: ComponentType['on']; rootVps?: number; seed?: number; era?: Era } = {}): Rig {
  const short = newShort();
  const types = [channel, vmbusServer, vmbusClient, worker, shortScheduler, shortHypervisor(short, options.hypervisor), ...shortTypes, ...(options.types ?? [])];
  const w = world(types, { rootVps: options.rootVps ?? 2, ...(options.seed === undefined ? {} : { seed: options.seed }) });
  w.add('short-hypervisor', 'hypervisor/intercepts');
  w.add('short-scheduler', 'hypervisor/scheduler');
  const rootKernel = w.add('short-kernel', 'root/kernel', 1);
  w.add('short-winhv', 'root/winhv', 1);
  const server = w.add('vmbus-server', 'root/vmbus', 1, { vector: VECTOR, simPage: SIM, siefPage: SIEF, pages: VMBUS_PAGES, era: options.era ?? defaultEra });
  short.partitions[1] = { sim: SIM, sief: SIEF, vp: 0, kernel: rootKernel };
  const m = w.kernel.m.memory;
  const rigged: Rig = {
    w, short, server,
    guest: (path, drivers = []) => {
      const { partition, vp } = w.guest(path);
      const base = 10_000 + partition * 1000;
      mapGuest(w, partition, base, GUEST_PAGES, 9000 + partition * 3);
      const kernel = w.add('short-guest-kernel', `${path}/kernel`, partition, { drivers: [`${path}/vmbus`, ...drivers] });
      w.add('short-guest-winhv', `${path}/winhv`, partition);
      const client = w.add('vmbus-client', `${path}/vmbus`, partition, { vector: VECTOR, simPage: SIM, siefPage: SIEF, pages: VMBUS_PAGES, era: options.era ?? defaultEra });
      short.partitions[partition] = { sim: SIM, sief: SIEF, vp, kernel };
      return { path, partition, vp, base, kernel, vmbus: client, channel: w.add('channel', `${path}/channel`, partition), worker: w.add('short-worker', `root/vmwp/${path}`, 1) };
    },
    attach: (guest) => {
      w.poke(guest.worker, vmbus.attach, server, [guest.partition, guest.vp]);
      w.run();
    },
    boot: (guest) => w.poke(guest.kernel, gkernel.initDriver, guest.vmbus),
    root: (page) => frame(m, page),
    memory: (guest, page) => frame(m, guest.base + page),
    say: (guest, compose) => {
      const sim = frameForWrite(m, SIM);
      const slot = sim.subarray(512, 768);
      slot.fill(0);
      slot[4] = compose(slot.subarray(16));
      put32(slot, 0, 1);
      put32(slot, 8, (guest.partition << 8) | 1);
      const before = short.posts.length;
      w.poke(rootKernel, rootHops.isr, server, [VECTOR], 0);
      w.run();
      if (w.state<{ driver: number }>(guest.kernel).driver < 0) {
        // Nobody empties the port of a guest without a driver: the test has read what was posted.
        for (const port of short.ports) if (port.owner === guest.partition && port.queued.length < 16) port.queued = [];
        frameForWrite(m, guest.base + SIM).fill(0, 512, 768);
      }
      return short.posts.slice(before).filter(([from]) => from === 1).map(([, bytes]) => bytes);
    },
    posts: (partition) => short.posts.filter(([from]) => from === partition).map(([, bytes]) => [bytes[0]!, bytes.length]),
    of: (kind) => w.hops().filter((h) => w.kernel.catalogue[h.kind]!.name === kind).map((h) => h.args),
  };
  void [VMBUS_CLIENT_PAGES, VMBUS_SERVER_PAGES];
  return rigged;
}
