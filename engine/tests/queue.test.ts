import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { createQueue, peek, pendingSlots, pop, push, resetQueue } from '../sim/queue.ts';

/** Plays a list of delays against a sorted list: a negative number takes that many, others are pushed with that delay. */
function play(actions: readonly number[]): void {
  const q = createQueue(4096);
  const free = Array.from({ length: 4096 }, (_, i) => 4095 - i);
  const shadow: { slot: number; time: number; sequence: number }[] = [];
  let now = 0;
  let sequence = 0;
  for (const action of actions) {
    if (action >= 0 && free.length > 0) {
      const slot = free.pop()!;
      q.clock[slot << 3] = now + action;
      q.sequence[slot] = sequence;
      push(q, slot);
      shadow.push({ slot, time: now + action, sequence: sequence++ });
    } else {
      for (let i = 0; i < -action && shadow.length > 0; i++) {
        shadow.sort((a, b) => a.time - b.time || a.sequence - b.sequence);
        const first = shadow.shift()!;
        expect(peek(q)).toBe(first.slot);
        expect(pop(q)).toBe(first.slot);
        now = first.time;
        free.push(first.slot);
      }
    }
    expect(q.size).toBe(shadow.length);
  }
  shadow.sort((a, b) => a.time - b.time || a.sequence - b.sequence);
  expect(pendingSlots(q)).toEqual(shadow.map((s) => s.slot));
  resetQueue(q, pendingSlots(q));
  for (const s of shadow) expect(pop(q)).toBe(s.slot);
  expect(pop(q)).toBe(-1);
}

describe('the queue of hops in flight', () => {
  it('[KERNEL-5] gives hops back in order of time and departure, whatever the delays', () => {
    const delay = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 100_000_000 }), fc.integer({ min: -40, max: -1 }));
    fc.assert(fc.property(fc.array(delay, { maxLength: 400 }), play), { numRuns: 200 });
  });
  it('[KERNEL-5] keeps order while its buckets are narrowed and widened', () => {
    const actions: number[] = [];
    let x = 1;
    for (let i = 0; i < 30_000; i++) {
      x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff;
      const scale = i < 10_000 ? 64 : i < 20_000 ? 5_000_000 : 700;
      actions.push(i % 2 === 0 ? x % scale : i % 400 < 200 ? -1 : x % scale, -1);
    }
    play(actions);
  });
  it('[KERNEL-5] keeps order when thousands come that arrive before the first one', () => {
    const actions: number[] = [80_000_000];
    let x = 1;
    for (let i = 0; i < 3000; i++) {
      x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff;
      actions.push(x % 70_000_000);
    }
    play([...actions, -100, 5, 5, 90_000_000, -200]);
  });
  it('[KERNEL-5] keeps order when thousands stand in one bucket, at one time or at many, and more come among them', () => {
    let x = 7;
    const below = (most: number): number => (x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff) % most;
    for (const spread of [1, 40, 900]) {
      const actions: number[] = [];
      for (let i = 0; i < 2000; i++) actions.push(100 + below(spread));
      for (let i = 0; i < 150; i++) actions.push(-1, below(100 + spread), below(100 + spread), below(3));
      play([...actions, 5_000_000, 2_000_000_000, -300, 0, 0, 7, -40]);
    }
  });
  it('[KERNEL-5] keeps order through more buckets and wider ones, and is small again afterwards', () => {
    const q = createQueue(4096);
    let x = 3;
    const below = (most: number): number => (x = (Math.imul(x, 1103515245) + 12345) & 0x7fffffff) % most;
    let sequence = 0;
    const put = (slot: number, at: number): void => {
      q.clock[slot << 3] = at;
      q.sequence[slot] = sequence++;
      push(q, slot);
    };
    for (let slot = 0; slot < 4096; slot++) put(slot, below(400_000));
    let last = { time: 0, sequence: -1 };
    for (let i = 0; i < 60_000; i++) {
      const slot = pop(q);
      const taken = { time: q.clock[slot << 3]!, sequence: q.sequence[slot]! };
      const inOrder = taken.time > last.time || (taken.time === last.time && taken.sequence > last.sequence);
      if (!inOrder) expect(taken, `hop ${i}`).toEqual(last);
      last = taken;
      put(slot, taken.time + below(i < 20_000 ? 400_000 : i < 40_000 ? 90_000_000 : 3_000));
    }
    expect(q.buckets).toBeGreaterThan(8192);
    expect(pendingSlots(q)).toHaveLength(4096);
    resetQueue(q, []);
    expect(q.buckets).toBe(8192);
  });
});
