/** The smallest real world for a test: a machine with the components it names, under the real kernel. */
import { closeCatalogue, type HopKind } from '../sim/hop-kinds.ts';
import type { ComponentType } from '../sim/component.ts';
import { server2008 } from '../sim/profiles.ts';
import { Kernel, newBlock, type ChunkSource, type Stop } from '../sim/kernel.ts';
import { addComponent, addPartition, createMachine } from '../sim/machine.ts';
import { addVp } from '../sim/processors.ts';
import { decodeRow, type Hop } from '../sim/rows.ts';

export interface World {
  readonly kernel: Kernel;
  /** Adds a component; returns its index. */
  add(type: string, path: string, partition?: number, config?: unknown): number;
  /** Adds a guest partition whose memory is `pages` pages at machine page `base`, with one VP that may run; returns its index. */
  guest(path: string): { readonly partition: number; readonly vp: number };
  /** A hop from outside any handler, for the first push. */
  poke(from: number, kind: HopKind, to: number, args?: readonly number[], vp?: number): void;
  /** Runs until nothing is left (or `hops` more have acted). */
  run(hops?: number): Stop;
  /** All hops that have acted, decoded. */
  hops(): Hop[];
  /** Names of the kinds of all hops, in order. */
  names(): string[];
  state<S>(component: number): S;
}

/** Builds a world; root has `rootVps` VPs bound to as many logical processors. */
export function world(types: readonly ComponentType[], options: { rootVps?: number; memoryPages?: number; seed?: number; chunks?: ChunkSource } = {}): World {
  const lps = options.rootVps ?? 4;
  const m = createMachine({ memoryPages: options.memoryPages ?? 1 << 17, logicalProcessors: lps, seed: options.seed ?? 1 });
  const kernel = new Kernel(m, types, closeCatalogue(), server2008, options.chunks ?? (() => null));
  kernel.log = newBlock(1, 1 << 16);
  for (let lp = 0; lp < lps; lp++) {
    const vp = addVp(m.processors, 1, lp, lp);
    m.processors.flags[vp] = 0;
  }
  m.partitions.firstVps[1] = 0;
  return {
    kernel,
    add: (type, path, partition = 0, config = {}) => addComponent(m, types, type, path, partition, config),
    guest: (path) => {
      const partition = addPartition(m, path, path);
      m.memory.mapRoots[partition] = 0;
      const vp = addVp(m.processors, partition, 0, -1);
      m.processors.flags[vp] = 0;
      m.partitions.firstVps[partition] = vp;
      return { partition, vp };
    },
    poke: (from, kind, to, args = [], vp) => {
      kernel.act.beginIntent(from);
      if (vp === undefined) kernel.act.send(kind, to, ...args);
      else kernel.act.sendOn(vp, kind, to, ...args);
      kernel.act.depart();
    },
    run: (hops = 60_000) => kernel.run({ toHop: m.n + hops, toTime: Number.MAX_SAFE_INTEGER }),
    hops: () => {
      const out: Hop[] = [];
      for (let i = 0; i < m.n; i++) out.push(decodeRow(kernel.log.words, kernel.log.times, i, 1));
      return out;
    },
    names: () => {
      const out: string[] = [];
      for (let i = 0; i < m.n; i++) out.push(kernel.catalogue[kernel.log.words[i * 16 + 4]! & 0xffff]!.name);
      return out;
    },
    state: <S>(component: number) => m.components.states[component] as S,
  };
}
