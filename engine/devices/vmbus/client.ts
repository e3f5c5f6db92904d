/**
 * `<guest>/vmbus`: the VMBus driver of an enlightened guest. Runs in the guest's kernel, as do all VSCs, which use it to open
 * channels and to signal; it alone speaks to the SynIC.
 *
 *     VSC -> here -> `<guest>/winhv` -> [exit] hypervisor                     posts and signals
 *     hypervisor -> [interrupt] `<guest>/kernel` -> here (ISR) -> VSC (DPC)   signals that arrive
 *     here (ISR: slot 2 copied, freed) -> here (DPC: message parsed)          messages that arrive
 *
 * Rules: SPEC "VMBus", "Channels and signalling". Source: L09 Vmbus.c, Connection.c, ChannelMgmt.c, Channel.c.
 */
import { HV_STATUS_INSUFFICIENT_BUFFERS, HV_STATUS_INSUFFICIENT_MEMORY, HV_STATUS_INVALID_CONNECTION_ID } from '../../wire/hv-status.ts';
import { POST_MESSAGE_BYTES } from '../../wire/hypercall-blocks.ts';
import { controlLo, HvPostMessage, HvSignalEvent } from '../../wire/hypercalls.ts';
import { MSR_EOM } from '../../wire/msrs.ts';
import {
  clearEventFlag, eventFlag, messagePending, messageSlotAt, SINT_VMBUS, VMBUS_MESSAGE_CONNECTION,
} from '../../wire/synic.ts';
import { defaultEra, type Era } from '../../wire/eras.ts';
import * as wire from '../../wire/vmbus.ts';
import { gkernel, gwinhv } from '../../guest/kernel/hops.ts';
import { msr } from '../../hypervisor/hops.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { vmbus } from './hops.ts';
import {
  classAt, classes, copyMessage, finishPost, freeInboxSlot, inboxType, messageWaits, payloadSpan, POST_AT, POST_ATTEMPTS_MAX, slotOfSpan,
} from './protocol.ts';

export interface VmbusClientConfig {
  /** Vector of SINT2, which the kernel has programmed with AutoEOI. */
  readonly vector: number;
  /** SIM and SIEF page of VP 0. */
  readonly simPage: number;
  readonly siefPage: number;
  /** First of VMBUS_CLIENT_PAGES guest pages. */
  readonly pages: number;
  /** Whose drivers these are. */
  readonly era?: Era;
}

/** Interrupt page, two monitor pages, parameter block of posts, copied messages. */
export const VMBUS_CLIENT_PAGES = 5;
const INTERRUPT_PAGE = 0;
const MONITOR_PAGES = 1;
const BLOCK_PAGE = 3;
const INBOX_PAGE = 4;

const COOKIE_POST = 1;
const COOKIE_SIGNAL = 2;

/** STATUS_REVISION_MISMATCH, STATUS_UNSUCCESSFUL. MS-ERREF. */
const REVISION_MISMATCH = 0xc000_0059;
const UNSUCCESSFUL = 0xc000_0001;

interface ClientChannel {
  relid: number;
  driver: number;
  channel: number;
  state: 'offered' | 'mapping' | 'opening' | 'open' | 'closed';
  gpadl: number;
  page: number;
  pages: number;
  downstream: number;
  /** The channel has a connection of its own, so that no bit of the interrupt page is needed. */
  dedicated: boolean;
  connection: number;
}

/** A message that waits to be posted. `part`: which body of a GPADL. */
type Outgoing = { type: number; relid: number; part: number; request: number; attempts: number };

interface ClientState {
  vector: number;
  simPage: number;
  siefPage: number;
  pages: number;
  kernel: number;
  winhv: number;
  intercepts: number;
  /** Versions not yet tried, the newest first; the one that is tried or was agreed. */
  untried: Era[];
  era: Era;
  phase: 'off' | 'contact' | 'offers' | 'ready' | 'failed';
  /** One bit for each unread copy of a message; whether one still stands in slot 2 because there was no room. */
  inbox: number;
  slotWaits: boolean;
  /** Writes of EOM that have not ended, the latest last: whether the interrupt routine made it. */
  eoms: boolean[];
  posts: Outgoing[];
  posting: boolean;
  channels: ClientChannel[];
  nextGpadl: number;
  signalsRefused: number;
}

function init(self: ClientState, _hop: HopView, act: Act): void {
  const guest = act.pathOf(act.self).split('/')[0]!;
  self.kernel = act.find(`${guest}/kernel`);
  self.winhv = act.find(`${guest}/winhv`);
  self.intercepts = act.find('hypervisor/intercepts');
  self.phase = 'contact';
  act.send(gkernel.connectInterrupt, self.kernel, self.vector, 0);
  post(self, act, wire.INITIATE_CONTACT, 0, 0);
}

// --- posting [VMBUS-10] -------------------------------------------------------------------------------------------------

function post(self: ClientState, act: Act, type: number, relid: number, part: number): void {
  self.posts.push({ type, relid, part, request: act.request, attempts: 0 });
  pump(self, act);
}

/** Posts the message at the head of the queue unless one is under way. */
function pump(self: ClientState, act: Act): void {
  const next = self.posts[0];
  if (self.posting || next === undefined) return;
  self.posting = true;
  next.attempts++;
  const block = act.pageForWrite(self.pages + BLOCK_PAGE);
  finishPost(block, VMBUS_MESSAGE_CONNECTION, compose(self, next, block));
  const { request } = act;
  act.request = next.request;
  act.send(gwinhv.call, self.winhv, controlLo(HvPostMessage, false), 0, self.pages + BLOCK_PAGE, POST_MESSAGE_BYTES << 12, 0, COOKIE_POST);
  act.request = request;
}

/** Writes the message itself into the parameter block; returns its length. */
function compose(self: ClientState, out: Outgoing, block: Uint8Array): number {
  const c = channelByRelid(self, out.relid);
  switch (out.type) {
    case wire.INITIATE_CONTACT: {
      const gpa = self.pages * 4096;
      return wire.putInitiateContact(
        block, POST_AT, wire.vmbusVersion(self.era), 0, gpa + INTERRUPT_PAGE * 4096, gpa + MONITOR_PAGES * 4096, gpa + (MONITOR_PAGES + 1) * 4096,
      );
    }
    case wire.GPADL_HEADER:
      return wire.putGpadlHeader(block, POST_AT, out.relid, c!.gpadl, pagesOf(c!));
    case wire.GPADL_BODY:
      return wire.putGpadlBody(block, POST_AT, c!.gpadl, pagesOf(c!), out.part);
    case wire.OPEN_CHANNEL:
      return wire.putOpenChannel(block, POST_AT, out.relid, out.relid, c!.gpadl, 0, c!.downstream, null);
    default:
      return wire.putBareMessage(block, POST_AT, out.type);
  }
}

function pagesOf(c: ClientChannel): number[] {
  return Array.from({ length: c.pages }, (_, i) => c.page + i);
}

function hypercallDone(self: ClientState, hop: HopView, act: Act): void {
  if (hop.a2 === COOKIE_SIGNAL) {
    if (hop.a0 !== 0) self.signalsRefused++;
    return;
  }
  self.posting = false;
  const head = self.posts[0]!;
  if (isTransient(hop.a0, head.type) && head.attempts < POST_ATTEMPTS_MAX) {
    self.posting = true;
    act.send(vmbus.retryGuest, act.self, head.type, head.attempts + 1, hop.a0);
    return;
  }
  self.posts.shift();
  if (hop.a0 !== 0) postRefused(self, act, head, hop.a0);
  pump(self, act);
}

/** A connection that is not there yet may come, but to the first contact its absence is an answer: this root speaks no such version. */
function isTransient(status: number, type: number): boolean {
  if (status === HV_STATUS_INVALID_CONNECTION_ID) return type !== wire.INITIATE_CONTACT;
  return status === HV_STATUS_INSUFFICIENT_BUFFERS || status === HV_STATUS_INSUFFICIENT_MEMORY;
}

function retryPost(self: ClientState, _hop: HopView, act: Act): void {
  self.posting = false;
  pump(self, act);
}

/** The hypervisor has refused a message for good: whoever waits for its answer must hear of it. */
function postRefused(self: ClientState, act: Act, out: Outgoing, status: number): void {
  if (out.type === wire.INITIATE_CONTACT || out.type === wire.REQUEST_OFFERS) {
    self.phase = 'failed';
    act.send(gkernel.driverReady, self.kernel, status);
    return;
  }
  const c = channelByRelid(self, out.relid);
  if (c !== undefined) openEnded(act, c, status);
}

// --- the interrupt [VMBUS-9] [CHAN-4] -----------------------------------------------------------------------------------

function isr(self: ClientState, hop: HopView, act: Act): void {
  if (self.era === 'ws2012') takeFlags(self, act);
  else if (eventFlag(act.page(self.siefPage), SINT_VMBUS, 0)) {
    clearEventFlag(act.pageForWrite(self.siefPage), SINT_VMBUS, 0);
    scan(self, act);
  }
  if (!takeMessage(self, act, true)) act.send(gkernel.isrDone, self.kernel, hop.a0);
}

/** From 2.4 on each channel has an event flag of its own, its relid. [CHAN-11] */
function takeFlags(self: ClientState, act: Act): void {
  for (const c of self.channels) {
    if (c.state !== 'open' || !eventFlag(act.page(self.siefPage), SINT_VMBUS, c.relid)) continue;
    clearEventFlag(act.pageForWrite(self.siefPage), SINT_VMBUS, c.relid);
    act.send(vmbus.callbackGuest, c.driver, c.channel, 1);
  }
}

/** Looks through the receive half for open channels and queues a callback for each one that is marked. */
function scan(self: ClientState, act: Act): void {
  const bits = act.pageForWrite(self.pages + INTERRUPT_PAGE);
  for (const c of self.channels) {
    if (c.state === 'open' && wire.takeReceiveBit(bits, c.relid)) act.send(vmbus.callbackGuest, c.driver, c.channel);
  }
}

/** Copies the message out of slot 2 and frees the slot; true when EOM had to be written, which is an exit. */
function takeMessage(self: ClientState, act: Act, inIsr: boolean): boolean {
  if (!messageWaits(act.page(self.simPage))) return false;
  const slot = freeInboxSlot(self.inbox);
  self.slotWaits = slot < 0;
  if (slot < 0) return false;
  const sim = act.pageForWrite(self.simPage);
  const inbox = act.pageForWrite(self.pages + INBOX_PAGE);
  copyMessage(sim, inbox, slot);
  self.inbox |= 1 << slot;
  act.send(vmbus.messageGuest, act.self, inboxType(inbox, slot), self.pages + INBOX_PAGE, payloadSpan(inbox, slot));
  if (!messagePending(sim, messageSlotAt(SINT_VMBUS))) return false;
  self.eoms.push(inIsr);
  act.send(msr.writeGuest, self.intercepts, MSR_EOM, 0, 0);
  return true;
}

/** The access has ended; one made by a DPC may end after one of an interrupt that came in between, never before. */
function eomWritten(self: ClientState, _hop: HopView, act: Act): void {
  if (self.eoms.pop() === true) act.send(gkernel.isrDone, self.kernel, self.vector);
}

// --- messages of the root -----------------------------------------------------------------------------------------------

function messageArrived(self: ClientState, hop: HopView, act: Act): void {
  const at = hop.a2 & 0xfff;
  const inbox = act.page(self.pages + INBOX_PAGE);
  if (hop.a0 !== 0 && wire.messageRefusal(inbox, at, hop.a2 >>> 12, self.phase === 'contact' ? 'ws2008' : self.era) === 0) understand(self, act, hop.a0, inbox, at);
  self.inbox &= ~(1 << slotOfSpan(hop.a2));
  if (!self.slotWaits) return;
  takeMessage(self, act, false);
}

/** Acts on a message whose length fits its type; what is out of place is ignored. [VMBUS-11] */
function understand(self: ClientState, act: Act, type: number, bytes: Uint8Array, at: number): void {
  switch (type) {
    case wire.VERSION_RESPONSE:
      return versionAnswered(self, act, wire.versionSupported(bytes, at));
    case wire.OFFER_CHANNEL:
      return offered(self, act, wire.readOffer(bytes, at, self.era), classAt(bytes, at + 8));
    case wire.ALL_OFFERS_DELIVERED:
      if (self.phase !== 'offers') return;
      self.phase = 'ready';
      return act.send(gkernel.driverReady, self.kernel, 0);
    case wire.GPADL_CREATED:
      return gpadlCreated(self, act, wire.messageRelid(bytes, at), wire.gpadlHandle(bytes, at), wire.resultStatusOf(bytes, at));
    case wire.OPEN_CHANNEL_RESULT:
      return openAnswered(self, act, wire.messageRelid(bytes, at), wire.resultStatusOf(bytes, at));
    case wire.RESCIND_CHANNEL_OFFER: {
      const c = channelByRelid(self, wire.messageRelid(bytes, at));
      if (c !== undefined) c.state = 'closed';
      return;
    }
    default:
  }
}

function versionAnswered(self: ClientState, act: Act, supported: boolean): void {
  if (self.phase !== 'contact') return;
  if (supported) {
    self.phase = 'offers';
    post(self, act, wire.REQUEST_OFFERS, 0, 0);
    return;
  }
  const older = self.untried.shift();
  if (older !== undefined) {
    self.era = older;
    return post(self, act, wire.INITIATE_CONTACT, 0, 0);
  }
  self.phase = 'failed';
  act.send(gkernel.driverReady, self.kernel, REVISION_MISMATCH);
}

/** A device: the driver of its class is told, if the guest has one. [VMBUS-5] */
function offered(self: ClientState, act: Act, offer: wire.Offer, classIndex: number): void {
  const { relid } = offer;
  const guest = act.pathOf(act.self).split('/')[0]!;
  const driver = classIndex < 0 ? -1 : act.find(`${guest}/${classes[classIndex]!.driver}`);
  if (driver < 0 || channelByRelid(self, relid) !== undefined) return;
  self.channels.push({ relid, driver, channel: act.find(`${guest}/channel`), state: 'offered', gpadl: 0, page: 0, pages: 0, downstream: 0, dedicated: offer.dedicatedInterrupt, connection: offer.connectionId });
  act.send(vmbus.channelOffered, driver, relid, wire.vmbusVersion(self.era));
}

// --- opening a channel [VMBUS-6] [VMBUS-8] -------------------------------------------------------------------------------

function openChannel(self: ClientState, hop: HopView, act: Act): void {
  const c = channelByRelid(self, hop.a0);
  if (c === undefined || c.state !== 'offered') {
    act.send(vmbus.channelOpen, hop.from, hop.a0, 0, UNSUCCESSFUL);
    return;
  }
  c.state = 'mapping';
  c.gpadl = self.nextGpadl++;
  c.page = hop.a1;
  c.pages = hop.a2;
  c.downstream = hop.a3;
  post(self, act, wire.GPADL_HEADER, c.relid, 0);
  for (let part = 0; part < wire.gpadlBodies(c.pages); part++) post(self, act, wire.GPADL_BODY, c.relid, part);
}

function gpadlCreated(self: ClientState, act: Act, relid: number, gpadl: number, status: number): void {
  const c = channelByRelid(self, relid);
  if (c === undefined || c.state !== 'mapping' || c.gpadl !== gpadl) return;
  if (status !== 0) return openEnded(act, c, status);
  c.state = 'opening';
  post(self, act, wire.OPEN_CHANNEL, relid, 0);
}

function openAnswered(self: ClientState, act: Act, relid: number, status: number): void {
  const c = channelByRelid(self, relid);
  if (c !== undefined && c.state === 'opening') openEnded(act, c, status);
}

function openEnded(act: Act, c: ClientChannel, status: number): void {
  c.state = status === 0 ? 'open' : 'closed';
  act.send(vmbus.channelOpen, c.driver, c.relid, c.channel, status);
}

// --- signalling [CHAN-2] [CHAN-10] -------------------------------------------------------------------------------------------------

function signal(self: ClientState, hop: HopView, act: Act): void {
  for (const c of self.channels) {
    if (c.channel !== hop.a0 || c.state !== 'open') continue;
    if (!c.dedicated) wire.setSendBit(act.pageForWrite(self.pages + INTERRUPT_PAGE), c.relid);
    act.send(gwinhv.call, self.winhv, controlLo(HvSignalEvent, true), 0, c.connection, 0, 0, COOKIE_SIGNAL);
    return;
  }
}

function channelByRelid(self: ClientState, relid: number): ClientChannel | undefined {
  return self.channels.find((c) => c.relid === relid);
}

export const vmbusClient = component<ClientState>({
  name: 'vmbus-client',
  title: 'Guest VMBus',
  about: 'The VMBus driver of an enlightened guest: it finds the synthetic devices, opens their channels and passes signals.',
  place: 'guest-kernel',
  sources: ['L09 Vmbus.c', 'L09 Connection.c', 'L09 ChannelMgmt.c'],
  initial: (config: VmbusClientConfig): ClientState => ({
    untried: wire.erasSpoken(config.era ?? defaultEra).slice(1), era: config.era ?? defaultEra, vector: config.vector, simPage: config.simPage, siefPage: config.siefPage, pages: config.pages,
    kernel: -1, winhv: -1, intercepts: -1, phase: 'off', inbox: 0, slotWaits: false, eoms: [], posts: [], posting: false,
    channels: [], nextGpadl: wire.FIRST_GPADL, signalsRefused: 0,
  }),
  on: {
    [gkernel.initDriver.name]: init,
    [gkernel.isr.name]: isr,
    [gwinhv.done.name]: hypercallDone,
    [msr.doneGuest.name]: eomWritten,
    [vmbus.retryGuest.name]: retryPost,
    [vmbus.messageGuest.name]: messageArrived,
    [vmbus.openChannel.name]: openChannel,
    [vmbus.signalGuest.name]: signal,
  },
  view: (self) => ({ phase: self.phase, version: wire.vmbusVersionText(wire.vmbusVersion(self.era)), channels: self.channels.map((c) => ({ relid: c.relid, state: c.state })) }),
});
