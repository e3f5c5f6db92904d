/** `check`: whether files are scenarios, and where they are not. */
import { parseScenario, ScenarioError } from '../index.ts';
import { silent, type Aside } from './aside.ts';
import { helpText, InputError, readArgs, UnreadableError, UsageError, type Options } from './args.ts';
import { readScenario } from './image-file.ts';
import { placeIn } from './machine.ts';

const options: Options = {
  json: { says: 'print one JSON object a file, a line each' },
  help: { says: 'print this' },
};

export const checkHelp = helpText(
  'check FILE... [options]',
  'Says of each file whether it is a scenario that the lab can run, else what is wrong, in which line and column. Exit code 1 when one is not.\nVerdicts stand on standard output; of a file that cannot be read standard error tells.\nThe form is published as a JSON Schema in public/schema/scenario.schema.json.',
  options,
);

interface Verdict {
  readonly file: string;
  readonly ok: boolean;
  /** Of a sound scenario. */
  readonly name?: string;
  readonly guests?: number;
  readonly steps?: number;
  /** Of one that is refused: JSON path, line and column from 1 (0 without), one sentence. */
  readonly where?: string;
  readonly line?: number;
  readonly column?: number;
  readonly says?: string;
}

/** Prints a verdict on each file; one that cannot be read has none, which is told aside. Returns the exit code. [CLI-20] */
export function check(argv: readonly string[], write: (text: string) => void, aside: Aside = silent): number {
  const args = readArgs(argv, options);
  if (args.on('help')) {
    write(checkHelp);
    return 0;
  }
  if (args.words.length === 0) throw new UsageError('check needs a file: check FILE.');
  const verdicts = args.words.map(verdictOn);
  for (const { unread, ...verdict } of verdicts) {
    if (unread) aside.failure(verdict.says!);
    if (args.on('json')) write(`${JSON.stringify(verdict)}\n`);
    else if (!unread) write(`${sentenceOf(verdict)}\n`);
  }
  return verdicts.every((v) => v.ok) ? 0 : 1;
}

function verdictOn(file: string): Verdict & { readonly unread?: boolean } {
  try {
    const { name, guests, steps } = parseScenario(readScenario(file));
    return { file, ok: true, name, guests: guests.length, steps: steps.length };
  } catch (error) {
    if (error instanceof ScenarioError) return { file, ok: false, where: error.where, line: error.line, column: error.column, says: error.message };
    if (error instanceof UnreadableError) return { file, ok: false, where: '', line: 0, column: 0, says: error.message, unread: true };
    if (error instanceof InputError) return { file, ok: false, where: '', line: 0, column: 0, says: error.message };
    throw error;
  }
}

function sentenceOf(verdict: Verdict): string {
  const place = placeIn(verdict.file, verdict);
  // A file that cannot be read is named by its sentence.
  if (!verdict.ok) return verdict.where === '' ? `${verdict.says}` : `${place}: ${verdict.says}`;
  const count = (n: number, one: string): string => (n === 1 ? `1 ${one}` : `${n} ${one}s`);
  return `${place}: ${verdict.name} is a scenario with ${count(verdict.guests!, 'guest')} and ${count(verdict.steps!, 'step')}.`;
}
