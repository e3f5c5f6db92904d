/** The synthetic path on the whole machine: nothing is a stand-in here. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StorvscState } from '../../devices/storage/vsc-state.ts';
import type { StorvspState } from '../../devices/storage/vsp-state.ts';
import { buildMachine } from '../../scenarios/builder.ts';
import type { GuestConfig } from '../../scenarios/scenario.ts';
import { twoWays } from '../../scenarios/two-ways.ts';
import { intend } from '../../sim/intend.ts';
import { newBlock, type Kernel } from '../../sim/kernel.ts';
import { decodeRow, type Hop } from '../../sim/rows.ts';

const image = readFileSync(new URL('../../../public/disks/viridian-sample.vhd', import.meta.url));
const chunkBytes = 65_536;

interface Whole {
  readonly kernel: Kernel;
  intend(intent: object): void;
  run(hops?: number): string;
  hops(from?: number): Hop[];
  name(hop: Hop): string;
  named(hops: readonly Hop[], name: string): Hop[];
  state<S>(path: string): S;
}

/** A machine with these guests, the root up and the VMs created. */
function whole(guests: readonly Partial<GuestConfig>[], seed = 2008): Whole {
  const full = guests.map((g, i) => ({ ...twoWays.guests[0]!, name: `g${i}`, title: `G${i}`, ...g }));
  const kernel = buildMachine({ ...twoWays, guests: full, seed }, (_, chunk) => new Uint8Array(image.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes)));
  kernel.log = newBlock(1, 1 << 18);
  const w: Whole = {
    kernel,
    intend: (intent) => intend(kernel, intent),
    run: (hops = 200_000) => kernel.run({ toHop: kernel.m.n + hops, toTime: Number.MAX_SAFE_INTEGER }),
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

describe('a busy machine', () => {
  it('[STORVSC-7] guests read at depth while others start, and every request ends well', () => {
    for (const seed of [1, 2, 3]) {
      const w = whole([{}, { guest: 'legacy', path: 'pio' }, { queueDepth: 3 }, { guest: 'legacy', path: 'pio' }], seed);
      w.intend({ do: 'start-vm', name: 'g0' });
      w.run();
      const from = w.kernel.m.n;
      w.intend({ do: 'read-sectors', guest: 'g0', lba: 8, sectors: 4, count: 150, depth: 16 });
      w.run(300 * seed);
      for (const name of ['g1', 'g2', 'g3']) {
        w.intend({ do: 'start-vm', name });
        w.run(200);
      }
      expect(w.run()).toBe('idle');
      w.intend({ do: 'read-sectors', guest: 'g2', lba: 40, sectors: 8, count: 20, depth: 8 });
      expect(w.run()).toBe('idle');
      const hops = w.hops(from);
      const begun = w.named(hops, 'block.read').length;
      const ended = w.named(hops, 'block.done');
      expect([ended.length, ended.filter((h) => h.args[1] !== 0)]).toEqual([begun, []]);
      expect(w.named(hops, 'reader.finished')).toHaveLength(2);
      for (const path of ['g0/storvsc', 'g2/storvsc']) expect(w.state<StorvscState>(path)).toMatchObject({ phase: 'ready', outstanding: 0, draining: false });
      for (const disk of w.state<StorvspState>('root/storvsp').disks) expect([disk.inFlight, disk.draining]).toEqual([0, false]);
    }
  });
});
