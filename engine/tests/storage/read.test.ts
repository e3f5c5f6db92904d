import { describe, expect, it } from 'vitest';
import { HvSignalEvent } from '../../wire/hypercalls.ts';
import { DISK_SECTORS, FREE_PAGES, rig } from './rig.ts';

describe('a synthetic read', () => {
  it('brings up the disk', () => {
    const r = rig();
    const g = r.up('alpha');
    expect(r.w.state<{ ready: number[] }>(g.kernel).ready).toEqual([0, 0]);
    expect(r.w.state<{ info: number[] }>(g.fs).info).toEqual([DISK_SECTORS, 32]);
    const from = r.w.kernel.m.n;
    const s = r.read(g, [{ lba: 100, sectors: 8, page: FREE_PAGES, offset: 0 }]);
    expect(s.done).toEqual([[0, 0]]);
    expect(s.bad).toEqual([]);
    console.log(r.w.names().slice(from).join('\n'));
    void HvSignalEvent;
  });
});
