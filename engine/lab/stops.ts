/**
 * Stops of a lesson: where on a branch their conditions are met, one behind the other. They are looked for by running ahead, so
 * that nobody who looks at the machine notices. [STOP-1] [STOP-2]
 */
import { ChunkMissing } from './chunks.ts';
import { runUntil } from './conditions.ts';
import { counterAt, counterNames, type CounterName } from './counters.ts';
import { hasRows } from './posts.ts';
import type { Place, Run } from './run.ts';
import { durationText } from './span.ts';

/** What a stop says of itself. */
export interface StopGiven {
  readonly when: unknown;
  readonly caption: string;
}

export interface StopView {
  /** Hop with which it is reached, and when; 0 when it is not known yet, or never is. */
  readonly n: number;
  readonly time: number;
  /** Its caption with the figures of that moment; empty before. */
  readonly says: string;
  /** Why it is not reached on this branch: one sentence, or ''. */
  readonly never: string;
}

/** Hops that are run ahead for one stop, at most: a machine that is kept busy never comes to rest, and what lies far ahead takes room. */
const AHEAD_MOST = 250_000;

interface Moment {
  readonly n: number;
  readonly time: number;
}

/** What is known of a branch. */
interface Progress {
  /** Stops in order: reached, or never. */
  known: readonly StopView[];
  /** The next one is not met up to this hop. */
  looked: number;
  /** Where that is: who goes on looking need not repeat the way. */
  there: Place | null;
}

export type Start = Moment;

const unknown: StopView = { n: 0, time: 0, says: '', never: '' };

export class Stops {
  private readonly run: Run;
  private readonly given: readonly StopGiven[];
  private readonly of = new Map<number, Progress>();

  constructor(run: Run, given: readonly StopGiven[]) {
    this.run = run;
    this.given = given;
  }

  /** Somebody has acted behind hop `n`: what was known of the time after it is not so any more. [STOP-3] */
  forgetAfter(n: number): void {
    const progress = this.of.get(this.run.branch.id);
    if (progress) this.of.set(this.run.branch.id, upTo(progress, n));
  }

  /**
   * Stops in their order. They are looked for through `atOnce` hops, and through at most `most` beyond what had acted; throws
   * ChunkMissing when a piece of an image must come first.
   */
  views(start: Start, most: number, atOnce: number): readonly StopView[] {
    const { branch } = this.run;
    const progress = this.of.get(branch.id) ?? this.begun(start);
    this.of.set(branch.id, progress);
    const end = Math.max(start.n, branch.tip) + most;
    for (let left = atOnce; left > 0 && progress.known.length < this.given.length && progress.looked < end; ) {
      const from = progress.looked;
      left -= this.lookOn(progress, start, Math.min(end, from + left)) - from;
    }
    return this.given.map((_, i) => progress.known[i] ?? unknown);
  }

  /** A branch knows what its parent knew of the time they share. */
  private begun(start: Start): Progress {
    const { parent, atHop } = this.run.branch;
    const before = this.of.get(parent);
    return before ? upTo(before, atHop) : { known: [], looked: start.n, there: null };
  }

  /** Looks for one stop up to hop `until`; answers how far it has looked. One that is not reached does not hide those behind it. */
  private lookOn(progress: Progress, start: Start, until: number): number {
    const { run } = this;
    const from = progress.known.filter((stop) => stop.n > 0).at(-1)?.n ?? start.n;
    const there = progress.looked <= run.branch.tip && hasRows(run.branch, progress.looked) ? progress.there : null;
    return run.aside(() => {
      if (there === null && run.seek(progress.looked) === 'needs') throw new ChunkMissing(run.need!);
      const reason = runUntil(run, start, this.given[progress.known.length]!.when, { hops: until - progress.looked });
      if (reason === 'needs') throw new ChunkMissing(run.need!);
      Object.assign(progress, { looked: run.n, there: run.place() });
      if (reason === 'reached') progress.known = [...progress.known, this.met(progress, start)];
      else if (reason !== 'hops' || run.n - from >= AHEAD_MOST) {
        const never = reason === 'failed' ? run.branch.failure!.sentence : reason === 'idle' ? 'The machine comes to rest before it is reached.' : `It is not reached within ${grouped(AHEAD_MOST)} hops.`;
        Object.assign(progress, { known: [...progress.known, { ...unknown, never }], looked: from, there: null });
      }
      return run.n;
    }, there);
  }

  /** The stop that the machine, as it stands here, has just reached. */
  private met({ known }: Progress, start: Start): StopView {
    const { run } = this;
    const at = { n: run.n, time: run.timeOf(run.n) };
    const since = (stop: number): Moment => (known[stop - 1]?.n ? known[stop - 1]! : start);
    return { ...at, says: withFigures(run, this.given[known.length]!.caption, at, since), never: '' };
  }
}

/** What stays true when everything after hop `n` may be otherwise. */
function upTo({ known, looked }: Progress, n: number): Progress {
  const end = known.findIndex((stop) => stop.never !== '' || stop.n > n);
  const kept = end < 0 ? known : known.slice(0, end);
  return { known: kept, looked: end < 0 ? Math.min(looked, n) : n, there: null };
}

const braces = /\{([^{}]*)\}/g;
const inBraces = /^([A-Za-z]+)(?: of ([a-z][a-z0-9-]*))?(?: since (\d{1,2}))?$/;

/** A figure in braces, or null: what is counted ('time' too), for whom, since which stop (0: the start). */
function figureIn(words: string): { readonly figure: string; readonly guest: string; readonly since: number } | null {
  const [, figure, guest = '', since = '0'] = inBraces.exec(words) ?? [];
  if (figure === undefined || (figure !== 'time' && !(counterNames as readonly string[]).includes(figure))) return null;
  return figure === 'time' && guest !== '' ? null : { figure, guest, since: Number(since) };
}

/** What is wrong with the figures in the caption of the stop with this number (from 1), or ''. [STOP-2] */
export function figuresFault(caption: string, number: number, guests: readonly string[]): string {
  for (const [whole, words] of caption.matchAll(braces)) {
    const figure = figureIn(words!);
    if (figure === null) return `has ${whole}, which is no figure; write {time} or one of ${counterNames.join(', ')}, with ' of GUEST' or ' since STOP' behind it`;
    if (figure.guest !== '' && !guests.includes(figure.guest)) return `has ${whole}, but there is no guest ${figure.guest}; there are ${guests.join(', ')}`;
    if (figure.since >= number) return `has ${whole}, but a figure is counted since an earlier stop; this is stop ${number}`;
  }
  return '';
}

function withFigures(run: Run, caption: string, at: Moment, since: (stop: number) => Moment): string {
  return caption.replace(braces, (whole, words: string) => {
    const figure = figureIn(words);
    if (figure === null) return whole;
    const from = since(figure.since);
    if (figure.figure === 'time') return durationText(at.time - from.time);
    const partition = figure.guest === '' ? 0 : run.kernel.m.partitions.paths.lastIndexOf(figure.guest);
    return grouped(counterAt(run, from.n, at.n, partition, figure.figure as CounterName));
  });
}

const grouped = (whole: number): string => String(whole).replace(/\B(?=(\d{3})+$)/g, '\u2009');
