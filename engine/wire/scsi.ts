/**
 * SCSI commands, data and statuses: what a storage packet carries and a disk answers. Big-endian inside. [STOR-6] [STOR-7]
 * Source: SPC-3, SBC-2; names as OVM scsi_defs and the Windows scsi.h spell them. Writers return the number of bytes.
 */
import { beGet16, beGet32, bePut16, bePut32, fillBytes, get8, put8, putAscii } from './bytes.ts';

export const SCSIOP_TEST_UNIT_READY = 0x00;
export const SCSIOP_REQUEST_SENSE = 0x03;
export const SCSIOP_INQUIRY = 0x12;
export const SCSIOP_READ_CAPACITY = 0x25;
export const SCSIOP_READ = 0x28;
export const SCSIOP_WRITE = 0x2a;
export const SCSIOP_SYNCHRONIZE_CACHE = 0x35;
export const SCSIOP_REPORT_LUNS = 0xa0;

export const scsiOpNames: Readonly<Record<number, string>> = {
  0x00: 'TEST UNIT READY', 0x03: 'REQUEST SENSE', 0x12: 'INQUIRY', 0x1a: 'MODE SENSE(6)', 0x1b: 'START STOP UNIT', 0x25: 'READ CAPACITY(10)',
  0x28: 'READ(10)', 0x2a: 'WRITE(10)', 0x2f: 'VERIFY(10)', 0x35: 'SYNCHRONIZE CACHE(10)', 0x88: 'READ(16)', 0x8a: 'WRITE(16)',
  0x9e: 'SERVICE ACTION IN(16)', 0xa0: 'REPORT LUNS',
};

/** CDB length by the group of the operation code. SPC-3 §4.3. */
export function cdbBytes(opcode: number): number {
  const group = opcode >>> 5;
  return group === 0 ? 6 : group === 1 || group === 2 ? 10 : group === 4 ? 16 : group === 5 ? 12 : 0;
}

/** Six-byte commands: TEST UNIT READY (allocation 0), REQUEST SENSE (18 or more). */
export function putCdb6(cdb: Uint8Array, at: number, opcode: number, allocation: number): number {
  fillBytes(cdb, at, 6, 0);
  put8(cdb, at, opcode);
  put8(cdb, at + 4, allocation);
  return 6;
}

/** INQUIRY; `page` -1 asks for the standard data, else for a vital product data page. */
export function putInquiry(cdb: Uint8Array, at: number, page: number, allocation: number): number {
  fillBytes(cdb, at, 6, 0);
  put8(cdb, at, SCSIOP_INQUIRY);
  put8(cdb, at + 1, page < 0 ? 0 : 1);
  put8(cdb, at + 2, page < 0 ? 0 : page);
  bePut16(cdb, at + 3, allocation);
  return 6;
}

export function putReadCapacity10(cdb: Uint8Array, at: number): number {
  fillBytes(cdb, at, 10, 0);
  put8(cdb, at, SCSIOP_READ_CAPACITY);
  return 10;
}

/** READ(10), WRITE(10) or SYNCHRONIZE CACHE(10): first block and number of blocks (up to 65535). */
export function putCdb10(cdb: Uint8Array, at: number, opcode: number, lba: number, blocks: number): number {
  fillBytes(cdb, at, 10, 0);
  put8(cdb, at, opcode);
  bePut32(cdb, at + 2, lba);
  bePut16(cdb, at + 7, blocks);
  return 10;
}

export function putReportLuns(cdb: Uint8Array, at: number, allocation: number): number {
  fillBytes(cdb, at, 12, 0);
  put8(cdb, at, SCSIOP_REPORT_LUNS);
  bePut32(cdb, at + 6, allocation);
  return 12;
}

export function cdbOpcode(cdb: Uint8Array, at: number): number {
  return get8(cdb, at);
}

/** First block of a ten-byte command. */
export function cdbLba(cdb: Uint8Array, at: number): number {
  return beGet32(cdb, at + 2);
}

/** Number of blocks of a ten-byte command; 0 transfers none. */
export function cdbBlocks(cdb: Uint8Array, at: number): number {
  return beGet16(cdb, at + 7);
}

/** How many bytes the initiator has room for: INQUIRY, REQUEST SENSE, REPORT LUNS; 8 for READ CAPACITY(10). */
export function cdbAllocation(cdb: Uint8Array, at: number): number {
  switch (get8(cdb, at)) {
    case SCSIOP_INQUIRY: return beGet16(cdb, at + 3);
    case SCSIOP_REQUEST_SENSE: return get8(cdb, at + 4);
    case SCSIOP_REPORT_LUNS: return beGet32(cdb, at + 6);
    case SCSIOP_READ_CAPACITY: return 8;
    default: return 0;
  }
}

/** Page asked for by INQUIRY, or -1 for the standard data. */
export function inquiryPage(cdb: Uint8Array, at: number): number {
  return (get8(cdb, at + 1) & 1) === 0 ? -1 : get8(cdb, at + 2);
}

// --- data

export const INQUIRY_BYTES = 36;

/** Standard INQUIRY data of a Hyper-V virtual disk, the 36 bytes every target must give. OVM scsidisk inquiry.rs. [STOR-7] */
export function putInquiryData(bytes: Uint8Array, at: number): number {
  fillBytes(bytes, at, INQUIRY_BYTES, 0);
  put8(bytes, at + 2, 5); // SPC-3
  put8(bytes, at + 3, 2); // response data format of SPC-3
  put8(bytes, at + 4, INQUIRY_BYTES - 5); // additional length
  putAscii(bytes, at + 8, 8, 'Msft', 0x20);
  putAscii(bytes, at + 16, 16, 'Virtual Disk', 0x20);
  putAscii(bytes, at + 32, 4, '1.0', 0x20);
  return INQUIRY_BYTES;
}

export const CAPACITY_BYTES = 8;

/** READ CAPACITY(10) data: the last block (all ones when it does not fit) and the block size. SBC-2 §5.11. */
export function putCapacityData(bytes: Uint8Array, at: number, blocks: number, blockBytes: number): number {
  bePut32(bytes, at, Math.min(blocks - 1, 0xffff_ffff));
  bePut32(bytes, at + 4, blockBytes);
  return CAPACITY_BYTES;
}

export function capacityBlocks(bytes: Uint8Array, at: number): number {
  return beGet32(bytes, at) + 1;
}

export function capacityBlockBytes(bytes: Uint8Array, at: number): number {
  return beGet32(bytes, at + 4);
}

/** REPORT LUNS data for one logical unit, 0: list length 8, reserved, an entry of zeros. */
export function putLunList(bytes: Uint8Array, at: number): number {
  fillBytes(bytes, at, 16, 0);
  bePut32(bytes, at, 8);
  return 16;
}

// --- sense. SPC-3 §4.5. [STOR-6]

export const SENSE_FIXED_BYTES = 18;

export const SENSE_NO_SENSE = 0;
export const SENSE_NOT_READY = 2;
export const SENSE_MEDIUM_ERROR = 3;
export const SENSE_ILLEGAL_REQUEST = 5;
export const SENSE_UNIT_ATTENTION = 6;
export const SENSE_DATA_PROTECT = 7;

export const senseKeyNames: Readonly<Record<number, string>> = {
  0: 'NO SENSE', 1: 'RECOVERED ERROR', 2: 'NOT READY', 3: 'MEDIUM ERROR', 4: 'HARDWARE ERROR', 5: 'ILLEGAL REQUEST', 6: 'UNIT ATTENTION',
  7: 'DATA PROTECT', 0xb: 'ABORTED COMMAND',
};

/** ASC << 8 | ASCQ. */
export const ASC_INVALID_OPCODE = 0x2000;
export const ASC_LBA_OUT_OF_RANGE = 0x2100;
export const ASC_INVALID_FIELD_IN_CDB = 0x2400;
export const ASC_INVALID_LUN = 0x2500;
export const ASC_WRITE_PROTECTED = 0x2700;
export const ASC_SPACE_ALLOCATION_FAILED = 0x2707;
export const ASC_NO_MEDIUM = 0x3a00;
export const ASC_UNRECOVERED_READ = 0x1100;
export const ASC_WRITE_ERROR = 0x0c00;

export const ascNames: Readonly<Record<number, string>> = {
  0x0000: 'no additional sense', 0x0c00: 'write error', 0x1100: 'unrecovered read error', 0x2000: 'invalid command operation code',
  0x2100: 'logical block address out of range', 0x2400: 'invalid field in CDB', 0x2500: 'logical unit not supported', 0x2a09: 'capacity data has changed',
  0x2700: 'write protected', 0x2707: 'space allocation failed write protect', 0x3a00: 'medium not present',
};

/** Fixed-format sense data: 18 bytes. `asc` is ASC << 8 | ASCQ. */
export function putFixedSense(bytes: Uint8Array, at: number, key: number, asc: number): number {
  fillBytes(bytes, at, SENSE_FIXED_BYTES, 0);
  put8(bytes, at, 0x70);
  put8(bytes, at + 2, key);
  put8(bytes, at + 7, 0x0a);
  bePut16(bytes, at + 12, asc);
  return SENSE_FIXED_BYTES;
}

export function senseKey(bytes: Uint8Array, at: number): number {
  return get8(bytes, at + 2) & 0x0f;
}

export function senseAsc(bytes: Uint8Array, at: number): number {
  return beGet16(bytes, at + 12);
}

/** 'ILLEGAL REQUEST: logical block address out of range'. */
export function senseText(bytes: Uint8Array, at: number): string {
  const key = senseKey(bytes, at);
  const asc = senseAsc(bytes, at);
  return `${senseKeyNames[key] ?? `sense key ${key}`}: ${ascNames[asc] ?? `ASC/ASCQ 0x${asc.toString(16).toUpperCase().padStart(4, '0')}`}`;
}

// --- statuses. SAM-3; Windows srb.h as OVM srb.rs gives it.

export const SCSISTAT_GOOD = 0x00;
export const SCSISTAT_CHECK_CONDITION = 0x02;
export const SCSISTAT_BUSY = 0x08;

export const scsiStatusNames: Readonly<Record<number, string>> = {
  0x00: 'GOOD', 0x02: 'CHECK CONDITION', 0x08: 'BUSY', 0x18: 'RESERVATION CONFLICT', 0x28: 'QUEUE FULL',
};

export const SRB_STATUS_PENDING = 0x00;
export const SRB_STATUS_SUCCESS = 0x01;
export const SRB_STATUS_ABORTED = 0x02;
export const SRB_STATUS_ERROR = 0x04;
export const SRB_STATUS_BUSY = 0x05;
export const SRB_STATUS_INVALID_REQUEST = 0x06;
export const SRB_STATUS_NO_DEVICE = 0x08;
export const SRB_STATUS_DATA_OVERRUN = 0x12;
export const SRB_STATUS_INVALID_LUN = 0x20;
export const SRB_STATUS_INVALID_TARGET_ID = 0x21;
/** Flags beside the six status bits. */
export const SRB_STATUS_QUEUE_FROZEN = 0x40;
export const SRB_STATUS_AUTOSENSE_VALID = 0x80;

export const srbStatusNames: Readonly<Record<number, string>> = {
  0x00: 'SRB_STATUS_PENDING', 0x01: 'SRB_STATUS_SUCCESS', 0x02: 'SRB_STATUS_ABORTED', 0x04: 'SRB_STATUS_ERROR', 0x05: 'SRB_STATUS_BUSY',
  0x06: 'SRB_STATUS_INVALID_REQUEST', 0x08: 'SRB_STATUS_NO_DEVICE', 0x12: 'SRB_STATUS_DATA_OVERRUN', 0x20: 'SRB_STATUS_INVALID_LUN',
  0x21: 'SRB_STATUS_INVALID_TARGET_ID',
};

/** The name of the six status bits. */
export function srbStatusName(status: number): string {
  const code = status & 0x3f;
  return srbStatusNames[code] ?? `SRB status 0x${code.toString(16).toUpperCase()}`;
}
