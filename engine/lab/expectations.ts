/** What must have come true of a run: figures of the ledger, alone or against those of another guest. [STOP-4] */
import { counterAt, type CounterName } from './counters.ts';
import type { Run } from './run.ts';

export interface ExpectationGiven {
  readonly counter: CounterName;
  readonly guest?: string;
  /** The figure is divided by that of this guest. */
  readonly against?: string;
  readonly exactly?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One sentence for each expectation that does not hold from hop `start` to where the run stands. */
export function unmet(run: Run, start: number, expected: readonly ExpectationGiven[]): readonly string[] {
  const figure = (counter: CounterName, guest: string | undefined): number => {
    const partition = guest === undefined ? 0 : run.kernel.m.partitions.paths.lastIndexOf(guest);
    return counterAt(run, start, run.n, partition, counter);
  };
  return expected.flatMap(({ counter, guest, against, exactly, atLeast, atMost }) => {
    const found = figure(counter, guest);
    const unit = against === undefined ? 1 : figure(counter, against);
    const holds = (exactly === undefined || found === exactly * unit) && (atLeast === undefined || found >= atLeast * unit) && (atMost === undefined || found <= atMost * unit);
    if (holds) return [];
    const bounds = [exactly, atLeast, atMost].map((bound, i) => (bound === undefined ? '' : `${['exactly', 'at least', 'at most'][i]} ${bound}`)).filter((words) => words !== '');
    const of = guest === undefined ? '' : ` of ${guest}`;
    return [`The figure ${counter}${of} is ${found}${against === undefined ? '' : `, against ${unit} of ${against}`}; ${bounds.join(' and ')}${against === undefined ? ' was' : ' times that was'} expected.`];
  });
}
