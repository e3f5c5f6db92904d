/** Synthetic MSRs: address, name, direction, privilege bit, reset value. Source: T2 App. H, §15.4.1 for REFERENCE_TSC. [HCALL-9] */
import type { Era } from './eras.ts';
import { allEras, from2008r2 } from './eras.ts';

export interface SyntheticMsr {
  readonly address: number;
  /** As the specification spells it. */
  readonly name: string;
  readonly access: 'R' | 'W' | 'RW';
  /** Bit of the privilege mask that opens it. */
  readonly privilege: number;
  /** Low half after reset; the high half is 0. */
  readonly reset: number;
  readonly scope: 'partition' | 'vp';
  readonly eras: readonly Era[];
}

export const MSR_GUEST_OS_ID = 0x4000_0000;
export const MSR_HYPERCALL = 0x4000_0001;
export const MSR_VP_INDEX = 0x4000_0002;
export const MSR_RESET = 0x4000_0003;
export const MSR_VP_RUNTIME = 0x4000_0010;
export const MSR_TIME_REF_COUNT = 0x4000_0020;
export const MSR_REFERENCE_TSC = 0x4000_0021;
export const MSR_EOI = 0x4000_0070;
export const MSR_ICR = 0x4000_0071;
export const MSR_TPR = 0x4000_0072;
export const MSR_APIC_ASSIST_PAGE = 0x4000_0073;
export const MSR_SCONTROL = 0x4000_0080;
export const MSR_SVERSION = 0x4000_0081;
export const MSR_SIEFP = 0x4000_0082;
export const MSR_SIMP = 0x4000_0083;
export const MSR_EOM = 0x4000_0084;
/** SINTx is MSR_SINT0 + x. */
export const MSR_SINT0 = 0x4000_0090;
/** Timer x: configuration at MSR_STIMER0_CONFIG + 2x, count one above. */
export const MSR_STIMER0_CONFIG = 0x4000_00b0;
export const MSR_GUEST_IDLE = 0x4000_00f0;

/** SINTs are masked at VP creation and reset. T2 §14.6.5. */
export const SINT_RESET = 0x1_0000;

function msr(address: number, name: string, access: 'R' | 'W' | 'RW', privilege: number, scope: 'partition' | 'vp' = 'vp', era: readonly Era[] = allEras, reset = 0): SyntheticMsr {
  return { address, name: `HV_X64_MSR_${name}`, access, privilege, reset, scope, eras: era };
}

const sints = Array.from({ length: 16 }, (_, i) => msr(MSR_SINT0 + i, `SINT${i}`, 'RW', 2, 'vp', allEras, SINT_RESET));
const timers = [0, 1, 2, 3].flatMap((i) => [
  msr(MSR_STIMER0_CONFIG + 2 * i, `STIMER${i}_CONFIG`, 'RW', 3),
  msr(MSR_STIMER0_CONFIG + 2 * i + 1, `STIMER${i}_COUNT`, 'RW', 3),
]);
const powerStates = [1, 2, 3].flatMap((i) => [
  msr(0x4000_00c0 + i, `POWER_STATE_TRIGGER_C${i}`, 'R', 44),
  msr(0x4000_00d0 + i, `POWER_STATE_CONFIG_C${i}`, 'RW', 44),
]);

export const syntheticMsrs: readonly SyntheticMsr[] = [
  msr(MSR_GUEST_OS_ID, 'GUEST_OS_ID', 'RW', 5, 'partition'),
  msr(MSR_HYPERCALL, 'HYPERCALL', 'RW', 5, 'partition'),
  msr(MSR_VP_INDEX, 'VP_INDEX', 'R', 6),
  msr(MSR_RESET, 'RESET', 'RW', 7),
  msr(MSR_VP_RUNTIME, 'VP_RUNTIME', 'R', 0),
  msr(MSR_TIME_REF_COUNT, 'TIME_REF_COUNT', 'R', 1, 'partition'),
  msr(MSR_REFERENCE_TSC, 'REFERENCE_TSC', 'RW', 9, 'partition', from2008r2),
  msr(MSR_EOI, 'EOI', 'W', 4),
  msr(MSR_ICR, 'ICR', 'RW', 4),
  msr(MSR_TPR, 'TPR', 'RW', 4),
  msr(MSR_APIC_ASSIST_PAGE, 'APIC_ASSIST_PAGE', 'RW', 4),
  msr(MSR_SCONTROL, 'SCONTROL', 'RW', 2),
  msr(MSR_SVERSION, 'SVERSION', 'R', 2, 'vp', allEras, 1),
  msr(MSR_SIEFP, 'SIEFP', 'RW', 2),
  msr(MSR_SIMP, 'SIMP', 'RW', 2),
  msr(MSR_EOM, 'EOM', 'W', 2),
  ...sints,
  ...timers,
  ...powerStates,
  msr(0x4000_00e0, 'STATS_PARTITION_RETAIL_PAGE', 'RW', 8),
  msr(0x4000_00e1, 'STATS_PARTITION_INTERNAL_PAGE', 'RW', 8),
  msr(0x4000_00e2, 'STATS_VP_RETAIL_PAGE', 'RW', 8),
  msr(0x4000_00e3, 'STATS_VP_INTERNAL_PAGE', 'RW', 8),
  msr(MSR_GUEST_IDLE, 'GUEST_IDLE', 'R', 10, 'vp', from2008r2),
];

export function msrByAddress(address: number): SyntheticMsr | null {
  return syntheticMsrs.find((m) => m.address === address) ?? null;
}

export function msrName(address: number): string {
  return msrByAddress(address)?.name ?? `MSR 0x${address.toString(16).toUpperCase()}`;
}

/** OS ids of Windows, low word: NT 6.0, service pack 1, build 6001; NT 6.1, build 7600; NT 6.2, build 9200. T2 3.6. [GUEST-1] [ROOT-1] */
export const osIdLo: Readonly<Record<Era, number>> = { ws2008: 0x0001_1771, ws2008r2: 0x0100_1db0, ws2012: 0x0200_23f0 };
export const OS_ID_HI = 0x0001_0406;
