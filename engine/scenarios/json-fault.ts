/** Where text is no JSON, in words that do not depend on whose JSON.parse reads it; and fields that stand twice. */

type Awaited = 'value' | 'value or ]' | 'name or }' | 'name' | ':' | ', or end' | 'nothing';

const inWords: Readonly<Record<Awaited, string>> = {
  'value': 'a value', 'value or ]': 'a value or ]', 'name or }': 'a name in double quotes or }', 'name': 'a name in double quotes', ':': 'a colon', ', or end': 'a comma or the closing bracket', 'nothing': 'the end of the file',
};

const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SHOWN = 20;
/** JSON would take it, and keep the last: nobody means that. */
const TWICE = 'stands a second time';

interface Scan {
  readonly text: string;
  at: number;
  awaited: Awaited;
  /** Names of each object that is open, null for a list. */
  readonly open: (Set<string> | null)[];
}

/** What is wrong with a text as JSON, in one clause, and at which character; null for sound JSON without doubled fields. [SCEN-2] */
export function jsonFaultAt(text: string): { readonly says: string; readonly at: number; readonly doubled: boolean } | null {
  const scan: Scan = { text, at: 0, awaited: 'value', open: [] };
  for (;;) {
    skipBlanks(scan);
    if (scan.at >= text.length) return scan.awaited === 'nothing' ? null : { says: `it ends where ${inWords[scan.awaited]} is expected`, at: text.length, doubled: false };
    const at = scan.at;
    const says = step(scan);
    if (says !== '') return { says, at, doubled: says.endsWith(TWICE) };
  }
}

/** Line and column of a character, from 1. */
export function lineAndColumn(text: string, at: number): [line: number, column: number] {
  const lines = text.slice(0, at).split('\n');
  return [lines.length, lines.at(-1)!.length + 1];
}

/**
 * The character at which the value of a path begins in sound JSON; for a field that is missing, its object. A field that is
 * not known is where its name stands.
 */
export function placeOf(text: string, path: readonly (string | number)[]): number {
  const scan: Scan = { text, at: 0, awaited: 'value', open: [] };
  /** Names and numbers of what is open, and how many of `path` they agree with. */
  const inside: (string | number)[] = [];
  let best = -1;
  let place = 0;
  for (;;) {
    skipBlanks(scan);
    if (scan.at >= text.length) return place;
    const { at, awaited } = scan;
    const depth = scan.open.length;
    if (step(scan) !== '') return place;
    if (awaited === 'name' || awaited === 'name or }') {
      if (scan.awaited === ':') inside[depth - 1] = JSON.parse(text.slice(at, scan.at)) as string;
    } else if (awaited === 'value' || (awaited === 'value or ]' && scan.open.length >= depth)) {
      const list = depth > 0 && scan.open[depth - 1] === null;
      if (list) inside[depth - 1] = awaited === 'value or ]' ? 0 : (inside[depth - 1] as number) + 1;
      if (depth > best && agrees(inside, path, depth)) [best, place] = [depth, at];
      inside.length = scan.open.length;
    }
  }
}

function agrees(inside: readonly (string | number)[], path: readonly (string | number)[], depth: number): boolean {
  if (depth > path.length) return false;
  for (let i = 0; i < depth; i++) if (inside[i] !== path[i]) return false;
  return true;
}

function skipBlanks(scan: Scan): void {
  while (scan.at < scan.text.length && ' \t\r\n'.includes(scan.text[scan.at]!)) scan.at++;
}

function step(scan: Scan): string {
  const { text, awaited, open } = scan;
  const c = text[scan.at]!;
  const names = open.at(-1) ?? null;
  const ends = awaited === ', or end' || awaited === (names ? 'name or }' : 'value or ]');
  if (ends && open.length > 0 && c === (names ? '}' : ']')) {
    open.pop();
    return passed(scan, 1);
  }
  if (awaited === ', or end' && c === ',') return passed(scan, 1, names ? 'name' : 'value');
  if (awaited === ':' && c === ':') return passed(scan, 1, 'value');
  if (awaited === 'name' || awaited === 'name or }') return c === '"' ? takeName(scan, names!) : unexpected(scan);
  if (awaited === 'value' || awaited === 'value or ]') return takeValue(scan, c);
  return unexpected(scan);
}

/** Goes on behind what stands here; without `next` a value has ended. */
function passed(scan: Scan, length: number, next: Awaited = scan.open.length > 0 ? ', or end' : 'nothing'): '' {
  scan.at += length;
  scan.awaited = next;
  return '';
}

function unexpected({ text, at, awaited }: Scan): string {
  const shown = /^(?:[\w.+-]{1,20}|"[^"\n]{0,18}"?|[^]?)/u.exec(text.slice(at, at + SHOWN))![0];
  return `${JSON.stringify(shown)} stands where ${inWords[awaited]} is expected`;
}

function takeValue(scan: Scan, c: string): string {
  if (c === '{' || c === '[') {
    scan.open.push(c === '{' ? new Set() : null);
    return passed(scan, 1, c === '{' ? 'name or }' : 'value or ]');
  }
  if (c === '"') {
    const end = endOfText(scan);
    return end < 0 ? 'a text is not closed or holds what no text may hold' : passed(scan, end - scan.at);
  }
  word.lastIndex = scan.at;
  const found = word.exec(scan.text)?.[0];
  return found === undefined ? unexpected(scan) : passed(scan, found.length);
}

function takeName(scan: Scan, names: Set<string>): string {
  const end = endOfText(scan);
  if (end < 0) return 'a name is not closed or holds what no name may hold';
  const name = JSON.parse(scan.text.slice(scan.at, end)) as string;
  if (names.has(name)) return `the field ${JSON.stringify(name.slice(0, SHOWN))} ${TWICE}`;
  names.add(name);
  return passed(scan, end - scan.at, ':');
}

/** Behind the closing quotes, or -1. */
function endOfText({ text, at }: Scan): number {
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) return i + 1;
    if (c < 32) return -1;
    if (c !== 92) continue;
    const escape = text[++i] ?? '';
    if (escape === 'u' ? !/^[0-9a-fA-F]{4}$/.test(text.slice(i + 1, i + 5)) : !'"\\/bfnrt'.includes(escape) || escape === '') return -1;
  }
  return -1;
}
