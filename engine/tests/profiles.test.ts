import { describe, expect, it } from 'vitest';
import type { Lab } from '../lab/lab.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { twoWays } from '../scenarios/two-ways.ts';
import { costTitles } from '../sim/costs.ts';
import { profileDifferences, profiles, server2008, server2012, server2024 } from '../sim/profiles.ts';
import { broughtUp, hopsOf, runOut } from './whole.ts';

const names = ['server-2008', 'server-2012', 'server-2024'] as const;

function run(profile: (typeof names)[number], steps: Scenario['steps'] = twoWays.steps): { readonly lab: Lab; readonly from: number } {
  const lab = broughtUp({ ...twoWays, profile, steps });
  const from = lab.run.n + 1;
  runOut(lab);
  return { lab, from };
}

/** Time from a port access to the instruction behind it, of all accesses of a read by polling one sector; the middle one. */
function intercept(profile: (typeof names)[number]): number {
  const { lab, from } = run(profile, [{ after: 0, intent: { do: 'read-sectors', guest: 'beta', lba: 64, sectors: 1, count: 4, depth: 1 } }]);
  let begun = -1;
  const took: number[] = [];
  for (const hop of hopsOf(lab, from, lab.run.n)) {
    const { name } = lab.kinds[hop.kind]!;
    if (name === 'pio.write') begun = hop.time - hop.cost;
    else if (name === 'pio.read') begun = -1;
    if (name === 'pio.resume' && begun >= 0) took.push(hop.time - begun);
  }
  took.sort((a, b) => a - b);
  expect(took.length).toBeGreaterThan(20);
  return took[took.length >> 1]!;
}

describe('profiles', () => {
  it('[PROF-1] a figure that was computed from what its source says has the letter C, not that of the source', () => {
    const { costs, disk } = profiles['server-2008']!;
    expect([costs.copy.letter, costs.exit.letter, disk.letter]).toEqual(['C', 'C', 'C']);
  });

  it('[PROF-1] every key has a founded figure with at most two significant digits of our own', () => {
    for (const name of names) {
      const profile = profiles[name]!;
      expect(profile.name).toBe(name);
      expect(Object.keys(profile.costs)).toEqual(Object.keys(costTitles));
      for (const [key, cost] of Object.entries(profile.costs)) {
        expect([key, Number.isInteger(cost.ns), cost.because.endsWith('.'), cost.because.length > 10]).toEqual([key, true, true, true]);
        if (name !== 'server-2008') expect([key, Number(cost.ns.toPrecision(2))]).toEqual([key, cost.ns]);
      }
    }
  });

  it.each(names)('[PROF-1] in %s an intercept handled in user mode takes what the sources say', (name) => {
    const wanted = profiles[name]!.interceptNs;
    const found = intercept(name);
    expect([found > wanted * 0.9, found < wanted * 1.1, found]).toEqual([true, true, found]);
  });

  it('[PROF-2] differences are listed with their reasons, and none with itself', () => {
    expect(profileDifferences(server2008, server2008)).toEqual([]);
    const found = profileDifferences(server2008, server2012);
    expect(found.find((d) => d.id === 'disk.random')).toMatchObject({ title: 'disk: access anywhere', a: { value: '5.3 ms', letter: 'C' }, b: { value: '110 µs', letter: 'C' } });
    expect(found.find((d) => d.id === 'fact.slat')).toMatchObject({ a: { value: 'none' }, b: { value: 'EPT, with VPID' } });
    expect(found.find((d) => d.id === 'cost.copy')).toMatchObject({ b: { value: '100 ns and 450 ns for 4096 bytes' } });
    expect(found.map((d) => d.id)).not.toContain('cost.none');
    expect(new Set(found.map((d) => d.id)).size).toBe(found.length);
    expect(profileDifferences(server2012, server2024).length).toBeGreaterThan(20);
  });

  it('[PROF-3] the same file is read with the same counts in other times', () => {
    const figures = (name: (typeof names)[number]): [hops: number, hypercalls: string, elapsed: number] => {
      const { lab } = run(name, [{ after: 0, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } }]);
      const ledger = lab.view().ledgers[2]!;
      return [ledger.hops, JSON.stringify(ledger.hypercalls), ledger.elapsedNs];
    };
    const [old, middle, young] = names.map(figures) as [[number, string, number], [number, string, number], [number, string, number]];
    expect(middle[1]).toBe(old[1]);
    expect(young[1]).toBe(old[1]);
    expect(middle[2]).toBeLessThan(old[2]);
    expect(young[2]).toBeLessThan(middle[2]);
  });
});
