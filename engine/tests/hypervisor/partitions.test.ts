/** Partitions, their pools and their maps. */
import { describe, expect, it } from 'vitest';
import { MemoryFault, translate } from '../../sim/memory.ts';
import * as blocks from '../../wire/hypercall-blocks.ts';
import * as codes from '../../wire/hypercalls.ts';
import { get32, get53 } from '../../wire/bytes.ts';
import { P_STATE, STATE_ACTIVE } from '../../hypervisor/objects.ts';
import { rig, type Rig } from './rig.ts';

const create = (r: Rig): { status: number; id: number } => {
  const { status, out } = r.call(codes.HvCreatePartition, (b) => blocks.putCreatePartition(b));
  return { status, id: status === 0 ? get53(out, 0) : 0 };
};
const set = (r: Rig, id: number, code: number, lo: number, hi = 0): number =>
  r.call(codes.HvSetPartitionProperty, (b) => blocks.putSetPartitionProperty(b, id, code, lo, hi)).status;

describe('partitions', () => {
  it('[PART-1] the hypervisor keeps its pages, and the root is Active with all privileges', () => {
    const r = rig();
    expect(get32(r.spa(r.config.pages + 2), P_STATE)).toBe(STATE_ACTIVE);
    const { status, out } = r.call(codes.HvGetPartitionProperty, (b) => blocks.putGetPartitionProperty(b, 1, 0x10000));
    expect([status, get32(out, 4) & 1]).toEqual([0, 1]);
    expect(() => r.rootTouches(r.config.pages)).toThrow(MemoryFault);
  });

  it('[PART-2] a partition gets the next id and begins Uninitialized; flags are refused', () => {
    const r = rig();
    r.deposit(1, 4);
    expect(create(r)).toEqual({ status: 0, id: 2 });
    expect(create(r)).toEqual({ status: 0, id: 3 });
    expect(r.call(codes.HvCreatePartition, (b) => b.fill(1, 0, 8)).status).toBe(5);
    expect(set(r, 2, 0x20003, 50)).toBe(7);
    const next = r.call(codes.HvGetNextChildPartition, (b) => blocks.putGetPartitionProperty(b, 1, 2));
    expect([next.status, get53(next.out, 0)]).toEqual([0, 3]);
  });

  it('[PART-3] it can be initialized once', () => {
    const r = rig();
    r.deposit(1, 1);
    const { id } = create(r);
    expect(r.call(codes.HvInitializePartition, undefined, { fast: [id, 0] }).status).toBe(0x0b);
    r.deposit(id, 4);
    expect(r.call(codes.HvInitializePartition, undefined, { fast: [id, 0] }).status).toBe(0);
    expect(r.call(codes.HvInitializePartition, undefined, { fast: [id, 0] }).status).toBe(7);
    expect(r.call(codes.HvInitializePartition, undefined, { fast: [1, 0] }).status).toBe(6);
  });

  it('[PART-4] properties need an active partition and a known code', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    expect(set(r, partition, 0x99, 0)).toBe(9);
    const read = r.call(codes.HvGetPartitionProperty, (b) => blocks.putGetPartitionProperty(b, partition, 0x20003));
    expect([read.status, get53(read.out, 0)]).toEqual([0, 100]);
  });

  it('[PART-5] values out of range are refused, others kept', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    expect(set(r, partition, 0x20003, 0)).toBe(0x0a);
    expect(set(r, partition, 0x20003, 10001)).toBe(0x0a);
    expect(set(r, partition, 0x20002, 0x8000)).toBe(0);
    expect(set(r, partition, 0x20001, 0x9000)).toBe(0x0a);
    expect(set(r, partition, 0x60000, 1)).toBe(0x0a);
    expect(set(r, partition, 0x10000, 0x1ff, 0x1000)).toBe(0x0a);
    expect(set(r, partition, 0x20003, 200)).toBe(0);
    const mask = r.call(codes.HvGetPartitionProperty, (b) => blocks.putGetPartitionProperty(b, partition, 0x10000));
    expect(get53(mask.out, 0)).toBe(0x1ff);
  });

  it('[PART-6] an empty uninitialized partition can be deleted, and its id is gone', () => {
    const r = rig();
    r.deposit(1, 2);
    const { id } = create(r);
    r.deposit(id, 1);
    const remove = (): number => r.call(codes.HvDeletePartition, undefined, { fast: [id, 0] }).status;
    expect(remove()).toBe(8);
    expect(r.call(codes.HvWithdrawMemory, (b) => blocks.putPartitionAndNode(b, id), { reps: 1 }).status).toBe(0);
    expect(remove()).toBe(0);
    expect(remove()).toBe(0x0d);
    expect(r.poolFaults()).toEqual([]);
    const { partition } = r.guest('alpha');
    expect(r.call(codes.HvDeletePartition, undefined, { fast: [partition, 0] }).status).toBe(7);
  });
});

describe('pools', () => {
  it('[POOL-1] the root touches a page it has deposited and gets a typed fault; a second deposit is refused', () => {
    const r = rig();
    expect(() => r.rootTouches(0x400)).not.toThrow();
    expect(r.deposit(1, 1)).toMatchObject({ status: 0, reps: 1 });
    const again = r.call(codes.HvDepositMemory, (b) => {
      blocks.putPartition(b, 1);
      blocks.putDepositPage(b, 0, 0x500);
      blocks.putDepositPage(b, 1, 0x400);
    }, { reps: 2 });
    expect(again).toMatchObject({ status: 8, reps: 1 });
    expect(() => r.rootTouches(0x400)).toThrow(/allow/);
  });

  it('[POOL-2] creation draws on the pool of the caller, the rest on that of the partition named', () => {
    const r = rig();
    expect(create(r).status).toBe(0x0b);
    r.deposit(1, 1);
    const { id } = create(r);
    expect(r.balance(1)).toEqual([0, 1]);
    r.deposit(id, 5);
    r.call(codes.HvInitializePartition, undefined, { fast: [id, 0] });
    expect(r.balance(id)).toEqual([1, 4]);
    expect(r.call(codes.HvCreateVp, (b) => blocks.putCreateVp(b, id, 0)).status).toBe(0x0b);
    const port = (b: Uint8Array): void => blocks.putCreatePort(b, id, 1, 1, new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0]));
    expect(r.call(codes.HvCreatePort, port).status).toBe(0x0b);
    r.deposit(id, 4);
    expect(r.call(codes.HvCreateVp, (b) => blocks.putCreateVp(b, id, 0)).status).toBe(0);
    expect(r.poolFaults()).toEqual([]);
  });

  it('[POOL-2] a mapping stops where the pool is empty and goes on there after a deposit', () => {
    const r = rig();
    r.deposit(1, 1);
    const { id } = create(r);
    r.deposit(id, 5);
    r.call(codes.HvInitializePartition, undefined, { fast: [id, 0] });
    const write = (b: Uint8Array): void => {
      blocks.putMapGpaPages(b, id, 510, 7);
      for (let i = 0; i < 4; i++) blocks.putMapSourcePage(b, i, 0x700 + i);
    };
    expect(r.call(codes.HvMapGpaPages, write, { reps: 4 })).toMatchObject({ status: 0x0b, reps: 0 });
    r.deposit(id, 1);
    expect(r.call(codes.HvMapGpaPages, write, { reps: 4 })).toMatchObject({ status: 0x0b, reps: 2 });
    r.deposit(id, 1);
    expect(r.call(codes.HvMapGpaPages, write, { reps: 4, start: 2 })).toMatchObject({ status: 0, reps: 4 });
    expect(r.poolFaults()).toEqual([]);
  });

  it('[POOL-3] after much making and taking the census agrees with every balance', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    r.guest('beta');
    expect(r.poolFaults()).toEqual([]);
    const [available, inUse] = r.balance(partition);
    expect(available + inUse).toBe(20);
  });

  it('[POOL-4] free pages come back zeroed, and then no more', () => {
    const r = rig();
    r.memory(1, 0x400).fill(7);
    r.deposit(1, 2);
    const back = r.call(codes.HvWithdrawMemory, (b) => blocks.putPartitionAndNode(b, 1), { reps: 3 });
    expect(back).toMatchObject({ status: 0x1d, reps: 2 });
    expect(() => r.rootTouches(0x400)).not.toThrow();
    expect(r.memory(1, 0x400).every((b) => b === 0)).toBe(true);
    expect(r.balance(1)).toEqual([0, 0]);
  });
});

describe('maps', () => {
  const mapped = (r: Rig, id: number, gpa: number, flags: number, source: number): number =>
    r.call(codes.HvMapGpaPages, (b) => {
      blocks.putMapGpaPages(b, id, gpa, flags);
      blocks.putMapSourcePage(b, 0, source);
    }, { reps: 1 }).status;

  it('[MAP-1] the guest sees through its map what the root wrote', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    r.memory(1, 0x710)[5] = 42;
    expect(mapped(r, partition, 0x55, 7, 0x710)).toBe(0);
    expect(r.memory(partition, 0x55)[5]).toBe(42);
  });

  it('[MAP-2] illegal rights and far addresses are refused; rights are kept', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    for (const flags of [2, 4, 6, 8]) expect(mapped(r, partition, 0x55, flags, 0x710)).toBe(5);
    expect(mapped(r, partition, 0x800_0000, 7, 0x710)).toBe(5);
    expect(mapped(r, partition, 0x55, 7, 0x80000)).toBe(5);
    expect(mapped(r, partition, 0x55, 1, 0x710)).toBe(0);
    const m = r.w.kernel.m.memory;
    expect([translate(m, partition, 0x55, 1), translate(m, partition, 0x55, 2)]).toEqual([0x710, -2]);
  });

  it('[MAP-3] a deposited page cannot be mapped', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    expect(mapped(r, partition, 0x55, 7, 0x400)).toBe(8);
  });

  it('[MAP-4] the root stays identity mapped', () => {
    const r = rig();
    expect(mapped(r, 1, 0x55, 7, 0x55)).toBe(0);
    expect(mapped(r, 1, 0x55, 7, 0x56)).toBe(6);
  });

  it('[MAP-5] unmapping takes pages away, and unmapped ones are no error', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    expect(r.call(codes.HvUnmapGpaPages, (b) => blocks.putUnmapGpaPages(b, partition, 60), { reps: 10 })).toMatchObject({ status: 0, reps: 10 });
    const m = r.w.kernel.m.memory;
    expect([translate(m, partition, 59, 1) > 0, translate(m, partition, 60, 1), translate(m, partition, 70, 1)]).toEqual([true, -1, -1]);
  });

  it('[MAP-6] a translation names the page, or says what is missing', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    const ask = (page: number, flags: number): number[] => {
      const { status, out } = r.call(codes.HvTranslateVirtualAddress, (b) => blocks.putTranslate(b, partition, 0, flags, page));
      return [status, get32(out, 0), get53(out, 8)];
    };
    mapped(r, partition, 0x55, 1, 0x710);
    expect(ask(3, 2)).toEqual([0, 0, 3]);
    expect(ask(0x200, 1)).toEqual([0, 4, 0x200]);
    expect(ask(0x55, 2)).toEqual([0, 6, 0x55]);
    expect(ask(3, 0)[0]).toBe(5);
    expect(r.call(codes.HvTranslateVirtualAddress, (b) => blocks.putTranslate(b, partition, 3, 1, 3)).status).toBe(0x0e);
  });
});
