import { describe, expect, it } from 'vitest';
import type { LoadState } from '../../guest/user/load.ts';
import type { Lab } from '../../lab/lab.ts';
import { asked, broughtUp, feed, runOut } from '../whole.ts';

function loadOf(lab: Lab, guest: string): LoadState {
  const { components } = lab.run.kernel.m;
  return components.states[components.paths.indexOf(`${guest}/load`)] as unknown as LoadState;
}

function runFor(lab: Lab, hops: number): void {
  const end = lab.run.n + hops;
  while (lab.run.n < end) feed(lab, () => lab.advance({ hops: end - lab.run.n }));
}

describe('load on the whole machine', () => {
  it('[LOAD-2] [RAW-2] reads on both ways until it is stopped, under the checkers', () => {
    const lab = broughtUp(asked());
    lab.intend({ do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 8, count: 0, depth: 16, pattern: 'same' });
    lab.intend({ do: 'inject', guest: 'beta', op: 'read', lba: 64, sectors: 1, count: 0, perSecond: 500, depth: 2, pattern: 'random' });
    runFor(lab, 4000);
    expect(loadOf(lab, 'alpha').counts.completed).toBeGreaterThan(20);
    expect(loadOf(lab, 'beta').counts.issued).toBeGreaterThan(3);
    lab.intend({ do: 'stop-load', guest: 'alpha' });
    lab.intend({ do: 'stop-load', guest: 'beta' });
    runOut(lab);
    for (const guest of ['alpha', 'beta']) {
      expect(loadOf(lab, guest)).toMatchObject({ phase: 'idle', status: 0, finished: 1, counts: { inFlight: 0, failed: 0 } });
    }
    expect(lab.status().state).toBe('idle');
  });

  it('[VMMS-2] a busy application in the root starves the guests until it is ended', () => {
    const latency = (burns: boolean, guest: string): number => {
      const lab = broughtUp(asked());
      if (burns) lab.intend({ do: 'burn', where: 'root', ms: 0 });
      lab.intend({ do: 'inject', guest, op: 'read', lba: 64, sectors: 1, count: 0, depth: 1, pattern: 'same' });
      runFor(lab, 2500);
      const { counts } = loadOf(lab, guest);
      expect(counts.completed).toBeGreaterThan(1);
      lab.intend({ do: 'stop-burn', where: 'root' });
      lab.intend({ do: 'stop-load', guest });
      runOut(lab);
      expect(lab.status().state).toBe('idle');
      return Math.floor(counts.latencySum / counts.completed);
    };
    // The worker process waits its turn behind the application at every port access; the VSP works in DPCs, which do not.
    expect(latency(true, 'beta')).toBeGreaterThan(10 * latency(false, 'beta'));
    expect(latency(true, 'alpha')).toBeLessThan(3 * latency(false, 'alpha'));
  });

  it('[VMMS-2] is seen as busy at every place of a run, whoever asked for it', () => {
    const lab = broughtUp(asked());
    const { start } = lab.status();
    const busy = (): boolean => lab.view().rootBusy;
    expect(busy()).toBe(false);
    lab.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' });
    runFor(lab, 100);
    lab.intend({ do: 'burn', where: 'root', ms: 0 });
    expect(busy()).toBe(true);
    runFor(lab, 500);
    expect(busy()).toBe(true);
    const middle = lab.run.n;
    lab.intend({ do: 'stop-burn', where: 'root' });
    expect(busy()).toBe(false);
    runOut(lab);
    expect(busy()).toBe(false);
    // Back in the past it computes again, before it was asked for it does not, and in a branch in which it was not stopped it goes on.
    feed(lab, () => lab.seek(middle - 100));
    expect(busy()).toBe(true);
    feed(lab, () => lab.seek(start));
    expect(busy()).toBe(false);
    feed(lab, () => lab.seek(middle - 100));
    lab.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' });
    runFor(lab, 1000);
    expect(busy()).toBe(true);
  });

  it('[VMMS-2] for so many milliseconds is busy until the last of them has passed', () => {
    const lab = broughtUp(asked({ do: 'burn', where: 'root', ms: 5 }));
    const seen: boolean[] = [];
    for (let before = -1; before !== lab.run.n;) {
      before = lab.run.n;
      seen.push(lab.view().rootBusy);
      feed(lab, () => lab.advance({ hops: 1 }));
    }
    const last = seen.lastIndexOf(true);
    expect(last).toBeGreaterThan(19);
    expect(seen.slice(0, last)).not.toContain(false);
    expect(seen.at(-1)).toBe(false);
  });

  it('[VMMS-2] so many milliseconds are so many slices', () => {
    const lab = broughtUp(asked({ do: 'burn', where: 'root', ms: 5 }));
    const from = lab.run.n;
    runOut(lab);
    const name = (n: number): string => lab.kinds[lab.run.hopAt(n).kind]!.name;
    const slices = Array.from({ length: lab.run.n - from }, (_, i) => name(from + 1 + i)).filter((n) => n === 'vmms.burn');
    expect(slices).toHaveLength(20);
  });
});
