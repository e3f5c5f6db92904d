/** What the guest's file system remembers while it makes, overwrites or deletes a file. Plain data; one at a time. [FS-16] */
import type { NewName } from '../../wire/fat-new-names.ts';

/** Entries of one directory, one after the other, perhaps in several sectors. */
export interface Span {
  lbas: number[];
  /** Entry in the first of these sectors, and how many there are. */
  first: number;
  count: number;
}

export function newSpan(): Span {
  return { lbas: [], first: 0, count: 0 };
}

export function addToSpan(span: Span, lba: number, entry: number): void {
  if (span.count === 0) {
    span.lbas = [lba];
    span.first = entry;
  } else if (span.lbas.at(-1) !== lba) {
    span.lbas.push(lba);
  }
  span.count += 1;
}

/** Values for FAT entries: the clusters of `runs` (first cluster and count, one after the other) become a chain with `end` behind it, or free. */
export interface Patch {
  runs: number[];
  end: number;
  free: boolean;
  /** Where it is: pair of `runs`, cluster in it, and whether the second byte of a split entry is still to be written. */
  run: number;
  k: number;
  half: boolean;
}

export function patchOf(runs: number[], end: number, free = false): Patch {
  return { runs, end, free, run: 0, k: 0, half: false };
}

/** One step of what must be written, in this order. */
export type Step =
  | { do: 'mark'; clean: boolean; done: boolean }
  | { do: 'zero'; lba: number; sectors: number; done: number }
  | { do: 'chain'; patch: Patch }
  /** Makes sure that the entry behind the new ones ends the directory. */
  | { do: 'end'; lba: number; done: boolean }
  | { do: 'entries'; left: number }
  | { do: 'update'; done: boolean }
  | { do: 'erase'; left: number }
  | { do: 'free'; cluster: number; patch: Patch | null }
  | { do: 'info'; done: boolean };

export interface Draft {
  /** Call that makes or deletes it now, -1 between calls. */
  call: number;
  handle: number;
  /** How far the search for a place has come: 0 entries, 1 room behind them, 2 free clusters, 3 done. */
  stage: number;
  name: NewName;
  tail: number;
  /** Tails ~1 to ~31 in use as bits, and the highest in use. */
  tails: number;
  tailMost: number;
  size: number;
  /** An entry of this name is there: where, and what it says. */
  existing: boolean;
  entryLba: number;
  entryAt: number;
  attributes: number;
  oldCluster: number;
  /** Its entries, those of the long name included. */
  own: Span;
  /**
   * Free entries for a new name. `atEnd`: the directory ended in their first sector, so that what stands in the others is not seen
   * before that one is written. `endInside`, `endLba`: the entry behind them, or the first of that sector, must end the directory.
   */
  slots: Span;
  atEnd: boolean;
  endInside: boolean;
  endLba: number;
  /** Clusters the directory must grow by, and its last one. */
  grow: number;
  lastCluster: number;
  growRuns: number[];
  /** Clusters of the file: first and count, one after the other. */
  runs: number[];
  /** Search for free clusters: the next one, how many have been looked at, how many are found. */
  probe: number;
  probed: number;
  found: number;
  plan: Step[] | null;
  /** The volume was marked as in disorder before: nobody here may call it clean. */
  wasDirty: boolean;
  freed: number;
}

export function newDraft(call: number, name: NewName, size: number): Draft {
  return {
    call, handle: 0, stage: 0, name, tail: 0, tails: 0, tailMost: 0, size, existing: false, entryLba: -1, entryAt: -1, attributes: 0, oldCluster: 0, own: newSpan(),
    slots: newSpan(), atEnd: false, endInside: false, endLba: 0, grow: 0, lastCluster: 0, growRuns: [], runs: [], probe: 0, probed: 0, found: 0, plan: null,
    wasDirty: false, freed: 0,
  };
}
