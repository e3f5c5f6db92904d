import { describe, expect, it } from 'vitest';
import { BM_ERROR, BM_INTERRUPT, busMasterPort, putPrd, readPrd } from '../../devices/ide/bus-master-registers.ts';
import {
  breakDown, gather, interrupts, isReady, newBusMaster, readBusMaster, transferred, writeBusMaster, type BusMaster, type GuestMemory,
} from '../../devices/ide/bus-master.ts';
import { COMMAND, DEVICE, LBA_HIGH, LBA_LOW, LBA_MID, SECTOR_COUNT, STATUS } from '../../devices/ide/registers.ts';
import { vmwp } from '../../root/user/hops.ts';
import { diskByte, rig, type Rig } from './rig.ts';

const at = busMasterPort;

/** Guest memory of 64 pages at machine page 0x1000, with a table at 0x8000. */
function memoryWith(...entries: readonly (readonly [number, number, boolean?])[]): { readonly memory: GuestMemory; readonly master: BusMaster } {
  const bytes = new Uint8Array(64 * 4096);
  entries.forEach(([base, count, last], i) => putPrd(bytes, 0x8000 + 8 * i, base, count, last ?? i === entries.length - 1));
  const view = new DataView(bytes.buffer);
  const master = newBusMaster();
  writeBusMaster(master, 4, 4, 0x8000);
  writeBusMaster(master, 0, 1, 0x09);
  return {
    master,
    memory: { word: (address) => (address + 4 <= bytes.length ? view.getUint32(address, true) : -1), page: (page) => (page < 64 ? 0x1000 + page : -1) },
  };
}

describe('the registers of a bus master', () => {
  it('[BM-1] take their own sizes and read all ones elsewhere', () => {
    const m = newBusMaster();
    writeBusMaster(m, 4, 4, 0x1234_5677);
    expect([readBusMaster(m, 4, 4), readBusMaster(m, 4, 2), readBusMaster(m, 6, 2)]).toEqual([0x1234_5674, 0x5674, 0x1234]);
    writeBusMaster(m, 6, 2, 0xabcd);
    writeBusMaster(m, 4, 2, 0xffff);
    expect(readBusMaster(m, 4, 4)).toBe(0xabcd_fffc);
    expect([readBusMaster(m, 1, 1), readBusMaster(m, 0, 4), readBusMaster(m, 4, 1), readBusMaster(m, 6, 4)]).toEqual([0xff, 0xffff_ffff, 0xff, 0xffff_ffff]);
    for (const [offset, size] of [[1, 1], [0, 4], [2, 4], [4, 1], [6, 4], [7, 1]] as const) {
      const before = { ...m };
      writeBusMaster(m, offset, size, 0xffff_ffff);
      expect(m).toEqual(before);
    }
  });

  it('[BM-2] start and stop; the direction holds while started; ones clear error and interrupt', () => {
    const m = newBusMaster();
    writeBusMaster(m, 0, 1, 0x08);
    expect([readBusMaster(m, 0, 1), readBusMaster(m, 2, 1)]).toEqual([0x08, 0]);
    writeBusMaster(m, 0, 1, 0xff);
    expect([readBusMaster(m, 0, 1), readBusMaster(m, 2, 1), isReady(m, true), isReady(m, false)]).toEqual([0x09, 0x01, true, false]);
    writeBusMaster(m, 0, 1, 0x01);
    expect(readBusMaster(m, 0, 1)).toBe(0x09);
    interrupts(m);
    writeBusMaster(m, 2, 1, 0x60);
    expect(readBusMaster(m, 2, 1)).toBe(0x65);
    breakDown(m);
    expect(readBusMaster(m, 2, 1)).toBe(0x66);
    writeBusMaster(m, 2, 1, BM_ERROR);
    expect(readBusMaster(m, 2, 1)).toBe(0x04);
    writeBusMaster(m, 2, 1, BM_INTERRUPT);
    expect(readBusMaster(m, 2, 1)).toBe(0);
  });
});

describe('the table of regions', () => {
  it('[BM-3] has a base, a count of which 0 means 65536, and an end bit; bit 0 counts nowhere', () => {
    const bytes = new Uint8Array(24);
    putPrd(bytes, 0, 0x1000, 65_536, false);
    putPrd(bytes, 8, 0x2000, 512, true);
    bytes.set([0x01, 0x30, 0, 0, 0x03, 0x02, 0, 0], 16);
    expect([...bytes.subarray(0, 16)]).toEqual([0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 2, 0, 0x80]);
    expect([readPrd(bytes, 0), readPrd(bytes, 8), readPrd(bytes, 16)]).toEqual([[0x1000, 65_536, false], [0x2000, 512, true], [0x3000, 0x202, false]]);
  });

  it('[BM-4] becomes pieces of machine pages, neighbours in one page joined', () => {
    const { memory, master } = memoryWith([0x1e00, 0x400], [0x2200, 0x100], [0x5000, 0xf00]);
    const found = gather(master, memory, 10, 512, 31);
    expect([found.sectors, found.entries, found.exhausted, found.broken]).toEqual([10, 3, false, false]);
    expect(found.pieces).toEqual([0x1001, 0xe00, 0x200, 0x1002, 0, 0x300, 0x1005, 0, 0xf00]);
    transferred(master, false);
    expect(readBusMaster(master, 2, 1) & 1).toBe(0);
  });

  it('[BM-4] goes on where it stopped when the pieces of a list are used up', () => {
    const { memory, master } = memoryWith(...Array.from({ length: 16 }, (_, i) => [0x1000 * (i % 4) + 0x100 * i, 0x180] as const));
    const first = [...gather(master, memory, 12, 512, 5).pieces];
    expect(first.reduce((sum, value, i) => (i % 3 === 2 ? sum + value : sum), 0)).toBe(1536);
    const second = gather(master, memory, 9, 512, 31);
    expect([second.sectors, second.entries]).toEqual([9, 12]);
    expect(second.pieces.reduce((sum, value, i) => (i % 3 === 2 ? sum + value : sum), 0)).toBe(9 * 512);
  });

  it('[BM-6] breaks where table or memory are missing, behind the last whole sector', () => {
    const { memory, master } = memoryWith([0x3_f000, 0x1800]);
    const found = gather(master, memory, 12, 512, 31);
    expect([found.sectors, found.broken]).toEqual([8, true]);
    expect([gather(master, memory, 4, 512, 31).sectors, gather(master, memory, 4, 512, 31).broken]).toEqual([0, true]);
    writeBusMaster(master, 0, 1, 0);
    writeBusMaster(master, 4, 4, 0xffff_fff0);
    writeBusMaster(master, 0, 1, 9);
    expect(gather(master, memory, 4, 512, 31)).toMatchObject({ sectors: 0, broken: true });
  });

  it('[BM-6] breaks where one sector lies in more pieces than a list takes', () => {
    const { memory, master } = memoryWith(...Array.from({ length: 64 }, (_, i) => [0x100 * i, 8] as const));
    expect(gather(master, memory, 1, 512, 31)).toMatchObject({ sectors: 0, broken: true, exhausted: false });
  });

  it('[BM-7] may end too early, and then only whole sectors count', () => {
    const { memory, master } = memoryWith([0x1000, 1300]);
    const found = gather(master, memory, 8, 512, 31);
    expect([found.sectors, found.exhausted, found.broken]).toEqual([2, true, false]);
    expect(found.pieces).toEqual([0x1001, 0, 1024]);
    transferred(master, true);
    expect(readBusMaster(master, 2, 1) & 1).toBe(0);
  });
});

/** Ports as a guest would write them: table at page 0x310 of the guest, then a command and the start. */
function dma(r: Rig, code: number, lba: number, sectors: number, entries: readonly (readonly [number, number])[], start = 0x09, before?: () => void): void {
  const table = r.memory(0x310);
  table.fill(0);
  entries.forEach(([base, bytes], i) => putPrd(table, 8 * i, base, bytes, i === entries.length - 1));
  r.access(at(4), 4, 0x31_0000);
  r.access(at(2), 1, 6);
  const pairs = [[DEVICE, 0xe0 | (lba >>> 24)], [SECTOR_COUNT, sectors & 0xff], [LBA_LOW, lba & 0xff], [LBA_MID, (lba >>> 8) & 0xff], [LBA_HIGH, (lba >>> 16) & 0xff]] as const;
  for (const [port, value] of pairs) r.access(port, 1, value);
  before?.();
  r.access(COMMAND, 1, code);
  if (start < 0) return;
  r.access(at(0), 1, start & 8);
  r.access(at(0), 1, start);
}

const status = (r: Rig): number => r.access(STATUS, 1, 0, 1);
const masterStatus = (r: Rig): number => r.access(at(2), 1, 0, 1);

describe('DMA of the emulator', () => {
  it('[IDE-16] [BM-4] [BM-5] reads into the regions, in any order of command and start, and interrupts once', () => {
    for (const startFirst of [false, true]) {
      const r = rig();
      r.start();
      if (startFirst) dma(r, 0xc8, 500, 3, [[0x32_0100, 0x500], [0x33_0000, 0x100]], -1, () => r.access(at(0), 1, 0x09));
      else dma(r, 0xc8, 500, 3, [[0x32_0100, 0x500], [0x33_0000, 0x100]]);
      expect(masterStatus(r)).toBe(0x04);
      expect(status(r)).toBe(0x50);
      const bytes = [...r.memory(0x320).subarray(0x100, 0x600), ...r.memory(0x330).subarray(0, 0x100)];
      expect(bytes).toEqual(Array.from({ length: 1536 }, (_, i) => diskByte(500 + (i >> 9), i & 511)));
      expect(r.w.state<{ reads: number[] }>(r.parser).reads).toEqual([500, 3]);
      r.access(at(2), 1, 4);
      expect(masterStatus(r)).toBe(0);
    }
  });

  it('[BM-5] tells of an interrupt by PIO too, and again when that is cleared while the line is up', () => {
    const r = rig();
    r.start();
    for (const [port, value] of [[DEVICE, 0xe0], [SECTOR_COUNT, 1], [LBA_LOW, 9], [LBA_MID, 0], [LBA_HIGH, 0]] as const) r.access(port, 1, value);
    r.access(COMMAND, 1, 0x20);
    expect(masterStatus(r)).toBe(0x04);
    r.access(at(2), 1, 4);
    expect(masterStatus(r)).toBe(0x04);
    expect(status(r)).toBe(0x58);
    r.access(at(2), 1, 4);
    expect(masterStatus(r)).toBe(0);
  });

  it('[IDE-16] shows DRQ until the bus master is started in the right direction', () => {
    const r = rig();
    r.start();
    dma(r, 0xca, 500, 1, [[0x32_0000, 0x200]]);
    expect([status(r), masterStatus(r) & 1]).toEqual([0x58, 1]);
    r.access(at(0), 1, 0);
    r.memory(0x320).fill(0xab);
    r.access(at(0), 1, 0x01);
    expect([status(r), masterStatus(r)]).toEqual([0x50, 0x04]);
    expect(r.w.state<{ written: { [lba: number]: number[] } }>(r.parser).written[500]).toEqual(Array.from({ length: 512 }, () => 0xab));
  });

  it('[IDE-16] moves 256 sectors as 128 and 128, with one interrupt', () => {
    const r = rig();
    r.start();
    const asserted = r.w.names().filter((name) => name === 'pic.line').length;
    dma(r, 0x25, 0, 0, [[0x40_0000, 0], [0x41_0000, 0]], 0x09, () => {
      r.access(SECTOR_COUNT, 1, 1);
      r.access(SECTOR_COUNT, 1, 0);
      for (const port of [LBA_LOW, LBA_MID, LBA_HIGH]) for (const value of [0, 0]) r.access(port, 1, value);
    });
    expect([status(r), masterStatus(r)]).toEqual([0x50, 0x04]);
    expect(r.w.state<{ reads: number[] }>(r.parser).reads).toEqual([0, 128, 128, 128]);
    expect(r.w.names().filter((name) => name === 'pic.line').length).toBe(asserted + 2);
    expect(r.memory(0x41f)[4095]).toBe(diskByte(255, 511));
  });

  it('[BM-6] [BM-7] tells tables that are too short, too long or out of memory apart', () => {
    const r = rig();
    r.start();
    dma(r, 0xc8, 8, 4, [[0x32_0000, 1300]]);
    expect([masterStatus(r), status(r)]).toEqual([0x04, 0x50]);
    r.access(at(0), 1, 0);
    dma(r, 0xc8, 8, 1, [[0x32_0000, 4096]]);
    expect([masterStatus(r), status(r)]).toEqual([0x05, 0x50]);
    r.access(at(0), 1, 0);
    expect(masterStatus(r)).toBe(0x04);
    dma(r, 0xc8, 8, 1, [[0xffff_f000, 4096]]);
    expect([masterStatus(r), status(r)]).toEqual([0x02, 0x50]);
    r.access(at(0), 1, 0);
    dma(r, 0xc8, 8, 2, [[0x32_0000, 256]]);
    r.access(at(0), 1, 0);
    expect(status(r)).toBe(0x50);
    dma(r, 0xc8, 70_000, 1, [[0x32_0000, 4096]]);
    expect([status(r), masterStatus(r)]).toEqual([0x51, 0x05]);
  });

  it('[BM-8] data under way arrive although the bus master is stopped', () => {
    const r = rig({ delay: 1_000_000 });
    r.start();
    dma(r, 0xc8, 8, 1, [[0x32_0000, 512]], -1);
    for (const value of [0x09, 0x08]) r.w.poke(r.worker, vmwp.portWrite, r.ide, [at(0) | (1 << 16), value], 1);
    r.w.run();
    expect(r.w.names().filter((name) => name === 'ide.regions')).toHaveLength(1);
    expect(r.memory(0x320)[1]).toBe(diskByte(8, 1));
    expect([masterStatus(r), status(r)]).toEqual([0x04, 0x50]);
  });

  it('[BM-1] channel 1 has registers and no drive', () => {
    const r = rig();
    r.start();
    r.access(at(8), 1, 0x09);
    expect([r.access(at(8), 1, 0, 1), r.access(at(10), 1, 0, 1), r.access(at(0), 1, 0, 1)]).toEqual([0x09, 0x01, 0]);
  });
});
