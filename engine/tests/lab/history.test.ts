import { describe, expect, it } from 'vitest';
import { leftOut } from '../../lab/failed.ts';
import { IntentError } from '../../sim/intend.ts';
import { nextRandom } from '../../sim/machine.ts';
import { Hash, machineInto } from '../../lab/fingerprint.ts';
import { bytesHeld } from '../../lab/caps.ts';
import { STRETCH } from '../../lab/history.ts';
import type { Lab } from '../../lab/lab.ts';
import { runOut, toyLab } from './toy.ts';

function machineHash(lab: Lab): string {
  const hash = new Hash();
  machineInto(hash, lab.run.kernel.m);
  return hash.hex();
}

describe('the history of a lab', () => {
  it('[HIST-1] the machine is handed over after bring-up, and hops are numbered from 1', () => {
    const lab = toyLab();
    const { start, n, tip, state, why, next } = lab.status();
    expect(start).toBe(n);
    expect(n).toBeGreaterThan(10);
    expect([tip, state, next]).toEqual([n, 'idle', null]);
    expect(why).toMatch(/^Nothing moves: nothing that was asked for is under way/);
  });

  it('[HIST-4] any hop can be entered again, with the same fingerprint however it was reached', () => {
    const lab = toyLab();
    lab.intend({ count: 4000 });
    const random = new Int32Array([1, 2, 3, 4]);
    const cuts = Array.from({ length: 40 }, () => 20 + (nextRandom(random) % 30_000));
    const seen = new Map<number, string>();
    for (const cut of [...cuts].sort((a, b) => a - b)) {
      lab.advance({ hops: cut - lab.run.n });
      seen.set(cut, lab.fingerprint());
    }
    runOut(lab);
    const end = lab.fingerprint();
    expect(lab.run.n).toBeGreaterThan(3 * STRETCH);
    for (const cut of cuts) {
      lab.seek(cut);
      expect(lab.fingerprint()).toBe(seen.get(cut));
    }
    runOut(lab);
    expect(lab.fingerprint()).toBe(end);
    expect(new Set(seen.values()).size).toBe(seen.size);
  });

  it('[HIST-4] stepping back one hop at a time and forward again changes nothing', () => {
    const lab = toyLab();
    lab.intend({ count: 30 });
    runOut(lab);
    const end = lab.fingerprint();
    const { n } = lab.status();
    for (let i = 0; i < 25; i++) lab.back();
    expect(lab.status().n).toBe(n - 25);
    expect(lab.status().tip).toBe(n);
    for (let i = 0; i < 25; i++) lab.advance({ hops: 1 });
    expect(lab.fingerprint()).toBe(end);
    expect(lab.branches()).toHaveLength(1);
  });

  it('[HIST-2] acting in the past begins a branch; the old future stays as it was', () => {
    const lab = toyLab();
    lab.intend({ count: 3000, text: 'first' });
    runOut(lab);
    const first = { n: lab.status().n, print: lab.fingerprint() };
    lab.seek(STRETCH + 700);
    const view = lab.intend({ count: 5, text: 'second' });
    expect(view.status.branch).toBe(1);
    expect(view.branches[1]).toMatchObject({ parent: 0, atHop: STRETCH + 700 });
    runOut(lab);
    const second = { n: lab.status().n, print: lab.fingerprint() };
    expect(second.print).not.toBe(first.print);
    lab.goTo(0);
    expect([lab.status().n, lab.fingerprint()]).toEqual([first.n, first.print]);
    lab.goTo(1, 300);
    lab.seek(second.n);
    expect(lab.fingerprint()).toBe(second.print);
    expect(lab.run.kernel.m.texts).toContain('second');
    lab.goTo(0, first.n);
    expect(lab.run.kernel.m.texts).not.toContain('second');
  });

  it('[HIST-3] branches share what lies before the fork', () => {
    const lab = toyLab();
    lab.intend({ count: 4000 });
    runOut(lab);
    lab.seek(2 * STRETCH + 5);
    lab.intend({ count: 1 });
    const [old, fresh] = lab.run.history.branches;
    expect(fresh!.stretches[0]).toBe(old!.stretches[0]);
    expect(fresh!.stretches[1]).toBe(old!.stretches[1]);
    expect(fresh!.stretches[2]).not.toBe(old!.stretches[2]);
    expect(fresh!.stretches[2]!.frame).toBe(old!.stretches[2]!.frame);
  });

  it('[HIST-2] a fork exactly between two stretches, and at the very beginning', () => {
    const lab = toyLab();
    lab.intend({ count: 3000 });
    runOut(lab);
    const end = { n: lab.status().n, print: lab.fingerprint() };
    for (const at of [STRETCH, 0, 2 * STRETCH, 1]) {
      lab.goTo(0, at);
      lab.intend({ count: 2, text: `at ${at}` });
      runOut(lab);
      const here = { branch: lab.status().branch, n: lab.status().n, print: lab.fingerprint() };
      lab.goTo(0);
      expect(lab.fingerprint()).toBe(end.print);
      lab.goTo(here.branch, Math.floor(at / 2));
      lab.goTo(here.branch, here.n);
      expect(lab.fingerprint()).toBe(here.print);
    }
  });

  it('[HIST-12] what was asked last is taken back: another branch without it, the old future as it was', () => {
    const lab = toyLab();
    lab.intend({ count: 30, text: 'kept' });
    runOut(lab);
    const before = { n: lab.status().n, print: lab.fingerprint() };
    lab.intend({ count: 40, text: 'taken back' });
    runOut(lab);
    const old = { n: lab.status().n, print: lab.fingerprint() };
    const view = lab.undo();
    expect(view.status).toMatchObject({ branch: 1, n: before.n, tip: before.n });
    expect(lab.fingerprint()).toBe(before.print);
    runOut(lab);
    expect([lab.status().n, lab.fingerprint()]).toEqual([before.n, before.print]);
    expect(lab.run.kernel.m.texts).not.toContain('taken back');
    lab.goTo(0, old.n);
    expect(lab.fingerprint()).toBe(old.print);
    // Asked again after it was taken back, it comes to the same.
    lab.goTo(1);
    lab.intend({ count: 40, text: 'taken back' });
    runOut(lab);
    expect(lab.fingerprint()).toBe(old.print);
    lab.undo();
    lab.undo();
    expect(lab.undo().branches).toHaveLength(4);
    expect(lab.status().n).toBe(lab.status().start);
  });

  it('[HIST-12] right after it was asked, and at the bound of a stretch', () => {
    const lab = toyLab();
    lab.intend({ count: 3000, text: 'long' });
    runOut(lab);
    const end = lab.fingerprint();
    for (const at of [STRETCH, 2 * STRETCH, 77]) {
      lab.goTo(0, at);
      const print = lab.fingerprint();
      lab.intend({ count: 3, text: 'short' });
      lab.undo();
      expect(lab.fingerprint()).toBe(print);
      lab.goTo(0);
      expect(lab.fingerprint()).toBe(end);
    }
  });

  it('[HIST-12] what a scenario plans is not taken back with what somebody asked before it was due', () => {
    const steps = [{ after: 100, intent: { count: 1, text: 'planned' } }];
    const alone = toyLab({ steps });
    runOut(alone);
    const lab = toyLab({ steps });
    lab.intend({ count: 2, text: 'taken back' });
    runOut(lab);
    lab.undo();
    runOut(lab);
    expect(lab.run.kernel.m.texts).toContain('planned');
    expect([lab.status().n, lab.fingerprint()]).toEqual([alone.status().n, alone.fingerprint()]);
  });

  it('[HIST-12] [LAB-2] a piece missing on the way back leaves everything as it was; asked again, the same is taken back', () => {
    const piece = new Uint8Array(65_536).fill(7);
    const lab = toyLab();
    for (let chunk = 0; chunk < 2; chunk++) lab.supply('image', chunk, piece);
    lab.intend({ count: 3, text: 'first' });
    runOut(lab);
    lab.intend({ count: 9, mode: 2, text: 'reads the image' });
    lab.advance({ hops: 12 });
    lab.intend({ count: 2, text: 'taken back' });
    runOut(lab);
    const told = (): unknown => [lab.status(), lab.fingerprint(), lab.branches()];
    const before = told();
    // So many others have come since that the first ones have been given up.
    for (let chunk = 2; chunk < 4200; chunk++) lab.supply('image', chunk, piece);
    expect(() => lab.undo()).toThrow('has not been loaded yet');
    expect(told()).toEqual(before);
    for (let chunk = 0; chunk < 2; chunk++) lab.supply('image', chunk, piece);
    lab.undo();
    runOut(lab);
    expect(lab.branches()).toHaveLength(2);
    expect(lab.branches()[1]!.intents.map(({ intent }) => (intent as { text: string }).text)).toEqual(['start', 'first', 'reads the image']);
    expect(lab.status()).toMatchObject({ state: 'idle', failure: null });
  });

  it('[HIST-5] a refused intent changes nothing and begins no branch', () => {
    const lab = toyLab();
    lab.intend({ count: 20 });
    lab.advance({ hops: 40 });
    lab.seek(30);
    const before = machineHash(lab);
    expect(() => lab.intend({ count: 0 })).toThrow(IntentError);
    expect(machineHash(lab)).toBe(before);
    expect(lab.branches()).toHaveLength(1);
    runOut(lab);
    expect(lab.status().failure).toBeNull();
  });

  it('[HIST-6] rows and keyframes beyond their caps are given up, and come back the same', () => {
    const free = toyLab();
    const tight = toyLab({ caps: { rows: 3 * STRETCH * 64, frames: 700_000 } });
    for (const lab of [free, tight]) {
      lab.intend({ count: 12_000 });
      runOut(lab);
    }
    const { history } = tight.run;
    expect(history.stride).toBeGreaterThan(1);
    expect(tight.run.branch.stretches.filter((s) => s.log !== null).length).toBeLessThanOrEqual(3);
    expect(bytesHeld(history, tight.run.kernel.m)).toBeLessThan(1_000_000);
    expect(tight.fingerprint()).toBe(free.fingerprint());
    for (const n of [1, 9000, 33_333, 70_001, 90_000]) {
      expect(new Int32Array(tight.rows(n, 50).rows)).toEqual(new Int32Array(free.rows(n, 50).rows));
      tight.seek(n);
      free.seek(n);
      expect(tight.fingerprint()).toBe(free.fingerprint());
    }
    expect(tight.view().ledgers).toEqual(free.view().ledgers);
  });

  it('[HIST-6] whoever goes on in a stretch whose rows were given up finds those before there', () => {
    const [free, tight] = [toyLab(), toyLab({ caps: { rows: STRETCH * 64 } })];
    for (const lab of [free, tight]) {
      lab.intend({ count: 12_000 });
      lab.advance({ hops: 30_000 });
      lab.seek(20_000);
    }
    // Other parts of the way are looked at meanwhile.
    for (const n of [1, 9000, 28_000]) tight.rows(n, 10);
    for (const lab of [free, tight]) lab.advance({ hops: 3 });
    expect(tight.fingerprint()).toBe(free.fingerprint());
    expect(new Int32Array(tight.rows(16_385, 3000).rows)).toEqual(new Int32Array(free.rows(16_385, 3000).rows));
  });

  it('[HIST-7] when a handler fails, the machine stands before the hop, and nothing is lost', () => {
    const lab = toyLab();
    lab.intend({ count: 2000, mode: 0 });
    runOut(lab);
    lab.intend({ count: 10, mode: 1 });
    runOut(lab);
    const status = lab.status();
    expect(status.state).toBe('failed');
    expect(status.failure).toMatch(/^root\/driver: sector 3 burns \(hop \d+, toy\.read, at \d+ ns\)\.$/);
    expect(status.failure).toContain(`hop ${status.n + 1},`);
    expect(lab.advance({ hops: 10 }).rows.byteLength).toBe(0);
    const print = lab.fingerprint();
    lab.seek(status.n - 5);
    expect(lab.status().state).toBe('ready');
    lab.intend({ count: 2 });
    expect(lab.status().branch).toBe(1);
    lab.goTo(0);
    expect([lab.status().state, lab.fingerprint()]).toEqual(['failed', print]);
  });

  it('[HIST-8] a missing chunk stops simulated time until it is supplied', () => {
    const lab = toyLab();
    const chunk = (n: number) => new Uint8Array(65536).fill(n + 1);
    lab.intend({ count: 20, mode: 2 });
    let asked = 0;
    for (let i = 0; i < 20; i++) {
      runOut(lab);
      const { need, now, state, why } = lab.status();
      if (!need) break;
      asked++;
      expect([state, why]).toEqual(['needs', `Simulated time stands still: chunk ${need.chunk} of a disk image has not been loaded yet.`]);
      lab.advance({ hops: 100 });
      expect(lab.status().now).toBe(now);
      expect(() => lab.intend({ count: 1 })).toThrow(IntentError);
      lab.supply(need.image, need.chunk, chunk(need.chunk));
    }
    expect(asked).toBe(3);
    expect(lab.status().state).toBe('idle');
    const print = lab.fingerprint();
    lab.seek(10);
    runOut(lab);
    expect(lab.fingerprint()).toBe(print);
  });

  it('[HIST-9] what is planned happens by itself, at its time or when nothing else moves, and is part of the branch', () => {
    const lab = toyLab({ steps: [{ after: 0, intent: { count: 3, text: 'now' } }, { after: 500_000, intent: { count: 2, text: 'later' } }, { after: 'idle', intent: { count: 1, text: 'last' } }] });
    const { n, startTime, next } = lab.status();
    expect(next).not.toBeNull();
    runOut(lab);
    expect(lab.run.kernel.m.texts.slice(-3)).toEqual(['now', 'later', 'last']);
    const [, later] = lab.branches()[0]!.intents.slice(1);
    expect(lab.run.timeOf(later!.after + 1)).toBeGreaterThanOrEqual(startTime + 500_000);
    const print = lab.fingerprint();
    lab.seek(n);
    runOut(lab);
    expect(lab.fingerprint()).toBe(print);
  });

  it('[HIST-9] what is planned and refused is left out and told, what comes next is asked, and coming back ends in the same machine', () => {
    const lab = toyLab({ steps: [{ after: 0, intent: { count: 0 } }, { after: 'idle', intent: { count: 2, text: 'next' } }, { after: 'idle', intent: { count: 0 } }] });
    const { n } = lab.status();
    runOut(lab);
    expect(lab.run.kernel.m.texts.at(-1)).toBe('next');
    expect(`${lab.status().state} ${lab.status().why}`).toMatch(/^idle Nothing moves\. A planned step was left out \(.+\): Ask for at least one sector\.$/);
    expect(leftOut(lab.run).map((left) => left.n)).toEqual([n, lab.run.n]);
    const print = lab.fingerprint();
    lab.seek(n + 1);
    expect(leftOut(lab.run)).toHaveLength(1);
    lab.seek(1);
    expect(leftOut(lab.run)).toHaveLength(0);
    runOut(lab);
    expect(lab.fingerprint()).toBe(print);
    expect(lab.branches()).toHaveLength(1);
  });

  it('[HIST-9] what is planned behind a hop is asked there, as if somebody had; where that hop never comes, when nothing else moves', () => {
    const byHand = toyLab();
    const { start } = byHand.status();
    byHand.intend({ count: 3, text: 'first' });
    byHand.seek(start + 25);
    byHand.intend({ count: 2, text: 'second' });
    byHand.seek(start + 25);
    byHand.intend({ count: 1, text: 'third' });
    runOut(byHand);
    const planned = toyLab({
      steps: [
        { after: { hop: 0 }, intent: { count: 3, text: 'first' } }, { after: { hop: 25 }, intent: { count: 2, text: 'second' } }, { after: { hop: 25 }, intent: { count: 1, text: 'third' } },
        { after: { hop: 1_000_000 }, intent: { count: 1, text: 'never' } },
      ],
    });
    const { n } = byHand.status();
    byHand.back();
    planned.advance({ hops: n - 1 - start });
    expect(planned.fingerprint()).toBe(byHand.fingerprint());
    runOut(planned);
    expect(planned.status().n).toBeGreaterThan(n);
    expect(planned.run.kernel.m.texts.slice(-4)).toEqual(['first', 'second', 'third', 'never']);
    // Whoever arrives at the hop, in however many steps, finds it asked.
    const inSteps = toyLab({ steps: [{ after: { hop: 0 }, intent: { count: 3 } }, { after: { hop: 25 }, intent: { count: 2 } }] });
    const atOnce = toyLab({ steps: [{ after: { hop: 0 }, intent: { count: 3 } }, { after: { hop: 25 }, intent: { count: 2 } }] });
    for (let i = 0; i < 25; i++) inSteps.advance({ hops: 1 });
    atOnce.seek(start + 25);
    expect(inSteps.fingerprint()).toBe(atOnce.fingerprint());
    expect(inSteps.branches()[0]!.intents.at(-1)).toMatchObject({ after: start + 25, planned: true });
  });

  it('[HIST-9] [HIST-4] whoever arrives where something is planned finds the same machine the first time and every other time', () => {
    const steps = [{ after: 0, intent: { count: 2, text: 'first' } }, { after: 'idle', intent: { count: 1, text: 'idle' } }, { after: 400_000, intent: { count: 1, text: 'later' } }] as const;
    const whole = toyLab({ steps });
    const { start } = whole.status();
    runOut(whole);
    const end = whole.status().n;
    expect(whole.run.kernel.m.texts.slice(-3)).toEqual(['first', 'idle', 'later']);
    const told = (lab: Lab): unknown => {
      const { n, now, state, next, why } = lab.status();
      return [n, now, state, next, why, lab.fingerprint()];
    };
    const stepped = toyLab({ steps });
    for (let n = start; n <= end; n++) {
      const arrived = toyLab({ steps });
      arrived.seek(n);
      const first = told(arrived);
      whole.seek(n);
      expect(told(whole)).toEqual(first);
      expect(told(stepped)).toEqual(first);
      stepped.advance({ hops: 1 });
    }
  });

  it('[HIST-9] somebody who acts while a planned thing waits for its time acts before it, in the past too', () => {
    const texts = (before: (lab: Lab) => void): readonly string[] => {
      const lab = toyLab({ steps: [{ after: 400_000, intent: { count: 1, text: 'later' } }] });
      const { n } = lab.status();
      before(lab);
      lab.seek(n);
      lab.intend({ count: 1, text: 'by hand' });
      runOut(lab);
      return lab.run.kernel.m.texts.slice(-2);
    };
    expect(texts(() => {})).toEqual(['by hand', 'later']);
    expect(texts(runOut)).toEqual(['by hand', 'later']);
  });

  it('[HIST-10] reading ahead is not noticed: what was only computed is no future yet', () => {
    const lab = toyLab();
    lab.intend({ count: 3000 });
    lab.advance({ hops: 10 });
    const print = lab.fingerprint();
    const status = lab.status();
    expect(lab.beats(status.n + 1, 5)).toHaveLength(5);
    expect([lab.fingerprint(), lab.status()]).toEqual([print, status]);
    lab.intend({ count: 1 });
    expect(lab.branches()).toHaveLength(1);
    runOut(lab);
    expect(lab.status().state).toBe('idle');
  });
});
