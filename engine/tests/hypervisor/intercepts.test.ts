/** Port accesses, MSRs and CPUID: what a partition may not do by itself. */
import { describe, expect, it } from 'vitest';
import { pio, msr, cpu } from '../../hypervisor/hops.ts';
import { V_INTERCEPT_BUFFER, V_INTERCEPT_SUSPEND, V_RIP } from '../../hypervisor/objects.ts';
import { interceptVp } from '../../hypervisor/intercepts.ts';
import * as blocks from '../../wire/hypercall-blocks.ts';
import * as codes from '../../wire/hypercalls.ts';
import { putSegment, REGISTER_CR0, REGISTER_CS, REGISTER_DS, REGISTER_EFER, REGISTER_ES } from '../../wire/hv-registers.ts';
import { bytesOfHex, get32, hexOf } from '../../wire/bytes.ts';
import { asked, broughtUp, feed, hopsOf, runOut } from '../whole.ts';
import { rig, type Rig } from './rig.ts';

const INTERCEPTS = 'hypervisor/intercepts';
const at = (r: Rig, path: string): number => r.w.kernel.m.components.paths.indexOf(path);
const install = (r: Rig, partition: number, port: number, mask = 3, type = 0): number =>
  r.call(codes.HvInstallIntercept, (b) => blocks.putInstallIntercept(b, partition, mask, type, port)).status;
type Guest = ReturnType<Rig['guest']>;
function access(r: Rig, g: Guest, write: boolean, port: number, size: number, value: number, rip = 0x01234567, more: number[] = [0, 0]): number[] {
  r.stub(g.stub).answer = [];
  r.w.poke(g.stub, write ? pio.write : pio.read, at(r, INTERCEPTS), [port | (size << 16), value, rip, ...more], g.vp);
  r.w.run();
  return r.stub(g.stub).answer;
}
const vpBytes = (r: Rig, vp: number): Uint8Array => r.spa(get32(r.spa(r.config.pages + 1), 4 * vp));
function msrAccess(r: Rig, g: { stub: number; vp: number }, root: boolean, write: boolean, address: number, lo = 0, hi = 0): number[] {
  const kind = root ? (write ? msr.writeRoot : msr.readRoot) : write ? msr.writeGuest : msr.readGuest;
  r.w.poke(g.stub, kind, at(r, INTERCEPTS), [address, lo, hi], g.vp);
  r.w.run();
  return r.stub(g.stub).answer;
}

/** Plain registers as [name, value], segments of base 0x100 times their number in the list as [name, limit, selector, attributes]. */
function setRegisters(r: Rig, partition: number, plain: readonly [number, number][], segments: readonly [number, number, number, number][], base = 0): void {
  r.call(codes.HvSetVpRegisters, (b) => {
    blocks.putPartitionAndVp(b, partition, 0);
    plain.forEach(([name, value], i) => blocks.putSetRegister(b, i, name, value, 0));
    segments.forEach(([name, limit, selector, attributes], i) => {
      blocks.putSetRegister(b, plain.length + i, name, 0, 0);
      putSegment(b, blocks.REGISTER_LIST_AT + 32 * (plain.length + i) + 16, base * i, 0, limit, selector, attributes);
    });
  }, { reps: plain.length + segments.length });
}

describe('port accesses', () => {
  it('[ICPT-1] vanish and read all ones when nobody asked to hear of them', () => {
    const r = rig();
    const g = r.guest('alpha');
    expect(access(r, g, true, 0x80, 1, 5)).toEqual([5, 0x01234568, 0]);
    expect(access(r, g, false, 0x80, 1, 1)).toEqual([0xff, 0x01234568, 0]);
    expect(access(r, g, false, 0x80, 2, 1)[0]).toBe(0xffff);
    expect(access(r, g, false, 0x80, 4, 1)[0]).toBe(0xffff_ffff);
  });

  it('[ICPT-2] are intercepted when any of the ports they cover is', () => {
    const r = rig();
    const g = r.guest('alpha');
    expect(install(r, g.partition, 0x3fa)).toBe(0);
    expect(access(r, g, false, 0x3f8, 2, 1)).toHaveLength(3);
    expect(access(r, g, false, 0x3f8, 4, 1)).toEqual([]);
  });

  it('[ICPT-3] suspend the VP before its instruction, and only that VP', () => {
    const r = rig();
    const a = r.guest('alpha');
    const b = r.guest('beta');
    install(r, a.partition, 0x1f7);
    expect(access(r, a, true, 0x1f7, 1, 0x20)).toEqual([]);
    const v = vpBytes(r, a.vp);
    expect([get32(v, V_INTERCEPT_SUSPEND) & 1, get32(v, V_RIP)]).toEqual([1, 0x01234567]);
    expect(access(r, b, true, 0x1f7, 1, 0x20)).toHaveLength(3);
  });

  it('[ICPT-4] [ICPT-5] fill the message of the worked example byte for byte and reach one root VP', () => {
    const r = rig();
    const g = r.guest('alpha');
    setRegisters(r, g.partition, [[REGISTER_EFER, 0xd01], [REGISTER_CR0, 0x8001_0031]], [[REGISTER_CS, 0, 0x10, 0x209b]]);
    install(r, g.partition, 0x3f8);
    access(r, g, true, 0x3f8, 1, 0x41);
    const expected = bytesOfHex(`
      00 00 01 80 80 00 00 00 02 00 00 00 00 00 00 00
      00 00 00 00 01 01 14 00 00 00 00 00 00 00 00 00
      00 00 00 00 10 00 9B 20 67 45 23 01 00 F8 FF FF
      46 02 00 00 00 00 00 00 F8 03 01 00 00 00 00 00
      41 00 00 00 00 00 00 00`);
    const sim = r.rootSim(interceptVp(2, 4));
    // The type word has been freed by WinHv; the rest still stands in the slot and in the VP's buffer.
    expect(hexOf(sim, 4, expected.length - 4)).toBe(hexOf(expected, 4));
    expect(hexOf(vpBytes(r, g.vp), V_INTERCEPT_BUFFER + 16, 56)).toBe(hexOf(expected, 16, 56));
    expect([interceptVp(2, 4), interceptVp(3, 4), interceptVp(5, 4), interceptVp(7, 1)]).toEqual([1, 2, 1, 0]);
  });

  it('[ICPT-4] [ICEPT-2] a REP INSW message carries count, pointer, instruction bytes and the segments that the VP has', () => {
    const r = rig();
    const g = r.guest('alpha');
    setRegisters(r, g.partition, [[REGISTER_CR0, 0x8001_0031], [REGISTER_EFER, 0x800]], [
      [REGISTER_CS, 0xffff_ffff, 0x1b, 0xc0fb], [REGISTER_DS, 0x000f_ffff, 0x23, 0xc0f3], [REGISTER_ES, 0x0000_ffff, 0x3b, 0x40f3],
    ], 0x100);
    install(r, g.partition, 0x1f0);
    access(r, g, false, 0x1f0, 2, 256, 0x9000_0100, [0x10, 0x200 | (512 << 12)]);
    expect(hexOf(vpBytes(r, g.vp), V_INTERCEPT_BUFFER + 16, 128)).toBe(hexOf(bytesOfHex(`
      00 00 00 00 03 00 07 00 00 00 00 00 00 00 00 00
      FF FF FF FF 1B 00 FB C0 00 01 00 90 00 00 00 00
      46 02 00 00 00 00 00 00 F0 01 1A 03 00 00 00 00
      00 00 00 00 00 00 00 00 66 F3 6D 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00
      FF FF 0F 00 23 00 F3 C0 00 02 00 00 00 00 00 00
      FF FF 00 00 3B 00 F3 40 00 01 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 02 01 00 00 00 00 00`)));
  });

  it('[ICPT-4] [VID-8] a legacy guest of the whole machine is seen in flat 32-bit protected mode, byte for byte', () => {
    const lab = broughtUp(asked({ do: 'read-sectors', guest: 'beta', lba: 0, sectors: 1, count: 1, depth: 1 }));
    const start = lab.run.n;
    const end = runOut(lab);
    const hops = hopsOf(lab, start + 1, end);
    const message = (kind: string, port: number): string => {
      const exit = hops.find((hop) => lab.kinds[hop.kind]!.name === kind && (hop.args[0]! & 0xffff) === port)!;
      const post = hops.find((hop) => lab.kinds[hop.kind]!.name === 'synic.intercept' && hop.cause === exit.n)!;
      return hexOf(feed(lab, () => lab.inspectHop(post.n)).bytes[0]!.after);
    };
    // Ring 0, PE, not LMA; CS 0x08 with a limit of 4 GiB; RIP of the driver without a high half.
    const plain = hexOf(bytesOfHex(`
      00 00 01 80 80 00 00 00 03 00 00 00 00 00 00 00
      00 00 00 00 01 00 04 00 00 00 00 00 00 00 00 00
      FF FF FF FF 08 00 9B C0 00 00 51 F7 00 00 00 00
      46 02 00 00 00 00 00 00 F7 01 01 00 00 00 00 00`));
    expect(message('pio.read', 0x1f7)).toBe(plain + '00'.repeat(256 - 64));
    const string = hexOf(bytesOfHex(`
      00 00 01 80 80 00 00 00 03 00 00 00 00 00 00 00
      00 00 00 00 03 00 04 00 00 00 00 00 00 00 00 00
      FF FF FF FF 08 00 9B C0 60 00 51 F7 00 00 00 00
      46 02 00 00 00 00 00 00 F0 01 1A 03 00 00 00 00
      00 00 00 00 00 00 00 00 66 F3 6D 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      FF FF FF FF 23 00 F3 C0 00 00 00 00 00 00 00 00
      FF FF FF FF 23 00 F3 C0 00 01 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 30 00 00 00 00 00`));
    expect(message('pio.read', 0x1f0)).toBe(string + '00'.repeat(256 - 144));
  });

  it('[ICPT-6] installation wants read and write together, a port, and the parent', () => {
    const r = rig();
    const g = r.guest('alpha');
    expect(install(r, g.partition, 0x10000)).toBe(5);
    expect(install(r, g.partition, 0x80, 1)).toBe(5);
    expect(install(r, g.partition, 0x80, 3, 9)).toBe(5);
    expect(install(r, 1, 0x80)).toBe(6);
    expect(install(r, g.partition, 0x80)).toBe(0);
    expect(install(r, g.partition, 0x80, 0)).toBe(0);
    expect(access(r, g, false, 0x80, 1, 1)).toEqual([0xff, 0x01234568, 0]);
  });
});

describe('MSRs and CPUID', () => {
  it('[MSR-1] [MSR-4] unknown registers, wrong directions and missing privileges are a #GP', () => {
    const r = rig();
    const g = r.guest('alpha', [0x1ff & ~4, 0]);
    expect(msrAccess(r, g, false, false, 0x4000_0055)[2]).toBe(1);
    expect(msrAccess(r, g, false, true, 0x4000_0002, 1)[2]).toBe(1);
    expect(msrAccess(r, g, false, true, 0x4000_0080, 1)[2]).toBe(1);
    expect(msrAccess(r, g, false, false, 0x4000_0021)[2]).toBe(1);
    const root = { stub: r.rootStub, vp: 2 };
    expect(msrAccess(r, root, true, false, 0x4000_0081)).toEqual([1, 0, 0]);
    expect(msrAccess(r, root, true, true, 0x4000_0081, 2)[2]).toBe(1);
    expect(msrAccess(r, root, true, false, 0x4000_0002)).toEqual([2, 0, 0]);
    expect(msrAccess(r, root, true, false, 0x4000_0084)).toEqual([0, 0, 0]);
  });

  it('[MSR-2] [MSR-3] the hypercall page appears after the OS id and uncovers the old page', () => {
    const r = rig();
    const g = r.guest('alpha');
    r.memory(g.partition, 5)[0] = 0x77;
    expect(msrAccess(r, g, false, true, 0x4000_0001, 0x5001)[2]).toBe(0);
    expect(msrAccess(r, g, false, false, 0x4000_0001)[0]! & 1).toBe(0);
    msrAccess(r, g, false, true, 0x4000_0000, 0x1771, 0x10406);
    msrAccess(r, g, false, true, 0x4000_0001, 0x5001);
    expect(hexOf(r.memory(g.partition, 5), 0, 5)).toBe('0f01c1c3cc');
    msrAccess(r, g, false, true, 0x4000_0000, 0, 0);
    expect(r.memory(g.partition, 5)[0]).toBe(0x77);
  });

  it('[MSR-5] EOI can be written and not read', () => {
    const r = rig();
    const g = r.guest('alpha');
    expect(msrAccess(r, g, false, true, 0x4000_0070, 0)[2]).toBe(0);
    expect(msrAccess(r, g, false, false, 0x4000_0070)[2]).toBe(1);
  });

  it('[MSR-6] CPUID shows the hypervisor and the partition\'s own privileges', () => {
    const r = rig();
    const g = r.guest('alpha', [0x1ff, 0x30]);
    const asked = r.w.hops().length;
    for (const leaf of [1, 0x4000_0000, 0x4000_0001, 0x4000_0002, 0x4000_0003]) {
      r.w.poke(r.w.kernel.m.components.paths.indexOf('root/kernel'), cpu.cpuidRoot, at(r, INTERCEPTS), [leaf], 0);
      r.w.run();
    }
    const answers = r.w.hops().slice(asked).filter((h) => r.w.kernel.catalogue[h.kind]!.name === 'cpu.cpuidDoneRoot').map((h) => h.args);
    expect(answers.map((args) => args[4])).toEqual([1, 0x4000_0000, 0x4000_0001, 0x4000_0002, 0x4000_0003]);
    expect(answers[0]![2]).toBe(0x8000_0000);
    expect(answers[1]!.slice(1, 4)).toEqual([0x7263_694d, 0x666f_736f, 0x7648_2074]);
    expect(answers[2]![0]).toBe(0x3123_7648);
    expect(answers[3]![0]).toBe(6001);
    expect(answers[4]![1]! & 0x30).toBe(0x30);
    expect(g.partition).toBe(2);
  });
});
