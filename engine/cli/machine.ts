/** A lab for the command line: a scenario by name or file, its disk images from files, checked by their hash. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { argsOf, ChunkMissing, createLab, eras, labOf, parseScenario, profiles, ScenarioError, shipped, twoWays, type Lab, type LabStatus, type Scenario, variantFrom, variantOf, withSpares } from '../index.ts';
import { silent, type Aside } from './aside.ts';
import { InputError, nearest, plain, shown, UsageError, type Args, type Options } from './args.ts';
import { hashOf, openImage, readScenario, tellNotice, vhdIn, type ImageFile } from './image-file.ts';

const CHUNK = 65_536;
/** Where the project lies: its images are found from whatever folder somebody stands in. */
const home = process.env['VIRIDIAN_HOME'] ?? process.cwd();
const named: Readonly<Record<string, Scenario>> = Object.fromEntries(shipped.map((scenario) => [scenario.name, scenario]));
export const scenarioNames: readonly string[] = Object.keys(named);

/** The engine failed, or the machine did: exit code 3. */
export class MachineError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'MachineError';
  }
}

export interface Machine {
  readonly lab: Lab;
  readonly scenario: Scenario;
  /** Does something as often as chunks of disk images are missing; hands them over in between. */
  readonly fed: <T>(ask: () => T) => T;
  /** Runs to hop `n`, or until nothing moves. */
  readonly runTo: (n: number, untilTime?: number) => LabStatus;
  /** The image of a guest's disk: its file, and why it cannot be used, '' when it can. Null: no guest of the scenario. */
  readonly diskOf: (guest: string) => { readonly file: string; readonly refused: string } | null;
}

/** A scenario by its name, or from a JSON file. */
export function scenarioFrom(word: string | undefined): { readonly scenario: Scenario; readonly folder: string } {
  const name = word ?? twoWays.name;
  if (Object.hasOwn(named, name)) return { scenario: named[name]!, folder: home };
  if (word === undefined || !existsSync(word)) {
    const meant = nearest(name, scenarioNames);
    throw new InputError(`There is no scenario and no file called ${shown(name)}; ${meant === '' ? `scenarios are ${scenarioNames.join(', ')}.` : `did you mean ${meant}?`}`);
  }
  try {
    return { scenario: parseScenario(readScenario(word)), folder: dirname(resolve(word)) };
  } catch (error) {
    if (error instanceof ScenarioError) throw new InputError(`${placeIn(word, error)}: ${error.message}`);
    throw error;
  }
}

/** 'FILE:12:5', or the file alone where a fault has no place. [SCEN-5] */
export function placeIn(file: string, { line = 0, column = 0 }: { readonly line?: number | undefined; readonly column?: number | undefined }): string {
  return line === 0 ? plain(file) : `${plain(file)}:${line}:${column}`;
}

/** Options of commands that run a scenario: the same on another machine. */
export const variantOptions: Options = {
  era: { value: 'ERA', says: `as of another release: ${eras.join(', ')}` },
  profile: { value: 'PROFILE', says: `on other hardware: ${Object.keys(profiles).join(', ')}` },
  with: { value: 'CHANGES', says: 'with something of its guests changed, as in beta.path=dma,beta.extraAccesses=4' },
};

/** What `--with` and its like change: words of a variant with their values, set apart by commas. */
export function changesFrom(option: string, text: string | undefined): Record<string, string> {
  const words: Record<string, string> = {};
  for (const part of (text ?? '').split(',').filter((piece) => piece !== '')) {
    const [word, value, ...more] = part.split('=');
    if (word === undefined || word === '' || value === undefined || value === '' || more.length > 0) throw new UsageError(`--${option} does not understand ${shown(part)}; write a word and its value, as in beta.path=dma, and set several apart by commas.`);
    if (words[word] !== undefined) throw new UsageError(`--${option} gives ${shown(word)} twice; give it once.`);
    words[word] = value;
  }
  return words;
}

/** The scenario that the words name, with what the options change of it. */
export function scenarioAsked(args: Args, changes = changesFrom('with', args.text('with'))): { readonly scenario: Scenario; readonly folder: string } {
  const { scenario, folder } = scenarioFrom(args.words[0]);
  const era = oneOfThese('era', args.text('era'), eras);
  const profile = oneOfThese('profile', args.text('profile'), Object.keys(profiles));
  const words = { ...changes, ...(era ? { era } : {}), ...(profile ? { profile } : {}) };
  return { scenario: asked(() => variantOf(scenario, variantFrom(words))), folder };
}

/** What a scenario refuses is the fault of whoever wrote the option. */
export function asked<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ScenarioError) throw new UsageError(error.message);
    throw error;
  }
}

function oneOfThese<T extends string>(name: string, given: string | undefined, known: readonly T[]): T | undefined {
  const found = known.find((value) => value === given);
  if (given !== undefined && found === undefined) throw new UsageError(`--${name} is ${shown(given)}; it must be one of ${known.join(', ')}.`);
  return found;
}

/** Where an image of a scenario lies: beside the scenario, or among the files that the page is served with. */
function imageFile(file: string, folder: string): string {
  for (const path of [resolve(folder, file), join(folder, 'public', file), join(home, 'public', file), join(home, file)]) {
    if (existsSync(path) && statSync(path).isFile()) return path;
  }
  if (existsSync(resolve(folder, file))) throw new InputError(`The disk image ${shown(file)} is ${statSync(resolve(folder, file)).isDirectory() ? 'a folder' : 'no regular file'}; name the .vhd file itself.`);
  throw new InputError(`The disk image ${shown(file)} is neither beside the scenario nor in public/; put it there.`);
}

/** Images of a scenario by hash; each is opened when first needed, and refused when it is not the one that was meant. */
export function imagesOf(scenario: Scenario, folder: string, aside: Aside = silent): (hash: string) => ImageFile {
  const read = new Map<string, ImageFile>();
  return (hash) => {
    const known = read.get(hash);
    if (known) return known;
    const image = Object.values(scenario.images).find((i) => i.sha256 === hash);
    if (!image) throw new MachineError(`The machine asks for an image ${hash} that the scenario does not have.`);
    const opened = openImage(imageFile(image.file, folder));
    const found = hashOf(opened);
    if (found !== hash) throw new InputError(`The disk image ${shown(image.file)} has the hash ${found}, but the scenario names ${hash}; take the file that the scenario was made with.`);
    if (opened.bytes !== image.bytes) throw new InputError(`The disk image ${shown(image.file)} has ${opened.bytes} bytes, but the scenario says ${image.bytes}; write "bytes": ${opened.bytes} into it.`);
    if (image.kind !== 'raw') tellNotice(image.file, opened, aside);
    read.set(hash, opened);
    return opened;
  };
}

interface Wishes {
  /** Bytes of an image by hash. */
  readonly images?: (hash: string) => ImageFile;
  /** Watch every hop, bring-up included. */
  readonly checks?: boolean;
  /** Bring it up (usual), or leave that to the caller. */
  readonly up?: boolean;
  /** With the spare disks that the page gives a scenario, so that both come to the same fingerprint. */
  readonly spares?: boolean;
  /** Who is told what is odd about its images. */
  readonly aside?: Aside;
}

export function machineOf(scenario: Scenario, folder: string, { aside = silent, images = imagesOf(scenario, folder, aside), checks = false, up = true, spares = true }: Wishes = {}): Machine {
  const lab = createLab(labOf(spares ? withSpares(scenario) : scenario));
  lab.setChecks(checks);
  const supply = (need: { readonly image: string; readonly chunk: number }): void => {
    lab.supply(need.image, need.chunk, images(need.image).read(need.chunk * CHUNK, CHUNK));
  };
  const fed = <T>(ask: () => T): T => {
    for (;;) {
      try {
        const value = ask();
        const { need } = lab.status();
        if (!need) return value;
        supply(need);
      } catch (error) {
        if (!(error instanceof ChunkMissing)) throw error;
        supply(error.need);
      }
    }
  };
  const runTo = (n: number, untilTime?: number): LabStatus => {
    for (;;) {
      const before = lab.status().n;
      const to = Math.min(n, before + 100_000);
      // Asked again when a piece of an image has come, it goes only as far as it was to go at first.
      const { status } = fed(() => lab.advance({ hops: to - lab.status().n, ...(untilTime === undefined ? {} : { untilTime }) }));
      if (status.state === 'failed') throw new MachineError(status.failure ?? 'The machine failed.');
      if (status.n >= n || status.n === before) return status;
    }
  };
  const status = up ? fed(() => lab.bringUp()) : lab.status();
  const diskOf = (guest: string): ReturnType<Machine['diskOf']> => {
    const image = scenario.images[scenario.guests.find(({ name }) => name === guest)?.disk ?? ''];
    if (!image) return null;
    const found = image.kind === 'raw' ? null : vhdIn(images(image.sha256));
    return { file: image.file, refused: found?.kind === 'refused' ? found.sentence : '' };
  };
  const machine = { lab, scenario, fed, runTo, diskOf };
  if (up) refuseWhoIsDown(machine);
  if (status.state === 'failed') throw new MachineError(status.failure ?? 'The machine failed to start.');
  return machine;
}

/** What VMMS keeps of its virtual machines; state 2 is enabled. */
interface KeptVms {
  readonly vms: readonly { readonly name: string; readonly title: string; readonly state: number }[];
}
const ENABLED = 2;

/** A virtual machine that was started and does not run has a disk that cannot be used: says why. */
function refuseWhoIsDown({ lab, fed, diskOf }: Machine): void {
  const vmms = lab.view().components.find((c) => c.path === 'root/vmms');
  if (!vmms) return;
  const down = (fed(() => lab.inspectComponent(vmms.index)).after as KeptVms).vms.find((vm) => vm.state !== ENABLED);
  if (!down) return;
  const disk = diskOf(down.name);
  throw new InputError(`${shown(down.title)} does not start: ${disk ? `${shown(disk.file)}: ` : ''}${disk?.refused || fed(() => refusalOfDisk(lab))}`);
}

/** The sentence with which the VHD parser has refused a file. */
function refusalOfDisk(lab: Lab): string {
  for (let n = 1; n <= lab.status().n; n++) {
    const hop = lab.run.hopAt(n);
    const kind = lab.kinds[hop.kind]!;
    if (kind.name !== 'vhd.opened' && kind.name !== 'vhd.openedUser') continue;
    const { handle, reasonText } = argsOf(kind, hop);
    if (handle === 0 && reasonText) return lab.run.kernel.m.texts[reasonText] ?? '';
  }
  return 'one of its devices or its memory was refused; look at the hops before the start.';
}
