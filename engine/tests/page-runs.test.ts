import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { giveRun, newRuns, pagesIn, takeRun } from '../sim/page-runs.ts';

describe('free pages', () => {
  it('[RUNS-1] are taken from the lowest run that is long enough, and grow together again', () => {
    const runs = newRuns(100, 50);
    expect([takeRun(runs, 10), takeRun(runs, 10), takeRun(runs, 10)]).toEqual([100, 110, 120]);
    giveRun(runs, 110, 10);
    expect(runs).toEqual([110, 10, 130, 20]);
    expect(takeRun(runs, 15)).toBe(130);
    expect(takeRun(runs, 11)).toBe(-1);
    expect(takeRun(structuredClone(runs), 10)).toBeGreaterThan(0);
    giveRun(runs, 120, 25);
    giveRun(runs, 100, 10);
    expect(runs).toEqual([100, 50]);
    expect(() => giveRun(runs, 149, 2)).toThrow('page 149 is free already');
  });

  it('[RUNS-1] whatever is taken and given, no page is lost or given twice', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 }), { maxLength: 120 }), (steps) => {
        const runs = newRuns(0, 256);
        const held: [number, number][] = [];
        for (const step of steps) {
          const at = takeRun(runs, step);
          if (step > 0 && at >= 0 && step % 3 !== 0) held.push([at, step]);
          else {
            if (step > 0 && at >= 0) giveRun(runs, at, step);
            const back = held.splice(step % Math.max(1, held.length), 1)[0];
            if (back) giveRun(runs, back[0], back[1]);
          }
          expect(pagesIn(runs) + held.reduce((sum, [, count]) => sum + count, 0)).toBe(256);
          for (let i = 2; i < runs.length; i += 2) expect(runs[i]!).toBeGreaterThan(runs[i - 2]! + runs[i - 1]!);
        }
        for (const [first, count] of held) giveRun(runs, first, count);
        expect(runs).toEqual([0, 256]);
      }),
      { numRuns: 200, seed: 2008 },
    );
  });
});
