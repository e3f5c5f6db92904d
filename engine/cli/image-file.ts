/** Disk images as files: opened once, read in parts, refused with a sentence. */
import { createHash } from 'node:crypto';
import { fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { openVhd } from '../index.ts';
import { InputError, shown, UnreadableError } from './args.ts';
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
    throw new UnreadableError(`${what} ${shown(path)} cannot be read: ${reasonOf(error)}.`);
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
    // A pipe would be waited for when it is opened, and a device has no end.
    const kind = statSync(path);
    if (kind.isDirectory()) throw Object.assign(new Error('folder'), { code: 'EISDIR' });
    if (!kind.isFile()) throw new InputError(`${what} ${shown(path)} is a pipe or a device, not a file; copy what it gives into a file and name that.`);
    const handle = openSync(path, 'r');
    const stat = fstatSync(handle);
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

/** The file as a VHD, or why it is none. */
export function vhdIn({ bytes, read }: ImageFile): ReturnType<typeof openVhd> {
  return openVhd((offset, length) => (offset + length <= bytes ? read(offset, length) : null), bytes);
}

/** What a person should know of a VHD that can be used but is not as it should be; the file is named. [VHD-4] */
export function tellNotice(path: string, image: ImageFile, aside: Aside): void {
  const found = vhdIn(image);
  if (found.kind === 'vhd' && found.notice !== '') aside.notice(`${shown(path)}: ${found.notice}`);
}

/** SHA-256 of all bytes, in hexadecimal. */
export function hashOf(image: ImageFile): string {
  const hash = createHash('sha256');
  for (let at = 0; at < image.bytes; at += PART) hash.update(image.read(at, PART));
  return hash.digest('hex');
}

const COOKIE = 'conectix';

/** The text of a scenario; a disk or another file that is no text is refused as what it is. */
export function readScenario(path: string): string {
  const what = 'The scenario';
  orRefuse(path, what, () => {
    if (!statSync(path).isFile()) return;
    const file = openImage(path);
    const [head, tail] = [file.read(0, 512), file.read(Math.max(0, file.bytes - 512), 512)].map((bytes) => Buffer.from(bytes).toString('latin1'));
    if (head!.startsWith(COOKIE) || tail!.startsWith(COOKIE)) throw new InputError(`${shown(path)} is a VHD, not a scenario; disk ls ${shown(path)} shows what is on it, and a scenario names it among its images.`);
    // UTF-16 is text all the same: it is to be saved otherwise.
    if (head!.includes('\0') && !/^(?:\xff\xfe|\xfe\xff)/.test(head!)) throw new InputError(`${shown(path)} is no text in UTF-8, so no scenario; name a JSON file.`);
  });
  return readText(path, what);
}

export function readText(path: string, what: string): string {
  return orRefuse(path, what, () => {
    const stat = statSync(path);
    if (stat.isCharacterDevice()) throw new InputError(`${what} ${shown(path)} is a device, not a file; name a file.`);
    const { size } = stat;
    if (size > TEXT_BYTES_MAX) throw new InputError(`${what} ${shown(path)} has ${size} bytes; at most ${TEXT_BYTES_MAX} are read, so take something out.`);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new InputError(`${what} ${shown(path)} is no text in UTF-8; save it in that encoding.`);
    }
  });
}
