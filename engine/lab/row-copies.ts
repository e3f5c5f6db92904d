/** Rows as they leave the lab: copied out of the stretches that hold them. */
import { ROW_WORDS } from '../sim/rows.ts';
import { STRETCH } from './history.ts';
import type { Run } from './run.ts';

/** A copy of rows `from` to `to`, as they travel to a page: 16 words each. Throws `ChunkMissing` where they have to be made again first. */
export function copyRows(run: Run, from: number, to: number): ArrayBuffer {
  const out = new Int32Array(Math.max(0, to - from + 1) * ROW_WORDS);
  for (let n = from; n <= to; ) {
    const stretch = run.stretchAt(n, to);
    const last = Math.min(to, stretch.first + STRETCH - 1);
    const at = (n - stretch.first) * ROW_WORDS;
    out.set(stretch.log!.words.subarray(at, (last - stretch.first + 1) * ROW_WORDS), (n - from) * ROW_WORDS);
    n = last + 1;
  }
  return out.buffer;
}
