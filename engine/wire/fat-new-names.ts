/**
 * New FAT directory entries: whether a name may be, the 8.3 name made for a long one, the entries' bytes, and date and time of the
 * simulated machine. Source: FATSPEC "Long Directory Entries"; MS-FSCC 2.1.5. SPEC [FAT-6] [FAT-10] [FAT-11] [FAT-12].
 */
import { put16, put32 } from './bytes.ts';
import {
  ATTRIBUTE_LONG_NAME, CODE_PAGE_437, DELETED, ENTRY_BYTES, KANJI_E5, LAST_PART, longUnitByte, LOWER_EXTENSION, LOWER_NAME, shortNameChecksum, UNITS_PER_PART, upperUnit,
} from './fat-names.ts';

/** The name as Windows takes it: trailing dots and spaces are dropped; '' when no file may be called so. [FAT-10] */
export function nameToCreate(given: string): string {
  const name = given.replace(/[. ]+$/, '');
  if (name === '' || name.length > 255 || /["*/:<>?\\|]/.test(name)) return '';
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) < 0x20) return '';
  return name;
}

/** What a new name becomes on disk. Plain data. */
export interface NewName {
  /** As it will be listed. */
  readonly long: string;
  /** Eleven bytes of the 8.3 name, before a tail is put in. */
  readonly base: readonly number[];
  /** Flags for lower case, where these alone keep the case. */
  readonly flags: number;
  /** Needs entries for a long name, and the 8.3 name a tail such as ~1. */
  readonly parts: number;
  readonly tail: boolean;
}

/** Characters of an 8.3 name besides capital letters, digits and what lies above 0x7F. */
const SHORT_MARKS = "$%'-_@~`!(){}^#&";
const BLANK = 0x20;
const UNDERSCORE = 0x5f;

/** Byte of a character in code page 437 and in capitals, or 0 when an 8.3 name cannot have it. */
function shortByte(unit: string): number {
  const upper = upperUnit(unit);
  const code = upper.charCodeAt(0);
  if (code > 0x7f) {
    const at = CODE_PAGE_437.indexOf(upper);
    return at < 0 ? 0 : 0x80 + at;
  }
  const fits = (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || SHORT_MARKS.includes(upper);
  return fits ? code : 0;
}

interface Packed {
  readonly bytes: number[];
  /** Something was left out, replaced or cut off. */
  readonly lossy: boolean;
}

function pack(text: string, most: number): Packed {
  const bytes: number[] = [];
  let lossy = false;
  for (const unit of text) {
    if (unit === ' ' || unit === '.') {
      lossy = true;
      continue;
    }
    const byte = unit.length === 1 ? shortByte(unit) : 0;
    if (byte === 0) lossy = true;
    if (bytes.length < most) bytes.push(byte === 0 ? UNDERSCORE : byte);
    else lossy = true;
  }
  return { bytes, lossy };
}

/** 1 all lower case, 0 no lower case, -1 both or letters outside ASCII in lower case. */
function caseOf(text: string): number {
  const lower = /[a-z]/.test(text);
  const upper = /[A-Z]/.test(text);
  let same = true;
  for (let i = 0; i < text.length && same; i++) same = upperUnit(text[i]) === text[i];
  if (!same && !/^[\x20-\x7e]*$/.test(text)) return -1;
  return lower ? (upper ? -1 : 1) : 0;
}

/** The 8.3 name and the long parts that a name (of `nameToCreate`) needs. [FAT-11] */
export function newNameOf(long: string): NewName {
  const trimmed = long.replace(/^[. ]+/, '');
  const dot = trimmed.lastIndexOf('.');
  const nameText = dot < 0 ? trimmed : trimmed.slice(0, dot);
  const extensionText = dot < 0 ? '' : trimmed.slice(dot + 1);
  const name = pack(nameText, 8);
  const extension = pack(extensionText, 3);
  const base = Array.from({ length: 11 }, (_, i) => (i < 8 ? name.bytes[i] : extension.bytes[i - 8]) ?? BLANK);
  if (name.bytes.length === 0) base[0] = UNDERSCORE;
  if (base[0] === DELETED) base[0] = KANJI_E5;
  const tail = trimmed !== long || name.lossy || extension.lossy || name.bytes.length === 0;
  const nameCase = caseOf(nameText);
  const extensionCase = caseOf(extensionText);
  const cased = nameCase < 0 || extensionCase < 0;
  const flags = tail || cased ? 0 : (nameCase === 1 ? LOWER_NAME : 0) | (extensionCase === 1 ? LOWER_EXTENSION : 0);
  return { long, base, flags, parts: tail || cased ? Math.ceil(long.length / UNITS_PER_PART) : 0, tail };
}

/** No name gets a longer tail: ~999999. */
export const TAIL_MAX = 999_999;

/** The eleven bytes with the tail ~`tail` put in; 0: without one. [FAT-11] */
export function shortNameBytes(name: NewName, tail: number): Uint8Array {
  const bytes = Uint8Array.from(name.base);
  if (tail === 0) return bytes;
  const text = `~${tail}`;
  let length = 8;
  while (length > 0 && bytes[length - 1] === BLANK) length -= 1;
  const at = Math.min(length, 8 - text.length);
  for (let i = 0; i < 8 - at; i++) bytes[at + i] = i < text.length ? text.charCodeAt(i) : BLANK;
  return bytes;
}

/** The number of the tail with which the short entry at `at` would be in the way of `name`; 0: in none. */
export function tailInUse(name: NewName, bytes: Uint8Array, at: number): number {
  for (let i = 8; i < 11; i++) if (bytes[at + i] !== name.base[i]) return 0;
  let end = 8;
  while (end > 0 && bytes[at + end - 1] === BLANK) end -= 1;
  let mark = end - 1;
  let number = 0;
  for (let weight = 1; mark >= 0 && bytes[at + mark] >= 0x30 && bytes[at + mark] <= 0x39; mark--, weight *= 10) number += (bytes[at + mark] - 0x30) * weight;
  if (mark < 0 || mark === end - 1 || bytes[at + mark] !== 0x7e || number < 1 || number > TAIL_MAX) return 0;
  const own = shortNameBytes(name, number);
  for (let i = 0; i < 8; i++) if (own[i] !== bytes[at + i]) return 0;
  return number;
}

/** Part `order` (1 for the first thirteen characters) of a long name. [FAT-5] */
export function putLongPart(bytes: Uint8Array, at: number, long: string, order: number, checksum: number): void {
  const parts = Math.ceil(long.length / UNITS_PER_PART);
  bytes.fill(0, at, at + ENTRY_BYTES);
  bytes[at] = order | (order === parts ? LAST_PART : 0);
  bytes[at + 11] = ATTRIBUTE_LONG_NAME;
  bytes[at + 13] = checksum;
  for (let i = 0; i < UNITS_PER_PART; i++) {
    const index = (order - 1) * UNITS_PER_PART + i;
    put16(bytes, at + longUnitByte(i), index < long.length ? long.charCodeAt(index) : index === long.length ? 0 : 0xffff);
  }
}

/** What the short entry of a file says. */
export interface EntryFields {
  readonly attributes: number;
  readonly cluster: number;
  readonly size: number;
  readonly stamp: FatStamp;
}

/** A new short entry with eleven bytes of name. */
export function putShortEntry(bytes: Uint8Array, at: number, name: Uint8Array, flags: number, fields: EntryFields): void {
  bytes.fill(0, at, at + ENTRY_BYTES);
  bytes.set(name, at);
  bytes[at + 12] = flags;
  bytes[at + 13] = fields.stamp.tenths;
  put16(bytes, at + 14, fields.stamp.time);
  put16(bytes, at + 16, fields.stamp.date);
  putEntryFields(bytes, at, fields);
}

/** Changes what a short entry says of its file; name and time of creation stay. */
export function putEntryFields(bytes: Uint8Array, at: number, fields: EntryFields): void {
  bytes[at + 11] = fields.attributes;
  put16(bytes, at + 18, fields.stamp.date);
  put16(bytes, at + 20, fields.cluster >>> 16);
  put16(bytes, at + 22, fields.stamp.time);
  put16(bytes, at + 24, fields.stamp.date);
  put16(bytes, at + 26, fields.cluster & 0xffff);
  put32(bytes, at + 28, fields.size);
}

/** Entry `index` of the `parts` + 1 entries of a new file, in the order in which they stand on disk. */
export function putNewEntry(bytes: Uint8Array, at: number, name: NewName, tail: number, index: number, fields: EntryFields): void {
  const short = shortNameBytes(name, tail);
  if (index === name.parts) putShortEntry(bytes, at, short, name.flags, fields);
  else putLongPart(bytes, at, name.long, name.parts - index, shortNameChecksum(short, 0));
}

// --- date and time of the simulated machine. [FAT-12]

export interface FatStamp {
  readonly date: number;
  readonly time: number;
  /** Hundredths of a second beyond the even second, 0 to 199. */
  readonly tenths: number;
}

/** Days of each month before a month of a year that is no leap year. */
const DAYS_BEFORE: readonly number[] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/** The machine's clock stands at 2008-02-27 09:00:00 when simulated time begins: the day Windows Server 2008 came out. */
const START_YEAR = 2008;
const START_DAY = 31 + 26;
const START_SECOND = 9 * 3600;

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Date and time of the machine after `now` nanoseconds of simulated time. */
export function stampAt(now: number): FatStamp {
  const hundredths = Math.floor(now / 10_000_000);
  const seconds = START_SECOND + Math.floor(hundredths / 100);
  let day = START_DAY + Math.floor(seconds / 86_400);
  let year = START_YEAR;
  for (let length = 366; day >= length; length = isLeap(year) ? 366 : 365) {
    day -= length;
    year += 1;
  }
  const leap = isLeap(year) ? 1 : 0;
  let month = 11;
  while (DAYS_BEFORE[month] + (month > 1 ? leap : 0) > day) month -= 1;
  const dayOfMonth = day - DAYS_BEFORE[month] - (month > 1 ? leap : 0) + 1;
  const second = seconds % 86_400;
  return {
    date: ((year - 1980) << 9) | ((month + 1) << 5) | dayOfMonth,
    time: (Math.floor(second / 3600) << 11) | ((Math.floor(second / 60) % 60) << 5) | ((second % 60) >>> 1),
    tenths: (second % 2) * 100 + (hundredths % 100),
  };
}
