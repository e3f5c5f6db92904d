/** A sector as fields, told by what stands in it: parts of a VHD, boot sectors, a directory, text. [INSPECT-3] */
import { asciiOf, get16, get32 } from '../wire/bytes.ts';
import type { DecodedField } from '../wire/layout.ts';

type Part = (layout: string, at: number, length?: number) => DecodedField[];

const SECTOR = 512;
const ENTRY = 32;
const LONG_NAME = 0x0f;

/** The structure of these bytes, or none, and what they are in words. */
interface Kind {
  readonly layout: string | null;
  readonly says: string;
}

/** Bytes as fields of what `shape` is: of bytes before a hop, what they became. [INSPECT-6] */
export function sectorFields({ bytes, shape }: { readonly bytes: Uint8Array; readonly shape: Uint8Array }, part: Part): DecodedField[] {
  const { layout } = kindOf(shape);
  if (layout === null) return note(bytes, kindOf(bytes).says);
  if (layout === 'directory') return directory(shape, part);
  return part(layout, 0, layout === 'vhd.header' ? Math.min(1024, bytes.length) : SECTOR);
}

function kindOf(bytes: Uint8Array): Kind {
  const text = (): string => `text: '${asciiOf(bytes, 0, bytes.length)}'`;
  if (bytes.length < SECTOR) return { layout: null, says: isText(bytes) ? text() : 'part of a sector' };
  const cookie = asciiOf(bytes, 0, 8);
  if (cookie === 'conectix') return { layout: 'vhd.footer', says: 'footer of a VHD' };
  if (cookie === 'cxsparse') return { layout: 'vhd.header', says: 'header of a VHD' };
  if (bytes.every((byte) => byte === 0xff)) return { layout: null, says: 'all ones: the bitmap of a VHD block whose sectors are all there, or a table without entries' };
  if (bytes.every((byte) => byte === 0)) return { layout: null, says: 'all zero' };
  if (get16(bytes, 510) === 0xaa55) return (bytes[0] === 0xeb || bytes[0] === 0xe9) && get16(bytes, 11) === SECTOR ? { layout: 'fat16.boot', says: 'boot sector of a FAT volume' } : { layout: 'mbr', says: 'master boot record' };
  if (isDirectory(bytes)) return { layout: 'directory', says: 'directory' };
  if (isText(bytes)) return { layout: null, says: text() };
  const fat = get32(bytes, 0) >>> 8 === 0xfffff8 >>> 8 || get16(bytes, 0) === 0xfff8;
  return { layout: null, says: fat ? 'beginning of a FAT' : 'contents of a file' };
}

function note(bytes: Uint8Array, value: string): DecodedField[] {
  return [{ name: 'Sector', at: 0, bytes: bytes.length, kind: 'bytes', value, raw: null, doc: '', missing: false, bits: [] }];
}

function isText(bytes: Uint8Array): boolean {
  const end = bytes.indexOf(0);
  const text = end < 0 ? bytes : bytes.subarray(0, end);
  return text.length > 0 && text.every((byte) => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13);
}

/** Directory entries: an attribute byte that FAT knows, and a name in capitals or a long name's order. */
function isDirectory(bytes: Uint8Array): boolean {
  let entries = 0;
  for (let at = 0; at + ENTRY <= SECTOR && bytes[at] !== 0; at += ENTRY, entries++) {
    const attributes = bytes[at + 11]!;
    if ((attributes & 0xc0) !== 0) return false;
    if (attributes !== LONG_NAME && bytes[at] !== 0xe5 && bytes.subarray(at, at + 11).some((byte) => byte < 0x20 || (byte >= 0x61 && byte <= 0x7a))) return false;
  }
  return entries > 0 && get32(bytes, 28) < 0x8000_0000;
}

function directory(bytes: Uint8Array, part: Part): DecodedField[] {
  const fields: DecodedField[] = [];
  for (let at = 0; at + ENTRY <= bytes.length && bytes[at] !== 0; at += ENTRY) {
    fields.push(...part(bytes[at + 11] === LONG_NAME ? 'fat16.long-entry' : 'fat16.entry', at, ENTRY));
  }
  return fields;
}
