/** Layouts of VMBus control messages per era, and of the interrupt page. Source: L09 ChannelMessages.h; LNX hyperv.h. */
import type { Era } from './eras.ts';
import { allEras, before2012, from2008r2, only2008, only2012 } from './eras.ts';
import type { Field, Layout, Status } from './layout.ts';
import { bitsField, field, run } from './layout.ts';
import { channelMessageNames } from './vmbus.ts';

const L09 = 'L09 ChannelMessages.h';
const LNX = 'LNX hyperv.h; OVM protocol.rs';

function message(id: string, title: string, size: number | 'variable', eras: readonly Era[], source: string, body: readonly Field[], status: Status = 'documented'): Layout {
  const header = [field('MessageType', 0, 'u32', { values: channelMessageNames }), field('Padding', 4, 'u32')];
  return { id: `vmbus.${id}`, title, size, eras, source, status, fields: [...header, ...body] };
}

const relid = field('ChildRelId', 8, 'u32', 'number of the channel on this connection');
const gpadl = field('Gpadl', 12, 'u32', 'handle chosen by the guest');
const ok = { 0: 'success', 0x8000_ffff: 'failed' };

const offerFlags = bitsField('ChannelFlags', 56, 2, [
  ['EnumerateDeviceInterface', 0, 1], ['SupportsTransferPages', 1, 1], ['SupportsGpadls', 2, 1], ['NamedPipeMode', 4, 1], ['LoopbackOffer', 8, 1],
  ['ParentOffer', 9, 1], ['RequestMonitoredNotification', 10, 1],
]);
const offerStart = [field('InterfaceType', 8, 'guid', 'device class'), field('InterfaceInstance', 24, 'guid', 'this device')];
const offerMiddle = [offerFlags, field('MmioMegabytes', 58, 'u16'), run('UserDefined', 60, 120)];
const offerOld = [field('InterruptLatencyIn100nsUnits', 40, 'u64'), field('InterfaceRevision', 48, 'u32'), field('ServerContextAreaSize', 52, 'u32')];
const offerEnd = [field('ChildRelId', 184, 'u32'), field('MonitorId', 188, 'u8', { values: { 0xff: 'none' } }), field('MonitorAllocated', 189, 'u8')];
const offerSignal = [bitsField('is_dedicated_interrupt', 190, 2, [['dedicated', 0, 1]]), field('connection_id', 192, 'u32')];

const contactPages = [field('InterruptPage', 16, 'u64', 'guest-physical address'), field('MonitorPage1', 24, 'u64', 'parent to child'), field('MonitorPage2', 32, 'u64', 'child to parent')];

export const vmbusLayouts: readonly Layout[] = [
  message('offer.0.13', 'OfferChannel, VMBus 0.13', 190, only2008, `${L09}, VmbusChannelInterface.h`, [
    ...offerStart, ...offerOld, ...offerMiddle, run('Padding2', 180, 4), ...offerEnd,
  ]),
  message('offer.1.1', 'OfferChannel, VMBus 1.1', 196, ['ws2008r2'], `${L09}; LNX hyperv.h`, [
    ...offerStart, ...offerOld, ...offerMiddle, run('Padding2', 180, 4), ...offerEnd, ...offerSignal,
  ]),
  message('offer.2.4', 'OfferChannel, VMBus 2.4', 196, only2012, LNX, [
    ...offerStart, run('reserved', 40, 16), ...offerMiddle, field('sub_channel_index', 180, 'u16'), field('reserved3', 182, 'u16'), ...offerEnd, ...offerSignal,
  ]),
  message('rescind', 'RescindChannelOffer', 12, allEras, L09, [relid]),
  message('bare', 'RequestOffers, AllOffersDelivered, Unload', 8, allEras, L09, []),
  message('unload-response', 'UnloadResponse', 8, from2008r2, LNX, []),
  message('open.0.13', 'OpenChannel, VMBus 0.13 and 1.1', 148, before2012, `${L09}, Channel.c`, [
    relid, field('OpenId', 12, 'u32'), field('RingBufferGpadlHandle', 16, 'u32'), field('ServerContextAreaGpadlHandle', 20, 'u32'),
    field('DownstreamRingBufferPageOffset', 24, 'u32', 'page at which the ring to the guest begins'), run('UserData', 28, 120),
  ]),
  message('open.2.4', 'OpenChannel, VMBus 2.4', 148, only2012, LNX, [
    relid, field('openid', 12, 'u32'), field('ringbuffer_gpadlhandle', 16, 'u32'), field('target_vp', 20, 'u32'),
    field('downstream_ringbuffer_pageoffset', 24, 'u32', 'page at which the ring to the guest begins'), run('userdata', 28, 120),
  ]),
  message('open-result', 'OpenChannelResult', 20, allEras, L09, [relid, field('OpenId', 12, 'u32'), field('Status', 16, 'u32', { values: ok })]),
  message('close', 'CloseChannel', 12, allEras, L09, [relid]),
  message('gpadl-header', 'GpadlHeader, one range', 'variable', allEras, L09, [
    relid, gpadl, field('RangeBufLen', 16, 'u16', 'bytes of all ranges'), field('RangeCount', 18, 'u16'),
    field('ByteCount', 20, 'u32'), field('ByteOffset', 24, 'u32'), field('PfnArray', 28, 'u64', { repeat: 8 }),
  ]),
  message('gpadl-body', 'GpadlBody', 'variable', allEras, L09, [field('MessageNumber', 8, 'u32'), gpadl, field('Pfn', 16, 'u64', { repeat: 8 })]),
  message('gpadl-created', 'GpadlCreated', 20, allEras, L09, [relid, gpadl, field('CreationStatus', 16, 'u32', { values: ok })]),
  message('gpadl-teardown', 'GpadlTeardown', 16, allEras, L09, [relid, gpadl]),
  message('gpadl-torndown', 'GpadlTorndown', 12, allEras, L09, [field('Gpadl', 8, 'u32')]),
  message('relid-released', 'RelIdReleased', 12, allEras, L09, [relid]),
  message('contact.0.13', 'InitiateContact, VMBus 0.13 and 1.1', 40, before2012, L09, [field('VMBusVersionRequested', 8, 'u32'), field('Padding2', 12, 'u32'), ...contactPages]),
  message('contact.2.4', 'InitiateContact, VMBus 2.4', 40, only2012, LNX, [field('vmbus_version_requested', 8, 'u32'), field('target_vcpu', 12, 'u32', 'VP 0 before 3.0'), ...contactPages]),
  message('version-response.0.13', 'VersionResponse, VMBus 0.13', 9, only2008, L09, [field('VersionSupported', 8, 'u8')]),
  message('version-response.1.1', 'VersionResponse, VMBus 1.1', 9, ['ws2008r2'], `${L09} (size taken over from 0.13)`, [field('VersionSupported', 8, 'u8')], 'inferred'),
  message('version-response.2.4', 'VersionResponse, VMBus 2.4', 16, only2012, LNX, [
    field('version_supported', 8, 'u8'), field('connection_state', 9, 'u8', { values: { 0: 'success', 1: 'failed, low resources', 2: 'failed' } }),
    field('padding', 10, 'u16'), field('selected_version', 12, 'u32'),
  ]),
  {
    id: 'vmbus.interrupt-page', title: 'Interrupt page', size: 4096, eras: before2012, source: 'L09 Connection.c, Vmbus.c', status: 'documented',
    fields: [run('RecvInterruptPage', 0, 2048, 'bytes', 'one bit per relid, set for the guest'), run('SendInterruptPage', 2048, 2048, 'bytes', 'one bit per relid, set by the guest')],
  },
];

/** Id of the layout of a message type in the era, or '' for types the era does not know. */
export function channelMessageLayout(type: number, era: Era): string {
  const old = era !== 'ws2012';
  const version = era === 'ws2008' ? '0.13' : era === 'ws2008r2' ? '1.1' : '2.4';
  const ids: readonly string[] = [
    '', `offer.${version}`, 'rescind', 'bare', 'bare', old ? 'open.0.13' : 'open.2.4', 'open-result', 'close', 'gpadl-header', 'gpadl-body', 'gpadl-created',
    'gpadl-teardown', 'gpadl-torndown', 'relid-released', old ? 'contact.0.13' : 'contact.2.4', `version-response.${version}`, 'bare',
    era === 'ws2008' ? '' : 'unload-response',
  ];
  const id = ids[type] ?? '';
  return id === '' ? '' : `vmbus.${id}`;
}
