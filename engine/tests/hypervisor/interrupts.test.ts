/** The virtual APIC and the ExtINT of an emulated 8259. */
import { describe, expect, it } from 'vitest';
import { apic } from '../../hypervisor/hops.ts';
import { gkernel } from '../../guest/kernel/hops.ts';
import { kernel } from '../../root/kernel/hops.ts';
import { highestBit } from '../../hypervisor/apic.ts';
import { V_IRR, V_ISR } from '../../hypervisor/objects.ts';
import * as blocks from '../../wire/hypercall-blocks.ts';
import * as codes from '../../wire/hypercalls.ts';
import { get32 } from '../../wire/bytes.ts';
import { rig, type Rig } from './rig.ts';

const at = (r: Rig, path: string): number => r.w.kernel.m.components.paths.indexOf(path);
const vpBytes = (r: Rig, vp: number): Uint8Array => r.spa(get32(r.spa(r.config.pages + 1), 4 * vp));
const assert = (r: Rig, partition: number, type: number, vector: number, destination = 0): number =>
  r.call(codes.HvAssertVirtualInterrupt, (b) => blocks.putAssertInterrupt(b, partition, type, type === 7, destination, vector)).status;
const clear = (r: Rig, partition: number): number => r.call(codes.HvClearVirtualInterrupt, undefined, { fast: [partition, 0] }).status;
const register = (r: Rig, name: string, stub: number, vector: number, eoi: number, vp: number): void => {
  r.w.poke(stub, gkernel.connectInterrupt, at(r, `${name}/kernel`), [vector, eoi], vp);
  r.w.run();
};
const suspend = (r: Rig, partition: number, on: boolean): void => {
  r.call(codes.HvSetVpRegisters, (b) => {
    blocks.putPartitionAndVp(b, partition, 0);
    blocks.putSetRegister(b, 0, 0, on ? 1 : 0, 0);
  }, { reps: 1 });
};

describe('the virtual APIC', () => {
  it('[INT-1] two requests before delivery are one interrupt', () => {
    const r = rig();
    const g = r.guest('alpha');
    register(r, 'alpha', g.stub, 0x51, 1, g.vp);
    suspend(r, g.partition, true);
    assert(r, g.partition, 0, 0x51);
    assert(r, g.partition, 0, 0x51);
    expect(highestBit(vpBytes(r, g.vp), V_IRR)).toBe(0x51);
    suspend(r, g.partition, false);
    expect(r.stub(g.stub).vectors).toEqual([0x51]);
  });

  it('[INT-2] [INT-5] a suspended VP takes nothing; then the highest first, and EOI lets the next in', () => {
    const r = rig();
    const g = r.guest('alpha');
    for (const vector of [0x41, 0x51, 0x52]) register(r, 'alpha', g.stub, vector, 1, g.vp);
    suspend(r, g.partition, true);
    for (const vector of [0x41, 0x51, 0x52]) assert(r, g.partition, 0, vector);
    expect(r.stub(g.stub).vectors).toEqual([]);
    suspend(r, g.partition, false);
    expect(r.stub(g.stub).vectors).toEqual([0x52, 0x51, 0x41]);
    expect([highestBit(vpBytes(r, g.vp), V_IRR), highestBit(vpBytes(r, g.vp), V_ISR)]).toEqual([-1, -1]);
  });

  it('[INT-3] a vector with AutoEOI enters no ISR', () => {
    const r = rig();
    const before = r.w.hops().length;
    r.w.poke(r.rootStub, kernel.connectInterrupt, at(r, 'root/kernel'), [0x71, 0], 0);
    r.w.run();
    r.w.poke(at(r, 'hypervisor/synic'), r.w.kernel.catalogue.find((k) => k.name === 'synic.interrupt')!, at(r, 'hypervisor/apic'), [0, 0x71, 2], 0);
    r.w.run();
    expect(r.stub(r.rootStub).vectors).toEqual([0x71]);
    expect(highestBit(vpBytes(r, 0), V_ISR)).toBe(-1);
    expect(r.w.names().slice(before)).not.toContain('apic.eoiRoot');
  });

  it('[INT-4] a hardware interrupt becomes a virtual one of root VP 0 and gets its EOI', () => {
    const r = rig();
    const disk = r.w.add('disk', 'hardware/disk', 0, { sectors: 100, extents: [], completionPage: 0x60, randomNs: 1, nearNs: 1, per4kNs: 1 });
    r.w.poke(r.rootStub, kernel.connectInterrupt, at(r, 'root/kernel'), [0x51, 1], 0);
    r.w.run();
    r.w.poke(disk, apic.hardware, at(r, 'hypervisor/apic'), [0x51, 0], 0);
    r.w.run();
    expect(r.stub(r.rootStub).vectors).toEqual([0x51]);
    expect(r.w.names().at(-2)).toBe('apic.eoiDoneRoot');
  });
});

describe('interrupts a parent asserts', () => {
  it('[INT-6] types, vectors and destinations are checked', () => {
    const r = rig();
    const { partition } = r.guest('alpha');
    expect(assert(r, partition, 1, 0x51)).toBe(5);
    expect(assert(r, partition, 0, 0x151)).toBe(5);
    expect(assert(r, partition, 0, 0x51, 3)).toBe(0x0e);
    expect(assert(r, 1, 0, 0x51)).toBe(6);
  });

  it('[INT-7] [INT-8] an ExtINT is taken once, must be cleared, and can be replaced or taken back before', () => {
    const r = rig();
    const g = r.guest('alpha');
    register(r, 'alpha', g.stub, 0x3e, 0, g.vp);
    expect(clear(r, g.partition)).toBe(0x14);
    expect(assert(r, g.partition, 7, 0x3e, 1)).toBe(0x0e);
    suspend(r, g.partition, true);
    expect(assert(r, g.partition, 7, 0x30)).toBe(0);
    expect(assert(r, g.partition, 7, 0xffff_ffff)).toBe(0);
    suspend(r, g.partition, false);
    expect(r.stub(g.stub).vectors).toEqual([]);
    suspend(r, g.partition, true);
    assert(r, g.partition, 7, 0x30);
    expect(assert(r, g.partition, 7, 0x3e)).toBe(0);
    expect(clear(r, g.partition)).toBe(0x14);
    suspend(r, g.partition, false);
    expect(r.stub(g.stub).vectors).toEqual([0x3e]);
    expect(assert(r, g.partition, 7, 0x3e)).toBe(0x16);
    expect(clear(r, g.partition)).toBe(0);
    expect(clear(r, g.partition)).toBe(0x14);
  });
});
