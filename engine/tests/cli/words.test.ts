import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nearest, readArgs, shown, UsageError } from '../../cli/args.ts';
import { bench } from '../../cli/bench.ts';
import { disk } from '../../cli/disk.ts';
import { run } from '../../cli/run.ts';
import { trace } from '../../cli/trace.ts';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const sample = join(top, 'public/disks/viridian-sample.vhd');
const nobody = (): void => undefined;

describe('words of the command line', () => {
  it('[CLI-8] names that every object has are no options, no commands and no scenarios', () => {
    for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(() => readArgs([`--${word}`], {})).toThrow(UsageError);
      expect(() => run([word])).toThrow(`There is no scenario and no file called ${word}`);
      const { status, stderr } = spawnSync(process.execPath, [join(top, '.ci/cli.mjs'), 'help', word], { cwd: top, encoding: 'utf8' });
      expect([status, stderr]).toEqual([2, `There is no command ${word}; there are run, trace, twin, export, disk, check, bench, and --help.\n`]);
    }
  });

  it('[CLI-8] an option given twice, a value for what takes none, a word too many are refused', () => {
    expect(() => run(['--hops', '5', '--hops=7'])).toThrow('--hops is given twice; give it once.');
    expect(() => run(['-x'])).toThrow(/There is no option -x here/);
    expect(() => bench(['two-ways'], nobody)).toThrow('bench takes options only, not two-ways.');
    expect(() => disk(['info', sample, 'README.TXT'], nobody)).toThrow('disk info takes a VHD file and nothing else, not README.TXT.');
    for (const depth of ['0', '33', 'abc']) for (const what of ['ls', 'cat']) expect(() => disk([what, sample, 'LAB', '--depth', depth], nobody)).toThrow(/it must be a whole number from 1 to 32\./);
    expect(run(['-h'])).toMatch(/^usage: /);
    expect(readArgs(['--', '--x'], {}).words).toEqual(['--x']);
  });

  it('[CLI-8] a condition is read to its end, and one that lies before the start is refused', () => {
    expect(() => run(['--until', 'idle=5'])).toThrow('--until idle takes no value.');
    expect(() => run(['--until', 'time=1=2'])).toThrow(/--until time= needs a whole number/);
    expect(() => run(['--until', 'time=99999999999999'])).toThrow('--until time=99999999999999 is too large; it must be a whole number of at most 12 digits.');
    expect(() => run(['--until', ''])).toThrow('--until does not know (nothing); it takes idle, hop=N, n=N, time=N, kind=NAME, ended=LEVEL, milestone=NAME, component=PATH, crossing=NAME or request=N.');
    expect(() => run(['--until', 'n=1'])).toThrow(/^--until n=1 lies before the start, which is at n=\d+; name a later one, or count from the start with hop=N\.$/);
    expect(() => run(['--until', 'n=1'])).toThrow(UsageError);
    expect(() => run(['--until', 'hop=999999'])).toThrow(/^--until hop=999999 was not met: the machine comes to rest at hop \d+ after the start \(n=\d+\); name an earlier one\.$/);
    expect(() => run(['--until', 'hop=99', '--hops', '9'])).toThrow('--until hop=99 was not met within 9 hops; allow more with --hops.');
    expect(() => run(['--until', 'kind=fs.opne'])).toThrow('There is no kind "fs.opne"; did you mean fs.open?');
    expect(() => trace(['--request', '99999999'], nobody)).toThrow('--request 99999999: that hop began no request; trace without --request shows with each hop the number of its request as "request", which --request n=N takes.');
    expect(() => trace(['--request', 'twelve'], nobody)).toThrow('--request is twelve; it must be a whole number, as in --request 12 or, as trace counts n, --request n=2300.');
  });

  it('[CLI-8] what was typed is shown in one short line, and the nearest name offered', () => {
    expect([shown(''), shown('a\nb\u001b[31m'), shown('x'.repeat(500)).length]).toEqual(['(nothing)', 'a\ufffdb\ufffd[31m', 80]);
    expect([nearest('two-wayz', ['two-ways', 'polling']), nearest('REDME.TXT', ['README.TXT', 'HELLO.TXT']), nearest('zebra', ['two-ways'])]).toEqual(['two-ways', 'README.TXT', '']);
    expect(() => run(['two-wayz'])).toThrow(/called two-wayz; did you mean two-ways\?/);
    expect(() => run(['--untill', 'idle'])).toThrow(/did you mean --until\?/);
  });
});
