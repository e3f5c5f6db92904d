import { describe, expect, it } from 'vitest';
import { get32, get53, hexOf } from '../../wire/bytes.ts';
import { eras } from '../../wire/eras.ts';
import { registerCode, registerName, registerNames, putSegment } from '../../wire/hv-registers.ts';
import { hvStatusName } from '../../wire/hv-status.ts';
import {
  blockShapes, mapFlagsLegal, putAssertInterrupt, putConnectPort, putCreatePort, putCreateVp, putGpaAccess, putInstallIntercept, putMapGpaPages,
  putMapSourcePage, putPostMessage, putSetPartitionProperty, putSetRegister, putSignalEvent, putTranslate, putPartitionAndVp, repCountMax,
} from '../../wire/hypercall-blocks.ts';
import {
  controlHi, controlLo, controlRefusal, HvMapGpaPages, HvPostMessage, HvSignalEvent, hypercallByCode, hypercallName, hypercalls, resultHi, resultLo, resultReps,
  resultStatus,
} from '../../wire/hypercalls.ts';
import { decode } from '../../wire/layout.ts';
import { layoutById } from '../../wire/layouts.ts';
import { msrByAddress, msrName, syntheticMsrs } from '../../wire/msrs.ts';
import { defaultChildMaskLo, holdsPrivilege, privileges, rootMask, VMBUS_CHILD_MASK_HI } from '../../wire/privileges.ts';
import { PORT_EVENT, putEventPortInfo } from '../../wire/synic.ts';

/** Name to value of a decoded block. */
function fieldsOf(id: string, bytes: Uint8Array): Record<string, number | null> {
  return Object.fromEntries(decode(layoutById(id)!, bytes).map((f) => [f.name, f.raw]));
}

describe('hypercall words', () => {
  it('[HCALL-1] control words of the worked examples', () => {
    expect([controlHi(0, 0), controlLo(HvSignalEvent, true)]).toEqual([0, 0x0001_005d]);
    expect([controlHi(16, 0), controlLo(HvMapGpaPages, false)]).toEqual([0x10, 0x4b]);
    expect([controlHi(16, 7), controlLo(HvMapGpaPages, false)]).toEqual([0x0007_0010, 0x4b]);
    const word = new Uint8Array([0x4b, 0, 0, 0, 0x10, 0, 7, 0]);
    expect(decode(layoutById('hypercall.control')!, word)[0].bits.map((b) => b.value)).toEqual(['HvMapGpaPages', '0', '0x10 (16)', '7']);
  });

  it('[HCALL-2] result word: status low, reps counted from the start of the list', () => {
    expect([resultLo(0), resultHi(16)]).toEqual([0, 0x10]);
    expect([resultStatus(0xabcd_0006), resultReps(0xffff_f005)]).toEqual([6, 5]);
    expect(fieldsOf('hypercall.result', new Uint8Array([6, 0, 0, 0, 3, 0, 0, 0]))).toMatchObject({ CallStatus: 6, Reps: 3 });
  });

  it('[HCALL-3] knows the calls of the era and answers 0x0002 for the others', () => {
    expect(new Set(hypercalls.map((c) => c.code)).size).toBe(hypercalls.length);
    expect(hypercallByCode(HvPostMessage, 'ws2008')).toMatchObject({ name: 'HvPostMessage', fast: 'no', rep: false, privilege: 36 });
    expect(hypercallByCode(0x6e, 'ws2008')).toBeNull();
    expect(hypercallByCode(0x6e, 'ws2008r2')?.name).toBe('HvMapSparseGpaPages');
    expect(hypercallName(0x9999)).toBe('hypercall 0x9999');
    for (const era of eras) for (const code of [0, 5, 0x71, 0x94, 0xffff]) expect(controlRefusal(code, 0, era)).toBe(0x0002);
    for (const fast of [false, true]) expect(controlRefusal(controlLo(0x58, fast), 0, 'ws2008')).toBe(0);
  });

  it('[HCALL-4] refuses reserved bits and wrong rep fields with 0x0003', () => {
    expect(controlRefusal(HvPostMessage, 0, 'ws2008')).toBe(0);
    expect(controlRefusal(HvMapGpaPages, controlHi(16, 15), 'ws2008')).toBe(0);
    const wrong: [number, number][] = [
      [HvPostMessage | 0x2_0000, 0], [(HvPostMessage | 0x8000_0000) >>> 0, 0], [HvPostMessage, 0x1000], [HvPostMessage, 0x1000_0000],
      [HvPostMessage, controlHi(1, 0)], [HvPostMessage, controlHi(0, 1)], [HvMapGpaPages, 0], [HvMapGpaPages, controlHi(16, 16)], [controlLo(HvPostMessage, true), 0],
    ];
    for (const [lo, hi] of wrong) expect(controlRefusal(lo, hi, 'ws2008'), `${lo.toString(16)} ${hi.toString(16)}`).toBe(0x0003);
  });

  it('[HCALL-5] bounds a rep list by the one page it lies in', () => {
    expect([0x4b, 0x48, 0x49, 0x50, 0x51, 0x4c].map(repCountMax)).toEqual([509, 511, 512, 256, 127, 4095]);
    for (const s of Object.values(blockShapes)) expect([s.header % 8, s.output % 8]).toEqual([0, 0]);
  });
});

describe('hypercall blocks', () => {
  it('[HCALL-5] writers and layouts agree', () => {
    const b = new Uint8Array(256);
    putMapGpaPages(b, 2, 0x100, 7);
    putMapSourcePage(b, 0, 0x8000);
    putMapSourcePage(b, 1, 0x8001);
    expect(fieldsOf('hypercall.HvMapGpaPages', b.subarray(0, 40))).toEqual({
      TargetPartitionId: 2, TargetGpaBase: 0x100, MapFlags: 7, Padding: null, 'SourceGpaPageList[0]': 0x8000, 'SourceGpaPageList[1]': 0x8001,
    });
    putInstallIntercept(b, 2, 3, 0, 0x1f7);
    expect(fieldsOf('hypercall.HvInstallIntercept', b)).toEqual({ PartitionId: 2, AccessTypeMask: 3, InterceptType: 0, InterceptParameter: 0x1f7 });
    putSetPartitionProperty(b, 2, 0x0001_0000, 0x5ff, 0x30);
    expect(hexOf(b, 8, 16)).toBe('0000010000000000' + 'ff05000030000000');
    putCreateVp(b, 3, 1);
    expect(fieldsOf('hypercall.HvCreateVp', b)).toMatchObject({ PartitionId: 3, VpIndex: 1, Flags: 0, ProximityDomainInfo: 0 });
    putTranslate(b, 3, 0, 0x21, 0x1234);
    expect(fieldsOf('hypercall.HvTranslateVirtualAddress', b)).toMatchObject({ PartitionId: 3, ControlFlags: 0x21, GvaPage: 0x1234 });
    putGpaAccess(b, 3, 0, 8, 0xfee0_0000, 6);
    expect(fieldsOf('hypercall.HvReadGpa', b)).toEqual({ PartitionId: 3, VpIndex: 0, ByteCount: 8, BaseGpa: 0xfee0_0000, ControlFlags: 6 });
    putAssertInterrupt(b, 3, 7, true, 0, 0x76);
    expect(fieldsOf('hypercall.HvAssertVirtualInterrupt', b)).toMatchObject({ InterruptType: 7, InterruptControl: 1, RequestedVector: 0x76 });
    putSignalEvent(b, 2, 0);
    expect(hexOf(b, 0, 8)).toBe('0200000000000000');
    expect([0, 1, 2, 3, 4, 5, 6, 7].filter(mapFlagsLegal)).toEqual([0, 1, 3, 5, 7]);
  });

  it('[HCALL-5] a register list has elements of 32 bytes, a message 16 bytes of header', () => {
    const b = new Uint8Array(80);
    putPartitionAndVp(b, 2, 0);
    putSetRegister(b, 0, registerCode('HvX64RegisterRip'), 0x8000_0002, 0xffff_f800);
    putSetRegister(b, 1, registerCode('HvRegisterInterceptSuspend'), 0, 0);
    expect(fieldsOf('hypercall.HvSetVpRegisters', b)).toMatchObject({ 'RegisterName[0]': 0x0002_0010, 'RegisterName[1]': 1, 'RegisterValueLow[1]': 0 });
    expect([get32(b, 32), get32(b, 36)]).toEqual([0x8000_0002, 0xffff_f800]);
    const post = new Uint8Array(256);
    putPostMessage(post, 1, 1, new Uint8Array([3, 0, 0, 0, 0, 0, 0, 0]), 8);
    expect(hexOf(post, 0, 24)).toBe('0100000000000000' + '0100000008000000' + '0300000000000000');
  });

  it('[HCALL-6] HvConnectPort and HvCreatePort carry their information structures', () => {
    const b = new Uint8Array(48);
    const info = new Uint8Array(24);
    putEventPortInfo(info, 0, 2, 0, 0, 2048);
    putCreatePort(b, 1, 2, 5, info);
    expect(fieldsOf('hypercall.HvCreatePort', b)).toMatchObject({ PortPartition: 1, PortId: 2, ConnectionPartition: 5, PortType: PORT_EVENT, TargetSint: 2, FlagCount: 2048 });
    putConnectPort(b, 5, 2, 1, 2, PORT_EVENT, 0);
    expect(fieldsOf('hypercall.HvConnectPort', b)).toMatchObject({ ConnectionPartition: 5, ConnectionId: 2, PortPartition: 1, PortId: 2, PortType: 2, MonitorAddress: 0 });
    expect(get53(b, 16)).toBe(1);
  });
});

describe('names', () => {
  it('[HCALL-11] spells results and types as hvgdk.h does', () => {
    const named = (id: string, name: string): Readonly<Record<number, string>> =>
      layoutById(id)?.fields.find((f) => f.name === name)?.values ?? {};
    expect(named('hypercall.HvReadGpa.out', 'AccessResult')).toEqual(named('hypercall.HvWriteGpa.out', 'AccessResult'));
    expect(named('hypercall.HvReadGpa.out', 'AccessResult')).toMatchObject({ 0: 'HvAccessGpaSuccess', 4: 'HvAccessGpaIllegalOverlayAccess' });
    expect(named('hypercall.HvTranslateVirtualAddress.out', 'ResultCode')).toMatchObject({ 0: 'HvTranslateGvaSuccess', 7: 'HvTranslateGvaGpaIllegalOverlayAccess' });
    expect(named('hypercall.HvInstallIntercept', 'InterceptType')[3]).toBe('HvInterceptTypeX64Exception');
    expect(layoutById('hypercall.HvConnectPort')?.status).toBe('documented');
  });

  it('[HCALL-7] spells statuses as the specification does', () => {
    expect([0x13, 0x06, 0x18, 0x12].map(hvStatusName)).toEqual([
      'HV_STATUS_INSUFFICIENT_BUFFERS', 'HV_STATUS_ACCESS_DENIED', 'HV_STATUS_INVALID_SYNIC_STATE', 'HV_STATUS_INVALID_CONNECTION_ID',
    ]);
    expect(hvStatusName(0x0f)).toBe('HV_STATUS 0x000F');
  });

  it('[HCALL-8] a new child holds no hypercall privilege; VMBus needs bits 36 and 37', () => {
    expect([defaultChildMaskLo('ws2008'), defaultChildMaskLo('ws2008r2')]).toEqual([0x1ff, 0x5ff]);
    // The root of 2008 holds nothing that came with R2: the reference TSC, the idle register, the profiler.
    expect([rootMask('ws2008'), rootMask('ws2008r2'), rootMask('ws2012')]).toEqual([[0x1ff, 0x19ff], [0x7ff, 0x39ff], [0x7ff, 0x39ff]]);
    for (const p of privileges) {
      for (const era of eras) expect(holdsPrivilege(...rootMask(era), p.bit), p.name).toBe(p.eras.includes(era));
      if (p.bit >= 32) expect(holdsPrivilege(0x5ff, VMBUS_CHILD_MASK_HI, p.bit)).toBe(p.bit === 36 || p.bit === 37);
    }
  });

  it('[HCALL-9] lists every MSR of the specification with direction, privilege bit and reset value, and no other', () => {
    const at = (low: number): number => 0x4000_0000 + low;
    const expected: [number, string, number, number][] = [
      [at(0x00), 'RW', 5, 0], [at(0x01), 'RW', 5, 0], [at(0x02), 'R', 6, 0], [at(0x03), 'RW', 7, 0], [at(0x10), 'R', 0, 0], [at(0x20), 'R', 1, 0], [at(0x21), 'RW', 9, 0],
      [at(0x70), 'W', 4, 0], [at(0x71), 'RW', 4, 0], [at(0x72), 'RW', 4, 0], [at(0x73), 'RW', 4, 0],
      [at(0x80), 'RW', 2, 0], [at(0x81), 'R', 2, 1], [at(0x82), 'RW', 2, 0], [at(0x83), 'RW', 2, 0], [at(0x84), 'W', 2, 0],
      ...Array.from({ length: 16 }, (_, i): [number, string, number, number] => [at(0x90 + i), 'RW', 2, 0x1_0000]),
      ...Array.from({ length: 8 }, (_, i): [number, string, number, number] => [at(0xb0 + i), 'RW', 3, 0]),
      ...[0xc1, 0xc2, 0xc3].map((low): [number, string, number, number] => [at(low), 'R', 44, 0]),
      ...[0xd1, 0xd2, 0xd3].map((low): [number, string, number, number] => [at(low), 'RW', 44, 0]),
      ...[0xe0, 0xe1, 0xe2, 0xe3].map((low): [number, string, number, number] => [at(low), 'RW', 8, 0]),
      [at(0xf0), 'R', 10, 0],
    ];
    const listed = syntheticMsrs.map((m): [number, string, number, number] => [m.address, m.access, m.privilege, m.reset]).sort(([a], [b]) => a - b);
    expect(listed).toEqual(expected);
  });

  it('[HCALL-9] names MSRs, and knows which came later', () => {
    expect(new Set(syntheticMsrs.map((m) => m.address)).size).toBe(syntheticMsrs.length);
    expect(msrByAddress(0x4000_0092)).toMatchObject({ name: 'HV_X64_MSR_SINT2', reset: 0x1_0000, privilege: 2 });
    expect(msrByAddress(0x4000_0081)).toMatchObject({ access: 'R', reset: 1 });
    expect(msrName(0x4000_00b3)).toBe('HV_X64_MSR_STIMER1_COUNT');
    expect(msrByAddress(0x4000_0021)?.eras).not.toContain('ws2008');
  });

  it('[HCALL-10] codes and names of registers match both ways; a segment has its selector before its attributes', () => {
    for (const [code, name] of Object.entries(registerNames)) expect(registerCode(name)).toBe(Number(code));
    expect(registerName(0x0002_0010)).toBe('HvX64RegisterRip');
    expect([0, 1, 0x0001_0002, 0x0009_0001, 0x000a_0002, 0x000a_0012, 0x000a_0013, 0x000b_0001].map(registerName)).toEqual([
      'HvRegisterExplicitSuspend', 'HvRegisterInterceptSuspend', 'HvX64RegisterPendingInterruption', 'HvX64RegisterHypercall',
      'HvX64RegisterSint2', 'HvX64RegisterSifp', 'HvX64RegisterSipp', 'HvX64RegisterStimer0Count',
    ]);
    expect([registerCode('HvX64RegisterMsrMtrrPhysMask7'), registerCode('HvX64RegisterMsrMtrrFix4kF8000')]).toEqual([0x0008_0047, 0x0008_007a]);
    expect([registerName(0x7777_0000), registerCode('no such')]).toEqual(['register 0x77770000', -1]);
    const b = new Uint8Array(16);
    putSegment(b, 0, 0, 0, 0xffff_ffff, 0x10, 0x209b);
    expect(hexOf(b)).toBe('0000000000000000' + 'ffffffff' + '1000' + '9b20');
  });
});
