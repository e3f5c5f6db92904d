/**
 * A run as a trace that Perfetto, Chrome and speedscope open: places as processes, components as threads, hops as slices of the
 * processor time they were charged, requests as flows from slice to slice. Format: Trace Event Format, JSON object form. [EXPORT-2]
 */
import { places } from '../../wire/borders.ts';
import type { Kernel } from '../../sim/kernel.ts';
import type { Hop } from '../../sim/rows.ts';
import type { Cast } from '../cast.ts';
import { fullSentence } from '../narration.ts';
import { siteOf, type Site } from '../sites.ts';

export interface TraceEvent {
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

/** Begins, continues or ends the flow of its request; undefined for a hop without one. */
export type FlowOf = (hop: Hop) => 's' | 't' | 'f' | undefined;

/** A slice ends a picosecond early: readers add rounded microseconds, and the sum must not lie behind the begin of the next slice. */
const SEAM_US = 1e-6;

/** Times are counted from `zero` (ns). Hops in order. */
export function chromeTrace(kernel: Kernel, hops: readonly Hop[], zero: number): { readonly displayTimeUnit: 'ns'; readonly traceEvents: readonly TraceEvent[] } {
  return { displayTimeUnit: 'ns', traceEvents: traceWriter(kernel, zero, flowsIn(flowEnds(hops)))(hops) };
}

/** Writes a long run piece by piece: the answer is called with hops in order and gives their events, names of what is new among them first. `castNow` is asked for each piece (`castAt`). */
export function traceWriter(kernel: Kernel, zero: number, flowOf: FlowOf, castNow: () => Cast = () => kernel.m): (hops: readonly Hop[]) => TraceEvent[] {
  const named = new Set<number>();
  const placed = new Set<number>();
  const ends = new Map<number, number>();
  return (hops) => {
    const events: TraceEvent[] = [];
    const cast = castNow();
    for (const hop of hops) {
      nameOnce(kernel, cast, hop.to, named, placed, events);
      // A component that acts on two processors at once has one line here: its slices must not cross.
      const begun = Math.max(hop.time - hop.cost, ends.get(hop.to) ?? 0);
      ends.set(hop.to, hop.time);
      addSlice(kernel, cast, hop, begun, zero, flowOf(hop), events);
    }
    return events;
  };
}

/** Processes of the trace in order: the places, and the memory that guest and root share. */
const processes = [...places, 'memory'] as const;
const processTitles: Readonly<Partial<Record<Site, string>>> = { memory: 'shared memory' };

function pidOf(kernel: Kernel, { components }: Cast, component: number): number {
  return 1 + processes.indexOf(siteOf({ type: kernel.types[components.types[component]!]!.name, place: places[components.places[component]!]! }));
}

function nameOnce(kernel: Kernel, cast: Cast, component: number, named: Set<number>, placed: Set<number>, events: TraceEvent[]): void {
  if (named.has(component)) return;
  named.add(component);
  const { paths, types } = cast.components;
  const pid = pidOf(kernel, cast, component);
  if (!placed.has(pid)) {
    placed.add(pid);
    events.push({ ph: 'M', name: 'process_name', pid, tid: 0, args: { name: processTitles[processes[pid - 1]!] ?? processes[pid - 1] } });
  }
  events.push({ ph: 'M', name: 'thread_name', pid, tid: component + 1, args: { name: `${kernel.types[types[component]!]!.title} (${paths[component]})` } });
}

function addSlice(kernel: Kernel, cast: Cast, hop: Hop, begun: number, zero: number, flow: ReturnType<FlowOf>, events: TraceEvent[]): void {
  const kind = kernel.catalogue[hop.kind]!;
  const at = { pid: pidOf(kernel, cast, hop.to), tid: hop.to + 1 };
  const ts = (begun - zero) / 1000;
  events.push({
    ph: 'X', name: kind.title, cat: kind.family, ...at, ts, dur: Math.max(0, (hop.time - begun) / 1000 - SEAM_US),
    args: { hop: hop.n, kind: kind.name, from: cast.components.paths[hop.from], request: hop.request, cause: hop.cause, sentence: fullSentence(kernel, hop, cast) },
  });
  if (flow) events.push({ ph: flow, name: 'request', cat: 'request', ...at, ts, id: hop.request, ...(flow === 'f' ? { bp: 'e' as const } : {}) });
}

/** First and last hop of each request among some hops; a long run is told piece by piece. */
export type FlowEnds = Map<number, { readonly first: number; last: number }>;

export function flowEnds(hops: Iterable<Pick<Hop, 'n' | 'request'>>, ends: FlowEnds = new Map()): FlowEnds {
  for (const { n, request } of hops) {
    if (request === 0) continue;
    const known = ends.get(request);
    if (known) known.last = n;
    else ends.set(request, { first: n, last: n });
  }
  return ends;
}

/** Requests of one hop have no flow. */
export function flowsIn(ends: FlowEnds): FlowOf {
  return ({ n, request }) => {
    const known = ends.get(request);
    if (!known || known.first === known.last) return undefined;
    return known.first === n ? 's' : known.last === n ? 'f' : 't';
  };
}
