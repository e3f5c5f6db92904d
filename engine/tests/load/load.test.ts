import { describe, expect, it } from 'vitest';
import { STATUS_DEVICE_NOT_READY, STATUS_IO_DEVICE_ERROR, STATUS_MEDIA_WRITE_PROTECTED, STATUS_NONEXISTENT_SECTOR } from '../../wire/ntstatus.ts';
import { rig, SERVICE_NS } from './rig.ts';

const MS = 1_000_000;
const disk = { sectors: 65_536, depth: 32, most: 128 } as const;

describe('the load generator', () => {
  it('[LOAD-1] [LOAD-2] keeps depth requests under way until all have come back, and says so once', () => {
    const r = rig(disk);
    r.inject({ lba: 64, count: 20, depth: 4 });
    r.run();
    expect(r.driver().asked).toEqual(Array.from({ length: 20 }, (_, i) => ['read', 64 + 8 * i, 8]));
    expect(r.driver().most).toBe(4);
    expect(r.load()).toMatchObject({ phase: 'idle', job: null, finished: 1, counts: { issued: 20, completed: 20, failed: 0, inFlight: 0, bytes: 20 * 4096 } });
    expect(r.w.names().filter((n) => n === 'load.finished')).toHaveLength(1);
  });

  it('[LOAD-1] goes on until it is stopped, and what is under way comes back first', () => {
    const r = rig(disk);
    r.inject({ count: 0, depth: 3 });
    r.run(50 * MS);
    const before = r.load().counts.completed;
    expect(before).toBeGreaterThan(100);
    expect(r.load().counts.inFlight).toBe(3);
    r.stop();
    r.run();
    expect(r.load()).toMatchObject({ phase: 'idle', finished: 1, counts: { inFlight: 0 } });
    expect(r.load().counts.completed).toBe(r.load().counts.issued);
    r.stop();
    r.run();
    expect(r.load().finished).toBe(1);
  });

  it('[LOAD-1] a second load takes the place of the first when that has come to rest; a stop in between ends both', () => {
    const r = rig(disk);
    r.inject({ count: 0, depth: 2 });
    r.run(2 * MS);
    r.inject({ lba: 800, count: 3, sectors: 1 });
    r.run();
    expect(r.driver().asked.slice(-3)).toEqual([['read', 800, 1], ['read', 801, 1], ['read', 802, 1]]);
    expect(r.load()).toMatchObject({ phase: 'idle', finished: 2, counts: { issued: 3, completed: 3 } });
    r.inject({ count: 0 });
    r.run(2 * MS);
    r.inject({ count: 0, lba: 8 });
    r.stop();
    r.run();
    expect(r.load()).toMatchObject({ phase: 'idle', next: null });
  });

  it('[LOAD-1] a stop before the disk has answered is kept', () => {
    const r = rig(disk);
    r.inject({ count: 0 });
    r.stop();
    r.run();
    expect(r.load()).toMatchObject({ phase: 'idle', finished: 1, counts: { issued: 0 } });
    expect(r.driver().asked).toEqual([]);
  });

  it('[LOAD-3] at a rate: one request each time, and none while depth are under way', () => {
    const r = rig({ ...disk, depth: 1 });
    r.inject({ count: 40, perSecond: 4000, depth: 8 });
    r.run();
    const { counts } = r.load();
    expect(counts).toMatchObject({ issued: 40, completed: 40, late: 0 });
    expect(counts.until - counts.since).toBeGreaterThanOrEqual(39 * 250_000);
    expect(counts.until - counts.since).toBeLessThan(39 * 250_000 + 2 * SERVICE_NS + MS);
    const busy = rig({ ...disk, depth: 1 });
    busy.inject({ count: 0, perSecond: 40_000, depth: 2 });
    busy.run(20 * MS);
    expect(busy.load().counts.inFlight).toBeLessThanOrEqual(2);
    expect(busy.load().counts.late).toBeGreaterThan(300);
    busy.stop();
    busy.run();
    expect(busy.load()).toMatchObject({ phase: 'idle', finished: 1 });
  });

  it('[LOAD-4] sequential begins again at the end of the disk, same stays, random keeps to the disk and its seed', () => {
    const lbas = (pattern: 0 | 1 | 2): number[] => {
      const r = rig({ ...disk, sectors: 100 });
      r.inject({ lba: 70, count: 5, pattern });
      r.run();
      return r.driver().asked.map(([, lba]) => lba);
    };
    expect(lbas(0)).toEqual([70, 78, 86, 70, 78]);
    expect(lbas(1)).toEqual([70, 70, 70, 70, 70]);
    expect(lbas(2)).toEqual(lbas(2));
    for (const lba of lbas(2)) expect([70, 78, 86]).toContain(lba);
  });

  it('[LOAD-5] counts latency as whole nanoseconds; requests that wait take longer', () => {
    const shown = (depth: number): { latency: { minNs: number; meanNs: number; maxNs: number }; perSecond: number } => {
      const r = rig({ ...disk, depth: 1 });
      r.inject({ count: 50, depth });
      r.run();
      const type = r.w.kernel.types.find((t) => t.name === 'load')!;
      return (type.view!(r.load()) as { counts: ReturnType<typeof shown> }).counts;
    };
    const one = shown(1);
    const eight = shown(8);
    expect(one.latency.minNs).toBeGreaterThanOrEqual(SERVICE_NS);
    expect(one.latency.meanNs).toBeLessThan(SERVICE_NS + 20_000);
    expect(eight.latency.meanNs).toBeGreaterThan(6 * SERVICE_NS);
    for (const { minNs, meanNs, maxNs } of [one.latency, eight.latency]) {
      expect([minNs, meanNs, maxNs].every(Number.isInteger)).toBe(true);
      expect(minNs).toBeLessThanOrEqual(meanNs);
      expect(meanNs).toBeLessThanOrEqual(maxNs);
    }
    expect(eight.perSecond).toBeGreaterThanOrEqual(one.perSecond);
  });

  it('[LOAD-5] the first error ends the load and is kept with its sentence', () => {
    const r = rig({ ...disk, bad: 4 });
    r.inject({ count: 0, depth: 2 });
    r.run();
    expect(r.load()).toMatchObject({ phase: 'idle', status: STATUS_IO_DEVICE_ERROR, reason: 'The disk reported an error.', counts: { failed: 1, inFlight: 0 } });
    r.inject({ lba: 65_530, count: 1 });
    r.run();
    expect(r.load()).toMatchObject({ status: STATUS_NONEXISTENT_SECTOR, reason: 'The disk has 65536 sectors, so none can be asked for at sector 65530; begin at a lower one.' });
    const none = rig(disk, false);
    none.inject({ count: 0 });
    none.run();
    expect(none.load()).toMatchObject({ phase: 'idle', status: STATUS_DEVICE_NOT_READY, finished: 1 });
  });
});

describe('raw requests', () => {
  it('[RAW-2] [RAW-4] go down as one long request where the driver takes it, in parts where not', () => {
    const asked = (most: number, sectors: number, op: 'read' | 'write' = 'read'): unknown[] => {
      const r = rig({ ...disk, most });
      r.inject({ op, lba: 16, sectors, count: 1 });
      r.run();
      return r.driver().asked;
    };
    expect(asked(128, 128)).toEqual([['readMany', 16, 128]]);
    expect(asked(128, 9)).toEqual([['readMany', 16, 9]]);
    expect(asked(128, 8)).toEqual([['read', 16, 8]]);
    expect(asked(32, 65)).toEqual([['readMany', 16, 32], ['readMany', 48, 32], ['read', 80, 1]]);
    expect(asked(0, 20)).toEqual([['read', 16, 8], ['read', 24, 8], ['read', 32, 4]]);
    expect(asked(128, 100, 'write')).toEqual([['writeMany', 16, 100]]);
    expect(asked(128, 3, 'write')).toEqual([['write', 16, 3]]);
  });

  it('[RAW-1] [LOAD-4] every sector that is written begins with its number', () => {
    const r = rig(disk);
    r.inject({ op: 'write', lba: 100, sectors: 20, count: 3, depth: 2 });
    r.run();
    const { written } = r.driver();
    expect(Object.keys(written)).toHaveLength(60);
    for (const [lba, word] of Object.entries(written)) expect(word).toBe(Number(lba));
  });

  it('[RAW-1] writes to a driver that only reads are refused', () => {
    const r = rig({ ...disk, most: 0 });
    r.inject({ op: 'write', count: 0 });
    r.run();
    expect(r.load()).toMatchObject({ phase: 'idle', status: STATUS_MEDIA_WRITE_PROTECTED, reason: 'The disk may only be read.' });
    expect(r.driver().asked).toEqual([]);
  });

  it('[RAW-3] a part that fails ends the request with the bytes that came before it', () => {
    const r = rig({ ...disk, most: 0, bad: 2 });
    r.inject({ sectors: 24, count: 1 });
    r.run();
    expect(r.driver().asked).toHaveLength(3);
    expect(r.load()).toMatchObject({ status: STATUS_IO_DEVICE_ERROR, counts: { failed: 1, completed: 0 } });
  });
});
