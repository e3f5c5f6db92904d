/**
 * The Storage VSP's hands on the rings: it reaches the guest's pages by the grant of their GPADL. The arrays here are filled
 * anew by each handler and mean nothing to the next.
 */
import {
  dataSize, honoursPendingSend, packetBytes, putPacket, RING_CORRUPT, RING_FULL, setPendingSendSize, signalNeeded, writeIndex, PACKET_COMPLETION,
} from '../../wire/ring.ts';
import type { Act } from '../../sim/act.ts';
import { channelErrors, SIGNAL_EMPTY, vmbus } from '../vmbus/hops.ts';
import { putComplete, putCompleteSrb, putProperties, statusOfSrb, STORAGE_PACKET_MAX } from './protocol.ts';
import { putFixedSense, SENSE_FIXED_BYTES } from '../../wire/scsi.ts';
import { BUSY, FAILED, ORPHAN, SLOTS, TRANSFER_MAX, type Answer, type Disk, type StorvspState } from './vsp-state.ts';

const view: Uint8Array[] = [];
const packet = new Uint8Array(STORAGE_PACKET_MAX);
const sense = new Uint8Array(SENSE_FIXED_BYTES);

/** The ring from the guest, its header for writing (the reader owns mask and read index). */
export function ringFromGuest(act: Act, disk: Disk): Uint8Array[] {
  view.length = disk.downstream;
  view[0] = act.grantedForWrite(disk.partition, disk.pfns[0]!);
  for (let i = 1; i < disk.downstream; i++) view[i] = act.granted(disk.partition, disk.pfns[i]!);
  return view;
}

/** The ring to the guest, with the header and the pages of the next `total` bytes for writing. */
function ringToGuest(act: Act, disk: Disk, total: number): Uint8Array[] {
  const pages = disk.pfns.length - disk.downstream;
  view.length = pages;
  view[0] = act.grantedForWrite(disk.partition, disk.pfns[disk.downstream]!);
  const size = dataSize(view);
  const from = writeIndex(view) % size;
  for (let i = 1; i < pages; i++) {
    const into = (i - 1) * 4096;
    const touched = (from < into + 4096 && from + total > into) || from + total - size > into;
    const pfn = disk.pfns[disk.downstream + i]!;
    view[i] = touched ? act.grantedForWrite(disk.partition, pfn) : act.granted(disk.partition, pfn);
  }
  return view;
}

/** Guest page in which ring offset `offset` of a direction lies, and its span there: what a hop shows of a packet. */
export function packetPage(disk: Disk, direction: number, offset: number): number {
  return disk.pfns[(direction === 0 ? 0 : disk.downstream) + 1 + (offset >>> 12)]!;
}

export function packetSpan(offset: number, length: number): number {
  return (offset & 0xfff) | (length << 12);
}

/** The bytes in a ring cannot be what they should be: the channel ends. [CHAN-9] */
export function failChannel(self: StorvspState, act: Act, disk: Disk, error: keyof typeof channelErrors, offset: number): void {
  disk.phase = FAILED;
  disk.draining = false;
  disk.waiting = [];
  orphan(disk);
  act.behalf = disk.partition;
  act.send(vmbus.channelFailed, self.vmbus, disk.partition, disk.channel, channelErrors[error], offset);
}

/** Whatever is under way for a channel that has gone will be dropped when it ends. */
export function orphan(disk: Disk): void {
  for (let slot = 0; slot < SLOTS; slot++) if (disk.state[slot] === BUSY) disk.state[slot] = ORPHAN;
}

/** Writes an answer, or keeps it when the ring is full. [STORVSP-2] [STORVSP-8] */
export function answer(self: StorvspState, act: Act, disk: Disk, a: Answer): void {
  if (disk.waiting.length > 0 || !write(self, act, disk, a)) disk.waiting.push({ ...a });
}

/** Tries the answers that wait, in order. */
export function answerWaiting(self: StorvspState, act: Act, disk: Disk): void {
  while (disk.waiting.length > 0 && write(self, act, disk, disk.waiting[0]!)) disk.waiting.shift();
}

/** Puts one completion packet on the ring to the guest; false when it is full. */
function write(self: StorvspState, act: Act, disk: Disk, a: Answer): boolean {
  const length = compose(disk, a);
  const total = packetBytes(0, length);
  const pages = ringToGuest(act, disk, total);
  const before = writeIndex(pages);
  const offset = putPacket(pages, PACKET_COMPLETION, 0, a.lo, a.hi, null, 0, packet, length);
  if (offset === RING_FULL) {
    // The reader of an era that knows this field signals when so much is free. [CHAN-12]
    if (honoursPendingSend(pages)) setPendingSendSize(pages, total);
    return false;
  }
  if (offset === RING_CORRUPT) {
    failChannel(self, act, disk, 'InvalidRingPointer', before);
    return true;
  }
  if (honoursPendingSend(pages)) setPendingSendSize(pages, 0);
  act.request = a.request;
  act.behalf = disk.partition;
  act.send(vmbus.ringWriteRoot, disk.channel, 1, offset, total, a.lo, packetPage(disk, 1, offset), packetSpan(offset, total));
  if (signalNeeded(before, pages, 'empty-to-non-empty')) act.send(vmbus.signal, self.vmbus, disk.channel, SIGNAL_EMPTY);
  return true;
}

/** Composes the vstor packet of an answer; returns its length. */
function compose({ era }: Disk, a: Answer): number {
  if (a.kind === 'status') return putComplete(packet, era, a.status);
  if (a.kind === 'properties') return putProperties(packet, era, 0, 0, 0, era === 'ws2012' ? 0 : 2, TRANSFER_MAX, 0);
  const status = statusOfSrb(a.srb);
  if (a.sense === 0) return putCompleteSrb(packet, era, status, a.srb, a.scsi, a.bytes, null, 0);
  const length = putFixedSense(sense, 0, a.sense >>> 16, a.sense & 0xffff);
  return putCompleteSrb(packet, era, status, a.srb, a.scsi, a.bytes, sense, length);
}
