import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../scenarios/scenario.ts';
import { shipped } from '../scenarios/shipped.ts';
import { twinFirst, twinOf, twinPresets, twinText, twinWords } from '../scenarios/twins.ts';
import { twoWays } from '../scenarios/two-ways.ts';

describe('twins of a scenario', () => {
  it('[TWIN-8] are one plain string, read and written alike', () => {
    for (const text of ['alpha.path:pio', 'era:ws2012', 'beta.path:pio~beta.path:dma', 'era:ws2012,beta.extraAccesses:4~profile:server-2024', 'beta.path:dma~']) expect(twinText(twinWords(text))).toBe(text);
    expect(twinWords('beta.path:dma')).toEqual({ left: {}, right: { 'beta.path': 'dma' } });
    const { left, right, guests, differences } = twinOf(twoWays, 'alpha.path:pio');
    expect(left).toEqual(twoWays);
    expect(right.guests[0]!.path).toBe('pio');
    expect(guests).toEqual(['alpha']);
    expect(differences).toEqual([{ what: 'Alpha, way to its disk', left: 'VMBus, synthetic', right: 'emulated IDE, PIO', plain: true }]);
    expect(twinOf(twoWays, 'era:ws2012')).toMatchObject({ guests: [], differences: [{ what: 'era', left: 'Windows Server 2008', right: 'Windows Server 2012' }] });
  });

  it('[TWIN-8] are refused in one sentence', () => {
    const refused: readonly (readonly [string, RegExp])[] = [
      ['', /the same/], ['alpha.path:synthetic', /the same/], ['alpha.path', /no change/], ['alpha.path:', /no change/], [':pio', /no change/], ['a:b:c', /no change/], ['era:ws2012,era:ws2008', /twice/],
      ['a~b~c', /more than two sides/], ['gamma.path:dma', /gamma is no guest/], ['beta.path:synthetic', /legacy/], ['alpha.pahth:pio', /did you mean alpha\.path\?/], ['x'.repeat(1001), /1001 characters/],
    ];
    for (const [text, sentence] of refused) {
      expect(() => twinOf(twoWays, text), text).toThrow(ScenarioError);
      expect(() => twinOf(twoWays, text), text).toThrow(sentence);
    }
  });

  it('[TWIN-9] a scenario names its own, which fits it and opens first; changed, it does with a usual one', () => {
    const naming = shipped.filter((scenario) => scenario.twin !== undefined);
    expect(naming.length).toBeGreaterThan(4);
    for (const scenario of naming) {
      expect(twinFirst(scenario), scenario.name).toBe(scenario.twin);
      expect(twinOf(scenario, scenario.twin!).differences.length, scenario.name).toBeGreaterThan(0);
    }
    const polling = shipped.find((scenario) => scenario.name === 'polling')!;
    const { guests } = twinOf(polling, polling.twin!).left;
    expect(guests[1]!.polled).toBe(false);
    expect(twinFirst({ ...polling, guests })).toBe('alpha.path:pio');
    expect(twinFirst({ ...twoWays, guests: [] })).toBe('era:ws2012');
  });

  it('[TWIN-8] those one click away fit every shipped scenario', () => {
    for (const scenario of shipped) {
      const offered = twinPresets(scenario).filter((preset) => preset.words !== '');
      expect(offered.length, scenario.name).toBeGreaterThan(2);
      for (const { words } of offered) expect(twinOf(scenario, words).differences.length, `${scenario.name} ${words}`).toBeGreaterThan(0);
    }
    expect(twinPresets(twoWays).map((preset) => preset.words)).toEqual(['alpha.path:pio', 'beta.path:dma', 'alpha.guest:legacy,alpha.path:pio', 'era:ws2012', 'profile:server-2024']);
  });
});
