/** `trace`: hop after hop as newline-delimited JSON, or as text that reads well. */
import { decodeRow, goldenText, hopRecord, ROW_WORDS, type Hop } from '../index.ts';
import { silent, tellFailed, type Aside } from './aside.ts';
import { helpText, InputError, readArgs, shown, UsageError, type Args, type Options } from './args.ts';
import { machineOf, scenarioAsked, scenarioNames, variantOptions, type Machine } from './machine.ts';
import { runUntil } from './run.ts';

const options: Options = {
  until: { value: 'CONDITION', says: 'as for run' },
  hops: { value: 'N', says: 'make at most N hops after the start (usual: 1000000)' },
  all: { says: 'begin with the first hop of bring-up, not with the start' },
  request: { value: 'N', says: 'only hops of the request that hop N began, counted from the start, and of the requests inside it; n=N: that with the number N in the field request' },
  sentences: { says: 'with the sentence of each hop' },
  text: { says: 'as text: time, from, to, sentence' },
  ...variantOptions,
  help: { says: 'print this' },
};

export const traceHelp = helpText('trace [SCENARIO] [options]', `Runs a scenario (${scenarioNames.join(', ')}, or a JSON file) and prints every hop, one JSON object a line:
  hop             counted from the start, as run --stops and the page count; 0 and less lie in the bring-up
  n               the same counted from the very first hop; request and cause are such numbers too (0: none)
  t, departed     when it acted and when it left, in ns from when the machine was switched on; cost in ns of processor time
  kind, from, to  what it is and which components it went between; args by the names its kind gives them
  vp              virtual processor, counted over all partitions (-1: none); vpOf whose it is, vpIndex its number there; lp logical processor`, options);

const PART = 8192;

export function trace(argv: readonly string[], print: (text: string) => void, aside: Aside = silent): void {
  const args = readArgs(argv, options);
  if (args.on('help')) {
    print(traceHelp);
    return;
  }
  if (args.words.length > 1) throw new UsageError('trace takes one scenario.');
  const { scenario, folder } = scenarioAsked(args);
  const machine = machineOf(scenario, folder, { aside });
  const { lab } = machine;
  const status = runUntil(machine, args, aside);
  const { kernel } = lab.run;
  const wanted = args.on('request') ? requested(machine, args).hops : null;
  const zero = args.on('all') ? 0 : status.startTime;
  const lineOf = (hop: Hop): string => JSON.stringify(hopRecord(kernel, hop, status.start, { sentence: args.on('sentences') }));
  for (const hops of hopsInParts(machine, args.on('all') ? 1 : status.start + 1, status.n)) {
    const shown = wanted ? hops.filter((hop) => wanted.has(hop.n)) : hops;
    if (shown.length === 0) continue;
    print(args.on('text') ? goldenText(kernel, shown, { from: zero }) : `${shown.map(lineOf).join('\n')}\n`);
  }
  tellFailed(machine, aside);
}

/** Hops `from`..`to`, decoded, a part at a time. */
export function* hopsInParts({ lab, fed }: Machine, first: number, to: number): Generator<readonly Hop[]> {
  for (let from = first; from <= to; from += PART) {
    const { rows } = fed(() => lab.rows(from, Math.min(PART, to - from + 1)));
    const words = new Int32Array(rows);
    const times = new Float64Array(rows);
    yield Array.from({ length: words.length / ROW_WORDS }, (_, i) => decodeRow(words, times, i, from));
  }
}

/**
 * Numbers of the hops of the request that `--request` names, and of the requests inside it: by the hop that began it, counted from
 * the start, or with n= from the very first. [CLI-2]
 */
export function requested({ lab, fed }: Machine, args: Args): { readonly request: number; readonly hops: ReadonlySet<number> } {
  const given = args.text('request') ?? '';
  const [, n, digits = ''] = /^(n=)?(\d{1,9})$/.exec(given) ?? [];
  if (digits === '') throw new UsageError(`--request is ${shown(given)}; it must be a whole number, as in --request 12 or, as trace counts n, --request n=2300.`);
  const request = Number(digits) + (n === undefined ? lab.status().start : 0);
  try {
    return { request, hops: new Set(fed(() => lab.journeyHops(request))) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`--request ${given}: that hop began no request; trace without --request shows with each hop the number of its request as "request", which --request n=N takes.`);
  }
}
