/** `twin`: one scenario on two machines side by side; prints the ledger with both columns, the milestones, and why they differ. */
import {
  counterNames, durationText, places, timeText, twinFirst, twinLedger, twinOf, twinStations, twinSums, twinText, type Scenario, type TwinLine, type TwinScope, type TwinStation,
} from '../index.ts';
import { silent, tellFailed, type Aside } from './aside.ts';
import { helpText, InputError, readArgs, shown, UsageError, type Args, type Options } from './args.ts';
import { asked, changesFrom, machineOf, scenarioAsked, scenarioNames, variantOptions, type Machine } from './machine.ts';

const { with: _, ...both } = variantOptions;
const options: Options = {
  with: { value: 'CHANGES', says: 'what the right machine has otherwise, as in alpha.path=pio,alpha.extraAccesses=4 (usual: what the scenario names, or the emulated way)' },
  left: { value: 'CHANGES', says: 'what the left machine has otherwise (usual: nothing)' },
  guest: { value: 'NAME', says: 'only what is done for this guest (usual: the one that differs, or the whole machine)' },
  hops: { value: 'N', says: 'make at most N hops after the start on each (usual: 200000)' },
  kinds: { value: 'N', says: 'name the N kinds of hops that differ most (usual: 10)' },
  json: { says: 'print one JSON object' },
  ...both,
  help: { says: 'print this' },
};

export const twinHelp = helpText('twin [SCENARIO] [options]', `Runs a scenario (${scenarioNames.join(', ')}, or a JSON file) on two machines and compares them.`, options);

interface Side {
  readonly machine: Machine;
  readonly scope: TwinScope;
}

export function twin(argv: readonly string[], aside: Aside = silent): string {
  const args = readArgs(argv, options);
  if (args.on('help')) return twinHelp;
  if (args.words.length > 1) throw new UsageError('twin takes one scenario.');
  const { scenario, folder } = scenarioAsked(args, {});
  const found = asked(() => twinOf(scenario, wordsOf(args, scenario)));
  const guest = guestOf(args, scenario, found.guests);
  const hops = args.count('hops', 200_000, 1);
  const [left, right] = [sideOf(found.left, folder, hops, aside), sideOf(found.right, folder, hops, aside)];
  const compared = compare(left.scope, right.scope, guest);
  const failed = { left: tellFailed(left.machine, aside, 'Left: '), right: tellFailed(right.machine, aside, 'Right: ') };
  if (args.on('json')) return `${JSON.stringify({ scenario: scenario.name, guest: guest ?? null, differences: found.differences, ...compared, failed })}\n`;
  const about = found.differences.map(({ what, left: one, right: other }) => `${what}: ${one} (left) against ${other} (right)`).join('\n');
  const whose = guest === undefined ? 'The whole machine' : scenario.guests.find((g) => g.name === guest)!.title;
  const kinds = compared.kinds.slice(0, args.count('kinds', 10));
  return `${scenario.title}\n${about}\n${whose}, since the start\n\n${ledgerText(compared, { left: diskLetter(left), right: diskLetter(right) })}\n${stationsText(compared.stations, left, right)}\n${whyText(kinds, compared.kinds.length)}`;
}

/** The words of both sides; without any, those that open by themselves on the page. */
function wordsOf(args: Args, scenario: Scenario): string {
  const [one, other] = [args.text('left'), args.text('with')];
  if (one === undefined && other === undefined) {
    const first = twinFirst(scenario);
    if (first === '') throw new InputError('This scenario has no guest that could be run in two ways; say with --with what the right machine has otherwise.');
    return first;
  }
  return twinText({ left: changesFrom('left', one), right: changesFrom('with', other) });
}

function guestOf(args: Args, { guests }: Scenario, differing: readonly string[]): string | undefined {
  const wished = args.text('guest');
  if (wished === undefined) return differing.length === 1 ? differing[0] : undefined;
  if (!guests.some(({ name }) => name === wished)) throw new UsageError(`--guest is ${shown(wished)}; it must be one of ${guests.map(({ name }) => name).join(', ')}.`);
  return wished;
}

function sideOf(scenario: Scenario, folder: string, hops: number, aside: Aside): Side {
  const machine = machineOf(scenario, folder, { aside });
  const { start } = machine.lab.status();
  const { n } = machine.runTo(start + hops);
  return { machine, scope: { run: machine.lab.run, start, to: n } };
}

type Compared = ReturnType<typeof compare>;

function compare(left: TwinScope, right: TwinScope, guest: string | undefined) {
  const { kinds, places: byPlace } = twinSums(left, right, guest);
  return { ledger: twinLedger(left, right, guest), stations: twinStations(left, right, guest), places: byPlace, kinds };
}

// --- as text ----------------------------------------------------------------------------------------------------------------

const words: Readonly<Record<string, string>> = {
  guestExits: 'guest exits', exits: 'all exits', guestHypercalls: 'guest hypercalls', hypercalls: 'all hypercalls', events: 'event flags', ringWrites: 'ring writes', bytesCopied: 'bytes copied', bytesByDma: 'bytes by DMA', diskCommands: 'disk commands',
  workerTrips: 'trips to a worker process', modeSwitches: 'mode switches', contextSwitches: 'context switches', vpSwitches: 'VP switches', elapsedNs: 'elapsed',
};

function titleOf(name: TwinLine['name']): string {
  const place = places.find((p) => name === `cpuNs ${p}`);
  return place ? `CPU time, ${place}` : (words[name] ?? name);
}

/** What passes is mostly the time of the disk. */
function diskLetter({ scope }: Side): string {
  return scope.run.kernel.profile.disk.letter;
}

/** Counts first, times second, each with how well it is founded; times and ratio have two significant digits. [PROF-4] [TWIN-6] */
function ledgerText({ ledger: lines, places: byPlace }: Pick<Compared, 'ledger' | 'places'>, disk: Readonly<Record<'left' | 'right', string>>): string {
  const isCount = ({ name }: TwinLine): boolean => (counterNames as readonly string[]).includes(name);
  const rows = [...lines.filter(isCount), ...lines.filter((line) => !isCount(line))].map((line) => {
    const sum = byPlace.find(({ place }) => line.name === `cpuNs ${place}`);
    const text = (side: 'left' | 'right'): string => (isCount(line) ? String(line[side]) : cost({ ns: line[side], letter: line.name === 'elapsedNs' ? disk[side] : (sum?.[side].letter ?? '') }));
    return [titleOf(line.name), text('left'), text('right'), line.ratio === null ? '-' : line.left === line.right ? '=' : `x${Number(line.ratio.toPrecision(2))}`];
  });
  return table([['', 'left', 'right', 'right to left'], ...rows]);
}

function stationsText(stations: readonly TwinStation[], left: Side, right: Side): string {
  const marks = stations.flatMap(({ mark }) => (mark ? [mark] : []));
  if (marks.length === 0) return 'Nobody asks for anything of a disk, so there is no milestone.\n';
  const at = (place: { readonly time: number } | null, side: Side): string => (place ? timeText(place.time - side.machine.lab.status().startTime) : 'never');
  const most = 60;
  const rows = marks.slice(0, most).map((mark) => [`${mark.guest} ${mark.ordinal + 1}, ${mark.title}: ${mark.point}`, at(mark.left, left), at(mark.right, right)]);
  return `${table([['milestone', 'left', 'right'], ...rows])}${marks.length > most ? `and ${marks.length - most} more\n` : ''}`;
}

function whyText(kinds: Compared['kinds'], all: number): string {
  if (all === 0) return 'They do the same, hop for hop.\n';
  const rows = kinds.map((kind) => [`${kind.title} (${kind.memory && kind.place === 'hardware' ? 'shared memory' : kind.place})`, String(kind.left.hops), cost(kind.left), String(kind.right.hops), cost(kind.right)]);
  return `${table([['why: kind of hop', 'left', 'CPU', 'right', 'CPU'], ...rows])}${all > kinds.length ? `and ${all - kinds.length} more kinds that differ by less\n` : ''}`;
}

function cost({ ns, letter }: { readonly ns: number; readonly letter: string }): string {
  return ns === 0 ? '-' : `${durationText(ns)} ${letter}`.trimEnd();
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_title, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return `${rows.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ').trimEnd()).join('\n')}\n`;
}
