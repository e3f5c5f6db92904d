/** A guest with a synthetic disk: VMBus and both halves of storage are real, VHD parser and file system are stand-ins. */
import { storvscPages, storvscType, storvspType, type StorvscConfig } from '../../devices/storage/index.ts';
import { storvsp } from '../../devices/storage/hops.ts';
import { block } from '../../guest/kernel/hops.ts';
import { vhd } from '../../root/kernel/storage-hops.ts';
import type { Act } from '../../sim/act.ts';
import { component, type ComponentType, type HopView } from '../../sim/component.ts';
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import type { Era } from '../../wire/eras.ts';
import * as ring from '../../wire/ring.ts';
import * as wire from '../../wire/vmbus.ts';
import { frameForWrite } from '../../sim/memory.ts';
import { vmbus } from '../../devices/vmbus/hops.ts';
import { mdlPieces, mdlPiecePage, mdlPieceSpan, mdlSpan, putMdlHeader, putMdlPiece, spanLength, spanOffset } from '../../wire/mdl.ts';
import { rig as vmbusRig, type Guest, type Rig as VmbusRig } from '../vmbus/rig.ts';

const say = () => ({ actor: 'a', act: 'does', object: 'b', because: 'of the test' });
const shape = { title: 't', family: 'device', status: 'documented', sources: ['ours'], sentence: say } as const;
const T = defineHops('storagetest', {
  start: hop({ ...shape, crossing: 'root-port', args: ['job', 'wait'], cost: 'none' }),
  work: hop({ ...shape, crossing: 'hardware-wire', args: ['job'], cost: 'none' }),
  fire: hop({ ...shape, crossing: 'hardware-interrupt', args: ['job'], cost: 'inside' }),
  wake: hop({ ...shape, crossing: 'root-inject', args: ['job'], cost: 'isr' }),
  end: hop({ ...shape, crossing: 'root-call', args: ['job'], cost: 'dpc', level: 'dpc' }),
  go: hop({ ...shape, crossing: 'guest-call', args: [], cost: 'call' }),
});

export const DISK_SECTORS = 4096;

/** The reference disk: each sector has its own bytes. */
export function byteOf(lba: number, at: number): number {
  return (lba * 31 + at * 7 + (lba >>> 5)) & 0xff;
}

/** Stands for the VHD parser and all below it: `wait` ns after it was asked it stores the bytes and says so. */
function shortVhd(options: { wait: (n: number) => number; status: (lba: number) => number }, written: Map<number, Uint8Array>): ComponentType {
  const take = (write: number) => (s: { jobs: number[][]; most: number }, h: HopView, act: Act): void => {
    s.jobs.push([h.from, h.a0, h.a1, h.a2, h.a3, h.a4, h.a5, h.request, write]);
    s.most = Math.max(s.most, s.jobs.filter((j) => j.length > 1).length);
    act.sendAfter(0, -1, T.start, act.find('hardware/timer'), s.jobs.length - 1, options.wait(act.random()));
  };
  return component<{ jobs: number[][]; most: number }>({
    name: 'short-vhd', title: 'VHD parser', about: 'test', place: 'root-kernel', sources: ['ours'], initial: () => ({ jobs: [], most: 0 }),
    on: {
      [vhd.open.name]: (_s, h, act) => act.send(vhd.opened, h.from, h.a1, h.a0 === 404 ? 0 : h.a0, DISK_SECTORS),
      [vhd.read.name]: take(0),
      [vhd.write.name]: take(1),
      [T.wake.name]: (_s, h, act) => act.send(T.end, act.self, h.a0),
      [T.end.name]: (s, h, act) => {
        const [from, , lba, sectors, page, span, cookie, request, write] = s.jobs[h.a0]! as [number, number, number, number, number, number, number, number, number];
        const status = options.status(lba);
        const list = act.page(page);
        const at = spanOffset(span);
        let n = 0;
        for (let i = 0; status === 0 && i < mdlPieces(list, at); i++) {
          const piece = mdlPieceSpan(list, at, i);
          const bytes = act.pageForWrite(mdlPiecePage(list, at, i));
          for (let b = 0; b < spanLength(piece); b++, n++) {
            const sector = lba + Math.floor(n / 512);
            if (write === 0) bytes[spanOffset(piece) + b] = written.get(sector)?.[n % 512] ?? byteOf(sector, n % 512);
            else if (n % 512 === 0) written.set(sector, new Uint8Array(512).fill(bytes[spanOffset(piece) + b]!, 0, 1));
            else written.get(sector)![n % 512] = bytes[spanOffset(piece) + b]!;
          }
        }
        s.jobs[h.a0] = [0];
        act.request = request;
        act.send(vhd.done, from, cookie, status, status === 0 ? sectors * 512 : 0, write);
      },
    },
  });
}

const timer = component<object>({
  name: 'short-timer', title: 'Timer', about: 'test', place: 'hardware', sources: ['ours'], initial: () => ({}),
  on: {
    [T.start.name]: (_s, h, act) => act.sendAfter(h.a1, -1, T.work, act.self, h.a0),
    [T.work.name]: (_s, h, act) => act.sendAfter(0, 0, T.fire, act.find('hypervisor/intercepts'), h.a0),
  },
});

/** A request of the file system. `write`: mark of the bytes to be written; `pages`: a list instead of neighbouring pages. */
export interface Read { readonly lba: number; readonly sectors: number; readonly page: number; readonly offset: number; readonly write?: number; readonly pages?: readonly number[] }

/** Byte that a write with a mark stores. */
export function writtenByte(mark: number, i: number): number {
  return (mark * 53 + i * 3 + (i >>> 9) * 11) & 0xff;
}

/** Guest page that holds byte `at` of a request's buffer. */
function pageAt(read: Read, at: number): number {
  return read.pages?.[at >>> 12] ?? read.page + (at >>> 12);
}

export interface FsState { info: number[]; done: [number, number][]; reads: Read[]; next: number; depth: number; under: number; bad: number[]; most: number; expect: Record<number, number> }

/** Stands for the file system: gives its list of reads to the driver, `depth` at a time, and compares what comes. */
const shortFs = component<FsState>({
  name: 'short-fs', title: 'File system', about: 'test', place: 'guest-kernel', sources: ['ours'],
  initial: () => ({ info: [], done: [], reads: [], next: 0, depth: 1, under: 0, bad: [], most: 0, expect: {} }),
  on: {
    [block.info.name]: (s, h) => void (s.info = [h.a0, h.a1, h.a2]),
    [T.go.name]: (s, _h, act) => issue(s, act),
    [block.done.name]: (s, h, act) => {
      s.done.push([h.a0, h.a1]);
      s.under--;
      const read = s.reads[h.a0];
      if (read !== undefined && h.a1 === 0 && read.write === undefined) {
        for (let i = 0; i < read.sectors * 512; i++) {
          const at = read.offset + i;
          const sector = read.lba + (i >>> 9);
          if (act.page(pageAt(read, at))[at & 0xfff] !== (s.expect[sector] ?? byteOf(sector, i & 511))) {
            s.bad.push(h.a0);
            break;
          }
        }
      }
      issue(s, act);
    },
  },
});

function issue(s: FsState, act: Act): void {
  const driver = act.find(`${act.pathOf(act.self).split('/')[0]!}/storvsc`);
  while (s.under < s.depth && s.next < s.reads.length) {
    const read = s.reads[s.next]!;
    send(read, act, driver, s.next);
    s.next++;
    s.under++;
    s.most = Math.max(s.most, s.under);
  }
}

function send(read: Read, act: Act, driver: number, cookie: number): void {
  const bytes = read.sectors * 512;
  for (let i = 0; read.write !== undefined && i < bytes; i++) {
    const at = read.offset + i;
    act.pageForWrite(pageAt(read, at))[at & 0xfff] = writtenByte(read.write, i);
  }
  if (read.pages === undefined) {
    act.send(read.write === undefined ? block.read : block.write, driver, read.lba, read.sectors, read.page, read.offset | (bytes << 12), cookie);
    return;
  }
  const list = act.pageForWrite(read.page);
  const at = (cookie % 16) * 256;
  putMdlHeader(list, at, read.pages.length);
  read.pages.forEach((page, i) => {
    const from = i === 0 ? read.offset : 0;
    putMdlPiece(list, at, i, page, from, Math.min(4096 - from, bytes - (i === 0 ? 0 : 4096 * i - read.offset)));
  });
  act.send(read.write === undefined ? block.readMany : block.writeMany, driver, read.lba, read.sectors, read.page, mdlSpan(at, read.pages.length), cookie);
}

export interface StorageGuest extends Guest { readonly storvsc: number; readonly fs: number }

export interface StorageRig extends VmbusRig {
  readonly storvsp: number;
  readonly vhd: number;
  /** Sectors that have been written. */
  readonly written: ReadonlyMap<number, Uint8Array>;
  /** A guest with its disk attached and its drivers up. */
  up(path: string, config?: Partial<StorvscConfig>): StorageGuest;
  raw(path: string, options?: { dataPages?: number; downstream?: number; pages?: number[] }): RawGuest;
  /** Gives the file system reads to make and runs to the end. */
  read(guest: StorageGuest, reads: readonly Read[], depth?: number): FsState;
}

/** A guest whose drivers the test plays itself: it writes the ring to the root and reads the ring from it. */
export interface RawGuest extends Guest {
  /** Puts a packet on the ring; returns its offset. */
  put(type: number, transId: number, ext: Uint8Array | null, payload: Uint8Array, flags?: number): number;
  /** Lets the root look at the ring, and runs to the end. */
  ring(): void;
  /** Completions in the ring from the root, taken out. */
  take(): { readonly transId: number; readonly packet: Uint8Array }[];
  /** Pages of the ring to the root and from it. */
  out(): Uint8Array[];
  back(): Uint8Array[];
}

export const STORAGE_PAGES = 32;
export const FREE_PAGES = 64;

function rawGuest(r: VmbusRig, vsp: number, path: string, o: { dataPages?: number; downstream?: number; pages?: number[] }): RawGuest {
  const g = r.guest(path);
  const size = 1 + (o.dataPages ?? 1);
  r.w.poke(g.worker, storvsp.attach, vsp, [g.partition, 7, 1]);
  r.w.run();
  r.attach(g);
  const pfns = o.pages ?? Array.from({ length: 2 * size }, (_, i) => STORAGE_PAGES + i);
  r.say(g, (b) => wire.putInitiateContact(b, 0, 0xd, 0, 16 * 4096, 17 * 4096, 18 * 4096));
  r.say(g, (b) => wire.putBareMessage(b, 0, wire.REQUEST_OFFERS));
  r.say(g, (b) => wire.putGpadlHeader(b, 0, 1, 0xe1e10, pfns));
  r.say(g, (b) => wire.putOpenChannel(b, 0, 1, 1, 0xe1e10, 0, o.downstream ?? size, null));
  const view = (first: number) => (): Uint8Array[] => Array.from({ length: size }, (_, i) => frameForWrite(r.w.kernel.m.memory, g.base + pfns[first + i]!));
  const [out, back] = [view(0), view(size)];
  return {
    ...g, out, back,
    put: (type, transId, ext, payload, flags = 1) => ring.putPacket(out(), type, flags, transId, 0, ext, ext?.length ?? 0, payload, payload.length),
    ring: () => {
      r.w.poke(r.server, vmbus.callback, vsp, [g.channel], 0);
      r.w.run();
    },
    take: () => {
      const found = [];
      const header = ring.newPacketHeader();
      const pages = back();
      while (ring.peekPacket(pages, header) === 0) {
        const packet = new Uint8Array(header.payloadBytes);
        ring.copyOut(pages, header.payloadAt, packet, packet.length);
        found.push({ transId: header.transIdLo, packet });
        ring.advance(pages, header.totalBytes);
      }
      return found;
    },
  };
}

export function rig(options: { wait?: (n: number) => number; status?: (lba: number) => number; rootVps?: number; seed?: number; era?: Era } = {}): StorageRig {
  const written = new Map<number, Uint8Array>();
  const vhdType = shortVhd({ wait: options.wait ?? (() => 20_000), status: options.status ?? (() => 0) }, written);
  const r = vmbusRig({
    types: [storvscType, storvspType, vhdType, timer, shortFs],
    hypervisor: { [T.fire.name]: (_s, h, act) => act.send(T.wake, act.find('root/vhdparser'), h.a0) },
    rootVps: options.rootVps ?? 2,
    ...(options.era === undefined ? {} : { era: options.era }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  r.w.add('short-timer', 'hardware/timer');
  const vhdparser = r.w.add('short-vhd', 'root/vhdparser', 1);
  const vsp = r.w.add('storvsp', 'root/storvsp', 1, { pages: 128 });
  return {
    ...r,
    storvsp: vsp,
    vhd: vhdparser,
    written,
    up: (path, config = {}) => {
      const g = r.guest(path, [`${path}/storvsc`]);
      const storvsc = r.w.add('storvsc', `${path}/storvsc`, g.partition, { pages: STORAGE_PAGES, ...config });
      const fs = r.w.add('short-fs', `${path}/fs`, g.partition);
      r.w.poke(g.worker, storvsp.attach, vsp, [g.partition, 7, 1]);
      r.w.run();
      r.attach(g);
      r.boot(g);
      r.w.run();
      void storvscPages;
      return { ...g, storvsc, fs };
    },
    raw: (path, o = {}) => rawGuest(r, vsp, path, o),
    read: (guest, reads, depth = 1) => {
      const s = r.w.kernel.stateForWrite(guest.fs) as unknown as FsState;
      Object.assign(s, { reads: [...reads], next: 0, depth, under: 0, done: [], bad: [], most: 0 });
      r.w.poke(guest.fs, T.go, guest.fs);
      r.w.run();
      return r.w.state<FsState>(guest.fs);
    },
  };
}
