/** The hypercall interface: checks in order, and answers. */
import { describe, expect, it } from 'vitest';
import * as blocks from '../../wire/hypercall-blocks.ts';
import * as codes from '../../wire/hypercalls.ts';
import { get53 } from '../../wire/bytes.ts';
import { rig } from './rig.ts';

describe('the hypercall interface', () => {
  it('[HC-1] carries a call out with the block in the caller\'s memory and answers on the same VP', () => {
    const r = rig();
    const { status, out } = r.call(codes.HvGetPartitionId, undefined, { vp: 2 });
    expect(status).toBe(0);
    expect(get53(out, 0)).toBe(1);
    expect(r.w.names().slice(-7, -1).filter((n) => !n.startsWith('cpu.'))).toEqual(['winhv.call', 'hv.callRoot', 'hv.toPartitions', 'hv.answer', 'hv.returnRoot', 'winhv.done'].slice(-6));
    const rows = r.w.hops().filter((h) => r.w.kernel.catalogue[h.kind]!.name === 'hv.callRoot');
    expect(rows.at(-1)!.vp).toBe(2);
  });

  it('[HC-1] serves calls of two VPs that are under way at once', () => {
    const r = rig();
    const a = r.w.add('root-stub', 'root/a', 1);
    const b = r.w.add('root-stub', 'root/b', 1);
    const to = r.w.kernel.m.components.paths.indexOf('root/winhv');
    const call = r.w.kernel.catalogue.find((k) => k.name === 'winhv.call')!;
    r.w.poke(a, call, to, [codes.HvGetPartitionId, 0, 0x20, 0, 0x21, 1], 1);
    r.w.poke(b, call, to, [0x7f, 0, 0x20, 0, 0x21, 2], 2);
    r.w.run();
    expect([r.stub(a).status, r.stub(b).status]).toEqual([0, 2]);
  });

  it('[HC-2] answers an unknown code 0x0002 and a broken control word 0x0003 before it looks at the block', () => {
    const r = rig();
    expect(r.call(0x7f, undefined, { at: 3 }).status).toBe(2);
    expect(r.call(0x0002, undefined).status).toBe(2);
    expect(r.call(codes.HvGetPartitionId, undefined, { reps: 1, at: 3 }).status).toBe(3);
    expect(r.call(codes.HvMapGpaPages, undefined, { reps: 0 }).status).toBe(3);
  });

  it('[HC-3] answers a crooked address, or a block that leaves its page, 0x0004', () => {
    const r = rig();
    const write = (b: Uint8Array): void => blocks.putPartitionAndNode(b, 1);
    expect(r.call(codes.HvGetMemoryBalance, write, { at: 4 }).status).toBe(4);
    expect(r.call(codes.HvGetMemoryBalance, undefined, { at: 4088 }).status).toBe(4);
    expect(r.call(codes.HvGetMemoryBalance, write, { at: 4080 }).status).toBe(0);
  });

  it('[HC-4] answers a block in a page that the caller gave away 0x0004', () => {
    const r = rig();
    r.deposit(1, 1);
    expect(r.call(codes.HvGetMemoryBalance, undefined, { page: 0x400 }).status).toBe(4);
    expect(r.call(codes.HvGetMemoryBalance, undefined, { page: 0x80000 }).status).toBe(4);
  });

  it('[HC-5] refuses a guest without the privilege, and anybody who is not the parent', () => {
    const r = rig();
    const a = r.guest('alpha');
    const b = r.guest('beta');
    expect(r.guestCall('alpha', codes.HvGetPartitionId).status).toBe(6);
    expect(r.guestCall('alpha', codes.HvPostMessage, (x) => blocks.putPostMessage(x, 1, 1, new Uint8Array(8), 8)).status).toBe(6);
    expect(r.guestCall('alpha', codes.HvSignalEvent, undefined, { fast: [2, 0] }).status).toBe(6);
    expect(r.guestCall('alpha', codes.HvCreateVp, (x) => blocks.putCreateVp(x, b.partition, 1)).status).toBe(6);
    expect(r.guestCall('alpha', codes.HvCreateVp, (x) => blocks.putCreateVp(x, a.partition, 1)).status).toBe(6);
    expect(r.call(codes.HvCreateVp, (x) => blocks.putCreateVp(x, 1, 9)).status).toBe(6);
    expect(r.call(codes.HvCreateVp, (x) => blocks.putCreateVp(x, 99, 0)).status).toBe(0x0d);
    expect(r.poolFaults()).toEqual([]);
  });

  it('[HC-6] counts the elements before the failing one, from the start of the list', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    const write = (b: Uint8Array): void => {
      blocks.putMapGpaPages(b, partition, 100, 7);
      for (const [i, page] of [0x700, 0x701, 0x702, 0x3f00, 0x703].entries()) blocks.putMapSourcePage(b, i, page);
    };
    expect(r.call(codes.HvMapGpaPages, write, { reps: 5 })).toMatchObject({ status: 8, reps: 3 });
    expect(r.call(codes.HvMapGpaPages, write, { reps: 5, start: 2 })).toMatchObject({ status: 8, reps: 3 });
    expect(r.call(codes.HvMapGpaPages, write, { reps: 5, start: 4 })).toMatchObject({ status: 0, reps: 5 });
  });
});
