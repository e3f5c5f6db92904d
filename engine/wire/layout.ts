/**
 * Declarative layouts: where each field of a wire structure stands, under the name its source spells, and `decode`,
 * which turns bytes into readable fields. The inspector links a field to its bytes with `at` and `bytes`.
 *
 * Layouts are data. The functions that write and read on the machine's own way do not use them (they would allocate);
 * tests hold both against the same bytes.
 */
import type { Era } from './eras.ts';
import { asciiOf, beGet16, beGet32, get16, get32, guidOf, hexNumber, hexOf, utf16Of } from './bytes.ts';

export type Status = 'documented' | 'derived' | 'inferred' | 'simplified';

export type FieldKind =
  | 'u8' | 'u16' | 'u32' | 'u64' | 'be16' | 'be32' | 'be64'
  | 'guid' | 'ascii' | 'utf16' | 'bytes' | 'bits';

export interface BitField {
  readonly name: string;
  /** Number of the lowest bit. */
  readonly from: number;
  readonly width: number;
  readonly values?: Readonly<Record<number, string>>;
}

export interface Field {
  /** As the source spells it. */
  readonly name: string;
  /** Offset from the start of the structure (for a repeated field: of its first element). */
  readonly at: number;
  readonly bytes: number;
  readonly kind: FieldKind;
  readonly bits?: readonly BitField[];
  /** Named values. */
  readonly values?: Readonly<Record<number, string>>;
  readonly doc?: string;
  /** Distance in bytes to the next element of a list that fills the rest of the structure. */
  readonly repeat?: number;
  /** A member of a union: there only where the 32-bit word at offset `at` of the structure is one of these. */
  readonly when?: { readonly at: number; readonly is: readonly number[] };
}

export interface Layout {
  readonly id: string;
  readonly title: string;
  readonly size: number | 'variable';
  readonly eras: readonly Era[];
  readonly source: string;
  readonly status: Status;
  readonly fields: readonly Field[];
}

export interface DecodedBit {
  readonly name: string;
  readonly raw: number;
  readonly value: string;
}

export interface DecodedField {
  readonly name: string;
  /** Offset in the bytes handed to `decode`; -1 for what is said of them all. */
  readonly at: number;
  readonly bytes: number;
  readonly kind: FieldKind;
  readonly value: string;
  /** The number, or null where there is none or it does not fit 53 bits. */
  readonly raw: number | null;
  readonly doc: string;
  readonly missing: boolean;
  readonly bits: readonly DecodedBit[];
}

type Extra = Pick<Field, 'values' | 'doc' | 'repeat' | 'when'>;

const WIDTH = { u8: 1, u16: 2, u32: 4, u64: 8, be16: 2, be32: 4, be64: 8, guid: 16 } as const;

/** A field whose kind fixes its length. */
export function field(name: string, at: number, kind: keyof typeof WIDTH, extra: Extra | string = {}): Field {
  return { name, at, bytes: WIDTH[kind], kind, ...(typeof extra === 'string' ? { doc: extra } : extra) };
}

/** A run of bytes or text of given length. */
export function run(name: string, at: number, bytes: number, kind: 'ascii' | 'utf16' | 'bytes' = 'bytes', extra: Extra | string = {}): Field {
  return { name, at, bytes, kind, ...(typeof extra === 'string' ? { doc: extra } : extra) };
}

/** A field of bits; `bits` as [name, lowest bit, width]. */
export function bitsField(name: string, at: number, bytes: 1 | 2 | 4 | 8, bits: readonly (readonly [string, number, number])[], doc = ''): Field {
  return { name, at, bytes, kind: 'bits', bits: bits.map(([n, from, width]) => ({ name: n, from, width })), doc };
}

/** Number with its hexadecimal reading where that helps. */
function readable(value: number, digits: number): string {
  return value < 10 ? String(value) : `${hexNumber(value, digits)} (${value})`;
}

/** `width` bits from bit `from` of a 64-bit value in two halves. */
export function bitsOf(lo: number, hi: number, from: number, width: number): number {
  if (from >= 32) return Math.floor((hi >>> 0) / 2 ** (from - 32)) % 2 ** width;
  const fromLo = Math.floor((lo >>> 0) / 2 ** from);
  if (from + width <= 32) return fromLo % 2 ** width;
  return fromLo + ((hi >>> 0) % 2 ** (from + width - 32)) * 2 ** (32 - from);
}

interface Reading {
  readonly value: string;
  readonly raw: number | null;
  readonly bits: readonly DecodedBit[];
}

const NO_BITS: readonly DecodedBit[] = [];

function named(f: Field, raw: number, digits: number): Reading {
  const name = f.values?.[raw];
  const plain = readable(raw, digits);
  return { value: name === undefined ? plain : `${name} (${raw < 10 ? raw : hexNumber(raw)})`, raw, bits: NO_BITS };
}

function wide(f: Field, lo: number, hi: number): Reading {
  if (hi <= 0x1f_ffff) return named(f, hi * 0x1_0000_0000 + lo, 1);
  return { value: `0x${hi.toString(16).toUpperCase()}${lo.toString(16).toUpperCase().padStart(8, '0')}`, raw: null, bits: NO_BITS };
}

function readBits(f: Field, bytes: Uint8Array, at: number): Reading {
  const lo = f.bytes >= 4 ? get32(bytes, at) : f.bytes === 2 ? get16(bytes, at) : bytes[at];
  const hi = f.bytes === 8 ? get32(bytes, at + 4) : 0;
  const bits = (f.bits ?? []).map((bit): DecodedBit => {
    const raw = bitsOf(lo, hi, bit.from, bit.width);
    return { name: bit.name, raw, value: bit.values?.[raw] ?? readable(raw, 1) };
  });
  const whole = wide(f, lo, hi);
  const set = bits.filter((bit) => bit.raw !== 0).map((bit) => `${bit.name} ${bit.value}`);
  const text = f.bits === undefined || set.length === 0 ? whole.value : `${hi === 0 ? hexNumber(lo) : whole.value} · ${set.join(', ')}`;
  return { value: text, raw: whole.raw, bits };
}

function read(f: Field, bytes: Uint8Array, at: number): Reading {
  switch (f.kind) {
    case 'u8': return named(f, bytes[at], 2);
    case 'u16': return named(f, get16(bytes, at), 4);
    case 'u32': return named(f, get32(bytes, at), 1);
    case 'u64': return wide(f, get32(bytes, at), get32(bytes, at + 4));
    case 'be16': return named(f, beGet16(bytes, at), 4);
    case 'be32': return named(f, beGet32(bytes, at), 1);
    case 'be64': return wide(f, beGet32(bytes, at + 4), beGet32(bytes, at));
    case 'guid': return { value: guidOf(bytes, at), raw: null, bits: NO_BITS };
    case 'ascii': return { value: `'${asciiOf(bytes, at, f.bytes)}'`, raw: null, bits: NO_BITS };
    case 'utf16': return { value: `'${utf16Of(bytes, at, f.bytes)}'`, raw: null, bits: NO_BITS };
    case 'bytes': return { value: bytesText(bytes, at, f.bytes), raw: null, bits: NO_BITS };
    case 'bits': return readBits(f, bytes, at);
  }
}

const BYTES_SHOWN = 16;

function bytesText(bytes: Uint8Array, at: number, n: number): string {
  let allZero = true;
  for (let i = 0; i < n && allZero; i++) allZero = bytes[at + i] === 0;
  if (allZero) return n === 1 ? '0' : `${n} zero bytes`;
  const shown = hexOf(bytes, at, Math.min(n, BYTES_SHOWN)).replace(/(..)(?=.)/g, '$1 ');
  return n > BYTES_SHOWN ? `${shown} … (${n} bytes)` : shown;
}

/** At most this many elements of a repeated field are listed. */
const ELEMENTS_MAX = 512;

/**
 * The fields of a structure that begins at `at` and has `length` bytes; never throws on short input, but marks what
 * reaches beyond the bytes. Which members of a union are there is told by `shape`: bytes as they were are read as what they became.
 * [LAYOUT-2] [LAYOUT-3]
 */
export function decode(layout: Layout, bytes: Uint8Array, at = 0, length?: number, shape = bytes): DecodedField[] {
  const end = Math.min(bytes.length, at + (length ?? (layout.size === 'variable' ? bytes.length : layout.size)));
  const fields: DecodedField[] = [];
  const single = layout.fields.filter((f) => f.repeat === undefined && isThere(f, shape, at));
  for (const f of single) fields.push(decodeField(f, f.name, bytes, at + f.at, end));
  const repeated = layout.fields.filter((f) => f.repeat !== undefined);
  for (let i = 0; repeated.length > 0 && i < ELEMENTS_MAX; i++) {
    const last = repeated[repeated.length - 1];
    if (at + last.at + i * (last.repeat ?? 0) + last.bytes > end) break;
    for (const f of repeated) fields.push(decodeField(f, `${f.name}[${i}]`, bytes, at + f.at + i * (f.repeat ?? 0), end));
  }
  return fields;
}

function isThere({ when }: Field, shape: Uint8Array, at: number): boolean {
  return when === undefined || (at + when.at + 4 <= shape.length && when.is.includes(get32(shape, at + when.at)));
}

function decodeField(f: Field, name: string, bytes: Uint8Array, at: number, end: number): DecodedField {
  const missing = at + f.bytes > end;
  const reading = missing ? { value: 'missing', raw: null, bits: NO_BITS } : read(f, bytes, at);
  return { name, at, bytes: f.bytes, kind: f.kind, value: reading.value, raw: reading.raw, doc: f.doc ?? '', missing, bits: reading.bits };
}
