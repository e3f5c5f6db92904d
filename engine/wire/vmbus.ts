/**
 * VMBus control messages, per era: writers that return the message's length in bytes, and readers. `at` is where the
 * message begins (16 in a SynIC message slot). Source: L09 ChannelMessages.h, VmbusChannelInterface.h for 0.13 and 1.1;
 * LNX hyperv.h and OVM protocol.rs from 2.4 on. Layouts: `vmbus-layouts.ts`. SPEC [VMSG-*].
 */
import { copyBytes, fillBytes, get16, get32, get53, get8, guidOf, put16, put32, put53, put64, put8, putGuid } from './bytes.ts';
import type { Era } from './eras.ts';
import { clearBit, nextSetBit, setBit } from './synic.ts';

// --- types. L09 ChannelMessages.h; 17 from 1.1 on.

export const OFFER_CHANNEL = 1;
export const RESCIND_CHANNEL_OFFER = 2;
export const REQUEST_OFFERS = 3;
export const ALL_OFFERS_DELIVERED = 4;
export const OPEN_CHANNEL = 5;
export const OPEN_CHANNEL_RESULT = 6;
export const CLOSE_CHANNEL = 7;
export const GPADL_HEADER = 8;
export const GPADL_BODY = 9;
export const GPADL_CREATED = 10;
export const GPADL_TEARDOWN = 11;
export const GPADL_TORNDOWN = 12;
export const RELID_RELEASED = 13;
export const INITIATE_CONTACT = 14;
export const VERSION_RESPONSE = 15;
export const UNLOAD = 16;
export const UNLOAD_RESPONSE = 17;

export const channelMessageNames: Readonly<Record<number, string>> = {
  1: 'ChannelMessageOfferChannel', 2: 'ChannelMessageRescindChannelOffer', 3: 'ChannelMessageRequestOffers', 4: 'ChannelMessageAllOffersDelivered',
  5: 'ChannelMessageOpenChannel', 6: 'ChannelMessageOpenChannelResult', 7: 'ChannelMessageCloseChannel', 8: 'ChannelMessageGpadlHeader',
  9: 'ChannelMessageGpadlBody', 10: 'ChannelMessageGpadlCreated', 11: 'ChannelMessageGpadlTeardown', 12: 'ChannelMessageGpadlTorndown',
  13: 'ChannelMessageRelIdReleased', 14: 'ChannelMessageInitiateContact', 15: 'ChannelMessageVersionResponse', 16: 'ChannelMessageUnload',
  17: 'ChannelMessageUnloadResponse',
};

export { eraOfVersion, erasSpoken, vmbusVersion, vmbusVersionText } from './vmbus-version.ts';

/** Smallest length of each type, by index; 0: unknown. Offer and version response depend on the era. */
const LENGTHS: readonly number[] = [0, 0, 12, 8, 8, 148, 20, 12, 20, 16, 20, 16, 12, 12, 40, 0, 8, 8];

/** Length of a message in the era, without ranges and page numbers; 0 when the era does not know the type. [VMSG-1] */
export function messageBytes(type: number, era: Era): number {
  if (type === OFFER_CHANNEL) return offerBytes(era);
  if (type === VERSION_RESPONSE) return versionResponseBytes(era);
  if (type === UNLOAD_RESPONSE && era === 'ws2008') return 0;
  return LENGTHS[type] ?? 0;
}

export function offerBytes(era: Era): number {
  return era === 'ws2008' ? 190 : 196;
}

export function versionResponseBytes(era: Era): number {
  return era === 'ws2012' ? 16 : 9;
}

export type MessageRefusal = 'unknown-type' | 'too-short';

/** What is wrong with a received message of `length` bytes, or 0. Extra bytes are no fault. [VMSG-1] */
export function messageRefusal(bytes: Uint8Array, at: number, length: number, era: Era): MessageRefusal | 0 {
  if (length < 8) return 'too-short';
  const least = messageBytes(get32(bytes, at), era);
  if (least === 0) return 'unknown-type';
  return length < least ? 'too-short' : 0;
}

export function channelMessageType(bytes: Uint8Array, at: number): number {
  return get32(bytes, at);
}

// --- messages without a body: 3, 4, 16, 17.

/** A message that is its header. */
export function putBareMessage(bytes: Uint8Array, at: number, type: number): number {
  put64(bytes, at, type, 0);
  return 8;
}

// --- contact

/** `targetVp` is padding before 3.0. Addresses are guest-physical, 0 for none. */
export function putInitiateContact(
  bytes: Uint8Array, at: number, version: number, targetVp: number, interruptPage: number, monitorPage1: number, monitorPage2: number,
): number {
  put64(bytes, at, INITIATE_CONTACT, 0);
  put32(bytes, at + 8, version);
  put32(bytes, at + 12, targetVp);
  put53(bytes, at + 16, interruptPage);
  put53(bytes, at + 24, monitorPage1);
  put53(bytes, at + 32, monitorPage2);
  return 40;
}

export function contactVersion(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 8);
}

/** Guest-physical address of the interrupt page; -1 when it is no address at all (2^53 or more). */
export function contactInterruptPage(bytes: Uint8Array, at: number): number {
  return get53(bytes, at + 16);
}

/** `which` 0: parent to child, 1: child to parent. */
export function contactMonitorPage(bytes: Uint8Array, at: number, which: 0 | 1): number {
  return get53(bytes, at + 24 + 8 * which);
}

/** `connectionState` and `version` exist from 2.4 on. [VMSG-3] */
export function putVersionResponse(bytes: Uint8Array, at: number, era: Era, supported: boolean, connectionState = 0, version = 0): number {
  put64(bytes, at, VERSION_RESPONSE, 0);
  put8(bytes, at + 8, supported ? 1 : 0);
  if (era !== 'ws2012') return 9;
  put8(bytes, at + 9, connectionState);
  put16(bytes, at + 10, 0);
  put32(bytes, at + 12, version);
  return 16;
}

export function versionSupported(bytes: Uint8Array, at: number): boolean {
  return get8(bytes, at + 8) !== 0;
}

// --- offers

export interface Offer {
  /** GUID texts. */
  readonly interfaceType: string;
  readonly interfaceInstance: string;
  /** Before 2.4: what the device gave as its interrupt latency, in 100 ns. */
  readonly interruptLatency: number;
  readonly flags: number;
  readonly mmioMegabytes: number;
  /** Up to 120 bytes; a pipe's begin with its mode. */
  readonly userData: Uint8Array;
  readonly subChannelIndex: number;
  readonly relid: number;
  /** 0xFF: no monitored notification. */
  readonly monitorId: number;
  /** From 1.1 on. */
  readonly dedicatedInterrupt: boolean;
  readonly connectionId: number;
}

export const OFFER_ENUMERATE_DEVICE_INTERFACE = 0x0001;
export const OFFER_NAMED_PIPE_MODE = 0x0010;
export const OFFER_REQUEST_MONITORED_NOTIFICATION = 0x0400;
export const OFFER_USER_DATA_AT = 60;
export const OFFER_USER_DATA_BYTES = 120;

/** [VMSG-2] */
export function putOffer(bytes: Uint8Array, at: number, era: Era, offer: Offer): number {
  fillBytes(bytes, at, offerBytes(era), 0);
  put32(bytes, at, OFFER_CHANNEL);
  putGuid(bytes, at + 8, offer.interfaceType);
  putGuid(bytes, at + 24, offer.interfaceInstance);
  if (era !== 'ws2012') put53(bytes, at + 40, offer.interruptLatency);
  put16(bytes, at + 56, offer.flags);
  put16(bytes, at + 58, offer.mmioMegabytes);
  copyBytes(bytes, at + OFFER_USER_DATA_AT, offer.userData, 0, Math.min(offer.userData.length, OFFER_USER_DATA_BYTES));
  if (era === 'ws2012') put16(bytes, at + 180, offer.subChannelIndex);
  put32(bytes, at + 184, offer.relid);
  put8(bytes, at + 188, offer.monitorId);
  put8(bytes, at + 189, offer.monitorId === 0xff ? 0 : 1);
  if (era !== 'ws2008') {
    put16(bytes, at + 190, offer.dedicatedInterrupt ? 1 : 0);
    put32(bytes, at + 192, offer.connectionId);
  }
  return offerBytes(era);
}

/** In 0.13 the connection is the shared one, 2, and no interrupt is dedicated. */
export function readOffer(bytes: Uint8Array, at: number, era: Era): Offer {
  return {
    interfaceType: guidOf(bytes, at + 8),
    interfaceInstance: guidOf(bytes, at + 24),
    interruptLatency: era === 'ws2012' ? 0 : get53(bytes, at + 40),
    flags: get16(bytes, at + 56),
    mmioMegabytes: get16(bytes, at + 58),
    userData: bytes.slice(at + OFFER_USER_DATA_AT, at + OFFER_USER_DATA_AT + OFFER_USER_DATA_BYTES),
    subChannelIndex: era === 'ws2012' ? get16(bytes, at + 180) : 0,
    relid: get32(bytes, at + 184),
    monitorId: get8(bytes, at + 188),
    dedicatedInterrupt: era !== 'ws2008' && (get16(bytes, at + 190) & 1) !== 0,
    connectionId: era === 'ws2008' ? 2 : get32(bytes, at + 192),
  };
}

export function offerRelid(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 184);
}

// --- relid alone: 2, 7, 13

/** RescindChannelOffer, CloseChannel or RelIdReleased. */
export function putRelidMessage(bytes: Uint8Array, at: number, type: number, relid: number): number {
  put64(bytes, at, type, 0);
  put32(bytes, at + 8, relid);
  return 12;
}

/** ChildRelId of messages 2, 5, 6, 7, 8, 10, 11 and 13 (an offer's is `offerRelid`). */
export function messageRelid(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 8);
}

// --- opening

/**
 * `at20` is the server context GPADL (0) before 2.4 and the target VP from 2.4 on. `downstreamPage` is where the ring
 * to the guest begins, in pages of the ring GPADL. [VMSG-4]
 */
export function putOpenChannel(
  bytes: Uint8Array, at: number, relid: number, openId: number, ringGpadl: number, at20: number, downstreamPage: number, userData: Uint8Array | null,
): number {
  put64(bytes, at, OPEN_CHANNEL, 0);
  put32(bytes, at + 8, relid);
  put32(bytes, at + 12, openId);
  put32(bytes, at + 16, ringGpadl);
  put32(bytes, at + 20, at20);
  put32(bytes, at + 24, downstreamPage);
  fillBytes(bytes, at + 28, 120, 0);
  if (userData !== null) copyBytes(bytes, at + 28, userData, 0, Math.min(userData.length, 120));
  return 148;
}

/** Of OpenChannel and OpenChannelResult. */
export function openId(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 12);
}

export function openRingGpadl(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 16);
}

export function openDownstreamPage(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 24);
}

export function putOpenResult(bytes: Uint8Array, at: number, relid: number, id: number, status: number): number {
  put64(bytes, at, OPEN_CHANNEL_RESULT, 0);
  put32(bytes, at + 8, relid);
  put32(bytes, at + 12, id);
  put32(bytes, at + 16, status);
  return 20;
}

/** Status of OpenChannelResult and GpadlCreated, 0 for success. */
export function resultStatusOf(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 16);
}

/** What a refused open or GPADL is answered with. OVM channels.rs. */
export const VMBUS_FAILURE = 0x8000_ffff;

// --- GPADLs. [VMSG-5]

/** Page numbers that fit a header of one range and a body. L09 Channel.c: (240 - 20 - 8) / 8 and (240 - 16) / 8. */
export const GPADL_HEADER_PFNS = 26;
export const GPADL_BODY_PFNS = 28;
/** LNX and L09 count handles up from here. */
export const FIRST_GPADL = 0xe_1e10;

/** Body messages a GPADL of `pages` pages needs after its header. */
export function gpadlBodies(pages: number): number {
  return pages <= GPADL_HEADER_PFNS ? 0 : Math.ceil((pages - GPADL_HEADER_PFNS) / GPADL_BODY_PFNS);
}

/** Header of one page-aligned range over all `pfns`, with the first of them. */
export function putGpadlHeader(bytes: Uint8Array, at: number, relid: number, gpadl: number, pfns: ArrayLike<number>): number {
  put64(bytes, at, GPADL_HEADER, 0);
  put32(bytes, at + 8, relid);
  put32(bytes, at + 12, gpadl);
  put16(bytes, at + 16, 8 + 8 * pfns.length);
  put16(bytes, at + 18, 1);
  put32(bytes, at + 20, pfns.length * 4096);
  put32(bytes, at + 24, 0);
  const count = Math.min(pfns.length, GPADL_HEADER_PFNS);
  for (let i = 0; i < count; i++) put53(bytes, at + 28 + 8 * i, pfns[i]);
  return 28 + 8 * count;
}

/** Body number `index` (0 is the first after the header). */
export function putGpadlBody(bytes: Uint8Array, at: number, gpadl: number, pfns: ArrayLike<number>, index: number): number {
  put64(bytes, at, GPADL_BODY, 0);
  put32(bytes, at + 8, 0);
  put32(bytes, at + 12, gpadl);
  const first = GPADL_HEADER_PFNS + GPADL_BODY_PFNS * index;
  const count = Math.min(pfns.length - first, GPADL_BODY_PFNS);
  for (let i = 0; i < count; i++) put53(bytes, at + 16 + 8 * i, pfns[first + i]);
  return 16 + 8 * count;
}

/** Handle of messages 8, 9, 10 and 11. */
export function gpadlHandle(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 12);
}

/** Handle of GpadlTorndown, which has no relid. */
export function torndownHandle(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 8);
}

/** Bytes of all ranges, announced by the header. */
export function gpadlRangeBytes(bytes: Uint8Array, at: number): number {
  return get16(bytes, at + 16);
}

export function gpadlRangeCount(bytes: Uint8Array, at: number): number {
  return get16(bytes, at + 18);
}

export function gpadlByteCount(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 20);
}

export function gpadlByteOffset(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + 24);
}

/** Page numbers that a header or body message of `length` bytes really holds. */
export function gpadlPfnCount(bytes: Uint8Array, at: number, length: number): number {
  const first = get32(bytes, at) === GPADL_HEADER ? 28 : 16;
  return Math.max(0, Math.floor((length - first) / 8));
}

/** Page number `index` of a header or body; -1 when it is 2^53 or more. */
export function gpadlPfn(bytes: Uint8Array, at: number, index: number): number {
  return get53(bytes, at + (get32(bytes, at) === GPADL_HEADER ? 28 : 16) + 8 * index);
}

export function putGpadlCreated(bytes: Uint8Array, at: number, relid: number, gpadl: number, status: number): number {
  put64(bytes, at, GPADL_CREATED, 0);
  put32(bytes, at + 8, relid);
  put32(bytes, at + 12, gpadl);
  put32(bytes, at + 16, status);
  return 20;
}

export function putGpadlTeardown(bytes: Uint8Array, at: number, relid: number, gpadl: number): number {
  put64(bytes, at, GPADL_TEARDOWN, 0);
  put32(bytes, at + 8, relid);
  put32(bytes, at + 12, gpadl);
  return 16;
}

export function putGpadlTorndown(bytes: Uint8Array, at: number, gpadl: number): number {
  put64(bytes, at, GPADL_TORNDOWN, 0);
  put32(bytes, at + 8, gpadl);
  return 12;
}

// --- the interrupt page, before 2.4. [VMSG-6] L09 Connection.c: the second half is the send bitmap.

/** Relids are 1..2047; bit 0 stays free. */
export const RELID_LIMIT = 2048;
const SEND_AT = 2048;

/** Root side: the guest has news in channel `relid`; true when the bit was clear. */
export function setReceiveBit(page: Uint8Array, relid: number): boolean {
  return setBit(page, 0, relid);
}

/** Guest side: clears the bit; true when it was set. */
export function takeReceiveBit(page: Uint8Array, relid: number): boolean {
  return clearBit(page, 0, relid);
}

/** First relid at or after `from` with news for the guest, or -1. */
export function nextReceiveBit(page: Uint8Array, from: number): number {
  return nextSetBit(page, 0, RELID_LIMIT, from);
}

/** Guest side: the root has news in channel `relid`; true when the bit was clear. */
export function setSendBit(page: Uint8Array, relid: number): boolean {
  return setBit(page, SEND_AT, relid);
}

export function takeSendBit(page: Uint8Array, relid: number): boolean {
  return clearBit(page, SEND_AT, relid);
}

export function nextSendBit(page: Uint8Array, from: number): number {
  return nextSetBit(page, SEND_AT, RELID_LIMIT, from);
}
