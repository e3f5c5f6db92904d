/**
 * A scenario with something changed: another era, another hardware, another way to a disk. The same words stand in the page's
 * address and on the command line: `era=ws2012`, `profile=server-2012`, `beta.path=dma`, `beta.extraAccesses=4`. [SCEN-8]
 */
import { nearest } from '../wire/nearest.ts';
import { checkScenario, ScenarioError } from './scenario.ts';
import type { GuestConfig, Scenario } from './scenario-shape.ts';

/** Fields of a guest that may be changed; what it is called and what its disk holds stay. */
export const variantFields = ['guest', 'path', 'polled', 'pioMode', 'lba48', 'extraAccesses', 'lean', 'queueDepth', 'era', 'ringPages', 'signalRule'] as const satisfies readonly (keyof GuestConfig)[];

export interface Variant {
  readonly era?: string;
  readonly profile?: string;
  /** By name of the guest. */
  readonly guests: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function valueOf(word: string): unknown {
  if (word === 'true' || word === 'false') return word === 'true';
  return /^\d{1,9}$/.test(word) ? Number(word) : word;
}

/** Reads words such as `beta.path` = `dma`. Words that are none of these are a ScenarioError. */
export function variantFrom(words: Readonly<Record<string, string>>): Variant {
  const guests: Record<string, Record<string, unknown>> = {};
  const top: { era?: string; profile?: string } = {};
  for (const [word, value] of Object.entries(words)) {
    if (word === 'era' || word === 'profile') {
      top[word] = value;
      continue;
    }
    const [name, field, ...more] = word.split('.');
    if (name === '' || field === undefined || more.length > 0) throw new ScenarioError([word], `${word} changes nothing; write era, profile or a guest and a field, as in beta.path.`);
    if (!(variantFields as readonly string[]).includes(field)) {
      const meant = nearest(field, variantFields);
      throw new ScenarioError([word], `${word}: ${field} of a guest cannot be changed; ${meant === '' ? `it may be ${variantFields.join(', ')}.` : `did you mean ${name}.${meant}?`}`);
    }
    (guests[name!] ??= {})[field] = valueOf(value);
  }
  return { ...top, guests };
}

/** The scenario with the change, checked like any other; a ScenarioError says what does not fit. */
export function variantOf(scenario: Scenario, { era, profile, guests }: Variant): Scenario {
  for (const name of Object.keys(guests)) {
    if (!scenario.guests.some((guest) => guest.name === name)) {
      throw new ScenarioError([name], `${name} is no guest of this scenario; there are ${scenario.guests.map((guest) => guest.name).join(', ')}.`);
    }
  }
  return checkScenario({
    ...scenario,
    ...(era === undefined ? {} : { era }),
    ...(profile === undefined ? {} : { profile }),
    guests: scenario.guests.map((guest) => ({ ...guest, ...guests[guest.name] })),
  });
}
