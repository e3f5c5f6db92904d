import { describe, expect, it } from 'vitest';
import type { Lab } from '../../lab/lab.ts';
import { operationsOf, twinKinds, twinLedger, twinMarks } from '../../lab/twin.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { fed, realLab, rest } from './real.ts';

const one = { do: 'start-vm', name: 'alpha' } as const;
const base: Partial<Scenario> = { start: [{ do: 'boot-root' }, one], steps: [{ after: 0, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } }] };
const scope = (lab: Lab) => ({ run: lab.run, start: lab.status().start, to: lab.status().n });

function ran(guest: Scenario['guests'][number]): Lab {
  const lab = realLab({ ...base, guests: [guest] });
  rest(lab);
  return lab;
}

const synthetic = (): Lab => ran(twoWays.guests[0]!);
const emulated = (): Lab => ran({ ...twoWays.guests[1]!, name: 'alpha', title: 'Alpha' });

describe('twin runs', () => {
  it('[TWIN-1] the points of file operations lie in order on each side and stand side by side', () => {
    const [left, right] = [synthetic(), emulated()];
    const operations = operationsOf(scope(left));
    expect(operations.map((op) => op.ordinal)).toEqual(operations.map((_, i) => i));
    expect(operations.length).toBe(operationsOf(scope(right)).length);
    const marks = twinMarks(scope(left), scope(right));
    const reads = marks.filter((mark) => mark.point === 'submitted');
    expect(reads.length).toBeGreaterThan(0);
    for (const mark of marks) {
      expect(mark.left).not.toBeNull();
      expect(mark.right).not.toBeNull();
    }
    for (const side of ['left', 'right'] as const) {
      for (let i = 1; i < marks.length; i++) if (marks[i]!.ordinal === marks[i - 1]!.ordinal) expect(marks[i]![side]!.n).toBeGreaterThanOrEqual(marks[i - 1]![side]!.n);
    }
    expect(marks.filter((mark) => mark.ordinal === 0).map((mark) => mark.point)).toEqual(['begun', 'submitted', 'handed-over', 'device-done', 'completed', 'ended']);
  });

  it('[TWIN-1] a machine that lags behind has no mark yet where the other has one', () => {
    const [left, right] = [synthetic(), emulated()];
    const early = { ...scope(right), to: twinMarks(scope(left), scope(right))[2]!.right!.n };
    const marks = twinMarks(scope(left), early);
    expect(marks.filter((mark) => mark.right !== null)).toHaveLength(3);
    expect(marks.every((mark) => mark.left !== null)).toBe(true);
  });

  it('[TWIN-2] the ledger has both columns, and the emulated way leaves the guest many times more often', () => {
    const [left, right] = [synthetic(), emulated()];
    const lines = twinLedger(scope(left), scope(right), 'alpha');
    const exits = lines.find((line) => line.name === 'exits')!;
    expect(exits.ratio!).toBeGreaterThan(3);
    expect(exits.right / exits.left).toBe(exits.ratio);
    expect(lines.find((line) => line.name === 'workerTrips')).toMatchObject({ left: 0, ratio: null });
    expect(lines.find((line) => line.name === 'ringWrites')).toMatchObject({ right: 0, ratio: 0 });
  });

  it('[TWIN-3] tells which hop kinds make the difference; a machine does not differ from itself', () => {
    const [left, right] = [synthetic(), emulated()];
    const kinds = twinKinds(scope(left), scope(right));
    const total = (lab: Lab): number => lab.status().n - lab.status().start;
    expect(kinds.reduce((sum, k) => sum + k.right.hops - k.left.hops, 0)).toBe(total(right) - total(left));
    const difference = (k: (typeof kinds)[number]): number => Math.abs(k.right.ns - k.left.ns);
    expect(kinds.map(difference)).toEqual(kinds.map(difference).sort((a, b) => b - a));
    expect(kinds.slice(0, 12).some((k) => k.kind === 'vmwp.message')).toBe(true);
    expect(twinKinds(scope(left), scope(left))).toEqual([]);
    expect(fed(left, () => left.fingerprint())).toBe(fed(left, () => left.fingerprint()));
  });
});
