import type { Scenario } from '../scenario.ts';
import { twoGuests } from './machine.ts';

const MS = 1_000_000;

/** An application keeps every root VP busy: who waits behind it, and who does not. */
export const starvedRoot: Scenario = {
  ...twoGuests,
  name: 'starved-root',
  title: 'A starved root',
  about:
    'Alpha and Beta read one sector again and again from an SSD. After 4 ms an application in the root keeps all its VPs busy, until 12 ms. The worker process of Beta waits its turn behind it at each port access; the Storage VSP works in DPCs, which come first. Compare what the two guests get done.',
  teaches: 'Why one should not run applications in the root: guests with emulated devices stand still, those with synthetic ones go on.',
  theme: 'sharing',
  profile: 'server-2012',
  steps: [
    { after: 0, intent: { do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 1, count: 0, depth: 1, pattern: 'same' } },
    { after: 0, intent: { do: 'inject', guest: 'beta', op: 'read', lba: 64, sectors: 1, count: 0, depth: 1, pattern: 'same' } },
    { after: 4 * MS, intent: { do: 'burn', where: 'root', ms: 0 } },
    { after: 12 * MS, intent: { do: 'stop-burn', where: 'root' } },
    { after: 16 * MS, intent: { do: 'stop-load', guest: 'alpha' } },
    { after: 16 * MS, intent: { do: 'stop-load', guest: 'beta' } },
  ],
  view: { depth: 'architecture', opened: ['alpha', 'beta'], pace: 'flow', rate: 1_000_000, panels: ['left'] },
  stops: [
    {
      when: { kind: 'ask.burn' },
      title: 'Somebody starts an application in the root',
      caption: 'In its first {time} Alpha and the root have written {ringWrites of alpha} packets, Beta {workerTrips of beta} register accesses. The root had little to do.',
    },
    {
      when: { kind: 'vmwp.message', guest: 'beta' },
      title: 'Beta waits for its turn',
      caption: 'The worker process of Beta is a thread like those of the application, and all root VPs are taken. The answer to one register access has taken until now, {time since 1} after the application began.',
    },
    {
      when: { kind: 'ask.stopBurn' },
      title: 'What each has got done',
      caption: 'Register accesses of Beta since the application began: {workerTrips of beta since 1}. Alpha has gone on: {ringWrites of alpha since 1} packets in its rings, because interrupts and DPCs of the root come before every thread. Even the order to end the application, given after 12 ms, had to wait for its turn.',
    },
    {
      when: { time: 16 * MS },
      title: 'Beta runs again',
      caption: 'The application has ended. {time since 3} later: register accesses of Beta {workerTrips of beta since 3}, packets in the rings of Alpha {ringWrites of alpha since 3}.',
    },
  ],
  expect: [
    { counter: 'workerTrips', guest: 'alpha', exactly: 0 },
    { counter: 'ringWrites', guest: 'alpha', atLeast: 100 },
    { counter: 'workerTrips', guest: 'beta', atLeast: 100 },
  ],
};
