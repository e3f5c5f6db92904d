/** VPs: creation, registers, suspension, HLT. */
import { describe, expect, it } from 'vitest';
import { pio } from '../../hypervisor/hops.ts';
import { HALTED, SUSPENDED } from '../../sim/processors.ts';
import * as blocks from '../../wire/hypercall-blocks.ts';
import * as codes from '../../wire/hypercalls.ts';
import { get32 } from '../../wire/bytes.ts';
import { rig, type Rig } from './rig.ts';

const setRegisters = (r: Rig, partition: number, index: number, list: readonly (readonly [number, number])[]): { status: number; reps: number } =>
  r.call(codes.HvSetVpRegisters, (b) => {
    blocks.putPartitionAndVp(b, partition, index);
    list.forEach(([name, value], i) => blocks.putSetRegister(b, i, name, value, 0));
  }, { reps: list.length });
const getRegisters = (r: Rig, partition: number, names: readonly number[]): { status: number; reps: number; values: number[] } => {
  const { status, reps, out } = r.call(codes.HvGetVpRegisters, (b) => {
    blocks.putPartitionAndVp(b, partition, 0);
    names.forEach((name, i) => blocks.putGetRegister(b, i, name));
  }, { reps: names.length });
  return { status, reps, values: names.map((_, i) => get32(out, 16 * i)) };
};
const createVp = (r: Rig, partition: number, index: number): number =>
  r.call(codes.HvCreateVp, (b) => blocks.putCreateVp(b, partition, index)).status;
const flags = (r: Rig, vp: number): number => r.w.kernel.m.processors.flags[vp]!;

describe('VPs', () => {
  it('[VP-1] begin suspended in reset state; an index counts once', () => {
    const r = rig();
    const g = r.guest('alpha');
    const [, before] = r.balance(g.partition);
    expect(createVp(r, g.partition, 1)).toBe(0);
    expect(r.balance(g.partition)[1]).toBe(before + 3);
    expect([createVp(r, g.partition, 1), createVp(r, g.partition, 64)]).toEqual([0x0e, 0x0e]);
    const vp = r.w.kernel.m.processors.vpCount - 1;
    expect(flags(r, vp) & SUSPENDED).toBe(SUSPENDED);
    expect(getRegisters(r, g.partition, [0x20010, 0x20011]).values).toEqual([0xfff0, 2]);
  });

  it('[VP-2] registers are read and written by name, up to the first unknown one', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    expect(setRegisters(r, partition, 0, [[0x20000, 5], [0x40002, 0x1000], [0x99999, 0], [0x20001, 7]])).toMatchObject({ status: 5, reps: 2 });
    expect(getRegisters(r, partition, [0x20000, 0x40002, 0x20001])).toMatchObject({ status: 0, reps: 3, values: [5, 0x1000, 0] });
    expect(setRegisters(r, partition, 9, [[0x20000, 5]]).status).toBe(0x0e);
    expect(setRegisters(r, 1, 0, [[0x20000, 5]]).status).toBe(6);
    expect(getRegisters(r, 1, [0xa0010]).values).toEqual([1]);
    expect(r.guestCall('alpha', codes.HvSetVpRegisters, (b) => {
      blocks.putPartitionAndVp(b, partition, 0);
      blocks.putSetRegister(b, 0, 0x20000, 1, 0);
    }, { reps: 1 }).status).toBe(6);
  });

  it('[VP-3] a suspended VP does nothing, and nobody but the hypervisor sets InterceptSuspend', () => {
    const r = rig();
    const g = r.guest('alpha');
    expect(setRegisters(r, g.partition, 0, [[1, 1]]).status).toBe(5);
    setRegisters(r, g.partition, 0, [[0, 1]]);
    const before = r.w.names().length;
    r.w.poke(g.stub, r.w.kernel.catalogue.find((k) => k.name === 'gwinhv.call')!, r.w.kernel.m.components.paths.indexOf('alpha/winhv'), [0x46, 0, 0x20, 0, 0x21, 0], g.vp);
    r.w.run();
    expect(r.w.names().slice(before)).toEqual([]);
    setRegisters(r, g.partition, 0, [[0, 0]]);
    expect(r.w.names().slice(before)).toContain('hv.callGuest');
  });

  it('[VP-4] an answered intercept lets the VP go on with the RAX and RIP of its parent', () => {
    const r = rig();
    const g = r.guest('alpha');
    r.call(codes.HvInstallIntercept, (b) => blocks.putInstallIntercept(b, g.partition, 3, 0, 0x1f7));
    r.w.poke(g.stub, pio.read, r.w.kernel.m.components.paths.indexOf('hypervisor/intercepts'), [0x1f7 | (1 << 16), 1, 0x100, 0, 0], g.vp);
    r.w.run();
    expect(r.stub(g.stub).answer).toEqual([]);
    expect(r.stub(r.rootStub).messages).toEqual([]);
    setRegisters(r, g.partition, 0, [[0x20000, 0x50], [0x20010, 0x101]]);
    expect(r.stub(g.stub).answer).toEqual([]);
    setRegisters(r, g.partition, 0, [[1, 0]]);
    expect(r.stub(g.stub).answer.slice(0, 2)).toEqual([0x50, 0x101]);
  });

  it('[VP-4] a VP suspended twice goes on only when both bits are gone', () => {
    const r = rig();
    const g = r.guest('alpha');
    r.call(codes.HvInstallIntercept, (b) => blocks.putInstallIntercept(b, g.partition, 3, 0, 0x1f7));
    r.w.poke(g.stub, pio.write, r.w.kernel.m.components.paths.indexOf('hypervisor/intercepts'), [0x1f7 | (1 << 16), 1, 0x100, 0], g.vp);
    r.w.run();
    setRegisters(r, g.partition, 0, [[0, 1]]);
    setRegisters(r, g.partition, 0, [[1, 0]]);
    expect(r.stub(g.stub).answer).toEqual([]);
    setRegisters(r, g.partition, 0, [[0, 0]]);
    expect(r.stub(g.stub).answer).toHaveLength(3);
  });

  it('[VP-5] unsuspending VP 0 starts the guest, VP 1 does not', () => {
    const r = rig();
    const g = r.guest('alpha');
    const starts = (): number => r.w.names().filter((n) => n === 'gkernel.start').length;
    expect(starts()).toBe(1);
    createVp(r, g.partition, 1);
    setRegisters(r, g.partition, 1, [[0, 0]]);
    expect(starts()).toBe(1);
  });

  it('[VP-6] a VP without work halts', () => {
    const r = rig();
    const g = r.guest('alpha');
    expect([flags(r, g.vp), flags(r, 0)]).toEqual([HALTED, HALTED]);
    expect(r.w.names()).toContain('cpu.hltGuest');
  });
});
