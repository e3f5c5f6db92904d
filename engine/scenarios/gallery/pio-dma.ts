import type { Scenario } from '../scenario.ts';
import { alpha, beta, gamma, machineWith } from './machine.ts';
import { inTurn } from './in-turn.ts';

/** The emulated drive used in its two ways, and beside them the synthetic one. */
export const pioAgainstDma: Scenario = {
  ...machineWith(alpha, beta, gamma),
  ...inTurn(['alpha', 'beta', 'gamma'], 32, 2),
  name: 'pio-dma',
  title: 'PIO against DMA',
  about:
    'Alpha, Beta and Gamma read the same 16 KiB twice: over VMBus, sector by sector through port 0x1F0, and by the bus master of the emulated drive. Compare exits, trips to the worker process, copies and bytes by DMA; a DMA command takes 17 exits however long it is.',
  teaches: 'An emulated device is as slow as its register accesses are many: DMA needs a fixed few, PIO some for every sector.',
  theme: 'cost',
  view: { depth: 'architecture', opened: ['beta', 'gamma', 'alpha'], pace: 'story' },
  twin: 'beta.path:dma',
  stops: [
    {
      when: { kind: 'load.finished', guest: 'alpha' },
      title: 'Alpha: no registers at all',
      caption: 'Twice 16 KiB over VMBus: {workerTrips of alpha} trips to a worker process, {hypercalls of alpha} hypercalls in both directions, {copies of alpha} copies.',
    },
    {
      when: { counter: 'workerTrips', guest: 'beta', atLeast: 8 },
      title: 'Beta: a command through ports',
      caption: 'Beta has told the drive what it wants: eight accesses. So far DMA would have needed no fewer.',
    },
    {
      when: { kind: 'vmwp.copy', guest: 'beta' },
      title: 'Beta: now for every sector',
      caption: 'With PIO each of the 32 sectors has an interrupt of its own, a look at the status and a string instruction whose words somebody must copy.',
    },
    {
      when: { kind: 'load.finished', guest: 'beta' },
      title: 'Beta is done',
      caption: '{workerTrips of beta} trips, {copies of beta} copies, {hypercalls of beta} hypercalls on its behalf for the same 32 KiB.',
    },
    {
      when: { kind: 'ide.regions', guest: 'gamma' },
      title: 'Gamma: a list instead of words',
      caption: 'The same emulated drive, but the driver gave it a list of memory regions. The emulator reads the list and has the physical disk put the data there.',
    },
    {
      when: { kind: 'load.finished', guest: 'gamma' },
      title: 'Gamma is done',
      caption: '{workerTrips of gamma} trips and {copies of gamma} copies against {workerTrips of beta} and {copies of beta}: 17 accesses a command, be it for one sector or for a hundred.',
    },
  ],
  expect: [
    { counter: 'workerTrips', guest: 'alpha', exactly: 0 },
    { counter: 'workerTrips', guest: 'gamma', exactly: 34 },
    { counter: 'workerTrips', guest: 'beta', against: 'gamma', atLeast: 5 },
    { counter: 'copies', guest: 'beta', exactly: 64 },
    { counter: 'copies', guest: 'gamma', exactly: 0 },
  ],
};
