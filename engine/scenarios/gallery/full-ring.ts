import type { Scenario } from '../scenario.ts';
import { alpha, machineWith } from './machine.ts';

const base = {
  ...machineWith({ ...alpha, ringPages: 1 }),
  theme: 'signals',
  steps: [{ after: 0, intent: { do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 128, count: 64, depth: 32 } }],
  view: { depth: 'mechanism', opened: ['alpha'], pace: 'story', panels: ['right'] },
  expect: [
    { counter: 'ringWrites', guest: 'alpha', atLeast: 128 },
    { counter: 'workerTrips', exactly: 0 },
  ],
} as const satisfies Partial<Scenario>;

const asks = 'Alpha asks for 64 blocks of 64 KiB, 32 of them at once, but a ring of one page has room for fewer packets.';

const filling = {
  when: { ring: 'to-root', guest: 'alpha', holds: 3800 },
  title: 'The ring fills',
  caption: 'Every packet carries the list of the sixteen pages its data go to, so few fit into a page: {ringWrites of alpha} are in, and the next will find no room.',
  select: 'alpha/channel',
} as const;

const served = {
  when: { kind: 'load.finished', guest: 'alpha' },
  title: 'All 64 are served',
  caption: 'After {time}: {ringWrites of alpha} packets in both directions and {hypercalls of alpha} signals. A small ring costs waiting, never a request.',
} as const;

/** What a writer did before 2012 when the ring was full. */
export const fullRing2008: Scenario = {
  ...base,
  name: 'full-ring-2008',
  title: 'A full ring, 2008',
  twin: 'era:ws2012',
  about: `${asks} The header of a ring of Windows Server 2008 cannot say that somebody waits: the driver tries again after the next completion.`,
  teaches: 'A ring has an end: whoever finds it full must keep what it has and learn somehow when there is room.',
  stops: [
    filling,
    {
      when: { kind: 'vmbus.ringReadRoot', guest: 'alpha' },
      title: 'Room, and nobody is told',
      caption: 'The root reads, so there is room again, but in 2008 the header has no word that says "I wait". The driver keeps the other requests.',
    },
    {
      when: { kind: 'storvsc.retry', guest: 'alpha' },
      title: 'It tries again',
      caption: 'Only now, {time since 2} later, with the first completion, does the driver look at its list again and write what it had kept.',
    },
    served,
  ],
};

/** Since 2012 the header says how much room somebody waits for. */
export const fullRing2012: Scenario = {
  ...base,
  name: 'full-ring-2012',
  title: 'A full ring, 2012',
  twin: 'era:ws2008~',
  era: 'ws2012',
  about: `${asks} Since Windows Server 2012 the driver writes into the header how much room it needs, and the root signals when that much is free.`,
  teaches: 'One word in the header of the ring, pending_send_sz, and the waiting writer is told when there is room.',
  stops: [
    { ...filling, caption: `${filling.caption} The driver writes into the header how much it needs.` },
    {
      when: { kind: 'vmbus.ringReadRoot', guest: 'alpha' },
      title: 'The reader looks at the header',
      caption: 'The root reads packet after packet, and after each compares the free room with what the header says somebody waits for.',
    },
    {
      when: { kind: 'storvsc.retry', guest: 'alpha' },
      title: 'A signal because of room',
      caption: 'As soon as there was enough the root signalled, before any request was done. {time since 2} after the first read, the driver writes on. Compare with 2008, where it waited for the disk.',
    },
    served,
  ],
};
