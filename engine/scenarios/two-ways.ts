/** The default scenario: one file read two ways. */
import { twoGuests } from './gallery/machine.ts';
import type { Scenario } from './scenario.ts';

export const twoWays: Scenario = {
  name: 'two-ways',
  title: 'One file, two ways',
  about:
    'Alpha, an enlightened guest, reads README.TXT over VMBus; then Beta, a legacy guest, reads the same text through emulated IDE. Each has its own VHD; both files lie on one physical disk.',
  ...twoGuests,
  teaches: 'What VMBus saves: a request is a packet in shared memory and one signal, instead of a dozen intercepted register accesses.',
  theme: 'ways',
  steps: [
    { after: 0, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
    { after: 'idle', intent: { do: 'read-file', guest: 'beta', path: 'README.TXT' } },
  ],
  view: { depth: 'architecture', opened: ['alpha', 'beta'], pace: 'story' },
  stops: [
    {
      when: { kind: 'vmbus.ringWriteGuest', guest: 'alpha' },
      title: 'A request is a packet',
      caption: "Alpha's Storage VSC has written a READ(10) packet into a ring in memory that the root can read too. Up to here the hypervisor knows nothing of it; exits of Alpha so far: {guestExits of alpha}.",
    },
    {
      when: { kind: 'hv.callGuest', guest: 'alpha' },
      title: 'One signal announces it',
      caption: 'The ring was empty, so the root may be asleep. One hypercall, HvSignalEvent, wakes it. It is the only thing this request asks of the hypervisor on its way down.',
    },
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'Alpha has its text',
      caption: 'The physical disk stored what Alpha read by DMA in the pages that Alpha had named. {hypercalls of alpha} hypercalls in both directions, {guestExits of alpha} exits of Alpha (those with which an idle processor waits among them), trips to a process in user mode: {workerTrips of alpha}.',
    },
    {
      when: { kind: 'vmwp.message', guest: 'beta' },
      title: 'One register of an emulated drive',
      caption: "Beta's driver has only read a status register, as on a real PC. But its virtual processor is suspended before that instruction, and a process in user mode of the root has to wake up to answer.",
    },
    {
      when: { kind: 'vmwp.copy', guest: 'beta' },
      title: 'The data come through a port',
      caption: 'After {workerTrips of beta} such trips the sector is there, but in a buffer of the worker process. For the string instruction it copies the words into the memory of Beta: a copy that Alpha did not need.',
    },
    {
      when: { kind: 'reader.finished', guest: 'beta' },
      title: 'The same text',
      caption: 'The same bytes from the same disk: {workerTrips of beta} trips to the worker process against {workerTrips of alpha}, {guestExits of beta} exits of the guest against {guestExits of alpha}, {hypercalls of beta} hypercalls on its behalf against {hypercalls of alpha}.',
    },
  ],
  expect: [
    { counter: 'workerTrips', guest: 'alpha', exactly: 0 },
    { counter: 'copies', guest: 'alpha', atMost: 1 },
    { counter: 'workerTrips', guest: 'beta', atLeast: 40 },
    { counter: 'guestExits', guest: 'beta', against: 'alpha', atLeast: 3 },
    { counter: 'hypercalls', guest: 'beta', against: 'alpha', atLeast: 5 },
  ],
};
