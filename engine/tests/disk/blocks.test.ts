/** What was written to the physical disk, as the machine keeps it. */
import { describe, expect, it } from 'vitest';
import { Hash, machineInto } from '../../lab/fingerprint.ts';
import { bytesAdded } from '../../lab/caps.ts';
import { blockAt, blockForWrite, createBlocks, distinctBlockBytes, eachBlock } from '../../sim/blocks.ts';
import { component } from '../../sim/component.ts';
import { createMachine, enterKeyframe, keyframe, type Machine } from '../../sim/machine.ts';
import { cpu } from '../../hypervisor/hops.ts';
import { diskdrv } from '../../root/kernel/storage-hops.ts';
import { world } from '../world.ts';

const machine = (): Machine => createMachine({ memoryPages: 64, logicalProcessors: 1, seed: 1 });
const put = (m: Machine, block: number, value: number): void => void blockForWrite(m.blocks, block, m.memory.epoch).fill(value);
const get = (m: Machine, block: number): number => blockAt(m.blocks, block)?.[7] ?? -1;
const print = (m: Machine): string => {
  const hash = new Hash();
  machineInto(hash, m);
  return hash.hex();
};
/** Blocks in neighbouring leaves, in other tops, and at the far end of a disk of 2 TB. */
const places = [0, 1, 511, 512, 262_143, 262_144, 17_921_842, 536_870_911];

describe('written blocks of the physical disk', () => {
  it('[BLOCKS-1] are there as they were written and nowhere else', () => {
    const m = machine();
    places.forEach((block, i) => put(m, block, i + 1));
    expect(places.map((block) => get(m, block))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([2, 510, 513, 262_145, 1_000_000, 536_870_910].map((block) => get(m, block))).toEqual([-1, -1, -1, -1, -1, -1]);
    const seen: number[] = [];
    eachBlock(m.blocks.tops, (block) => seen.push(block));
    expect(seen).toEqual(places);
  });

  it('[BLOCKS-1] are only in the reach of hardware', () => {
    const nosy = component<object>({
      name: 'nosy', title: 'Nosy', about: 'test', place: 'root-kernel', sources: ['ours'], initial: () => ({}),
      on: { [diskdrv.dpc.name]: (_s, _h, act) => void act.diskBlock(0), [cpu.hltDoneRoot.name]: () => {} },
    });
    const w = world([nosy], { rootVps: 1 });
    const me = w.add('nosy', 'root/nosy', 1);
    w.poke(me, diskdrv.dpc, me, [0], 0);
    expect(() => w.run()).toThrow(/only hardware/);
  });

  it('[BLOCKS-2] come back with a keyframe, whatever was written after it, and enter the fingerprint', () => {
    const m = machine();
    const empty = print(m);
    const before = keyframe(m);
    for (const block of places) put(m, block, 1);
    const once = print(m);
    const between = keyframe(m);
    put(m, 512, 2);
    put(m, 700, 2);
    const later = print(m);
    enterKeyframe(m, between);
    expect([get(m, 512), get(m, 700), print(m)]).toEqual([1, -1, once]);
    enterKeyframe(m, before);
    expect([get(m, 512), print(m)]).toEqual([-1, empty]);
    enterKeyframe(m, between);
    put(m, 700, 2);
    put(m, 512, 2);
    expect(print(m)).toBe(later);
    expect(new Set([empty, once, later]).size).toBe(3);
  });

  it('[BLOCKS-2] agree with a plain map, over random writes, keyframes and returns', () => {
    let x = 20_260_101;
    const chance = (n: number): number => {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
      return (x >>> 8) % n;
    };
    const m = machine();
    let model = new Map<number, number>();
    const kept: { readonly frame: ReturnType<typeof keyframe>; readonly model: Map<number, number> }[] = [];
    for (let step = 0; step < 4000; step++) {
      const block = chance(3) === 0 ? chance(2_000_000) : chance(40);
      if (chance(20) === 0) kept.push({ frame: keyframe(m), model: new Map(model) });
      else if (chance(25) === 0 && kept.length > 0) {
        const back = kept[chance(kept.length)]!;
        enterKeyframe(m, back.frame);
        model = new Map(back.model);
      } else {
        put(m, block, step & 0xff);
        model.set(block, step & 0xff);
      }
      expect(get(m, block)).toBe(model.get(block) ?? -1);
    }
    const there = new Map<number, number>();
    eachBlock(m.blocks.tops, (block, bytes) => there.set(block, bytes[7]!));
    expect(there).toEqual(new Map([...model].sort(([a], [b]) => a - b)));
  });

  it('[BLOCKS-3] are counted once, however many keyframes share them', () => {
    const m = machine();
    for (let block = 0; block < 100; block++) put(m, block, 1);
    const first = keyframe(m);
    put(m, 5, 2);
    const second = keyframe(m);
    const third = keyframe(m);
    const one = distinctBlockBytes([first.blocks]);
    expect(one).toBeGreaterThanOrEqual(100 * 4096);
    expect(one).toBeLessThan(100 * 4096 + 12_000);
    const all = distinctBlockBytes([first.blocks, second.blocks, third.blocks, m.blocks.tops]);
    expect(all - one).toBeGreaterThanOrEqual(4096);
    expect(all - one).toBeLessThan(4096 + 12_000);
    expect(bytesAdded(third, second)).toBeLessThan(bytesAdded(second, first) - 4096);
    expect(distinctBlockBytes([createBlocks().tops])).toBe(0);
  });
});
