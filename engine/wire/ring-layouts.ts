/** Layouts of a ring's header page and of the packets in it. */
import { allEras, before2012, only2012 } from './eras.ts';
import { bitsField, field, run } from './layout.ts';
import type { Layout } from './layout.ts';

/** VMBUS_PACKET_TYPE. Source: L09 VmbusPacketFormat.h. */
export const packetTypeNames: Readonly<Record<number, string>> = {
  0x0: 'Invalid', 0x1: 'Synch', 0x2: 'AddTransferPageSet', 0x3: 'RemoveTransferPageSet', 0x4: 'EstablishGpadl', 0x5: 'TearDownGpadl',
  0x6: 'DataInBand', 0x7: 'DataUsingTransferPages', 0x8: 'DataUsingGpadl', 0x9: 'DataUsingGpaDirect', 0xa: 'CancelRequest',
  0xb: 'Completion', 0xc: 'DataUsingAdditionalPackets', 0xd: 'AdditionalData',
};

const descriptor = [
  field('Type', 0, 'u16', { values: packetTypeNames }),
  field('DataOffset8', 2, 'u16', 'start of the payload in units of 8 bytes'),
  field('Length8', 4, 'u16', 'whole packet in units of 8 bytes, without the footer'),
  bitsField('Flags', 6, 2, [['CompletionRequested', 0, 1]]),
  field('TransactionId', 8, 'u64', 'chosen by the requester, opaque to the other side, repeated in the completion'),
];

export const ringLayouts: readonly Layout[] = [
  {
    id: 'ring.header', title: 'Ring header page (VMRCB)', size: 4096, eras: before2012,
    source: 'L09 RingBuffer.h, VmbusPacketFormat.h VMRCB', status: 'documented',
    fields: [
      field('WriteIndex', 0, 'u32', 'offset in the data area of the next byte to write; the writer owns it'),
      field('ReadIndex', 4, 'u32', 'offset of the next byte to read; the reader owns it'),
      field('InterruptMask', 8, 'u32', 'non-zero: the writer must not signal; the reader owns it'),
      { ...run('Reserved', 12, 4084), doc: 'zero: it fills the page, and nobody reads or writes it in this era; the data of the ring begin with the next page' },
    ],
  },
  {
    id: 'ring.header.2012', title: 'Ring header page with flow control', size: 4096, eras: only2012,
    source: 'LNX hyperv.h hv_ring_buffer; OVM vmbus_ring', status: 'documented',
    fields: [
      field('write_index', 0, 'u32', 'offset in the data area of the next byte to write; the writer owns it'),
      field('read_index', 4, 'u32', 'offset of the next byte to read; the reader owns it'),
      field('interrupt_mask', 8, 'u32', 'non-zero: the writer must not signal; the reader owns it'),
      field('pending_send_sz', 12, 'u32', 'bytes a blocked writer waits for; the writer owns it'),
      { ...run('reserved1', 16, 48), doc: 'zero' },
      bitsField('feature_bits', 64, 4, [['feat_pending_send_sz', 0, 1]]),
      { ...run('reserved2', 68, 4028), doc: 'zero: it fills the page; the data of the ring begin with the next one' },
    ],
  },
  {
    id: 'packet.descriptor', title: 'Packet descriptor (VMPACKET_DESCRIPTOR)', size: 16, eras: allEras,
    source: 'L09 VmbusPacketFormat.h', status: 'documented', fields: descriptor,
  },
  {
    id: 'packet.gpa-direct', title: 'GPA-direct packet (VMDATA_GPA_DIRECT), one range', size: 'variable', eras: allEras,
    source: 'L09 VmbusPacketFormat.h VMDATA_GPA_DIRECT, GPA_RANGE', status: 'documented',
    fields: [
      ...descriptor,
      field('Reserved', 16, 'u32', 'may hold anything'),
      field('RangeCount', 20, 'u32'),
      field('ByteCount', 24, 'u32', 'length of the buffer'),
      field('ByteOffset', 28, 'u32', 'where the buffer begins in its first page'),
      field('PfnArray', 32, 'u64', { repeat: 8, doc: 'guest page numbers of the buffer' }),
    ],
  },
  {
    id: 'packet.transfer-pages', title: 'Transfer-page packet', size: 'variable', eras: allEras,
    source: 'L09 VmbusPacketFormat.h VMTRANSFER_PAGE_PACKET_HEADER', status: 'documented',
    fields: [
      ...descriptor,
      field('TransferPageSetId', 16, 'u16'),
      field('SenderOwnsSet', 18, 'u8'),
      field('Reserved', 19, 'u8'),
      field('RangeCount', 20, 'u32'),
      field('ByteCount', 24, 'u32', { repeat: 8 }),
      field('ByteOffset', 28, 'u32', { repeat: 8 }),
    ],
  },
  {
    id: 'packet.footer', title: 'Packet footer', size: 8, eras: allEras,
    source: 'LNX hv_ringbuffer_write; OVM vmbus_ring Footer', status: 'documented',
    fields: [field('reserved', 0, 'u32'), field('offset', 4, 'u32', 'write index at which this packet began')],
  },
];
