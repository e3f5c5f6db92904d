/** Layouts of SynIC messages, registers, monitor page and intercept payloads. */
import { allEras, before2012 } from './eras.ts';
import type { Era } from './eras.ts';
import type { Field, Layout, Status } from './layout.ts';
import { bitsField, field, run } from './layout.ts';
import { messageTypeNames } from './synic.ts';

function layout(id: string, title: string, size: number, source: string, fields: readonly Field[], eras: readonly Era[] = allEras, status: Status = 'documented'): Layout {
  return { id, title, size, eras, source, status, fields };
}

const segment = (name: string, at: number): Field[] => [
  field(`${name}.Base`, at, 'u64'), field(`${name}.Limit`, at + 8, 'u32'), field(`${name}.Selector`, at + 12, 'u16'),
  bitsField(`${name}.Attributes`, at + 14, 2, [
    ['SegmentType', 0, 4], ['NonSystemSegment', 4, 1], ['DescriptorPrivilegeLevel', 5, 2], ['Present', 7, 1], ['Available', 12, 1], ['Long', 13, 1], ['Default', 14, 1], ['Granularity', 15, 1],
  ]),
];

const header: readonly Field[] = [
  field('VpIndex', 0, 'u32'),
  bitsField('InstructionLength', 4, 1, [['Length', 0, 4]]),
  field('InterceptAccessType', 5, 'u8', { values: { 0: 'read', 1: 'write', 2: 'execute' } }),
  bitsField('ExecutionState', 6, 2, [['Cpl', 0, 2], ['Cr0Pe', 2, 1], ['Cr0Am', 3, 1], ['EferLma', 4, 1], ['DebugActive', 5, 1], ['InterruptionPending', 6, 1]]),
  ...segment('Cs', 8),
  field('Rip', 24, 'u64'),
  field('Rflags', 32, 'u64'),
];

const u64s = (names: string, at: number): Field[] => names.split(' ').map((name, i) => field(name, at + 8 * i, 'u64'));
const GENERAL = 'Rax Rcx Rdx Rbx Rsp Rbp Rsi Rdi R8 R9 R10 R11 R12 R13 R14 R15';

const intercepts: readonly Layout[] = [
  layout('intercept.header', 'Intercept message header', 40, 'WDK ff541192; T2 §16.2', header),
  layout('intercept.io-port', 'I/O port intercept (HV_X64_IO_PORT_INTERCEPT_MESSAGE)', 128, 'WDK ff541223; T2 §16.5.3', [
    ...header,
    field('PortNumber', 40, 'u16'),
    bitsField('AccessInfo', 42, 1, [['AccessSize', 0, 3], ['StringOp', 3, 1], ['RepPrefix', 4, 1]]),
    field('InstructionByteCount', 43, 'u8'), run('Reserved', 44, 4),
    field('Rax', 48, 'u64', 'OUT: the value in AL, AX or EAX; IN: what the result is merged into'),
    run('InstructionBytes', 56, 16), ...segment('Ds', 72), ...segment('Es', 88), ...u64s('Rcx Rsi Rdi', 104),
  ]),
  layout('intercept.memory', 'Memory intercept (HV_X64_MEMORY_INTERCEPT_MESSAGE)', 240, 'WDK ff541239; T2 §16.3', [
    ...header,
    field('CacheType', 40, 'u32', { values: { 0: 'uncached', 1: 'write combining', 4: 'write through', 5: 'write protected', 6: 'write back' } }),
    field('InstructionByteCount', 44, 'u8'), bitsField('MemoryAccessInfo', 45, 1, [['GvaValid', 0, 1]]), run('Reserved', 46, 2),
    field('GuestVirtualAddress', 48, 'u64'), field('GuestPhysicalAddress', 56, 'u64'), run('InstructionBytes', 64, 16),
    ...segment('Ds', 80), ...segment('Ss', 96), ...u64s(GENERAL, 112),
  ], before2012),
  layout('intercept.msr', 'MSR intercept', 64, 'T2 §16.5.1', [...header, field('MsrNumber', 40, 'u32'), run('Reserved', 44, 4), ...u64s('Rdx Rax', 48)]),
  layout('intercept.cpuid', 'CPUID intercept', 104, 'T2 §16.5.2', [
    ...header, ...u64s('Rax Rcx Rdx Rbx DefaultResultRax DefaultResultRcx DefaultResultRdx DefaultResultRbx', 40),
  ]),
  layout('intercept.exception', 'Exception intercept', 240, 'T2 §16.5.4', [
    ...header, field('ExceptionVector', 40, 'u16'), bitsField('ExceptionInfo', 42, 1, [['ErrorCodeValid', 0, 1]]), field('InstructionByteCount', 43, 'u8'),
    field('ErrorCode', 44, 'u32'), field('ExceptionParameter', 48, 'u64'), field('Reserved', 56, 'u64'), run('InstructionBytes', 64, 16),
    ...segment('Ds', 80), ...segment('Ss', 96), ...u64s(GENERAL, 112),
  ], before2012),
  layout('intercept.apic-eoi', 'APIC EOI message', 8, 'T2 §16.5.5', [field('VpIndex', 0, 'u32'), field('InterruptVector', 4, 'u32')]),
  layout('intercept.legacy-fp', 'Legacy floating point error', 8, 'T2 §16.5.6', [field('VpIndex', 0, 'u32'), run('Reserved', 4, 4)]),
  layout('intercept.invalid-register', 'Invalid VP register value', 8, 'T2 §16.4', [field('VpIndex', 0, 'u32'), run('Reserved', 4, 4)]),
  layout('intercept.unsupported-feature', 'Unsupported feature', 16, 'T2 §16.4', [
    field('VpIndex', 0, 'u32'), field('FeatureCode', 4, 'u32', { values: { 1: 'intercept', 2: 'task switch TSS' } }), field('FeatureParameter', 8, 'u64'),
  ]),
];

const synic: readonly Layout[] = [
  layout('synic.message', 'SynIC message (HV_MESSAGE)', 256, 'WDK ff540129; LNX hyperv-tlfs.h', [
    field('MessageType', 0, 'u32', { values: messageTypeNames, doc: '0: the slot is empty' }), field('PayloadSize', 4, 'u8'),
    bitsField('MessageFlags', 5, 1, [['MessagePending', 0, 1]]), field('Reserved', 6, 'u16'),
    field('Origin', 8, 'u64', 'port id, or the child partition of an intercept, or 0 for a timer'), run('Payload', 16, 240),
  ]),
  layout('synic.timer-payload', 'Timer expired payload', 24, 'T2 §16.4.1', [
    field('TimerIndex', 0, 'u32'), run('Reserved', 4, 4), field('ExpirationTime', 8, 'u64', '100 ns'), field('DeliveryTime', 16, 'u64', '100 ns'),
  ]),
  layout('synic.sint', 'SINTx register', 8, 'T2 §14.6.5', [bitsField('Sint', 0, 8, [['Vector', 0, 8], ['Masked', 16, 1], ['AutoEoi', 17, 1]])]),
  layout('synic.page-register', 'SIMP and SIEFP register', 8, 'T2 §14.6.3-4', [bitsField('Value', 0, 8, [['Enable', 0, 1], ['BasePage', 12, 52]])]),
  layout('synic.port-info', 'HV_PORT_INFO, message and event ports', 24, 'WDK ff540198', [
    field('PortType', 0, 'u32'), run('Padding', 4, 4), field('TargetSint', 8, 'u32'), field('TargetVp', 12, 'u32'),
    field('BaseFlagNumber', 16, 'u16'), field('FlagCount', 18, 'u16'), run('ReservedZ', 20, 4),
  ]),
  layout('synic.connection-info', 'HV_CONNECTION_INFO', 16, 'WDK ff539921', [field('PortType', 0, 'u32'), run('Padding', 4, 4), field('MonitorAddress', 8, 'u64')]),
  layout('synic.monitor-page', 'Monitor page (HV_MONITOR_PAGE)', 4096, 'WDK ff540149; T2 §14.8.9', [
    bitsField('TriggerState', 0, 4, [['GroupEnable', 0, 4]]), run('Reserved1', 4, 4),
    ...[0, 1, 2, 3].flatMap((g) => [field(`TriggerGroup[${g}].Pending`, 8 + 8 * g, 'u32'), field(`TriggerGroup[${g}].Armed`, 12 + 8 * g, 'u32')]),
    run('Reserved2', 40, 24), run('NextCheckTime', 64, 512), run('Latency', 576, 256, 'bytes', 'u16 per trigger, 100 ns'), run('Reserved3', 832, 256),
    run('Parameter', 1088, 1024, 'bytes', 'per trigger: connection id u32, flag number u16, reserved u16'), run('Reserved4', 2112, 1984),
  ]),
];

export const synicLayouts: readonly Layout[] = [...synic, ...intercepts];
