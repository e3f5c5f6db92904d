/**
 * Partition privileges (HvPartitionPropertyPrivilegeFlags; CPUID 0x40000003 EAX and EBX) and partition properties.
 * A mask is two unsigned halves. Source: T2 §5.2.2, §5.2.3. [HCALL-8]
 */
import type { Era } from './eras.ts';
import { allEras, from2008r2 } from './eras.ts';

export interface Privilege {
  readonly bit: number;
  readonly name: string;
  readonly gates: string;
  readonly eras: readonly Era[];
}

export const PRIVILEGE_CREATE_PARTITIONS = 32;
export const PRIVILEGE_ACCESS_PARTITION_ID = 33;
export const PRIVILEGE_ACCESS_MEMORY_POOL = 34;
export const PRIVILEGE_POST_MESSAGES = 36;
export const PRIVILEGE_SIGNAL_EVENTS = 37;
export const PRIVILEGE_CREATE_PORT = 38;
export const PRIVILEGE_CONNECT_PORT = 39;
export const PRIVILEGE_ACCESS_STATS = 40;
export const PRIVILEGE_DEBUGGING = 43;
export const PRIVILEGE_CPU_MANAGEMENT = 44;
export const PRIVILEGE_CONFIGURE_PROFILER = 45;

export const privileges: readonly Privilege[] = [
  { bit: 0, name: 'AccessVpRunTimeMsr', gates: 'MSR 0x40000010', eras: allEras },
  { bit: 1, name: 'AccessPartitionReferenceCounter', gates: 'MSR 0x40000020', eras: allEras },
  { bit: 2, name: 'AccessSynicMsrs', gates: 'MSRs 0x40000080-84, 0x40000090-9F', eras: allEras },
  { bit: 3, name: 'AccessSyntheticTimerMsrs', gates: 'MSRs 0x400000B0-B7', eras: allEras },
  { bit: 4, name: 'AccessApicMsrs', gates: 'MSRs 0x40000070-73', eras: allEras },
  { bit: 5, name: 'AccessHypercallMsrs', gates: 'MSRs 0x40000000-01', eras: allEras },
  { bit: 6, name: 'AccessVpIndex', gates: 'MSR 0x40000002', eras: allEras },
  { bit: 7, name: 'AccessResetMsr', gates: 'MSR 0x40000003', eras: allEras },
  { bit: 8, name: 'AccessStatsMsr', gates: 'MSRs 0x400000E0-E3', eras: allEras },
  { bit: 9, name: 'AccessPartitionReferenceTsc', gates: 'MSR 0x40000021', eras: from2008r2 },
  { bit: 10, name: 'AccessGuestIdleMsr', gates: 'MSR 0x400000F0', eras: from2008r2 },
  { bit: 32, name: 'CreatePartitions', gates: 'HvCreatePartition and every call on children', eras: allEras },
  { bit: 33, name: 'AccessPartitionId', gates: 'HvGetPartitionId', eras: allEras },
  { bit: 34, name: 'AccessMemoryPool', gates: 'HvDepositMemory, HvWithdrawMemory, HvGetMemoryBalance', eras: allEras },
  { bit: 35, name: 'AdjustMessageBuffers', gates: 'nothing documented', eras: allEras },
  { bit: 36, name: 'PostMessages', gates: 'HvPostMessage', eras: allEras },
  { bit: 37, name: 'SignalEvents', gates: 'HvSignalEvent', eras: allEras },
  { bit: 38, name: 'CreatePort', gates: 'HvCreatePort and HvDeletePort on itself', eras: allEras },
  { bit: 39, name: 'ConnectPort', gates: 'HvConnectPort and HvDisconnectPort on itself', eras: allEras },
  { bit: 40, name: 'AccessStats', gates: 'HvMapStatsPage, HvUnmapStatsPage', eras: allEras },
  { bit: 43, name: 'Debugging', gates: 'HvPostDebugData, HvRetrieveDebugData, HvResetDebugSession', eras: allEras },
  { bit: 44, name: 'CpuManagement', gates: 'HvGetLogicalProcessorRunTime, HvParkLogicalProcessors, power MSRs', eras: allEras },
  { bit: 45, name: 'ConfigureProfiler', gates: 'HvSetSystemProperty', eras: from2008r2 },
];

/** True when the mask holds the bit. */
export function holdsPrivilege(maskLo: number, maskHi: number, bit: number): boolean {
  return (bit < 32 ? (maskLo >>> bit) & 1 : (maskHi >>> (bit - 32)) & 1) === 1;
}

/** Low half of the mask a new non-root partition gets; the high half is 0. T2 §5.2.3; 2008 is derived. */
export function defaultChildMaskLo(era: Era): number {
  return era === 'ws2008' ? 0x1ff : 0x5ff;
}

/** High half with PostMessages and SignalEvents: what a child needs to speak VMBus. What Hyper-V grants besides is unknown. */
export const VMBUS_CHILD_MASK_HI = 0x30;

/** Halves of the mask of the root, which holds every privilege that its era knows. T2 §5.2.3; 2008 is derived. */
export function rootMask(era: Era): readonly [lo: number, hi: number] {
  const bits = privileges.filter(({ eras }) => eras.includes(era)).map(({ bit }) => bit);
  const half = (from: number): number => bits.reduce((mask, bit) => (bit >= from && bit < from + 32 ? mask + 2 ** (bit - from) : mask), 0);
  return [half(0), half(32)];
}

export interface PartitionProperty {
  readonly code: number;
  readonly name: string;
  readonly defaultValue: number;
  readonly readOnly: boolean;
  readonly note: string;
}

export const PROPERTY_PRIVILEGE_FLAGS = 0x0001_0000;
export const PROPERTY_CPU_RESERVE = 0x0002_0001;
export const PROPERTY_CPU_CAP = 0x0002_0002;
export const PROPERTY_CPU_WEIGHT = 0x0002_0003;

/** T2 §5.2.2. A default of 0 for the processor properties means: set by the implementation. */
export const partitionProperties: readonly PartitionProperty[] = [
  { code: 0x0001_0000, name: 'HvPartitionPropertyPrivilegeFlags', defaultValue: 0, readOnly: false, note: 'see the default child mask' },
  { code: 0x0002_0001, name: 'HvPartitionPropertyCpuReserve', defaultValue: 0, readOnly: false, note: 'per VP, 0..0x10000' },
  { code: 0x0002_0002, name: 'HvPartitionPropertyCpuCap', defaultValue: 0x10000, readOnly: false, note: 'per VP, 0..0x10000' },
  { code: 0x0002_0003, name: 'HvPartitionPropertyCpuWeight', defaultValue: 100, readOnly: false, note: '1..10000' },
  { code: 0x0003_0000, name: 'HvPartitionPropertyEmulatedTimerPeriod', defaultValue: 0, readOnly: false, note: '100 ns' },
  { code: 0x0003_0001, name: 'HvPartitionPropertyEmulatedTimerControl', defaultValue: 0, readOnly: false, note: 'vector, mode, destination' },
  { code: 0x0003_0002, name: 'HvPartitionPropertyPmTimerAssist', defaultValue: 0, readOnly: false, note: 'port 15:0, width 16, enabled 17' },
  { code: 0x0004_0000, name: 'HvPartitionPropertyDebugChannelId', defaultValue: 0, readOnly: false, note: 'unique when not zero' },
  { code: 0x0005_0000, name: 'HvPartitionPropertyVirtualTlbPageCount', defaultValue: 0, readOnly: false, note: 'clamped, not refused' },
  { code: 0x0006_0000, name: 'HvPartitionPropertyProcessorVendor', defaultValue: 0, readOnly: true, note: '0 AMD, 1 Intel' },
  { code: 0x0006_0001, name: 'HvPartitionPropertyProcessorFeatures', defaultValue: 0, readOnly: false, note: "the root's" },
  { code: 0x0006_0002, name: 'HvPartitionPropertyProcessorXsaveFeatures', defaultValue: 0, readOnly: false, note: "the root's" },
  { code: 0x0006_0003, name: 'HvPartitionPropertyProcessorCLFlushSize', defaultValue: 0, readOnly: false, note: 'smallest of the platform' },
];
