/**
 * What the Storage VSP does with a packet it has read: the handshake, and the SCSI commands of a request. A read or write becomes a
 * list of machine pages (MDL) for the VHD parser; everything else is answered at once. Rules: SPEC [STORVSP-1] to [STORVSP-10].
 */
import { copyBytes } from '../../wire/bytes.ts';
import { gpaLength, gpaOffset, gpaPages, gpaPfn } from '../../wire/gpa-direct.ts';
import { mdlSpan, putMdlHeader, putMdlPiece } from '../../wire/mdl.ts';
import {
  ASC_INVALID_FIELD_IN_CDB, ASC_INVALID_OPCODE, ASC_LBA_OUT_OF_RANGE, CAPACITY_BYTES, cdbAllocation, cdbBlocks, cdbLba, cdbOpcode, INQUIRY_BYTES, inquiryPage,
  putCapacityData, putInquiryData, SCSIOP_INQUIRY, SCSIOP_READ, SCSIOP_READ_CAPACITY, SCSIOP_SYNCHRONIZE_CACHE, SCSIOP_TEST_UNIT_READY, SCSIOP_WRITE, SCSISTAT_CHECK_CONDITION, SENSE_ILLEGAL_REQUEST,
  SRB_STATUS_AUTOSENSE_VALID, SRB_STATUS_DATA_OVERRUN, SRB_STATUS_INVALID_LUN, SRB_STATUS_INVALID_REQUEST, SRB_STATUS_SUCCESS,
} from '../../wire/scsi.ts';
import { READ, WRITE, type Act } from '../../sim/act.ts';
import { vhd } from '../../root/kernel/storage-hops.ts';
import * as protocol from './protocol.ts';
import { answer } from './vsp-ring.ts';
import * as vsp from './vsp-state.ts';
import type { Answer, Disk, StorvspState } from './vsp-state.ts';

const SECTOR = 512;

/** A packet copied out of the ring; filled anew for each packet, gone with the handler. */
export interface Taken {
  /** The vstor packet. */
  readonly packet: Uint8Array;
  /** Extension of a GPA-direct packet, and whether there is one. */
  readonly ext: Uint8Array;
  hasRange: boolean;
  wantsCompletion: boolean;
}

const pagesFound: number[] = [];
const data = new Uint8Array(Math.max(INQUIRY_BYTES, CAPACITY_BYTES));

/** Handles one packet; `a` names its transaction and is filled with the answer if there is one already. */
export function handlePacket(self: StorvspState, act: Act, disk: Disk, taken: Taken, a: Answer): void {
  a.kind = 'status';
  a.status = protocol.STORAGE_INVALID_DEVICE_STATE;
  a.srb = a.scsi = a.bytes = a.sense = 0;
  const operation = protocol.operation(taken.packet);
  if (disk.phase !== vsp.READY) handshake(disk, operation, taken.packet, a);
  else if (operation === protocol.EXECUTE_SRB) {
    a.kind = 'srb';
    if (execute(self, act, disk, taken, a)) return;
  } else if (operation >= protocol.RESET_LUN && operation <= protocol.RESET_BUS) a.status = 0;
  if (taken.wantsCompletion) answer(self, act, disk, a);
}

/** One step of the handshake; out of order nothing changes. [STORVSP-1] */
function handshake(disk: Disk, operation: number, packet: Uint8Array, a: Answer): void {
  const expected = [protocol.BEGIN_INITIALIZATION, protocol.QUERY_PROTOCOL_VERSION, protocol.QUERY_PROPERTIES, protocol.END_INITIALIZATION][disk.phase];
  if (operation !== expected) return;
  if (operation === protocol.QUERY_PROTOCOL_VERSION && protocol.queriedVersion(packet) !== protocol.storageVersion(disk.era)) {
    a.status = protocol.STORAGE_REVISION_MISMATCH;
    return;
  }
  a.status = 0;
  if (operation === protocol.QUERY_PROPERTIES) a.kind = 'properties';
  disk.phase++;
}

/** Carries a command out; true when the answer comes later. */
function execute(self: StorvspState, act: Act, disk: Disk, taken: Taken, a: Answer): boolean {
  const { packet } = taken;
  if (protocol.requestPath(packet) !== 0 || protocol.requestTarget(packet) !== 0 || protocol.requestLun(packet) !== 0) {
    a.srb = SRB_STATUS_INVALID_LUN;
    a.scsi = SCSISTAT_CHECK_CONDITION;
    return false;
  }
  switch (cdbOpcode(packet, protocol.CDB_AT)) {
    case SCSIOP_TEST_UNIT_READY:
    case SCSIOP_SYNCHRONIZE_CACHE:
      a.srb = SRB_STATUS_SUCCESS;
      return false;
    case SCSIOP_INQUIRY:
      if (inquiryPage(packet, protocol.CDB_AT) >= 0) return refuse(a, ASC_INVALID_FIELD_IN_CDB);
      return giveData(act, disk, taken, a, putInquiryData(data, 0));
    case SCSIOP_READ_CAPACITY:
      return giveData(act, disk, taken, a, putCapacityData(data, 0, disk.sectors, SECTOR));
    case SCSIOP_READ:
      return transfer(self, act, disk, taken, a, false);
    case SCSIOP_WRITE:
      return transfer(self, act, disk, taken, a, true);
    default:
      return refuse(a, ASC_INVALID_OPCODE);
  }
}

/** Invalid request, check condition, illegal request. [STORVSP-3] [STORVSP-4] */
function refuse(a: Answer, asc: number): false {
  a.srb = SRB_STATUS_INVALID_REQUEST | SRB_STATUS_AUTOSENSE_VALID;
  a.scsi = SCSISTAT_CHECK_CONDITION;
  a.sense = (SENSE_ILLEGAL_REQUEST << 16) | asc;
  return false;
}

/** The buffer is not what the request needs. [STORVSP-5] */
function badBuffer(a: Answer): false {
  return refuse(a, ASC_INVALID_FIELD_IN_CDB);
}

/** Finds the machine pages of the first `bytes` bytes of the buffer; false when the guest has no such right to one of them. [STORVSP-5] */
function findPages(act: Act, disk: Disk, taken: Taken, bytes: number, right: number): boolean {
  if (!taken.hasRange || gpaLength(taken.ext) < bytes) return false;
  const count = gpaPages(gpaOffset(taken.ext), bytes);
  if (count > vsp.PIECES_MAX) return false;
  for (let i = 0; i < count; i++) {
    const pfn = gpaPfn(taken.ext, i);
    const spa = pfn < 0 || pfn >= 2 ** 32 ? -1 : act.translate(disk.partition, pfn, right);
    if (spa < 0) return false;
    pagesFound[i] = spa;
  }
  return true;
}

/** Data the VSP makes itself: a processor writes them into the guest's buffer. [STORVSP-6] */
function giveData(act: Act, disk: Disk, taken: Taken, a: Answer, made: number): boolean {
  const room = Math.min(protocol.transferLength(taken.packet), cdbAllocation(taken.packet, protocol.CDB_AT));
  const bytes = Math.min(made, room);
  if (!findPages(act, disk, taken, bytes, WRITE)) return badBuffer(a);
  let at = gpaOffset(taken.ext);
  for (let done = 0; done < bytes; ) {
    const part = Math.min(bytes - done, 4096 - (at & 0xfff));
    copyBytes(act.pageForWrite(pagesFound[at >>> 12]!), at & 0xfff, data, done, part);
    done += part;
    at += part;
  }
  a.bytes = bytes;
  a.srb = bytes < protocol.transferLength(taken.packet) ? SRB_STATUS_DATA_OVERRUN : SRB_STATUS_SUCCESS;
  return false;
}

/** READ(10), WRITE(10): the VHD parser gets the pages; the answer comes with `vhd.done`. [STORVSP-9] */
function transfer(self: StorvspState, act: Act, disk: Disk, taken: Taken, a: Answer, write: boolean): boolean {
  const lba = cdbLba(taken.packet, protocol.CDB_AT);
  const blocks = cdbBlocks(taken.packet, protocol.CDB_AT);
  if (lba + blocks > disk.sectors) return refuse(a, ASC_LBA_OUT_OF_RANGE);
  if (blocks === 0) {
    a.srb = SRB_STATUS_SUCCESS;
    return false;
  }
  const bytes = blocks * SECTOR;
  if (protocol.transferLength(taken.packet) < bytes) return refuse(a, ASC_LBA_OUT_OF_RANGE);
  if (protocol.requestDirection(taken.packet) !== (write ? protocol.DATA_TO_DEVICE : protocol.DATA_FROM_DEVICE)) return badBuffer(a);
  if (bytes > vsp.TRANSFER_MAX || !findPages(act, disk, taken, bytes, write ? READ : WRITE)) return badBuffer(a);
  const slot = disk.state.indexOf(vsp.FREE);
  act.assert(slot >= 0, 'the VSP reads a packet only while a slot is free');
  disk.state[slot] = taken.wantsCompletion ? vsp.BUSY : vsp.ORPHAN;
  disk.inFlight++;
  disk.transLo[slot] = a.lo;
  disk.transHi[slot] = a.hi;
  disk.request[slot] = a.request;
  disk.bytes[slot] = bytes;
  const page = self.pages + disk.number * vsp.PAGES_PER_DISK + Math.floor((slot * vsp.MDL_BYTES) / 4096);
  const span = putList(act.pageForWrite(page), (slot * vsp.MDL_BYTES) % 4096, gpaOffset(taken.ext), bytes);
  act.send(write ? vhd.write : vhd.read, self.vhdparser, disk.handle, lba, blocks, page, span, (disk.number << 8) | slot);
  return true;
}

/** Writes the MDL over the pages found; returns its span. */
function putList(page: Uint8Array, at: number, offset: number, bytes: number): number {
  const pieces = gpaPages(offset, bytes);
  putMdlHeader(page, at, pieces);
  let left = bytes;
  for (let i = 0; i < pieces; i++) {
    const from = i === 0 ? offset : 0;
    const part = Math.min(4096 - from, left);
    putMdlPiece(page, at, i, pagesFound[i]!, from, part);
    left -= part;
  }
  return mdlSpan(at, pieces);
}
