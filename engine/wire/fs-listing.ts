/**
 * A directory listing as the guest's file system writes it into the buffer page of an application: a header, then entries
 * one after the other, each at a multiple of four. Our own layout. [FS-9]
 */
import { get16, get32, put16, put32, put8, utf16Of } from './bytes.ts';
import { allEras } from './eras.ts';
import type { Layout } from './layout.ts';
import { field } from './layout.ts';

export const LISTING_HEADER = 16;
export const LISTING_ENTRY = 16;

export interface ListedFile {
  readonly name: string;
  readonly size: number;
  readonly attributes: number;
  /** As FAT stores them. */
  readonly date: number;
  readonly time: number;
}

/** Bytes an entry with a name of this length takes. */
export function listingEntrySize(nameLength: number): number {
  return (LISTING_ENTRY + nameLength * 2 + 3) & ~3;
}

/** `next`: number of the directory's first entry that found no room here, or 0. */
export function putListingHeader(page: Uint8Array, count: number, bytes: number, next: number): void {
  put32(page, 0, count);
  put32(page, 4, bytes);
  put32(page, 8, next);
  put32(page, 12, 0);
}

export function listingNext(page: Uint8Array): number {
  return get32(page, 8);
}

/** Writes one entry at `at`; returns the offset behind it. The caller has seen to it that it fits. */
export function putListingEntry(page: Uint8Array, at: number, name: string, size: number, attributes: number, date: number, time: number): number {
  const length = listingEntrySize(name.length);
  put16(page, at, length);
  put8(page, at + 2, attributes);
  put8(page, at + 3, name.length);
  put32(page, at + 4, size);
  put16(page, at + 8, date);
  put16(page, at + 10, time);
  put32(page, at + 12, 0);
  for (let i = 0; i < name.length; i++) put16(page, at + LISTING_ENTRY + i * 2, name.charCodeAt(i));
  return at + length;
}

/** The entries of a listing; stops at the first that does not fit the page. */
export function readListing(page: Uint8Array): ListedFile[] {
  const files: ListedFile[] = [];
  const count = get32(page, 0);
  let at = LISTING_HEADER;
  for (let i = 0; i < count; i++) {
    const length = get16(page, at);
    const nameLength = page[at + 3] | 0;
    if (length !== listingEntrySize(nameLength) || at + length > page.length) break;
    files.push({
      name: utf16Of(page, at + LISTING_ENTRY, nameLength * 2),
      size: get32(page, at + 4),
      attributes: page[at + 2],
      date: get16(page, at + 8),
      time: get16(page, at + 10),
    });
    at += length;
  }
  return files;
}

export const listingLayout: Layout = {
  id: 'fs-listing',
  title: 'Directory listing (header and first entry)',
  size: 'variable',
  eras: allEras,
  source: 'our own layout',
  status: 'simplified',
  fields: [
    field('count', 0, 'u32', 'Entries in this page.'),
    field('bytes', 4, 'u32', 'Bytes used, with this header.'),
    field('next', 8, 'u32', 'Entry at which the next page begins; 0: none.'),
    field('reserved', 12, 'u32'),
    field('entry length', 16, 'u16'),
    field('attributes', 18, 'u8', { values: { 0: 'none', 16: 'directory', 32: 'archive' } }),
    field('name length', 19, 'u8', 'In UTF-16 units; the name follows the entry.'),
    field('size', 20, 'u32'),
    field('date', 24, 'u16'),
    field('time', 26, 'u16'),
  ],
};
