/** What the stops and expectations of a scenario must be because of the machine it has. [SCEN-13] */
import { catalogue } from '../catalogue.ts';
import type { Condition } from '../lab/condition-shape.ts';
import { figuresFault } from '../lab/stops.ts';
import { nearest } from '../wire/nearest.ts';
import { show, type Fault, type Path } from '../wire/shape.ts';
import { createsOf } from './copies.ts';
import type { Scenario } from './scenario-shape.ts';

const kinds = catalogue.map((kind) => kind.name);

/** The first thing that cannot be meant, or null. */
export function lessonFault(scenario: Scenario): Fault | null {
  const guests = [...scenario.guests, ...createsOf(scenario)].map((guest) => guest.name);
  const found = breakpointFaults(scenario).concat(stopFaults(scenario, guests), expectFaults(scenario));
  return found[0] ?? null;
}

/** A condition names a kind of hop that there is. */
function kindFaults(when: Condition, path: Path): Fault[] {
  if (!('kind' in when) || kinds.includes(when.kind)) return [];
  const near = nearest(when.kind, kinds);
  return [{ path: [...path, 'kind'], says: `is ${show(when.kind)}, which is no kind of hop; ${near === '' ? `they are named like ${kinds[0]}` : `did you mean ${near}?`}` }];
}

function breakpointFaults({ breakpoints = [] }: Scenario): Fault[] {
  return breakpoints.flatMap((when, i) => kindFaults(when, ['breakpoints', i]));
}

function stopFaults({ stops = [] }: Scenario, guests: readonly string[]): Fault[] {
  return stops.flatMap(({ when, caption }, i) => {
    const faults = kindFaults(when, ['stops', i, 'when']);
    const figures = figuresFault(caption, i + 1, guests);
    if (figures !== '') faults.push({ path: ['stops', i, 'caption'], says: figures });
    return faults;
  });
}

function expectFaults({ expect = [] }: Scenario): Fault[] {
  return expect.flatMap((expected, i) => {
    const { exactly, atLeast, atMost } = expected;
    if (exactly !== undefined || atLeast !== undefined || atMost !== undefined) return [];
    return [{ path: ['expect', i], says: 'expects nothing of its figure; give it exactly, atLeast or atMost' }];
  });
}
