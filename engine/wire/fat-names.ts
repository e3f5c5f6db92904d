/**
 * FAT directory entries: short names, long names (VFAT), dates and times, as they are read. New ones are made in
 * `fat-new-names.ts`. Source: FATSPEC; Windows NT practice for the lower-case flags. SPEC [FAT-4] [FAT-5] [FAT-6].
 */
import { get16, get32 } from './bytes.ts';

export const ENTRY_BYTES = 32;

export const ATTRIBUTE_READ_ONLY = 0x01;
export const ATTRIBUTE_HIDDEN = 0x02;
export const ATTRIBUTE_SYSTEM = 0x04;
export const ATTRIBUTE_VOLUME_LABEL = 0x08;
export const ATTRIBUTE_DIRECTORY = 0x10;
export const ATTRIBUTE_ARCHIVE = 0x20;
export const ATTRIBUTE_LONG_NAME = 0x0f;

export const DELETED = 0xe5;
export const KANJI_E5 = 0x05;
export const LOWER_NAME = 0x08;
export const LOWER_EXTENSION = 0x10;
export const LAST_PART = 0x40;
export const UNITS_PER_PART = 13;
const PARTS_MAX = 20; // 255 characters

// Code page 437, 0x80 to 0xFF: the OEM code page of a US Windows.
export const CODE_PAGE_437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

export type EntryKind = 'end' | 'deleted' | 'long' | 'label' | 'directory' | 'file';

export function entryKind(bytes: Uint8Array, at: number): EntryKind {
  const first = bytes[at];
  if (first === 0) return 'end';
  if (first === DELETED) return 'deleted';
  const attributes = bytes[at + 11];
  if ((attributes & 0x3f) === ATTRIBUTE_LONG_NAME) return 'long';
  if ((attributes & ATTRIBUTE_VOLUME_LABEL) !== 0) return 'label';
  return (attributes & ATTRIBUTE_DIRECTORY) !== 0 ? 'directory' : 'file';
}

function character(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : CODE_PAGE_437.charAt(byte - 0x80);
}

function part(bytes: Uint8Array, at: number, n: number, lower: boolean): string {
  let text = '';
  for (let i = 0; i < n; i++) {
    const byte = bytes[at + i];
    text += character(i === 0 && n === 8 && byte === KANJI_E5 ? DELETED : byte);
  }
  const trimmed = text.trimEnd();
  return lower ? trimmed.toLowerCase() : trimmed;
}

/** The 8.3 name as Windows shows it: 'README.TXT', 'notes.txt' with both lower-case flags. [FAT-4] */
export function shortName(bytes: Uint8Array, at: number): string {
  const flags = bytes[at + 12];
  const name = part(bytes, at, 8, (flags & LOWER_NAME) !== 0);
  const extension = part(bytes, at + 8, 3, (flags & LOWER_EXTENSION) !== 0);
  return extension === '' ? name : `${name}.${extension}`;
}

/** Checksum of the eleven bytes of a short name, which its long parts carry. [FAT-5] */
export function shortNameChecksum(bytes: Uint8Array, at: number): number {
  let sum = 0;
  for (let i = 0; i < 11; i++) sum = (((sum & 1) << 7) + (sum >>> 1) + bytes[at + i]) & 0xff;
  return sum;
}

/** Number of a long part, 1 for the first thirteen characters. */
export function longPartOrder(bytes: Uint8Array, at: number): number {
  return bytes[at] & 0x3f;
}

/** True for the part that stands first on disk and last in the name. */
export function isLastLongPart(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] & LAST_PART) !== 0;
}

export function longPartChecksum(bytes: Uint8Array, at: number): number {
  return bytes[at + 13];
}

/** Byte at which unit `i` of a long part stands: its thirteen units lie in three pieces. */
export function longUnitByte(i: number): number {
  return i < 5 ? 1 + 2 * i : i < 11 ? 4 + 2 * i : 6 + 2 * i;
}

/** Up to thirteen characters of a long part; a zero unit ends the name. */
export function longPart(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = 0; i < UNITS_PER_PART; i++) {
    const unit = get16(bytes, at + longUnitByte(i));
    if (unit === 0 || unit === 0xffff) break;
    text += String.fromCharCode(unit);
  }
  return text;
}

/** Long parts gathered while a directory is walked; plain data, so that a walk may stop and go on. */
export interface LongName {
  /** What has been gathered: the end of the name. */
  text: string;
  /** Order number the next part must have; 0: complete; -1: nothing usable. */
  next: number;
  checksum: number;
}

export function newLongName(): LongName {
  return { text: '', next: -1, checksum: 0 };
}

export function forgetLongName(name: LongName): void {
  name.text = '';
  name.next = -1;
}

/** Takes a long part into account; a part out of order or with another checksum discards what was gathered. [FAT-5] */
export function gatherLongPart(name: LongName, bytes: Uint8Array, at: number): void {
  const order = longPartOrder(bytes, at);
  if (isLastLongPart(bytes, at)) {
    name.text = '';
    name.next = order >= 1 && order <= PARTS_MAX ? order : -1;
    name.checksum = longPartChecksum(bytes, at);
  }
  if (name.next < 1 || order !== name.next || longPartChecksum(bytes, at) !== name.checksum) {
    forgetLongName(name);
    return;
  }
  name.text = longPart(bytes, at) + name.text;
  name.next--;
}

/** The long name that belongs to the short entry at `at`, or '' when there is none. Forgets what was gathered. */
export function takeLongName(name: LongName, bytes: Uint8Array, at: number): string {
  const fits = name.next === 0 && name.text !== '' && name.checksum === shortNameChecksum(bytes, at);
  const text = fits ? name.text : '';
  forgetLongName(name);
  return text;
}

export function entryAttributes(bytes: Uint8Array, at: number): number {
  return bytes[at + 11];
}

/** First cluster; 0 for an empty file. Only FAT32 has an upper half: elsewhere its place holds other things. */
export function entryCluster(bytes: Uint8Array, at: number, wide: boolean): number {
  return wide ? ((get16(bytes, at + 20) << 16) | get16(bytes, at + 26)) >>> 0 : get16(bytes, at + 26);
}

/** Bytes of a file; 0 for a directory. */
export function entrySize(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 28);
}

export function entryWriteDate(bytes: Uint8Array, at: number): number {
  return get16(bytes, at + 24);
}

export function entryWriteTime(bytes: Uint8Array, at: number): number {
  return get16(bytes, at + 22);
}

/** One UTF-16 unit in upper case; units whose upper case is longer (as sharp s) stay, as in the upcase table of Windows. */
export function upperUnit(unit: string): string {
  const upper = unit.toUpperCase();
  return upper.length === 1 ? upper : unit;
}

/** Names compare unit by unit without regard to case. [FAT-5] */
export function sameName(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && upperUnit(a[i]) !== upperUnit(b[i])) return false;
  return true;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** '2026-11-21'; '' for 0 and for a month or day that does not exist. [FAT-6] */
export function fatDateText(date: number): string {
  const month = (date >>> 5) & 15;
  const day = date & 31;
  return month < 1 || month > 12 || day < 1 ? '' : `${1980 + ((date >>> 9) & 127)}-${two(month)}-${two(day)}`;
}

/** '13:05:42'; '' for a time that does not exist. */
export function fatTimeText(time: number): string {
  const hour = (time >>> 11) & 31;
  const minute = (time >>> 5) & 63;
  const second = (time & 31) * 2;
  return hour > 23 || minute > 59 || second > 59 ? '' : `${two(hour)}:${two(minute)}:${two(second)}`;
}
