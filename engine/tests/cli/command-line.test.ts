import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError, readArgs, UsageError } from '../../cli/args.ts';
import { check } from '../../cli/check.ts';
import { disk } from '../../cli/disk.ts';
import { run } from '../../cli/run.ts';
import { trace } from '../../cli/trace.ts';
import { twin } from '../../cli/twin.ts';
import { twoWays } from '../../index.ts';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const sample = join(top, 'public/disks/viridian-sample.vhd');
/** 'hash  NAME and NAME (remark)', a line a content. */
const hashes = readFileSync(join(top, 'public/disks/viridian-sample.sha256.txt'), 'utf8').split('\n').flatMap((line) => {
  const [, hash, names] = /^([0-9a-f]{64}) +([^(]+)/.exec(line) ?? [];
  return hash && names ? names.trim().split(' and ').map((name) => [name, hash] as const) : [];
});
const folder = mkdtempSync(join(tmpdir(), 'viridian-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(act: (print: (part: string | Uint8Array) => void) => void): Buffer {
  const parts: Buffer[] = [];
  act((part) => parts.push(Buffer.from(part as Uint8Array)));
  return Buffer.concat(parts);
}

function viridian(...words: string[]): { code: number | null; out: string; err: string } {
  const done = spawnSync(process.execPath, [join(top, '.ci/cli.mjs'), ...words], { cwd: top, encoding: 'utf8' });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

describe('twin', () => {
  it('[CLI-23] prints both columns, the milestones and the kinds that make the difference', () => {
    const text = twin([]);
    expect(text).toMatch(/^One file, two ways\nAlpha, way to its disk: VMBus, synthetic \(left\) against emulated IDE, PIO \(right\)\nAlpha, since the start\n/);
    expect(text).toMatch(/\nguest exits +9 +49 +x5\.4\nall exits +18 +154 +x8\.6\nguest hypercalls +4 +0 +x0\nall hypercalls +8 +56 +x7\n/);
    expect(text).toMatch(/\ntrips to a worker process +0 +44 +-\n/);
    expect(text).toMatch(/\nalpha 2, read file: ended .+ µs .+ µs\n/);
    expect(text).toMatch(/\nport write to device \(root-user\) +0 +- +32 +70\S* µs D\n/);
  });

  it('[CLI-23] takes changes of either side, a guest, and says when nothing differs', () => {
    expect(twin(['--with', 'era=ws2012'])).toMatch(/They do the same, hop for hop\.\n$/);
    const json = JSON.parse(twin(['--left', 'beta.path=pio', '--with', 'beta.path=dma', '--guest', 'beta', '--json'])) as { guest: string; ledger: { name: string; left: number; right: number }[]; kinds: unknown[] };
    expect(json.guest).toBe('beta');
    expect(json.ledger.find((line) => line.name === 'workerTrips')).toMatchObject({ left: 44, right: 68 });
    expect(json.kinds.length).toBeGreaterThan(5);
    expect(() => twin(['--with', 'alpha.path=synthetic'])).toThrow(UsageError);
    expect(() => twin(['--with', 'gamma.path=dma'])).toThrow(/gamma is no guest/);
    expect(() => twin(['--guest', 'gamma'])).toThrow('--guest is gamma; it must be one of alpha, beta.');
    expect(() => twin(['one-ring', 'polling'])).toThrow('twin takes one scenario.');
  });
});

describe('run', () => {
  it('[CLI-22] tells the stops of a lesson, and why one is not reached', () => {
    const text = run(['second-read', '--stops']);
    expect(text).toMatch(/^The second read and the cache\n.+\n\n 1  Nothing is known yet  \(hop 3, 3\.20 µs\)\n {4}To find a file/);
    expect(text).toMatch(/disk commands 0, packets 0, hypercalls 0\./);
    expect(text).toMatch(/\nWhat is expected has come true \(2 figures\)\.\n\d+ hops to the end\.\n$/);
    const json = JSON.parse(run(['second-read', '--stops', '--json'])) as { stops: { hop: number }[]; unmet: string[] };
    expect(json.stops.map(({ hop }) => hop)).toHaveLength(4);
    expect(json.unmet).toEqual([]);
    const file = join(folder, 'odd.json');
    writeFileSync(file, JSON.stringify({ ...twoWays, stops: [{ when: { kind: 'ide.regions' }, title: 'By DMA', caption: 'Never.' }], expect: [{ counter: 'workerTrips', exactly: 1 }] }));
    expect(run([file, '--stops'])).toMatch(/ 1  By DMA  \(not reached\)\n {4}The machine comes to rest[^]+The figure workerTrips is 44; exactly 1 was expected\./);
  });
  it('[CLI-1] prints the ledger and the fingerprint, the same every time', () => {
    const text = run([]);
    expect(text).toMatch(/^One file, two ways\n\d+ hops after the start/);
    expect(text).toMatch(/HvSignalEvent, by guest +4 +4 +-/);
    expect(text).toMatch(/\nfingerprint [0-9a-f]{16}\n$/);
    expect(run([])).toBe(text);
    const json = JSON.parse(run(['--json', '--checks'])) as { fingerprint: string; checkFailures: unknown[]; state: string };
    expect(text).toContain(json.fingerprint);
    expect(json).toMatchObject({ checkFailures: [], state: 'idle' });
  });

  it('[CLI-2] stops at a condition of the model', () => {
    const at = (until: string): { hops: number; start: number; startTimeNs: number; timeNs: number } => JSON.parse(run(['--json', '--until', until])) as ReturnType<typeof at>;
    const whole = at('idle');
    expect(at('hop=100')).toMatchObject({ hops: whole.start + 100, hop: 100 });
    expect(at(`n=${whole.start + 100}`)).toEqual(at('hop=100'));
    expect(at('hop=0').hops).toBe(whole.start);
    // The time is that of the machine; the one from which stops and --until time count stands beside it.
    expect(at('hop=0')).toMatchObject({ startTimeNs: at('hop=0').timeNs });
    expect(whole.startTimeNs).toBe(at('hop=0').timeNs);
    // What --stops prints is what --until takes.
    const { stops } = JSON.parse(run(['--stops', '--json'])) as { stops: { hop: number; timeNs: number }[] };
    for (const { hop } of stops) expect(at(`hop=${hop}`)).toMatchObject({ hop });
    expect(at('kind=vmbus.ringWriteGuest').hops).toBeLessThan(at('ended=disk').hops);
    expect(at('ended=disk').hops).toBeLessThan(at('ended=file').hops);
    expect(at('time=40').timeNs).toBeLessThan(whole.timeNs);
    expect(() => at('kind=pio.sing')).toThrow(UsageError);
    expect(() => at('weather=good')).toThrow(/--until does not know weather/);
    expect(() => at('kind=ask.burn')).toThrow(/was not met: Nothing moves/);
  });

  it('[CLI-3] takes a scenario from a file, and refuses one with a sentence', () => {
    const path = join(folder, 'one.json');
    writeFileSync(path, JSON.stringify({ ...twoWays, name: 'one', title: 'One only', steps: twoWays.steps.slice(0, 1) }));
    expect(run([path])).toMatch(/^One only\n/);
    writeFileSync(path, JSON.stringify({ ...twoWays, seed: 'x' }));
    expect(() => run([path])).toThrow(InputError);
    writeFileSync(path, JSON.stringify({ ...twoWays, images: { sample: { ...twoWays.images['sample'], sha256: '0'.repeat(64) } } }));
    expect(() => run([path])).toThrow(/has the hash 274c.+ but the scenario names 0000/);
    writeFileSync(path, JSON.stringify({ ...twoWays, images: { sample: { ...twoWays.images['sample'], file: '..' } } }));
    expect(() => run([path])).toThrow('The disk image .. is a folder; name the .vhd file itself.');
    expect(() => run(['nowhere.json'])).toThrow(/There is no scenario and no file called nowhere\.json/);
  });
});

describe('a scenario that is none', () => {
  const refused = (name: string, text: string | Uint8Array): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    let says = '';
    for (const act of [() => run([file]), () => trace([file], () => undefined), () => disk(['export', file, '--out', join(folder, 'out.vhd')], () => undefined)]) {
      expect(act).toThrow(InputError);
      try {
        act();
      } catch (error) {
        says = (error as Error).message;
      }
    }
    return says.replace(`${folder}/`, '');
  };
  const lines = JSON.stringify(twoWays, null, 2);

  it('[SCEN-5] [CLI-3] is refused with file, line and column, as `check` does', () => {
    expect(refused('seed.json', lines.replace('"seed"', '"sede"'))).toMatch(/^seed\.json:8:11: \$\.sede is not a field; did you mean seed\?/);
    expect(refused('deep.json', '['.repeat(20))).toMatch(/^deep\.json: The scenario nests 20 levels deep/);
  });

  it.each([
    ['doubled.json', lines.replace('"seed"', '"name": "b",\n  "seed"'), /^doubled\.json:8:3: In line 8 the field "name" stands a second time; take one of them out, or give it its right name\.$/],
    ['era.json', lines.replace(/\n {2}"era".+/, ''), /^era\.json:1:1: \$\.era is missing; it must be one of "ws2008", "ws2008r2", "ws2012"\.$/],
    ['digits.json', lines.replace(/"seed": \d+/, `"seed": ${'9'.repeat(400)}`), /^digits\.json:8:11: \$\.seed is too large a number; it must be a whole number from 0 to 4294967295\.$/],
    ['disk.json', readFileSync(sample), /^disk\.json is a VHD, not a scenario; disk ls .+disk\.json shows what is on it/],
    ['bytes.json', new Uint8Array(600), /^bytes\.json is no text in UTF-8, so no scenario; name a JSON file\.$/],
  ] as const)('[SCEN-2] %s: the sentence says what it is and how to mend it', (name, text, says) => {
    expect(refused(name, text)).toMatch(says);
  });
});

describe('trace', () => {
  it('[CLI-4] prints one JSON object a hop, numbered without a gap', () => {
    const lines = written((print) => trace(['--sentences'], print)).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as { n: number; t: number; kind: string; sentence: string; args: object });
    lines.forEach((line, i) => expect(line.n).toBe(lines[0]!.n + i));
    expect(lines[0]).toMatchObject({ kind: 'ask.readFile', hop: 1, vpOf: 'alpha', vpIndex: 0 });
    const all = written((print) => trace(['--all'], print)).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as { n: number; hop: number; vp: number; vpOf: string; vpIndex: number });
    expect(all.map(({ n, hop }) => n - hop)).toEqual(all.map(() => lines[0]!.n - 1));
    expect([...new Set(all.filter(({ vp }) => vp >= 0).map(({ vp, vpOf, vpIndex }) => `${vp} ${vpOf} ${vpIndex}`))].sort()).toEqual(['0 root 0', '1 root 1', '2 root 2', '3 root 3', '4 alpha 0', '5 beta 0']);
    for (const { vp, vpOf, vpIndex } of all) expect(vp >= 0 || (vpOf === '' && vpIndex === -1)).toBe(true);
    for (const line of lines) expect(line.sentence).toMatch(/, because .+\.$/);
  });

  it('[CLI-4] [CLI-2] prints text, and only one request when asked', () => {
    const text = written((print) => trace(['--text'], print)).toString();
    expect(text).toMatch(/alpha\/storvsc -> alpha\/channel/);
    const first = written((print) => trace(['--until', 'kind=fs.open'], print)).toString().trimEnd().split('\n').at(-1)!;
    const { n, hop } = JSON.parse(first) as { n: number; hop: number };
    const some = written((print) => trace(['--request', String(hop)], print)).toString().trimEnd().split('\n');
    expect(written((print) => trace(['--request', `n=${n}`], print)).toString().trimEnd().split('\n')).toEqual(some);
    const ended = (which: string): unknown => JSON.parse(run(['--until', `request=${which}`, '--json']));
    expect(ended(String(hop))).toEqual(ended(`n=${n}`));
    expect(some.length).toBeLessThan(text.split('\n').length);
    expect(JSON.parse(some[0]!)).toMatchObject({ n, kind: 'fs.open' });
  });
});

describe('disk', () => {
  it('[CLI-5] lists a folder through a running guest, the same on both paths', () => {
    const listing = (path: string): unknown => JSON.parse(written((print) => disk(['ls', sample, '--json', '--path', path], print)).toString());
    expect(listing('synthetic')).toEqual(listing('pio'));
    expect(listing('pio')).toContainEqual(expect.objectContaining({ name: 'README.TXT', size: 483, folder: false }));
  });

  it.each(['synthetic', 'pio', 'dma'])('[CLI-5] writes every file exactly, read by a guest on the %s path', (path) => {
    expect(hashes.length).toBeGreaterThan(3);
    for (const [name, hash] of hashes) {
      const bytes = written((print) => disk(['cat', sample, name.replace(/\//g, '\\'), '--path', path, '--depth', '4'], print));
      expect([name, createHash('sha256').update(bytes).digest('hex')]).toEqual([name, hash]);
    }
  });

  it('[CLI-6] shows the structures of a VHD, and refuses what is none', () => {
    expect(written((print) => disk(['info', sample], print)).toString()).toMatch(/type +dynamic\ndisk bytes +33554432\n/);
    expect(() => disk(['info', join(top, 'package.json')], () => undefined)).toThrow(InputError);
    expect(() => disk(['cat', sample, 'NOPE.TXT'], () => undefined)).toThrow(/NOPE\.TXT on viridian-sample\.vhd cannot be read/);
    expect(() => disk(['cat', sample], () => undefined)).toThrow(UsageError);
    expect(() => disk(['ls', sample, '--path', 'magic'], () => undefined)).toThrow(/must be synthetic, pio or dma/);
  });
});

describe('the command line', () => {
  it('[CLI-7] answers with exit codes, and errors in one sentence on standard error', () => {
    expect(viridian('--help')).toMatchObject({ code: 0, err: '' });
    for (const command of ['run', 'trace', 'disk', 'bench']) expect(viridian(command, '--help').out).toMatch(new RegExp(`^usage: npm run -s viridian -- ${command} `));
    expect(viridian()).toMatchObject({ code: 2, out: '' });
    expect(viridian('dance')).toMatchObject({ code: 2, out: '', err: 'There is no command dance; there are run, trace, twin, export, disk, check, bench, and --help.\n' });
    expect(viridian('run', 'nowhere.json')).toMatchObject({ code: 1, out: '' });
    const { code, out } = viridian('disk', 'cat', sample, 'HELLO.TXT');
    expect([code, out.length]).toEqual([0, 23]);
  });

  it('[CLI-7] options are read as written, and unknown ones refused', () => {
    const options = { n: { value: 'N', says: '' }, on: { says: '' } };
    const args = readArgs(['a', '--n=3', '--on', 'b'], options);
    expect([args.words, args.count('n', 1), args.on('on')]).toEqual([['a', 'b'], 3, true]);
    for (const bad of [['--what'], ['--n'], ['--on=1']]) expect(() => readArgs(bad, options)).toThrow(UsageError);
    for (const value of ['-1', '1e3', 'x', '']) expect(() => readArgs(['--n', value], options).count('n', 1)).toThrow(/whole number/);
  });
});

describe('check', () => {
  const checked = (...words: string[]): { code: number; out: string; err?: string[] } => {
    let out = '';
    const err: string[] = [];
    const code = check(words, (text) => void (out += text), { notice: () => undefined, failure: (sentence) => void err.push(sentence) });
    return { code, out, ...(err.length > 0 ? { err } : {}) };
  };
  const put = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const sound = put('sound.json', JSON.stringify(twoWays, null, 2));
  const wrong = put('wrong.json', JSON.stringify({ ...twoWays, seed: -1 }, null, 2));

  it('[CLI-20] names line, column and what is wrong, for a person and for a machine', () => {
    expect(checked(sound)).toEqual({ code: 0, out: `${sound}: two-ways is a scenario with 2 guests and 2 steps.\n` });
    expect(checked(wrong)).toEqual({ code: 1, out: `${wrong}:8:11: $.seed is -1; it must be a whole number from 0 to 4294967295.\n` });
    const { code, out } = checked('--json', sound, wrong, put('no.json', '{"a":\n1,}'), join(folder, 'nothing.json'));
    expect(code).toBe(1);
    expect(out.trim().split('\n').map((line) => JSON.parse(line) as object)).toEqual([
      { file: sound, ok: true, name: 'two-ways', guests: 2, steps: 2 },
      { file: wrong, ok: false, where: '$.seed', line: 8, column: 11, says: '$.seed is -1; it must be a whole number from 0 to 4294967295.' },
      { file: join(folder, 'no.json'), ok: false, where: '$', line: 2, column: 3, says: expect.stringContaining('in line 2') as string },
      { file: join(folder, 'nothing.json'), ok: false, where: '', line: 0, column: 0, says: expect.stringContaining('there is no such file') as string },
    ]);
    expect(() => checked()).toThrow(UsageError);
    // A file that is read and is no scenario has a verdict; one that cannot be read has none.
    expect(checked(sample)).toEqual({ code: 1, out: expect.stringMatching(/ is a VHD, not a scenario; .+\n$/) as string });
    const nothing = join(folder, 'nothing.json');
    expect(checked(nothing, sound)).toEqual({ code: 1, out: `${sound}: two-ways is a scenario with 2 guests and 2 steps.\n`, err: [`The scenario ${nothing} cannot be read: there is no such file; check the path.`] });
    expect(checked(folder)).toMatchObject({ code: 1, out: '', err: [`The scenario ${folder} cannot be read: it is a folder; name a file.`] });
  });

  it.runIf(existsSync('/dev/full'))('[CLI-7] an answer that cannot be written has a sentence and an exit code of its own', () => {
    for (const words of ['run', `check ${sound}`]) {
      const { status, stderr } = spawnSync('/bin/sh', ['-c', `"$0" .ci/cli.mjs ${words} > /dev/full`, process.execPath], { cwd: top, encoding: 'utf8' });
      expect([status, stderr]).toEqual([4, 'Standard output cannot be written (there is no space left), so the answer is not whole; free some space or send it elsewhere.\n']);
    }
  });

  it('[CLI-20] [CLI-7] the exit code is the verdict', () => {
    expect(viridian('check', sound)).toMatchObject({ code: 0, err: '' });
    expect(viridian('check', wrong)).toMatchObject({ code: 1, err: '' });
    expect(viridian('check', join(folder, 'nothing.json'))).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^The scenario .+nothing\.json cannot be read: .+\.\n$/) as string });
    expect(viridian('check', '--help').out).toMatch(/^usage: npm run -s viridian -- check FILE/);
  });
});

describe('another machine', () => {
  it('[CLI-21] a scenario runs in another era and on other hardware', () => {
    const ran = (...words: string[]): { timeNs: number; hops: number; start: number; ledgers: Record<string, { copies: unknown }> } => JSON.parse(run(['--json', ...words])) as ReturnType<typeof ran>;
    const [usual, young, fast] = [ran(), ran('--era', 'ws2012'), ran('--profile', 'server-2024')];
    expect(young.start).not.toBe(usual.start);
    expect(fast.timeNs).toBeLessThan(usual.timeNs);
    const dma = ran('--with', 'beta.path=dma');
    expect(dma).not.toEqual(usual);
    expect(() => run(['--with', 'beta.pahth=dma'])).toThrow('did you mean beta.path?');
    expect(() => run(['--with', 'beta.path'])).toThrow(/--with does not understand beta\.path; write a word and its value/);
    expect(() => run(['--with', 'beta.path=dma,beta.path=pio'])).toThrow(/twice/);
    expect(() => run(['--era', 'ws2025'])).toThrow('--era is ws2025; it must be one of ws2008, ws2008r2, ws2012.');
    expect(() => run(['--profile', 'mine'])).toThrow(UsageError);
  });
});
