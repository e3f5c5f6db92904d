import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listingNext, putListingEntry, putListingHeader, readListing } from '../../wire/fs-listing.ts';
import { ntStatusName } from '../../wire/ntstatus.ts';
import { rig, sampleDisk } from './rig.ts';

const disk = sampleDisk();
/** MBR, boot sector, first sectors of both FATs, root directory, the LAB directory. */
const metadata = [0, 63, 67, 131, 195, 196, 227, 228, 229, 230];

describe('a damaged volume', () => {
  it('[FS-4] [FS-10] ends every call with an answer, whatever its bytes', () => {
    const change = fc.record({ sector: fc.constantFrom(...metadata), at: fc.nat(511), value: fc.constantFrom(0, 1, 2, 0x0f, 0x10, 0x3f, 0x7f, 0xe5, 0xf7, 0xff) });
    const bytes = disk.slice();
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), fc.constantFrom('LAB/FRAG.BIN', 'BIG.BIN', 'README.TXT', '/LAB', '/'), (changes, path) => {
        // Nothing but these bytes is changed: the driver only reads.
        const places = changes.map(({ sector, at }) => sector * 512 + at);
        changes.forEach(({ value }, i) => (bytes[places[i]!] = value));
        const r = rig({ bytes, depth: 4 }, { lines: 3 });
        if (path.startsWith('/')) r.listFiles(path);
        else r.readFile(path, 4);
        const last = r.reader().last!;
        expect(ntStatusName(last.status)).toMatch(/^STATUS_/);
        expect(last.status === 0).toBe(last.reason === '');
        expect(r.count('reader.finished')).toBe(1);
        expect(r.journal()).toEqual([]);
        for (const place of places) bytes[place] = disk[place]!;
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  it('[FS-9] a listing is read back as it was written, and a damaged one stops in time', () => {
    const page = new Uint8Array(4096);
    const end = putListingEntry(page, putListingEntry(page, 16, 'Ärger.txt', 5, 0x20, 0x1234, 0x5678), 'LAB', 0, 0x10, 1, 2);
    putListingHeader(page, 2, end, 9);
    expect(readListing(page)).toEqual([{ name: 'Ärger.txt', size: 5, attributes: 0x20, date: 0x1234, time: 0x5678 }, { name: 'LAB', size: 0, attributes: 0x10, date: 1, time: 2 }]);
    expect(listingNext(page)).toBe(9);
    page[16] = 0;
    expect(readListing(page)).toEqual([]);
    expect(readListing(new Uint8Array(4096).fill(0xff))).toEqual([]);
  });
});
