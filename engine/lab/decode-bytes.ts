/**
 * Bytes as fields. A layout id of `wire/layouts.ts` is one structure; some ids stand for several, chosen by the bytes
 * themselves: a packet with its storage request and footer, a channel message by its type, a SynIC message with its payload.
 */
import { defaultEra, type Era } from '../wire/eras.ts';
import { eraOfVersion } from '../wire/vmbus-version.ts';
import { asciiOf, get16, get32 } from '../wire/bytes.ts';
import { hypercallName } from '../wire/hypercalls.ts';
import { decode, type DecodedField } from '../wire/layout.ts';
import { layoutById } from '../wire/layouts.ts';
import { channelMessageLayout } from '../wire/vmbus-layouts.ts';
import { hypervisorLayouts } from '../hypervisor/layouts.ts';
import { sectorFields } from './sector-fields.ts';


export function fieldsOf(layout: string | null, bytes: Uint8Array): readonly DecodedField[] {
  if (layout === null || bytes.length === 0) return [];
  switch (layout) {
    case 'vmbus.packet': return packet(bytes);
    case 'vmbus.message': return bytes.length < 8 ? [] : part(channelMessageLayout(get32(bytes, 0), eraOfMessage(bytes, 0, bytes.length)), bytes, 0);
    case 'synic.message': return message(bytes);
    case 'sector': return sectorFields(bytes, part);
    case 'text': return [textField(bytes)];
    default: return part(layout, bytes, 0);
  }
}

const composite = ['vmbus.packet', 'vmbus.message', 'text', 'sector', 'hypercall'];

/** Whether this id can be shown: one structure, several, or plain bytes. */
export function isLayout(id: string): boolean {
  return composite.includes(id) || layoutById(id) !== null || hypervisorLayouts.some((own) => own.id === id);
}

/** Layout of the parameter block of a call with this control word. */
export function hypercallLayout(control: number): string {
  const id = `hypercall.${hypercallName(control & 0xffff)}`;
  // The calls that take a partition and nothing else share one block.
  return layoutById(id) ? id : 'hypercall.partition';
}

function part(id: string, bytes: Uint8Array, at: number, length = bytes.length - at): DecodedField[] {
  const known = layoutById(id) ?? hypervisorLayouts.find((own) => own.id === id);
  return known ? decode(known, bytes, at, length) : [];
}

const OFFER = 1;
const CONTACT = 14;
const RESPONSE = 15;

/** A channel message does not say of which version it is, but its length or the version it asks for does. [VMSG-1] */
function eraOfMessage(bytes: Uint8Array, at: number, length: number): Era {
  const type = get32(bytes, at);
  if (type === CONTACT && length >= 12) return eraOfVersion(get32(bytes, at + 8)) ?? defaultEra;
  return (type === OFFER && length >= 196) || (type === RESPONSE && length >= 16) ? 'ws2012' : defaultEra;
}

const GPA_DIRECT = 9;

function packet(bytes: Uint8Array): DecodedField[] {
  if (bytes.length < 16) return part('packet.descriptor', bytes, 0);
  const body = get16(bytes, 2) * 8;
  const end = get16(bytes, 4) * 8;
  const direct = get16(bytes, 0) === GPA_DIRECT;
  const fields = part(direct ? 'packet.gpa-direct' : 'packet.descriptor', bytes, 0, direct ? body : 16);
  if (body >= 16 && body + 48 <= bytes.length) fields.push(...storage(bytes, body, Math.min(end, bytes.length) - body));
  if (end + 8 <= bytes.length) fields.push(...part('packet.footer', bytes, end));
  return fields;
}

const QUERY_PROTOCOL_VERSION = 9;
const QUERY_PROPERTIES = 10;
const EXECUTE_SRB = 3;

/** A storage packet of 48 bytes is one of 2.0 or 4.2, of 64 one of 5.1. [STOR-1] */
function storage(bytes: Uint8Array, at: number, length: number): DecodedField[] {
  const operation = get32(bytes, at);
  const [size, version] = length >= 64 ? [64, '5.1'] : [48, '2.0'];
  if (operation === QUERY_PROTOCOL_VERSION) return part(`storage.version.${version}`, bytes, at, size);
  if (operation === QUERY_PROPERTIES) return part(`storage.properties.${version}`, bytes, at, size);
  const fields = part(`storage.srb.${version}`, bytes, at, size);
  return operation === EXECUTE_SRB ? [...fields, ...command(bytes, at + 28)] : fields;
}

/** A command by its operation code: groups 1 and 2 have ten bytes. SPC-3. */
function command(bytes: Uint8Array, at: number): DecodedField[] {
  const code = bytes[at]!;
  if (code === 0x12) return part('storage.inquiry', bytes, at, 6);
  return code >= 0x20 && code < 0x60 ? part('storage.cdb10', bytes, at, 10) : part('storage.cdb6', bytes, at, 6);
}

const payloads: Readonly<Record<number, string>> = {
  0x8000_0000: 'intercept.memory', 0x8000_0001: 'intercept.memory', 0x8000_0010: 'synic.timer-payload', 0x8001_0000: 'intercept.io-port',
  0x8001_0001: 'intercept.msr', 0x8001_0002: 'intercept.cpuid', 0x8001_0003: 'intercept.exception', 0x8001_0004: 'intercept.apic-eoi',
};
const VMBUS_MESSAGE = 1;

function message(bytes: Uint8Array): DecodedField[] {
  const fields = part('synic.message', bytes, 0);
  if (bytes.length < 24) return fields;
  const type = get32(bytes, 0);
  const id = type === VMBUS_MESSAGE ? channelMessageLayout(get32(bytes, 16), eraOfMessage(bytes, 16, bytes[4]!)) : payloads[type];
  return id === undefined ? fields : [...fields, ...part(id, bytes, 16, bytes[4])];
}

function textField(bytes: Uint8Array): DecodedField {
  return { name: 'text', at: 0, bytes: bytes.length, kind: 'ascii', value: `'${asciiOf(bytes, 0, bytes.length)}'`, raw: null, doc: '', missing: false, bits: [] };
}
