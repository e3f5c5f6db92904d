/** Where text is no JSON, in words that do not depend on whose JSON.parse reads it; and fields that stand twice. */

type Awaited = 'value' | 'value or ]' | 'name or }' | 'name' | ':' | ', or end' | 'nothing';

const inWords: Readonly<Record<Awaited, string>> = {
  'value': 'a value', 'value or ]': 'a value or ]', 'name or }': 'a name in double quotes or }', 'name': 'a name in double quotes', ':': 'a colon', ', or end': 'a comma or the closing bracket', 'nothing': 'the end of the file',
};

const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SHOWN = 20;

interface Scan {
  readonly text: string;
  at: number;
  awaited: Awaited;
  /** Names of each object that is open, null for a list. */
  readonly open: (Set<string> | null)[];
}

/** One clause that says what is wrong and in which line, or '' for sound JSON without doubled fields. [SCEN-2] */
export function jsonFault(text: string): string {
  const scan: Scan = { text, at: 0, awaited: 'value', open: [] };
  for (;;) {
    while (scan.at < text.length && ' \t\r\n'.includes(text[scan.at]!)) scan.at++;
    if (scan.at >= text.length) return scan.awaited === 'nothing' ? '' : `it ends where ${inWords[scan.awaited]} is expected`;
    const from = scan.at;
    const fault = step(scan);
    if (fault !== '') return `${fault} in line ${text.slice(0, from).split('\n').length}`;
  }
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
  if (names.has(name)) return `the field ${JSON.stringify(name.slice(0, SHOWN))} stands a second time`;
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
