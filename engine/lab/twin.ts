/**
 * Twin runs: the same requests on two machines that differ in something, side by side. Pure functions over two runs: marks at
 * the milestones of file operations, by which one set of controls moves both; a ledger with both columns; the hop kinds that
 * make the difference. [TWIN-1] [TWIN-2] [TWIN-3]
 */
import type { Place } from '../wire/borders.ts';
import type { HopKind, Milestone } from '../sim/hop-kinds.ts';
import { FLAG_BEGINS, ROW_WORDS, W_COST, W_FLAGS, W_KIND_FROM, W_ORIGIN, W_REQUEST } from '../sim/rows.ts';
import { counterNames, counterOf, type CounterName } from './counters.ts';
import { STRETCH } from './history.ts';
import { ledgersSince } from './ledger.ts';
import type { Run } from './run.ts';

/** Where in a file operation: its begin and end, and in between the milestones of the disk requests inside it. */
export type TwinPoint = 'begun' | Milestone | 'ended';
const points: readonly TwinPoint[] = ['begun', 'submitted', 'handed-over', 'device-done', 'completed', 'ended'];

/** One file operation of a guest on one machine: hop and time of each point it has come to. */
export interface Operation {
  /** Name of the guest and how many file operations it had begun before. */
  readonly guest: string;
  readonly ordinal: number;
  readonly request: number;
  readonly at: Readonly<Partial<Record<TwinPoint, { readonly n: number; readonly time: number }>>>;
}

/** The same point of the same operation on both machines; null where a machine has not come to it. */
export interface TwinMark {
  readonly guest: string;
  readonly ordinal: number;
  readonly point: TwinPoint;
  readonly left: { readonly n: number; readonly time: number } | null;
  readonly right: { readonly n: number; readonly time: number } | null;
}

/** A line of the ledger with both columns. `ratio` is right to left, or null where left is 0. */
export interface TwinLine {
  readonly name: CounterName | 'elapsedNs' | `cpuNs ${Place}`;
  readonly left: number;
  readonly right: number;
  readonly ratio: number | null;
}

/** What hops of one kind contribute on each side: how many, and processor time in ns. */
export interface TwinKind {
  readonly kind: string;
  readonly title: string;
  readonly left: { readonly hops: number; readonly ns: number };
  readonly right: { readonly hops: number; readonly ns: number };
}

interface Scope {
  readonly run: Run;
  /** Hop after which the person got the machine, and the last hop to look at. */
  readonly start: number;
  readonly to: number;
}

/** Calls `see` with each row of the scope in order. */
function eachRow({ run, start, to }: Scope, see: (words: Int32Array, w: number, n: number, time: number) => void): void {
  for (let n = start + 1; n <= to; ) {
    const { log, first } = run.stretchAt(n);
    const end = Math.min(to, first + STRETCH - 1);
    for (; n <= end; n++) see(log!.words, (n - first) * ROW_WORDS, n, log!.times[(n - first) * 8]!);
  }
}

/**
 * File operations that began in the scope. A point that comes several times is the first submission, the first handing over,
 * the last answer of the device and the last completion: the operation waits for all of its disk requests. [TWIN-1]
 */
export function operationsOf(scope: Scope): readonly Operation[] {
  const { catalogue, m } = scope.run.kernel;
  const found = new Map<number, Operation & { at: Partial<Record<TwinPoint, { n: number; time: number }>> }>();
  const fileOf = new Map<number, number>();
  const begun = new Map<number, number>();
  eachRow(scope, (words, w, n, time) => {
    const kind = catalogue[words[w + W_KIND_FROM]! & 0xffff]!;
    if ((words[w + W_FLAGS]! & FLAG_BEGINS) !== 0) {
      if (kind.begins === 'file' && !fileOf.has(words[w + W_ORIGIN]! >>> 0)) {
        const partition = words[w + W_FLAGS]! >>> 24;
        const ordinal = begun.get(partition) ?? 0;
        begun.set(partition, ordinal + 1);
        fileOf.set(n, n);
        found.set(n, { guest: m.partitions.paths[partition]!, ordinal, request: n, at: { begun: { n, time } } });
      } else {
        const above = fileOf.get(words[w + W_ORIGIN]! >>> 0);
        if (above !== undefined) fileOf.set(n, above);
      }
    }
    const request = words[w + W_REQUEST]! >>> 0;
    const file = found.get(fileOf.get(request) ?? 0);
    if (file) note(file.at, kind, request === file.request, n, time);
  });
  return [...found.values()];
}

function note(at: Partial<Record<TwinPoint, { n: number; time: number }>>, kind: HopKind, outermost: boolean, n: number, time: number): void {
  if (outermost && kind.ends === 'file') at.ended = { n, time };
  const { milestone } = kind;
  if (milestone === undefined) return;
  if (milestone === 'submitted' || milestone === 'handed-over') at[milestone] ??= { n, time };
  else at[milestone] = { n, time };
}

/** The points of all operations of both machines, in the order of the left one; what only the right one did stands last. [TWIN-1] */
export function twinMarks(left: Scope, right: Scope): readonly TwinMark[] {
  const key = ({ guest, ordinal }: Operation): string => `${guest} ${ordinal}`;
  const lefts = new Map(operationsOf(left).map((op) => [key(op), op]));
  const rights = new Map(operationsOf(right).map((op) => [key(op), op]));
  const marks: TwinMark[] = [];
  for (const name of new Set([...lefts.keys(), ...rights.keys()])) {
    const a = lefts.get(name);
    const b = rights.get(name);
    const { guest, ordinal } = (a ?? b)!;
    for (const point of points) {
      const one = a?.at[point] ?? null;
      const other = b?.at[point] ?? null;
      if (one || other) marks.push({ guest, ordinal, point, left: one, right: other });
    }
  }
  return marks;
}

/** Both ledgers since the start, of a guest (its name) or of the machine. Lines with nothing on either side are left out. [TWIN-2] */
export function twinLedger(left: Scope, right: Scope, guest?: string): readonly TwinLine[] {
  const ledgers = [left, right].map(({ run, start, to }) => ledgersSince(run, start, to)[guest === undefined ? 0 : run.kernel.m.partitions.paths.lastIndexOf(guest)]);
  const [a, b] = ledgers;
  const lines: TwinLine[] = [];
  const add = (name: TwinLine['name'], one: number, other: number): void => {
    if (one !== 0 || other !== 0) lines.push({ name, left: one, right: other, ratio: one === 0 ? null : other / one });
  };
  for (const name of counterNames) add(name, a ? counterOf(a, name) : 0, b ? counterOf(b, name) : 0);
  for (const place of Object.keys((a ?? b)?.cpuNs ?? {}) as Place[]) add(`cpuNs ${place}`, a?.cpuNs[place] ?? 0, b?.cpuNs[place] ?? 0);
  add('elapsedNs', a?.elapsedNs ?? 0, b?.elapsedNs ?? 0);
  return lines;
}

/** Why they differ: kinds whose hops or processor time differ, the largest difference in processor time first. [TWIN-3] */
export function twinKinds(left: Scope, right: Scope): readonly TwinKind[] {
  const sides = [left, right].map((scope) => {
    const { catalogue } = scope.run.kernel;
    const hops = new Float64Array(catalogue.length);
    const ns = new Float64Array(catalogue.length);
    eachRow(scope, (words, w) => {
      const kind = words[w + W_KIND_FROM]! & 0xffff;
      hops[kind]!++;
      ns[kind]! += words[w + W_COST]! >>> 0;
    });
    return { catalogue, of: (name: string) => catalogue.findIndex((k) => k.name === name), hops, ns };
  });
  const [a, b] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const names = new Set([...a.catalogue, ...b.catalogue].map((k) => k.name));
  const out: TwinKind[] = [];
  for (const name of names) {
    const i = a.of(name);
    const j = b.of(name);
    const one = { hops: a.hops[i] ?? 0, ns: a.ns[i] ?? 0 };
    const other = { hops: b.hops[j] ?? 0, ns: b.ns[j] ?? 0 };
    if (one.hops !== other.hops || one.ns !== other.ns) out.push({ kind: name, title: (a.catalogue[i] ?? b.catalogue[j])!.title, left: one, right: other });
  }
  return out.sort((x, y) => Math.abs(y.right.ns - y.left.ns) - Math.abs(x.right.ns - x.left.ns) || (x.kind < y.kind ? -1 : 1));
}
