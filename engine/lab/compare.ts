/**
 * Two branches of one run, at the same point: what differs. Ledger, states of components, processors, bytes of memory and of
 * the physical disk; each machine is entered, looked at and left, and nobody outside notices. [BRANCH-1] [BRANCH-2] [BRANCH-3]
 */
import type { Plain } from '../sim/component.ts';
import type { Kernel } from '../sim/kernel.ts';
import { enterKeyframe, keyframe, type Keyframe } from '../sim/machine.ts';
import { ChunkMissing } from './chunks.ts';
import { differingBlocks, differingPages, type BlockDifference, type PageDifference } from './compare-bytes.ts';
import { ConditionError, type Start } from './conditions.ts';
import type { Branch } from './history.ts';
import { ledgersSince } from './ledger.ts';
import { partitionViews } from './project.ts';
import type { Run } from './run.ts';
import { tablesNow, type Told } from './state-tables.ts';
import { bothColumns, operationsOf, paired, type Operation, type TwinLine, type TwinMark, type TwinPoint } from './twin.ts';
import type { Ledger } from './views.ts';

/** Where to compare: at the last hops reached, at a time after the start, or at a point of a guest's n-th file operation. */
export type ComparePoint = 'tip' | { readonly time: number } | { readonly guest: string; readonly ordinal: number; readonly point: TwinPoint };

export interface ComparedSide {
  readonly branch: number;
  readonly n: number;
  readonly time: number;
}

/** A value of a component's tables that differs; '' where there is none on a side. */
export interface CellDifference {
  readonly table: string;
  readonly row: string;
  /** Head of the column; '' in a list of names and values. */
  readonly column: string;
  readonly left: string;
  readonly right: string;
}

export interface StateDifference {
  readonly path: string;
  readonly title: string;
  /** Title of its partition, or ''. */
  readonly partition: string;
  /** It is there on one side only. */
  readonly only: 'left' | 'right' | null;
  readonly cells: readonly CellDifference[];
  /** Values that differ and that no table tells. */
  readonly others: number;
}

export interface BranchComparison {
  readonly left: ComparedSide;
  readonly right: ComparedSide;
  /** Time at which the person got the machine. */
  readonly startTime: number;
  /** The last hop that both have in common, and its time. */
  readonly fork: { readonly n: number; readonly time: number };
  /** Points that both have come to since, at which they can be compared. */
  readonly points: readonly TwinMark[];
  /** Of the machine (''), then of each guest by its title. */
  readonly ledgers: readonly { readonly of: string; readonly lines: readonly TwinLine[] }[];
  readonly states: readonly StateDifference[];
  /** VPs in another state. */
  readonly processors: readonly CellDifference[];
  readonly memory: { readonly pages: number; readonly bytes: number; readonly listed: readonly PageDifference[] };
  readonly disk: { readonly blocks: number; readonly bytes: number; readonly listed: readonly BlockDifference[] };
}

/** What is kept of one machine while the other one is entered. */
export interface Looked {
  readonly side: ComparedSide;
  readonly frame: Keyframe;
  readonly components: ReadonlyMap<string, { readonly title: string; readonly partition: string; readonly state: Plain; readonly tables: readonly Told[] }>;
  readonly vps: ReadonlyMap<string, string>;
  readonly ledgers: ReadonlyMap<string, Ledger>;
}

/** Points offered; later ones come first to be left out. */
const POINTS_MOST = 400;

export function compareBranches(run: Run, start: Start, left: Branch, right: Branch, at: ComparePoint): BranchComparison {
  return run.aside(() => {
    const fork = forkOf(run.history.branches, left, right);
    const operations = [left, right].map((branch) => operationsIn(run, start, branch));
    const points = paired(operations[0]!, operations[1]!).filter(({ left: a, right: b }) => a && b && (a.n > fork.n || b.n > fork.n)).slice(0, POINTS_MOST);
    const [a, b] = [left, right].map((branch, i) => look(run, start, branch, hopAt(run, start, branch, at, operations[i]!)));
    return { ...differences(run.kernel, a!, b!), startTime: start.time, fork, points };
  });
}

/** The last hop that two branches share. A branch is its own ancestor. */
function forkOf(branches: readonly Branch[], left: Branch, right: Branch): BranchComparison['fork'] {
  const seen = new Map<Branch, { n: number; time: number }>();
  let [n, time] = [left.seen, left.seenTime];
  for (let at: Branch | undefined = left; at; at = branches[at.parent]) {
    seen.set(at, { n, time });
    if (at.atHop <= n) [n, time] = [at.atHop, at.atTime];
  }
  [n, time] = [right.seen, right.seenTime];
  for (let at: Branch | undefined = right; at; at = branches[at.parent]) {
    const met = seen.get(at);
    if (met) return met.n <= n ? met : { n, time };
    if (at.atHop <= n) [n, time] = [at.atHop, at.atTime];
  }
  throw new Error('Two branches of one run have no common beginning.');
}

function go(run: Run, branch: Branch, n: number): void {
  if (run.choose(branch, n) === 'needs') throw new ChunkMissing(run.need!);
}

function operationsIn(run: Run, start: Start, branch: Branch): readonly Operation[] {
  go(run, branch, branch.seen);
  return operationsOf({ run, start: start.n, to: branch.seen });
}

/** The hop of a branch that stands for the point. */
function hopAt(run: Run, start: Start, branch: Branch, at: ComparePoint, operations: readonly Operation[]): number {
  if (at === 'tip') return branch.seen;
  if ('time' in at) {
    go(run, branch, branch.seen);
    let [low, high] = [start.n, branch.seen];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (run.timeOf(middle) <= start.time + at.time) low = middle;
      else high = middle - 1;
    }
    return low;
  }
  const found = operations.find((op) => op.guest === at.guest && op.ordinal === at.ordinal)?.at[at.point];
  if (!found) throw new ConditionError(`Branch ${branch.id} has not come to that point: operation ${at.ordinal + 1} of ${at.guest}, ${at.point}. Let it run on, or choose another point.`);
  return found.n;
}

function look(run: Run, start: Start, branch: Branch, n: number): Looked {
  go(run, branch, n);
  const { kernel } = run;
  const { components, partitions } = kernel.m;
  const told = new Map<string, { title: string; partition: string; state: Plain; tables: readonly Told[] }>();
  components.paths.forEach((path, index) => {
    const state = components.states[index]!;
    if (state === null) return;
    const partition = components.partitions[index]!;
    told.set(path, { title: kernel.types[components.types[index]!]!.title, partition: partition > 0 ? partitions.titles[partition]! : '', state, tables: tablesNow(kernel, index, start.n) });
  });
  const vps = new Map<string, string>();
  for (const { title, vps: some } of partitionViews(kernel)) {
    for (const vp of some) vps.set(`${title}, VP ${vp.index}`, vp.lp >= 0 ? `${vp.state} on LP ${vp.lp}` : vp.state);
  }
  const ledgers = new Map<string, Ledger>();
  for (const [partition, ledger] of Object.entries(ledgersSince(run, start.n))) ledgers.set(partition === '0' ? '' : partitions.titles[Number(partition)]!, ledger);
  return { side: { branch: branch.id, n, time: kernel.m.now }, frame: keyframe(kernel.m), components: told, vps, ledgers };
}

function differences(kernel: Kernel, left: Looked, right: Looked): Omit<BranchComparison, 'startTime' | 'fork' | 'points'> {
  const scopes = [...new Set([...left.ledgers.keys(), ...right.ledgers.keys()])];
  // The machine stands at the right side; memory is told by who has it there, else by who had it on the left.
  const memory = differingPages(kernel, left.frame, right.frame, () => enterKeyframe(kernel.m, left.frame));
  return {
    left: left.side,
    right: right.side,
    ledgers: scopes.map((of) => ({ of, lines: bothColumns(left.ledgers.get(of), right.ledgers.get(of)) })).filter(({ lines }) => lines.length > 0),
    states: stateDifferences(left, right),
    processors: [...new Set([...left.vps.keys(), ...right.vps.keys()])].flatMap((row) => cell('Virtual processors', row, '', left.vps.get(row), right.vps.get(row))),
    memory,
    disk: differingBlocks(kernel, left.frame, right.frame),
  };
}

function cell(table: string, row: string, column: string, left = '', right = ''): readonly CellDifference[] {
  return left === right ? [] : [{ table, row, column, left, right }];
}

function stateDifferences(left: Looked, right: Looked): readonly StateDifference[] {
  const out: StateDifference[] = [];
  for (const path of new Set([...left.components.keys(), ...right.components.keys()])) {
    const a = left.components.get(path);
    const b = right.components.get(path);
    const { title, partition } = (b ?? a)!;
    if (!a || !b) {
      out.push({ path, title, partition, only: a ? 'left' : 'right', cells: [], others: 0 });
      continue;
    }
    const differing = leaves(a.state, b.state);
    if (differing === 0) continue;
    const cells = tableDifferences(a.tables, b.tables);
    out.push({ path, title, partition, only: null, cells, others: Math.max(0, differing - cells.length) });
  }
  return out;
}

/** Rows are known by their first cell, as in the inspector; the n-th of several with the same one. */
function tableDifferences(left: readonly Told[], right: readonly Told[]): readonly CellDifference[] {
  const out: CellDifference[] = [];
  for (const title of new Set([...left, ...right].map((table) => table.title))) {
    const a = left.find((table) => table.title === title);
    const b = right.find((table) => table.title === title);
    const head = (b ?? a)!.head;
    const lefts = rowsByKey(a);
    const rights = rowsByKey(b);
    for (const key of new Set([...lefts.keys(), ...rights.keys()])) {
      const one = lefts.get(key) ?? [];
      const other = rights.get(key) ?? [];
      for (let i = Math.min(1, Math.max(one.length, other.length) - 1); i < Math.max(one.length, other.length); i++) {
        out.push(...cell(title, (other[0] ?? one[0])!, head[i] ?? '', one[i], other[i]));
      }
    }
  }
  return out;
}

function rowsByKey(table: Told | undefined): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, readonly string[]>();
  for (const row of table?.rows ?? []) {
    let key = row[0]!;
    for (let i = 2; out.has(key); i++) key = `${row[0]} (${i})`;
    out.set(key, row);
  }
  return out;
}

/** How many single values differ; a part that one side lacks counts each of its values. */
function leaves(a: Plain | undefined, b: Plain | undefined): number {
  if (a === b) return 0;
  const [one, other] = [parts(a), parts(b)];
  if (one === null && other === null) return 1;
  let count = 0;
  for (const key of new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])) count += leaves(one?.get(key), other?.get(key));
  return count;
}

/** What a value is made of, or null for a single one. */
function parts(value: Plain | undefined): ReadonlyMap<string, Plain> | null {
  if (value === null || value === undefined || typeof value !== 'object') return null;
  const entries = ArrayBuffer.isView(value) ? Array.from(value as Uint8Array, (v, i) => [String(i), v] as const) : Object.entries(value as Readonly<Record<string, Plain>>);
  return new Map(entries as readonly (readonly [string, Plain])[]);
}
