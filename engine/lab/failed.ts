/**
 * What was asked of the machine and did not succeed: tasks of the guests' programs and requests to VMMS, each with whose it was, what
 * it was about and why it failed. [FAIL-1]
 */
import { COPY_FILE, DELETE_FILE, LIST_FILES, READ_FILE, READ_SECTORS, WRITE_FILE } from '../guest/user/hops.ts';
import { ROW_WORDS, W_KIND_FROM, type Hop } from '../sim/rows.ts';
import { ntStatusName, ntStatusSentence, STATUS_CANCELLED } from '../wire/ntstatus.ts';
import { ChunkMissing } from './chunks.ts';
import { argsOf, fullSentence } from './narration.ts';
import type { Run } from './run.ts';
import { nextPart } from './sieve.ts';

/** One thing that was asked for and ended with an error. */
export interface Failed {
  /** The hop that tells it. */
  readonly n: number;
  /** Structural name of the guest or virtual machine, '' when it is not known. */
  readonly name: string;
  readonly title: string;
  /** The intent: 'read-file', 'inject', 'start-vm' ... */
  readonly did: string;
  /** Path that was asked for, and for a copy the other one; else ''. */
  readonly path: string;
  readonly to: string;
  /** 'STATUS_OBJECT_NAME_NOT_FOUND', or a return code of VMMS. */
  readonly status: string;
  /** One sentence. */
  readonly says: string;
}

/** A step of the plan that the machine refused when its moment came. */
export interface LeftOut {
  /** The hop behind which it was due. */
  readonly n: number;
  readonly says: string;
}

/** What was planned and left out on the way to where the machine stands, in order. [HIST-9] */
export function leftOut({ branch, applied }: Run): readonly LeftOut[] {
  return branch.intents.slice(0, applied).flatMap(({ after, intent, refused }) => {
    const { do: what } = intent as { readonly do?: unknown };
    return refused ? [{ n: after, says: `A planned step was left out (${String(what)}): ${refused}` }] : [];
  });
}

const tasks: Readonly<Record<number, string>> = {
  [READ_FILE]: 'read-file', [LIST_FILES]: 'list-files', [READ_SECTORS]: 'read-sectors', [WRITE_FILE]: 'write-file', [COPY_FILE]: 'copy-file', [DELETE_FILE]: 'delete-file',
};

interface ReaderLast {
  readonly last: { readonly path: string; readonly to: string; readonly reason: string } | null;
}

type Teller = (run: Run, hop: Hop, args: Readonly<Record<string, number>>) => Omit<Failed, 'n'> | null;

function textOf(run: Run, id: number | undefined): string {
  return id ? (run.kernel.m.texts[id] ?? '') : '';
}

/** Structural name and title of the guest whose program made a hop. */
function guestOf(run: Run, hop: Hop): { readonly name: string; readonly title: string } {
  const { components, partitions } = run.kernel.m;
  return { name: components.paths[hop.from]!.split('/')[0]!, title: partitions.titles[components.partitions[hop.from]!] ?? '' };
}

/** The path stands in what the reader remembers; a task that was not even begun has left none there. */
function readerFailed(run: Run, hop: Hop, { what = 0, status = 0, reasonText }: Readonly<Record<string, number>>): Omit<Failed, 'n'> | null {
  if (status === 0) return null;
  const { types, states } = run.kernel.m.components;
  const { last } = run.kernel.types[types[hop.from]!]!.view!(states[hop.from]) as ReaderLast;
  const says = textOf(run, reasonText) || ntStatusSentence(status);
  const own = last !== null && last.reason === says;
  return { ...guestOf(run, hop), did: tasks[what] ?? '', path: own ? last.path : '', to: own ? last.to : '', status: ntStatusName(status), says };
}

/** The virtual machine that a hop of VMMS to itself is about. */
function vmOf(run: Run, hop: Hop, nameText: number | undefined): { readonly name: string; readonly title: string } {
  const name = textOf(run, nameText);
  const { types, states } = run.kernel.m.components;
  const { vms } = run.kernel.types[types[hop.to]!]!.view!(states[hop.to]) as { vms: readonly { readonly name: string; readonly title: string }[] };
  return { name, title: vms.find((vm) => vm.name === name)?.title ?? name };
}

const tellers: Readonly<Record<string, Teller>> = {
  'reader.finished': readerFailed,
  'load.finished': (run, hop, { status = 0, reasonText }) =>
    status === 0 ? null : { ...guestOf(run, hop), did: 'inject', path: '', to: '', status: ntStatusName(status), says: textOf(run, reasonText) || ntStatusSentence(status) },
  'vmms.poweredOn': (run, hop, { nameText, status = 0, reasonText }) =>
    status === 0 || status === STATUS_CANCELLED ? null : { ...vmOf(run, hop, nameText), did: 'start-vm', path: '', to: '', status: ntStatusName(status), says: textOf(run, reasonText) || ntStatusSentence(status) },
  'vmms.refused': (run, hop, { nameText, code = 0 }) => ({ ...vmOf(run, hop, nameText), did: 'vm', path: '', to: '', status: String(code), says: fullSentence(run.kernel, hop) }),
};

/** Hops of these kinds, in order. */
function hopsOfKinds(run: Run, kinds: readonly boolean[], to: number): number[] {
  const found: number[] = [];
  const sieve = { kinds, partition: -1 };
  for (let part = nextPart(run, 1, to, sieve); part; part = nextPart(run, part.to + 1, to, sieve)) {
    const { log, first } = run.stretchAt(part.from, part.to);
    for (let n = part.from; n <= part.to; n++) if (kinds[log!.words[(n - first) * ROW_WORDS + W_KIND_FROM]! & 0xffff]) found.push(n);
  }
  return found;
}

/**
 * What has failed up to hop `to` of the present branch, in order, at most `most`. The machine stands where it stood afterwards. Throws
 * ChunkMissing when a piece of an image must come first. [FAIL-1]
 */
export function failedUpTo(run: Run, to: number, most: number): readonly Failed[] {
  const { catalogue } = run.kernel;
  const found: Failed[] = [];
  run.aside(() => {
    for (const n of hopsOfKinds(run, catalogue.map(({ name }) => Object.hasOwn(tellers, name)), to)) {
      const hop = run.hopAt(n);
      const kind = catalogue[hop.kind]!;
      const args = argsOf(kind, hop);
      if (found.length === most || args['status'] === 0) continue;
      if (run.seek(n) === 'needs') throw new ChunkMissing(run.need!);
      const failed = tellers[kind.name]!(run, hop, args);
      if (failed) found.push({ n, ...failed });
    }
  });
  return found;
}
