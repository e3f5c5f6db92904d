/**
 * Conditions on the model, as data: what a person, a script or a lesson waits for. `runUntil` moves a run to the first hop at
 * which one holds. Wall time plays no part. [UNTIL-1] [UNTIL-2] [UNTIL-3]
 */
import { crossings } from '../wire/borders.ts';
import { nearest } from '../wire/nearest.ts';
import { NEVER } from '../sim/processors.ts';
import { FLAG_BEGINS, ROW_WORDS, W_FLAGS, W_KIND_FROM, W_REQUEST, W_TO_VP } from '../sim/rows.ts';
import { STRETCH } from './history.ts';
import { counterAt, counterNames, type CounterName } from './counters.ts';
import { channelViews } from './project.ts';
import type { Run } from './run.ts';

export type { Condition } from './condition-shape.ts';

/** How far to go when the condition is not met: hops from here, ns after the start. */
export interface UntilCaps {
  readonly hops?: number;
  readonly time?: number;
}

/** `hops`, `time`: a cap was met first. `needs`: a chunk of an image must be supplied; ask again then. */
export type UntilReason = 'reached' | 'idle' | 'hops' | 'time' | 'needs' | 'failed';

/** A condition that means nothing here; the sentence says what would. */
export class ConditionError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'ConditionError';
  }
}

const HOPS_USUAL = 1_000_000;
/** Rows computed before they are looked at. */
const PART = 2048;
const levels: readonly string[] = ['file', 'disk', 'command', 'machine'];
const milestones: readonly string[] = ['submitted', 'handed-over', 'device-done', 'completed'];

/** Hop and time at which the person got the machine. */
export interface Start {
  readonly n: number;
  readonly time: number;
}

export interface Meeting {
  /** Whether a row meets the condition. */
  readonly row?: (words: Int32Array, w: number) => boolean;
  /** Whether the machine meets it after a hop that `row` lets through. */
  readonly machine?: () => boolean;
  /** A figure that never falls, and the value it must come to. */
  readonly figure?: { readonly at: (n: number) => number; readonly least: number };
  readonly toHop?: number;
  readonly toTime?: number;
}

/** Moves the run on until the condition holds; where it stands then, the hop that met it has just acted. */
export function runUntil(run: Run, start: Start, given: unknown, caps: UntilCaps = {}): UntilReason {
  const meeting = meetingOf(run, start, given);
  const last = Math.min(run.n + (caps.hops ?? HOPS_USUAL), meeting.toHop ?? NEVER);
  const latest = Math.min(caps.time === undefined ? NEVER : start.time + caps.time, meeting.toTime ?? NEVER);
  if (meeting.toHop !== undefined && run.n >= meeting.toHop) return 'reached';
  for (;;) {
    const from = run.n;
    const stop = run.forward(Math.min(last, from + (meeting.machine ? 1 : PART)), latest);
    const met = firstMet(run, meeting, from + 1);
    if (met > 0) {
      if (met !== run.n) run.seek(met);
      // The hop after this one may have asked for a chunk: nobody waits for it yet.
      run.need = null;
      return 'reached';
    }
    if (stop === 'needs' || stop === 'failed') return stop;
    if (stop === 'idle') return 'idle' in (given as object) ? 'reached' : 'idle';
    if (stop === 'time') return meeting.toTime === latest ? 'reached' : 'time';
    if (run.n >= last) return meeting.toHop === last ? 'reached' : 'hops';
  }
}

/** First hop from `from` on to where the run stands that meets the condition, or 0. */
function firstMet(run: Run, meeting: Meeting, from: number): number {
  if (meeting.figure) return firstFigure(run, meeting.figure, from);
  if (!meeting.row) return 0;
  for (let n = from; n <= run.n; ) {
    const { log, first } = run.stretchAt(n);
    const end = Math.min(run.n, first + STRETCH - 1);
    for (; n <= end; n++) if (meeting.row(log!.words, (n - first) * ROW_WORDS) && (!meeting.machine || meeting.machine())) return n;
  }
  return 0;
}

/** The figure never falls, so halving finds the hop. */
function firstFigure(run: Run, { at, least }: NonNullable<Meeting['figure']>, from: number): number {
  return at(run.n) < least ? 0 : halved(from - 1, run.n, (n) => at(n) >= least);
}

/** The first number above `low`, at most `high`, that passes; `high` does, and once passed stays so. */
export function halved(low: number, high: number, passes: (n: number) => boolean): number {
  let [below, above] = [low, high];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (passes(middle)) above = middle;
    else below = middle;
  }
  return above;
}

// --- what a condition means here ----------------------------------------------------------------------------------------

/** `waits`: names of guests and requests that are not there yet are waited for, instead of refused. */
export function meetingOf(run: Run, start: Start, given: unknown, waits = false): Meeting {
  const c = asObject(given);
  const what = Object.keys(c).find((key) => Object.hasOwn(makers, key));
  if (what === undefined) {
    throw new ConditionError(`A condition is an object with one of the fields ${Object.keys(makers).join(', ')}; ${show(given)} has none of them.`);
  }
  const { also, make } = makers[what]!;
  for (const key of Object.keys(c)) {
    if (key !== what && !also.includes(key)) throw new ConditionError(`${key} is no field of the condition ${what}; it takes ${[what, ...also].join(', ')}.`);
  }
  return make(run, c, start, waits);
}

type Given = Readonly<Record<string, unknown>>;

interface Maker {
  readonly also: readonly string[];
  readonly make: (run: Run, c: Given, start: Start, waits: boolean) => Meeting;
}

const makers: Readonly<Record<string, Maker>> = {
  idle: { also: [], make: () => ({}) },
  hop: { also: [], make: (_, c, start) => ({ toHop: start.n + whole(c, 'hop') }) },
  n: { also: [], make: (_, c) => ({ toHop: whole(c, 'n') }) },
  time: { also: [], make: (_, c, start) => ({ toTime: start.time + whole(c, 'time') }) },
  kind: { also: ['guest'], make: byKind },
  component: { also: [], make: byComponent },
  crossing: { also: ['guest'], make: byCrossing },
  request: { also: [], make: byRequest },
  ended: { also: ['guest'], make: (run, c, _, waits) => ofKinds(run, c, waits, 'ended', levels, (k, level) => k.ends === level) },
  milestone: { also: ['guest'], make: (run, c, _, waits) => ofKinds(run, c, waits, 'milestone', milestones, (k, milestone) => k.milestone === milestone) },
  counter: { also: ['atLeast', 'guest'], make: byCounter },
  ring: { also: ['guest', 'holds'], make: byRing },
};

function byKind(run: Run, c: Given, _: Start, waits: boolean): Meeting {
  const { catalogue } = run.kernel;
  return ofKinds(run, c, waits, 'kind', catalogue.map((k) => k.name), (k, name) => k.name === name);
}

function byCrossing(run: Run, c: Given, _: Start, waits: boolean): Meeting {
  return ofKinds(run, c, waits, 'crossing', Object.keys(crossings), (k, crossing) => k.crossing === crossing);
}

function ofKinds(run: Run, c: Given, waits: boolean, field: string, known: readonly string[], is: (kind: Run['kernel']['catalogue'][number], value: string) => boolean): Meeting {
  const value = word(c, field, known);
  const wanted = Uint8Array.from(run.kernel.catalogue, (kind) => (is(kind, value) ? 1 : 0));
  const guest = guestOf(run, c, waits);
  return { row: (words, w) => wanted[words[w + W_KIND_FROM]! & 0xffff] === 1 && (guest === null || words[w + W_FLAGS]! >>> 24 === guest()) };
}

/** Components may come while the machine runs, so the path is looked up again until it is there. */
function byComponent(run: Run, c: Given): Meeting {
  const path = String(c['component']);
  let found = -1;
  const index = (): number => (found >= 0 ? found : (found = run.kernel.m.components.paths.indexOf(path)));
  return { row: (words, w) => index() >= 0 && (words[w + W_KIND_FROM]! >>> 16 === found || (words[w + W_TO_VP]! & 0xffff) === found) };
}

function byRequest(run: Run, c: Given, _: Start, waits: boolean): Meeting {
  const id = whole(c, 'request');
  const { catalogue } = run.kernel;
  const known = id >= 1 && id <= run.n;
  if (known ? (run.hopAt(id).flags & FLAG_BEGINS) === 0 : !waits || id < 1) throw new ConditionError(`Hop ${id} began no request, so nothing of it can end.`);
  return {
    row: (words, w) => {
      if (words[w + W_REQUEST]! >>> 0 !== id) return false;
      const { ends } = catalogue[words[w + W_KIND_FROM]! & 0xffff]!;
      return ends !== undefined && ends === catalogue[run.hopAt(id).kind]!.begins;
    },
  };
}

function byCounter(run: Run, c: Given, start: Start, waits: boolean): Meeting {
  const name = word(c, 'counter', counterNames) as CounterName;
  const guest = guestOf(run, c, waits);
  return { figure: { at: (n) => counterAt(run, start.n, n, guest === null ? 0 : guest(), name), least: whole(c, 'atLeast') } };
}

function byRing(run: Run, c: Given, _: Start, waits: boolean): Meeting {
  const toRoot = word(c, 'ring', ['to-root', 'to-guest']) === 'to-root';
  const guest = guestOf(run, c, waits);
  if (guest === null) throw new ConditionError('The condition ring needs the field guest: the name of the guest whose channel is meant.');
  const holds = c['holds'] === 'empty' ? 0 : whole(c, 'holds');
  const rings = Uint8Array.from(run.kernel.catalogue, (kind) => (kind.family === 'ring' ? 1 : 0));
  const machine = (): boolean => {
    const channel = channelViews(run.kernel).find((view) => view.partition === guest());
    if (!channel) return false;
    const { size, write, read } = toRoot ? channel.toRoot : channel.toGuest;
    const used = (write - read + size) % size;
    return holds === 0 ? used === 0 : used >= holds;
  };
  return { row: (words, w) => rings[words[w + W_KIND_FROM]! & 0xffff] === 1 && words[w + W_FLAGS]! >>> 24 === guest(), machine };
}

// --- small checks -------------------------------------------------------------------------------------------------------

function asObject(value: unknown): Given {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new ConditionError(`A condition is an object, not ${show(value)}.`);
  return value as Given;
}

function show(value: unknown): string {
  const json = JSON.stringify(value) ?? typeof value;
  return json.length > 40 ? `${json.slice(0, 37)}...` : json;
}

function whole(c: Given, field: string): number {
  const value = c[field];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new ConditionError(`The ${field} of a condition is a whole number, not ${show(value)}.`);
  return value;
}

function word(c: Given, field: string, known: readonly string[]): string {
  const value = c[field];
  if (typeof value === 'string' && known.includes(value)) return value;
  const meant = typeof value === 'string' ? nearest(value, known) : '';
  const list = known.length <= 20 ? `it is one of ${known.join(', ')}` : `they are named like ${known[0]}`;
  throw new ConditionError(`There is no ${field} ${show(value)}; ${meant === '' ? list : `did you mean ${meant}?`}${meant === '' ? '.' : ''}`);
}

/**
 * Looks up the partition of the guest named, -1 while there is none; null for all. A guest that is to be started later on this
 * branch may be waited for, and with `waits` any guest that may ever be. [UNTIL-4] [BREAK-2]
 */
function guestOf(run: Run, c: Given, waits: boolean): (() => number) | null {
  const name = c['guest'];
  if (name === undefined) return null;
  const found = (): number => (typeof name === 'string' ? run.kernel.m.partitions.paths.lastIndexOf(name) : -1);
  const mayCome = waits && typeof name === 'string';
  if (!mayCome && found() < 2 && !run.asks((intent) => (intent as { name?: unknown }).name === name)) {
    throw new ConditionError(`No guest ${show(name)} runs; there are ${run.kernel.m.partitions.paths.slice(2).join(', ') || 'none'}.`);
  }
  return found;
}
