import { describe, expect, it } from 'vitest';
import type { Lab } from '../../lab/lab.ts';
import { operationsOf, twinLedger, twinMarks } from '../../lab/twin.ts';
import { MOVE_BYTES, MOVE_COPY, MOVE_EXIT, MOVE_HYPERCALL, MOVE_TRIP, twinLack, twinMoves, twinStations } from '../../lab/twin-stations.ts';
import { twinKinds, twinSums, weakestLetter } from '../../lab/twin-sums.ts';
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

  it('[TWIN-3] of a guest, only the hops that serve it make a difference', () => {
    const [left, right] = [synthetic(), emulated()];
    const alpha = twinKinds(scope(left), scope(right), 'alpha');
    const served = (lab: Lab): number => lab.view().ledgers[2]!.hops;
    expect(alpha.reduce((sum, k) => sum + k.right.hops - k.left.hops, 0)).toBe(served(right) - served(left));
    expect(twinKinds(scope(left), scope(right), 'gamma')).toEqual([]);
  });

  it('[TWIN-4] both machines go from the start through every point to rest, never backwards', () => {
    const [left, right] = [synthetic(), emulated()];
    const marks = twinMarks(scope(left), scope(right));
    const stations = twinStations(scope(left), scope(right));
    expect(stations.map((s) => s.point)).toEqual(['start', ...marks.map((mark) => mark.point), 'rest']);
    expect([stations[0]!.left, stations.at(-1)!.right]).toEqual([left.status().start, right.status().n]);
    for (const station of stations) if (station.mark) expect([station.left, station.right]).toEqual([station.mark.left!.n, station.mark.right!.n]);
    expect(twinStations(scope(left), scope(right), 'nobody').map((s) => s.point)).toEqual(['start', 'rest']);
  });

  it('[TWIN-4] operations at once, in another order on the other machine: each waits, none goes back', () => {
    const steps = [{ after: 0, intent: { do: 'read-sectors', guest: 'alpha', lba: 64, sectors: 8, count: 4, depth: 4 } }] as const;
    const [left, right] = [twoWays.guests[0]!, { ...twoWays.guests[0]!, path: 'pio' } as const].map((guest) => {
      const lab = realLab({ ...base, guests: [guest], steps });
      rest(lab);
      return lab;
    }) as [Lab, Lab];
    const stations = twinStations(scope(left), scope(right));
    expect(stations).toHaveLength(4 * 6 + 2);
    for (let i = 1; i < stations.length; i++) {
      expect(stations[i]!.left).toBeGreaterThanOrEqual(stations[i - 1]!.left);
      expect(stations[i]!.right).toBeGreaterThanOrEqual(stations[i - 1]!.right);
      const { mark } = stations[i]!;
      if (mark) expect(stations[i]!.right).toBeGreaterThanOrEqual(mark.right!.n);
    }
  });

  it('[TWIN-4] says what a machine lacks that the other one has', () => {
    const [left, right] = [synthetic(), emulated()];
    const all = twinMarks(scope(left), scope(right));
    const cut = (at: number) => twinMarks(scope(left), { ...scope(right), to: all[at]!.right!.n });
    const first = cut(2);
    expect(first.slice(0, 7).map((mark) => twinLack(first, mark, 'right'))).toEqual([null, null, null, 'unfinished', 'unfinished', 'unfinished', 'absent']);
    expect(first.every((mark) => twinLack(first, mark, 'left') === null)).toBe(true);
    // Read twice on the left only: the second time from the cache, without any disk.
    const again = { after: 'idle', intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } } as const;
    const cached = realLab({ ...base, guests: [twoWays.guests[0]!], steps: [...base.steps!, again] });
    rest(cached);
    const second = twinMarks(scope(cached), scope(left)).filter((mark) => mark.ordinal > 1);
    expect(new Set(second.map((mark) => twinLack(second, mark, 'right')))).toEqual(new Set(['absent']));
    expect(second.map((mark) => mark.point)).not.toContain('submitted');
    const mixed = all.map((mark) => (mark.ordinal === 0 && mark.point !== 'begun' && mark.point !== 'ended' ? { ...mark, right: null } : mark));
    expect(twinLack(mixed, mixed[1]!, 'right')).toBe('without');
    const stood = twinStations(scope(cached), scope(left));
    expect(stood.at(-1)!.right).toBe(left.status().n);
  });

  it('[TWIN-5] places and ways add up to the ledger', () => {
    const [left, right] = [synthetic(), emulated()];
    for (const guest of [undefined, 'alpha']) {
      const { places, ways } = twinSums(scope(left), scope(right), guest);
      for (const [side, lab] of [['left', left], ['right', right]] as const) {
        const ledger = lab.view().ledgers[guest ? 2 : 0]!;
        expect(places.reduce((sum, place) => sum + place[side].hops, 0)).toBe(ledger.hops);
        expect(ways.reduce((sum, way) => sum + way[side], 0)).toBe(ledger.hops);
        for (const place of places) expect(place[side].ns).toBe(ledger.cpuNs[place.place]);
      }
    }
    const trips = twinSums(scope(left), scope(right), 'alpha').places.find((place) => place.place === 'root-user')!;
    expect(trips.left).toEqual({ hops: 0, ns: 0, letter: '' });
    expect(trips.right.hops).toBeGreaterThan(40);
  });

  it('[TWIN-6] a time is no better founded than what makes up a tenth of it', () => {
    expect(weakestLetter([{ ns: 91, letter: 'A' }, { ns: 9, letter: 'D' }])).toBe('A');
    expect(weakestLetter([{ ns: 90, letter: 'A' }, { ns: 10, letter: 'D' }])).toBe('D');
    expect(weakestLetter([{ ns: 50, letter: 'M' }, { ns: 50, letter: 'D' }, { ns: 0, letter: 'B' }])).toBe('M');
    expect(weakestLetter([])).toBe('');
    const { kinds } = twinSums(scope(synthetic()), scope(emulated()), 'alpha');
    expect(kinds.find((k) => k.kind === 'pio.write')).toMatchObject({ left: { letter: '' }, right: { letter: 'C' } });
  });

  it('[TWIN-7] [LEDGER-4] what moves between two stations is what the ledger grows by', () => {
    for (const lab of [synthetic(), emulated()]) {
      const stations = twinStations(scope(lab), scope(lab), 'alpha');
      let seen = { hops: 0, guestExits: 0, guestHypercalls: 0, workerTrips: 0, copies: 0, ns: 0 };
      for (let i = 1; i < stations.length; i++) {
        const { hops, moves, ns } = twinMoves({ run: lab.run, start: stations[i - 1]!.left, to: stations[i]!.left }, 'alpha');
        expect(ns).toHaveLength(hops);
        const bits = Array.from({ length: hops }, (_, k) => moves[k * MOVE_BYTES + 3]!);
        const having = (bit: number): number => bits.filter((b) => (b & bit) !== 0).length;
        seen = {
          hops: seen.hops + hops, guestExits: seen.guestExits + having(MOVE_EXIT), guestHypercalls: seen.guestHypercalls + having(MOVE_HYPERCALL),
          workerTrips: seen.workerTrips + having(MOVE_TRIP), copies: seen.copies + having(MOVE_COPY), ns: seen.ns + ns.reduce((a, b) => a + b, 0),
        };
      }
      const lines = twinLedger(scope(lab), scope(lab), 'alpha');
      const of = (name: string): number => lines.find((line) => line.name === name)?.left ?? 0;
      const cpu = lines.filter((line) => line.name.startsWith('cpuNs')).reduce((sum, line) => sum + line.left, 0);
      expect(seen).toEqual({ hops: of('hops'), guestExits: of('guestExits'), guestHypercalls: of('guestHypercalls'), workerTrips: of('workerTrips'), copies: of('copies'), ns: cpu });
      expect(twinMoves(scope(lab), 'gamma').hops).toBe(0);
    }
  });
});
