/**
 * Free pages as runs: [first, count, first, count, ...] in order, never touching each other. Plain data, part of the state of
 * whoever hands out pages; the lowest run that is long enough is used first. [RUNS-1]
 */
export type PageRuns = number[];

export function newRuns(first: number, count: number): PageRuns {
  return count > 0 ? [first, count] : [];
}

/** Takes `count` neighbouring pages; the first of them, or -1. */
export function takeRun(runs: PageRuns, count: number): number {
  for (let i = 0; i < runs.length; i += 2) {
    if (runs[i + 1]! < count) continue;
    const first = runs[i]!;
    runs[i] = first + count;
    runs[i + 1]! -= count;
    if (runs[i + 1] === 0) runs.splice(i, 2);
    return first;
  }
  return -1;
}

/** Gives pages back; what touches becomes one run. Pages that are free already are a RangeError. */
export function giveRun(runs: PageRuns, first: number, count: number): void {
  if (count <= 0) return;
  let i = 0;
  while (i < runs.length && runs[i]! < first) i += 2;
  const before = i > 0 ? runs[i - 2]! + runs[i - 1]! : -1;
  if (before > first || (i < runs.length && first + count > runs[i]!)) throw new RangeError(`page ${first} is free already`);
  runs.splice(i, 0, first, count);
  if (i + 2 < runs.length && first + count === runs[i + 2]) {
    runs[i + 1]! += runs[i + 3]!;
    runs.splice(i + 2, 2);
  }
  if (before === first) {
    runs[i - 1]! += runs[i + 1]!;
    runs.splice(i, 2);
  }
}

export function pagesIn(runs: PageRuns): number {
  let pages = 0;
  for (let i = 1; i < runs.length; i += 2) pages += runs[i]!;
  return pages;
}
