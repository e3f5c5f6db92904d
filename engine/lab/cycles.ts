/** Repetition in a sequence of hops: the same kinds between the same ends, again and again. Used by story and journeys. */
import { W_KIND_FROM, W_TO_VP } from '../sim/rows.ts';

/** Longest cycle that is recognized, in hops. */
export const CYCLE_MOST = 192;
/** A cycle of so many hops is worth folding although it repeats only once. */
export const LONG_CYCLE = 8;

/** What makes two hops the same turn of a cycle: kind and both ends, as one exact number below 2^48. */
export function signature(words: Int32Array, w: number): number {
  return (words[w + W_KIND_FROM]! >>> 0) * 0x10000 + (words[w + W_TO_VP]! & 0xffff);
}

export interface Repeats {
  /** Hops of one turn, and how many whole turns follow the one before `at`. */
  readonly period: number;
  readonly times: number;
}

/** Whether what stands at `at` repeats what stands just before it: the shortest cycle that does, or null. */
export function repeatsAt(signatures: ArrayLike<number>, at: number, end: number): Repeats | null {
  const most = Math.min(CYCLE_MOST, at, end - at);
  const here = signatures[at];
  for (let period = 1; period <= most; period++) {
    if (signatures[at - period] !== here || signatures[at - 1] !== signatures[at + period - 1]) continue;
    let same = 1;
    while (at + same < end && signatures[at + same] === signatures[at + same - period]) same++;
    const times = Math.floor(same / period);
    if (times >= 2 || (times === 1 && period >= LONG_CYCLE)) return { period, times };
  }
  return null;
}
