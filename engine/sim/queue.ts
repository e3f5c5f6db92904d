/**
 * The queue of hops that arrive later, ordered by (time, sequence).
 *
 * A ring of buckets one `width` of simulated time wide each, a sorted list for the bucket being emptied, and a heap for
 * everything beyond the ring. Cost is constant however many hops are pending; order never depends on the width, which is
 * tuned to occupancy. Slots are indexes into the machine's pool of hops in flight; links are typed arrays.
 * Bounds: as many pending hops as the pool has slots.
 */
const BUCKETS = 8192;
const MASK = BUCKETS - 1;
const WORDS = BUCKETS >>> 5;
const NONE = -1;
/** The width is looked at again after so many departures from the queue. */
const TUNE_EVERY = 4096;
/** An insertion that walks further than this asks whether the list is in the right place. */
const WALK_MOST = 64;

export interface HopQueue {
  size: number;
  /** Bucket width is 2^shift ns; scale is 2^-shift. */
  shift: number;
  scale: number;
  /** Absolute number of the bucket being emptied. */
  current: number;
  /** Sorted list of the bucket being emptied. */
  list: number;
  heads: Int32Array;
  tails: Int32Array;
  /** One bit a bucket: not empty. */
  bits: Int32Array;
  /** Slots beyond the ring: a binary heap by (time, sequence). */
  far: Int32Array;
  farSize: number;
  /** Links between slots of one bucket; arrival times and sequence numbers by slot (shared with the pool). */
  next: Int32Array;
  times: Float64Array;
  sequence: Float64Array;
  /** 1 for slots that are in the queue. */
  queued: Uint8Array;
  /** Since the width was last looked at: hops taken, buckets sorted, hops sent beyond the ring. */
  taken: number;
  loads: number;
  farPushes: number;
  /** Steps of the last insertion into the sorted list. */
  walked: number;
}

export function createQueue(capacity: number): HopQueue {
  return {
    size: 0,
    shift: 10,
    scale: 2 ** -10,
    current: 0,
    list: NONE,
    heads: new Int32Array(BUCKETS).fill(NONE),
    tails: new Int32Array(BUCKETS).fill(NONE),
    bits: new Int32Array(WORDS),
    far: new Int32Array(capacity),
    farSize: 0,
    next: new Int32Array(capacity).fill(NONE),
    times: new Float64Array(capacity),
    sequence: new Float64Array(capacity),
    queued: new Uint8Array(capacity),
    taken: 0,
    loads: 0,
    farPushes: 0,
    walked: 0,
  };
}

/** Makes room for `capacity` slots. */
export function growQueue(q: HopQueue, capacity: number): void {
  const far = new Int32Array(capacity);
  far.set(q.far);
  const next = new Int32Array(capacity).fill(NONE);
  next.set(q.next);
  const times = new Float64Array(capacity);
  times.set(q.times);
  const sequence = new Float64Array(capacity);
  sequence.set(q.sequence);
  const queued = new Uint8Array(capacity);
  queued.set(q.queued);
  q.queued = queued;
  q.far = far;
  q.next = next;
  q.times = times;
  q.sequence = sequence;
}

/** Adds a slot whose time and sequence are already in `q.times` and `q.sequence`. */
export function push(q: HopQueue, slot: number): void {
  if (q.size === 0) restart(q, slot);
  q.size++;
  q.queued[slot] = 1;
  place(q, slot);
  if (q.walked > WALK_MOST) startEarlier(q);
}

/** Many hops have come that arrive before the bucket being emptied, so that their sorted list grew long: start at the first of them. */
function startEarlier(q: HopQueue): void {
  q.walked = 0;
  if (bucketOf(q, q.times[q.list]!) < q.current) rebuild(q, q.shift);
}

/** An empty queue may start anywhere: set the current bucket to that of its first slot. */
function restart(q: HopQueue, slot: number): void {
  q.current = bucketOf(q, q.times[slot]!);
}

function bucketOf(q: HopQueue, time: number): number {
  return Math.floor(time * q.scale);
}

function place(q: HopQueue, slot: number): void {
  const bucket = bucketOf(q, q.times[slot]!);
  if (bucket <= q.current) {
    insertSorted(q, slot);
  } else if (bucket - q.current < BUCKETS) {
    append(q, bucket & MASK, slot);
  } else {
    q.farPushes++;
    farPush(q, slot);
  }
}

function append(q: HopQueue, b: number, slot: number): void {
  q.next[slot] = NONE;
  if (q.heads[b] === NONE) {
    q.heads[b] = slot;
    q.bits[b >>> 5]! |= 1 << (b & 31);
  } else {
    q.next[q.tails[b]!] = slot;
  }
  q.tails[b] = slot;
}

function before(q: HopQueue, a: number, b: number): boolean {
  const ta = q.times[a]!;
  const tb = q.times[b]!;
  return ta < tb || (ta === tb && q.sequence[a]! < q.sequence[b]!);
}

/** Inserts after everything that is not later; within a bucket hops come in order of departure, so ties stay in order. */
function insertSorted(q: HopQueue, slot: number): void {
  const times = q.times;
  const next = q.next;
  const time = times[slot]!;
  let at = q.list;
  if (at === NONE || time < times[at]!) {
    next[slot] = at;
    q.list = slot;
    return;
  }
  let after = next[at]!;
  let walked = 0;
  while (after !== NONE && time >= times[after]!) {
    at = after;
    after = next[at]!;
    walked++;
  }
  q.walked = walked;
  next[slot] = after;
  next[at] = slot;
}

/** The slot that arrives first, or -1. */
export function peek(q: HopQueue): number {
  if (q.list === NONE && q.size > 0) load(q);
  return q.list;
}

/** Takes the slot that `peek` names. */
export function pop(q: HopQueue): number {
  if (q.list === NONE) {
    if (q.size === 0) return NONE;
    load(q);
  }
  const slot = q.list;
  q.list = q.next[slot]!;
  q.size--;
  q.queued[slot] = 0;
  if (++q.taken === TUNE_EVERY) tune(q);
  return slot;
}

/** Moves on to the next bucket that holds anything and sorts it. */
function load(q: HopQueue): void {
  const next = nextBucket(q);
  if (next < 0) {
    q.current = bucketOf(q, q.times[q.far[0]!]!);
  } else {
    q.current = next;
  }
  // Hops from beyond the ring that now fall inside go first: they were sent earlier than anything already in their bucket.
  const horizon = q.current + BUCKETS;
  while (q.farSize > 0 && bucketOf(q, q.times[q.far[0]!]!) < horizon) {
    const slot = farPop(q);
    const bucket = bucketOf(q, q.times[slot]!);
    if (bucket <= q.current) insertSorted(q, slot);
    else append(q, bucket & MASK, slot);
  }
  q.loads++;
  const b = q.current & MASK;
  let slot = q.heads[b]!;
  q.heads[b] = NONE;
  q.tails[b] = NONE;
  q.bits[b >>> 5]! &= ~(1 << (b & 31));
  while (slot !== NONE) {
    const after = q.next[slot]!;
    insertSorted(q, slot);
    slot = after;
  }
}

/** Absolute number of the next occupied bucket of the ring, or -1. The ring covers current+1 .. current+BUCKETS-1. */
function nextBucket(q: HopQueue): number {
  const start = (q.current + 1) & MASK;
  let word = start >>> 5;
  let bits = q.bits[word]! & (-1 << (start & 31));
  for (let i = 0; i <= WORDS; i++) {
    if (bits !== 0) {
      const b = (word << 5) + (31 - Math.clz32(bits & -bits));
      return q.current + 1 + ((b - start) & MASK);
    }
    word = (word + 1) & (WORDS - 1);
    bits = q.bits[word]!;
  }
  return NONE;
}

/** Narrows crowded buckets, widens them when many hops lie beyond the ring. Order is unaffected. */
function tune(q: HopQueue): void {
  let crowd = q.taken / (q.loads + 1);
  let shift = q.shift;
  for (; crowd > 6 && shift > 0; crowd /= 2) shift--;
  if (shift < q.shift) rebuild(q, shift);
  else if (crowd < 1.5 && q.farPushes > TUNE_EVERY / 8 && q.shift < 40) rebuild(q, q.shift + 1);
  q.taken = 0;
  q.loads = 0;
  q.farPushes = 0;
}

function rebuild(q: HopQueue, shift: number): void {
  const slots = pendingSlots(q);
  const first = slots.length > 0 ? q.times[slots[0]!]! : 0;
  clear(q);
  q.shift = shift;
  q.scale = 2 ** -shift;
  q.current = Math.floor(first * q.scale);
  for (const slot of slots) {
    q.size++;
    q.queued[slot] = 1;
    place(q, slot);
  }
}

function clear(q: HopQueue): void {
  q.heads.fill(NONE);
  q.tails.fill(NONE);
  q.bits.fill(0);
  q.farSize = 0;
  q.list = NONE;
  q.size = 0;
  q.queued.fill(0);
}

/** All pending slots in order of (time, sequence). */
export function pendingSlots(q: HopQueue): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < q.queued.length; slot++) if (q.queued[slot] === 1) slots.push(slot);
  return slots.sort((a, b) => q.times[a]! - q.times[b]! || q.sequence[a]! - q.sequence[b]!);
}

/** Empties the queue and fills it with the given slots (used when a keyframe is entered). */
export function resetQueue(q: HopQueue, slots: readonly number[]): void {
  clear(q);
  for (const slot of slots) push(q, slot);
}

function farPush(q: HopQueue, slot: number): void {
  let i = q.farSize++;
  const far = q.far;
  while (i > 0) {
    const parent = (i - 1) >>> 1;
    if (!before(q, slot, far[parent]!)) break;
    far[i] = far[parent]!;
    i = parent;
  }
  far[i] = slot;
}

function farPop(q: HopQueue): number {
  const far = q.far;
  const top = far[0]!;
  const size = --q.farSize;
  if (size > 0) {
    const slot = far[size]!;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && before(q, far[child + 1]!, far[child]!)) child++;
      if (!before(q, far[child]!, slot)) break;
      far[i] = far[child]!;
      i = child;
    }
    far[i] = slot;
  }
  return top;
}
