/** `export`: a run in the format of another tool, on standard output. */
import { chromeTrace, csvHead, csvLine, hopRecord, mermaidOf, type Hop } from '../index.ts';
import { silent, tellFailed, type Aside } from './aside.ts';
import { helpText, readArgs, shown, UsageError, type Args, type Options } from './args.ts';
import { machineOf, scenarioAsked, scenarioNames, variantOptions, type Machine } from './machine.ts';
import { runUntil } from './run.ts';
import { hopsInParts, requested } from './trace.ts';

const formats = ['csv', 'ndjson', 'chrome', 'mermaid'] as const;
type Format = (typeof formats)[number];

const options: Options = {
  as: { value: 'FORMAT', says: 'csv (a spreadsheet), ndjson (a JSON object a line), chrome (a trace for Perfetto, Chrome and speedscope), mermaid (a sequence diagram; needs --request)' },
  until: { value: 'CONDITION', says: 'as for run' },
  hops: { value: 'N', says: 'make at most N hops after the start (usual: 1000000)' },
  all: { says: 'begin with the first hop of bring-up, not with the start' },
  request: { value: 'N', says: 'as for trace' },
  ...variantOptions,
  help: { says: 'print this' },
};

export const exportHelp = helpText('export [SCENARIO] --as FORMAT [options]', `Runs a scenario (${scenarioNames.join(', ')}, or a JSON file) and prints it in the format of another tool. trace --help tells the fields of csv and ndjson.`, options);

/** A trace is one JSON text: longer ones are refused by the tools that read them. */
const CHROME_MOST = 400_000;

export function exportRun(argv: readonly string[], print: (text: string) => void, aside: Aside = silent): void {
  const args = readArgs(argv, options);
  if (args.on('help')) return print(exportHelp);
  if (args.words.length > 1) throw new UsageError('export takes one scenario.');
  const format = formatOf(args);
  const { scenario, folder } = scenarioAsked(args);
  const machine = machineOf(scenario, folder, { aside });
  const status = runUntil(machine, args, aside);
  tellFailed(machine, aside);
  if (format === 'mermaid') return print(diagram(machine, args));
  const wanted = args.on('request') ? requested(machine, args).hops : null;
  const zero = args.on('all') ? 0 : status.startTime;
  const parts = hopsInParts(machine, args.on('all') ? 1 : status.start + 1, status.n);
  if (format === 'chrome') return print(`${JSON.stringify(chromeTrace(machine.lab.run.kernel, chosen(parts, wanted), zero))}\n`);
  const { kernel } = machine.lab.run;
  if (format === 'csv') print(csvHead);
  for (const hops of parts) {
    const records = hops.filter((hop) => wanted === null || wanted.has(hop.n)).map((hop) => hopRecord(kernel, hop, status.start, { sentence: true }));
    if (records.length > 0) print(records.map((record) => (format === 'csv' ? csvLine(record) : `${JSON.stringify(record)}\n`)).join(''));
  }
}

function formatOf(args: Args): Format {
  const as = args.text('as');
  if (as === undefined) throw new UsageError(`export needs --as: ${formats.join(', ')}.`);
  const format = formats.find((name) => name === as);
  if (!format) throw new UsageError(`--as is ${shown(as)}; it must be one of ${formats.join(', ')}.`);
  if (format === 'mermaid' && !args.on('request')) throw new UsageError('--as mermaid draws one request; name it with --request N, the hop that began it (or n=N, which trace shows as "request").');
  return format;
}

function chosen(parts: Iterable<readonly Hop[]>, wanted: ReadonlySet<number> | null): Hop[] {
  const out: Hop[] = [];
  for (const hops of parts) {
    for (const hop of hops) if (wanted === null || wanted.has(hop.n)) out.push(hop);
    if (out.length > CHROME_MOST) throw new UsageError(`--as chrome takes at most ${CHROME_MOST} hops; narrow it with --hops, --until or --request.`);
  }
  return out;
}

function diagram(machine: Machine, args: Args): string {
  const { lab, fed } = machine;
  const { request } = requested(machine, args);
  const title = fed(() => lab.captions(request, 1))[0]!.says;
  return mermaidOf(lab.run, title, fed(() => lab.journey(request)), fed(() => lab.journeyHops(request)));
}
