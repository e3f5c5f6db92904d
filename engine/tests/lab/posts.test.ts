import { describe, expect, it } from 'vitest';
import { nextRandom } from '../../sim/machine.ts';
import { bytesHeld } from '../../lab/caps.ts';
import { STRETCH } from '../../lab/history.ts';
import type { Lab } from '../../lab/lab.ts';
import { runOut, toyLab } from './toy.ts';

/** Hops that the machine runs while `work` is done, repeated ones too. */
function hopsRun(lab: Lab, work: () => void): number {
  const { kernel } = lab.run;
  const run = kernel.run.bind(kernel);
  let hops = 0;
  kernel.run = (limits) => {
    const before = kernel.m.n;
    try {
      return run(limits);
    } finally {
      hops += kernel.m.n - before;
    }
  };
  try {
    work();
  } finally {
    kernel.run = run;
  }
  return hops;
}

function longLab(caps?: { readonly rows?: number; readonly frames?: number }): Lab {
  const lab = toyLab(caps ? { caps } : {});
  lab.intend({ count: 4000, text: 'long' });
  runOut(lab);
  return lab;
}

describe('keyframes close to where somebody looks', () => {
  it('[HIST-15] a hundred steps back, and what lies around each hop, repeat a few hops each', () => {
    const lab = longLab();
    lab.seek(2 * STRETCH + 8000);
    expect(hopsRun(lab, () => void lab.back())).toBeLessThan(40);
    const hops = hopsRun(lab, () => {
      for (let i = 0; i < 100; i++) lab.inspectHop(lab.back().status.n);
    });
    expect(hops).toBeLessThan(100 * 100);
  });

  it('[HIST-15] forward again, what lies around each hop is found as near', () => {
    const lab = longLab();
    lab.seek(2 * STRETCH + 7900);
    const hops = hopsRun(lab, () => {
      for (let i = 0; i < 100; i++) lab.inspectHop(lab.advance({ hops: 1 }).status.n);
    });
    expect(hops).toBeLessThan(100 * 100);
  });

  it('[HIST-15] [HIST-4] wherever one goes, state, rows and fingerprint are those of a lab without posts', () => {
    const seed = 20_260_101;
    const lab = longLab({ rows: 2 * STRETCH * 64, frames: 700_000 });
    const plain = longLab();
    const end = lab.fingerprint();
    const random = new Int32Array([1, 2, 3, seed]);
    let near = 20_000;
    for (let i = 0; i < 36; i++) {
      near = i % 4 === 0 ? 20 + (nextRandom(random) % (lab.status().tip - 40)) : Math.max(20, near - (nextRandom(random) % 60));
      lab.seek(near);
      plain.run.branch.posts = [];
      plain.seek(near);
      expect([lab.fingerprint(), lab.view().ledgers], `seed ${seed}, hop ${near}`).toEqual([plain.fingerprint(), plain.view().ledgers]);
      const from = Math.max(1, near - 30);
      expect(new Int32Array(lab.rows(from, 60).rows), `seed ${seed}, rows from ${from}`).toEqual(new Int32Array(plain.rows(from, 60).rows));
    }
    runOut(lab);
    expect(lab.fingerprint()).toBe(end);
  });

  it('[HIST-15] [HIST-6] where the rows of a stretch have been given up, it is repeated whole, so that they are there again', () => {
    const lab = longLab({ rows: 2 * STRETCH * 64 });
    const plain = longLab();
    lab.seek(9000);
    for (const far of [30_000, 22_000, 14_000 + STRETCH]) lab.seek(far);
    expect(lab.run.branch.posts.some(({ frame }) => frame.n > STRETCH && frame.n < 9000)).toBe(true);
    expect(lab.run.branch.stretches[1]!.log).toBeNull();
    lab.seek(8998);
    expect(new Int32Array(lab.rows(8500, 490).rows)).toEqual(new Int32Array(plain.rows(8500, 490).rows));
  });

  it('[HIST-15] [HIST-10] a post that stands where somebody asks for something has not had it, and goes', () => {
    const asked = (look: (lab: Lab) => void): string => {
      const lab = toyLab();
      lab.intend({ count: 3000 });
      lab.advance({ hops: 500 });
      const { n } = lab.status();
      look(lab);
      lab.intend({ count: 2, text: 'asked here' });
      lab.advance({ hops: 100 });
      lab.seek(n + 20);
      lab.seek(n + 3);
      runOut(lab);
      return lab.fingerprint();
    };
    const looked = asked((lab) => {
      const { n } = lab.status();
      lab.beats(n, 400);
      lab.run.aside(() => [n - 100, n + 8].forEach((at) => lab.run.seek(at)));
      expect(lab.run.branch.posts.map(({ frame }) => frame.n)).toContain(n);
    });
    expect(looked).toBe(asked(() => undefined));
  });

  it('[HIST-15] [CHECK-1] whoever watches every hop is led past none by a post', () => {
    const lab = toyLab();
    lab.intend({ count: 600 });
    lab.advance({ hops: 4000 });
    for (const at of [3900, 2000]) lab.seek(at);
    const seen: number[] = [];
    lab.run.watch = ({ n }) => seen.push(n);
    lab.seek(3950);
    expect(seen).toEqual(Array.from({ length: 1950 }, (_, i) => 2001 + i));
  });

  it('[HIST-15] what is asked in the past, and what is planned there, is had whoever comes back past a post', () => {
    const lab = longLab();
    lab.seek(9000);
    lab.intend({ count: 50, text: 'asked' });
    runOut(lab);
    const { n } = lab.status();
    const print = lab.fingerprint();
    for (const at of [9020, 9001, 9000, 8999, 9000, 9040]) lab.seek(at);
    lab.seek(n);
    expect(lab.fingerprint()).toBe(print);
    // Asked again exactly where one stands, and where the last post may stand.
    lab.seek(9050);
    lab.seek(9042);
    lab.intend({ count: 2, text: 'again' });
    lab.advance({ hops: 40 });
    const there = { n: lab.status().n, print: lab.fingerprint() };
    lab.seek(9041);
    lab.seek(there.n);
    expect(lab.fingerprint()).toBe(there.print);
  });

  it('[HIST-15] [HIST-6] at most sixteen, only where one looks, and within the bytes of keyframes', () => {
    const free = longLab();
    const lab = longLab({ frames: 700_000 });
    for (const one of [free, lab]) for (let at = one.status().tip - 3000; at > 20; at -= 2500) one.seek(at);
    expect(free.run.branch.posts).toHaveLength(16);
    const { history, branch } = lab.run;
    expect(branch.posts.length).toBeGreaterThan(0);
    expect(branch.posts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(700_000 / 8);
    expect(bytesHeld(history, lab.run.kernel.m)).toBeLessThan(1_000_000);
    lab.seek(5000);
    lab.intend({ count: 400 });
    runOut(lab);
    for (let i = 0; i < 20; i++) lab.back();
    expect(history.branches[0]!.posts).toEqual([]);
    expect(history.branches[1]!.posts.length).toBeGreaterThan(0);
  });
});
