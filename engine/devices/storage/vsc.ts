/**
 * `<guest>/storvsc`: the Storage VSC of an enlightened guest. Runs in the guest's kernel, in the place where a driver of a disk
 * controller would be: the file system sees a disk, and no port is ever touched.
 *
 * Route of a request: `block.read` or `.write` from the file system -> READ(10) or WRITE(10) packet on the ring, naming the buffer's pages ->
 * `vmbus.signalGuest` if nobody is looking ... `vmbus.callbackGuest` -> completion packet pulled from the ring -> `block.done`.
 *
 * Rules: SPEC "Storage VSC and VSP". Source: L09 StorVsc.c, BlkVsc.c; corrections 5, 6, 7.
 */
import { STATUS_DEVICE_NOT_READY, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_IO_DEVICE_ERROR } from '../../wire/ntstatus.ts';
import {
  advance, copyOut, FOOTER_BYTES, isEmpty, newPacketHeader, PACKET_COMPLETION, peekPacket, readerSignalNeeded, readIndex, setHonoursPendingSend, setInterruptMask,
  type RingPages,
} from '../../wire/ring.ts';
import { capacityBlockBytes, capacityBlocks, senseAsc, senseKey, SRB_STATUS_AUTOSENSE_VALID, SRB_STATUS_SUCCESS } from '../../wire/scsi.ts';
import { defaultEra } from '../../wire/eras.ts';
import { eraOfVersion } from '../../wire/vmbus.ts';
import { block, gkernel } from '../../guest/kernel/hops.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { SIGNAL_ROOM, vmbus } from '../vmbus/hops.ts';
import { REQUEST_SLOTS, setupSteps, storvsc } from './hops.ts';
import * as protocol from './protocol.ts';
import { isRange, isRoomTold, mayHaveRoom, packetPage, recordOf, ringFromRoot, sendRequest, sendStep } from './vsc-ring.ts';
import { initialStorvsc, SECTORS_MAX, WAITING_MAX, type Asked, type StorvscState } from './vsc-state.ts';

/** STATUS_NO_SUCH_DEVICE, STATUS_REVISION_MISMATCH and the like come as they are; this one is ours to say. MS-ERREF. */
const STATUS_NO_SUCH_DEVICE = 0xc000_000e;

const header = newPacketHeader();
const packet = new Uint8Array(protocol.STORAGE_PACKET_MAX);

// --- bringing the device up [STORVSC-1] [STORVSC-2] -----------------------------------------------------------------------------

function offered(self: StorvscState, hop: HopView): void {
  if (self.relid !== 0) return;
  self.relid = hop.a0;
  self.era = eraOfVersion(hop.a1) ?? defaultEra;
}

function init(self: StorvscState, _hop: HopView, act: Act): void {
  const guest = act.pathOf(act.self).split('/')[0]!;
  self.kernel = act.find(`${guest}/kernel`);
  self.vmbus = act.find(`${guest}/vmbus`);
  self.fs = act.find(`${guest}/fs`);
  if (self.relid === 0) return setupFailed(self, act, STATUS_NO_SUCH_DEVICE);
  self.phase = 'opening';
  for (let i = 0; i < 2 * self.ringPages; i++) act.pageForWrite(self.ring + i).fill(0);
  if (self.era === 'ws2012') for (const first of [self.ring, self.ring + self.ringPages]) setHonoursPendingSend([act.pageForWrite(first)], true);
  act.send(vmbus.openChannel, self.vmbus, self.relid, self.ring, 2 * self.ringPages, self.ringPages);
}

function channelOpen(self: StorvscState, hop: HopView, act: Act): void {
  if (hop.a2 !== 0) return setupFailed(self, act, hop.a2);
  self.channel = hop.a1;
  self.phase = 'setup';
  self.step = 0;
  act.assert(sendStep(self, act, 0), 'an empty ring has room for a packet');
}

function setupFailed(self: StorvscState, act: Act, status: number): void {
  self.phase = 'failed';
  act.send(gkernel.driverReady, self.kernel, status);
}

/** The answer to one step; the last one tells how large the disk is. */
function stepDone(self: StorvscState, act: Act): void {
  const request = self.step >= setupSteps.indexOf('INQUIRY');
  const status = protocol.packetStatus(packet);
  if (status !== 0) return setupFailed(self, act, status);
  if (request && (protocol.srbStatus(packet) & 0x3f) !== SRB_STATUS_SUCCESS) return setupFailed(self, act, STATUS_IO_DEVICE_ERROR);
  self.step++;
  if (self.step < setupSteps.length) {
    act.assert(sendStep(self, act, self.step), 'the ring has room: one step is under way at a time');
    return;
  }
  const buffer = act.page(self.buffer);
  if (capacityBlockBytes(buffer, 0) !== 512) return setupFailed(self, act, STATUS_DEVICE_NOT_READY);
  self.phase = 'ready';
  self.sectors = capacityBlocks(buffer, 0);
  act.send(block.info, self.fs, self.sectors, self.queueDepth, SECTORS_MAX);
  act.send(gkernel.driverReady, self.kernel, 0);
}

// --- requests [STORVSC-4] [STORVSC-5] [STORVSC-6] --------------------------------------------------------------------------------

function take(self: StorvscState, hop: HopView, act: Act, write: boolean, listed: boolean): void {
  const asked: Asked = { write, listed, lba: hop.a0, sectors: hop.a1, page: hop.a2, span: hop.a3, cookie: hop.a4, request: hop.request };
  if (self.phase !== 'ready') {
    act.send(block.done, self.fs, hop.a4, STATUS_DEVICE_NOT_READY);
  } else if (hop.a1 === 0 || hop.a1 > SECTORS_MAX || (listed && !isRange(act.page(hop.a2), hop.a3, hop.a1 * 512))) {
    act.send(block.done, self.fs, hop.a4, STATUS_INVALID_PARAMETER);
  } else if (self.waiting.length > 0 || !submit(self, act, asked)) {
    if (self.waiting.length === WAITING_MAX) act.send(block.done, self.fs, hop.a4, STATUS_INSUFFICIENT_RESOURCES);
    else self.waiting.push(asked);
  }
}

/** Puts one request on the ring; false when all slots are taken or the ring is full. */
function submit(self: StorvscState, act: Act, asked: Asked): boolean {
  if (self.outstanding >= self.queueDepth) return false;
  const slot = self.busy.indexOf(0);
  act.request = asked.request;
  if (!sendRequest(self, act, slot, asked)) return false;
  self.busy[slot] = 1;
  self.outstanding++;
  self.bytes[slot] = asked.sectors * 512;
  self.cookie[slot] = asked.cookie;
  self.request[slot] = asked.request;
  return true;
}

/** Tries the waiting requests in order, as many as there is room for. */
function retry(self: StorvscState, _hop: HopView, act: Act): void {
  while (self.phase === 'ready' && self.waiting.length > 0) {
    const next = self.waiting[0]!;
    if (!submit(self, act, next)) return;
    self.waiting.shift();
  }
}

// --- the ring from the root [CHAN-8] -----------------------------------------------------------------------------------------------

function callback(self: StorvscState, _hop: HopView, act: Act): void {
  if (self.draining || self.channel < 0 || self.phase === 'failed') return;
  self.draining = true;
  setInterruptMask(ringFromRoot(act, self), 1);
  lookForPacket(self, act);
}

/** Loads the next packet, or unmasks the ring, looks again, and leaves. */
function lookForPacket(self: StorvscState, act: Act): void {
  const pages = ringFromRoot(act, self);
  let found = peekPacket(pages, header);
  if (found === 'Empty') {
    setInterruptMask(pages, 0);
    if (isEmpty(pages)) {
      self.draining = false;
      if (self.waiting.length > 0 && mayHaveRoom(act, self)) act.send(storvsc.retry, act.self, self.waiting.length, isRoomTold(act, self) ? 1 : 0);
      return;
    }
    setInterruptMask(pages, 1);
    found = peekPacket(pages, header);
  }
  if (found !== 0) return failChannel(self, act);
  const length = header.totalBytes + FOOTER_BYTES;
  const span = (header.start & 0xfff) | (length << 12);
  act.request = 0;
  act.pull(vmbus.ringReadGuest, self.channel, 1, header.start, length, header.transIdLo, packetPage(self, 1, header.start), span);
}

/** One completion: found by its transaction id, whatever the order. [STORVSC-7] */
function packetRead(self: StorvscState, _hop: HopView, act: Act): void {
  if (!self.draining) return;
  const pages = ringFromRoot(act, self);
  if (peekPacket(pages, header) !== 0 || !takePacket(self, pages)) return failChannel(self, act);
  const record = recordOf(self, header.transIdLo, header.transIdHi);
  const from = readIndex(pages);
  advance(pages, header.totalBytes);
  if (readerSignalNeeded(from, pages)) act.send(vmbus.signalGuest, self.vmbus, self.channel, SIGNAL_ROOM);
  if (record >= 0 && record < REQUEST_SLOTS && self.busy[record] === 1) requestDone(self, act, record);
  else if (self.phase === 'setup' && record === REQUEST_SLOTS + self.step) stepDone(self, act);
  else return failChannel(self, act);
  if (self.phase !== 'failed') lookForPacket(self, act);
}

function takePacket(self: StorvscState, pages: RingPages): boolean {
  const length = protocol.storagePacketBytes(self.era);
  if (header.type !== PACKET_COMPLETION || header.payloadBytes < length) return false;
  copyOut(pages, header.payloadAt, packet, length);
  return protocol.operation(packet) === protocol.COMPLETE_IO;
}

function requestDone(self: StorvscState, act: Act, slot: number): void {
  self.busy[slot] = 0;
  self.outstanding--;
  act.request = self.request[slot]!;
  act.send(block.done, self.fs, self.cookie[slot], statusOf(self.bytes[slot]!));
}

/** Status of the completion in `packet`: 0, the sense, or an I/O error. */
function statusOf(wanted: number): number {
  const srb = protocol.srbStatus(packet);
  if ((srb & 0x3f) === SRB_STATUS_SUCCESS && protocol.transferLength(packet) === wanted) return 0;
  if ((srb & SRB_STATUS_AUTOSENSE_VALID) === 0) return STATUS_IO_DEVICE_ERROR;
  return (senseKey(packet, protocol.SENSE_AT) << 16) | senseAsc(packet, protocol.SENSE_AT);
}

/** Bytes from the root that cannot be a completion: no request will be answered any more. [CHAN-9] */
function failChannel(self: StorvscState, act: Act): void {
  if (self.phase === 'setup') act.send(gkernel.driverReady, self.kernel, STATUS_IO_DEVICE_ERROR);
  self.phase = 'failed';
  self.draining = false;
  for (let slot = 0; slot < REQUEST_SLOTS; slot++) {
    if (self.busy[slot] === 0) continue;
    self.busy[slot] = 0;
    act.request = self.request[slot]!;
    act.send(block.done, self.fs, self.cookie[slot], STATUS_IO_DEVICE_ERROR);
  }
  for (const next of self.waiting) {
    act.request = next.request;
    act.send(block.done, self.fs, next.cookie, STATUS_IO_DEVICE_ERROR);
  }
  self.outstanding = 0;
  self.waiting = [];
}

export const storvscType = component<StorvscState>({
  name: 'storvsc',
  title: 'Storage VSC',
  about: 'The disk driver of an enlightened guest: it puts SCSI requests on a ring instead of touching ports of a controller.',
  place: 'guest-kernel',
  sources: ['L09 StorVsc.c', 'L09 BlkVsc.c', 'COR 5', 'COR 6'],
  initial: initialStorvsc,
  on: {
    [vmbus.channelOffered.name]: offered,
    [gkernel.initDriver.name]: init,
    [vmbus.channelOpen.name]: channelOpen,
    [block.read.name]: (self, hop, act) => take(self, hop, act, false, false),
    [block.write.name]: (self, hop, act) => take(self, hop, act, true, false),
    [block.readMany.name]: (self, hop, act) => take(self, hop, act, false, true),
    [block.writeMany.name]: (self, hop, act) => take(self, hop, act, true, true),
    [storvsc.retry.name]: retry,
    [vmbus.callbackGuest.name]: callback,
    [vmbus.ringReadGuest.name]: packetRead,
  },
  view: (self) => ({ phase: self.phase, sectors: self.sectors, outstanding: self.outstanding, waiting: self.waiting.length, queueDepth: self.queueDepth }),
});
