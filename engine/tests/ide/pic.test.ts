import { describe, expect, it } from 'vitest';
import { acknowledge, irqOf, irr, newPair, pendingIrq, readPort, setLine, vectorOf, writePort, type Pair } from '../../devices/pic/pair.ts';
import { pic } from '../../devices/pic/index.ts';
import { vmwp } from '../../root/user/hops.ts';
import { rig, type Rig, type WorkerState } from './rig.ts';

const start: readonly (readonly [number, number])[] = [
  [0x20, 0x11], [0x21, 0x30], [0x21, 0x04], [0x21, 0x01], [0xa0, 0x11], [0xa1, 0x38], [0xa1, 0x02], [0xa1, 0x01],
];

function pair(): Pair {
  const p = newPair();
  for (const [port, value] of start) writePort(p, port, 1, value);
  return p;
}

/** Acknowledges what is pending; returns its vector. */
function take(p: Pair): number {
  const irq = pendingIrq(p);
  const vector = vectorOf(p, irq);
  expect(irqOf(p, vector)).toBe(irq);
  acknowledge(p, irq);
  return vector;
}

describe('the 8259 pair', () => {
  it('[PIC-1] takes ICW1 to ICW4 as 8 writes; later writes to the data ports are masks', () => {
    const p = pair();
    expect(start).toHaveLength(8);
    writePort(p, 0x21, 1, 0xfb);
    writePort(p, 0xa1, 1, 0xbf);
    expect([readPort(p, 0x21, 1), readPort(p, 0xa1, 1)]).toEqual([0xfb, 0xbf]);
    expect([vectorOf(p, 0), vectorOf(p, 14)]).toEqual([0x30, 0x3e]);
    setLine(p, 4, true);
    writePort(p, 0x20, 1, 0x11);
    expect([p.primary.imr, p.primary.isr, p.primary.lines & 0x10]).toEqual([0, 0, 0x10]);
  });

  it('[PIC-2] shows IRR or ISR as OCW3 asks, and the mask at the data port', () => {
    const p = pair();
    setLine(p, 1, true);
    writePort(p, 0x20, 1, 0x0a);
    expect(readPort(p, 0x20, 1)).toBe(0x02);
    take(p);
    expect(readPort(p, 0x20, 1)).toBe(0);
    writePort(p, 0x20, 1, 0x0b);
    expect(readPort(p, 0x20, 1)).toBe(0x02);
    writePort(p, 0x4d1, 1, 0x40);
    expect(readPort(p, 0x4d1, 1)).toBe(0x40);
  });

  it('[PIC-3] an edge input asks once for each rise, and not after its line has fallen', () => {
    const p = pair();
    setLine(p, 1, true);
    setLine(p, 1, false);
    expect(pendingIrq(p)).toBe(-1);
    setLine(p, 1, true);
    expect(take(p)).toBe(0x31);
    writePort(p, 0x20, 1, 0x20);
    expect(pendingIrq(p)).toBe(-1);
    setLine(p, 1, false);
    setLine(p, 1, true);
    expect(pendingIrq(p)).toBe(1);
  });

  it('[PIC-3] a level input asks as long as its line is high', () => {
    const p = pair();
    writePort(p, 0x4d0, 1, 0x20);
    setLine(p, 5, true);
    expect(take(p)).toBe(0x35);
    expect(irr(p.primary)).toBe(0x20);
    writePort(p, 0x20, 1, 0x20);
    expect(take(p)).toBe(0x35);
    setLine(p, 5, false);
    writePort(p, 0x20, 1, 0x20);
    expect(pendingIrq(p)).toBe(-1);
  });

  it('[PIC-4] the highest unmasked request counts, and only above what is in service', () => {
    const p = pair();
    setLine(p, 5, true);
    expect(take(p)).toBe(0x35);
    setLine(p, 6, true);
    expect(pendingIrq(p)).toBe(-1);
    setLine(p, 3, true);
    setLine(p, 1, true);
    writePort(p, 0x21, 1, 0x02);
    expect(take(p)).toBe(0x33);
    writePort(p, 0x21, 1, 0);
    expect(take(p)).toBe(0x31);
    expect(p.primary.isr).toBe(0b101010);
    writePort(p, 0x20, 1, 0x20);
    expect(p.primary.isr).toBe(0b101000);
  });

  it('[PIC-5] [PIC-6] IRQ 14 goes through input 2, is in service in both chips, and needs two EOIs', () => {
    const p = pair();
    setLine(p, 14, true);
    expect(take(p)).toBe(0x3e);
    expect([p.primary.isr, p.secondary.isr]).toEqual([0x04, 0x40]);
    setLine(p, 14, false);
    setLine(p, 14, true);
    expect(pendingIrq(p)).toBe(-1);
    writePort(p, 0xa0, 1, 0x20);
    expect(pendingIrq(p)).toBe(-1);
    writePort(p, 0x20, 1, 0x20);
    expect(take(p)).toBe(0x3e);
    writePort(p, 0xa0, 1, 0x66);
    writePort(p, 0x20, 1, 0x62);
    expect([p.primary.isr, p.secondary.isr]).toEqual([0, 0]);
  });

  it('[PIC-5] line 2 itself cannot be moved, and requests of the secondary chip are served one after the other', () => {
    const p = pair();
    setLine(p, 2, true);
    expect(pendingIrq(p)).toBe(-1);
    setLine(p, 15, true);
    setLine(p, 8, true);
    acknowledge(p, 15);
    writePort(p, 0xa0, 1, 0x20);
    writePort(p, 0x20, 1, 0x20);
    expect(take(p)).toBe(0x38);
    writePort(p, 0xa0, 1, 0x20);
    writePort(p, 0x20, 1, 0x20);
    expect(pendingIrq(p)).toBe(-1);
  });

  it('[PIC-7] a two-byte write to 0x20 or 0xA0 writes both command ports', () => {
    for (const port of [0x20, 0xa0]) {
      const p = pair();
      setLine(p, 14, true);
      take(p);
      expect(writePort(p, port, 2, port === 0x20 ? 0x6662 : 0x6266)).toBe(true);
      expect([p.primary.isr, p.secondary.isr]).toEqual([0, 0]);
      expect(writePort(p, 0x21, 2, 0xffff)).toBe(false);
      expect(readPort(p, 0x21, 2)).toBe(0xffff);
      expect(p.primary.imr).toBe(0);
    }
  });

  it('[PIC-8] a poll acknowledges by software; with nothing there it shows the spurious input 7', () => {
    const p = pair();
    writePort(p, 0x20, 1, 0x0c);
    expect(readPort(p, 0x20, 1)).toBe(7);
    expect(p.primary.isr).toBe(0);
    setLine(p, 4, true);
    writePort(p, 0x20, 1, 0x0c);
    expect(readPort(p, 0x20, 1)).toBe(0x84);
    expect(p.primary.isr).toBe(0x10);
  });
});

describe('the pair and the worker process', () => {
  const asserted = (r: Rig): number[] => r.w.state<WorkerState>(r.worker).asserted;
  const setIrq = (r: Rig, irq: number, level: number): void => {
    r.w.poke(r.ide, pic.line, r.pic, [irq, level], 1);
    r.w.run();
  };
  const taken = (r: Rig, vector: number): void => {
    r.w.poke(r.worker, vmwp.acknowledged, r.pic, [vector], 1);
    r.w.run();
  };
  function ready(): Rig {
    const r = rig();
    for (const [port, value] of start) r.access(port, 1, value);
    return r;
  }

  it('[PIC-9] asks once for a vector, again for a more urgent one, and withdraws what is gone', () => {
    const r = ready();
    setIrq(r, 14, 1);
    setIrq(r, 15, 1);
    expect(asserted(r)).toEqual([0x3e]);
    setIrq(r, 1, 1);
    expect(asserted(r)).toEqual([0x3e, 0x31]);
    setIrq(r, 1, 0);
    expect(asserted(r)).toEqual([0x3e, 0x31, 0x3e]);
    setIrq(r, 15, 0);
    setIrq(r, 14, 0);
    expect(asserted(r)).toEqual([0x3e, 0x31, 0x3e, -0x3e]);
  });

  it('[PIC-10] an acknowledge puts the request into service; the next waits for its EOIs', () => {
    const r = ready();
    setIrq(r, 14, 1);
    taken(r, 0x3e);
    setIrq(r, 15, 1);
    expect(asserted(r)).toEqual([0x3e]);
    r.access(0xa0, 1, 0x20);
    expect(asserted(r)).toEqual([0x3e]);
    r.access(0x20, 1, 0x20);
    expect(asserted(r)).toEqual([0x3e, 0x3f]);
  });

  it('[PIC-10] an acknowledge that comes after the line has fallen still counts; a stranger changes nothing', () => {
    const r = ready();
    setIrq(r, 14, 1);
    setIrq(r, 14, 0);
    taken(r, 0x3e);
    expect(r.w.state<{ pair: Pair }>(r.pic).pair.secondary.isr).toBe(0x40);
    taken(r, 0x31);
    taken(r, 0x99);
    expect(r.w.state<{ pair: Pair }>(r.pic).pair.primary.isr).toBe(0x04);
  });
});
