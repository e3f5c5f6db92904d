/**
 * Hop rows: one hop that acted is a record of 64 bytes, the same layout in flight, in the log and on its way to the page.
 *
 * Not one array per field but records of one cache line in large typed arrays. They are appended with one
 * contiguous write, sliced and transferred to the page without gathering columns, and cost the collector as little.
 *
 * | word | field |
 * |---|---|
 * | 0-1 | f64 time at which the handler acted, ns (in flight: time of arrival) |
 * | 2 | ns from departure to act (in flight: transit); saturates at 2^32 - 1 |
 * | 3 | ns of processor time charged, switches included |
 * | 4 | kind, from << 16 |
 * | 5 | to, (vp + 1) << 16 |
 * | 6 | flags (16 bits), (lp + 1) << 16, behalf (partition served) << 24 |
 * | 7 | cause: number of the hop whose handler sent this one, 0 for none |
 * | 8 | origin: number of the hop that brought the data; of a hop that begins a request: the parent request |
 * | 9 | innermost request: number of the hop that began it, 0 for none |
 * | 10-15 | arguments |
 */
export const ROW_WORDS = 16;
export const ROW_BYTES = 64;

export const W_LATENCY = 2;
export const W_COST = 3;
export const W_KIND_FROM = 4;
export const W_TO_VP = 5;
export const W_FLAGS = 6;
export const W_CAUSE = 7;
export const W_ORIGIN = 8;
export const W_REQUEST = 9;
export const W_ARGS = 10;

/** Flags of a row. Bits 0-2: level of the VP it ran on (0 thread, 1 dpc, 2 isr, 3 window, 4 hypervisor; 7 none). */
export const LEVEL_MASK = 7;
/** The VP loaded another process or thread context first; changed between user and kernel mode first. */
export const FLAG_CONTEXT_SWITCH = 1 << 3;
export const FLAG_MODE_SWITCH = 1 << 4;
/** The logical processor loaded another VP first. */
export const FLAG_VP_SWITCH = 1 << 5;
/** Work of the hypervisor forced a running VP out of its partition: an external-interrupt exit. */
export const FLAG_FORCED_EXIT = 1 << 6;
/** The hop began a request; `origin` is the parent request. */
export const FLAG_BEGINS = 1 << 7;

/** A window on one record, without copying it: what handlers see of their hop. */
export class RowView {
  words: Int32Array = new Int32Array(ROW_WORDS);
  /** Index of the record's first word. */
  at = 0;
  n = 0;
  vp = -1;
  get kind(): number {
    return this.words[this.at + W_KIND_FROM]! & 0xffff;
  }
  get from(): number {
    return this.words[this.at + W_KIND_FROM]! >>> 16;
  }
  get to(): number {
    return this.words[this.at + W_TO_VP]! & 0xffff;
  }
  get cause(): number {
    return this.words[this.at + W_CAUSE]! >>> 0;
  }
  get origin(): number {
    return this.words[this.at + W_ORIGIN]! >>> 0;
  }
  get request(): number {
    return this.words[this.at + W_REQUEST]! >>> 0;
  }
  get a0(): number {
    return this.words[this.at + W_ARGS]! >>> 0;
  }
  get a1(): number {
    return this.words[this.at + W_ARGS + 1]! >>> 0;
  }
  get a2(): number {
    return this.words[this.at + W_ARGS + 2]! >>> 0;
  }
  get a3(): number {
    return this.words[this.at + W_ARGS + 3]! >>> 0;
  }
  get a4(): number {
    return this.words[this.at + W_ARGS + 4]! >>> 0;
  }
  get a5(): number {
    return this.words[this.at + W_ARGS + 5]! >>> 0;
  }
}

/** A decoded row; for pages, tests and narration, not for hot paths. */
export interface Hop {
  readonly n: number;
  readonly time: number;
  readonly departed: number;
  readonly cost: number;
  readonly kind: number;
  readonly from: number;
  readonly to: number;
  readonly vp: number;
  readonly lp: number;
  readonly flags: number;
  readonly behalf: number;
  readonly cause: number;
  readonly origin: number;
  readonly request: number;
  readonly args: readonly number[];
}

/** Decodes row `index` of a block of rows whose first row is hop `first`. `words` and `times` view the same buffer. */
export function decodeRow(words: Int32Array, times: Float64Array, index: number, first: number): Hop {
  const w = index * ROW_WORDS;
  const time = times[index * 8]!;
  const args: number[] = [];
  for (let a = 0; a < 6; a++) args.push(words[w + W_ARGS + a]! >>> 0);
  const toVp = words[w + W_TO_VP]!;
  const flags = words[w + W_FLAGS]!;
  return {
    n: first + index,
    time,
    departed: time - (words[w + W_LATENCY]! >>> 0),
    cost: words[w + W_COST]! >>> 0,
    kind: words[w + W_KIND_FROM]! & 0xffff,
    from: words[w + W_KIND_FROM]! >>> 16,
    to: toVp & 0xffff,
    vp: (toVp >>> 16) - 1,
    lp: ((flags >>> 16) & 0xff) - 1,
    flags: flags & 0xffff,
    behalf: flags >>> 24,
    cause: words[w + W_CAUSE]! >>> 0,
    origin: words[w + W_ORIGIN]! >>> 0,
    request: words[w + W_REQUEST]! >>> 0,
    args,
  };
}
