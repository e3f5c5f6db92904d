/** What may be asked of the machine, as data: each intent with its fields, and what may stand in them. */
import type { VmConfig } from './root/user/hops.ts';
import { IntentError } from './sim/intend.ts';

export type Intent =
  | { readonly do: 'boot-root' }
  | ({ readonly do: 'create-vm' } & VmConfig)
  | { readonly do: 'start-vm'; readonly name: string }
  | { readonly do: 'read-file'; readonly guest: string; readonly path: string; readonly depth?: number }
  | { readonly do: 'list-files'; readonly guest: string; readonly path: string }
  | { readonly do: 'read-sectors'; readonly guest: string; readonly lba: number; readonly sectors: number; readonly count: number; readonly depth: number }
  | { readonly do: 'burn'; readonly where: 'root'; readonly ms: number };

/** Arguments of hops are 32-bit integers. */
const WHOLE_MOST = 0x7fff_ffff;
const SHOWN = 40;

interface Kind {
  readonly is: string;
  readonly fits: (value: unknown) => boolean;
}

type Fields = Readonly<Record<string, Kind>>;

function whole(least: number, most = WHOLE_MOST): Kind {
  return { is: `a whole number from ${least} to ${most}`, fits: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most };
}

function text(least: number, most: number): Kind {
  return { is: `text of ${least} to ${most} characters`, fits: (value) => typeof value === 'string' && value.length >= least && value.length <= most };
}

function oneOf(...values: readonly unknown[]): Kind {
  return { is: values.map((value) => JSON.stringify(value)).join(' or '), fits: (value) => values.includes(value) };
}

function maybe(kind: Kind): Kind {
  return { is: `${kind.is}, or left out`, fits: (value) => value === undefined || kind.fits(value) };
}

const name: Kind = { is: "a name of 1 to 31 lower-case letters, digits and '-', beginning with a letter", fits: (value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,30}$/.test(value) };
const file: Kind = { is: 'an object with a whole number fileId', fits: (value) => value !== null && typeof value === 'object' && whole(1).fits((value as { fileId?: unknown }).fileId) };
const path = text(0, 4096);

const known: Readonly<Record<Intent['do'], Fields>> = {
  'boot-root': {},
  'create-vm': {
    name, title: text(1, 60), guest: oneOf('enlightened', 'legacy'), memoryMb: whole(1, 65_536), vps: whole(1, 64), path: oneOf('synthetic', 'pio'), disk: file,
    polled: maybe(oneOf(true, false)), queueDepth: maybe(whole(1, 32)), signalRule: maybe(oneOf('empty-to-non-empty', 'every-write')),
  },
  'start-vm': { name },
  'read-file': { guest: name, path, depth: maybe(whole(0)) },
  'list-files': { guest: name, path },
  'read-sectors': { guest: name, lba: whole(0), sectors: whole(0), count: whole(0), depth: whole(0) },
  burn: { where: oneOf('root'), ms: whole(0) },
};

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const json = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return json.length > SHOWN ? `${json.slice(0, SHOWN - 3)}...` : json;
}

/** The intent that a value is; whatever else it is, is refused. [LAB-1] */
export function intentOf(value: unknown): Intent {
  if (value === null || typeof value !== 'object') throw new IntentError(`An intent is an object with a field do, not ${show(value)}.`);
  const given = value as Record<string, unknown>;
  const what = given['do'];
  if (typeof what !== 'string' || !Object.hasOwn(known, what)) throw new IntentError(`The do of an intent is ${show(what)}; it must be one of ${Object.keys(known).join(', ')}.`);
  const fields = known[what as Intent['do']];
  for (const field of Object.keys(given)) {
    if (field !== 'do' && !Object.hasOwn(fields, field)) throw new IntentError(`${show(field)} is no field of the intent ${what}; known are ${['do', ...Object.keys(fields)].join(', ')}.`);
  }
  for (const [field, kind] of Object.entries(fields)) {
    if (!kind.fits(given[field])) throw new IntentError(`The ${field} of the intent ${what} is ${show(given[field])}; it must be ${kind.is}.`);
  }
  return value as Intent;
}
