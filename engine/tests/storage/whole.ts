/** A machine of synthetic and legacy guests, watched by the checkers, for tests of the storage path: nothing is a stand-in here. */
import { readFileSync } from 'node:fs';
import { Checks } from '../../lab/checks.ts';
import { buildMachine } from '../../scenarios/builder.ts';
import type { GuestConfig } from '../../scenarios/scenario.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { intend } from '../../sim/intend.ts';
import { newBlock, type Kernel } from '../../sim/kernel.ts';
import { decodeRow, type Hop } from '../../sim/rows.ts';
import { watch } from '../watched.ts';

const image = readFileSync(new URL('../../../public/disks/viridian-sample.vhd', import.meta.url));
const chunkBytes = 65_536;

export interface Whole {
  readonly kernel: Kernel;
  intend(intent: object): void;
  run(hops?: number): string;
  hops(from?: number): Hop[];
  name(hop: Hop): string;
  named(hops: readonly Hop[], name: string): Hop[];
  state<S>(path: string): S;
}

/** Runs hop by hop under the eyes of the checkers. */
function runUnder(checks: Checks, kernel: Kernel, toHop: number): string {
  for (;;) {
    const stop = kernel.run({ toHop: Math.min(toHop, kernel.m.n + 1), toTime: Number.MAX_SAFE_INTEGER });
    checks.look({ kernel });
    if (stop !== 'hops' || kernel.m.n >= toHop) return stop;
  }
}

/** A machine with these guests, the root up and the VMs created. */
export function whole(guests: readonly Partial<GuestConfig>[], seed = 2008): Whole {
  const full = guests.map((g, i) => ({ ...twoWays.guests[0]!, name: `g${i}`, title: `G${i}`, ...g }));
  const kernel = buildMachine({ ...twoWays, guests: full, seed }, (_, chunk) => new Uint8Array(image.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes)));
  kernel.log = newBlock(1, 1 << 18);
  const checks = new Checks(kernel);
  watch(() => checks.failures);
  const w: Whole = {
    kernel,
    intend: (intent) => intend(kernel, intent),
    run: (hops = 200_000) => runUnder(checks, kernel, kernel.m.n + hops),
    hops: (from = 0) => Array.from({ length: kernel.m.n - from }, (_, i) => decodeRow(kernel.log.words, kernel.log.times, from + i, 1)),
    name: (hop) => kernel.catalogue[hop.kind]!.name,
    named: (hops, name) => hops.filter((h) => kernel.catalogue[h.kind]!.name === name),
    state: <S>(path: string) => kernel.m.components.states[kernel.m.components.paths.indexOf(path)] as S,
  };
  w.intend({ do: 'boot-root' });
  w.run();
  full.forEach(({ disk: _disk, ...config }, i) => {
    w.intend({ do: 'create-vm', ...config, disk: { fileId: i + 1 } });
    w.run();
  });
  return w;
}
