import { describe, expect, it } from 'vitest';
import { ConditionError, type Condition, type UntilCaps, type UntilReason } from '../../lab/conditions.ts';
import { counterAt } from '../../lab/counters.ts';
import type { Lab } from '../../lab/lab.ts';
import { channelViews } from '../../lab/project.ts';
import { fed, realLab } from './real.ts';

function until(lab: Lab, condition: Condition, caps?: UntilCaps): UntilReason {
  return fed(lab, () => lab.until(condition, caps)).reason;
}

const last = (lab: Lab) => lab.run.hopAt(lab.status().n);
const kindOf = (lab: Lab): string => lab.kinds[last(lab).kind]!.name;

describe('conditions on the model', () => {
  it('[UNTIL-1] stops with the very hop that meets the condition, and goes on from there to the next one', () => {
    const lab = realLab();
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) {
      expect(until(lab, { kind: 'vmbus.ringWriteGuest' })).toBe('reached');
      expect(kindOf(lab)).toBe('vmbus.ringWriteGuest');
      seen.push(lab.status().n);
    }
    const straight = realLab();
    const found: number[] = [];
    straight.onHop((hop) => {
      if (straight.kinds[hop.kind]!.name === 'vmbus.ringWriteGuest') found.push(hop.n);
    });
    fed(straight, () => straight.advance({ hops: seen[2]! - straight.status().n }));
    expect(found).toEqual(seen);
    expect(fed(lab, () => lab.fingerprint())).toBe(fed(straight, () => straight.fingerprint()));
  });

  it('[UNTIL-1] stops at a hop whose next one needs a chunk of an image, and not at a later one', () => {
    const cold = (): Lab => {
      const lab = realLab({ steps: [] });
      fed(lab, () => lab.intend({ do: 'read-sectors', guest: 'alpha', lba: 3000, sectors: 1, count: 1, depth: 1 }));
      return lab;
    };
    const waiting = cold();
    expect(waiting.advance({ hops: 100_000 }).status.state).toBe('needs');
    const { n } = waiting.status();
    const lab = cold();
    lab.advance({ hops: n - 1 - lab.status().n });
    expect(until(lab, { kind: kindOf(waiting) } as Condition)).toBe('reached');
    expect(lab.status().n).toBe(n);
  });

  it('[UNTIL-1] knows components, borders, requests, levels, milestones, times, hops and rest', () => {
    const lab = realLab();
    const { start, startTime } = lab.status();
    expect(until(lab, { component: 'alpha/storvsc' })).toBe('reached');
    expect([last(lab).from, last(lab).to]).toContain(lab.run.kernel.m.components.paths.indexOf('alpha/storvsc'));
    expect(until(lab, { crossing: 'guest-exit', guest: 'alpha' })).toBe('reached');
    expect(lab.kinds[last(lab).kind]!.crossing).toBe('guest-exit');
    expect(until(lab, { milestone: 'device-done' })).toBe('reached');
    expect(lab.kinds[last(lab).kind]!.milestone).toBe('device-done');
    expect(until(lab, { ended: 'disk' })).toBe('reached');
    const request = last(lab).request;
    lab.seek(start);
    expect(until(lab, { hop: request - lab.status().start })).toBe('reached');
    expect(lab.status().n).toBe(request);
    expect(until(lab, { request })).toBe('reached');
    expect(last(lab).request).toBe(request);
    expect(lab.kinds[last(lab).kind]!.ends).toBe('disk');
    const soon = lab.status().now - startTime + 100_000;
    expect(until(lab, { time: soon })).toBe('reached');
    expect(lab.status().now).toBeLessThanOrEqual(startTime + soon);
    expect(lab.status().next!.at).toBeGreaterThan(startTime + soon);
    expect(until(lab, { ended: 'file', guest: 'beta' })).toBe('reached');
    expect(last(lab).behalf).toBe(lab.view().partitions.find((p) => p.path === 'beta')!.index);
    expect(until(lab, { idle: true })).toBe('reached');
    expect(lab.status().state).toBe('idle');
  });

  it('[UNTIL-2] finds the hop at which a figure of the ledger has come to a value', () => {
    const lab = realLab();
    const { start } = lab.status();
    expect(until(lab, { counter: 'exits', guest: 'beta', atLeast: 25 })).toBe('reached');
    const { n } = lab.status();
    const beta = lab.view().partitions.find((p) => p.path === 'beta')!.index;
    expect(counterAt(lab.run, start, n, beta, 'exits')).toBe(25);
    expect(counterAt(lab.run, start, n - 1, beta, 'exits')).toBe(24);
  });

  it('[UNTIL-2] sees how full a ring is', () => {
    const lab = realLab({ steps: [] });
    fed(lab, () => lab.intend({ do: 'read-sectors', guest: 'alpha', lba: 0, sectors: 8, count: 16, depth: 8 }));
    expect(until(lab, { ring: 'to-root', guest: 'alpha', holds: 400 })).toBe('reached');
    const { size, write, read } = channelViews(lab.run.kernel)[0]!.toRoot;
    expect((write - read + size) % size).toBeGreaterThanOrEqual(400);
    expect(until(lab, { ring: 'to-root', guest: 'alpha', holds: 'empty' })).toBe('reached');
    const after = channelViews(lab.run.kernel)[0]!.toRoot;
    expect(after.write).toBe(after.read);
  });

  it('[UNTIL-3] says why it stopped when the condition was not met', () => {
    const lab = realLab();
    expect(until(lab, { kind: 'vhd.write' }, { hops: 50 })).toBe('hops');
    expect(until(lab, { kind: 'vhd.write' }, { time: 1_000_000 })).toBe('time');
    expect(until(lab, { kind: 'vhd.write' })).toBe('idle');
  });

  it('[UNTIL-3] refuses what means nothing here, in one sentence, and nothing moves', () => {
    const lab = realLab();
    const { n } = lab.status();
    const refused: readonly (readonly [unknown, RegExp])[] = [
      [null, /is an object/], [{}, /one of the fields idle, hop/], [{ kind: 'vmbus.ringWriteGest' }, /did you mean vmbus\.ringWriteGuest\?/],
      [{ kind: 'vmbus.ringWriteGuest', guest: 'gamma' }, /alpha, beta/], [{ hop: -1 }, /whole number/], [{ n: 0.5 }, /whole number/], [{ hop: 5, colour: 'red' }, /colour is no field/],
      [{ request: 1_000_000 }, /began no request/], [{ ended: 'day' }, /file, disk/], [{ ring: 'to-root', holds: 3 }, /needs the field guest/],
      [{ counter: 'exits' }, /atLeast/],
    ];
    for (const [condition, sentence] of refused) {
      expect(() => lab.until(condition)).toThrow(ConditionError);
      expect(() => lab.until(condition)).toThrow(sentence);
    }
    expect(lab.status().n).toBe(n);
  });
});
