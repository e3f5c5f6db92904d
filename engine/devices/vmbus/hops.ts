/**
 * Hop kinds of VMBus: bring-up, offers, channels, signals and the rings. The hypercalls behind posts and signals are
 * `winhv.*` and `gwinhv.*`; the interrupts are `apic.*`; here is what VMBus itself does.
 *
 * Route of one signal, guest to root: VSC, `vmbus.signalGuest`, guest VMBus (bit in the interrupt page), guest WinHv,
 * HvSignalEvent, SynIC, APIC, root kernel, root VMBus (flag and bit cleared), `vmbus.callback`, VSP.
 */
import { hexNumber } from '../../wire/bytes.ts';
import { HV_STATUS_INSUFFICIENT_BUFFERS, HV_STATUS_INSUFFICIENT_MEMORY, HV_STATUS_INVALID_CONNECTION_ID, hvStatusName } from '../../wire/hv-status.ts';
import { vmbusVersionText } from '../../wire/vmbus.ts';
import { defineHops, hop, the } from '../../sim/hop-kinds.ts';
import { count } from '../../wire/count.ts';
import { isRequest, transactionName } from '../storage/hops.ts';

/** Names of the channel messages as the 2009 driver spells them, without `ChannelMessage`. L09 ChannelMessages.h. */
const messageNames: Readonly<Record<number, string>> = {
  1: 'OfferChannel', 2: 'RescindChannelOffer', 3: 'RequestOffers', 4: 'AllOffersDelivered', 5: 'OpenChannel', 6: 'OpenChannelResult',
  7: 'CloseChannel', 8: 'GpadlHeader', 9: 'GpadlBody', 10: 'GpadlCreated', 11: 'GpadlTeardown', 12: 'GpadlTorndown',
  13: 'RelIdReleased', 14: 'InitiateContact', 15: 'VersionResponse', 16: 'Unload',
};

export function channelMessageName(type: number): string {
  return messageNames[type] ?? `message of type ${type}`;
}

/** Why each message is sent: the end of its sentence. */
const messageReasons: Readonly<Record<number, string>> = {
  1: 'the guest can load a driver only for a device that it has been told of',
  3: 'the guest does not know yet which synthetic devices it has',
  4: 'the guest must know when the list of its devices is complete',
  5: 'rings may be touched only after both sides have agreed on them',
  6: 'the device behind the channel is ready',
  8: 'the root must learn which pages of the guest are to be shared',
  9: 'not all page numbers found room in the message before',
  10: 'the guest may use the pages as a ring only when the root can reach them',
  14: 'both sides must agree on a version of VMBus before anything else',
  15: 'the guest waits to hear whether its version is spoken here',
};

/** Why a guest posts a message again, by the status that it met. */
const retryReasons: Readonly<Record<number, string>> = {
  [HV_STATUS_INSUFFICIENT_MEMORY]: 'the pool of the partition had no room for it and may have some by now',
  [HV_STATUS_INVALID_CONNECTION_ID]: 'the connection was not there and the root has had time to make it',
  [HV_STATUS_INSUFFICIENT_BUFFERS]: 'all 16 message buffers of the port were full and the root has had time to empty one',
};

function because(type: number): string {
  return messageReasons[type] ?? 'a message that has arrived must be looked at';
}

const failures: Readonly<Record<number, string>> = {
  1: 'an index lies outside the ring', 2: 'less than a packet descriptor is there', 3: 'its lengths do not fit',
  4: 'it carries unknown flags', 5: 'its type is unknown', 6: 'it names no range of pages', 7: 'its body is not a storage request',
  8: 'its transaction id is unknown',
};

/** The typed errors that end a channel; the codes travel in `vmbus.channelFailed`. [CHAN-9] */
export const channelErrors = {
  InvalidRingPointer: 1,
  InvalidDataAvailable: 2,
  InvalidDescriptorLengths: 3,
  InvalidDescriptorFlags: 4,
  InvalidDescriptorType: 5,
  InvalidDescriptorGpaDirectRangeCount: 6,
  InvalidPacket: 7,
  UnknownTransaction: 8,
} as const;

const ringArgs = ['direction', 'offset', 'length', 'transId', 'page', 'span'] as const;

/** Why somebody signals: the ring was empty, the driver does after every write, or the other side waits for room. */
export const SIGNAL_EMPTY = 0;
export const SIGNAL_EVERY_WRITE = 1;
export const SIGNAL_ROOM = 2;
const roomSays = 'the other side waits for room, as pending_send_sz says, and now there is enough';

export const vmbus = defineHops('vmbus', {
  attach: hop({
    title: 'attach VMBus',
    family: 'call',
    crossing: 'root-syscall',
    args: ['partition', 'targetVp'] as const,
    cost: 'syscall',
    status: 'inferred',
    sources: ['T2 14.9.1', 'COR 22'],
    sentence: () => ({
      actor: 'Worker process',
      act: 'asks the root VMBus',
      object: 'to make the ports and connections of its VM',
      because: 'a guest can post a message only on a connection that its parent has made',
    }),
  }),
  attached: hop({
    title: 'VMBus attached',
    family: 'call',
    crossing: 'root-sysret',
    args: ['status'] as const,
    cost: 'user',
    level: 'thread',
    status: 'inferred',
    sources: ['T2 14.9.1', 'COR 22'],
    sentence: (a) => ({
      actor: 'Root VMBus',
      act: a.status === 0 ? 'reports' : 'refuses',
      object: a.status === 0 ? 'that four ports and four connections are there' : `the VM with status ${hexNumber(a.status, 4)}`,
      because: a.status === 0 ? 'messages and signals can now pass in both directions' : 'the hypervisor did not accept a port or a connection',
    }),
  }),
  detach: hop({
    title: 'detach VMBus',
    family: 'call',
    crossing: 'root-syscall',
    args: ['partition'] as const,
    cost: 'syscall',
    status: 'inferred',
    sources: ['T2 14.9.2', 'T2 14.9.6', 'COR 22'],
    sentence: (_a, v) => ({
      actor: 'Worker process',
      act: 'asks the root VMBus',
      object: `to close the channels of ${v.guest} and to delete its ports and connections`,
      because: 'the VM is being turned off; nobody in it reads a message any more, so none is sent',
    }),
  }),
  detached: hop({
    title: 'VMBus detached',
    family: 'call',
    crossing: 'root-sysret',
    args: ['status'] as const,
    cost: 'user',
    level: 'thread',
    status: 'inferred',
    sources: ['T2 14.9.2', 'T2 14.9.6', 'COR 22'],
    sentence: (_a, v) => ({
      actor: 'Root VMBus',
      act: 'reports',
      object: `that ${v.guest} has no channels, ports and connections any more`,
      because: 'its ring pages are its own again, and so is the room that they took in the root',
    }),
  }),
  offer: hop({
    title: 'offer a channel',
    family: 'call',
    crossing: 'root-call',
    args: ['partition', 'classIndex', 'instance'] as const,
    cost: 'call',
    status: 'derived',
    sources: ['OVM vmbus_server channels.rs', 'L09 ChannelMessages.h'],
    sentence: (_a, v) => ({
      actor: v.from,
      act: 'gives the root VMBus',
      object: `a channel to offer to ${v.guest}`,
      because: 'each provider has one channel for each of its devices, and the guest will ask for the list',
    }),
  }),
  message: hop({
    title: 'VMBus message taken',
    family: 'message',
    crossing: 'root-call',
    args: ['partition', 'type', 'page', 'span'] as const,
    cost: 'dpc',
    level: 'dpc',
    bytes: [{ label: 'VMBus message', space: 'to', page: 'page', span: 'span', layout: 'vmbus.message' }],
    status: 'documented',
    sources: ['L09 Vmbus.c', 'T2 14.2.5'],
    sentence: (a) => ({
      actor: 'Root VMBus',
      act: 'takes up',
      object: `the ${channelMessageName(a.type)} message it copied out of slot 2`,
      because: because(a.type),
    }),
  }),
  messageGuest: hop({
    title: 'VMBus message taken',
    family: 'message',
    crossing: 'guest-call',
    args: ['type', 'page', 'span'] as const,
    cost: 'dpc',
    level: 'dpc',
    bytes: [{ label: 'VMBus message', space: 'to', page: 'page', span: 'span', layout: 'vmbus.message' }],
    status: 'documented',
    sources: ['L09 Vmbus.c', 'T2 14.2.5'],
    sentence: (a) => ({
      actor: 'Guest VMBus',
      act: 'takes up',
      object: `the ${channelMessageName(a.type)} message it copied out of slot 2`,
      because: because(a.type),
    }),
  }),
  retry: hop({
    title: 'post again',
    family: 'call',
    crossing: 'root-call',
    args: ['partition', 'type', 'attempt'] as const,
    cost: 'call',
    level: 'thread',
    status: 'simplified',
    simplified: 'The driver waits between attempts; here the next attempt is simply the next piece of thread work.',
    sources: ['LNX drivers/hv/connection.c', 'L09 Hv.c'],
    sentence: (a) => ({
      actor: 'Root VMBus',
      act: 'tries again',
      object: `to post its ${channelMessageName(a.type)} message, attempt ${a.attempt}`,
      because: 'all 16 message buffers of the port were full and the guest has had time to empty one',
    }),
  }),
  retryGuest: hop({
    title: 'post again',
    family: 'call',
    crossing: 'guest-call',
    args: ['type', 'attempt', 'status'] as const,
    cost: 'call',
    level: 'thread',
    status: 'simplified',
    simplified: 'The driver waits between attempts; here the next attempt is simply the next piece of thread work.',
    sources: ['LNX drivers/hv/connection.c', 'L09 Hv.c'],
    sentence: (a) => ({
      actor: 'Guest VMBus',
      act: 'tries again',
      object: `to post its ${channelMessageName(a.type)} message, attempt ${a.attempt}`,
      because: retryReasons[a.status] ?? `the hypervisor answered ${hvStatusName(a.status)}`,
    }),
  }),
  opened: hop({
    title: 'channel opened',
    family: 'call',
    crossing: 'root-call',
    args: ['partition', 'channel', 'version', 'downstream', 'page', 'span'] as const,
    cost: 'call',
    bytes: [{ label: 'Page numbers of the ring', space: 'to', page: 'page', span: 'span' }],
    status: 'derived',
    sources: ['OVM vmbus_server channels.rs', 'L09 Channel.c'],
    sentence: (a) => ({
      actor: 'Root VMBus',
      act: 'hands the provider',
      object: `the pages of its two rings, the second from page ${a.downstream}`,
      because: `the guest has opened the channel with these pages, on a connection of VMBus ${vmbusVersionText(a.version)}`,
    }),
  }),
  openedDone: hop({
    title: 'device ready',
    family: 'call',
    crossing: 'root-call',
    args: ['partition', 'channel', 'status'] as const,
    cost: 'call',
    status: 'derived',
    sources: ['OVM vmbus_server channels.rs'],
    sentence: (a, v) => ({
      actor: v.from,
      act: a.status === 0 ? 'accepts' : 'refuses',
      object: 'the rings',
      because: a.status === 0 ? 'both ring headers are sound' : 'they are not rings of at least one header page and one data page each',
    }),
  }),
  closed: hop({
    title: 'channel closed',
    family: 'call',
    crossing: 'root-call',
    args: ['partition', 'channel'] as const,
    cost: 'call',
    status: 'derived',
    sources: ['OVM vmbus_server channels.rs'],
    sentence: (_a, v) => ({
      actor: 'Root VMBus',
      act: 'tells',
      object: `${the(v.to)} that its channel is closed`,
      because: 'the guest has closed it, begun a new connection or been turned off, and its pages are to be left alone',
    }),
  }),
  channelFailed: hop({
    title: 'channel fails',
    family: 'call',
    crossing: 'root-call',
    args: ['partition', 'channel', 'error', 'offset'] as const,
    cost: 'call',
    status: 'derived',
    sources: ['OVM vmbus_ring parse_packet', 'OVM storvsp'],
    sentence: (a, v) => ({
      actor: v.from,
      act: 'gives up',
      object: `the channel at ring offset ${hexNumber(a.offset)}`,
      because: `the bytes there cannot be a packet: ${failures[a.error] ?? 'they break a rule'}; a provider never guesses what a guest may have meant`,
    }),
  }),
  callback: hop({
    title: 'channel callback',
    family: 'signal',
    crossing: 'root-call',
    args: ['channel', 'own'] as const,
    cost: 'dpc',
    level: 'dpc',
    status: 'documented',
    sources: ['L09 Connection.c', 'OVM vmbus_server'],
    sentence: (a) => ({
      actor: 'DPC of the root VMBus',
      act: 'calls back',
      object: a.own === 1 ? 'the driver of the channel whose own event flag was set' : 'the driver of the channel whose bit was set in the interrupt page',
      because: 'a signal carries no data: it only says in which channel to look',
    }),
  }),
  signal: hop({
    title: 'signal the guest',
    family: 'signal',
    crossing: 'root-call',
    args: ['channel', 'why'] as const,
    cost: 'call',
    status: 'derived',
    sources: ['COR 3', 'OVM vmbus_ring commit_write', 'OVM vmbus_ring commit_read'],
    sentence: (a, v) => ({
      actor: v.from,
      act: 'asks the root VMBus',
      object: `to signal ${v.guest}`,
      because: a.why === SIGNAL_ROOM ? roomSays : 'the ring was empty before this packet and the guest has not masked it, so nobody is looking',
    }),
  }),
  channelOffered: hop({
    title: 'channel offered',
    family: 'call',
    crossing: 'guest-call',
    args: ['relid', 'version'] as const,
    cost: 'call',
    status: 'documented',
    sources: ['L09 ChannelMgmt.c'],
    sentence: (a, v) => ({
      actor: 'Guest VMBus',
      act: 'tells',
      object: `${the(v.to)} of channel ${a.relid}`,
      because: 'the class GUID of the offer is that of the devices this driver serves',
    }),
  }),
  openChannel: hop({
    title: 'open channel',
    family: 'call',
    crossing: 'guest-call',
    args: ['relid', 'page', 'pages', 'downstream'] as const,
    cost: 'call',
    status: 'documented',
    sources: ['L09 Channel.c VmbusChannelOpen'],
    sentence: (a, v) => ({
      actor: v.from,
      act: 'asks the guest VMBus',
      object: `to open channel ${a.relid} with ${a.pages} of its pages as two rings`,
      because: 'the packets of both directions will lie in memory that belongs to the guest',
    }),
  }),
  channelOpen: hop({
    title: 'channel is open',
    family: 'call',
    crossing: 'guest-call',
    args: ['relid', 'channel', 'status'] as const,
    cost: 'call',
    level: 'thread',
    status: 'documented',
    sources: ['L09 Channel.c VmbusChannelOpen'],
    sentence: (a) => ({
      actor: 'Guest VMBus',
      act: 'reports',
      object: a.status === 0 ? `that channel ${a.relid} is open` : `that channel ${a.relid} could not be opened`,
      because: a.status === 0 ? 'the root has answered that its side is ready' : 'the root has refused it',
    }),
  }),
  callbackGuest: hop({
    title: 'channel callback',
    family: 'signal',
    crossing: 'guest-call',
    args: ['channel', 'own'] as const,
    cost: 'dpc',
    level: 'dpc',
    status: 'documented',
    sources: ['L09 Connection.c VmbusOnEvents'],
    sentence: (a) => ({
      actor: 'DPC of the guest VMBus',
      act: 'calls back',
      object: a.own === 1 ? 'the driver of the channel whose own event flag was set' : 'the driver of the channel whose bit was set in the interrupt page',
      because: 'a signal carries no data: it only says in which channel to look',
    }),
  }),
  signalGuest: hop({
    title: 'signal the root',
    family: 'signal',
    crossing: 'guest-call',
    args: ['channel', 'why'] as const,
    cost: 'call',
    status: 'derived',
    sources: ['COR 5', 'COR 3', 'L09 Channel.c'],
    sentence: (a, v) => ({
      actor: v.from,
      act: 'asks the guest VMBus',
      object: 'to signal the root',
      because: a.why === SIGNAL_ROOM
        ? roomSays
        : a.why === SIGNAL_EVERY_WRITE
          ? 'this driver signals after each write unless the reader has masked the ring'
          : 'the ring was empty before this packet and the root has not masked it, so nobody is looking',
    }),
  }),
  ringWriteGuest: hop({
    title: 'ring write',
    family: 'ring',
    crossing: 'guest-memory-write',
    args: ringArgs,
    cost: 'none',
    counts: { ringWrite: 1 },
    bytes: [{ label: 'Packet', space: 'from', page: 'page', span: 'span', layout: 'vmbus.packet' }],
    status: 'documented',
    sources: ['L09 RingBuffer.c', 'LNX ring_buffer.c', 'COR 7'],
    sentence: (a, v) => ({
      actor: v.from,
      act: 'writes',
      object: `${article(a.transId)} packet of ${count(a.length, 'byte')} into the ring`,
      because: isRequest(a.transId) ? requestReason(a.transId) : setupReason(a.transId),
    }),
  }),
  ringReadRoot: hop({
    title: 'ring read',
    family: 'ring',
    crossing: 'root-memory-read',
    args: ringArgs,
    cost: 'rootStack',
    bytes: [{ label: 'Packet', space: 'behalf', page: 'page', span: 'span', layout: 'vmbus.packet' }],
    milestone: 'handed-over',
    status: 'documented',
    sources: ['OVM vmbus_ring', 'OVM storvsp', 'LNX ring_buffer.c'],
    sentence: (a, v) => ({
      actor: v.to,
      act: 'reads',
      object: `the ${transactionName(a.transId)} packet of ${count(a.length, 'byte')} from the ring`,
      because: 'the signal only said that there is something; what is wanted stands in the packet',
    }),
  }),
  ringWriteRoot: hop({
    title: 'ring write',
    family: 'ring',
    crossing: 'root-memory-write',
    args: ringArgs,
    cost: 'none',
    counts: { ringWrite: 1 },
    bytes: [{ label: 'Completion packet', space: 'behalf', page: 'page', span: 'span', layout: 'vmbus.packet' }],
    status: 'documented',
    sources: ['OVM storvsp', 'COR 7'],
    sentence: (a, v) => ({
      actor: v.from,
      act: 'writes',
      object: `a completion packet of ${count(a.length, 'byte')} into the ring`,
      because: `the guest knows its ${transactionName(a.transId)} request again by the transaction id ${hexNumber(a.transId)} in it`,
    }),
  }),
  ringReadGuest: hop({
    title: 'ring read',
    family: 'ring',
    crossing: 'guest-memory-read',
    args: ringArgs,
    cost: 'guestRingOp',
    bytes: [{ label: 'Completion packet', space: 'to', page: 'page', span: 'span', layout: 'vmbus.packet' }],
    status: 'documented',
    sources: ['L09 StorVsc.c', 'L09 RingBuffer.c', 'LNX ring_buffer.c'],
    sentence: (a, v) => ({
      actor: v.to,
      act: 'reads',
      object: `the completion of its ${transactionName(a.transId)} request, ${count(a.length, 'byte')}, from the ring`,
      because: 'several requests may be under way, and only the packet says which one has ended and how',
    }),
  }),
});

function article(transId: number): string {
  const name = transactionName(transId);
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

function requestReason(transId: number): string {
  return transactionName(transId) === 'WRITE(10)' ? 'the root must learn which sectors are to be written, and which pages of the guest hold the data' : 'the root must learn which sectors are wanted';
}

function setupReason(transId: number): string {
  switch (transactionName(transId)) {
    case 'BEGIN_INITIALIZATION': return 'a provider serves requests only after a handshake';
    case 'QUERY_PROTOCOL_VERSION': return 'both sides must speak the same version of the storage protocol';
    case 'QUERY_PROPERTIES': return 'the guest must know how much one request may transfer';
    case 'END_INITIALIZATION': return 'requests are served only when the handshake has ended';
    case 'INQUIRY': return 'the guest asks what kind of device it has found';
    case 'READ CAPACITY(10)': return 'the guest must know how many sectors the disk has';
    default: return 'the provider learns of it from the ring';
  }
}
