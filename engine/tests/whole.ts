/**
 * The default machine with its sample disk, for tests of the whole. Every hop is watched by the independent checkers, and a
 * test in which one of them finds something fails. [CHECK-1]
 */
import { Lab, type LabConfig } from '../lab/lab.ts';
import { copyRows } from '../lab/row-copies.ts';
import { labOf } from '../scenarios/builder.ts';
import type { Scenario, ScenarioIntent } from '../scenarios/scenario.ts';
import { twoWays } from '../scenarios/two-ways.ts';
import { decodeRow, type Hop } from '../sim/rows.ts';
import { pieceOf } from './images.ts';
import { watch } from './watched.ts';

/** Calls `ask` until no chunk of a disk image is missing. */
export function feed<T>(lab: Lab, ask: () => T): T {
  for (;;) {
    const answer = ask();
    const { need } = lab.run;
    if (!need) return answer;
    lab.supply(need.image, need.chunk, pieceOf(need));
  }
}

/** The default scenario with other things asked of it. */
export function asked(...intents: readonly ScenarioIntent[]): Scenario {
  return { ...twoWays, steps: intents.map((intent) => ({ after: 'idle', intent })) };
}

/** A lab that has been brought up. */
export function broughtUp(scenario: Scenario = twoWays, more: Partial<LabConfig> = {}): Lab {
  const lab = new Lab({ ...labOf(scenario), ...more });
  lab.setChecks(true);
  watch(() => lab.checkFailures());
  feed(lab, () => lab.bringUp());
  return lab;
}

/** Runs until nothing is left to do; answers the number of the last hop. */
export function runOut(lab: Lab): number {
  for (;;) {
    const before = lab.run.n;
    feed(lab, () => lab.advance({ hops: 100_000 }));
    if (lab.run.n === before) return before;
  }
}

/** Hops `from`..`to`, decoded. */
export function hopsOf(lab: Lab, from: number, to: number): Hop[] {
  const rows = copyRows(lab.run, from, to);
  const words = new Int32Array(rows);
  const times = new Float64Array(rows);
  return Array.from({ length: to - from + 1 }, (_, i) => decodeRow(words, times, i, from));
}
