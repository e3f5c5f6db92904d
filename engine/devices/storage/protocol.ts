/**
 * The storage protocol: packets that guest VSC and root VSP put on the ring, in both directions. The two halves of the
 * device meet here and nowhere else. Source: L09 vstorage.h, StorVsc.c for versions 2.0 and 4.2; LNX storvsc_drv.c and OVM
 * storvsp for 5.1. Layouts: `wire/storage-layouts.ts`; commands: `wire/scsi.ts`; buffers: `wire/gpa-direct.ts`.
 *
 * Route of a read: VSC writes EXECUTE_SRB as a GPA-direct packet, VSP reads it, the data go to the guest's own pages, VSP
 * writes COMPLETE_IO as a completion packet with the same transaction id. A packet begins at 0 of `bytes`.
 */
import { copyBytes, fillBytes, get16, get32, get8, put16, put32, put53, put8 } from '../../wire/bytes.ts';
import type { Era } from '../../wire/eras.ts';
import { SRB_STATUS_ABORTED, SRB_STATUS_BUSY, SRB_STATUS_DATA_OVERRUN, SRB_STATUS_INVALID_LUN, SRB_STATUS_INVALID_TARGET_ID, SRB_STATUS_NO_DEVICE, SRB_STATUS_SUCCESS } from '../../wire/scsi.ts';

// --- operations. L09 vstorage.h: 1 to 10; 11 from 4.2 and 13 from 5.1 on. [STOR-8]

export const COMPLETE_IO = 1;
export const REMOVE_DEVICE = 2;
export const EXECUTE_SRB = 3;
export const RESET_LUN = 4;
export const RESET_ADAPTER = 5;
export const RESET_BUS = 6;
export const BEGIN_INITIALIZATION = 7;
export const END_INITIALIZATION = 8;
export const QUERY_PROTOCOL_VERSION = 9;
export const QUERY_PROPERTIES = 10;
export const CREATE_SUB_CHANNELS = 13;

/** Whether a guest of the era sends this operation; the others are the root's own, or for Fibre Channel. OVM storvsp parse_packet. [STOR-8] */
function isAsked(operation: number, era: Era): boolean {
  return (operation >= EXECUTE_SRB && operation <= QUERY_PROPERTIES) || (operation === CREATE_SUB_CHANNELS && era === 'ws2012');
}

/** REQUEST_COMPLETION_FLAG: the answer is wanted. */
export const REQUEST_COMPLETION = 1;

/** Version word: major << 8 | minor. 2.0, 4.2 and 5.1. */
export function storageVersion(era: Era): number {
  return era === 'ws2008' ? 0x0200 : era === 'ws2008r2' ? 0x0402 : 0x0501;
}

/** The longest packet of any era. */
export const STORAGE_PACKET_MAX = 64;

/** Bytes of a packet on the ring, of its SCSI request, and of its sense area. [STOR-1] [STOR-2] */
export function storagePacketBytes(era: Era): number {
  return era === 'ws2012' ? 64 : 48;
}

export function scsiRequestBytes(era: Era): number {
  return era === 'ws2012' ? 0x34 : 0x24;
}

export function senseInfoBytes(era: Era): number {
  return era === 'ws2012' ? 0x14 : 0x12;
}

/** What a VSP says it takes in one request; the lab's says less. L09 vstorage.h MAX_TRANSFER_LENGTH; OVM storvsp. [STORVSP-1] */
export const MAX_TRANSFER_BYTES = 0x4_0000;

// Offsets in the packet: the union begins at 12, the CDB or sense area 16 behind it. L09 vstorage.h.
const UNION_AT = 12;
export const CDB_AT = UNION_AT + 16;
export const SENSE_AT = CDB_AT;
export const CDB_MAX = 16;

// NT statuses the VSP answers with. OVM storvsp.
export const STORAGE_SUCCESS = 0;
export const STORAGE_REVISION_MISMATCH = 0xc000_0059;
export const STORAGE_INVALID_DEVICE_STATE = 0xc000_0184;

/** The NT status in the head of a completion, by the SRB status of its request. OVM storvsp convert_srb_status_to_nt_status. [STOR-4] */
export function statusOfSrb(srb: number): number {
  switch (srb & 0x3f) {
    case SRB_STATUS_SUCCESS: return STORAGE_SUCCESS;
    case SRB_STATUS_DATA_OVERRUN: return 0x8000_0005; // buffer overflow
    case SRB_STATUS_BUSY: return 0x8000_0011; // device busy
    case SRB_STATUS_NO_DEVICE:
    case SRB_STATUS_INVALID_LUN:
    case SRB_STATUS_INVALID_TARGET_ID: return 0xc000_00c0; // device does not exist
    case SRB_STATUS_ABORTED: return 0xc000_0120; // cancelled
    default: return 0xc000_0185; // I/O device error
  }
}

/** data_in of a request. */
export const DATA_TO_DEVICE = 0;
export const DATA_FROM_DEVICE = 1;
export const DATA_NONE = 2;

// SRB flags, from 5.1 on. LNX storvsc_drv.c: queue action 2, no sync 8, data in 0x40, data out 0x80, no freeze 0x100.
const SRB_FLAGS = [0x18a, 0x14a, 0x10a] as const;

/** A packet of zeros with its three head fields. */
function putHead(bytes: Uint8Array, era: Era, operation: number, flags: number, status: number): void {
  fillBytes(bytes, 0, storagePacketBytes(era), 0);
  put32(bytes, 0, operation);
  put32(bytes, 4, flags);
  put32(bytes, 8, status);
}

/** BEGIN_INITIALIZATION, END_INITIALIZATION, RESET_*: a packet without a union. Returns the packet's length, as all writers. */
export function putOperation(bytes: Uint8Array, era: Era, operation: number): number {
  putHead(bytes, era, operation, REQUEST_COMPLETION, 0);
  return storagePacketBytes(era);
}

/** Of the header file vstorage.h as it was in 2009; later drivers of Linux send 0, and no root looks at it. L09 FILL_VMSTOR_REVISION. */
const REVISION_2_0 = 6;

/** QUERY_PROTOCOL_VERSION: version word at 12, revision of the header at 14. [STORVSC-1] */
export function putQueryVersion(bytes: Uint8Array, era: Era, version: number): number {
  putHead(bytes, era, QUERY_PROTOCOL_VERSION, REQUEST_COMPLETION, 0);
  put16(bytes, UNION_AT, version);
  put16(bytes, UNION_AT + 2, era === 'ws2008' ? REVISION_2_0 : 0);
  return storagePacketBytes(era);
}

/** QUERY_PROPERTIES; before 5.1 the guest names its port. L09 StorVsc.c. */
export function putQueryProperties(bytes: Uint8Array, era: Era, port: number): number {
  putHead(bytes, era, QUERY_PROPERTIES, REQUEST_COMPLETION, 0);
  if (era !== 'ws2012') put32(bytes, UNION_AT + 4, port);
  return storagePacketBytes(era);
}

/**
 * EXECUTE_SRB. `cdb` holds `cdbLength` bytes from 0; `direction` is DATA_*; `transfer` is the length of the buffer named
 * by the packet's GPA range. [STOR-2]
 */
export function putExecuteSrb(
  bytes: Uint8Array, era: Era, port: number, path: number, target: number, lun: number, cdb: Uint8Array, cdbLength: number, direction: 0 | 1 | 2, transfer: number,
): number {
  putHead(bytes, era, EXECUTE_SRB, REQUEST_COMPLETION, 0);
  put16(bytes, 12, scsiRequestBytes(era));
  put8(bytes, 16, port);
  put8(bytes, 17, path);
  put8(bytes, 18, target);
  put8(bytes, 19, lun);
  put8(bytes, 20, cdbLength);
  put8(bytes, 21, senseInfoBytes(era));
  put8(bytes, 22, direction);
  put32(bytes, 24, transfer);
  copyBytes(bytes, CDB_AT, cdb, 0, Math.min(cdbLength, CDB_MAX));
  if (era === 'ws2012') {
    put8(bytes, 50, 0xff); // queue tag
    put8(bytes, 51, 0x20); // simple queue action
    put32(bytes, 52, SRB_FLAGS[direction]);
    put32(bytes, 56, 60); // seconds
  }
  return storagePacketBytes(era);
}

/** COMPLETE_IO without a union: the answer to a step of the handshake. */
export function putComplete(bytes: Uint8Array, era: Era, status: number): number {
  putHead(bytes, era, COMPLETE_IO, 0, status);
  return storagePacketBytes(era);
}

/** COMPLETE_IO of a request; `sense` is null or holds `senseLength` bytes. [STOR-4] */
export function putCompleteSrb(
  bytes: Uint8Array, era: Era, status: number, srbStatus: number, scsiStatus: number, transfer: number, sense: Uint8Array | null, senseLength: number,
): number {
  putHead(bytes, era, COMPLETE_IO, 0, status);
  put16(bytes, 12, scsiRequestBytes(era));
  put8(bytes, 14, srbStatus);
  put8(bytes, 15, scsiStatus);
  put8(bytes, 20, CDB_MAX);
  put8(bytes, 21, senseInfoBytes(era));
  put32(bytes, 24, transfer);
  if (sense !== null) copyBytes(bytes, SENSE_AT, sense, 0, Math.min(senseLength, senseInfoBytes(era)));
  return storagePacketBytes(era);
}

/**
 * COMPLETE_IO of QUERY_PROPERTIES. Before 5.1 all arguments count; from 5.1 on only flags and the largest transfer, and
 * `uniqueId` is ignored. Flags: 1 removable, 2 emulated IDE (before 5.1); 1 multi-channel (from 5.1). [STOR-5]
 */
export function putProperties(
  bytes: Uint8Array, era: Era, path: number, target: number, port: number, flags: number, maxTransfer: number, uniqueId: number,
): number {
  putHead(bytes, era, COMPLETE_IO, 0, 0);
  if (era === 'ws2012') {
    put32(bytes, UNION_AT + 8, flags);
    put32(bytes, UNION_AT + 12, maxTransfer);
  } else {
    put16(bytes, UNION_AT, storageVersion(era));
    put8(bytes, UNION_AT + 2, path);
    put8(bytes, UNION_AT + 3, target);
    put32(bytes, UNION_AT + 4, port);
    put32(bytes, UNION_AT + 8, flags);
    put32(bytes, UNION_AT + 12, maxTransfer);
    put53(bytes, UNION_AT + 16, uniqueId);
  }
  return storagePacketBytes(era);
}

// --- readers

export function operation(bytes: Uint8Array): number {
  return get32(bytes, 0);
}

/** NT status; the VSP sets it. */
export function packetStatus(bytes: Uint8Array): number {
  return get32(bytes, 8);
}

export function queriedVersion(bytes: Uint8Array): number {
  return get16(bytes, UNION_AT);
}

/** Path and target the VSP gave in its properties, before 5.1. */
export function propertiesPath(bytes: Uint8Array): number {
  return get8(bytes, UNION_AT + 2);
}

export function propertiesTarget(bytes: Uint8Array): number {
  return get8(bytes, UNION_AT + 3);
}

export function propertiesFlags(bytes: Uint8Array): number {
  return get32(bytes, UNION_AT + 8);
}

export function propertiesMaxTransfer(bytes: Uint8Array): number {
  return get32(bytes, UNION_AT + 12);
}

export function requestLength(bytes: Uint8Array): number {
  return get16(bytes, 12);
}

export function srbStatus(bytes: Uint8Array): number {
  return get8(bytes, 14);
}

export function scsiStatus(bytes: Uint8Array): number {
  return get8(bytes, 15);
}

export function requestPath(bytes: Uint8Array): number {
  return get8(bytes, 17);
}

export function requestTarget(bytes: Uint8Array): number {
  return get8(bytes, 18);
}

export function requestLun(bytes: Uint8Array): number {
  return get8(bytes, 19);
}

export function requestCdbLength(bytes: Uint8Array): number {
  return get8(bytes, 20);
}

export function requestSenseLength(bytes: Uint8Array): number {
  return get8(bytes, 21);
}

export function requestDirection(bytes: Uint8Array): number {
  return get8(bytes, 22);
}

export function transferLength(bytes: Uint8Array): number {
  return get32(bytes, 24);
}

export type StoragePacketRefusal = 'too-short' | 'unknown-operation' | 'request-length' | 'cdb-length';

/** What is wrong with a packet of `length` bytes from the guest, or 0. */
export function packetRefusal(bytes: Uint8Array, length: number, era: Era): StoragePacketRefusal | 0 {
  if (length < storagePacketBytes(era)) return 'too-short';
  const op = get32(bytes, 0);
  if (!isAsked(op, era)) return 'unknown-operation';
  if (op !== EXECUTE_SRB) return 0;
  if (requestLength(bytes) !== scsiRequestBytes(era)) return 'request-length';
  return requestCdbLength(bytes) === 0 || requestCdbLength(bytes) > CDB_MAX ? 'cdb-length' : 0;
}
