/** The name somebody may have meant who wrote another one. */

const LONGEST = 80;

/** Letters that must be added, left out, changed or swapped to make one word of the other. */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let old = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(old[j]! + 1, row[j - 1]! + 1, old[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, older[j - 2]! + 1);
    }
    older = old;
    old = row;
  }
  return old[b.length]!;
}

/** The one of `names` that differs least from `word` and in few letters, or ''. */
export function nearest(word: string, names: readonly string[]): string {
  if (word.length > LONGEST) return '';
  let best = '';
  let least = Math.min(3, Math.ceil(word.length / 3) + 1);
  for (const name of names) {
    const far = Math.abs(name.length - word.length) < least ? distance(word.toLowerCase(), name.toLowerCase()) : least;
    if (far < least) [best, least] = [name, far];
  }
  return best;
}
