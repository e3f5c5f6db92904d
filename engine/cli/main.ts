/** The command line of the lab; runs in Node. Exit codes: 0 done, 1 refused input or something that failed, 2 usage, 3 the machine or engine failed, 4 the answer cannot be written. */
import { writeSync } from 'node:fs';
import { engineName } from '../index.ts';
import type { Aside } from './aside.ts';
import { helpText, InputError, nearest, OutputError, shown, UsageError } from './args.ts';
import { bench, benchHelp } from './bench.ts';
import { check, checkHelp } from './check.ts';
import { disk, diskHelp } from './disk.ts';
import { exportHelp, exportRun } from './export.ts';
import { run, runHelp } from './run.ts';
import { trace, traceHelp } from './trace.ts';
import { twin, twinHelp } from './twin.ts';

const commands = {
  run: { says: 'run a scenario, print its ledger and fingerprint', help: runHelp },
  trace: { says: 'run a scenario, print every hop', help: traceHelp },
  twin: { says: 'run a scenario on two machines side by side, say how and why they differ', help: twinHelp },
  export: { says: 'run a scenario, print it for a spreadsheet, Perfetto or Mermaid', help: exportHelp },
  disk: { says: 'list or read what is on a VHD, through a running guest', help: diskHelp },
  check: { says: 'say whether a file is a scenario, and where it is not', help: checkHelp },
  bench: { says: 'measure the engine', help: benchHelp },
} as const;

const overview = helpText(
  'COMMAND [options]',
  `${engineName}: the Hyper-V architecture of Windows Server 2008, running.\n\n${Object.entries(commands).map(([name, { says }]) => `  ${name.padEnd(6)} ${says}`).join('\n')}`,
  { help: { says: 'print this, or with a command what it takes' } },
);

/** Text without characters that a terminal obeys: names in it may come from a stranger's file. */
function printable(text: string): string {
  return text.replace(/(?!\r\n)[^\P{Cc}\t\n]/gu, '\ufffd');
}

/** Standard output may be a pipe that takes less than it is given. */
function write(text: string | Uint8Array): void {
  let bytes = typeof text === 'string' ? Buffer.from(printable(text), 'utf8') : Buffer.from(text.buffer, text.byteOffset, text.length);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === 'EPIPE') throw error;
      if (code !== 'EAGAIN') throw new OutputError(`Standard output cannot be written (${code === 'ENOSPC' ? 'there is no space left' : shown(message)}), so the answer is not whole; free some space or send it elsewhere.`);
    }
  }
}

/** Failures are told when the answer stands. */
const failures: string[] = [];
const noticed = new Set<string>();
const aside: Aside = {
  notice: (sentence) => {
    if (!noticed.has(sentence)) process.stderr.write(`${sentence}\n`);
    noticed.add(sentence);
  },
  failure: (sentence) => void failures.push(sentence),
};

function tellFailures(): void {
  if (failures.length === 0) return;
  process.stderr.write(failures.map((sentence) => `${sentence}\n`).join(''));
  process.exitCode = 1;
}

function perform([command, ...words]: readonly string[]): void {
  switch (command) {
    case 'run': return write(run(words, aside));
    case 'trace': return trace(words, write, aside);
    case 'twin': return write(twin(words, aside));
    case 'export': return exportRun(words, write, aside);
    case 'disk': return disk(words, write, aside);
    case 'check': {
      process.exitCode = check(words, write, aside);
      return;
    }
    case 'bench': return bench(words, write);
    case 'help':
    case '-h':
    case '--help': return write(helpOf(words[0]));
    case undefined: throw new UsageError(`A command is missing; there are ${Object.keys(commands).join(', ')}, and --help.`);
    default: throw unknownCommand(command);
  }
}

function helpOf(command: string | undefined): string {
  if (command === undefined) return overview;
  if (!Object.hasOwn(commands, command)) throw unknownCommand(command);
  return commands[command as keyof typeof commands].help;
}

function unknownCommand(command: string): UsageError {
  const names = Object.keys(commands);
  const meant = nearest(command, names);
  return new UsageError(`There is no command ${shown(command)}; ${meant === '' ? `there are ${names.join(', ')}, and --help.` : `did you mean ${meant}?`}`);
}

function codeOf(error: unknown): number {
  if (error instanceof InputError) return 1;
  if (error instanceof UsageError) return 2;
  return error instanceof OutputError ? 4 : 3;
}

try {
  perform(process.argv.slice(2));
  tellFailures();
} catch (error) {
  // Whoever reads standard output has gone away: nothing to say to them.
  const { code } = error as { code?: string };
  if (code !== 'EPIPE') {
    tellFailures();
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = codeOf(error);
  }
}
