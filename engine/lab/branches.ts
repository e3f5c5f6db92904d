/** The branches of a lab as they are told outside, and how far each has been seen. */
import type { Branch, History } from './history.ts';
import type { Run } from './run.ts';
import type { BranchView } from './views.ts';

export function branchOf({ branches }: History, id: number): Branch {
  const there = branches[id];
  if (!there) throw new RangeError(`There is no branch ${id}; there are ${branches.length}.`);
  return there;
}

/** The person is where the run stands: if nobody has been as far in this branch, it is remembered. [BRANCH-5] */
export function noteSeen({ branch, n, now, kernel }: Run): void {
  if (n < branch.seen) return;
  branch.seen = n;
  branch.seenTime = now;
  const { titles } = kernel.m.partitions;
  if (branch.titles.length !== titles.length) branch.titles = titles.slice();
}

/** Titles of all partitions by index, those included that are gone, or not there yet where the run stands. [BRANCH-5] */
export function partitionTitles({ branch, kernel }: Run): readonly string[] {
  const { titles } = kernel.m.partitions;
  return branch.titles.length >= titles.length ? branch.titles : titles.slice();
}

export function branchViews({ branches }: History): readonly BranchView[] {
  return branches.map((b) => ({
    id: b.id, parent: b.parent, atHop: b.atHop, tip: b.seen, atTime: b.atTime, tipTime: b.seenTime, intents: b.intents.map(({ after, intent, planned }) => ({ after, intent, planned })),
  }));
}
