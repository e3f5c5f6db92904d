import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../cli/args.ts';
import type { Aside } from '../../cli/aside.ts';
import { disk } from '../../cli/disk.ts';
import { exportRun } from '../../cli/export.ts';
import { run } from '../../cli/run.ts';
import { trace } from '../../cli/trace.ts';
import { twin } from '../../cli/twin.ts';
import { twoWays } from '../../index.ts';
import { putAscii, put16, put32 } from '../../wire/bytes.ts';
import { putFooter, putHeader, VHD_DYNAMIC, VHD_FIXED } from '../../wire/vhd.ts';
import { sampleDisk } from '../fs/rig.ts';

const sample = fileURLToPath(new URL('../../../public/disks/viridian-sample.vhd', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'viridian-'));
afterAll(() => rmSync(folder, { recursive: true }));

function printed(...words: string[]): string {
  const parts: Buffer[] = [];
  disk(words, (part) => parts.push(Buffer.from(part as Uint8Array)));
  return Buffer.concat(parts).toString();
}

/** A fixed VHD of these bytes. */
function fixed(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  const footer = new Uint8Array(512);
  putFooter(footer, 0, VHD_FIXED, bytes.length / 512, new Uint8Array(16), 0);
  writeFileSync(file, Buffer.concat([bytes, footer]));
  return file;
}

const ROOT = 195 * 512;

/** Entry `i` of the sample's root directory: an empty file of this 8.3 name. */
function putEntry(bytes: Uint8Array, i: number, name: string): void {
  const at = ROOT + i * 32;
  bytes.fill(0, at, at + 32);
  putAscii(bytes, at, 11, name, 0x20);
  bytes[at + 11] = 0x20;
}

describe('disks of strangers', () => {
  it('[CLI-5] ls shows every entry of a large folder, and no control characters', () => {
    const bytes = sampleDisk();
    for (let i = 4; i < 510; i++) putEntry(bytes, i, `F${String(i).padStart(7, '0')}TXT`);
    putEntry(bytes, 510, 'A\u001b[31m\nB');
    const file = fixed('full.vhd', bytes);
    const lines = printed('ls', file).trimEnd().split('\n');
    expect([lines.length, lines.at(-2)?.slice(-12), lines.at(-1)]).toEqual([510, 'F0000509.TXT', expect.stringMatching(/A\ufffd\[31m\ufffdB$/)]);
    expect((JSON.parse(printed('ls', file, '--json')) as unknown[]).length).toBe(510);
    expect(printed('ls', sample, '')).toBe(printed('ls', sample));
  });

  it('[CLI-9] a name that is not there is answered with the nearest one', () => {
    const said = (...words: string[]): string => {
      expect(() => printed(...words)).toThrow(InputError);
      try {
        printed(...words);
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    expect(said('cat', sample, 'REDME.TXT')).toBe('REDME.TXT on viridian-sample.vhd cannot be read: There is no REDME.TXT in the root directory; did you mean README.TXT?');
    expect(said('cat', sample, 'lab/numbers.tx')).toBe('lab/numbers.tx on viridian-sample.vhd cannot be read: There is no numbers.tx in \\lab; did you mean NUMBERS.TXT?');
    expect(said('cat', sample, 'LIB/NUMBERS.TXT')).toBe('LIB/NUMBERS.TXT on viridian-sample.vhd cannot be read: There is no LIB in the root directory; did you mean LAB?');
    expect(said('cat', sample, 'zebra')).toBe('zebra on viridian-sample.vhd cannot be read: There is no zebra in the root directory; there are LAB, README.TXT, HELLO.TXT, BIG.BIN.');
    expect(said('ls', sample, 'HELLO.TXT')).toBe('HELLO.TXT on viridian-sample.vhd cannot be read: HELLO.TXT is a file, not a directory.');
    expect(said('cat', sample, 'a\nb')).not.toContain('\n');
    const blank = fixed('blank.vhd', new Uint8Array(2 ** 21));
    for (const way of ['synthetic', 'pio']) {
      expect(said('ls', blank, '--path', way)).toMatch(/^\\ on blank\.vhd cannot be read: Sector 0 of the disk holds nothing but zeros, /);
      expect(said('cat', blank, 'A.TXT', '--path', way)).toMatch(/^A\.TXT on blank\.vhd cannot be read: Sector 0 of the disk holds nothing but zeros, /);
    }
    expect(said('put', blank, 'A.TXT', '--text', 'x', '--out', join(folder, 'never.vhd'))).toMatch(/^A\.TXT on blank\.vhd stays as it was: Sector 0 /);
  });

  it('[CLI-9] a file that breaks off says where, and what had been read is kept', () => {
    const bytes = sampleDisk();
    put16(bytes, (63 + 4) * 512 + 30 * 2, 0);
    expect(() => printed('cat', fixed('broken.vhd', bytes), 'BIG.BIN', '--depth', '1')).toThrow(/^BIG\.BIN on broken\.vhd cannot be read beyond its first \d+ bytes: .+; run chkdsk on a copy of the disk\.$/);
  });

  it('[CLI-9] a virtual machine that does not start is an input that cannot be used, with its reason', () => {
    const large = join(folder, 'large.vhd');
    const entries = 1_044_480;
    const bytes = Buffer.alloc(1536 + entries * 4 + 512, 0xff);
    putFooter(bytes, 0, VHD_DYNAMIC, entries * 4096, new Uint8Array(16), 0);
    putHeader(bytes, 512, 1536, entries, 2 * 1024 * 1024);
    bytes.copy(bytes, bytes.length - 512, 0, 512);
    writeFileSync(large, bytes);
    expect(() => printed('ls', large)).toThrow(InputError);
    expect(() => printed('ls', large)).toThrow(/^Alpha does not start: \/.+large\.vhd: The block table of this disk fills 1020 pages of memory and the VHD parser has \d+ left; use a smaller disk or one with larger blocks\.$/);
    expect(() => printed('ls', large, '--path', 'pio')).toThrow(/^Beta does not start: \/.+large\.vhd: The block table/);
    const path = join(folder, 'no-boot.json');
    const short = readFileSync(sample).subarray(0, 700);
    writeFileSync(join(folder, 'short.vhd'), short);
    const sha256 = createHash('sha256').update(short).digest('hex');
    writeFileSync(path, JSON.stringify({ ...twoWays, images: { sample: { sha256, bytes: 700, file: 'short.vhd' } } }));
    expect(() => run([path])).toThrow(/^Alpha does not start: short\.vhd: The file is cut short: the dynamic header should lie at byte 512 \(0x200\), but the file has only 700 bytes;/);
  });

  it('[CLI-9] an image of another length than the scenario says is refused', () => {
    const path = join(folder, 'length.json');
    writeFileSync(path, JSON.stringify({ ...twoWays, images: { sample: { ...twoWays.images['sample'], bytes: 4096, file: sample } } }));
    expect(() => run([path])).toThrow(/has 2100224 bytes, but the scenario says 4096; write "bytes": 2100224 into it\.$/);
  });

  it('[CLI-9] [CLI-5] a file of more than 2 GiB is read in parts', () => {
    const file = join(folder, 'two.vhd');
    const disk32 = sampleDisk();
    const sectors = 4_200_000;
    put32(disk32, 446 + 12, 65_473);
    const footer = new Uint8Array(512);
    putFooter(footer, 0, VHD_FIXED, sectors, new Uint8Array(16), 0);
    const handle = openSync(file, 'w');
    ftruncateSync(handle, sectors * 512);
    writeSync(handle, disk32, 0, disk32.length, 0);
    writeSync(handle, footer, 0, 512, sectors * 512);
    closeSync(handle);
    expect(printed('info', file)).toContain('disk bytes      2150400000');
    expect(printed('cat', file, 'HELLO.TXT', '--path', 'pio')).toHaveLength(23);
    rmSync(file);
  });

  it('[VHD-4] every command that opens a VHD without a sound footer at its end says so beside its answer', () => {
    const whole = readFileSync(sample);
    const wrong = Buffer.from(whole);
    wrong[wrong.length - 100]! ^= 1;
    const out = join(folder, 'made.vhd');
    for (const [name, bytes, says] of [
      ['checksum.vhd', wrong, 'The footer at the end of the file has a wrong checksum; its copy at the start was used.'],
      ['longer.vhd', Buffer.concat([whole, Buffer.from('x')]), '1 byte stands behind the footer, which should be the end of the file; its copy at the start was used.'],
    ] as const) {
      const file = join(folder, name);
      writeFileSync(file, bytes);
      const scenario = join(folder, `${name}.json`);
      writeFileSync(scenario, JSON.stringify({ ...twoWays, images: { sample: { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, file: name } }, steps: [] }));
      const noticed = (act: (aside: Aside) => unknown): readonly string[] => {
        const told = new Set<string>();
        act({ notice: (sentence) => void told.add(sentence), failure: (sentence) => expect(sentence).toBe('') });
        rmSync(out, { force: true });
        return [...told];
      };
      const nobody = (): void => undefined;
      for (const words of [['ls'], ['cat', 'HELLO.TXT'], ['info'], ['check'], ['put', 'X.TXT', '--text', 'x', '--out', out]]) {
        expect(noticed((aside) => disk([words[0]!, file, ...words.slice(1)], nobody, aside))).toEqual([expect.stringMatching(new RegExp(`^/.+${says.replace(/\./g, '\\.')}$`))]);
      }
      for (const act of [
        (aside: Aside) => run([scenario], aside), (aside: Aside) => trace([scenario], nobody, aside), (aside: Aside) => exportRun([scenario, '--as', 'csv'], nobody, aside),
        (aside: Aside) => twin([scenario], aside), (aside: Aside) => disk(['export', scenario, '--out', out], nobody, aside),
      ]) expect(noticed(act)).toEqual([`${name}: ${says}`]);
    }
  });

  it('[VHD-7] [CLI-9] a refusal names the file, and a pipe or a device is not waited for', () => {
    const empty = join(folder, 'empty.vhd');
    writeFileSync(empty, '');
    for (const word of ['ls', 'info', 'check']) expect(() => printed(word, empty)).toThrow(`${empty}: The file is empty; copy it again from where it came from.`);
    const pipe = join(folder, 'pipe.vhd');
    spawnSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/zero']) expect(() => printed('ls', path)).toThrow(`The disk image ${path} is a pipe or a device, not a file; copy what it gives into a file and name that.`);
    expect(() => printed('cat', sample, 'a'.repeat(5000))).toThrow(/^The path a+… has 5000 characters; at most 255 are read, so name a shorter one\.$/);
    expect(() => printed('cat', sample, 'a'.repeat(5000))).toThrow(InputError);
  });

  it('[CLI-9] a folder, a missing file and a path below a file are refused in a sentence', () => {
    expect(() => printed('ls', folder)).toThrow(`The disk image ${folder} cannot be read: it is a folder; name a file.`);
    expect(() => printed('ls', join(folder, 'nope.vhd'))).toThrow(/nope\.vhd cannot be read: there is no such file; check the path\.$/);
    expect(() => printed('ls', join(sample, 'x.vhd'))).toThrow(/x\.vhd cannot be read: a part of the path is no folder; check the path\.$/);
  });
});
