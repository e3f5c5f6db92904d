/**
 * A run as a trace that Perfetto, Chrome and speedscope open: places as processes, components as threads, hops as slices of the
 * processor time they were charged, requests as flows from slice to slice. Format: Trace Event Format, JSON object form. [EXPORT-2]
 */
import { places } from '../../wire/borders.ts';
import type { Kernel } from '../../sim/kernel.ts';
import type { Hop } from '../../sim/rows.ts';
import { fullSentence } from '../narration.ts';

interface TraceEvent {
  readonly ph: 'M' | 'X' | 's' | 't' | 'f';
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  /** Microseconds. */
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: 'e';
  readonly args?: Readonly<Record<string, unknown>>;
}

/** A slice ends a picosecond early: readers add rounded microseconds, and the sum must not lie behind the begin of the next slice. */
const SEAM_US = 1e-6;

/** Times are counted from `zero` (ns). Hops in order. */
export function chromeTrace(kernel: Kernel, hops: readonly Hop[], zero: number): { readonly displayTimeUnit: 'ns'; readonly traceEvents: readonly TraceEvent[] } {
  const { paths, types } = kernel.m.components;
  const used = new Set(hops.map((hop) => hop.to));
  const pid = (component: number): number => 1 + kernel.m.components.places[component]!;
  const events: TraceEvent[] = [];
  for (const place of new Set([...used].map((component) => pid(component) - 1))) {
    events.push({ ph: 'M', name: 'process_name', pid: place + 1, tid: 0, args: { name: places[place] } });
  }
  for (const component of used) {
    events.push({ ph: 'M', name: 'thread_name', pid: pid(component), tid: component + 1, args: { name: `${kernel.types[types[component]!]!.title} (${paths[component]})` } });
  }
  const ends = new Map<number, number>();
  const flows = flowsOf(hops);
  for (const hop of hops) {
    const kind = kernel.catalogue[hop.kind]!;
    const at = { pid: pid(hop.to), tid: hop.to + 1 };
    // A component that acts on two processors at once has one line here: its slices must not cross.
    const begun = Math.max(hop.time - hop.cost, ends.get(hop.to) ?? 0);
    ends.set(hop.to, hop.time);
    const ts = (begun - zero) / 1000;
    events.push({
      ph: 'X', name: kind.title, cat: kind.family, ...at, ts, dur: Math.max(0, (hop.time - begun) / 1000 - SEAM_US),
      args: { hop: hop.n, kind: kind.name, from: paths[hop.from], request: hop.request, cause: hop.cause, sentence: fullSentence(kernel, hop) },
    });
    const flow = flows.get(hop.n);
    if (flow) events.push({ ph: flow, name: 'request', cat: 'request', ...at, ts, id: hop.request, ...(flow === 'f' ? { bp: 'e' as const } : {}) });
  }
  return { displayTimeUnit: 'ns', traceEvents: events };
}

/** By hop: begins, continues or ends the flow of its request; requests of one hop have none. */
function flowsOf(hops: readonly Hop[]): ReadonlyMap<number, 's' | 't' | 'f'> {
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const { n, request } of hops) {
    if (request === 0) continue;
    if (!first.has(request)) first.set(request, n);
    last.set(request, n);
  }
  const out = new Map<number, 's' | 't' | 'f'>();
  for (const { n, request } of hops) {
    if (request === 0 || first.get(request) === last.get(request)) continue;
    out.set(n, first.get(request) === n ? 's' : last.get(request) === n ? 'f' : 't');
  }
  return out;
}
