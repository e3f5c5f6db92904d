import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Aside } from '../../cli/aside.ts';
import { exportRun } from '../../cli/export.ts';
import { run } from '../../cli/run.ts';
import { trace } from '../../cli/trace.ts';
import { twin } from '../../cli/twin.ts';
import { twoWays, type Scenario } from '../../index.ts';
import { putAscii } from '../../wire/bytes.ts';
import { putFooter, VHD_FIXED } from '../../wire/vhd.ts';
import { sampleDisk } from '../fs/rig.ts';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'viridian-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A scenario whose guests have this disk, as a fixed VHD beside it. */
function scenarioOn(name: string, bytes: Uint8Array, steps: Scenario['steps'] = twoWays.steps, more: Partial<Scenario> = {}): string {
  const footer = new Uint8Array(512);
  putFooter(footer, 0, VHD_FIXED, bytes.length / 512, new Uint8Array(16), 0);
  const whole = Buffer.concat([bytes, footer]);
  writeFileSync(join(folder, `${name}.vhd`), whole);
  const image = { sha256: createHash('sha256').update(whole).digest('hex'), bytes: whole.length, file: `${name}.vhd` };
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ ...twoWays, ...more, name, images: { sample: image }, steps }));
  return file;
}

function told(act: (aside: Aside) => unknown): string[] {
  const failures: string[] = [];
  act({ notice: () => undefined, failure: (sentence) => void failures.push(sentence) });
  return failures;
}

const ntfs = new Uint8Array(1 << 20);
ntfs.set([0xeb, 0x52, 0x90]);
putAscii(ntfs, 3, 8, 'NTFS', 0x20);
ntfs.set([0x55, 0xaa], 510);
const askBoth = (intent: object): Scenario['steps'] => ['alpha', 'beta'].map((guest) => ({ after: 'idle', intent: { ...intent, guest } })) as unknown as Scenario['steps'];
const missing = scenarioOn('missing', sampleDisk(), askBoth({ do: 'read-file', path: 'NOPE.TXT' }));

describe('what was asked for and failed', () => {
  it('[CLI-24] [CLI-7] is one sentence each on standard error and exit code 1, behind the whole ledger', () => {
    const words = [join(top, '.ci/cli.mjs'), 'run', scenarioOn('ntfs', ntfs)];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: top, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stdout).toMatch(/\nfingerprint [0-9a-f]{16}\n$/);
    expect(stderr).toMatch(/^Alpha cannot read README\.TXT \(hop \d+\): The volume is NTFS, .+; .+\.\nBeta cannot read README\.TXT \(hop \d+\): The volume is NTFS, .+; .+\.\n$/);
    const traced = spawnSync(process.execPath, [words[0]!, 'trace', words[2]!], { cwd: top, encoding: 'utf8' });
    expect([traced.status, traced.stderr]).toEqual([1, stderr]);
  });

  it('[CLI-24] [HIST-9] a step that is refused when its moment comes is left out and told; what comes behind it is done', () => {
    const early = scenarioOn('early', sampleDisk(), [
      { after: 0, intent: { do: 'turn-off', name: 'beta' } }, { after: 100_000, intent: { do: 'start-vm', name: 'beta' } }, { after: 'idle', intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
    ], { stops: [], expect: [] });
    expect(told((aside) => expect(run([early], aside)).toMatch(/bytes copied, by guest +\d+ /))).toEqual([
      expect.stringMatching(/^A planned step was left out \(start-vm\): 'beta' is being turned off, so it cannot be started .+; ask again when it is off\. \(hop \d+\)$/),
    ]);
  });

  it('[CLI-24] names guest, path, hop and a way to mend it, in the JSON too', () => {
    const sentences = told((aside) => run([missing], aside));
    expect(sentences).toEqual([
      expect.stringMatching(/^Alpha cannot read NOPE\.TXT \(hop \d+\): There is no NOPE\.TXT in the root directory; disk ls missing\.vhd shows the names there are\.$/),
      expect.stringMatching(/^Beta cannot read NOPE\.TXT/),
    ]);
    const { failed, start, hops } = JSON.parse(run([missing, '--json'])) as { start: number; hops: number; failed: { hop: number; says: string }[] };
    expect(failed[0]).toMatchObject({ guest: 'alpha', did: 'read-file', path: 'NOPE.TXT', status: 'STATUS_OBJECT_NAME_NOT_FOUND', says: sentences[0] });
    for (const { hop } of failed) expect(hop > 0 && start + hop <= hops).toBe(true);
    expect((JSON.parse(run([missing, '--stops', '--json'])) as { failed: unknown[] }).failed).toEqual(failed);
    expect((JSON.parse(run(['--json'])) as { failed: unknown[] }).failed).toEqual([]);
  });

  it('[CLI-24] trace, export, twin and an --until that is not met tell the same', () => {
    const nobody = (): void => undefined;
    const sentences = told((aside) => run([missing], aside));
    expect(told((aside) => trace([missing], nobody, aside))).toEqual(sentences);
    expect(told((aside) => exportRun([missing, '--as', 'csv'], nobody, aside))).toEqual(sentences);
    expect(told((aside) => twin([missing], aside)).map((line) => line.replace(/\(hop \d+\)/, ''))).toEqual(['Left: ', 'Right: '].flatMap((side) => sentences.map((line) => `${side}${line.replace(/\(hop \d+\)/, '')}`)));
    expect(told((aside) => expect(() => run([missing, '--until', 'kind=ask.burn'], aside)).toThrow(/was not met/))).toEqual(sentences);
  });

  it.each([
    ['a copy', { do: 'copy-file', from: 'NOPE.TXT', to: 'B.TXT' }, /^Alpha cannot copy NOPE\.TXT to B\.TXT \(hop \d+\): There is no NOPE\.TXT/],
    ['a listing of a file', { do: 'list-files', path: 'README.TXT' }, /^Alpha cannot list README\.TXT .+; read it with "read-file", or name a directory\.$/],
    ['reading a directory', { do: 'read-file', path: 'LAB' }, /^Alpha cannot read LAB .+; name a file in it, or list it with "list-files"\.$/],
    ['deleting what is not there', { do: 'delete-file', path: 'NOPE' }, /^Alpha cannot delete NOPE /],
    ['a load beyond the disk', { do: 'inject', op: 'read', lba: 99_999_999, sectors: 8, count: 1 }, /^Alpha breaks its load off \(hop \d+\): The disk has \d+ sectors, .+; begin at a lower one\.$/],
  ])('[FAIL-1] %s that fails says whose and which', (_, intent, sentence) => {
    expect(told((aside) => run([scenarioOn('one', sampleDisk(), askBoth(intent))], aside))[0]).toMatch(sentence);
  });

  it('[FAIL-1] a virtual machine that a step starts and whose disk is refused is told, and the rest runs on', () => {
    const bad = new Uint8Array(4096).fill(7);
    writeFileSync(join(folder, 'bad.vhd'), bad);
    const file = scenarioOn('later', sampleDisk());
    const images = { sample: { sha256: createHash('sha256').update(bad).digest('hex'), bytes: bad.length, file: 'bad.vhd' } };
    writeFileSync(file, JSON.stringify({ ...twoWays, name: 'later', images, start: [{ do: 'boot-root' }], steps: [{ after: 'idle', intent: { do: 'start-vm', name: 'alpha' } }] }));
    expect(told((aside) => run([file], aside))).toEqual([expect.stringMatching(/^Alpha does not start \(hop \d+\): bad\.vhd: This is not a VHD: .+; .+\.$/)]);
  });

  it('[READER-1] a listing without a path is one of the root directory', () => {
    expect(told((aside) => run([scenarioOn('root', sampleDisk(), askBoth({ do: 'list-files', path: '' }))], aside))).toEqual([]);
  });

  it('[FS-10] the caption of a refusal gives the reason of its status', () => {
    const captions = (file: string): string => {
      let text = '';
      trace([file, '--text'], (part) => void (text += part));
      return text;
    };
    expect(captions(join(folder, 'ntfs.json'))).toMatch(/refuses to open the file with STATUS_UNRECOGNIZED_VOLUME, because the volume holds no file system that can be read here\.\n/);
    expect(captions(missing)).toMatch(/STATUS_OBJECT_NAME_NOT_FOUND, because the directory has no entry of this name\.\n/);
    expect(captions(scenarioOn('listed', ntfs, askBoth({ do: 'list-files', path: '\\' })))).toMatch(/refuses to list the directory with STATUS_UNRECOGNIZED_VOLUME, because the volume holds no file system that can be read here\.\n/);
  });
});
