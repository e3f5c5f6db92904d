/** What a lab holds after a long run, in counts and bytes; and that nothing is lost by it. */
import { describe, expect, it } from 'vitest';
import { nextRandom } from '../../sim/machine.ts';
import { bytesHeld, bytesOfRows, NEAR } from '../../lab/caps.ts';
import { STRETCH, type Stretch } from '../../lab/history.ts';
import { nearestFrame } from '../../lab/posts.ts';
import { createLab, type Lab } from '../../lab/lab.ts';
import { labOf } from '../../scenarios/builder.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { fed } from './real.ts';
import { toyLab } from './toy.ts';

const ROWS = 5;
const FRAMES = 900_000;
const caps = { rows: ROWS * STRETCH * 64, frames: FRAMES };

/** Runs to hop `n`; the machine is always busy. */
function runTo(lab: Lab, n: number): void {
  while (lab.run.n < n) {
    if (lab.status().next === null) lab.intend({ count: 20_000 });
    lab.advance({ hops: Math.min(10_000, n - lab.run.n) });
  }
}

interface Held {
  readonly rows: number;
  readonly keyframes: number;
  readonly frames: number;
  readonly causers: number;
  readonly totals: number;
  readonly drawn: number;
  readonly marks: number;
}

function held(lab: Lab): Held {
  const { history, kernel } = lab.run;
  const count = (has: (stretch: Stretch) => boolean): number => history.branches[0]!.stretches.filter(has).length;
  return {
    rows: bytesOfRows(history),
    keyframes: bytesHeld(history, kernel.m),
    frames: count((s) => s.frame !== null) + count((s) => s.half !== null),
    causers: count((s) => s.causers !== null),
    totals: count((s) => s.after !== null || s.uses !== null),
    drawn: count((s) => s.before !== null || s.marks !== null || s.story !== null),
    marks: Math.max(...history.branches[0]!.stretches.map((s) => (s.log ? 0 : (s.files?.marks.length ?? 0)))),
  };
}

describe('what a lab holds', () => {
  it('[HIST-6] [HIST-13] is as much after twice as many hops, and less than the caps', () => {
    const lab = toyLab({ caps });
    const times: Held[] = [];
    for (const stretches of [20, 40]) {
      runTo(lab, stretches * STRETCH);
      times.push(held(lab));
    }
    const frameBytes = FRAMES / times[0]!.frames;
    for (const now of times) {
      expect(now.rows).toBe(times[0]!.rows);
      expect(now.rows).toBeLessThanOrEqual(caps.rows);
      expect(now.keyframes).toBeLessThanOrEqual(FRAMES + 2 * frameBytes);
      // One at a time is given up: what is held stays close to the cap instead of falling to a half of it.
      expect(now.keyframes).toBeGreaterThan(FRAMES - 3 * frameBytes);
      expect(now.frames).toBeGreaterThan(2 * NEAR);
      expect(Math.abs(now.frames - times[0]!.frames)).toBeLessThanOrEqual(1);
      expect(now.causers).toBeLessThanOrEqual(ROWS + 1);
      expect(now.totals).toBeLessThanOrEqual(now.frames + ROWS);
      expect(now.drawn).toBeLessThanOrEqual(ROWS);
      expect(now.marks).toBeLessThanOrEqual(8);
    }
    const { stretches } = lab.run.branch;
    for (const [k, { log, frame, inherited }] of stretches.entries()) {
      if (log || frame || stretches[k + 1]?.frame || stretches[k + 1]?.log) continue;
      expect(inherited?.size ?? 0).toBeLessThan(16);
    }
  });

  it('[HIST-3] [HIST-6] keyframes in the middles of stretches shorten the way, and are the first to be given up', () => {
    const lab = toyLab();
    runTo(lab, 12 * STRETCH);
    const print = lab.fingerprint();
    const { stretches } = lab.run.branch;
    expect(stretches.slice(0, -1).every(({ frame, half, first }) => frame !== null && half?.n === first + STRETCH / 2 - 1)).toBe(true);
    for (const { half } of stretches.slice(0, 6)) {
      for (const n of [half!.n - 1, half!.n, half!.n + 1, half!.n + 900]) {
        lab.seek(n);
        const here = lab.fingerprint();
        lab.seek(1);
        lab.run.branch.posts = [];
        expect(nearestFrame(lab.run.history, lab.run.branch, n).n).toBe(n < half!.n ? half!.n - STRETCH / 2 : half!.n);
        const halves = stretches.map((stretch) => stretch.half);
        for (const stretch of stretches) stretch.half = null;
        lab.run.branch.posts = [];
        lab.seek(n);
        expect(lab.fingerprint()).toBe(here);
        stretches.forEach((stretch, k) => (stretch.half = halves[k]!));
      }
    }
    lab.seek(12 * STRETCH);
    expect(lab.fingerprint()).toBe(print);
    const tight = toyLab({ caps });
    runTo(tight, 12 * STRETCH);
    const kept = tight.run.branch.stretches;
    expect(kept.filter(({ half }) => half !== null).length).toBe(NEAR);
    expect(kept.slice(-NEAR - 1).filter(({ half }) => half !== null).length).toBe(NEAR);
    expect(kept.filter(({ frame }) => frame !== null).length).toBeGreaterThan(NEAR);
  });

  it('[HIST-6] [HIST-4] keyframes stand at nearly even distances, the last ones close together', () => {
    const lab = toyLab({ caps });
    runTo(lab, 50 * STRETCH);
    const places = lab.run.branch.stretches.flatMap(({ frame }, k) => (frame ? [k] : []));
    const { stride } = lab.run.history;
    expect(places[0]).toBe(0);
    expect(stride).toBeGreaterThan(1);
    const distances = places.slice(1).map((k, i) => k - places[i]!);
    expect(Math.max(...distances)).toBeLessThanOrEqual(2 * stride);
    expect(distances.slice(-NEAR + 1)).toEqual(Array<number>(NEAR - 1).fill(1));
    expect(distances.filter((d) => d < stride).length).toBeLessThanOrEqual(2 * NEAR);
    // Whoever goes to a place far back has keyframes close to it from then on, and as many as before are kept.
    const to = 17 * STRETCH + 100;
    lab.seek(to);
    for (const k of [16, 17]) expect(lab.run.branch.stretches[k]!.frame?.n).toBe(k * STRETCH);
    lab.seek(31 * STRETCH + 5);
    expect(held(lab).frames).toBeLessThanOrEqual(places.length + NEAR);
  });

  it('[HIST-4] [HIST-13] any place of a long run can be entered, and the machine and all that is counted are those of the first time', () => {
    const seed = 20_081;
    const random = new Int32Array([seed, 2, 3, 4]);
    const cuts = Array.from({ length: 7 }, () => 20 + (nextRandom(random) % (24 * STRETCH)));
    const free = toyLab();
    const tight = toyLab({ caps });
    const seen = new Map<number, readonly [string, unknown]>();
    for (const cut of [...cuts].sort((a, b) => a - b)) {
      runTo(free, cut);
      seen.set(cut, [free.fingerprint(), free.view().ledgers]);
    }
    for (const lab of [free, tight]) runTo(lab, 24 * STRETCH);
    for (const cut of cuts) {
      tight.seek(cut);
      expect([tight.fingerprint(), tight.view().ledgers], `seed ${seed}, hop ${cut}`).toEqual(seen.get(cut));
      tight.back();
      tight.advance({ hops: 1 });
      expect(tight.fingerprint(), `seed ${seed}, back to and on to hop ${cut}`).toBe(seen.get(cut)![0]);
    }
    tight.seek(24 * STRETCH);
    expect(tight.fingerprint()).toBe(free.fingerprint());
    expect(tight.ways(24 * STRETCH).length).toBe(free.ways(24 * STRETCH).length);
  });

  it('[HIST-11] [HIST-13] who caused a hop is known though the hop that caused it is in a stretch that was given up', () => {
    const made = (tight: boolean): Lab => {
      const lab = createLab({ ...labOf({ ...twoWays, steps: [] }), ...(tight ? { caps: { rows: 2 * STRETCH * 64, frames: 4_000_000 } } : {}) });
      fed(lab, () => lab.bringUp());
      for (const guest of ['alpha', 'beta']) fed(lab, () => lab.intend({ do: 'read-sectors', guest, lba: 0, sectors: 8, count: 2000, depth: guest === 'alpha' ? 8 : 1 }));
      while (lab.run.n < 9 * STRETCH) fed(lab, () => lab.advance({ hops: Math.min(10_000, 9 * STRETCH - lab.run.n) }));
      return lab;
    };
    const [free, tight] = [made(false), made(true)];
    const inherited = tight.run.branch.stretches.map((stretch) => stretch.inherited?.size ?? 0);
    expect(Math.max(...inherited)).toBeGreaterThan(0);
    expect(Math.max(...inherited)).toBeLessThan(32);
    for (const n of [5 * STRETCH + 900, 2 * STRETCH + 3, 7 * STRETCH + 4000]) {
      fed(free, () => free.seek(n));
      fed(tight, () => tight.seek(n));
      expect(tight.view().ledgers, `hop ${n}`).toEqual(free.view().ledgers);
    }
  });
});
