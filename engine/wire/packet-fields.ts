/**
 * A whole ring packet as fields: descriptor, page list, what it carries, footer. Which layout holds for the payload follows
 * from the packet's own type and operation, as a reader of the ring finds out.
 */
import { get16, get32 } from './bytes.ts';
import { decode, type DecodedField, type Layout } from './layout.ts';
import { ringLayouts } from './ring-layouts.ts';
import { storageLayouts } from './storage-layouts.ts';

/** VMPACKET_TYPE of L09 VmbusPacketFormat.h. */
const GPA_DIRECT = 9;
const COMPLETION = 11;
const FOOTER_BYTES = 8;
/** Operations of L09 vstorage.h whose packet holds a version or properties; all others hold a SCSI request. */
const QUERY_PROTOCOL_VERSION = 9;
const QUERY_PROPERTIES = 10;
/** Offsets in the storage packet. */
const CDB_LENGTH_AT = 20;
const CDB_AT = 28;

function layoutOf(id: string): Layout {
  const found = [...ringLayouts, ...storageLayouts].find((layout) => layout.id === id);
  if (found === undefined) throw new Error(`There is no layout ${id}.`);
  return found;
}

/** Fields of a storage packet that begins at `at`. */
function storageFields(bytes: Uint8Array, at: number, completion: boolean): DecodedField[] {
  const operation = get32(bytes, at);
  if (operation === QUERY_PROTOCOL_VERSION) return decode(layoutOf('storage.version.2.0'), bytes, at);
  if (operation === QUERY_PROPERTIES) return decode(layoutOf('storage.properties.2.0'), bytes, at);
  const fields = decode(layoutOf('storage.srb.2.0'), bytes, at);
  const cdbBytes = bytes[at + CDB_LENGTH_AT];
  if (completion || cdbBytes === 0) return fields.filter((f) => f.name !== 'Opcode');
  const request = fields.filter((f) => f.name !== 'SenseData');
  return cdbBytes === 10 ? [...request, ...decode(layoutOf('storage.cdb10'), bytes, at + CDB_AT)] : request;
}

/** Fields of a ring packet with the footer behind it; short input gives what there is. */
export function packetFields(bytes: Uint8Array): DecodedField[] {
  if (bytes.length < 16) return [];
  const type = get16(bytes, 0);
  const dataAt = get16(bytes, 2) * 8;
  const end = get16(bytes, 4) * 8;
  const fields = type === GPA_DIRECT ? decode(layoutOf('packet.gpa-direct'), bytes, 0, dataAt) : decode(layoutOf('packet.descriptor'), bytes);
  if (dataAt >= 16 && dataAt + layoutSize <= bytes.length) fields.push(...storageFields(bytes, dataAt, type === COMPLETION));
  if (end + FOOTER_BYTES <= bytes.length) fields.push(...decode(layoutOf('packet.footer'), bytes, end));
  return fields;
}

/** Bytes of a storage packet in versions 2.0 and 4.2. */
const layoutSize = 48;
