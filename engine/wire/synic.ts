/**
 * Bytes of the synthetic interrupt controller: message slots, event flags, registers, ports, connections, monitor pages.
 * Pure writers and readers; who may call them when is the hypervisor's business. SPEC [SYNLAY-*].
 */
import { copyBytes, fillBytes, get16, get32, get8, put16, put32, put53, put64, put8 } from './bytes.ts';
import { HV_STATUS_INVALID_PARAMETER, HV_STATUS_SUCCESS } from './hv-status.ts';

export const SINT_COUNT = 16;
/** SINT0 carries the hypervisor's own messages; VMBus uses SINT2. T2 §14.2.6; L09 Vmbus.c. */
export const SINT_INTERCEPT = 0;
export const SINT_VMBUS = 2;

/** HV_ANY_VP. T2 §10.2.1. */
export const ANY_VP = 0xffff_ffff;

// --- messages. WDK ff540129, T2 §14.8.4 (D1). [SYNLAY-1]

export const MESSAGE_BYTES = 256;
export const MESSAGE_PAYLOAD_AT = 16;
export const MESSAGE_PAYLOAD_MAX = 240;
/** Guest messages a port can hold. T2 §14.2.1. */
export const PORT_BUFFERS = 16;

export const MESSAGE_NONE = 0x0000_0000;
/** The type of every VMBus control message. L09 Channel.c; LNX connection.c. */
export const MESSAGE_VMBUS = 0x0000_0001;
export const MESSAGE_UNMAPPED_GPA = 0x8000_0000;
export const MESSAGE_GPA_INTERCEPT = 0x8000_0001;
export const MESSAGE_TIMER_EXPIRED = 0x8000_0010;
export const MESSAGE_INVALID_VP_REGISTER_VALUE = 0x8000_0020;
export const MESSAGE_UNRECOVERABLE_EXCEPTION = 0x8000_0021;
export const MESSAGE_UNSUPPORTED_FEATURE = 0x8000_0022;
export const MESSAGE_EVENT_LOG_BUFFER_COMPLETE = 0x8000_0040;
export const MESSAGE_IO_PORT_INTERCEPT = 0x8001_0000;
export const MESSAGE_MSR_INTERCEPT = 0x8001_0001;
export const MESSAGE_CPUID_INTERCEPT = 0x8001_0002;
export const MESSAGE_EXCEPTION_INTERCEPT = 0x8001_0003;
export const MESSAGE_APIC_EOI = 0x8001_0004;
export const MESSAGE_LEGACY_FP_ERROR = 0x8001_0005;

/** WDK ff540140 (D3 of the fact sheet). */
export const messageTypeNames: Readonly<Record<number, string>> = {
  0: 'HvMessageTypeNone', 1: 'VMBus message',
  0x8000_0000: 'HvMessageTypeUnmappedGpa', 0x8000_0001: 'HvMessageTypeGpaIntercept', 0x8000_0010: 'HvMessageTimerExpired',
  0x8000_0020: 'HvMessageTypeInvalidVpRegisterValue', 0x8000_0021: 'HvMessageTypeUnrecoverableException',
  0x8000_0022: 'HvMessageTypeUnsupportedFeature', 0x8000_0040: 'HvMessageTypeEventLogBufferComplete',
  0x8001_0000: 'HvMessageTypeX64IoPortIntercept', 0x8001_0001: 'HvMessageTypeX64MsrIntercept',
  0x8001_0002: 'HvMessageTypeX64CpuidIntercept', 0x8001_0003: 'HvMessageTypeX64ExceptionIntercept',
  0x8001_0004: 'HvMessageTypeX64ApicEoi', 0x8001_0005: 'HvMessageTypeX64LegacyFpError',
};

/** Where slot `sint` begins in a SIM page. */
export function messageSlotAt(sint: number): number {
  return sint * MESSAGE_BYTES;
}

/** Writes a whole message; payload bytes beyond `payloadSize` become zero. Origin: port id, partition id or 0. */
export function putMessage(bytes: Uint8Array, at: number, type: number, origin: number, payload: Uint8Array, payloadAt: number, payloadSize: number): void {
  put32(bytes, at, type);
  put8(bytes, at + 4, payloadSize);
  put8(bytes, at + 5, 0);
  put16(bytes, at + 6, 0);
  put53(bytes, at + 8, origin);
  copyBytes(bytes, at + MESSAGE_PAYLOAD_AT, payload, payloadAt, payloadSize);
  fillBytes(bytes, at + MESSAGE_PAYLOAD_AT + payloadSize, MESSAGE_PAYLOAD_MAX - payloadSize, 0);
}

export function messageType(bytes: Uint8Array, at: number): number {
  return get32(bytes, at);
}

/** The guest's act of freeing a slot is a type of 0. */
export function setMessageType(bytes: Uint8Array, at: number, type: number): void {
  put32(bytes, at, type);
}

export function messagePayloadSize(bytes: Uint8Array, at: number): number {
  return get8(bytes, at + 4);
}

export function messagePending(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + 5] & 1) !== 0;
}

export function setMessagePending(bytes: Uint8Array, at: number): void {
  bytes[at + 5] |= 1;
}

/** HV_STATUS of a post with this type and size, before anything else is looked at. [SYNLAY-5] */
export function postRefusal(type: number, payloadSize: number): number {
  return type === 0 || type >= 0x8000_0000 || payloadSize > MESSAGE_PAYLOAD_MAX ? HV_STATUS_INVALID_PARAMETER : HV_STATUS_SUCCESS;
}

// --- event flags. T2 §14.3, §14.8.5. [SYNLAY-2]

export const EVENT_FLAGS_PER_SINT = 2048;

export function eventFlagByte(sint: number, flag: number): number {
  return sint * 256 + (flag >>> 3);
}

/** Sets a flag; true when it was clear, the one case that makes an interrupt. */
export function setEventFlag(sief: Uint8Array, sint: number, flag: number): boolean {
  return setBit(sief, sint * 256, flag);
}

/** Clears a flag; true when it was set. */
export function clearEventFlag(sief: Uint8Array, sint: number, flag: number): boolean {
  return clearBit(sief, sint * 256, flag);
}

export function eventFlag(sief: Uint8Array, sint: number, flag: number): boolean {
  return ((sief[eventFlagByte(sint, flag)] >>> (flag & 7)) & 1) !== 0;
}

/** Sets bit `bit` of a bitmap that begins at byte `at`; true when it was clear. */
export function setBit(bytes: Uint8Array, at: number, bit: number): boolean {
  const byte = at + (bit >>> 3);
  const mask = 1 << (bit & 7);
  const wasClear = (bytes[byte] & mask) === 0;
  bytes[byte] |= mask;
  return wasClear;
}

/** Clears bit `bit` of a bitmap that begins at byte `at`; true when it was set. */
export function clearBit(bytes: Uint8Array, at: number, bit: number): boolean {
  const byte = at + (bit >>> 3);
  const mask = 1 << (bit & 7);
  const wasSet = (bytes[byte] & mask) !== 0;
  bytes[byte] &= ~mask;
  return wasSet;
}

/** The first set bit at or after `from` of a bitmap of `bits` bits, or -1. */
export function nextSetBit(bytes: Uint8Array, at: number, bits: number, from: number): number {
  for (let bit = from; bit < bits; ) {
    const rest = bytes[at + (bit >>> 3)] >>> (bit & 7);
    if (rest === 0) {
      bit = (bit | 7) + 1;
    } else if ((rest & 1) !== 0) {
      return bit;
    } else {
      bit++;
    }
  }
  return -1;
}

// --- registers. T2 §14.6. [SYNLAY-3] Low halves; the high half of a SINT is preserved bits.

export function sintVector(lo: number): number {
  return lo & 0xff;
}

export function sintMasked(lo: number): boolean {
  return (lo & 0x1_0000) !== 0;
}

export function sintAutoEoi(lo: number): boolean {
  return (lo & 0x2_0000) !== 0;
}

export function sintOf(vector: number, masked: boolean, autoEoi: boolean): number {
  return vector | (masked ? 0x1_0000 : 0) | (autoEoi ? 0x2_0000 : 0);
}

/** Bit 0 of SCONTROL, SIMP, SIEFP. */
export function synicEnabled(lo: number): boolean {
  return (lo & 1) !== 0;
}

/** Page number held in SIMP, SIEFP or the hypercall MSR. */
export function registerPage(lo: number, hi: number): number {
  return hi * 0x10_0000 + (lo >>> 12);
}

/** Low half of such a register for a page number below 2^20 x 2^32. */
export function pageRegisterLo(page: number, enabled: boolean): number {
  return (((page % 0x10_0000) << 12) | (enabled ? 1 : 0)) >>> 0;
}

export function pageRegisterHi(page: number): number {
  return Math.floor(page / 0x10_0000);
}

// --- ports and connections. WDK ff540198, ff539921. [SYNLAY-4]

export const PORT_MESSAGE = 1;
export const PORT_EVENT = 2;
export const PORT_MONITOR = 3;
export const portTypeNames: Readonly<Record<number, string>> = { 1: 'HvPortTypeMessage', 2: 'HvPortTypeEvent', 3: 'HvPortTypeMonitor' };
export const PORT_INFO_BYTES = 24;
export const CONNECTION_INFO_BYTES = 16;

/** The highest port or connection id plus one: 24 significant bits. T2 §14.8.6. */
export const PORT_ID_LIMIT = 0x100_0000;

// VMBus' own ids. LNX hyperv_vmbus.h; L09 Vmbus.c. [SYNLAY-4]
export const VMBUS_MESSAGE_CONNECTION = 1;
export const VMBUS_EVENT_CONNECTION = 2;
export const VMBUS_MONITOR_CONNECTION = 3;

export function putMessagePortInfo(bytes: Uint8Array, at: number, sint: number, vp: number): void {
  fillBytes(bytes, at, PORT_INFO_BYTES, 0);
  put32(bytes, at, PORT_MESSAGE);
  put32(bytes, at + 8, sint);
  put32(bytes, at + 12, vp);
}

export function putEventPortInfo(bytes: Uint8Array, at: number, sint: number, vp: number, baseFlag: number, flagCount: number): void {
  fillBytes(bytes, at, PORT_INFO_BYTES, 0);
  put32(bytes, at, PORT_EVENT);
  put32(bytes, at + 8, sint);
  put32(bytes, at + 12, vp);
  put16(bytes, at + 16, baseFlag);
  put16(bytes, at + 18, flagCount);
}

export function putMonitorPortInfo(bytes: Uint8Array, at: number, monitorAddress: number): void {
  fillBytes(bytes, at, PORT_INFO_BYTES, 0);
  put32(bytes, at, PORT_MONITOR);
  put53(bytes, at + 8, monitorAddress);
}

export function portInfoType(bytes: Uint8Array, at: number): number {
  return get32(bytes, at);
}

export function portInfoSint(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 8);
}

export function portInfoVp(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 12);
}

export function portInfoBaseFlag(bytes: Uint8Array, at: number): number {
  return get16(bytes, at + 16);
}

export function portInfoFlagCount(bytes: Uint8Array, at: number): number {
  return get16(bytes, at + 18);
}

/** A monitor connection names the page; message and event connections carry zeros (`monitorAddress` 0). */
export function putConnectionInfo(bytes: Uint8Array, at: number, type: number, monitorAddress: number): void {
  put32(bytes, at, type);
  put32(bytes, at + 4, 0);
  put53(bytes, at + 8, monitorAddress);
}

// --- monitor page. WDK ff540149; T2 §14.8.9. [SYNLAY-6]

const MONITOR_GROUPS_AT = 8;
const MONITOR_LATENCY_AT = 0x240;
const MONITOR_PARAMETER_AT = 0x440;
export const MONITOR_TRIGGERS = 128;
export const MONITOR_NONE = 0xff;

function pendingAt(id: number): number {
  return MONITOR_GROUPS_AT + 8 * (id >>> 5);
}

/** Sets the Pending bit of a trigger; true when it was clear. Armed is left alone, as real guest drivers do. */
export function setMonitorPending(page: Uint8Array, id: number): boolean {
  return setBit(page, pendingAt(id), id & 31);
}

/** Clears the Pending bit of a trigger; true when it was set. */
export function takeMonitorPending(page: Uint8Array, id: number): boolean {
  return clearBit(page, pendingAt(id), id & 31);
}

/** What trigger `id` signals: latency in 100 ns, connection and flag number. */
export function putMonitorTrigger(page: Uint8Array, id: number, latency: number, connectionId: number, flagNumber: number): void {
  put16(page, MONITOR_LATENCY_AT + 2 * id, latency);
  put64(page, MONITOR_PARAMETER_AT + 8 * id, connectionId, flagNumber);
}

export function monitorLatency(page: Uint8Array, id: number): number {
  return get16(page, MONITOR_LATENCY_AT + 2 * id);
}

export function monitorConnection(page: Uint8Array, id: number): number {
  return get32(page, MONITOR_PARAMETER_AT + 8 * id);
}

export function monitorFlag(page: Uint8Array, id: number): number {
  return get16(page, MONITOR_PARAMETER_AT + 8 * id + 4);
}
