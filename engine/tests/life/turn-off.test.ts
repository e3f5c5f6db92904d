/** Turning virtual machines off at any moment, under the checkers. */
import { describe, expect, it } from 'vitest';
import type { Lab } from '../../lab/lab.ts';
import { poolCheckers } from '../../lab/pool-checks.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { broughtUp, feed, hopsOf, runOut } from '../whole.ts';

const quiet: Scenario = { ...twoWays, steps: [] };
const busy: Scenario = {
  ...twoWays,
  steps: [
    { after: 0, intent: { do: 'read-sectors', guest: 'alpha', lba: 0, sectors: 8, count: 24, depth: 8 } },
    { after: 0, intent: { do: 'read-sectors', guest: 'beta', lba: 0, sectors: 8, count: 2, depth: 2 } },
    { after: 4_000_000, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
  ],
};

interface Free {
  readonly vid: readonly number[];
  readonly vmms: readonly number[];
  readonly root: number;
}

function freePages(lab: Lab): Free {
  const { m } = lab.run.kernel;
  const state = <S>(path: string): S => m.components.states[m.components.paths.indexOf(path)] as S;
  return {
    vid: [...state<{ free: number[] }>('root/vid').free], vmms: [...state<{ free: number[] }>('root/vmms').free],
    root: lab.view().partitions[0]!.memoryMb,
  };
}

function ask(lab: Lab, ...intents: readonly object[]): void {
  for (const intent of intents) {
    lab.intend(intent);
    runOut(lab);
    expect(lab.status().failure).toBeNull();
  }
}

const stateOf = (lab: Lab, name: string): number => lab.view().vms.find((vm) => vm.name === name)!.state;
const off = (name: string): object => ({ do: 'turn-off', name });
const start = (name: string): object => ({ do: 'start-vm', name });

describe('turning off', () => {
  it('[VMWP-8] [VID-6] [VID-7] goes down in the reverse order of power-on', () => {
    const lab = broughtUp(quiet);
    const from = lab.run.n;
    ask(lab, off('alpha'));
    const names = hopsOf(lab, from + 1, lab.run.n).map((hop) => lab.kinds[hop.kind]!.name);
    const asked = ['vmms.powerOff', 'vid.stopVps', 'ide.detach', 'storvsp.detach', 'vmbus.detach', 'vid.removePort', 'vid.unmapMemory', 'vid.deleteVp', 'vid.deletePartition', 'vmms.poweredOff'];
    expect(names.filter((name, i) => asked.includes(name) && names.indexOf(name) === i)).toEqual(asked);
    expect(stateOf(lab, 'alpha')).toBe(3);
    expect(lab.view().components.filter((c) => c.path.startsWith('alpha/') && !c.gone)).toEqual([]);
    expect(lab.view().partitions.map((p) => p.path)).toEqual(['root', 'beta']);
  });

  it('[POOL-3] [CHECK-1] no page of a pool is lost behind any hop of it, nor of the start', () => {
    const lab = broughtUp(quiet);
    const pools = poolCheckers().find((checker) => checker.id === 'pools-conserved')!;
    for (const intent of [off('beta'), start('beta')]) {
      lab.intend(intent);
      for (let n = -1; n !== lab.run.n;) {
        n = lab.run.n;
        feed(lab, () => lab.advance({ hops: 1 }));
        expect(pools.idle!(lab.run.kernel), `hop ${lab.run.n}`).toBeNull();
      }
    }
  });

  it('[VMBUS-13] [VMWP-8] after both are off nothing is left of them, and both start again', () => {
    const lab = broughtUp(quiet);
    ask(lab, off('alpha'), off('beta'));
    const { m } = lab.run.kernel;
    const before = freePages(lab);
    expect(before.vid).toHaveLength(2);
    expect(lab.view().partitions).toHaveLength(1);
    ask(lab, start('beta'), start('alpha'));
    expect([stateOf(lab, 'alpha'), stateOf(lab, 'beta')]).toEqual([2, 2]);
    ask(lab, { do: 'read-file', guest: 'alpha', path: 'README.TXT' }, { do: 'read-file', guest: 'beta', path: 'README.TXT' });
    const texts = lab.view().guests.map((g) => g.text?.slice(0, 40));
    expect(texts[0]).toBeTruthy();
    expect(texts[0]).toBe(texts[1]);
    ask(lab, off('alpha'), off('beta'));
    expect(freePages(lab)).toEqual(before);
    expect(m.flight.used).toBe(0);
  });

  it('[VMWP-8] [VMWP-9] [STORVSP-12] [IDE-20] [LIFE-2] [LIFE-3] [JOURNEY-2] at any moment: every page comes back, the other guest reads on, and the VM starts again', { timeout: 240_000 }, () => {
    const lab = broughtUp(busy);
    const first = lab.run.n;
    const last = runOut(lab);
    const main = lab.status().branch;
    const moments = Array.from({ length: 24 }, (_, i) => first + 1 + Math.floor(((last - first) * i * 0.93) / 24) + ((i * 7919) % 61));
    for (const [i, n] of moments.entries()) {
      const name = i % 2 === 0 ? 'alpha' : 'beta';
      lab.setChecks(false);
      lab.goTo(main);
      feed(lab, () => lab.seek(n));
      lab.setChecks(true);
      const open = lab.requests(first, n).filter((r) => r.ended === 0);
      lab.intend(off(name));
      runOut(lab);
      expect([n, name, lab.status().failure, ...lab.checkFailures().map((f) => f.sentence)].join(' ')).toBe(`${n} ${name} `);
      expect(stateOf(lab, name)).toBe(3);
      const ids = new Set(open.map((r) => r.id));
      const now = lab.requests(first, lab.run.n).filter((r) => ids.has(r.id));
      expect(now.every((r) => r.ended > 0)).toBe(true);
      if (i % 6 > 1) continue;
      ask(lab, start(name), { do: 'read-file', guest: name, path: 'README.TXT' });
      expect(stateOf(lab, name)).toBe(2);
      ask(lab, off('alpha'), off('beta'));
      expect(freePages(lab).vid).toHaveLength(2);
    }
  });

  it('[VMWP-10] [VMMS-3] [VMWP-9] while it is starting, at every step: the start is broken off, nothing is left, and it starts again', { timeout: 240_000 }, () => {
    for (const name of ['alpha', 'beta']) {
      const lab = broughtUp(quiet);
      ask(lab, off(name));
      const before = freePages(lab);
      const first = lab.run.n;
      ask(lab, start(name));
      const last = lab.run.n;
      const main = lab.status().branch;
      const steps = new Map<string, number>();
      for (const hop of hopsOf(lab, first + 1, last)) {
        const kind = lab.kinds[hop.kind]!.name;
        if (/^(?:vmms\.powerOn|vid\.(?:create|map|install|set|start)\w+|vmbus\.attach|storvsp\.attach|ide\.attach|vhd\.opened\w*|disk\.work|vmms\.poweredOn)$/.test(kind)) steps.set(kind, hop.n);
      }
      expect(steps.size).toBeGreaterThan(8);
      for (const [kind, n] of steps) {
        lab.setChecks(false);
        lab.goTo(main);
        feed(lab, () => lab.seek(n));
        lab.setChecks(true);
        if (lab.view().vms.find((vm) => vm.name === name)!.state === 3) continue;
        lab.intend(off(name));
        runOut(lab);
        expect([name, kind, lab.status().failure, ...lab.checkFailures().map((f) => f.sentence)].join(' ')).toBe(`${name} ${kind} `);
        expect([name, kind, stateOf(lab, name)]).toEqual([name, kind, 3]);
        expect({ kind, free: freePages(lab) }).toEqual({ kind, free: before });
        expect(lab.requests(first, lab.run.n).filter((r) => r.ended === 0)).toEqual([]);
      }
      ask(lab, start(name), { do: 'read-file', guest: name, path: 'README.TXT' });
      expect(stateOf(lab, name)).toBe(2);
    }
  });
});
