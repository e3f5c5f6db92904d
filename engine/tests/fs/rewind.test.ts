import { describe, expect, it } from 'vitest';
import { enterKeyframe, keyframe } from '../../sim/machine.ts';
import { rig, sampleDisk } from './rig.ts';

const disk = sampleDisk();

describe('the guest\'s file system', () => {
  it('[FS-5] goes on from a keyframe exactly as it went on before, and its state is plain data', () => {
    const r = rig({ bytes: disk, depth: 8, shuffled: true }, { lines: 6 });
    r.readFile('README.TXT');
    const { kernel } = r.w;
    for (let cut = 0; cut < 6; cut++) {
      r.ask('readFile', cut % 2 === 0 ? 'LAB/FRAG.BIN' : 'BIG.BIN', 7);
      r.w.run(20 + cut * 57);
      const frame = keyframe(kernel.m);
      const start = kernel.m.n;
      const stateThen = structuredClone(kernel.m.components.states);
      r.w.run();
      const end = [kernel.m.n, kernel.m.now];
      const rows = kernel.log.words.slice(start * 16, kernel.m.n * 16);
      const states = structuredClone(kernel.m.components.states);
      enterKeyframe(kernel.m, frame);
      expect(kernel.m.components.states).toEqual(stateThen);
      r.w.run();
      expect([kernel.m.n, kernel.m.now]).toEqual(end);
      expect(kernel.log.words.slice(start * 16, kernel.m.n * 16)).toEqual(rows);
      expect(kernel.m.components.states).toEqual(states);
    }
  });
});
