/**
 * Hop kinds: every way in which something moves, declared once.
 *
 * A device's `hops.ts` calls `defineHops`. Caption, table, golden text, legend, lenses and ledger derive from the
 * declaration. Numeric codes are given by the catalogue (sorted by name), so they do not depend on import order.
 */
import type { CrossingId } from '../wire/borders.ts';
import type { CostKey } from './costs.ts';

/** How well a hop kind is founded. */
export type Status = 'documented' | 'derived' | 'inferred' | 'simplified';

/** Families of hop kinds: one shape, letter and colour each in the legend. */
export const families = {
  ring: { letter: 'R', title: 'Ring write or read' },
  signal: { letter: 'S', title: 'Signal' },
  exit: { letter: 'X', title: 'Exit and intercept' },
  hypercall: { letter: 'H', title: 'Hypercall' },
  message: { letter: 'M', title: 'SynIC message' },
  interrupt: { letter: 'I', title: 'Interrupt' },
  device: { letter: 'D', title: 'Device and DMA' },
  copy: { letter: 'C', title: 'Copy' },
  call: { letter: 'K', title: 'Call inside a partition' },
  entry: { letter: 'E', title: 'VM entry' },
  person: { letter: 'P', title: 'Somebody asks' },
} as const;
export type Family = keyof typeof families;

/** What the ledger counts when a hop of this kind acts. */
export interface Counts {
  /** Reason of a VM exit, as shown: 'I/O instruction', 'hypercall', 'MSR write', 'HLT', 'CPUID'. An 'external interrupt' is told by a row's flag, because only an interrupt of a running VP is an exit. */
  readonly exit?: string;
  /** TLFS name of the hypercall, e.g. 'HvSignalEvent'; or 'arg:<name>' when the call code is in that argument. */
  readonly hypercall?: string;
  readonly message?: 1;
  /** Name of the argument with the code of a call that is answered: with status 0 HvPostMessage counts one message and HvSignalEvent one event. */
  readonly answers?: string;
  /** An interrupt injected into a VP. */
  readonly interrupt?: 1;
  readonly ringWrite?: 1;
  /** Name of the argument that holds the number of bytes copied by a processor. */
  readonly copy?: string;
  /** Name of the argument that holds the number of bytes moved by DMA. */
  readonly dma?: string;
  /** One trip from the hypervisor up to a worker process. */
  readonly workerTrip?: 1;
  readonly diskCommand?: 1;
}

/** Names the bytes a hop moved, for the inspector. Argument names refer to `args`. */
export interface BytesRef {
  readonly label: string;
  /** `from` / `to`: GPA space of that end's partition. `spa`: machine memory. `behalf`: GPA space of the guest served.
   *  `ring`: `page` is then the channel's direction (0 guest to root, 1 root to guest), span offset = offset in the data area. */
  readonly space: 'from' | 'to' | 'spa' | 'behalf' | 'ring';
  /** Argument with the page number. */
  readonly page: string;
  /** Argument with offset | length << 12. */
  readonly span: string;
  /** Layout id of wire/layouts.ts, when the bytes have one; 'text' and 'sector' are understood too. */
  readonly layout?: string;
}

/** Milestones at which twin runs are aligned. */
export type Milestone = 'submitted' | 'handed-over' | 'device-done' | 'completed';

/** A request level that begins or ends with a hop (three nested levels; `machine`: bring-up and management). */
export type RequestLevel = 'file' | 'disk' | 'command' | 'machine';

/** One structured sentence about one hop. */
export interface Sentence {
  readonly actor: string;
  readonly act: string;
  readonly object: string;
  readonly because: string;
}

/** What a sentence may look up about the machine while it is formed: names only, never state. */
export interface SentenceView {
  /** Title of the component a hop came from or went to. */
  readonly from: string;
  readonly to: string;
  /** Name of the guest partition the hop serves, or 'the machine'. */
  readonly guest: string;
  /** The VP that it ran on, as its partition counts: 'VP 2'; 'no VP' for hardware. */
  readonly vp: string;
}

/** Names that take no article inside a sentence. */
const bareNames: readonly string[] = ['WinHv', 'VMMS'];

/** A component's title inside a sentence: 'the VID', 'the SynIC', 'the disk driver', 'the Storage VSC', 'WinHv'. */
export function the(title: string): string {
  if (bareNames.includes(title)) return title;
  return /^(?!Storage |Hyper-V )[A-Z][a-z]+(?![a-z]*[A-Z])/.test(title) ? `the ${title[0]!.toLowerCase()}${title.slice(1)}` : `the ${title}`;
}

export interface HopDeclaration<A extends readonly string[] = readonly string[]> {
  /** Short title for lists: 'ring write'. */
  readonly title: string;
  readonly family: Family;
  readonly crossing: CrossingId;
  /** Names of the argument words, at most six; words are unsigned 32-bit. */
  readonly args: A;
  /** Key of the cost charged before the receiving handler acts. Hardware hops use 'none'; their time is transit. */
  readonly cost: CostKey;
  /** Argument whose value in bytes multiplies the cost key's per-4-KiB figure. */
  readonly costBytes?: A[number];
  /** Level of the VP on which the work runs; default: the level of the hop that caused it. */
  readonly level?: 'thread' | 'dpc' | 'isr' | 'window';
  readonly counts?: Counts;
  readonly bytes?: readonly BytesRef[];
  readonly milestone?: Milestone;
  readonly begins?: RequestLevel;
  readonly ends?: RequestLevel;
  /** The partition it serves is no more when it acts: requests that its programs and drivers had begun end with it. */
  readonly stops?: 'guest';
  readonly status: Status;
  /** Source ids of lab/sources.ts with a locator: 'TLFS2 14.8', 'OVM storvsp', 'L09 Vmbus.c', 'COR 5'. At least one. */
  readonly sources: readonly string[];
  /** What is simplified here, in words a learner understands; required when status is 'simplified'. */
  readonly simplified?: string;
  readonly sentence: (args: Record<A[number], number>, view: SentenceView) => Sentence;
}

/** A declared kind with its full name and, once the catalogue is closed, its code. */
export interface HopKind extends HopDeclaration {
  /** '<area>.<key>', unique and stable. */
  readonly name: string;
  /** Index in the catalogue; assigned once by `closeCatalogue`. */
  code: number;
}

const declared: HopKind[] = [];

/** Declares the hop kinds of one area; returns them under the same keys. */
export function defineHops<D extends Record<string, HopDeclaration<readonly string[]>>>(
  area: string,
  kinds: D,
): { readonly [K in keyof D]: HopKind } {
  const out: Record<string, HopKind> = {};
  for (const key of Object.keys(kinds)) {
    const kind: HopKind = { ...kinds[key]!, name: `${area}.${key}`, code: -1 };
    out[key] = kind;
    declared.push(kind);
  }
  return out as { readonly [K in keyof D]: HopKind };
}

/** Helper that keeps the argument names of one declaration typed in its sentence. */
export function hop<const A extends readonly string[]>(declaration: HopDeclaration<A>): HopDeclaration<readonly string[]> {
  return declaration as unknown as HopDeclaration<readonly string[]>;
}

/**
 * Gives every declared kind its code: the position in the list sorted by name (by UTF-16 units, no locale).
 * Called once by `catalogue.ts` after all `hops.ts` modules are loaded. Tests declare kinds of their own and close it again: codes
 * that were given stay, and the new ones follow.
 */
export function closeCatalogue(): readonly HopKind[] {
  const known = new Set<string>();
  const closed = [
    ...declared.filter((kind) => kind.code >= 0).sort((a, b) => a.code - b.code),
    ...declared.filter((kind) => kind.code < 0).sort((a, b) => (a.name < b.name ? -1 : 1)),
  ];
  closed.forEach((kind, code) => {
    if (known.has(kind.name)) throw new Error(`Hop kind ${kind.name} is declared twice.`);
    known.add(kind.name);
    if (kind.args.length > 6) throw new Error(`Hop kind ${kind.name} has more than six arguments.`);
    kind.code = code;
  });
  return closed;
}
