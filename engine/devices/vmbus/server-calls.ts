/**
 * The hypercalls of the root VMBus that need a parameter block: the ports and connections of a guest, and posts to it. One is
 * under way at a time, because there is one block; a guest whose port is full does not hold up the others. [VMBUS-10]
 */
import { put53, put64 } from '../../wire/bytes.ts';
import { HV_STATUS_INSUFFICIENT_BUFFERS, HV_STATUS_INSUFFICIENT_MEMORY } from '../../wire/hv-status.ts';
import { CONNECT_PORT_BYTES, POST_MESSAGE_BYTES, putConnectPort, putPartitionAndId } from '../../wire/hypercall-blocks.ts';
import { controlLo, HvConnectPort, HvCreatePort, HvDeletePort, HvDisconnectPort, HvPostMessage } from '../../wire/hypercalls.ts';
import {
  clearEventFlag, eventFlag, PORT_EVENT, PORT_MESSAGE, putEventPortInfo, putMessagePortInfo, SINT_VMBUS, VMBUS_EVENT_CONNECTION, VMBUS_MESSAGE_CONNECTION,
} from '../../wire/synic.ts';
import * as wire from '../../wire/vmbus.ts';
import { winhv } from '../../root/kernel/hops.ts';
import type { Act } from '../../sim/act.ts';
import { vmbus } from './hops.ts';
import {
  ALL_FLAGS, channelConnection, classes, finishPost, IDE_ACCELERATOR, instanceGuid, POST_AT, POST_ATTEMPTS_MAX, rootChannelId, rootEventId, rootMessageId,
} from './protocol.ts';
import { channelPortCode, channelPortDone, composeChannelPort, queueChannelPort } from './server-ports.ts';
import { BLOCK_PAGE, guestOf, offerByRelid, type Call, type Guest, type Offer, type ServerState } from './server-state.ts';

export const COOKIE_BLOCK = 1;
export const COOKIE_SIGNAL = 2;

const ROOT = 1;
const ATTACH_STEPS = 8;

export function queueAttach(self: ServerState, act: Act, partition: number): void {
  self.calls.push({ what: 'attach', partition, type: 0, relid: 0, id: 0, status: 0, request: act.request, attempts: 0 });
  pump(self, act);
}

/** Messages that have not been posted are not needed any more; what has been made by `queueAttach` is undone. [VMBUS-13] */
export function queueDetach(self: ServerState, act: Act, guest: Guest): void {
  const { partition } = guest;
  guest.blocked = false;
  self.calls = self.calls.filter((call, i) => call.partition !== partition || (i === 0 && self.calling));
  self.calls.push({ what: 'detach', partition, type: ATTACH_STEPS - 1, relid: 0, id: 0, status: 0, request: act.request, attempts: 0 });
  pump(self, act);
}

/** Queues a message for a guest. `id` is a GPADL handle or an open id; `status` what GpadlCreated and OpenChannelResult say. */
export function queuePost(self: ServerState, act: Act, partition: number, type: number, relid = 0, id = 0, status = 0): void {
  self.calls.push({ what: 'post', partition, type, relid, id, status, request: act.request, attempts: 0 });
  pump(self, act);
}

/** Offers a channel; from 1.1 on after it has got a port of its own. [VMBUS-4] [VMBUS-15] */
export function queueOffer(self: ServerState, act: Act, guest: Guest, relid: number): void {
  if (guest.era !== 'ws2008') queueChannelPort(self, act, guest, relid);
  queuePost(self, act, guest.partition, wire.OFFER_CHANNEL, relid);
}

/** Starts the first call that may go, unless one is under way. */
export function pump(self: ServerState, act: Act): void {
  if (self.calling) return;
  const at = nextCall(self);
  if (at < 0) return;
  const call = self.calls[at]!;
  self.calls.splice(at, 1);
  self.calls.unshift(call);
  self.calling = true;
  call.attempts++;
  const page = self.pages + BLOCK_PAGE;
  const block = act.pageForWrite(page);
  const code = codeOf(self, call);
  if (call.what === 'post') finishPost(block, rootMessageId(call.partition), composePost(self, call, block));
  else if (call.what === 'channel') composeChannelPort(call, block);
  else if (call.what === 'attach') composeAttach(self, call.type, call.partition, block);
  else composeDetach(self, call, block);
  const { request, behalf } = act;
  act.request = call.request;
  act.behalf = call.partition;
  act.send(winhv.call, self.winhv, controlLo(code, false), 0, page, blockBytes[code]! << 12, 0, COOKIE_BLOCK);
  act.request = request;
  act.behalf = behalf;
}

const blockBytes: Readonly<Record<number, number>> = {
  [HvPostMessage]: POST_MESSAGE_BYTES, [HvCreatePort]: 48, [HvConnectPort]: CONNECT_PORT_BYTES, [HvDeletePort]: 16, [HvDisconnectPort]: 16,
};

function codeOf(self: ServerState, call: Call): number {
  const { what, type } = call;
  if (what === 'post') return HvPostMessage;
  if (what === 'channel') return channelPortCode(call);
  if (what === 'attach') return (type & 1) === 0 ? HvCreatePort : HvConnectPort;
  const deletes = portedOffer(self, call) === undefined ? (type & 1) === 0 : call.id === 1;
  return deletes ? HvDeletePort : HvDisconnectPort;
}

/** A channel of the guest that still has an event port of its own: those go first, the connection (0) before the port (1). */
function portedOffer(self: ServerState, call: Call): Offer | undefined {
  return guestOf(self, call.partition)?.offers.find((offer) => offer.flag >= 0);
}

/** Index of the first call to a guest whose port is not full; -1 for none. Calls to one guest keep their order. */
function nextCall(self: ServerState): number {
  return self.calls.findIndex((call) => guestOf(self, call.partition)?.blocked !== true);
}

/** The call with the parameter block has returned. */
export function callDone(self: ServerState, act: Act, status: number): void {
  self.calling = false;
  const call = self.calls[0]!;
  const guest = guestOf(self, call.partition);
  const leaves = self.calls.some((c) => c.what === 'detach' && c.partition === call.partition);
  const transient = !leaves && (status === HV_STATUS_INSUFFICIENT_BUFFERS || status === HV_STATUS_INSUFFICIENT_MEMORY);
  if (call.what === 'post' && transient && call.attempts < POST_ATTEMPTS_MAX && guest !== undefined) {
    guest.blocked = true;
    act.behalf = call.partition;
    act.send(vmbus.retry, act.self, call.partition, call.type, call.attempts + 1);
  } else if (call.what === 'post') {
    if (status !== 0) self.refused++;
    self.calls.shift();
  } else if (call.what === 'channel') {
    channelPortDone(self, call, guest, status);
  } else if (call.what === 'attach') {
    attachStepDone(self, act, call, status);
  } else {
    detachStepDone(self, act, call);
  }
  pump(self, act);
}

/** The next of the eight steps; a refused one ends the attachment. [VMBUS-1] */
function attachStepDone(self: ServerState, act: Act, call: Call, status: number): void {
  call.type++;
  call.attempts = 0;
  if (status === 0 && call.type < ATTACH_STEPS) return;
  self.calls.shift();
  const guest = guestOf(self, call.partition);
  if (guest === undefined) return;
  act.request = call.request;
  act.behalf = call.partition;
  act.send(vmbus.attached, guest.worker, status);
}

/** What an attachment that failed had not made is answered with a status; the end is the same. [VMBUS-13] */
function detachStepDone(self: ServerState, act: Act, call: Call): void {
  const offer = portedOffer(self, call);
  call.attempts = 0;
  if (offer !== undefined) {
    if (call.id === 1) forgetFlag(self, act, offer.flag);
    if (call.id === 1) offer.flag = -1;
    call.id = 1 - call.id;
    return;
  }
  call.type--;
  if (call.type >= 0) return;
  self.calls.shift();
  const guest = guestOf(self, call.partition)!;
  self.guests.splice(self.guests.indexOf(guest), 1);
  forgetFlag(self, act, call.partition);
  act.request = call.request;
  act.behalf = call.partition;
  act.send(vmbus.detached, guest.worker, 0);
}

/** A flag that was set after the last look belongs to nobody. */
function forgetFlag(self: ServerState, act: Act, flag: number): void {
  if (eventFlag(act.page(self.siefPage), SINT_VMBUS, flag)) clearEventFlag(act.pageForWrite(self.siefPage), SINT_VMBUS, flag);
}

/** Names what `composeAttach` made in the same step, or the port of a channel: the port, or the connection to it. */
function composeDetach(self: ServerState, call: Call, block: Uint8Array): void {
  const { type: step, partition } = call;
  const offer = portedOffer(self, call);
  if (offer !== undefined) return call.id === 1 ? putPartitionAndId(block, ROOT, rootChannelId(partition, offer.relid)) : putPartitionAndId(block, partition, channelConnection(offer.relid));
  const toRoot = step < 4;
  const event = (step & 2) !== 0;
  const guestId = event ? VMBUS_EVENT_CONNECTION : VMBUS_MESSAGE_CONNECTION;
  const rootId = event ? rootEventId(partition) : rootMessageId(partition);
  const ofRoot = toRoot === ((step & 1) === 0);
  putPartitionAndId(block, ofRoot ? ROOT : partition, ofRoot ? rootId : guestId);
}

/**
 * Even steps make a port, odd ones connect it: messages to the root, signals to the root, messages to the guest, signals to
 * the guest. Partition ids are partition numbers. [VMBUS-1]
 */
function composeAttach(self: ServerState, step: number, partition: number, block: Uint8Array): void {
  const toRoot = step < 4;
  const event = (step & 2) !== 0;
  const owner = toRoot ? ROOT : partition;
  const sender = toRoot ? partition : ROOT;
  const guestId = event ? VMBUS_EVENT_CONNECTION : VMBUS_MESSAGE_CONNECTION;
  const rootId = event ? rootEventId(partition) : rootMessageId(partition);
  const port = toRoot ? rootId : guestId;
  if ((step & 1) !== 0) {
    putConnectPort(block, sender, toRoot ? guestId : rootId, owner, port, event ? PORT_EVENT : PORT_MESSAGE, 0);
    return;
  }
  put53(block, 0, owner);
  put64(block, 8, port, 0);
  put53(block, 16, sender);
  if (event) putEventPortInfo(block, 24, SINT_VMBUS, 0, toRoot ? partition : 0, !toRoot && self.era === 'ws2012' ? ALL_FLAGS : 1);
  else putMessagePortInfo(block, 24, SINT_VMBUS, 0);
}

/** Writes the message itself into the parameter block; returns its length. */
function composePost(self: ServerState, call: Call, block: Uint8Array): number {
  switch (call.type) {
    case wire.VERSION_RESPONSE:
      return wire.putVersionResponse(block, POST_AT, call.id !== 0 ? guestOf(self, call.partition)!.era : self.era, call.id !== 0);
    case wire.OFFER_CHANNEL:
      return composeOffer(self, call, block);
    case wire.GPADL_CREATED:
      return wire.putGpadlCreated(block, POST_AT, call.relid, call.id, call.status);
    case wire.GPADL_TORNDOWN:
      return wire.putGpadlTorndown(block, POST_AT, call.id);
    case wire.OPEN_CHANNEL_RESULT:
      return wire.putOpenResult(block, POST_AT, call.relid, call.id, call.status);
    default:
      return wire.putBareMessage(block, POST_AT, call.type);
  }
}

/** 190 or 196 bytes; user data of an IDE disk as OVM writes them: path u8 at 2, target u8 at 3, flags u32 at 8 (2). [VMBUS-4] */
function composeOffer(self: ServerState, call: Call, block: Uint8Array): number {
  const { era } = guestOf(self, call.partition)!;
  const offer = offerByRelid(guestOf(self, call.partition)!, call.relid)!;
  const userData = new Uint8Array(16);
  if (offer.classIndex === IDE_ACCELERATOR) {
    userData[2] = offer.instance & 0xff;
    userData[3] = (offer.instance >>> 8) & 0xff;
    userData[8] = 2;
  }
  return wire.putOffer(block, POST_AT, era, {
    interfaceType: classes[offer.classIndex]!.guid,
    interfaceInstance: instanceGuid(offer.instance),
    interruptLatency: 0,
    flags: wire.OFFER_ENUMERATE_DEVICE_INTERFACE,
    mmioMegabytes: 0,
    userData,
    subChannelIndex: 0,
    relid: offer.relid,
    monitorId: 0xff,
    dedicatedInterrupt: offer.flag >= 0,
    connectionId: offer.flag >= 0 ? channelConnection(offer.relid) : VMBUS_EVENT_CONNECTION,
  });
}
