/**
 * Names and codes of virtual processor registers. Source: T2 §10.2.2; WDK hvgdk.h. [HCALL-10]
 * A register value takes 16 bytes in a parameter list; numbers beyond the register's width are zero.
 */
import { put16, put32, put64 } from './bytes.ts';

export const REGISTER_EXPLICIT_SUSPEND = 0x0000_0000;
export const REGISTER_INTERCEPT_SUSPEND = 0x0000_0001;
export const REGISTER_PENDING_INTERRUPTION = 0x0001_0002;
export const REGISTER_INTERRUPT_STATE = 0x0001_0003;
export const REGISTER_RAX = 0x0002_0000;
export const REGISTER_RCX = 0x0002_0001;
export const REGISTER_RDX = 0x0002_0002;
export const REGISTER_RBX = 0x0002_0003;
export const REGISTER_RSP = 0x0002_0004;
export const REGISTER_RSI = 0x0002_0006;
export const REGISTER_RDI = 0x0002_0007;
export const REGISTER_RIP = 0x0002_0010;
export const REGISTER_RFLAGS = 0x0002_0011;
export const REGISTER_CR0 = 0x0004_0000;
export const REGISTER_CR3 = 0x0004_0002;
export const REGISTER_CR4 = 0x0004_0003;
export const REGISTER_ES = 0x0006_0000;
export const REGISTER_CS = 0x0006_0001;
export const REGISTER_SS = 0x0006_0002;
export const REGISTER_DS = 0x0006_0003;
export const REGISTER_EFER = 0x0008_0001;
export const REGISTER_INITIAL_APIC_ID = 0x0008_000c;
export const REGISTER_SINT0 = 0x000a_0000;
export const REGISTER_SCONTROL = 0x000a_0010;
export const REGISTER_SIEFP = 0x000a_0012;
export const REGISTER_SIMP = 0x000a_0013;

/** Consecutive codes from a base; the text is appended to the prefix. */
function series(prefix: string, base: number, names: string): [number, string][] {
  return names.split(' ').map((name, i) => [base + i, prefix + name]);
}

function numbered(name: string, base: number, count: number): [number, string][] {
  return Array.from({ length: count }, (_, i) => [base + i, `${name}${i}`]);
}

const entries: readonly [number, string][] = [
  ...series('HvRegister', 0x0000_0000, 'ExplicitSuspend InterceptSuspend'),
  ...series('HvX64Register', 0x0001_0002, 'PendingInterruption InterruptState'),
  ...series('HvX64Register', 0x0002_0000, 'Rax Rcx Rdx Rbx Rsp Rbp Rsi Rdi R8 R9 R10 R11 R12 R13 R14 R15 Rip Rflags'),
  ...numbered('HvX64RegisterXmm', 0x0003_0000, 16),
  ...numbered('HvX64RegisterFpMmx', 0x0003_0010, 8),
  ...series('HvX64Register', 0x0003_0018, 'FpControlStatus XmmControlStatus'),
  ...series('HvX64Register', 0x0004_0000, 'Cr0 Cr2 Cr3 Cr4 Cr8 Xfem'),
  ...series('HvX64Register', 0x0005_0000, 'Dr0 Dr1 Dr2 Dr3 Dr6 Dr7'),
  ...series('HvX64Register', 0x0006_0000, 'Es Cs Ss Ds Fs Gs Ldtr Tr'),
  ...series('HvX64Register', 0x0007_0000, 'Idtr Gdtr'),
  ...series('HvX64Register', 0x0008_0000, 'Tsc Efer KernelGsBase ApicBase Pat SysenterCs SysenterEip SysenterEsp Star Lstar Cstar Sfmask InitialApicId MsrMtrrCap MsrMtrrDefType'),
  ...numbered('HvX64RegisterMsrMtrrPhysBase', 0x0008_0010, 8),
  ...numbered('HvX64RegisterMsrMtrrPhysMask', 0x0008_0040, 8),
  ...series('HvX64RegisterMsrMtrrFix', 0x0008_0070, '64k00000 16k80000 16kA0000 4kC0000 4kC8000 4kD0000 4kD8000 4kE0000 4kE8000 4kF0000 4kF8000'),
  ...series('HvX64Register', 0x0009_0000, 'VpRuntime Hypercall GuestOsId VpIndex TimeRefCount'),
  ...series('HvX64Register', 0x0009_0010, 'Eoi Icr Tpr ApicAssistPage'),
  ...series('HvX64Register', 0x0009_0020, 'StatsPartitionRetail StatsPartitionInternal StatsVpRetail StatsVpInternal'),
  ...numbered('HvX64RegisterSint', 0x000a_0000, 16),
  ...series('HvX64Register', 0x000a_0010, 'Scontrol Sversion Sifp Sipp Eom'),
  ...[0, 1, 2, 3].flatMap((i) => series('HvX64Register', 0x000b_0000 + 2 * i, `Stimer${i}Config Stimer${i}Count`)),
];

export const registerNames: Readonly<Record<number, string>> = Object.fromEntries(entries);

export function registerName(code: number): string {
  return registerNames[code] ?? `register 0x${code.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** The code of a name, or -1. */
export function registerCode(name: string): number {
  return entries.find(([, known]) => known === name)?.[0] ?? -1;
}

/** Bytes of a register value in a list. */
export const REGISTER_VALUE_BYTES = 16;

export const SEGMENT_BYTES = 16;

/** HV_X64_SEGMENT_REGISTER: base, limit, selector, attributes (D2 of the fact sheet). */
export function putSegment(bytes: Uint8Array, at: number, baseLo: number, baseHi: number, limit: number, selector: number, attributes: number): void {
  put64(bytes, at, baseLo, baseHi);
  put32(bytes, at + 8, limit);
  put16(bytes, at + 12, selector);
  put16(bytes, at + 14, attributes);
}
