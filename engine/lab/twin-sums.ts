/**
 * What hops contribute on each side of a twin run, summed up by kind, by place and by way from place to place. The kind of a
 * hop says from which place to which it goes, so one fold over the rows gives all of them. [TWIN-3] [TWIN-5] [TWIN-6]
 */
import { crossings, places, type Place } from '../wire/borders.ts';
import type { Letter } from '../sim/costs.ts';
import type { HopKind } from '../sim/hop-kinds.ts';
import type { Kernel } from '../sim/kernel.ts';
import { W_COST, W_FLAGS, W_KIND_FROM } from '../sim/rows.ts';
import { eachRow, type TwinScope } from './twin.ts';

export interface TwinSum {
  readonly hops: number;
  /** Processor time. */
  readonly ns: number;
  /** How well that time is founded; empty where there is none. */
  readonly letter: Letter | '';
}

interface Pair {
  readonly left: TwinSum;
  readonly right: TwinSum;
}

/** What hops of one kind contribute on each side. */
export interface TwinKind extends Pair {
  readonly kind: string;
  readonly title: string;
  /** Where their receivers run. */
  readonly place: Place;
  /** They store into or load from shared memory. */
  readonly memory: boolean;
}

/** What hops that arrive in a place contribute there. */
export interface TwinPlace extends Pair {
  readonly place: Place;
}

/** Hops from a place to a place; stores and loads of shared memory apart from the rest. */
export interface TwinWay {
  readonly from: Place;
  readonly to: Place;
  readonly memory: boolean;
  readonly left: number;
  readonly right: number;
}

export interface TwinSums {
  readonly kinds: readonly TwinKind[];
  readonly places: readonly TwinPlace[];
  readonly ways: readonly TwinWay[];
}

const none: TwinSum = { hops: 0, ns: 0, letter: '' };
const weakest: readonly Letter[] = ['A', 'B', 'C', 'D', 'M'];

/** Index of the partition a guest has in a run, or -1: any. */
export function twinPartition(kernel: Kernel, guest: string | undefined): number {
  return guest === undefined ? -1 : kernel.m.partitions.paths.lastIndexOf(guest);
}

/** A store or load of shared memory: no control passes. */
export function isMemory({ crossing }: HopKind): boolean {
  return crossings[crossing].act === 'memory';
}

interface Side {
  readonly kernel: Kernel;
  readonly hops: Float64Array;
  readonly ns: Float64Array;
}

/** Hops and processor time by kind, of the hops that serve a guest, or of all. */
function sideOf(scope: TwinScope, guest: string | undefined): Side {
  const { kernel } = scope.run;
  const hops = new Float64Array(kernel.catalogue.length);
  const ns = new Float64Array(kernel.catalogue.length);
  const wanted = twinPartition(kernel, guest);
  if (guest !== undefined && wanted < 0) return { kernel, hops, ns };
  eachRow(scope, (words, w) => {
    if (wanted >= 0 && words[w + W_FLAGS]! >>> 24 !== wanted) return;
    const kind = words[w + W_KIND_FROM]! & 0xffff;
    hops[kind]!++;
    ns[kind]! += words[w + W_COST]! >>> 0;
  });
  return { kernel, hops, ns };
}

/** The weakest letter among the costs that make up at least a tenth of a time. [TWIN-6] */
export function weakestLetter(parts: readonly { readonly ns: number; readonly letter: Letter | '' }[]): Letter | '' {
  const all = parts.reduce((sum, { ns }) => sum + ns, 0);
  let found = -1;
  for (const { ns, letter } of parts) if (letter !== '' && ns > 0 && ns * 10 >= all) found = Math.max(found, weakest.indexOf(letter));
  return found < 0 ? '' : weakest[found]!;
}

function kindSum({ kernel, hops, ns }: Side, kind: number): TwinSum {
  if (kind < 0 || hops[kind] === 0) return none;
  const letter = ns[kind] === 0 ? '' : kernel.profile.costs[kernel.catalogue[kind]!.cost].letter;
  return { hops: hops[kind]!, ns: ns[kind]!, letter };
}

function together(sums: readonly TwinSum[]): TwinSum {
  const hops = sums.reduce((all, sum) => all + sum.hops, 0);
  return hops === 0 ? none : { hops, ns: sums.reduce((all, sum) => all + sum.ns, 0), letter: weakestLetter(sums) };
}

/**
 * All sums of both machines, of a guest (its name) or of the whole machine. Kinds: those whose hops or processor time differ,
 * the largest difference in processor time first. Places and ways: those with hops on either side, in the order of `places`.
 */
export function twinSums(left: TwinScope, right: TwinScope, guest?: string): TwinSums {
  const [a, b] = [sideOf(left, guest), sideOf(right, guest)];
  // One engine, one catalogue: both number the kinds alike.
  const { catalogue, fromPlace, toPlace } = a.kernel;
  const all = catalogue.map((kind, i) => ({ kind: kind.name, title: kind.title, place: places[toPlace[i]!]!, from: fromPlace[i]!, to: toPlace[i]!, memory: isMemory(kind), left: kindSum(a, i), right: kindSum(b, i) }));
  const at = (to: number) => all.filter((kind) => kind.to === to);
  const byPlace = places.map((place, p) => ({ place, left: together(at(p).map((kind) => kind.left)), right: together(at(p).map((kind) => kind.right)) }));
  const ways = places.flatMap((from, f) => places.flatMap((to, t) => [false, true].map((memory) => {
    const used = all.filter((kind) => kind.from === f && kind.to === t && kind.memory === memory);
    return { from, to, memory, left: used.reduce((sum, kind) => sum + kind.left.hops, 0), right: used.reduce((sum, kind) => sum + kind.right.hops, 0) };
  })));
  const difference = (pair: Pair): number => Math.abs(pair.right.ns - pair.left.ns);
  const spread = (pair: Pair): number => Math.abs(pair.right.hops - pair.left.hops);
  const kinds = all
    .filter((kind) => kind.left.hops !== kind.right.hops || kind.left.ns !== kind.right.ns)
    .map(({ kind, title, place, memory, left: one, right: other }) => ({ kind, title, place, memory, left: one, right: other }))
    .sort((x, y) => difference(y) - difference(x) || spread(y) - spread(x) || (x.kind < y.kind ? -1 : 1));
  return { kinds, places: byPlace.filter((place) => place.left.hops + place.right.hops > 0), ways: ways.filter((way) => way.left + way.right > 0) };
}

/** Why they differ, of the whole machine or of a guest. [TWIN-3] */
export function twinKinds(left: TwinScope, right: TwinScope, guest?: string): readonly TwinKind[] {
  return twinSums(left, right, guest).kinds;
}
