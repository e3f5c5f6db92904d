import { describe, expect, it } from 'vitest';
import { bePut32, bePut53, bytesOfHex, hexOf, put16, putAscii } from '../../wire/bytes.ts';
import { decode } from '../../wire/layout.ts';
import { layoutById } from '../../wire/layouts.ts';
import {
  bitmapBit, bitmapBytes, footerChecksum, footerSound, headerChecksum, headerSound, locatorPath, locatorSpace, putFooter, putHeader, putParent, readFooter, readHeader, setBitmapBit,
  VHD_DIFFERENCING, VHD_DYNAMIC, VHD_FIXED, vhdGeometry,
} from '../../wire/vhd.ts';
import { openVhd, sectorOffset, sectorReader } from '../../wire/vhd-open.ts';
import type { VhdDisk } from '../../wire/vhd-open.ts';
import { differencing, diskId, fixedDisk, readerOf, sampleDisk, smallBlock, sparseDisk, tableAt } from './sample-disk.ts';

function opened(bytes: Uint8Array): VhdDisk {
  const disk = openVhd(readerOf(bytes), bytes.length);
  if (disk.kind === 'refused') throw new Error(`${disk.code}: ${disk.sentence}`);
  return disk;
}

function refusal(bytes: Uint8Array): [string, string] {
  const disk = openVhd(readerOf(bytes), bytes.length);
  return disk.kind === 'refused' ? [disk.code, disk.sentence] : ['', ''];
}

/** Changes a copy of a file, mends the checksums of footers and header, and says how it is answered. */
function damaged(bytes: Uint8Array, change: (copy: Uint8Array) => void, mend = true): [string, string] {
  const copy = bytes.slice();
  change(copy);
  if (mend) {
    for (const at of [0, copy.length - 512]) if (hexOf(copy, at, 8) === '636f6e6563746978') bePut32(copy, at + 64, footerChecksum(copy, at));
    if (copy.length > 1536) bePut32(copy, 512 + 36, headerChecksum(copy, 512));
  }
  return refusal(copy);
}

/** The same field in footer and copy. */
function inFooters(bytes: Uint8Array, at: number, put: (bytes: Uint8Array, at: number) => void): void {
  put(bytes, at);
  put(bytes, bytes.length - 512 + at);
}

describe('VHD structures', () => {
  it('[VHD-1] [VHD-2] writes the footer and header of the worked example, byte for byte', () => {
    const b = new Uint8Array(1024);
    putFooter(b, 0, VHD_FIXED, 131_072, diskId, 0x2b00_0000);
    expect(hexOf(b, 0, 85)).toBe(hexOf(bytesOfHex(`63 6f 6e 65 63 74 69 78 00 00 00 02 00 01 00 00
      ff ff ff ff ff ff ff ff 2b 00 00 00 77 69 6e 20  00 06 00 01 57 69 32 6b 00 00 00 00 04 00 00 00
      00 00 00 00 04 00 00 00 03 c3 08 11 00 00 00 02  ff ff f0 49 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 00`)));
    putFooter(b, 0, VHD_DYNAMIC, 131_072, diskId, 0x2b00_0000);
    expect(readFooter(b)).toMatchObject({ type: 3, dataOffset: 512, checksum: 0xffff_f83e, currentSize: 64 * 1024 * 1024, creatorApplication: 'win ' });
    putHeader(b, 0, 0x600, 32, 0x20_0000);
    expect(hexOf(b, 0, 40)).toBe('6378737061727365ffffffffffffffff' + '00000000000006000001000000000020' + '00200000fffff457');
    expect(readHeader(b)).toMatchObject({ tableOffset: 0x600, entries: 32, blockSize: 0x20_0000, locators: [] });
  });

  it('[VHD-2] header checksums of other table sizes', () => {
    const b = new Uint8Array(1024);
    const wanted = { 1: 0xffff_f476, 16: 0xffff_f467, 33: 0xffff_f456, 512: 0xffff_f475, 65_536: 0xffff_f476, 1_044_480: 0xffff_f378 };
    for (const [entries, sum] of Object.entries(wanted)) {
      putHeader(b, 0, 0x600, Number(entries), 0x20_0000);
      expect([headerChecksum(b), headerSound(b)]).toEqual([sum, true]);
    }
    b[700] ^= 1;
    expect([headerSound(b), footerSound(b)]).toEqual([false, false]);
  });

  it('[VHD-3] geometry of the specification', () => {
    const rows: [number, number, number, number][] = [
      [131_072, 963, 8, 17], [409_600, 825, 16, 31], [2_097_152, 2080, 16, 63], [20_971_520, 20_805, 16, 63], [266_338_304, 65_278, 16, 255], [4_278_190_080, 65_535, 16, 255],
      [66_059_280, 16_191, 16, 255],
    ];
    for (const [sectors, cylinders, heads, sectorsPerTrack] of rows) expect(vhdGeometry(sectors)).toEqual({ cylinders, heads, sectorsPerTrack });
  });

  it('[VHD-6] the most significant bit of a bitmap comes first', () => {
    const bitmap = new Uint8Array(512);
    setBitmapBit(bitmap, 0, 2049);
    setBitmapBit(bitmap, 0, 2050);
    expect([bitmap[256], bitmapBit(bitmap, 0, 2049), bitmapBit(bitmap, 0, 2048)]).toEqual([0x60, true, false]);
    expect([bitmapBytes(0x20_0000), bitmapBytes(0x8_0000), bitmapBytes(4096), bitmapBytes(0x40_0000)]).toEqual([512, 512, 512, 1024]);
  });

  it('[VHD-9] reads parent name and locators', () => {
    const b = new Uint8Array(1024);
    putHeader(b, 0, 0x600, 32, 0x20_0000);
    putParent(b, 0, diskId, 7, 'w.vhd');
    b.set(bytesOfHex('57 32 72 75 00 00 02 00 00 00 00 0e 00 00 00 00 00 00 00 00 00 00 08 00'), 576);
    expect(hexOf(b, 64, 10)).toBe('0077002e007600680064');
    const header = readHeader(b);
    expect(header).toMatchObject({ parentName: 'w.vhd', parentTimeStamp: 7, locators: [{ platform: 'W2ru', space: 512, length: 14, offset: 0x800 }] });
    expect(locatorPath(header.locators[0]!, bytesOfHex('2e 00 5c 00 77 00 2e 00 76 00 68 00 64 00'))).toBe('.\\w.vhd');
    expect([locatorSpace(header.locators[0]!, 1e7), locatorSpace({ ...header.locators[0]!, space: 1 }, 1e7), locatorSpace({ ...header.locators[0]!, space: 256 }, 4096)]).toEqual([512, 512, 256]);
    expect(decode(layoutById('vhd.header')!, b).find((f) => f.name === 'ParentLocator0.PlatformCode')?.value).toBe("'W2ru'");
  });
});

describe('opening', () => {
  it('[VHD-1] opens the sample disk: dynamic, 32 MiB, one block', () => {
    const disk = opened(sampleDisk());
    expect([disk.type, disk.sectors, disk.table.length, disk.notice, disk.footer.creatorApplication]).toEqual(['dynamic', 65_536, 16, '', 'qem2']);
  });

  it('[VHD-1] [VHD-3] opens a fixed disk and reads each sector where it lies; size is not geometry', () => {
    const bytes = fixedDisk(100);
    const disk = opened(bytes);
    expect([disk.type, disk.sectors, sectorOffset(disk, 7)]).toEqual(['fixed', 100, 7 * 512]);
    const read = sectorReader(disk, readerOf(bytes), null);
    expect([read(99, 1)?.[0], read(0, 3)?.length, read(99, 2), read(-1, 1)]).toEqual([99, 1536, null, null]);
  });

  it('[VHD-6] a dynamic disk reads zero where nothing is, a differencing one its parent', () => {
    const { bytes } = sparseDisk(64, [8, 10]);
    const disk = opened(bytes);
    const read = sectorReader(disk, readerOf(bytes), null);
    expect([8, 9, 10, 40].map((s) => read(s, 1)?.[0])).toEqual([0xc8, 0, 0xca, 0]);
    const child = sparseDisk(64, [9, 10], differencing).bytes;
    const overParent = sectorReader(opened(child), readerOf(child), read);
    expect([8, 9, 10, 40].map((s) => overParent(s, 1)?.[0])).toEqual([0xc8, 0xc9, 0xca, 0]);
    expect(sectorReader(opened(child), readerOf(child), null)(8, 1)).toBeNull();
    expect(overParent(8, 4)?.filter((_, i) => i % 512 === 0)).toEqual(new Uint8Array([0xc8, 0xc9, 0xca, 0]));
  });

  it('[VHD-4] takes the copy of the footer when the one at the end is gone or wrong, and says so', () => {
    const { bytes, footerAt } = sparseDisk(64, [8]);
    expect(opened(bytes.subarray(0, footerAt)).notice).toBe('The file does not end with a footer; its copy at the start was used.');
    const wrong = bytes.slice();
    wrong[footerAt + 90] = 1;
    expect(opened(wrong).notice).toContain('wrong checksum');
    const longer = (disk: Uint8Array, by: number): Uint8Array => new Uint8Array([...disk, ...new Uint8Array(by)]);
    expect(opened(longer(bytes, 1)).notice).toBe('1 byte stands behind the footer, which should be the end of the file; its copy at the start was used.');
    expect(opened(longer(bytes, 511)).notice).toMatch(/^511 bytes stand behind the footer/);
    expect(refusal(longer(fixedDisk(4), 3))).toEqual(['trailing-bytes', '3 bytes stand behind the footer of the file, which should be its end; copy the file again from its source, or cut them off on a copy.']);
    const fixed = fixedDisk(4);
    fixed[4 * 512 + 90] = 1;
    expect(refusal(fixed)[0]).toBe('footer-checksum');
    wrong[90] = 1;
    expect(refusal(wrong)[0]).toBe('footer-checksum');
    expect(refusal(wrong.subarray(0, footerAt))[0]).toBe('footer-checksum');
  });
});

describe('refusals', () => {
  const sparse = sparseDisk(64, [8, 16, 63]).bytes;

  it('[VHD-7] says what a file is that is no VHD', () => {
    const file = (text: string, length = 4096, at = 0): Uint8Array => {
      const b = new Uint8Array(length);
      b[9] = 0x80;
      for (let i = 0; i < text.length; i++) b[at + i] = text.charCodeAt(i);
      return b;
    };
    const raw = new Uint8Array(4096);
    put16(raw, 510, 0xaa55);
    const rows: [Uint8Array, string][] = [
      [new Uint8Array(0), 'empty'], [file('vhdxfile'), 'vhdx'], [file('CD001', 65_536, 32_769), 'iso'], [file('PK\u0003\u0004'), 'archive'], [file('QFI\u00fb'), 'other-disk'],
      [file('KDMV'), 'other-disk'], [raw, 'raw-disk'], [new TextEncoder().encode('hello\r\n'), 'text'], [new Uint8Array(2048), 'zeros'], [file('\u0001\u0002'), 'unknown'],
      [file('\u00fd7zXZ\u0000'), 'archive'], [file('Rar!\u001a\u0007'), 'archive'], [file('BZh91AY'), 'archive'], [file('ustar', 10_240, 257), 'archive'], [new TextEncoder().encode('Größe 1€ 💾\r\n'), 'text'],
      [new TextEncoder().encode('ä'.repeat(1000)), 'text'], [new TextEncoder().encode(`x${'ä'.repeat(1000)}`), 'text'],
    ];
    for (const [bytes, code] of rows) {
      const [found, sentence] = refusal(bytes);
      expect(found).toBe(code);
      expect(sentence).toMatch(/^[A-Z].*; .*\.$|^The file is empty; .*\.$/);
    }
    expect(openVhd(() => null, 4096)).toMatchObject({ kind: 'refused', code: 'unreadable' });
  });

  it('[VHD-7] names the field that is wrong, the place and the remedy', () => {
    const rows: [(b: Uint8Array) => void, string][] = [
      [(b) => inFooters(b, 12, (x, at) => bePut32(x, at, 0x0002_0000)), 'footer-version'],
      [(b) => inFooters(b, 60, (x, at) => bePut32(x, at, 5)), 'disk-type'],
      [(b) => inFooters(b, 48, (x, at) => bePut53(x, at, 0)), 'disk-size'],
      [(b) => inFooters(b, 48, (x, at) => bePut53(x, at, 1000)), 'disk-size'],
      [(b) => inFooters(b, 48, (x, at) => bePut53(x, at, 2041 * 2 ** 30)), 'disk-size'],
      [(b) => inFooters(b, 48, (x, at) => x.fill(0xff, at, at + 8)), 'disk-size'],
      [(b) => inFooters(b, 16, (x, at) => bePut53(x, at, 513)), 'header-place'],
      [(b) => inFooters(b, 16, (x, at) => x.fill(0xff, at, at + 8)), 'header-place'],
      [(b) => inFooters(b, 16, (x, at) => bePut53(x, at, 2 ** 40)), 'truncated'],
      [(b) => inFooters(b, 16, (x, at) => bePut53(x, at, 1024)), 'header-cookie'],
      [(b) => putAscii(b, 512, 8, 'cxSparse'), 'header-cookie'],
      [(b) => bePut32(b, 512 + 24, 7), 'header-version'],
      [(b) => bePut32(b, 512 + 32, 4097), 'block-size'],
      [(b) => bePut32(b, 512 + 32, 0), 'block-size'],
      [(b) => bePut32(b, 512 + 28, 7), 'table-size'],
      [(b) => bePut32(b, 512 + 28, 0xffff_fff0), 'table-size'],
      [(b) => bePut53(b, 512 + 16, 0x601), 'table-place'],
      [(b) => bePut53(b, 512 + 16, 512), 'table-place'],
      [(b) => bePut53(b, 512 + 16, 2 ** 41), 'truncated'],
      [(b) => bePut32(b, tableAt, 0), 'entry-place'],
      [(b) => bePut32(b, tableAt, 0x00ff_ffff), 'entry-beyond-end'],
      [(b) => b.copyWithin(tableAt, tableAt + 4, tableAt + 8), 'entries-overlap'],
      [(b) => bePut32(b, tableAt, tableAt / 512 + 2), 'entries-overlap'],
    ];
    for (const [change, code] of rows) {
      const [found, sentence] = damaged(sparse, change);
      expect([found, sentence]).toEqual([code, expect.stringMatching(/^[A-Z].*[;,] .*\.$/)]);
      expect(sentence).not.toContain('\n');
    }
    expect(damaged(sparse, (b) => { b[512 + 700] = 1; }, false)[0]).toBe('header-checksum');
    expect(damaged(fixedDisk(8), (b) => bePut53(b, 8 * 512 + 48, 9 * 512))[0]).toBe('truncated');
  });

  it('[VHD-5] [VHD-7] refuses a file cut short, at whatever sector, and says that first', () => {
    for (let length = 512; length < sparse.length; length += 512) {
      const [code, sentence] = refusal(sparse.subarray(0, length));
      // The last whole block may be all that is missing behind it but the footer.
      expect(code === '', String(length)).toBe(length === sparse.length - 512);
      if (code !== '') expect(sentence).toMatch(/^The file is cut short: /);
    }
    expect(smallBlock).toBe(4096);
    expect(opened(sparseDisk(64, [], VHD_DIFFERENCING).bytes).type).toBe('differencing');
  });
});
