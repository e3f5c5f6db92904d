import { describe, expect, it } from 'vitest';
import { P_IN_USE } from '../../hypervisor/objects.ts';
import { frameForWrite, setRootAccess } from '../../sim/memory.ts';
import { SUSPENDED } from '../../sim/processors.ts';
import { W_CAUSE, W_FLAGS, W_KIND_FROM, W_REQUEST } from '../../sim/rows.ts';
import { allCheckers, type CheckFailure } from '../../lab/checks.ts';
import { partitionPageOf, synicPagesOf } from '../../lab/hypervisor-pages.ts';
import type { Lab } from '../../lab/lab.ts';
import { ringsOf } from '../../lab/memory-checks.ts';
import { failIfFound, watch } from '../watched.ts';
import { fed, realLab, rest } from './real.ts';

const seen = new Set<string>();

/** Runs the default scenario under watch and breaks something once, at the first hop where `spoil` says it did. */
function broken(id: string, spoil: (lab: Lab) => boolean, skip = 0): string {
  const lab = realLab();
  lab.setChecks(true);
  let left = skip;
  const { watch } = lab.run;
  let done = false;
  lab.run.watch = (run) => {
    if (!done && run.n > lab.status().start && left-- <= 0) done = spoil(lab);
    watch!(run);
  };
  try {
    rest(lab);
  } catch {
    // What was broken may stop the machine; the checker has spoken before.
  }
  expect(done).toBe(true);
  const found = lab.checkFailures().filter((failure) => failure.id === id);
  if (found.length > 0) seen.add(id);
  return found[0]?.sentence ?? 'nothing found';
}

/** Words of the row of the last hop. */
function row(lab: Lab): { words: Int32Array; at: number; kind: string } {
  const { log } = lab.run.kernel;
  const at = (lab.run.n - log.first) * 16;
  return { words: log.words, at, kind: lab.kinds[log.words[at + W_KIND_FROM]! & 0xffff]!.name };
}

const isKind = (lab: Lab, name: string): boolean => row(lab).kind === name;

/** Pages share buffers: a view of one begins where the page does. */
function viewOf(page: Uint8Array): DataView {
  return new DataView(page.buffer, page.byteOffset, page.byteLength);
}

function writeRing(lab: Lab, direction: number, at: number, value: number): void {
  const ring = ringsOf(lab.run.kernel).find((r) => r.direction === direction)!;
  const { memory } = lab.run.kernel.m;
  const page = translated(lab, ring.partition, ring.first);
  viewOf(frameForWrite(memory, page)).setUint32(at, value, true);
}

function translated(lab: Lab, partition: number, page: number): number {
  lab.run.kernel.act.beginIntent(0);
  return lab.run.kernel.act.translate(partition, page, 1);
}

describe('the checkers', () => {
  it('[CHECK-1] find nothing in the default scenario, bring-up included, nor with many requests under way', () => {
    const lab = realLab({}, true);
    rest(lab);
    fed(lab, () => lab.intend({ do: 'read-sectors', guest: 'alpha', lba: 0, sectors: 8, count: 40, depth: 16 }));
    fed(lab, () => lab.intend({ do: 'read-sectors', guest: 'beta', lba: 0, sectors: 4, count: 6, depth: 1 }));
    rest(lab);
    expect(lab.checkFailures()).toEqual([]);
    expect(lab.status()).toMatchObject({ state: 'idle', checksOn: true, failure: null });
  });

  it('[CHECK-1] do not change the run', () => {
    const watched = realLab({}, true);
    const free = realLab();
    rest(watched);
    rest(free);
    expect(watched.fingerprint()).toBe(free.fingerprint());
  });

  it('[CHECK-1] time-forward', () => {
    expect(broken('time-forward', (lab) => {
      const { log } = lab.run.kernel;
      log.times[(lab.run.n - log.first) * 8] = 5;
      return true;
    })).toMatch(/time went back/);
  });

  it('[CHECK-1] cause-before', () => {
    expect(broken('cause-before', (lab) => {
      row(lab).words[row(lab).at + W_CAUSE] = lab.run.n;
      return true;
    })).toMatch(/its cause is hop/);
  });

  it('[CHECK-1] requests-end', () => {
    expect(broken('requests-end', (lab) => {
      if (!isKind(lab, 'block.done')) return false;
      row(lab).words[row(lab).at + W_REQUEST] = 0;
      return true;
    })).toMatch(/ends no request/);
  });

  it('[CHECK-1] what lay between two places is not held against the hops behind a jump', () => {
    const lab = realLab();
    const { start } = lab.status();
    for (const guest of ['alpha', 'beta']) lab.intend({ do: 'inject', guest, op: 'read', lba: 0, sectors: 8, count: 0, depth: 4 });
    while (lab.status().n < start + 20_000) fed(lab, () => lab.advance({ hops: 1000 }));
    fed(lab, () => lab.seek(start + 60));
    lab.setChecks(true);
    watch(() => lab.checkFailures());
    for (const n of [19_000, 100, 18_000, 9000, 17_500, 60, 10_000]) {
      fed(lab, () => lab.seek(start + n));
      fed(lab, () => lab.advance({ hops: 50 }));
      expect(lab.checkFailures()).toEqual([]);
    }
  });

  it('[CHECK-1] suspended-still', () => {
    expect(broken('suspended-still', (lab) => {
      if (!isKind(lab, 'fs.open')) return false;
      const vp = lab.run.hopAt(lab.run.n).vp;
      const { processors } = lab.run.kernel.m;
      if (processors.running[vp]! < 0) return false;
      processors.flags[vp]! |= SUSPENDED;
      return true;
    })).toMatch(/was suspended and acted at level 0/);
  });

  it('[CHECK-1] one-exit', () => {
    let first = 0;
    expect(broken('one-exit', (lab) => {
      if (!isKind(lab, 'pio.write') && !isKind(lab, 'pio.read')) return false;
      first ||= lab.run.n;
      // The entry between two exits is passed off as a hop of the hypervisor.
      lab.run.watch = ((before) => (run) => {
        if (isKind(lab, 'pio.resume')) {
          const { words, at } = row(lab);
          words[at + W_KIND_FROM] = (words[at + W_KIND_FROM]! & ~0xffff) | lab.kinds.findIndex((k) => k.name === 'sched.resume');
          words[at + W_FLAGS] = (words[at + W_FLAGS]! & ~7) | 4;
        }
        before!(run);
      })(lab.run.watch);
      return true;
    })).toMatch(/has not come back from hop/);
  });

  it('[CHECK-1] borders', () => {
    expect(broken('borders', (lab) => {
      if (!isKind(lab, 'fs.open')) return false;
      const { paths, partitions } = lab.run.kernel.m.components;
      const other = paths.findIndex((path, i) => path.endsWith('/reader') && partitions[i] !== lab.run.hopAt(lab.run.n).behalf);
      const { words, at } = row(lab);
      words[at + W_KIND_FROM] = (words[at + W_KIND_FROM]! & 0xffff) | (other << 16);
      return true;
    })).toMatch(/are in different partitions/);
  });

  it('[CHECK-1] ring-indices', () => {
    expect(broken('ring-indices', (lab) => {
      if (!isKind(lab, 'vmbus.ringWriteGuest')) return false;
      writeRing(lab, 1, 4, 12);
      return true;
    })).toMatch(/read_index of alpha\/channel \(to guest\) is 12/);
  });

  it('[CHECK-1] tags-fit', () => {
    expect(broken('tags-fit', (lab) => {
      if (!isKind(lab, 'vmbus.ringWriteGuest')) return false;
      const channel = ringsOf(lab.run.kernel)[0]!.channel;
      (lab.run.kernel.stateForWrite(channel) as { tags: { offset: number }[] }).tags[0]!.offset += 8192;
      return true;
    })).toMatch(/the tag at \d+ of alpha\/channel \(to root\) lies outside/);
  });

  it('[CHECK-1] packet-identity', () => {
    expect(broken('packet-identity', (lab) => {
      if (!isKind(lab, 'vmbus.ringReadRoot')) return false;
      row(lab).words[row(lab).at + 13]! += 1;
      return true;
    })).toMatch(/transaction \d+ was written and \d+ read/);
  });

  it('[CHECK-1] signal-rule: a signal too many, and one too few', () => {
    expect(broken('signal-rule', (lab) => {
      if (!isKind(lab, 'vmbus.ringWriteGuest')) return false;
      row(lab).words[row(lab).at + 11]! += 8;
      return true;
    })).toMatch(/a signal was sent for hop \d+, but/);
    expect(broken('signal-rule', (lab) => {
      if (!isKind(lab, 'vmbus.signalGuest')) return false;
      row(lab).words[row(lab).at + W_CAUSE]! -= 1;
      return true;
    })).toMatch(/no signal was sent for hop \d+, although/);
  });

  it('[CHECK-1] slots-kept', () => {
    expect(broken('slots-kept', (lab) => {
      const { kernel } = lab.run;
      for (let vp = 0; vp < 4; vp++) {
        const { sim } = synicPagesOf(kernel, vp);
        const page = frameForWrite(kernel.m.memory, sim);
        if (viewOf(page).getUint32(0, true) === 0 || lab.run.n % 2 === 0) continue;
        page[40]! ^= 0xff;
        return true;
      }
      return false;
    }, 20)).toMatch(/slot 0 of VP \d changed while its message stood there/);
  });

  it('[CHECK-1] pages-conserved', () => {
    expect(broken('pages-conserved', (lab) => {
      const { memory } = lab.run.kernel.m;
      const table = (page: number, at: number): number => viewOf(frameForWrite(memory, page)).getUint32(at, true);
      const leaf = (partition: number): number => table(table(memory.mapRoots[partition]!, 0) >>> 3, 0) >>> 3;
      viewOf(frameForWrite(memory, leaf(2))).setUint32(8 * 300, table(leaf(3), 8 * 300), true);
      return true;
    })).toMatch(/is mapped by alpha and beta/);
    const remap = (entry: (lab: Lab) => number): string => broken('pages-conserved', (lab) => {
      const { memory } = lab.run.kernel.m;
      const table = (page: number): number => viewOf(frameForWrite(memory, page)).getUint32(0, true) >>> 3;
      viewOf(frameForWrite(memory, table(table(memory.mapRoots[2]!)))).setUint32(8 * 300, entry(lab), true);
      return true;
    });
    expect(remap((lab) => (partitionPageOf(lab.run.kernel, 2) << 3) | 7)).toMatch(/belongs to the hypervisor and is mapped by alpha/);
    expect(remap((lab) => (lab.run.kernel.m.memory.pages << 3) | 7)).toMatch(/is mapped by alpha, and the machine has \d+ pages/);
  });

  it('[CHECK-1] [POOL-3] pools-conserved: a page lost, and a page given back to the root', () => {
    expect(broken('pools-conserved', (lab) => {
      const { kernel } = lab.run;
      const page = frameForWrite(kernel.m.memory, partitionPageOf(kernel, 2));
      page[P_IN_USE]! -= 1;
      return true;
    })).toMatch(/partition 2 counts \d+ pages in use and has \d+/);
    expect(broken('pools-conserved', (lab) => {
      const { kernel } = lab.run;
      setRootAccess(kernel.m.memory, partitionPageOf(kernel, 3), true);
      return true;
    })).toMatch(/of the pool of partition \d is within reach of the root/);
  });

  it('[CHECK-1] [LIFE-3] pages-returned: a page that the VID has lost', () => {
    expect(broken('pages-returned', (lab) => {
      const { states, paths } = lab.run.kernel.m.components;
      (states[paths.indexOf('root/vid')] as unknown as { free: number[] }).free[1]! -= 1;
      return true;
    })).toMatch(/the VID has \d+ pages to hand out, and \d+ can be found/);
  });

  it('[CHECK-1] what they find fails the test in which it is found', () => {
    const found: CheckFailure[] = [];
    watch(() => found);
    expect(failIfFound).not.toThrow();
    found.push({ id: 'borders', n: 7, sentence: 'borders: broken on purpose (hop 7).' });
    expect(failIfFound).toThrow('borders: broken on purpose (hop 7).');
    found.length = 0;
  });

  it('[CHECK-1] every checker has been seen to fail', () => {
    expect([...seen].sort()).toEqual(allCheckers().map((checker) => checker.id).sort());
  });
});
