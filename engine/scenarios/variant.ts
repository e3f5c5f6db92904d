/**
 * A scenario with something changed: another era, another hardware, another way to a disk. The same words stand in the page's
 * address and on the command line: `era=ws2012`, `profile=server-2012`, `beta.path=dma`, `beta.extraAccesses=4`. [SCEN-8]
 */
import { nearest } from '../wire/nearest.ts';
import { differencesOf, variantFields } from './differences.ts';
import { lessonCaps, type Stop } from './lesson-shape.ts';
import { checkScenario, ScenarioError } from './scenario.ts';
import { LONGEST_ABOUT, type Scenario } from './scenario-shape.ts';

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
  return retold(scenario, checkScenario({
    ...scenario,
    ...(era === undefined ? {} : { era }),
    ...(profile === undefined ? {} : { profile }),
    guests: scenario.guests.map((guest) => ({ ...guest, ...guests[guest.name] })),
  }));
}

/** Its texts were written before the change, and say so. A caption that has no room for that stays as it is. */
function retold(before: Scenario, after: Scenario): Scenario {
  const differences = differencesOf(before, after);
  if (differences.length === 0) return after;
  const said = differences.map(({ what, left, right }) => `${what}: ${right} instead of ${left}`).join('; ');
  return {
    ...after,
    about: `Changed: ${said}. Written before that: ${after.about}`.slice(0, LONGEST_ABOUT),
    ...(after.stops ? { stops: after.stops.map((stop) => ({ ...stop, caption: retoldCaption(before, after, stop) })) } : {}),
  };
}

function retoldCaption(before: Scenario, after: Scenario, stop: Stop): string {
  const about = (name: string, title: string): boolean => ('guest' in stop.when && stop.when.guest === name) || stop.caption.includes(title) || stop.caption.includes(` of ${name}`);
  const changed = after.guests.filter((guest, i) => JSON.stringify(guest) !== JSON.stringify(before.guests[i]) && about(guest.name, guest.title)).map(({ title }) => title);
  if (before.era !== after.era) changed.push('the era');
  const caption = changed.length === 0 ? stop.caption : `Written before ${changed.join(' and ')} ${changed.length === 1 ? 'was' : 'were'} changed: ${stop.caption}`;
  return caption.length <= lessonCaps.caption ? caption : stop.caption;
}
