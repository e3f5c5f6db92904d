/** The rules of the house as tests: the import law, the words, the sizes, and what a checkout must not carry. */
import { describe, expect, it } from 'vitest';
import { kept, tables, unusedExports } from './house/exports.ts';
import { functionsOf } from './house/functions.ts';
import { breaches, forbiddenMeetings } from './house/law.ts';
import { codeOf, filesOf, importsOf, sourcesOf, textOf } from './house/sources.ts';
import { bannedWords, isShapeless } from './house/words.ts';

const fileLimit = 400;
const functionLimit = 60;

/** `path` or `path:opening line`, each with the reason why it may be longer. */
const longFiles: Readonly<Record<string, string>> = {
  'engine/devices/vmbus/hops.ts': 'a table: one declaration after the other',
};
const longFunctions: Readonly<Record<string, string>> = {};

const sources = sourcesOf('.ts', '.tsx', '.mjs');
const isTest = (path: string): boolean => /\.(?:test|spec)\.tsx?$/.test(path);

describe('the import law', () => {
  it('holds in every file', () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.flatMap(breaches)).toEqual([]);
  });

  it('lets the two halves of a device meet in its protocol, registers and hops only', () => {
    expect(forbiddenMeetings(sources)).toEqual([]);
  });

  it('sees a breach when there is one', () => {
    const breach = (path: string, text: string): number => breaches({ path, text }).length;
    expect(breach('engine/wire/a.ts', "import { b } from '../sim/b.ts';")).toBe(1);
    expect(breach('engine/sim/a.ts', "export type { b } from '../hardware/b.ts';")).toBe(1);
    expect(breach('engine/sim/a.ts', "import { readFileSync } from 'node:fs';")).toBe(1);
    expect(breach('engine/hypervisor/a.ts', "import {\n  b,\n} from '../root/kernel/vid.ts';")).toBe(1);
    expect(breach('engine/hypervisor/a.ts', "import { b } from '../root/kernel/hops.ts';")).toBe(0);
    expect(breach('engine/root/kernel/a.ts', "import { b } from '../user/vmwp.ts';")).toBe(1);
    expect(breach('engine/devices/storage/vsc.ts', "import { b } from '../vmbus/client.ts';")).toBe(1);
    expect(breach('engine/devices/storage/vsc.ts', "import { b } from '../vmbus/protocol.ts';")).toBe(0);
    expect(breach('engine/lab/a.ts', "import { b } from '../scenarios/b.ts';")).toBe(1);
    expect(breach('app/session/worker.ts', "import { b } from '../../engine/sim/b.ts';")).toBe(1);
    expect(breach('app/session/worker.ts', "import { b } from '../../engine/index.ts';")).toBe(0);
    expect(breach('app/main.tsx', "const a = await import('node:fs');")).toBe(1);
    expect(breach('app/main.tsx', "import './main.css';\nimport React from 'react';")).toBe(0);
  });

  it('sees two halves that meet elsewhere', () => {
    const path = 'engine/devices/storage/';
    const vsc = { path: `${path}vsc.ts`, text: "import { a } from './queue.ts';" };
    expect(forbiddenMeetings([vsc, { path: `${path}vsp.ts`, text: "import { a } from './queue.ts';" }])).toHaveLength(1);
    expect(forbiddenMeetings([vsc, { path: `${path}vsp.ts`, text: "import { a } from './vsc.ts';" }])).toHaveLength(1);
    expect(forbiddenMeetings([vsc, { path: `${path}vsp.ts`, text: "import { a } from './hops.ts';" }])).toEqual([]);
  });
});

describe('the exports', () => {
  it('are used by somebody', () => {
    expect(unusedExports(sources)).toEqual([]);
  });

  it('that are excepted are there', () => {
    for (const path of Object.keys(tables)) expect(sources.map((source) => source.path), path).toContain(path);
    for (const entry of Object.keys(kept)) {
      const [path = '', name = ''] = entry.split(' ');
      expect(textOf(path), entry).toMatch(new RegExp(`^export .*\\b${name}\\b`, 'm'));
    }
  });

  it('are seen where nobody uses them', () => {
    const used = (text: string, ...others: readonly string[]): string[] =>
      unusedExports([{ path: 'engine/wire/synic.ts', text }, ...others.map((other, i) => ({ path: i === 0 ? 'engine/sim/b.ts' : 'engine/tests/b.test.ts', text: other }))]);
    expect(used('export function a() {}')).toEqual(['engine/wire/synic.ts exports a, which nobody uses']);
    expect(used('/** a */\nexport const a = () => 1; // a', '// a')).toHaveLength(1);
    expect(used('export const a = () => 1;', "import { a } from '../wire/synic.ts';")).toEqual([]);
    expect(used('export interface A { x: 1 }\nexport const b = (a: A) => a;', 'b;')).toEqual([]);
    expect(used('export const A = 0x1f;\nexport const B = 1 << 4;')).toEqual([]);
    expect(unusedExports([{ path: 'app/a.ts', text: 'export const A = 1;' }, { path: 'app/a.test.ts', text: 'A;' }])).toEqual(['app/a.ts exports A, which tests alone use']);
  });
});

describe('the files', () => {
  /** Files of code that no other file names: nobody imports them, builds them or runs them. */
  const unnamed = (texts: readonly { readonly path: string; readonly text: string }[]): string[] =>
    texts.map(({ path }) => path).filter((path) => /\.(?:tsx?|mjs)$/.test(path) && !isTest(path) && !path.endsWith('.d.ts'))
      .filter((path) => !texts.some((other) => other.path !== path && new RegExp(`[/'"\\s]${path.split('/').at(-1)!.replaceAll('.', '\\.')}`).test(other.text)));

  it('are named by another file', () => {
    // What Vite and TypeScript look for by themselves.
    const found = ['vite.config.ts'];
    expect(unnamed(sourcesOf('.ts', '.tsx', '.mjs', '.json', '.html', 'run')).filter((path) => !found.includes(path))).toEqual([]);
  });

  it('are seen where no other file names them', () => {
    expect(unnamed([{ path: '.ci/a.mjs', text: 'a.mjs' }, { path: '.ci/b.mjs', text: "import './c.ts'" }, { path: 'c.ts', text: 'run b.mjs; xa.mjs' }])).toEqual(['.ci/a.mjs']);
  });
});

describe('the words', () => {
  it('are the words of the house', () => {
    expect(sources.flatMap(bannedWords)).toEqual([]);
  });

  it('are looked for in code, not in strings and comments', () => {
    const said = (text: string): number => bannedWords({ path: 'engine/sim/a.ts', text }).length;
    expect(said('const t = Date.now();')).toBe(1);
    expect(said('const c = Math.random();')).toBe(1);
    expect(said('let checkpointEvery = 1;')).toBe(1);
    expect(said('let hostMemory = vCpuCount;')).toBe(2);
    expect(said('let perHost = host;')).toBe(2);
    expect(said("// the host's Date\nconst ghost = 'host'; /* vCPU */")).toBe(0);
  });

  it('name files and folders after what they hold', () => {
    expect(filesOf('.ts', '.tsx', '.mjs', '.css').filter(isShapeless)).toEqual([]);
    expect(['app/ui/utils.ts', 'engine/common/ring.ts'].every(isShapeless)).toBe(true);
  });
});

describe('the sizes', () => {
  it(`give a file a sitting: ${fileLimit} lines`, () => {
    const long = sourcesOf('.ts', '.tsx', '.mjs', '.css')
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ path, lines }) => lines > fileLimit && !(path in longFiles));
    expect(long).toEqual([]);
  });

  it(`give a function a screen: ${functionLimit} lines`, () => {
    const long = sources
      .filter(({ path }) => !isTest(path))
      .flatMap(({ path, text }) => functionsOf(text).map((measured) => ({ path, ...measured })))
      .filter(({ path, opening, lines }) => lines > functionLimit && !(`${path}:${opening}` in longFunctions));
    expect(long).toEqual([]);
  });

  it('are measured at the braces of functions only', () => {
    const bodies = (text: string): number[] => functionsOf(text).map(({ lines }) => lines);
    expect(bodies('function a(b = {}) {\n  if (b) {\n  }\n}')).toEqual([4]);
    expect(bodies('const a = (): { b: number } => {\n  return { b: 1 };\n};')).toContain(3);
    expect(bodies('function a(): { b: number } {\n\n}')).toContain(3);
    expect(bodies('function a(b: string): b is "}" {\n\n}')).toEqual([3]);
    expect(bodies('for (const a of b()) {\n  switch (a) {\n  }\n}')).toEqual([]);
    expect(bodies("const a = {\n  b: '=> {',\n};\nclass C {\n  d() {\n  }\n}")).toEqual([2]);
  });
});

describe('the reading of sources', () => {
  it('finds every form of import and none in strings', () => {
    const text = "import a, { type b } from './a.ts';\nimport './b.ts';\nexport { c } from \"./c.ts\";\nawait import('./d.ts');\n// import './e.ts'\nconst f = `import './f.ts'`;";
    expect(importsOf(text)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts']);
  });

  it('keeps lines and columns', () => {
    const text = "a = /[/'\"]{/.test(b); // {\nc = d / e; '{' + `{\n`;";
    expect(codeOf(text)).toHaveLength(text.length);
    expect(codeOf(text)).not.toContain('{');
    expect(codeOf(text)).toContain('d / e');
  });
});

describe('the specification', () => {
  const rule = /\[([A-Z]+-\d+)\]/g;
  const ids = (text: string): string[] => [...text.matchAll(rule)].map((match) => match[1]!);
  // What a test is called, also one made for each line of a table.
  const titles = (text: string): string[] => [...text.matchAll(/\b(?:it|test)(?:\.\w+(?:\((?:[^()]|\([^()]*\))*\))?)*\(\s*((['"`])(?:\\.|(?!\2)[^\\\n])*\2)/g)].map((match) => match[1]!);
  const specified = new Set(ids(textOf('engine/SPEC.md')));
  const tested = new Set(
    sources.filter(({ path }) => isTest(path) && path !== 'engine/tests/house-rules.test.ts').flatMap(({ text }) => titles(text).flatMap(ids)),
  );

  it('has a test for every rule, with its id in the title', () => {
    expect([...specified].filter((id) => !tested.has(id))).toEqual([]);
  });

  it('is looked for in titles, not in other words of a test', () => {
    expect(titles("it('[A-1] does', () => { expect('[A-2] told').toBe(a) })\nit.each(rows(2))(`[A-3] ${row}`, f)\ntest.skip(\n  \"[A-4] b\", f)").flatMap(ids)).toEqual(['A-1', 'A-3', 'A-4']);
    expect(titles("describe('[A-5] a', f); edit('[A-6] b')")).toEqual([]);
  });

  it('has a rule for every test that names one', () => {
    expect([...tested].filter((id) => !specified.has(id))).toEqual([]);
  });
});

describe('the door of the engine', () => {
  it('links to files that are there', () => {
    const links = [...textOf('engine/README.md').matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1]!);
    const files = new Set(filesOf('.ts', '.md', '.txt'));
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((link) => !files.has(`engine/${link}`))).toEqual([]);
  });
});

describe('a checkout', () => {
  const lock = textOf('package-lock.json');

  it('has a lock file with hashes and without download addresses', () => {
    const { packages } = JSON.parse(lock) as { packages: Record<string, { integrity?: string; optional?: boolean; os?: string[] }> };
    // The lint tools' binaries for platforms the lock file was not made on have a version, a platform and no hash yet.
    const foreign = (name: string): boolean => /oxlint/.test(name) && packages[name]!.optional === true && packages[name]!.os !== undefined;
    const loose = Object.keys(packages).filter((name) => name !== '' && !packages[name]!.integrity && !foreign(name));
    expect(loose).toEqual([]);
    expect(lock).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/);
  });

  it("names no folder of anybody's machine", () => {
    // At the start of a path, and with something behind it: a place where somebody keeps a checkout or a home.
    const machinePath = /(?<![\w.>\])}*$-])\/(?:home|Users|mnt|work\w*)\/[\w.-]+|(?<![\w.])\/root\/\.\w+/;
    const texts = sourcesOf('.ts', '.tsx', '.mjs', '.json', '.md', '.css', '.html', '.svg', '.txt', 'run', '.npmrc');
    expect(texts.filter(({ text }) => machinePath.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
