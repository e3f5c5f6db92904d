/**
 * A glimpse of the next hop or the one before: what somebody who goes there is answered, before anybody has gone. Whoever waits for a
 * key can draw it at once. Nothing is other afterwards than it was; where that cannot be, there is no glimpse. [AHEAD-1]
 */
import { ChunkMissing } from './chunks.ts';
import { cutAfter } from './history.ts';
import type { Lab } from './lab.ts';
import type { CaptionLine } from './narration.ts';
import type { HopInspection, LabView, WayUse } from './views.ts';

export interface Glimpse {
  readonly view: LabView;
  /** One hop on: its row. One hop back: none. */
  readonly rows: ArrayBuffer;
  readonly captions: readonly CaptionLine[];
  /** One hop back: how often each way was used up to there. */
  readonly ways: readonly WayUse[];
  /** What is said of the hop there, when that is wished. */
  readonly said: HopInspection | null;
}

function look(lab: Lab, n: number, on: boolean, say: boolean): Glimpse | null {
  const rows = on ? lab.advance({ hops: 1 }).rows : new ArrayBuffer(0);
  const view = on ? lab.view() : lab.seek(n);
  if (view.status.n !== n || view.status.need) return null;
  return { view, rows, captions: lab.captions(n, 1), ways: on ? [] : lab.ways(n), said: say ? lab.inspectHop(n) : null };
}

/**
 * What is answered one hop on (1) or back (-1) of where the lab stands; null when that is not to be known without changing something:
 * checkers look on, nothing is to do, a piece of an image is missing, something planned becomes due, a component fails. [AHEAD-1]
 */
export function glimpse(lab: Lab, by: 1 | -1, say: boolean): Glimpse | null {
  const { run } = lab;
  const { state, checksOn } = lab.status();
  if (checksOn || run.need || (by === 1 ? state !== 'ready' : run.n < 2)) return null;
  const { branch } = run;
  const { seen, seenTime, titles, cast, tip, tipTime, planned, failure } = branch;
  const bound = branch.intents.length;
  try {
    const found = run.aside(() => look(lab, run.n + by, by === 1, say));
    if (branch.intents.length === bound && branch.failure === failure) return found;
    // What is planned is bound, and a failure told, when somebody goes there.
    cutAfter(branch, tip, tipTime);
    branch.intents.length = bound;
    Object.assign(branch, { planned, failure });
    return null;
  } catch (error) {
    if (error instanceof ChunkMissing) return null;
    throw error;
  } finally {
    Object.assign(branch, { seen, seenTime, titles, cast });
  }
}
