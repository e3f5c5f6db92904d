/**
 * The event port of a channel: from VMBus 1.1 on a guest signals each channel on a connection of its own, so that the root need
 * not look through the interrupt page. Two hypercalls before the offer: the root's port, and the guest's connection to it.
 * Part of the root VMBus. [VMBUS-15] Source: LNX vmbus_set_event; OVM vmbus_server.
 */
import { put53, put64 } from '../../wire/bytes.ts';
import { putConnectPort } from '../../wire/hypercall-blocks.ts';
import { HvConnectPort, HvCreatePort } from '../../wire/hypercalls.ts';
import { PORT_EVENT, putEventPortInfo, SINT_VMBUS } from '../../wire/synic.ts';
import type { Act } from '../../sim/act.ts';
import { channelConnection, DEDICATED_RELID_MAX, FIRST_CHANNEL_FLAG, ROOT_FLAGS, rootChannelId } from './protocol.ts';
import { offerByRelid, type Call, type Guest, type ServerState } from './server-state.ts';

const ROOT = 1;
const CREATE = 0;
const CONNECT = 1;

/** Asks for a port; without a free flag the channel shares the connection of its guest. A second connection finds the port there. */
export function queueChannelPort(self: ServerState, act: Act, guest: Guest, relid: number): void {
  if (relid > DEDICATED_RELID_MAX || offerByRelid(guest, relid)!.flag >= 0) return;
  const flag = freeFlag(self);
  if (flag < 0) return;
  self.calls.push({ what: 'channel', partition: guest.partition, type: CREATE, relid, id: flag, status: 0, request: act.request, attempts: 0 });
}

function freeFlag(self: ServerState): number {
  const taken = new Set(self.guests.flatMap((g) => g.offers.map((o) => o.flag)));
  for (const call of self.calls) if (call.what === 'channel') taken.add(call.id);
  for (let flag = FIRST_CHANNEL_FLAG; flag < ROOT_FLAGS - 1; flag++) if (!taken.has(flag)) return flag;
  return -1;
}

export function channelPortCode(call: Call): number {
  return call.type === CREATE ? HvCreatePort : HvConnectPort;
}

export function composeChannelPort(call: Call, block: Uint8Array): void {
  const { partition, relid } = call;
  if (call.type === CONNECT) {
    putConnectPort(block, partition, channelConnection(relid), ROOT, rootChannelId(partition, relid), PORT_EVENT, 0);
    return;
  }
  put53(block, 0, ROOT);
  put64(block, 8, rootChannelId(partition, relid), 0);
  put53(block, 16, partition);
  putEventPortInfo(block, 24, SINT_VMBUS, 0, call.id, 1);
}

/** A refused step leaves the channel with the connection of its guest. */
export function channelPortDone(self: ServerState, call: Call, guest: Guest | undefined, status: number): void {
  if (status === 0 && call.type === CREATE) {
    call.type = CONNECT;
    call.attempts = 0;
    return;
  }
  self.calls.shift();
  const offer = guest === undefined ? undefined : offerByRelid(guest, call.relid);
  if (offer === undefined || status !== 0) self.refused++;
  else offer.flag = call.id;
}
