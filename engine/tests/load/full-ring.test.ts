import { describe, expect, it } from 'vitest';
import type { LoadState } from '../../guest/user/load.ts';
import { shipped } from '../../scenarios/shipped.ts';
import { broughtUp, feed, hopsOf, runOut } from '../whole.ts';

/** Names of the hops of a scenario, a signal for room as 'room'; and what the load generator has counted. */
function told(name: string): { readonly names: readonly string[]; readonly counts: LoadState['counts'] } {
  const lab = broughtUp(shipped.find((s) => s.name === name));
  const from = lab.run.n + 1;
  runOut(lab);
  const names = hopsOf(lab, from, lab.run.n).map((hop) => {
    const kind = lab.kinds[hop.kind]!.name;
    return kind === 'vmbus.signal' && hop.args[1] === 2 ? 'room' : kind;
  });
  const { components } = lab.run.kernel.m;
  return { names, counts: (components.states[components.paths.indexOf('alpha/load')] as unknown as LoadState).counts };
}

describe('a ring of one page and 32 requests of 64 KiB', () => {
  it('[STORVSC-6] [RAW-2] 2008: what found no room is tried again after the first completion; the root does not signal for it', () => {
    const { names, counts } = told('full-ring-2008');
    expect(counts).toMatchObject({ issued: 64, completed: 64, failed: 0, bytes: 64 * 65_536 });
    expect(names).not.toContain('room');
    expect(names.indexOf('storvsc.retry')).toBeGreaterThan(names.indexOf('block.done'));
  });

  it('[CHAN-12] [RAW-2] 2012: the root signals when the room is free, and the writer goes on before any completion', () => {
    const { names, counts } = told('full-ring-2012');
    expect(counts).toMatchObject({ issued: 64, completed: 64, failed: 0, bytes: 64 * 65_536 });
    expect(names.filter((n) => n === 'room').length).toBeGreaterThan(0);
    expect(names.indexOf('storvsc.retry')).toBeGreaterThan(names.indexOf('room'));
    expect(names.indexOf('storvsc.retry')).toBeLessThan(names.indexOf('block.done'));
  });

  it('[STORVSC-6] [CHAN-12] the reason for trying again is that of the era', () => {
    for (const [name, because] of [['full-ring-2008', /^a completion has come back.* before Windows Server 2012 nothing in the ring wakes/], ['full-ring-2012', /^the ring has the room that the driver has written into its header/]] as const) {
      const lab = broughtUp(shipped.find((s) => s.name === name));
      const from = lab.run.n + 1;
      runOut(lab);
      const retries = hopsOf(lab, from, lab.run.n).filter((hop) => lab.kinds[hop.kind]!.name === 'storvsc.retry');
      expect(retries.length).toBeGreaterThan(0);
      for (const { n } of retries.slice(0, 3)) expect(feed(lab, () => lab.captions(n, 1))[0]!.because, name).toMatch(because);
    }
  });

  it('[STOP-1] the lesson says that the ring is full when it is: nothing more is written before something was read', () => {
    for (const name of ['full-ring-2008', 'full-ring-2012']) {
      const lab = broughtUp(shipped.find((s) => s.name === name));
      runOut(lab);
      const [full] = feed(lab, () => lab.stops(100_000));
      expect(full!.n).toBeGreaterThan(0);
      const names = hopsOf(lab, full!.n + 1, lab.run.n).map((hop) => lab.kinds[hop.kind]!.name);
      expect(names.indexOf('vmbus.ringReadRoot'), name).toBeLessThan(names.indexOf('vmbus.ringWriteGuest'));
      expect(names.indexOf('vmbus.ringReadRoot')).toBeGreaterThanOrEqual(0);
    }
  });
});
