/** Words of a command line: options declared as data, everything else refused with one sentence. */
import { nearest } from '../index.ts';

export { nearest };

/** What a person typed is not understood: exit code 2. */
export class UsageError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'UsageError';
  }
}

/** What a person handed in cannot be used: exit code 1. */
export class InputError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'InputError';
  }
}

/** A file that cannot be read at all: exit code 1. */
export class UnreadableError extends InputError {}

/** What was asked for cannot be written to standard output: exit code 4. */
export class OutputError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'OutputError';
  }
}

export interface Option {
  /** Name of its value in the help, or absent for a switch. */
  readonly value?: string;
  readonly says: string;
}

export type Options = Readonly<Record<string, Option>>;

export interface Args {
  readonly words: readonly string[];
  /** Value of an option given, else undefined. */
  text(name: string): string | undefined;
  /** Whole number from `least` on, to `most`. */
  count(name: string, usual: number, least?: number, most?: number): number;
  on(name: string): boolean;
}

const SHOWN = 80;

/** Text on one line, without characters that a terminal obeys. */
export function plain(text: string): string {
  return Array.from(text, (c) => (c < ' ' || (c >= '\u007f' && c < '\u00a0') ? '\ufffd' : c)).join('');
}

/** A word as a sentence may show it: one line, not too long. */
export function shown(word: string): string {
  if (word === '') return '(nothing)';
  const line = plain(word);
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}

function unknownOption(word: string, name: string, options: Options): UsageError {
  const known = Object.keys(options);
  const meant = nearest(name, known);
  return new UsageError(`There is no option ${shown(word)} here; ${meant === '' ? `known are ${known.map((o) => `--${o}`).join(', ')}.` : `did you mean --${meant}?`}`);
}

export function readArgs(argv: readonly string[], options: Options): Args {
  const words: string[] = [];
  const given = new Map<string, string>();
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--') {
      words.push(...argv.slice(i + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = word === '-h' ? 'help' : word.slice(2, equals < 0 ? undefined : equals);
    const option = (word.startsWith('--') || word === '-h') && Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option) throw unknownOption(equals < 0 ? word : word.slice(0, equals), name, options);
    if (given.has(name)) throw new UsageError(`--${name} is given twice; give it once.`);
    if (option.value === undefined) {
      if (equals >= 0) throw new UsageError(`--${name} takes no value.`);
      given.set(name, '');
      continue;
    }
    const value = equals >= 0 ? word.slice(equals + 1) : argv[++i];
    if (value === undefined) throw new UsageError(`--${name} needs a value: --${name} ${option.value}.`);
    given.set(name, value);
  }
  return {
    words,
    text: (name) => given.get(name),
    on: (name) => given.has(name),
    count: (name, usual, least = 0, most = Number.MAX_SAFE_INTEGER) => {
      const value = given.get(name);
      if (value === undefined) return usual;
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= least && number <= most)) throw new UsageError(`--${name} is ${shown(value)}; it must be a whole number from ${least} ${most === Number.MAX_SAFE_INTEGER ? 'on' : `to ${most}`}.`);
      return number;
    },
  };
}

export function helpText(usage: string, about: string, options: Options): string {
  const left = Object.entries(options).map(([name, { value }]) => `  --${name}${value === undefined ? '' : ` ${value}`}`);
  const width = Math.max(0, ...left.map((text) => text.length));
  const lines = Object.values(options).map(({ says }, i) => `${left[i]!.padEnd(width)}  ${says}`);
  return `usage: npm run -s viridian -- ${usage}\n\n${about}\n${lines.length > 0 ? `\n${lines.join('\n')}\n` : ''}`;
}
