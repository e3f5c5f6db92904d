/**
 * A guest with the ATA driver, a worker process with IDE emulator and 8259 pair, and stubs for everything between and around
 * them, under the real kernel: the smallest machine on which a port access makes the round trip.
 */
import { ataDriver, ide, ideEmulator } from '../../devices/ide/index.ts';
import type { AtaConfig } from '../../devices/ide/legacy-state.ts';
import { isPicPort, picEmulator } from '../../devices/pic/index.ts';
import { allClosed, onlyDiskOpen } from '../../devices/pic/registers.ts';
import { block, gkernel } from '../../guest/kernel/hops.ts';
import { PIC_WRITES, picStepDone, picWrite } from '../../guest/kernel/pic-setup.ts';
import { apic, pio } from '../../hypervisor/hops.ts';
import { vhd } from '../../root/kernel/storage-hops.ts';
import { vmwp } from '../../root/user/hops.ts';
import type { Act } from '../../sim/act.ts';
import { component } from '../../sim/component.ts';
import { frameForWrite } from '../../sim/memory.ts';
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import { mdlPiecePage, mdlPieces, mdlPieceSpan, mdlSpan, putMdlHeader, putMdlPiece, spanLength, spanOf, spanOffset } from '../../wire/mdl.ts';
import { world, type World } from '../world.ts';

const say = () => ({ actor: 'stub', act: 'passes on', object: 'a hop', because: 'the test needs it' });
const stub = { title: 'stub', family: 'call', status: 'documented', sources: ['ours'], sentence: say } as const;
const args = ['a', 'b', 'c', 'd', 'e'] as const;

/** Between hypervisor stub, root stub, worker stub and disk stub. */
const T = defineHops('rig', {
  up: hop({ ...stub, crossing: 'root-inject', args, cost: 'none', level: 'thread' }),
  toWorker: hop({ ...stub, crossing: 'root-sysret', args, cost: 'none' }),
  fromWorker: hop({ ...stub, crossing: 'root-syscall', args, cost: 'none' }),
  down: hop({ ...stub, crossing: 'root-exit', args, cost: 'none' }),
  back: hop({ ...stub, crossing: 'root-entry', args: [] as const, cost: 'none' }),
  window: hop({ ...stub, crossing: 'hypervisor-call', args: ['vector'] as const, cost: 'none', level: 'window' }),
  work: hop({ ...stub, crossing: 'root-port', args, cost: 'none' }),
  spin: hop({ ...stub, crossing: 'hardware-wire', args, cost: 'none' }),
  ready: hop({ ...stub, crossing: 'hardware-interrupt', args, cost: 'none' }),
});

const resume = 1;
const assert = 2;
const withdraw = 3;

/** Byte `i` of sector `lba` of the test disk. */
export function diskByte(lba: number, i: number): number {
  return (lba * 31 + i * 7 + (i >> 8)) & 0xff;
}

const hypervisorStub = component<{ guestVp: number; driver: number; guestKernel: number; pending: number; taken: number; root: number; from: number; accesses: number }>({
  name: 'intercepts', title: 'Hypervisor stub', about: 'test', place: 'hypervisor', sources: ['ours'],
  initial: () => ({ guestVp: -1, driver: -1, guestKernel: -1, pending: -1, taken: -1, root: -1, from: -1, accesses: 0 }),
  on: {
    'pio.write': (s, h, act) => {
      s.accesses++;
      s.from = h.from;
      act.sendOn(1, T.up, s.root, h.a0, h.a1, h.a2, 0xffff_ffff, s.taken >>> 0);
      s.taken = -1;
    },
    'pio.read': (s, h, act) => {
      s.accesses++;
      s.from = h.from;
      act.sendOn(1, T.up, s.root, h.a0 | 0x8000_0000, h.a1, h.a2, h.a3 * 4096 + (h.a4 & 0xfff), s.taken >>> 0);
      s.taken = -1;
    },
    'pio.writeString': (s, h, act) => {
      s.accesses++;
      s.from = h.from;
      act.sendOn(1, T.up, s.root, h.a0 | 0x4000_0000, h.a1, h.a2, h.a3 * 4096 + (h.a4 & 0xfff), s.taken >>> 0);
      s.taken = -1;
    },
    'rig.down': (s, h, act) => {
      if (h.a0 === resume) act.sendOn(s.guestVp, pio.resume, s.from, h.a1, h.a2, h.a3);
      else if (h.a0 === assert) {
        if (s.pending < 0) act.sendOn(s.guestVp, T.window, act.self, h.a1);
        s.pending = h.a1;
      } else if (h.a0 === withdraw) s.pending = -1;
      act.send(T.back, h.from);
    },
    'rig.window': (s, _h, act) => {
      if (s.pending < 0) return;
      act.send(apic.injectGuest, s.guestKernel, s.pending, 1);
      s.taken = s.pending;
      s.pending = -1;
    },
    'rig.ready': (_s, h, act) => act.send(T.up, act.find('root/vhdparser'), h.a0, h.a1, h.a2, h.a3, h.a4),
  },
});

const rootStub = component<{ worker: number; hypervisor: number; queue: number[] }>({
  name: 'rootstub', title: 'Root stub', about: 'test', place: 'root-kernel', sources: ['ours'],
  initial: () => ({ worker: -1, hypervisor: -1, queue: [] }),
  on: {
    'rig.up': (s, h, act) => act.send(T.toWorker, s.worker, h.a0, h.a1, h.a2, h.a3, h.a4),
    'rig.fromWorker': (s, h, act) => act.send(T.down, s.hypervisor, h.a0, h.a1, h.a2, h.a3),
    'rig.back': () => {},
  },
});

export interface WorkerState {
  /** Accesses come from the test and not from a guest: nobody waits for the answer. */
  direct: boolean;
  ide: number;
  pic: number;
  root: number;
  rip: number;
  target: number;
  count: number;
  left: number;
  size: number;
  last: number;
  answers: number;
  asserted: number[];
  attached: number[];
}

const workerStub = component<WorkerState>({
  name: 'workerstub', title: 'Worker process stub', about: 'test', place: 'root-user', sources: ['ours'],
  initial: () => ({ direct: false, ide: -1, pic: -1, root: -1, rip: 0, target: 0, count: 0, left: 0, size: 0, last: -1, answers: 0, asserted: [], attached: [] }),
  on: {
    'rig.toWorker': (s, h, act) => {
      const port = h.a0 & 0xffff;
      const device = isPicPort(port) ? s.pic : s.ide;
      s.rip = h.a2;
      s.size = (h.a0 >>> 16) & 7;
      s.target = h.a3;
      const out = (h.a0 & 0x4000_0000) !== 0;
      const string = out || h.a0 >>> 31 !== 0;
      s.count = string ? Math.min(h.a1, 1024) : 0;
      s.left = string ? h.a1 - s.count : 0;
      if (h.a4 !== 0xffff_ffff) act.send(vmwp.acknowledged, s.pic, h.a4);
      const at = h.a0 & 0x3fff_ffff;
      if (out) {
        const bytes = act.page(s.target >>> 12).slice(s.target & 0xfff, (s.target & 0xfff) + s.count * s.size);
        act.pageForWrite(stagingPage).set(bytes);
        act.send(vmwp.portWriteString, device, at, s.count, stagingPage, spanOf(0, s.count * s.size));
      } else if (h.a0 >>> 31) act.send(vmwp.portRead, device, at, s.count);
      else act.send(vmwp.portWrite, device, at, h.a1);
    },
    'vmwp.portDone': (s, h, act) => {
      if (h.a2 !== 0) {
        for (let i = 0; i < h.a2 >>> 12; i++) {
          const from = (h.a2 & 0xfff) + i;
          const to = s.target + i;
          act.pageForWrite(to >>> 12)[to & 0xfff] = act.page(h.a1 + (from >>> 12))[from & 0xfff]!;
        }
      }
      s.last = h.a0;
      s.answers++;
      if (!s.direct) act.send(T.fromWorker, s.root, resume, h.a0, s.left > 0 ? s.rip : s.rip + 1, s.left);
    },
    'vmwp.assertInterrupt': (s, h, act) => {
      s.asserted.push(h.a0);
      if (!s.direct) act.send(T.fromWorker, s.root, assert, h.a0);
    },
    'vmwp.clearInterrupt': (s, h, act) => {
      s.asserted.push(-h.a0);
      if (!s.direct) act.send(T.fromWorker, s.root, withdraw);
    },
    'ide.attached': (s, h) => void s.attached.push(h.a0, h.a1),
  },
});

interface ParserState {
  sectors: number;
  delay: number;
  bad: number;
  /** Address and length of every transfer, by kind. */
  reads: number[];
  writes: number[];
  /** Sectors written, by address. */
  written: { [lba: number]: number[] };
  /** Transfer under way when there is a delay. */
  held: number[];
}

/** The VHD parser with its disk: `delay` 0 answers at once. */
const parserStub = component<ParserState>({
  name: 'parserstub', title: 'VHD parser stub', about: 'test', place: 'root-kernel', sources: ['ours'],
  initial: (config: { sectors: number; delay: number; bad: number }) => ({ ...config, reads: [], writes: [], written: {}, held: [] }),
  on: {
    'vhd.openUser': (s, h, act) => act.send(vhd.openedUser, h.from, h.a1, h.a0 === 1 ? 7 : 0, s.sectors),
    'vhd.readUser': (s, h, act) => begin(s, h.from, h.a1, h.a2, h.a3, h.a4, 0, act),
    'vhd.writeUser': (s, h, act) => begin(s, h.from, h.a1, h.a2, h.a3, h.a4, 1, act),
    'rig.up': (s, _h, act) => move(s, act),
  },
});

function begin(s: ParserState, from: number, lba: number, sectors: number, mdlPage: number, mdlSpanAt: number, write: number, act: Act): void {
  (write ? s.writes : s.reads).push(lba, sectors);
  if (s.held.length > 0) throw new Error('the emulator has one transfer under way at a time');
  s.held = [from, lba, sectors, mdlPage, mdlSpanAt, write];
  if (s.delay === 0) move(s, act);
  else act.send(T.work, act.find('hardware/clock'), s.delay, 0, 0, 0, 0);
}

/** Moves the bytes between the test disk and the pages of the list. */
function move(s: ParserState, act: Act): void {
  const [from, lba, sectors, mdlPage, span, write] = s.held as [number, number, number, number, number, number];
  s.held = [];
  const failed = s.bad >= lba && s.bad < lba + sectors;
  const list = act.page(mdlPage).slice();
  let at = 0;
  for (let piece = 0; piece < mdlPieces(list, spanOffset(span)); piece++) {
    const where = mdlPieceSpan(list, spanOffset(span), piece);
    const bytes = act.pageForWrite(mdlPiecePage(list, spanOffset(span), piece));
    for (let i = 0; i < spanLength(where); i++, at++) {
      const sector = lba + (at >> 9);
      const j = spanOffset(where) + i;
      if (!write) bytes[j] = s.written[sector]?.[at & 511] ?? diskByte(sector, at & 511);
      else if (!failed) (s.written[sector] ??= Array.from({ length: 512 }, () => 0))[at & 511] = bytes[j]!;
    }
  }
  if (at !== sectors * 512) throw new Error(`a list of ${at} bytes for ${sectors} sectors`);
  act.send(vhd.doneUser, from, 0, failed ? 1 : 0, sectors * 512, write);
}

const clockStub = component<Record<string, never>>({
  name: 'clock', title: 'Clock', about: 'test', place: 'hardware', sources: ['ours'],
  initial: () => ({}),
  on: {
    'rig.work': (_s, h, act) => act.sendAfter(h.a0, -1, T.spin, act.self, h.a0, h.a1, h.a2, h.a3, h.a4),
    'rig.spin': (_s, h, act) => act.sendAfter(0, 0, T.ready, act.find('hypervisor/intercepts'), h.a0, h.a1, h.a2, h.a3, h.a4),
  },
});

/** The guest's kernel: the 8259 pair before the driver starts, interrupts with their EOI by ports, and whether the driver is ready. */
const guestStub = component<{ intercepts: number; driver: number; polled: boolean; vector: number; eoi: number; ready: number; step: number; interrupts: number }>({
  name: 'gueststub', title: 'Guest kernel stub', about: 'test', place: 'guest-kernel', sources: ['ours'],
  initial: () => ({ intercepts: -1, driver: -1, polled: false, vector: -1, eoi: -1, ready: -1, step: 0, interrupts: 0 }),
  on: {
    'gkernel.connectInterrupt': (s, h) => {
      s.vector = h.a0;
      s.eoi = h.a1;
    },
    'gkernel.driverReady': (s, h) => void (s.ready = h.a0),
    'apic.injectGuest': (s, h, act) => {
      s.interrupts++;
      if (h.a0 !== s.vector) throw new Error(`vector ${h.a0} comes, which nobody has connected`);
      act.send(gkernel.isr, s.driver, h.a0);
    },
    'gkernel.isrDone': (s, _h, act) => {
      s.step = s.eoi === 3 ? 1 : 0;
      if (s.eoi === 3) return act.send(pio.write, s.intercepts, 0x20 | (2 << 16), 0x2020, 0x1010, 0);
      act.send(pio.write, s.intercepts, 0xa0 | (1 << 16), 0x20, 0x1000, 0);
    },
    'gkernel.start': (s, _h, act) => program(s, 0, act),
    'pio.resume': (s, h, act) => {
      const done = picStepDone(h.a1);
      if (done >= 0) return program(s, done + 1, act);
      if (s.step++ === 0) act.send(pio.write, s.intercepts, 0x20 | (1 << 16), 0x20, 0x1008, 0);
    },
  },
});

function program(s: { intercepts: number; driver: number; polled: boolean }, step: number, act: Act): void {
  if (step === PIC_WRITES) return act.send(gkernel.initDriver, s.driver);
  const [port, value, rip] = picWrite(step, s.polled ? allClosed : onlyDiskOpen);
  act.send(pio.write, s.intercepts, port | (1 << 16), value, rip, 0);
}

const fileSystemStub = component<{ capacity: number; depth: number; done: number[] }>({
  name: 'fsstub', title: 'File system stub', about: 'test', place: 'guest-kernel', sources: ['ours'],
  initial: () => ({ capacity: -1, depth: 0, done: [] }),
  on: {
    'block.info': (s, h) => {
      s.capacity = h.a0;
      s.depth = h.a1;
    },
    'block.done': (s, h) => void s.done.push(h.a0, h.a1),
  },
});

export const types = [hypervisorStub, rootStub, workerStub, parserStub, clockStub, guestStub, fileSystemStub, ataDriver, ideEmulator, picEmulator];

export const idePage = 0x100;
export const ataPage = 0x200;
export const bufferPage = 0x210;
/** Where direct string reads go. */
export const directPage = 0x300;
const stagingPage = 0x120;
/** A list of pages of the caller. */
export const listPage = 0x208;

export interface Rig {
  readonly w: World;
  readonly driver: number;
  readonly ide: number;
  readonly pic: number;
  readonly worker: number;
  readonly fs: number;
  readonly guest: number;
  readonly parser: number;
  /** Port accesses of the guest since the last call. */
  accesses(): number;
  /** Attaches the disk and initialises the driver. */
  start(): void;
  attach(): void;
  initialise(): void;
  read(lba: number, sectors: number, page?: number, cookie?: number, span?: number): void;
  write(lba: number, sectors: number, page?: number, cookie?: number): void;
  /** A long request over the pages from `page` on, or over pieces [page, offset, bytes]. */
  many(write: boolean, lba: number, sectors: number, pieces?: readonly (readonly [number, number, number])[], cookie?: number): void;
  /** Bytes of guest memory. */
  memory(page: number): Uint8Array;
  /** One access from the worker process (a read when `count` > 0); returns the answer, -1 when there was not exactly one. */
  access(port: number, size: number, value: number, count?: number): number;
}

export type RigOptions = Omit<AtaConfig, 'pages'> & { readonly sectors?: number; readonly delay?: number; readonly bad?: number; readonly fileId?: number };

/** Pages from the first buffer page on, but none behind the other. */
export function wholePages(sectors: number): readonly (readonly [number, number, number])[] {
  return Array.from({ length: Math.ceil(sectors / 8) }, (_, i) => [bufferPage + 2 * i, 0, Math.min(4096, sectors * 512 - i * 4096)] as const);
}

/** What the file system may ask of the driver. */
function asking(w: World, fs: number, driver: number, vp: number): Pick<Rig, 'read' | 'write' | 'many'> {
  return {
    read: (lba, sectors, page = bufferPage, cookie = 1, span = (sectors * 512) << 12) => w.poke(fs, block.read, driver, [lba, sectors, page, span, cookie], vp),
    write: (lba, sectors, page = bufferPage, cookie = 1) => w.poke(fs, block.write, driver, [lba, sectors, page, (sectors * 512) << 12, cookie], vp),
    many: (write, lba, sectors, pieces = wholePages(sectors), cookie = 1) => {
      const list = frameForWrite(w.kernel.m.memory, listPage);
      putMdlHeader(list, 0, pieces.length);
      pieces.forEach(([page, offset, bytes], i) => putMdlPiece(list, 0, i, page, offset, bytes));
      w.poke(fs, write ? block.writeMany : block.readMany, driver, [lba, sectors, listPage, mdlSpan(0, pieces.length), cookie], vp);
    },
  };
}

export function rig(options: RigOptions = {}): Rig {
  const w = world(types);
  const guest = w.guest('g');
  const hypervisor = w.add('intercepts', 'hypervisor/intercepts');
  w.add('clock', 'hardware/clock');
  const root = w.add('rootstub', 'root/stub', 1);
  const parser = w.add('parserstub', 'root/vhdparser', 1, { sectors: options.sectors ?? 65_536, delay: options.delay ?? 0, bad: options.bad ?? -1 });
  const worker = w.add('workerstub', 'root/vmwp/g', 1);
  const ideAt = w.add('ide', 'root/vmwp/g/ide', 1, { pages: idePage });
  const pic = w.add('pic', 'root/vmwp/g/pic', 1);
  const kernel = w.add('gueststub', 'g/stub', guest.partition);
  const fs = w.add('fsstub', 'g/fs', guest.partition);
  const driver = w.add('ata', 'g/ata', guest.partition, { ...options, pages: ataPage });
  w.kernel.m.memory.grants[ideAt] = [guest.partition, 0, 0x1000];
  Object.assign(w.state<object>(hypervisor), { guestVp: guest.vp, driver, guestKernel: kernel, root });
  Object.assign(w.state<object>(root), { worker, hypervisor });
  Object.assign(w.state<object>(worker), { ide: ideAt, pic, root });
  Object.assign(w.state<object>(kernel), { intercepts: hypervisor, driver, polled: options.polled === true });
  let counted = 0;
  const attach = (): void => {
    w.poke(worker, ide.attach, ideAt, [options.fileId ?? 1, guest.partition], 1);
    w.run();
  };
  const initialise = (): void => {
    w.poke(hypervisor, gkernel.start, kernel, [], guest.vp);
    w.run();
  };
  return {
    w, driver, ide: ideAt, pic, worker, fs, guest: kernel, parser,
    accesses: () => {
      const all = w.state<{ accesses: number }>(hypervisor).accesses;
      const now = all - counted;
      counted = all;
      return now;
    },
    start: () => {
      attach();
      initialise();
    },
    attach,
    initialise,
    ...asking(w, fs, driver, guest.vp),
    memory: (page) => frameForWrite(w.kernel.m.memory, page),
    access: (port, size, value, count = 0) => {
      const state = w.state<WorkerState>(worker);
      state.direct = true;
      state.target = directPage << 12;
      const before = state.answers;
      const device = isPicPort(port) ? pic : ideAt;
      w.poke(worker, count > 0 ? vmwp.portRead : vmwp.portWrite, device, [port | (size << 16), count > 0 ? count : value], 1);
      w.run();
      const after = w.state<WorkerState>(worker);
      return after.answers === before + 1 ? after.last : -1;
    },
  };
}
