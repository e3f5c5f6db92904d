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

/** Every key a hop kind may name, with what it means. */
export const costTitles = {
  none: 'hardware and memory', exit: 'VM exit handled in the hypervisor', hypercall: 'hypercall', inside: 'step inside the hypervisor', inject: 'interrupt injected', eoi: 'end of interrupt',
  entry: 'VM entry', isr: 'interrupt service routine', dpc: 'DPC', call: 'call in the kernel', syscall: 'system call', user: 'step of a program', copy: 'copy', guestRingOp: 'ring packet built or taken',
  rootStack: "part of the root's storage stack", emulate: 'emulation of one port access', vid: 'hand-over between VID and worker process', instruction: 'instructions between two port accesses',
  contextSwitch: 'context switch', modeSwitch: 'mode switch', vpSwitch: 'another VP on a logical processor',
} as const;

export type CostKey = keyof typeof costTitles;
export type Costs = Readonly<Record<CostKey, Cost>>;

/** Something of the hardware that is no duration. */
export interface Fact {
  readonly value: string;
  readonly letter: Letter;
  readonly because: string;
}

export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly costs: Costs;
  /** Nanoseconds of a random and of a sequential disk access, and per 4096 bytes of transfer. */
  readonly disk: { readonly randomNs: number; readonly nearNs: number; readonly per4kNs: number; readonly letter: Letter; readonly because: string };
  readonly quantumNs: number;
  /** The processor translates guest addresses itself (EPT, NPT), if the hypervisor of the era uses it. */
  readonly slat: boolean;
  /** What an intercept handled in user mode costs altogether: the sum that the keys of its hops are divided from. */
  readonly interceptNs: number;
  readonly facts: Readonly<Record<FactKey, Fact>>;
}

export const factTitles = { processor: 'Processor', slat: 'Second-level address translation', interrupts: 'Interrupts of a VP', mitigations: 'Mitigations of speculation', disk: 'Physical disk' } as const;
export type FactKey = keyof typeof factTitles;
