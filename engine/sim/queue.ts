/**
 * The queue of hops that arrive later, ordered by (time, sequence).
 *
 * A ring of buckets, each `2^shift` ns of simulated time wide: a bucket is a list in no order, one bit says that it is not
 * empty, and what is beyond the ring waits in a heap. A push is four stores; a pop finds the next bit, and its bucket mostly
 * holds one hop. A bucket that is crowded is sorted once into `list`, which comes before anything in the ring. Width and
 * number of buckets follow what is pending; they never show in the order. Slots are indexes into the machine's pool of hops
 * in flight, whose records hold the times; links are typed arrays. Bounds: as many pending hops as the pool has slots.
 */
const NONE = -1;
const FEWEST_BUCKETS = 8192;
const MOST_BUCKETS = 1 << 19;
/** Buckets to a pending hop: so that nearly all of them fall into the ring when two in three buckets are empty. */
const BUCKETS_PER_HOP = 8;
/** Width and number of buckets are looked at again after so many departures from the queue. */
const TUNE_EVERY = 4096;
/** A bucket with more hops than this is sorted; up to it, the first one is looked for. */
const CROWD = 24;
/** An insertion into the sorted list that walks further than this asks whether the list is in the right place. */
const WALK_MOST = 64;

export interface HopQueue {
  size: number;
  /** Bucket width is 2^shift ns; scale is 2^-shift. */
  shift: number;
  scale: number;
  /** Number of buckets, a power of two, and that number less one. */
  buckets: number;
  mask: number;
  /** Absolute number of the bucket at place 0 of the ring, and the place of the bucket taken from last. */
  origin: number;
  current: number;
  /** The slot that arrives first and its place in the ring (-1: it heads `list`); -1 when it has to be looked for. */
  head: number;
  headAt: number;
  /** Sorted slots that come before all others, and the last of them. */
  list: number;
  listEnd: number;
  /** First slot of each bucket; one bit a bucket: not empty. */
  heads: Int32Array;
  bits: Int32Array;
  /** Slots beyond the ring: a binary heap by (time, sequence). */
  far: Int32Array;
  farSize: number;
  /** Links between slots; arrival times, in words 0-1 of each record of the pool; sequence numbers by slot. */
  next: Int32Array;
  clock: Float64Array;
  sequence: Float64Array;
  /** 1 for slots that are in the queue. */
  queued: Uint8Array;
  /** Since the width was last looked at: hops taken, hops met in crowded buckets, hops sent beyond the ring. */
  taken: number;
  crowded: number;
  farPushes: number;
}

/** `clock` views the records of the pool: the time of a slot is at slot * 8. */
export function createQueue(capacity: number, clock: Float64Array = new Float64Array(capacity * 8)): HopQueue {
  return {
    size: 0,
    shift: 10,
    scale: 2 ** -10,
    buckets: FEWEST_BUCKETS,
    mask: FEWEST_BUCKETS - 1,
    origin: 0,
    current: 0,
    head: NONE,
    headAt: NONE,
    list: NONE,
    listEnd: NONE,
    heads: new Int32Array(FEWEST_BUCKETS).fill(NONE),
    bits: new Int32Array(FEWEST_BUCKETS >>> 5),
    far: new Int32Array(capacity),
    farSize: 0,
    next: new Int32Array(capacity).fill(NONE),
    clock,
    sequence: new Float64Array(capacity),
    queued: new Uint8Array(capacity),
    taken: 0,
    crowded: 0,
    farPushes: 0,
  };
}

/** Makes room for `capacity` slots, whose records `clock` views. */
export function growQueue(q: HopQueue, capacity: number, clock: Float64Array): void {
  const far = new Int32Array(capacity);
  far.set(q.far);
  const next = new Int32Array(capacity).fill(NONE);
  next.set(q.next);
  const sequence = new Float64Array(capacity);
  sequence.set(q.sequence);
  const queued = new Uint8Array(capacity);
  queued.set(q.queued);
  q.queued = queued;
  q.far = far;
  q.next = next;
  q.clock = clock;
  q.sequence = sequence;
}

/** Adds a slot whose time and sequence are already in `clock` and `sequence`; its sequence is higher than any before. */
export function push(q: HopQueue, slot: number): void {
  const time = q.clock[slot << 3]!;
  const place = time * q.scale - q.origin;
  const current = q.current;
  q.size++;
  q.queued[slot] = 1;
  if (place < current || place >= current + q.buckets || q.list !== NONE) {
    pushElsewhere(q, slot, place);
    return;
  }
  const at = ~~place & q.mask;
  link(q, at, slot);
  if (q.head !== NONE && time < q.clock[q.head << 3]!) {
    q.head = slot;
    q.headAt = at;
  }
}

function link(q: HopQueue, at: number, slot: number): void {
  const heads = q.heads;
  q.next[slot] = heads[at]!;
  heads[at] = slot;
  q.bits[at >>> 5]! |= 1 << at;
}

/** A hop that arrives before the ring begins, or beyond its end, or while a list is there. */
function pushElsewhere(q: HopQueue, slot: number, place: number): void {
  if (q.size === 1) {
    begin(q, slot);
    link(q, q.current, slot);
    return;
  }
  const early = q.list !== NONE && q.clock[slot << 3]! < q.clock[q.listEnd << 3]!;
  if (early || place < q.current) {
    const walked = insert(q, slot);
    q.head = q.list;
    q.headAt = NONE;
    if (walked > WALK_MOST) startEarlier(q);
  } else if (place < q.current + q.buckets) {
    link(q, ~~place & q.mask, slot);
  } else {
    q.farPushes++;
    farPush(q, slot);
  }
}

/** A ring without hops may begin anywhere: it begins with this one. */
function begin(q: HopQueue, slot: number): void {
  const bucket = Math.floor(q.clock[slot << 3]! * q.scale);
  q.current = bucket % q.buckets;
  q.origin = bucket - q.current;
}

/** The list grew long: begin the ring at the first of its hops, in narrower buckets when they stand in one bucket of the ring. */
function startEarlier(q: HopQueue): void {
  const place = q.clock[q.list << 3]! * q.scale - q.origin;
  rebuild(q, place < q.current ? q.shift : Math.max(0, q.shift - 2), q.buckets);
}

function before(q: HopQueue, a: number, b: number): boolean {
  const ta = q.clock[a << 3]!;
  const tb = q.clock[b << 3]!;
  return ta < tb || (ta === tb && q.sequence[a]! < q.sequence[b]!);
}

/** Puts a slot into the sorted list, after everything that is not later; answers how far it had to walk. */
function insert(q: HopQueue, slot: number): number {
  const { next } = q;
  let at = q.list;
  if (at === NONE || before(q, slot, at)) {
    next[slot] = at;
    q.list = slot;
    if (at === NONE) q.listEnd = slot;
    return 0;
  }
  if (!before(q, slot, q.listEnd)) at = q.listEnd;
  let after = next[at]!;
  let walked = 0;
  while (after !== NONE && before(q, after, slot)) {
    at = after;
    after = next[at]!;
    walked++;
  }
  next[slot] = after;
  next[at] = slot;
  if (after === NONE) q.listEnd = slot;
  return walked;
}

/** The slot that arrives first, or -1. */
export function peek(q: HopQueue): number {
  return q.head !== NONE || q.size === 0 ? q.head : find(q);
}

/** Looks for the slot that arrives first; there is one. */
function find(q: HopQueue): number {
  if (q.list !== NONE) return headList(q);
  const { bits, current } = q;
  if (q.farSize > 0 && (q.farSize === q.size || q.clock[q.far[0]! << 3]! * q.scale - q.origin < current + q.buckets)) return fetchFar(q);
  let word = current >>> 5;
  let found = bits[word]! & (-1 << current);
  if (found === 0) {
    const last = bits.length - 1;
    do {
      word = (word + 1) & last;
      found = bits[word]!;
    } while (found === 0);
  }
  const at = (word << 5) + 31 - Math.clz32(found & -found);
  const slot = q.heads[at]!;
  if (q.next[slot] !== NONE) return firstOf(q, at);
  q.head = slot;
  q.headAt = at;
  return slot;
}

function headList(q: HopQueue): number {
  q.head = q.list;
  q.headAt = NONE;
  return q.list;
}

/** The first of several hops of a bucket; of very many, after they have been sorted. */
function firstOf(q: HopQueue, at: number): number {
  const { next, clock, sequence } = q;
  let best = q.heads[at]!;
  let time = clock[best << 3]!;
  let hops = 0;
  for (let slot = next[best]!; slot !== NONE; slot = next[slot]!) {
    const t = clock[slot << 3]!;
    if (t < time || (t === time && sequence[slot]! < sequence[best]!)) {
      best = slot;
      time = t;
    }
    hops++;
  }
  q.crowded += hops;
  if (hops >= CROWD) return sortBucket(q, at);
  q.head = best;
  q.headAt = at;
  return best;
}

function sortBucket(q: HopQueue, at: number): number {
  const slots: number[] = [];
  for (let slot = q.heads[at]!; slot !== NONE; slot = q.next[slot]!) slots.push(slot);
  slots.sort((a, b) => (before(q, a, b) ? -1 : 1));
  q.heads[at] = NONE;
  q.bits[at >>> 5]! &= ~(1 << at);
  q.list = slots[0]!;
  q.listEnd = slots[slots.length - 1]!;
  for (let i = 0; i < slots.length; i++) q.next[slots[i]!] = i + 1 < slots.length ? slots[i + 1]! : NONE;
  return headList(q);
}

/** Takes the slot that `peek` names. */
export function pop(q: HopQueue): number {
  const slot = peek(q);
  if (slot === NONE) return NONE;
  const at = q.headAt;
  const after = q.next[slot]!;
  q.head = NONE;
  q.size--;
  q.queued[slot] = 0;
  if (at === NONE) {
    q.list = after;
  } else {
    if (q.heads[at] !== slot) unlink(q, at, slot);
    else {
      q.heads[at] = after;
      if (after === NONE) q.bits[at >>> 5]! &= ~(1 << at);
    }
    if (at < q.current) q.origin += q.buckets;
    q.current = at;
  }
  if (++q.taken === TUNE_EVERY) tune(q);
  return slot;
}

function unlink(q: HopQueue, at: number, slot: number): void {
  let previous = q.heads[at]!;
  while (q.next[previous] !== slot) previous = q.next[previous]!;
  q.next[previous] = q.next[slot]!;
}

/** Hops from beyond the ring that now fall inside are put there, into an empty ring the next ones; answers the first slot of all. */
function fetchFar(q: HopQueue): number {
  if (q.farSize === q.size) begin(q, q.far[0]!);
  const end = q.origin + q.current + q.buckets;
  while (q.farSize > 0 && q.clock[q.far[0]! << 3]! * q.scale < end) {
    const slot = farPop(q);
    link(q, ~~(q.clock[slot << 3]! * q.scale - q.origin) & q.mask, slot);
  }
  return find(q);
}

/** Narrows crowded buckets, widens them when many hops lie beyond the ring, makes more when many hops are pending. */
function tune(q: HopQueue): void {
  let crowd = q.crowded / q.taken;
  let { shift, buckets } = q;
  while (buckets < q.size * BUCKETS_PER_HOP && buckets < MOST_BUCKETS) buckets *= 2;
  for (; crowd > 0.5 && shift > 0; crowd /= 2) shift--;
  if (shift === q.shift && crowd < 0.07 && q.farPushes > TUNE_EVERY / 8 && shift < 40) shift++;
  q.taken = 0;
  q.crowded = 0;
  q.farPushes = 0;
  if (shift !== q.shift || buckets !== q.buckets) rebuild(q, shift, buckets);
}

function rebuild(q: HopQueue, shift: number, buckets: number): void {
  const slots = pendingSlots(q);
  clear(q, buckets);
  q.shift = shift;
  q.scale = 2 ** -shift;
  if (slots.length > 0) begin(q, slots[0]!);
  for (const slot of slots) push(q, slot);
}

function clear(q: HopQueue, buckets: number): void {
  if (buckets !== q.buckets) {
    q.buckets = buckets;
    q.mask = buckets - 1;
    q.heads = new Int32Array(buckets);
    q.bits = new Int32Array(buckets >>> 5);
  }
  q.heads.fill(NONE);
  q.bits.fill(0);
  q.head = NONE;
  q.list = NONE;
  q.farSize = 0;
  q.size = 0;
  q.queued.fill(0);
}

/** All pending slots in order of (time, sequence). */
export function pendingSlots(q: HopQueue): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < q.queued.length; slot++) if (q.queued[slot] === 1) slots.push(slot);
  return slots.sort((a, b) => q.clock[a << 3]! - q.clock[b << 3]! || q.sequence[a]! - q.sequence[b]!);
}

/** Empties the queue and fills it with the given slots, in order (used when a keyframe is entered). */
export function resetQueue(q: HopQueue, slots: readonly number[]): void {
  clear(q, slots.length * BUCKETS_PER_HOP <= FEWEST_BUCKETS ? FEWEST_BUCKETS : q.buckets);
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
