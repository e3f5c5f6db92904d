/**
 * Scenarios: a machine's configuration, the intents that bring it up, and what is asked of it. Plain data that a stranger
 * may hand in, so everything is checked: unknown fields, wrong types, impossible values, size and depth. A refusal is one
 * sentence that says what, where and how to mend it.
 */
import { jsonFault } from './json-fault.ts';

export interface GuestConfig {
  /** Structural name, used in paths and intents: lower-case letters, digits, '-'. */
  readonly name: string;
  readonly title: string;
  readonly guest: 'enlightened' | 'legacy';
  readonly memoryMb: number;
  readonly vps: number;
  /** Way to its disk: 'synthetic' needs an enlightened guest. */
  readonly path: 'synthetic' | 'pio';
  /** Name of an image of the scenario. */
  readonly disk: string;
  /** PIO without interrupts: the driver polls the status register. */
  readonly polled?: boolean;
  /** Disk requests the storage driver keeps in flight. */
  readonly queueDepth?: number;
  /** Which rule the guest's VMBus driver follows when it signals. */
  readonly signalRule?: 'empty-to-non-empty' | 'every-write';
}

export interface ImageConfig {
  readonly sha256: string;
  readonly bytes: number;
  /** Where a host may find it, relative to the page. */
  readonly file: string;
}

export interface Step {
  /** When: as soon as the machine is idle after the step before, or at so many nanoseconds after the start. */
  readonly after: 'idle' | number;
  readonly intent: ScenarioIntent;
}

export type ScenarioIntent =
  | { readonly do: 'boot-root' }
  | { readonly do: 'start-vm'; readonly name: string }
  | { readonly do: 'read-file'; readonly guest: string; readonly path: string; readonly depth?: number }
  | { readonly do: 'list-files'; readonly guest: string; readonly path: string }
  | { readonly do: 'read-sectors'; readonly guest: string; readonly lba: number; readonly sectors: number; readonly count: number; readonly depth: number };

export interface Scenario {
  readonly viridian: 1;
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly era: 'ws2008';
  readonly profile: 'server-2008';
  readonly seed: number;
  readonly logicalProcessors: number;
  readonly memoryMb: number;
  readonly images: Readonly<Record<string, ImageConfig>>;
  readonly guests: readonly GuestConfig[];
  /** Intents that bring the machine up; the page opens after them. */
  readonly start: readonly ScenarioIntent[];
  /** What happens when Play is pressed. */
  readonly steps: readonly Step[];
}

/** A scenario that cannot be used. `where` is a JSON path. */
export class ScenarioError extends Error {
  readonly where: string;
  constructor(where: string, sentence: string) {
    super(sentence);
    this.name = 'ScenarioError';
    this.where = where;
  }
}

/** What lies between the files of two guests on the physical disk leaves room for so much. */
export const IMAGE_BYTES_MAX = 4_261_412_864;

const TEXT_MAX = 1 << 20;
const DEPTH_MAX = 16;

/** Reads a scenario from JSON text; throws ScenarioError with one sentence. */
export function parseScenario(file: string): Scenario {
  // Some editors begin a file with a byte order mark.
  const text = file.replace(/^\ufeff/, '');
  if (text.length > TEXT_MAX) throw new ScenarioError('$', `The scenario has ${text.length} characters; at most ${TEXT_MAX} are read, so take something out.`);
  const depth = depthOf(text);
  if (depth > DEPTH_MAX) throw new ScenarioError('$', `The scenario nests ${depth} levels deep; at most ${DEPTH_MAX} are read, so flatten it.`);
  const fault = jsonFault(text);
  if (fault !== '') throw new ScenarioError('$', `The scenario is not JSON: ${fault}; check the quotes, commas and brackets there.`);
  return checkScenario(JSON.parse(text));
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
  const s = object('$', value, scenarioFields);
  one('$.viridian', s['viridian'], [1]);
  name('$.name', s['name']);
  text('$.title', s['title'], 200);
  text('$.about', s['about'], 2000);
  one('$.era', s['era'], ['ws2008']);
  one('$.profile', s['profile'], ['server-2008']);
  integer('$.seed', s['seed'], 0, 0xffffffff);
  integer('$.logicalProcessors', s['logicalProcessors'], 1, 64);
  integer('$.memoryMb', s['memoryMb'], 1024, 65536);
  const images = checkImages(s['images']);
  const guests = checkGuests(s['guests'], images);
  checkMemory(s['memoryMb'] as number, guests);
  const asked: [at: string, intent: ScenarioIntent][] = [];
  list('$.start', s['start'], 64).forEach((intent, i) => {
    checkIntent(`$.start[${i}]`, intent, guests);
    asked.push([`$.start[${i}]`, intent as ScenarioIntent]);
  });
  if (asked[0]?.[1].do !== 'boot-root') refuse('$.start[0]', `is ${show(asked[0]?.[1])}; the first intent must be {"do":"boot-root"}, which starts the machine`);
  list('$.steps', s['steps'], 1000).forEach((step, i) => {
    const at = `$.steps[${i}]`;
    const o = object(at, step, ['after', 'intent']);
    if (o['after'] !== 'idle') integer(`${at}.after`, o['after'], 0, 3_600_000_000_000);
    checkIntent(`${at}.intent`, o['intent'], guests);
    asked.push([`${at}.intent`, o['intent'] as ScenarioIntent]);
  });
  checkOrder(asked);
  return value as Scenario;
}

/** The machine is started once and first, a guest once and before it is asked for anything. [SCEN-4] */
function checkOrder(asked: readonly (readonly [at: string, intent: ScenarioIntent])[]): void {
  const started = new Set<string>();
  asked.forEach(([at, intent], i) => {
    if (intent.do === 'boot-root') {
      if (i > 0) refuse(at, 'starts the machine, which runs already; take it out');
    } else if (intent.do === 'start-vm') {
      if (started.has(intent.name)) refuse(at, `starts '${intent.name}', which is started already; take it out`);
      started.add(intent.name);
    } else if (!started.has(intent.guest)) {
      refuse(at, `asks '${intent.guest}', which has not been started; put {"do":"start-vm","name":"${intent.guest}"} before it`);
    }
  });
}

const scenarioFields = ['viridian', 'name', 'title', 'about', 'era', 'profile', 'seed', 'logicalProcessors', 'memoryMb', 'images', 'guests', 'start', 'steps'];

function checkImages(value: unknown): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) refuse('$.images', 'must be an object of images by name');
  const names = Object.keys(value as object);
  if (names.length > 16) refuse('$.images', `has ${names.length} images; at most 16 are read`);
  const seen = new Map<unknown, string>();
  for (const key of names) {
    const at = field('$.images', key);
    name(at, key);
    const o = object(at, (value as Record<string, unknown>)[key], ['sha256', 'bytes', 'file']);
    if (typeof o['sha256'] !== 'string' || !/^[0-9a-f]{64}$/.test(o['sha256'])) refuse(`${at}.sha256`, 'must be 64 hexadecimal digits in lower case');
    integer(`${at}.bytes`, o['bytes'], 512, IMAGE_BYTES_MAX);
    text(`${at}.file`, o['file'], 500);
    const twin = seen.get(o['sha256']) ?? key;
    const { bytes } = (value as Record<string, { bytes: number }>)[twin]!;
    if (bytes !== o['bytes']) refuse(`${at}.bytes`, `is ${show(o['bytes'])}, but $.images.${twin} has the same hash and ${bytes} bytes; one of them is wrong`);
    seen.set(o['sha256'], twin);
  }
  return names;
}

function checkGuests(value: unknown, images: readonly string[]): GuestConfig[] {
  const guests = list('$.guests', value, 8) as GuestConfig[];
  const seen: string[] = [];
  guests.forEach((guest, i) => {
    const at = `$.guests[${i}]`;
    const o = object(at, guest, ['name', 'title', 'guest', 'memoryMb', 'vps', 'path', 'disk'], ['polled', 'queueDepth', 'signalRule']);
    name(`${at}.name`, o['name']);
    if (seen.includes(o['name'] as string) || ['root', 'hardware', 'hypervisor', 'remote'].includes(o['name'] as string)) refuse(`${at}.name`, `'${o['name'] as string}' is taken; every guest needs a name of its own`);
    seen.push(o['name'] as string);
    text(`${at}.title`, o['title'], 60);
    one(`${at}.guest`, o['guest'], ['enlightened', 'legacy']);
    integer(`${at}.memoryMb`, o['memoryMb'], 8, 16384);
    integer(`${at}.vps`, o['vps'], 1, 4);
    one(`${at}.path`, o['path'], ['synthetic', 'pio']);
    if (o['path'] === 'synthetic' && o['guest'] === 'legacy') refuse(`${at}.path`, "is 'synthetic', but a legacy guest has no VMBus driver; make the guest 'enlightened' or the path 'pio'");
    one(`${at}.disk`, o['disk'], images);
    if (o['polled'] !== undefined && typeof o['polled'] !== 'boolean') refuse(`${at}.polled`, 'must be true or false');
    if (o['queueDepth'] !== undefined) integer(`${at}.queueDepth`, o['queueDepth'], 1, 32);
    if (o['signalRule'] !== undefined) one(`${at}.signalRule`, o['signalRule'], ['empty-to-non-empty', 'every-write']);
  });
  return guests;
}

function checkMemory(machineMb: number, guests: readonly GuestConfig[]): void {
  const asked = guests.reduce((sum, g) => sum + g.memoryMb, 0);
  if (asked + 768 > machineMb) refuse('$.guests', `ask for ${asked} MB of memory, but the machine has ${machineMb} MB of which 768 MB stay with the root; give the guests less or the machine more`);
}

/** Checks one intent; guests must exist. */
export function checkIntent(at: string, value: unknown, guests: readonly GuestConfig[]): void {
  const names = guests.map((g) => g.name);
  const kind = (value as { do?: unknown } | null)?.do;
  if (kind === 'boot-root') object(at, value, ['do']);
  else if (kind === 'start-vm') one(`${at}.name`, object(at, value, ['do', 'name'])['name'], names);
  else if (kind === 'read-file' || kind === 'list-files') {
    const o = object(at, value, ['do', 'guest', 'path'], kind === 'read-file' ? ['depth'] : []);
    one(`${at}.guest`, o['guest'], names);
    if (kind === 'read-file' || o['path'] !== '') text(`${at}.path`, o['path'], 255);
    if (o['depth'] !== undefined) integer(`${at}.depth`, o['depth'], 1, 32);
  } else if (kind === 'read-sectors') {
    const o = object(at, value, ['do', 'guest', 'lba', 'sectors', 'count', 'depth']);
    one(`${at}.guest`, o['guest'], names);
    integer(`${at}.lba`, o['lba'], 0, 0x0fffffff);
    integer(`${at}.sectors`, o['sectors'], 1, 8);
    integer(`${at}.count`, o['count'], 1, 1_000_000);
    integer(`${at}.depth`, o['depth'], 1, 32);
  } else {
    refuse(`${at}.do`, `is ${show(kind)}; it must be one of 'boot-root', 'start-vm', 'read-file', 'list-files', 'read-sectors'`);
  }
}

// --- small checks -----------------------------------------------------------------------------------------------------

function refuse(where: string, says: string): never {
  throw new ScenarioError(where, `${where} ${says}.`);
}

/** A path of JSON one field on; names that are no plain words stand in brackets, shortened. */
function field(at: string, key: string): string {
  return /^[A-Za-z_][\w-]{0,39}$/.test(key) ? `${at}.${key}` : `${at}[${show(key)}]`;
}

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value);
  const json = JSON.stringify(value) ?? typeof value;
  return json.length > 40 ? `${json.slice(0, 37)}...` : json;
}

function object(at: string, value: unknown, required: readonly string[], optional: readonly string[] = []): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) refuse(at, `is ${show(value)}; it must be an object`);
  const o = value as Record<string, unknown>;
  for (const key of Object.keys(o)) {
    if (!required.includes(key) && !optional.includes(key)) refuse(field(at, key), `is not a field; known here: ${[...required, ...optional].join(', ')}`);
  }
  for (const key of required) if (!Object.hasOwn(o, key)) refuse(`${at}.${key}`, 'is missing');
  return o;
}

function list(at: string, value: unknown, most: number): unknown[] {
  if (!Array.isArray(value)) refuse(at, `is ${show(value)}; it must be a list`);
  const items = value as unknown[];
  if (items.length > most) refuse(at, `has ${items.length} entries; at most ${most} are read`);
  return items;
}

function integer(at: string, value: unknown, least: number, most: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) refuse(at, `is ${show(value)}; it must be a whole number from ${least} to ${most}`);
}

function one(at: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.length === 0) refuse(at, `is ${show(value)}; there is nothing of that kind to name yet, so add one`);
  if (!allowed.includes(value)) refuse(at, `is ${show(value)}; it must be ${allowed.length === 1 ? show(allowed[0]) : `one of ${allowed.map(show).join(', ')}`}`);
}

function text(at: string, value: unknown, most: number): void {
  if (typeof value !== 'string' || value.length === 0 || value.length > most) refuse(at, `is ${show(value)}; it must be text of 1 to ${most} characters`);
}

function name(at: string, value: unknown): void {
  if (typeof value !== 'string' || !/^[a-z][a-z0-9-]{0,30}$/.test(value)) refuse(at, `is ${show(value)}; a name is 1 to 31 lower-case letters, digits and '-', beginning with a letter`);
}
