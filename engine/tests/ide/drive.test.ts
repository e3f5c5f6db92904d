import { describe, expect, it } from 'vitest';
import { insertDisk, line, newDrive, readEnded, readRegister, status, takeData, transferBegins, whyLow, writeRegister, type Drive } from '../../devices/ide/drive.ts';
import {
  ALTERNATE_STATUS, COMMAND, DATA, DEVICE, DEVICE_CONTROL, ERROR, FEATURES, LBA_HIGH, LBA_LOW, LBA_MID, SECTOR_COUNT, STATUS,
} from '../../devices/ide/registers.ts';
import { directPage, diskByte, idePage, rig, type WorkerState } from './rig.ts';

function drive(sectors = 65_536): Drive {
  const d = newDrive();
  insertDisk(d, sectors);
  return d;
}

function write(d: Drive, ...pairs: readonly (readonly [number, number])[]): void {
  for (const [port, value] of pairs) writeRegister(d, port, value);
}

function command(d: Drive, lba: number, count: number, code = 0x20, device = 0xe0): void {
  write(d, [DEVICE, device | ((lba >>> 24) & 15)], [SECTOR_COUNT, count & 0xff], [LBA_LOW, lba & 0xff], [LBA_MID, (lba >>> 8) & 0xff], [LBA_HIGH, (lba >>> 16) & 0xff], [COMMAND, code]);
}

/** What the component does for a drive that wants sectors. */
function fetch(d: Drive, failed = false): number {
  const sectors = transferBegins(d);
  readEnded(d, 0, sectors, failed);
  return sectors;
}

describe('the task file', () => {
  it('[IDE-2] keeps the last two bytes of count and LBA registers, and HOB shows the older one until the next write', () => {
    const d = drive();
    for (const port of [SECTOR_COUNT, LBA_LOW, LBA_MID, LBA_HIGH]) {
      write(d, [port, 0x12], [port, 0x34]);
      expect(readRegister(d, port)).toBe(0x34);
      write(d, [DEVICE_CONTROL, 0x80]);
      expect(readRegister(d, port)).toBe(0x12);
      write(d, [FEATURES, 0]);
      expect(readRegister(d, port)).toBe(0x34);
    }
  });

  it('[IDE-3] shows status 0x50, 0x90, 0x58 and 0x51, and never BSY with DRQ', () => {
    const d = drive();
    expect(status(d)).toBe(0x50);
    command(d, 0, 1);
    expect(status(d)).toBe(0x90);
    fetch(d);
    expect(status(d)).toBe(0x58);
    takeData(d, 512);
    expect(status(d)).toBe(0x50);
    write(d, [COMMAND, 0xc4]);
    expect(status(d)).toBe(0x51);
  });

  it('[IDE-3] a missing drive 1 shows status 0 and the registers of drive 0; an empty channel shows 0x7F', () => {
    const d = drive();
    write(d, [LBA_LOW, 0x77], [DEVICE, 0xf0]);
    expect(readRegister(d, STATUS)).toBe(0);
    expect(readRegister(d, LBA_LOW)).toBe(0x77);
    write(d, [COMMAND, 0xec]);
    expect(takeData(d, 512)).toBe(0);
    write(d, [DEVICE, 0xe0]);
    expect(readRegister(d, STATUS)).toBe(0x50);
    const empty = newDrive();
    for (let port = ERROR; port <= STATUS; port++) expect(readRegister(empty, port)).toBe(0x7f);
  });

  it('[IDE-4] [IDE-5] reading 0x1F7 clears the interrupt, 0x3F6 does not, and nIEN only blocks the line', () => {
    const d = drive();
    write(d, [DEVICE_CONTROL, 0x02], [COMMAND, 0xec]);
    expect([line(d), whyLow(d)]).toEqual([0, 1]);
    write(d, [DEVICE_CONTROL, 0]);
    expect(line(d)).toBe(1);
    write(d, [DEVICE, 0xf0]);
    expect([line(d), whyLow(d)]).toEqual([0, 2]);
    write(d, [DEVICE, 0xe0]);
    expect(readRegister(d, ALTERNATE_STATUS)).toBe(0x58);
    expect(line(d)).toBe(1);
    expect(readRegister(d, STATUS)).toBe(0x58);
    expect([line(d), whyLow(d)]).toEqual([0, 0]);
  });

  it('[IDE-6] SRST resets at once when nothing is read, and after the read otherwise', () => {
    const d = drive();
    write(d, [LBA_MID, 9], [DEVICE_CONTROL, 0x04]);
    expect([d.count, d.lbaLow, d.lbaMid, d.lbaHigh, d.error, d.device]).toEqual([1, 1, 0, 0, 1, 0]);
    command(d, 0, 8);
    transferBegins(d);
    write(d, [DEVICE_CONTROL, 0x04]);
    expect(status(d)).toBe(0x90);
    write(d, [COMMAND, 0xec]);
    expect(status(d)).toBe(0x90);
    expect(readEnded(d, 0, 8, false)).toBe(false);
    expect(status(d)).toBe(0x50);
    expect(line(d)).toBe(0);
  });

  it('[IDE-6] selecting the other drive in the middle of a command resets, and the old read is forgotten', () => {
    const d = drive();
    command(d, 0, 8);
    transferBegins(d);
    write(d, [DEVICE, 0xf0], [DEVICE, 0xe0]);
    expect(status(d)).toBe(0x50);
    command(d, 64, 2);
    expect(d.want).toBe(2);
    expect(readEnded(d, 0, 8, false)).toBe(false);
    expect(status(d)).toBe(0x90);
    expect(fetch(d)).toBe(2);
    expect(status(d)).toBe(0x58);
  });
});

describe('commands of the drive', () => {
  it('[IDE-7] a command while another one runs or data wait is ignored', () => {
    const d = drive();
    command(d, 0, 2);
    write(d, [COMMAND, 0xc4]);
    expect(status(d)).toBe(0x90);
    fetch(d);
    write(d, [COMMAND, 0xc4]);
    expect(status(d)).toBe(0x58);
  });

  it('[IDE-8] C4, C5 and every command it does not know end with ABRT and an interrupt', () => {
    for (const code of [0xc4, 0xc5, 0x00, 0x08, 0x60, 0xa0, 0xa1, 0xb0, 0xff]) {
      const d = drive();
      write(d, [COMMAND, code]);
      expect([status(d), readRegister(d, ERROR), line(d)]).toEqual([0x51, 0x04, 1]);
    }
  });

  it('[IDE-13] commands without data end at once with an interrupt', () => {
    for (const code of [0x10, 0x1f, 0x50, 0x70, 0x7f, 0x91, 0xc6, 0xe0, 0xe1, 0xe2, 0xe3, 0xe5, 0xe6, 0xe7, 0xea, 0xef]) {
      const d = drive();
      write(d, [DEVICE, 0xe0], [COMMAND, code]);
      expect([status(d), line(d)], code.toString(16)).toEqual([0x50, 1]);
    }
    const d = drive();
    write(d, [COMMAND, 0xe5]);
    expect(readRegister(d, SECTOR_COUNT)).toBe(0xff);
    write(d, [DEVICE, 0xf0], [LBA_MID, 5], [COMMAND, 0x90]);
    expect([d.lbaMid, d.error, d.device, line(d)]).toEqual([0, 1, 0, 1]);
  });

  it('[IDE-8] a range beyond the disk, sector 0 in CHS mode and a 48-bit command without LBA end with IDNF', () => {
    const d = drive(100);
    command(d, 99, 2);
    expect([status(d), d.error]).toEqual([0x51, 0x10]);
    command(d, 0, 0);
    expect(d.error).toBe(0x10);
    command(d, 0x100, 1, 0x20, 0xa0);
    expect(d.error).toBe(0x10);
    command(d, 0, 1, 0x24, 0xa0);
    expect(d.error).toBe(0x10);
    command(d, 99, 1);
    expect(d.want).toBe(1);
    fetch(d, true);
    expect([status(d), d.error, line(d)]).toEqual([0x51, 0x80, 1]);
  });

  it('[IDE-8] CHS addresses count sectors from 1', () => {
    const d = drive(65_536);
    command(d, 0x000001, 1, 0x20, 0xa0);
    expect(d.nextLba).toBe(0);
    fetch(d);
    takeData(d, 512);
    expect([d.lbaLow, d.lbaMid, d.lbaHigh]).toEqual([2, 0, 0]);
    command(d, 0x000102, 1, 0x20, 0xa1);
    expect(d.nextLba).toBe((1 * d.heads + 1) * d.sectorsPerTrack + 1);
  });

  it('[IDE-9] offers sector after sector with an interrupt each and moves the LBA registers', () => {
    const d = drive();
    command(d, 0xfe, 3);
    expect(fetch(d)).toBe(3);
    for (let i = 1; i <= 3; i++) {
      expect(line(d)).toBe(1);
      expect(readRegister(d, STATUS)).toBe(0x58);
      expect(d.lbaLow | (d.lbaMid << 8)).toBe(0xfe + i);
      expect(takeData(d, 512)).toBe(512);
    }
    expect(status(d)).toBe(0x50);
    expect(line(d)).toBe(0);
  });

  it('[IDE-9] [IDE-12] count 0 means 256, or 65536 with 48 bits, read 8 sectors at a time', () => {
    for (const [code, sectors] of [[0x20, 256], [0x24, 65_536]] as const) {
      const d = drive(1 << 20);
      write(d, [SECTOR_COUNT, 0], [LBA_LOW, 0]);
      command(d, 0, 0, code);
      let offered = 0;
      while (d.want > 0) {
        expect(fetch(d)).toBe(8);
        for (let i = 0; i < 8; i++) offered += takeData(d, 512) / 512;
      }
      expect(offered).toBe(sectors);
      expect(status(d)).toBe(0x50);
    }
  });

  it('[IDE-2] [IDE-9] READ SECTORS EXT takes the older bytes of the registers as the upper address', () => {
    const d = drive(0x2000_0000);
    write(d, [DEVICE, 0x40], [SECTOR_COUNT, 0], [LBA_LOW, 0x12], [LBA_MID, 0], [LBA_HIGH, 0], [SECTOR_COUNT, 2], [LBA_LOW, 0x56], [LBA_MID, 0x34], [LBA_HIGH, 0x02], [COMMAND, 0x24]);
    expect(d.nextLba).toBe(0x1202_3456);
    expect(fetch(d)).toBe(2);
  });

  it('[IDE-10] takes no more than the block has left and 0 without DRQ', () => {
    const d = drive();
    expect(takeData(d, 2)).toBe(0);
    write(d, [COMMAND, 0xec]);
    expect(takeData(d, 500)).toBe(500);
    expect(takeData(d, 512)).toBe(12);
    expect(status(d)).toBe(0x50);
  });
});

describe('the emulator in the worker process', () => {
  it('[IDE-1] [IDE-10] answers IN by value and REP INSW by page and span, from pages of its own', () => {
    const r = rig();
    r.start();
    r.access(COMMAND, 1, 0xec);
    expect(r.access(DATA, 2, 0, 1)).toBe(0x045a);
    expect(r.access(DATA, 4, 0, 1) & 0xffff).toBeGreaterThan(0);
    const before = r.w.kernel.m.n;
    r.access(DATA, 2, 0, 256);
    const done = r.w.hops().slice(before).find((h) => r.w.kernel.catalogue[h.kind]!.name === 'vmwp.portDone')!;
    expect(done.args.slice(0, 3)).toEqual([0xff7f, idePage, (512 + 6) | (506 << 12)]);
    expect(r.access(STATUS, 1, 0, 1)).toBe(0x50);
    expect(r.access(DATA, 2, 0, 1)).toBe(0xff7f);
    expect(r.access(DATA, 1, 0, 1)).toBe(0x7f);
    expect(r.access(DATA, 4, 0, 256)).toBe(0xffff_ff7f);
  });

  it('[IDE-9] [IDE-12] reads 20 sectors as 8, 8 and 4 into two pages in turn, and the bytes are those of the disk', () => {
    const r = rig();
    r.start();
    for (const [port, value] of [[DEVICE_CONTROL, 2], [DEVICE, 0xe0], [SECTOR_COUNT, 20], [LBA_LOW, 0x10], [LBA_MID, 0], [LBA_HIGH, 0], [COMMAND, 0x20]] as const) r.access(port, 1, value);
    const words: number[] = [];
    for (let sector = 0; sector < 20; sector++) {
      expect(r.access(STATUS, 1, 0, 1)).toBe(0x58);
      r.access(DATA, 2, 0, 256);
      const page = r.w.kernel.m.memory.frames[directPage >>> 9]![directPage & 511]!;
      for (let i = 0; i < 512; i++) expect(page[i]).toBe(diskByte(16 + sector, i));
      words.push(page[0]!);
    }
    expect(words).toHaveLength(20);
    expect(r.w.state<{ reads: number[] }>(r.parser).reads).toEqual([16, 8, 24, 8, 32, 4]);
    expect(r.access(STATUS, 1, 0, 1)).toBe(0x50);
  });

  it('[IDE-13] forgets what is written to the data register', () => {
    const r = rig();
    r.start();
    r.access(COMMAND, 1, 0xec);
    r.access(DATA, 2, 0xffff);
    expect(r.access(DATA, 2, 0, 1)).toBe(0x045a);
  });

  it('[IDE-14] an unreadable VHD leaves the channel empty', () => {
    const r = rig({ fileId: 2 });
    r.start();
    expect(r.w.state<WorkerState>(r.worker).attached).toEqual([1, 0]);
    expect(r.access(STATUS, 1, 0, 1)).toBe(0x7f);
  });
});

describe('IDENTIFY DEVICE', () => {
  it('[IDE-11] brings the words of the drive, with the characters of each word swapped', () => {
    const r = rig({ sectors: 0x1234_5678 });
    r.start();
    r.access(COMMAND, 1, 0xec);
    r.access(DATA, 2, 0, 256);
    const bytes = r.w.kernel.m.memory.frames[directPage >>> 9]![directPage & 511]!;
    const word = (n: number): number => bytes[2 * n]! | (bytes[2 * n + 1]! << 8);
    expect([0, 1, 3, 6, 5, 7, 8, 9, 20, 21, 47, 49, 53, 59, 63, 80, 82, 83, 84, 106, 209].map(word)).toEqual([
      0x045a, 0x3fff, 16, 63, 512, 0xabcd, 0xdcba, 0x0123, 3, 0x80, 0x8080, 0x0f00, 3, 0x0180, 0x0407, 0x01f0, 0x28, 0x7400, 0x4040, 0x4000, 0x4000,
    ]);
    const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(2 * from, 2 * to + 2));
    expect(text(10, 19)).toBe(' '.repeat(20));
    expect(text(23, 26)).toBe('.1.1 0  ');
    expect(text(27, 46)).toBe('iVtrau lDH'.padEnd(40));
    expect([word(60), word(61), word(100), word(101), word(102)]).toEqual([0xffff, 0x0fff, 0x5678, 0x1234, 0]);
  });
});
