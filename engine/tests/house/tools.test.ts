/** The tools in `.ci`: what a fresh checkout does first, and the last line of all checks. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { top } from './sources.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'viridian-tools-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What a module says that is run by a process of its own. */
function said(script: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (text += piece.toString()));
    child.on('close', () => resolve(text.trim()));
  });
}

const tool = (name: string): string => JSON.stringify(pathToFileURL(join(top, '.ci', name)).href);

describe('the fixture for Playwright that lies beside the page', () => {
  it('is whole under strict types in a folder with nothing but Playwright', async () => {
    const fixture = readFileSync(join(top, 'e2e', 'lab.ts'), 'utf8').replaceAll('../app/session/driver-types.ts', './viridian.d.ts');
    writeFileSync(join(root, 'lab.ts'), fixture);
    writeFileSync(join(root, 'viridian.d.ts'), readFileSync(join(top, 'app', 'session', 'driver-types.ts')));
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    mkdirSync(join(root, 'node_modules'));
    for (const name of ['@playwright', 'playwright', 'playwright-core']) symlinkSync(join(top, 'node_modules', name), join(root, 'node_modules', name));
    const words = ['--noEmit', '--strict', '--skipLibCheck', '--types', '', '--module', 'nodenext', '--allowImportingTsExtensions', 'lab.ts'];
    expect(await said(`
      const { spawnSync } = await import('node:child_process');
      const { status, stdout, stderr } = spawnSync(process.execPath, [${JSON.stringify(join(top, 'node_modules', 'typescript', 'bin', 'tsc'))}, ...${JSON.stringify(words)}], { cwd: ${JSON.stringify(root)}, encoding: 'utf8' });
      console.log(status + stdout + stderr);`)).toBe('0');
  }, 60_000);
});

describe('the bundle of a program', () => {
  const cache = (): string => join(root, 'node_modules', '.cache', 'viridian');
  const bundles = (): string[] => readdirSync(cache()).filter((name) => !name.endsWith('.stamp'));
  const run = (): Promise<string> => said(`
    const { bundled } = await import(${tool('bundle.mjs')});
    const { pathToFileURL } = await import('node:url');
    await import(pathToFileURL(await bundled('cli', 'engine/main.ts', ['engine'], ${JSON.stringify(root)})).href);`);

  beforeEach(() => {
    mkdirSync(join(root, 'engine'));
    mkdirSync(join(root, 'node_modules'));
    symlinkSync(join(top, 'node_modules', 'vite'), join(root, 'node_modules', 'vite'));
    writeFileSync(join(root, 'package-lock.json'), '{}');
    writeFileSync(join(root, 'engine', 'more.tsx'), 'export const more: string = "one";');
    writeFileSync(join(root, 'engine', 'main.ts'), "import { more } from './more.tsx';\nconsole.log(more);");
  });

  it('is made by several processes at once, and each loads a whole one', async () => {
    expect(await Promise.all([run(), run(), run()])).toEqual(['one', 'one', 'one']);
    expect(bundles()).toHaveLength(1);
  }, 60_000);

  it('is made anew beside the old one when a source or the packages have changed, and is never written in place', async () => {
    expect(await run()).toBe('one');
    const [first = ''] = bundles();
    const before = readFileSync(join(cache(), first), 'utf8');
    writeFileSync(join(root, 'engine', 'more.tsx'), 'export const more: string = "another";');
    expect(await run()).toBe('another');
    expect(readFileSync(join(cache(), first), 'utf8')).toBe(before);
    writeFileSync(join(root, 'package-lock.json'), '{ }');
    await run();
    expect(bundles()).toHaveLength(3);
  }, 60_000);
});

describe('the count of a stage', () => {
  it('is one failure when its report was cut off in the middle', async () => {
    const report = join(root, 'report.json');
    const counted = (text: string): Promise<string> => {
      writeFileSync(report, text);
      return said(`
        const { countOf } = await import(${tool('counts.mjs')});
        console.log(JSON.stringify(countOf({ report: ${JSON.stringify(report)}, count: ({ passed }) => ({ passed, failed: 0 }) }, 0)));`);
    };
    expect(await counted('{"passed":5}')).toBe('{"passed":5,"failed":0}');
    expect(await counted('{"passed":')).toMatch(/cannot be read: [^]*\{"passed":0,"failed":1\}$/);
  });
});
