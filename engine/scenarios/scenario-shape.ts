/**
 * The form of a scenario, declared once: the type, the check and the published JSON Schema (`public/schema/`) all come from here.
 * A new field is one line here, and where it must agree with another field a check in `scenario.ts`. [SCEN-1] [SHAPE-1]
 */
import { conditionDefined, conditionShape } from '../lab/condition-shape.ts';
import { guestIntents, structuralName, vmFields } from '../remote-intents.ts';
import { eras } from '../wire/eras.ts';
import { choice, defined, either, list, map, maybe, oneOf, record, ref, text, told, whole, word, type Of, type OfCases, type Schema, type Shape } from '../wire/shape.ts';
import { lessonFields } from './lesson-shape.ts';

/** Characters of what a scenario says of itself. */
export const LONGEST_ABOUT = 2000;

/** What lies between the files of two guests on the physical disk leaves room for so much. */
export const IMAGE_BYTES_MAX = 4_261_412_864;
/** An hour, in nanoseconds. */
const AFTER_MOST = 3_600_000_000_000;
/** Hops are numbered in 31 bits. */
const HOP_MOST = 0x7fff_ffff;

/** How much of a file is read at all. [SCEN-3] */
export const caps = { characters: 1 << 20, depth: 16, images: 16, guests: 8, start: 64, steps: 1000, breakpoints: 32 } as const;

const image = record({
  sha256: told('SHA-256 of the whole file, in lower case.', word('[0-9a-f]{64}', '64 hexadecimal digits in lower case')),
  bytes: whole(512, IMAGE_BYTES_MAX),
  file: told('Where it may be found, relative to the page or to this file.', text(1, 500)),
  parent: maybe(told('Of a differencing disk: the image it was made from.', ref('image', structuralName))),
  kind: maybe(told("'raw': the file's sectors are the disk, as with an ISO image or a copy of a whole disk; left out: a VHD.", oneOf('vhd', 'raw'))),
});

const guest = record({ ...vmFields, disk: told('The image its VHD is made from.', ref('image', structuralName)) });

const intents = { ...guestIntents, 'create-vm': { ...vmFields, disk: told('The image its VHD is a copy of.', ref('image', structuralName)) } } as const;
const intent: Shape<OfCases<'do', typeof intents>> = choice('do', intents);

const step = record({
  after: told('As soon as the machine is idle after the step before, so many nanoseconds after the start, or behind the hop of this number, counted from the start.', either(either(oneOf('idle'), whole(0, AFTER_MOST)), record({ hop: whole(0, HOP_MOST) }))),
  intent: defined('intent', intent),
});

export const scenarioShape = record({
  viridian: told('Version of this format.', oneOf(1)),
  name: structuralName,
  title: text(1, 200),
  about: text(1, LONGEST_ABOUT),
  era: told('Which hypervisor interface and wire protocols.', oneOf(...eras)),
  profile: told('Which hardware and which costs.', oneOf('server-2008', 'server-2012', 'server-2024')),
  seed: told('Of the generator of chance.', whole(0, 0xffff_ffff)),
  logicalProcessors: whole(1, 64),
  memoryMb: whole(1024, 65_536),
  images: told('Disk images by name.', map(structuralName, defined('image', image), caps.images)),
  guests: list(defined('guest', guest), caps.guests),
  start: told('Intents that bring the machine up; a page opens after them.', list(defined('intent', intent), caps.start)),
  steps: told('What happens when Play is pressed.', list(step, caps.steps)),
  breakpoints: maybe(told('Where a run stops whenever it is made to go on: it begins to hold there. A person can switch each off.', list(conditionDefined, caps.breakpoints))),
  ...lessonFields,
});

export type Scenario = Of<typeof scenarioShape>;
export type GuestConfig = Of<typeof guest>;
export type ImageConfig = Of<typeof image>;
export type ScenarioIntent = Of<typeof intent>;
export type Step = Of<typeof step>;

/** The published Schema. What one field must be because of another is said by the check only. */
export function scenarioSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Viridian scenario',
    description: `A machine, what brings it up and what is asked of it. At most ${caps.characters} characters and ${caps.depth} levels; checked whole by "viridian check".`,
    ...scenarioShape.schema,
    $defs: { image: image.schema, guest: guest.schema, intent: intent.schema, condition: conditionShape.schema },
  };
}
