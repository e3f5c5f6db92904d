/** The default machine in a lab, its disk image from the files that the page is served with. */
import { createLab, ChunkMissing, type Lab } from '../../lab/lab.ts';
import type { LabStatus } from '../../lab/views.ts';
import { labOf } from '../../scenarios/builder.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { pieceOf } from '../images.ts';

/** Repeats `ask` as often as chunks are missing. */
export function fed<T>(lab: Lab, ask: () => T): T {
  const supply = (need: { image: string; chunk: number }): void => lab.supply(need.image, need.chunk, pieceOf(need));
  for (;;) {
    try {
      const value = ask();
      const { need } = lab.status();
      if (!need) return value;
      supply(need);
    } catch (error) {
      if (!(error instanceof ChunkMissing)) throw error;
      supply(error.need);
    }
  }
}

export function realLab(change: Partial<Scenario> = {}, checks = false): Lab {
  const lab = createLab(labOf({ ...twoWays, ...change }));
  lab.setChecks(checks);
  fed(lab, () => lab.bringUp());
  return lab;
}

/** Runs until nothing moves. */
export function rest(lab: Lab): LabStatus {
  for (;;) {
    const { rows, status } = fed(lab, () => lab.advance({ hops: 100_000 }));
    if (rows.byteLength === 0) return status;
  }
}
