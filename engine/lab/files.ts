/**
 * File requests, as they are listed and marked on a line of time: who asked, when it began and when it ended. Kept when the
 * rows they were read from are given up. [HIST-11]
 */
import { FLAG_BEGINS, ROW_WORDS, W_FLAGS, W_KIND_FROM, W_REQUEST } from '../sim/rows.ts';
import { STRETCH, stretchOf, type FileMark, type Stretch } from './history.ts';
import type { Run } from './run.ts';
import type { FileRequest } from './views.ts';

/** Draws them from the rows of a stretch, as far as it has been computed. */
function settleFiles(run: Run, stretch: Stretch): readonly FileMark[] {
  const rows = Math.min(STRETCH, run.branch.tip - stretch.first + 1);
  if (stretch.files?.rows === rows) return stretch.files.marks;
  const { words, times } = run.stretchAt(stretch.first).log!;
  const { catalogue } = run.kernel;
  const marks: FileMark[] = [];
  for (let i = 0; i < rows; i++) {
    const w = i * ROW_WORDS;
    const kind = words[w + W_KIND_FROM]! & 0xffff;
    const begins = (words[w + W_FLAGS]! & FLAG_BEGINS) !== 0 && catalogue[kind]!.begins === 'file';
    if (!begins && catalogue[kind]!.ends !== 'file') continue;
    marks.push({ n: stretch.first + i, time: times[i * 8]!, kind, partition: words[w + W_FLAGS]! >>> 24, ends: begins ? 0 : words[w + W_REQUEST]! >>> 0 });
  }
  stretch.files = { rows, marks };
  return marks;
}

/**
 * Keeps them when a stretch gives up its rows; of another branch than the present one they are read when it is entered, of a
 * stretch that was run again in part when somebody asks.
 */
export function keepFiles(run: Run, stretch: Stretch): void {
  const whole = stretch.first + stretch.filled > Math.min(run.branch.tip, stretch.first + STRETCH - 1);
  if (whole && run.branch.stretches[stretchOf(stretch.first)] === stretch) settleFiles(run, stretch);
}

/** The last file requests that began up to hop `to`, at most `most`, in order; an end after `to` is not yet known. */
export function lastFiles(run: Run, to: number, most: number): readonly FileRequest[] {
  const { stretches, tip } = run.branch;
  const last = Math.min(to, tip);
  const ended = new Map<number, number>();
  const out: FileRequest[] = [];
  for (let k = Math.min(stretchOf(last), stretches.length - 1); k >= 0 && out.length < most; k--) {
    const marks = settleFiles(run, stretches[k]!);
    for (let i = marks.length - 1; i >= 0 && out.length < most; i--) {
      const { n, time, kind, partition, ends } = marks[i]!;
      if (n > last) continue;
      // The first end of a request counts; here it is met last.
      if (ends > 0) ended.set(ends, time);
      else out.push({ request: n, partition, kind, begun: time, ended: ended.get(n) ?? -1 });
    }
  }
  return out.reverse();
}
