/**
 * Hop kinds of the hypervisor. Here: hypercalls, and how the hypercall interface divides them among the hypervisor's parts.
 * Route of a call: caller, its WinHv, *exit*, hypercall interface, owner of the call, hypercall interface, *entry*, WinHv, caller.
 */
import { hexNumber } from '../wire/bytes.ts';
import { HV_STATUS_INSUFFICIENT_BUFFERS, HV_STATUS_INSUFFICIENT_MEMORY, HV_STATUS_SUCCESS, hvStatusName } from '../wire/hv-status.ts';
import { hypercallName } from '../wire/hypercalls.ts';
import { defineHops, hop } from '../sim/hop-kinds.ts';
import { count } from '../wire/count.ts';

export { apic, cpu, msr, pio, sched, synic } from './vp-hops.ts';

const CALL = ['control', 'repCount', 'inPage', 'inSpan', 'outPage', 'tag'] as const;
const RETURN = ['status', 'repsDone', 'code'] as const;
const BLOCK = [{ label: 'Parameter block', space: 'from', page: 'inPage', span: 'inSpan', layout: 'hypercall' }] as const;
const FORWARD = ['control', 'repCount', 'page', 'offset', 'out', 'caller'] as const;

const named = (control: number): string => hypercallName(control & 0xffff);
const why = (control: number): string =>
  `only the hypervisor can carry it out; its parameters ${(control & 0x10000) !== 0 ? 'fit two registers (fast call)' : 'lie in a page of the caller'}`;

/** Why a call came back with this status. */
function outcome(status: number, code: number): string {
  switch (status) {
    case HV_STATUS_SUCCESS: return `${hypercallName(code)} has been carried out`;
    case HV_STATUS_INSUFFICIENT_MEMORY: return 'the pool that must pay for it has no free page left: more must be deposited, then the call may be repeated';
    case HV_STATUS_INSUFFICIENT_BUFFERS: return 'all 16 message buffers of the port are full, so the call must be repeated later';
    default: return `a check refused ${hypercallName(code)}`;
  }
}

const partNames: Readonly<Record<string, string>> = { 'VP scheduler': 'VP scheduler', SynIC: 'SynIC', 'Memory manager': 'memory manager', 'Partition manager': 'partition manager' };
const partReasons: Readonly<Record<string, string>> = {
  'VP scheduler': 'no VP of a partition that ends may execute another instruction, and their pages go back to its pool',
  SynIC: 'ports, connections and message buffers that are left go back to the pool',
  'Memory manager': 'the tables of the GPA map go back to the pool',
  'Partition manager': 'what is left is the hypercall page and the bitmap of ports',
};

const forwarded = (part: string, says: string) =>
  hop({
    title: 'dispatch', family: 'hypercall', crossing: 'hypervisor-call', args: FORWARD, cost: 'inside',
    status: 'derived', sources: ['T2 4.1'],
    sentence: (a) => ({ actor: 'Hypercall interface', act: 'hands', object: `${named(a.control)} to the ${part}`, because: `code, control word, parameter block and privileges are in order, and ${says}` }),
  });

/** Hypercalls of root and guests. */
export const hv = defineHops('hv', {
  /** hvboot, or from 2012 on a loader before the kernel, starts the hypervisor; it takes its own pages and makes the root partition. `early`: 1 from 2012 on. */
  launch: hop({
    title: 'launch of the hypervisor', family: 'exit', crossing: 'root-exit', args: ['early'] as const, cost: 'exit',
    status: 'simplified', simplified: 'The real launch loads an image, checks every processor and, in 2008 and 2008 R2, slides under the running Windows; here it is one step in every era.',
    sources: ['T2 22.3-22.4', 'management 1.1'],
    sentence: (a) => (a.early === 1
      ? { actor: 'Loader of Windows', act: 'launches', object: 'the hypervisor', because: 'from 2012 on the kernel of the root partition starts above it' }
      : { actor: 'Root kernel (hvboot)', act: 'launches', object: 'the hypervisor', because: 'Windows started first and now becomes the root partition above it' }),
  }),
  launched: hop({
    title: 'root partition runs', family: 'entry', crossing: 'root-entry', args: ['vps'] as const, cost: 'entry',
    status: 'simplified', simplified: 'The real launch loads an image and checks every processor; here it is one step.',
    sources: ['T2 22.3-22.4'],
    sentence: (a) => ({ actor: 'Hypervisor', act: 'lets', object: `Windows go on as the root partition, on ${count(a.vps, 'VP')}`, because: 'one VP is bound to each logical processor' }),
  }),
  callRoot: hop({
    title: 'hypercall', family: 'hypercall', crossing: 'root-exit', args: CALL, cost: 'hypercall', counts: { exit: 'hypercall', hypercall: 'arg:control' }, bytes: BLOCK,
    status: 'documented', sources: ['T2 4.5-4.8'],
    sentence: (a) => ({ actor: 'WinHv of the root', act: 'calls', object: named(a.control), because: why(a.control) }),
  }),
  returnRoot: hop({
    title: 'hypercall returns', family: 'entry', crossing: 'root-entry', args: RETURN, cost: 'entry',
    status: 'documented', sources: ['T2 4.8'],
    sentence: (a) => ({ actor: 'Hypercall interface', act: 'returns', object: `${hvStatusName(a.status)} for ${hypercallName(a.code)}`, because: outcome(a.status, a.code) }),
  }),
  callGuest: hop({
    title: 'hypercall', family: 'hypercall', crossing: 'guest-exit', args: CALL, cost: 'hypercall', counts: { exit: 'hypercall', hypercall: 'arg:control' }, bytes: BLOCK,
    status: 'documented', sources: ['T2 4.5-4.8'],
    sentence: (a, v) => ({ actor: `WinHv of ${v.guest}`, act: 'calls', object: named(a.control), because: why(a.control) }),
  }),
  returnGuest: hop({
    title: 'hypercall returns', family: 'entry', crossing: 'guest-entry', args: RETURN, cost: 'entry',
    status: 'documented', sources: ['T2 4.8'],
    sentence: (a) => ({ actor: 'Hypercall interface', act: 'returns', object: `${hvStatusName(a.status)} for ${hypercallName(a.code)}`, because: outcome(a.status, a.code) }),
  }),
  toPartitions: forwarded('partition manager', 'it names a partition as a whole'),
  toMemory: forwarded('memory manager', 'it is about pages and addresses'),
  toIntercepts: forwarded('intercept manager', 'it says what a partition may not do by itself'),
  toSynic: forwarded('SynIC', 'it is about ports, messages or event flags'),
  toApic: forwarded('virtual APIC', 'it is about a virtual interrupt'),
  toScheduler: forwarded('VP scheduler', 'it is about a VP and its registers'),
  /** HvFinalizePartition goes from part to part; each gives back what it keeps for the partition. */
  finalize: hop({
    title: 'release', family: 'hypercall', crossing: 'hypervisor-call', args: ['partition'] as const, cost: 'inside',
    status: 'derived', sources: ['T2 5.4.1'],
    sentence: (a, v) => ({ actor: v.from, act: 'passes', object: `partition ${a.partition} on to the ${partNames[v.to] ?? v.to}`, because: partReasons[v.to] ?? 'everything the hypervisor keeps for a partition that ends goes back to its pool' }),
  }),
  answer: hop({
    title: 'answer', family: 'hypercall', crossing: 'hypervisor-call', args: RETURN, cost: 'inside', counts: { answers: 'code' },
    status: 'derived', sources: ['T2 4.8'],
    sentence: (a, v) => ({ actor: v.from, act: 'answers', object: `${hvStatusName(a.status)} (${hexNumber(a.status)})`, because: outcome(a.status, a.code) }),
  }),
});
