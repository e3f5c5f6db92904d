/** Machines without history, for comparison: the same handlers without log and keyframes, and the queue alone under load. */
import { server2008 } from '../sim/costs.ts';
import { hop, type HopKind } from '../sim/hop-kinds.ts';
import { component, type ComponentType } from '../sim/component.ts';
import { Kernel, newBlock, type Stop } from '../sim/kernel.ts';
import { addComponent, createMachine } from '../sim/machine.ts';
import { createQueue, pop, push } from '../sim/queue.ts';
import { NEVER } from '../sim/processors.ts';

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

const tick: HopKind = {
  ...hop({
    title: 'tick', family: 'device', crossing: 'hardware-wire', args: ['zero'], cost: 'none', status: 'documented', sources: ['ours'],
    sentence: () => ({ actor: 'Clock', act: 'ticks', object: '', because: 'the queue is measured' }),
  }),
  name: 'hold.tick',
  code: 0,
};

const clock: ComponentType = component<Record<string, never>>({
  name: 'clock', title: 'Clock', about: 'Sends itself one hop for every hop: as many are always pending.', place: 'hardware', sources: ['ours'],
  initial: () => ({}),
  on: { 'hold.tick': (_, __, act) => act.sendAfter(1 + (act.random() & 0xffff), -1, tick, act.self) },
});

/** The same load on the queue by itself, without hops: takes the first and puts it back, `holds` times. */
export function holdQueue(pending: number): (holds: number) => void {
  const queue = createQueue(pending);
  let x = 5;
  const transit = (): number => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
    return 1 + (x >>> 16);
  };
  let sequence = 0;
  const put = (slot: number, at: number): void => {
    queue.times[slot] = at;
    queue.sequence[slot] = sequence++;
    push(queue, slot);
  };
  for (let slot = 0; slot < pending; slot++) put(slot, transit());
  return (holds) => {
    for (let i = 0; i < holds; i++) {
      const slot = pop(queue);
      put(slot, queue.times[slot]! + transit());
    }
  };
}

/** The hold model: `pending` hops under way for ever, each arriving up to 65536 ns later. */
export function holdModel(pending: number): Kernel {
  const m = createMachine({ memoryPages: 512, logicalProcessors: 1, seed: 5 });
  const kernel = new Kernel(m, [clock], [tick], server2008, () => null);
  addComponent(m, [clock], 'clock', 'hardware/clock', 0, {});
  kernel.act.beginIntent(0);
  for (let i = 0; i < pending; i++) kernel.act.sendAfter(1 + (kernel.act.random() & 0xffff), -1, tick, 0);
  kernel.act.depart();
  return kernel;
}
