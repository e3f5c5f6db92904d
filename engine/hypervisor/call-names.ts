/** TLFS names of the calls and status codes the lab's hypervisor knows, for sentences. Source: T2 App. B and C. */
import { hexNumber } from '../wire/bytes.ts';

const calls: Readonly<Record<number, string>> = {
  0x40: 'HvCreatePartition', 0x41: 'HvInitializePartition', 0x42: 'HvFinalizePartition', 0x43: 'HvDeletePartition',
  0x44: 'HvGetPartitionProperty', 0x45: 'HvSetPartitionProperty', 0x46: 'HvGetPartitionId', 0x47: 'HvGetNextChildPartition',
  0x48: 'HvDepositMemory', 0x49: 'HvWithdrawMemory', 0x4a: 'HvGetMemoryBalance', 0x4b: 'HvMapGpaPages', 0x4c: 'HvUnmapGpaPages',
  0x4d: 'HvInstallIntercept', 0x4e: 'HvCreateVp', 0x4f: 'HvDeleteVp', 0x50: 'HvGetVpRegisters', 0x51: 'HvSetVpRegisters',
  0x52: 'HvTranslateVirtualAddress', 0x55: 'HvAssertVirtualInterrupt', 0x56: 'HvClearVirtualInterrupt', 0x57: 'HvCreatePort',
  0x58: 'HvDeletePort', 0x59: 'HvConnectPort', 0x5b: 'HvDisconnectPort', 0x5c: 'HvPostMessage', 0x5d: 'HvSignalEvent',
};

const statuses: readonly string[] = [
  'SUCCESS', '', 'INVALID_HYPERCALL_CODE', 'INVALID_HYPERCALL_INPUT', 'INVALID_ALIGNMENT', 'INVALID_PARAMETER', 'ACCESS_DENIED',
  'INVALID_PARTITION_STATE', 'OPERATION_DENIED', 'UNKNOWN_PROPERTY', 'PROPERTY_VALUE_OUT_OF_RANGE', 'INSUFFICIENT_MEMORY',
  'PARTITION_TOO_DEEP', 'INVALID_PARTITION_ID', 'INVALID_VP_INDEX', '', '', 'INVALID_PORT_ID', 'INVALID_CONNECTION_ID',
  'INSUFFICIENT_BUFFERS', 'NOT_ACKNOWLEDGED', '', 'ACKNOWLEDGED', 'INVALID_SAVE_RESTORE_STATE', 'INVALID_SYNIC_STATE',
  'OBJECT_IN_USE', 'INVALID_PROXIMITY_DOMAIN_INFO', 'NO_DATA', 'INACTIVE', 'NO_RESOURCES',
];

export function hypercallName(code: number): string {
  return calls[code] ?? `hypercall ${hexNumber(code, 4)}`;
}

export function statusName(status: number): string {
  const name = statuses[status];
  return name === undefined || name === '' ? `status ${hexNumber(status, 4)}` : `HV_STATUS_${name}`;
}
