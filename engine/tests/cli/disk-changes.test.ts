import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError, UsageError } from '../../cli/args.ts';
import { disk } from '../../cli/disk.ts';
import { putFooter, VHD_FIXED } from '../../wire/vhd.ts';
import { openVhd, sectorReader } from '../../wire/vhd-open.ts';
import { link, makeDisk, pattern } from '../fs/make-disk.ts';
import { readerOf } from '../wire/sample-disk.ts';

const sample = fileURLToPath(new URL('../../../public/disks/viridian-sample.vhd', import.meta.url));
/** Written by `npm run judges -- --write`. */
const judged = fileURLToPath(new URL('judged.json', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'viridian-'));
afterAll(() => rmSync(folder, { recursive: true }));
const out = (name: string): string => join(folder, name);

function printed(...words: string[]): string {
  const parts: Buffer[] = [];
  disk(words, (part) => parts.push(Buffer.from(part as Uint8Array)));
  return Buffer.concat(parts).toString();
}

const sum = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('the command line changes disks', () => {
  it.each(['synthetic', 'pio'])('[CLI-12] put, copy and rm over %s leave the file that was given, and the new one is in order', (way) => {
    const before = sum(sample);
    const text = out(`${way}.txt`);
    writeFileSync(text, 'Ärger\n'.repeat(900));
    expect(printed('put', sample, 'LAB/A long name.txt', '--from', text, '--out', out(`${way}1.vhd`), '--path', way)).toMatch(/1\.vhd: \d+ bytes\n$/);
    expect(printed('cat', out(`${way}1.vhd`), 'lab/a LONG name.txt')).toBe('Ärger\n'.repeat(900));
    printed('copy', out(`${way}1.vhd`), 'BIG.BIN', 'LAB/BIG2.BIN', '--out', out(`${way}2.vhd`), '--path', way);
    printed('rm', out(`${way}2.vhd`), 'BIG.BIN', '--out', out(`${way}3.vhd`), '--path', way);
    expect(printed('cat', out(`${way}3.vhd`), 'LAB/BIG2.BIN')).toBe(printed('cat', sample, 'BIG.BIN'));
    expect(printed('ls', out(`${way}3.vhd`))).not.toContain('BIG.BIN');
    for (const n of [1, 2, 3]) expect(printed('check', out(`${way}${n}.vhd`))).toMatch(/\nsound\n$/);
    expect(sum(sample)).toBe(before);
  });

  it('[CLI-12] every sector of a changed disk is as qemu-img reads it', () => {
    const text = out('judged.txt');
    writeFileSync(text, 'Data first, then the file allocation tables, then the directory entry.\n'.repeat(200));
    printed('put', sample, 'LAB/A long file name.txt', '--from', text, '--out', out('judged.vhd'));
    const file = new Uint8Array(readFileSync(out('judged.vhd')));
    const vhd = openVhd(readerOf(file), file.length);
    if (vhd.kind === 'refused') throw new Error(vhd.sentence);
    const raw = Buffer.from(sectorReader(vhd, readerOf(file), null)(0, vhd.sectors)!);
    const entry = raw.indexOf('ALONGF~1TXT', 0, 'latin1');
    raw.fill(0, entry + 13, entry + 20).fill(0, entry + 22, entry + 26);
    expect(createHash('sha256').update(raw).digest('hex')).toBe((JSON.parse(readFileSync(judged, 'utf8')) as { put: string }).put);
  });

  it('[CLI-12] what cannot be done is refused in a sentence, and no file is made', () => {
    const target = out('never.vhd');
    const refused = (error: typeof InputError | typeof UsageError, says: RegExp, ...words: string[]): void => {
      expect(() => printed(...words)).toThrow(error);
      expect(() => printed(...words)).toThrow(says);
      expect([words, existsSync(target), existsSync(`${target}.part`)]).toEqual([words, false, false]);
    };
    refused(InputError, /^NOPE on viridian-sample\.vhd stays as it was: There is no NOPE in the root directory\.$/, 'rm', sample, 'NOPE', '--out', target);
    refused(InputError, /a\?b on viridian-sample\.vhd stays as it was: A name has 1 to 255 characters/, 'put', sample, 'a?b', '--text', 'x', '--out', target);
    refused(InputError, /is there already; name a new file/, 'put', sample, 'X', '--text', 'x', '--out', sample);
    refused(InputError, /The text has 65537 characters/, 'put', sample, 'X', '--text', 'x'.repeat(65_537), '--out', target);
    refused(InputError, /new\.vhd cannot be written: its folder does not exist; make it, or name another\.$/, 'put', sample, 'X', '--text', 'x', '--out', join(folder, 'nowhere', 'new.vhd'));
    refused(UsageError, /needs --out NEW\.vhd/, 'put', sample, 'X', '--text', 'x');
    refused(UsageError, /either --text TEXT or --from FILE/, 'put', sample, 'X', '--out', target);
    refused(UsageError, /copy takes a VHD file and two paths on it/, 'copy', sample, 'X', '--out', target);
    refused(UsageError, /--out belongs to put, copy, rm and export/, 'ls', sample, '--out', target);
    refused(UsageError, /^disk takes ls, cat, info, check, put, copy, rm, export, then a VHD file\.$/, 'format', sample);
    refused(InputError, /There is no VHD file gamma; there are/, 'export', 'two-ways', 'gamma', '--out', target);
  });

  it('[CLI-12] export runs a scenario and takes a VHD off its disk', () => {
    printed('export', 'file-written', 'beta', '--out', out('exported.vhd'));
    expect(printed('cat', out('exported.vhd'), 'NOTES.TXT')).toMatch(/^Data first/);
    printed('export', 'two-ways', '--out', out('unchanged.vhd'));
    expect(sum(out('unchanged.vhd'))).toBe(sum(sample));
  });
});

describe('the command line checks disks', () => {
  it('[CLI-11] a differencing disk is checked through its parent beside it; without it the volume is not', () => {
    const changed = fileURLToPath(new URL('../../../public/disks/viridian-changed.vhd', import.meta.url));
    expect(printed('check', changed)).toMatch(/^VHD {4}differencing, .+\nparent viridian-sample\.vhd\nvolume FAT16 in an MBR partition, .+\nholds {2}5 files, 2 folders, .+\n(?:note .+\n)*sound\n$/);
    const alone = mkdtempSync(join(tmpdir(), 'viridian-chain-'));
    copyFileSync(changed, join(alone, 'child.vhd'));
    expect(printed('check', join(alone, 'child.vhd'))).toMatch(/\nnote {3}The volume .+ is not checked: This differencing disk holds only what has changed and needs its parent viridian-sample\.vhd \(id [0-9a-f-]{36}\), which is not there; .+\nsound\n$/);
    // Under another name it is found by its id.
    copyFileSync(sample, join(alone, 'anything.vhd'));
    expect(printed('check', join(alone, 'child.vhd'))).toMatch(/\nparent anything\.vhd\nvolume FAT16/);
    rmSync(join(alone, 'anything.vhd'));
    copyFileSync(changed, join(alone, 'viridian-sample.vhd'));
    expect(printed('check', join(alone, 'child.vhd'))).toMatch(/is not checked: .+/);
    rmSync(alone, { recursive: true });
  });
  it('[CLI-11] a sound disk, notes, losses and damage, as text and as JSON', () => {
    expect(printed('check', sample)).toMatch(/^VHD {4}dynamic, 65536 sectors, its structures are in order\nvolume FAT16 in an MBR partition, from sector 63, \d+ clusters of 2048 bytes\nholds {2}5 files, 2 folders, \d+ clusters in use, \d+ free\nsound\n$/);
    const { bytes, fat } = makeDisk({ kind: 'fat16', table: 'none', perCluster: 1, clusters: 4200, files: { 'A.TXT': pattern(3000, 1) } });
    const file = (name: string, change: (b: Uint8Array) => void): string => {
      const b = bytes.slice();
      change(b);
      const footer = new Uint8Array(512);
      putFooter(footer, 0, VHD_FIXED, b.length / 512, new Uint8Array(16), 0);
      writeFileSync(out(name), Buffer.concat([b, footer]));
      return out(name);
    };
    const lost = file('lost.vhd', (b) => link(b, fat, 100, 0xffff));
    expect(() => printed('check', lost)).toThrow(/^lost\.vhd has 1 finding, none of which touches a file; run chkdsk or fsck\.vfat on a copy of it\.$/);
    const broken = file('broken.vhd', (b) => link(b, fat, 3, 0));
    expect(() => printed('check', broken)).toThrow(/^broken\.vhd has 3 findings, 2 of them damage to files or folders;/);
    expect(JSON.parse(printed('check', file('dirty.vhd', (b) => link(b, fat, 1, 0x7fff)), '--json'))).toMatchObject({ sound: true, type: 'fixed', findings: [{ level: 'note', code: 'not-clean' }] });
    // A volume that no guest can use is not sound, whoever asks only for the exit code; one of another kind is none to be judged here.
    const damaged = file('damaged.vhd', (b) => void (b[13] = 3));
    expect(() => printed('check', damaged)).toThrow(/^damaged\.vhd has a volume or a partition table that contradicts itself, so no file on it can be reached; repair it on a copy of the disk\.$/);
    expect(() => printed('check', damaged, '--json')).toThrow(InputError);
    expect(() => printed('check', file('beyond.vhd', (b) => void b.fill(0, 0, 510).fill(0xff, 446 + 8, 446 + 16).fill(6, 446 + 4, 446 + 5)))).toThrow(/^beyond\.vhd has a volume or a partition table that contradicts itself/);
    expect(printed('check', file('ntfs.vhd', (b) => b.set(Buffer.from('NTFS    '), 3)))).toMatch(/note {3}The volume is NTFS, .+\nsound\n$/);
    expect(printed('check', file('none.vhd', (b) => void b.fill(0)))).toMatch(/note {3}Sector 0 of the disk holds nothing but zeros, so the disk is blank/);
  });
});
