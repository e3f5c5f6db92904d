/**
 * The list of pages a transfer goes to, as the storage components of the root hand it on: a small layout of our own in the
 * place of Windows' MDL. It lies in one page of root memory and is named by (page, span); it never crosses a page. [MDL-1]
 */
import { get32, put32 } from './bytes.ts';
import { allEras } from './eras.ts';
import type { Layout } from './layout.ts';
import { field } from './layout.ts';

export const MDL_HEADER = 8;
export const MDL_PIECE = 8;

/** Offset and length inside one page in one word. */
export function spanOf(offset: number, length: number): number {
  return (offset | (length << 12)) >>> 0;
}

export function spanOffset(span: number): number {
  return span & 0xfff;
}

export function spanLength(span: number): number {
  return span >>> 12;
}

/** Bytes that an MDL of `pieces` pieces takes. */
export function mdlSize(pieces: number): number {
  return MDL_HEADER + pieces * MDL_PIECE;
}

/** The span of an MDL of `pieces` pieces that begins at `at` in its page. */
export function mdlSpan(at: number, pieces: number): number {
  return spanOf(at, mdlSize(pieces));
}

/** Begins an MDL at `at`; the pieces follow by `putMdlPiece`. */
export function putMdlHeader(page: Uint8Array, at: number, pieces: number): void {
  put32(page, at, pieces);
  put32(page, at + 4, 0);
}

export function putMdlPiece(page: Uint8Array, at: number, piece: number, spaPage: number, offset: number, length: number): void {
  put32(page, at + mdlSize(piece), spaPage);
  put32(page, at + mdlSize(piece) + 4, spanOf(offset, length));
}

export function mdlPieces(page: Uint8Array, at: number): number {
  return get32(page, at);
}

export function mdlPiecePage(page: Uint8Array, at: number, piece: number): number {
  return get32(page, at + mdlSize(piece));
}

export function mdlPieceSpan(page: Uint8Array, at: number, piece: number): number {
  return get32(page, at + mdlSize(piece) + 4);
}

/** Bytes the pieces hold together; -1 when the list does not fit its span or a piece leaves its page. [MDL-2] */
export function mdlLength(page: Uint8Array, span: number): number {
  const at = spanOffset(span);
  const pieces = mdlPieces(page, at);
  if (mdlSize(pieces) > spanLength(span) || at + mdlSize(pieces) > page.length) return -1;
  let bytes = 0;
  for (let i = 0; i < pieces; i++) {
    const piece = mdlPieceSpan(page, at, i);
    if (spanOffset(piece) + spanLength(piece) > page.length) return -1;
    bytes += spanLength(piece);
  }
  return bytes;
}

/**
 * Writes at `to` of `target` the MDL of the bytes `skip`..`skip + bytes` of another one; returns its number of pieces, or
 * -1 when there would be more than `most` or the source is too short. [MDL-3]
 */
export function sliceMdl(source: Uint8Array, at: number, skip: number, bytes: number, target: Uint8Array, to: number, most: number): number {
  let left = bytes;
  let made = 0;
  const pieces = mdlPieces(source, at);
  for (let i = 0; i < pieces && left > 0; i++) {
    const span = mdlPieceSpan(source, at, i);
    const length = spanLength(span);
    if (skip >= length) {
      skip -= length;
      continue;
    }
    const part = Math.min(length - skip, left);
    if (made === most) return -1;
    putMdlPiece(target, to, made, mdlPiecePage(source, at, i), spanOffset(span) + skip, part);
    made++;
    left -= part;
    skip = 0;
  }
  if (left > 0) return -1;
  putMdlHeader(target, to, made);
  return made;
}

export const mdlLayout: Layout = {
  id: 'mdl',
  title: 'List of pages (MDL)',
  size: 'variable',
  eras: allEras,
  source: 'our own layout, in the place of the Windows MDL',
  status: 'simplified',
  fields: [
    field('count', 0, 'u32', 'Number of pieces.'),
    field('reserved', 4, 'u32'),
    field('page', 8, 'u32', { repeat: 8, doc: 'Machine page.' }),
    field('span', 12, 'u32', { repeat: 8, doc: 'Offset in the page (12 bits) and length (20 bits).' }),
  ],
};
