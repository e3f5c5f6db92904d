import { describe, expect, it } from 'vitest';
import { ConditionError } from '../../lab/conditions.ts';
import { STRETCH } from '../../lab/history.ts';
import { enterKeyframe, keyframe } from '../../sim/machine.ts';
import { fed, realLab, rest } from './real.ts';
import { runOut, toyLab } from './toy.ts';

/** Two branches: as the scenario goes, and one in which Alpha reads something else after its first file. */
function forked() {
  const lab = realLab();
  rest(lab);
  const { start } = lab.status();
  fed(lab, () => lab.seek(start + 400));
  fed(lab, () => lab.intend({ do: 'write-sectors', guest: 'alpha', lba: 40_960, sectors: 8, count: 1, depth: 1 }));
  rest(lab);
  return { lab, start };
}

describe('two branches side by side', () => {
  it('[BRANCH-1] nobody outside notices that they were compared', () => {
    const { lab } = forked();
    fed(lab, () => lab.seek(lab.status().start + 777));
    const before = [lab.status(), fed(lab, () => lab.fingerprint()), lab.branches()];
    const { left, right, fork } = fed(lab, () => lab.compare(0, 1));
    expect([lab.status(), fed(lab, () => lab.fingerprint()), lab.branches()]).toEqual(before);
    expect([left.branch, right.branch]).toEqual([0, 1]);
    expect([left.n, right.n]).toEqual(lab.branches().map((b) => b.tip));
    expect(fork.n).toBe(lab.status().start + 400);
  });

  it('[BRANCH-1] a branch does not differ from itself, nor two of them at or before the fork', () => {
    const { lab } = forked();
    const same = fed(lab, () => lab.compare(1, 1));
    expect(same).toMatchObject({ states: [], processors: [], memory: { pages: 0, bytes: 0 }, disk: { blocks: 0 } });
    expect(same.ledgers[0]!.lines.every((line) => line.left === line.right)).toBe(true);
    const { time } = fed(lab, () => lab.compare(0, 1)).fork;
    const early = fed(lab, () => lab.compare(0, 1, { time: time - lab.status().startTime - 1000 }));
    expect([early.left.n, early.states, early.memory.pages]).toEqual([early.right.n, [], 0]);
  });

  it('[BRANCH-1] at the same point of a file operation; a branch that has not come to it is refused', () => {
    const { lab } = forked();
    const { points } = fed(lab, () => lab.compare(0, 1));
    const ended = points.find((p) => p.point === 'ended' && p.guest === 'beta')!;
    const at = { guest: ended.guest, ordinal: ended.ordinal, point: ended.point };
    const { left, right } = fed(lab, () => lab.compare(0, 1, at));
    expect([left.n, right.n]).toEqual([ended.left!.n, ended.right!.n]);
    expect(() => fed(lab, () => lab.compare(0, 1, { ...at, ordinal: 99 }))).toThrow(ConditionError);
    expect(() => lab.compare(0, 9)).toThrow(/There is no branch 9/);
  });

  it('[BRANCH-2] tells components, processors and figures that differ, with both values', () => {
    const { lab } = forked();
    const { states, ledgers } = fed(lab, () => lab.compare(0, 1));
    expect(states.map((s) => s.path)).toContain('alpha/storvsc');
    expect(states.every((s) => s.only !== null || s.cells.length + s.others > 0)).toBe(true);
    expect(states.flatMap((s) => s.cells).every((c) => c.left !== c.right)).toBe(true);
    expect(ledgers.map(({ of }) => of)).toEqual(['', 'Alpha', 'Beta']);
    const hops = ledgers[0]!.lines.find((line) => line.name === 'hops')!;
    const { start } = lab.status();
    expect([hops.left, hops.right]).toEqual(lab.branches().map((b) => b.tip - start));
  });

  it('[BRANCH-2] a guest that one side has turned off is there on the other side only', () => {
    const lab = realLab({ steps: [] });
    fed(lab, () => lab.intend({ do: 'turn-off', name: 'beta' }));
    rest(lab);
    fed(lab, () => lab.undo());
    rest(lab);
    const { states } = fed(lab, () => lab.compare(0, 1));
    const gone = states.filter((s) => s.only === 'right' && s.partition === 'Beta');
    expect(gone.length).toBeGreaterThan(3);
    expect(states.filter((s) => s.only === 'left')).toEqual([]);
  });

  it('[BRANCH-3] counts bytes of memory and blocks of the disk exactly, and says whose they are', () => {
    const { lab } = forked();
    const { left, right, memory, disk } = fed(lab, () => lab.compare(0, 1));
    // Counted once more, by hand, over every page that either side has.
    const frames = [left, right].map(({ branch, n }) => {
      fed(lab, () => lab.goTo(branch, n));
      return keyframe(lab.run.kernel.m);
    });
    let pages = 0;
    let bytes = 0;
    const zero = new Uint8Array(4096);
    for (let spa = 0; spa < lab.run.kernel.m.memory.pages; spa++) {
      const [a, b] = frames.map((f) => f.memory.frames[spa >>> 9]?.[spa & 511] ?? zero);
      const differing = a === b ? 0 : a!.reduce((sum, byte, i) => sum + (byte === b![i] ? 0 : 1), 0);
      pages += differing > 0 ? 1 : 0;
      bytes += differing;
    }
    expect([memory.pages, memory.bytes]).toEqual([pages, bytes]);
    expect(pages).toBeGreaterThan(5);
    expect(new Set(memory.listed.map((p) => p.owner))).toEqual(new Set(['Alpha', 'Beta', 'Hypervisor', 'Root (parent) partition'].filter((owner) => memory.listed.some((p) => p.owner === owner))));
    expect(memory.listed.some((p) => p.owner === 'Alpha' && p.gpa)).toBe(true);
    for (const page of memory.listed) expect(page.left).not.toEqual(page.right);
    // What Alpha wrote lies in its file, on the right side only.
    expect(disk.blocks).toBeGreaterThan(0);
    expect(disk.listed.filter((b) => b.only === 'right').map((b) => b.file)).toContain('Alpha.vhd');
    expect(disk.listed.filter((b) => b.only === 'left')).toEqual([]);
    enterKeyframe(lab.run.kernel.m, frames[1]!);
  });

  it('[BRANCH-4] a deleted branch costs nothing but its intents, and comes back the same', () => {
    const lab = toyLab();
    lab.intend({ count: 6000, text: 'long' });
    runOut(lab);
    lab.seek(100);
    lab.intend({ count: 5000, text: 'other' });
    runOut(lab);
    const print = lab.fingerprint();
    const { tip } = lab.branches()[1]!;
    expect(tip).toBeGreaterThan(3 * STRETCH);
    expect(() => lab.lighten(1)).toThrow(/stands in branch 1/);
    lab.goTo(0);
    const first = lab.fingerprint();
    const before = lab.memory();
    lab.lighten(1);
    const after = lab.memory();
    expect(after.rows).toBeLessThanOrEqual(before.rows - 3 * STRETCH * 64);
    expect(after.keyframes).toBeLessThan(before.keyframes);
    expect(lab.fingerprint()).toBe(first);
    lab.goTo(1, tip);
    expect(lab.fingerprint()).toBe(print);
    lab.goTo(1, 2 * STRETCH + 5);
    lab.intend({ count: 3 });
    runOut(lab);
    expect(lab.branches()).toHaveLength(3);
  });

  it('[BRANCH-4] file requests of one branch are not told of another one when rows are given up', () => {
    const tight = toyLab({ caps: { rows: 2 * STRETCH * 64 } });
    const free = toyLab();
    for (const lab of [tight, free]) {
      for (let i = 0; i < 3; i++) lab.intend({ count: 2000, text: 'first' });
      runOut(lab);
      lab.seek(STRETCH + 50);
      for (let i = 0; i < 40; i++) lab.intend({ count: 150, text: 'second' });
      runOut(lab);
      lab.goTo(0);
    }
    for (const branch of [0, 1]) {
      const told = [tight, free].map((lab) => {
        lab.goTo(branch);
        return lab.files(lab.known(), 100);
      });
      expect(told[0]).toEqual(told[1]);
    }
  });

  it('[BRANCH-5] knows the times of fork and tip, and the titles of partitions that are gone', () => {
    const lab = realLab({ steps: [] });
    const { startTime } = lab.status();
    fed(lab, () => lab.intend({ do: 'turn-off', name: 'beta' }));
    const { n, now } = rest(lab);
    const beta = lab.view().partitionTitles.indexOf('Beta');
    expect(beta).toBeGreaterThan(1);
    expect(lab.view().partitions.some((p) => p.index === beta)).toBe(false);
    expect(lab.branches()[0]).toMatchObject({ tip: n, tipTime: now });
    fed(lab, () => lab.seek(lab.status().start + 3));
    fed(lab, () => lab.intend({ do: 'read-file', guest: 'alpha', path: 'README.TXT' }));
    const [, child] = lab.branches();
    expect(child!.atTime).toBe(lab.status().now);
    expect(child!.atTime).toBeGreaterThan(startTime);
    expect(lab.view().partitionTitles[beta]).toBe('Beta');
  });
});
