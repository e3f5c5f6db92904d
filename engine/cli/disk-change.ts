/**
 * `disk put`, `copy`, `rm` and `export`: a running guest changes its disk, and the VHD as it lies on the physical disk afterwards goes
 * into a new file. The file that was given is never written. [CLI-12]
 */
import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { ChunkMissing, type Lab, type ScenarioIntent } from '../index.ts';
import { InputError, shown } from './args.ts';
import { readText } from './image-file.ts';
import { MachineError, type Machine } from './machine.ts';

/** A text of a scenario may have so many characters. */
const TEXT_MOST = 65_536;
const SLICE = 1 << 20;

export type Change = 'put' | 'copy' | 'rm';

/** What the guest is asked to do. */
export function changeOf(what: Change, guest: string, words: readonly string[], text: string | undefined, from: string | undefined, depth: number): ScenarioIntent {
  if (what === 'rm') return { do: 'delete-file', guest, path: words[0]! };
  if (what === 'copy') return { do: 'copy-file', guest, from: words[0]!, to: words[1]!, depth };
  const content = text ?? readText(from!, 'The text');
  if (content.length > TEXT_MOST) throw new InputError(`The text has ${content.length} characters; at most ${TEXT_MOST} are written at once.`);
  return { do: 'write-file', guest, path: words[0]!, text: content, depth };
}

/** Has the guest do it, to its end; what it refuses is an input that cannot be used. */
export function change({ lab, scenario, fed, runTo }: Machine, intent: ScenarioIntent): void {
  fed(() => lab.intend(intent));
  runTo(Number.MAX_SAFE_INTEGER);
  const { status, file } = lab.view().guests[0] ?? { status: 'idle', file: '' };
  if (status === 'reading') throw new MachineError(`The guest has not finished: ${lab.status().why}`);
  if (status !== 'read') throw new InputError(`${shown(file)} on ${shown(scenario.title)} stays as it was: ${status}`);
}

/** Writes a VHD as it lies on the physical disk into a new file, slice by slice; all of it, or nothing. */
export function saveDisk({ lab, fed }: Pick<Machine, 'lab' | 'fed'>, name: string, out: string): number {
  if (existsSync(out)) throw new InputError(`${shown(out)} is there already; name a new file, or move it away.`);
  const file = diskOf(lab, name);
  const part = `${out}.part`;
  let handle: number;
  try {
    handle = openSync(part, 'w');
  } catch (error) {
    throw new InputError(`${shown(out)} cannot be written: ${whyNotWritten(error)}.`);
  }
  try {
    for (let at = 0; at < file.bytes; at += SLICE) {
      const slice = fed(() => {
        const found = file.read(at, Math.min(SLICE, file.bytes - at));
        if (found instanceof Uint8Array) return found;
        throw new ChunkMissing(found);
      });
      for (let done = 0; done < slice.length; ) done += writeSync(handle, slice, done);
    }
    closeSync(handle);
    renameSync(part, out);
  } catch (error) {
    rmSync(part, { force: true });
    throw 'syscall' in (error as object) ? new InputError(`${shown(out)} cannot be written: ${whyNotWritten(error)}.`) : error;
  }
  return file.bytes;
}

function whyNotWritten(error: unknown): string {
  const { code = '', message } = error as { code?: string; message: string };
  switch (code) {
    case 'ENOENT': return 'its folder does not exist; make it, or name another';
    case 'ENOTDIR': return 'a part of the path is no folder; check the path';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS': return 'the operating system does not allow it; name a folder that you may write to';
    case 'ENOSPC':
    case 'EDQUOT': return 'there is no space left; free some, or name another place';
    case 'ENAMETOOLONG': return 'its name is too long; name a shorter one';
    default: return shown(message);
  }
}

function diskOf(lab: Lab, name: string): ReturnType<Lab['diskFile']> {
  try {
    return lab.diskFile(name);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(error.message);
    throw error;
  }
}
