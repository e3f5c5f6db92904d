/**
 * Hop kinds of a guest's start from its disk (`boot`): BIOS and boot loader read what the scenario lists, by the emulated IDE
 * channel, before there is a kernel. The port accesses themselves are `pio.*`.
 */
import { defineHops, hop } from '../../sim/hop-kinds.ts';

/** Sectors that are read before the kernel runs. */
export interface BootRead {
  readonly lba: number;
  readonly sectors: number;
}

const listed =
  'The code of BIOS and boot loader is not executed: what they read is a list of the scenario, and the components of the guest stand in memory already. Its VP has the registers of that kernel from the start, as its intercept messages show; a BIOS runs in real mode. The port with which the BIOS of Hyper-V can hand over a whole request is left out.';
const sources = ['management 1.2', 'COR 15', 'ATA 7'] as const;
const sectors = (count: number): string => (count === 1 ? '1 sector' : `${count} sectors`);
const who = (lba: number, guest: string): string => (lba === 0 ? `BIOS of ${guest}` : `Boot loader of ${guest}`);

export const boot = defineHops('boot', {
  reset: hop({
    title: 'power-on', family: 'person', crossing: 'person-guest-boot', args: [] as const, cost: 'entry', level: 'thread', begins: 'machine',
    status: 'simplified', simplified: listed, sources: ['T2 10.1.5', 'management 1.2'],
    sentence: (_, v) => ({
      actor: 'VP scheduler', act: 'runs', object: `VP 0 of ${v.guest} for the first time, in its BIOS`,
      because: 'its explicit suspend bit has been cleared, and a processor that is switched on knows nothing but the firmware',
    }),
  }),
  read: hop({
    title: 'boot read', family: 'call', crossing: 'guest-call', args: ['lba', 'sectors', 'page', 'offset'] as const, cost: 'call', begins: 'disk', milestone: 'submitted',
    status: 'simplified', simplified: listed, sources,
    sentence: (a, v) => ({
      actor: who(a.lba, v.guest), act: 'reads', object: `${sectors(a.sectors)} from sector ${a.lba} by the ports of the IDE channel`,
      because: a.lba === 0 ? 'the first sector of the boot disk holds the code that goes on' : 'no driver is loaded yet, and VMBus needs one: port instructions are all there is',
    }),
  }),
  pause: hop({
    title: 'firmware waits', family: 'call', crossing: 'guest-call', args: ['bytes'] as const, cost: 'copy', costBytes: 'bytes',
    status: 'simplified', simplified: 'A BIOS waits for IRQ 14 or reads the status register without a pause; here it spends half a millisecond between two looks.', sources: ['ATA 7.15', 'COR 17'],
    sentence: () => ({ actor: 'BIOS', act: 'lets', object: 'half a millisecond pass before it looks at the status register again', because: 'the drive shows BSY, and nothing else is there to run meanwhile' }),
  }),
  readDone: hop({
    title: 'boot read done', family: 'call', crossing: 'guest-call', args: ['status', 'page', 'span', 'lba'] as const, cost: 'call', ends: 'disk', milestone: 'completed',
    bytes: [{ label: 'Sectors', space: 'to', page: 'page', span: 'span', layout: 'sector' }],
    status: 'simplified', simplified: listed, sources,
    sentence: (a, v) => ({
      actor: who(a.lba, v.guest), act: a.status === 0 ? 'has' : 'cannot read', object: a.status === 0 ? 'the sectors in memory' : 'the sectors',
      because: a.status === 0 ? 'the worker process has copied their last words' : 'the drive reports an error',
    }),
  }),
  done: hop({
    title: 'kernel starts', family: 'call', crossing: 'guest-call', args: ['status'] as const, cost: 'call', level: 'thread',
    status: 'simplified', simplified: listed, sources: ['management 1.2'],
    sentence: (a, v) => ({
      actor: `Boot loader of ${v.guest}`, act: a.status === 0 ? 'jumps' : 'stops', object: a.status === 0 ? 'to the kernel' : 'before the kernel',
      because: a.status === 0 ? 'kernel and boot drivers are read; what comes now can look for more than ports' : 'the boot disk cannot be read',
    }),
  }),
});
