/** The GUID partition table: header in sector 1 and its copy in the last sector, entry array. Source: UEFI 2.10 chapter 5. SPEC [GPT-1] [GPT-2]. */
import { get32, get53, guidOf, isAscii, utf16Of } from './bytes.ts';

export interface GptHeader {
  /** Where the array of entries begins, how many there are, bytes of each, checksum of all. */
  readonly entriesAt: number;
  readonly entries: number;
  readonly entryBytes: number;
  readonly entriesCrc: number;
}

export interface GptEntry {
  /** In lower case, '' for an entry that is not used. */
  readonly type: string;
  readonly firstSector: number;
  readonly sectors: number;
  readonly name: string;
}

export const GPT_BASIC_DATA = 'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7';
export const GPT_EFI_SYSTEM = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b';

/** More entries than any disk has; an array beyond it is not read. */
export const GPT_ENTRIES_MAX = 1024;
const HEADER_LEAST = 92;
const NAME_AT = 56;

const typeNames: Readonly<Record<string, string>> = {
  [GPT_BASIC_DATA]: 'Basic Data', [GPT_EFI_SYSTEM]: 'EFI system', 'e3c9e316-0b5c-4db8-817d-f92df00215ae': 'Microsoft Reserved', 'de94bba4-06d1-4d40-a16a-bfd50179d6ac': 'Windows recovery',
  '0fc63daf-8483-4772-8e79-3d69d8477de4': 'Linux', '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f': 'Linux swap', 'e6d6d379-f507-44c2-a23c-238f2a3df928': 'Linux LVM', '21686148-6449-6e6f-744e-656564454649': 'BIOS boot',
};

export function gptTypeName(type: string): string {
  return typeNames[type] ?? `type ${type}`;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? 0xedb8_8320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 of `n` bytes; `so far` is the answer for the bytes before them. */
export function crc32(bytes: Uint8Array, at: number, n: number, before = 0): number {
  let c = ~before >>> 0;
  for (let i = at; i < at + n; i++) c = crcTable[(c ^ bytes[i]) & 0xff] ^ (c >>> 8);
  return ~c >>> 0;
}

/** The header in sector `lba`, or what is wrong with it in a few words. [GPT-1] */
export function readGptHeader(sector: Uint8Array, lba: number): GptHeader | string {
  if (!isAscii(sector, 0, 'EFI PART')) return 'has no signature';
  const size = get32(sector, 12);
  if (size < HEADER_LEAST || size > 512) return `gives its own length as ${size}`;
  const own = sector.slice(0, size);
  own.fill(0, 16, 20);
  if (crc32(own, 0, size) !== get32(sector, 16)) return 'has a wrong checksum';
  if (get53(sector, 24) !== lba) return `says that it lies in sector ${get53(sector, 24)}`;
  const header = { entriesAt: get53(sector, 72), entries: get32(sector, 80), entryBytes: get32(sector, 84), entriesCrc: get32(sector, 88) };
  const { entryBytes, entries } = header;
  if (entryBytes < 128 || entryBytes > 512 || (entryBytes & (entryBytes - 1)) !== 0) return `gives its entries ${entryBytes} bytes`;
  return entries < 1 || entries > GPT_ENTRIES_MAX ? `has ${entries} entries` : header;
}

/** Sectors the array of entries fills. */
export function gptArraySectors(header: Pick<GptHeader, 'entries' | 'entryBytes'>): number {
  return Math.ceil((header.entries * header.entryBytes) / 512);
}

export function readGptEntry(bytes: Uint8Array, at: number): GptEntry {
  const type = guidOf(bytes, at).toLowerCase();
  const first = get53(bytes, at + 32);
  const last = get53(bytes, at + 40);
  return { type: /^[0-]+$/.test(type) ? '' : type, firstSector: first, sectors: last - first + 1, name: utf16Of(bytes, at + NAME_AT, 72) };
}
