import { describe, expect, it } from 'vitest';
import { KeptError, type KeptRun } from '../../lab/keep.ts';
import type { Lab } from '../../lab/lab.ts';
import { nextRandom } from '../../sim/machine.ts';
import { changedAtRandom } from '../mutation.ts';
import { fed, realLab, rest } from './real.ts';
import { toyLab } from './toy.ts';

/** As it comes back from a store. */
const stored = (lab: Lab): KeptRun => JSON.parse(JSON.stringify(lab.history())) as KeptRun;

const bytes = new Uint8Array(65_536).fill(7);

/** Supplies the toy's chunks until the move is done. */
function toyFed(lab: Lab, move: () => unknown): void {
  for (;;) {
    try {
      move();
      const { need } = lab.status();
      if (!need) return;
      lab.supply(need.image, need.chunk, bytes);
    } catch (error) {
      const { need } = error as { need?: { image: string; chunk: number } };
      if (!need) throw error;
      lab.supply(need.image, need.chunk, bytes);
    }
  }
}

/** A tree grown by chance: asked at the tip and in the past, gone back, on, to other branches, taken back, read ahead. */
function grown(seed: number): Lab {
  const random = new Int32Array([seed, 2, 3, 4]);
  const below = (n: number): number => (nextRandom(random) >>> 0) % n;
  const lab = toyLab();
  for (let i = 0; i < 25; i++) {
    const { n, tip, need } = lab.status();
    if (need) lab.supply(need.image, need.chunk, bytes);
    const what = below(7);
    if (what < 3) lab.intend({ count: 1 + below(what === 0 ? 700 : 40), mode: below(12) === 0 ? 1 : below(3) === 0 ? 2 : 0, text: `asked ${seed} ${i}` });
    else if (what === 3) toyFed(lab, () => lab.seek(lab.status().start + below(tip - lab.status().start + 1)));
    else if (what === 4) toyFed(lab, () => lab.goTo(below(lab.branches().length)));
    else if (what === 5) toyFed(lab, () => lab.undo());
    else if (n > lab.status().start) toyFed(lab, () => lab.beats(n, 3));
    toyFed(lab, () => lab.advance({ hops: below(3) === 0 ? 9000 : below(600) }));
  }
  return lab;
}

/** Everything a person can tell two labs by: the tree, the place, and fingerprints all over it. */
function told(lab: Lab): unknown {
  const { branch, n, now, start, state, failure } = lab.status();
  const here = { branch, n, now, start, state, failure, print: lab.fingerprint(), tree: stored(lab), branches: lab.branches().map((b) => ({ ...b, intents: b.intents.filter((i) => i.after <= b.tip) })) };
  const prints = lab.branches().flatMap((b) => [b.atHop, Math.floor((b.atHop + b.tip) / 2), b.tip].filter((hop) => hop >= start).map((hop) => {
    toyFed(lab, () => lab.goTo(b.id, hop));
    return [b.id, hop, lab.fingerprint()];
  }));
  toyFed(lab, () => lab.goTo(branch, n));
  return { here, prints };
}

function regrown(lab: Lab, kept: KeptRun, hops: number): Lab {
  lab.restore(kept);
  for (let steps = 0; ; steps++) {
    const { done, needs, made, of } = lab.regrow(hops);
    expect(made).toBeLessThanOrEqual(of);
    const { need } = lab.status();
    if (needs && need) lab.supply(need.image, need.chunk, bytes);
    if (done) return lab;
    expect(steps).toBeLessThan(100_000);
  }
}

describe('a run that is kept', () => {
  for (let seed = 1; seed <= 24; seed++) {
    it(`[KEEP-1] [KEEP-2] comes back as it was, every branch of it: random tree, seed ${seed}`, () => {
      const lab = grown(seed);
      const kept = stored(lab);
      const before = told(lab);
      expect(told(regrown(toyLab(), kept, 1 + ((seed * 977) % 20_000)))).toEqual(before);
    });
  }

  it('[KEEP-1] is small, and has nothing in it that was only read ahead', () => {
    const lab = realLab();
    fed(lab, () => lab.advance({ hops: 100 }));
    const before = JSON.stringify(lab.history());
    fed(lab, () => lab.beats(lab.status().n + 1, 4000));
    expect(lab.known()).toBeGreaterThan(lab.status().n + 500);
    expect(JSON.stringify(lab.history())).toBe(before);
    expect(before.length).toBeLessThan(2000);
  });

  it('[KEEP-2] the real machine: what was written, undone and left in the past is there again, byte for byte', () => {
    const lab = realLab();
    fed(lab, () => lab.advance({ hops: 700 }));
    lab.intend({ do: 'write-file', guest: 'alpha', path: 'NEW.TXT', text: 'kept', depth: 1 });
    rest(lab);
    fed(lab, () => lab.seek(lab.status().start + 400));
    lab.intend({ do: 'read-file', guest: 'beta', path: 'README.TXT' });
    rest(lab);
    fed(lab, () => lab.undo());
    rest(lab);
    fed(lab, () => lab.goTo(0));
    const again = realLab();
    again.restore(stored(lab));
    for (let done = false; !done; ) done = fed(again, () => again.regrow(500)).done;
    expect(again.history()).toEqual(lab.history());
    for (const { id, tip } of lab.branches()) {
      fed(lab, () => lab.goTo(id, tip));
      fed(again, () => again.goTo(id, tip));
      expect(fed(again, () => again.fingerprint())).toBe(fed(lab, () => lab.fingerprint()));
    }
  });

  it('[KEEP-3] what is no run, or another machine\'s, is refused in one sentence', () => {
    const kept = stored(grown(3));
    const one = /^What was kept [^]{10,250}\.$/;
    expect(() => realLab().restore(kept)).toThrow(one);
    expect(() => grown(4).restore(kept)).toThrow(/nothing has been asked yet/);
    expect(() => toyLab().restore({ ...kept, version: 2 })).toThrow(/version 2/);
    expect(() => toyLab().regrow(1)).toThrow(KeptError);
    const longer = { ...kept, branches: kept.branches.map((b, i) => (i === 0 ? { ...b, seen: b.seen + 1_000_000 } : b)) };
    expect(() => regrown(toyLab(), longer, 5000)).toThrow(/ends at hop/);
    const bad = { ...kept, branches: kept.branches.map((b) => ({ ...b, intents: b.intents.map((i) => (i.planned ? i : { ...i, intent: { count: -1 } })) })) };
    expect(() => regrown(toyLab(), bad, 5000)).toThrow(/Ask for at least one sector/);
  });

  it('[KEEP-3] 2,000 damaged histories: each is refused in a sentence or is a history that runs', () => {
    const lab = toyLab();
    lab.intend({ count: 20, text: 'one' });
    toyFed(lab, () => lab.advance({ hops: 150 }));
    toyFed(lab, () => lab.seek(lab.status().start + 30));
    lab.intend({ count: 5, text: 'two' });
    toyFed(lab, () => lab.advance({ hops: 50 }));
    const kept = stored(lab);
    let refused = 0;
    for (let seed = 1; seed <= 2000; seed++) {
      const strange = changedAtRandom(kept, seed) as KeptRun;
      try {
        const again = toyLab();
        again.restore(strange);
        for (let done = false, i = 0; !done && i < 50; i++) {
          const far = again.regrow(2000);
          const { need } = again.status();
          if (far.needs && need) again.supply(need.image, need.chunk, bytes);
          done = far.done;
        }
      } catch (error) {
        refused++;
        expect([seed, error instanceof KeptError, (error as Error).message]).toEqual([seed, true, expect.stringMatching(/^What was kept .{5,400}\.$/s)]);
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
