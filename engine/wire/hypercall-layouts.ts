/** Layouts of hypercall words and parameter blocks, interface 1.0 and 2.0. Source of each: its T2 section. */
import { before2012 } from './eras.ts';
import { registerNames } from './hv-registers.ts';
import { hvStatusNames } from './hv-status.ts';
import { hypercalls } from './hypercalls.ts';
import type { Field, Layout, Status } from './layout.ts';
import { bitsField, field, run } from './layout.ts';
import { partitionProperties } from './privileges.ts';
import { messageTypeNames, PORT_EVENT, PORT_MESSAGE, PORT_MONITOR, portTypeNames } from './synic.ts';

const callNames: Readonly<Record<number, string>> = Object.fromEntries(hypercalls.map((c) => [c.code, c.name]));
const propertyNames: Readonly<Record<number, string>> = Object.fromEntries(partitionProperties.map((p) => [p.code, p.name]));

function block(id: string, title: string, size: number | 'variable', source: string, fields: readonly Field[], status: Status = 'documented'): Layout {
  return { id: `hypercall.${id}`, title, size, eras: before2012, source, status, fields };
}

const partitionId = field('PartitionId', 0, 'u64');
const pad = (at: number, bytes = 4): Field => run('Padding', at, bytes);
const vpIndex = field('VpIndex', 8, 'u32');
const node = (at: number): Field => bitsField('ProximityDomainInfo', at, 8, [['Id', 0, 32], ['ProximityPreferred', 32, 1], ['ProximityInfoValid', 63, 1]]);
const gpaResults = { 0: 'HvAccessGpaSuccess', 1: 'HvAccessGpaUnmapped', 2: 'HvAccessGpaReadIntercept', 3: 'HvAccessGpaWriteIntercept', 4: 'HvAccessGpaIllegalOverlayAccess' };
const interceptTypes = { 0: 'HvInterceptTypeX64IoPort', 1: 'HvInterceptTypeX64Msr', 2: 'HvInterceptTypeX64Cpuid', 3: 'HvInterceptTypeX64Exception' };
const interruptTypes = { 0: 'Fixed', 1: 'LowestPriority', 4: 'Nmi', 5: 'Init', 6: 'Sipi', 7: 'ExtInt' };

const words: readonly Layout[] = [
  block('control', 'Hypercall input value', 8, 'T2 §4.7', [
    {
      ...bitsField('Control', 0, 8, [['IsFast', 16, 1], ['RepCount', 32, 12], ['RepStartIndex', 48, 12]]),
      bits: [
        { name: 'CallCode', from: 0, width: 16, values: callNames }, { name: 'IsFast', from: 16, width: 1 },
        { name: 'RepCount', from: 32, width: 12 }, { name: 'RepStartIndex', from: 48, width: 12 },
      ],
    },
  ]),
  block('result', 'Hypercall result value', 8, 'T2 §4.8', [
    field('CallStatus', 0, 'u16', { values: hvStatusNames }),
    run('Reserved', 2, 2),
    bitsField('Reps', 4, 4, [['ElementsProcessed', 0, 12]]),
  ]),
];

const partitionBlocks: readonly Layout[] = [
  block('HvCreatePartition', 'HvCreatePartition, input', 16, 'T2 §5.6.1', [field('Flags', 0, 'u64'), node(8)]),
  block('HvCreatePartition.out', 'HvCreatePartition, output', 8, 'T2 §5.6.1', [field('NewPartitionId', 0, 'u64')]),
  block('partition', 'HvInitializePartition, HvFinalizePartition, HvDeletePartition, HvClearVirtualInterrupt', 8, 'T2 §5.6.2-4, §13.5.2', [partitionId]),
  block('HvGetPartitionProperty', 'HvGetPartitionProperty, input', 16, 'T2 §5.6.5', [partitionId, field('PropertyCode', 8, 'u32', { values: propertyNames }), pad(12)]),
  block('HvGetPartitionProperty.out', 'HvGetPartitionProperty, output', 8, 'T2 §5.6.5', [field('PropertyValue', 0, 'u64')]),
  block('HvSetPartitionProperty', 'HvSetPartitionProperty, input', 24, 'T2 §5.6.6', [
    partitionId, field('PropertyCode', 8, 'u32', { values: propertyNames }), pad(12), field('PropertyValue', 16, 'u64'),
  ]),
  block('HvDepositMemory', 'HvDepositMemory, input', 'variable', 'T2 §7.4.1', [partitionId, field('GpaPageList', 8, 'u64', { repeat: 8 })]),
  block('HvWithdrawMemory', 'HvWithdrawMemory, input', 16, 'T2 §7.4.2', [partitionId, node(8)]),
  block('HvWithdrawMemory.out', 'HvWithdrawMemory, output', 'variable', 'T2 §7.4.2', [field('GpaPageList', 0, 'u64', { repeat: 8 })]),
  block('HvGetMemoryBalance', 'HvGetMemoryBalance, input', 16, 'T2 §7.4.3', [partitionId, node(8)]),
  block('HvGetMemoryBalance.out', 'HvGetMemoryBalance, output', 16, 'T2 §7.4.3', [field('PagesAvailable', 0, 'u64'), field('PagesInUse', 8, 'u64')]),
  block('HvMapGpaPages', 'HvMapGpaPages, input', 'variable', 'T2 §8.4.1', [
    field('TargetPartitionId', 0, 'u64'), field('TargetGpaBase', 8, 'u64', 'page number'),
    bitsField('MapFlags', 16, 4, [['READABLE', 0, 1], ['WRITABLE', 1, 1], ['EXECUTABLE', 2, 1]]), pad(20),
    field('SourceGpaPageList', 24, 'u64', { repeat: 8, doc: "page numbers in the caller's space" }),
  ]),
  block('HvUnmapGpaPages', 'HvUnmapGpaPages, input', 16, 'T2 §8.4.2', [field('TargetPartitionId', 0, 'u64'), field('TargetGpaBase', 8, 'u64', 'page number')]),
  block('HvInstallIntercept', 'HvInstallIntercept, input', 24, 'T2 §9.4.1', [
    partitionId, bitsField('AccessTypeMask', 8, 4, [['READ', 0, 1], ['WRITE', 1, 1], ['EXECUTE', 2, 1]]),
    field('InterceptType', 12, 'u32', { values: interceptTypes }), field('InterceptParameter', 16, 'u64', 'port, leaf or vector'),
  ]),
];

const vpBlocks: readonly Layout[] = [
  block('HvCreateVp', 'HvCreateVp, input', 32, 'T2 §10.4.1', [partitionId, vpIndex, pad(12), node(16), field('Flags', 24, 'u64')]),
  block('HvDeleteVp', 'HvDeleteVp, input', 16, 'T2 §10.4.2', [partitionId, vpIndex, pad(12)]),
  block('HvGetVpRegisters', 'HvGetVpRegisters, input', 'variable', 'T2 §10.4.3', [partitionId, vpIndex, pad(12), field('RegisterName', 16, 'u32', { repeat: 4, values: registerNames })]),
  block('HvGetVpRegisters.out', 'HvGetVpRegisters, output', 'variable', 'T2 §10.4.3', [
    field('RegisterValueLow', 0, 'u64', { repeat: 16 }), field('RegisterValueHigh', 8, 'u64', { repeat: 16 }),
  ]),
  block('HvSetVpRegisters', 'HvSetVpRegisters, input', 'variable', 'T2 §10.4.4', [
    partitionId, vpIndex, pad(12),
    field('RegisterName', 16, 'u32', { repeat: 32, values: registerNames }), run('Padding', 20, 12, 'bytes', { repeat: 32 }),
    field('RegisterValueLow', 32, 'u64', { repeat: 32 }), field('RegisterValueHigh', 40, 'u64', { repeat: 32 }),
  ]),
  block('HvTranslateVirtualAddress', 'HvTranslateVirtualAddress, input', 32, 'T2 §12.4.4', [
    partitionId, vpIndex, pad(12),
    bitsField('ControlFlags', 16, 8, [['ValidateRead', 0, 1], ['ValidateWrite', 1, 1], ['ValidateExecute', 2, 1], ['PrivilegeExempt', 3, 1], ['SetPageTableBits', 4, 1], ['TlbFlushInhibit', 5, 1]]),
    field('GvaPage', 24, 'u64'),
  ]),
  block('HvTranslateVirtualAddress.out', 'HvTranslateVirtualAddress, output', 16, 'T2 §12.4.4', [
    field('ResultCode', 0, 'u32', {
      values: {
        0: 'HvTranslateGvaSuccess', 1: 'HvTranslateGvaPageNotPresent', 2: 'HvTranslateGvaPrivilegeViolation', 3: 'HvTranslateGvaInvalidPageTableFlags',
        4: 'HvTranslateGvaGpaUnmapped', 5: 'HvTranslateGvaGpaNoReadAccess', 6: 'HvTranslateGvaGpaNoWriteAccess',
        7: 'HvTranslateGvaGpaIllegalOverlayAccess',
      },
    }),
    bitsField('Page', 4, 4, [['CacheType', 0, 8], ['OverlayPage', 8, 1]]),
    field('GpaPage', 8, 'u64'),
  ]),
  block('HvReadGpa', 'HvReadGpa, input', 32, 'T2 §12.4.5', [partitionId, vpIndex, field('ByteCount', 12, 'u32'), field('BaseGpa', 16, 'u64'), field('ControlFlags', 24, 'u64')]),
  block('HvReadGpa.out', 'HvReadGpa, output', 24, 'T2 §12.4.5', [field('AccessResult', 0, 'u32', { values: gpaResults }), run('Reserved', 4, 4), run('Data', 8, 16)]),
  block('HvWriteGpa', 'HvWriteGpa, input', 48, 'T2 §12.4.6', [
    partitionId, vpIndex, field('ByteCount', 12, 'u32'), field('BaseGpa', 16, 'u64'), field('ControlFlags', 24, 'u64'), run('Data', 32, 16),
  ]),
  block('HvWriteGpa.out', 'HvWriteGpa, output', 8, 'T2 §12.4.6', [field('AccessResult', 0, 'u32', { values: gpaResults }), run('Reserved', 4, 4)]),
  block('HvAssertVirtualInterrupt', 'HvAssertVirtualInterrupt, input', 32, 'T2 §13.5.1', [
    field('DestinationPartition', 0, 'u64'), field('InterruptType', 8, 'u32', { values: interruptTypes }),
    bitsField('InterruptControl', 12, 4, [['LevelTriggered', 0, 1], ['LogicalDestinationMode', 1, 1]]),
    field('DestinationAddress', 16, 'u64'), field('RequestedVector', 24, 'u32', { values: { 0xffff_ffff: 'none' } }), pad(28),
  ]),
];

/** What a port is made with depends on its type, at offset 24 of HvCreatePort. T2 14.9.1. */
const sintPorts = { at: 24, is: [PORT_MESSAGE, PORT_EVENT] };
const eventPorts = { at: 24, is: [PORT_EVENT] };
const monitorPorts = { at: 24, is: [PORT_MONITOR] };

const portBlocks: readonly Layout[] = [
  block('HvCreatePort', 'HvCreatePort, input', 48, 'T2 §14.9.1; WDK ff540198', [
    field('PortPartition', 0, 'u64'), field('PortId', 8, 'u32'), pad(12), field('ConnectionPartition', 16, 'u64'),
    field('PortType', 24, 'u32', { values: portTypeNames }), pad(28),
    field('TargetSint', 32, 'u32', { when: sintPorts, doc: 'message and event ports' }), field('TargetVp', 36, 'u32', { when: sintPorts, values: { 0xffff_ffff: 'HV_ANY_VP' } }),
    field('MonitorAddress', 32, 'u64', { when: monitorPorts, doc: 'monitor ports' }),
    field('BaseFlagNumber', 40, 'u16', { when: eventPorts, doc: 'event ports' }), field('FlagCount', 42, 'u16', { when: eventPorts, doc: 'event ports' }), run('ReservedZ', 44, 4),
  ]),
  block('HvDeletePort', 'HvDeletePort, input', 16, 'T2 §14.9.2', [field('PortPartition', 0, 'u64'), field('PortId', 8, 'u32'), pad(12)]),
  block('HvConnectPort', 'HvConnectPort, input', 48, 'T2 §14.9.3; WDK ff539921, hvgdk.h', [
    field('ConnectionPartition', 0, 'u64'), field('ConnectionId', 8, 'u32'), pad(12), field('PortPartition', 16, 'u64'), field('PortId', 24, 'u32'), pad(28),
    field('PortType', 32, 'u32', { values: portTypeNames }), pad(36), field('MonitorAddress', 40, 'u64', 'monitor connections; else 0'),
  ]),
  block('HvDisconnectPort', 'HvDisconnectPort, input', 16, 'T2 §14.9.6', [field('ConnectionPartition', 0, 'u64'), field('ConnectionId', 8, 'u32'), pad(12)]),
  block('HvPostMessage', 'HvPostMessage, input', 256, 'T2 §14.9.7', [
    field('ConnectionId', 0, 'u32'), pad(4), field('MessageType', 8, 'u32', { values: messageTypeNames }), field('PayloadSize', 12, 'u32'), run('Payload', 16, 240),
  ]),
  block('HvSignalEvent', 'HvSignalEvent, input (fast: RDX)', 8, 'T2 §14.9.8', [field('ConnectionId', 0, 'u32'), field('FlagNumber', 4, 'u16'), field('ReservedZ', 6, 'u16')]),
];

export const hypercallLayouts: readonly Layout[] = [...words, ...partitionBlocks, ...vpBlocks, ...portBlocks];
