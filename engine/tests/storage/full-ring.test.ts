import { describe, expect, it } from 'vitest';
import type { StorvscState } from '../../devices/storage/vsc-state.ts';
import type { StorvspState } from '../../devices/storage/vsp-state.ts';
import { vmbus } from '../../devices/vmbus/hops.ts';
import { frameForWrite } from '../../sim/memory.ts';
import type { Era } from '../../wire/eras.ts';
import { pendingSendSize } from '../../wire/ring.ts';
import { FREE_PAGES, rig, STORAGE_PAGES, type Read, type StorageGuest, type StorageRig } from './rig.ts';

/** Ring bytes of a read of 60 sectors that lie in eight pages. */
const PACKET: Readonly<Record<Era, number>> = { ws2008: 152, ws2008r2: 152, ws2012: 168 };

function vsp(r: StorageRig): StorvspState['disks'][number] {
  return (r.w.kernel.stateForWrite(r.storvsp) as unknown as StorvspState).disks[0]!;
}

/** 40 long reads at once while the VSP does not look; then it does. */
function stuck(era: Era): { readonly r: StorageRig; readonly g: StorageGuest; readonly header: () => Uint8Array[] } {
  const r = rig({ wait: () => 1_000_000, era });
  const g = r.up('alpha', { dataPages: 1 });
  const reads = Array.from({ length: 60 }, (_, i): Read => ({ lba: i * 60, sectors: 60, page: FREE_PAGES + (i % 40) * 9, offset: 512 }));
  vsp(r).draining = true;
  r.read(g, reads, 40);
  return { r, g, header: () => [frameForWrite(r.w.kernel.m.memory, g.base + STORAGE_PAGES)] };
}

function release(r: StorageRig, g: StorageGuest): string[] {
  const before = r.w.kernel.m.n;
  vsp(r).draining = false;
  r.w.poke(r.server, vmbus.callback, r.storvsp, [g.channel], 0);
  r.w.run();
  const kinds = r.w.hops().slice(before);
  return kinds.map((h) => (r.w.kernel.catalogue[h.kind]!.name === 'vmbus.signal' && h.args[1] === 2 ? 'room' : r.w.kernel.catalogue[h.kind]!.name));
}

describe('a full ring, by era', () => {
  it.each(['ws2008', 'ws2008r2', 'ws2012'] as const)('[STORVSC-6] [RING-11] %s: what finds no room waits, and none is lost', (era) => {
    const { r, g } = stuck(era);
    const wait = r.w.state<StorvscState>(g.storvsc);
    const fits = Math.floor((4096 - 1) / PACKET[era]);
    expect([wait.outstanding, wait.waiting.length]).toEqual([fits, 40 - fits]);
    release(r, g);
    const after = r.w.state<{ done: [number, number][]; bad: number[] }>(g.fs);
    expect(after.done.filter(([, status]) => status === 0)).toHaveLength(60);
    expect(after.bad).toEqual([]);
  });

  it('[STORVSC-6] [RING-11] before 2.4 the header says nothing, and the writer tries again when a completion has woken it', () => {
    for (const era of ['ws2008', 'ws2008r2'] as const) {
      const { r, g, header } = stuck(era);
      expect(pendingSendSize(header())).toBe(0);
      const names = release(r, g);
      expect(names).not.toContain('room');
      expect(names.indexOf('storvsc.retry')).toBeGreaterThan(names.indexOf('block.done'));
    }
  });

  it('[CHAN-12] from 2.4 on the writer says how much it waits for, and the reader wakes it when that is free, before any completion', () => {
    const { r, g, header } = stuck('ws2012');
    expect(pendingSendSize(header())).toBe(PACKET.ws2012);
    const names = release(r, g);
    expect(names.filter((n) => n === 'room').length).toBeGreaterThan(0);
    expect(names.indexOf('storvsc.retry')).toBeGreaterThan(names.indexOf('room'));
    expect(names.indexOf('storvsc.retry')).toBeLessThan(names.indexOf('block.done'));
    expect(pendingSendSize(header())).toBe(0);
  });

  it('[CHAN-12] one blocked spell is one signal for room', () => {
    const { r, g } = stuck('ws2012');
    const names = release(r, g);
    const spells = names.filter((n) => n === 'storvsc.retry').length;
    expect(names.filter((n) => n === 'room').length).toBeLessThanOrEqual(spells);
  });
});
