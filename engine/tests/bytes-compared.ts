/** Runs of bytes are compared as such: by itself `toEqual` asks for every byte by its name. What differs is printed as ever. */
import { expect } from 'vitest';

expect.addEqualityTesters([
  (a: unknown, b: unknown) => (a instanceof Uint8Array && b instanceof Uint8Array && a.constructor === b.constructor ? Buffer.compare(a, b) === 0 : undefined),
]);
