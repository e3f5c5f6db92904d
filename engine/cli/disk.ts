/**
 * `disk`: what is on a VHD, read and changed by a guest that runs: the file is the guest's disk, and every byte comes out of the
 * guest's memory at the hop that hands it to the reading program. `info` and `check` read the structures of the file itself.
 */
import { basename } from 'node:path';
import { listingRead, pieceRead, twoWays, type GuestFileView, type Lab, type ListedFile, type Scenario } from '../index.ts';
import { silent, tellFailed, type Aside } from './aside.ts';
import { helpText, InputError, nearest, plain, readArgs, shown, UsageError, type Args, type Options } from './args.ts';
import { change, changeOf, saveDisk, type Change } from './disk-change.ts';
import { checkDisk, opened } from './disk-check.ts';
import { openImage, tellNotice, type ImageFile } from './image-file.ts';
import { machineOf, MachineError, scenarioFrom, type Machine } from './machine.ts';

/** A scenario that is still busy then never ends. */
const HOPS_MOST = 20_000_000;
/** Characters of a path on a disk, as in the intents of a guest. */
const PATH_MOST = 255;
/** Names told when none is near the one that was asked for. */
const NAMES_SHOWN = 8;

const options: Options = {
  path: { value: 'synthetic|pio|dma', says: 'the way the guest reaches its disk (usual: synthetic)' },
  depth: { value: 'N', says: 'pieces of a file under way at once, 1 to 32 (usual: 8)' },
  text: { value: 'TEXT', says: 'put: what the file is to hold' },
  from: { value: 'FILE', says: 'put: a text file to take it from' },
  out: { value: 'NEW.vhd', says: 'put, copy, rm, export: the file that the changed disk goes into' },
  json: { says: 'ls, info, check: print JSON' },
  help: { says: 'print this' },
};

/** What follows each word: the words it takes, and which of them may be left out. */
const forms: Readonly<Record<string, { readonly takes: string; readonly least: number; readonly most: number }>> = {
  ls: { takes: 'a VHD file and a path on it', least: 1, most: 2 },
  cat: { takes: 'a VHD file and the path of a file on it, such as README.TXT', least: 2, most: 2 },
  info: { takes: 'a VHD file and nothing else', least: 1, most: 1 },
  check: { takes: 'a VHD file and nothing else', least: 1, most: 1 },
  put: { takes: 'a VHD file and the path of the file to be written', least: 2, most: 2 },
  copy: { takes: 'a VHD file and two paths on it', least: 3, most: 3 },
  rm: { takes: 'a VHD file and the path of a file on it', least: 2, most: 2 },
  export: { takes: 'a scenario and perhaps the guest or VHD of it', least: 1, most: 2 },
};

/** Options that mean something for some of the words only. */
const belongs: Readonly<Record<string, readonly string[]>> = {
  path: ['ls', 'cat', 'put', 'copy', 'rm'], depth: ['cat', 'put', 'copy'], text: ['put'], from: ['put'], json: ['ls', 'info', 'check'],
};

export const diskHelp = helpText(
  'disk ls|cat|info|check|put|copy|rm FILE.vhd [PATH] [options]\n       npm run -s viridian -- disk export SCENARIO [GUEST] --out NEW.vhd',
  'ls lists a folder of the disk, cat writes a file of it to standard output, both read by a running guest; info shows the VHD’s own structures,\n' +
    'check says whether VHD and FAT volume are in order. put, copy and rm have the guest write, copy or delete a file and leave FILE.vhd as it is:\n' +
    'the changed disk goes into a new file. export runs a scenario to its end and takes a VHD off its physical disk.',
  options,
);

export function disk(argv: readonly string[], print: (bytes: string | Uint8Array) => void, aside: Aside = silent): void {
  const args = readArgs(argv, options);
  if (args.on('help')) {
    print(diskHelp);
    return;
  }
  const [what = '', ...words] = args.words;
  const form = Object.hasOwn(forms, what) ? forms[what] : undefined;
  if (!form) throw new UsageError(`disk takes ${Object.keys(forms).join(', ')}, then a VHD file.`);
  const missing = words.slice(1).some((word) => word === '' && what !== 'ls');
  if (words.length < form.least || words.length > form.most || missing) throw new UsageError(`disk ${what} takes ${form.takes}${words.length > form.most ? `, not ${shown(words[form.most]!)}` : ''}.`);
  const way = args.text('path') ?? 'synthetic';
  if (way !== 'synthetic' && way !== 'pio' && way !== 'dma') throw new UsageError(`--path is ${shown(way)}; it must be synthetic, pio or dma.`);
  const depth = args.count('depth', 8, 1, 32);
  const idle = Object.entries(belongs).find(([name, to]) => args.on(name) && !to.includes(what));
  if (idle) throw new UsageError(`--${idle[0]} belongs to ${idle[1].join(', ').replace(/, (?=[^,]+$)/, ' and ')}, not to ${what}; leave it out.`);
  const changes = what === 'put' || what === 'copy' || what === 'rm' || what === 'export';
  if (changes !== (args.text('out') !== undefined)) throw new UsageError(changes ? `disk ${what} needs --out NEW.vhd, the file that the disk goes into.` : `--out belongs to put, copy, rm and export.`);
  if (what === 'export') {
    exportDisk(words, args.text('out')!, print, aside);
    return;
  }
  const [file = '', ...paths] = words;
  const long = paths.find((path) => path.length > PATH_MOST);
  if (long !== undefined) throw new InputError(`The path ${shown(long)} has ${long.length} characters; at most ${PATH_MOST} are read, so name a shorter one.`);
  const image = openImage(file);
  tellNotice(file, image, aside);
  if (what === 'info') return print(infoOf(file, image, args.on('json')));
  if (what === 'check') return checkDisk(file, image, args.on('json'), print);
  opened(file, image);
  const machine = (): Machine => machineOf(scenarioFor(file, image, way), process.cwd(), { images: () => image, spares: false });
  if (what === 'ls') print(listing(machine(), paths[0] ?? '', args.on('json')));
  else if (what === 'cat') cat(machine(), paths[0]!, depth, print);
  else changeDisk(what as Change, machine, paths, args, depth, print);
}

function changeDisk(what: Change, machine: () => Machine, paths: readonly string[], args: Args, depth: number, print: (text: string) => void): void {
  const [text, from, out] = [args.text('text'), args.text('from'), args.text('out')!];
  if (what === 'put' && (text === undefined) === (from === undefined)) throw new UsageError('disk put takes either --text TEXT or --from FILE.');
  const running = machine();
  const guest = running.scenario.guests[0]!.name;
  change(running, changeOf(what, guest, paths, text, from, depth));
  print(`${plain(out)}: ${saveDisk(running, guest, out)} bytes\n`);
}

/** Runs a scenario to its end and saves one of its VHDs: that of the guest named, or of its first guest. */
function exportDisk([word, name]: readonly string[], out: string, print: (text: string) => void, aside: Aside): void {
  const { scenario, folder } = scenarioFrom(word);
  const machine = machineOf(scenario, folder, { aside });
  machine.runTo(HOPS_MOST);
  if (machine.lab.status().n >= HOPS_MOST) throw new InputError(`${shown(scenario.name)} does not come to rest within ${HOPS_MOST} hops; stop what it has going on, then export.`);
  print(`${plain(out)}: ${saveDisk(machine, name ?? scenario.guests[0]?.name ?? '', out)} bytes\n`);
  tellFailed(machine, aside);
}

/** One guest whose disk is the file; the only image needs no hash to be told from others. */
function scenarioFor(file: string, image: ImageFile, way: 'synthetic' | 'pio' | 'dma'): Scenario {
  const guest = { ...twoWays.guests.find((g) => (g.path === 'synthetic') === (way === 'synthetic'))!, path: way };
  return {
    ...twoWays,
    name: 'disk', title: basename(file), about: `${basename(file)} as the disk of ${guest.title}.`,
    images: { file: { sha256: '0'.repeat(64), bytes: image.bytes, file } },
    guests: [{ ...guest, disk: 'file' }],
    start: [{ do: 'boot-root' }, { do: 'start-vm', name: guest.name }],
    steps: [],
  };
}

const DIRECTORY = 0x10;

/** Entries of a folder as the guest lists them, page after page; null when it cannot: the reader says why. */
function entriesOf({ lab, scenario, fed, runTo }: Machine, path: string): readonly ListedFile[] | null {
  const entries: ListedFile[] = [];
  lab.onHop((hop) => void entries.push(...listingRead(lab.run, hop)));
  fed(() => lab.intend({ do: 'list-files', guest: scenario.guests[0]!.name, path }));
  runTo(Number.MAX_SAFE_INTEGER);
  lab.onHop(null);
  return readerOfGuest(lab).status === 'read' ? entries : null;
}

function listing(machine: Machine, path: string, json: boolean): string {
  const found = entriesOf(machine, path || '\\');
  if (!found) throw refusal(machine, path || '\\', 0);
  const entries = found.map((entry) => ({ name: entry.name, size: entry.size, folder: (entry.attributes & DIRECTORY) !== 0, written: written(entry.date, entry.time) }));
  if (json) return `${JSON.stringify(entries)}\n`;
  return entries.map((e) => `${e.folder ? '<DIR>'.padStart(12) : String(e.size).padStart(12)}  ${e.written}  ${plain(e.name)}\n`).join('');
}

/** Date and time as FAT stores them. */
function written(date: number, time: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  if (date === 0) return '                ';
  return `${1980 + (date >>> 9)}-${two((date >>> 5) & 15)}-${two(date & 31)} ${two(time >>> 11)}:${two((time >>> 5) & 63)}`;
}

/** Writes a file as the guest reads it, piece after piece, in order. */
function cat(machine: Machine, path: string, depth: number, print: (bytes: Uint8Array) => void): void {
  const { lab } = machine;
  const guest = machine.scenario.guests[0]!;
  const early = new Map<number, Uint8Array>();
  let next = 0;
  let done = 0;
  lab.onHop((hop) => {
    const piece = pieceRead(lab.run, hop);
    if (!piece || piece.status !== 0) return;
    early.set(piece.cookie, piece.bytes);
    for (let bytes = early.get(next); bytes; bytes = early.get(next)) {
      print(bytes);
      done += bytes.length;
      early.delete(next++);
    }
  });
  machine.fed(() => lab.intend({ do: 'read-file', guest: guest.name, path, depth }));
  machine.runTo(Number.MAX_SAFE_INTEGER);
  lab.onHop(null);
  if (readerOfGuest(lab).status !== 'read') throw refusal(machine, path, done);
}

/** Why a path cannot be read, and which names there are where one is missing. */
function refusal(machine: Machine, path: string, done: number): Error {
  const { status } = readerOfGuest(machine.lab);
  if (status === 'reading') return new MachineError(`The guest has not finished: ${machine.lab.status().why}`);
  const where = done === 0 ? '' : ` beyond its first ${done} bytes`;
  const missing = /^There is no (?<name>.+) in (?:the root directory|(?<folder>\\.+))\.$/.exec(status)?.groups;
  const names = missing ? (entriesOf(machine, missing['folder'] ?? '\\')?.map((e) => e.name) ?? []) : [];
  const meant = nearest(missing?.['name'] ?? '', names);
  const some = names.slice(0, NAMES_SHOWN).map(shown).join(', ');
  const hint = !missing ? '' : meant !== '' ? `; did you mean ${shown(meant)}?` : names.length === 0 ? '; it is empty.' : `; there are ${some}${names.length > NAMES_SHOWN ? ' and others' : ''}.`;
  return new InputError(`${shown(path)} on ${shown(machine.scenario.title)} cannot be read${where}: ${plain(hint === '' ? status : status.replace(/\.$/, ''))}${hint}`);
}

function readerOfGuest(lab: Lab): GuestFileView {
  const found = lab.view().guests[0];
  if (!found) throw new MachineError('The guest has no reading program.');
  return found;
}

function infoOf(file: string, image: ImageFile, json: boolean): string {
  const vhd = opened(file, image);
  const { footer, header } = vhd;
  const info: Record<string, string | number> = {
    file: basename(file),
    type: vhd.type,
    'disk bytes': vhd.sectors * 512,
    sectors: vhd.sectors,
    'file bytes': image.bytes,
    creator: footer.creatorApplication,
    'block size': header ? header.blockSize : 0,
    blocks: vhd.table.length,
    'blocks present': vhd.table.filter((entry) => entry !== 0xffff_ffff).length,
    notice: vhd.notice,
  };
  if (json) return `${JSON.stringify(info)}\n`;
  return Object.entries(info).filter(([, value]) => value !== '' && !(header === null && value === 0)).map(([name, value]) => `${name.padEnd(15)} ${value}\n`).join('');
}
