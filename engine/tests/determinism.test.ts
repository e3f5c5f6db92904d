import { describe, expect, it } from 'vitest';
import { twoWays } from '../scenarios/two-ways.ts';
import { asked, broughtUp, feed, runOut } from './whole.ts';

describe('one run is its configuration and its intents', () => {
  it('[FP-1] two labs of one scenario have one fingerprint, stepped singly or run to the end', () => {
    const straight = broughtUp();
    runOut(straight);
    const stepped = broughtUp();
    for (let i = 0; i < 1_000_000 && stepped.run.n < straight.run.n; i++) feed(stepped, () => stepped.advance({ hops: 1 + (i % 7) }));
    expect(stepped.fingerprint()).toBe(straight.fingerprint());
  });
  it('[FP-1] another seed, another fingerprint', () => {
    const one = broughtUp({ ...twoWays, seed: 1 });
    const two = broughtUp({ ...twoWays, seed: 2 });
    expect(one.fingerprint()).not.toBe(two.fingerprint());
  });
  it('[FP-1] a seek anywhere and on again ends where the straight run ended', () => {
    const lab = broughtUp();
    const end = runOut(lab);
    const last = lab.fingerprint();
    const middles = new Map<number, string>();
    for (const share of [0.1, 0.35, 0.7, 0.95]) {
      const n = Math.floor(end * share);
      feed(lab, () => lab.seek(n));
      middles.set(n, lab.fingerprint());
    }
    for (const [n, print] of [...middles].reverse()) {
      feed(lab, () => lab.seek(end));
      expect(lab.fingerprint()).toBe(last);
      feed(lab, () => lab.seek(n));
      expect(lab.fingerprint()).toBe(print);
    }
  });
  it('[FP-1] the other path, the same file: what differs is the way, not the bytes', () => {
    const alpha = broughtUp(asked({ do: 'read-file', guest: 'alpha', path: 'LAB/NUMBERS.TXT' }));
    const beta = broughtUp(asked({ do: 'read-file', guest: 'beta', path: 'LAB/NUMBERS.TXT' }));
    runOut(alpha);
    runOut(beta);
    expect(alpha.view().guests[0]!.text).toBe(beta.view().guests[1]!.text);
    expect(alpha.view().guests[0]!.text).toMatch(/\d/);
  });
});
