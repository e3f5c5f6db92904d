/**
 * Scenarios: a machine's configuration, the intents that bring it up, and what is asked of it. Plain data that a stranger
 * may hand in, so everything is checked: unknown fields, wrong types, impossible values, size and depth. A refusal is one
 * sentence that says what, where and how to mend it. The form is declared in `scenario-shape.ts`; what fields must be because
 * of each other is checked here.
 */
import { pathText, show, type Path } from '../wire/shape.ts';
import { copiesOf, createsOf } from './copies.ts';
import { jsonFaultAt, lineAndColumn, placeOf } from './json-fault.ts';
import { lessonFault } from './lesson.ts';
import { caps, scenarioShape, type GuestConfig, type ImageConfig, type Scenario, type ScenarioIntent } from './scenario-shape.ts';
import { volumeExcess, volumeOf } from './volume.ts';

export type { GuestConfig, ImageConfig, Scenario, ScenarioIntent, Step } from './scenario-shape.ts';
export { IMAGE_BYTES_MAX } from './scenario-shape.ts';

/** A scenario that cannot be used. */
export class ScenarioError extends Error {
  /** A JSON path: '$.guests[0].disk'. */
  readonly where: string;
  readonly path: Path;
  /** Line and column of the fault in the text, from 1; 0 when there was no text. */
  readonly line: number;
  readonly column: number;
  constructor(path: Path, sentence: string, line = 0, column = 0) {
    super(sentence);
    this.name = 'ScenarioError';
    this.where = pathText(path);
    this.path = path;
    this.line = line;
    this.column = column;
  }
}

/** Reads a scenario from JSON text; throws ScenarioError with one sentence, and with line and column where there are. */
export function parseScenario(file: string): Scenario {
  // Some editors begin a file with a byte order mark.
  const text = file.replace(/^\ufeff/, '');
  if (text.length > caps.characters) throw new ScenarioError([], `The scenario has ${text.length} characters; at most ${caps.characters} are read, so take something out.`);
  const depth = depthOf(text);
  if (depth > caps.depth) throw new ScenarioError([], `The scenario nests ${depth} levels deep; at most ${caps.depth} are read, so flatten it.`);
  const fault = jsonFaultAt(text);
  if (fault !== null) {
    const [line, column] = lineAndColumn(text, fault.at);
    if (fault.doubled) throw new ScenarioError([], `In line ${line} ${fault.says}; take one of them out, or give it its right name.`, line, column);
    throw new ScenarioError([], `The scenario is not JSON: ${fault.says} in line ${line}; check the quotes, commas and brackets there.`, line, column);
  }
  try {
    return checkScenario(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const [line, column] = lineAndColumn(text, placeOf(text, error.path));
    throw new ScenarioError(error.path, error.message, line, column);
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 92) i++;
      else if (c === 34) inString = false;
    } else if (c === 34) inString = true;
    else if (c === 123 || c === 91) most = Math.max(most, ++depth);
    else if (c === 125 || c === 93) depth--;
  }
  return most;
}

/** Checks plain data; throws ScenarioError with one sentence. */
export function checkScenario(value: unknown): Scenario {
  fits(value, null);
  const scenario = value as Scenario;
  // Before names are looked up: a guest copied under the same name makes every mention of the other one wrong too.
  checkNames(scenario.guests);
  const created = createsOf(scenario);
  fits(value, { image: Object.keys(scenario.images), guest: [...scenario.guests, ...created].map((vm) => vm.name) });
  checkImages(scenario.images);
  checkGuests(scenario.guests);
  checkVolume(scenario);
  checkCreated(scenario, created);
  checkMemory(scenario);
  checkOrder(scenario);
  const wrong = lessonFault(scenario);
  if (wrong !== null) refuse(wrong.path, wrong.says);
  return scenario;
}

function fits(value: unknown, names: Readonly<Record<string, readonly string[]>> | null): void {
  const wrong = scenarioShape.fault(value, [], names);
  if (wrong !== null) refuse(wrong.path, wrong.says);
}

function refuse(path: Path, says: string): never {
  throw new ScenarioError(path, `${pathText(path)} ${says}${says.endsWith('?') ? '' : '.'}`);
}

/** The machine is started once and first; a virtual machine is asked only for what it can do in its state. [SCEN-4] [SCEN-12] */
function checkOrder({ guests, start, steps }: Scenario): void {
  const first = start[0];
  if (first?.do !== 'boot-root') refuse(['start', 0], `is ${show(first)}; the first intent must be {"do":"boot-root"}, which starts the machine`);
  const vms = new Map<string, State>(guests.map((guest) => [guest.name, 'new']));
  start.forEach((intent, i) => checkTurn(['start', i], i, intent, vms));
  steps.forEach(({ intent }, i) => checkTurn(['steps', i, 'intent'], 1 + i, intent, vms));
  checkEndless(start, steps);
}

/** What is begun here and runs until it is stopped, or null. */
function endless(intent: ScenarioIntent): string | null {
  if (intent.do === 'inject' && intent.count === 0) return `the load in '${intent.guest}'`;
  return intent.do === 'burn' && intent.ms === 0 ? 'the busy application in the root' : null;
}

/** A machine with something that runs until it is stopped is never idle. [SCEN-7] */
function checkEndless(start: Scenario['start'], steps: Scenario['steps']): void {
  const at = start.findIndex((intent) => endless(intent) !== null);
  if (at >= 0) refuse(['start', at], `begins ${endless(start[at]!)} before the machine is up, and it would never be; make it a step`);
  const running = new Set<string>();
  steps.forEach(({ after, intent }, i) => {
    const [one] = running;
    if (after === 'idle' && one !== undefined) refuse(['steps', i, 'after'], `is "idle", but ${one} runs until it is stopped, so the machine is never idle; name a time in nanoseconds`);
    const begun = endless(intent);
    if (begun !== null) running.add(begun);
    else if (intent.do === 'inject' || intent.do === 'write-sectors' || intent.do === 'stop-load') running.delete(`the load in '${intent.guest}'`);
    else if (intent.do === 'turn-off') running.delete(`the load in '${intent.name}'`);
    else if (intent.do === 'stop-burn') running.delete('the busy application in the root');
  });
}

type State = 'new' | 'off' | 'runs';

/** What an intent needs a virtual machine to be, and makes of it; undefined: it is not there. */
function checkTurn(path: Path, turn: number, intent: ScenarioIntent, vms: Map<string, State>): void {
  if (intent.do === 'boot-root') {
    if (turn > 0) refuse(path, 'starts the machine, which runs already; take it out');
    return;
  }
  if ('guest' in intent && intent.do !== 'create-vm') {
    if (vms.get(intent.guest) !== 'runs') refuse(path, `asks '${intent.guest}', which has not been started; put {"do":"start-vm","name":"${intent.guest}"} before it`);
    return;
  }
  if (!('name' in intent)) return;
  const { name } = intent;
  const is = vms.get(name);
  if (intent.do === 'create-vm') {
    if (is !== undefined) refuse(path, `creates '${name}', which is there already; give it another name, or delete that one before it`);
    vms.set(name, 'off');
  } else if (is === undefined) {
    refuse(path, `names '${name}', which is not there; put a "create-vm" before it`);
  } else if (intent.do === 'turn-off') {
    if (is !== 'runs') refuse(path, `turns '${name}' off, which does not run; put {"do":"start-vm","name":"${name}"} before it`);
    vms.set(name, 'off');
  } else {
    if (is === 'runs') refuse(path, intent.do === 'start-vm' ? `starts '${name}', which is started already; take it out` : `deletes '${name}', which runs; put {"do":"turn-off","name":"${name}"} before it`);
    if (intent.do === 'start-vm') vms.set(name, 'runs');
    else vms.delete(name);
  }
}

/** One content has one length. */
function checkImages(images: Readonly<Record<string, ImageConfig>>): void {
  const seen = new Map<string, string>();
  for (const [key, image] of Object.entries(images)) {
    const twin = seen.get(image.sha256) ?? key;
    const { bytes } = images[twin]!;
    if (bytes !== image.bytes) refuse(['images', key, 'bytes'], `is ${show(image.bytes)}, but $.images.${twin} has the same hash and ${bytes} bytes; one of them is wrong`);
    seen.set(image.sha256, twin);
  }
}

/** Parents are VHDs and do not lead back to their children; all files fit the physical disk. [SCEN-9] */
function checkVolume(scenario: Scenario): void {
  const { images } = scenario;
  for (const [key, image] of Object.entries(images)) {
    if (image.parent === undefined) continue;
    if (image.kind === 'raw') refuse(['images', key, 'parent'], "names a parent, but a raw image has none; take it out, or make the kind 'vhd'");
    if (images[image.parent]!.kind === 'raw') refuse(['images', key, 'parent'], `names '${image.parent}', which is a raw image; the parent of a differencing disk is a VHD`);
    const seen = [key];
    for (let at: string | undefined = image.parent; at !== undefined; at = images[at]!.parent) {
      if (seen.includes(at)) refuse(['images', key, 'parent'], `leads back to '${at}'; a disk cannot be its own parent`);
      seen.push(at);
    }
  }
  const excess = volumeExcess(scenario);
  if (excess > 0) refuse(['images'], `need ${excess * 512} bytes more than the physical disk has room for; use fewer guests or smaller parents`);
}

const takenNames = ['root', 'hardware', 'hypervisor', 'remote'];

function checkNames(guests: readonly GuestConfig[]): void {
  const seen = new Set(takenNames);
  guests.forEach(({ name }, i) => {
    if (seen.has(name)) refuse(['guests', i, 'name'], `is '${name}', which is taken; every guest needs a name of its own`);
    seen.add(name);
  });
}

function checkGuests(guests: readonly GuestConfig[]): void {
  guests.forEach((guest, i) => {
    if (guest.path === 'synthetic' && guest.guest === 'legacy') refuse(['guests', i, 'path'], "is 'synthetic', but a legacy guest has no VMBus driver; make the guest 'enlightened' or the path 'pio'");
  });
}

function checkCreated(scenario: Scenario, created: ReturnType<typeof createsOf>): void {
  const { copies } = volumeOf(scenario, copiesOf(scenario));
  if (created.length > copies.length) refuse(['steps'], `and $.start create ${created.length} virtual machines, but the physical disk has room for the files of ${copies.length}; create fewer, or use smaller images`);
  for (const [where, intents] of [['start', scenario.start], ['steps', scenario.steps.map((step) => step.intent)]] as const) {
    intents.forEach((intent, i) => {
      if (intent.do !== 'create-vm') return;
      const path: Path = where === 'start' ? ['start', i] : ['steps', i, 'intent'];
      if (takenNames.includes(intent.name)) refuse([...path, 'name'], `is '${intent.name}', which is taken; every virtual machine needs a name of its own`);
      if (intent.path === 'synthetic' && intent.guest === 'legacy') refuse([...path, 'path'], "is 'synthetic', but a legacy guest has no VMBus driver; make the guest 'enlightened' or the path 'pio'");
    });
  }
}

function checkMemory({ guests, memoryMb }: Scenario): void {
  const asked = guests.reduce((sum, g) => sum + g.memoryMb, 0);
  if (asked + 768 > memoryMb) refuse(['guests'], `ask for ${asked} MB of memory, but the machine has ${memoryMb} MB of which 768 MB stay with the root; give the guests less or the machine more`);
}
