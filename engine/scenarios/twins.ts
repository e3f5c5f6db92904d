/**
 * Two variants of one scenario, to be run side by side, as one plain string: `alpha.path:pio` is the scenario as it is against
 * the scenario with that changed; `beta.path:pio~beta.path:dma` changes both sides. Several changes are set apart by commas.
 * The page's address and the command line carry it. [TWIN-8]
 */
import { differencesOf, type TwinDifference, type variantFields } from './differences.ts';
import { ScenarioError } from './scenario.ts';
import type { Scenario } from './scenario-shape.ts';
import { variantFrom, variantOf } from './variant.ts';

/** Longer strings are no twin that anybody wrote. */
const LONGEST = 1000;

export interface TwinWords {
  readonly left: Readonly<Record<string, string>>;
  readonly right: Readonly<Record<string, string>>;
}

export interface Twin {
  readonly left: Scenario;
  readonly right: Scenario;
  readonly differences: readonly TwinDifference[];
  /** Names of the guests that differ; none when only era or hardware do. */
  readonly guests: readonly string[];
}

function sideFrom(text: string): Record<string, string> {
  const words: Record<string, string> = {};
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const [word, value, ...more] = part.split(':');
    if (word === undefined || word === '' || value === undefined || value === '' || more.length > 0) {
      throw new ScenarioError([part], `The twin's '${part.slice(0, 60)}' is no change; write a word and its value, as in alpha.path:pio, and set several apart by commas.`);
    }
    if (words[word] !== undefined) throw new ScenarioError([word], `The twin's ${word.slice(0, 60)} is given twice; give it once.`);
    words[word] = value;
  }
  return words;
}

/** Reads the string; a ScenarioError says what is none. */
export function twinWords(text: string): TwinWords {
  if (text.length > LONGEST) throw new ScenarioError([], `The twin has ${text.length} characters; at most ${LONGEST} are read.`);
  const sides = text.split('~');
  if (sides.length > 2) throw new ScenarioError([], 'The twin has more than two sides; write left~right, or the right side alone.');
  const right = sideFrom(sides.at(-1)!);
  return { left: sides.length === 2 ? sideFrom(sides[0]!) : {}, right };
}

/** The string of the words. */
export function twinText({ left, right }: TwinWords): string {
  const side = (words: Readonly<Record<string, string>>): string => Object.entries(words).map(([word, value]) => `${word}:${value}`).join(',');
  return Object.keys(left).length === 0 ? side(right) : `${side(left)}~${side(right)}`;
}

/** Both sides of a scenario; a ScenarioError says what does not fit, or that both are the same. */
export function twinOf(scenario: Scenario, text: string): Twin {
  const words = twinWords(text);
  const left = variantOf(scenario, variantFrom(words.left));
  const right = variantOf(scenario, variantFrom(words.right));
  const guests = left.guests.filter((guest, i) => JSON.stringify(guest) !== JSON.stringify(right.guests[i])).map((guest) => guest.name);
  const differences = differencesOf(left, right);
  if (differences.length === 0) throw new ScenarioError([], 'Both machines of the twin are the same; change something of one, as in alpha.path:pio.');
  return { left, right, differences, guests };
}

// --- one click away -------------------------------------------------------------------------------------------------------

export interface TwinPreset {
  readonly id: 'ways' | 'transfer' | 'enlightened' | 'era' | 'hardware';
  readonly title: string;
  /** The string; empty when the scenario has no such twin. */
  readonly words: string;
}

/** Words that a side needs so that the scenario says this. */
function needed(scenario: Scenario, words: Readonly<Record<string, string>>): Record<string, string> {
  const same = ([word, value]: readonly [string, string]): boolean => {
    const [name, field] = word.split('.');
    if (field === undefined) return scenario[name as 'era' | 'profile'] === value;
    return String(scenario.guests.find((guest) => guest.name === name)?.[field as (typeof variantFields)[number]]) === value;
  };
  return Object.fromEntries(Object.entries(words).filter((entry) => !same(entry)));
}

/** The twin that opens by itself: the scenario's own, or the first of those one click away; '' when it has none. [TWIN-9] */
export function twinFirst(scenario: Scenario): string {
  if (scenario.twin !== undefined && fits(scenario, scenario.twin)) return scenario.twin;
  return twinPresets(scenario).find((preset) => preset.words !== '')?.words ?? '';
}

/** A scenario that somebody has changed may be its own twin by now. */
function fits(scenario: Scenario, text: string): boolean {
  try {
    return twinOf(scenario, text).differences.length > 0;
  } catch (error) {
    if (error instanceof ScenarioError) return false;
    throw error;
  }
}

/** The twins that anybody asks for first, as far as the scenario has guests for them. */
export function twinPresets(scenario: Scenario): readonly TwinPreset[] {
  const pair = (left: Record<string, string>, right: Record<string, string>): string => twinText({ left: needed(scenario, left), right: needed(scenario, right) });
  const enlightened = scenario.guests.find((guest) => guest.guest === 'enlightened')?.name;
  const emulated = (scenario.guests.find((guest) => guest.path !== 'synthetic') ?? scenario.guests[0])?.name;
  const ways = enlightened === undefined ? '' : pair({ [`${enlightened}.path`]: 'synthetic' }, { [`${enlightened}.path`]: 'pio' });
  const transfer = emulated === undefined ? '' : pair({ [`${emulated}.path`]: 'pio' }, { [`${emulated}.path`]: 'dma' });
  const kinds = enlightened === undefined ? '' : pair({ [`${enlightened}.path`]: 'synthetic' }, { [`${enlightened}.guest`]: 'legacy', [`${enlightened}.path`]: 'pio' });
  return [
    { id: 'ways', title: 'Synthetic – emulated', words: ways },
    { id: 'transfer', title: 'PIO – DMA', words: transfer },
    { id: 'enlightened', title: 'Enlightened – legacy', words: kinds },
    { id: 'era', title: 'Era 2008 – 2012', words: pair({ era: 'ws2008' }, { era: 'ws2012' }) },
    { id: 'hardware', title: 'Hardware 2008 – 2024', words: pair({ profile: 'server-2008' }, { profile: 'server-2024' }) },
  ];
}
