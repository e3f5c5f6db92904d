/** The terms of the field as the lab uses them, each with where it is told. Pure data; `glossary.test.ts` holds the sources against the bibliography. */

export interface Term {
  readonly term: string
  /** Further forms under which it stands in a sentence. */
  readonly forms?: readonly string[]
  readonly says: string
  /** As the bibliography spells it: 'T2 14.2.5'. */
  readonly source: string
  /** What no public source settles for 2008. */
  readonly inferred?: string
}

const handedUp = 'How an intercept comes from WinHv to the VID and on to a worker process is public for later releases only; for 2008 it is inferred.'

export const glossary: readonly Term[] = [
  { term: 'APIC', forms: ['virtual APIC', 'local APIC'], says: 'The interrupt controller of a processor. The hypervisor keeps a virtual one for each virtual processor and decides when an interrupt may be injected.', source: 'T2 13.1' },
  { term: 'ATA', forms: ['ATA driver'], says: 'The command set of IDE drives. A driver writes a command into eight registers and waits for the drive to become ready.', source: 'ATA 7.15' },
  { term: 'block table', forms: ['block allocation table', 'BAT'], says: 'Of a dynamic VHD: for each block of the virtual disk the sector of the file where it lies, or a mark that nobody has written it yet.', source: 'VHDSPEC Block Allocation Table and Data Blocks' },
  { term: 'channel', forms: ['VMBus channel'], says: 'Two rings in memory of a guest, one in each direction, that guest and root share, and a way to signal each other. Every synthetic device has one.', source: 'L09 Channel.c' },
  { term: 'checker', says: 'A rule of the lab that watches every hop by itself, independent of the code that made it.', source: 'ours engine/SPEC.md' },
  { term: 'differencing disk', forms: ['differencing VHD'], says: 'A VHD that holds only what differs from its parent; what it does not have is read from there.', source: 'VHDSPEC Identifying the Parent Hard Disk Image' },
  { term: 'DMA', forms: ['bus master', 'bus-master DMA'], says: 'A device moves data to or from memory by itself, without a processor copying them.', source: 'PIIX Bus Master IDE Registers' },
  { term: 'DPC', forms: ['DPCs', 'deferred procedure call'], says: 'Work that an interrupt service routine puts off until interrupts are allowed again. It comes before every thread of its processor.', source: 'WININT DPC Interrupts' },
  { term: 'enlightened', forms: ['enlightenment', 'enlightenments'], says: 'Of a guest that knows it runs on a hypervisor and uses its interfaces in place of emulated hardware.', source: 'MSARCH Storage I/O Performance' },
  { term: 'EOI', forms: ['end of interrupt'], says: 'With it a processor tells the interrupt controller that it is done with an interrupt, so that the next may come.', source: 'T2 13.3.4' },
  { term: 'EOM', forms: ['end of message'], says: 'With it a guest tells the hypervisor that a message slot is free again, so that a message that waits can be delivered.', source: 'T2 14.8.1' },
  { term: 'exit', forms: ['exits', 'VM exit', 'VM exits'], says: 'The processor leaves a guest and enters the hypervisor, because the guest has done what it may not do by itself, or because an interrupt has come.', source: 'T2 10.1.5' },
  { term: 'GPA', forms: ['guest physical address', 'GPAs'], says: 'An address as a guest sees it: it takes it for physical memory. The hypervisor maps it to machine memory.', source: 'T2 8.1.3' },
  { term: 'GPADL', forms: ['GPADLs'], says: 'A list of pages of a guest that it has made known to the root under a number: so both can use the same memory as a ring.', source: 'L09 Channel.c' },
  { term: 'HLT', says: 'The instruction with which a processor stops until an interrupt comes. In a guest it is an exit: the hypervisor gives the processor to somebody else.', source: 'T2 10.1.5' },
  { term: 'hypercall', forms: ['hypercalls'], says: 'The call of a partition to the hypervisor: a code and parameters in registers or in memory, and a result code in return.', source: 'T2 4.5-4.8' },
  { term: 'HvPostMessage', says: 'The hypercall that sends a message of up to 240 bytes through a connection to another partition.', source: 'T2 14.9.6' },
  { term: 'HvSignalEvent', says: 'The hypercall that sets one flag at the other end of a connection. It carries no data: it only says that there are some.', source: 'T2 14.9.6' },
  { term: 'intercept', forms: ['intercepts'], says: 'A parent has asked to be told when its child does something, such as touching an I/O port. The child is suspended until the parent has answered.', source: 'T2 11.9-11.10' },
  { term: 'logical processor', forms: ['logical processors', 'LP'], says: 'A processor of the machine as the hypervisor has it to give away.', source: 'T2 7.4.2' },
  { term: 'MDL', says: 'A list of the pages of a buffer, with which the Windows kernel hands memory from driver to driver without copying it. In the lab it has a layout of our own.', source: 'WDM Using MDLs' },
  { term: 'MSR', forms: ['MSRs'], says: 'A register of the processor that is read and written by number. Some numbers belong to the hypervisor: so a guest sets up its SynIC.', source: 'T2 App. H' },
  { term: 'partition', forms: ['partitions', 'child partition'], says: 'What the hypervisor keeps apart: memory, virtual processors and rights of one guest. The root is a partition too.', source: 'T2 5.4.1' },
  { term: 'PIC', forms: ['8259 PIC', '8259'], says: 'The interrupt controller of the early PC. For a guest without enlightenments the worker process emulates two of them.', source: 'I8259 8259A' },
  { term: 'PIO', says: 'The processor itself moves each word between memory and the data port of a drive.', source: 'LNX drivers/ata/libata-sff.c' },
  { term: 'ring', forms: ['rings', 'ring buffer'], says: 'Memory that one side writes packets into and the other reads them from, each with an index of its own; at the end it begins anew.', source: 'L09 RingBuffer.c' },
  { term: 'root', forms: ['root partition', 'parent partition'], says: 'The partition that the hypervisor starts first. It owns the devices, and serves its children through them.', source: 'T2 22.3-22.4' },
  { term: 'scheduler', says: 'The part of the hypervisor that decides which virtual processor has which logical processor, and for how long.', source: 'T2 10.1.3' },
  { term: 'SIEF page', forms: ['SIEFP', 'event flags'], says: 'A page with 2,048 flags for each interrupt source, set by the hypervisor when somebody signals an event.', source: 'T2 14.8.1' },
  { term: 'SIM page', forms: ['SIMP', 'message slot', 'message page'], says: 'A page with one slot for each interrupt source, into which the hypervisor puts a message.', source: 'T2 14.8.1' },
  { term: 'SINT', forms: ['SINTs', 'SINT2'], says: 'One of 16 interrupt sources of the SynIC; its register says which vector it raises, and whether it is masked.', source: 'T2 14.8.1' },
  { term: 'SLAT', forms: ['EPT', 'NPT', 'second-level address translation'], says: 'The processor itself translates guest physical addresses. Without it the hypervisor keeps shadow page tables.', source: 'T2 8.1.3' },
  { term: 'Storage VSC', forms: ['VSC'], says: 'The client half of a synthetic device, in the kernel of a guest: it turns requests into packets in a ring.', source: 'L09 StorVsc.c' },
  { term: 'Storage VSP', forms: ['VSP'], says: 'The provider half of a synthetic device, in the kernel of the root: it reads the packets and has the real devices do what they ask.', source: 'MSARCH Storage I/O Performance' },
  { term: 'SynIC', forms: ['synthetic interrupt controller'], says: 'What the hypervisor adds to the APIC of a virtual processor: 16 sources of interrupts with messages and event flags behind them.', source: 'T2 14.3' },
  { term: 'VHD', forms: ['VHDs', 'VHD parser'], says: 'A file that holds a virtual disk: fixed, growing as it is written (dynamic), or only what differs from a parent.', source: 'VHDSPEC Hard Disk Footer Format' },
  { term: 'VID', says: 'The driver in the kernel of the root that manages partitions for worker processes: their processors and memory, and the intercepts they answer.', source: 'management 1.1', inferred: handedUp },
  { term: 'virtual processor', forms: ['VP', 'VPs', 'virtual processors'], says: 'A processor as a partition sees it. It runs while the hypervisor gives it a logical processor.', source: 'T2 9.1.1' },
  { term: 'VMBus', says: 'The connection between root and guests: channels of shared memory, offered by the root over messages of the hypervisor.', source: 'L09 ChannelMessages.h' },
  { term: 'VMMS', says: 'The management service in the root: it creates virtual machines, and a worker process for each.', source: 'management 1.1' },
  { term: 'VMWP', forms: ['worker process'], says: 'A process in user mode of the root, one for each virtual machine that runs: in it its emulated devices live.', source: 'management 1.2', inferred: handedUp },
  { term: 'WinHv', says: 'The driver through which the kernel of the root, and of every enlightened guest, makes hypercalls.', source: 'COR 24' },
]

export interface Found {
  readonly from: number
  readonly to: number
  readonly term: Term
}

const formOf = new Map(glossary.flatMap((term) => [term.term, ...(term.forms ?? [])].map((form) => [form.toLowerCase(), term] as const)))
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
// Longer forms first: 'VMBus channel' is not 'VMBus'.
const pattern = new RegExp(`(?<![\\w-])(?:${[...formOf.keys()].sort((a, b) => b.length - a.length).map(escaped).join('|')})(?![\\w-])`, 'gi')

/** Terms in a text, each where it stands first. Short words are terms only as they are spelled: a root is not a route, an exit with a small letter is. */
export function termsIn(text: string): readonly Found[] {
  const found: Found[] = []
  for (const match of text.matchAll(pattern)) {
    const term = formOf.get(match[0].toLowerCase())!
    if (found.some((other) => other.term === term)) continue
    // What is written in capitals is meant in capitals.
    const form = [term.term, ...(term.forms ?? [])].find((one) => one.toLowerCase() === match[0].toLowerCase())!
    if (/[A-Z]{2}/.test(form) && form !== match[0]) continue
    found.push({ from: match.index, to: match.index + match[0].length, term })
  }
  return found
}
