/**
 * Logical and virtual processors: which work runs where and when: charge, then act.
 *
 * A VP is a stack of levels, each first in, first out: thread, DPC, ISR; above them `window` (hypervisor work at VM entry)
 * and the hypervisor's own work for the VP. A logical processor runs one VP at a time. Policy: a VP that becomes ready takes
 * an idle processor it may use; else it displaces the VP that has had more than its weighted share (quantum and
 * granularity are a lab policy that satisfies TLFS 2.0a 18).
 */
export const LEVELS = 5;
export const THREAD = 0;
export const DPC = 1;
export const ISR = 2;
export const WINDOW = 3;
export const HYPERVISOR = 4;

/** The VP has left its partition and not come back; is suspended; waits for an interrupt after HLT. */
export const IN_EXIT = 1;
export const SUSPENDED = 2;
export const HALTED = 4;

/** A time that never comes (2^53 - 1 ns are 104 days). */
export const NEVER = Number.MAX_SAFE_INTEGER;

export interface Processors {
  lpCount: number;
  /** By logical processor: VP it holds (-1 idle), VP it held last, time at which the running work is done. */
  lpVp: Int32Array;
  lpLast: Int32Array;
  lpDone: Float64Array;

  vpCount: number;
  partition: Int32Array;
  index: Int32Array;
  /** Logical processor it is bound to, or -1; it is on, or -1; it was on last, or -1. */
  bound: Int32Array;
  lp: Int32Array;
  lastLp: Int32Array;
  flags: Int32Array;
  /** Level at which it left its partition. */
  frozen: Int32Array;
  /** Heads and tails of its levels (slots), and what is left of the work at the head when it was displaced. */
  heads: Int32Array;
  tails: Int32Array;
  left: Float64Array;
  /** Slot whose work runs, or -1, and its level. */
  running: Int32Array;
  level: Int32Array;
  weight: Int32Array;
  /** Weighted time it has used, for the policy. */
  used: Float64Array;
  guestNs: Float64Array;
  hypervisorNs: Float64Array;
  /** Time since which it has work and no logical processor, or -1. */
  readySince: Float64Array;
  /** What it executed last: 1 user, 0 kernel; and which process. */
  userMode: Int32Array;
  process: Int32Array;
  /** Number of VPs that are ready without a logical processor. */
  readyCount: number;
  /** Weighted time of the VP dispatched last: the floor for VPs that slept. */
  clock: number;
}

const VP_CAPACITY = 64;

export function createProcessors(lpCount: number): Processors {
  const n = VP_CAPACITY;
  return {
    lpCount,
    lpVp: new Int32Array(lpCount).fill(-1),
    lpLast: new Int32Array(lpCount).fill(-1),
    lpDone: new Float64Array(lpCount).fill(NEVER),
    vpCount: 0,
    partition: new Int32Array(n),
    index: new Int32Array(n),
    bound: new Int32Array(n),
    lp: new Int32Array(n).fill(-1),
    lastLp: new Int32Array(n).fill(-1),
    flags: new Int32Array(n),
    frozen: new Int32Array(n),
    heads: new Int32Array(n * LEVELS).fill(-1),
    tails: new Int32Array(n * LEVELS).fill(-1),
    left: new Float64Array(n * LEVELS),
    running: new Int32Array(n).fill(-1),
    level: new Int32Array(n),
    weight: new Int32Array(n).fill(100),
    used: new Float64Array(n),
    guestNs: new Float64Array(n),
    hypervisorNs: new Float64Array(n),
    readySince: new Float64Array(n).fill(-1),
    userMode: new Int32Array(n),
    process: new Int32Array(n),
    readyCount: 0,
    clock: 0,
  };
}

/** A copy of its own. Written out so that it has the shape of the original: the hot path sees one shape only. */
export function copyProcessors(p: Processors): Processors {
  return {
    lpCount: p.lpCount,
    lpVp: p.lpVp.slice(),
    lpLast: p.lpLast.slice(),
    lpDone: p.lpDone.slice(),
    vpCount: p.vpCount,
    partition: p.partition.slice(),
    index: p.index.slice(),
    bound: p.bound.slice(),
    lp: p.lp.slice(),
    lastLp: p.lastLp.slice(),
    flags: p.flags.slice(),
    frozen: p.frozen.slice(),
    heads: p.heads.slice(),
    tails: p.tails.slice(),
    left: p.left.slice(),
    running: p.running.slice(),
    level: p.level.slice(),
    weight: p.weight.slice(),
    used: p.used.slice(),
    guestNs: p.guestNs.slice(),
    hypervisorNs: p.hypervisorNs.slice(),
    readySince: p.readySince.slice(),
    userMode: p.userMode.slice(),
    process: p.process.slice(),
    readyCount: p.readyCount,
    clock: p.clock,
  };
}

function grow(p: Processors): void {
  const wide = p as unknown as Record<string, Int32Array | Float64Array>;
  const perVp = ['partition', 'index', 'bound', 'lp', 'lastLp', 'flags', 'frozen', 'running', 'level', 'weight', 'used', 'guestNs', 'hypervisorNs', 'readySince', 'userMode', 'process', 'heads', 'tails', 'left'];
  for (const key of perVp) {
    const old = wide[key]!;
    const larger: Int32Array | Float64Array = old instanceof Float64Array ? new Float64Array(old.length * 2) : new Int32Array(old.length * 2);
    const empty = key === 'lp' || key === 'lastLp' || key === 'running' || key === 'heads' || key === 'tails' || key === 'readySince' ? -1 : key === 'weight' ? 100 : 0;
    larger.fill(empty, old.length);
    larger.set(old);
    wide[key] = larger;
  }
}

/** Adds a VP, suspended; returns its global index. */
export function addVp(p: Processors, partition: number, index: number, bound: number): number {
  if (p.vpCount === p.partition.length) grow(p);
  const vp = p.vpCount++;
  p.partition[vp] = partition;
  p.index[vp] = index;
  p.bound[vp] = bound;
  p.flags[vp] = SUSPENDED;
  p.used[vp] = p.clock;
  return vp;
}

/** Highest level whose work may run now, or -1. */
export function runnableLevel(p: Processors, vp: number): number {
  const base = vp * LEVELS;
  if (p.heads[base + HYPERVISOR]! >= 0) return HYPERVISOR;
  const flags = p.flags[vp]!;
  if ((flags & (IN_EXIT | SUSPENDED)) !== 0) return -1;
  if (p.heads[base + WINDOW]! >= 0) return WINDOW;
  if (p.heads[base + ISR]! >= 0) return ISR;
  if (p.heads[base + DPC]! >= 0) return DPC;
  return p.heads[base]! >= 0 ? THREAD : -1;
}

/** Whether a VP has anything to do in its partition, now or as soon as it may. */
export function hasPartitionWork(p: Processors, vp: number): boolean {
  const base = vp * LEVELS;
  return p.heads[base + WINDOW]! >= 0 || p.heads[base + ISR]! >= 0 || p.heads[base + DPC]! >= 0 || p.heads[base]! >= 0;
}

/** Appends a slot to a level, or puts it first. `next` are the pool's links. */
export function enqueue(p: Processors, next: Int32Array, vp: number, level: number, slot: number, first: boolean): void {
  const at = vp * LEVELS + level;
  const head = p.heads[at]!;
  if (head < 0) {
    next[slot] = -1;
    p.heads[at] = slot;
    p.tails[at] = slot;
  } else if (first) {
    // Work displaced at the head of this level begins anew when it is its turn again.
    p.left[at] = 0;
    next[slot] = head;
    p.heads[at] = slot;
  } else {
    next[slot] = -1;
    next[p.tails[at]!] = slot;
    p.tails[at] = slot;
  }
}

/** Takes the head of a level. */
export function dequeue(p: Processors, next: Int32Array, vp: number, level: number): number {
  const at = vp * LEVELS + level;
  const slot = p.heads[at]!;
  const after = next[slot]!;
  p.heads[at] = after;
  if (after < 0) p.tails[at] = -1;
  p.left[at] = 0;
  return slot;
}

/** Whether `vp` may displace the VP that holds `lp`. */
export function mayDisplace(p: Processors, vp: number, lp: number, quantumNs: number): boolean {
  const holder = p.lpVp[lp]!;
  return p.used[vp]! + quantumNs / 10 < p.used[holder]!;
}

/** Processor for a VP that has just become ready: an idle one it may use, or the number of one to displace as -2 - lp, or -1. */
export function chooseLp(p: Processors, vp: number, quantumNs: number): number {
  const bound = p.bound[vp]!;
  if (bound >= 0) {
    if (p.lpVp[bound]! < 0) return bound;
    return mayDisplace(p, vp, bound, quantumNs) ? -2 - bound : -1;
  }
  const last = p.lastLp[vp]!;
  if (last >= 0 && p.lpVp[last]! < 0) return last;
  for (let lp = p.lpCount - 1; lp >= 0; lp--) if (p.lpVp[lp]! < 0) return lp;
  let most = -1;
  for (let lp = p.lpCount - 1; lp >= 0; lp--) {
    const holder = p.lpVp[lp]!;
    if (most < 0 || p.used[holder]! > p.used[p.lpVp[most]!]!) most = lp;
  }
  return most >= 0 && mayDisplace(p, vp, most, quantumNs) ? -2 - most : -1;
}

/** Ready VP with the least weighted time that may use `lp`, or -1. */
export function nextReady(p: Processors, lp: number): number {
  if (p.readyCount === 0) return -1;
  let best = -1;
  for (let vp = 0; vp < p.vpCount; vp++) {
    if (p.readySince[vp]! < 0) continue;
    const bound = p.bound[vp]!;
    if (bound >= 0 && bound !== lp) continue;
    if (best < 0 || p.used[vp]! < p.used[best]!) best = vp;
  }
  return best;
}
