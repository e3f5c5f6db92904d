/** Chance for tests, from a seed: answers whole numbers below the one that is asked. */
export function dice(seed: number): (below: number) => number {
  let x = Math.imul(seed, 0x9e37_79b9) | 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}
