/** Words of a command line: options declared as data, everything else refused with one sentence. */

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
  /** Whole number from `least` on. */
  count(name: string, usual: number, least?: number): number;
  on(name: string): boolean;
}

export function readArgs(argv: readonly string[], options: Options): Args {
  const words: string[] = [];
  const given = new Map<string, string>();
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (!word.startsWith('--') || word === '--') {
      words.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    const option = options[name];
    if (!option) throw new UsageError(`There is no option --${name} here; known are ${Object.keys(options).map((o) => `--${o}`).join(', ')}.`);
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
    count: (name, usual, least = 0) => {
      const value = given.get(name);
      if (value === undefined) return usual;
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= least)) throw new UsageError(`--${name} is ${JSON.stringify(value)}; it must be a whole number from ${least} on.`);
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
