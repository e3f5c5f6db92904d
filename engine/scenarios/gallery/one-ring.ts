import type { Scenario } from '../scenario.ts';
import { alpha, machineWith } from './machine.ts';

/** Several packets wait in the ring, and the signals that are saved. */
export const oneRing: Scenario = {
  ...machineWith(alpha),
  name: 'one-ring',
  title: 'Many requests in one ring',
  about: 'Alpha asks for sixteen blocks at once. One signal announces the first; the rest find the ring not empty and need none.',
  teaches: 'A signal says "there is something", not "here is one": the busier a guest is, the fewer exits a request costs.',
  theme: 'signals',
  steps: [{ after: 0, intent: { do: 'read-sectors', guest: 'alpha', lba: 64, sectors: 8, count: 16, depth: 16 } }],
  view: { depth: 'mechanism', opened: ['alpha'], pace: 'story', panels: ['right'] },
  twin: 'alpha.queueDepth:1~',
  stops: [
    {
      when: { counter: 'ringWrites', guest: 'alpha', atLeast: 1 },
      title: 'The first packet',
      caption: 'The ring was empty: this packet has to be announced. It will be, once the driver has handed over what it has.',
    },
    {
      when: { counter: 'ringWrites', guest: 'alpha', atLeast: 16 },
      title: 'Sixteen packets wait',
      caption: 'Fifteen more found the ring not empty. The rule: signal only when the ring goes from empty to not empty, for then the reader may have gone. Hypercalls of Alpha so far: {guestHypercalls of alpha}.',
      select: 'alpha/channel',
    },
    {
      when: { kind: 'hv.callGuest', guest: 'alpha' },
      title: 'One signal for all of them',
      caption: 'One HvSignalEvent, one exit, for {ringWrites of alpha} requests.',
    },
    {
      when: { ring: 'to-root', guest: 'alpha', holds: 'empty' },
      title: 'The root has read them all',
      caption: 'The Storage VSP emptied the ring in one DPC, {time since 3} after the signal, and handed every request on.',
    },
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'The way back is not as lucky',
      caption: 'The disk finished the reads one after the other, each long after the one before, so every completion found the ring to the guest empty: {hypercalls since 3} signals went back. What saves signals is requests that come close together.',
    },
  ],
  expect: [
    { counter: 'ringWrites', guest: 'alpha', atLeast: 32 },
    { counter: 'events', guest: 'alpha', atMost: 17 },
    { counter: 'workerTrips', exactly: 0 },
  ],
};
