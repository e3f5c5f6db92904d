/**
 * Hop kinds of the root's user mode: VMMS (`vmms`) and the worker processes (`vmwp`), whose emulated devices are called with
 * `vmwp.portWrite` and `vmwp.portRead`.
 */
import { portName, portReadText, portWriteText } from '../../devices/ide/protocol.ts';
import type { BootRead } from '../../guest/kernel/boot-hops.ts';
import type { Era } from '../../wire/eras.ts';
import { STATUS_CANCELLED } from '../../wire/ntstatus.ts';
import { hexNumber } from '../../wire/bytes.ts';
import { defineHops, hop, the } from '../../sim/hop-kinds.ts';
import { count } from '../../wire/count.ts';

/** How a guest is fitted with drivers. */
export type GuestKind = 'enlightened' | 'legacy';
/** 'pio' and 'dma' are two ways to use the emulated IDE drive. */
export type StoragePath = 'synthetic' | 'pio' | 'dma';

/** A virtual machine as VMMS is told of it, in JSON text. */
export interface VmConfig {
  /** Structural name: 'alpha'. Paths begin with it. */
  readonly name: string;
  readonly title: string;
  readonly guest: GuestKind;
  readonly memoryMb: number;
  readonly vps: number;
  readonly path: StoragePath;
  /** The legacy ATA driver polls instead of waiting for interrupts. */
  readonly polled?: boolean;
  /** PIO a sector at a time, or up to 128 by the extended MULTIPLE commands; 'single' when left out. */
  readonly pioMode?: 'single' | 'multiple';
  /** The ATA driver takes 48-bit commands for every address, not only where 28 bits do not reach. */
  readonly lba48?: boolean;
  /** Reads of the alternate status register that the ATA driver makes for every command besides what it needs. */
  readonly extraAccesses?: number;
  /** The ATA driver leaves out accesses whose value it knows, and ends an interrupt with one write to both 8259 chips. */
  readonly lean?: boolean;
  /** Disk requests the storage driver keeps in flight. */
  readonly queueDepth?: number;
  /** Which rule the guest's VMBus driver follows when it signals. */
  readonly signalRule?: 'empty-to-non-empty' | 'every-write';
  /** Whose drivers the guest has; the machine's era when left out. */
  readonly era?: Era;
  /** Data pages of each ring of its disk. */
  readonly ringPages?: number;
  /** What firmware and boot loader read before the kernel starts, by the emulated IDE channel; left out: it stands in memory. */
  readonly boot?: readonly BootRead[];
  readonly disk: { readonly fileId: number };
}

const inferred = { status: 'inferred', sources: ['COR 22', 'COR 23'] } as const;

/** Msvm_ComputerSystem.EnabledState in 2008. Source: management 2.4. */
export const ENABLED = 2;
export const DISABLED = 3;
export const STARTING = 32770;
export const STOPPING = 32774;

/** Return codes of WMI methods in 2008. Source: management 2.2. */
export const INVALID_PARAMETER_CODE = 32773;
export const INVALID_STATE_CODE = 32775;
const returnCodes: Readonly<Record<number, string>> = { [INVALID_PARAMETER_CODE]: 'invalid parameter', [INVALID_STATE_CODE]: 'invalid state for this operation' };
const reasonsOf: Readonly<Record<number, string>> = {
  [INVALID_PARAMETER_CODE]: 'there is no virtual machine of that name, or there is one already',
  [INVALID_STATE_CODE]: 'a virtual machine is started or deleted only when it is off, and turned off only when it runs',
};

export const vmms = defineHops('vmms', {
  powerOn: hop({
    title: 'start of the worker', family: 'call', crossing: 'root-user-call', args: ['nameText'] as const, cost: 'user', begins: 'machine',
    status: 'documented', sources: ['management 1.1'],
    sentence: () => ({ actor: 'VMMS', act: 'spawns', object: 'the worker process of this VM', because: 'each running VM has a worker process of its own' }),
  }),
  poweredOn: hop({
    title: 'worker reports', family: 'call', crossing: 'root-user-call', args: ['nameText', 'status', 'partition', 'reasonText'] as const, cost: 'user', ends: 'machine',
    ...inferred,
    sentence: (a) => ({ actor: 'Worker process', act: 'reports', object: a.status === 0 ? 'that the VM runs' : a.status === STATUS_CANCELLED ? 'that the start is broken off' : 'that the VM cannot start', because: 'VMMS shows the state of every VM' }),
  }),
  powerOff: hop({
    title: 'turn off', family: 'call', crossing: 'root-user-call', args: ['nameText'] as const, cost: 'user', begins: 'machine',
    status: 'documented', sources: ['management 5.1', 'management 1.1'],
    sentence: () => ({ actor: 'VMMS', act: 'tells', object: 'the worker process to turn its VM off at once', because: 'Turn Off pulls the plug: the guest is not asked' }),
  }),
  poweredOff: hop({
    title: 'worker ends', family: 'call', crossing: 'root-user-call', args: ['nameText', 'partition'] as const, cost: 'user', ends: 'machine', stops: 'guest',
    ...inferred,
    sentence: () => ({ actor: 'Worker process', act: 'reports', object: 'that its VM is off, and ends', because: 'every page of the partition has come back, and nothing of the guest is under way' }),
  }),
  refused: hop({
    title: 'request refused', family: 'call', crossing: 'root-user-call', args: ['nameText', 'code'] as const, cost: 'user',
    status: 'documented', sources: ['management 2.2'],
    sentence: (a) => ({ actor: 'VMMS', act: 'answers', object: `return code ${a.code} (${returnCodes[a.code] ?? 'failed'})`, because: reasonsOf[a.code] ?? 'it cannot do what was asked' }),
  }),
  burn: hop({
    title: 'application in the root', family: 'call', crossing: 'root-user-call', args: ['slices', 'bytes', 'begun'] as const, cost: 'copy', costBytes: 'bytes',
    status: 'simplified', simplified: 'An application that an administrator should not have installed: it only uses CPU time, a millisecond at a time.', sources: ['costs 6'],
    sentence: (a) => ({ actor: 'An application in the root', act: 'computes', object: a.slices === 0xffff_ffff ? 'for one more millisecond, and goes on until it is stopped' : `for one more millisecond, ${a.slices} to go`, because: 'it runs on the same processors that serve every guest' }),
  }),
});

export const vmwp = defineHops('vmwp', {
  message: hop({
    title: 'intercept to worker', family: 'message', crossing: 'root-sysret', args: ['slotPage', 'slotSpan', 'vpIndex'] as const, cost: 'vid', level: 'thread', counts: { workerTrip: 1 },
    bytes: [{ label: 'Intercept message', space: 'to', page: 'slotPage', span: 'slotSpan', layout: 'synic.message' }], ...inferred,
    sentence: (_, v) => ({ actor: 'VID', act: 'wakes', object: `the worker process of ${v.guest} with the intercept message`, because: 'the emulated devices live there, in user mode' }),
  }),
  portWrite: hop({
    title: 'port write to device', family: 'device', crossing: 'root-user-call', args: ['port', 'value'] as const, cost: 'emulate', ...inferred,
    sentence: (a, v) => ({ actor: 'Worker process', act: 'hands', object: `the write to ${the(v.to)} (${portWriteText(a.port & 0xffff, a.value)})`, because: 'that device registered the port' }),
  }),
  portRead: hop({
    title: 'port read from device', family: 'device', crossing: 'root-user-call', args: ['port', 'count'] as const, cost: 'emulate', ...inferred,
    sentence: (a, v) => ({ actor: 'Worker process', act: 'asks', object: a.count > 1 ? `${the(v.to)} for ${count(a.count, 'word')} of the ${portName(a.port & 0xffff, false)}` : `${the(v.to)} for the ${portName(a.port & 0xffff, false)}`, because: 'that device registered the port' }),
  }),
  portDone: hop({
    title: 'device answers', family: 'device', crossing: 'root-user-call', args: ['value', 'dataPage', 'dataSpan', 'port', 'write'] as const, cost: 'user',
    bytes: [{ label: 'Data', space: 'from', page: 'dataPage', span: 'dataSpan', layout: 'sector' }], ...inferred,
    sentence: (a, v) => ({ actor: v.from, act: 'answers', object: a.write === 2 ? 'that the words are taken' : a.write ? 'that the value is taken' : a.dataSpan === 0 ? `with the ${portReadText(a.port & 0xffff, a.value)}` : 'with the words asked for', because: a.write === 2 ? 'they stand in its buffer, as far as there was room' : a.write ? 'its registers have changed as the write asked' : a.dataSpan === 0 ? 'this is what the register shows now' : 'the words waited in its buffer' }),
  }),
  copy: hop({
    title: 'copy into guest memory', family: 'copy', crossing: 'root-user-call', args: ['bytes', 'gpaPage', 'span'] as const, cost: 'copy', costBytes: 'bytes', counts: { copy: 'bytes' },
    bytes: [{ label: 'Data', space: 'behalf', page: 'gpaPage', span: 'span', layout: 'sector' }], status: 'inferred', sources: ['COR 12', 'T2 8.1.3', 'COR 22'],
    sentence: (a, v) => ({ actor: 'Worker process', act: 'copies', object: `${count(a.bytes, 'byte')} into the memory of ${v.guest}`, because: 'the intercepted REP INSW has stored nothing, so the root does its work' }),
  }),
  fetch: hop({
    title: 'copy out of guest memory', family: 'copy', crossing: 'root-user-call', args: ['bytes', 'gpaPage', 'span'] as const, cost: 'copy', costBytes: 'bytes', counts: { copy: 'bytes' },
    bytes: [{ label: 'Data', space: 'behalf', page: 'gpaPage', span: 'span', layout: 'sector' }], status: 'inferred', sources: ['COR 12', 'T2 8.1.3', 'COR 22'],
    sentence: (a, v) => ({ actor: 'Worker process', act: 'copies', object: `${count(a.bytes, 'byte')} out of the memory of ${v.guest}`, because: 'the intercepted REP OUTSW has loaded nothing, so the root does its work' }),
  }),
  portWriteString: hop({
    title: 'words to device', family: 'device', crossing: 'root-user-call', args: ['port', 'count', 'dataPage', 'dataSpan'] as const, cost: 'emulate',
    bytes: [{ label: 'Data', space: 'from', page: 'dataPage', span: 'dataSpan', layout: 'sector' }], ...inferred,
    sentence: (a, v) => ({ actor: 'Worker process', act: 'hands', object: `${count(a.count, 'word')} for the ${portName(a.port & 0xffff, true)} to ${the(v.to)}`, because: 'that device registered the port' }),
  }),
  settle: hop({
    title: 'wait for own threads', family: 'call', crossing: 'root-user-call', args: ['vp'] as const, cost: 'user', level: 'thread', ...inferred,
    sentence: (a) => ({ actor: 'Worker process', act: 'waits for', object: `its thread on root VP ${a.vp}`, because: 'a process may end only when none of its threads has anything left to do' }),
  }),
  assertInterrupt: hop({
    title: '8259 output rises', family: 'interrupt', crossing: 'root-user-call', args: ['vector'] as const, cost: 'user', status: 'inferred', sources: ['COR 16'],
    sentence: (a) => ({ actor: 'Emulated 8259', act: 'raises', object: `its output with vector ${hexNumber(a.vector)}`, because: 'a line is up, not masked, and nothing more urgent is in service' }),
  }),
  clearInterrupt: hop({
    title: '8259 output falls', family: 'interrupt', crossing: 'root-user-call', args: ['vector'] as const, cost: 'user', status: 'inferred', sources: ['COR 16'],
    sentence: () => ({ actor: 'Emulated 8259', act: 'lowers', object: 'its output', because: 'no line asks for an interrupt any more' }),
  }),
  acknowledged: hop({
    title: 'interrupt acknowledged', family: 'interrupt', crossing: 'root-user-call', args: ['vector'] as const, cost: 'user', status: 'inferred', sources: ['COR 16'],
    sentence: (a) => ({ actor: 'Worker process', act: 'tells', object: `the emulated 8259 that vector ${hexNumber(a.vector)} has been taken`, because: 'HvClearVirtualInterrupt succeeded, and that it does only after the guest took the interrupt' }),
  }),
});
