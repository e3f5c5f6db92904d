import { describe, expect, it } from 'vitest';
import {
  BEGIN_INITIALIZATION, CDB_AT, DATA_FROM_DEVICE, DATA_NONE, EXECUTE_SRB, MAX_TRANSFER_BYTES, operation, packetRefusal, packetStatus, propertiesFlags, propertiesMaxTransfer,
  propertiesPath, propertiesTarget, putComplete, putCompleteSrb, putExecuteSrb, putOperation, putProperties, putQueryProperties, putQueryVersion, queriedVersion, requestCdbLength,
  requestDirection, requestLun, requestSenseLength, scsiStatus, SENSE_AT, srbStatus, statusOfSrb, STORAGE_REVISION_MISMATCH, storagePacketBytes, storageVersion, transferLength,
} from '../../devices/storage/protocol.ts';
import { bytesOfHex, get16, get32, hexOf } from '../../wire/bytes.ts';
import { eras } from '../../wire/eras.ts';
import { putGpaDirect } from '../../wire/gpa-direct.ts';
import { decode } from '../../wire/layout.ts';
import { layoutById } from '../../wire/layouts.ts';
import { FOOTER_BYTES, newPacketHeader, PACKET_COMPLETION, PACKET_GPA_DIRECT, peekPacket, putPacket, writeIndex } from '../../wire/ring.ts';
import {
  ASC_LBA_OUT_OF_RANGE, capacityBlockBytes, capacityBlocks, cdbAllocation, cdbBlocks, cdbBytes, cdbLba, cdbOpcode, inquiryPage, putCapacityData, putCdb10, putCdb6, putFixedSense,
  putInquiry, putInquiryData, putLunList, putReadCapacity10, putReportLuns, SCSIOP_READ, SCSIOP_REQUEST_SENSE, SCSIOP_TEST_UNIT_READY, SCSIOP_WRITE, SENSE_ILLEGAL_REQUEST, senseAsc,
  senseKey, senseText, srbStatusName,
} from '../../wire/scsi.ts';

const cdb = new Uint8Array(16);

/** READ(10) of 8 blocks from 0x1000 into page 0x2345, on an empty ring of 4 KiB. */
function readOnRing(era: 'ws2008' | 'ws2012', transId: number): { pages: Uint8Array[]; packet: Uint8Array } {
  const pages = [new Uint8Array(4096), new Uint8Array(4096)];
  const packet = new Uint8Array(64);
  const ext = new Uint8Array(32);
  const cdbLength = putCdb10(cdb, 0, SCSIOP_READ, 0x1000, 8);
  const length = putExecuteSrb(packet, era, 0, 0, 0, 0, cdb, cdbLength, DATA_FROM_DEVICE, 0x1000);
  putPacket(pages, PACKET_GPA_DIRECT, 1, transId, 0, ext, putGpaDirect(ext, 0x1000, 0, [0x2345]), packet, length);
  return { pages, packet };
}

describe('storage packets', () => {
  it('[STOR-2] READ(10) from 5.1 on, byte for byte', () => {
    const { pages } = readOnRing('ws2012', 6);
    expect(hexOf(pages[1]!, 0, 0x70)).toBe(hexOf(bytesOfHex(`09 00 05 00 0d 00 01 00 06 00 00 00 00 00 00 00
      00 00 00 00 01 00 00 00 00 10 00 00 00 00 00 00  45 23 00 00 00 00 00 00 03 00 00 00 01 00 00 00
      00 00 00 00 34 00 00 00 00 00 00 00 0a 14 01 00  00 10 00 00 28 00 00 00 10 00 00 00 08 00 00 00
      00 00 00 00 00 00 00 00 00 00 ff 20 4a 01 00 00  3c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`)));
    expect(writeIndex(pages)).toBe(0x70);
  });

  it('[STOR-1] [STOR-2] [STOR-3] READ(10) in 2.0 takes 88 bytes and 96 with its footer', () => {
    const { pages } = readOnRing('ws2008', 0x1234_5640);
    const header = newPacketHeader();
    expect(peekPacket(pages, header)).toBe(0);
    expect([header.totalBytes, header.payloadBytes, get16(pages[1]!, 2), get16(pages[1]!, 4), writeIndex(pages)]).toEqual([88, 48, 5, 0x0b, 88 + FOOTER_BYTES]);
    expect(hexOf(pages[1]!, 0x28, 48)).toBe(hexOf(bytesOfHex(`03 00 00 00 01 00 00 00 00 00 00 00
      24 00 00 00 00 00 00 00 0a 12 01 00 00 10 00 00  28 00 00 00 10 00 00 00 08 00 00 00 00 00 00 00 00 00 00 00`)));
  });

  it('[STOR-3] [STOR-4] a completion in 2.0 takes 64 bytes and 72 with its footer', () => {
    const pages = [new Uint8Array(4096), new Uint8Array(4096)];
    const packet = new Uint8Array(64).fill(0xee);
    const length = putCompleteSrb(packet, 'ws2008', 0, 1, 0, 0x1000, null, 0);
    putPacket(pages, PACKET_COMPLETION, 0, 6, 0, null, 0, packet, length);
    expect([get16(pages[1]!, 4), writeIndex(pages)]).toEqual([8, 72]);
    expect([srbStatus(packet), scsiStatus(packet), transferLength(packet), requestSenseLength(packet)]).toEqual([1, 0, 0x1000, 0x12]);
    expect(packet[48]).toBe(0xee);
  });

  it('[STOR-4] a completion from 5.1 on, byte for byte, and one with sense data', () => {
    const packet = new Uint8Array(64);
    putCompleteSrb(packet, 'ws2012', 0, 1, 0, 0x1000, null, 0);
    expect(hexOf(packet, 0, 32)).toBe(hexOf(bytesOfHex('01 00 00 00 00 00 00 00 00 00 00 00 34 00 01 00 00 00 00 00 10 14 00 00 00 10 00 00 00 00 00 00')));
    const sense = new Uint8Array(18);
    putFixedSense(sense, 0, SENSE_ILLEGAL_REQUEST, ASC_LBA_OUT_OF_RANGE);
    for (const era of eras) {
      putCompleteSrb(packet, era, 0xc000_0185, 0x84, 2, 0, sense, 18);
      expect([packetStatus(packet), srbStatusName(srbStatus(packet)), senseText(packet, SENSE_AT)]).toEqual([
        0xc000_0185, 'SRB_STATUS_ERROR', 'ILLEGAL REQUEST: logical block address out of range',
      ]);
    }
  });

  it('[STOR-4] the NT status of a completion follows from the SRB status', () => {
    const seen = [0x01, 0x81, 0x12, 0x20, 0x21, 0x08, 0x05, 0x02, 0x04, 0x84, 0x06, 0x86].map((srb) => statusOfSrb(srb).toString(16));
    expect(seen).toEqual(['0', '0', '80000005', 'c00000c0', 'c00000c0', 'c00000c0', '80000011', 'c0000120', 'c0000185', 'c0000185', 'c0000185', 'c0000185']);
  });

  it('[STOR-1] every writer fills the packet of its era and nothing behind it', () => {
    for (const era of eras) {
      const n = storagePacketBytes(era);
      expect(n).toBe(era === 'ws2012' ? 64 : 48);
      const writers: ((b: Uint8Array) => number)[] = [
        (b) => putOperation(b, era, BEGIN_INITIALIZATION), (b) => putQueryVersion(b, era, storageVersion(era)), (b) => putQueryProperties(b, era, 1),
        (b) => putExecuteSrb(b, era, 0, 0, 0, 3, cdb, 6, DATA_NONE, 0), (b) => putComplete(b, era, STORAGE_REVISION_MISMATCH),
        (b) => putCompleteSrb(b, era, 0, 1, 0, 0, null, 0), (b) => putProperties(b, era, 0, 0, 0, 0, MAX_TRANSFER_BYTES, 5),
      ];
      for (const write of writers) {
        const b = new Uint8Array(80).fill(0xee);
        expect(write(b)).toBe(n);
        expect(b.subarray(n).every((x) => x === 0xee)).toBe(true);
        for (const f of decode(layoutById(era === 'ws2012' ? 'storage.srb.5.1' : 'storage.srb.2.0')!, b.subarray(0, n))) expect(f.missing).toBe(false);
      }
    }
    expect(eras.map(storageVersion)).toEqual([0x0200, 0x0402, 0x0501]);
  });

  it('[STOR-5] properties name path, target and unique id before 5.1, and the largest transfer always', () => {
    const b = new Uint8Array(64);
    putProperties(b, 'ws2008', 1, 2, 3, 2, MAX_TRANSFER_BYTES, 0x1_0000_0007);
    expect(hexOf(b, 0, 40)).toBe('0100000000000000' + '00000000' + '00020102' + '03000000' + '02000000' + '00000400' + '0700000001000000' + '00000000');
    expect([propertiesPath(b), propertiesTarget(b), propertiesFlags(b), propertiesMaxTransfer(b)]).toEqual([1, 2, 2, 0x4_0000]);
    putProperties(b, 'ws2012', 1, 2, 3, 1, MAX_TRANSFER_BYTES, 9);
    expect([hexOf(b, 12, 24), propertiesMaxTransfer(b)]).toEqual(['0000000000000000' + '0100000000000400' + '0000000000000000', 0x4_0000]);
    putQueryVersion(b, 'ws2008', 0x0200);
    expect([operation(b), queriedVersion(b)]).toEqual([9, 0x0200]);
  });

  it('[STOR-8] a guest may send what asks for something, and sub-channels from 5.1 on', () => {
    const b = new Uint8Array(64);
    const sent = (era: (typeof eras)[number]): number[] => Array.from({ length: 16 }, (_, op) => op).filter((op) => {
      putExecuteSrb(b, era, 0, 0, 0, 0, cdb, 10, DATA_FROM_DEVICE, 512);
      b[0] = op;
      return packetRefusal(b, storagePacketBytes(era), era) === 0;
    });
    const always = [3, 4, 5, 6, 7, 8, 9, 10];
    expect(eras.map(sent)).toEqual([always, always, [...always, 13]]);
    const named = (id: string): string => decode(layoutById(id)!, bytesOfHex('0b'.padEnd(128, '0')))[0]!.value;
    expect([named('storage.bare.2.0'), named('storage.bare.5.1')]).toEqual(['ENUMERATE_BUS (0xB)', 'ENUMERATE_BUS (0xB)']);
    const last = (id: string): number => Math.max(...Object.keys(layoutById(id)!.fields[0]!.values!).map(Number));
    expect([last('storage.srb.2.0'), last('storage.srb.5.1')]).toEqual([11, 14]);
  });

  it('[STORVSC-1] the revision of QUERY_PROTOCOL_VERSION is that of the header of 2009 in 2.0, and 0 since', () => {
    const b = new Uint8Array(64);
    expect(eras.map((era) => {
      putQueryVersion(b, era, storageVersion(era));
      return get16(b, 14);
    })).toEqual([6, 0, 0]);
  });

  it('[STOR-1] refuses packets a VSP must not act on', () => {
    const b = new Uint8Array(64);
    putExecuteSrb(b, 'ws2008', 0, 0, 0, 5, cdb, 10, DATA_FROM_DEVICE, 512);
    expect([operation(b), requestLun(b), requestCdbLength(b), requestDirection(b), packetRefusal(b, 48, 'ws2008')]).toEqual([EXECUTE_SRB, 5, 10, 1, 0]);
    expect([packetRefusal(b, 47, 'ws2008'), packetRefusal(b, 64, 'ws2012')]).toEqual(['too-short', 'request-length']);
    const changed = (at: number, byte: number): string | 0 => packetRefusal(b.map((x, i) => (i === at ? byte : x)), 48, 'ws2008');
    expect([changed(0, 0), changed(0, 11), changed(1, 1), changed(20, 0), changed(20, 17), changed(12, 0x34)]).toEqual([
      'unknown-operation', 'unknown-operation', 'unknown-operation', 'cdb-length', 'cdb-length', 'request-length',
    ]);
  });
});

describe('SCSI', () => {
  it('[STOR-6] CDBs and data, big-endian', () => {
    const b = new Uint8Array(36);
    expect([putCdb10(b, 0, SCSIOP_WRITE, 0x0102_0304, 0x0506), hexOf(b, 0, 10)]).toEqual([10, '2a000102030400050600']);
    expect([cdbOpcode(b, 0), cdbLba(b, 0), cdbBlocks(b, 0)]).toEqual([0x2a, 0x0102_0304, 0x0506]);
    expect([putCdb6(b, 0, SCSIOP_TEST_UNIT_READY, 0), hexOf(b, 0, 6)]).toEqual([6, '000000000000']);
    expect([putCdb6(b, 0, SCSIOP_REQUEST_SENSE, 18), cdbAllocation(b, 0)]).toEqual([6, 18]);
    expect([putInquiry(b, 0, -1, 36), hexOf(b, 0, 6), inquiryPage(b, 0), cdbAllocation(b, 0)]).toEqual([6, '120000002400', -1, 36]);
    expect([putInquiry(b, 0, 0x83, 255), inquiryPage(b, 0)]).toEqual([6, 0x83]);
    expect([putReadCapacity10(b, 0), cdbAllocation(b, 0)]).toEqual([10, 8]);
    expect([putReportLuns(b, 0, 16), cdbAllocation(b, 0)]).toEqual([12, 16]);
    expect([0x00, 0x12, 0x28, 0x5a, 0x88, 0xa0].map(cdbBytes)).toEqual([6, 6, 10, 10, 16, 12]);
    expect([putCapacityData(b, 0, 65536, 512), hexOf(b, 0, 8), capacityBlocks(b, 0), capacityBlockBytes(b, 0)]).toEqual([8, '0000ffff00000200', 65536, 512]);
    expect([putLunList(b, 0), hexOf(b, 0, 16)]).toEqual([16, '00000008000000000000000000000000']);
  });

  it('[STOR-6] fixed-format sense, byte for byte', () => {
    const b = new Uint8Array(18).fill(0xee);
    expect(putFixedSense(b, 0, SENSE_ILLEGAL_REQUEST, 0x2500)).toBe(18);
    expect([hexOf(b), senseKey(b, 0), senseAsc(b, 0)]).toEqual(['70000500000000' + '0a' + '00000000' + '2500' + '00000000', 5, 0x2500]);
  });

  it('[STOR-7] INQUIRY names a virtual disk of Msft', () => {
    const b = new Uint8Array(36);
    putInquiryData(b, 0);
    const data = Object.fromEntries(decode(layoutById('storage.inquiry-data')!, b).map((f) => [f.name, f.value]));
    expect(data).toMatchObject({ Version: 'SPC-3 (5)', VendorId: "'Msft    '", ProductId: "'Virtual Disk    '", ProductRevisionLevel: "'1.0 '", AdditionalLength: '0x1F (31)' });
    expect([get32(b, 0) & 0xff, CDB_AT]).toEqual([0, 28]);
  });
});
