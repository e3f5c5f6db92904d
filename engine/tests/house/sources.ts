/**
 * The project's own files as the house rules see them: names, lines, code without comments and strings, imports.
 * TypeScript 7 has no compiler API, so a small scanner and a regular expression do the reading.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const notOurs = new Set([
  'node_modules',
  'dist',
  '.git',
  'test-results',
  'playwright-report',
  'coverage',
  'blob-report',
]);

export interface Source {
  /** From the top of the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every file of the project whose name ends in one of these. */
export function filesOf(...ends: readonly string[]): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !notOurs.has(entry.name)) walk(path);
      else if (entry.isFile() && ends.some((end) => entry.name.endsWith(end)))
        found.push(relative(top, path).split(sep).join('/'));
    }
  };
  walk(top);
  return found.sort();
}

export const textOf = (path: string): string => readFileSync(join(top, path), 'utf8');

export const sourcesOf = (...ends: readonly string[]): Source[] =>
  filesOf(...ends).map((path) => ({ path, text: textOf(path) }));

/** Comments and what stands inside quotes, slashes or backquotes; the code of a `${}` goes with its template. */
const quiet = new RegExp(
  [
    String.raw`\/\/[^\n]*`,
    String.raw`\/\*[\s\S]*?\*\/`,
    String.raw`'(?:\\.|[^'\\\n])*'`,
    String.raw`"(?:\\.|[^"\\\n])*"`,
    '`(?:\\\\[\\s\\S]|[^`\\\\])*`',
    // A regular expression can only stand where a value is expected.
    String.raw`(?<=[(,=:[!&|?{};+\n]\s*|\breturn\s+)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])*\/[a-z]*`,
  ].join('|'),
  'g',
);

const spaces = (text: string): string => text.replace(/[^\n]/g, ' ');

/** The same text, line for line and column for column, with comments and the inside of strings blanked. */
export function codeOf(text: string): string {
  return text.replace(quiet, (part) =>
    part.startsWith('/') ? spaces(part) : part[0] + spaces(part.slice(1, -1)) + part.at(-1),
  );
}

/** The same text with comments blanked; strings and templates stay, and with them the code of a `${}`. */
export function withoutComments(text: string): string {
  return text.replace(quiet, (part) => (part.startsWith('//') || part.startsWith('/*') ? spaces(part) : part));
}

const importing = /\b(?:import|export)\b(?:[\s\w*{},$]*?\bfrom)?\s*\(?\s*(['"])/g;

/** What a file imports, re-exports or loads, as written. */
export function importsOf(text: string): string[] {
  const code = codeOf(text);
  return [...code.matchAll(importing)].map((match) => {
    const start = match.index + match[0].length;
    return text.slice(start, code.indexOf(match[1]!, start));
  });
}

/** A relative import as a path from the top; a package or `node:` module stays as it is. */
export function resolved(importer: string, name: string): string {
  if (!name.startsWith('.')) return name;
  return posix.join(posix.dirname(importer), name.replace(/\?.*$/, ''));
}
