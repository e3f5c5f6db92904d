/**
 * Breakpoints: conditions that a run stops at whenever one of them begins to hold, however it is made to go on. A condition
 * that holds already is passed by until it has ceased to; so a run that stopped at one goes on from there. [BREAK-1]
 */
import { NEVER } from '../sim/processors.ts';
import { ROW_WORDS } from '../sim/rows.ts';
import { ConditionError, halved, meetingOf, type Meeting, type Start } from './conditions.ts';
import { STRETCH } from './history.ts';
import type { Run } from './run.ts';

/** Rows computed before they are looked at. */
const PART = 2048;

/** One condition on the watch. */
interface Watch {
  /** First hop after `from`, up to where the run stands, at which it begins to hold; 0 for none. */
  readonly first: (from: number) => number;
  /** It must be looked at after every single hop. */
  readonly slow: boolean;
}

/** Moves on to hop `toHop` or time `toTime`, as `run.forward` does; answers which condition began to hold there, or -1. */
export function forwardTo(run: Run, start: Start, conditions: readonly unknown[], toHop: number, toTime = NEVER): number {
  const watches = conditions.map((condition) => watchOf(run, meetingOf(run, start, condition, true)));
  const part = watches.some((watch) => watch.slow) ? 1 : PART;
  for (;;) {
    const from = run.n;
    const stop = run.forward(Math.min(toHop, from + part), toTime);
    let hit = -1;
    let at = 0;
    watches.forEach((watch, i) => {
      const n = watch.first(from);
      if (n > 0 && (at === 0 || n < at)) [hit, at] = [i, n];
    });
    if (hit >= 0) {
      if (at !== run.n) run.seek(at);
      // The hop after this one may have asked for a chunk: nobody waits for it yet.
      run.need = null;
      return hit;
    }
    if (stop !== 'hops' || run.n >= toHop) return -1;
  }
}

/** Why a condition cannot be waited for, or ''. Guests and requests may be yet to come. [BREAK-2] */
export function conditionFault(run: Run, start: Start, condition: unknown): string {
  try {
    meetingOf(run, start, condition, true);
    return '';
  } catch (error) {
    if (error instanceof ConditionError) return error.message;
    throw error;
  }
}

function watchOf(run: Run, meeting: Meeting): Watch {
  const { row, machine, figure, toHop, toTime } = meeting;
  if (figure) return { slow: false, first: (from) => figureBegins(run, figure, from) };
  if (toHop !== undefined) return { slow: false, first: (from) => (from < toHop && toHop <= run.n ? toHop : 0) };
  if (toTime !== undefined) return { slow: false, first: (from) => firstAt(run, toTime, from) };
  if (row && machine) return whileWatched(run, row, machine);
  return { slow: false, first: (from) => (row ? firstRow(run, row, from) : 0) };
}

function firstRow(run: Run, row: NonNullable<Meeting['row']>, from: number): number {
  for (let n = from + 1; n <= run.n; ) {
    const { log, first } = run.stretchAt(n);
    const end = Math.min(run.n, first + STRETCH - 1);
    for (; n <= end; n++) if (row(log!.words, (n - first) * ROW_WORDS)) return n;
  }
  return 0;
}

/** A state of the machine: it begins to hold when it did not before. */
function whileWatched(run: Run, row: NonNullable<Meeting['row']>, machine: () => boolean): Watch {
  let held = machine();
  return {
    slow: true,
    first: (from) => {
      if (firstRow(run, row, from) === 0) return 0;
      const before = held;
      held = machine();
      return held && !before ? run.n : 0;
    },
  };
}

/** The first hop at or after a time. */
function firstAt(run: Run, time: number, from: number): number {
  if (run.n === from || run.timeOf(from) >= time || run.timeOf(run.n) < time) return 0;
  return halved(from, run.n, (n) => run.timeOf(n) >= time);
}

/** The hop at which a figure comes to its value; one that had it before does not begin to. */
function figureBegins(run: Run, { at, least }: NonNullable<Meeting['figure']>, from: number): number {
  if (run.n === from || at(from) >= least || at(run.n) < least) return 0;
  return halved(from, run.n, (n) => at(n) >= least);
}
