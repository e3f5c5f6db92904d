import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../scenarios/scenario.ts';
import { twoWays } from '../scenarios/two-ways.ts';
import { variantFrom, variantOf } from '../scenarios/variant.ts';
import { realLab, rest } from './lab/real.ts';

const changed = (words: Readonly<Record<string, string>>) => variantOf(twoWays, variantFrom(words));

describe('a variant of a scenario', () => {
  it('[SCEN-8] changes what its words name and nothing else', () => {
    const { guests, ...rest } = changed({ era: 'ws2012', profile: 'server-2012', 'beta.path': 'dma', 'beta.extraAccesses': '4', 'alpha.queueDepth': '2' });
    expect(rest).toEqual({ ...structuredClone(twoWays), guests: undefined, era: 'ws2012', profile: 'server-2012' });
    expect(guests).toEqual([{ ...twoWays.guests[0], queueDepth: 2 }, { ...twoWays.guests[1], path: 'dma', extraAccesses: 4 }]);
    expect(changed({})).toEqual(twoWays);
  });

  it('[SCEN-8] runs to the same files, with fewer exits by DMA', () => {
    const exits = (words: Readonly<Record<string, string>>): number => {
      const lab = realLab(changed(words));
      rest(lab);
      const { ledgers, guests } = lab.view();
      expect(guests.map((guest) => guest.read)).toEqual([483, 483]);
      return Object.values(ledgers[3]!.exits.guest).reduce((a, b) => a + b, 0);
    };
    const pio = exits({});
    expect(exits({ 'beta.extraAccesses': '10' })).toBeGreaterThan(pio);
    expect(exits({ era: 'ws2012', profile: 'server-2024' })).toBe(pio);
    expect(exits({ 'beta.path': 'dma', 'beta.lean': 'true' })).not.toBe(pio);
  });

  it('[SCEN-8] refuses in one sentence what does not fit', () => {
    const refused: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
      [{ colour: 'red' }, /colour changes nothing/], [{ 'beta.pahth': 'dma' }, /did you mean beta\.path\?/], [{ 'gamma.path': 'dma' }, /gamma is no guest of this scenario; there are alpha, beta\./],
      [{ era: 'ws2003' }, /era/], [{ 'beta.path': 'synthetic' }, /legacy/], [{ 'beta.extraAccesses': '5000' }, /extraAccesses/], [{ 'beta.title': 'x' }, /title of a guest cannot be changed/],
    ];
    for (const [words, sentence] of refused) {
      expect(() => changed(words)).toThrow(ScenarioError);
      expect(() => changed(words)).toThrow(sentence);
    }
  });
});
