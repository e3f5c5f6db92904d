import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfHex, get32, hexOf } from '../../wire/bytes.ts';
import { putSegment } from '../../wire/hv-registers.ts';
import {
  ACCESS_WRITE, EXECUTION_LMA, EXECUTION_PE, interceptAccess, interceptInstructionLength, interceptRipHi, interceptRipLo, ioPort, ioPortIsRep, ioPortIsString,
  ioPortRaxLo, ioPortRcxLo, ioPortRdiLo, ioPortSize, mergeRaxLo, putApicEoi, putCpuidIntercept, putInterceptHeader, putIoPortIntercept, putIoPortString, putMsrIntercept,
} from '../../wire/intercepts.ts';
import { decode } from '../../wire/layout.ts';
import { layoutById } from '../../wire/layouts.ts';
import {
  clearEventFlag, eventFlag, MESSAGE_IO_PORT_INTERCEPT, messagePayloadSize, messagePending, messageSlotAt, messageType, monitorConnection, monitorFlag,
  monitorLatency, nextSetBit, pageRegisterHi, pageRegisterLo, portInfoBaseFlag, portInfoFlagCount, portInfoSint, portInfoType, portInfoVp, postRefusal,
  putConnectionInfo, putEventPortInfo, putMessage, putMessagePortInfo, putMonitorPortInfo, putMonitorTrigger, registerPage, setBit, setEventFlag, setMessagePending,
  setMessageType, setMonitorPending, sintAutoEoi, sintMasked, sintOf, sintVector, synicEnabled, takeMonitorPending,
} from '../../wire/synic.ts';

/** CS of a 64-bit kernel: base 0, no limit. */
const cs64 = new Uint8Array(16);
putSegment(cs64, 0, 0, 0, 0, 0x10, 0x209b);

describe('messages', () => {
  it('[SYNLAY-1] a message fills its slot and nothing beside it', () => {
    const page = new Uint8Array(4096).fill(0xaa);
    putMessage(page, messageSlotAt(2), 1, 7, bytesOfHex('0400000000000000'), 0, 8);
    expect(hexOf(page, 512, 32)).toBe('01000000' + '08' + '00' + '0000' + '0700000000000000' + '0400000000000000' + '0000000000000000');
    expect([page[511], page[767], page[768]]).toEqual([0xaa, 0, 0xaa]);
    expect([messageType(page, 512), messagePayloadSize(page, 512), messagePending(page, 512)]).toEqual([1, 8, false]);
    setMessagePending(page, 512);
    setMessageType(page, 512, 0);
    expect([messageType(page, 512), messagePending(page, 512)]).toEqual([0, true]);
  });

  it('[SYNLAY-5] refuses type 0, types of the hypervisor and more than 240 bytes', () => {
    expect(postRefusal(1, 240)).toBe(0);
    for (const [type, size] of [[0, 8], [0x8000_0000, 8], [0xffff_ffff, 0], [1, 241]] as const) expect(postRefusal(type, size)).toBe(0x0005);
  });
});

describe('event flags, registers, ports, monitor page', () => {
  it('[SYNLAY-2] addresses each of the 16 x 2048 flags and tells a first setting from a second', () => {
    const page = new Uint8Array(4096);
    expect(setEventFlag(page, 2, 9)).toBe(true);
    expect(page[2 * 256 + 1]).toBe(2);
    expect(setEventFlag(page, 2, 9)).toBe(false);
    expect([eventFlag(page, 2, 9), clearEventFlag(page, 2, 9), clearEventFlag(page, 2, 9)]).toEqual([true, true, false]);
    fc.assert(
      fc.property(fc.nat(15), fc.nat(2047), (sint, flag) => {
        const sief = new Uint8Array(4096);
        setEventFlag(sief, sint, flag);
        expect(nextSetBit(sief, sint * 256, 2048, 0)).toBe(flag);
        expect(nextSetBit(sief, sint * 256, 2048, flag + 1)).toBe(-1);
      }),
    );
  });

  it('[SYNLAY-2] finds every set bit in order', () => {
    const bits = [0, 1, 7, 8, 63, 500, 2047];
    const map = new Uint8Array(300);
    for (const bit of bits) setBit(map, 5, bit);
    const found: number[] = [];
    for (let bit = nextSetBit(map, 5, 2048, 0); bit >= 0; bit = nextSetBit(map, 5, 2048, bit + 1)) found.push(bit);
    expect(found).toEqual(bits);
  });

  it('[SYNLAY-3] packs and reads SINT, SIMP and SIEFP', () => {
    const sint = sintOf(0x51, false, true);
    expect([sint, sintVector(sint), sintMasked(sint), sintAutoEoi(sint)]).toEqual([0x2_0051, 0x51, false, true]);
    expect(sintMasked(0x1_0000)).toBe(true);
    for (const page of [0, 0x1234, 0xf_ffff, 0x10_0000, 0x1234_5678]) expect(registerPage(pageRegisterLo(page, true), pageRegisterHi(page))).toBe(page);
    expect([pageRegisterLo(0xf_ffff, true), synicEnabled(1), synicEnabled(0x1000)]).toEqual([0xffff_f001, true, false]);
  });

  it('[SYNLAY-4] port and connection information', () => {
    const b = new Uint8Array(24).fill(0xff);
    putMessagePortInfo(b, 0, 2, 0);
    expect(hexOf(b)).toBe('0100000000000000' + '0200000000000000' + '0000000000000000');
    putEventPortInfo(b, 0, 2, 0xffff_ffff, 16, 32);
    expect([portInfoType(b, 0), portInfoSint(b, 0), portInfoVp(b, 0), portInfoBaseFlag(b, 0), portInfoFlagCount(b, 0)]).toEqual([2, 2, 0xffff_ffff, 16, 32]);
    putMonitorPortInfo(b, 0, 0x12_3456_7000);
    expect(hexOf(b)).toBe('0300000000000000' + '0070563412000000' + '0000000000000000');
    putConnectionInfo(b, 0, 3, 0x5000);
    expect(hexOf(b, 0, 16)).toBe('0300000000000000' + '0050000000000000');
  });

  it('[SYNLAY-6] a trigger sets Pending only, and its parameter names connection and flag', () => {
    const page = new Uint8Array(4096);
    putMonitorTrigger(page, 37, 1000, 0x2001, 5);
    expect([monitorLatency(page, 37), monitorConnection(page, 37), monitorFlag(page, 37)]).toEqual([1000, 0x2001, 5]);
    expect([get32(page, 576 + 74) & 0xffff, get32(page, 1088 + 296)]).toEqual([1000, 0x2001]);
    expect([setMonitorPending(page, 37), setMonitorPending(page, 37)]).toEqual([true, false]);
    expect([get32(page, 16), get32(page, 20)]).toEqual([0x20, 0]);
    expect([takeMonitorPending(page, 37), takeMonitorPending(page, 37)]).toEqual([true, false]);
  });
});

describe('intercept payloads', () => {
  it('[ICEPT-1] [ICEPT-2] OUT 0x3F8 by a 64-bit kernel, byte for byte', () => {
    const slot = new Uint8Array(256);
    const payload = new Uint8Array(128);
    putIoPortIntercept(payload, 0, 0, 1, ACCESS_WRITE, EXECUTION_PE | EXECUTION_LMA, cs64, 0, 0x0123_4567, 0xffff_f800, 0x246, 0x3f8, 1, 0x41, 0);
    putMessage(slot, 0, MESSAGE_IO_PORT_INTERCEPT, 2, payload, 0, 128);
    const expected = bytesOfHex(`00 00 01 80 80 00 00 00 02 00 00 00 00 00 00 00
      00 00 00 00 01 01 14 00 00 00 00 00 00 00 00 00
      00 00 00 00 10 00 9B 20 67 45 23 01 00 F8 FF FF
      46 02 00 00 00 00 00 00 F8 03 01 00 00 00 00 00
      41 00 00 00 00 00 00 00`);
    expect(hexOf(slot, 0, 0x48)).toBe(hexOf(expected));
    expect(slot.subarray(0x48).every((b) => b === 0)).toBe(true);
    expect([ioPort(payload, 0), ioPortSize(payload, 0), ioPortRaxLo(payload, 0), interceptAccess(payload, 0)]).toEqual([0x3f8, 1, 0x41, 1]);
    expect([interceptInstructionLength(payload, 0), interceptRipLo(payload, 0), interceptRipHi(payload, 0)]).toEqual([1, 0x0123_4567, 0xffff_f800]);
    const names = Object.fromEntries(decode(layoutById('intercept.io-port')!, payload).map((f) => [f.name, f.value]));
    expect(names).toMatchObject({ PortNumber: '0x03F8 (1016)', InterceptAccessType: 'write (1)', 'Cs.Selector': '0x0010 (16)' });
  });

  it('[ICEPT-2] the string form of REP INSW carries DS, ES, count and destination', () => {
    const b = new Uint8Array(128).fill(0xee);
    putIoPortIntercept(b, 0, 0, 3, 0, 0x14, cs64, 0, 0, 0, 2, 0x1f0, 2, 0, 0);
    expect([ioPortIsString(b, 0), b.subarray(56).every((x) => x === 0)]).toEqual([false, true]);
    const segments = new Uint8Array(32);
    putSegment(segments, 0, 0x1000, 0, 0xffff_ffff, 0x23, 0xc0f3);
    putSegment(segments, 16, 0x2000, 0, 0xffff_fffe, 0x2b, 0xc093);
    putIoPortString(b, 0, true, bytesOfHex('f3666d'), 3, segments, 0, 16, 256, 0, 0, 0, 0x7000, 0);
    expect([ioPortIsString(b, 0), ioPortIsRep(b, 0), ioPortSize(b, 0), ioPortRcxLo(b, 0), ioPortRdiLo(b, 0)]).toEqual([true, true, 2, 256, 0x7000]);
    expect([hexOf(b, 72, 16), hexOf(b, 88, 16)]).toEqual(['0010000000000000ffffffff2300f3c0', '0020000000000000feffffff2b0093c0']);
  });

  it('[ICEPT-2] the result of IN merges into AL and AX and replaces EAX', () => {
    expect([1, 2, 4].map((size) => mergeRaxLo(0x1122_3344, size, 0xaabb_ccdd))).toEqual([0x1122_33dd, 0x1122_ccdd, 0xaabb_ccdd]);
  });

  it('[ICEPT-3] the other payloads have the sizes and fields of their layouts', () => {
    const sizes = ['msr', 'cpuid', 'exception', 'memory', 'header', 'apic-eoi', 'legacy-fp', 'invalid-register', 'unsupported-feature'];
    expect(sizes.map((id) => layoutById(`intercept.${id}`)?.size)).toEqual([64, 104, 240, 240, 40, 8, 8, 8, 16]);
    const b = new Uint8Array(104);
    putInterceptHeader(b, 0, 1, 2, 0, 0x14, cs64, 0, 0, 0, 2);
    putMsrIntercept(b, 0, 0x4000_0001, 0, 5);
    expect(Object.fromEntries(decode(layoutById('intercept.msr')!, b).map((f) => [f.name, f.raw]))).toMatchObject({ VpIndex: 1, MsrNumber: 0x4000_0001, Rax: 5 });
    putCpuidIntercept(b, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    expect(Object.fromEntries(decode(layoutById('intercept.cpuid')!, b).map((f) => [f.name, f.raw]))).toMatchObject({ Rax: 1, Rbx: 4, DefaultResultRax: 5, DefaultResultRbx: 8 });
    putApicEoi(b, 0, 3, 0x61);
    expect(hexOf(b, 0, 8)).toBe('0300000061000000');
  });
});
