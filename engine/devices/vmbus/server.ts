/**
 * `root/vmbus`: the VMBus driver of the root. Runs in the root's kernel. It makes the ports and connections of each guest,
 * offers the channels of the VSPs, shares the guests' ring pages with them, and passes signals.
 *
 *     worker process -> here -> `root/winhv` -> [exit] hypervisor             ports and connections of a guest
 *     VSP -> here -> `root/winhv` -> [exit] hypervisor                        signals to a guest
 *     hypervisor -> [interrupt] `root/kernel` -> here (ISR) -> VSP (DPC)      signals of a guest
 *     here (ISR: slot 2 copied, freed) -> here (DPC: message parsed, answered)
 *
 * Interrupts of all guests arrive on SINT2 of root VP 0; the event flag and the origin of a message tell the guest.
 * Rules: SPEC "VMBus", "Channels and signalling". Source: OVM vmbus_server; corrections 3.
 */
import { get32 } from '../../wire/bytes.ts';
import { controlLo, HvSignalEvent } from '../../wire/hypercalls.ts';
import { MSR_EOM } from '../../wire/msrs.ts';
import { clearEventFlag, eventFlag, MESSAGE_BYTES, messagePending, messageSlotAt, SINT_VMBUS } from '../../wire/synic.ts';
import { defaultEra } from '../../wire/eras.ts';
import * as wire from '../../wire/vmbus.ts';
import { msr } from '../../hypervisor/hops.ts';
import { kernel, winhv } from '../../root/kernel/hops.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { vmbus } from './hops.ts';
import {
  copyMessage, freeInboxSlot, inboxType, messageWaits, partitionOfPort, payloadSpan, RELID_MAX, rootEventId, slotOfSpan,
} from './protocol.ts';
import { callDone, COOKIE_SIGNAL, pump, queueAttach, queueDetach, queueOffer } from './server-calls.ts';
import { disconnect, opened, understand } from './server-channels.ts';
import { GUESTS_MAX, guestOf, INBOX_PAGE, type Guest, type ServerState, type VmbusServerConfig } from './server-state.ts';

/** HV_STATUS_INSUFFICIENT_MEMORY: the answer when there are more guests than lists of page numbers. */
const TOO_MANY_GUESTS = 0x000b;

function attach(self: ServerState, hop: HopView, act: Act): void {
  if (self.kernel < 0) start(self, act);
  const guest = ensureGuest(self, hop.a0);
  if (guest === null) return act.send(vmbus.attached, hop.from, TOO_MANY_GUESTS);
  guest.worker = hop.from;
  guest.path = act.pathOf(hop.from).split('/').at(-1)!;
  queueAttach(self, act, hop.a0);
}

/** The first guest: the driver takes its interrupt. */
function start(self: ServerState, act: Act): void {
  self.kernel = act.find('root/kernel');
  self.winhv = act.find('root/winhv');
  self.intercepts = act.find('hypervisor/intercepts');
  act.send(kernel.connectInterrupt, self.kernel, self.vector, 0);
}

function ensureGuest(self: ServerState, partition: number): Guest | null {
  const known = guestOf(self, partition);
  if (known !== undefined) return known;
  if (self.guests.length === GUESTS_MAX) return null;
  const guest: Guest = {
    partition, list: freeList(self), path: '', worker: -1, blocked: false, connected: false, era: defaultEra, interruptPage: 0, offersSent: false, offers: [], gpadls: [], nextRelid: 1,
  };
  self.guests.push(guest);
  return guest;
}

function freeList(self: ServerState): number {
  let list = 0;
  while (self.guests.some((g) => g.list === list)) list++;
  return list;
}

/** The guest is turned off: its connection ends, then its ports and connections go, the last one made first. [VMBUS-13] */
function detach(self: ServerState, hop: HopView, act: Act): void {
  const guest = guestOf(self, hop.a0);
  if (guest === undefined) return act.send(vmbus.detached, hop.from, 0);
  act.behalf = hop.a0;
  guest.worker = hop.from;
  if (guest.connected) disconnect(act, guest);
  queueDetach(self, act, guest);
}

/** A VSP has a channel for a guest; it gets the next relid. [VMBUS-5] */
function offer(self: ServerState, hop: HopView, act: Act): void {
  const guest = ensureGuest(self, hop.a0);
  if (guest === null || guest.nextRelid > RELID_MAX) return;
  const relid = guest.nextRelid++;
  guest.offers.push({ relid, classIndex: hop.a1, instance: hop.a2, provider: hop.from, channel: -1, state: 'closed', openId: 0, gpadl: 0, flag: -1 });
  if (guest.offersSent) queueOffer(self, act, guest, relid);
}

// --- hypercalls that return ------------------------------------------------------------------------------------------------

function hypercallDone(self: ServerState, hop: HopView, act: Act): void {
  if (hop.a2 !== COOKIE_SIGNAL) callDone(self, act, hop.a0);
  else if (hop.a0 !== 0) self.refused++;
}

function retryPost(self: ServerState, hop: HopView, act: Act): void {
  const guest = guestOf(self, hop.a0);
  if (guest !== undefined) guest.blocked = false;
  pump(self, act);
}

// --- the interrupt [VMBUS-9] [CHAN-4] ---------------------------------------------------------------------------------------

function isr(self: ServerState, hop: HopView, act: Act): void {
  for (const guest of self.guests) {
    if (guest.era !== 'ws2008') takeFlags(self, guest, act);
    if (!eventFlag(act.page(self.siefPage), SINT_VMBUS, guest.partition)) continue;
    clearEventFlag(act.pageForWrite(self.siefPage), SINT_VMBUS, guest.partition);
    if (guest.interruptPage > 0) scan(guest, act);
  }
  act.behalf = 0;
  if (!takeMessage(self, act, true)) act.send(kernel.isrDone, self.kernel, hop.a0);
}

/** Channels that have a flag of the root to themselves. [CHAN-10] */
function takeFlags(self: ServerState, guest: Guest, act: Act): void {
  act.behalf = guest.partition;
  for (const o of guest.offers) {
    if (o.flag < 0 || !eventFlag(act.page(self.siefPage), SINT_VMBUS, o.flag)) continue;
    clearEventFlag(act.pageForWrite(self.siefPage), SINT_VMBUS, o.flag);
    if (o.state === 'open') act.send(vmbus.callback, o.provider, o.channel, 1);
  }
}

/** Looks through the send half of a guest's interrupt page for open channels and queues a callback for each one marked. */
function scan(guest: Guest, act: Act): void {
  const bits = act.grantedForWrite(guest.partition, guest.interruptPage);
  act.behalf = guest.partition;
  for (const o of guest.offers) {
    if (o.state === 'open' && wire.takeSendBit(bits, o.relid)) act.send(vmbus.callback, o.provider, o.channel);
  }
}

/** Copies the message out of slot 2 and frees the slot; true when EOM had to be written, which is an exit. */
function takeMessage(self: ServerState, act: Act, inIsr: boolean): boolean {
  if (!messageWaits(act.page(self.simPage))) return false;
  const slot = freeInboxSlot(self.inbox);
  self.slotWaits = slot < 0;
  if (slot < 0) return false;
  const sim = act.pageForWrite(self.simPage);
  const inbox = act.pageForWrite(self.pages + INBOX_PAGE);
  copyMessage(sim, inbox, slot);
  self.inbox |= 1 << slot;
  const partition = partitionOfPort(get32(inbox, slot * MESSAGE_BYTES + 8));
  act.behalf = guestOf(self, partition) === undefined ? 0 : partition;
  act.send(vmbus.message, act.self, partition, inboxType(inbox, slot), self.pages + INBOX_PAGE, payloadSpan(inbox, slot));
  if (!messagePending(sim, messageSlotAt(SINT_VMBUS))) return false;
  self.eoms.push(inIsr);
  act.send(msr.writeRoot, self.intercepts, MSR_EOM, 0, 0);
  return true;
}

/** The access has ended; one made by a DPC may end after one of an interrupt that came in between, never before. */
function eomWritten(self: ServerState, _hop: HopView, act: Act): void {
  if (self.eoms.pop() === true) act.send(kernel.isrDone, self.kernel, self.vector);
}

function messageArrived(self: ServerState, hop: HopView, act: Act): void {
  const at = hop.a3 & 0xfff;
  const length = hop.a3 >>> 12;
  const inbox = act.page(self.pages + INBOX_PAGE);
  const guest = guestOf(self, hop.a0);
  const sound = hop.a1 !== 0 && wire.messageRefusal(inbox, at, length, self.era) === 0;
  if (sound && guest !== undefined) understand(self, act, guest, inbox, at, length);
  self.inbox &= ~(1 << slotOfSpan(hop.a3));
  if (!self.slotWaits) return;
  takeMessage(self, act, false);
}

// --- channels ----------------------------------------------------------------------------------------------------------------

function openAnswered(self: ServerState, hop: HopView, act: Act): void {
  const guest = guestOf(self, hop.a0);
  if (guest !== undefined) opened(self, act, guest, hop.a1, hop.a2);
}

/** The provider's channel component tells the guest: by the interrupt page and flag 0, or by the channel's own flag. [CHAN-3] [CHAN-11] */
function signal(self: ServerState, hop: HopView, act: Act): void {
  for (const guest of self.guests) {
    for (const o of guest.offers) {
      if (o.channel !== hop.a0 || o.state !== 'open') continue;
      const own = guest.era === 'ws2012';
      if (!own) wire.setReceiveBit(act.grantedForWrite(guest.partition, guest.interruptPage), o.relid);
      act.send(winhv.call, self.winhv, controlLo(HvSignalEvent, true), 0, rootEventId(guest.partition), own ? o.relid : 0, 0, COOKIE_SIGNAL);
      return;
    }
  }
}

/** A provider has given a channel up: its signals mean nothing any more. [CHAN-9] */
function channelFailed(self: ServerState, hop: HopView): void {
  const failed = guestOf(self, hop.a0)?.offers.find((o) => o.channel === hop.a1);
  if (failed !== undefined) failed.state = 'failed';
}

export const vmbusServer = component<ServerState>({
  name: 'vmbus-server',
  title: 'Root VMBus',
  about: 'The VMBus driver of the root: it makes the ports of each guest, offers channels to it and passes signals both ways.',
  place: 'root-kernel',
  sources: ['OVM vmbus_server', 'COR 3'],
  initial: (config: VmbusServerConfig): ServerState => ({
    vector: config.vector, simPage: config.simPage, siefPage: config.siefPage, pages: config.pages, era: config.era ?? defaultEra,
    kernel: -1, winhv: -1, intercepts: -1, guests: [], calls: [], calling: false, inbox: 0, slotWaits: false, eoms: [], refused: 0,
  }),
  on: {
    [vmbus.attach.name]: attach,
    [vmbus.detach.name]: detach,
    [vmbus.offer.name]: offer,
    [vmbus.message.name]: messageArrived,
    [vmbus.retry.name]: retryPost,
    [vmbus.openedDone.name]: openAnswered,
    [vmbus.channelFailed.name]: channelFailed,
    [vmbus.signal.name]: signal,
    [kernel.isr.name]: isr,
    [winhv.done.name]: hypercallDone,
    [msr.doneRoot.name]: eomWritten,
  },
  view: (self) => ({
    guests: self.guests.map((g) => ({ partition: g.partition, connected: g.connected, version: wire.vmbusVersionText(wire.vmbusVersion(g.era)), channels: g.offers.map((o) => ({ relid: o.relid, state: o.state })) })),
  }),
});
