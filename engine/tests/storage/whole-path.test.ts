/** The synthetic path on the whole machine: nothing is a stand-in here. */
import { describe, expect, it } from 'vitest';
import type { StorvscState } from '../../devices/storage/vsc-state.ts';
import type { StorvspState } from '../../devices/storage/vsp-state.ts';
import { frame, translate } from '../../sim/memory.ts';
import { HvPostMessage, HvSignalEvent } from '../../wire/hypercalls.ts';
import { whole } from './whole.ts';

describe('the synthetic path on the whole machine', () => {
  it('[VMBUS-9] [VMBUS-4] [STORVSC-1] brings the disk up with messages through the real SynIC', () => {
    const w = whole([{}]);
    w.intend({ do: 'start-vm', name: 'g0' });
    expect(w.run()).toBe('idle');
    const hops = w.hops();
    expect(w.named(hops, 'vmbus.message').map((h) => h.args[1])).toEqual([14, 3, 8, 5]);
    expect(w.named(hops, 'vmbus.messageGuest').map((h) => h.args[0])).toEqual([15, 1, 4, 10, 6]);
    const posts = [...w.named(hops, 'hv.callGuest'), ...w.named(hops, 'hv.callRoot')].filter((h) => (h.args[0]! & 0xffff) === HvPostMessage);
    expect(posts).toHaveLength(9);
    expect(w.state<StorvscState>('g0/storvsc').phase).toBe('ready');
    expect(w.named(hops, 'block.info')[0]!.args[0]).toBe(w.state<StorvspState>('root/storvsp').disks[0]!.sectors);
  });

  it('[STORIO-1] reads 8 sectors with one signal each way and no port access; [CHAN-1] all of it in one request', () => {
    const w = whole([{}]);
    w.intend({ do: 'start-vm', name: 'g0' });
    w.run();
    w.intend({ do: 'read-sectors', guest: 'g0', lba: 8, sectors: 8, count: 1, depth: 1 });
    w.run();
    const from = w.kernel.m.n;
    w.intend({ do: 'read-sectors', guest: 'g0', lba: 64, sectors: 8, count: 1, depth: 1 });
    expect(w.run()).toBe('idle');
    const hops = w.hops(from);
    const signals = (kind: string): number => w.named(hops, kind).filter((h) => (h.args[0]! & 0xffff) === HvSignalEvent).length;
    expect([signals('hv.callGuest'), signals('hv.callRoot')]).toEqual([1, 1]);
    expect([w.named(hops, 'hv.callGuest').length, w.named(hops, 'hv.callRoot').length]).toEqual([1, 1]);
    expect(w.named(hops, 'vmbus.ringWriteGuest').map((h) => h.args[2])).toEqual([96]);
    expect(w.named(hops, 'vmbus.ringWriteRoot').map((h) => h.args[2])).toEqual([72]);
    expect(hops.filter((h) => /^(pio|vmwp|vid)\./.test(w.name(h)))).toEqual([]);
    const request = w.named(hops, 'block.read')[0]!.n;
    for (const name of ['vmbus.ringWriteGuest', 'vmbus.ringReadRoot', 'vhd.read', 'vhd.done', 'vmbus.ringWriteRoot', 'vmbus.ringReadGuest', 'block.done']) {
      expect([name, w.named(hops, name).map((h) => h.request)]).toEqual([name, [request]]);
    }
    expect(w.named(hops, 'disk.dma').length).toBeGreaterThan(0);
    expect(w.named(hops, 'block.done')[0]!.args[1]).toBe(0);
  });

  it('[STORVSP-6] the bytes of the image end in the pages of the guest', () => {
    const w = whole([{}]);
    w.intend({ do: 'start-vm', name: 'g0' });
    w.run();
    const from = w.kernel.m.n;
    w.intend({ do: 'read-sectors', guest: 'g0', lba: 0, sectors: 1, count: 1, depth: 1 });
    w.run();
    const [, , page, span] = w.named(w.hops(from), 'block.read')[0]!.args;
    const memory = w.kernel.m.memory;
    const bytes = frame(memory, translate(memory, 2, page!, 1)).slice(span! & 0xfff, (span! & 0xfff) + 512);
    expect([bytes[510], bytes[511]]).toEqual([0x55, 0xaa]);
  });

  it('[CHAN-6] at depth 8 the 2009 Linux driver signals more often than a Windows guest, never more often than it writes', () => {
    const signals = (signalRule: 'empty-to-non-empty' | 'every-write'): number => {
      const w = whole([{ signalRule }]);
      w.intend({ do: 'start-vm', name: 'g0' });
      w.run();
      const from = w.kernel.m.n;
      w.intend({ do: 'read-sectors', guest: 'g0', lba: 8, sectors: 8, count: 32, depth: 8 });
      expect(w.run()).toBe('idle');
      const hops = w.hops(from);
      expect(w.named(hops, 'block.done').map((h) => h.args[1])).toEqual(new Array(32).fill(0));
      return w.named(hops, 'vmbus.signalGuest').length;
    };
    const [windows, linux] = [signals('empty-to-non-empty'), signals('every-write')];
    expect(windows).toBeLessThan(linux);
    expect(linux).toBeLessThanOrEqual(32);
  });
});
