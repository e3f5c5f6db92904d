/** Layouts of the hypervisor's own objects, for the inspector. They are the lab's: what the real ones look like is not public. */
import { allEras } from '../wire/eras.ts';
import { bitsField, field, run, type Field, type Layout } from '../wire/layout.ts';
import * as o from './objects.ts';

const source = 'our choice; contents by T2 5.2, 10.2, 13, 14';

function own(id: string, title: string, size: number, fields: readonly Field[]): Layout {
  return { id, title, size, eras: allEras, source, status: 'simplified', fields };
}

const states = { 1: 'uninitialized', 2: 'active', 3: 'finalizing', 4: 'finalized' };
const gpr = ['RAX', 'RCX', 'RDX', 'RBX', 'RSP', 'RBP', 'RSI', 'RDI', 'R8', 'R9', 'R10', 'R11', 'R12', 'R13', 'R14', 'R15'];
const sintBits = [['Vector', 0, 8], ['Masked', 16, 1], ['AutoEOI', 17, 1]] as const;

export const hypervisorLayouts: readonly Layout[] = [
  own('hypervisor.partition', 'Partition page', 4096, [
    run('Signature', 0, 4, 'ascii'),
    field('PartitionId', o.P_ID, 'u32'),
    field('ParentId', o.P_PARENT, 'u32'),
    field('State', o.P_STATE, 'u32', { values: states }),
    field('PrivilegeFlags', o.P_PRIVILEGES, 'u64'),
    field('GuestOsId', o.P_OS_ID, 'u64'),
    field('Hypercall', o.P_HYPERCALL, 'u64', 'HV_X64_MSR_HYPERCALL: bit 0 enable, 63:12 page'),
    field('VpCount', o.P_VPS, 'u32'),
    field('PagesAvailable', o.P_AVAILABLE, 'u32', 'pages of the pool that are free'),
    field('PagesInUse', o.P_IN_USE, 'u32', 'pages of the pool that hold objects'),
    field('FirstFreePage', o.P_FREE, 'u32', 'each free page names the next one in its first word'),
    field('PagesDeposited', o.P_DEPOSITED, 'u32'),
    field('PagesWithdrawn', o.P_WITHDRAWN, 'u32'),
    field('CpuReserve', o.P_RESERVE, 'u64'),
    field('CpuCap', o.P_CAP, 'u64'),
    field('CpuWeight', o.P_WEIGHT, 'u64'),
    field('MapRoot', o.P_MAP, 'u32', 'machine page of the top table of the GPA map; 0: identity'),
    field('PortBitmapLow', o.P_BITMAP_LO, 'u32', 'machine page: one bit per intercepted port 0..0x7FFF'),
    field('PortBitmapHigh', o.P_BITMAP_HI, 'u32', 'machine page: one bit per intercepted port 0x8000..0xFFFF'),
    field('HypercallPage', o.P_HYPERCALL_PAGE, 'u32', 'machine page behind the hypercall page'),
    field('MsrIntercept', o.P_MSR_INTERCEPT, 'u32'),
    field('MappedPages', o.P_MAPPED, 'u32'),
    field('Children', o.P_CHILDREN, 'u32'),
    ...Array.from({ length: 4 }, (_, i) => field(`Vp${i}`, o.P_VP_TABLE + 4 * i, 'u32', 'global index of the VP, plus 1')),
    ...Array.from({ length: 2 }, (_, i) => field(`PortTable${i}`, o.P_PORTS + 4 * i, 'u32', 'machine page of 128 ports')),
    ...Array.from({ length: 2 }, (_, i) => field(`ConnectionTable${i}`, o.P_CONNECTIONS + 4 * i, 'u32', 'machine page of 256 connections')),
  ]),
  own('hypervisor.vp', 'VP page', 4096, [
    run('Signature', 0, 4, 'ascii'),
    field('PartitionId', o.V_PARTITION, 'u32'),
    field('VpIndex', o.V_INDEX, 'u32'),
    field('Vp', o.V_VP, 'u32', 'global index'),
    bitsField('ExplicitSuspend', o.V_EXPLICIT_SUSPEND, 4, [['Suspended', 0, 1]]),
    bitsField('InterceptSuspend', o.V_INTERCEPT_SUSPEND, 4, [['Suspended', 0, 1], ['TlbFlushInhibit', 1, 1]]),
    bitsField('Flags', o.V_FLAGS, 4, [['Started', 0, 1], ['Delivering', 1, 1]]),
    field('ExtInt', o.V_EXT, 'u32', { values: { 0: 'none', 1: 'asserted', 2: 'taken, not cleared' } }),
    field('ExtIntVector', o.V_EXT_VECTOR, 'u32'),
    field('TPR', o.V_TPR, 'u32'),
    bitsField('SCONTROL', o.V_SCONTROL, 8, [['Enable', 0, 1]]),
    bitsField('SIEFP', o.V_SIEFP, 8, [['Enable', 0, 1], ['Page', 12, 52]]),
    bitsField('SIMP', o.V_SIMP, 8, [['Enable', 0, 1], ['Page', 12, 52]]),
    field('SimPage', o.V_SIM_PAGE, 'u32', 'machine page behind the SIM page'),
    field('SiefPage', o.V_SIEF_PAGE, 'u32', 'machine page behind the SIEF page'),
    ...Array.from({ length: 16 }, (_, i) => bitsField(`SINT${i}`, o.V_SINT + 8 * i, 8, sintBits)),
    run('IRR', o.V_IRR, 32, 'bytes', 'one bit per vector that waits'),
    run('ISR', o.V_ISR, 32, 'bytes', 'one bit per vector in service'),
    run('AutoEoiVectors', o.V_AUTO_EOI, 32, 'bytes', 'one bit per vector of an unmasked SINT with AutoEOI'),
    field('HypercallCode', o.V_CODE, 'u32', 'of the call under way or last'),
    ...gpr.map((name, i) => field(name, o.V_GPR + 8 * i, 'u64')),
    field('RIP', o.V_RIP, 'u64'),
    field('RFLAGS', o.V_RFLAGS, 'u64'),
    ...['CR0', 'CR2', 'CR3', 'CR4', 'CR8', 'XFEM'].map((name, i) => field(name, o.V_CR + 8 * i, 'u64')),
    ...['ES', 'CS', 'SS', 'DS', 'FS', 'GS', 'LDTR', 'TR'].map((name, i) => run(name, o.V_SEGMENTS + 16 * i, 16)),
    field('EFER', o.V_MSRS + 8, 'u64'),
    field('InitialApicId', o.V_MSRS + 8 * 12, 'u64'),
    ...Array.from({ length: 4 }, (_, i) => run(`Queue${i}`, o.V_QUEUES + 8 * i, 8, 'bytes', 'first and last queued message of the SINT: machine page * 16 + buffer')),
    run('InterceptMessage', o.V_INTERCEPT_BUFFER, 256, 'bytes', 'the one intercept buffer of the VP'),
  ]),
  own('hypervisor.port', 'Port', o.PORT_BYTES, [
    field('PortId', 0, 'u32'),
    field('PortType', o.PORT_TYPE, 'u32', { values: { 0: 'free', 1: 'HvPortTypeMessage', 2: 'HvPortTypeEvent' } }),
    bitsField('Connection', o.PORT_PARTNER, 4, [['Partition', 0, 31], ['Connected', 31, 1]]),
    field('TargetSint', o.PORT_SINT, 'u32'),
    field('TargetVp', o.PORT_VP, 'u32', { values: { 0xffff_ffff: 'HV_ANY_VP' } }),
    bitsField('Flags', o.PORT_FLAGS, 4, [['BaseFlagNumber', 0, 16], ['FlagCount', 16, 16]]),
    field('BufferPage', o.PORT_BUFFER_PAGE, 'u32', 'machine page of 16 message buffers of 256 bytes'),
    field('PostCount', o.PORT_POSTS, 'u32'),
  ]),
  own('hypervisor.connection', 'Connection', o.CONNECTION_BYTES, [
    field('ConnectionId', 0, 'u32'),
    bitsField('Type', o.CONNECTION_TYPE, 4, [['PortType', 0, 8], ['Dead', 8, 1]]),
    field('PortPartition', o.CONNECTION_PARTITION, 'u32'),
    field('PortId', o.CONNECTION_PORT, 'u32'),
  ]),
];
