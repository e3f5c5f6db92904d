import { describe, expect, it } from 'vitest';
import { glimpse } from '../../lab/glimpse.ts';
import type { Lab } from '../../lab/lab.ts';
import { nextRandom } from '../../sim/machine.ts';
import { fed, realLab } from './real.ts';
import { toyLab } from './toy.ts';

/** All that can be told of where a lab stands and what is in it. */
const told = (lab: Lab): unknown => [lab.view(), lab.fingerprint(), lab.history(), lab.stops(0)];
const words = (rows: ArrayBuffer): readonly number[] => [...new Int32Array(rows)];

/** What is answered to whoever goes there. */
function answered(lab: Lab, by: 1 | -1): unknown {
  const { n } = lab.status();
  const rows = by === 1 ? lab.advance({ hops: 1 }).rows : (lab.seek(n - 1), new ArrayBuffer(0));
  return { view: lab.view(), rows: words(rows), captions: lab.captions(n + by, 1), ways: by === 1 ? [] : lab.ways(n - 1), said: lab.inspectHop(n + by) };
}

function seen(lab: Lab, by: 1 | -1): unknown {
  const found = glimpse(lab, by, true);
  return found && { ...found, rows: words(found.rows) };
}

describe('a glimpse of the next hop and the one before', () => {
  it('[AHEAD-1] in the toy machine it is what is answered to whoever goes, and nothing has changed before that', () => {
    const lab = toyLab();
    lab.intend({ count: 60, text: 'some' });
    lab.advance({ hops: 50 });
    for (let i = 0; i < 120; i++) {
      const by = i % 3 === 2 ? -1 : 1;
      const before = told(lab);
      const found = seen(lab, by);
      expect(told(lab)).toEqual(before);
      expect(found, `hop ${lab.status().n}`).toEqual(answered(lab, by));
    }
  });

  it('[AHEAD-1] in the real machine too, wherever one stands', () => {
    const seed = 5;
    const lab = realLab();
    for (let n = 0; n < 8; n++) fed(lab, () => lab.advance({ hops: 500 }));
    const { start, tip } = lab.status();
    const random = new Int32Array([7, 2, 3, seed]);
    for (let i = 0; i < 24; i++) {
      fed(lab, () => lab.seek(start + 2 + (nextRandom(random) % (tip - start - 3))));
      const by = i % 2 === 0 ? 1 : -1;
      const found = fed(lab, () => seen(lab, by));
      expect(found, `seed ${seed}, hop ${lab.status().n}`).not.toBeNull();
      expect(found).toEqual(fed(lab, () => answered(lab, by)));
    }
  });

  it('[AHEAD-1] [HIST-10] what is asked after a glimpse is asked as if there had been none', () => {
    const asked = (looks: boolean): unknown => {
      const lab = toyLab({ steps: [{ after: 300, intent: { count: 3, text: 'planned' } }, { after: 'idle', intent: { count: 1, text: 'last' } }] });
      lab.intend({ count: 4, text: 'first' });
      for (let i = 0; lab.status().next; i++) {
        if (looks) for (const by of [1, -1] as const) glimpse(lab, by, true);
        if (i === 20 || i === 31) lab.intend({ count: 2, text: `at ${i}` });
        lab.advance({ hops: 1 });
      }
      return [lab.fingerprint(), lab.history(), lab.status().n];
    };
    expect(asked(true)).toEqual(asked(false));
  });

  it('[AHEAD-1] what is planned is bound when somebody goes there, not by a glimpse', () => {
    const lab = toyLab({ steps: [{ after: 2000, intent: { count: 1, text: 'later' } }] });
    lab.intend({ count: 1 });
    for (let none = 0; lab.status().next; ) {
      const before = told(lab);
      const found = seen(lab, 1);
      expect(told(lab)).toEqual(before);
      if (found === null) none++;
      const { length } = lab.branches()[0]!.intents;
      const there = answered(lab, 1);
      if (found !== null) expect(found).toEqual(there);
      else expect(lab.branches()[0]!.intents.length).toBe(length + 1);
      expect(none).toBeLessThan(2);
    }
    expect(lab.run.kernel.m.texts).toContain('later');
  });

  it('[AHEAD-1] there is none where nothing is to do, checkers look on, a piece is missing or a component fails', () => {
    const idle = toyLab();
    expect(glimpse(idle, 1, true)).toBeNull();
    expect(glimpse(idle, -1, true)).not.toBeNull();
    const checked = toyLab();
    checked.intend({ count: 5 });
    expect(glimpse(checked, 1, false)).not.toBeNull();
    checked.setChecks(true);
    expect(glimpse(checked, 1, false)).toBeNull();
    for (const mode of [1, 2]) {
      const lab = toyLab();
      lab.intend({ count: 5, mode });
      let none = 0;
      for (let i = 0; i < 200 && none === 0; i++) {
        const before = told(lab);
        if (glimpse(lab, 1, true) === null) none = lab.status().n;
        expect(told(lab)).toEqual(before);
        lab.advance({ hops: 1 });
      }
      expect(lab.status()).toMatchObject({ n: none, state: mode === 1 ? 'failed' : 'needs' });
    }
  });

  it('[AHEAD-1] [HIST-12] in the past of a branch with a future, the future stays', () => {
    const lab = realLab();
    fed(lab, () => lab.advance({ hops: 400 }));
    const { n } = lab.status();
    lab.seek(n - 30);
    const before = told(lab);
    for (const by of [1, -1] as const) expect(glimpse(lab, by, false)?.view.status).toMatchObject({ n: n - 30 + by, tip: n });
    expect(told(lab)).toEqual(before);
  });
});
