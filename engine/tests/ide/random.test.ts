import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertDisk, line, newDrive, readEnded, readRegister, status, takeData, transferBegins, writeRegister, type Drive } from '../../devices/ide/drive.ts';
import { acknowledge, irr, newPair, pendingIrq, readPort, ready, setLine, vectorOf, writePort } from '../../devices/pic/pair.ts';
import { DATA, STATUS, STATUS_BSY, STATUS_DRQ } from '../../devices/ide/registers.ts';
import { rig, type WorkerState } from './rig.ts';

/** A failing run prints its seed; fc.assert with that seed repeats it. */
const runs = { numRuns: 60 };
const idePort = fc.constantFrom(0x1f0, 0x1f1, 0x1f2, 0x1f3, 0x1f4, 0x1f5, 0x1f6, 0x1f7, 0x3f6, 0x170, 0x177, 0x376);
const value = fc.oneof(fc.constantFrom(0x20, 0x24, 0xec, 0xc4, 0xe7, 0xe0, 0xf0, 0x40, 0x04, 0x02, 0x80, 0x00), fc.integer({ min: 0, max: 255 }));
const access = fc.record({ port: idePort, write: fc.boolean(), size: fc.constantFrom(1, 2, 4), value, count: fc.constantFrom(1, 1, 3, 128, 256, 2048) });

describe('random accesses', () => {
  it('[IDE-1] [IDE-3] [IDE-10] every access of the task file is answered exactly once, whatever it is, and no register lies', () => {
    fc.assert(
      fc.property(fc.array(access, { minLength: 1, maxLength: 60 }), fc.constantFrom(0, 20_000), (accesses, delay) => {
        const r = rig({ delay, sectors: 2000 });
        r.start();
        for (const a of accesses) {
          const before = r.w.state<WorkerState>(r.worker).answers;
          r.access(a.port, a.size, a.value, a.write ? 0 : a.count);
          expect(r.w.state<WorkerState>(r.worker).answers).toBe(before + 1);
          const d = r.w.state<{ drive: Drive }>(r.ide).drive;
          expect(status(d) & (STATUS_BSY | STATUS_DRQ)).not.toBe(STATUS_BSY | STATUS_DRQ);
          expect(r.w.state<{ line: number }>(r.ide).line).toBe(line(d));
        }
        expect(r.w.names().filter((name) => name === 'vhd.readUser').length).toBe(r.w.names().filter((name) => name === 'vhd.doneUser').length);
      }),
      runs,
    );
  });

  it('[IDE-6] [IDE-9] [IDE-12] a drive left alone with its reads comes to rest: idle or with data', () => {
    const step = fc.oneof(fc.record({ port: idePort, value }), fc.constant('read' as const), fc.constant('end' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const d = newDrive();
        insertDisk(d, 5000);
        let asked = 0;
        const issue = (): void => {
          if (d.want === 0 || d.reading === 1) return;
          asked = transferBegins(d);
          expect(d.nextLba + asked).toBeLessThanOrEqual(5000);
        };
        const end = (): void => {
          if (d.reading === 1) readEnded(d, 0, asked, false);
          issue();
        };
        for (const s of steps) {
          if (s === 'end') end();
          else if (s === 'read') takeData(d, 512);
          else if (s.port !== DATA) writeRegister(d, s.port, s.value);
          issue();
        }
        end();
        end();
        expect(d.reading).toBe(0);
        writeRegister(d, 0x3f6, 0);
        expect(status(d) & STATUS_BSY).toBe(0);
        readRegister(d, STATUS);
        expect(line(d)).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('[PIC-3] [PIC-4] [PIC-6] the pair never offers what is masked or outranked, and every request comes once it may', () => {
    const picPort = fc.constantFrom(0x20, 0x21, 0xa0, 0xa1, 0x4d0, 0x4d1);
    const step = fc.oneof(
      fc.record({ do: fc.constant('write' as const), port: picPort, size: fc.constantFrom(1, 1, 2, 4), value: fc.oneof(value, fc.constantFrom(0x11, 0x0a, 0x0b, 0x0c, 0x62, 0x66, 0x2020)) }),
      fc.record({ do: fc.constant('read' as const), port: picPort, size: fc.constantFrom(1, 2, 4), value: fc.constant(0) }),
      fc.record({ do: fc.constant('line' as const), port: fc.integer({ min: 0, max: 15 }), size: fc.constant(1), value: fc.integer({ min: 0, max: 1 }) }),
      fc.record({ do: fc.constant('take' as const), port: fc.constant(0), size: fc.constant(1), value: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const p = newPair();
        for (const s of steps) {
          if (s.do === 'write') writePort(p, s.port, s.size, s.value);
          else if (s.do === 'read') expect(readPort(p, s.port, s.size)).toBeGreaterThanOrEqual(0);
          else if (s.do === 'line') setLine(p, s.port, s.value === 1);
          else if (pendingIrq(p) >= 0) acknowledge(p, pendingIrq(p));
          for (const chip of [p.primary, p.secondary]) {
            expect(ready(chip) & chip.imr).toBe(0);
            expect(ready(chip) & ~irr(chip)).toBe(0);
            for (const register of [chip.isr, chip.imr, chip.lines, chip.elcr, chip.lowLatch]) expect(register & ~0xff).toBe(0);
          }
          const irq = pendingIrq(p);
          if (irq >= 0) expect(vectorOf(p, irq) & 7).toBe(irq & 7);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
