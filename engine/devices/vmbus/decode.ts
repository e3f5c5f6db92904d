/**
 * Readable fields of what VMBus carries, for an inspector: a channel message by its type, a ring packet with its pages, its
 * storage packet, its command and its footer. Pure and forgiving; the machine itself never decodes this way.
 */
import { get16, get32 } from '../../wire/bytes.ts';
import { decode, type DecodedField } from '../../wire/layout.ts';
import { layoutById } from '../../wire/layouts.ts';
import { DESCRIPTOR_BYTES, FOOTER_BYTES, PACKET_GPA_DIRECT } from '../../wire/ring.ts';
import { SCSIOP_INQUIRY, SRB_STATUS_AUTOSENSE_VALID } from '../../wire/scsi.ts';
import {
  CDB_AT, COMPLETE_IO, EXECUTE_SRB, operation, QUERY_PROTOCOL_VERSION, requestLength, scsiRequestBytes, SENSE_AT, srbStatus, storagePacketBytes, storageVersion,
} from '../storage/protocol.ts';

/** Layout of each channel message in VMBus 0.13. */
const messages: Readonly<Record<number, string>> = {
  1: 'vmbus.offer.0.13', 2: 'vmbus.rescind', 3: 'vmbus.bare', 4: 'vmbus.bare', 5: 'vmbus.open.0.13', 6: 'vmbus.open-result', 7: 'vmbus.close',
  8: 'vmbus.gpadl-header', 9: 'vmbus.gpadl-body', 10: 'vmbus.gpadl-created', 11: 'vmbus.gpadl-teardown', 12: 'vmbus.gpadl-torndown', 13: 'vmbus.relid-released',
  14: 'vmbus.contact.0.13', 15: 'vmbus.version-response.0.13', 16: 'vmbus.bare',
};

function fields(id: string, bytes: Uint8Array, at: number, length: number): DecodedField[] {
  const layout = layoutById(id);
  return layout === null ? [] : decode(layout, bytes, at, length);
}

/** Id of the layout of a channel message. */
export function channelMessageLayout(bytes: Uint8Array): string {
  return messages[get32(bytes, 0)] ?? 'vmbus.bare';
}

export function decodeChannelMessage(bytes: Uint8Array): DecodedField[] {
  return fields(channelMessageLayout(bytes), bytes, 0, bytes.length);
}

/** A packet that begins at 0 of `bytes` and ends with its footer. */
export function decodeRingPacket(bytes: Uint8Array): DecodedField[] {
  const payload = get16(bytes, 2) * 8;
  const end = get16(bytes, 4) * 8;
  const sound = payload >= DESCRIPTOR_BYTES && end >= payload && end + FOOTER_BYTES <= bytes.length;
  if (!sound) return fields('packet.descriptor', bytes, 0, DESCRIPTOR_BYTES);
  const head = get16(bytes, 0) === PACKET_GPA_DIRECT ? fields('packet.gpa-direct', bytes, 0, payload) : fields('packet.descriptor', bytes, 0, DESCRIPTOR_BYTES);
  return [...head, ...decodeStoragePacket(bytes.subarray(payload, end), payload), ...fields('packet.footer', bytes, end, FOOTER_BYTES)];
}

/** Fields of a vstor packet, placed `at` bytes into the packet around it. */
function decodeStoragePacket(bytes: Uint8Array, at: number): DecodedField[] {
  if (bytes.length < storagePacketBytes('ws2008')) return [];
  const found = fields(storageLayout(bytes), bytes, 0, bytes.length);
  if (operation(bytes) === EXECUTE_SRB) found.push(...fields(bytes[CDB_AT] === SCSIOP_INQUIRY ? 'storage.inquiry' : 'storage.cdb10', bytes, CDB_AT, 10));
  else if (isRequestAnswer(bytes) && (srbStatus(bytes) & SRB_STATUS_AUTOSENSE_VALID) !== 0) found.push(...fields('storage.sense', bytes, SENSE_AT, 18));
  return found.map((field) => ({ ...field, at: field.at + at }));
}

function isRequestAnswer(bytes: Uint8Array): boolean {
  return operation(bytes) === COMPLETE_IO && requestLength(bytes) === scsiRequestBytes('ws2008');
}

/** An answer does not say what it answers; its first word tells the two kinds with a body apart. */
function storageLayout(bytes: Uint8Array): string {
  if (operation(bytes) === QUERY_PROTOCOL_VERSION) return 'storage.version.2.0';
  const properties = operation(bytes) === COMPLETE_IO && requestLength(bytes) === storageVersion('ws2008');
  return properties ? 'storage.properties.2.0' : 'storage.srb.2.0';
}
