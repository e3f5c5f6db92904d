/**
 * Bytes as fields. A layout id of `wire/layouts.ts` is one structure; some ids stand for several, chosen by the bytes
 * themselves: a packet with its storage request and footer, a channel message by its type, a SynIC message with its payload.
 */
import { transactionName } from '../devices/storage/hops.ts';
import { defaultEra, type Era } from '../wire/eras.ts';
import { eraOfVersion } from '../wire/vmbus-version.ts';
import { asciiOf, get16, get32 } from '../wire/bytes.ts';
import { hypercallName } from '../wire/hypercalls.ts';
import { decode, type DecodedField } from '../wire/layout.ts';
import { layoutById } from '../wire/layouts.ts';
import { channelMessageLayout } from '../wire/vmbus-layouts.ts';
import { hypervisorLayouts } from '../hypervisor/layouts.ts';
import { sectorFields } from './sector-fields.ts';


/** What is read, and what tells of which form it is: of bytes that became a packet, the packet. */
interface Reading {
  readonly bytes: Uint8Array;
  readonly shape: Uint8Array;
}

/**
 * Bytes as fields of a layout. `now` are the bytes that they became: what stood there before is read as what stands there now,
 * unless nothing does. [INSPECT-6]
 */
export function fieldsOf(layout: string | null, bytes: Uint8Array, now = bytes): readonly DecodedField[] {
  if (layout === null || bytes.length === 0) return [];
  const read = { bytes, shape: now.every((byte) => byte === 0) ? bytes : now };
  switch (layout) {
    case 'vmbus.packet': return packet(read);
    case 'vmbus.message': return channelMessage(read, 0, bytes.length);
    case 'synic.message': return message(read);
    case 'sector': return sectorFields(read, (id, at, length) => part(id, read, at, length));
    case 'text': return [textField(bytes)];
    default: return part(layout, read, 0);
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

function part(id: string, { bytes, shape }: Reading, at: number, length = bytes.length - at): DecodedField[] {
  const known = layoutById(id) ?? hypervisorLayouts.find((own) => own.id === id);
  return known ? decode(known, bytes, at, length, shape) : [];
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

function channelMessage(read: Reading, at: number, length: number): DecodedField[] {
  const { shape } = read;
  return shape.length < at + 8 ? [] : part(channelMessageLayout(get32(shape, at), eraOfMessage(shape, at, length)), read, at, length);
}

const GPA_DIRECT = 9;

function packet(read: Reading): DecodedField[] {
  const { bytes, shape } = read;
  if (bytes.length < 16 || shape.length < 16) return part('packet.descriptor', read, 0);
  const body = get16(shape, 2) * 8;
  const end = get16(shape, 4) * 8;
  const direct = get16(shape, 0) === GPA_DIRECT;
  const fields = part(direct ? 'packet.gpa-direct' : 'packet.descriptor', read, 0, direct ? body : 16);
  if (body >= 16 && body + 48 <= bytes.length) fields.push(...storage(read, body, Math.min(end, bytes.length) - body, askedOf(shape)));
  if (end + 8 <= bytes.length) fields.push(...part('packet.footer', read, end));
  return fields;
}

const COMPLETION = 11;
const COMPLETE_IO = 1;
const QUERY_PROTOCOL_VERSION = 9;
const QUERY_PROPERTIES = 10;
const EXECUTE_SRB = 3;

/** What a completion answers: its own bytes do not say it, the transaction it repeats does. */
function askedOf(packet: Uint8Array): string {
  return get16(packet, 0) === COMPLETION ? transactionName(get32(packet, 8)) : '';
}

/**
 * A storage packet of 48 bytes is one of 2.0 or 4.2, of 64 one of 5.1. [STOR-1] Its union holds what its operation, or the
 * request that it answers, puts there, and often nothing. [INSPECT-7]
 */
function storage(read: Reading, at: number, length: number, asked: string): DecodedField[] {
  const operation = at + 4 <= read.shape.length ? get32(read.shape, at) : 0;
  const [size, version] = length >= 64 ? [64, '5.1'] : [48, '2.0'];
  if (operation === QUERY_PROTOCOL_VERSION) return part(`storage.version.${version}`, read, at, size);
  if (operation === QUERY_PROPERTIES || (operation === COMPLETE_IO && asked === 'QUERY_PROPERTIES')) return part(`storage.properties.${version}`, read, at, size);
  if (operation === COMPLETE_IO ? bare.includes(asked) : operation !== EXECUTE_SRB) return part(`storage.bare.${version}`, read, at, size);
  const fields = part(`storage.srb.${version}`, read, at, size);
  return operation === EXECUTE_SRB ? [...fields, ...command(read, at + 28)] : fields;
}

/** Requests that are answered with a status and nothing else. L09 StorVsc.c. */
const bare: readonly string[] = ['BEGIN_INITIALIZATION', 'QUERY_PROTOCOL_VERSION', 'END_INITIALIZATION'];

/** A command by its operation code: groups 1 and 2 have ten bytes. SPC-3. */
function command(read: Reading, at: number): DecodedField[] {
  const code = read.shape[at]!;
  if (code === 0x12) return part('storage.inquiry', read, at, 6);
  return code >= 0x20 && code < 0x60 ? part('storage.cdb10', read, at, 10) : part('storage.cdb6', read, at, 6);
}

const payloads: Readonly<Record<number, string>> = {
  0x8000_0000: 'intercept.memory', 0x8000_0001: 'intercept.memory', 0x8000_0010: 'synic.timer-payload', 0x8001_0000: 'intercept.io-port',
  0x8001_0001: 'intercept.msr', 0x8001_0002: 'intercept.cpuid', 0x8001_0003: 'intercept.exception', 0x8001_0004: 'intercept.apic-eoi',
};
const VMBUS_MESSAGE = 1;

function message(read: Reading): DecodedField[] {
  const { bytes, shape } = read;
  const fields = part('synic.message', read, 0);
  if (bytes.length < 24 || shape.length < 24) return fields;
  const type = get32(shape, 0);
  if (type === VMBUS_MESSAGE) return [...fields, ...channelMessage(read, 16, shape[4]!)];
  const id = payloads[type];
  return id === undefined ? fields : [...fields, ...part(id, read, 16, shape[4])];
}

function textField(bytes: Uint8Array): DecodedField {
  return { name: 'text', at: 0, bytes: bytes.length, kind: 'ascii', value: `'${asciiOf(bytes, 0, bytes.length)}'`, raw: null, doc: '', missing: false, bits: [] };
}
