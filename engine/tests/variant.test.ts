import { describe, expect, it } from 'vitest';
import { checkScenario, ScenarioError } from '../scenarios/scenario.ts';
import { shipped } from '../scenarios/shipped.ts';
import { twoWays } from '../scenarios/two-ways.ts';
import { variantFrom, variantOf } from '../scenarios/variant.ts';
import { realLab, rest } from './lab/real.ts';

const changed = (words: Readonly<Record<string, string>>) => variantOf(twoWays, variantFrom(words));

describe('a variant of a scenario', () => {
  it('[SCEN-8] changes what its words name and nothing else', () => {
    const { guests, about: _about, stops: _stops, ...rest } = changed({ era: 'ws2012', profile: 'server-2012', 'beta.path': 'dma', 'beta.extraAccesses': '4', 'alpha.queueDepth': '2' });
    const { about: _written, stops: _as, ...own } = structuredClone(twoWays);
    expect(rest).toEqual({ ...own, guests: undefined, era: 'ws2012', profile: 'server-2012' });
    expect(guests).toEqual([{ ...twoWays.guests[0], queueDepth: 2 }, { ...twoWays.guests[1], path: 'dma', extraAccesses: 4 }]);
    expect(changed({})).toEqual(twoWays);
  });

  it('[SCEN-8] says first what was changed, and of stops that speak of it that they were written before', () => {
    const { about, stops } = changed({ 'alpha.path': 'pio', 'beta.path': 'pio' });
    expect(about).toBe(`Changed: Alpha, way to its disk: emulated IDE, PIO instead of VMBus, synthetic. Written before that: ${twoWays.about}`);
    const written = stops!.map(({ caption }, i) => caption.replace(twoWays.stops![i]!.caption, '…'));
    expect(written).toEqual(['Written before Alpha was changed: …', 'Written before Alpha was changed: …', 'Written before Alpha was changed: …', '…', 'Written before Alpha was changed: …', 'Written before Alpha was changed: …']);
    expect(changed({ era: 'ws2012' }).about).toMatch(/^Changed: era: Windows Server 2012 instead of Windows Server 2008\. Written before that: Alpha/);
    expect(changed({ era: 'ws2012' }).stops!.every(({ caption }) => caption.startsWith('Written before the era was changed: '))).toBe(true);
    // Other hardware changes times, which captions take from the run.
    expect(changed({ profile: 'server-2024' }).stops).toEqual(twoWays.stops);
    expect(checkScenario(changed({ 'alpha.path': 'pio', era: 'ws2012' }))).toBeTruthy();
  });

  it('[SCEN-8] [SCEN-6] every shipped scenario with another era is still a scenario', () => {
    for (const scenario of shipped) expect(checkScenario(variantOf(scenario, { era: scenario.era === 'ws2012' ? 'ws2008' : 'ws2012', guests: {} })).stops?.length).toBe(scenario.stops?.length);
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
