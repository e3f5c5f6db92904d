/**
 * The ring of completion entries in which the disk controller tells its driver what has ended. Our own layout. [DISK-6]
 * Entry `n` (from 1) stands in slot `n mod 64`; the driver knows it by its serial number, so no index is exchanged.
 */
import { get32, put32 } from './bytes.ts';
import { allEras } from './eras.ts';
import type { Layout } from './layout.ts';
import { field } from './layout.ts';

export const COMPLETION_SIZE = 16;
export const COMPLETION_SLOTS = 64;

export const DISK_OK = 0;
export const DISK_NO_SUCH_SECTOR = 1;
export const DISK_BAD_LIST = 2;

/** Offset of the entry with this serial number in the ring's page. */
export function completionAt(serial: number): number {
  return (serial % COMPLETION_SLOTS) * COMPLETION_SIZE;
}

export function putCompletion(page: Uint8Array, serial: number, tag: number, status: number, bytes: number): void {
  const at = completionAt(serial);
  put32(page, at + 4, tag);
  put32(page, at + 8, status);
  put32(page, at + 12, bytes);
  put32(page, at, serial);
}

/** True when the entry with this serial number has been posted. */
export function completionPosted(page: Uint8Array, serial: number): boolean {
  return get32(page, completionAt(serial)) === serial;
}

export function completionTag(page: Uint8Array, serial: number): number {
  return get32(page, completionAt(serial) + 4);
}

export function completionStatus(page: Uint8Array, serial: number): number {
  return get32(page, completionAt(serial) + 8);
}

export const completionLayout: Layout = {
  id: 'disk-completion',
  title: 'Completion entry of the disk controller',
  size: COMPLETION_SIZE,
  eras: allEras,
  source: 'our own layout',
  status: 'simplified',
  fields: [
    field('serial', 0, 'u32', 'Number of the entry, from 1.'),
    field('tag', 4, 'u32', 'Which command has ended.'),
    field('status', 8, 'u32', { values: { 0: 'good', 1: 'no such sector', 2: 'bad list of pages' } }),
    field('bytes', 12, 'u32', 'Bytes moved by DMA.'),
  ],
};
