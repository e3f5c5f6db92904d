/**
 * Hop kinds of a VP at the edge of its partition: HLT, CPUID, port and MSR accesses, interrupts and EOI, and what the parts of
 * the hypervisor tell each other about them. `hops.ts` exports them together with the hypercalls.
 */
import { portName, portWriteText } from '../devices/ide/protocol.ts';
import { hexNumber } from '../wire/bytes.ts';
import { msrName } from '../wire/msrs.ts';
import { defineHops, hop, the } from '../sim/hop-kinds.ts';
import { count } from '../wire/count.ts';

/** Of leaf 1 the bit that was asked for, of others the register that names or lists. T2 3.2. */
function cpuidAnswer({ leaf, eax, ecx }: { readonly leaf: number; readonly eax: number; readonly ecx: number }): string {
  if (leaf === 1) return `leaf 0x1 with bit 31 of ECX ${ecx >>> 31 === 1 ? 'set: a hypervisor is there' : 'clear: no hypervisor is there'}`;
  return `leaf ${hexNumber(leaf)} with EAX ${hexNumber(eax)}`;
}

/** HLT and CPUID: instructions that always exit. */
export const cpu = defineHops('cpu', {
  hltRoot: hop({
    title: 'HLT of the root', family: 'exit', crossing: 'root-exit', args: [] as const, cost: 'exit', counts: { exit: 'HLT' },
    status: 'documented', sources: ['T2 10.1.3'],
    sentence: (_, v) => ({ actor: 'Root kernel', act: 'executes', object: `HLT on root ${v.vp}`, because: 'that VP has nothing to do until an interrupt comes' }),
  }),
  hltGuest: hop({
    title: 'HLT of a guest', family: 'exit', crossing: 'guest-exit', args: [] as const, cost: 'exit', counts: { exit: 'HLT' },
    status: 'documented', sources: ['T2 10.1.3'],
    sentence: (_, v) => ({ actor: `Kernel of ${v.guest}`, act: 'executes', object: 'HLT', because: 'this VP has nothing to do until an interrupt comes' }),
  }),
  hltDoneRoot: hop({
    title: 'HLT ends', family: 'entry', crossing: 'root-entry', args: [] as const, cost: 'entry',
    status: 'documented', sources: ['T2 10.1.3'],
    sentence: (_, v) => ({ actor: 'VP scheduler', act: 'lets', object: `root ${v.vp} go on`, because: 'work for it came before the processor could rest' }),
  }),
  hltDoneGuest: hop({
    title: 'HLT ends', family: 'entry', crossing: 'guest-entry', args: [] as const, cost: 'entry',
    status: 'documented', sources: ['T2 10.1.3'],
    sentence: (_, v) => ({ actor: 'VP scheduler', act: 'lets', object: `the VP of ${v.guest} go on`, because: 'work for it came before the processor could rest' }),
  }),
  cpuidRoot: hop({
    title: 'CPUID', family: 'exit', crossing: 'root-exit', args: ['leaf'] as const, cost: 'exit', counts: { exit: 'CPUID' },
    status: 'documented', sources: ['T2 3.2-3.4'],
    sentence: (a) => ({ actor: 'Root kernel', act: 'executes', object: `CPUID with leaf ${hexNumber(a.leaf)}`, because: 'it asks which hypervisor is below and what it offers' }),
  }),
  cpuidGuest: hop({
    title: 'CPUID', family: 'exit', crossing: 'guest-exit', args: ['leaf'] as const, cost: 'exit', counts: { exit: 'CPUID' },
    status: 'documented', sources: ['T2 3.2-3.4'],
    sentence: (a, v) => ({ actor: `Kernel of ${v.guest}`, act: 'executes', object: `CPUID with leaf ${hexNumber(a.leaf)}`, because: 'an enlightened guest asks whether a hypervisor is below and what it offers' }),
  }),
  cpuidDoneRoot: hop({
    title: 'CPUID answered', family: 'entry', crossing: 'root-entry', args: ['eax', 'ebx', 'ecx', 'edx', 'leaf'] as const, cost: 'entry',
    status: 'documented', sources: ['T2 3.3-3.4'],
    sentence: (a) => ({ actor: 'Hypervisor', act: 'answers', object: cpuidAnswer(a), because: 'CPUID always exits and the hypervisor fills in the registers' }),
  }),
  cpuidDoneGuest: hop({
    title: 'CPUID answered', family: 'entry', crossing: 'guest-entry', args: ['eax', 'ebx', 'ecx', 'edx', 'leaf'] as const, cost: 'entry',
    status: 'documented', sources: ['T2 3.3-3.4'],
    sentence: (a) => ({ actor: 'Hypervisor', act: 'answers', object: cpuidAnswer(a), because: 'CPUID always exits and the hypervisor fills in the registers' }),
  }),
});

const EXT = ['vector', 'ext'] as const;

/** The virtual local APIC of each VP. */
export const apic = defineHops('apic', {
  hardware: hop({
    title: 'device interrupt', family: 'interrupt', crossing: 'hardware-interrupt', args: ['vector', 'lp'] as const, cost: 'exit',
    status: 'documented', sources: ['T2 22.4'],
    sentence: (a) => ({ actor: 'Disk controller', act: 'interrupts', object: `logical processor ${a.lp} with vector ${hexNumber(a.vector)}`, because: 'its command is done, and every hardware interrupt reaches the hypervisor first' }),
  }),
  deliver: hop({
    title: 'interrupt window', family: 'interrupt', crossing: 'hypervisor-call', args: ['vp'] as const, cost: 'inside', level: 'window',
    status: 'derived', sources: ['T2 13.1'],
    sentence: () => ({ actor: 'Virtual APIC', act: 'looks for', object: 'the interrupt of highest priority that the VP may take', because: 'an interrupt can enter only when the VP itself is about to run' }),
  }),
  injectRoot: hop({
    title: 'inject interrupt', family: 'interrupt', crossing: 'root-inject', args: EXT, cost: 'inject', level: 'isr', counts: { interrupt: 1 },
    status: 'documented', sources: ['T2 13.1', 'T2 22.4'],
    sentence: (a, v) => ({ actor: 'Virtual APIC', act: 'injects', object: `interrupt ${hexNumber(a.vector)} into root ${v.vp}`, because: 'its IRR bit is set and nothing more urgent is in service' }),
  }),
  injectGuest: hop({
    title: 'inject interrupt', family: 'interrupt', crossing: 'guest-inject', args: EXT, cost: 'inject', level: 'isr', counts: { interrupt: 1 },
    status: 'documented', sources: ['T2 13.1', 'T2 13.3', 'T2 13.5'],
    sentence: (a, v) => ({
      actor: 'Virtual APIC', act: 'injects', object: `interrupt ${hexNumber(a.vector)} into VP 0 of ${v.guest}`,
      because: a.ext ? 'the root asserted an ExtINT, as an 8259 would, and the VP takes it now' : 'its IRR bit is set and nothing more urgent is in service',
    }),
  }),
  eoiRoot: hop({
    title: 'EOI', family: 'exit', crossing: 'root-exit', args: ['vector'] as const, cost: 'eoi', counts: { exit: 'EOI' },
    status: 'documented', sources: ['T2 13.3.4'],
    sentence: (a) => ({ actor: 'Root kernel', act: 'writes', object: `the EOI of vector ${hexNumber(a.vector)}`, because: 'the interrupt has been served and the APIC may deliver the next; the APIC is virtual, so this exits' }),
  }),
  eoiGuest: hop({
    title: 'EOI', family: 'exit', crossing: 'guest-exit', args: ['vector'] as const, cost: 'eoi', counts: { exit: 'EOI' },
    status: 'documented', sources: ['T2 13.3.4'],
    sentence: (a, v) => ({ actor: `Kernel of ${v.guest}`, act: 'writes', object: `the EOI of vector ${hexNumber(a.vector)}`, because: 'the interrupt has been served and the APIC may deliver the next; the APIC is virtual, so this exits' }),
  }),
  eoiDoneRoot: hop({
    title: 'EOI done', family: 'entry', crossing: 'root-entry', args: [] as const, cost: 'entry', status: 'documented', sources: ['T2 13.3.4'],
    sentence: () => ({ actor: 'Virtual APIC', act: 'clears', object: 'the ISR bit of the highest priority', because: 'the root said that the interrupt is served' }),
  }),
  eoiDoneGuest: hop({
    title: 'EOI done', family: 'entry', crossing: 'guest-entry', args: [] as const, cost: 'entry', status: 'documented', sources: ['T2 13.3.4'],
    sentence: () => ({ actor: 'Virtual APIC', act: 'clears', object: 'the ISR bit of the highest priority', because: 'the guest said that the interrupt is served' }),
  }),
});

const portReason = 'to this guest the device is a set of ports, and no guest reaches a real port: the processor exits';

/** I/O port accesses of guests. */
export const pio = defineHops('pio', {
  write: hop({
    title: 'port write', family: 'exit', crossing: 'guest-exit', args: ['port', 'value', 'rip', 'zero'] as const, cost: 'exit', counts: { exit: 'I/O instruction' },
    status: 'documented', sources: ['T2 11.9', 'COR 15'],
    sentence: (a, v) => ({ actor: v.from, act: 'writes to the', object: portWriteText(a.port & 0xffff, a.value), because: portReason }),
  }),
  read: hop({
    title: 'port read', family: 'exit', crossing: 'guest-exit', args: ['port', 'count', 'rip', 'page', 'span'] as const, cost: 'exit', counts: { exit: 'I/O instruction' },
    status: 'documented', sources: ['T2 11.9', 'COR 12', 'COR 15'],
    sentence: (a, v) => ({
      actor: v.from, act: 'reads', object: a.count > 1 ? `${count(a.count, 'word')} from the ${portName(a.port & 0xffff, false)} with one REP INSW` : `the ${portName(a.port & 0xffff, false)}`,
      because: a.count > 1 ? `the words wait in the drive; one string instruction asks for all of them and exits once${a.count > 1024 ? ' for every 1024' : ''}` : portReason,
    }),
  }),
  writeString: hop({
    title: 'port string write', family: 'exit', crossing: 'guest-exit', args: ['port', 'count', 'rip', 'page', 'span'] as const, cost: 'exit', counts: { exit: 'I/O instruction' },
    bytes: [{ label: 'Data', space: 'from', page: 'page', span: 'span', layout: 'sector' }],
    status: 'documented', sources: ['T2 11.9', 'COR 12', 'COR 15'],
    sentence: (a, v) => ({
      actor: v.from, act: 'writes', object: `${count(a.count, 'word')} to the ${portName(a.port & 0xffff, true)} with one REP OUTSW`,
      because: 'the drive waits for them; one string instruction has all of them moved and exits at most once for 1024',
    }),
  }),
  resume: hop({
    title: 'guest goes on', family: 'entry', crossing: 'guest-entry', args: ['value', 'rip', 'count'] as const, cost: 'entry',
    status: 'documented', sources: ['T2 9.1.1'],
    sentence: (a, v) => a.count > 0
      ? { actor: 'VP scheduler', act: 'lets', object: `the VP of ${v.guest} go on at the same string instruction, ${count(a.count, 'word')} to go`, because: 'the root has moved 1024 of them and left RIP where it was, so the instruction exits once more' }
      : { actor: 'VP scheduler', act: 'lets', object: `the VP of ${v.guest} go on behind its port instruction`, because: 'the intercept is answered: its suspend bit is clear and RIP has moved' },
  }),
});

const reason = 'the MSRs of the hypervisor do not exist in the processor, so the access exits';
const MSR_WRITE = ['msr', 'lo', 'hi'] as const;
const MSR_DONE = ['lo', 'hi', 'fault'] as const;
const msrDone = (a: { lo: number; hi: number; fault: number }) =>
  a.fault
    ? { act: 'refuses', object: 'the MSR access with a #GP', because: 'the register or its value is not allowed, or the partition lacks the privilege' }
    : { act: 'completes', object: 'the MSR access', because: 'the hypervisor keeps this register for the VP' };

/** Accesses to the synthetic MSRs 0x40000000... */
export const msr = defineHops('msr', {
  writeRoot: hop({
    title: 'MSR write', family: 'exit', crossing: 'root-exit', args: MSR_WRITE, cost: 'exit', counts: { exit: 'MSR write' }, status: 'documented', sources: ['T2 11.10', 'T2 App. H'],
    sentence: (a, v) => ({ actor: v.from, act: 'writes', object: `MSR ${hexNumber(a.msr)} (${msrName(a.msr)})`, because: reason }),
  }),
  readRoot: hop({
    title: 'MSR read', family: 'exit', crossing: 'root-exit', args: ['msr'] as const, cost: 'exit', counts: { exit: 'MSR read' }, status: 'documented', sources: ['T2 11.10', 'T2 App. H'],
    sentence: (a, v) => ({ actor: v.from, act: 'reads', object: `MSR ${hexNumber(a.msr)} (${msrName(a.msr)})`, because: reason }),
  }),
  writeGuest: hop({
    title: 'MSR write', family: 'exit', crossing: 'guest-exit', args: MSR_WRITE, cost: 'exit', counts: { exit: 'MSR write' }, status: 'documented', sources: ['T2 11.10', 'T2 App. H'],
    sentence: (a, v) => ({ actor: v.from, act: 'writes', object: `MSR ${hexNumber(a.msr)} (${msrName(a.msr)})`, because: reason }),
  }),
  readGuest: hop({
    title: 'MSR read', family: 'exit', crossing: 'guest-exit', args: ['msr'] as const, cost: 'exit', counts: { exit: 'MSR read' }, status: 'documented', sources: ['T2 11.10', 'T2 App. H'],
    sentence: (a, v) => ({ actor: v.from, act: 'reads', object: `MSR ${hexNumber(a.msr)} (${msrName(a.msr)})`, because: reason }),
  }),
  access: hop({
    title: 'MSR access', family: 'call', crossing: 'hypervisor-call', args: ['msr', 'lo', 'hi', 'write', 'component'] as const, cost: 'inside', status: 'derived', sources: ['T2 11.10'],
    sentence: (a, v) => ({ actor: 'Intercept manager', act: 'hands over', object: `the access to MSR ${hexNumber(a.msr)} (${msrName(a.msr)})`, because: `${the(v.to)} keeps this register and the partition holds the privilege` }),
  }),
  doneRoot: hop({
    title: 'MSR access done', family: 'entry', crossing: 'root-entry', args: MSR_DONE, cost: 'entry', status: 'documented', sources: ['T2 11.10'],
    sentence: (a, v) => ({ actor: v.from, ...msrDone(a) }),
  }),
  doneGuest: hop({
    title: 'MSR access done', family: 'entry', crossing: 'guest-entry', args: MSR_DONE, cost: 'entry', status: 'documented', sources: ['T2 11.10'],
    sentence: (a, v) => ({ actor: v.from, ...msrDone(a) }),
  }),
});

/** The SynIC: messages and event flags. */
export const synic = defineHops('synic', {
  intercept: hop({
    title: 'intercept message', family: 'message', crossing: 'hypervisor-call', args: ['rootVp', 'page', 'span', 'partition', 'vpIndex'] as const, cost: 'inside', counts: { message: 1 },
    bytes: [{ label: 'Intercept message', space: 'spa', page: 'page', span: 'span', layout: 'synic.message' }],
    status: 'simplified', simplified: 'The hypervisor may choose any root VP for the message; here guests take turns among the root VPs after the first, by their number.', sources: ['T2 9.1.1', 'T2 14.2.6', 'COR 20'],
    sentence: (a, v) => ({ actor: 'Intercept manager', act: 'posts', object: `a message of 256 bytes to SINT0 of root VP ${a.rootVp}`, because: `the VP of ${v.guest} is suspended before its instruction until the root answers` }),
  }),
  forget: hop({
    title: 'forget messages of a VP', family: 'message', crossing: 'hypervisor-call', args: ['vp', 'code'] as const, cost: 'inside',
    status: 'derived', sources: ['T2 5.4.1', 'T2 14.2.3'],
    sentence: (_, v) => ({ actor: 'VP scheduler', act: 'tells', object: `the SynIC to drop the messages to and from the VP of ${v.guest}`, because: 'the VP is about to be deleted, and its own message buffer lies in its page' }),
  }),
  rescan: hop({
    title: 'look at the queues', family: 'message', crossing: 'hypervisor-call', args: ['vp'] as const, cost: 'inside',
    status: 'documented', sources: ['T2 14.2.4'],
    sentence: () => ({ actor: 'Virtual APIC', act: 'tells', object: 'the SynIC that an EOI has been written', because: 'a message may wait for a slot that has become empty' }),
  }),
  interrupt: hop({
    title: 'SINT interrupt', family: 'interrupt', crossing: 'hypervisor-call', args: ['vp', 'vector', 'sint', 'event'] as const, cost: 'inside',
    status: 'documented', sources: ['T2 14.2.4', 'T2 14.3'],
    sentence: (a) => ({ actor: 'SynIC', act: 'asks the virtual APIC for', object: `vector ${hexNumber(a.vector)} of SINT${a.sint}`, because: a.event ? `an event flag of SINT${a.sint} has been set in the SIEF page` : `a message stands in slot ${a.sint} of the SIM page` }),
  }),
});

/** The VP scheduler. */
export const sched = defineHops('sched', {
  leave: hop({
    title: 'wait until VP is out', family: 'hypercall', crossing: 'hypervisor-call', args: ['vp', 'callerVp', 'code', 'status', 'reps'] as const, cost: 'inside',
    status: 'derived', sources: ['T2 10.1.3', 'T2 5.4.1'],
    sentence: (_, v) => ({ actor: 'VP scheduler', act: 'waits until', object: `the hypervisor has finished what the VP of ${v.guest} had begun`, because: 'a hypercall or an intercept under way must end before the VP counts as stopped' }),
  }),
  left: hop({
    title: 'VP is out', family: 'hypercall', crossing: 'hypervisor-call', args: ['vp', 'code', 'status', 'reps'] as const, cost: 'inside',
    status: 'derived', sources: ['T2 10.1.3', 'T2 5.4.1'],
    sentence: (_, v) => ({ actor: 'VP scheduler', act: 'finds', object: `the VP of ${v.guest} outside its partition and outside the hypervisor`, because: 'nothing it had begun is under way any more' }),
  }),
  remove: hop({
    title: 'delete VP', family: 'hypercall', crossing: 'hypervisor-call', args: ['vp', 'code'] as const, cost: 'inside',
    status: 'derived', sources: ['T2 5.4.1', 'T2 10.4.2'],
    sentence: (_, v) => ({ actor: 'SynIC', act: 'returns', object: `the VP of ${v.guest} to the VP scheduler without messages`, because: 'its three pages go back to the pool now, and whatever its kernel had still meant to do is never done' }),
  }),
  resume: hop({
    title: 'resume VP', family: 'entry', crossing: 'hypervisor-call', args: ['vp'] as const, cost: 'inside',
    status: 'documented', sources: ['T2 9.1.1', 'T2 10.1.3'],
    sentence: (_, v) => ({ actor: 'VP scheduler', act: 'takes up', object: `the VP of ${v.guest}`, because: 'no suspend bit of it is set any more' }),
  }),
});
