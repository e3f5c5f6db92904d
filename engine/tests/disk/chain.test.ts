/** Differencing disks: finding and checking the parents, reading through them, writing to the child alone. */
import { describe, expect, it } from 'vitest';
import {
  REFUSED_ATTACHED, REFUSED_CHAIN, REFUSED_FORMAT, REFUSED_PARENT_MISSING, REFUSED_PARENT_WRONG,
} from '../../root/kernel/storage-hops.ts';
import { STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { makeVhd, type MadeVhd, type MakeOptions } from './vhd-maker.ts';
import { pattern, vhdWorld, type Placed } from './vhd-world.ts';

const K = 1024;
const BLOCK = 64 * K;
const SECTORS = 1024;

const base = (seed = 1, blockSize = BLOCK): MadeVhd => makeVhd({ sectors: SECTORS, blockSize, seed, content: (s) => (s % 5 === 0 && s < 600 ? pattern(s, 1, 1) : null) });
const childOf = (parent: MadeVhd, name: string, mark: number, more: Partial<MakeOptions['parent'] & object> = {}, blockSize = BLOCK): MadeVhd =>
  makeVhd({ sectors: SECTORS, blockSize, seed: mark, parent: { vhd: parent, name, ...more }, content: (s) => (s % 7 === mark && s < 800 ? pattern(s, 1, mark) : null) });

/** What the chain reads as: the child's sectors, else those of the next one. */
function wanted(...marks: number[]): Uint8Array {
  const out = new Uint8Array(SECTORS * 512);
  for (let s = 0; s < SECTORS; s++) {
    const mark = marks.find((m) => s % 7 === m && s < 800) ?? (s % 5 === 0 && s < 600 ? 1 : 0);
    if (mark > 0) out.set(pattern(s, 1, mark), s * 512);
  }
  return out;
}

function all(w: ReturnType<typeof vhdWorld>, handle: number): Uint8Array {
  const out = new Uint8Array(SECTORS * 512);
  for (let lba = 0; lba < SECTORS; lba += 128) out.set(w.read(handle, lba, 128).bytes, lba * 512);
  return out;
}

const two = (): readonly [MadeVhd, MadeVhd, readonly Placed[]] => {
  const parent = base();
  const child = childOf(parent, 'Base.vhd', 2, { relative: '.\\disks\\base.VHD' });
  return [parent, child, [{ fileId: 1, name: 'child.vhd', bytes: child.bytes }, { fileId: 2, name: 'base.vhd', bytes: parent.bytes }]];
};

describe('a differencing disk', () => {
  it('[VHDP-18] finds its parent by the name of its locator and reads through it, sector by sector', () => {
    const [, , files] = two();
    const w = vhdWorld(files);
    const { handle, sectors, says } = w.open(1);
    expect([sectors, says]).toEqual([SECTORS, '']);
    expect(all(w, handle)).toEqual(wanted(2));
    expect(w.count('ntfs.findParent')).toBe(1);
  });

  it('[VHDP-18] finds it by the name in the header when there is no locator, and [NTFS-6] by hand when no name fits', () => {
    const parent = base();
    const child = childOf(parent, 'C:\\disks\\base.vhd', 2);
    const w = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: child.bytes }, { fileId: 2, name: 'BASE.vhd', bytes: parent.bytes }]);
    expect(all(w, w.open(1).handle)).toEqual(wanted(2));
    const named = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: child.bytes, parent: 2 }, { fileId: 2, name: 'download (1).vhd', bytes: parent.bytes }]);
    expect(all(named, named.open(1).handle)).toEqual(wanted(2));
  });

  it('[VHDP-18] reads through chains, with fixed parents and blocks of other sizes', () => {
    const fixed = makeVhd({ sectors: SECTORS, blockSize: 0, content: (s) => (s % 5 === 0 && s < 600 ? pattern(s, 1, 1) : null) });
    const middle = childOf(fixed, 'fixed.vhd', 3, {}, 16 * K);
    const child = childOf(middle, 'middle.vhd', 4, {}, 256 * K);
    const w = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: child.bytes }, { fileId: 2, name: 'middle.vhd', bytes: middle.bytes }, { fileId: 3, name: 'fixed.vhd', bytes: fixed.bytes }]);
    expect(all(w, w.open(1).handle)).toEqual(wanted(4, 3));
    expect(w.fromFiles(1, 2, 3)).toEqual(wanted(4, 3));
  });

  it('[VHDP-18] takes sectors beyond the end of a shorter parent as zero', () => {
    const short = makeVhd({ sectors: 300, blockSize: BLOCK, content: (s) => pattern(s, 1, 1) });
    const child = makeVhd({ sectors: SECTORS, blockSize: BLOCK, parent: { vhd: short, name: 'short.vhd' }, content: (s) => (s === 310 ? pattern(s, 1, 2) : null) });
    const w = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: child.bytes }, { fileId: 2, name: 'short.vhd', bytes: short.bytes }]);
    const { bytes } = w.read(w.open(1).handle, 290, 30);
    const expected = new Uint8Array(30 * 512);
    expected.set(pattern(290, 10, 1));
    expected.set(pattern(310, 1, 2), 20 * 512);
    expect(bytes).toEqual(expected);
  });

  it('[VHDP-18] takes the writes, and its parents stay byte for byte as they were', () => {
    const [parent, , files] = two();
    const w = vhdWorld(files);
    const { handle } = w.open(1);
    const model = wanted(2);
    for (const [lba, sectors] of [[0, 8], [100, 3], [126, 4], [890, 128], [7, 1]] as const) {
      expect(w.write(handle, lba, pattern(lba, sectors, 9))).toBe(STATUS_SUCCESS);
      model.set(pattern(lba, sectors, 9), lba * 512);
    }
    expect(all(w, handle)).toEqual(model);
    expect(w.fromFiles(1, 2)).toEqual(model);
    expect(w.r.file(2)).toEqual(parent.bytes);
  });

  it('[VHDP-19] is refused without its parent: [VHD-10] its name and id, and a reason of its own', () => {
    const [parent, child] = two();
    const w = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: child.bytes }]);
    const { handle, says, reason } = w.open(1);
    const id = [...parent.id].map((b) => b.toString(16).padStart(2, '0')).join('');
    expect([handle, reason]).toEqual([0, REFUSED_PARENT_MISSING]);
    expect(says).toContain('its parent Base.vhd (id ');
    expect(says.replaceAll('-', '')).toContain(id);
    expect(says).toMatch(/hand in the parent too\.$/);
  });

  it('[VHDP-19] is refused with another parent than its own; another time stamp is only a warning', () => {
    const [parent, child] = two();
    const wrong = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: child.bytes }, { fileId: 2, name: 'base.vhd', bytes: base(77).bytes }]);
    const other = childOf(parent, 'base.vhd', 2, { id: new Uint8Array(16).fill(7) });
    expect(wrong.open(1).reason).toBe(REFUSED_PARENT_WRONG);
    const w = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: other.bytes }, { fileId: 2, name: 'base.vhd', bytes: parent.bytes }]);
    expect([w.open(1).reason, w.open(1).says]).toEqual([REFUSED_PARENT_WRONG, expect.stringMatching(/id 07070707-0707-.* has the id/)]);
    const stamped = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: childOf(parent, 'base.vhd', 2, { stamp: 5 }).bytes }, { fileId: 2, name: 'base.vhd', bytes: parent.bytes }]);
    const { handle, says } = stamped.open(1);
    expect([handle > 0, says]).toEqual([true, expect.stringMatching(/time stamp/)]);
  });

  it('[VHDP-19] is refused when its parents lead back to itself, or are too many, or one of them is damaged', () => {
    const [parent, child] = two();
    const circle = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: child.bytes, parent: 1 }]);
    expect([circle.open(1).reason, circle.open(1).says]).toEqual([REFUSED_CHAIN, expect.stringMatching(/lead back/)]);
    const chain: Placed[] = [];
    let last = parent;
    for (let i = 0; i < 17; i++) {
      last = makeVhd({ sectors: 64, blockSize: 16 * K, seed: i, parent: { vhd: last, name: `p${i}.vhd` }, content: () => null });
      chain.push({ fileId: i + 10, name: `c${i}.vhd`, bytes: last.bytes, parent: i === 0 ? 9 : i + 9 });
    }
    const long = vhdWorld([{ fileId: 9, name: 'base.vhd', bytes: parent.bytes }, ...chain]);
    expect([long.open(26).reason, long.open(26).says]).toEqual([REFUSED_CHAIN, expect.stringMatching(/more than 16/)]);
    expect(long.open(24).handle).toBeGreaterThan(0);
    const torn = parent.bytes.slice();
    torn[700] ^= 1;
    const damaged = vhdWorld([{ fileId: 1, name: 'child.vhd', bytes: child.bytes }, { fileId: 2, name: 'base.vhd', bytes: torn }]);
    expect([damaged.open(1).reason, damaged.open(1).says]).toEqual([REFUSED_FORMAT, expect.stringMatching(/header/)]);
    expect(damaged.r.w.state<{ disks: unknown[] }>(damaged.r.vhd).disks).toEqual([]);
  });
});

describe('one file, several users', () => {
  const open = (): ReturnType<typeof vhdWorld> => {
    const parent = base();
    const c1 = childOf(parent, 'base.vhd', 2);
    const c2 = childOf(parent, 'base.vhd', 3);
    return vhdWorld([{ fileId: 1, name: 'one.vhd', bytes: c1.bytes }, { fileId: 2, name: 'base.vhd', bytes: parent.bytes }, { fileId: 3, name: 'two.vhd', bytes: c2.bytes }]);
  };

  it('[VHDP-17] a disk is attached to one machine; its own devices share it', () => {
    const w = open();
    const first = w.open(1, 2).handle;
    expect(w.open(1, 2).handle).toBe(first);
    expect([w.open(1, 3).reason, w.open(1, 3).says]).toEqual([REFUSED_ATTACHED, expect.stringMatching(/attached to another virtual machine/)]);
    expect(w.open(1).handle).toBe(0);
  });

  it('[VHDP-17] two children may share a parent, which nobody may write meanwhile', () => {
    const w = open();
    const one = w.open(1, 2).handle;
    const other = w.open(3, 3).handle;
    expect(all(w, one)).toEqual(wanted(2));
    expect(all(w, other)).toEqual(wanted(3));
    expect([w.open(2, 4).reason, w.open(2, 4).says]).toEqual([REFUSED_ATTACHED, expect.stringMatching(/is the parent of a differencing disk/)]);
    const reversed = open();
    expect(reversed.open(2, 2).handle).toBeGreaterThan(0);
    expect([reversed.open(1, 3).reason, reversed.open(1, 3).says]).toEqual([REFUSED_ATTACHED, expect.stringMatching(/The parent .* is attached/)]);
  });

  it('[VHDP-20] closing lets the requests under way end, and gives file, parents and pages back', () => {
    const w = open();
    const { handle } = w.open(1, 2);
    const again = w.open(1, 2).handle;
    const asked = w.ask(false, handle, 0, 64, 2000);
    w.close(handle);
    w.close(again);
    w.r.finish();
    expect(w.statusOf(asked)).toBe(0);
    expect(w.r.w.state<{ disks: unknown[] }>(w.r.vhd).disks).toEqual([null, null]);
    for (let i = 0; i < 30; i++) {
      const next = w.open(i % 2 === 0 ? 2 : 1, 9);
      expect([i, next.handle > 0, next.says]).toEqual([i, true, '']);
      w.close(next.handle);
      w.r.finish();
    }
    expect(w.read(handle, 0, 1).status).not.toBe(0);
  });
});

describe('a large disk', () => {
  it('[VHDP-2] of 2 GB opens with one read of each structure, and touches three chunks of its image', () => {
    // Ten blocks are there; the file of 2 GB is never made, only what is asked for.
    const made = makeVhd({ sectors: 4_194_304, blockSize: 2_097_152, content: (s) => (s % 409_600 < 2 ? pattern(s, 1, 1) : null) });
    const w = vhdWorld([{ fileId: 1, name: 'large.vhd', bytes: made.bytes }], 400_000, false);
    expect(w.open(1).sectors).toBe(4_194_304);
    expect(w.count('disk.command')).toBe(3);
    expect(w.r.fetched.length).toBeLessThanOrEqual(3);
    expect(w.read(1, 409_600, 2).bytes).toEqual(pattern(409_600, 2, 1));
    expect(w.r.fetched.length).toBeLessThanOrEqual(5);
  });
});
