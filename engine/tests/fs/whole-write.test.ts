/** Files written through the whole machine, both ways, under the checkers. */
import { describe, expect, it } from 'vitest';
import type { Lab } from '../../lab/lab.ts';
import { goldenText } from '../../lab/narration.ts';
import { shipped } from '../../scenarios/shipped.ts';
import { checkVolume } from '../../wire/fat-check.ts';
import { openVolume, readFile, type Volume } from '../../wire/fat-walk.ts';
import { openVhd, sectorReader } from '../../wire/vhd-open.ts';
import { pieceOf } from '../images.ts';
import { asked, broughtUp, feed, hopsOf, runOut } from '../whole.ts';

/** The volume of a guest as it lies on the physical disk at the cursor. */
function volumeOf(lab: Lab, guest: string): Volume {
  const file = lab.diskFile(guest);
  const read = (offset: number, length: number): Uint8Array | null => {
    for (;;) {
      if (offset + length > file.bytes) return null;
      const slice = file.read(offset, length);
      if (slice instanceof Uint8Array) return slice;
      lab.supply(slice.image, slice.chunk, pieceOf(slice));
    }
  };
  const vhd = openVhd(read, file.bytes);
  if (vhd.kind === 'refused') throw new Error(vhd.sentence);
  const volume = openVolume(sectorReader(vhd, read, null), vhd.sectors);
  if (volume.kind === 'refused') throw new Error(volume.sentence);
  return volume;
}

function textOf(volume: Volume, path: string): string {
  const found = readFile(volume, path);
  return 'kind' in found ? found.code : new TextDecoder().decode(found);
}

const text = Array.from({ length: 150 }, (_, i) => `line ${i} of a file that a guest has written`).join('\n');

describe('a file is written through the whole machine', () => {
  it.each(['alpha', 'beta'])('[FS-17] [READER-6] [READER-7] %s writes, copies, overwrites and deletes files, and the volume is in order', (guest) => {
    const lab = broughtUp(asked(
      { do: 'write-file', guest, path: 'LAB\\A new file with a long name.txt', text, depth: 4 },
      { do: 'copy-file', guest, from: 'LAB\\A new file with a long name.txt', to: 'COPY.TXT' },
      { do: 'write-file', guest, path: 'HELLO.TXT', text: 'Hello again' },
      { do: 'delete-file', guest, path: 'README.TXT' },
      { do: 'read-file', guest, path: 'HELLO.TXT' },
    ));
    runOut(lab);
    const volume = volumeOf(lab, guest);
    expect(textOf(volume, 'LAB\\A new file with a long name.txt')).toBe(text);
    expect([textOf(volume, 'COPY.TXT') === text, textOf(volume, 'HELLO.TXT'), textOf(volume, 'README.TXT')]).toEqual([true, 'Hello again', 'no-such-file']);
    expect(checkVolume(volume).findings).toEqual([]);
    const other = volumeOf(lab, guest === 'alpha' ? 'beta' : 'alpha');
    expect([textOf(other, 'COPY.TXT'), textOf(other, 'HELLO.TXT') === 'Hello again']).toEqual(['no-such-file', false]);
  });

  it('[FS-17] cut at any hop, the disk holds the old file or the new one, and nothing worse than lost clusters', () => {
    const lab = broughtUp(asked({ do: 'write-file', guest: 'alpha', path: 'HELLO.TXT', text }));
    const start = lab.run.n;
    const old = textOf(volumeOf(lab, 'alpha'), 'HELLO.TXT');
    const end = runOut(lab);
    const seen = new Set<string>();
    const step = Math.max(1, Math.floor((end - start) / 60));
    for (let n = start; n <= end; n += step) {
      feed(lab, () => lab.seek(n));
      const volume = volumeOf(lab, 'alpha');
      const found = textOf(volume, 'HELLO.TXT');
      expect([old, text]).toContain(found);
      seen.add(found === old ? 'old' : 'new');
      for (const { code } of checkVolume(volume).findings) expect(['lost-clusters', 'fats-differ', 'not-clean']).toContain(code);
    }
    feed(lab, () => lab.seek(end));
    expect([...seen, checkVolume(volumeOf(lab, 'alpha')).findings]).toEqual(['old', 'new', []]);
  });

  it.each([['alpha', 'over VMBus'], ['beta', 'by emulated port accesses']])('[STORY-1] [FS-16] %s writes a file %s: what its file system does', async (guest) => {
    const lab = broughtUp(asked({ do: 'write-file', guest, path: 'LAB\\Lecture notes.txt', text: 'Data first, then the file allocation tables, then the directory entry.' }));
    const start = lab.run.n;
    const end = runOut(lab);
    const hops = hopsOf(lab, start + 1, end).filter((h) => /^(?:ask|reader|fs|block)\./.test(lab.kinds[h.kind]!.name));
    await expect(goldenText(lab.run.kernel, hops)).toMatchFileSnapshot(`../golden/${guest}-writes-a-file.txt`);
  });

  it('[STORY-1] the shipped scenario in which a file is written comes to its end, and both disks are in order', () => {
    const lab = broughtUp(shipped.find((s) => s.name === 'file-written')!);
    runOut(lab);
    for (const guest of ['alpha', 'beta']) {
      expect([guest, textOf(volumeOf(lab, guest), 'NOTES.TXT')]).toEqual([guest, expect.stringMatching(/^Data first/)]);
      expect(checkVolume(volumeOf(lab, guest)).findings).toEqual([]);
    }
    expect(lab.view().guests.map((g) => [g.file, g.text?.slice(0, 10)])).toEqual([['NOTES.TXT', 'Data first'], ['NOTES.TXT', 'Data first']]);
  });
});
