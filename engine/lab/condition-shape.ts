/**
 * The form of a condition on the model, declared once for those who keep conditions as data: stops of a scenario, breakpoints,
 * links. What a condition means is said in `conditions.ts`. [UNTIL-4]
 */
import { structuralName } from '../remote-intents.ts';
import { crossings, type CrossingId } from '../wire/borders.ts';
import { defined, either, keyed, maybe, oneOf, ref, told, whole, word, type Of, type Shape } from '../wire/shape.ts';
import { counterNames } from './counters.ts';

const MOST = 0x7fff_ffff;

/** A guest by its name; it need not have been started yet. */
export const guestNamed = ref('guest', structuralName);
export const componentPath = word('[a-z][a-z0-9-]*(?:/[a-z][a-z0-9-]*)*', "the path of a component, as in 'alpha/storvsc'");
const guest = maybe(told('Of this guest only.', guestNamed));

export const conditionCases = {
  idle: { idle: told('Nothing is left to do, and nothing is planned.', oneOf(true)) },
  hop: { hop: told('This hop has acted, counted from the start, as the page counts.', whole(1, MOST)) },
  n: { n: told('This hop has acted, counted from the very first one: the field n of a trace.', whole(1, MOST)) },
  time: { time: told('So many nanoseconds after the start.', whole(0, Number.MAX_SAFE_INTEGER)) },
  kind: { kind: told('A hop of this kind has acted.', word('[a-z][A-Za-z0-9]*\\.[a-z][A-Za-z0-9]*', "the name of a kind of hop, as in 'vmbus.ringWriteGuest'")), guest },
  component: { component: told('A hop has left or reached this component.', componentPath) },
  crossing: { crossing: told('A hop has crossed this border.', oneOf(...(Object.keys(crossings) as CrossingId[]))), guest },
  request: { request: told('The request of this number has ended: that which the hop of this n began.', whole(1, MOST)) },
  ended: { ended: told('A request of this level has ended.', oneOf('file', 'disk', 'command', 'machine')), guest },
  milestone: { milestone: told('A request has come so far.', oneOf('submitted', 'handed-over', 'device-done', 'completed')), guest },
  counter: { counter: told('A figure of the ledger since the start', oneOf(...counterNames)), atLeast: told('has come to at least this.', whole(0, Number.MAX_SAFE_INTEGER)), guest },
  ring: { ring: told("A ring of a guest's channel", oneOf('to-root', 'to-guest')), guest: guestNamed, holds: told('holds at least so many bytes, or none.', either(oneOf('empty'), whole(0, MOST))) },
} as const;

export const conditionShape: Shape<Of<ReturnType<typeof keyed<typeof conditionCases>>>> = keyed(conditionCases);

/** A condition on the model. */
export type Condition = Of<typeof conditionShape>;

/** In a Schema that has it under `$defs`. */
export const conditionDefined = defined('condition', conditionShape);
