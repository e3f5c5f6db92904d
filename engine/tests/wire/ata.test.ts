import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commandName, commandSupported, errorRegisterText, errorText, ideChannel, ideGeometry, idePortName, identifySectors, isLbaMode, lba28Device, lba28Of, primaryPort, putIdentify, sectorCount28,
  selectedDrive, STATUS_BUSY, STATUS_DATA_READY, STATUS_IDLE, STATUS_IDLE_ERROR, statusText,
} from '../../devices/ide/registers.ts';
import { portReadText } from '../../devices/ide/protocol.ts';
import { asciiOf, bytesOfHex, get16, get32 } from '../../wire/bytes.ts';
import { decode } from '../../wire/layout.ts';
import { layoutById } from '../../wire/layouts.ts';

describe('ATA registers', () => {
  it('[ATA-1] names the ports of both channels, by direction', () => {
    expect([0x1ef, 0x1f0, 0x1f7, 0x1f8, 0x3f6, 0x3f7, 0x16f, 0x170, 0x177, 0x178, 0x376].map(ideChannel)).toEqual([-1, 0, 0, -1, 0, -1, -1, 1, 1, -1, 1]);
    expect([idePortName(0x1f7, false), idePortName(0x1f7, true), idePortName(0x171, true), idePortName(0x376, false)]).toEqual([
      'Status register 0x1F7', 'Command register 0x1F7', 'Features register 0x171', 'Alternate Status register 0x376',
    ]);
    expect([idePortName(0x60, false), primaryPort(0x172), primaryPort(0x1f2)]).toEqual(['port 0x60', 0x1f2, 0x1f2]);
  });

  it('[ATA-2] spells status and error bits', () => {
    expect([STATUS_IDLE, STATUS_DATA_READY, STATUS_BUSY, STATUS_IDLE_ERROR].map(statusText)).toEqual(['DRDY DSC', 'DRDY DSC DRQ', 'BSY DSC', 'DRDY DSC ERR']);
    expect([errorText(0x04), errorText(0x10), errorText(0)]).toEqual(['ABRT', 'IDNF', '']);
    // After a reset or EXECUTE DEVICE DIAGNOSTIC the register holds a code and no flags.
    expect([errorRegisterText(1, false), errorRegisterText(0x81, false), errorRegisterText(0, false), errorRegisterText(0x10, true)])
      .toEqual(['diagnostic code 01h: device 0 passed, device 1 passed or is not there', 'diagnostic code 81h: device 0 passed, device 1 failed', '', 'IDNF']);
    expect([portReadText(0x1f1, 0x01), portReadText(0x1f1, 0x04), portReadText(0x1f1, 0)])
      .toEqual(['Error register 0x1F1: 0x01 (diagnostic code 01h: device 0 passed, device 1 passed or is not there)', 'Error register 0x1F1: 0x04 (ABRT)', 'Error register 0x1F1: 0x00 (no error)']);
    const found = decode(layoutById('ata.task-file')!, bytesOfHex('00 04 08 10 20 30 e1 51'));
    const set = (name: string): string[] => found.find((f) => f.name === name)!.bits.filter((bit) => bit.raw !== 0).map((bit) => bit.name);
    expect([set('Error'), set('Device'), set('Status')]).toEqual([['ABRT'], ['LbaBits27To24', 'LbaMode'], ['ERR', 'DSC', 'DRDY']]);
  });

  it('[ATA-3] any 28-bit address survives the registers', () => {
    fc.assert(
      fc.property(fc.nat(0x0fff_ffff), fc.nat(1), (lba, drive) => {
        const device = lba28Device(drive, lba);
        expect(lba28Of(lba & 0xff, (lba >>> 8) & 0xff, (lba >>> 16) & 0xff, device)).toBe(lba);
        expect([selectedDrive(device), isLbaMode(device), device & 0xa0]).toEqual([drive, true, 0xa0]);
      }),
    );
    expect([sectorCount28(8), sectorCount28(0), sectorCount28(0x0100)]).toEqual([8, 256, 256]);
  });

  it('[ATA-4] IDENTIFY data tell capacity, model and geometry, and no more than they can', () => {
    const b = new Uint8Array(512).fill(0xee);
    putIdentify(b, 65536, 0);
    expect([identifySectors(b), get32(b, 200), get32(b, 204), get16(b, 0), get16(b, 2 * 83)]).toEqual([65536, 65536, 0, 0x045a, 0x7400]);
    expect([asciiOf(b, 54, 12), asciiOf(b, 46, 8), asciiOf(b, 20, 20)]).toEqual(['iVtrau lDH  ', '.1.1 0  ', ' '.repeat(20)]);
    expect(ideGeometry(65536)).toEqual({ cylinders: 963, heads: 4, sectorsPerTrack: 17 });
    expect([get16(b, 2), get16(b, 6), get16(b, 12), get32(b, 114)]).toEqual([963, 4, 17, 963 * 4 * 17]);
    putIdentify(b, 0x1_0000_0005, 1);
    expect([identifySectors(b), get32(b, 200), get32(b, 204), asciiOf(b, 46, 8)]).toEqual([0x0fff_ffff, 5, 1, '.1.1 1  ']);
    expect([get16(b, 2), get16(b, 6), get16(b, 12)]).toEqual([16383, 16, 63]);
  });

  it('[ATA-4] word n of the layout is at byte 2n', () => {
    const layout = layoutById('ata.identify')!;
    for (const f of layout.fields) {
      const word = /^Words?(\d+)(?:To(\d+))?/.exec(f.name)!;
      expect(f.at, f.name).toBe(2 * Number(word[1]));
      expect(f.bytes, f.name).toBe(2 * (Number(word[2] ?? word[1]) - Number(word[1]) + 1));
    }
    expect(layout.fields.reduce((sum, f) => sum + f.bytes, 0)).toBe(512);
  });

  it('[ATA-5] takes READ SECTORS but not the 28-bit READ MULTIPLE', () => {
    expect([0x20, 0x24, 0x25, 0x29, 0xc6, 0xc8, 0xec].every(commandSupported)).toBe(true);
    expect([0xc4, 0xc5, 0x00, 0xa0, 0xff].some(commandSupported)).toBe(false);
    expect([commandName(0x20), commandName(0x06)]).toEqual(['READ SECTORS (0x20)', 'command 0x06']);
  });
});
