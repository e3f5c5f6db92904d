/** A guest's reader and file system under the real kernel, over a storage driver that answers from bytes. */
import { fs } from '../../guest/kernel/fs.ts';
import type { FsState } from '../../guest/kernel/fs-state.ts';
import { block, gkernel } from '../../guest/kernel/hops.ts';
import { reader, READER_PAGES, type ReaderState } from '../../guest/user/reader.ts';
import { ask } from '../../remote.ts';
import { component } from '../../sim/component.ts';
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import { frame } from '../../sim/memory.ts';
import { beGet32 } from '../../wire/bytes.ts';
import { sampleBytes, shortScheduler } from '../disk/rig.ts';
import { world, type World } from '../world.ts';

const FS_PAGES = 100;
const READER = 200;

/** The sample's disk as one array: 32 MiB. */
export function sampleDisk(): Uint8Array {
  const disk = new Uint8Array(65536 * 512);
  for (let block = 0; block < 16; block++) {
    const entry = beGet32(sampleBytes, 0x600 + block * 4);
    if (entry !== 0xffffffff) disk.set(sampleBytes.subarray((entry + 1) * 512, (entry + 1 + 4096) * 512), block * 4096 * 512);
  }
  return disk;
}

export interface DriverConfig {
  readonly bytes: Uint8Array;
  readonly depth: number;
  /** Reads end in another order than they came. */
  readonly shuffled?: boolean;
  /** Sectors that cannot be read. */
  readonly bad?: readonly number[];
}

export interface DriverState {
  reads: number[][];
  requests: number[];
  underWay: number;
  most: number;
}

/** The time of the disk: the driver to itself. */
const T = defineHops('later', {
  later: hop({ title: 'later', family: 'call', crossing: 'guest-call', args: ['cookie', 'status'], cost: 'call', level: 'dpc', status: 'documented', sources: ['ours'], sentence: () => ({ actor: 'a', act: 'b', object: 'c', because: 'd' }) }),
});

/** The bytes stand outside the state: they never change. */
let given: DriverConfig = { bytes: new Uint8Array(0), depth: 1 };

const driver = component<DriverState>({
  name: 'driver', title: 'Driver', about: 'test', place: 'guest-kernel', sources: ['ours'], initial: () => ({ reads: [], requests: [], underWay: 0, most: 0 }),
  on: {
    [gkernel.initDriver.name]: (_s, _h, act) => act.send(block.info, act.find('alpha/fs'), given.bytes.length / 512, given.depth),
    [block.read.name]: (s, h, act) => {
      s.reads.push([h.a0, h.a1]);
      s.requests[h.a4] = h.request;
      s.underWay += 1;
      s.most = Math.max(s.most, s.underWay);
      const ok = !(given.bad ?? []).some((lba) => lba >= h.a0 && lba < h.a0 + h.a1) && (h.a0 + h.a1) * 512 <= given.bytes.length;
      if (ok) act.pageForWrite(h.a2).set(given.bytes.subarray(h.a0 * 512, (h.a0 + h.a1) * 512), h.a3 & 0xfff);
      const wait = given.shuffled === true ? 100_000 + (act.random() % 400_000) : 100_000;
      act.sendAfter(wait, act.vp, T.later, act.self, h.a4, ok ? 0 : 1);
    },
    [T.later.name]: (s, h, act) => {
      s.underWay -= 1;
      act.request = s.requests[h.a0]!;
      act.send(block.done, act.find('alpha/fs'), h.a0, h.a1);
    },
  },
});

/** Stands for the guest kernel: it only halts. */
const shortKernel = component<object>({
  name: 'short-guest-kernel', title: 'Kernel', about: 'test', place: 'guest-kernel', sources: ['ours'], initial: () => ({}),
  on: { 'cpu.hltDoneGuest': () => {}, [gkernel.driverReady.name]: () => {} },
});

const remote = component<object>({ name: 'remote', title: 'Remote', about: 'test', place: 'remote', sources: ['ours'], initial: () => ({}), on: {} });

export interface Rig {
  readonly w: World;
  readFile(path: string, depth?: number): ReaderState['last'];
  listFiles(path: string): ReaderState;
  readSectors(lba: number, sectors: number, count: number, depth: number): ReaderState['last'];
  /** Asks without running. */
  ask(kind: 'readFile' | 'listFiles', path: string, depth?: number): void;
  /** Bytes of the last file, from the reader's pages. */
  text(length: number): Uint8Array;
  state(): FsState;
  reader(): ReaderState;
  driver(): DriverState;
  count(name: string): number;
  run(): void;
}

export function rig(config: DriverConfig, options: { lines?: number; ready?: boolean; seed?: number } = {}): Rig {
  given = config;
  const w = world([reader, fs, driver, shortKernel, shortScheduler, remote], { rootVps: 1, seed: options.seed ?? 1 });
  const { partition, vp } = w.guest('alpha');
  w.add('short-scheduler', 'hypervisor/scheduler');
  const me = w.add('remote', 'remote/manager');
  const kernel = w.add('short-guest-kernel', 'alpha/kernel', partition);
  const file = w.add('fs', 'alpha/fs', partition, { pages: FS_PAGES, ...(options.lines === undefined ? {} : { lines: options.lines }) });
  const disk = w.add('driver', 'alpha/storvsc', partition);
  const app = w.add('reader', 'alpha/reader', partition, { pages: READER });
  w.poke(kernel, gkernel.initDriver, file, [], vp);
  if (options.ready !== false) w.poke(kernel, gkernel.initDriver, disk, [], vp);
  w.run();
  const m = w.kernel.m;
  const textId = (text: string): number => m.texts.push(text) - 1;
  const run = (): void => {
    if (w.run() !== 'idle') throw new Error('the guest does not come to rest');
    const s = w.state<FsState>(file);
    if (s.calls.some((c) => c !== null) || s.stalled.length > 0 || s.cache.pending.length > 0 || s.cache.underWay > 0 || s.cache.lines.some((l) => l.pins !== 0)) {
      throw new Error(`the file system has not finished: ${JSON.stringify(s.calls)}`);
    }
  };
  const ends = (): ReaderState['last'] => {
    run();
    return w.state<ReaderState>(app).last;
  };
  return {
    w, run,
    ask: (kind, path, depth = 1) => w.poke(me, ask[kind], app, [textId(path), depth], vp),
    readFile: (path, depth = 1) => {
      w.poke(me, ask.readFile, app, [textId(path), depth], vp);
      return ends();
    },
    listFiles: (path) => {
      w.poke(me, ask.listFiles, app, [textId(path)], vp);
      run();
      return w.state<ReaderState>(app);
    },
    readSectors: (lba, sectors, count, depth) => {
      w.poke(me, ask.readSectors, app, [lba, sectors, count, depth], vp);
      return ends();
    },
    text: (length) => {
      const out = new Uint8Array(Math.ceil(length / 4096) * 4096);
      for (let i = 0; i * 4096 < length; i++) out.set(frame(m.memory, READER + (i % (READER_PAGES - 2))), i * 4096);
      return out.slice(0, length);
    },
    state: () => w.state<FsState>(file),
    reader: () => w.state<ReaderState>(app),
    driver: () => w.state<DriverState>(disk),
    count: (name) => w.names().filter((n) => n === name).length,
  };
}
