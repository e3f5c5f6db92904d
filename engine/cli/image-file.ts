/** Disk images as files: opened once, read in parts, refused with a sentence. */
import { createHash } from 'node:crypto';
import { fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { openVhd } from '../index.ts';
import { InputError, shown } from './args.ts';
import type { Aside } from './aside.ts';

const PART = 1 << 20;
/** Four bytes for each character that a scenario may have. */
const TEXT_BYTES_MAX = 4 << 20;

export interface ImageFile {
  readonly bytes: number;
  /** Fewer bytes than asked for at the end of the file. */
  readonly read: (offset: number, length: number) => Uint8Array;
}

/** Does something with a file; what the operating system refuses becomes a sentence. */
function orRefuse<T>(path: string, what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${what} ${shown(path)} cannot be read: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  const { code = '', message } = error as { code?: string; message: string };
  switch (code) {
    case 'ENOENT': return 'there is no such file; check the path';
    case 'EISDIR': return 'it is a folder; name a file';
    case 'ENOTDIR': return 'a part of the path is no folder; check the path';
    case 'EACCES': return 'the operating system does not allow it; change who may read the file';
    case 'ELOOP': return 'its links lead in a circle; name the file itself';
    default: return shown(message);
  }
}

export function openImage(path: string): ImageFile {
  const what = 'The disk image';
  return orRefuse(path, what, () => {
    const handle = openSync(path, 'r');
    const stat = fstatSync(handle);
    if (stat.isDirectory()) throw Object.assign(new Error('folder'), { code: 'EISDIR' });
    const read = (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, stat.size - offset)));
      let done = 0;
      while (done < bytes.length) {
        const got = orRefuse(path, what, () => readSync(handle, bytes, done, bytes.length - done, offset + done));
        if (got === 0) throw new InputError(`${what} ${shown(path)} has become shorter while it was read; try again when nothing writes to it.`);
        done += got;
      }
      return bytes;
    };
    return { bytes: stat.size, read };
  });
}

/** What a person should know of a VHD that can be used but is not as it should be; the file is named. [VHD-4] */
export function tellNotice(path: string, { bytes, read }: ImageFile, aside: Aside): void {
  const found = openVhd((offset, length) => (offset + length <= bytes ? read(offset, length) : null), bytes);
  if (found.kind === 'vhd' && found.notice !== '') aside.notice(`The disk image ${shown(path)}: ${found.notice}`);
}

/** SHA-256 of all bytes, in hexadecimal. */
export function hashOf(image: ImageFile): string {
  const hash = createHash('sha256');
  for (let at = 0; at < image.bytes; at += PART) hash.update(image.read(at, PART));
  return hash.digest('hex');
}

export function readText(path: string, what: string): string {
  return orRefuse(path, what, () => {
    const { size } = statSync(path);
    if (size > TEXT_BYTES_MAX) throw new InputError(`${what} ${shown(path)} has ${size} bytes; at most ${TEXT_BYTES_MAX} are read, so take something out.`);
    return readFileSync(path, 'utf8');
  });
}
