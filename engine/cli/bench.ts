/**
 * `bench`: the bars of the engine, each beside a peer or a limit measured in the same run. Speeds are medians of several runs;
 * beside each stands its ratio to a loop of integer arithmetic, so that two machines can be compared.
 */
import FlatQueue from 'flatqueue';
import { createLab, holdModel, holdQueue, intend, nextDraw, rowKeeper, runBare, type Lab, type Scenario } from '../index.ts';
import { helpText, readArgs, shown, UsageError, type Options } from './args.ts';
import type { ImageFile } from './image-file.ts';
import { imagesOf, machineOf, MachineError, scenarioFrom, type Machine } from './machine.ts';
import { median, quantile, tableText, thousands, type Line } from './table.ts';

const options: Options = {
  hops: { value: 'N', says: 'hops of the long run (usual: 1000000)' },
  runs: { value: 'N', says: 'runs of each measurement (usual: 5)' },
  json: { says: 'print JSON' },
  help: { says: 'print this' },
};

export const benchHelp = helpText('bench [options]', 'Measures the engine and prints a table: hops per second with history, queue, memory, seeks.', options);

const SHORT = 200_000;

const ms = (): number => performance.now();

/** Millions of integer operations per second: the yardstick of this machine at this moment. */
function calibrate(): number {
  const count = 20_000_000;
  const begun = ms();
  let x = 1;
  for (let i = 0; i < count; i++) x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + i;
  const speed = count / (ms() - begun) / 1000;
  return x === 0 ? 0 : speed;
}

interface Speed {
  readonly hopsPerSecond: number;
  readonly perCalibration: number;
}

/** The first run is for the compiler. */
function measure(runs: number, once: () => { readonly hops: number; readonly ms: number }): Speed {
  const speeds: number[] = [];
  const ratios: number[] = [];
  once();
  for (let i = 0; i < runs; i++) {
    const yard = calibrate();
    const { hops, ms: took } = once();
    speeds.push((hops / took) * 1000);
    ratios.push(hops / took / yard / 1000);
  }
  return { hopsPerSecond: median(speeds), perCalibration: median(ratios) };
}

const speedText = (s: Speed): string => `${thousands(s.hopsPerSecond)} hops/s`;
const ratioText = (s: Speed): string => `${(s.perCalibration * 1000).toFixed(2)} hops per 1000 calibration steps`;

interface Load {
  readonly name: string;
  readonly intent: { readonly do: 'read-sectors'; readonly guest: string; readonly lba: number; readonly sectors: number; readonly count: number; readonly depth: number };
}

const reads = { do: 'read-sectors', lba: 0, sectors: 8, count: 500 } as const;
const loads: readonly Load[] = [
  { name: 'synthetic, depth 1', intent: { ...reads, guest: 'alpha', depth: 1 } },
  { name: 'synthetic, depth 16', intent: { ...reads, guest: 'alpha', depth: 16 } },
  { name: 'PIO', intent: { ...reads, guest: 'beta', depth: 1 } },
];

const { scenario: usual, folder: here } = scenarioFrom(undefined);
const images = readOnce(imagesOf(usual, here));

/** Every part of an image is read from its file once: reading a file is not what is measured. */
function readOnce(open: (hash: string) => ImageFile): (hash: string) => ImageFile {
  const parts = new Map<string, Uint8Array>();
  return (hash) => {
    const { bytes, read } = open(hash);
    const again = (offset: number, length: number): Uint8Array => {
      const key = `${hash} ${offset} ${length}`;
      const part = parts.get(key) ?? read(offset, length);
      parts.set(key, part);
      return part;
    };
    return { bytes, read: again };
  };
}

function freshMachine(up = true): Machine {
  return machineOf({ ...usual, steps: [] }, here, { images, up });
}

/** Asks again whenever nothing moves, until the machine has made so many hops more. */
function keepBusy({ lab, fed }: Machine, hops: number, intents: readonly object[], advance: (lab: Lab, hops: number) => void): void {
  const last = lab.status().n + hops;
  while (lab.status().n < last) {
    const before = lab.status().n;
    if (lab.status().next === null) for (const intent of intents) fed(() => lab.intend(intent));
    fed(() => advance(lab, Math.min(20_000, last - before)));
    const { n, failure, why } = lab.status();
    if (n === before) throw new MachineError(failure ?? `The load does not run: ${why}`);
  }
}

const byAdvance = (lab: Lab, hops: number): void => void lab.advance({ hops });

function withHistory(load: Load, runs: number): Speed {
  return measure(runs, () => {
    const machine = freshMachine();
    keepBusy(machine, 20_000, [load.intent], byAdvance);
    const begun = ms();
    keepBusy(machine, SHORT, [load.intent], byAdvance);
    return { hops: SHORT, ms: ms() - begun };
  });
}

/** The same handlers, no history: everything on one small block. The images have been read by the run before. */
function withoutHistory(load: Load, runs: number): Speed {
  return measure(runs, () => {
    const machine = freshMachine();
    keepBusy(machine, 20_000, [load.intent], byAdvance);
    const { kernel } = machine.lab.run;
    const last = kernel.m.n + SHORT;
    const begun = ms();
    while (kernel.m.n < last) {
      if (runBare(kernel, last) === 'idle') intend(kernel, load.intent);
    }
    return { hops: SHORT, ms: ms() - begun };
  });
}

/** Most of what brings a machine up runs a few times in each bring-up: the compiler needs hundreds of them to have seen it all. */
const WARM_UPS = 600;

interface Effort {
  hops: number;
  ms: number;
}

function bringOneUp(effort: Effort): Effort {
  const machine = freshMachine(false);
  const begun = ms();
  machine.fed(() => machine.lab.bringUp());
  effort.ms += ms() - begun;
  effort.hops += machine.lab.status().n;
  return effort;
}

function bringUp(runs: number): Speed {
  const warm: Effort = { hops: 0, ms: 0 };
  for (let i = 0; i < WARM_UPS; i++) bringOneUp(warm);
  return measure(runs, () => {
    const all: Effort = { hops: 0, ms: 0 };
    while (all.ms < 200) bringOneUp(all);
    return all;
  });
}

/** What somebody waits for who starts the command line: nothing has been compiled yet. */
function firstLine(): Line {
  const { hops, ms: took } = bringOneUp({ hops: 0, ms: 0 });
  return { what: 'bring-up, the first of a process', value: `${took.toFixed(0)} ms`, beside: `${thousands(hops)} hops; the images are read meanwhile`, bar: '' };
}

/** Exponential transits with a mean of 100 000 ns, as whole numbers of equal probability: the hold model of the literature. */
const transits = Int32Array.from({ length: 1 << 14 }, (_, i) => 1 + Math.floor(-Math.log((i + 0.5) / (1 << 14)) * 100_000));

function holdThroughLab(pending: number, runs: number): Speed {
  return measure(runs, () => {
    const lab = createLab({ build: () => holdModel(transits) });
    lab.bringUp();
    lab.intend({ pending });
    lab.advance({ hops: 50_000 });
    const begun = ms();
    for (let i = 0; i < 20; i++) lab.advance({ hops: BATCH });
    return { hops: 400_000, ms: ms() - begun };
  });
}

function holdAlone(pending: number, runs: number): Speed {
  return measure(runs, () => {
    const hold = holdQueue(pending, transits);
    hold(50_000);
    const begun = ms();
    hold(400_000);
    return { hops: 400_000, ms: ms() - begun };
  });
}

/** Hops of one call of `advance`. */
const BATCH = 20_000;

/** `keeper` makes what a hop costs beside its place in the queue. */
function holdInFlatQueue(pending: number, runs: number, keeper: () => (now: number) => void): Speed {
  return measure(runs, () => {
    const queue = new FlatQueue<number>();
    const keep = keeper();
    let x = 5;
    const next = (): number => transits[(x = nextDraw(x)) >>> 18]!;
    for (let i = 0; i < pending; i++) queue.push(i, next());
    const hold = (count: number): void => {
      for (let i = 0; i < count; i++) {
        const now = queue.peekValue() ?? 0;
        keep(now);
        queue.push(queue.pop() ?? 0, now + next());
      }
    };
    hold(50_000);
    const begun = ms();
    hold(400_000);
    return { hops: 400_000, ms: ms() - begun };
  });
}

const nothing = (): void => {};

function queueLines(runs: number): Line[] {
  return [1000, 10_000].map((pending) => {
    const ours = holdThroughLab(pending, runs);
    const alone = holdAlone(pending, runs);
    const peer = holdInFlatQueue(pending, runs, () => nothing);
    const peerWithRows = holdInFlatQueue(pending, runs, () => rowKeeper(BATCH));
    return {
      what: `queue, ${thousands(pending)} pending, through advance`,
      value: `${speedText(ours)} (${(ours.perCalibration / peer.perCalibration).toFixed(2)} of flatqueue)`,
      beside: `flatqueue alone ${thousands(peer.hopsPerSecond)}/s; flatqueue and the same rows kept and copied out ${thousands(peerWithRows.hopsPerSecond)}/s (${(ours.perCalibration / peerWithRows.perCalibration).toFixed(2)}); this queue alone ${thousands(alone.hopsPerSecond)}/s (${(alone.perCalibration / peer.perCalibration).toFixed(2)})`,
      bar: 'above 1.00',
    };
  });
}

function speedLines(runs: number): Line[] {
  const lines = loads.map((load): Line => {
    const bare = withoutHistory(load, runs);
    const full = withHistory(load, runs);
    return {
      what: `${load.name}, with history`, value: speedText(full), bar: '500 000 hops/s',
      beside: `${ratioText(full)}; without log and keyframes ${speedText(bare)} (${(full.perCalibration / bare.perCalibration).toFixed(2)})`,
    };
  });
  const up = bringUp(runs);
  const mapped = usual.guests.reduce((sum, { memoryMb }) => sum + memoryMb, 0);
  return [...lines, { what: 'bring-up, with history', value: speedText(up), bar: '500 000 hops/s', beside: `${ratioText(up)}; ${mapped} MB of guest memory are mapped page by page; after ${WARM_UPS} of them` }];
}

/** As many guests, enlightened and legacy in turn, each reading 8 sectors at a time without end; all on one physical disk. */
function busyGuests(count: number, runs: number): Speed {
  const names = Array.from({ length: count }, (_, i) => `g${i + 1}`);
  const guests = names.map((name, i) => ({ ...usual.guests[i % 2]!, name, title: name.toUpperCase(), memoryMb: 64 }));
  const start: Scenario['start'] = [{ do: 'boot-root' }, ...names.map((name) => ({ do: 'start-vm', name }) as const)];
  return measure(runs, () => {
    const machine = machineOf({ ...usual, guests, steps: [], start }, here, { images, spares: false });
    for (const guest of names) machine.fed(() => machine.lab.intend({ do: 'inject', guest, op: 'read', lba: 0, sectors: 8, count: 0, depth: 1 }));
    keepBusy(machine, 20_000, [], byAdvance);
    const begun = ms();
    keepBusy(machine, SHORT, [], byAdvance);
    return { hops: SHORT, ms: ms() - begun };
  });
}

function guestLines(runs: number): Line[] {
  const [two, eight] = [busyGuests(2, runs), busyGuests(8, runs)];
  const ratio = eight.perCalibration / two.perCalibration;
  return [{ what: 'eight busy guests', value: `${speedText(eight)} (${ratio.toFixed(2)} of two)`, beside: `two busy guests ${speedText(two)}`, bar: 'above 0.80' }];
}

const mb = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** What the process holds when the collector has run (it runs by itself when node was not started with --expose-gc). */
function held(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return heapUsed + Math.max(arrayBuffers, external);
}

function longLines(hops: number): Line[] {
  const before = held();
  const machine = freshMachine();
  const { lab, fed } = machine;
  const begun = ms();
  keepBusy(machine, hops, [loads[0]!.intent, loads[2]!.intent], byAdvance);
  const took = ms() - begun;
  const { rows, keyframes } = lab.memory();
  const all = held() - before;
  const { n } = lab.status();
  const print = fed(() => lab.fingerprint());
  const seeks: number[] = [];
  let x = 17;
  for (let i = 0; i < 60; i++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
    const to = 1 + ((x >>> 4) % n);
    const from = ms();
    fed(() => lab.seek(to));
    seeks.push(ms() - from);
  }
  fed(() => lab.seek(n));
  const same = fed(() => lab.fingerprint()) === print;
  return [
    { what: `two guests, ${thousands(hops)} hops`, value: `${thousands((hops / took) * 1000)} hops/s`, beside: '', bar: '' },
    { what: 'a row of the log', value: '64 bytes', beside: `${mb(rows)} for ${thousands(n)} hops`, bar: 'at most 64 bytes' },
    { what: 'keyframes', value: mb(keyframes), beside: 'machine included, shared pages once', bar: 'at most 64 MB' },
    { what: 'everything', value: mb(all), beside: 'grown heap and buffers', bar: 'at most 150 MB' },
    { what: 'seek, p50 / p95 / worst', value: [0.5, 0.95, 1].map((q) => `${quantile(seeks, q).toFixed(1)} ms`).join(' / '), beside: '60 places', bar: 'at most 100 ms' },
    { what: 'fingerprint after seeks', value: same ? 'the same' : 'ANOTHER', beside: print, bar: 'the same' },
  ];
}

export function bench(argv: readonly string[], print: (text: string) => void): void {
  const args = readArgs(argv, options);
  if (args.on('help')) {
    print(benchHelp);
    return;
  }
  if (args.words.length > 0) throw new UsageError(`bench takes options only, not ${shown(args.words[0]!)}.`);
  const runs = args.count('runs', 5, 1);
  const lines = [firstLine(), ...longLines(args.count('hops', 1_000_000, 1)), ...speedLines(runs), ...guestLines(runs), ...queueLines(runs)];
  if (args.on('json')) {
    print(`${JSON.stringify({ node: process.version, calibration: calibrate(), lines })}\n`);
    return;
  }
  print(tableText(`measured (median of ${runs})`, lines));
}
