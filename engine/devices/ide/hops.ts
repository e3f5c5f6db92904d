/**
 * Hop kinds of the legacy ATA path: the guest's ATA driver talking to itself, and the worker process attaching a disk to
 * its IDE emulator. Port accesses are `pio.*` (hypervisor) and `vmwp.port*` (worker process), not declared here.
 */
import { defineHops, hop } from '../../sim/hop-kinds.ts';
import { count } from '../../wire/count.ts';

const minimalDriver =
  'A minimal driver: it makes the accesses that the protocol asks for and, unless it is told otherwise, no others; the ATA driver of a real Windows or Linux guest makes more.';

/** `<guest>/ata` to itself. */
export const ata = defineHops('ata', {
  begin: hop({
    title: 'ATA driver begins',
    family: 'call',
    crossing: 'guest-call',
    args: [] as const,
    cost: 'call',
    level: 'thread',
    status: 'simplified',
    simplified: minimalDriver,
    sources: ['OVM ide/src/lib.rs', 'LNX drivers/ata/libata-core.c'],
    sentence: () => ({
      actor: 'ATA driver',
      act: 'begins',
      object: 'to ask the drive who it is',
      because: 'the kernel knows by now which driver its interrupt belongs to',
    }),
  }),
  next: hop({
    title: 'next request',
    family: 'call',
    crossing: 'guest-call',
    args: ['waiting'] as const,
    cost: 'call',
    level: 'thread',
    status: 'simplified',
    simplified: minimalDriver,
    sources: ['LNX drivers/ata/libata-sff.c'],
    sentence: (a) => ({
      actor: 'ATA driver',
      act: 'takes up',
      object: a.waiting > 1 ? `the first of ${a.waiting} waiting requests` : 'the request that waits',
      because: 'an ATA drive works on one command at a time and this one has ended',
    }),
  }),
  complete: hop({
    title: 'ATA completion',
    family: 'call',
    crossing: 'guest-call',
    args: ['cookie', 'status'] as const,
    cost: 'dpc',
    level: 'dpc',
    status: 'simplified',
    simplified: minimalDriver,
    sources: ['LNX drivers/ata/libata-sff.c'],
    sentence: (a) => ({
      actor: 'DPC of the ATA driver',
      act: a.status === 0 ? 'completes' : 'fails',
      object: 'its command',
      because: 'the interrupt routine did only what could not wait and queued the rest, which runs now',
    }),
  }),
});

/** Between `root/vmwp/<guest>` and `root/vmwp/<guest>/ide`. */
export const ide = defineHops('ide', {
  attach: hop({
    title: 'attach disk',
    family: 'call',
    crossing: 'root-user-call',
    args: ['fileId', 'partition'] as const,
    cost: 'user',
    status: 'inferred',
    sources: ['COR 22', 'OVM ide/src/lib.rs'],
    sentence: () => ({
      actor: 'Worker process',
      act: 'tells',
      object: 'its IDE emulator which VHD file to show to the guest',
      because: 'the VM configuration names the file, and the drive must be there before the guest looks for it',
    }),
  }),
  detach: hop({
    title: 'detach disk',
    family: 'call',
    crossing: 'root-user-call',
    args: [] as const,
    cost: 'user',
    status: 'inferred',
    sources: ['COR 22', 'OVM ide/src/lib.rs'],
    sentence: () => ({
      actor: 'Worker process',
      act: 'tells',
      object: 'its IDE emulator to give the VHD file back',
      because: 'the VM is being turned off; a read that the drive has begun must end first',
    }),
  }),
  detached: hop({
    title: 'disk detached',
    family: 'call',
    crossing: 'root-user-call',
    args: [] as const,
    cost: 'user',
    status: 'inferred',
    sources: ['COR 22', 'OVM ide/src/lib.rs'],
    sentence: () => ({
      actor: 'IDE emulator',
      act: 'answers',
      object: 'that no read is under way and the VHD file is closed',
      because: 'its pages in the root are about to be used by another worker process',
    }),
  }),
  attached: hop({
    title: 'disk attached',
    family: 'call',
    crossing: 'root-user-call',
    args: ['status', 'sectors', 'reasonText'] as const,
    cost: 'user',
    status: 'inferred',
    sources: ['COR 22', 'OVM ide/src/lib.rs'],
    sentence: (a) => ({
      actor: 'IDE emulator',
      act: 'answers',
      object: a.status === 0 ? `that drive 0 has ${count(a.sectors, 'sector')}` : 'that the VHD file cannot be opened',
      because: a.status === 0 ? 'the VHD parser has read footer, header and block allocation table' : 'the VHD parser refused it; the channel stays without a drive',
    }),
  }),
  regions: hop({
    title: 'table of regions',
    family: 'device',
    crossing: 'root-user-call',
    args: ['entries', 'page', 'span', 'sectors', 'write', 'pieces'] as const,
    cost: 'user',
    bytes: [{ label: 'Table of physical regions (PRD)', space: 'behalf', page: 'page', span: 'span', layout: 'ide.prd' }],
    status: 'simplified',
    simplified:
      'The open emulator reads the disk into a buffer of its own and copies into the guest; whether that of 2008 did is not public. Here the pages go to the VHD parser, so the physical disk moves the data.',
    sources: ['OVM ide/src/lib.rs', 'PIIX Bus Master IDE Registers', 'COR 25'],
    sentence: (a, v) => ({
      actor: 'IDE emulator',
      act: 'reads',
      object: `${a.entries === 0 ? 'on in the same entry' : a.entries === 1 ? '1 entry' : `${a.entries} entries`} of the table of physical regions in the memory of ${v.guest}, ${a.sectors === 1 ? '1 sector' : `${count(a.sectors, 'sector')}`} in ${a.pieces === 1 ? '1 piece' : `${a.pieces} pieces`}`,
      because: a.write ? 'a bus master finds out by itself where the data of a write lie' : 'a bus master finds out by itself where the data of a read belong',
    }),
  }),
});
