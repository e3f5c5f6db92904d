/**
 * Hop kinds of the root's kernel: interrupt dispatch (`kernel`), hypercalls on behalf of drivers (`winhv`), and the services of
 * the VID to the worker processes (`vid`). Storage kinds are in `storage-hops.ts`.
 */
import { hexNumber } from '../../wire/bytes.ts';
import { hvStatusName } from '../../wire/hv-status.ts';
import { hypercallName } from '../../wire/hypercalls.ts';
import { defineHops, hop, the } from '../../sim/hop-kinds.ts';
import { count } from '../../wire/count.ts';

const named = (control: number): string => hypercallName(control & 0xffff);

export const kernel = defineHops('kernel', {
  connectInterrupt: hop({
    title: 'connect interrupt', family: 'call', crossing: 'root-call', args: ['vector', 'eoi'] as const, cost: 'call',
    status: 'simplified', simplified: 'In Windows a driver gets its vector from the HAL; here the vectors are fixed.', sources: ['T2 14.2.5'],
    sentence: (a, v) => ({ actor: v.from, act: 'connects', object: `its service routine to vector ${hexNumber(a.vector)}`, because: 'the root kernel calls whoever registered when the interrupt comes' }),
  }),
  /** The kernel to itself on every root VP but the one it booted on. */
  startVp: hop({
    title: 'SynIC set-up of a VP', family: 'call', crossing: 'root-call', args: ['vp', 'step'] as const, cost: 'call', level: 'dpc',
    status: 'simplified', simplified: 'Windows sends an inter-processor interrupt; here the work begins on the other VP at once.', sources: ['T2 14.8.1'],
    sentence: (a) => ({ actor: 'Root kernel', act: 'goes on', object: `with the SynIC of root VP ${a.vp}`, because: 'the SynIC registers belong to the VP that writes them' }),
  }),
  /** To WinHv: there is a hypercall page now, and SINT0 will interrupt. */
  ready: hop({
    title: 'hypercalls possible', family: 'call', crossing: 'root-call', args: [] as const, cost: 'call',
    status: 'derived', sources: ['T2 4.12', 'management 1.1'],
    sentence: () => ({ actor: 'Root kernel', act: 'starts', object: 'WinHv', because: 'the hypercall page is there, so hypercalls are possible from now on' }),
  }),
  booted: hop({
    title: 'root is ready', family: 'call', crossing: 'root-call', args: ['vps'] as const, cost: 'call', ends: 'machine',
    status: 'derived', sources: ['T2 14.8.1'],
    sentence: (a) => ({ actor: 'Root kernel', act: 'finds', object: `the SynIC of all ${a.vps} root VPs set up`, because: 'partitions can be made and messages about them received only now' }),
  }),
  isr: hop({
    title: 'service routine', family: 'interrupt', crossing: 'root-call', args: ['vector'] as const, cost: 'isr', level: 'isr',
    status: 'documented', sources: ['T2 14.2.5'],
    sentence: (a, v) => ({ actor: 'Root kernel', act: 'calls', object: `the service routine of ${the(v.to)}`, because: `it registered for vector ${hexNumber(a.vector)}` }),
  }),
  isrDone: hop({
    title: 'service routine returns', family: 'interrupt', crossing: 'root-call', args: ['vector'] as const, cost: 'call', level: 'isr',
    status: 'documented', sources: ['T2 14.2.5'],
    sentence: (_, v) => ({ actor: v.from, act: 'returns', object: 'from its service routine', because: 'what is left can wait for a DPC' }),
  }),
});

const CALL = ['control', 'repCount', 'inPage', 'inSpan', 'outPage', 'cookie'] as const;

export const winhv = defineHops('winhv', {
  call: hop({
    title: 'call WinHv', family: 'call', crossing: 'root-call', args: CALL, cost: 'call',
    status: 'documented', sources: ['management 1.1', 'T2 4.5'],
    sentence: (a, v) => ({ actor: v.from, act: 'asks WinHv for', object: named(a.control), because: 'WinHv turns a function call into a hypercall' }),
  }),
  done: hop({
    title: 'WinHv returns', family: 'call', crossing: 'root-call', args: ['status', 'repsDone', 'cookie', 'code'] as const, cost: 'call',
    status: 'documented', sources: ['management 1.1', 'T2 4.8'],
    sentence: (a, v) => ({ actor: 'WinHv of the root', act: 'returns', object: `${hvStatusName(a.status)} to ${the(v.to)}`, because: `${hypercallName(a.code)} has ended` }),
  }),
  /** VID names the page in which WinHv leaves intercept messages of a partition. */
  slotPage: hop({
    title: 'message slot page', family: 'call', crossing: 'root-call', args: ['partition', 'page'] as const, cost: 'call',
    status: 'inferred', sources: ['COR 23'],
    sentence: (a) => ({
      actor: 'VID', act: 'tells', object: a.page === 0 ? `WinHv that nobody waits for messages of partition ${a.partition} any more` : `WinHv the page for intercept messages of partition ${a.partition}`,
      because: a.page === 0 ? 'the page they went to is about to be used for something else' : 'the slot in the SIM page must be emptied at once, long before anybody has handled the message',
    }),
  }),
});

const inferred = { status: 'inferred', sources: ['COR 19', 'COR 23'] } as const;

export const vid = defineHops('vid', {
  intercept: hop({
    title: 'intercept to VID', family: 'message', crossing: 'root-call', args: ['partition', 'vpIndex', 'slotPage', 'slotSpan'] as const, cost: 'dpc', level: 'dpc',
    bytes: [{ label: 'Intercept message', space: 'to', page: 'slotPage', span: 'slotSpan', layout: 'synic.message' }], ...inferred,
    sentence: (a) => ({ actor: 'WinHv of the root', act: 'passes', object: `the intercept message of VP ${a.vpIndex} of partition ${a.partition} to the VID`, because: 'the VID knows which worker process answers for that partition' }),
  }),
  createPartition: hop({
    title: 'create partition', family: 'call', crossing: 'root-syscall', args: ['nameText', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: () => ({ actor: 'Worker process', act: 'asks the VID for', object: 'a new partition', because: 'a process cannot make hypercalls; the VID in the kernel can' }),
  }),
  setPrivileges: hop({
    title: 'set privileges', family: 'call', crossing: 'root-syscall', args: ['partition', 'lo', 'hi', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (a) => ({ actor: 'Worker process', act: 'asks the VID to set', object: `the privilege mask ${hexNumber(a.hi)}:${hexNumber(a.lo, 8)}`, because: a.hi === 0 ? 'this guest will make no hypercalls' : 'an enlightened guest must be allowed to post messages and signal events' }),
  }),
  mapMemory: hop({
    title: 'map memory', family: 'call', crossing: 'root-syscall', args: ['partition', 'pages', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (a) => ({ actor: 'Worker process', act: 'asks the VID for', object: `${count(a.pages, 'page')} of guest memory from address 0`, because: 'the VM configuration says how much memory the guest has' }),
  }),
  createVp: hop({
    title: 'create VP', family: 'call', crossing: 'root-syscall', args: ['partition', 'vpIndex', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (a) => ({ actor: 'Worker process', act: 'asks the VID for', object: `VP ${a.vpIndex}`, because: 'the VM configuration says how many VPs the guest has' }),
  }),
  installPort: hop({
    title: 'register ports', family: 'call', crossing: 'root-syscall', args: ['partition', 'port', 'count', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (a) => ({ actor: 'Worker process', act: 'registers', object: a.count > 1 ? `ports ${hexNumber(a.port)} to ${hexNumber(a.port + a.count - 1)}` : `port ${hexNumber(a.port)}`, because: 'an emulated device lives behind it and must hear of every access' }),
  }),
  startVp: hop({
    title: 'start VP', family: 'call', crossing: 'root-syscall', args: ['partition', 'vpIndex', 'longMode', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (a) => ({ actor: 'Worker process', act: 'asks the VID to start', object: `VP ${a.vpIndex}`, because: 'memory, VPs, intercepts and devices are ready' }),
  }),
  stopVps: hop({
    title: 'stop VPs', family: 'call', crossing: 'root-syscall', args: ['partition', 'count', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (a, v) => ({ actor: 'Worker process', act: 'asks the VID to stop', object: a.count === 1 ? `the VP of ${v.guest}` : `all ${a.count} VPs of ${v.guest}`, because: 'nothing of the guest may run while what it stands on is taken away' }),
  }),
  removePort: hop({
    title: 'give ports up', family: 'call', crossing: 'root-syscall', args: ['partition', 'port', 'count', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (a) => ({ actor: 'Worker process', act: 'gives up', object: a.count > 1 ? `ports ${hexNumber(a.port)} to ${hexNumber(a.port + a.count - 1)}` : `port ${hexNumber(a.port)}`, because: 'the emulated device behind it is gone' }),
  }),
  unmapMemory: hop({
    title: 'unmap memory', family: 'call', crossing: 'root-syscall', args: ['partition', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (_, v) => ({ actor: 'Worker process', act: 'asks the VID to take back', object: `the memory of ${v.guest}`, because: 'no VP runs and no transfer of a disk into it is under way' }),
  }),
  clear: hop({
    title: 'clear memory', family: 'copy', crossing: 'root-call', args: ['guest', 'page', 'count', 'bytes'] as const, cost: 'copy', costBytes: 'bytes',
    status: 'simplified', simplified: 'Windows clears freed pages in the background, before somebody gets them; here the VID does it at once.', sources: ['T2 7.4.2', 'management 1.1'],
    sentence: (a, v) => ({ actor: 'VID', act: 'clears', object: `${count(a.count, 'page')} that were memory of ${v.guest}`, because: 'the next guest must not find what this one has left' }),
  }),
  deleteVp: hop({
    title: 'delete VP', family: 'call', crossing: 'root-syscall', args: ['partition', 'vpIndex', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (a) => ({ actor: 'Worker process', act: 'asks the VID to delete', object: `VP ${a.vpIndex}`, because: 'it will not run again' }),
  }),
  deletePartition: hop({
    title: 'delete partition', family: 'call', crossing: 'root-syscall', args: ['partition', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (_, v) => ({ actor: 'Worker process', act: 'asks the VID to delete', object: `the partition of ${v.guest}`, because: 'every page deposited for it is to come back to the root' }),
  }),
  assertInterrupt: hop({
    title: 'assert interrupt', family: 'interrupt', crossing: 'root-syscall', args: ['partition', 'vector', 'cookie'] as const, cost: 'vid', status: 'inferred', sources: ['COR 16'],
    sentence: (a) => ({ actor: 'Worker process', act: 'asks the VID to', object: a.vector === 0xffffffff ? 'withdraw the interrupt of the emulated 8259' : `assert vector ${hexNumber(a.vector)} as ExtINT`, because: 'the output of the emulated 8259 has changed' }),
  }),
  clearInterrupt: hop({
    title: 'clear interrupt', family: 'interrupt', crossing: 'root-syscall', args: ['partition', 'cookie'] as const, cost: 'vid', status: 'inferred', sources: ['COR 16'],
    sentence: () => ({ actor: 'Worker process', act: 'asks the VID to clear', object: 'the ExtINT', because: 'the guest has run since it was asserted, so it may have been taken; only then does the clear succeed' }),
  }),
  translate: hop({
    title: 'translate address', family: 'call', crossing: 'root-syscall', args: ['partition', 'vpIndex', 'gvaPage', 'flags', 'cookie'] as const, cost: 'vid', status: 'inferred', sources: ['COR 12', 'T2 8.1.3', 'COR 23'],
    sentence: (a) => ({ actor: 'Worker process', act: 'asks the VID to translate', object: `guest virtual page ${hexNumber(a.gvaPage)}`, because: 'a string instruction names memory by virtual address, and the hypervisor walks the page tables of a guest for whoever may ask' }),
  }),
  /** Handle and get next: answers an intercept and waits for the next one. */
  complete: hop({
    title: 'intercept handled', family: 'call', crossing: 'root-syscall', args: ['vpIndex', 'slotSpan', 'value', 'merge', 'words'] as const, cost: 'vid', status: 'inferred', sources: ['COR 23', 'T2 9.1.1'],
    sentence: (a) => ({ actor: 'Worker process', act: 'tells the VID', object: a.merge ? `that the port read gave ${hexNumber(a.value)}` : 'that the intercept is handled', because: 'the VP is suspended until its RIP moves and its suspend bit is cleared' }),
  }),
  done: hop({
    title: 'VID returns', family: 'call', crossing: 'root-sysret', args: ['status', 'value', 'cookie'] as const, cost: 'vid', ...inferred,
    sentence: (a, v) => ({ actor: 'VID', act: 'returns', object: `${hvStatusName(a.status)} to the worker process`, because: a.status === 0 ? 'all its hypercalls succeeded' : `the hypervisor refused a call for ${v.guest}` }),
  }),
});
