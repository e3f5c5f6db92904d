/**
 * The fingerprint of a run: 64 bits over every row up to the cursor and everything the machine is, bytes of memory included.
 * Two machines with the same past have the same fingerprint, however they came there and wherever they run. Bookkeeping
 * (slots of the pool, epochs, caches, widths of buckets) does not enter. Integers only. [HIST-4] [FP-1]
 */
import { eachBlock } from '../sim/blocks.ts';
import type { Plain } from '../sim/component.ts';
import type { Machine } from '../sim/machine.ts';
import { LEVELS } from '../sim/processors.ts';
import { pendingSlots } from '../sim/queue.ts';
import { ROW_WORDS } from '../sim/rows.ts';
import { STRETCH, type Stretch } from './history.ts';
import type { Run } from './run.ts';

/** Two 32-bit lanes that take one word after the other. */
export class Hash {
  a = 0x2545f491;
  b = 0x9e3779b9 | 0;

  word(value: number): void {
    const a = Math.imul(this.a ^ value, 0xcc9e2d51 | 0);
    this.a = (a << 13) | (a >>> 19);
    const b = Math.imul(this.b + value, 0x85ebca6b | 0);
    this.b = ((b << 17) | (b >>> 15)) ^ this.a;
  }

  words(values: Int32Array, from: number, to: number): void {
    let { a, b } = this;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      a = Math.imul(a ^ value, 0xcc9e2d51 | 0);
      a = (a << 13) | (a >>> 19);
      b = Math.imul(b + value, 0x85ebca6b | 0);
      b = ((b << 17) | (b >>> 15)) ^ a;
    }
    this.a = a;
    this.b = b;
  }

  bytes(values: Uint8Array): void {
    this.word(values.length);
    const whole = values.length & ~3;
    for (let i = 0; i < whole; i += 4) this.word(values[i]! | (values[i + 1]! << 8) | (values[i + 2]! << 16) | (values[i + 3]! << 24));
    for (let i = whole; i < values.length; i++) this.word(values[i]!);
  }

  number(value: number): void {
    if ((value | 0) === value) {
      this.word(value);
      return;
    }
    this.word(0x4e);
    this.word(value % 0x1_0000_0000 | 0);
    this.word(Math.floor(value / 0x1_0000_0000) | 0);
  }

  numbers(values: ArrayLike<number>, count = values.length): void {
    this.word(count);
    for (let i = 0; i < count; i++) this.number(values[i]!);
  }

  text(value: string): void {
    this.word(value.length);
    for (let i = 0; i < value.length; i++) this.word(value.charCodeAt(i));
  }

  /** Plain data: keys in order of their UTF-16 units, typed arrays by their numbers. A key that is undefined is not there. */
  plain(value: Plain | undefined): void {
    if (value === null || value === undefined) this.word(0x30);
    else if (typeof value === 'boolean') this.word(value ? 0x31 : 0x32);
    else if (typeof value === 'number') {
      this.word(0x33);
      this.number(value);
    } else if (typeof value === 'string') {
      this.word(0x34);
      this.text(value);
    } else if (value instanceof Uint8Array) {
      this.word(0x35);
      this.bytes(value);
    } else if (value instanceof Int32Array || value instanceof Float64Array) {
      this.word(0x36);
      this.numbers(value);
    } else if (Array.isArray(value)) {
      this.word(0x37);
      this.word(value.length);
      for (const item of value as readonly Plain[]) this.plain(item);
    } else this.object(value as { [key: string]: Plain });
  }

  private object(value: { [key: string]: Plain }): void {
    this.word(0x38);
    for (const key of Object.keys(value).sort()) {
      if (value[key] === undefined) continue;
      this.text(key);
      this.plain(value[key]);
    }
    this.word(0x39);
  }

  hex(): string {
    return (this.a >>> 0).toString(16).padStart(8, '0') + (this.b >>> 0).toString(16).padStart(8, '0');
  }
}

/** Keeps the hash of a full stretch, so that its rows may be given up. */
export function settleDigest(stretch: Stretch): readonly [number, number] | null {
  if (stretch.digest || !stretch.log || stretch.filled < STRETCH) return stretch.digest;
  const hash = new Hash();
  hash.words(stretch.log.words, 0, STRETCH * ROW_WORDS);
  stretch.digest = [hash.a, hash.b];
  return stretch.digest;
}

/** The log up to hop `n` of the branch. */
export function logHash(run: Run, n: number): Hash {
  const hash = new Hash();
  for (const stretch of run.branch.stretches) {
    const rows = Math.min(STRETCH, n - stretch.first + 1);
    if (rows <= 0) break;
    if (rows === STRETCH) {
      const [a, b] = stretch.digest ?? settleDigest(run.stretchAt(stretch.first))!;
      hash.word(a);
      hash.word(b);
    } else {
      hash.words(run.stretchAt(stretch.first, n).log!.words, 0, rows * ROW_WORDS);
    }
  }
  return hash;
}

export function fingerprintOf(run: Run): string {
  const hash = logHash(run, run.n);
  machineInto(hash, run.kernel.m);
  return hash.hex();
}

/** Everything the machine is, in an order of its own. */
export function machineInto(hash: Hash, m: Machine): void {
  hash.number(m.now);
  hash.number(m.n);
  hash.number(m.sequence);
  hash.numbers(m.rng);
  for (const text of m.texts) hash.text(text);
  const c = m.components;
  for (let i = 0; i < c.paths.length; i++) {
    hash.text(c.paths[i]!);
    hash.word(c.types[i]!);
    hash.word(c.partitions[i]!);
    hash.word(c.processes[i]!);
    hash.plain(c.configs[i] as Plain);
    hash.plain(c.states[i]!);
  }
  m.partitions.paths.forEach((path, i) => {
    hash.text(path);
    hash.text(m.partitions.titles[i]!);
    hash.word(m.partitions.kernels[i]!);
    hash.word(m.partitions.firstVps[i]!);
    hash.word(m.partitions.gone[i]!);
  });
  processorsInto(hash, m);
  memoryInto(hash, m);
  eachBlock(m.blocks.tops, (block, bytes) => {
    hash.number(block);
    hash.words(new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2), 0, bytes.length >> 2);
  });
  hash.word(pendingSlots(m.queue).length);
  for (const slot of pendingSlots(m.queue)) hopInto(hash, m, slot);
  hash.word(m.instant.length);
  for (const slot of m.instant) hopInto(hash, m, slot);
}

/** A hop in flight, without the slot it happens to lie in. */
function hopInto(hash: Hash, m: Machine, slot: number): void {
  hash.number(m.queue.clock[slot << 3]!);
  hash.number(m.queue.sequence[slot]!);
  hash.words(m.flight.words, slot * ROW_WORDS + 2, (slot + 1) * ROW_WORDS);
}

function processorsInto(hash: Hash, m: Machine): void {
  const p = m.processors;
  hash.numbers(p.lpVp);
  hash.numbers(p.lpLast);
  hash.numbers(p.lpDone);
  for (const perVp of [p.partition, p.index, p.bound, p.lp, p.lastLp, p.flags, p.frozen, p.level, p.weight, p.used, p.guestNs, p.hypervisorNs, p.readySince, p.userMode, p.process]) {
    hash.numbers(perVp, p.vpCount);
  }
  hash.number(p.clock);
  for (let at = 0; at < p.vpCount * LEVELS; at++) {
    hash.number(p.left[at]!);
    for (let slot = p.heads[at]!; slot >= 0; slot = m.queue.next[slot]!) hopInto(hash, m, slot);
    hash.word(-1);
  }
  for (let vp = 0; vp < p.vpCount; vp++) hash.word(p.running[vp]! >= 0 ? 1 : 0);
}

/** Pages that are not all zero, whoever may see them, and who may. */
function memoryInto(hash: Hash, m: Machine): void {
  const { frames, denied, mapRoots, overlays, grants } = m.memory;
  frames.forEach((chunk, c) => {
    chunk?.forEach((page, i) => {
      if (page === null) return;
      const words = new Int32Array(page.buffer, page.byteOffset, page.length >> 2);
      if (words.every((word) => word === 0)) return;
      hash.word(c * 512 + i);
      hash.words(words, 0, words.length);
    });
  });
  denied.forEach((chunk, c) => chunk?.forEach((no, i) => no !== 0 && hash.word(-1 - (c * 512 + i))));
  hash.numbers(mapRoots);
  for (const list of overlays) hash.numbers(list);
  for (const list of grants) hash.numbers(list);
}
