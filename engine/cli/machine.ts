/** A lab for the command line: a scenario by name or file, its disk images from files, checked by their hash. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ChunkMissing, createLab, labOf, parseScenario, ScenarioError, shipped, twoWays, type Lab, type LabStatus, type Scenario } from '../index.ts';
import { InputError, nearest, shown } from './args.ts';

const CHUNK = 65_536;
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
}

export function readFile(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new InputError(`${what} ${path} cannot be read: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  const code = (error as { code?: string }).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return error instanceof Error ? error.message : String(error);
}

/** A scenario by its name, or from a JSON file. */
export function scenarioFrom(word: string | undefined): { readonly scenario: Scenario; readonly folder: string } {
  const name = word ?? twoWays.name;
  if (Object.hasOwn(named, name)) return { scenario: named[name]!, folder: process.cwd() };
  if (word === undefined || !existsSync(word)) {
    const meant = nearest(name, scenarioNames);
    throw new InputError(`There is no scenario and no file called ${shown(name)}; ${meant === '' ? `scenarios are ${scenarioNames.join(', ')}.` : `did you mean ${meant}?`}`);
  }
  try {
    return { scenario: parseScenario(Buffer.from(readFile(word, 'The scenario')).toString('utf8')), folder: dirname(resolve(word)) };
  } catch (error) {
    if (error instanceof ScenarioError) throw new InputError(error.message);
    throw error;
  }
}

/** Where an image of a scenario lies: beside the scenario, or among the files that the page is served with. */
function imageFile(file: string, folder: string): string {
  for (const path of [join(folder, file), join(folder, 'public', file), join(process.cwd(), 'public', file), join(process.cwd(), file)]) {
    if (existsSync(path) && statSync(path).isFile()) return path;
  }
  throw new InputError(`The disk image ${file} is neither beside the scenario nor in public/.`);
}

/** Images of a scenario by hash; each is read whole when first needed, and refused when it is not the one that was meant. */
export function imagesOf(scenario: Scenario, folder: string): (hash: string) => Uint8Array {
  const read = new Map<string, Uint8Array>();
  return (hash) => {
    const known = read.get(hash);
    if (known) return known;
    const image = Object.values(scenario.images).find((i) => i.sha256 === hash);
    if (!image) throw new MachineError(`The machine asks for an image ${hash} that the scenario does not have.`);
    const bytes = readFile(imageFile(image.file, folder), 'The disk image');
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== hash) throw new InputError(`The disk image ${image.file} has the hash ${found}, but the scenario names ${hash}; take the file that the scenario was made with.`);
    read.set(hash, bytes);
    return bytes;
  };
}

interface Wishes {
  /** Bytes of an image by hash. */
  readonly images?: (hash: string) => Uint8Array;
  /** Watch every hop, bring-up included. */
  readonly checks?: boolean;
  /** Bring it up (usual), or leave that to the caller. */
  readonly up?: boolean;
}

export function machineOf(scenario: Scenario, folder: string, { images = imagesOf(scenario, folder), checks = false, up = true }: Wishes = {}): Machine {
  const lab = createLab(labOf(scenario));
  lab.setChecks(checks);
  const supply = (need: { readonly image: string; readonly chunk: number }): void => {
    lab.supply(need.image, need.chunk, images(need.image).subarray(need.chunk * CHUNK, (need.chunk + 1) * CHUNK));
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
      const limits = { hops: Math.min(100_000, n - before), ...(untilTime === undefined ? {} : { untilTime }) };
      const { status } = fed(() => lab.advance(limits));
      if (status.state === 'failed') throw new MachineError(status.failure ?? 'The machine failed.');
      if (status.n >= n || status.n === before) return status;
    }
  };
  const status = up ? fed(() => lab.bringUp()) : lab.status();
  if (status.state === 'failed') throw new MachineError(status.failure ?? 'The machine failed to start.');
  return { lab, scenario, fed, runTo };
}
