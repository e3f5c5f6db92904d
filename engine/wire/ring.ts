/**
 * A VMBus ring as arithmetic over its pages. Nothing is kept here: the state is the header page and the data pages.
 *
 * `pages[0]` is the header page, `pages[1..]` are the data pages, 4096 bytes each; they need not be neighbours in memory,
 * so every copy goes page by page and wraps at the end. Indices are byte offsets in the data area. Deciding whether to
 * signal and signalling are apart: these functions only answer. Rules: SPEC "Bytes and rings".
 */
import { copyBytes, get16, get32, put16, put32 } from './bytes.ts';

export type RingPages = readonly Uint8Array[];

const PAGE = 4096;
const PAGE_SHIFT = 12;

// Header words. L09 RingBuffer.h; LNX hyperv.h hv_ring_buffer.
const WRITE_INDEX = 0;
const READ_INDEX = 4;
const INTERRUPT_MASK = 8;
const PENDING_SEND_SZ = 12; // ws2012
const FEATURE_BITS = 64; // ws2012

/** Bytes of the packet descriptor and of the footer. L09 VmbusPacketFormat.h VMPACKET_DESCRIPTOR; LNX hv_ringbuffer_write. */
export const DESCRIPTOR_BYTES = 16;
export const FOOTER_BYTES = 8;

// VMBUS_PACKET_TYPE. L09 VmbusPacketFormat.h.
export const PACKET_IN_BAND = 6;
export const PACKET_TRANSFER_PAGES = 7;
export const PACKET_GPADL = 8;
export const PACKET_GPA_DIRECT = 9;
export const PACKET_COMPLETION = 0xb;

/** VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED. */
export const FLAG_COMPLETION_REQUESTED = 1;

/** Size of the data area in bytes: D. [RING-1] */
export function dataSize(pages: RingPages): number {
  return (pages.length - 1) * PAGE;
}

export function writeIndex(pages: RingPages): number {
  return get32(pages[0], WRITE_INDEX);
}

export function readIndex(pages: RingPages): number {
  return get32(pages[0], READ_INDEX);
}

export function interruptMask(pages: RingPages): number {
  return get32(pages[0], INTERRUPT_MASK);
}

export function setWriteIndex(pages: RingPages, index: number): void {
  put32(pages[0], WRITE_INDEX, index);
}

export function setReadIndex(pages: RingPages, index: number): void {
  put32(pages[0], READ_INDEX, index);
}

export function setInterruptMask(pages: RingPages, mask: number): void {
  put32(pages[0], INTERRUPT_MASK, mask);
}

/** Bytes in the ring. */
export function used(write: number, read: number, size: number): number {
  return write >= read ? write - read : size - read + write;
}

/** Bytes that are not in use; eight of them can never be filled. [RING-2] */
export function free(write: number, read: number, size: number): number {
  return size - used(write, read, size);
}

export function isEmpty(pages: RingPages): boolean {
  return writeIndex(pages) === readIndex(pages);
}

/** Ring bytes of a packet, footer included: descriptor, extension and payload padded to eight, footer. */
export function packetBytes(extLen: number, payloadLen: number): number {
  return DESCRIPTOR_BYTES + extLen + ((payloadLen + 7) & ~7) + FOOTER_BYTES;
}

/** An index the data area cannot have. */
function badIndex(index: number, size: number): boolean {
  return index >= size || (index & 7) !== 0;
}

/** True when both indices lie in the data area on a multiple of eight. [RING-8] */
export function indicesValid(pages: RingPages): boolean {
  const size = dataSize(pages);
  return size > 0 && !badIndex(writeIndex(pages), size) && !badIndex(readIndex(pages), size);
}

/** True when a packet of `total` ring bytes (see `packetBytes`) may be written now. [RING-2] */
export function canWrite(pages: RingPages, total: number): boolean {
  return indicesValid(pages) && free(writeIndex(pages), readIndex(pages), dataSize(pages)) > total;
}

/** Copies into the data area from offset `offset`, wrapping at its end. */
function copyIn(pages: RingPages, offset: number, src: Uint8Array, n: number): void {
  const size = dataSize(pages);
  let at = offset % size;
  for (let done = 0; done < n; ) {
    const inPage = at & (PAGE - 1);
    const part = Math.min(PAGE - inPage, n - done);
    copyBytes(pages[1 + (at >>> PAGE_SHIFT)], inPage, src, done, part);
    done += part;
    at += part;
    if (at === size) at = 0;
  }
}

/** Copies `n` bytes out of the data area, wrapping at its end. `offset` may lie up to one lap beyond D. */
export function copyOut(pages: RingPages, offset: number, into: Uint8Array, n: number, intoAt = 0): void {
  const size = dataSize(pages);
  let at = offset % size;
  for (let done = 0; done < n; ) {
    const inPage = at & (PAGE - 1);
    const part = Math.min(PAGE - inPage, n - done);
    copyBytes(into, intoAt + done, pages[1 + (at >>> PAGE_SHIFT)], inPage, part);
    done += part;
    at += part;
    if (at === size) at = 0;
  }
}

/** Four bytes at a ring offset that is a multiple of four. */
export function ringGet32(pages: RingPages, offset: number): number {
  const at = offset % dataSize(pages);
  return get32(pages[1 + (at >>> PAGE_SHIFT)], at & (PAGE - 1));
}

function ringPut32(pages: RingPages, offset: number, value: number): void {
  const at = offset % dataSize(pages);
  put32(pages[1 + (at >>> PAGE_SHIFT)], at & (PAGE - 1), value);
}

/** `putPacket` found no room; the ring is unchanged. */
export const RING_FULL = -1;
/** `putPacket` found an index outside the ring (the other side damaged it); the ring is unchanged. */
export const RING_CORRUPT = -2;

/**
 * Writes one packet and publishes the write index. All or nothing. [RING-3] [RING-4] [RING-5]
 *
 * `ext` is the type's extension after the 16-byte descriptor (null when there is none), `extLen` its length, a multiple
 * of eight. The payload is padded with zeros to a multiple of eight. Returns the offset at which the packet starts,
 * `RING_FULL` or `RING_CORRUPT`. Source: LNX hv_ringbuffer_write; OVM vmbus_ring.
 */
export function putPacket(
  pages: RingPages, type: number, flags: number, transIdLo: number, transIdHi: number,
  ext: Uint8Array | null, extLen: number, payload: Uint8Array, payloadLen: number,
): number {
  if ((extLen & 7) !== 0) throw new RangeError(`putPacket: extension of ${extLen} bytes is not a multiple of 8`);
  const size = dataSize(pages);
  const start = writeIndex(pages);
  if (!indicesValid(pages)) return RING_CORRUPT;
  const total = packetBytes(extLen, payloadLen);
  if (free(start, readIndex(pages), size) <= total) return RING_FULL;
  const padded = (payloadLen + 7) & ~7;
  const len8 = (DESCRIPTOR_BYTES + extLen + padded) >>> 3;
  if (len8 > 0xffff) return RING_FULL;
  // Offsets are multiples of eight, so the eight-byte halves of the descriptor never split.
  const page = pages[1 + (start >>> PAGE_SHIFT)];
  const at = start & (PAGE - 1);
  put16(page, at, type);
  put16(page, at + 2, (DESCRIPTOR_BYTES + extLen) >>> 3);
  put16(page, at + 4, len8);
  put16(page, at + 6, flags);
  ringPut32(pages, start + 8, transIdLo);
  ringPut32(pages, start + 12, transIdHi);
  if (ext !== null) copyIn(pages, start + DESCRIPTOR_BYTES, ext, extLen);
  const body = start + DESCRIPTOR_BYTES + extLen;
  clearTail(pages, body, payloadLen, padded);
  copyIn(pages, body, payload, payloadLen);
  ringPut32(pages, body + padded, 0);
  ringPut32(pages, body + padded + 4, start);
  setWriteIndex(pages, (start + total) % size);
  return start;
}

/** Zeroes the last eight bytes of a payload that does not fill them. */
function clearTail(pages: RingPages, body: number, payloadLen: number, padded: number): void {
  if (payloadLen === padded) return;
  ringPut32(pages, body + padded - 8, 0);
  ringPut32(pages, body + padded - 4, 0);
}

/** How a writer decides to signal. Which guest driver follows which: corrections 5. */
export type SignalRule = 'empty-to-non-empty' | 'every-write';

/**
 * Whether the reader must be signalled after a commit that began at `oldWrite` (the write index before the first packet
 * of the batch). Ask after publishing. [RING-6] [RING-7]
 */
export function signalNeeded(oldWrite: number, pages: RingPages, rule: SignalRule): boolean {
  if (interruptMask(pages) !== 0) return false;
  return rule === 'every-write' || readIndex(pages) === oldWrite;
}

/**
 * What is wrong with the packet at the read index, in OVM's kinds. `InvalidRingPointer`: an index beyond D or not a
 * multiple of eight. `InvalidDataAvailable`: less than a descriptor. `InvalidDescriptorLengths`, `...Flags`, `...Type`,
 * `...GpaDirectRangeCount`: the descriptor's own fields. [RING-8]
 */
export type PacketError =
  | 'Empty'
  | 'InvalidRingPointer'
  | 'InvalidDataAvailable'
  | 'InvalidDescriptorLengths'
  | 'InvalidDescriptorFlags'
  | 'InvalidDescriptorType'
  | 'InvalidDescriptorGpaDirectRangeCount';

/** Filled by `peekPacket`; one object serves any number of peeks. */
export interface PacketHeader {
  type: number;
  flags: number;
  transIdLo: number;
  transIdHi: number;
  /** Ring offset of the descriptor. */
  start: number;
  /** Ring offset and length of the extension (0 when there is none). */
  extAt: number;
  extBytes: number;
  /** Ring offset and length of the payload, padding included. */
  payloadAt: number;
  payloadBytes: number;
  /** 8 x len8: descriptor to end of payload. `advance` takes this number. */
  totalBytes: number;
}

export function newPacketHeader(): PacketHeader {
  return { type: 0, flags: 0, transIdLo: 0, transIdHi: 0, start: 0, extAt: 0, extBytes: 0, payloadAt: 0, payloadBytes: 0, totalBytes: 0 };
}

/**
 * Reads and checks the packet at the read index, without consuming it. 0 when `into` holds a good packet; 'Empty' when
 * there is none; any other answer means a dead channel. [RING-8] Source: OVM parse_packet.
 */
export function peekPacket(pages: RingPages, into: PacketHeader): PacketError | 0 {
  const size = dataSize(pages);
  if (!indicesValid(pages)) return 'InvalidRingPointer';
  const start = readIndex(pages);
  const available = used(writeIndex(pages), start, size);
  if (available === 0) return 'Empty';
  if (available < DESCRIPTOR_BYTES + FOOTER_BYTES) return 'InvalidDataAvailable';
  const page = pages[1 + (start >>> PAGE_SHIFT)];
  const at = start & (PAGE - 1);
  const offset8 = get16(page, at + 2);
  const len8 = get16(page, at + 4);
  into.type = get16(page, at);
  into.flags = get16(page, at + 6);
  into.transIdLo = ringGet32(pages, start + 8);
  into.transIdHi = ringGet32(pages, start + 12);
  into.start = start;
  into.extAt = (start + DESCRIPTOR_BYTES) % size;
  into.extBytes = offset8 * 8 - DESCRIPTOR_BYTES;
  into.payloadAt = (start + offset8 * 8) % size;
  into.payloadBytes = (len8 - offset8) * 8;
  into.totalBytes = len8 * 8;
  if (len8 < offset8 || offset8 < 2 || available < len8 * 8 + FOOTER_BYTES) return 'InvalidDescriptorLengths';
  if ((into.flags & ~FLAG_COMPLETION_REQUESTED) !== 0) return 'InvalidDescriptorFlags';
  return checkType(pages, into, offset8);
}

function checkType(pages: RingPages, packet: PacketHeader, offset8: number): PacketError | 0 {
  switch (packet.type) {
    case PACKET_IN_BAND:
    case PACKET_COMPLETION:
      return 0;
    case PACKET_TRANSFER_PAGES:
      return offset8 < 3 ? 'InvalidDescriptorLengths' : 0;
    case PACKET_GPA_DIRECT:
      if (offset8 < 3) return 'InvalidDescriptorLengths';
      return ringGet32(pages, packet.extAt + 4) === 0 ? 'InvalidDescriptorGpaDirectRangeCount' : 0;
    default:
      return 'InvalidDescriptorType';
  }
}

/** Consumes a packet of `totalBytes` (8 x len8) and its footer. [RING-9] */
export function advance(pages: RingPages, totalBytes: number): void {
  setReadIndex(pages, (readIndex(pages) + totalBytes + FOOTER_BYTES) % dataSize(pages));
}

// --- pending_send_sz: ws2012 only. [RING-10] LNX hyperv.h, hv_pkt_iter_close; OVM commit_read.

export function pendingSendSize(pages: RingPages): number {
  return get32(pages[0], PENDING_SEND_SZ);
}

/** Stored by a blocked writer: the ring bytes it waits for; 0 when it waits no longer. */
export function setPendingSendSize(pages: RingPages, total: number): void {
  put32(pages[0], PENDING_SEND_SZ, total);
}

/** Feature bit 0: the owner of this direction sets and honours pending_send_sz. */
export function honoursPendingSend(pages: RingPages): boolean {
  return (get32(pages[0], FEATURE_BITS) & 1) !== 0;
}

export function setHonoursPendingSend(pages: RingPages, honours: boolean): void {
  put32(pages[0], FEATURE_BITS, honours ? 1 : 0);
}

/**
 * Whether the reader must signal a blocked writer after a round of reading that began at `oldRead`. Ask after publishing
 * the read index. [RING-10]
 */
export function readerSignalNeeded(oldRead: number, pages: RingPages): boolean {
  if (!honoursPendingSend(pages)) return false;
  // Some senders store ring size - 1, so the low three bits are ignored (OVM).
  const wanted = (pendingSendSize(pages) & ~7) >>> 0;
  if (wanted === 0) return false;
  const size = dataSize(pages);
  const write = writeIndex(pages);
  return free(write, oldRead, size) <= wanted && free(write, readIndex(pages), size) > wanted;
}
