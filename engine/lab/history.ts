/**
 * History as a tree: a run is a configuration and intents bound to "after hop n"; a branch shares with its parent all that
 * lies before the fork. A hop is named by (branch, n). [HIST-1]
 *
 * The log of a branch is cut into stretches of 8192 hops, each with its rows and a keyframe of the machine before its first
 * row. Both may be given up when a cap is reached (caps.ts): the run is repeated from the nearest keyframe when they are asked for.
 */
import type { Keyframe } from '../sim/machine.ts';
import { ROW_WORDS } from '../sim/rows.ts';
import { newBlock, type LogBlock } from '../sim/kernel.ts';
import type { Beat } from './views.ts';
import type { Cast } from './cast.ts';

export const STRETCH = 8192;

/** An intent acts after hop `after` and before the next one. */
export interface Bound {
  readonly after: number;
  readonly intent: unknown;
  /** Time at which it was meant, when the machine was idle until then; 0: at once. */
  readonly at: number;
  /** It came from the plan of the lab, not from a person. */
  readonly planned: boolean;
  /** Why what was planned could not be asked; the machine went on without it. [HIST-9] */
  refused?: string;
}

/** What is to be asked of the machine by itself: when it is idle, at a time, or behind a hop; times and hops count from the start. */
export interface Planned {
  readonly after: 'idle' | number | { readonly hop: number };
  readonly intent: unknown;
}

export interface Stretch {
  /** Number of the hop in its first row. */
  readonly first: number;
  /** Its rows, or null when they were given up; `filled` of them are there. */
  log: LogBlock | null;
  filled: number;
  /** The machine before its first row, intents bound there included; null when it was given up. */
  frame: Keyframe | null;
  /** The machine in its middle; null when nobody has gone on from there, or it was given up. */
  half: Keyframe | null;
  /** When it was last looked at, in looks. */
  used: number;
  /** Who caused each hop, one byte a hop, and how many are told: see ledger.ts. */
  causers: Uint8Array | null;
  told: number;
  /** Who caused the hops before it that hops in it name as their cause: those in flight at its beginning. */
  inherited: Map<number, number> | null;
  /** Totals of the ledger before the first row, and after the last one of a full stretch. */
  before: Float64Array | null;
  after: Float64Array | null;
  /** Hops in it that begin or end a request, among its first `rows`: see journey.ts. */
  marks: { readonly rows: number; readonly hops: readonly number[] } | null;
  /** The story of its first `rows` hops: see beats.ts. */
  story: { readonly rows: number; readonly beats: readonly Beat[] } | null;
  /** How often each way was used until its end, once it is full, in the order of `Ways`: see uses.ts. */
  uses: Uint32Array | null;
  /** File requests that begin or end among its first `rows`: see files.ts. */
  files: { readonly rows: number; readonly marks: readonly FileMark[] } | null;
  /** Hash of its rows, once it is full: see fingerprint.ts. */
  digest: readonly [number, number] | null;
  /** Which kinds, ends and partitions served are in it, once it is full: see sieve.ts. */
  tally: Uint8Array | null;
}

/** Hop `n` at `time` begins the file request of its number, or ends request `ends`. */
export interface FileMark {
  readonly n: number;
  readonly time: number;
  readonly kind: number;
  readonly partition: number;
  /** 0: it begins one. */
  readonly ends: number;
}

/** A keyframe near where somebody looks, the bytes that it alone keeps, and when it was last of use, in looks: see posts.ts. */
export interface Post {
  readonly frame: Keyframe;
  readonly bytes: number;
  used: number;
}

export interface Branch {
  readonly id: number;
  /** Branch it came from, or -1, and the hop after which it left it. */
  readonly parent: number;
  readonly atHop: number;
  readonly intents: Bound[];
  readonly stretches: Stretch[];
  /** In no order. */
  posts: Post[];
  /** Last hop computed, and last hop that the person has reached: reading ahead lies between. */
  tip: number;
  seen: number;
  /** Times at these hops, and at the fork. */
  tipTime: number;
  seenTime: number;
  readonly atTime: number;
  /** Titles of all partitions it has had, by index: those that are gone keep theirs. */
  titles: readonly string[];
  /** Who has been in it, as far as it has been computed. */
  cast: Cast | null;
  /** How much of the plan has been bound. */
  planned: number;
  /** The hop after which this branch cannot go on, and why. */
  failure: { readonly after: number; readonly sentence: string } | null;
}

/** Ways from component to component for a partition served, numbered as they are met; a key holds all three. */
export interface Ways {
  readonly keys: number[];
  readonly index: Map<number, number>;
}

export interface History {
  readonly branches: Branch[];
  readonly ways: Ways;
  looks: number;
  /** Stretches keep their keyframes at multiples of this number; before stretch `thinned` at multiples of twice this number. */
  stride: number;
  thinned: number;
  /** Keyframes, and bytes that they and the machine hold, as reckoned since they were last counted `changes` ago. */
  frames: number;
  frameBytes: number;
  changes: number;
}

export function createHistory(): History {
  return { branches: [createBranch(0, -1, 0, 0)], ways: { keys: [], index: new Map() }, looks: 0, stride: 1, thinned: 0, frames: 0, frameBytes: 0, changes: 0 };
}

function createBranch(id: number, parent: number, atHop: number, now: number): Branch {
  return { id, parent, atHop, intents: [], stretches: [], posts: [], tip: atHop, seen: atHop, tipTime: now, seenTime: now, atTime: now, titles: [], cast: null, planned: 0, failure: null };
}

export function createStretch(first: number, frame: Keyframe | null): Stretch {
  return {
    first, log: newBlock(first, STRETCH), filled: 0, frame, half: null, used: 0, causers: null, told: 0, inherited: null, before: null, after: null,
    marks: null, story: null, uses: null, files: null, digest: null, tally: null,
  };
}

/** Index of the stretch that holds hop `n`. */
export function stretchOf(n: number): number {
  return Math.floor((n - 1) / STRETCH);
}

/** The hop in the middle of a stretch. */
export function middleOf(stretch: Stretch): number {
  return stretch.first + STRETCH / 2 - 1;
}

/** A new branch that shares everything up to hop `n`, and of what was asked at most `most`; the rows of a stretch cut in two are copied. [HIST-2] [HIST-3] */
export function fork(history: History, parent: Branch, n: number, now: number, most = Infinity): Branch {
  const child = createBranch(history.branches.length, parent.id, n, now);
  for (const bound of parent.intents) if (bound.after <= n && child.intents.length < most) child.intents.push(bound);
  child.planned = plannedOf(child);
  for (const stretch of parent.stretches) {
    if (stretch.first > n) break;
    child.stretches.push(stretch.first + STRETCH - 1 <= n ? stretch : headOf(stretch, n - stretch.first + 1));
  }
  history.branches.push(child);
  return child;
}

function headOf(stretch: Stretch, hops: number): Stretch {
  const head = createStretch(stretch.first, stretch.frame);
  head.before = stretch.before;
  head.inherited = stretch.inherited;
  if (middleOf(stretch) < stretch.first + hops - 1) head.half = stretch.half;
  if (stretch.log === null) {
    head.log = null;
    return head;
  }
  head.filled = Math.min(hops, stretch.filled);
  head.log!.words.set(stretch.log.words.subarray(0, head.filled * ROW_WORDS));
  return head;
}

/** Forgets what was computed after hop `n`, and of what was asked all but the first `most`. */
export function cutAfter(branch: Branch, n: number, now: number, most = Infinity): void {
  const kept = branch.stretches.findIndex((s) => s.first > n);
  if (kept >= 0) branch.stretches.length = kept;
  // One that stands at hop `n` itself has not had what is asked there now.
  branch.posts = branch.posts.filter(({ frame }) => frame.n < n);
  const last = branch.stretches.at(-1);
  if (last && last.first + STRETCH - 1 > n) {
    last.filled = Math.min(last.filled, n - last.first + 1);
    // As with posts: in the middle itself it has not had what is asked there now.
    if (middleOf(last) >= n) last.half = null;
    last.told = Math.min(last.told, last.filled);
    last.after = null;
    last.marks = null;
    last.story = null;
    last.uses = null;
    last.files = null;
    last.digest = null;
    last.tally = null;
  }
  while (branch.intents.length > 0 && (branch.intents.length > most || branch.intents.at(-1)!.after > n)) branch.intents.pop();
  branch.planned = plannedOf(branch);
  branch.tip = n;
  branch.tipTime = now;
  branch.failure = null;
}

function plannedOf(branch: Branch): number {
  return branch.intents.filter((bound) => bound.planned).length;
}

/** Last stretch of the branch, at or before hop `n`, whose keyframe is kept: the machine as it is before that stretch. */
export function frameAtOrBefore(branch: Branch, n: number): Keyframe {
  const from = Math.min(Math.floor(n / STRETCH), branch.stretches.length - 1);
  for (let k = from; k >= 0; k--) {
    const frame = branch.stretches[k]!.frame;
    if (frame) return frame;
  }
  throw new Error('A branch has lost its first keyframe.');
}

/** The keyframe in the middle of a stretch, at or before hop `n`, when it is nearer than any at the beginning of one. */
export function halfAtOrBefore(branch: Branch, n: number): Keyframe | null {
  const from = Math.min(Math.floor(n / STRETCH), branch.stretches.length - 1);
  for (let k = from; k >= 0; k--) {
    const { frame, half } = branch.stretches[k]!;
    if (half && half.n <= n) return half;
    if (frame) return null;
  }
  return null;
}
