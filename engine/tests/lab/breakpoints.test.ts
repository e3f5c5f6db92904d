import { describe, expect, it } from 'vitest';
import { ConditionError, type Condition } from '../../lab/conditions.ts';
import { counterAt } from '../../lab/counters.ts';
import type { Lab } from '../../lab/lab.ts';
import { channelViews } from '../../lab/project.ts';
import { fed, realLab } from './real.ts';

/** Runs on in portions until a breakpoint is met; its index, or -1 at rest. */
function go(lab: Lab, stopAt: readonly Condition[], portion = 10_000): number {
  for (;;) {
    const { rows, hit } = fed(lab, () => lab.advance({ hops: portion, stopAt }));
    if (hit >= 0) return hit;
    if (rows.byteLength === 0) return -1;
  }
}

/** All hops at which the run stops, with the index of what was met. */
function stops(stopAt: readonly Condition[], portion?: number): readonly string[] {
  const lab = realLab();
  const out: string[] = [];
  for (let hit = go(lab, stopAt, portion); hit >= 0; hit = go(lab, stopAt, portion)) out.push(`${lab.status().n} ${hit}`);
  return out;
}

describe('breakpoints', () => {
  it('[BREAK-1] a run stops at every hop that meets one, whatever portions it is asked for', () => {
    const stopAt: readonly Condition[] = [{ kind: 'vmbus.ringWriteGuest' }, { crossing: 'guest-exit', guest: 'beta' }, { milestone: 'device-done' }, { ended: 'file' }, { component: 'alpha/reader' }];
    const all = realLab();
    const expected: string[] = [];
    const reader = all.run.kernel.m.components.paths.indexOf('alpha/reader');
    const beta = all.view().partitions.find((p) => p.path === 'beta')!.index;
    all.onHop((hop) => {
      const kind = all.kinds[hop.kind]!;
      const met = [kind.name === 'vmbus.ringWriteGuest', kind.crossing === 'guest-exit' && hop.behalf === beta, kind.milestone === 'device-done', kind.ends === 'file', hop.from === reader || hop.to === reader];
      if (met.includes(true)) expected.push(`${hop.n} ${met.indexOf(true)}`);
    });
    while (fed(all, () => all.advance({ hops: 100_000 })).rows.byteLength > 0);
    expect(expected.length).toBeGreaterThan(60);
    expect(new Set(expected.map((line) => line.split(' ')[1])).size).toBe(5);
    expect(stops(stopAt)).toEqual(expected);
    expect(stops(stopAt, 7)).toEqual(expected);
  });

  it('[BREAK-1] what is behind a stop is as if nobody had stopped', () => {
    const lab = realLab();
    while (go(lab, [{ crossing: 'root-exit' }]) >= 0);
    const straight = realLab();
    while (fed(straight, () => straight.advance({ hops: 100_000 })).rows.byteLength > 0);
    expect(fed(lab, () => lab.fingerprint())).toBe(fed(straight, () => straight.fingerprint()));
  });

  it('[BREAK-1] a hop, a time and a figure are met once, where they are come to', () => {
    const lab = realLab();
    const { start, startTime } = lab.status();
    const stopAt: readonly Condition[] = [{ hop: 40 }, { time: 300_000 }, { counter: 'exits', guest: 'alpha', atLeast: 10 }];
    const seen: number[] = [];
    for (let hit = go(lab, stopAt, 33); hit >= 0; hit = go(lab, stopAt, 33)) {
      seen.push(hit);
      const { n, now } = lab.status();
      const alpha = lab.view().partitions.find((p) => p.path === 'alpha')!.index;
      if (hit === 0) expect(n).toBe(start + 40);
      if (hit === 1) expect([now >= startTime + 300_000, lab.timeOf(n - 1) < startTime + 300_000]).toEqual([true, true]);
      if (hit === 2) expect([counterAt(lab.run, start, n, alpha, 'exits'), counterAt(lab.run, start, n - 1, alpha, 'exits')]).toEqual([10, 9]);
    }
    expect(seen.sort((a, b) => a - b)).toEqual([0, 1, 2]);
    // Gone back, they are met again.
    lab.seek(start);
    expect(go(lab, [{ n: start + 40 }])).toBe(0);
  });

  it('[BREAK-1] a ring stops the run when it comes to hold as much, not while it goes on to', () => {
    const lab = realLab({ steps: [] });
    fed(lab, () => lab.intend({ do: 'read-sectors', guest: 'alpha', lba: 0, sectors: 8, count: 16, depth: 8 }));
    const used = (): number => {
      const { size, write, read } = channelViews(lab.run.kernel)[0]!.toRoot;
      return (write - read + size) % size;
    };
    const stopAt: readonly Condition[] = [{ ring: 'to-root', guest: 'alpha', holds: 300 }, { ring: 'to-root', guest: 'alpha', holds: 'empty' }];
    const met: number[] = [];
    for (let hit = go(lab, stopAt, 500); hit >= 0; hit = go(lab, stopAt, 500)) {
      met.push(hit);
      expect(hit === 0 ? used() >= 300 : used() === 0).toBe(true);
    }
    expect(met).toContain(0);
    expect(met).toContain(1);
    // Full twice in a row is impossible: it must have ceased to hold between.
    expect(met.filter((hit, i) => hit === 0 && met[i - 1] === 0 && met[i + 1] === 0).length).toBeLessThan(met.length / 2);
  });

  it('[BREAK-2] a guest and a request may be yet to come', () => {
    const lab = realLab();
    const { start } = lab.status();
    expect(lab.faultsOf([{ crossing: 'guest-exit', guest: 'gamma' }, { request: start + 2000 }])).toEqual(['', '']);
    expect(go(lab, [{ crossing: 'guest-exit', guest: 'gamma' }])).toBe(-1);
    lab.seek(start);
    const first = lab.requests(start + 1, lab.known()).find((r) => r.level === 'file')!;
    expect(first.ended).toBeGreaterThan(first.id);
    expect(go(lab, [{ request: first.id }])).toBe(0);
    expect(lab.status().n).toBe(first.ended);
  });

  it('[BREAK-2] what can never mean anything is refused, and nothing moves', () => {
    const lab = realLab();
    const { n } = lab.status();
    expect(lab.faultsOf([{ kind: 'vmbus.ringWriteGest' }, { idle: true }, 7])).toEqual([expect.stringMatching(/did you mean vmbus\.ringWriteGuest\?/), '', expect.stringMatching(/is an object/)]);
    expect(() => lab.advance({ hops: 10, stopAt: [{ colour: 'red' }] })).toThrow(ConditionError);
    expect(lab.status().n).toBe(n);
  });
});
