/**
 * What changes from era to era, as a list for whoever chooses one: what it is, what holds in each era, where that is said and which
 * rules of `SPEC.md` it comes down to. What the engine knows as a number is held against this list by a test. [ERA-1]
 */
import type { Status } from '../sim/hop-kinds.ts';
import type { Era } from '../wire/eras.ts';

export interface EraChange {
  /** Unique, stable. */
  readonly id: string;
  readonly area: 'VMBus' | 'Signals' | 'Rings' | 'Storage' | 'Hypervisor' | 'Devices';
  readonly what: string;
  /** What holds in each era, in words. */
  readonly holds: Readonly<Record<Era, string>>;
  readonly because: string;
  readonly status: Status;
  /** Ids of `sources.ts` with a locator. */
  readonly sources: readonly string[];
  /** Rules of `SPEC.md`. */
  readonly rules: readonly string[];
}

/** How an era is called in words, and what came with it. */
export const eraTitles: Readonly<Record<Era, string>> = { ws2008: 'Windows Server 2008', ws2008r2: 'Windows Server 2008 R2', ws2012: 'Windows Server 2012' };

function holds(ws2008: string, ws2008r2: string, ws2012: string): EraChange['holds'] {
  return { ws2008, ws2008r2, ws2012 };
}

export const eraChanges: readonly EraChange[] = [
  {
    id: 'vmbus-version', area: 'VMBus', what: 'Version that is agreed', holds: holds('0.13', '1.1', '2.4'), status: 'documented', sources: ['LNX include/linux/hyperv.h', 'L09 ChannelMessages.h'], rules: ['VMBUS-14'],
    because: 'the guest asks for its newest version first and takes an older one when the root does not know it; so a guest may have older drivers than its root',
  },
  {
    id: 'version-response', area: 'VMBus', what: 'Answer to the first contact', holds: holds('9 bytes', '9 bytes', '16 bytes, with the state of the connection'), status: 'documented', sources: ['COR 2', 'LNX include/linux/hyperv.h'],
    rules: ['VMBUS-3', 'VMSG-3'], because: 'newer versions also say why a connection failed',
  },
  {
    id: 'offer', area: 'VMBus', what: 'Offer of a channel', holds: holds('190 bytes', '196 bytes, with a connection', '196 bytes, with a connection'), status: 'documented', sources: ['COR 1', 'LNX include/linux/hyperv.h'],
    rules: ['VMBUS-4', 'VMSG-2'], because: 'from 1.1 on the offer names the connection on which the guest signals this channel alone',
  },
  {
    id: 'open', area: 'VMBus', what: 'Word at byte 20 of OpenChannel', holds: holds('GPADL of the server context, 0', 'GPADL of the server context, 0', 'VP that takes the signals'), status: 'documented', sources: ['COR 2', 'LNX include/linux/hyperv.h'],
    rules: ['VMSG-4'], because: 'channels of one device may be spread over VPs from 2.4 on',
  },
  {
    id: 'unload', area: 'VMBus', what: 'Answer to Unload', holds: holds('none', 'UnloadResponse', 'UnloadResponse'), status: 'documented', sources: ['OVM vmbus_core protocol.rs'], rules: ['VMSG-1'],
    because: 'a guest that goes away must know when its pages are its own again',
  },
  {
    id: 'ports', area: 'VMBus', what: 'Event ports of the root', holds: holds('one for each guest', 'one more for each channel', 'one more for each channel'), status: 'derived', sources: ['LNX drivers/hv/channel.c vmbus_set_event', 'OVM vmbus_server channels.rs'],
    rules: ['VMBUS-1', 'VMBUS-15'], because: 'two hypercalls more before each offer save the look through the interrupt page at each signal',
  },
  {
    id: 'signal-to-root', area: 'Signals', what: 'How a guest tells the root of a packet',
    holds: holds('bit in the interrupt page, HvSignalEvent on connection 2', "HvSignalEvent on the channel's own connection", "HvSignalEvent on the channel's own connection"), status: 'documented', sources: ['COR 3', 'LNX drivers/hv/channel.c vmbus_set_event'],
    rules: ['CHAN-2', 'CHAN-10'], because: 'the connection says which channel is meant',
  },
  {
    id: 'signal-to-guest', area: 'Signals', what: 'How the root tells a guest of a packet', holds: holds('bit in the interrupt page, event flag 0', 'bit in the interrupt page, event flag 0', 'event flag with the number of the channel'),
    status: 'documented', sources: ['COR 3', 'LNX drivers/hv/vmbus_drv.c vmbus_isr'], rules: ['CHAN-3', 'CHAN-11'], because: 'the 2048 flags of a SINT can name a channel, so that the interrupt page is not needed any more',
  },
  {
    id: 'full-ring', area: 'Rings', what: 'Who wakes a writer that found the ring full', holds: holds('nobody: it tries again', 'nobody: it tries again', 'the reader, when the room in pending_send_sz is free'), status: 'documented',
    sources: ['COR 4', 'LNX drivers/hv/ring_buffer.c hv_pkt_iter_close'], rules: ['STORVSC-6', 'CHAN-12'], because: 'before 2012 the header of a ring had no field in which a writer could say that it waits',
  },
  {
    id: 'storage-version', area: 'Storage', what: 'Version of the storage protocol', holds: holds('2.0', '4.2', '5.1'), status: 'documented', sources: ['COR 6', 'LNX drivers/scsi/storvsc_drv.c'], rules: ['STORVSC-8', 'STORVSP-20'],
    because: 'the driver takes it from the version of VMBus',
  },
  {
    id: 'storage-packet', area: 'Storage', what: 'Storage packet and its SCSI request', holds: holds('48 and 36 bytes', '48 and 36 bytes', '64 and 52 bytes'), status: 'documented', sources: ['COR 6', 'LNX drivers/scsi/storvsc_drv.c'],
    rules: ['STOR-1', 'STOR-2'], because: 'queue tag, SRB flags and a time-out came to the request',
  },
  {
    id: 'ring-traffic', area: 'Storage', what: 'Ring bytes of a read of one page, there and back', holds: holds('96 + 72', '96 + 72', '112 + 88'), status: 'derived', sources: ['COR 7', 'LNX drivers/scsi/storvsc_drv.c'], rules: ['STORVSC-4', 'STORVSP-2'],
    because: 'each packet carries a storage packet with 16 bytes more',
  },
  {
    id: 'sense', area: 'Storage', what: 'Room for sense data', holds: holds('18 bytes', '18 bytes', '20 bytes'), status: 'documented', sources: ['COR 6', 'LNX drivers/scsi/storvsc_drv.c'], rules: ['STOR-2'], because: 'the sense area grew with the request',
  },
  {
    id: 'hypervisor-build', area: 'Hypervisor', what: 'CPUID leaf 0x40000002', holds: holds('6.0, build 6001', '6.1, build 7600', '6.2, build 9200'), status: 'derived', sources: ['T2 3.3'], rules: ['MSR-6'],
    because: 'the hypervisor names the release it came with (that it reports exactly these numbers is not confirmed)',
  },
  {
    id: 'slat', area: 'Hypervisor', what: 'Second-level address translation', holds: holds('not used, leaf 0x40000006 is not there', 'used where the processor has it', 'used where the processor has it'), status: 'documented', sources: ['T2 3.3', 'costs S21'],
    rules: ['MSR-6'], because: 'Windows Server 2008 shadows page tables; its successor leaves the work to the processor',
  },
  {
    id: 'hypercalls', area: 'Hypervisor', what: 'Hypercalls that there are', holds: holds('those of interface 1.0', 'five more, HvMapSparseGpaPages among them', 'as in 2008 R2 here'), status: 'documented', sources: ['WDK ff539917', 'T2 App. B'], rules: ['HCALL-3'],
    because: 'interface 2.0 came with 2008 R2; what 2012 added is not used by these journeys',
  },
  {
    id: 'child-privileges', area: 'Hypervisor', what: 'Privileges of a new child', holds: holds('mask 0x1FF', 'mask 0x5FF, with the guest idle MSR', 'mask 0x5FF, with the guest idle MSR'), status: 'derived', sources: ['T2 5.2.3'], rules: ['HCALL-8'],
    because: 'the register behind bit 10 did not exist in 2008',
  },
  {
    id: 'guest-os', area: 'Hypervisor', what: 'OS id that an enlightened guest writes', holds: holds('NT 6.0, build 6001', 'NT 6.1, build 7600', 'NT 6.2, build 9200'), status: 'derived', sources: ['T2 3.6'], rules: ['GUEST-1'],
    because: 'a guest with the drivers of an era is a Windows of that era here',
  },
  {
    id: 'keyboard', area: 'Devices', what: 'Synthetic keyboard', holds: holds('none: the emulated one', 'none: the emulated one', 'offered'), status: 'documented', sources: ['COR 9'], rules: ['VMSG-7'], because: 'the class is known in that era only (no journey uses a keyboard yet)',
  },
];

/** What differs between two eras. */
export function eraDifferences(a: Era, b: Era): readonly EraChange[] {
  return eraChanges.filter((change) => change.holds[a] !== change.holds[b]);
}
