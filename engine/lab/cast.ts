/**
 * Who acts in a branch: components, partitions and processors by index. A machine that stands early in it does not have yet what
 * comes later; what is said of later hops is told from here. [STORY-3]
 */
import type { Machine } from '../sim/machine.ts';
import type { Run } from './run.ts';

/** What a sentence needs of a machine. Numbers are given once in a branch: whoever comes later has a higher one. */
export interface Cast {
  readonly components: { readonly paths: readonly string[]; readonly types: readonly number[]; readonly places: readonly number[]; readonly partitions: readonly number[] };
  readonly partitions: { readonly paths: readonly string[]; readonly titles: readonly string[] };
  readonly processors: { readonly index: ArrayLike<number>; readonly partition: ArrayLike<number> };
}

function begins<T>(long: ArrayLike<T>, short: ArrayLike<T>, length = short.length): boolean {
  if (long.length < length) return false;
  for (let i = 0; i < length; i++) if (long[i] !== short[i]) return false;
  return true;
}

/** The cast once the machine has come further than ever: the known one, or a new one if somebody has come or another has come instead. */
export function castWith(known: Cast | null, { components, partitions, processors }: Machine): Cast {
  const { vpCount } = processors;
  if (known && begins(known.components.paths, components.paths) && begins(known.components.types, components.types) && begins(known.partitions.paths, partitions.paths)
    && begins(known.processors.partition, processors.partition, vpCount)) return known;
  return {
    components: { paths: components.paths.slice(), types: components.types.slice(), places: components.places.slice(), partitions: components.partitions.slice() },
    partitions: { paths: partitions.paths.slice(), titles: partitions.titles.slice() },
    processors: { index: Array.from({ length: vpCount }, (_, vp) => processors.index[vp]!), partition: Array.from({ length: vpCount }, (_, vp) => processors.partition[vp]!) },
  };
}

/** Who there is at hop `n` of the present branch, and maybe later: the machine itself where it stands there or behind. */
export function castAt(run: Run, n: number): Cast {
  if (n <= run.n) return run.kernel.m;
  let { branch } = run;
  while (branch.parent >= 0 && n <= branch.atHop) branch = run.history.branches[branch.parent]!;
  return branch.cast ?? run.kernel.m;
}
