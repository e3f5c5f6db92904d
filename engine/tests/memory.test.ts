import { describe, expect, it } from 'vitest';
import { component } from '../sim/component.ts';
import { defineHops, hop } from '../sim/hop-kinds.ts';
import { enterKeyframe, keyframe } from '../sim/machine.ts';
import { createMemory, discardFrames, enterMemory, frame, frameForWrite, identityRun, MemoryFault, memoryKeyframe, setOverlay, setRootAccess, translate } from '../sim/memory.ts';
import { world } from './world.ts';

const M = defineHops('memtest', {
  touch: hop({ title: 't', family: 'call', crossing: 'root-call', args: ['page'], cost: 'call', status: 'derived', sources: ['ours'], sentence: () => ({ actor: 'a', act: 'b', object: 'c', because: 'd' }) }),
});
const toucher = component<{ touched: number[] }>({
  name: 'toucher', title: 'Toucher', about: 'test', place: 'root-kernel', sources: ['ours'],
  initial: () => ({ touched: [] }),
  on: {
    'memtest.touch': (s, h, act) => {
      act.pageForWrite(h.a0)[0]! += 1;
      s.touched.push(h.a0);
    },
  },
});

describe('memory', () => {
  it('[MEM-1] a keyframe keeps the bytes of its moment, whatever is written afterwards', () => {
    const m = createMemory(2048);
    frameForWrite(m, 700)[5] = 1;
    const before = memoryKeyframe(m);
    frameForWrite(m, 700)[5] = 2;
    const after = memoryKeyframe(m);
    frameForWrite(m, 700)[5] = 3;
    enterMemory(m, before);
    expect(frame(m, 700)[5]).toBe(1);
    frameForWrite(m, 700)[5] = 9;
    enterMemory(m, after);
    expect(frame(m, 700)[5]).toBe(2);
    enterMemory(m, before);
    expect(frame(m, 700)[5]).toBe(1);
  });
  it('[MEM-1] [MEM-2] keyframes taken and entered in any order keep every page and every right, however pages were written and discarded', () => {
    let x = 2009;
    const chance = (below: number): number => (x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0) % below;
    const m = createMemory(1500);
    let now = { bytes: new Map<number, number>(), denied: new Set<number>() };
    const kept = [{ frame: memoryKeyframe(m), held: structuredClone(now) }];
    for (let round = 0; round < 4000; round++) {
      const page = chance(1500);
      const what = chance(40);
      if (what < 30) {
        frameForWrite(m, page)[page & 4095] = round & 255;
        now.bytes.set(page, round & 255);
      } else if (what < 34) {
        setRootAccess(m, page, what < 32);
        if (what < 32) now.denied.delete(page);
        else now.denied.add(page);
      } else if (what < 36) {
        const count = Math.min(1500 - page, chance(600));
        discardFrames(m, page, count);
        for (let i = page; i < page + count; i++) now.bytes.delete(i);
      } else if (what < 38) {
        kept.push({ frame: memoryKeyframe(m), held: structuredClone(now) });
      } else {
        const to = kept[chance(kept.length)]!;
        enterMemory(m, to.frame);
        now = structuredClone(to.held);
      }
      if (round % 50 > 0) continue;
      for (let i = 0; i < 1500; i++) {
        const bytes = frame(m, i);
        if (bytes[i & 4095] !== (now.bytes.get(i) ?? 0) || bytes[(i + 1) & 4095] !== 0) expect.fail(`seed 2009, round ${round}: page ${i} is another`);
        if ((translate(m, 1, i, 0) < 0) !== now.denied.has(i)) expect.fail(`seed 2009, round ${round}: the right to page ${i} is another`);
      }
    }
  });
  it('[MEM-3] [MEM-4] a run of pages of the root ends where one is covered, kept by the hypervisor or beyond the end', () => {
    let x = 2008;
    const chance = (below: number): number => (x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0) % below;
    for (let round = 0; round < 40; round++) {
      const m = createMemory(1500);
      for (let i = chance(4); i > 0; i--) setRootAccess(m, chance(1500), false);
      for (let i = chance(4); i > 0; i--) setOverlay(m, 1, chance(1500), 1 + chance(1499));
      for (let from = 0; from < 1600; from += 1 + chance(90)) {
        const most = chance(1200);
        let run = 0;
        while (run < most && translate(m, 1, from + run, 0) === from + run) run++;
        // A page that covers itself ends a run too: what is said is at most what holds.
        const said = identityRun(m, from, most);
        expect(said, `seed 2008, round ${round}, from ${from}`).toBeLessThanOrEqual(run);
        const ends = said === run || m.overlays[1]!.includes(from + said);
        expect(ends, `seed 2008, round ${round}, from ${from}, most ${most}: ${said} of ${run}`).toBe(true);
      }
    }
  });
  it('[MEM-2] pages nobody wrote read as zero and cost nothing', () => {
    const m = createMemory(1 << 20);
    expect(frame(m, 999_999).every((b) => b === 0)).toBe(true);
    expect(m.frames.every((chunk) => chunk === null)).toBe(true);
  });
  it('[MEM-3] a wrong access is a typed fault that names who and where', () => {
    const w = world([toucher], { memoryPages: 1024 });
    const t = w.add('toucher', 'root/toucher', 1);
    w.poke(t, M.touch, t, [5]);
    w.poke(t, M.touch, t, [4000]);
    expect(() => w.run()).toThrow(MemoryFault);
    expect(() => w.run(0)).not.toThrow();
    const again = world([toucher], { memoryPages: 1024 });
    const u = again.add('toucher', 'root/toucher', 1);
    setRootAccess(again.kernel.m.memory, 7, false);
    again.poke(u, M.touch, u, [7]);
    expect(() => again.run()).toThrow(/root\/toucher touched page 0x7 of partition 1/);
  });
  it('[MEM-4] an overlay covers what lies below and uncovers it unchanged', () => {
    const m = createMemory(1024);
    frameForWrite(m, 9)[0] = 1;
    m.overlays[1] = [9, 500];
    expect(translate(m, 1, 9, 3)).toBe(500);
    m.overlays[1] = [];
    m.tlbs = [];
    expect(frame(m, translate(m, 1, 9, 3))[0]).toBe(1);
  });
  it('[KERNEL-6] a machine put back to a keyframe goes on exactly as it did', () => {
    const w = world([toucher], { memoryPages: 1024 });
    const t = w.add('toucher', 'root/toucher', 1);
    for (let i = 0; i < 50; i++) w.poke(t, M.touch, t, [i % 7]);
    w.run(20);
    const k = keyframe(w.kernel.m);
    w.run();
    const straight = JSON.stringify([w.hops(), w.state(t), Array.from({ length: 7 }, (_, p) => frame(w.kernel.m.memory, p)[0])]);
    enterKeyframe(w.kernel.m, k);
    expect(w.state<{ touched: number[] }>(t).touched.length).toBe(20);
    w.run();
    expect(JSON.stringify([w.hops(), w.state(t), Array.from({ length: 7 }, (_, p) => frame(w.kernel.m.memory, p)[0])])).toBe(straight);
  });
});
