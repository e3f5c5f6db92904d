/** A guest's load generator and file system under the real kernel, over a storage driver that keeps bytes. */
import { fs } from '../../guest/kernel/fs.ts';
import { block, gkernel } from '../../guest/kernel/hops.ts';
import { loadType, type LoadState } from '../../guest/user/load.ts';
import { ask } from '../../remote.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import { mdlPieces, mdlPiecePage, mdlPieceSpan, spanLength, spanOffset } from '../../wire/mdl.ts';
import { shortScheduler } from '../disk/rig.ts';
import { world, type World } from '../world.ts';

const FS_PAGES = 0x20;
const LOAD = 0x200;
export const SERVICE_NS = 100_000;

export interface DriverConfig {
  readonly sectors: number;
  readonly depth: number;
  /** Sectors of one long request; 0: only short reads. */
  readonly most: number;
  /** The request of this number, from 0, fails. */
  readonly bad?: number;
}

export interface DriverState {
  /** Kind, sector, sectors of each request, in order. */
  asked: [string, number, number][];
  waiting: { cookie: number; request: number; bad: boolean }[];
  underWay: number;
  most: number;
  /** First word of each sector written. */
  written: { [lba: string]: number };
}

const later = defineHops('load-rig', {
  later: hop({ title: 'later', family: 'call', crossing: 'guest-call', args: ['cookie', 'status'], cost: 'call', level: 'dpc', status: 'documented', sources: ['ours'], sentence: () => ({ actor: 'a', act: 'b', object: 'c', because: 'd' }) }),
});

let given: DriverConfig = { sectors: 0, depth: 1, most: 0 };

function take(s: DriverState, h: HopView, act: Act, kind: string): void {
  s.waiting.push({ cookie: h.a4, request: h.request, bad: s.asked.length === given.bad });
  s.asked.push([kind, h.a0, h.a1]);
  if (kind === 'write') keep(s, act, h.a0, h.a2, h.a3);
  if (kind === 'writeMany') {
    const list = act.page(h.a2);
    const at = spanOffset(h.a3);
    for (let i = 0; i < mdlPieces(list, at); i++) keep(s, act, h.a0 + i * 8, mdlPiecePage(list, at, i), mdlPieceSpan(list, at, i));
  }
  serve(s, act);
}

function keep(s: DriverState, act: Act, lba: number, page: number, span: number): void {
  const bytes = act.page(page);
  for (let i = 0; i < spanLength(span) / 512; i++) s.written[lba + i] = bytes[spanOffset(span) + i * 512]! | (bytes[spanOffset(span) + i * 512 + 1]! << 8);
}

function serve(s: DriverState, act: Act): void {
  while (s.underWay < given.depth && s.waiting.length > 0) {
    const next = s.waiting.shift()!;
    s.underWay += 1;
    s.most = Math.max(s.most, s.underWay);
    act.request = next.request;
    act.sendAfter(SERVICE_NS, act.vp, later.later, act.self, next.cookie, next.bad ? 1 : 0);
  }
}

const driver = component<DriverState>({
  name: 'driver', title: 'Driver', about: 'test', place: 'guest-kernel', sources: ['ours'], initial: () => ({ asked: [], waiting: [], underWay: 0, most: 0, written: {} }),
  on: {
    [gkernel.initDriver.name]: (_s, _h, act) => act.send(block.info, act.find('alpha/fs'), given.sectors, given.depth, given.most),
    [block.read.name]: (s, h, act) => take(s, h, act, 'read'),
    [block.write.name]: (s, h, act) => take(s, h, act, 'write'),
    [block.readMany.name]: (s, h, act) => take(s, h, act, 'readMany'),
    [block.writeMany.name]: (s, h, act) => take(s, h, act, 'writeMany'),
    [later.later.name]: (s, h, act) => {
      s.underWay -= 1;
      act.send(block.done, act.find('alpha/fs'), h.a0, h.a1);
      serve(s, act);
    },
  },
});

const shortKernel = component<object>({
  name: 'short-guest-kernel', title: 'Kernel', about: 'test', place: 'guest-kernel', sources: ['ours'], initial: () => ({}), on: { 'cpu.hltDoneGuest': () => {}, [gkernel.driverReady.name]: () => {} },
});

const remote = component<object>({ name: 'remote', title: 'Remote', about: 'test', place: 'remote', sources: ['ours'], initial: () => ({}), on: {} });

export interface Load {
  readonly op?: 'read' | 'write';
  readonly lba?: number;
  readonly sectors?: number;
  readonly count?: number;
  readonly perSecond?: number;
  readonly depth?: number;
  readonly pattern?: 0 | 1 | 2;
}

export interface Rig {
  readonly w: World;
  inject(load: Load): void;
  stop(): void;
  /** Runs for so many nanoseconds, or to the end. */
  run(ns?: number): void;
  load(): LoadState;
  driver(): DriverState;
}

export function rig(config: DriverConfig, found = true): Rig {
  given = config;
  const w = world([loadType, fs, driver, shortKernel, shortScheduler, remote], { rootVps: 1, seed: 1 });
  const { partition, vp } = w.guest('alpha');
  w.add('short-scheduler', 'hypervisor/scheduler');
  const me = w.add('remote', 'remote/manager');
  const kernel = w.add('short-guest-kernel', 'alpha/kernel', partition);
  const file = w.add('fs', 'alpha/fs', partition, { pages: FS_PAGES, rawPages: FS_PAGES + 64 });
  const disk = w.add('driver', 'alpha/storvsc', partition);
  const app = w.add('load', 'alpha/load', partition, { pages: LOAD });
  w.poke(kernel, gkernel.initDriver, file, [], vp);
  if (found) w.poke(kernel, gkernel.initDriver, disk, [], vp);
  w.run();
  return {
    w,
    inject: ({ op = 'read', lba = 0, sectors = 8, count = 1, perSecond = 0, depth = 1, pattern = 0 }) =>
      w.poke(me, ask.inject, app, [lba, sectors, count, perSecond, depth, (op === 'write' ? 1 : 0) | (pattern << 1)], vp),
    stop: () => w.poke(me, ask.stopLoad, app, [], vp),
    run: (ns) => void w.kernel.run({ toHop: w.kernel.m.n + 60_000, toTime: ns === undefined ? Number.MAX_SAFE_INTEGER : w.kernel.m.now + ns }),
    load: () => w.state<LoadState>(app),
    driver: () => w.state<DriverState>(disk),
  };
}
