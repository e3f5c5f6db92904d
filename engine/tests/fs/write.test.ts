import { describe, expect, it } from 'vitest';
import { createCache, writeLine } from '../../guest/kernel/fs-cache.ts';
import { checkVolume } from '../../wire/fat-check.ts';
import { fatDateText, fatTimeText } from '../../wire/fat-names.ts';
import { findEntry, listDirectory, openVolume, readFile, type Volume } from '../../wire/fat-walk.ts';
import { ntStatusName } from '../../wire/ntstatus.ts';
import { makeDisk, pattern, type DiskPlan } from './make-disk.ts';
import { rig, type Rig } from './rig.ts';

const text = (length: number): string => Array.from({ length }, (_, i) => String.fromCharCode(97 + ((i * 7 + (i >> 6)) % 26))).join('');

function volumeOf(bytes: Uint8Array): Volume {
  const volume = openVolume((lba, count) => (lba * 512 + count * 512 > bytes.length ? null : bytes.subarray(lba * 512, (lba + count) * 512)), bytes.length / 512);
  if (volume.kind === 'refused') throw new Error(volume.sentence);
  return volume;
}

/** Bytes of a file as text; '' and the refusal's code when there is none. */
function content(bytes: Uint8Array, path: string): string {
  const found = readFile(volumeOf(bytes), path);
  return 'kind' in found ? `no: ${found.code}` : new TextDecoder().decode(found);
}

function findings(bytes: Uint8Array): string[] {
  return checkVolume(volumeOf(bytes)).findings.map((f) => `${f.level} ${f.code}: ${f.sentence}`);
}

function bytesOfFat({ bytes, first, fat }: ReturnType<typeof makeDisk>): Uint8Array {
  return bytes.subarray((first + fat.fatStart) * 512, (first + fat.fatStart + fat.fatSectors) * 512);
}

const files = { 'OLD.TXT': pattern(9000, 1), 'sub\\Some long name.text': pattern(700, 2), 'sub\\SMALL': pattern(10, 3) };
const plans: readonly DiskPlan[] = [
  { kind: 'fat12', table: 'none', perCluster: 1, clusters: 1000, rootEntries: 64, stride: 3, files },
  { kind: 'fat16', table: 'mbr', perCluster: 4, clusters: 4200, files },
  { kind: 'fat32', table: 'gpt', perCluster: 1, clusters: 2000, stride: 5, files },
];
const named = plans.map((plan) => ({ name: plan.kind, plan }));

function world(plan: DiskPlan, more: { depth?: number; most?: number; bad?: readonly number[]; lines?: number } = {}): { r: Rig; bytes: Uint8Array; before: Uint8Array } {
  const { bytes } = makeDisk(plan);
  const { lines, ...config } = more;
  return { r: rig({ bytes, depth: 8, most: 128, shuffled: true, ...config }, lines === undefined ? {} : { lines }), bytes, before: bytes.slice() };
}

describe('the guest writes files', () => {
  it.each(named)('[FS-14] [FS-16] [READER-6] $name: a new file, a long one, an empty one stand on the disk, and the volume is in order', ({ plan }) => {
    for (const lines of [64, 3]) {
      const { r, bytes } = world(plan, { lines });
      for (const [path, length] of [['NEW.TXT', 30], ['sub\\A new file with a long name.txt', 20_000], ['EMPTY', 0], ['exact.bin', 4096], ['notes.txt', 513]] as const) {
        const last = r.writeFile(path, text(length), 4)!;
        expect([path, last.reason, last.bytes]).toEqual([path, '', length]);
        expect(content(bytes, path)).toBe(text(length));
        expect(findings(bytes)).toEqual([]);
        const again = r.readFile(path, 4)!;
        expect([again.status, new TextDecoder().decode(r.text(again.size))]).toEqual([0, text(length)]);
      }
      for (const [path, data] of Object.entries(files)) expect(readFile(volumeOf(bytes), path)).toEqual(data);
    }
  });

  it.each([{ perCluster: 1, clusters: 64 }, { perCluster: 4, clusters: 16 }])('[FS-14] clusters of $perCluster: where another file has been read before, the cache has what was written last', ({ perCluster, clusters }) => {
    const { r, bytes } = world({ kind: 'fat12', table: 'none', perCluster, clusters, rootEntries: 64, files: { 'FILE0.TXT': pattern(9000, 1) } }, { lines: 64 });
    // Short files in the place of long ones, and the other way round: lines of other lengths begin at the same sectors.
    const lengths = [30, 9000, 513, 6000, 1, 12_000, 700, 9000, 2000, 30, 9000, 40, 5000];
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(1.5 * perCluster * clusters * 512);
    for (const [i, length] of lengths.entries()) {
      expect(r.readFile(`FILE${i}.TXT`, 4)!.status).toBe(0);
      expect(r.deleteFile(`FILE${i}.TXT`)!.reason).toBe('');
      const words = text(length + i).slice(i);
      expect(r.writeFile(`FILE${i + 1}.TXT`, words, 4)!.reason).toBe('');
      const last = r.readFile(`FILE${i + 1}.TXT`, 4)!;
      expect([last.status, new TextDecoder().decode(r.text(last.size)) === words]).toEqual([0, true]);
      expect(content(bytes, `FILE${i + 1}.TXT`)).toBe(words);
    }
  });

  it('[FS-14] a line that is written to another place empties the line that held what stood there', () => {
    const cache = createCache(0, 4);
    for (const [i, lba] of [100, 200, 208].entries()) Object.assign(cache.lines[i]!, { lba, sectors: 8, status: 2 });
    writeLine(cache, 0, 204, 2, 0, 0, 0, 0);
    expect(cache.lines.map((line) => line.status)).toEqual([2, 0, 2, 0]);
    writeLine(cache, 0, 100, 8, 0, 0, 0, 0);
    expect(cache.lines.map((line) => line.status)).toEqual([2, 0, 2, 0]);
  });

  it.each(named)('[FS-17] $name: an overwritten file gets new clusters, its names stay, and the old clusters are free', ({ plan }) => {
    const { r, bytes } = world(plan);
    const free = checkVolume(volumeOf(bytes)).freeClusters;
    const old = findEntry(volumeOf(bytes), 'sub\\Some long name.text');
    for (const length of [5000, 3, 0, 700]) {
      expect(r.writeFile('SUB\\some LONG name.text', text(length))!.reason).toBe('');
      expect(content(bytes, 'sub\\Some long name.text')).toBe(text(length));
      expect(findings(bytes)).toEqual([]);
    }
    const now = findEntry(volumeOf(bytes), 'sub\\Some long name.text');
    if ('kind' in old || 'kind' in now) throw new Error('it is gone');
    expect([now.name, now.shortName, now.cluster === old.cluster]).toEqual([old.name, old.shortName, false]);
    expect(checkVolume(volumeOf(bytes)).freeClusters).toBe(free);
  });

  it.each(named)('[READER-7] $name: a copy has the bytes of the original, whatever its length', ({ plan }) => {
    const { r, bytes } = world(plan);
    expect(r.copyFile('OLD.TXT', 'sub\\Copy of old.txt', 8)!.reason).toBe('');
    expect(readFile(volumeOf(bytes), 'sub\\Copy of old.txt')).toEqual(files['OLD.TXT']);
    expect(ntStatusName(r.copyFile('OLD.TXT', 'old.txt')!.status)).toBe('STATUS_SHARING_VIOLATION');
    expect(ntStatusName(r.copyFile('NOPE', 'X')!.status)).toBe('STATUS_OBJECT_NAME_NOT_FOUND');
    expect(ntStatusName(r.copyFile('OLD.TXT', 'nowhere\\X')!.status)).toBe('STATUS_OBJECT_PATH_NOT_FOUND');
    expect([findings(bytes), r.state().draft, r.state().files.every((f) => f === null)]).toEqual([[], null, true]);
  });

  it.each(named)('[FS-17] [READER-7] $name: a deleted file is gone, with its long name and its clusters', ({ plan }) => {
    const { r, bytes } = world(plan);
    const free = checkVolume(volumeOf(bytes)).freeClusters;
    for (const path of ['sub\\Some long name.text', 'OLD.TXT', 'sub\\SMALL']) expect([path, r.deleteFile(path)!.reason]).toEqual([path, '']);
    expect(findings(bytes)).toEqual([]);
    expect(content(bytes, 'OLD.TXT')).toBe('no: no-such-file');
    const check = checkVolume(volumeOf(bytes));
    expect([check.files, check.freeClusters - free]).toEqual([0, Object.values(files).reduce((sum, f) => sum + Math.ceil(f.length / (plan.perCluster * 512)), 0)]);
    expect(r.writeFile('OLD.TXT', 'again')!.reason).toBe('');
    expect(ntStatusName(r.deleteFile('NOPE')!.status)).toBe('STATUS_OBJECT_NAME_NOT_FOUND');
  });

  it('[FS-8] counts the bytes that it gives to programs and takes from them, and no others', () => {
    const { r } = world(plans[1]!);
    const counted = (act: () => unknown): number[] => {
      const { readBytes, writtenBytes } = r.state();
      act();
      return [r.state().readBytes - readBytes, r.state().writtenBytes - writtenBytes];
    };
    expect(counted(() => r.listFiles('sub'))).toEqual([0, 0]);
    expect(counted(() => r.readFile('OLD.TXT', 4))).toEqual([9000, 0]);
    expect(counted(() => r.readSectors(0, 2, 3, 1))).toEqual([3 * 2 * 512, 0]);
    expect(counted(() => r.writeFile('NEW.TXT', text(700)))).toEqual([0, 700]);
    expect(counted(() => r.copyFile('OLD.TXT', 'COPY.TXT', 2))).toEqual([9000, 9000]);
    expect(counted(() => r.deleteFile('COPY.TXT'))).toEqual([0, 0]);
  });

  it('[FAT-11] 8.3 names get the next free tail, and a name that fits gets none', () => {
    const { r, bytes } = world(plans[1]!);
    const short = (path: string): string => {
      expect([path, r.writeFile(path, 'x')!.reason]).toEqual([path, '']);
      const entry = findEntry(volumeOf(bytes), path.replace(/[. ]+$/, ''));
      return 'kind' in entry ? entry.sentence : `${entry.shortName} ${entry.name === entry.shortName ? '' : entry.name}`.trim();
    };
    expect([
      'README.TXT', 'Mixed.Txt', 'lower.txt', 'A long one.text', 'A long one too.text', 'A long one.html', '.profile', 'a.b.c', 'über.txt', '日本.txt', 'with space', 'x+y=z.[1]', 'trailing. .',
    ].map(short)).toEqual([
      'README.TXT', 'MIXED.TXT Mixed.Txt', 'lower.txt', 'ALONGO~1.TEX A long one.text', 'ALONGO~2.TEX A long one too.text', 'ALONGO~1.HTM A long one.html', 'PROFIL~1 .profile',
      'AB~1.C a.b.c', 'ÜBER.TXT über.txt', '__~1.TXT 日本.txt', 'WITHSP~1 with space', 'X_Y_Z~1._1_ x+y=z.[1]', 'trailing',
    ]);
    for (let i = 3; i < 14; i++) expect(short(`A long one number ${i}.text`)).toBe(i < 10 ? `ALONGO~${i}.TEX A long one number ${i}.text` : `ALONG~${i}.TEX A long one number ${i}.text`);
    expect(findings(bytes)).toEqual([]);
  });

  it('[FS-20] [FAT-10] a directory grows by a cluster of zeros when its entries are used up, and the root directory of FAT16 does not', () => {
    const { r, bytes } = world(plans[2]!);
    for (let i = 0; i < 30; i++) expect(r.writeFile(`sub\\A file with a really long name, so that it takes many entries, number ${i}.txt`, `${i}`)!.reason).toBe('');
    for (let i = 0; i < 8; i++) expect(r.writeFile(`Root of FAT32 is a chain, number ${i}.txt`, `${i}`)!.reason).toBe('');
    expect(findings(bytes)).toEqual([]);
    const sub = findEntry(volumeOf(bytes), 'sub');
    const list = 'kind' in sub ? sub : listDirectory(volumeOf(bytes), sub);
    expect('kind' in list ? list.sentence : list.length).toBe(34);
    const small = world({ ...plans[0]!, rootEntries: 16 });
    let last = small.r.writeFile('F0', 'x')!;
    for (let i = 1; last.status === 0; i++) last = small.r.writeFile(`F${i}`, 'x')!;
    expect([ntStatusName(last.status), last.reason]).toEqual(['STATUS_CANNOT_MAKE', 'The name needs 1 free entry, and the root directory has its 16 entries in use; put the file into a folder, or delete something.']);
    expect(small.r.writeFile('sub\\F', 'x')!.reason).toBe('');
    expect(findings(small.bytes)).toEqual([]);
  });

  it('[FS-19] [FAT-8] FSInfo gets the new numbers, a wrong one does no harm, and with mirroring off only the active FAT is written', () => {
    const { r, bytes } = world(plans[2]!);
    const { first, fat } = makeDisk(plans[2]!);
    const at = (first + 1) * 512;
    const free = new DataView(bytes.buffer).getUint32(at + 488, true);
    r.writeFile('X', text(1500));
    expect(new DataView(bytes.buffer).getUint32(at + 488, true)).toBe(free - 3);
    const lying = makeDisk(plans[2]!).bytes;
    new DataView(lying.buffer).setUint32(at + 488, 1, true);
    new DataView(lying.buffer).setUint32(at + 492, 0x0fff_0000, true);
    const second = rig({ bytes: lying, depth: 8, most: 128 });
    expect([second.writeFile('X', text(9000))!.reason, content(lying, 'X')]).toEqual(['', text(9000)]);
    const single = makeDisk(plans[2]!).bytes;
    single[first * 512 + 40] = 0x81;
    const third = rig({ bytes: single, depth: 8, most: 128 });
    expect([third.writeFile('X', text(9000))!.reason, content(single, 'X'), findings(single)]).toEqual(['', text(9000), []]);
    expect(single.subarray((first + fat.fatStart) * 512, (first + fat.fatStart + fat.fatSectors) * 512)).toEqual(bytesOfFat(makeDisk(plans[2]!)));
  });

  it('[FS-20] a full disk is told before anything is written', () => {
    const { r, bytes } = world({ ...plans[0]!, clusters: 40, stride: 1 });
    const before = bytes.slice();
    const last = r.writeFile('BIG', text(20_000))!;
    expect([ntStatusName(last.status), last.reason]).toEqual(['STATUS_DISK_FULL', 'The file needs 40 free clusters, and the volume has 18; delete something or take a larger disk.']);
    expect(bytes).toEqual(before);
    expect(r.writeFile('FITS', text(18 * 512))!.reason).toBe('');
    expect(r.writeFile('OVER', 'x')!.reason).toMatch(/needs 1 free clusters?, and the volume has 0/);
    expect(findings(bytes)).toEqual([]);
  });

  it('[FS-21] what may not be written is answered with a status and a sentence, and the disk stays as it was', () => {
    const { r, bytes } = world(plans[1]!);
    const entry = Buffer.from(bytes.buffer).indexOf('OLD     TXT');
    expect(entry % 32).toBe(0);
    bytes[entry + 11] = 0x21;
    const before = bytes.slice();
    const say = (path: string): string[] => {
      const last = r.writeFile(path, 'x')!;
      return [ntStatusName(last.status), last.reason];
    };
    expect(say('OLD.TXT')).toEqual(['STATUS_ACCESS_DENIED', 'OLD.TXT is marked read-only, so it is not overwritten.']);
    expect(ntStatusName(r.deleteFile('OLD.TXT')!.status)).toBe('STATUS_CANNOT_DELETE');
    expect(say('sub')).toEqual(['STATUS_FILE_IS_A_DIRECTORY', 'sub is a directory, which this file system does not overwrite.']);
    for (const path of ['a*b', 'what?', 'a:b', '...', ' ', `${'x'.repeat(256)}`, '\\']) expect([path, say(path)[0]]).toEqual([path, 'STATUS_OBJECT_NAME_INVALID']);
    expect(say('nope\\x')).toEqual(['STATUS_OBJECT_PATH_NOT_FOUND', 'There is no nope in the root directory.']);
    expect(say('OLD.TXT\\x')).toEqual(['STATUS_OBJECT_PATH_NOT_FOUND', 'OLD.TXT is a file, not a directory.']);
    expect(bytes).toEqual(before);
    const readOnly = rig({ bytes, depth: 4 });
    expect(readOnly.writeFile('X', 'x')!.reason).toBe('The disk may only be read.');
  });

  it('[FAT-12] date and time come from simulated time, which begins on 2008-02-27 at 09:00:00', () => {
    const { r, bytes } = world(plans[1]!);
    r.writeFile('NOW.TXT', 'x');
    const entry = findEntry(volumeOf(bytes), 'NOW.TXT');
    if ('kind' in entry) throw new Error(entry.sentence);
    expect([fatDateText(entry.date), fatTimeText(entry.time)]).toEqual(['2008-02-27', '09:00:00']);
  });

  it('[FS-10] a sector that cannot be written ends the file with an error, and the volume stays usable', () => {
    const { bytes, fat, first } = makeDisk(plans[1]!);
    const r = rig({ bytes, depth: 4, most: 128, bad: [first + fat.dataStart + 12 * fat.sectorsPerCluster + 1] });
    const states = Array.from({ length: 6 }, (_, i) => ntStatusName(r.writeFile(`F${i}`, text(3000))!.status));
    expect(states).toContain('STATUS_IO_DEVICE_ERROR');
    expect(r.state().draft).toBe(null);
    expect(findings(bytes)).toEqual([]);
  });
});

describe('a crash in the middle', () => {
  const tasks: readonly (readonly [string, (r: Rig) => void, paths: Readonly<Record<string, readonly string[]>>])[] = [
    ['a new file', (r) => void r.writeFile('sub\\A new file with a long name, long enough for several parts of it.txt', text(5000), 4), {}],
    ['an overwritten file', (r) => void r.writeFile('OLD.TXT', text(6000), 4), { 'OLD.TXT': [new TextDecoder().decode(files['OLD.TXT']), text(6000)] }],
    ['a deleted file', (r) => void r.deleteFile('sub\\Some long name.text'), { 'sub\\Some long name.text': [new TextDecoder().decode(files['sub\\Some long name.text']), 'no: no-such-file'] }],
    ['a directory that grows', (r) => { for (let i = 0; i < 4; i++) r.writeFile(`sub\\Another rather long name of a file which is number ${i}.text`, `${i}`); }, {}],
  ];
  const allowed = /^(?:loss (?:lost-clusters|fats-differ|orphan-name)|note (?:not-clean|fsinfo))/;

  for (const { name, plan } of named) {
    it.each(tasks)(`[FS-17] [FS-18] ${name}: %s leaves lost clusters at worst, wherever it is cut`, (_what, act, paths) => {
      const { r, before } = world(plan);
      act(r);
      const journal = r.journal();
      const moments = Math.max(...journal.map((w) => Math.max(w.from, w.to))) + 1;
      let dirty = 0;
      for (let moment = 0; moment <= moments; moment++) {
        const under = journal.filter((w) => w.from < moment && w.to >= moment);
        for (let some = 0; some < 1 << Math.min(2, under.length); some++) {
          const disk = before.slice();
          for (const w of journal) if (w.to < moment || (under.includes(w) && (some & (1 << under.indexOf(w))) !== 0)) disk.set(w.bytes, w.lba * 512);
          const found = findings(disk);
          expect(found.filter((f) => !allowed.test(f)), `cut at ${moment}, ${some}`).toEqual([]);
          if (found.some((f) => /^loss (?:lost|orphan)/.test(f)) && plan.kind !== 'fat12') expect(found.some((f) => f.startsWith('note not-clean')), found.join()).toBe(true);
          dirty += found.length > 0 ? 1 : 0;
          for (const [path, either] of Object.entries(paths)) expect(either).toContain(content(disk, path));
          for (const [path, data] of Object.entries(files)) if (!(path in paths)) expect(readFile(volumeOf(disk), path)).toEqual(data);
        }
      }
      expect(dirty).toBeGreaterThan(0);
    });
  }
});
