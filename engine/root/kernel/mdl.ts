/**
 * MDLs in pages of the root kernel: fixed places ("slots") for the lists that a component makes for parts of a transfer,
 * and zeros stored through a list. The layout itself is `wire/mdl.ts`. Runs: root kernel. [MDL-3] [MDL-4]
 */
import type { Act } from '../../sim/act.ts';
import { mdlPiecePage, mdlPieces, mdlPieceSpan, mdlSize, mdlSpan, sliceMdl, spanLength, spanOffset } from '../../wire/mdl.ts';

/** A slot takes 31 pieces: 120 KiB wherever they begin. */
export const MDL_SLOT = 256;
export const MDL_SLOT_PIECES = 31;
export const MDL_SLOTS_PER_PAGE = 4096 / MDL_SLOT;

/** Page and offset of a slot in the pages from `firstPage` on. */
export function mdlSlotPage(firstPage: number, slot: number): number {
  return firstPage + Math.floor(slot / MDL_SLOTS_PER_PAGE);
}

export function mdlSlotAt(slot: number): number {
  return (slot % MDL_SLOTS_PER_PAGE) * MDL_SLOT;
}

/** Makes in a slot the MDL of a part of another one; returns its span, or 0 when the part does not fit. */
export function sliceIntoSlot(act: Act, page: number, span: number, skip: number, bytes: number, firstPage: number, slot: number): number {
  const target = act.pageForWrite(mdlSlotPage(firstPage, slot));
  const at = mdlSlotAt(slot);
  const made = sliceMdl(act.page(page), spanOffset(span), skip, bytes, target, at, MDL_SLOT_PIECES);
  return made < 0 || mdlSize(made) > MDL_SLOT ? 0 : mdlSpan(at, made);
}

/** Stores zeros into bytes `skip`..`skip + bytes` of the transfer: a processor does it, not a device. [MDL-4] */
export function zeroThroughMdl(act: Act, page: number, span: number, skip: number, bytes: number): void {
  const list = act.page(page);
  const at = spanOffset(span);
  const pieces = mdlPieces(list, at);
  let left = bytes;
  for (let i = 0; i < pieces && left > 0; i++) {
    const piece = mdlPieceSpan(list, at, i);
    const length = spanLength(piece);
    if (skip >= length) {
      skip -= length;
      continue;
    }
    const part = Math.min(length - skip, left);
    const from = spanOffset(piece) + skip;
    act.pageForWrite(mdlPiecePage(list, at, i)).fill(0, from, from + part);
    left -= part;
    skip = 0;
  }
}
