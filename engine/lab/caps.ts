/**
 * What history may hold: rows and keyframes up to a cap, and what is drawn from them. What is given up is computed again from
 * the nearest keyframe when somebody asks for it, so memory does not grow with the length of a run. [HIST-6] [HIST-11]
 */
import { blockBytesAdded, distinctBlockBytes, type BlocksKeyframe } from '../sim/blocks.ts';
import type { Keyframe, Machine } from '../sim/machine.ts';
import { distinctBytes, type MemoryKeyframe } from '../sim/memory.ts';
import { ROW_BYTES } from '../sim/rows.ts';
import { STRETCH, type Branch, type History, type Stretch } from './history.ts';

/** Caps that tests set lower. */
export interface Caps {
  readonly rows?: number;
  readonly frames?: number;
}

/** Rows kept in memory, bytes held by keyframes, and number of them, over all branches of a lab. [HIST-6] */
export const ROWS_CAP = 64 * 1024 * 1024;
export const KEYFRAMES_CAP = 64 * 1024 * 1024;
export const KEYFRAMES_MOST = 256;
/** Of the bytes held by keyframes, so many are for posts (posts.ts); of a lower cap at most an eighth. */
export const POSTS_CAP = 8 * 1024 * 1024;
/** So many stretches, those walked last, have keyframes whatever the distance of the others: steps back are short there. */
export const NEAR = 4;
/** What was reckoned is counted again after so many changes. */
const COUNT_EVERY = 16;

type Holder = Pick<Machine, 'memory' | 'blocks'>;

function everyStretch(history: History): Iterable<Stretch> {
  if (history.branches.length === 1) return history.branches[0]!.stretches;
  const all = new Set<Stretch>();
  for (const branch of history.branches) for (const stretch of branch.stretches) all.add(stretch);
  return all;
}

// --- rows ---------------------------------------------------------------------------------------------------------------

function withRows(history: History): Stretch[] {
  const kept: Stretch[] = [];
  for (const stretch of everyStretch(history)) if (stretch.log !== null) kept.push(stretch);
  return kept;
}

/**
 * Gives up the rows looked at longest ago until those kept fit the cap. `held` is never given up; `settle` draws from rows
 * what must outlast them. [HIST-6]
 */
export function capRows(history: History, held: Stretch, settle: (stretch: Stretch) => void, cap = ROWS_CAP): void {
  const kept = withRows(history);
  let bytes = kept.length * STRETCH * ROW_BYTES;
  if (bytes <= cap) return;
  kept.sort((a, b) => a.used - b.used);
  for (const stretch of kept) {
    if (bytes <= cap) break;
    if (stretch === held) continue;
    settle(stretch);
    giveUpRows(stretch);
    bytes -= STRETCH * ROW_BYTES;
  }
  capTotals(history);
}

/** A stretch of few file requests keeps them without its rows: those of many others would have to be read to find as many. */
const FILES_KEPT = 8;

/** With the rows goes what is drawn from them and can be drawn again: memory must not grow with the length of a run. */
function giveUpRows(stretch: Stretch): void {
  stretch.log = null;
  stretch.filled = 0;
  stretch.before = null;
  stretch.marks = null;
  stretch.story = null;
  if (stretch.files && stretch.files.marks.length > FILES_KEPT) stretch.files = null;
}

/**
 * A branch that somebody has deleted gives up the rows and keyframes that no other branch shares, but for its first keyframe.
 * Its intents stay, so it can be entered again at any time and is the same. [BRANCH-4]
 */
export function lighten(history: History, branch: Branch): void {
  const shared = new Set(history.branches.filter((other) => other !== branch).flatMap((other) => other.stretches));
  branch.stretches.forEach((stretch, k) => {
    if (shared.has(stretch)) return;
    giveUpRows(stretch);
    dropHalf(history, branch.stretches, k);
    if (k > 0) dropFrame(history, branch.stretches, k);
  });
  branch.posts = [];
  capTotals(history);
}

/**
 * What the next stretch is counted from outlasts the rows of a stretch as long as that one has rows; totals also where it has
 * a keyframe, since whoever runs on from there begins to count there.
 */
function capTotals({ branches }: History): void {
  for (const { stretches } of branches) {
    for (let k = 0; k + 1 < stretches.length; k++) {
      const stretch = stretches[k]!;
      const next = stretches[k + 1]!;
      if (stretch.log || next.log) continue;
      stretch.causers = null;
      stretch.told = 0;
      if (next.frame) continue;
      stretch.after = null;
      stretch.uses = null;
    }
  }
}

/** Bytes of the rows in memory. */
export function bytesOfRows(history: History): number {
  return withRows(history).length * STRETCH * ROW_BYTES;
}

// --- keyframes ------------------------------------------------------------------------------------------------------------

/** Bytes of the hops in flight that a keyframe holds. */
function bytesOfFlight(frame: Keyframe): number {
  return frame.words.byteLength + frame.next.byteLength + frame.sequences.byteLength + frame.queued.byteLength;
}

/** Bytes a keyframe keeps alive besides those its neighbours keep: pages, tables of pages and the hops in flight. */
export function bytesAdded(frame: Keyframe, before: Keyframe | null, after: Keyframe | null = null): number {
  const { frames } = frame.memory;
  let bytes = bytesOfFlight(frame) + blockBytesAdded(frame.blocks, before?.blocks ?? []) + frames.length * 8;
  for (let c = 0; c < frames.length; c++) {
    const chunk = frames[c];
    const old = before?.memory.frames[c];
    const young = after?.memory.frames[c];
    if (!chunk || chunk === old || chunk === young) continue;
    bytes += chunk.length * 8;
    for (let i = 0; i < chunk.length; i++) if (chunk[i] && chunk[i] !== old?.[i] && chunk[i] !== young?.[i]) bytes += chunk[i]!.length;
  }
  return bytes;
}

/** Bytes held by all keyframes and the machine's memory; of written disk blocks those the machine itself has no more. [BLOCKS-3] */
export function bytesHeld(history: History, m: Holder): number {
  const frames = new Set<Keyframe>();
  for (const { frame, half } of everyStretch(history)) for (const each of [frame, half]) if (each) frames.add(each);
  for (const { posts } of history.branches) for (const { frame } of posts) frames.add(frame);
  const memories: MemoryKeyframe[] = [];
  const written: BlocksKeyframe[] = [m.blocks.tops];
  let flight = 0;
  for (const frame of frames) {
    memories.push(frame.memory);
    written.push(frame.blocks);
    flight += bytesOfFlight(frame);
  }
  return flight + distinctBytes(m.memory, memories) + distinctBlockBytes(written) - distinctBlockBytes([m.blocks.tops]);
}

/** The keyframe before that of stretch `k`. */
function frameBefore(stretches: readonly Stretch[], k: number): Keyframe | null {
  for (let i = k - 1; i >= 0; i--) {
    const { frame, half } = stretches[i]!;
    if (half ?? frame) return half ?? frame;
  }
  return null;
}

/** The keyframe after that in the middle of stretch `k`. */
function frameAfter(stretches: readonly Stretch[], k: number): Keyframe | null {
  for (let i = k + 1; i < stretches.length; i++) {
    const { frame, half } = stretches[i]!;
    if (frame ?? half) return frame ?? half;
  }
  return null;
}

/** Stretch `k` of a branch has a keyframe from now on. */
export function giveFrame(history: History, branch: Branch, k: number, frame: Keyframe): void {
  branch.stretches[k]!.frame = frame;
  history.frames++;
  history.frameBytes += bytesOfFrame(branch.stretches, k, frame);
}

/** Stretch `k` of a branch has a keyframe in its middle from now on. */
export function giveHalf(history: History, branch: Branch, k: number, half: Keyframe): void {
  branch.stretches[k]!.half = half;
  history.frames++;
  history.frameBytes += bytesOfHalf(branch.stretches, k, half);
}

function bytesOfFrame(stretches: readonly Stretch[], k: number, frame: Keyframe): number {
  return bytesAdded(frame, frameBefore(stretches, k), stretches[k]!.half ?? frameAfter(stretches, k));
}

function bytesOfHalf(stretches: readonly Stretch[], k: number, half: Keyframe): number {
  return bytesAdded(half, stretches[k]!.frame ?? frameBefore(stretches, k), frameAfter(stretches, k));
}

function dropHalf(history: History, stretches: readonly Stretch[], k: number): void {
  const { half } = stretches[k]!;
  if (!half) return;
  stretches[k]!.half = null;
  history.frames--;
  history.frameBytes -= bytesOfHalf(stretches, k, half);
  history.changes++;
}

function dropFrame(history: History, stretches: readonly Stretch[], k: number): void {
  const { frame } = stretches[k]!;
  if (!frame) return;
  stretches[k]!.frame = null;
  history.frames--;
  history.frameBytes -= bytesOfFrame(stretches, k, frame);
  history.changes++;
}

/** Whether stretch `k` keeps its keyframe when it is no longer near. */
function keeps({ stride, thinned }: History, k: number): boolean {
  return k % (k < thinned ? 2 * stride : stride) === 0;
}

/**
 * Gives up keyframes, oldest first, one of two: of those left the distance is nearly even at any time, and as many bytes are
 * held however long the run is. The first one always stays. [HIST-6]
 */
export function capFrames(history: History, m: Holder, cap = KEYFRAMES_CAP): void {
  dropFar(history);
  if (!isOver(history, cap)) return;
  // A branch that was cut has lost some, one that was begun shares one.
  if (history.changes >= COUNT_EVERY || framesIn(history) !== history.frames) recount(history, m);
  while (isOver(history, cap) && (dropOldestHalf(history) || thin(history))) if (history.changes >= COUNT_EVERY) recount(history, m);
  capTotals(history);
}

/** Gives up the keyframe in the middle of the stretch walked longest ago, but for the near ones; false when there is none. */
function dropOldestHalf(history: History): boolean {
  const halves = history.branches.flatMap(({ stretches }) => stretches.flatMap(({ half, used }, k) => (half ? [{ stretches, k, used }] : [])));
  if (halves.length <= NEAR) return false;
  const { stretches, k } = halves.reduce((a, b) => (b.used < a.used ? b : a));
  dropHalf(history, stretches, k);
  return true;
}

function isOver(history: History, cap: number): boolean {
  return history.frameBytes > cap - postsCap(cap) || history.frames > KEYFRAMES_MOST;
}

/** How much of a cap on keyframes is for posts. */
export function postsCap(cap = KEYFRAMES_CAP): number {
  return Math.min(POSTS_CAP, cap / 8);
}

function framesIn(history: History): number {
  let frames = 0;
  for (const { frame, half } of everyStretch(history)) frames += (frame ? 1 : 0) + (half ? 1 : 0);
  return frames;
}

function recount(history: History, m: Holder): void {
  history.frames = framesIn(history);
  history.frameBytes = bytesHeld(history, m);
  history.changes = 0;
}

/** Of the keyframes that stand where none is kept, only those of the stretches walked last stay. */
function dropFar(history: History): void {
  if (history.stride === 1 && history.thinned === 0) return;
  const extra: { readonly stretches: readonly Stretch[]; readonly k: number; readonly used: number }[] = [];
  for (const { stretches } of history.branches) {
    stretches.forEach(({ frame, used }, k) => {
      if (frame && !keeps(history, k)) extra.push({ stretches, k, used });
    });
  }
  extra.sort((a, b) => b.used - a.used);
  for (const { stretches, k } of extra.slice(NEAR)) dropFrame(history, stretches, k);
}

/** Gives up the next keyframe; false when only near ones are left. */
function thin(history: History): boolean {
  const longest = Math.max(...history.branches.map(({ stretches }) => stretches.length));
  while (history.stride < longest) {
    const { stride, frames } = history;
    let k = history.thinned;
    while (k % (2 * stride) !== stride) k++;
    if (k >= longest - NEAR) {
      history.stride *= 2;
      history.thinned = 0;
      continue;
    }
    history.thinned = k + 1;
    for (const { stretches } of history.branches) if (k < stretches.length) dropFrame(history, stretches, k);
    if (history.frames < frames) return true;
  }
  return false;
}
