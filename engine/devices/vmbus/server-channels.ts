/**
 * What the root VMBus does with the messages of a guest: version, offers, GPADLs, channels. What is out of place is dropped
 * without an answer; only GPADLs and opens can be refused. [VMBUS-3] to [VMBUS-8], [VMBUS-11]. Source: OVM channels.rs.
 */
import { put53 } from '../../wire/bytes.ts';
import * as wire from '../../wire/vmbus.ts';
import { WRITE, type Act } from '../../sim/act.ts';
import { vmbus } from './hops.ts';
import { GPADL_PAGES_MAX } from './protocol.ts';
import { queueOffer, queuePost } from './server-calls.ts';
import { LIST_BYTES, LIST_PAGES, offerByRelid, type Gpadl, type Guest, type Offer, type ServerState } from './server-state.ts';

/** Acts on one message of `length` bytes whose length fits its type. */
export function understand(self: ServerState, act: Act, guest: Guest, bytes: Uint8Array, at: number, length: number): void {
  const type = wire.channelMessageType(bytes, at);
  if (type === wire.INITIATE_CONTACT) return contact(self, act, guest, bytes, at);
  if (!guest.connected) return;
  switch (type) {
    case wire.REQUEST_OFFERS: return sendOffers(self, act, guest);
    case wire.GPADL_HEADER: return gpadlHeader(self, act, guest, bytes, at, length);
    case wire.GPADL_BODY: return gpadlBody(self, act, guest, bytes, at, length);
    case wire.GPADL_TEARDOWN: return gpadlTeardown(self, act, guest, wire.messageRelid(bytes, at), wire.gpadlHandle(bytes, at));
    case wire.OPEN_CHANNEL: return open(self, act, guest, bytes, at);
    case wire.CLOSE_CHANNEL: {
      const offer = offerByRelid(guest, wire.messageRelid(bytes, at));
      return offer === undefined ? undefined : closeOffer(act, guest, offer);
    }
    case wire.UNLOAD: return disconnect(act, guest);
    default:
  }
}

// --- connection [VMBUS-3] ------------------------------------------------------------------------------------------------

function contact(self: ServerState, act: Act, guest: Guest, bytes: Uint8Array, at: number): void {
  if (guest.connected) disconnect(act, guest);
  const era = wire.eraOfVersion(wire.contactVersion(bytes, at));
  const address = wire.contactInterruptPage(bytes, at);
  const page = Math.floor(address / 4096);
  const spoken = era !== null && wire.erasSpoken(self.era).includes(era);
  // From 2.4 on nobody looks at the interrupt page, so it may be anything. [CHAN-11]
  const usesPage = era !== 'ws2012';
  const supported = spoken && (!usesPage || (address > 0 && address % 4096 === 0 && act.translate(guest.partition, page, WRITE) >= 0));
  if (supported) {
    if (usesPage) act.grant(act.self, guest.partition, page, 1, 'gpadl');
    guest.connected = true;
    guest.era = era;
    guest.interruptPage = usesPage ? page : 0;
  }
  queuePost(self, act, guest.partition, wire.VERSION_RESPONSE, 0, supported ? 1 : 0);
}

/** The connection ends: channels close, GPADLs and the interrupt page are the guest's alone again. */
export function disconnect(act: Act, guest: Guest): void {
  for (const offer of guest.offers) closeOffer(act, guest, offer);
  for (const gpadl of guest.gpadls) if (gpadl.state === 'accepted') takeBack(act, guest, gpadl);
  if (guest.interruptPage > 0) act.revoke(act.self, guest.partition, guest.interruptPage, 1);
  guest.interruptPage = 0;
  guest.gpadls = [];
  guest.connected = false;
  guest.offersSent = false;
}

function closeOffer(act: Act, guest: Guest, offer: Offer): void {
  if (offer.state === 'open' || offer.state === 'opening') act.send(vmbus.closed, offer.provider, guest.partition, offer.channel);
  offer.state = 'closed';
}

// --- offers [VMBUS-4] ----------------------------------------------------------------------------------------------------

function sendOffers(self: ServerState, act: Act, guest: Guest): void {
  if (guest.offersSent) return;
  guest.offersSent = true;
  for (const offer of guest.offers) queueOffer(self, act, guest, offer.relid);
  queuePost(self, act, guest.partition, wire.ALL_OFFERS_DELIVERED);
}

// --- GPADLs [VMBUS-6] [VMBUS-7] -------------------------------------------------------------------------------------------

function gpadlHeader(self: ServerState, act: Act, guest: Guest, bytes: Uint8Array, at: number, length: number): void {
  const relid = wire.messageRelid(bytes, at);
  const handle = wire.gpadlHandle(bytes, at);
  const wanted = wire.gpadlByteCount(bytes, at) / 4096;
  const inUse = guest.gpadls.some((g) => g.handle === handle);
  const sound =
    length >= 28 && wire.gpadlRangeCount(bytes, at) === 1 && wire.gpadlByteOffset(bytes, at) === 0 &&
    Number.isInteger(wanted) && wanted > 0 && wanted <= GPADL_PAGES_MAX && wire.gpadlRangeBytes(bytes, at) === 8 + 8 * wanted;
  if (!sound || inUse || offerByRelid(guest, relid) === undefined) return refuse(self, act, guest, relid, handle);
  const gpadl: Gpadl = { relid, handle, wanted, pfns: [], state: 'in-progress' };
  guest.gpadls.push(gpadl);
  takePfns(self, act, guest, gpadl, bytes, at, length);
}

function gpadlBody(self: ServerState, act: Act, guest: Guest, bytes: Uint8Array, at: number, length: number): void {
  const handle = wire.gpadlHandle(bytes, at);
  const gpadl = guest.gpadls.find((g) => g.handle === handle && g.state === 'in-progress');
  if (gpadl !== undefined) takePfns(self, act, guest, gpadl, bytes, at, length);
}

/** Takes the page numbers of one message; with the last one the GPADL is accepted or refused as a whole. */
function takePfns(self: ServerState, act: Act, guest: Guest, gpadl: Gpadl, bytes: Uint8Array, at: number, length: number): void {
  const count = Math.min(wire.gpadlPfnCount(bytes, at, length), gpadl.wanted - gpadl.pfns.length);
  for (let i = 0; i < count; i++) gpadl.pfns.push(wire.gpadlPfn(bytes, at, i));
  if (gpadl.pfns.length < gpadl.wanted) return;
  const owned = gpadl.pfns.every((pfn) => pfn >= 0 && pfn < 2 ** 32 && act.translate(guest.partition, pfn, WRITE) >= 0);
  if (!owned) {
    guest.gpadls.splice(guest.gpadls.indexOf(gpadl), 1);
    return refuse(self, act, guest, gpadl.relid, gpadl.handle);
  }
  gpadl.state = 'accepted';
  eachRun(gpadl.pfns, (first, pages) => {
    act.grant(act.self, guest.partition, first, pages, 'gpadl');
    act.grant(offerByRelid(guest, gpadl.relid)!.provider, guest.partition, first, pages, 'gpadl');
  });
  queuePost(self, act, guest.partition, wire.GPADL_CREATED, gpadl.relid, gpadl.handle, 0);
}

function refuse(self: ServerState, act: Act, guest: Guest, relid: number, handle: number): void {
  queuePost(self, act, guest.partition, wire.GPADL_CREATED, relid, handle, wire.VMBUS_FAILURE);
}

/** A GPADL in use by an open channel cannot be torn down. */
function gpadlTeardown(self: ServerState, act: Act, guest: Guest, relid: number, handle: number): void {
  const gpadl = guest.gpadls.find((g) => g.handle === handle && g.relid === relid && g.state === 'accepted');
  const offer = offerByRelid(guest, relid);
  if (gpadl === undefined || offer === undefined || (offer.state !== 'closed' && offer.gpadl === handle)) return;
  takeBack(act, guest, gpadl);
  guest.gpadls.splice(guest.gpadls.indexOf(gpadl), 1);
  queuePost(self, act, guest.partition, wire.GPADL_TORNDOWN, relid, handle);
}

function takeBack(act: Act, guest: Guest, gpadl: Gpadl): void {
  const provider = offerByRelid(guest, gpadl.relid)!.provider;
  eachRun(gpadl.pfns, (first, pages) => {
    act.revoke(act.self, guest.partition, first, pages);
    act.revoke(provider, guest.partition, first, pages);
  });
}

/** Runs of neighbouring pages. */
function eachRun(pfns: readonly number[], take: (first: number, pages: number) => void): void {
  let first = 0;
  for (let i = 1; i <= pfns.length; i++) {
    if (i < pfns.length && pfns[i] === pfns[i - 1]! + 1) continue;
    take(pfns[first]!, i - first);
    first = i;
  }
}

// --- opening a channel [VMBUS-8] -------------------------------------------------------------------------------------------

function open(self: ServerState, act: Act, guest: Guest, bytes: Uint8Array, at: number): void {
  const offer = offerByRelid(guest, wire.messageRelid(bytes, at));
  const handle = wire.openRingGpadl(bytes, at);
  const gpadl = guest.gpadls.find((g) => g.handle === handle && g.relid === offer?.relid && g.state === 'accepted');
  if (offer === undefined || offer.state !== 'closed' || gpadl === undefined) return;
  offer.state = 'opening';
  offer.channel = act.find(`${guest.path}/channel`);
  offer.gpadl = handle;
  offer.openId = wire.openId(bytes, at);
  const page = self.pages + LIST_PAGES + Math.floor((guest.list * LIST_BYTES) / 4096);
  const offset = (guest.list * LIST_BYTES) % 4096;
  const list = act.pageForWrite(page);
  gpadl.pfns.forEach((pfn, i) => put53(list, offset + 8 * i, pfn));
  act.send(vmbus.opened, offer.provider, guest.partition, offer.channel, wire.vmbusVersion(guest.era), wire.openDownstreamPage(bytes, at), page, offset | (gpadl.pfns.length << 15));
}

/** The provider has looked at the rings. */
export function opened(self: ServerState, act: Act, guest: Guest, channel: number, status: number): void {
  const offer = guest.offers.find((o) => o.channel === channel && o.state === 'opening');
  if (offer === undefined) return;
  offer.state = status === 0 ? 'open' : 'closed';
  queuePost(self, act, guest.partition, wire.OPEN_CHANNEL_RESULT, offer.relid, offer.openId, status);
}
