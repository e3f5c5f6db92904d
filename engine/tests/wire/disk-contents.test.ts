import { describe, expect, it } from 'vitest';
import { put16, putAscii } from '../../wire/bytes.ts';
import { contentsOf } from '../../wire/disk-contents.ts';

const SECTORS = 1000;

/** A disk of zeros with some sectors written. */
function disk(written: Readonly<Record<number, (sector: Uint8Array) => void>>): (sector: number, count: number) => Uint8Array | null {
  return (sector, count) => {
    if (sector < 0 || sector + count > SECTORS) return null;
    const out = new Uint8Array(count * 512);
    for (let i = 0; i < count; i++) written[sector + i]?.(out.subarray(i * 512, i * 512 + 512));
    return out;
  };
}

describe('what a disk holds', () => {
  it('[DISKSEE-1] is a sentence when no guest finds a volume on it', () => {
    const ntfs = (sector: Uint8Array): void => {
      sector.set([0xeb, 0x52, 0x90]);
      putAscii(sector, 3, 8, 'NTFS    ');
      put16(sector, 510, 0xaa55);
    };
    const found = contentsOf(disk({ 0: ntfs }), SECTORS);
    expect(found.files).toBe(false);
    expect(found.sentence).toMatch(/NTFS/);
    expect(contentsOf(disk({ 64: (s) => putAscii(s, 1, 5, 'CD001') }), SECTORS).sentence).toMatch(/ISO 9660/);
    expect(contentsOf(disk({}), SECTORS).sentence).not.toBe('');
  });

  it('[DISKSEE-1] says which sector cannot be read', () => {
    expect(contentsOf(() => null, SECTORS)).toEqual({ files: false, sentence: 'Sector 0 cannot be read.' });
  });
});
