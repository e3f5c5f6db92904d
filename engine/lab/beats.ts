/**
 * Beats of the story: a pure fold over the log. A cycle of the same kinds between the same ends, inside one request from its
 * outermost level on, is told once in full; what follows of it is one beat that can be opened. A hop after a time in which
 * nothing happened is a beat of kind `wait`. [BEAT-1]
 *
 * The same for whole runs of hops that were told before on behalf of the same guest: the second sector is not told like the
 * first. [BEAT-3] The fold works stretch by stretch, so the story of a hop never depends on where somebody began to read. Something new in
 * another request interrupts a folded cycle: nothing is told for the first time inside one. [BEAT-2]
 */
import { ROW_WORDS, W_FLAGS, W_REQUEST } from '../sim/rows.ts';
import { ChunkMissing } from './chunks.ts';
import { LONG_CYCLE, repeatsAt, signature } from './cycles.ts';
import { STRETCH, stretchOf, type Stretch } from './history.ts';
import { isFileOperation, outermost } from './journey.ts';
import type { Run } from './run.ts';
import { AGAIN_LEAST, Told } from './told.ts';
import type { Beat } from './views.ts';

/** Longer than this between two hops is told as a gap, in ns. */
export const GAP = 50_000;

/** Beats from hop `from` on, at most to the stretch of hop `to`; runs on, unnoticed, to the end of the stretch, so that cycles are whole. */
export function beatsFrom(run: Run, from: number, count: number, to: number): readonly Beat[] {
  const out: Beat[] = [];
  for (let k = stretchOf(from); out.length < count && k <= stretchOf(to); k++) {
    readAhead(run, (k + 1) * STRETCH);
    const stretch = run.branch.stretches[k];
    if (!stretch || stretch.first > run.branch.tip) break;
    for (const beat of storyOf(run, stretch)) {
      if (beat.to < from) continue;
      if (out.length >= count) break;
      out.push(beat.from >= from ? beat : rest(beat, from));
    }
  }
  return out;
}

/** Runs on without the person noticing: hop `n`, or as near as the machine gets, is computed. */
function readAhead(run: Run, n: number): void {
  const { tip } = run.branch;
  if (tip >= n) return;
  run.aside(() => {
    if (run.n < tip) run.seek(tip);
    if (run.forward(n) === 'needs') throw new ChunkMissing(run.need!);
  });
}

/** What is left of a beat that was entered in the middle. */
function rest(beat: Beat, from: number): Beat {
  const times = Math.max(1, Math.ceil((beat.times * (beat.to - from + 1)) / (beat.to - beat.from + 1)));
  return { ...beat, from, times };
}

function storyOf(run: Run, stretch: Stretch): readonly Beat[] {
  const rows = Math.min(STRETCH, run.branch.tip - stretch.first + 1);
  if (stretch.story?.rows === rows) return stretch.story.beats;
  // The rows themselves: looking at other stretches may cost this one its own.
  const log = run.stretchAt(stretch.first).log!;
  const beats = fold(threadsOf(run, log.words, rows), log.times, rows, stretch.first, run.timeOf(stretch.first - 1));
  stretch.story = { rows, beats };
  return beats;
}

/** Rows of one outermost request in order. */
interface Thread {
  readonly id: number;
  readonly rows: number[];
  readonly signatures: number[];
  readonly seen: Set<number>;
  /** A file operation of a guest. */
  readonly file: boolean;
}

interface Threads {
  readonly ofRow: readonly Thread[];
  /** By guest: what its file operations did, in order. */
  readonly told: Told;
  /** Position of a row in its thread. */
  readonly place: Int32Array;
  /** 1 where a request does something for the first time in this stretch. */
  readonly fresh: Uint8Array;
}

function threadsOf(run: Run, words: Int32Array, rows: number): Threads {
  const threads = new Map<number, Thread>();
  const outer = new Map<number, number>([[0, 0]]);
  const ofRow: Thread[] = [];
  const place = new Int32Array(rows);
  const fresh = new Uint8Array(rows);
  const told = new Told(rows);
  for (let i = 0; i < rows; i++) {
    const request = words[i * ROW_WORDS + W_REQUEST]! >>> 0;
    let id = outer.get(request);
    if (id === undefined) outer.set(request, (id = outermost(run, request)));
    let thread = threads.get(id);
    if (!thread) threads.set(id, (thread = { id, rows: [], signatures: [], seen: new Set(), file: isFileOperation(run, id) }));
    const sign = signature(words, i * ROW_WORDS);
    fresh[i] = thread.seen.has(sign) ? 0 : 1;
    thread.seen.add(sign);
    place[i] = thread.rows.length;
    thread.rows.push(i);
    thread.signatures.push(sign);
    ofRow.push(thread);
    if (thread.file) told.enter(i, words[i * ROW_WORDS + W_FLAGS]! >>> 24, sign);
  }
  return { ofRow, place, fresh, told };
}

function fold(threads: Threads, times: Float64Array, rows: number, first: number, before: number): Beat[] {
  const beats: Beat[] = [];
  let last = before;
  for (let i = 0; i < rows; ) {
    threads.told.tellUpTo(i);
    const folded = cycleAt(threads, i) ?? againAt(threads, i);
    if (folded) {
      beats.push({ from: first + i, to: first + folded.to, kind: 'cycle', times: folded.times, cycle: folded.period });
      i = folded.to + 1;
    } else {
      const kind = times[i * 8]! - last > GAP ? 'wait' : 'hop';
      beats.push({ from: first + i, to: first + i, kind, times: 1, cycle: 1 });
      i++;
    }
    last = times[(i - 1) * 8]!;
  }
  return beats;
}

/** A folded cycle that begins with row `i`, cut where another request does something new. */
function cycleAt(threads: Threads, i: number): { readonly to: number; readonly times: number; readonly period: number } | null {
  const thread = threads.ofRow[i]!;
  const at = threads.place[i]!;
  const repeats = repeatsAt(thread.signatures, at, thread.signatures.length);
  if (!repeats) return null;
  const { period } = repeats;
  let times = 0;
  let checked = i;
  while (times < repeats.times) {
    const end = thread.rows[at + period * (times + 1) - 1]!;
    while (checked <= end && !interrupts(threads, thread, checked)) checked++;
    if (checked <= end) break;
    times++;
  }
  return times === 0 || (times === 1 && period < LONG_CYCLE) ? null : { to: thread.rows[at + period * times - 1]!, times, period };
}

/** A run of hops that was told before on behalf of the same guest, cut where another request does something new. */
function againAt(threads: Threads, i: number): { readonly to: number; readonly times: number; readonly period: number } | null {
  const again = threads.told.longestAt(i);
  if (!again) return null;
  const thread = threads.ofRow[i]!;
  let period = 0;
  let checked = i;
  while (period < again.length) {
    const end = again[period]!;
    while (checked <= end && !interrupts(threads, thread, checked)) checked++;
    if (checked <= end) break;
    period++;
  }
  return period < AGAIN_LEAST ? null : { to: again[period - 1]!, times: 1, period };
}

/** Hops outside every request (HLT) are folded only among themselves, and never stop a cycle of a request. */
function interrupts(threads: Threads, thread: Thread, row: number): boolean {
  const other = threads.ofRow[row]!;
  if (other === thread) return false;
  return thread.id === 0 || (other.id !== 0 && threads.fresh[row] === 1);
}
