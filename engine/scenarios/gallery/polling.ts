import type { Scenario } from '../scenario.ts';
import { alpha, beta, machineWith } from './machine.ts';

/** The emulated way once more, with a driver that asks again and again instead of waiting for the interrupt. */
export const polling: Scenario = {
  ...machineWith(alpha, { ...beta, polled: true }),
  name: 'polling',
  title: 'Polling instead of interrupts',
  about: 'As the first scenario, but the ATA driver of Beta has forbidden interrupts and reads the status register until the drive is ready. Count the exits, and look at what its VP does meanwhile.',
  teaches: 'Asking "are you ready?" is cheap on a real PC and dear in a guest: every question is a trip to the worker process.',
  theme: 'cost',
  steps: [
    { after: 0, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
    { after: 'idle', intent: { do: 'read-file', guest: 'beta', path: 'README.TXT' } },
  ],
  view: { depth: 'architecture', opened: ['beta', 'alpha'], pace: 'story' },
  twin: 'beta.polled:false~',
  stops: [
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'For comparison: Alpha',
      caption: 'Alpha has waited with HLT while the disk moved: {guestExits of alpha} exits for the whole file.',
    },
    {
      when: { counter: 'workerTrips', guest: 'beta', atLeast: 8 },
      title: 'The command is given',
      caption: 'Eight register accesses, eight trips: the emulated drive works now. A driver with interrupts would wait with HLT here.',
    },
    {
      when: { counter: 'workerTrips', guest: 'beta', atLeast: 40 },
      title: 'Busy, busy, busy',
      caption: 'This one asks. Each read of the status register suspends the VP, wakes the worker process and resumes the VP, only to hear BSY. {workerTrips of beta} trips in {time since 1}, and the heads have hardly moved.',
    },
    {
      when: { kind: 'block.done', guest: 'beta' },
      title: 'One sector',
      caption: 'One sector has cost {workerTrips of beta} trips and kept a processor of the root busy all the while. The interrupt that was forbidden would have cost one.',
    },
    {
      when: { kind: 'reader.finished', guest: 'beta' },
      title: 'The whole file',
      caption: '{guestExits of beta} exits against {guestExits of alpha}. Compare with "One file, two ways", where the same driver lets itself be interrupted.',
    },
  ],
  expect: [
    { counter: 'workerTrips', guest: 'beta', atLeast: 200 },
    { counter: 'guestExits', guest: 'beta', against: 'alpha', atLeast: 20 },
  ],
};
