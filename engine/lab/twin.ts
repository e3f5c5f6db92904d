/**
 * Twin runs: the same requests on two machines that differ in something, side by side. Pure functions over two runs: marks at
 * the milestones of file operations, by which one set of controls moves both (`twin-stations.ts`); a ledger with both columns;
 * what hops of each kind and in each place contribute (`twin-sums.ts`). [TWIN-1] [TWIN-2]
 */
import type { Place } from '../wire/borders.ts';
import type { HopKind, Milestone } from '../sim/hop-kinds.ts';
import { FLAG_BEGINS, ROW_WORDS, W_FLAGS, W_KIND_FROM, W_ORIGIN, W_REQUEST } from '../sim/rows.ts';
import { counterNames, counterOf, type CounterName } from './counters.ts';
import { STRETCH } from './history.ts';
import { ledgersSince } from './ledger.ts';
import type { Run } from './run.ts';
import type { Ledger } from './views.ts';

/** Where in a file operation: its begin and end, and in between the milestones of the disk requests inside it. */
export type TwinPoint = 'begun' | Milestone | 'ended';
export const twinPoints: readonly TwinPoint[] = ['begun', 'submitted', 'handed-over', 'device-done', 'completed', 'ended'];

/** One file operation of a guest on one machine: hop and time of each point it has come to. */
export interface Operation {
  /** Name of the guest and how many file operations it had begun before. */
  readonly guest: string;
  readonly ordinal: number;
  /** What it is: 'open file'. */
  readonly title: string;
  readonly request: number;
  readonly at: Readonly<Partial<Record<TwinPoint, { readonly n: number; readonly time: number }>>>;
}

/** The same point of the same operation on both machines; null where a machine has not come to it. */
export interface TwinMark {
  readonly guest: string;
  readonly ordinal: number;
  readonly title: string;
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

export interface TwinScope {
  readonly run: Run;
  /** Hop after which to look, as a rule that with which the person got the machine; and the last hop to look at. */
  readonly start: number;
  readonly to: number;
}

/** Calls `see` with each row of the scope in order. */
export function eachRow({ run, start, to }: TwinScope, see: (words: Int32Array, w: number, n: number, time: number) => void): void {
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
export function operationsOf(scope: TwinScope): readonly Operation[] {
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
        found.set(n, { guest: m.partitions.paths[partition]!, ordinal, title: kind.title, request: n, at: { begun: { n, time } } });
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
export function twinMarks(left: TwinScope, right: TwinScope): readonly TwinMark[] {
  return paired(operationsOf(left), operationsOf(right));
}

/** Operations of two runs point by point. */
export function paired(left: readonly Operation[], right: readonly Operation[]): readonly TwinMark[] {
  const key = ({ guest, ordinal }: Operation): string => `${guest} ${ordinal}`;
  const lefts = new Map(left.map((op) => [key(op), op]));
  const rights = new Map(right.map((op) => [key(op), op]));
  const marks: TwinMark[] = [];
  for (const name of new Set([...lefts.keys(), ...rights.keys()])) {
    const a = lefts.get(name);
    const b = rights.get(name);
    const { guest, ordinal, title } = (a ?? b)!;
    for (const point of twinPoints) {
      const one = a?.at[point] ?? null;
      const other = b?.at[point] ?? null;
      if (one || other) marks.push({ guest, ordinal, title, point, left: one, right: other });
    }
  }
  return marks;
}

/** Both ledgers since the start, of a guest (its name) or of the machine. Lines with nothing on either side are left out. [TWIN-2] */
export function twinLedger(left: TwinScope, right: TwinScope, guest?: string): readonly TwinLine[] {
  const ledgers = [left, right].map(({ run, start, to }) => ledgersSince(run, start, to)[guest === undefined ? 0 : run.kernel.m.partitions.paths.lastIndexOf(guest)]);
  return bothColumns(ledgers[0], ledgers[1]);
}

/** Two ledgers side by side; lines with nothing on either side are left out. */
export function bothColumns(a: Ledger | undefined, b: Ledger | undefined): readonly TwinLine[] {
  const lines: TwinLine[] = [];
  const add = (name: TwinLine['name'], one: number, other: number): void => {
    if (one !== 0 || other !== 0) lines.push({ name, left: one, right: other, ratio: one === 0 ? null : other / one });
  };
  for (const name of counterNames) add(name, a ? counterOf(a, name) : 0, b ? counterOf(b, name) : 0);
  for (const place of Object.keys((a ?? b)?.cpuNs ?? {}) as Place[]) add(`cpuNs ${place}`, a?.cpuNs[place] ?? 0, b?.cpuNs[place] ?? 0);
  add('elapsedNs', a?.elapsedNs ?? 0, b?.elapsedNs ?? 0);
  return lines;
}
