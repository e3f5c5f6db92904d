import { describe, expect, it } from 'vitest';
import { component } from '../sim/component.ts';
import { defineHops, hop } from '../sim/hop-kinds.ts';
import { IN_EXIT } from '../sim/processors.ts';
import { world } from './world.ts';

const say = () => ({ actor: 'a', act: 'does', object: 'b', because: 'of the test' });
const T = defineHops('test', {
  ask: hop({ title: 'ask', family: 'call', crossing: 'root-call', args: ['left'], cost: 'call', status: 'documented', sources: ['ours'], sentence: say }),
  urgent: hop({ title: 'urgent', family: 'call', crossing: 'root-call', args: [], cost: 'isr', level: 'isr', status: 'documented', sources: ['ours'], sentence: say }),
  leave: hop({ title: 'leave', family: 'exit', crossing: 'root-exit', args: [], cost: 'exit', status: 'documented', sources: ['ours'], sentence: say }),
  back: hop({ title: 'back', family: 'entry', crossing: 'root-entry', args: [], cost: 'entry', status: 'documented', sources: ['ours'], sentence: say }),
  push: hop({ title: 'push', family: 'interrupt', crossing: 'root-inject', args: [], cost: 'inject', status: 'documented', sources: ['ours'], sentence: say }),
  tick: hop({ title: 'tick', family: 'device', crossing: 'hardware-wire', args: ['left'], cost: 'none', status: 'documented', sources: ['ours'], sentence: say }),
  alarm: hop({ title: 'alarm', family: 'interrupt', crossing: 'hardware-interrupt', args: [], cost: 'inside', status: 'documented', sources: ['ours'], sentence: say }),
});
const driver = component<{ seen: string[] }>({
  name: 'driver', title: 'Driver', about: 'test', place: 'root-kernel', sources: ['ours'],
  initial: () => ({ seen: [] }),
  on: {
    'test.ask': (s, h, act) => {
      s.seen.push(`ask ${h.a0}`);
      if (h.a0 === 7) act.send(T.leave, act.find('hypervisor/x'));
      else if (h.a0 > 0) act.send(T.ask, act.self, h.a0 - 1);
    },
    'test.back': (s) => void s.seen.push('back'),
    'test.push': (s) => void s.seen.push('push'),
    'test.urgent': (s) => void s.seen.push('urgent'),
  },
});
const hypervisor = component<{ leaves: number }>({
  name: 'x', title: 'X', about: 'test', place: 'hypervisor', sources: ['ours'],
  initial: () => ({ leaves: 0 }),
  on: {
    'test.leave': (s, _h, act) => {
      s.leaves++;
      act.send(T.push, act.find('root/d'));
      act.send(T.back, act.find('root/d'));
    },
    'test.alarm': (_s, _h, act) => act.send(T.push, act.find('root/d')),
  },
});
const clock = component<{ ticks: number }>({
  name: 'clock', title: 'Clock', about: 'test', place: 'hardware', sources: ['ours'],
  initial: () => ({ ticks: 0 }),
  on: {
    'test.tick': (s, h, act) => {
      s.ticks++;
      if (h.a0 > 0) act.sendAfter(1 + (act.random() % 1000), -1, T.tick, act.self, h.a0 - 1);
      else act.sendAfter(0, 0, T.alarm, act.find('hypervisor/x'));
    },
  },
});

const types = [driver, hypervisor, clock];

describe('the kernel', () => {
  it('[KERNEL-1] charges a hop before it acts, and starts the next when it has acted', () => {
    const w = world(types);
    const d = w.add('driver', 'root/d', 1);
    w.poke(d, T.ask, d, [3]);
    w.run();
    expect(w.hops().map((h) => h.time)).toEqual([300, 600, 900, 1200]);
    expect(w.hops().map((h) => h.cause)).toEqual([0, 1, 2, 3]);
  });
  it('[KERNEL-2] an exit freezes the VP until it is let go on, and an interrupt injected meanwhile goes first', () => {
    const w = world(types);
    const d = w.add('driver', 'root/d', 1);
    w.add('x', 'hypervisor/x');
    w.poke(d, T.ask, d, [7]);
    w.poke(d, T.ask, d, [1]);
    w.run(2);
    expect(w.kernel.m.processors.flags[0]! & IN_EXIT).toBe(0);
    w.run();
    expect(w.state<{ seen: string[] }>(d).seen).toEqual(['ask 7', 'push', 'back', 'ask 1', 'ask 0']);
  });
  it('[KERNEL-3] more urgent work displaces what runs, which is finished later at its full cost', () => {
    const w = world(types);
    const d = w.add('driver', 'root/d', 1);
    w.add('x', 'hypervisor/x');
    const c = w.add('clock', 'hardware/c');
    w.poke(c, T.tick, c, [0]);
    w.poke(d, T.ask, d, [0]);
    w.run();
    expect(w.names()).toEqual(['test.tick', 'test.alarm', 'test.push', 'test.ask']);
    const last = w.hops().at(-1)!;
    expect(last.time).toBe(150 + 890 + 300);
  });
  it('[KERNEL-4] hops without a processor act in order of time, then of departure', () => {
    const w = world(types);
    w.add('driver', 'root/d', 1);
    w.add('x', 'hypervisor/x');
    const c = w.add('clock', 'hardware/c');
    for (let i = 0; i < 20; i++) w.poke(c, T.tick, c, [200]);
    w.run();
    const times = w.hops().map((h) => h.time);
    expect(times.length).toBeGreaterThan(4000);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });
});
