/**
 * Where a twin run stops: one set of controls moves both machines from station to station. And what moves on each side in
 * between, hop by hop. [TWIN-4] [TWIN-7]
 */
import { families, type Family, type HopKind } from '../sim/hop-kinds.ts';
import { FLAG_FORCED_EXIT, W_COST, W_FLAGS, W_KIND_FROM } from '../sim/rows.ts';
import { causedByGuest } from './ledger.ts';
import { eachRow, twinMarks, type TwinMark, type TwinPoint, type TwinScope } from './twin.ts';
import { isMemory, twinPartition } from './twin-sums.ts';

/** Both machines at the same point, as far as both have it. */
export interface TwinStation {
  readonly point: 'start' | TwinPoint | 'rest';
  /** Null at the start and at rest. */
  readonly mark: TwinMark | null;
  /** Numbers of the hops after which the machines stand. */
  readonly left: number;
  readonly right: number;
}

/** Why a machine has no mark where the other one has: it ends the operation without it, does not end it, or does not begin it. */
export type TwinLack = 'without' | 'unfinished' | 'absent';

/** Marks in the order of the left machine; those that only the right one has stand where they came there. */
function inOrder(marks: readonly TwinMark[]): readonly TwinMark[] {
  const led = marks.filter((mark) => mark.left).sort((a, b) => a.left!.n - b.left!.n);
  const others = marks.filter((mark) => !mark.left).sort((a, b) => a.right!.n - b.right!.n);
  const out: TwinMark[] = [];
  let next = 0;
  for (const mark of led) {
    while (mark.right && next < others.length && others[next]!.right!.n < mark.right.n) out.push(others[next++]!);
    out.push(mark);
  }
  return [...out, ...others.slice(next)];
}

/** The start, every point of every operation (of one guest, or of all), and rest. */
export function twinStations(left: TwinScope, right: TwinScope, guest?: string): readonly TwinStation[] {
  const marks = inOrder(twinMarks(left, right).filter((mark) => guest === undefined || mark.guest === guest));
  const stations: TwinStation[] = [{ point: 'start', mark: null, left: left.start, right: right.start }];
  for (const mark of marks) {
    const before = stations.at(-1)!;
    stations.push({ point: mark.point, mark, left: Math.max(before.left, mark.left?.n ?? 0), right: Math.max(before.right, mark.right?.n ?? 0) });
  }
  stations.push({ point: 'rest', mark: null, left: left.to, right: right.to });
  return stations;
}

/** What a machine lacks at a mark; null when it has it. `marks`: all of the run. */
export function twinLack(marks: readonly TwinMark[], mark: TwinMark, side: 'left' | 'right'): TwinLack | null {
  if (mark[side]) return null;
  const own = marks.filter((other) => other.guest === mark.guest && other.ordinal === mark.ordinal && other[side]);
  if (own.length === 0) return 'absent';
  return own.some((other) => other.point === 'ended') ? 'without' : 'unfinished';
}

// --- what moves in between ------------------------------------------------------------------------------------------------

/** Bits of a move: what the ledger counts; of exits and hypercalls those that a guest caused. [LEDGER-4] */
export const MOVE_EXIT = 1;
export const MOVE_HYPERCALL = 2;
export const MOVE_TRIP = 4;
export const MOVE_COPY = 8;
/** Not counted, but drawn in another place: a store or load of shared memory. */
export const MOVE_MEMORY = 16;
/** Bytes of a move: from place, to place, family, bits. */
export const MOVE_BYTES = 4;

/** Hops of one side, four bytes each, with the processor time of each. */
export interface TwinMoves {
  readonly hops: number;
  readonly moves: Uint8Array;
  readonly ns: Uint32Array;
}

const familyNames = Object.keys(families) as Family[];

function bitsOf(kind: HopKind): number {
  const { counts } = kind;
  const memory = isMemory(kind) ? MOVE_MEMORY : 0;
  if (!counts) return memory;
  return memory | (counts.exit === undefined ? 0 : MOVE_EXIT) | (counts.hypercall === undefined ? 0 : MOVE_HYPERCALL) | (counts.workerTrip ? MOVE_TRIP : 0) | (counts.copy === undefined ? 0 : MOVE_COPY);
}

/** The hops after `scope.start` up to `scope.to` that serve a guest, or all, as a picture moves them. [TWIN-7] */
export function twinMoves(scope: TwinScope, guest?: string): TwinMoves {
  const { kernel } = scope.run;
  const wanted = twinPartition(kernel, guest);
  const bits = Uint8Array.from(kernel.catalogue, bitsOf);
  const family = Uint8Array.from(kernel.catalogue, (kind) => familyNames.indexOf(kind.family));
  const most = guest !== undefined && wanted < 0 ? 0 : Math.max(0, scope.to - scope.start);
  const moves = new Uint8Array(most * MOVE_BYTES);
  const ns = new Uint32Array(most);
  let hops = 0;
  if (most > 0) eachRow(scope, (words, w, n) => {
    const flags = words[w + W_FLAGS]!;
    if (wanted >= 0 && flags >>> 24 !== wanted) return;
    const kind = words[w + W_KIND_FROM]! & 0xffff;
    let bit = bits[kind]! | ((flags & FLAG_FORCED_EXIT) === 0 ? 0 : MOVE_EXIT);
    if ((bit & (MOVE_EXIT | MOVE_HYPERCALL)) !== 0 && !causedByGuest(scope.run, n)) bit &= ~(MOVE_EXIT | MOVE_HYPERCALL);
    moves.set([kernel.fromPlace[kind]!, kernel.toPlace[kind]!, family[kind]!, bit], hops * MOVE_BYTES);
    ns[hops++] = words[w + W_COST]!;
  });
  return { hops, moves: moves.slice(0, hops * MOVE_BYTES), ns: ns.slice(0, hops) };
}
