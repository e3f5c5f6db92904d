/** Machines without history, for comparison: the same handlers without log and keyframes, and the queue alone under load. */
import type { Act } from '../sim/act.ts';
import { server2008 } from '../sim/profiles.ts';
import { hop, type HopKind } from '../sim/hop-kinds.ts';
import { component, type ComponentType } from '../sim/component.ts';
import { Kernel, newBlock, type LogBlock, type Stop } from '../sim/kernel.ts';
import { addComponent, createMachine } from '../sim/machine.ts';
import { createQueue, pop, push } from '../sim/queue.ts';
import { NEVER } from '../sim/processors.ts';
import { ROW_WORDS } from '../sim/rows.ts';
import { STRETCH } from './history.ts';

const ROOM = 1024;

/** Runs a kernel on one small block of rows, written over again and again; the chunks it needs must be there. */
export function runBare(kernel: Kernel, toHop: number): Stop {
  kernel.log = newBlock(kernel.m.n + 1, ROOM);
  for (;;) {
    const stop = kernel.run({ toHop, toTime: NEVER });
    if (stop !== 'block') return stop;
    kernel.log.first = kernel.m.n + 1;
  }
}

/** What takes its place in the queue: transits in ns, 2^14 of them, drawn in a fixed order. */
export type Transits = Int32Array;

export function nextDraw(x: number): number {
  return (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
}

const tick: HopKind = {
  ...hop({
    title: 'tick', family: 'device', crossing: 'hardware-wire', args: ['zero'], cost: 'none', status: 'documented', sources: ['ours'],
    sentence: () => ({ actor: 'Clock', act: 'ticks', object: '', because: 'the queue is measured' }),
  }),
  name: 'hold.tick',
  code: 0,
};

interface ClockState {
  x: number;
  transits: Transits;
}

const clock: ComponentType = component<ClockState>({
  name: 'clock', title: 'Clock', about: 'Sends itself one hop for every hop: as many are always pending.', place: 'hardware', sources: ['ours'],
  initial: (config) => ({ x: 5, transits: config as Transits }),
  on: { 'hold.tick': (self, _, act) => send(self, act) },
  intend: (self, intent, act) => {
    for (let i = 0; i < (intent as { pending: number }).pending; i++) send(self, act);
  },
});

function send(self: ClockState, act: Act): void {
  self.x = nextDraw(self.x);
  act.sendAfter(self.transits[self.x >>> 18]!, -1, tick, act.self);
}

/** The same load on the queue by itself, without hops: takes the first and puts it back, `holds` times. */
export function holdQueue(pending: number, transits: Transits): (holds: number) => void {
  const queue = createQueue(pending);
  let x = 5;
  const transit = (): number => transits[(x = nextDraw(x)) >>> 18]!;
  let sequence = 0;
  const put = (slot: number, at: number): void => {
    queue.clock[slot << 3] = at;
    queue.sequence[slot] = sequence++;
    push(queue, slot);
  };
  for (let slot = 0; slot < pending; slot++) put(slot, transit());
  return (holds) => {
    for (let i = 0; i < holds; i++) {
      const slot = pop(queue);
      put(slot, queue.clock[slot << 3]! + transit());
    }
  };
}

/** The hold model: once it has been asked for `{ pending }`, as many hops are under way for ever. The clock stands where intents arrive. */
export function holdModel(transits: Transits): Kernel {
  const m = createMachine({ memoryPages: 512, logicalProcessors: 1, seed: 5 });
  addComponent(m, [clock], 'clock', 'remote/manager', 0, transits);
  return new Kernel(m, [clock], [tick], server2008, () => null);
}

/**
 * What a log costs whoever keeps one, for a queue that keeps none: a row of as many bytes for every hop, in blocks as a branch has
 * them, and every `batch` rows copied out as `advance` answers them. Nothing is drawn from the rows.
 */
export function rowKeeper(batch: number): (now: number) => void {
  const blocks: LogBlock[] = [];
  let block = newBlock(0, 0);
  let n = 0;
  return (now) => {
    if (n % STRETCH === 0) blocks.push((block = newBlock(n, STRETCH)));
    const { words, times } = block;
    fillRow(words, times, (n - block.first) * ROW_WORDS, now, n);
    n++;
    if (n % batch === 0) copyOut(blocks, n - batch, n);
  };
}

/** Word by word, as the kernel does: a loop over them takes three times as long. */
function fillRow(words: Int32Array, times: Float64Array, at: number, now: number, n: number): void {
  times[at >>> 1] = now;
  words[at + 2] = n;
  words[at + 3] = n;
  words[at + 4] = n;
  words[at + 5] = n;
  words[at + 6] = n;
  words[at + 7] = n;
  words[at + 8] = n;
  words[at + 9] = n;
  words[at + 10] = n;
  words[at + 11] = n;
  words[at + 12] = n;
  words[at + 13] = n;
  words[at + 14] = n;
  words[at + 15] = n;
}

function copyOut(blocks: readonly LogBlock[], from: number, to: number): Int32Array {
  const out = new Int32Array((to - from) * ROW_WORDS);
  for (let n = from; n < to; ) {
    const { words, first } = blocks[Math.floor(n / STRETCH)]!;
    const end = Math.min(to, first + STRETCH);
    out.set(words.subarray((n - first) * ROW_WORDS, (end - first) * ROW_WORDS), (n - from) * ROW_WORDS);
    n = end;
  }
  return out;
}
