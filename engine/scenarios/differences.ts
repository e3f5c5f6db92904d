/** Two variants of one scenario: what may differ, and what does, in words for whoever compares or reads them. */
import { eraTitles } from '../lab/era-changes.ts';
import type { Era } from '../wire/eras.ts';
import type { GuestConfig, Scenario } from './scenario-shape.ts';

/** Fields of a guest that may be changed; what it is called and what its disk holds stay. */
export const variantFields = ['guest', 'path', 'polled', 'pioMode', 'lba48', 'extraAccesses', 'lean', 'queueDepth', 'era', 'ringPages', 'signalRule'] as const satisfies readonly (keyof GuestConfig)[];

export interface TwinDifference {
  /** 'Alpha, way to its disk'. */
  readonly what: string;
  readonly left: string;
  readonly right: string;
  /** The values say by themselves what they are about. */
  readonly plain: boolean;
}

const fieldTitles: Readonly<Record<(typeof variantFields)[number], string>> = {
  guest: 'kind of guest', path: 'way to its disk', polled: 'polled', pioMode: 'sectors at a time', lba48: '48-bit addresses', extraAccesses: 'extra register accesses',
  lean: 'lean driver', queueDepth: 'requests at once', era: 'release of its drivers', ringPages: 'pages of a ring', signalRule: 'rule for signals',
};
const pathTitles: Readonly<Record<string, string>> = { synthetic: 'VMBus, synthetic', pio: 'emulated IDE, PIO', dma: 'emulated IDE, DMA' };

type Value = string | number | boolean | undefined;

/** Fields whose values say what they are about. */
const plainFields: readonly string[] = ['guest', 'path', 'era', 'profile'];
const guestTitles: Readonly<Record<string, string>> = { enlightened: 'enlightened guest', legacy: 'legacy guest' };

function valueTitle(field: string, value: Value): string {
  if (value === undefined) return 'as usual';
  if (field === 'path') return pathTitles[value as string] ?? String(value);
  if (field === 'guest') return guestTitles[value as string] ?? String(value);
  if (field === 'era') return eraTitles[value as Era] ?? String(value);
  return value === true ? 'yes' : value === false ? 'no' : String(value);
}

/** What the right one has otherwise. */
export function differencesOf(left: Scenario, right: Scenario): TwinDifference[] {
  const out: TwinDifference[] = [];
  const add = (what: string, field: string, one: Value, other: Value): void => {
    if (one !== other) out.push({ what, left: valueTitle(field, one), right: valueTitle(field, other), plain: plainFields.includes(field) });
  };
  left.guests.forEach((guest, i) => {
    for (const field of variantFields) add(`${guest.title}, ${fieldTitles[field]}`, field, guest[field], right.guests[i]![field]);
  });
  add('era', 'era', left.era, right.era);
  add('hardware', 'profile', left.profile, right.profile);
  return out;
}
