/**
 * Searching a long log without reading all of it: of a full stretch stays known which kinds of hops are in it, which components
 * they went between and which partitions they served. A stretch in which nothing can pass is passed over, rows or not. [HIST-14]
 */
import { ROW_WORDS, W_FLAGS, W_KIND_FROM, W_TO_VP } from '../sim/rows.ts';
import { STRETCH, stretchOf, type Stretch } from './history.ts';
import type { Run } from './run.ts';

/** What a hop must be to pass; a stretch is read when one of its hops may be. */
export interface Sieve {
  /** Kinds that pass, by code; null: all. */
  readonly kinds: readonly boolean[] | null;
  /** Partition that a hop must come from, go to or serve; -1: any. */
  readonly partition: number;
}

/** A part of the log to be read: hops of one stretch. */
export interface LogPart {
  readonly from: number;
  readonly to: number;
  /** Its rows are in memory; otherwise the run has to be repeated for them. */
  readonly held: boolean;
}

/** Bytes for the partitions served: one byte of a row says which. */
const SERVED = 32;

function has(bits: Uint8Array, at: number, i: number): boolean {
  return (bits[at + (i >>> 3)]! & (1 << (i & 7))) !== 0;
}

/** Bits: kinds, then partitions served, then components as far as there are any. */
function tallyOf(words: Int32Array, kinds: number): Uint8Array {
  const served = (kinds + 7) >>> 3;
  const ends = served + SERVED;
  const bits = new Uint8Array(ends + (0x1_0000 >>> 3));
  let most = 0;
  const set = (at: number, i: number): void => void (bits[at + (i >>> 3)]! |= 1 << (i & 7));
  for (let w = 0; w < STRETCH * ROW_WORDS; w += ROW_WORDS) {
    const from = words[w + W_KIND_FROM]! >>> 16;
    const to = words[w + W_TO_VP]! & 0xffff;
    set(0, words[w + W_KIND_FROM]! & 0xffff);
    set(served, words[w + W_FLAGS]! >>> 24);
    set(ends, from);
    set(ends, to);
    most = Math.max(most, from, to);
  }
  return bits.slice(0, ends + (most >>> 3) + 1);
}

/** Draws it from the rows of a full stretch, once. */
export function settleTally(run: Run, stretch: Stretch): void {
  if (stretch.tally || !stretch.log || stretch.filled < STRETCH) return;
  stretch.tally = tallyOf(stretch.log.words, run.kernel.catalogue.length);
}

function mayPass(tally: Uint8Array, kinds: number, ends: readonly boolean[], sieve: Sieve): boolean {
  if (sieve.kinds && !sieve.kinds.some((wanted, kind) => wanted && has(tally, 0, kind))) return false;
  const served = (kinds + 7) >>> 3;
  if (sieve.partition < 0 || has(tally, served, sieve.partition)) return true;
  return ends.some((wanted, component) => wanted && has(tally, served + SERVED, component));
}

/**
 * The first part of hops `from`..`to` of the present branch in which one may pass; null: there is none. Reads no rows that are not
 * in memory, and those that are, which are capped, once.
 */
export function nextPart(run: Run, from: number, to: number, sieve: Sieve): LogPart | null {
  const { stretches, tip } = run.branch;
  const last = Math.min(to, tip);
  const { partitions } = run.kernel.m.components;
  const ends = partitions.map((partition) => partition === sieve.partition);
  for (let n = Math.max(1, from); n <= last; n = (stretchOf(n) + 1) * STRETCH + 1) {
    const stretch = stretches[stretchOf(n)]!;
    settleTally(run, stretch);
    if (stretch.tally && !mayPass(stretch.tally, run.kernel.catalogue.length, ends, sieve)) continue;
    const end = Math.min(last, stretch.first + STRETCH - 1);
    return { from: n, to: end, held: stretch.log !== null && stretch.first + stretch.filled > end };
  }
  return null;
}
