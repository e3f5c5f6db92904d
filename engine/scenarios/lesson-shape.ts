/**
 * What makes a lesson of a scenario: what is shown at first, where it stops and what is said there, and what must have come true
 * in the end. All of it data; none of it changes what the machine does. [SCEN-13] [STOP-1]
 */
import { componentPath, conditionDefined, guestNamed } from '../lab/condition-shape.ts';
import { counterNames } from '../lab/counters.ts';
import { list, maybe, oneOf, record, text, told, whole, word, type Of } from '../wire/shape.ts';

/** How much of a lesson is read. */
export const lessonCaps = { stops: 16, caption: 600, opened: 8, lit: 8, expect: 32 } as const;

/** Groups of the gallery, in the order in which they are shown. */
export const themes = ['ways', 'signals', 'cost', 'disks', 'sharing', 'life'] as const;

const shown = {
  select: maybe(told('Chosen for the inspector.', componentPath)),
  depth: maybe(told('How much of the machine the picture tells apart.', oneOf('architecture', 'mechanism'))),
  opened: maybe(told('Guests that are drawn large, the most important first.', list(guestNamed, lessonCaps.opened))),
} as const;

const view = record({
  ...shown,
  pace: maybe(told('How Play tells: floor by floor, hop by hop, or in proportion to simulated time.', oneOf('story', 'hops', 'flow'))),
  rate: maybe(told('In flow: simulated nanoseconds in a second.', whole(1000, 1_000_000_000))),
  sight: maybe(oneOf('picture', 'table', 'storyboard')),
  lens: maybe(told('What the colours of the picture stand for.', word('[a-z]{1,20}(?::[a-z,-]{1,200})?', "a lens as the address has it, such as 'place' or 'kind:exit,hypercall'"))),
  panels: maybe(told('Panels that are needed; the others are shut.', list(oneOf('left', 'right', 'below'), 3))),
});

const stop = record({
  when: told('Reached with the first hop behind the stop before that meets this.', conditionDefined),
  title: text(1, 60),
  caption: told("Said when it is reached. Figures of the ledger stand in braces: '{exits of beta}', '{copies since 2}' (since the second stop), '{time since 1}'.", text(1, lessonCaps.caption)),
  ...shown,
});

const multiple = whole(0, Number.MAX_SAFE_INTEGER);

const expectation = record({
  counter: told('A figure of the ledger from the start to the end.', oneOf(...counterNames)),
  guest: maybe(told('Of this guest; left out: of the machine.', guestNamed)),
  against: maybe(told("Compared with the same figure of this guest: the numbers are multiples of it.", guestNamed)),
  exactly: maybe(multiple),
  atLeast: maybe(multiple),
  atMost: maybe(multiple),
});

/** Fields of a scenario that make a lesson of it; every one may be left out. */
export const lessonFields = {
  teaches: maybe(told('What one knows afterwards, in a sentence.', text(1, 300))),
  theme: maybe(told('Where the gallery shows it.', oneOf(...themes))),
  view: maybe(told('What is shown at first.', view)),
  twin: maybe(told('What is run beside it when two machines are compared: changes of a variant, as in alpha.path:pio, or those of both sides with ~ in between.', word('[\\w.:,~-]{1,1000}', 'the words of a twin, as in alpha.path:pio'))),
  stops: maybe(told('Where Play pauses, in this order, and what is said there.', list(stop, lessonCaps.stops))),
  expect: maybe(told('What must have come true when nothing is left to do.', list(expectation, lessonCaps.expect))),
} as const;

export type LessonTheme = (typeof themes)[number];
export type Stop = Of<typeof stop>;
export type StartView = Of<typeof view>;
