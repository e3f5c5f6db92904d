import { describe, expect, it } from 'vitest';
import { checkScenario, parseScenario, ScenarioError } from '../scenarios/scenario.ts';
import { shipped } from '../scenarios/shipped.ts';
import { twoWays } from '../scenarios/two-ways.ts';
import { broughtUp, runOut } from './whole.ts';

/** What the check says of the default scenario with the value at a path replaced; undefined takes the field away. */
function refusal(path: readonly (string | number)[], value: unknown): string {
  const copy: unknown = structuredClone(twoWays);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) delete at[last];
  else at[last] = value;
  try {
    checkScenario(copy);
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as Error).message;
  }
  return 'accepted';
}

describe('scenario files', () => {
  it('[SCEN-1] the default scenario is accepted', () => {
    expect(parseScenario(JSON.stringify(twoWays))).toEqual(twoWays);
  });
  it('[SCEN-1] every shipped scenario is accepted and runs to its end', () => {
    for (const scenario of shipped) {
      expect(parseScenario(JSON.stringify(scenario))).toEqual(scenario);
      const lab = broughtUp(scenario);
      const start = lab.run.n;
      expect(runOut(lab)).toBeGreaterThan(start + 300);
      expect(lab.status().state).toBe('idle');
      for (const guest of lab.view().guests) expect(guest.status).not.toMatch(/error|not found/i);
    }
  });
  it('[SCEN-2] a refusal says what, where and how to mend it', () => {
    expect(refusal(['colour'], 'red')).toMatch(/^\$\.colour is not a field; known here: viridian, /);
    expect(refusal(['guests', 0, 'memoryMb'], -4)).toBe('$.guests[0].memoryMb is -4; it must be a whole number from 8 to 16384.');
    expect(refusal(['guests', 0, 'memoryMb'], 4000)).toMatch(/give the guests less or the machine more/);
    expect(refusal(['guests', 1, 'path'], 'synthetic')).toMatch(/a legacy guest has no VMBus driver/);
    expect(refusal(['steps', 0, 'intent', 'guest'], 'gamma')).toBe('$.steps[0].intent.guest is "gamma"; it must be one of "alpha", "beta".');
    expect(refusal(['seed'], undefined)).toBe('$.seed is missing.');
    expect(refusal(['start', 0], { do: 'explode' })).toMatch(/must be one of 'boot-root'/);
  });
  it('[SCEN-3] depth, size and the names of prototypes are refused before anything is built', () => {
    expect(() => parseScenario('['.repeat(200_000) + ']'.repeat(200_000))).toThrow(/nests 200000 levels/);
    expect(() => parseScenario(' '.repeat(2 ** 21))).toThrow(/at most 1048576/);
    expect(() => parseScenario('{"__proto__": {"polluted": 1}}')).toThrow(/\$\.__proto__ is not a field/);
    expect(() => parseScenario('{"viridian": 1,}')).toThrow(/not JSON/);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
