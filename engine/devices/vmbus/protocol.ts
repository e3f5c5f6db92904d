/**
 * What guest and root agree on beside the layouts of `wire/vmbus.ts`: who has which port and connection, how a message is
 * posted and leaves its slot, and which classes of devices there are.
 */
import { bytesOfGuid, copyBytes, equalBytes, fillBytes, put32, put64 } from '../../wire/bytes.ts';
import { CLASS_IDE, CLASS_SCSI, ideInstance } from '../../wire/device-classes.ts';
import { POST_MESSAGE_BYTES, POST_PAYLOAD_AT } from '../../wire/hypercall-blocks.ts';
import { MESSAGE_BYTES, MESSAGE_PAYLOAD_AT, MESSAGE_VMBUS, messageSlotAt, messageType, setMessageType, SINT_VMBUS } from '../../wire/synic.ts';
import { channelMessageType, RELID_LIMIT } from '../../wire/vmbus.ts';

/** Where a message begins in the parameter block of HvPostMessage. */
export const POST_AT = POST_PAYLOAD_AT;

/** The header of HvPostMessage's block, after `length` bytes of message have been written behind it; clears what is left. */
export function finishPost(block: Uint8Array, connectionId: number, length: number): void {
  put64(block, 0, connectionId, 0);
  put32(block, 8, MESSAGE_VMBUS);
  put32(block, 12, length);
  fillBytes(block, POST_AT + length, POST_MESSAGE_BYTES - POST_AT - length, 0);
}

/** relids are 1..2047: one event flag each at most. OVM channels.rs. [VMBUS-5] */
export const RELID_MAX = RELID_LIMIT - 1;

/** Ids of the root's own ports and connections: one number space for all guests. [VMBUS-1] */
export function rootMessageId(partition: number): number {
  return (partition << 8) | 1;
}

export function rootEventId(partition: number): number {
  return (partition << 8) | 2;
}

/** Connection by which a guest signals one channel, as OVM numbers them. [VMBUS-15] */
export function channelConnection(relid: number): number {
  return relid | (SINT_VMBUS << 12);
}

/** relids that can have a port and an event flag of their own in the root; the others share. Our bound. [VMBUS-15] */
export const DEDICATED_RELID_MAX = 0xef;

/** Id of the root's port for the signals of one channel. */
export function rootChannelId(partition: number, relid: number): number {
  return (partition << 8) | (0x10 + relid);
}

/** Event flags of the root below this belong to whole partitions. */
export const FIRST_CHANNEL_FLAG = 256;
export const ROOT_FLAGS = 2048;

/** Flags of the guest's event port: one, or from 2.4 on one for each relid. T2 14.9.1: base and count stay below 2048. */
export const ALL_FLAGS = 2047;

/** The partition behind a port of the root. */
export function partitionOfPort(port: number): number {
  return port >>> 8;
}

/** Copied messages each side keeps: one page of slots. [VMBUS-12] */
export const INBOX_SLOTS = 16;

/** The lowest unused slot of an inbox, or -1. `taken` has one bit for each slot. */
export function freeInboxSlot(taken: number): number {
  for (let slot = 0; slot < INBOX_SLOTS; slot++) if ((taken & (1 << slot)) === 0) return slot;
  return -1;
}

/** True when slot 2 of a SIM page holds a message. */
export function messageWaits(sim: Uint8Array): boolean {
  return messageType(sim, messageSlotAt(SINT_VMBUS)) !== 0;
}

/** Copies the message of slot 2 into an inbox slot and frees slot 2. The flags stay to be looked at afterwards. [VMBUS-9] */
export function copyMessage(sim: Uint8Array, inbox: Uint8Array, slot: number): void {
  const at = messageSlotAt(SINT_VMBUS);
  copyBytes(inbox, slot * MESSAGE_BYTES, sim, at, MESSAGE_BYTES);
  setMessageType(sim, at, 0);
}

/** Type of the channel message in an inbox slot; 0 when the message is not VMBus' own. */
export function inboxType(inbox: Uint8Array, slot: number): number {
  const at = slot * MESSAGE_BYTES;
  return messageType(inbox, at) === MESSAGE_VMBUS ? channelMessageType(inbox, at + MESSAGE_PAYLOAD_AT) : 0;
}

/** Inbox slot of a payload's span. */
export function slotOfSpan(span: number): number {
  return (span & 0xfff) >>> 8;
}

/** Offset and length of a payload in the inbox, in one word. */
export function payloadSpan(inbox: Uint8Array, slot: number): number {
  const at = slot * MESSAGE_BYTES;
  return (at + MESSAGE_PAYLOAD_AT) | (inbox[at + 4]! << 12);
}

/** Our bound on the pages of one GPADL. [VMBUS-6] */
export const GPADL_PAGES_MAX = 64;

/** How often a post is tried. LNX connection.c vmbus_post_msg. [VMBUS-10] */
export const POST_ATTEMPTS_MAX = 100;

/** Classes of synthetic devices that have a driver here, by index; the index travels in hops. [VMBUS-5] */
export const IDE_ACCELERATOR = 0;
export const classes: readonly { readonly guid: string; readonly driver: string }[] = [
  { guid: CLASS_IDE, driver: 'storvsc' },
  { guid: CLASS_SCSI, driver: 'storvsc' },
];

const classBytes: readonly Uint8Array[] = classes.map(({ guid }) => bytesOfGuid(guid));

/** Index of the class whose GUID stands there, or -1. */
export function classAt(bytes: Uint8Array, at: number): number {
  return classBytes.findIndex((guid) => equalBytes(guid, 0, bytes, at, 16));
}

/** Instance word of an IDE disk: channel, and drive in the next byte. */
export function instanceWord(ideChannel: number, drive: number): number {
  return ideChannel | (drive << 8);
}

/** Instance GUID of an IDE disk from its word. */
export function instanceGuid(word: number): string {
  return ideInstance(word & 0xff, (word >>> 8) & 0xff);
}
