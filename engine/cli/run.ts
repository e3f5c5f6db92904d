/** `run`: a scenario without a page; prints the ledger and the fingerprint. */
import { ConditionError, count, durationText, places, type Causer, type Condition, type Ledger, type LabStatus } from '../index.ts';
import { silent, tellFailed, type Aside } from './aside.ts';
import { helpText, InputError, nearest, readArgs, shown, UsageError, type Args, type Options } from './args.ts';
import { machineOf, scenarioAsked, scenarioNames, variantOptions, type Machine } from './machine.ts';
import { stopsText } from './stops.ts';

const options: Options = {
  until: { value: 'CONDITION', says: 'idle (the usual), hop=N (after the start, as --stops and the page count), n=N (the field n of trace), time=N (µs after the start), kind=NAME, crossing=NAME, component=PATH or milestone=NAME (such a hop has acted), ended=LEVEL (file, disk or command), request=N (has ended: that which hop N began; n=N there too)' },
  hops: { value: 'N', says: 'make at most N hops after the start (usual: 1000000)' },
  stops: { says: 'print the stops of the scenario with hop, time and caption, and whether what it expects has come true' },
  checks: { says: 'watch every hop with the independent checkers' },
  json: { says: 'print one JSON object' },
  ...variantOptions,
  help: { says: 'print this' },
};

export const runHelp = helpText('run [SCENARIO] [options]', `Runs a scenario (${scenarioNames.join(', ')}, or a JSON file) and prints its ledger and fingerprint.`, options);

/** Answers the ledger; what failed of what was asked is told aside. [CLI-1] [CLI-24] */
export function run(argv: readonly string[], aside: Aside = silent): string {
  const args = readArgs(argv, options);
  if (args.on('help')) return runHelp;
  if (args.words.length > 1) throw new UsageError('run takes one scenario.');
  const { scenario, folder } = scenarioAsked(args);
  const early = ['until', 'hops'].find((name) => args.on('stops') && args.on(name));
  if (early !== undefined) throw new UsageError(`--stops runs a scenario to its end; leave --${early} out.`);
  const machine = machineOf(scenario, folder, { checks: args.on('checks'), aside });
  if (args.on('stops')) return stopsText(machine, args.on('json'), aside);
  const status = runUntil(machine, args, aside);
  const view = machine.fed(() => machine.lab.view());
  const fingerprint = machine.fed(() => machine.lab.fingerprint());
  const failures = machine.lab.checkFailures();
  const failed = tellFailed(machine, aside);
  const scopes = Object.entries(view.ledgers).map(([p, ledger]): Column => [p === '0' ? 'machine' : (view.partitionTitles[Number(p)] ?? p), ledger]);
  if (args.on('json')) {
    const ledgers = Object.fromEntries(scopes.map(([title, ledger], i) => [scopes.some(([other], j) => other === title && j !== i) && i > 0 ? `${title} (partition ${Object.keys(view.ledgers)[i]})` : title, ledger]));
    return `${JSON.stringify({ scenario: scenario.name, start: status.start, hops: status.n, hop: status.n - status.start, startTimeNs: status.startTime, timeNs: status.now, state: status.state, fingerprint, ledgers, failed, checkFailures: failures })}\n`;
  }
  const head = `${scenario.title}\n${count(status.n - status.start, 'hop')} after the start (${status.start} before it), ${durationText(status.now - status.startTime)} of simulated time\n\n`;
  const checks = args.on('checks') ? `checkers: ${failures.length === 0 ? 'nothing found' : failures.map((f) => f.sentence).join('\n')}\n` : '';
  return `${head}${tableOf(scopes)}\n${checks}fingerprint ${fingerprint}\n`;
}

/** Runs until the condition of `--until` holds. Refuses a condition that is never met; what failed on the way is told then too. */
export function runUntil(machine: Machine, args: Args, aside: Aside): LabStatus {
  try {
    return runTo(machine, args);
  } catch (error) {
    if (error instanceof InputError) tellFailed(machine, aside);
    throw error;
  }
}

function runTo(machine: Machine, args: Args): LabStatus {
  const { lab } = machine;
  const { start, startTime } = lab.status();
  const last = start + args.count('hops', 1_000_000);
  const until = args.text('until') ?? 'idle';
  const equals = until.indexOf('=');
  const what = equals < 0 ? until : until.slice(0, equals);
  const value = equals < 0 ? '' : until.slice(equals + 1);
  if (what === 'idle') {
    if (equals >= 0) throw new UsageError('--until idle takes no value.');
    return machine.runTo(last);
  }
  if (what === 'hop' || what === 'n') {
    const n = number(value, what) + (what === 'hop' ? start : 0);
    if (n < start) throw new UsageError(`--until n=${n} lies before the start, which is at n=${start}; name a later one, or count from the start with hop=N.`);
    const status = machine.runTo(Math.min(last, n));
    if (status.n < Math.min(last, n)) throw new InputError(`--until ${what}=${value} was not met: the machine comes to rest at hop ${status.n - start} after the start (n=${status.n}); name an earlier one.`);
    if (n > last) throw notWithin(until, last - start);
    return status;
  }
  if (what === 'time') {
    const time = startTime + number(value, 'time') * 1000;
    const status = machine.runTo(last, time);
    if (status.n >= last && status.next && status.next.at <= time) throw notWithin(until, last - start);
    return status;
  }
  const condition = conditionOf(what, value, start);
  // It can be waited for once it has begun.
  if ('request' in condition) machine.runTo(Math.min(last, condition.request));
  const { reason, status } = asked(() => machine.fed(() => lab.until(condition, { hops: last - lab.status().n })), until);
  if (reason === 'reached') return status;
  const nobody = what === 'component' ? unknownComponent(machine, value) : '';
  if (nobody !== '') throw new InputError(`--until ${shown(until)} was not met: ${nobody}`);
  throw reason === 'hops' ? notWithin(until, last - start) : new InputError(`--until ${shown(until)} was not met: ${status.failure ?? status.why}`);
}

/** What the lab refuses is the fault of whoever wrote the option. */
function asked<T>(ask: () => T, until: string): T {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    // The lab names the hop by the number that it has for it, not by the one that was written.
    if (until.startsWith('request=')) throw new InputError(`--until ${shown(until)}: that hop began no request; trace shows with each hop the number of its request as "request", which --until request=n=N takes.`);
    throw new UsageError(error.message);
  }
}

function notWithin(until: string, hops: number): InputError {
  return new InputError(`--until ${shown(until)} was not met within ${count(hops, 'hop')}; allow more with --hops.`);
}

/** Says so when no component of this path was ever there; else ''. */
function unknownComponent({ lab, fed }: Machine, path: string): string {
  const paths = [...new Set(fed(() => lab.view()).components.map((component) => component.path))];
  if (paths.includes(path)) return '';
  const meant = nearest(path, paths);
  return `no component ${shown(path)} was ever there; ${meant === '' ? 'trace shows the components of each hop as "from" and "to".' : `did you mean ${meant}?`}`;
}

function number(value: string, name: string): number {
  if (/^\d{13,}$/.test(value)) throw new UsageError(`--until ${name}=${shown(value)} is too large; it must be a whole number of at most 12 digits.`);
  if (!/^\d{1,12}$/.test(value)) throw new UsageError(`--until ${name}= needs a whole number, as in ${name}=1000.`);
  return Number(value);
}

function conditionOf(what: string, value: string, start: number): Condition {
  if (what === 'request') return { request: value.startsWith('n=') ? number(value.slice(2), 'request=n') : start + number(value, 'request') };
  if (what === 'kind' || what === 'ended' || what === 'component' || what === 'crossing' || what === 'milestone') return { [what]: value } as unknown as Condition;
  throw new UsageError(`--until does not know ${shown(what)}; it takes idle, hop=N, n=N, time=N, kind=NAME, ended=LEVEL, milestone=NAME, component=PATH, crossing=NAME or request=N.`);
}

type Column = readonly [string, Ledger];

/** The ledger side by side: a line a figure, a column a scope; figures split by causer name it. */
export function tableOf(columns: readonly Column[]): string {
  const rows: [string, ...string[]][] = [['', ...columns.map(([title]) => title)]];
  const add = (name: string, value: (ledger: Ledger) => number, text: (value: number) => string = String): void => {
    const values = columns.map(([, ledger]) => value(ledger));
    if (values.some((v) => v !== 0)) rows.push([name, ...values.map((v) => (v === 0 ? '-' : text(v)))]);
  };
  add('hops', (l) => l.hops);
  for (const causer of ['guest', 'root', 'hypervisor'] as const) addSplit(add, columns, causer);
  add('bytes by DMA', (l) => l.dmaBytes);
  add('disk commands', (l) => l.diskCommands);
  add('trips to a worker process', (l) => l.workerTrips);
  add('VP switches', (l) => l.vpSwitches);
  for (const place of places) add(`CPU time, ${place}`, (l) => l.cpuNs[place], durationText);
  add('elapsed', (l) => l.elapsedNs, durationText);
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ').trimEnd()).join('\n') + '\n';
}

function addSplit(add: (name: string, value: (ledger: Ledger) => number) => void, columns: readonly Column[], causer: Causer): void {
  const by = `, by ${causer}`;
  const names = (pick: (ledger: Ledger) => Readonly<Record<string, number>>): string[] => [...new Set(columns.flatMap(([, l]) => Object.keys(pick(l))))].sort();
  for (const reason of names((l) => l.exits[causer])) add(`exits (${reason})${by}`, (l) => l.exits[causer][reason] ?? 0);
  for (const call of names((l) => l.hypercalls[causer])) add(`${call}${by}`, (l) => l.hypercalls[causer][call] ?? 0);
  const plain = { messages: 'messages', events: 'event flags', interrupts: 'interrupts injected', ringWrites: 'ring writes', copies: 'copies', bytesCopied: 'bytes copied', modeSwitches: 'mode switches', contextSwitches: 'context switches' } as const;
  for (const [key, title] of Object.entries(plain) as [keyof typeof plain, string][]) add(`${title}${by}`, (l) => l[key][causer]);
}
