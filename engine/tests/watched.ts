/**
 * What the checkers of a test file's machines have found fails the test in which they found it. [CHECK-1] Modules outlive a file
 * here, so `setup.ts`, which runs once more for each, opens and ends the watch; whoever watches without it is told.
 */
import type { CheckFailure } from '../lab/checks.ts';

type Findings = () => readonly CheckFailure[];

let open = false;
const watched: Findings[] = [];

export function openWatch(): void {
  open = true;
}

export function endWatch(): void {
  open = false;
  watched.length = 0;
}

/** From now on to the end of this file its findings count, those of a machine of a whole suite in every test. */
export function watch(findings: Findings): void {
  if (!open) throw new Error('Nobody looks at what the checkers find: engine/tests/setup.ts has not run for this file.');
  watched.push(findings);
}

/** Throws the first thing that was found. */
export function failIfFound(): void {
  for (const findings of watched) {
    const [failure] = findings();
    if (failure) throw new Error(failure.sentence);
  }
}
