/**
 * Places and the closed table of legal crossings between them.
 *
 * A place is where code runs. A crossing is one way in which control or data may pass from a place to a place.
 * A hop kind names its crossing; the engine asserts at every hop that the components it joins fit it, and an
 * edge of the diagram is a declared (from, to) pair checked against the same table.
 * Sources: TLFS 2.0a chapters 4, 9, 13, 14, 22; corrections 22-25 of the fact sheets.
 */

export const places = [
  'hardware',
  'hypervisor',
  'root-kernel',
  'root-user',
  'guest-kernel',
  'guest-user',
  'remote',
] as const;
export type Place = (typeof places)[number];

/** How the two ends' partitions must be related. `machine`: one of the ends is hardware, hypervisor or remote. */
export type Relation = 'same' | 'machine';

/** What a crossing does to the processor it happens on. */
export type CrossingAct =
  | 'call' // stays on the processor, same partition
  | 'exit' // the VP leaves its partition and the hypervisor runs on that logical processor
  | 'entry' // the hypervisor returns to the interrupted instruction stream of the VP
  | 'inject' // the hypervisor delivers an interrupt at VM entry
  | 'inside' // hypervisor to hypervisor, on the processor it entered
  | 'wire' // hardware: elapsed time only
  | 'memory' // a store or load of shared memory: no control passes
  | 'person'; // somebody asks for something

export interface Crossing {
  readonly from: Place;
  readonly to: Place;
  readonly relation: Relation;
  readonly act: CrossingAct;
  /** One sentence for the table printed in the documentation. */
  readonly says: string;
}

export const crossings = {
  'guest-call': { from: 'guest-kernel', to: 'guest-kernel', relation: 'same', act: 'call', says: 'A guest kernel component calls another one.' },
  'guest-syscall': { from: 'guest-user', to: 'guest-kernel', relation: 'same', act: 'call', says: 'A guest application calls its kernel.' },
  'guest-sysret': { from: 'guest-kernel', to: 'guest-user', relation: 'same', act: 'call', says: 'The guest kernel returns to an application.' },
  'guest-user-call': { from: 'guest-user', to: 'guest-user', relation: 'same', act: 'call', says: 'A guest application goes on.' },
  'root-call': { from: 'root-kernel', to: 'root-kernel', relation: 'same', act: 'call', says: 'A root kernel component calls another one.' },
  'root-syscall': { from: 'root-user', to: 'root-kernel', relation: 'same', act: 'call', says: 'A root process calls the kernel.' },
  'root-sysret': { from: 'root-kernel', to: 'root-user', relation: 'same', act: 'call', says: 'The root kernel returns to a process.' },
  'root-user-call': { from: 'root-user', to: 'root-user', relation: 'same', act: 'call', says: 'A root process calls another one or a part of itself.' },
  'guest-exit': { from: 'guest-kernel', to: 'hypervisor', relation: 'machine', act: 'exit', says: 'A guest VP exits: hypercall, intercept, MSR, EOI or HLT.' },
  'guest-entry': { from: 'hypervisor', to: 'guest-kernel', relation: 'machine', act: 'entry', says: 'The hypervisor lets a guest VP go on.' },
  'guest-inject': { from: 'hypervisor', to: 'guest-kernel', relation: 'machine', act: 'inject', says: 'The hypervisor injects an interrupt into a guest VP.' },
  'root-exit': { from: 'root-kernel', to: 'hypervisor', relation: 'machine', act: 'exit', says: 'A root VP exits: hypercall, MSR, EOI or HLT.' },
  'root-entry': { from: 'hypervisor', to: 'root-kernel', relation: 'machine', act: 'entry', says: 'The hypervisor lets a root VP go on.' },
  'root-inject': { from: 'hypervisor', to: 'root-kernel', relation: 'machine', act: 'inject', says: 'The hypervisor injects an interrupt into a root VP.' },
  'hypervisor-call': { from: 'hypervisor', to: 'hypervisor', relation: 'machine', act: 'inside', says: 'One part of the hypervisor calls another.' },
  'hardware-interrupt': { from: 'hardware', to: 'hypervisor', relation: 'machine', act: 'wire', says: 'A device interrupts a logical processor; the hypervisor takes it.' },
  'root-port': { from: 'root-kernel', to: 'hardware', relation: 'machine', act: 'wire', says: 'Root writes a device register or queues a command for a device: no exit.' },
  'hardware-wire': { from: 'hardware', to: 'hardware', relation: 'machine', act: 'wire', says: 'A device works, or moves data by DMA.' },
  'guest-memory-write': { from: 'guest-kernel', to: 'hardware', relation: 'machine', act: 'memory', says: 'A guest driver stores into memory shared with the root.' },
  'guest-memory-read': { from: 'hardware', to: 'guest-kernel', relation: 'machine', act: 'memory', says: 'A guest driver loads from memory shared with the root.' },
  'root-memory-write': { from: 'root-kernel', to: 'hardware', relation: 'machine', act: 'memory', says: 'A root driver stores into memory shared with a guest.' },
  'root-memory-read': { from: 'hardware', to: 'root-kernel', relation: 'machine', act: 'memory', says: 'A root driver loads from memory shared with a guest.' },
  'person-guest': { from: 'remote', to: 'guest-user', relation: 'machine', act: 'person', says: 'Somebody starts a program in a guest (simplified here: no keystrokes).' },
  'person-guest-boot': { from: 'hypervisor', to: 'guest-kernel', relation: 'machine', act: 'inject', says: 'VP 0 of a guest begins to run (simplified here: the kernel is already loaded).' },
  'person-root': { from: 'remote', to: 'root-user', relation: 'machine', act: 'person', says: 'Somebody uses Hyper-V Manager.' },
  'person-root-boot': { from: 'remote', to: 'root-kernel', relation: 'machine', act: 'person', says: 'The machine is switched on and the root starts its hypervisor support.' },
} as const satisfies Record<string, Crossing>;

export type CrossingId = keyof typeof crossings;
