/** Lessons: what makes one of a scenario, and that every one the lab ships runs to each of its stops and keeps its word. */
import { describe, expect, it } from 'vitest';
import { catalogue } from '../catalogue.ts';
import { conditionCases, conditionShape, type Condition } from '../lab/condition-shape.ts';
import { ConditionError } from '../lab/conditions.ts';
import type { Lab } from '../lab/lab.ts';
import { checkScenario, ScenarioError, type Scenario } from '../scenarios/scenario.ts';
import { shipped } from '../scenarios/shipped.ts';
import { twoWays } from '../scenarios/two-ways.ts';
import { fed } from './lab/real.ts';
import { asked, broughtUp, runOut } from './whole.ts';

const stopsOf = (lab: Lab, most?: number) => fed(lab, () => lab.stops(most));

function refusal(change: Partial<Scenario>): string {
  try {
    checkScenario({ ...twoWays, ...change });
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as Error).message;
  }
  return 'accepted';
}

const at = (when: Condition, caption = 'Here.') => ({ when, title: 'A stop', caption });

describe('the lessons that the lab ships', () => {
  it.each(shipped.map((scenario) => [scenario.name, scenario] as const))('[STOP-1] [STOP-4] %s runs to every stop, and what it expects comes true', { timeout: 120_000 }, (_, scenario) => {
    const { stops = [], expect: expected = [] } = scenario;
    expect(stops.length).toBeGreaterThanOrEqual(3);
    expect(stops.length).toBeLessThanOrEqual(6);
    expect(expected.length).toBeGreaterThan(0);
    expect(scenario.teaches).toBeTruthy();
    expect(scenario.theme).toBeTruthy();
    const lab = broughtUp(scenario);
    const reached = stopsOf(lab);
    let last = lab.status().start;
    reached.forEach(({ n, says, never }, i) => {
      expect([scenario.name, i + 1, never]).toEqual([scenario.name, i + 1, '']);
      expect(n).toBeGreaterThan(last);
      expect(says).not.toMatch(/[{}]|undefined|NaN/);
      last = n;
    });
    runOut(lab);
    expect(lab.status().state).toBe('idle');
    expect(fed(lab, () => lab.unmet())).toEqual([]);
    // Run ahead of oneself or step by step: the same stops.
    expect(stopsOf(lab)).toEqual(reached);
  });

  it('[SCEN-13] there are lessons for everything one should have seen, each under a name of its own', () => {
    expect(shipped.length).toBeGreaterThanOrEqual(14);
    expect(new Set(shipped.map(({ name }) => name)).size).toBe(shipped.length);
    expect(new Set(shipped.map(({ title }) => title)).size).toBe(shipped.length);
  });
});

describe('stops', () => {
  it('[STOP-1] are found in order, each behind the one before, without moving what is looked at', () => {
    const lab = broughtUp({ ...asked({ do: 'read-file', guest: 'alpha', path: 'README.TXT' }), stops: [at({ kind: 'vmbus.ringWriteGuest' }), at({ kind: 'vmbus.ringWriteGuest' }), at({ idle: true })] });
    const before = lab.status();
    const [first, second, third] = stopsOf(lab);
    expect(lab.status()).toEqual(before);
    expect(second!.n).toBeGreaterThan(first!.n);
    for (const { n } of [first!, second!]) expect(lab.kinds[lab.run.hopAt(n).kind]!.name).toBe('vmbus.ringWriteGuest');
    expect(third!.n).toBe(runOut(lab));
  });

  it('[STOP-1] are looked for a part at a time when that is asked', () => {
    const scenario = { ...asked({ do: 'read-file', guest: 'alpha', path: 'README.TXT' }), stops: [at({ kind: 'fs.opened' }), at({ idle: true })] };
    const whole = stopsOf(broughtUp(scenario));
    const lab = broughtUp(scenario);
    let asks = 1;
    let parts = stopsOf(lab, 50);
    expect(parts[0]!.n).toBe(0);
    for (; parts.some((stop) => stop.n === 0 && stop.never === ''); asks++) parts = stopsOf(lab, 50);
    expect(asks).toBeGreaterThan(3);
    expect(parts).toEqual(whole);
  });

  it('[STOP-1] [HIST-15] one that a busy machine does not reach is looked for so far and no further, and the posts stay where somebody looks', () => {
    const lab = broughtUp({ ...asked({ do: 'inject', guest: 'alpha', op: 'read', lba: 0, sectors: 8, count: 0, depth: 1 }), stops: [at({ idle: true }), at({ kind: 'apic.deliver' })] });
    const { start } = lab.status();
    // Whoever watches every hop is led past none: there are no posts then.
    lab.setChecks(false);
    fed(lab, () => lab.advance({ hops: 6000 }));
    for (const n of [5000, 3000]) fed(lab, () => lab.seek(start + n));
    const posts = lab.run.branch.posts.map(({ frame }) => frame.n);
    expect(posts.length).toBeGreaterThan(4);
    const part = () => fed(lab, () => lab.stops(8192, 8192));
    let stops = part();
    for (; stops.some((stop) => stop.n === 0 && stop.never === ''); stops = part()) expect(lab.run.branch.posts.map(({ frame }) => frame.n)).toEqual(expect.arrayContaining(posts));
    expect(stops[0]!.never).toBe('It is not reached within 250\u2009000 hops.');
    expect(stops[1]!.n).toBeGreaterThan(start);
    expect(lab.run.branch.tip).toBeLessThan(start + 270_000);
    expect(lab.status().n).toBe(start + 3000);
  });

  it.each([100, 100_000])('[STOP-3] [KEEP-2] what was looked for before a kept run is come back to is of another future: %i hops ahead', (ahead) => {
    const scenario = { ...asked({ do: 'read-file', guest: 'alpha', path: 'README.TXT' }), stops: [at({ ended: 'file', guest: 'alpha' })] };
    const lab = broughtUp(scenario);
    fed(lab, () => lab.advance({ hops: 10 }));
    fed(lab, () => lab.intend({ do: 'inject', guest: 'beta', op: 'read', lba: 0, sectors: 8, count: 60, depth: 1 }));
    runOut(lab);
    const again = broughtUp(scenario);
    fed(again, () => again.stops(ahead, ahead));
    again.restore(lab.history());
    for (let done = false; !done; ) {
      fed(again, () => again.stops(ahead, ahead));
      done = fed(again, () => again.regrow(40)).done;
    }
    expect(again.fingerprint()).toBe(lab.fingerprint());
    expect(stopsOf(again)).toEqual(stopsOf(lab));
  });

  it('[STOP-1] one that is never reached says so, and hides none behind it', () => {
    const lab = broughtUp({ ...asked({ do: 'read-file', guest: 'alpha', path: 'README.TXT' }), stops: [at({ kind: 'fs.opened' }), at({ kind: 'pio.write' }), at({ kind: 'reader.finished' })] });
    const [first, never, last] = stopsOf(lab);
    expect(never).toEqual({ n: 0, time: 0, says: '', never: 'The machine comes to rest before it is reached.' });
    expect(last!.n).toBeGreaterThan(first!.n);
  });

  it('[STOP-2] [PROF-4] captions carry the figures of their moment', () => {
    const caption = '{hops} {hops since 1} {guestExits of alpha} {time since 1} {time}.';
    const lab = broughtUp({ ...asked({ do: 'read-file', guest: 'alpha', path: 'README.TXT' }), stops: [at({ kind: 'fs.opened' }), at({ kind: 'reader.finished' }, caption)] });
    const { start, startTime } = lab.status();
    const [first, second] = stopsOf(lab);
    lab.seek(second!.n);
    const alpha = lab.view().partitions.find((p) => p.path === 'alpha')!.index;
    const exits = Object.values(lab.view().ledgers[alpha]!.exits.guest).reduce((a, b) => a + b, 0);
    const [hops, since, out, span, unit] = second!.says.split(' ');
    expect([hops, since, out]).toEqual([second!.n - start, second!.n - first!.n, exits].map(String));
    expect(`${span} ${unit}`).toBe(`${Math.round(Number(((second!.time - first!.time) / 1000).toPrecision(2)))} µs`);
    expect(second!.says.endsWith(` ${((second!.time - startTime) / 1e6).toPrecision(2)} ms.`)).toBe(true);
    expect(first!.says).toBe('Here.');
  });

  it('[STOP-3] whoever acts gets the stops of what comes of it; the old branch keeps its own', () => {
    const lab = broughtUp({ ...asked({ do: 'read-file', guest: 'alpha', path: 'README.TXT' }), stops: [at({ kind: 'fs.opened' }), at({ kind: 'pio.write' }), at({ kind: 'reader.finished' })] });
    const before = stopsOf(lab);
    fed(lab, () => lab.seek(before[0]!.n + 5));
    fed(lab, () => lab.intend({ do: 'read-file', guest: 'beta', path: 'README.TXT' }));
    const after = stopsOf(lab);
    expect(after[0]).toEqual(before[0]);
    expect(after[1]!.n).toBeGreaterThan(before[0]!.n + 5);
    expect(after[2]!.n).toBeGreaterThan(after[1]!.n);
    fed(lab, () => lab.seek(after[0]!.n));
    fed(lab, () => lab.intend({ do: 'list-files', guest: 'alpha', path: '' }));
    expect(lab.status().branch).toBe(1);
    expect(stopsOf(lab)[0]).toEqual(before[0]);
    fed(lab, () => lab.goTo(0));
    expect(stopsOf(lab)).toEqual(after);
  });

  it('[STOP-4] what does not come true is said with both figures', () => {
    const lab = broughtUp({ ...asked({ do: 'read-file', guest: 'alpha', path: 'README.TXT' }), expect: [{ counter: 'workerTrips', atLeast: 1 }, { counter: 'ringWrites', guest: 'alpha', exactly: 8 }, { counter: 'hops', guest: 'alpha', against: 'beta', atMost: 2 }] });
    runOut(lab);
    const [trips, hops, ...more] = fed(lab, () => lab.unmet());
    expect(trips).toBe('The figure workerTrips is 0; at least 1 was expected.');
    expect(hops).toMatch(/^The figure hops of alpha is \d+, against 0 of beta; at most 2 times that was expected\.$/);
    expect(more).toEqual([]);
  });
});

describe('what a lesson may say', () => {
  it('[SCEN-13] stops name kinds, guests and figures that there are', () => {
    expect(refusal({ stops: [at({ kind: 'vmbus.ringWriteGest' })] })).toBe('$.stops[0].when.kind is "vmbus.ringWriteGest", which is no kind of hop; did you mean vmbus.ringWriteGuest?');
    expect(refusal({ stops: [at({ kind: 'vmbus.ringWriteGuest', guest: 'gamma' })] })).toBe('$.stops[0].when.guest is "gamma"; it must be one of "alpha", "beta".');
    expect(refusal({ stops: [at({ idle: true }, '{exit}')] })).toMatch(/^\$\.stops\[0\]\.caption has \{exit\}, which is no figure; write \{time\} or one of hops, guestExits, exits, /);
    expect(refusal({ stops: [at({ idle: true }, '{time of alpha}')] })).toMatch(/no figure/);
    expect(refusal({ stops: [at({ idle: true }, '{exits of gamma}')] })).toMatch(/there is no guest gamma; there are alpha, beta\.$/);
    expect(refusal({ stops: [at({ idle: true }), at({ idle: true }, '{exits since 2}')] })).toMatch(/counted since an earlier stop; this is stop 2\.$/);
    expect(refusal({ stops: [at({ idle: true }, '{exits of alpha} and {time}')] })).toBe('accepted');
    expect(refusal({ stops: [{ when: { kinds: 'x' } as unknown as Condition, title: 'x', caption: 'x' }] })).toBe('$.stops[0].when.kinds is not a field; did you mean kind?');
    expect(refusal({ stops: [{ when: {} as unknown as Condition, title: 'x', caption: 'x' }] })).toMatch(/^\$\.stops\[0\]\.when is \{\}; it must be an object with one of the fields idle, hop, /);
    expect(refusal({ expect: [{ counter: 'exits' }] })).toBe('$.expect[0] expects nothing of its figure; give it exactly, atLeast or atMost.');
    expect(refusal({ view: { opened: ['gamma'] } })).toMatch(/^\$\.view\.opened\[0\] is "gamma"/);
  });

  it('[SCEN-14] breakpoints are conditions that name what there is', () => {
    expect(refusal({ breakpoints: [{ kind: 'vmbus.ringWriteGuest' }, { counter: 'exits', atLeast: 10, guest: 'beta' }] })).toBe('accepted');
    expect(refusal({ breakpoints: [{ kind: 'vmbus.ringWriteGest' }] })).toBe('$.breakpoints[0].kind is "vmbus.ringWriteGest", which is no kind of hop; did you mean vmbus.ringWriteGuest?');
    expect(refusal({ breakpoints: [{ crossing: 'guest-exit', guest: 'gamma' }] })).toBe('$.breakpoints[0].guest is "gamma"; it must be one of "alpha", "beta".');
    expect(refusal({ breakpoints: [{ milestone: 'done' }] as unknown as Condition[] })).toMatch(/^\$\.breakpoints\[0\]\.milestone is "done"/);
  });

  it('[UNTIL-4] the form of conditions knows what the lab knows, and no more', () => {
    const lab = broughtUp();
    const sound: Readonly<Record<keyof typeof conditionCases, Condition>> = {
      idle: { idle: true }, hop: { hop: 1 }, n: { n: 1 }, time: { time: 5 }, kind: { kind: 'pio.write', guest: 'beta' }, component: { component: 'alpha/fs' }, crossing: { crossing: 'guest-exit', guest: 'beta' },
      request: { request: 1 }, ended: { ended: 'file', guest: 'beta' }, milestone: { milestone: 'submitted', guest: 'beta' }, counter: { counter: 'exits', atLeast: 1, guest: 'beta' }, ring: { ring: 'to-root', guest: 'alpha', holds: 1 },
    };
    for (const [name, condition] of Object.entries(sound)) {
      expect(conditionShape.fault(condition, [], null)).toBeNull();
      const extra = { ...condition, colour: 'red' };
      expect(conditionShape.fault(extra, [], null)?.says).toMatch(/is not a field/);
      expect(() => lab.until(extra)).toThrow(ConditionError);
      if (name !== 'request') expect(() => fed(lab, () => lab.until(condition, { hops: 1 }))).not.toThrow();
    }
    expect(catalogue.every(({ name }) => conditionShape.fault({ kind: name }, [], null) === null)).toBe(true);
  });

  it('[UNTIL-4] a guest that is started later may be waited for, one that never is may not', () => {
    const { steps: _steps, ...rest } = twoWays;
    const lab = broughtUp({ ...rest, start: [{ do: 'boot-root' }], steps: [{ after: 0, intent: { do: 'start-vm', name: 'alpha' } }] });
    expect(() => lab.until({ kind: 'block.info', guest: 'beta' })).toThrow(/No guest "beta" runs/);
    expect(fed(lab, () => lab.until({ crossing: 'guest-exit', guest: 'alpha' })).reason).toBe('reached');
    expect(lab.view().partitions.map((p) => p.path)).toContain('alpha');
  });
});
