import { describe, expect, it } from 'vitest';
import { STRETCH } from '../../lab/history.ts';
import type { Lab } from '../../lab/lab.ts';
import type { FileRequest, WayUse } from '../../lab/views.ts';
import { fed, realLab, rest } from './real.ts';
import { runOut, toyLab } from './toy.ts';

const inOrder = (ways: readonly WayUse[]): string[] => ways.map((w) => `${w.from} ${w.to} ${w.behalf}: ${w.hops}`).sort();

/** The same, hop by hop. */
function counted(lab: Lab, to: number): string[] {
  const uses = new Map<string, WayUse>();
  const { start } = lab.status();
  for (let n = start + 1; n <= to; n++) {
    const { from, to: end, behalf } = lab.run.hopAt(n);
    const key = `${from} ${end} ${behalf}`;
    uses.set(key, { from, to: end, behalf, hops: (uses.get(key)?.hops ?? 0) + 1 });
  }
  return inOrder([...uses.values()]);
}

function filesByRequests(lab: Lab, to: number): readonly FileRequest[] {
  return lab.requests(1, to).filter((r) => r.level === 'file').map(({ id, partition, ended }) => ({
    request: id, partition, kind: lab.run.hopAt(id).kind, begun: lab.run.timeOf(id), ended: ended > 0 ? lab.run.timeOf(ended) : -1,
  }));
}

const places = (lab: Lab): number[] => {
  const { start, tip } = lab.status();
  return [0, 1, start, start + 1, STRETCH, STRETCH + 1, 2 * STRETCH + 77, tip];
};

describe('what is counted of the log', () => {
  it('[HIST-11] ways and file requests are those that the rows tell, for every hop', () => {
    const lab = toyLab();
    lab.intend({ count: 4000 });
    runOut(lab);
    for (const n of places(lab)) {
      expect(inOrder(lab.ways(n))).toEqual(counted(lab, n));
      expect(lab.files(n, 1000)).toEqual(filesByRequests(lab, n));
    }
    expect(lab.ways(lab.status().tip + 5)).toEqual(lab.ways(lab.status().tip));
  });

  it('[HIST-11] they are known where rows have been given up, on the way forth and back', () => {
    const whole = toyLab();
    const lab = toyLab({ caps: { rows: 2 * STRETCH * 64 } });
    for (const l of [whole, lab]) {
      for (let i = 0; i < 12; i++) l.intend({ count: 1000 });
      runOut(l);
    }
    expect(lab.run.history.branches[0]!.stretches.filter((s) => s.log !== null).length).toBeLessThanOrEqual(3);
    for (const n of [...places(lab), ...places(lab).reverse()]) {
      expect(inOrder(lab.ways(n))).toEqual(inOrder(whole.ways(n)));
      expect(lab.files(n, 5)).toEqual(whole.files(n, 1000).slice(-5));
    }
  });

  it('[HIST-11] with few keyframes too, the ledger included, and little is kept of what was given up', () => {
    const asked = (lab: Lab): Lab => {
      for (let i = 0; i < 9; i++) lab.intend({ count: 1000 });
      runOut(lab);
      return lab;
    };
    const whole = asked(toyLab());
    const lab = asked(toyLab({ caps: { rows: 5 * STRETCH * 64, frames: Math.floor(whole.memory().keyframes * 0.7) } }));
    const { history } = lab.run;
    expect(history.stride).toBeGreaterThan(1);
    const { stretches } = history.branches[0]!;
    const gone = stretches.filter((stretch) => stretch.log === null);
    expect(gone.length).toBeGreaterThan(2);
    for (const { before, marks, story } of gone) expect([before, marks, story]).toEqual([null, null, null]);
    expect(gone.filter((stretch) => stretch.causers !== null).length).toBeLessThanOrEqual(1);
    // Totals stay before a keyframe, and before rows, which are counted from them.
    const startsThere = stretches.map((_, k) => stretches[k + 1]?.frame !== null || stretches[k + 1]?.log !== null);
    const counted = stretches.filter((stretch, k) => !startsThere[k] && stretch.log === null && (stretch.after !== null || stretch.uses !== null));
    expect(counted).toEqual([]);
    expect(startsThere).toContain(false);
    const { tip } = lab.status();
    for (const n of [tip, STRETCH + 9, 5 * STRETCH, 5 * STRETCH + 1, 30, 7 * STRETCH + 4095]) {
      whole.seek(n);
      lab.seek(n);
      expect(lab.view().ledgers).toEqual(whole.view().ledgers);
      expect(inOrder(lab.ways(n))).toEqual(inOrder(whole.ways(n)));
      expect(lab.fingerprint()).toBe(whole.fingerprint());
    }
  });

  it('[HIST-11] a branch counts its own past, and the old one keeps its own', () => {
    const lab = toyLab();
    lab.intend({ count: 3000 });
    runOut(lab);
    const tip = lab.status().tip;
    const before = inOrder(lab.ways(tip));
    lab.seek(STRETCH + 700);
    lab.intend({ count: 2000 });
    runOut(lab);
    const fresh = lab.status().tip;
    expect(inOrder(lab.ways(fresh))).toEqual(counted(lab, fresh));
    lab.goTo(0);
    expect(inOrder(lab.ways(tip))).toEqual(before);
    expect(lab.files(tip, 1000)).toEqual(filesByRequests(lab, tip));
  });

  it('[HIST-11] in the real machine: only the last of many, and an end that lies ahead is not told', () => {
    const lab = realLab();
    rest(lab);
    fed(lab, () => lab.intend({ do: 'list-files', guest: 'alpha', path: '/' }));
    const { tip } = rest(lab);
    const all = filesByRequests(lab, tip);
    expect(all.length).toBeGreaterThan(4);
    expect(lab.files(tip, 3)).toEqual(all.slice(-3));
    const last = all.at(-1)!;
    expect(lab.files(last.request, 1)).toEqual([{ ...last, ended: -1 }]);
    expect(lab.files(last.request - 1, 1)).toEqual([{ ...all.at(-2)!, ended: expect.any(Number) as number }]);
    expect(lab.files(tip, 0)).toEqual([]);
  });
});
