/** What a command says beside its answer, on standard error, a line each: what a person should know, and what was asked for and failed. */
import { failedUpTo, leftOut, type Failed } from '../index.ts';
import { plain, shown } from './args.ts';
import type { Machine } from './machine.ts';

export interface Aside {
  /** Good to know; the exit code stays. */
  readonly notice: (sentence: string) => void;
  /** Something asked for was not done: exit code 1, once the answer has been printed. */
  readonly failure: (sentence: string) => void;
}

export const silent: Aside = { notice: () => undefined, failure: () => undefined };

/** A run in which everything fails is told so far. */
const FAILED_MOST = 50;

const mends: Readonly<Record<string, (file: string) => string>> = {
  STATUS_OBJECT_NAME_NOT_FOUND: (file) => `disk ls ${file} shows the names there are`,
  STATUS_OBJECT_PATH_NOT_FOUND: (file) => `disk ls ${file} shows the names there are`,
  STATUS_FILE_IS_A_DIRECTORY: () => 'name a file in it, or list it with "list-files"',
  STATUS_NOT_A_DIRECTORY: () => 'read it with "read-file", or name a directory',
  STATUS_OBJECT_NAME_INVALID: () => 'choose another name',
  STATUS_ACCESS_DENIED: () => 'choose another name, or take the mark off in a machine that can',
  STATUS_CANNOT_DELETE: () => 'take the mark off in a machine that can, or leave the file',
  STATUS_DISK_FULL: () => 'delete something on it first, or write less',
  STATUS_MEDIA_WRITE_PROTECTED: () => 'take a guest and a disk that can be written',
  STATUS_IO_DEVICE_ERROR: (file) => `disk check ${file} says whether the file is in order`,
};

const acts: Readonly<Record<string, (failed: Failed) => string>> = {
  'read-file': ({ path }) => `cannot read ${named(path, 'a file')}`,
  'list-files': ({ path }) => `cannot list ${named(path, 'a directory')}`,
  'read-sectors': () => 'cannot read sectors',
  'write-file': ({ path }) => `cannot write ${named(path, 'a file')}`,
  'copy-file': ({ path, to }) => (path === '' ? 'cannot copy a file' : `cannot copy ${shown(path)} to ${shown(to)}`),
  'delete-file': ({ path }) => `cannot delete ${named(path, 'a file')}`,
  inject: () => 'breaks its load off',
  'start-vm': () => 'does not start',
  vm: () => 'stays as it is',
};

function named(path: string, else_: string): string {
  return path === '' ? else_ : shown(path);
}

/** 'hop 31', counted as everywhere from the start of the machine's story. */
function placeOf(n: number, start: number): string {
  return n > start ? `hop ${n - start}` : `hop ${n} of the bring-up`;
}

/** One sentence: who could not do what, where, why, and how to mend it. */
function sentenceOf({ lab, diskOf }: Machine, failed: Failed): string {
  const { start } = lab.status();
  const disk = diskOf(failed.name);
  const file = disk ? shown(disk.file) : 'FILE.vhd';
  const mend = failed.says.includes(';') ? undefined : mends[failed.status]?.(file) ?? 'trace --text shows what went before';
  const reason = failed.did === 'start-vm' && disk ? `${file}: ${disk.refused || failed.says}` : failed.says;
  const says = plain(reason).replace(/\.$/, '');
  return `${shown(failed.title)} ${acts[failed.did]?.(failed) ?? 'fails'} (${placeOf(failed.n, start)}): ${says}${mend === undefined ? '' : `; ${mend}`}.`;
}

export interface FailedRequest {
  readonly guest: string;
  readonly did: string;
  readonly path: string;
  /** Counted from the start; 0 or less: in the bring-up. */
  readonly hop: number;
  readonly status: string;
  readonly says: string;
}

/** Every request of a run that failed, told to the person too. [CLI-24] */
export function tellFailed(machine: Machine, aside: Aside, whose = ''): readonly FailedRequest[] {
  const { lab, fed } = machine;
  const { n, start } = lab.status();
  const failed = fed(() => failedUpTo(lab.run, n, FAILED_MOST + 1));
  const told = failed.slice(0, FAILED_MOST).map((one) => {
    const says = sentenceOf(machine, one);
    aside.failure(`${whose}${says}`);
    return { guest: one.name, did: one.did, path: one.path, hop: one.n - start, status: one.status, says };
  });
  for (const { n: after, says } of leftOut(lab.run)) aside.failure(`${whose}${plain(says)} (${placeOf(after, start)})`);
  if (failed.length > FAILED_MOST) aside.failure(`${whose}More than ${FAILED_MOST} requests failed; only the first are told.`);
  return told;
}
