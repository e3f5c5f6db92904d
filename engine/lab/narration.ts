/**
 * Narration: one sentence a hop, from its kind's declaration. The same sentence is caption, line of the storyboard, answer of
 * the command line and golden text of a test. [STORY-1]
 */
import type { HopKind, Sentence, SentenceView } from '../sim/hop-kinds.ts';
import type { Kernel } from '../sim/kernel.ts';
import type { Hop } from '../sim/rows.ts';
import type { Cast } from './cast.ts';
import { durationText } from './span.ts';

/** A caption in two halves: what happens, and why. */
export interface CaptionLine {
  readonly n: number;
  readonly says: string;
  readonly because: string;
}

/** Arguments of a hop by the names its kind gives them. */
export function argsOf(kind: HopKind, hop: Hop): Record<string, number> {
  const out: Record<string, number> = {};
  kind.args.forEach((name, i) => (out[name] = hop.args[i]!));
  return out;
}

/** What a hop says; `cast` is that of its branch where the machine stands before it (`castAt`). */
export function sentenceOf(kernel: Kernel, hop: Hop, cast: Cast = kernel.m): Sentence {
  const kind = kernel.catalogue[hop.kind]!;
  const view: SentenceView = {
    from: kernel.types[cast.components.types[hop.from]!]!.title,
    to: kernel.types[cast.components.types[hop.to]!]!.title,
    guest: hop.behalf > 1 ? cast.partitions.titles[hop.behalf]! : 'the machine',
    vp: hop.vp >= 0 ? `VP ${cast.processors.index[hop.vp]}` : 'no VP',
  };
  return kind.sentence(argsOf(kind, hop), view);
}

/** Actor, act and object, without the reason. */
export function sayingOf(kernel: Kernel, hop: Hop, cast?: Cast): string {
  const { actor, act, object } = sentenceOf(kernel, hop, cast);
  return [actor, act, object].filter((part) => part !== '').join(' ');
}

export function captionOf(kernel: Kernel, hop: Hop, cast?: Cast): CaptionLine {
  return { n: hop.n, says: sayingOf(kernel, hop, cast), because: sentenceOf(kernel, hop, cast).because };
}

/** The whole sentence. */
export function fullSentence(kernel: Kernel, hop: Hop, cast?: Cast): string {
  const { says, because } = captionOf(kernel, hop, cast);
  return `${says}, because ${because}.`;
}

/** A place in simulated time, which is told apart from its neighbours: microseconds with two decimals and groups of three. */
export function timeText(ns: number): string {
  const hundredths = Math.round(ns / 10);
  const whole = String(Math.floor(hundredths / 100)).replace(/\B(?=(\d{3})+$)/g, ' ');
  return `${whole}.${String(hundredths % 100).padStart(2, '0')} µs`;
}

export interface GoldenOptions {
  /** Time that is written as zero. */
  readonly from?: number;
  /** Leave the reasons out. */
  readonly short?: boolean;
}

/** A run as text that a person enjoys reading: time, who to whom, what and why; a line of gap where nothing happened. */
export function goldenText(kernel: Kernel, hops: readonly Hop[], options: GoldenOptions = {}): string {
  const zero = options.from ?? hops[0]?.departed ?? 0;
  const paths = kernel.m.components.paths;
  const ends = hops.map((hop) => `${paths[hop.from]} -> ${paths[hop.to]}`);
  const timeWidth = Math.max(0, ...hops.map((hop) => timeText(hop.time - zero).length));
  const endWidth = Math.min(52, Math.max(0, ...ends.map((text) => text.length)));
  const lines: string[] = [];
  let last = hops[0]?.time ?? 0;
  hops.forEach((hop, i) => {
    if (hop.time - last > 50_000) lines.push(`${' '.repeat(timeWidth)}  ... nothing for ${durationText(hop.time - last)} ...`);
    last = hop.time;
    const says = options.short ? `${sayingOf(kernel, hop)}.` : fullSentence(kernel, hop);
    lines.push(`${timeText(hop.time - zero).padStart(timeWidth)}  ${ends[i]!.padEnd(endWidth)}  ${says}`);
  });
  return `${lines.join('\n')}\n`;
}
