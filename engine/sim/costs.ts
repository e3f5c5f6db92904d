/**
 * Cost keys and hardware profiles: how many nanoseconds a piece of work takes on a processor.
 *
 * Every figure carries a letter for how well it is founded: A primary text, B secondary text,
 * C computed from A or B, D estimate, M from memory. Composite figures (an intercept handled in user mode,
 * an interrupt with its EOI) are divided among the hops that make them up; the division is ours (letter D).
 */

export type Letter = 'A' | 'B' | 'C' | 'D' | 'M';

export interface Cost {
  /** Nanoseconds per occurrence. */
  readonly ns: number;
  /** Nanoseconds per 4096 bytes of the hop's `costBytes`. */
  readonly per4k?: number;
  readonly letter: Letter;
  readonly because: string;
}

const keys = {
  none: { ns: 0, letter: 'A', because: 'Hardware and memory: elapsed time only.' },
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
  copy: { ns: 100, per4k: 1000, letter: 'A', because: 'copy4kCold 1000 ns per 4 KiB (S10) and a call.' },
  guestRingOp: { ns: 1000, letter: 'D', because: 'guestRingOp g: build or complete one ring packet.' },
  rootStack: { ns: 1250, letter: 'D', because: 'rootStorageStack 5000 ns divided over its four parts.' },
  emulate: { ns: 2200, letter: 'D', because: 'Emulation of one port access: what is left of interceptUserPio 11000 ns.' },
  vid: { ns: 700, letter: 'D', because: 'Hand-over between VID and the worker process, without its switches.' },
  instruction: { ns: 60, letter: 'D', because: 'A few instructions of the driver between two port accesses.' },
  contextSwitch: { ns: 1500, letter: 'B', because: 'Context switch about 2010 (S8).' },
  modeSwitch: { ns: 50, letter: 'A', because: 'syscall round trip 140 cycles (S9).' },
  vpSwitch: { ns: 450, letter: 'D', because: 'Another VP is loaded on the logical processor: one hardware transition, 447 ns (S1).' },
} as const satisfies Record<string, Cost>;

export type CostKey = keyof typeof keys;

export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly costs: Readonly<Record<CostKey, Cost>>;
  /** Nanoseconds of a random and of a sequential disk access, and per 4096 bytes of transfer. */
  readonly disk: { readonly randomNs: number; readonly nearNs: number; readonly per4kNs: number; readonly letter: Letter; readonly because: string };
  readonly quantumNs: number;
}

/** The default hardware: two sockets' worth of Xeon E5440, 15 000 rpm disk, Windows Server 2008, no SLAT. */
export const server2008: Profile = {
  name: 'server-2008',
  title: 'Xeon E5440 2.83 GHz, no second-level address translation, Windows Server 2008',
  costs: keys,
  disk: {
    randomNs: 5_300_000,
    nearNs: 120_000,
    per4kNs: 37_000,
    letter: 'A',
    because: '3.3 ms seek and 2.0 ms rotation (S12); 110 MB/s sequential (estimate).',
  },
  quantumNs: 10_000_000,
};

export const profiles: Readonly<Record<string, Profile>> = { 'server-2008': server2008 };
