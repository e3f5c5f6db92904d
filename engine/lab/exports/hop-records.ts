/** Hops as records for other tools: one object a hop, as JSON lines or as CSV. [EXPORT-1] */
import type { Kernel } from '../../sim/kernel.ts';
import type { Hop } from '../../sim/rows.ts';
import type { Cast } from '../cast.ts';
import { argsShown } from '../fast-call.ts';
import { fullSentence } from '../narration.ts';

/**
 * One hop in words and numbers. Times in ns from when the machine was switched on; `t` when it acted, `departed` when it left.
 * `n`, `request` and `cause` are hops counted from the very first one.
 */
export interface HopRecord {
  readonly n: number;
  /** The same counted from the start, as people count: 0 and less lie in the bring-up. */
  readonly hop: number;
  readonly t: number;
  readonly departed: number;
  /** Processor time charged. */
  readonly cost: number;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** Virtual processor it ran on, counted over all partitions, -1 for none; whose it is, and its number there. */
  readonly vp: number;
  readonly vpOf: string;
  readonly vpIndex: number;
  /** Logical processor, -1 for none. */
  readonly lp: number;
  readonly request: number;
  readonly cause: number;
  readonly args: Readonly<Record<string, number>>;
  readonly sentence?: string;
}

/** `cast` is that of the hop's branch where the machine stands before it (`castAt`). */
export function hopRecord(kernel: Kernel, hop: Hop, start: number, options: { readonly sentence?: boolean; readonly cast?: Cast } = {}): HopRecord {
  const kind = kernel.catalogue[hop.kind]!;
  const { cast = kernel.m } = options;
  const { components: { paths }, processors, partitions } = cast;
  const on = hop.vp < 0 ? null : { of: partitions.paths[processors.partition[hop.vp]!]!, index: processors.index[hop.vp]! };
  const record = {
    n: hop.n, hop: hop.n - start, t: hop.time, departed: hop.departed, cost: hop.cost, kind: kind.name, from: paths[hop.from]!, to: paths[hop.to]!, vp: hop.vp, vpOf: on?.of ?? '', vpIndex: on?.index ?? -1, lp: hop.lp,
    request: hop.request, cause: hop.cause, args: argsShown(kind, hop),
  };
  return options.sentence ? { ...record, sentence: fullSentence(kernel, hop, cast) } : record;
}

/** What has come later stands last. */
const columns = ['n', 't', 'departed', 'cost', 'kind', 'from', 'to', 'vp', 'lp', 'request', 'cause', 'args', 'sentence', 'hop', 'vpOf', 'vpIndex'] as const;

export const csvHead = `${columns.join(',')}\r\n`;

/** One line of CSV (RFC 4180); arguments as name=value. A spreadsheet takes nothing in it for a formula. */
export function csvLine(record: HopRecord): string {
  const args = Object.entries(record.args).map(([name, value]) => `${name}=${value}`).join(' ');
  return `${columns.map((column) => csvField(column === 'args' ? args : (record[column] ?? ''))).join(',')}\r\n`;
}

function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
