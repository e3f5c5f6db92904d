/** The synthetic path on the whole machine: nothing is a stand-in here. */
import { describe, expect, it } from 'vitest';
import type { StorvscState } from '../../devices/storage/vsc-state.ts';
import type { StorvspState } from '../../devices/storage/vsp-state.ts';
import { whole } from './whole.ts';

describe('a busy machine', () => {
  it.each([1, 2, 3])('[STORVSC-7] guests read at depth while others start, and every request ends well (seed %i)', (seed) => {
    const w = whole([{}, { guest: 'legacy', path: 'pio' }, { queueDepth: 3 }, { guest: 'legacy', path: 'pio' }], seed);
    w.intend({ do: 'start-vm', name: 'g0' });
    w.run();
    const from = w.kernel.m.n;
    w.intend({ do: 'read-sectors', guest: 'g0', lba: 8, sectors: 4, count: 150, depth: 16 });
    w.run(300 * seed);
    for (const name of ['g1', 'g2', 'g3']) {
      w.intend({ do: 'start-vm', name });
      w.run(200);
    }
    expect(w.run()).toBe('idle');
    w.intend({ do: 'read-sectors', guest: 'g2', lba: 40, sectors: 8, count: 20, depth: 8 });
    expect(w.run()).toBe('idle');
    const hops = w.hops(from);
    const begun = w.named(hops, 'block.read').length;
    const ended = w.named(hops, 'block.done');
    expect([ended.length, ended.filter((h) => h.args[1] !== 0)]).toEqual([begun, []]);
    expect(w.named(hops, 'reader.finished')).toHaveLength(2);
    for (const path of ['g0/storvsc', 'g2/storvsc']) expect(w.state<StorvscState>(path)).toMatchObject({ phase: 'ready', outstanding: 0, draining: false });
    for (const disk of w.state<StorvspState>('root/storvsp').disks) expect([disk.inFlight, disk.draining]).toEqual([0, false]);
  });
});
