/**
 * How often each way from one component to another was used, for each partition served. Totals are kept after each full
 * stretch; where rows have been given up, only before keyframes. [HIST-11]
 */
import { ROW_WORDS, W_FLAGS, W_KIND_FROM, W_TO_VP } from '../sim/rows.ts';
import { STRETCH, stretchOf, type Stretch, type Ways } from './history.ts';
import type { Run } from './run.ts';
import type { WayUse } from './views.ts';

/** Adds the ways of the first `rows` rows to totals: one number for each way, in the order of `ways`. */
function add(ways: Ways, totals: number[], words: Int32Array, rows: number): void {
  const { index, keys } = ways;
  for (let w = 0; w < rows * ROW_WORDS; w += ROW_WORDS) {
    // One exact number below 2^40: from, to, partition served.
    const key = ((words[w + W_KIND_FROM]! >>> 16) * 65_536 + (words[w + W_TO_VP]! & 0xffff)) * 256 + (words[w + W_FLAGS]! >>> 24);
    let way = index.get(key);
    if (way === undefined) {
      way = keys.length;
      index.set(key, way);
      keys.push(key);
    }
    totals[way] = (totals[way] ?? 0) + 1;
  }
}

/** Totals as numbers that may be added to, all ways known so far included. */
function copyOf({ keys }: Ways, totals: ArrayLike<number>): number[] {
  return Array.from(keys, (_, way) => totals[way] ?? 0);
}

/** Totals before stretch `k`. */
function totalsBefore(run: Run, k: number): ArrayLike<number> {
  const { stretches } = run.branch;
  const { ways } = run.history;
  let known = k;
  while (known > 0 && !stretches[known - 1]!.uses) known--;
  let totals: ArrayLike<number> = known > 0 ? stretches[known - 1]!.uses! : [];
  // The last one first: to run to it brings back the rows of all before it.
  if (known < k) run.stretchAt(stretches[k - 1]!.first);
  for (let i = known; i < k; i++) {
    const stretch = stretches[i]!;
    const next = copyOf(ways, totals);
    add(ways, next, run.stretchAt(stretch.first).log!.words, STRETCH);
    totals = stretch.uses = Uint32Array.from(next);
  }
  return totals;
}

/** Draws from the rows of a full stretch all that will be asked of them here. */
export function settleUses(run: Run, stretch: Stretch): void {
  if (!stretch.uses && stretch.filled === STRETCH && run.branch.stretches.includes(stretch)) totalsBefore(run, stretchOf(stretch.first) + 1);
}

function totalsAt(run: Run, n: number): ArrayLike<number> {
  if (n === 0) return [];
  const { ways } = run.history;
  const totals = copyOf(ways, totalsBefore(run, stretchOf(n)));
  const stretch = run.stretchAt(n, n);
  add(ways, totals, stretch.log!.words, n - stretch.first + 1);
  return totals;
}

/** Uses of all ways by the hops after `start` up to `to`. */
export function usesBetween(run: Run, start: number, to: number): readonly WayUse[] {
  const before = totalsAt(run, Math.min(start, to));
  const until = totalsAt(run, to);
  const out: WayUse[] = [];
  run.history.ways.keys.forEach((key, way) => {
    const hops = (until[way] ?? 0) - (before[way] ?? 0);
    if (hops > 0) out.push({ from: Math.floor(key / 16_777_216), to: Math.floor(key / 256) % 65_536, behalf: key % 256, hops });
  });
  return out;
}
