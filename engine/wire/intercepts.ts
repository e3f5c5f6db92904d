/**
 * Payloads of intercept messages: writers and readers. Offsets are those of the payload; in a message add 16.
 * Source: WDK ff541192, ff541223, ff541239; T2 §16. SPEC [ICEPT-*].
 */
import { copyBytes, fillBytes, get16, get32, get8, put16, put32, put64, put8 } from './bytes.ts';
import { SEGMENT_BYTES } from './hv-registers.ts';

export const INTERCEPT_HEADER_BYTES = 40;
export const IO_PORT_INTERCEPT_BYTES = 128;
export const MSR_INTERCEPT_BYTES = 64;
export const CPUID_INTERCEPT_BYTES = 104;
export const MEMORY_INTERCEPT_BYTES = 240;
export const EXCEPTION_INTERCEPT_BYTES = 240;

/** InterceptAccessType of a message (not the mask of HvInstallIntercept). D5 of the fact sheet. */
export const ACCESS_READ = 0;
export const ACCESS_WRITE = 1;
export const ACCESS_EXECUTE = 2;

/** ExecutionState bits. T2 §16.2.2. */
export const EXECUTION_CPL = 0x3;
export const EXECUTION_PE = 0x4;
export const EXECUTION_LMA = 0x10;

/** Codes of HvInstallIntercept. T2 §9.2. */
export const INTERCEPT_IO_PORT = 0;
export const INTERCEPT_MSR = 1;
export const INTERCEPT_CPUID = 2;
export const INTERCEPT_EXCEPTION = 3;
export const INTERCEPT_MASK_READ = 1;
export const INTERCEPT_MASK_WRITE = 2;
export const INTERCEPT_MASK_EXECUTE = 4;

/** The common header; CS is the 16 bytes at `csAt` of `segments`, as the VP has it. [ICEPT-1] */
export function putInterceptHeader(
  bytes: Uint8Array, at: number, vpIndex: number, instructionLength: number, access: number, executionState: number,
  segments: Uint8Array, csAt: number, ripLo: number, ripHi: number, rflags: number,
): void {
  put32(bytes, at, vpIndex);
  put8(bytes, at + 4, instructionLength);
  put8(bytes, at + 5, access);
  put16(bytes, at + 6, executionState);
  copyBytes(bytes, at + 8, segments, csAt, SEGMENT_BYTES);
  put64(bytes, at + 24, ripLo, ripHi);
  put64(bytes, at + 32, rflags, 0);
}

/**
 * A whole I/O port payload of a plain IN or OUT: `size` 1, 2 or 4 bytes. For IN, RAX is the base into which the result is
 * merged. The fields of string forms are zero; `putIoPortString` fills them. [ICEPT-2]
 */
export function putIoPortIntercept(
  bytes: Uint8Array, at: number, vpIndex: number, instructionLength: number, access: number, executionState: number,
  segments: Uint8Array, csAt: number, ripLo: number, ripHi: number, rflags: number,
  port: number, size: number, raxLo: number, raxHi: number,
): void {
  putInterceptHeader(bytes, at, vpIndex, instructionLength, access, executionState, segments, csAt, ripLo, ripHi, rflags);
  put16(bytes, at + 40, port);
  put8(bytes, at + 42, size);
  put8(bytes, at + 43, 0);
  put32(bytes, at + 44, 0);
  put64(bytes, at + 48, raxLo, raxHi);
  fillBytes(bytes, at + 56, IO_PORT_INTERCEPT_BYTES - 56, 0);
}

/**
 * Makes a written I/O port payload one of INS or OUTS: bytes of the instruction, DS and ES (16 bytes each at `dsAt` and `esAt` of
 * `segments`), count and pointers. [ICEPT-2]
 */
export function putIoPortString(
  bytes: Uint8Array, at: number, rep: boolean, instruction: Uint8Array, instructionBytes: number, segments: Uint8Array, dsAt: number, esAt: number,
  rcxLo: number, rcxHi: number, rsiLo: number, rsiHi: number, rdiLo: number, rdiHi: number,
): void {
  bytes[at + 42] = (bytes[at + 42] & 7) | 0x08 | (rep ? 0x10 : 0);
  put8(bytes, at + 43, instructionBytes);
  copyBytes(bytes, at + 56, instruction, 0, instructionBytes);
  copyBytes(bytes, at + 72, segments, dsAt, SEGMENT_BYTES);
  copyBytes(bytes, at + 88, segments, esAt, SEGMENT_BYTES);
  put64(bytes, at + 104, rcxLo, rcxHi);
  put64(bytes, at + 112, rsiLo, rsiHi);
  put64(bytes, at + 120, rdiLo, rdiHi);
}

export function interceptVp(bytes: Uint8Array, at: number): number {
  return get32(bytes, at);
}

export function interceptInstructionLength(bytes: Uint8Array, at: number): number {
  return get8(bytes, at + 4) & 0x0f;
}

export function interceptAccess(bytes: Uint8Array, at: number): number {
  return get8(bytes, at + 5);
}

export function interceptRipLo(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 24);
}

export function interceptRipHi(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 28);
}

export function ioPort(bytes: Uint8Array, at: number): number {
  return get16(bytes, at + 40);
}

/** 1, 2 or 4 bytes per access. */
export function ioPortSize(bytes: Uint8Array, at: number): number {
  return get8(bytes, at + 42) & 7;
}

export function ioPortIsString(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + 42] & 0x08) !== 0;
}

export function ioPortIsRep(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + 42] & 0x10) !== 0;
}

export function ioPortRaxLo(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 48);
}

export function ioPortRcxLo(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 104);
}

export function ioPortRcxHi(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 108);
}

export function ioPortRsiLo(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 112);
}

export function ioPortRsiHi(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 116);
}

export function ioPortRdiLo(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 120);
}

export function ioPortRdiHi(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 124);
}

/** RAX low half after an IN of `size` bytes of `value`: AL and AX merge; EAX replaces (and clears the high half). T2 via OVM. */
export function mergeRaxLo(raxLo: number, size: number, value: number): number {
  if (size === 1) return ((raxLo & 0xffff_ff00) | (value & 0xff)) >>> 0;
  if (size === 2) return ((raxLo & 0xffff_0000) | (value & 0xffff)) >>> 0;
  return value >>> 0;
}

/** MSR intercept: after the header the MSR number, then RDX and RAX. */
export function putMsrIntercept(bytes: Uint8Array, at: number, msr: number, rdxLo: number, raxLo: number): void {
  put32(bytes, at + 40, msr);
  put32(bytes, at + 44, 0);
  put64(bytes, at + 48, rdxLo, 0);
  put64(bytes, at + 56, raxLo, 0);
}

/** CPUID intercept: the registers before, then the default results, in the order RAX, RCX, RDX, RBX. */
export function putCpuidIntercept(
  bytes: Uint8Array, at: number, raxLo: number, rcxLo: number, rdxLo: number, rbxLo: number,
  defaultRax: number, defaultRcx: number, defaultRdx: number, defaultRbx: number,
): void {
  put64(bytes, at + 40, raxLo, 0);
  put64(bytes, at + 48, rcxLo, 0);
  put64(bytes, at + 56, rdxLo, 0);
  put64(bytes, at + 64, rbxLo, 0);
  put64(bytes, at + 72, defaultRax, 0);
  put64(bytes, at + 80, defaultRcx, 0);
  put64(bytes, at + 88, defaultRdx, 0);
  put64(bytes, at + 96, defaultRbx, 0);
}

/** HV_X64_APIC_EOI_MESSAGE: 8 bytes. */
export function putApicEoi(bytes: Uint8Array, at: number, vpIndex: number, vector: number): void {
  put32(bytes, at, vpIndex);
  put32(bytes, at + 4, vector);
}
