import type { Scenario } from '../scenario.ts';
import { alpha, beta, delta, gamma, machineWith } from './machine.ts';
import { inTurn } from './in-turn.ts';

/** How many register accesses make a device slow: one and the same drive, driven in three ways. */
export const accesses: Scenario = {
  ...machineWith(alpha, { ...beta, path: 'dma', lean: true }, gamma, { ...delta, extraAccesses: 100 }),
  ...inTurn(['alpha', 'beta', 'gamma', 'delta'], 8, 8),
  name: 'accesses',
  title: 'How many accesses?',
  about:
    'Three guests with the same emulated drive and DMA. The driver of Beta leaves out every access whose value it knows, that of Gamma makes those of the protocol, that of Delta a hundred more. Compare them with Alpha, whose synthetic drive has no registers: not emulation is slow, but each access.',
  teaches: 'Where emulation stops mattering: with few accesses an emulated device keeps up with a synthetic one.',
  theme: 'cost',
  view: { depth: 'architecture', opened: ['alpha', 'beta', 'gamma', 'delta'], pace: 'story' },
  twin: 'delta.extraAccesses:0~',
  stops: [
    {
      when: { kind: 'load.finished', guest: 'alpha' },
      title: 'No registers',
      caption: 'Eight reads of 4 KiB over VMBus took {time}. Most of it is the disk: that is what the others have to be compared with.',
    },
    {
      when: { kind: 'load.finished', guest: 'beta' },
      title: 'As few as possible',
      caption: 'Beta has an emulated drive, and needed {time since 1} for the same, with {workerTrips of beta} accesses in all. Hardly a difference that anybody would notice.',
    },
    {
      when: { kind: 'load.finished', guest: 'gamma' },
      title: 'As the protocol has it',
      caption: '{workerTrips of gamma} accesses, {time since 2}.',
    },
    {
      when: { kind: 'load.finished', guest: 'delta' },
      title: 'A hundred more each',
      caption: '{workerTrips of delta} accesses, {time since 3}. The same drive, the same bytes: what costs is each access, not that the device is emulated.',
    },
  ],
  expect: [
    { counter: 'workerTrips', guest: 'alpha', exactly: 0 },
    { counter: 'workerTrips', guest: 'gamma', exactly: 136 },
    { counter: 'workerTrips', guest: 'delta', exactly: 936 },
    { counter: 'workerTrips', guest: 'gamma', against: 'beta', atLeast: 1 },
  ],
};
