import { describe, expect, it } from 'vitest';
import { gwinhv } from '../../guest/kernel/hops.ts';
import { pio } from '../../hypervisor/hops.ts';
import { PARTITIONS_MAX } from '../../hypervisor/objects.ts';
import * as blocks from '../../wire/hypercall-blocks.ts';
import * as codes from '../../wire/hypercalls.ts';
import { get53 } from '../../wire/bytes.ts';
import { SUSPENDED } from '../../sim/processors.ts';
import { translate } from '../../sim/memory.ts';
import { rig, type Rig } from './rig.ts';

const suspend = (r: Rig, partition: number, on: number): number =>
  r.call(codes.HvSetVpRegisters, (b) => {
    blocks.putPartitionAndVp(b, partition, 0);
    blocks.putSetRegister(b, 0, 0, on, 0);
  }, { reps: 1 }).status;
const deleteVp = (r: Rig, partition: number, index = 0): number => r.call(codes.HvDeleteVp, (b) => blocks.putPartitionAndVp(b, partition, index)).status;
const finalize = (r: Rig, partition: number): number => r.call(codes.HvFinalizePartition, undefined, { fast: [partition, 0] }).status;
const remove = (r: Rig, partition: number): number => r.call(codes.HvDeletePartition, undefined, { fast: [partition, 0] }).status;
const withdrawAll = (r: Rig, partition: number): number => {
  let pages = 0;
  for (;;) {
    const { status, reps } = r.call(codes.HvWithdrawMemory, (b) => blocks.putPartitionAndNode(b, partition), { reps: 16 });
    pages += reps;
    if (status !== 0) return pages;
  }
};
const port = (r: Rig, owner: number, id: number, partner: number): number =>
  r.call(codes.HvCreatePort, (b) => {
    blocks.putPartitionAndId(b, owner, id);
    b.fill(0, 16, 48);
    b[16] = partner;
    b[24] = 1;
    b[32] = 2;
  }).status;

describe('the end of a VP', () => {
  it('[VP-7] a hypercall that the VP has begun is finished before its parent hears that it is stopped', () => {
    const r = rig();
    const g = r.guest('alpha', [0x1ff, 0x30]);
    const { kernel } = r.w;
    const find = (path: string): number => kernel.m.components.paths.indexOf(path);
    // The guest's call is three hops inside the hypervisor when the root's begins on another VP.
    r.w.poke(g.stub, gwinhv.call, find('alpha/winhv'), [codes.controlLo(codes.HvSignalEvent, true), 0, 2, 0, 0, 7]);
    for (let i = 0; i < 2; i++) kernel.run({ toHop: kernel.m.n + 1, toTime: Number.MAX_SAFE_INTEGER });
    expect(suspend(r, g.partition, 1)).toBe(0);
    expect(kernel.m.processors.flags[g.vp]! & SUSPENDED).toBe(SUSPENDED);
    const status = r.stub(g.stub).status;
    r.w.run();
    expect(r.stub(g.stub).status).toBe(status);
    expect(suspend(r, g.partition, 0)).toBe(0);
    r.w.run();
    expect(r.stub(g.stub).status).toBe(0x12);
  });

  it('[VP-8] a deleted VP returns its three pages; what waited on it never happens; its index is unknown', () => {
    const r = rig();
    const g = r.guest('alpha');
    const [free, used] = r.balance(g.partition);
    suspend(r, g.partition, 1);
    const { kernel } = r.w;
    r.w.poke(g.stub, pio.write, kernel.m.components.paths.indexOf('hypervisor/intercepts'), [0x80 | (1 << 16), 1, 0, 0]);
    expect(deleteVp(r, g.partition, 1)).toBe(0x0e);
    expect(deleteVp(r, g.partition)).toBe(0);
    expect(r.balance(g.partition)).toEqual([free + 3, used - 3]);
    expect(deleteVp(r, g.partition)).toBe(0x0e);
    expect(r.call(codes.HvDeleteVp, undefined, { fast: [g.partition, 0] }).status).toBe(5);
    expect(r.poolFaults()).toEqual([]);
    expect(r.stub(g.stub).answer).toEqual([]);
  });

  it('[LIFE-2] hops that wait at a VP are dropped with it, and the machine goes on', () => {
    const r = rig();
    const g = r.guest('alpha');
    suspend(r, g.partition, 1);
    const before = r.w.kernel.m.flight.used;
    for (let i = 0; i < 5; i++) r.w.poke(g.stub, gwinhv.done, g.stub, [0x99, 0, 0, 0]);
    expect(r.w.kernel.m.flight.used).toBe(before + 5);
    expect(deleteVp(r, g.partition)).toBe(0);
    expect(r.w.kernel.m.flight.used).toBe(0);
    expect(r.stub(g.stub).status).not.toBe(0x99);
    expect(r.deposit(1, 1).status).toBe(0);
  });
});

describe('the end of a partition', () => {
  it('[PART-7] finalizing releases what is left, and withdrawing then empties the pool', () => {
    const r = rig();
    const g = r.guest('alpha');
    const rootBefore = r.balance(1);
    expect(port(r, g.partition, 1, 1)).toBe(0);
    expect(port(r, 1, 0x201, g.partition)).toBe(0);
    expect(r.call(codes.HvConnectPort, (b) => blocks.putConnectPort(b, 1, 0x201, g.partition, 1, 1, 0)).status).toBe(0);
    expect(remove(r, g.partition)).toBe(7);
    const [free, used] = r.balance(g.partition);
    expect(finalize(r, g.partition)).toBe(0);
    expect(r.balance(g.partition)).toEqual([free + used, 0]);
    expect(finalize(r, g.partition)).toBe(7);
    expect(translate(r.w.kernel.m.memory, g.partition, 0, 1)).toBe(-1);
    expect(r.call(codes.HvPostMessage, (b) => blocks.putPostMessage(b, 0x201, 1, new Uint8Array(8), 8)).status).toBe(0x11);
    expect(remove(r, g.partition)).toBe(8);
    expect(withdrawAll(r, g.partition)).toBe(free + used);
    expect(r.poolFaults()).toEqual([]);
    expect(remove(r, g.partition)).toBe(0);
    expect(remove(r, g.partition)).toBe(0x0d);
    // What was made for the guest in the root's own pool is still the root's to delete.
    expect(r.call(codes.HvDisconnectPort, (b) => blocks.putPartitionAndId(b, 1, 0x201)).status).toBe(0);
    expect(r.call(codes.HvDeletePort, (b) => blocks.putPartitionAndId(b, 1, 0x201)).status).toBe(0);
    expect(r.balance(1)[1]).toBe(rootBefore[1] - 1);
    expect(r.poolFaults()).toEqual([]);
  });

  it('[PORT-6] the last port or connection takes its table with it', () => {
    const r = rig();
    const g = r.guest('alpha');
    const before = r.balance(g.partition);
    expect(port(r, g.partition, 1, 1)).toBe(0);
    expect(r.balance(g.partition)).toEqual([before[0] - 2, before[1] + 2]);
    expect(r.call(codes.HvDeletePort, (b) => blocks.putPartitionAndId(b, g.partition, 1)).status).toBe(0);
    expect(r.balance(g.partition)).toEqual(before);
    expect(r.poolFaults()).toEqual([]);
  });

  it('[SYN-9] messages that wait for a VP are gone with it, and their buffers are free', () => {
    const r = rig();
    const g = r.guest('alpha', [0x1ff, 0x30]);
    port(r, g.partition, 1, 1);
    r.call(codes.HvConnectPort, (b) => blocks.putConnectPort(b, 1, 0x201, g.partition, 1, 1, 0));
    const set = (name: number, value: number): void =>
      void r.call(codes.HvSetVpRegisters, (b) => {
        blocks.putPartitionAndVp(b, g.partition, 0);
        blocks.putSetRegister(b, 0, name, value, 0);
      }, { reps: 1 });
    set(0xa0010, 1);
    set(0xa0013, (0x31 << 12) | 1);
    for (let i = 0; i < 3; i++) expect(r.call(codes.HvPostMessage, (b) => blocks.putPostMessage(b, 0x201, 1, new Uint8Array(8), 8)).status).toBe(0);
    const synic = r.state<{ tagBuffers: number[] }>('hypervisor/synic');
    expect(synic.tagBuffers).toHaveLength(2);
    expect(deleteVp(r, g.partition)).toBe(0);
    expect(synic.tagBuffers).toEqual([]);
    expect(finalize(r, g.partition)).toBe(0);
    expect(r.poolFaults()).toEqual([]);
  });

  it('[PART-6] ids come to an end with a status', () => {
    const r = rig();
    r.deposit(1, 2);
    for (let id = 2; id <= PARTITIONS_MAX; id++) {
      const { out, status } = r.call(codes.HvCreatePartition, (b) => blocks.putCreatePartition(b), { name: `p${id}` });
      expect([status, get53(out, 0)]).toEqual([0, id]);
      expect(remove(r, id)).toBe(0);
    }
    expect(r.call(codes.HvCreatePartition, (b) => blocks.putCreatePartition(b), { name: 'more' }).status).toBe(0x1d);
    expect(r.w.kernel.m.partitions.gone.slice(2).every((gone) => gone === 1)).toBe(true);
  });

  it('[LIFE-1] a component with a hop on its way cannot retire; afterwards its path is free and its index its own', () => {
    const r = rig();
    const g = r.guest('alpha');
    const { kernel } = r.w;
    const intercepts = kernel.m.components.paths.indexOf('hypervisor/intercepts');
    suspend(r, g.partition, 1);
    r.w.poke(g.stub, gwinhv.done, g.stub, [0, 0, 0, 0]);
    kernel.act.begin(0, intercepts, 0, 0, 0, 0);
    expect(() => kernel.act.retire(g.stub)).toThrow('a hop is on its way to it');
    expect(deleteVp(r, g.partition)).toBe(0);
    kernel.act.begin(0, intercepts, 0, 0, 0, 0);
    kernel.act.retire(g.stub);
    expect(kernel.act.find('alpha/stub')).toBe(-1);
    expect(kernel.m.components.paths[g.stub]).toBe('alpha/stub');
    expect(() => kernel.act.retire(g.stub)).toThrow('cannot retire');
    const again = r.w.add('guest-stub', 'alpha/stub', g.partition);
    expect(again).toBeGreaterThan(g.stub);
    expect(kernel.act.find('alpha/stub')).toBe(again);
  });
});
