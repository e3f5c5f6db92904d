/**
 * `disk`: what is on a VHD, read by a guest that runs: the file is the guest's disk, and every byte comes out of the guest's
 * memory at the hop that hands it to the reading program. `info` reads the structures of the file itself.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { openVhd, pieceRead, twoWays, type GuestFileView, type Lab, type Scenario } from '../index.ts';
import { helpText, InputError, readArgs, shown, UsageError, type Options } from './args.ts';
import { machineOf, MachineError, readFile, type Machine } from './machine.ts';

const options: Options = {
  path: { value: 'synthetic|pio', says: 'the way the guest reaches its disk (usual: synthetic)' },
  depth: { value: 'N', says: 'reads of a file under way at once, 1 to 32 (usual: 8)' },
  json: { says: 'ls, info: print JSON' },
  help: { says: 'print this' },
};

export const diskHelp = helpText(
  'disk ls|cat|info FILE.vhd [PATH] [options]',
  'ls lists a folder of the disk, cat writes a file of it to standard output, both read by a running guest; info shows the VHD’s own structures.',
  options,
);

export function disk(argv: readonly string[], print: (bytes: string | Uint8Array) => void): void {
  const args = readArgs(argv, options);
  if (args.on('help')) {
    print(diskHelp);
    return;
  }
  const [what, file, path, ...rest] = args.words;
  if (what === undefined || !['ls', 'cat', 'info'].includes(what)) throw new UsageError('disk takes ls, cat or info, then a VHD file.');
  if (what === 'info' && path !== undefined) throw new UsageError(`disk info takes a VHD file and nothing else, not ${shown(path)}.`);
  const depth = args.count('depth', 8, 1, 32);
  if (file === undefined || rest.length > 0) throw new UsageError(`disk ${what} takes a VHD file${what === 'info' ? '' : ' and a path on it'}.`);
  const way = args.text('path') ?? 'synthetic';
  if (way !== 'synthetic' && way !== 'pio') throw new UsageError(`--path is ${shown(way)}; it must be synthetic or pio.`);
  const bytes = readFile(file, 'The disk image');
  if (what === 'info') {
    print(infoOf(file, bytes, args.on('json')));
    return;
  }
  if (what === 'cat' && path === undefined) throw new UsageError('disk cat takes a VHD file and the path of a file on it, such as README.TXT.');
  const opened = openVhd(readerOf(bytes), bytes.length);
  if (opened.kind === 'refused') throw new InputError(opened.sentence);
  const machine = machineOf(scenarioFor(file, bytes, way), process.cwd(), { images: () => bytes });
  if (what === 'ls') print(listing(machine, path ?? '\\', args.on('json')));
  else cat(machine, path!, depth, print);
}

function readerOf(bytes: Uint8Array): (offset: number, length: number) => Uint8Array | null {
  return (offset, length) => (offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : null);
}

/** One guest whose disk is the file. */
function scenarioFor(file: string, bytes: Uint8Array, way: 'synthetic' | 'pio'): Scenario {
  const guest = twoWays.guests.find((g) => g.path === way)!;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    ...twoWays,
    name: 'disk', title: basename(file), about: `${basename(file)} as the disk of ${guest.title}.`,
    images: { file: { sha256, bytes: bytes.length, file } },
    guests: [{ ...guest, disk: 'file' }],
    start: [{ do: 'boot-root' }, { do: 'start-vm', name: guest.name }],
    steps: [],
  };
}

interface Shown {
  readonly listing: readonly { readonly name: string; readonly size: number; readonly attributes: number; readonly date: number; readonly time: number }[];
}

const DIRECTORY = 0x10;

function listing(machine: Machine, path: string, json: boolean): string {
  const guest = machine.scenario.guests[0]!;
  machine.fed(() => machine.lab.intend({ do: 'list-files', guest: guest.name, path }));
  finish(machine, path);
  const reader = machine.lab.view().components.find((c) => c.path === `${guest.name}/reader`)!;
  const shown = machine.fed(() => machine.lab.inspectComponent(reader.index)).after as Shown;
  const entries = shown.listing.map((entry) => ({ name: entry.name, size: entry.size, folder: (entry.attributes & DIRECTORY) !== 0, written: written(entry.date, entry.time) }));
  if (json) return `${JSON.stringify(entries)}\n`;
  return entries.map((e) => `${e.folder ? '<DIR>'.padStart(12) : String(e.size).padStart(12)}  ${e.written}  ${e.name}\n`).join('');
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
  lab.onHop((hop) => {
    const piece = pieceRead(lab.run, hop);
    if (!piece || piece.status !== 0) return;
    early.set(piece.cookie, piece.bytes);
    for (let bytes = early.get(next); bytes; bytes = early.get(next)) {
      print(bytes);
      early.delete(next++);
    }
  });
  machine.fed(() => lab.intend({ do: 'read-file', guest: guest.name, path, depth }));
  finish(machine, path);
}

function finish(machine: Machine, path: string): void {
  machine.runTo(Number.MAX_SAFE_INTEGER);
  const seen = readerOfGuest(machine.lab);
  if (seen.status === 'reading') throw new MachineError(`The guest has not finished: ${machine.lab.status().why}`);
  if (seen.status !== 'read') throw new InputError(`${path} cannot be read: ${seen.status}`);
}

function readerOfGuest(lab: Lab): GuestFileView {
  const found = lab.view().guests[0];
  if (!found) throw new MachineError('The guest has no reading program.');
  return found;
}

function infoOf(file: string, bytes: Uint8Array, json: boolean): string {
  const opened = openVhd(readerOf(bytes), bytes.length);
  if (opened.kind === 'refused') throw new InputError(opened.sentence);
  const { footer, header } = opened;
  const info: Record<string, string | number> = {
    file: basename(file),
    type: opened.type,
    'disk bytes': opened.sectors * 512,
    sectors: opened.sectors,
    'file bytes': bytes.length,
    creator: footer.creatorApplication,
    'block size': header ? header.blockSize : 0,
    blocks: opened.table.length,
    'blocks present': opened.table.filter((entry) => entry !== 0xffff_ffff).length,
    notice: opened.notice,
  };
  if (json) return `${JSON.stringify(info)}\n`;
  return Object.entries(info).filter(([, value]) => value !== '' && !(header === null && value === 0)).map(([name, value]) => `${name.padEnd(15)} ${value}\n`).join('');
}
