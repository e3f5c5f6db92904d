/**
 * Hardware profiles: one table of costs for each of three machines. Figures of costs section 4, two significant digits where they
 * are ours; what one profile says that another does not is told by `profileDifferences`. [PROF-1] [PROF-2]
 */
import { costTitles, factTitles, type Cost, type CostKey, type Costs, type FactKey, type Letter, type Profile } from './costs.ts';

const costs2008: Costs = {
  none: { ns: 0, letter: 'D', because: 'No processor time of its own: hardware does it, or it is paid for with the hop that led to it.' },
  exit: { ns: 1060, letter: 'C', because: 'hvExit: 3000 cycles at 2.83 GHz (S1).' },
  hypercall: { ns: 1060, letter: 'D', because: 'hypercall taken as equal to hvExit.' },
  inside: { ns: 150, letter: 'D', because: 'Work inside the hypervisor after the exit itself has been paid.' },
  inject: { ns: 890, letter: 'D', because: 'interruptInject 1950 ns less the EOI exit.' },
  eoi: { ns: 1060, letter: 'D', because: 'One exit for the EOI (no APIC virtualization in 2008).' },
  entry: { ns: 100, letter: 'D', because: 'Return to the interrupted code; the transition itself is in the exit.' },
  isr: { ns: 400, letter: 'D', because: 'Interrupt entry and the service routine.' },
  dpc: { ns: 500, letter: 'D', because: 'Deferred procedure.' },
  call: { ns: 300, letter: 'D', because: 'A short piece of kernel code.' },
  syscall: { ns: 350, letter: 'D', because: 'syscall 50 ns (S9) and a short piece of code.' },
  user: { ns: 500, letter: 'D', because: 'A short piece of user code.' },
  copy: { ns: 100, per4k: 1000, letter: 'C', because: 'copy4kCold 1000 ns per 4 KiB, from 1 MB in 250 us (S10), and a call.' },
  guestRingOp: { ns: 1000, letter: 'D', because: 'guestRingOp g: build or complete one ring packet.' },
  rootStack: { ns: 1250, letter: 'D', because: 'rootStorageStack 5000 ns divided over its four parts.' },
  emulate: { ns: 2200, letter: 'D', because: 'Emulation of one port access: what is left of interceptUserPio 11000 ns.' },
  vid: { ns: 700, letter: 'D', because: 'Hand-over between VID and the worker process, without its switches.' },
  instruction: { ns: 60, letter: 'D', because: 'A few instructions of the driver between two port accesses.' },
  contextSwitch: { ns: 1500, letter: 'B', because: 'Context switch about 2010 (S8).' },
  modeSwitch: { ns: 50, letter: 'A', because: 'syscall round trip 140 cycles (S9).' },
  vpSwitch: { ns: 450, letter: 'D', because: 'Another VP is loaded on the logical processor: one hardware transition, 447 ns (S1).' },
};

/** The default hardware: two sockets' worth of Xeon E5440, 15 000 rpm disk, Windows Server 2008, no SLAT. */
export const server2008: Profile = {
  name: 'server-2008',
  title: 'Xeon E5440 2.83 GHz, no second-level address translation, Windows Server 2008',
  costs: costs2008,
  disk: {
    randomNs: 5_300_000,
    nearNs: 120_000,
    per4kNs: 37_000,
    letter: 'C',
    because: '3.3 ms seek and, from 15 000 turns a minute, 2.0 ms rotation (S12); 110 MB/s sequential (estimate).',
  },
  quantumNs: 10_000_000,
  slat: false,
  interceptNs: 11_000,
  facts: {
    processor: { value: 'Xeon E5440, 2.83 GHz, 2008', letter: 'A', because: 'The "Penryn" row of the table of transitions (S1).' },
    slat: { value: 'none', letter: 'A', because: 'Intel brought EPT with Nehalem; Windows Server 2008 shadows page tables in any case.' },
    interrupts: { value: 'an exit for the EOI', letter: 'D', because: 'No virtualization of the APIC.' },
    mitigations: { value: 'none', letter: 'A', because: 'Before 2018.' },
    disk: { value: '15 000 rpm, 3.5 inch', letter: 'A', because: 'Hitachi Ultrastar 15K450 (S12).' },
  },
};

const costs2012: Costs = {
  none: costs2008.none,
  exit: { ns: 690, letter: 'C', because: 'hvExit: 2000 cycles (S4) at 2.9 GHz.' },
  hypercall: { ns: 690, letter: 'D', because: 'hypercall taken as equal to hvExit.' },
  inside: { ns: 150, letter: 'D', because: 'As many cycles as in server-2008.' },
  inject: { ns: 880, letter: 'D', because: 'interruptInject 1570 ns less the EOI exit.' },
  eoi: { ns: 690, letter: 'D', because: 'One exit for the EOI (no APIC virtualization yet).' },
  entry: { ns: 100, letter: 'D', because: 'As in server-2008; the transition itself is in the exit.' },
  isr: { ns: 390, letter: 'D', because: 'As many cycles as in server-2008.' },
  dpc: { ns: 490, letter: 'D', because: 'As many cycles as in server-2008.' },
  call: { ns: 290, letter: 'D', because: 'As many cycles as in server-2008.' },
  syscall: { ns: 340, letter: 'D', because: 'syscall 50 ns (S9) and a short piece of code.' },
  user: { ns: 490, letter: 'D', because: 'As many cycles as in server-2008.' },
  copy: { ns: 100, per4k: 450, letter: 'D', because: 'copy4kCold: about 9 GB/s a core, and a call.' },
  guestRingOp: { ns: 700, letter: 'D', because: 'guestRingOp g of this profile.' },
  rootStack: { ns: 880, letter: 'D', because: 'rootStorageStack 3500 ns divided over its four parts.' },
  emulate: { ns: 3300, letter: 'D', because: 'Emulation of one port access: what is left of interceptUserPio 10800 ns.' },
  vid: { ns: 680, letter: 'D', because: 'As many cycles as in server-2008.' },
  instruction: { ns: 59, letter: 'D', because: 'As many cycles as in server-2008.' },
  contextSwitch: { ns: 1300, letter: 'D', because: 'A faster core, the same order.' },
  modeSwitch: { ns: 50, letter: 'A', because: 'syscall round trip 140 cycles (S9).' },
  vpSwitch: { ns: 270, letter: 'C', because: 'One hardware transition, 784 cycles (S1).' },
};

export const server2012: Profile = {
  name: 'server-2012',
  title: 'Xeon of the Sandy Bridge kind, 2.9 GHz, EPT, SATA SSD',
  costs: costs2012,
  disk: { randomNs: 110_000, nearNs: 110_000, per4kNs: 14_000, letter: 'C', because: '124 us for 4 KiB at depth 1, of which 14 us transfer at 285 MB/s (S13); no heads, so the next sector is no nearer than any other.' },
  quantumNs: 10_000_000,
  slat: true,
  interceptNs: 10_800,
  facts: {
    processor: { value: 'Xeon "Sandy Bridge", 2.9 GHz, 2011', letter: 'A', because: 'The "Sandy Bridge" row of the table of transitions (S1).' },
    slat: { value: 'EPT, with VPID', letter: 'A', because: 'Part of the processor; used by the hypervisor since 2008 R2 (S21).' },
    interrupts: { value: 'an exit for the EOI', letter: 'D', because: 'Virtualization of the APIC came a generation later.' },
    mitigations: { value: 'none', letter: 'A', because: 'Before 2018.' },
    disk: { value: 'SATA SSD', letter: 'A', because: '124 us at depth 1, 285 MB/s (S13).' },
  },
};

const costs2024: Costs = {
  none: costs2008.none,
  exit: { ns: 600, letter: 'D', because: 'hvExit: 1577 cycles (S2) at 2.7 GHz; KVM with 1226 ns (S6) is an upper bound.' },
  hypercall: { ns: 1300, letter: 'B', because: 'hypercall 1250 ns, measured under KVM (S6), inside the 1.0 to 2.5 us of S5.' },
  inside: { ns: 120, letter: 'D', because: 'Three quarters of server-2008.' },
  inject: { ns: 360, letter: 'D', because: 'interruptInject 710 ns (S7b, when an exit is needed) less the EOI.' },
  eoi: { ns: 350, letter: 'D', because: 'Half of the 710 ns (S7b). With posted interrupts there would be no exit; the lab still shows one.' },
  entry: { ns: 80, letter: 'D', because: 'Three quarters of server-2008.' },
  isr: { ns: 300, letter: 'D', because: 'Three quarters of server-2008.' },
  dpc: { ns: 380, letter: 'D', because: 'Three quarters of server-2008.' },
  call: { ns: 230, letter: 'D', because: 'Three quarters of server-2008.' },
  syscall: { ns: 350, letter: 'D', because: 'syscall 120 ns (S30) and a short piece of code.' },
  user: { ns: 380, letter: 'D', because: 'Three quarters of server-2008.' },
  copy: { ns: 80, per4k: 610, letter: 'A', because: 'copy4kCold 610 ns (S30) and a call.' },
  guestRingOp: { ns: 300, letter: 'D', because: 'guestRingOp g of this profile.' },
  rootStack: { ns: 500, letter: 'D', because: 'rootStorageStack 2000 ns divided over its four parts.' },
  emulate: { ns: 3800, letter: 'D', because: 'Emulation of one port access: what is left of interceptUserPio 10000 ns.' },
  vid: { ns: 530, letter: 'D', because: 'Three quarters of server-2008.' },
  instruction: { ns: 45, letter: 'D', because: 'Three quarters of server-2008.' },
  contextSwitch: { ns: 2400, letter: 'A', because: 'Between processes, 2410 ns (S11).' },
  modeSwitch: { ns: 120, letter: 'A', because: 'syscall 117 ns (S30); 580 cycles with page-table isolation (S9).' },
  vpSwitch: { ns: 400, letter: 'D', because: 'One hardware transition, below the 464 ns of a whole exit (S2).' },
};

export const server2024: Profile = {
  name: 'server-2024',
  title: 'EPYC or Xeon of about 2.7 GHz, EPT, NVMe, mitigations on',
  costs: costs2024,
  disk: { randomNs: 75_000, nearNs: 75_000, per4kNs: 1_800, letter: 'C', because: '77 us for 4 KiB at depth 1, of which 1.8 us transfer at 2270 MB/s (S13).' },
  quantumNs: 10_000_000,
  slat: true,
  interceptNs: 10_000,
  facts: {
    processor: { value: 'EPYC or Xeon, about 2.7 GHz, 2024', letter: 'B', because: 'The machine of S6, whose model is inferred.' },
    slat: { value: 'EPT or NPT', letter: 'A', because: 'Part of the processor.' },
    interrupts: { value: 'posted by the hardware (simplified here: still an exit)', letter: 'D', because: 'The lab charges half of S7b for it and shows the exit that older machines make.' },
    mitigations: { value: 'on', letter: 'A', because: 'One machine was three times slower after patches of 2018 (S2).' },
    disk: { value: 'NVMe SSD', letter: 'A', because: '77 us at depth 1, 2270 MB/s (S13).' },
  },
};

export const profiles: Readonly<Record<string, Profile>> = { 'server-2008': server2008, 'server-2012': server2012, 'server-2024': server2024 };

/** One side of a difference: what stands there as a person reads it, how well it is founded, and why. */
export interface ProfileSide {
  readonly value: string;
  readonly letter: Letter;
  readonly because: string;
}

export interface ProfileDifference {
  /** 'fact.slat', 'cost.exit', 'disk.random': unique, stable. */
  readonly id: string;
  readonly title: string;
  readonly a: ProfileSide;
  readonly b: ProfileSide;
}

/** What differs between two profiles: facts first, then the disk, then costs in the order of the table. Pure. [PROF-2] */
export function profileDifferences(a: Profile, b: Profile): readonly ProfileDifference[] {
  const facts = (Object.keys(factTitles) as FactKey[]).map((key) => ({ id: `fact.${key}`, title: factTitles[key], a: a.facts[key], b: b.facts[key] }));
  const disk = (['randomNs', 'nearNs', 'per4kNs'] as const).map((key) => ({ id: `disk.${key.replace('Ns', '')}`, title: diskTitles[key], a: diskSide(a, key), b: diskSide(b, key) }));
  const costs = (Object.keys(costTitles) as CostKey[]).map((key) => ({ id: `cost.${key}`, title: costTitles[key], a: costSide(a.costs[key]), b: costSide(b.costs[key]) }));
  return [...facts, ...disk, ...costs].filter((difference) => difference.a.value !== difference.b.value);
}

const diskTitles = { randomNs: 'disk: access anywhere', nearNs: 'disk: access where it just was', per4kNs: 'disk: transfer of 4096 bytes' } as const;

function diskSide({ disk }: Profile, key: keyof typeof diskTitles): ProfileSide {
  return { value: duration(disk[key]), letter: disk.letter, because: disk.because };
}

function costSide({ ns, per4k, letter, because }: Cost): ProfileSide {
  return { value: per4k === undefined ? duration(ns) : `${duration(ns)} and ${duration(per4k)} for 4096 bytes`, letter, because };
}

/** Two significant digits: more would claim what no measurement gives. */
function duration(ns: number): string {
  const [value, unit] = ns >= 1_000_000 ? [ns / 1_000_000, 'ms'] : ns >= 1000 ? [ns / 1000, 'µs'] : [ns, 'ns'];
  return `${Number(value.toPrecision(2))} ${unit}`;
}
