/** The command line from where somebody stands, with names and files that nobody has thought of. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { disk } from '../../cli/disk.ts';
import { run } from '../../cli/run.ts';
import { twoWays, type Ledger, type Scenario } from '../../index.ts';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const sample = join(top, 'public/disks/viridian-sample.vhd');
const folder = mkdtempSync(join(tmpdir(), 'viridian-'));
afterAll(() => rmSync(folder, { recursive: true }));

const quiet = { ...twoWays, stops: [], expect: [] };
function written(name: string, scenario: Scenario, encoding: 'utf8' | 'latin1' | 'utf16le' = 'utf8'): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, `${encoding === 'utf16le' ? '\ufeff' : ''}${JSON.stringify(scenario)}`, encoding);
  return path;
}

const titled = (...titles: readonly string[]): Scenario => ({ ...quiet, guests: quiet.guests.map((guest, i) => ({ ...guest, title: titles[i]! })) });
const ledgersOf = (path: string): Record<string, Ledger> => (JSON.parse(run([path, '--json'])) as { ledgers: Record<string, Ledger> }).ledgers;

function viridian(cwd: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(top, '.ci/cli.mjs'), ...words], { cwd, encoding: 'utf8', env: { ...process.env, ...env } });
  return { code: status, out: stdout, err: stderr };
}

describe('the ledgers of run', () => {
  it('[CLI-1] are those of the guests they are named after, also when one has been turned off', () => {
    const gone = written('gone', { ...quiet, steps: [twoWays.steps[0]!, { after: 'idle', intent: { do: 'turn-off', name: 'alpha' } }, twoWays.steps[1]!] });
    const ledgers = ledgersOf(gone);
    expect(Object.keys(ledgers)).toEqual(['machine', 'Alpha', 'Beta']);
    expect([ledgers['Alpha']!.workerTrips, ledgers['Beta']!.workerTrips]).toEqual([0, 44]);
    expect(run([gone])).toMatch(/\n +machine +Alpha +Beta\n/);
  });

  it('[CLI-1] are all there when guests have the same name, or that of the machine', () => {
    const twice = ledgersOf(written('twice', titled('Alpha', 'Alpha')));
    expect(Object.keys(twice)).toEqual(['machine', 'Alpha (partition 2)', 'Alpha (partition 3)']);
    const machine = ledgersOf(written('machine', titled('Alpha', 'machine')));
    expect(Object.keys(machine)).toEqual(['machine', 'Alpha', 'machine (partition 3)']);
    expect(machine['machine']!.hops).toBeGreaterThan(machine['machine (partition 3)']!.hops);
  });
});

describe('a condition of --until', () => {
  it('[CLI-2] that cannot come is refused by the word that was written', () => {
    const refused = (...words: readonly string[]): string => {
      try {
        return run(words);
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    };
    expect(refused('--until', 'request=1')).toBe('InputError: --until request=1: that hop began no request; trace shows with each hop the number of its request as "request", which --until request=n=N takes.');
    expect(refused('--until', 'component=alpha/storvcs')).toBe('InputError: --until component=alpha/storvcs was not met: no component alpha/storvcs was ever there; did you mean alpha/storvsc?');
    expect(refused('--until', 'time=10', '--hops', '2')).toBe('InputError: --until time=10 was not met within 2 hops; allow more with --hops.');
    expect(refused('--until', 'time=10')).toMatch(/^One file/);
    expect(refused('--stops', '--until', 'hop=3')).toBe('UsageError: --stops runs a scenario to its end; leave --until out.');
  });
});

describe('options of disk', () => {
  it('[CLI-8] that mean nothing for the word are refused', () => {
    expect(() => disk(['ls', sample, '--text', 'x'], () => undefined)).toThrow('--text belongs to put, not to ls; leave it out.');
    expect(() => disk(['cat', sample, 'README.TXT', '--json'], () => undefined)).toThrow('--json belongs to ls, info and check, not to cat; leave it out.');
    expect(() => disk(['info', sample, '--path', 'pio'], () => undefined)).toThrow('--path belongs to ls, cat, put, copy and rm, not to info; leave it out.');
  });
});

describe('what a stranger hands in', () => {
  it('[CLI-3] a scenario that is not written in UTF-8 is refused, not guessed at', () => {
    expect(() => run([written('latin', titled('\u00c4lpha', 'Beta'), 'latin1')])).toThrow(/latin\.json is no text in UTF-8; save it in that encoding\.$/);
    // As Windows PowerShell writes what is sent into a file.
    expect(() => run([written('wide', titled('Alpha', 'Beta'), 'utf16le')])).toThrow(/wide\.json is no text in UTF-8; save it in that encoding\.$/);
  });

  it('[CLI-8] a name cannot speak to the terminal', () => {
    const { code, out } = viridian(top, ['run', written('escape', titled('A\u001b[31mlpha', 'Beta'))]);
    expect([code, out.includes('\u001b'), out.includes('A\ufffd[31mlpha')]).toEqual([0, false, true]);
  });

  it('[CLI-9] paths are meant from where somebody stands, and what is shipped is found from everywhere', () => {
    expect(viridian(top, ['disk', 'info', 'viridian-sample.vhd'], { npm_lifecycle_event: 'viridian', INIT_CWD: join(top, 'public/disks') })).toMatchObject({ code: 0, err: '' });
    expect(viridian(folder, ['run', '--hops', '3'])).toMatchObject({ code: 0, err: '' });
  });
});
