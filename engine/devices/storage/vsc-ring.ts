/**
 * The Storage VSC's hands on the rings and on its own packets. The arrays here are filled anew by each handler and mean
 * nothing to the next.
 */
import { mdlLength, mdlPiecePage, mdlPieces, mdlPieceSpan, spanLength, spanOffset } from '../../wire/mdl.ts';
import { copyBytes } from '../../wire/bytes.ts';
import { putGpaDirect } from '../../wire/gpa-direct.ts';
import {
  canWrite, dataSize, FLAG_COMPLETION_REQUESTED, honoursPendingSend, PACKET_GPA_DIRECT, PACKET_IN_BAND, packetBytes, pendingSendSize, putPacket, RING_FULL,
  setPendingSendSize, signalNeeded, writeIndex,
} from '../../wire/ring.ts';
import { putCdb10, putInquiry, putReadCapacity10, CAPACITY_BYTES, INQUIRY_BYTES, SCSIOP_READ, SCSIOP_WRITE } from '../../wire/scsi.ts';
import type { Act } from '../../sim/act.ts';
import { SIGNAL_EMPTY, SIGNAL_EVERY_WRITE, vmbus } from '../vmbus/hops.ts';
import { RECORD_SHIFT, REQUEST_SLOTS, WRITE_MARK } from './hops.ts';
import * as protocol from './protocol.ts';
import type { Asked, StorvscState } from './vsc-state.ts';

const view: Uint8Array[] = [];
const packet = new Uint8Array(protocol.STORAGE_PACKET_MAX);
const cdb = new Uint8Array(protocol.CDB_MAX);
const pfns: number[] = [];
const ext = new Uint8Array(16 + 8 * 32);

/** The ring from the root, its header for writing (the reader owns mask and read index). */
export function ringFromRoot(act: Act, self: StorvscState): Uint8Array[] {
  const first = self.ring + self.ringPages;
  view.length = self.ringPages;
  view[0] = act.pageForWrite(first);
  for (let i = 1; i < self.ringPages; i++) view[i] = act.page(first + i);
  return view;
}

/** The ring to the root, with the header and the pages of the next `total` bytes for writing. */
function ringToRoot(act: Act, self: StorvscState, total: number): Uint8Array[] {
  view.length = self.ringPages;
  view[0] = act.pageForWrite(self.ring);
  const size = dataSize(view);
  const from = writeIndex(view) % size;
  for (let i = 1; i < self.ringPages; i++) {
    const into = (i - 1) * 4096;
    const touched = (from < into + 4096 && from + total > into) || from + total - size > into;
    view[i] = touched ? act.pageForWrite(self.ring + i) : act.page(self.ring + i);
  }
  return view;
}

function lookAtRing(act: Act, self: StorvscState): void {
  view.length = self.ringPages;
  for (let i = 0; i < self.ringPages; i++) view[i] = act.page(self.ring + i);
}

/** True when the header of the ring to the root says what the driver waits for, and the root honours it. [CHAN-12] */
export function isRoomTold(act: Act, self: StorvscState): boolean {
  lookAtRing(act, self);
  return honoursPendingSend(view) && pendingSendSize(view) > 0;
}

/** False while the ring to the root has not the room that the driver waits for; without pending_send_sz only trying tells. [CHAN-12] */
export function mayHaveRoom(act: Act, self: StorvscState): boolean {
  lookAtRing(act, self);
  const wanted = pendingSendSize(view);
  return !honoursPendingSend(view) || wanted === 0 || canWrite(view, wanted);
}

/** Guest page in which ring offset `offset` of a direction lies. */
export function packetPage(self: StorvscState, direction: number, offset: number): number {
  return self.ring + (direction === 0 ? 0 : self.ringPages) + 1 + (offset >>> 12);
}

/** Transaction id of a record: its address, marked for a write. [STORVSC-3] */
function transactionOf(self: StorvscState, record: number, write: boolean): number {
  return self.records * 4096 + (record << RECORD_SHIFT) + (write ? WRITE_MARK : 0);
}

/** Record of a transaction id, or -1 when it is none of this driver's. */
export function recordOf(self: StorvscState, lo: number, hi: number): number {
  const offset = (lo & ~WRITE_MARK) - self.records * 4096;
  return hi === 0 && offset >= 0 && offset < 4096 && (offset & ((1 << RECORD_SHIFT) - 1)) === 0 ? offset >>> RECORD_SHIFT : -1;
}

/** Sends a block request as a READ(10) or WRITE(10) packet; false when the ring has no room. [STORVSC-4] */
export function sendRequest(self: StorvscState, act: Act, slot: number, asked: Asked): boolean {
  const bytes = asked.sectors * 512;
  const length = putCdb10(cdb, 0, asked.write ? SCSIOP_WRITE : SCSIOP_READ, asked.lba, asked.sectors);
  protocol.putExecuteSrb(packet, self.era, 0, 0, 0, 0, cdb, length, asked.write ? protocol.DATA_TO_DEVICE : protocol.DATA_FROM_DEVICE, bytes);
  const extension = asked.listed ? rangeOfList(act, asked.page, asked.span, bytes) : range(asked.page, asked.span & 0xfff, bytes);
  return write(self, act, slot, extension, asked.write);
}

/** Whether the pages of a list are one range: all but the first from their beginning, all but the last to their end. [STORVSC-9] */
export function isRange(list: Uint8Array, span: number, bytes: number): boolean {
  if (mdlLength(list, span) !== bytes) return false;
  const at = spanOffset(span);
  const pieces = mdlPieces(list, at);
  for (let i = 0; i < pieces; i++) {
    const piece = mdlPieceSpan(list, at, i);
    if (i > 0 && spanOffset(piece) !== 0) return false;
    if (i < pieces - 1 && spanOffset(piece) + spanLength(piece) !== 4096) return false;
  }
  return pieces > 0;
}

/** Composes the page list of a request from the caller's list. */
function rangeOfList(act: Act, page: number, span: number, bytes: number): number {
  const list = act.page(page);
  const at = spanOffset(span);
  const pieces = mdlPieces(list, at);
  for (let i = 0; i < pieces; i++) pfns[i] = mdlPiecePage(list, at, i);
  return putGpaDirect(ext, bytes, spanOffset(mdlPieceSpan(list, at, 0)), pfns);
}

/** Sends one step of bringing the device up; the packet of INQUIRY and READ CAPACITY names the driver's own buffer. */
export function sendStep(self: StorvscState, act: Act, step: number): boolean {
  let extension = 0;
  switch (step) {
    case 0: protocol.putOperation(packet, self.era, protocol.BEGIN_INITIALIZATION); break;
    case 1: protocol.putQueryVersion(packet, self.era, protocol.storageVersion(self.era)); break;
    case 2: protocol.putQueryProperties(packet, self.era, 0); break;
    case 3: protocol.putOperation(packet, self.era, protocol.END_INITIALIZATION); break;
    default: {
      const bytes = step === 4 ? INQUIRY_BYTES : CAPACITY_BYTES;
      const length = step === 4 ? putInquiry(cdb, 0, -1, bytes) : putReadCapacity10(cdb, 0);
      protocol.putExecuteSrb(packet, self.era, 0, 0, 0, 0, cdb, length, protocol.DATA_FROM_DEVICE, bytes);
      extension = range(self.buffer, 0, bytes);
    }
  }
  return write(self, act, REQUEST_SLOTS + step, extension, false);
}

/** Composes the page list of a buffer; returns its length. */
function range(page: number, offset: number, bytes: number): number {
  const count = Math.ceil((offset + bytes) / 4096);
  for (let i = 0; i < count; i++) pfns[i] = page + i;
  return putGpaDirect(ext, bytes, offset, pfns);
}

/** Keeps the packet in its record, puts it on the ring and signals if the driver's rule says so. [CHAN-6] */
function write(self: StorvscState, act: Act, record: number, extension: number, marked: boolean): boolean {
  const length = protocol.storagePacketBytes(self.era);
  copyBytes(act.pageForWrite(self.records), record << RECORD_SHIFT, packet, 0, length);
  const lo = transactionOf(self, record, marked);
  const total = packetBytes(extension, length);
  const pages = ringToRoot(act, self, total);
  const before = writeIndex(pages);
  const type = extension === 0 ? PACKET_IN_BAND : PACKET_GPA_DIRECT;
  const offset = putPacket(pages, type, FLAG_COMPLETION_REQUESTED, lo, 0, extension === 0 ? null : ext, extension, packet, length);
  if (offset === RING_FULL) {
    // The reader of an era that knows this field signals when so much is free. [CHAN-12]
    if (honoursPendingSend(pages)) setPendingSendSize(pages, total);
    return false;
  }
  if (honoursPendingSend(pages)) setPendingSendSize(pages, 0);
  act.assert(offset >= 0, "the guest's own ring has sound indices");
  act.send(vmbus.ringWriteGuest, self.channel, 0, offset, total, lo, packetPage(self, 0, offset), (offset & 0xfff) | (total << 12));
  if (signalNeeded(before, pages, self.signalRule)) act.send(vmbus.signalGuest, self.vmbus, self.channel, self.signalRule === 'every-write' ? SIGNAL_EVERY_WRITE : SIGNAL_EMPTY);
  return true;
}
