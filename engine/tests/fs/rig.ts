/** A guest's reader and file system under the real kernel, over a storage driver that answers from bytes. */
import { fs } from '../../guest/kernel/fs.ts';
import { fs as fsHops } from '../../guest/kernel/fs-hops.ts';
import type { FsState } from '../../guest/kernel/fs-state.ts';
import { block, gkernel } from '../../guest/kernel/hops.ts';
import { raw } from '../../guest/kernel/raw-hops.ts';
import { reader, READER_PAGES, type ReaderState } from '../../guest/user/reader.ts';
import { ask } from '../../remote.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { defineHops, hop, type HopKind } from '../../sim/hop-kinds.ts';
import { frame } from '../../sim/memory.ts';
import { beGet32 } from '../../wire/bytes.ts';
import { mdlLength, mdlPiecePage, mdlPieces, mdlPieceSpan, spanLength, spanOffset } from '../../wire/mdl.ts';
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
  /** Sectors that cannot be read or written. */
  readonly bad?: readonly number[];
  /** Sectors of one long request: the driver writes, too. `bytes` change then. */
  readonly most?: number;
}

/** A write of the driver: when it was begun and ended, counted in begins and ends of all writes. */
export interface Written {
  readonly lba: number;
  readonly bytes: Uint8Array;
  readonly from: number;
  to: number;
}

export interface DriverState {
  reads: number[][];
  writes: number[][];
  requests: number[];
  underWay: number;
  most: number;
}

/** The time of the disk: the driver to itself. */
const T = defineHops('later', {
  later: hop({ title: 'later', family: 'call', crossing: 'guest-call', args: ['cookie', 'status'], cost: 'call', level: 'dpc', status: 'documented', sources: ['ours'], sentence: () => ({ actor: 'a', act: 'b', object: 'c', because: 'd' }) }),
});

/** The bytes stand outside the state: only a driver that writes changes them. */
let given: DriverConfig = { bytes: new Uint8Array(0), depth: 1 };

/** Everything written so far, in order. */
let journal: (Written & { cookie: number })[] = [];
let moments = 0;

function listed(h: HopView, act: Act): number[][] {
  const page = act.page(h.a2);
  const at = spanOffset(h.a3);
  if (mdlLength(page, h.a3) !== h.a1 * 512) throw new Error('The list of pages does not fit the sectors.');
  return Array.from({ length: mdlPieces(page, at) }, (_, i) => [mdlPiecePage(page, at, i), mdlPieceSpan(page, at, i)]);
}

/** A request of so many pieces: done at once, told later. */
function take(s: DriverState, h: HopView, act: Act, write: boolean, pieces: number[][]): void {
  (write ? s.writes : s.reads).push([h.a0, h.a1]);
  s.requests[h.a4] = h.request;
  s.underWay += 1;
  s.most = Math.max(s.most, s.underWay);
  const ok = !(given.bad ?? []).some((lba) => lba >= h.a0 && lba < h.a0 + h.a1) && (h.a0 + h.a1) * 512 <= given.bytes.length;
  let at = h.a0 * 512;
  for (const [page, span] of ok ? pieces : []) {
    const length = spanLength(span!);
    if (write) given.bytes.set(act.page(page!).subarray(spanOffset(span!), spanOffset(span!) + length), at);
    else act.pageForWrite(page!).set(given.bytes.subarray(at, at + length), spanOffset(span!));
    at += length;
  }
  if (write && ok) journal.push({ lba: h.a0, bytes: given.bytes.slice(h.a0 * 512, (h.a0 + h.a1) * 512), from: moments++, to: -1, cookie: h.a4 });
  const wait = given.shuffled === true ? 100_000 + (act.random() % 400_000) : 100_000;
  act.sendAfter(wait, act.vp, T.later, act.self, h.a4, ok ? 0 : 1);
}

const driver = component<DriverState>({
  name: 'driver', title: 'Driver', about: 'test', place: 'guest-kernel', sources: ['ours'], initial: () => ({ reads: [], writes: [], requests: [], underWay: 0, most: 0 }),
  on: {
    [gkernel.initDriver.name]: (_s, _h, act) => act.send(block.info, act.find('alpha/fs'), given.bytes.length / 512, given.depth, given.most ?? 0),
    [block.read.name]: (s, h, act) => take(s, h, act, false, [[h.a2, h.a3]]),
    [block.write.name]: (s, h, act) => take(s, h, act, true, [[h.a2, h.a3]]),
    [block.readMany.name]: (s, h, act) => take(s, h, act, false, listed(h, act)),
    [block.writeMany.name]: (s, h, act) => take(s, h, act, true, listed(h, act)),
    [T.later.name]: (s, h, act) => {
      s.underWay -= 1;
      const write = journal.find((w) => w.to < 0 && w.cookie === h.a0);
      if (write) write.to = moments++;
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

/** A program that calls the file system by itself and takes every answer. */
const program = component<{ answers: number[][] }>({
  name: 'program', title: 'Program', about: 'test', place: 'guest-user', sources: ['ours'], initial: () => ({ answers: [] }),
  on: Object.fromEntries(
    [raw.done, fsHops.rawDone, fsHops.created, fsHops.written, fsHops.committed, fsHops.closed, fsHops.opened, fsHops.readDone].map((kind) => [
      kind.name, (s: { answers: number[][] }, h: HopView) => void s.answers.push([kind.code, h.a0, h.a1, h.a2]),
    ]),
  ),
});

const remote = component<object>({ name: 'remote', title: 'Remote', about: 'test', place: 'remote', sources: ['ours'], initial: () => ({}), on: {} });

export interface Rig {
  readonly w: World;
  readFile(path: string, depth?: number): ReaderState['last'];
  listFiles(path: string): ReaderState;
  readSectors(lba: number, sectors: number, count: number, depth: number): ReaderState['last'];
  writeFile(path: string, text: string, depth?: number): ReaderState['last'];
  copyFile(from: string, to: string, depth?: number): ReaderState['last'];
  deleteFile(path: string): ReaderState['last'];
  /** A program calls the file system; answers with the first words of what comes back. */
  call(kind: HopKind, ...args: number[]): number[];
  /** What the driver has written since the rig was made. */
  journal(): readonly Written[];
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

type Asking = Pick<Rig, 'readFile' | 'listFiles' | 'readSectors' | 'writeFile' | 'copyFile' | 'deleteFile'>;

/** Everything a person may ask the reader for; `put` sends it off and runs until it has ended. */
function asking(put: (kind: HopKind, ...args: (string | number)[]) => ReaderState): Asking {
  return {
    readFile: (path, depth = 1) => put(ask.readFile, path, depth).last,
    listFiles: (path) => put(ask.listFiles, path),
    readSectors: (...args) => put(ask.readSectors, ...args).last,
    writeFile: (path, text, depth = 1) => put(ask.writeFile, path, text, depth).last,
    copyFile: (from, to, depth = 1) => put(ask.copyFile, from, to, depth).last,
    deleteFile: (path) => put(ask.deleteFile, path).last,
  };
}

export function rig(config: DriverConfig, options: { lines?: number; ready?: boolean; seed?: number } = {}): Rig {
  given = config;
  journal = [];
  moments = 0;
  const w = world([reader, program, fs, driver, shortKernel, shortScheduler, remote], { rootVps: 1, seed: options.seed ?? 1 });
  const { partition, vp } = w.guest('alpha');
  w.add('short-scheduler', 'hypervisor/scheduler');
  const me = w.add('remote', 'remote/manager');
  const kernel = w.add('short-guest-kernel', 'alpha/kernel', partition);
  const file = w.add('fs', 'alpha/fs', partition, { pages: FS_PAGES, ...(options.lines === undefined ? {} : { lines: options.lines }) });
  const disk = w.add('driver', 'alpha/storvsc', partition);
  const app = w.add('reader', 'alpha/reader', partition, { pages: READER });
  const own = w.add('program', 'alpha/program', partition);
  w.poke(kernel, gkernel.initDriver, file, [], vp);
  if (options.ready !== false) w.poke(kernel, gkernel.initDriver, disk, [], vp);
  w.run();
  const m = w.kernel.m;
  const textId = (text: string): number => m.texts.push(text) - 1;
  const run = (): void => {
    if (w.run() !== 'idle') throw new Error('the guest does not come to rest');
    const s = w.state<FsState>(file);
    if (s.calls.some((c) => c !== null) || s.stalled.length > 0 || s.draft !== null || s.cache.pending.length > 0 || s.cache.underWay > 0 || s.cache.lines.some((l) => l.pins !== 0)) {
      throw new Error(`the file system has not finished: ${JSON.stringify(s.calls)}`);
    }
  };
  return {
    w, run,
    ask: (kind, path, depth = 1) => w.poke(me, ask[kind], app, [textId(path), depth], vp),
    ...asking((kind, ...args) => {
      w.poke(me, kind, app, args.map((arg) => (typeof arg === 'string' ? textId(arg) : arg)), vp);
      run();
      return w.state<ReaderState>(app);
    }),
    journal: () => journal,
    call: (kind, ...args) => {
      w.poke(own, kind, file, args, vp);
      w.run();
      return w.state<{ answers: number[][] }>(own).answers.at(-1)!.slice(1);
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
