import { describe, expect, it } from 'vitest';
import { component } from '../sim/component.ts';
import { defineHops, hop } from '../sim/hop-kinds.ts';
import { FLAG_FORCED_EXIT, FLAG_VP_SWITCH } from '../sim/rows.ts';
import { world } from './world.ts';

const say = () => ({ actor: 'a', act: 'does', object: 'b', because: 'of the test' });
const P = defineHops('proc', {
  burn: hop({ title: 'burn', family: 'call', crossing: 'guest-call', args: ['left'], cost: 'call', status: 'derived', sources: ['ours'], sentence: say }),
  alarm: hop({ title: 'alarm', family: 'interrupt', crossing: 'hardware-interrupt', args: [], cost: 'inside', status: 'derived', sources: ['ours'], sentence: say }),
  ring: hop({ title: 'ring', family: 'device', crossing: 'hardware-wire', args: [], cost: 'none', status: 'derived', sources: ['ours'], sentence: say }),
  hit: hop({ title: 'hit', family: 'interrupt', crossing: 'root-inject', args: [], cost: 'inject', status: 'derived', sources: ['ours'], sentence: say }),
});
const burner = component<{ done: number }>({
  name: 'burner', title: 'Burner', about: 'test', place: 'guest-kernel', sources: ['ours'],
  initial: () => ({ done: 0 }),
  on: {
    'proc.burn': (s, h, act) => {
      s.done++;
      if (h.a0 > 0) act.send(P.burn, act.self, h.a0 - 1);
    },
  },
});
const root = component<{ hits: number[] }>({
  name: 'rootling', title: 'Root', about: 'test', place: 'root-kernel', sources: ['ours'],
  initial: () => ({ hits: [] }),
  on: { 'proc.hit': (s, _h, act) => void s.hits.push(act.now) },
});
const hv = component<Record<string, never>>({
  name: 'hv', title: 'HV', about: 'test', place: 'hypervisor', sources: ['ours'],
  initial: () => ({}),
  on: { 'proc.alarm': (_s, _h, act) => act.send(P.hit, act.find('root/r')) },
});
const device = component<Record<string, never>>({
  name: 'device', title: 'Device', about: 'test', place: 'hardware', sources: ['ours'],
  initial: () => ({}),
  on: { 'proc.ring': (_s, _h, act) => act.sendAfter(0, 0, P.alarm, act.find('hypervisor/hv')) },
});
const types = [burner, root, hv, device];

function busy(weights: readonly number[]) {
  const w = world(types, { rootVps: 1 });
  const burners = weights.map((weight, i) => {
    const { partition, vp } = w.guest(`g${i}`);
    w.kernel.m.processors.weight[vp] = weight;
    const b = w.add('burner', `g${i}/burner`, partition);
    w.poke(b, P.burn, b, [10_000_000], vp);
    return { b, vp };
  });
  return { w, burners };
}

describe('processors', () => {
  it('[SCHED-1] a VP without a logical processor waits, and one with a processor keeps it for a while', () => {
    const { w, burners } = busy([100, 100]);
    w.run(1000);
    const p = w.kernel.m.processors;
    expect(p.readyCount).toBe(1);
    expect(burners.filter(({ vp }) => p.lp[vp]! >= 0).length).toBe(1);
    expect(w.hops().filter((h) => (h.flags & FLAG_VP_SWITCH) !== 0).length).toBeLessThan(5);
  });
  it('[SCHED-2] busy VPs on one processor get time by their weights', () => {
    const { w, burners } = busy([100, 200, 700]);
    w.kernel.log.capacity = 1 << 16;
    for (let i = 0; i < 12; i++) {
      w.run(60_000);
      w.kernel.log.first = w.kernel.m.n + 1;
    }
    const done = burners.map(({ b }) => w.state<{ done: number }>(b).done);
    const all = done.reduce((a, b) => a + b);
    expect(done.map((d) => Math.round((d / all) * 10))).toEqual([1, 2, 7]);
  });
  it('[SCHED-3] an interrupt for the root takes its processor from a busy guest at once, by an exit that is counted', () => {
    const { w } = busy([100]);
    const r = w.add('rootling', 'root/r', 1);
    w.add('hv', 'hypervisor/hv');
    const d = w.add('device', 'hardware/d');
    w.run(20_000);
    const at = w.kernel.m.now;
    w.poke(d, P.ring, d);
    w.run(10);
    const hit = w.state<{ hits: number[] }>(r).hits[0]!;
    expect(hit - at).toBeLessThan(5000);
    const alarm = w.hops().find((h) => h.kind === P.alarm.code)!;
    expect([alarm.flags & FLAG_FORCED_EXIT, alarm.flags & FLAG_VP_SWITCH]).toEqual([FLAG_FORCED_EXIT, FLAG_VP_SWITCH]);
  });
  it('[SCHED-3] a VP with more to do whose time is up is forced out, and that exit is counted', () => {
    const { w } = busy([100, 100]);
    w.run(100_000);
    const changes = w.hops().filter((h) => (h.flags & FLAG_VP_SWITCH) !== 0);
    expect(changes.length).toBeGreaterThan(1);
    // Both always have more to do, so every change but the first one took the processor from somebody.
    expect(changes.slice(1).every((h) => (h.flags & FLAG_FORCED_EXIT) !== 0)).toBe(true);
  });
  it('[SCHED-3] an interrupt that finds its processor idle forces nobody out', () => {
    const w = world(types, { rootVps: 1 });
    w.add('rootling', 'root/r', 1);
    w.add('hv', 'hypervisor/hv');
    const d = w.add('device', 'hardware/d');
    w.poke(d, P.ring, d);
    w.run(10);
    expect(w.hops().map((h) => h.kind)).toContain(P.hit.code);
    expect(w.hops().filter((h) => (h.flags & FLAG_FORCED_EXIT) !== 0)).toEqual([]);
  });
});
