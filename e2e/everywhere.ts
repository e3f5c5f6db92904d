/**
 * The engine as one script that runs anywhere: in Node, on a page's main thread and in a Worker. It leaves
 * `runScenario(disk)` on the global object: brings the default machine up, runs it out and answers the fingerprint.
 */
import { createLab, labOf, twoWays } from '../engine/index.ts';

const CHUNK = 65_536;

/** Fingerprint after bring-up and after everything, and the number of the last hop. */
function runScenario(disk: Uint8Array): readonly [string, string, number] {
  const lab = createLab(labOf(twoWays));
  const feed = (ask: () => unknown): void => {
    for (;;) {
      ask();
      const { need } = lab.status();
      if (!need) return;
      lab.supply(need.image, need.chunk, disk.slice(need.chunk * CHUNK, (need.chunk + 1) * CHUNK));
    }
  };
  feed(() => lab.bringUp());
  const up = lab.fingerprint();
  for (let last = -1; last !== lab.status().n; ) {
    last = lab.status().n;
    feed(() => lab.advance({ hops: 997 }));
  }
  return [up, lab.fingerprint(), lab.status().n];
}

(globalThis as unknown as { runScenario: typeof runScenario }).runScenario = runScenario;
