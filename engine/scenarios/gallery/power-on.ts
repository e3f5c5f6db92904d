import type { Scenario } from '../scenario.ts';
import { alpha, machineWith } from './machine.ts';

/** A virtual machine is switched on: from nothing to the enlightened path. */
export const powerOn: Scenario = {
  ...machineWith({
    ...alpha,
    boot: [{ lba: 0, sectors: 1 }, { lba: 1, sectors: 4 }, { lba: 132, sectors: 8 }, { lba: 230, sectors: 8 }],
  }),
  name: 'power-on',
  title: 'From power-on to the enlightened path',
  about:
    'Alpha is switched on. VMMS spawns a worker process; partition, VPs, memory and port intercepts come into being; the BIOS reads the boot disk through the ports of an emulated drive, because there is nothing else it could use. Then the kernel finds the hypervisor, VMBus and Storage VSC load, and the same disk is read by packets in a ring.',
  teaches: 'Why an enlightened guest still needs an emulated disk, and at which moment it stops needing it.',
  theme: 'ways',
  start: [{ do: 'boot-root' }],
  steps: [
    { after: 0, intent: { do: 'start-vm', name: 'alpha' } },
    { after: 'idle', intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
  ],
  view: { depth: 'architecture', pace: 'story', panels: ['left'] },
  stops: [
    {
      when: { kind: 'vid.startVp' },
      title: 'A virtual machine, and nothing in it runs',
      caption: 'A partition, a VP, 128 MB of memory, intercepts on every port of the devices that will be emulated: {hypercalls} hypercalls of the root, {hypercalls of alpha} of them since the partition is there. The disk is attached twice, to the IDE emulator and to the Storage VSP.',
    },
    {
      when: { kind: 'boot.reset', guest: 'alpha' },
      title: 'Power-on',
      caption: 'The VP runs for the first time, in the BIOS. It knows no driver and no hypervisor: to it this is a PC with an IDE disk.',
    },
    {
      when: { kind: 'boot.readDone', guest: 'alpha' },
      title: 'The first sector',
      caption: 'One sector of code, the boot sector, is in memory: {workerTrips of alpha} trips to the worker process, {time since 2} since power-on.',
    },
    {
      when: { kind: 'boot.done', guest: 'alpha' },
      title: 'The kernel can start',
      caption: 'All that was needed before the kernel has come this way: {guestExits of alpha since 2} exits. On a real machine it holds the very driver that makes the emulated disk unnecessary from now on.',
    },
    {
      when: { kind: 'gkernel.booted', guest: 'alpha' },
      title: 'The guest is enlightened',
      caption: 'The kernel has asked CPUID who is below it, set up its hypercall page and its SynIC, agreed on a version of VMBus, and opened the channel of its disk. Since the kernel began, register accesses of the emulated drive: {workerTrips of alpha since 4}.',
    },
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'The same disk, the new way',
      caption: 'A whole file, and the worker process was not asked once: trips {workerTrips of alpha since 5}, hypercalls in both directions {hypercalls of alpha since 5}. The emulated drive is still there; nobody speaks to it any more.',
    },
  ],
  expect: [
    { counter: 'workerTrips', guest: 'alpha', atLeast: 60 },
    { counter: 'ringWrites', guest: 'alpha', atLeast: 8 },
    { counter: 'copies', guest: 'alpha', atLeast: 21 },
  ],
};
