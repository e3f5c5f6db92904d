import { describe, expect, it } from 'vitest';
import { vmbus } from '../../devices/vmbus/hops.ts';

describe('what the VMBus says', () => {
  it('[CHAN-1] a sentence names the request behind a transaction id, and every sentence ends with a reason', () => {
    const view = { from: 'Storage VSC', to: 'Storage VSP', guest: 'Alpha', vp: 'VP 0' };
    const args = { direction: 0, offset: 0, length: 96, transId: 0x140_040, page: 1, span: 0x60000 };
    expect(Object.values(vmbus.ringWriteGuest.sentence(args, view)).join(' ')).toBe('Storage VSC writes a READ(10) packet of 96 bytes into the ring the root must learn which sectors are wanted');
    expect(vmbus.ringWriteGuest.sentence({ ...args, transId: 0x140_900 }, view).object).toBe('an INQUIRY packet of 96 bytes into the ring');
    for (const kind of Object.values(vmbus)) {
      const zero = Object.fromEntries(kind.args.map((name) => [name, 1]));
      const { actor, act, object, because } = kind.sentence(zero, view);
      for (const part of [actor, act, object, because]) expect([kind.name, part.length > 2 && !/undefined|NaN|\.$/.test(part)]).toEqual([kind.name, true]);
    }
  });
});
