/** Layouts of storage packets per era, and of CDBs, capacity, INQUIRY and sense data. */
import type { Era } from './eras.ts';
import { allEras, before2012, only2012 } from './eras.ts';
import type { Field, Layout } from './layout.ts';
import { bitsField, field, run } from './layout.ts';
import { ascNames, scsiOpNames, scsiStatusNames, senseKeyNames } from './scsi.ts';

/** 1 to 10 in 2.0; 11 came with 4.2, the others with 5.1 and later. [STOR-8] */
const oldOperations = {
  1: 'COMPLETE_IO', 2: 'REMOVE_DEVICE', 3: 'EXECUTE_SRB', 4: 'RESET_LUN', 5: 'RESET_ADAPTER', 6: 'RESET_BUS', 7: 'BEGIN_INITIALIZATION',
  8: 'END_INITIALIZATION', 9: 'QUERY_PROTOCOL_VERSION', 10: 'QUERY_PROPERTIES', 11: 'ENUMERATE_BUS',
};
const operations = { ...oldOperations, 12: 'FC_HBA_DATA', 13: 'CREATE_SUB_CHANNELS', 14: 'EVENT_NOTIFICATION' };
const OLD = 'L09 vstorage.h';
const NEW = 'LNX storvsc_drv.c; OVM storvsp_protocol';

const headOf = (names: Readonly<Record<number, string>>): readonly Field[] => [
  field('Operation', 0, 'u32', { values: names }),
  bitsField('Flags', 4, 4, [['REQUEST_COMPLETION_FLAG', 0, 1]]),
  field('Status', 8, 'u32', 'NT status, set by the VSP'),
];
const oldHead = headOf(oldOperations);
const head = headOf(operations);

const request: readonly Field[] = [
  field('Length', 12, 'u16'),
  bitsField('SrbStatus', 14, 1, [['Status', 0, 6], ['QueueFrozen', 6, 1], ['AutosenseValid', 7, 1]]),
  field('ScsiStatus', 15, 'u8', { values: scsiStatusNames }),
  field('PortNumber', 16, 'u8'), field('PathId', 17, 'u8'), field('TargetId', 18, 'u8'), field('Lun', 19, 'u8'),
  field('CdbLength', 20, 'u8'), field('SenseInfoLength', 21, 'u8'),
  field('DataIn', 22, 'u8', { values: { 0: 'to device', 1: 'from device', 2: 'none' } }), field('Reserved', 23, 'u8'),
  field('DataTransferLength', 24, 'u32'),
];

/** The union of a packet with a SCSI request: its command on the way there, sense data on the way back. */
const asked = { at: 0, is: [3] };
const answered = { at: 0, is: [1] };
const command: readonly Field[] = [
  run('Cdb', 28, 16, 'bytes', { when: asked, doc: 'the command, in a request' }),
  field('Opcode', 28, 'u8', { values: scsiOpNames, when: asked }),
];

function layout(id: string, title: string, size: number, source: string, fields: readonly Field[], eras: readonly Era[] = allEras): Layout {
  return { id: `storage.${id}`, title, size, eras, source, status: 'documented', fields };
}

const CDB = 'SPC-3; SBC-2';
const op = field('OperationCode', 0, 'u8', { values: scsiOpNames });

export const storageLayouts: readonly Layout[] = [
  layout('srb.2.0', 'Storage packet with a SCSI request, versions 2.0 and 4.2', 48, OLD, [...oldHead, ...request, ...command, run('SenseData', 28, 18, 'bytes', { when: answered, doc: 'in a completion' }), run('Padding', 46, 2)], before2012),
  layout('srb.5.1', 'Storage packet with a SCSI request, version 5.1', 64, NEW, [
    ...head, ...request, ...command, run('SenseData', 28, 20, 'bytes', { when: answered, doc: 'in a completion' }), field('reserve', 48, 'u16'), field('queue_tag', 50, 'u8'), field('queue_action', 51, 'u8'),
    bitsField('srb_flags', 52, 4, [['QUEUE_ACTION_ENABLE', 1, 1], ['DISABLE_SYNCH_TRANSFER', 3, 1], ['DATA_IN', 6, 1], ['DATA_OUT', 7, 1], ['NO_QUEUE_FREEZE', 8, 1]]),
    field('time_out_value', 56, 'u32', 'seconds'), field('queue_sort_key', 60, 'u32'),
  ], only2012),
  layout('bare.2.0', 'Storage packet without a body, 48 bytes', 48, OLD, [...oldHead, run('Unused', 12, 36)], before2012),
  layout('bare.5.1', 'Storage packet without a body, 64 bytes', 64, NEW, [...head, run('unused', 12, 52)], only2012),
  layout('version.2.0', 'Storage packet with a version, 48 bytes', 48, OLD, [...oldHead, field('MajorMinor', 12, 'u16', 'major << 8 | minor'), field('Revision', 14, 'u16'), run('Unused', 16, 32)], before2012),
  layout('version.5.1', 'Storage packet with a version, 64 bytes', 64, NEW, [...head, field('major_minor', 12, 'u16', 'major << 8 | minor'), field('revision', 14, 'u16'), run('unused', 16, 48)], only2012),
  layout('properties.2.0', 'Storage packet with channel properties, versions 2.0 and 4.2', 48, OLD, [
    ...oldHead, field('ProtocolVersion', 12, 'u16'), field('PathId', 14, 'u8'), field('TargetId', 15, 'u8'), field('PortNumber', 16, 'u32'),
    bitsField('Flags', 20, 4, [['STORAGE_CHANNEL_REMOVABLE', 0, 1], ['STORAGE_CHANNEL_EMULATED_IDE', 1, 1]]), field('MaxTransferBytes', 24, 'u32'),
    field('UniqueId', 28, 'u64'), run('Unused', 36, 12),
  ], before2012),
  layout('properties.5.1', 'Storage packet with channel properties, version 5.1', 64, NEW, [
    ...head, field('reserved', 12, 'u32'), field('max_channel_cnt', 16, 'u16'), field('reserved1', 18, 'u16'),
    bitsField('flags', 20, 4, [['SUPPORTS_MULTI_CHANNEL', 0, 1]]), field('max_transfer_bytes', 24, 'u32'), field('reserved2', 28, 'u64'), run('unused', 36, 28),
  ], only2012),
  layout('cdb6', 'Six-byte command', 6, CDB, [op, run('Bytes1To3', 1, 3), field('AllocationLength', 4, 'u8'), field('Control', 5, 'u8')]),
  layout('inquiry', 'INQUIRY', 6, CDB, [op, bitsField('Flags', 1, 1, [['EVPD', 0, 1]]), field('PageCode', 2, 'u8'), field('AllocationLength', 3, 'be16'), field('Control', 5, 'u8')]),
  layout('cdb10', 'READ(10), WRITE(10), SYNCHRONIZE CACHE(10), READ CAPACITY(10)', 10, CDB, [
    op, bitsField('Flags', 1, 1, [['FUA', 3, 1], ['DPO', 4, 1]]), field('LogicalBlockAddress', 2, 'be32'), field('GroupNumber', 6, 'u8'), field('TransferLength', 7, 'be16', 'blocks'), field('Control', 9, 'u8'),
  ]),
  layout('report-luns', 'REPORT LUNS', 12, CDB, [op, field('Reserved1', 1, 'u8'), field('SelectReport', 2, 'u8'), run('Reserved2', 3, 3), field('AllocationLength', 6, 'be32'), field('Reserved3', 10, 'u8'), field('Control', 11, 'u8')]),
  layout('inquiry-data', 'Standard INQUIRY data', 36, 'SPC-3; OVM scsidisk inquiry.rs', [
    bitsField('Peripheral', 0, 1, [['DeviceType', 0, 5], ['Qualifier', 5, 3]]), bitsField('Removable', 1, 1, [['RMB', 7, 1]]), field('Version', 2, 'u8', { values: { 5: 'SPC-3' } }),
    field('ResponseDataFormat', 3, 'u8'), field('AdditionalLength', 4, 'u8'), run('Flags', 5, 3), run('VendorId', 8, 8, 'ascii'), run('ProductId', 16, 16, 'ascii'), run('ProductRevisionLevel', 32, 4, 'ascii'),
  ]),
  layout('capacity-data', 'READ CAPACITY(10) data', 8, 'SBC-2', [field('LastLogicalBlock', 0, 'be32'), field('BlockLength', 4, 'be32')]),
  layout('sense', 'Fixed-format sense data', 18, 'SPC-3', [
    bitsField('Response', 0, 1, [['ResponseCode', 0, 7], ['Valid', 7, 1]]), field('Obsolete', 1, 'u8'), field('SenseKey', 2, 'u8', { values: senseKeyNames }), run('Information', 3, 4),
    field('AdditionalSenseLength', 7, 'u8'), run('CommandSpecific', 8, 4), field('AdditionalSenseCode', 12, 'be16', { values: ascNames, doc: 'ASC and ASCQ' }), run('Rest', 14, 4),
  ]),
];
