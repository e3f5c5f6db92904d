import { describe, expect, it } from 'vitest';
import { ataVector, siteName } from '../../devices/ide/index.ts';
import type { AtaState } from '../../devices/ide/legacy-driver.ts';
import { enterKeyframe, keyframe } from '../../sim/machine.ts';
import { ataPage, bufferPage, diskByte, rig, type Rig, type WorkerState } from './rig.ts';

function sectorsAt(r: Rig, page: number, lba: number, sectors: number): boolean {
  const bytes = r.w.kernel.m.memory.frames[page >>> 9]![page & 511]!;
  for (let i = 0; i < sectors * 512; i++) if (bytes[i] !== diskByte(lba + (i >> 9), i & 511)) return false;
  return true;
}

const done = (r: Rig): number[] => r.w.state<{ done: number[] }>(r.fs).done;
const driver = (r: Rig): AtaState => r.w.state<AtaState>(r.driver);

/** Names of the driver's instructions that exited, in order; '' for those of the guest's kernel: the 8259 pair, and EOI. */
function instructions(r: Rig, from: number): string[] {
  return r.w
    .hops()
    .slice(from)
    .filter((h) => /^pio\.(read|write)$/.test(r.w.kernel.catalogue[h.kind]!.name))
    .map((h) => siteName(h.args[2]!));
}

describe('the ATA driver starts', () => {
  it('[ATADRV-1] [IDE-11] [IDE-14] with 18 port exits, and knows the capacity from IDENTIFY DEVICE in its own page', () => {
    const r = rig({ sectors: 131_072 });
    r.start();
    expect(r.w.state<WorkerState>(r.worker).attached).toEqual([0, 131_072]);
    expect(r.accesses()).toBe(18);
    expect(r.w.state(r.guest)).toMatchObject({ ready: 0, interrupts: 1, vector: ataVector, eoi: 2 });
    expect(r.w.state(r.fs)).toMatchObject({ capacity: 131_072, depth: 1 });
    expect(instructions(r, 0)).toEqual([
      ...Array.from({ length: 10 }, () => ''), 'control', 'identifyDevice', 'identifyIdle', 'identifyCommand', 'isrStatus', 'isrData', '', '',
    ]);
    const identify = r.w.kernel.m.memory.frames[ataPage >>> 9]![ataPage & 511]!;
    expect([...identify.subarray(0, 2)]).toEqual([0x5a, 0x04]);
  });

  it('[ATADRV-1] [ATADRV-5] without interrupts when it shall poll', () => {
    const r = rig({ polled: true });
    r.start();
    expect(r.accesses()).toBe(14 + 3);
    expect(r.w.state(r.guest)).toMatchObject({ ready: 0, interrupts: 0, vector: -1 });
  });

  it('[IDE-3] [IDE-14] [ATADRV-1] and reports that it cannot work when there is no drive', () => {
    const r = rig({ fileId: 9 });
    r.start();
    expect(r.w.state<WorkerState>(r.worker).attached).toEqual([1, 0]);
    expect(r.w.state(r.guest)).toMatchObject({ ready: 1 });
    r.read(0, 1);
    r.w.run();
    expect(done(r)).toEqual([1, 1]);
  });
});

describe('an interrupt-driven read', () => {
  for (const [sectors, exits] of [[1, 11], [2, 15], [8, 39]] as const) {
    it(`[ATADRV-3] [ATADRV-4] [ATADRV-9] of ${sectors} sectors takes ${exits} port exits and brings the bytes of the disk`, () => {
      const r = rig();
      r.start();
      r.accesses();
      r.read(1000, sectors);
      r.w.run();
      expect(r.accesses()).toBe(exits);
      expect(r.w.state(r.guest)).toMatchObject({ interrupts: 1 + sectors });
      expect(done(r)).toEqual([1, 0]);
      expect(sectorsAt(r, bufferPage, 1000, sectors)).toBe(true);
    });
  }

  it('[ATADRV-3] [ATADRV-4] makes its accesses in the order of the protocol', () => {
    const r = rig();
    r.start();
    const from = r.w.kernel.m.n;
    r.read(0xabcdef, 1);
    r.read(7, 1, bufferPage + 1, 2);
    r.w.run();
    expect(instructions(r, from).slice(0, 8)).toEqual(['idle', 'device', 'count', 'lbaLow', 'lbaMid', 'lbaHigh', 'command', 'isrStatus']);
    expect(done(r)).toEqual([1, 1, 2, 0]);
  });

  it('[ATADRV-4] [PIC-6] takes as many exits on a slow disk, because nobody polls', () => {
    const r = rig({ delay: 5_300_000 });
    r.start();
    r.accesses();
    r.read(40, 8);
    r.w.run();
    expect(r.accesses()).toBe(39);
    expect(sectorsAt(r, bufferPage, 40, 8)).toBe(true);
  });

  it('[ATADRV-6] [ATADRV-8] serves one request after the other, in order', () => {
    const r = rig({ delay: 100_000 });
    r.start();
    r.accesses();
    for (let i = 0; i < 5; i++) r.read(100 * i, 8, bufferPage + i, i);
    r.w.run();
    expect(done(r)).toEqual([0, 0, 1, 0, 2, 0, 3, 0, 4, 0]);
    expect(r.accesses()).toBe(5 * 39);
    for (let i = 0; i < 5; i++) expect(sectorsAt(r, bufferPage + i, 100 * i, 8)).toBe(true);
    expect(r.w.names().filter((name) => name === 'ata.next')).toHaveLength(4);
    expect(r.w.names().filter((name) => name === 'ata.complete')).toHaveLength(5 + 1);
  });

  it('[ATADRV-6] refuses what leaves its page, the reach of 28 bits or the queue', () => {
    const r = rig({ delay: 1_000_000 });
    r.start();
    r.read(0, 8, bufferPage, 1, (4096 << 12) | 512);
    r.w.run();
    r.read(0x1000_0000, 1, bufferPage, 2);
    r.w.run();
    r.read(0, 2, bufferPage, 3, 512 << 12);
    r.w.run();
    expect(done(r)).toEqual([1, 1, 2, 1, 3, 1]);
    for (let i = 0; i < 70; i++) r.read(i, 1, bufferPage, 100 + i);
    r.w.run();
    expect(done(r).filter((_, i) => i >= 6 && i % 2 === 1 && done(r)[i] === 1)).toHaveLength(70 - 65);
  });

  it('[ATADRV-7] [IDE-8] reads the error register when the drive reports one', () => {
    const r = rig({ sectors: 100, bad: 50 });
    r.start();
    r.accesses();
    r.read(99, 2);
    r.w.run();
    expect(done(r)).toEqual([1, 1]);
    expect(driver(r).lastError).toBe(0x10);
    expect(r.accesses()).toBe(7 + 2 + 2);
    r.read(48, 8, bufferPage, 2);
    r.w.run();
    expect(done(r)).toEqual([1, 1, 2, 1]);
    expect(driver(r).lastError).toBe(0x80);
    r.read(10, 8, bufferPage, 3);
    r.w.run();
    expect(done(r)).toEqual([1, 1, 2, 1, 3, 0]);
  });

  it('[ATADRV-2] [ATADRV-4] leaves everything as it was when an interrupt is not its own', () => {
    const r = rig();
    r.start();
    r.accesses();
    const kind = r.w.kernel.catalogue.find((k) => k.name === 'apic.injectGuest')!;
    r.w.poke(r.w.kernel.m.components.paths.indexOf('hypervisor/intercepts'), kind, r.guest, [ataVector, 1], r.w.kernel.m.partitions.firstVps[2]);
    r.w.run();
    expect(r.accesses()).toBe(3);
    r.read(5, 8);
    r.w.run();
    expect(r.accesses()).toBe(39);
    expect(done(r)).toEqual([1, 0]);
  });
});

describe('a polled read', () => {
  it('[ATADRV-5] [ATADRV-9] of 8 sectors takes 24 port exits when the disk answers at once', () => {
    const r = rig({ polled: true });
    r.start();
    r.accesses();
    r.read(1000, 8);
    r.w.run();
    expect(r.accesses()).toBe(24);
    expect(done(r)).toEqual([1, 0]);
    expect(sectorsAt(r, bufferPage, 1000, 8)).toBe(true);
    expect(r.w.state<WorkerState>(r.worker).asserted).toEqual([]);
  });

  it('[ATADRV-5] asks hundreds of times when the disk needs 5.3 ms, and the VP is never idle', () => {
    const r = rig({ polled: true, delay: 5_300_000 });
    r.start();
    r.accesses();
    r.read(1000, 8);
    r.w.run();
    expect(r.accesses()).toBeGreaterThan(200);
    expect(sectorsAt(r, bufferPage, 1000, 8)).toBe(true);
  });

  it('[ATADRV-7] ends with an error when the drive reports one', () => {
    const r = rig({ polled: true, sectors: 100 });
    r.start();
    r.read(96, 8);
    r.w.run();
    expect(done(r)).toEqual([1, 1]);
    expect(driver(r).lastError).toBe(0x10);
  });
});

describe('requests', () => {
  it('[ATADRV-3] [ATADRV-6] every port access of a read belongs to its request, whatever waits meanwhile', () => {
    const r = rig({ delay: 50_000 });
    r.start();
    const from = r.w.kernel.m.n;
    r.read(0, 2, bufferPage, 1);
    r.read(50, 2, bufferPage + 1, 2);
    r.w.run();
    const name = (kind: number): string => r.w.kernel.catalogue[kind]!.name;
    const hops = r.w.hops().slice(from);
    const begun = hops.filter((h) => name(h.kind) === 'block.read').map((h) => h.n);
    for (const request of begun) {
      const mine = hops.filter((h) => h.request === request && /^pio\.(read|write)$/.test(name(h.kind)));
      expect(mine).toHaveLength(15);
    }
    expect(hops.filter((h) => name(h.kind) === 'block.done').map((h) => h.request)).toEqual(begun);
    expect(hops.filter((h) => name(h.kind) === 'vmwp.assertInterrupt').map((h) => h.request)).toEqual([begun[0], begun[0], begun[1], begun[1]]);
  });
});

describe('a machine with this path', () => {
  it('[ATADRV-2] [ATADRV-4] [ATADRV-9] makes the same exits and brings the same bytes when simultaneous work is shuffled', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const r = rig({ delay: 10_000 * (seed % 5) });
      r.w.kernel.shuffle = new Int32Array([seed]);
      r.start();
      r.accesses();
      for (let i = 0; i < 3; i++) r.read(100 * i, 8, bufferPage + i, i);
      r.w.run();
      expect(r.accesses(), `seed ${seed}`).toBe(3 * 39);
      for (let i = 0; i < 3; i++) expect(sectorsAt(r, bufferPage + i, 100 * i, 8), `seed ${seed}`).toBe(true);
    }
  });

  it('[IDE-9] [PIC-6] repeats itself hop by hop from a keyframe in the middle of a read', () => {
    const r = rig({ delay: 100_000 });
    r.start();
    r.read(300, 8);
    for (const steps of [5, 40, 170, 260]) {
      r.w.run(steps);
      const m = r.w.kernel.m;
      const frame = keyframe(m);
      r.w.run(200);
      const first = r.w.hops().slice(frame.n);
      enterKeyframe(m, frame);
      r.w.run(200);
      expect(r.w.hops().slice(frame.n)).toEqual(first);
      enterKeyframe(m, frame);
    }
  });
});
