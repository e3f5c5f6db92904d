/**
 * `root/storvsp`: the Storage VSP. Runs in the root's kernel. It serves the synthetic disks of all guests.
 *
 * Route of a request: `vmbus.callback` (the guest has signalled) -> the packet is pulled from the ring -> CDB and page list are
 * checked -> `vhd.read` or `.write` to the VHD parser -> the disk reads or writes the guest's own pages -> `vhd.done` -> completion packet ->
 * `vmbus.signal` if nobody is looking. The worker process takes no part after it has attached the disk.
 *
 * Rules: SPEC "Storage VSC and VSP", "Channels and signalling". Source: OVM storvsp; L09 vstorage.h; corrections 6, 7.
 */
import { get53 } from '../../wire/bytes.ts';
import { gpaDirectRefusal } from '../../wire/gpa-direct.ts';
import {
  STATUS_DISK_CORRUPT_ERROR, STATUS_DISK_FULL, STATUS_INSUFFICIENT_RESOURCES, STATUS_MEDIA_WRITE_PROTECTED,
} from '../../wire/ntstatus.ts';
import {
  advance, copyOut, FLAG_COMPLETION_REQUESTED, FOOTER_BYTES, indicesValid, isEmpty, newPacketHeader, PACKET_GPA_DIRECT, PACKET_IN_BAND, peekPacket,
  readerSignalNeeded, readIndex, setInterruptMask, type RingPages,
} from '../../wire/ring.ts';
import {
  ASC_SPACE_ALLOCATION_FAILED, ASC_UNRECOVERED_READ, ASC_WRITE_ERROR, ASC_WRITE_PROTECTED, SCSISTAT_CHECK_CONDITION, SENSE_DATA_PROTECT, SENSE_MEDIUM_ERROR, SRB_STATUS_AUTOSENSE_VALID, SRB_STATUS_ERROR, SRB_STATUS_SUCCESS,
} from '../../wire/scsi.ts';
import { defaultEra } from '../../wire/eras.ts';
import { eraOfVersion, VMBUS_FAILURE } from '../../wire/vmbus.ts';
import { vhd } from '../../root/kernel/storage-hops.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { SIGNAL_ROOM, vmbus } from '../vmbus/hops.ts';
import { IDE_ACCELERATOR, instanceWord } from '../vmbus/protocol.ts';
import { storvsp } from './hops.ts';
import { packetRefusal, STORAGE_PACKET_MAX, storagePacketBytes } from './protocol.ts';
import { closeWhenQuiet, detach, freeNumber, vhdClosed } from './vsp-detach.ts';
import { handlePacket, type Taken } from './vsp-requests.ts';
import { answer, answerWaiting, failChannel, orphan, packetPage, packetSpan, ringFromGuest } from './vsp-ring.ts';
import {
  BEGIN, BUSY, CLOSED, diskOfChannel, DISKS_MAX, FAILED, FREE, newDisk, SLOTS, type Answer, type Disk, type StorvspConfig, type StorvspState,
} from './vsp-state.ts';

/** Room for the pages of the largest request and one more; a longer list is refused before it is copied. */
const EXTENSION_MAX = 16 + 8 * 32;

const header = newPacketHeader();
const taken: Taken = { packet: new Uint8Array(STORAGE_PACKET_MAX), ext: new Uint8Array(EXTENSION_MAX), hasRange: false, wantsCompletion: false };
const reply: Answer = { lo: 0, hi: 0, request: 0, kind: 'status', status: 0, srb: 0, scsi: 0, bytes: 0, sense: 0 };

// --- attaching a disk --------------------------------------------------------------------------------------------------------

function attach(self: StorvspState, hop: HopView, act: Act): void {
  if (self.vmbus < 0) {
    self.vmbus = act.find('root/vmbus');
    self.vhdparser = act.find('root/vhdparser');
  }
  const number = freeNumber(self);
  if (number === DISKS_MAX) return act.send(storvsp.attached, hop.from, STATUS_INSUFFICIENT_RESOURCES, hop.a2);
  const disk = newDisk(number, hop.a0, hop.from, hop.a2);
  self.disks[number] = disk;
  act.send(vhd.open, self.vhdparser, hop.a1, disk.number);
}

/** The VHD is open: its disk becomes an IDE accelerator on VMBus, drive after drive of one guest. [VMBUS-5] */
function vhdOpened(self: StorvspState, hop: HopView, act: Act): void {
  const disk = self.disks[hop.a0]!;
  disk.handle = hop.a1;
  disk.sectors = hop.a2;
  const status = hop.a1 === 0 ? STATUS_DISK_CORRUPT_ERROR : 0;
  if (status === 0) {
    const drive = self.disks.filter((d) => d.partition === disk.partition && d.handle !== 0).length - 1;
    act.send(vmbus.offer, self.vmbus, disk.partition, IDE_ACCELERATOR, instanceWord(drive >>> 1, drive & 1));
  }
  act.send(storvsp.attached, disk.worker, status, disk.cookie, hop.a3);
}

// --- the channel opens and closes [VMBUS-8] -----------------------------------------------------------------------------------

function opened(self: StorvspState, hop: HopView, act: Act): void {
  const disk = self.disks.find((d) => d.partition === hop.a0 && d.handle !== 0 && (d.phase === CLOSED || d.phase === FAILED));
  if (disk === undefined) return act.send(vmbus.openedDone, self.vmbus, hop.a0, hop.a1, VMBUS_FAILURE);
  const list = act.page(hop.a4);
  const count = hop.a5 >>> 15;
  disk.pfns = [];
  for (let i = 0; i < count; i++) disk.pfns.push(get53(list, (hop.a5 & 0xfff) + 8 * i));
  disk.downstream = hop.a3;
  disk.channel = hop.a1;
  disk.era = eraOfVersion(hop.a2) ?? defaultEra;
  const sound = hop.a3 >= 2 && count >= hop.a3 + 2 && indicesValid(ringFromGuest(act, disk));
  if (sound) {
    disk.phase = BEGIN;
    disk.draining = false;
    disk.stalled = false;
    disk.waiting = [];
  }
  act.send(vmbus.openedDone, self.vmbus, hop.a0, hop.a1, sound ? 0 : VMBUS_FAILURE);
}

function closed(self: StorvspState, hop: HopView): void {
  const disk = diskOfChannel(self, hop.a1);
  if (disk === null) return;
  disk.phase = CLOSED;
  disk.draining = false;
  disk.channel = -1;
  orphan(disk);
}

// --- the ring from the guest [CHAN-8] ------------------------------------------------------------------------------------------

function callback(self: StorvspState, hop: HopView, act: Act): void {
  const disk = diskOfChannel(self, hop.a0);
  if (disk === null || disk.phase >= CLOSED) return;
  answerWaiting(self, act, disk);
  if (disk.draining || disk.phase >= CLOSED) return;
  disk.draining = true;
  setInterruptMask(ringFromGuest(act, disk), 1);
  lookForPacket(self, act, disk);
}

/** Loads the next packet, or unmasks the ring, looks again, and leaves. */
function lookForPacket(self: StorvspState, act: Act, disk: Disk): void {
  disk.stalled = disk.inFlight === SLOTS;
  if (disk.stalled) return;
  const pages = ringFromGuest(act, disk);
  let found = peekPacket(pages, header);
  if (found === 'Empty') {
    setInterruptMask(pages, 0);
    if (isEmpty(pages)) {
      disk.draining = false;
      return;
    }
    setInterruptMask(pages, 1);
    found = peekPacket(pages, header);
  }
  if (found !== 0) return failChannel(self, act, disk, found === 'Empty' ? 'InvalidDataAvailable' : found, header.start);
  const length = header.totalBytes + FOOTER_BYTES;
  act.behalf = disk.partition;
  act.request = 0;
  act.pull(vmbus.ringReadRoot, disk.channel, 0, header.start, length, header.transIdLo, packetPage(disk, 0, header.start), packetSpan(header.start, length));
}

/** One packet: checked once more, because it lies in the guest's memory, copied, consumed and handled. */
function packetRead(self: StorvspState, hop: HopView, act: Act): void {
  const disk = diskOfChannel(self, hop.from);
  if (disk === null || !disk.draining || disk.phase >= CLOSED) return;
  act.behalf = disk.partition;
  const pages = ringFromGuest(act, disk);
  const found = peekPacket(pages, header);
  if (found !== 0) return failChannel(self, act, disk, found === 'Empty' ? 'InvalidDataAvailable' : found, hop.a1);
  if (!takePacket(disk, pages)) return failChannel(self, act, disk, 'InvalidPacket', header.start);
  const from = readIndex(pages);
  advance(pages, header.totalBytes);
  if (readerSignalNeeded(from, pages)) act.send(vmbus.signal, self.vmbus, disk.channel, SIGNAL_ROOM);
  reply.lo = header.transIdLo;
  reply.hi = header.transIdHi;
  reply.request = hop.request;
  handlePacket(self, act, disk, taken, reply);
  if (disk.phase < CLOSED) lookForPacket(self, act, disk);
}

/** Copies packet and page list out of the ring; false when they are no storage request. */
function takePacket({ era }: Disk, pages: RingPages): boolean {
  const length = storagePacketBytes(era);
  if (header.type !== PACKET_IN_BAND && header.type !== PACKET_GPA_DIRECT) return false;
  if (header.payloadBytes < length) return false;
  copyOut(pages, header.payloadAt, taken.packet, length);
  taken.wantsCompletion = (header.flags & FLAG_COMPLETION_REQUESTED) !== 0;
  taken.hasRange = false;
  if (header.type === PACKET_GPA_DIRECT && header.extBytes <= EXTENSION_MAX) {
    copyOut(pages, header.extAt, taken.ext, header.extBytes);
    const refusal = gpaDirectRefusal(taken.ext, header.extBytes);
    // A page number beyond 2^53 is a page the guest does not have: the request fails, the channel goes on.
    if (refusal !== 0 && refusal !== 'page-number') return false;
    taken.hasRange = true;
  }
  return packetRefusal(taken.packet, length, era) === 0;
}

/** What a guest is told about a request that failed: key << 16 | ASC << 8 | ASCQ. [STORVSP-10] */
function senseOf(status: number, write: boolean): number {
  if (status === STATUS_MEDIA_WRITE_PROTECTED) return (SENSE_DATA_PROTECT << 16) | ASC_WRITE_PROTECTED;
  if (status === STATUS_DISK_FULL) return (SENSE_DATA_PROTECT << 16) | ASC_SPACE_ALLOCATION_FAILED;
  return (SENSE_MEDIUM_ERROR << 16) | (write ? ASC_WRITE_ERROR : ASC_UNRECOVERED_READ);
}

// --- the VHD parser has read or written -----------------------------------------------------------------------------------------------------

function readDone(self: StorvspState, hop: HopView, act: Act): void {
  const disk = self.disks[hop.a0 >>> 8]!;
  const slot = hop.a0 & 0xff;
  const wanted = disk.state[slot] === BUSY && disk.phase < CLOSED;
  disk.state[slot] = FREE;
  disk.inFlight--;
  if (wanted) {
    const good = hop.a1 === 0;
    reply.lo = disk.transLo[slot]! >>> 0;
    reply.hi = disk.transHi[slot]! >>> 0;
    reply.request = disk.request[slot]!;
    reply.kind = 'srb';
    reply.srb = good ? SRB_STATUS_SUCCESS : SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID;
    reply.scsi = good ? 0 : SCSISTAT_CHECK_CONDITION;
    reply.bytes = good ? disk.bytes[slot]! : 0;
    reply.sense = good ? 0 : senseOf(hop.a1, hop.a3 === 1);
    answerWaiting(self, act, disk);
    answer(self, act, disk, reply);
  }
  if (disk.stalled && disk.phase < CLOSED) lookForPacket(self, act, disk);
  closeWhenQuiet(self, act, disk);
}

export const storvspType = component<StorvspState>({
  name: 'storvsp',
  title: 'Storage VSP',
  about: 'The provider of synthetic disks: it takes SCSI requests from the rings of the guests and answers them from VHD files.',
  place: 'root-kernel',
  sources: ['OVM storvsp', 'L09 vstorage.h', 'COR 6', 'COR 22'],
  initial: (config: StorvspConfig): StorvspState => ({ pages: config.pages, vmbus: -1, vhdparser: -1, disks: [] }),
  on: {
    [storvsp.attach.name]: attach,
    [storvsp.detach.name]: detach,
    [vhd.closed.name]: vhdClosed,
    [vhd.opened.name]: vhdOpened,
    [vmbus.opened.name]: opened,
    [vmbus.closed.name]: closed,
    [vmbus.callback.name]: callback,
    [vmbus.ringReadRoot.name]: packetRead,
    [vhd.done.name]: readDone,
  },
  view: (self) => ({ disks: self.disks.filter((d) => d.partition !== 0).map((d) => ({ partition: d.partition, sectors: d.sectors, phase: d.phase, inFlight: d.inFlight })) }),
});
