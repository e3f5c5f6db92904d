/**
 * The extension of a GPA-direct packet with one range, as storage uses it: the guest pages of a buffer, named and not copied.
 * Source: L09 VmbusPacketFormat.h VMDATA_GPA_DIRECT, GPA_RANGE; OVM gparange. [VMSG-8]
 *
 * Offsets are those of the extension (packet offset less 16): reserved u32, range count u32, length u32, offset u32, PFNs.
 */
import { get32, get53, put32, put53 } from './bytes.ts';

/** Extension bytes before the page numbers. */
export const GPA_DIRECT_PFNS_AT = 16;

/** Pages a buffer of `length` bytes touches when it begins `offset` bytes into its first page. */
export function gpaPages(offset: number, length: number): number {
  return Math.ceil((offset + length) / 4096);
}

export function gpaDirectBytes(pages: number): number {
  return GPA_DIRECT_PFNS_AT + 8 * pages;
}

/** Writes the extension and returns its length. `pfns` holds at least the pages the buffer touches. */
export function putGpaDirect(ext: Uint8Array, length: number, offset: number, pfns: ArrayLike<number>): number {
  const pages = gpaPages(offset, length);
  put32(ext, 0, 0);
  put32(ext, 4, 1);
  put32(ext, 8, length);
  put32(ext, 12, offset);
  for (let i = 0; i < pages; i++) put53(ext, GPA_DIRECT_PFNS_AT + 8 * i, pfns[i]);
  return gpaDirectBytes(pages);
}

export type GpaDirectRefusal = 'too-short' | 'range-count' | 'offset' | 'page-count' | 'page-number';

/** What is wrong with a received extension of `extLen` bytes, or 0. */
export function gpaDirectRefusal(ext: Uint8Array, extLen: number): GpaDirectRefusal | 0 {
  if (extLen < GPA_DIRECT_PFNS_AT) return 'too-short';
  if (get32(ext, 4) !== 1) return 'range-count';
  const offset = get32(ext, 12);
  if (offset >= 4096) return 'offset';
  const pages = gpaPages(offset, get32(ext, 8));
  if (gpaDirectBytes(pages) !== extLen) return 'page-count';
  for (let i = 0; i < pages; i++) if (gpaPfn(ext, i) < 0) return 'page-number';
  return 0;
}

export function gpaLength(ext: Uint8Array): number {
  return get32(ext, 8);
}

export function gpaOffset(ext: Uint8Array): number {
  return get32(ext, 12);
}

export function gpaPfn(ext: Uint8Array, index: number): number {
  return get53(ext, GPA_DIRECT_PFNS_AT + 8 * index);
}
