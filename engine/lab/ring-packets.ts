/**
 * The packets that stand in a ring, in the order in which they were written: those read already as far as nothing has been
 * written over them, then those unread. A packet ends with a footer that names the offset at which it began, so one finds
 * the way back from the write index. [INSPECT-5] Source: L09 RingBuffer.c (the footer holds the write index before the packet).
 */
import { get16, get32 } from '../wire/bytes.ts';
import { packetTypeNames } from '../wire/ring-layouts.ts';
import type { Kernel } from '../sim/kernel.ts';
import { frame, translate } from '../sim/memory.ts';
import { ringPlace } from './project.ts';

export interface RingBytes {
  readonly data: Uint8Array;
  readonly write: number;
  readonly read: number;
}

export interface RingPacket {
  readonly offset: number;
  /** With descriptor, padding and footer. */
  readonly bytes: number;
  readonly what: string;
  readonly transaction: string;
  readonly unread: boolean;
}

/** Packets listed at most. */
const PACKETS_MOST = 64;
const FOOTER = 8;
const DESCRIPTOR = 16;
const GPA_DIRECT = 9;
const COMPLETION = 11;

/** Both rings of a channel as bytes; none before it is open. */
export function ringsOf(kernel: Kernel, component: number): readonly { readonly title: string; readonly ring: RingBytes }[] {
  const place = ringPlace(kernel, component);
  if (!place) return [];
  const ringAt = (first: number, pages: number): RingBytes => {
    const data = new Uint8Array((pages - 1) * 4096);
    const pageAt = (i: number): Uint8Array | null => {
      const spa = translate(kernel.m.memory, place.partition, first + i, 1);
      return spa < 0 ? null : frame(kernel.m.memory, spa);
    };
    for (let i = 1; i < pages; i++) {
      const page = pageAt(i);
      if (page) data.set(page, (i - 1) * 4096);
    }
    const header = pageAt(0);
    return { data, write: header ? get32(header, 0) : 0, read: header ? get32(header, 4) : 0 };
  };
  return [
    { title: 'Packets to the root', ring: ringAt(place.page, place.downstream) },
    { title: 'Packets to the guest', ring: ringAt(place.page + place.downstream, place.pages - place.downstream) },
  ];
}

/** Bytes of a packet, around the end of the ring when need be. */
export function packetAt({ data }: RingBytes, offset: number, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) out[i] = data[(offset + i) % data.length]!;
  return out;
}

/** Offset at which the packet before `end` began, or -1 when nothing credible stands there. */
function beginningOf(ring: RingBytes, end: number, left: number): number {
  const size = ring.data.length;
  const footer = packetAt(ring, (end - FOOTER + size) % size, FOOTER);
  // The footer's upper word is the offset; the lower one is zero.
  const offset = get32(footer, 4);
  if (get32(footer, 0) !== 0 || offset >= size || offset % 8 !== 0) return -1;
  const bytes = (end - offset + size) % size;
  if (bytes < DESCRIPTOR + FOOTER || bytes > left) return -1;
  return get16(packetAt(ring, offset, DESCRIPTOR), 4) * 8 + FOOTER === bytes ? offset : -1;
}

export function ringPackets(ring: RingBytes): readonly RingPacket[] {
  const size = ring.data.length;
  const unread = (ring.write - ring.read + size) % size;
  const found: RingPacket[] = [];
  let end = ring.write;
  let left = size;
  while (found.length < PACKETS_MOST && left > 0) {
    const offset = beginningOf(ring, end, left);
    if (offset < 0) break;
    const bytes = (end - offset + size) % size;
    const packet = packetAt(ring, offset, bytes);
    const back = (ring.write - offset + size) % size || size;
    found.unshift({ offset, bytes, what: whatIs(packet), transaction: `0x${get32(packet, 8).toString(16).toUpperCase()}`, unread: back <= unread });
    end = offset;
    left -= bytes;
  }
  return found;
}

const operations: Readonly<Record<number, string>> = {
  1: 'COMPLETE IO', 2: 'REMOVE DEVICE', 3: 'EXECUTE SRB', 4: 'RESET LUN', 5: 'RESET ADAPTER', 6: 'RESET BUS', 7: 'BEGIN INITIALIZATION', 8: 'END INITIALIZATION',
  9: 'QUERY PROTOCOL VERSION', 10: 'QUERY PROPERTIES', 11: 'ENUMERATE BUS',
};
const commands: Readonly<Record<number, string>> = { 0x00: 'TEST UNIT READY', 0x12: 'INQUIRY', 0x25: 'READ CAPACITY(10)', 0x28: 'READ(10)', 0x2a: 'WRITE(10)', 0x35: 'SYNCHRONIZE CACHE' };

/** 'READ(10), 8 sectors from 231': a packet of the storage protocol 2.0 in words. L09 vstorage.h. */
function whatIs(packet: Uint8Array): string {
  const type = get16(packet, 0);
  const at = get16(packet, 2) * 8;
  const typed = packetTypeNames[type] ?? `type ${type}`;
  if (at + 48 > packet.length) return typed;
  const operation = get32(packet, at);
  const named = operations[operation] ?? `operation ${operation}`;
  if (type === COMPLETION) return `completion of ${named === 'COMPLETE IO' ? 'a request' : named}, status ${get32(packet, at + 8)}`;
  if (operation !== 3 || (type !== GPA_DIRECT && type !== 6)) return named;
  const code = packet[at + 28]!;
  const name = commands[code] ?? `command 0x${code.toString(16).toUpperCase()}`;
  if (code !== 0x28 && code !== 0x2a) return name;
  const lba = packet[at + 30]! * 0x1000000 + packet[at + 31]! * 0x10000 + packet[at + 32]! * 0x100 + packet[at + 33]!;
  const sectors = packet[at + 35]! * 0x100 + packet[at + 36]!;
  return `${name}, ${sectors === 1 ? '1 sector' : `${sectors} sectors`} from ${lba}`;
}
