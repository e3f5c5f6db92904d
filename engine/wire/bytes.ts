/**
 * Integers, text and GUIDs in byte arrays. Pure functions; nothing here allocates but the functions that return text
 * or bytes. Little-endian unless the name begins with `be`. [BYTES-1]
 *
 * Reads and writes inside the array are the caller's duty: reading beyond the end yields 0, writing there does nothing.
 */

const TWO32 = 0x1_0000_0000;

export function get8(bytes: Uint8Array, at: number): number {
  return bytes[at] | 0;
}

export function put8(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
}

export function get16(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

/** Unsigned 32-bit read. */
export function get32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

export function put32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** The page or block as 32-bit words, for loops over long lists: element i of the view stands at byte 4 * i. Its length must be whole words. */
export function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
}

/** The low half of a 64-bit field; `get64hi` is the other one. */
export function get64lo(bytes: Uint8Array, at: number): number {
  return get32(bytes, at);
}

export function get64hi(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 4);
}

export function put64(bytes: Uint8Array, at: number, lo: number, hi: number): void {
  put32(bytes, at, lo);
  put32(bytes, at + 4, hi);
}

/** A 64-bit field known to lie below 2^53, as a number; -1 when it does not. [BYTES-2] */
export function get53(bytes: Uint8Array, at: number): number {
  const hi = get32(bytes, at + 4);
  if (hi === 0) return get32(bytes, at);
  return hi > 0x1f_ffff ? -1 : hi * TWO32 + get32(bytes, at);
}

/** Writes an integer of 0..2^53-1 into eight bytes. [BYTES-2] */
export function put53(bytes: Uint8Array, at: number, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`put53: ${value} is not an integer of 0..2^53-1`);
  put32(bytes, at, value >>> 0);
  put32(bytes, at + 4, value < TWO32 ? 0 : Math.floor(value / TWO32));
}

export function beGet16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

export function bePut16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function beGet32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

export function bePut32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** As `get53`, big-endian; -1 when the field holds 2^53 or more. */
export function beGet53(bytes: Uint8Array, at: number): number {
  const hi = beGet32(bytes, at);
  return hi > 0x1f_ffff ? -1 : hi * TWO32 + beGet32(bytes, at + 4);
}

export function bePut53(bytes: Uint8Array, at: number, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`bePut53: ${value} is not an integer of 0..2^53-1`);
  bePut32(bytes, at, Math.floor(value / TWO32));
  bePut32(bytes, at + 4, value % TWO32);
}

/** Copies `n` bytes; up to a message's length byte by byte, because a subarray is an allocation. */
export function copyBytes(dst: Uint8Array, dstAt: number, src: Uint8Array, srcAt: number, n: number): void {
  if (n > 256) {
    dst.set(src.subarray(srcAt, srcAt + n), dstAt);
    return;
  }
  for (let i = 0; i < n; i++) dst[dstAt + i] = src[srcAt + i];
}

export function fillBytes(bytes: Uint8Array, at: number, n: number, value: number): void {
  bytes.fill(value, at, at + n);
}

export function equalBytes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, n: number): boolean {
  for (let i = 0; i < n; i++) if (a[aAt + i] !== b[bAt + i]) return false;
  return true;
}

const HEX = '0123456789abcdef';

/** Two lower-case digits per byte, no separator. */
export function hexOf(bytes: Uint8Array, at = 0, n = bytes.length - at): string {
  let text = '';
  for (let i = at; i < Math.min(bytes.length, at + n); i++) {
    const b = bytes[i];
    text += HEX.charAt(b >> 4) + HEX.charAt(b & 15);
  }
  return text;
}

/** Bytes from hexadecimal digits; spaces and line breaks are skipped. */
export function bytesOfHex(text: string): Uint8Array {
  const digits = text.replace(/[\s|]+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) throw new RangeError('bytesOfHex: not pairs of hexadecimal digits');
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** `0x` and at least `digits` upper-case digits: the house's way to print a port, an address or a code. */
export function hexNumber(value: number, digits = 1): string {
  return `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;
}

/** Printable ASCII; other bytes read as dots. */
export function asciiOf(bytes: Uint8Array, at: number, n: number): string {
  let text = '';
  for (let i = at; i < Math.min(bytes.length, at + n); i++) {
    const b = bytes[i];
    text += b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.';
  }
  return text;
}

/** Writes `text` and pads with `pad` to `n` bytes; characters beyond `n` are left out. */
export function putAscii(bytes: Uint8Array, at: number, n: number, text: string, pad = 0): void {
  for (let i = 0; i < n; i++) bytes[at + i] = i < text.length ? text.charCodeAt(i) & 0x7f : pad;
}

export function isAscii(bytes: Uint8Array, at: number, text: string): boolean {
  if (at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Writes text as UTF-8 and returns its bytes; half of a surrogate pair makes it -1. Without `bytes` it only counts. */
export function putUtf8(bytes: Uint8Array | null, at: number, text: string): number {
  let n = 0;
  const put = (byte: number): void => {
    if (bytes !== null) bytes[at + n] = byte;
    n += 1;
  };
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point >= 0xd800 && point < 0xe000) return -1;
    const more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    put(more === 0 ? point : ((0xff00 >>> (more + 1)) & 0xff) | (point >>> (6 * more)));
    for (let i = more - 1; i >= 0; i--) put(0x80 | ((point >>> (6 * i)) & 0x3f));
  }
  return n;
}

/** Text of `n` bytes of UTF-8; what is none reads as U+FFFD. */
export function utf8Of(bytes: Uint8Array, at: number, n: number): string {
  let text = '';
  const end = Math.min(bytes.length, at + n);
  for (let i = at; i < end; ) {
    const first = bytes[i];
    const more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : -1;
    let point = more <= 0 ? first : first & (0x3f >>> more);
    let taken = 1;
    while (taken <= more && i + taken < end && (bytes[i + taken] & 0xc0) === 0x80) point = (point << 6) | (bytes[i + taken++] & 0x3f);
    const sound = more >= 0 && taken === more + 1 && point >= (more === 2 ? 0x800 : more === 3 ? 0x10000 : 0) && point <= 0x10ffff && (point < 0xd800 || point >= 0xe000);
    text += sound ? String.fromCodePoint(point) : '\ufffd';
    i += taken;
  }
  return text;
}

/** UTF-16 little-endian of `n` bytes, up to the first zero unit. */
export function utf16Of(bytes: Uint8Array, at: number, n: number): string {
  let text = '';
  for (let i = 0; i + 1 < n; i += 2) {
    const unit = get16(bytes, at + i);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text;
}

/** UTF-16 big-endian, as the parent name of a VHD is stored. */
export function beUtf16Of(bytes: Uint8Array, at: number, n: number): string {
  let text = '';
  for (let i = 0; i + 1 < n; i += 2) {
    const unit = beGet16(bytes, at + i);
    if (unit === 0) break;
    text += String.fromCharCode(unit);
  }
  return text;
}

// Where the bytes of a GUID stand in its text: three little-endian groups, then two in reading order. [BYTES-3]
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** Lower-case text with dashes. */
export function guidOf(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = 0; i < 16; i++) {
    const b = bytes[at + GUID_ORDER[i]] | 0;
    text += HEX.charAt(b >> 4) + HEX.charAt(b & 15);
    if (i === 3 || i === 5 || i === 7 || i === 9) text += '-';
  }
  return text;
}

const GUID_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Sixteen wire bytes from text; throws on text that is not a GUID. */
export function bytesOfGuid(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  putGuid(bytes, 0, text);
  return bytes;
}

export function putGuid(bytes: Uint8Array, at: number, text: string): void {
  if (!GUID_TEXT.test(text)) throw new RangeError(`putGuid: '${text}' is not a GUID`);
  const digits = text.replaceAll('-', '');
  for (let i = 0; i < 16; i++) bytes[at + GUID_ORDER[i]] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
}
