import { describe, expect, it } from 'vitest';
import { checkScenario, parseScenario, ScenarioError } from '../scenarios/scenario.ts';
import { twoWays } from '../scenarios/two-ways.ts';

function refusal(change: (s: any) => void): string {
  const copy = structuredClone(twoWays) as any;
  change(copy);
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
  it('[SCEN-2] a refusal says what, where and how to mend it', () => {
    expect(refusal((s) => (s.colour = 'red'))).toMatch(/^\$\.colour is not a field; known here: viridian, /);
    expect(refusal((s) => (s.guests[0].memoryMb = -4))).toBe('$.guests[0].memoryMb is -4; it must be a whole number from 8 to 16384.');
    expect(refusal((s) => (s.guests[0].memoryMb = 4000))).toMatch(/give the guests less or the machine more/);
    expect(refusal((s) => (s.guests[1].path = 'synthetic'))).toMatch(/a legacy guest has no VMBus driver/);
    expect(refusal((s) => (s.steps[0].intent.guest = 'gamma'))).toBe('$.steps[0].intent.guest is "gamma"; it must be one of "alpha", "beta".');
    expect(refusal((s) => delete s.seed)).toBe('$.seed is missing.');
    expect(refusal((s) => (s.start[0] = { do: 'explode' }))).toMatch(/must be one of 'boot-root'/);
  });
  it('[SCEN-3] depth, size and the names of prototypes are refused before anything is built', () => {
    expect(() => parseScenario('['.repeat(200_000) + ']'.repeat(200_000))).toThrow(/nests 200000 levels/);
    expect(() => parseScenario(' '.repeat(2 ** 21))).toThrow(/at most 1048576/);
    expect(() => parseScenario('{"__proto__": {"polluted": 1}}')).toThrow(/\$\.__proto__ is not a field/);
    expect(() => parseScenario('{"viridian": 1,}')).toThrow(/not JSON/);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
