/**
 * The hypercall interface: control word, result word and the table of calls. Source: T2 §4, App. B; WDK ff539917.
 * Parameter blocks are in `hypercall-blocks.ts`, their layouts in `hypercall-layouts.ts`. SPEC [HCALL-*].
 */
import type { Era } from './eras.ts';
import { allEras, from2008r2 } from './eras.ts';
import { HV_STATUS_INVALID_HYPERCALL_CODE, HV_STATUS_INVALID_HYPERCALL_INPUT, HV_STATUS_SUCCESS } from './hv-status.ts';

export type Caller = 'any' | 'parent' | 'parent-or-self' | 'parent-or-root' | 'root' | 'unspecified';

export interface Hypercall {
  readonly code: number;
  /** In the era's spelling. */
  readonly name: string;
  readonly rep: boolean;
  /** 'either' where the sources disagree (D12, D13). */
  readonly fast: 'yes' | 'no' | 'either';
  readonly caller: Caller;
  /** Bit of the privilege mask the call needs, or -1. For 'parent-or-self' it is needed when the caller names itself. */
  readonly privilege: number;
  readonly eras: readonly Era[];
}

// --- control word. T2 §4.7. [HCALL-1]

/** Low half: call code and Fast. */
export function controlLo(code: number, fast: boolean): number {
  return code | (fast ? 0x1_0000 : 0);
}

/** High half: rep count and rep start index, both 0 for a simple call. */
export function controlHi(repCount: number, repStart: number): number {
  return (repCount | (repStart << 16)) >>> 0;
}

export function controlCode(lo: number): number {
  return lo & 0xffff;
}

export function controlFast(lo: number): boolean {
  return (lo & 0x1_0000) !== 0;
}

export function controlRepCount(hi: number): number {
  return hi & 0xfff;
}

export function controlRepStart(hi: number): number {
  return (hi >>> 16) & 0xfff;
}

// --- result word. T2 §4.8. [HCALL-2]

export function resultLo(status: number): number {
  return status & 0xffff;
}

export function resultHi(repsCompleted: number): number {
  return repsCompleted & 0xfff;
}

export function resultStatus(lo: number): number {
  return lo & 0xffff;
}

export function resultReps(hi: number): number {
  return hi & 0xfff;
}

// --- the calls. T2 App. B. [HCALL-3]

export const HvCreatePartition = 0x0040;
export const HvInitializePartition = 0x0041;
export const HvFinalizePartition = 0x0042;
export const HvDeletePartition = 0x0043;
export const HvGetPartitionProperty = 0x0044;
export const HvSetPartitionProperty = 0x0045;
export const HvGetPartitionId = 0x0046;
export const HvGetNextChildPartition = 0x0047;
export const HvDepositMemory = 0x0048;
export const HvWithdrawMemory = 0x0049;
export const HvGetMemoryBalance = 0x004a;
export const HvMapGpaPages = 0x004b;
export const HvUnmapGpaPages = 0x004c;
export const HvInstallIntercept = 0x004d;
export const HvCreateVp = 0x004e;
export const HvDeleteVp = 0x004f;
export const HvGetVpRegisters = 0x0050;
export const HvSetVpRegisters = 0x0051;
export const HvTranslateVirtualAddress = 0x0052;
export const HvReadGpa = 0x0053;
export const HvWriteGpa = 0x0054;
export const HvAssertVirtualInterrupt = 0x0055;
export const HvClearVirtualInterrupt = 0x0056;
export const HvCreatePort = 0x0057;
export const HvDeletePort = 0x0058;
export const HvConnectPort = 0x0059;
export const HvDisconnectPort = 0x005b;
export const HvPostMessage = 0x005c;
export const HvSignalEvent = 0x005d;

/** One row of the table; `how` holds R (rep), F (fast), E (either form). */
function call(code: number, name: string, how: '' | 'R' | 'F' | 'E', caller: Caller, privilege = -1, era: readonly Era[] = allEras): Hypercall {
  return { code, name, rep: how === 'R', fast: how === 'F' ? 'yes' : how === 'E' ? 'either' : 'no', caller, privilege, eras: era };
}

export const hypercalls: readonly Hypercall[] = [
  call(0x0001, 'HvSwitchVirtualAddressSpace', 'F', 'any'),
  call(0x0002, 'HvFlushVirtualAddressSpace', '', 'any'),
  call(0x0003, 'HvFlushVirtualAddressList', 'R', 'any'),
  call(0x0004, 'HvGetLogicalProcessorRunTime', '', 'any', 44),
  call(0x0008, 'HvNotifyLongSpinWait', 'F', 'any'),
  call(0x0009, 'HvParkLogicalProcessors', 'E', 'any', 44, from2008r2),
  call(0x000a, 'HvInvokeHypervisorDebugger', 'F', 'unspecified', -1, from2008r2),
  call(0x0040, 'HvCreatePartition', '', 'any', 32),
  call(0x0041, 'HvInitializePartition', 'F', 'parent'),
  call(0x0042, 'HvFinalizePartition', 'F', 'parent'),
  call(0x0043, 'HvDeletePartition', 'F', 'parent'),
  call(0x0044, 'HvGetPartitionProperty', '', 'parent-or-root'),
  call(0x0045, 'HvSetPartitionProperty', '', 'parent-or-root'),
  call(0x0046, 'HvGetPartitionId', '', 'any', 33),
  call(0x0047, 'HvGetNextChildPartition', '', 'parent'),
  call(0x0048, 'HvDepositMemory', 'R', 'parent-or-root', 34),
  call(0x0049, 'HvWithdrawMemory', 'R', 'parent-or-root', 34),
  call(0x004a, 'HvGetMemoryBalance', '', 'parent-or-root', 34),
  call(0x004b, 'HvMapGpaPages', 'R', 'parent-or-root'),
  call(0x004c, 'HvUnmapGpaPages', 'R', 'parent'),
  call(0x004d, 'HvInstallIntercept', '', 'parent'),
  call(0x004e, 'HvCreateVp', '', 'parent'),
  call(0x004f, 'HvDeleteVp', 'F', 'parent'),
  call(0x0050, 'HvGetVpRegisters', 'R', 'parent-or-self'),
  call(0x0051, 'HvSetVpRegisters', 'R', 'parent'),
  call(0x0052, 'HvTranslateVirtualAddress', '', 'parent'),
  call(0x0053, 'HvReadGpa', '', 'parent'),
  call(0x0054, 'HvWriteGpa', '', 'parent'),
  call(0x0055, 'HvAssertVirtualInterrupt', '', 'parent'),
  call(0x0056, 'HvClearVirtualInterrupt', 'F', 'parent'),
  call(0x0057, 'HvCreatePort', '', 'parent-or-self', 38),
  call(0x0058, 'HvDeletePort', 'E', 'parent-or-self', 38),
  call(0x0059, 'HvConnectPort', '', 'parent-or-self', 39),
  call(0x005a, 'HvGetPortProperty', '', 'parent-or-self', 38),
  call(0x005b, 'HvDisconnectPort', 'F', 'parent-or-self', 39),
  call(0x005c, 'HvPostMessage', '', 'any', 36),
  call(0x005d, 'HvSignalEvent', 'F', 'any', 37),
  call(0x005e, 'HvSavePartitionState', '', 'parent'),
  call(0x005f, 'HvRestorePartitionState', '', 'parent', 32),
  call(0x0060, 'HvInitializeEventLogBufferGroup', '', 'root'),
  call(0x0061, 'HvFinalizeEventLogBufferGroup', 'F', 'root'),
  call(0x0062, 'HvCreateEventLogBuffer', 'F', 'root'),
  call(0x0063, 'HvDeleteEventLogBuffer', 'F', 'root'),
  call(0x0064, 'HvMapEventLogBuffer', '', 'root'),
  call(0x0065, 'HvUnmapEventLogBuffer', 'F', 'root'),
  call(0x0066, 'HvSetEventLogGroupSources', 'F', 'root'),
  call(0x0067, 'HvReleaseEventLogBuffer', 'F', 'root'),
  call(0x0068, 'HvFlushEventLogBuffer', 'F', 'root'),
  call(0x0069, 'HvPostDebugData', '', 'any', 43),
  call(0x006a, 'HvRetrieveDebugData', '', 'any', 43),
  call(0x006b, 'HvResetDebugSession', 'F', 'any', 43),
  call(0x006c, 'HvMapStatsPage', '', 'parent', 40),
  call(0x006d, 'HvUnmapStatsPage', '', 'parent', 40),
  call(0x006e, 'HvMapSparseGpaPages', 'R', 'parent-or-root', -1, from2008r2),
  call(0x006f, 'HvSetSystemProperty', '', 'root', 45, from2008r2),
  call(0x0070, 'HvSetPortProperty', '', 'parent-or-self', 38, from2008r2),
];

const byCode: readonly (Hypercall | undefined)[] = Array.from({ length: 0x71 }, (_, code) => hypercalls.find((c) => c.code === code));

/** The call of this code in the era, or null: then the answer is 0x0002. */
export function hypercallByCode(code: number, era: Era): Hypercall | null {
  const found = byCode[code];
  return found !== undefined && found.eras.includes(era) ? found : null;
}

export function hypercallName(code: number): string {
  return byCode[code]?.name ?? `hypercall 0x${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Bits of the control word that must be zero: 31:17, 47:44, 63:60. */
const RESERVED_LO = 0xfffe_0000;
const RESERVED_HI = 0xf000_f000;

/**
 * What the hypervisor answers before it looks at parameters: 0, or 0x0002 for an unknown code, 0x0003 for a control word
 * that breaks a rule. [HCALL-3] [HCALL-4]
 */
export function controlRefusal(lo: number, hi: number, era: Era): number {
  const found = hypercallByCode(controlCode(lo), era);
  if (found === null) return HV_STATUS_INVALID_HYPERCALL_CODE;
  if ((lo & RESERVED_LO) !== 0 || (hi & RESERVED_HI) !== 0) return HV_STATUS_INVALID_HYPERCALL_INPUT;
  const count = controlRepCount(hi);
  const start = controlRepStart(hi);
  const wellFormed = found.rep ? count > 0 && start < count : count === 0 && start === 0;
  if (!wellFormed) return HV_STATUS_INVALID_HYPERCALL_INPUT;
  if (controlFast(lo) && found.fast === 'no') return HV_STATUS_INVALID_HYPERCALL_INPUT;
  return HV_STATUS_SUCCESS;
}
