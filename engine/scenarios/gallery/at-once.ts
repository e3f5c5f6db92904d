import type { Scenario } from '../scenario.ts';
import { twoGuests } from './machine.ts';

/** Both guests at once: one physical disk, one VSP, one set of processors. */
export const atOnce: Scenario = {
  ...twoGuests,
  name: 'at-once',
  title: 'Two guests share one disk',
  about: 'Alpha and Beta open README.TXT in the same instant. Their requests meet at the physical disk, which has one set of heads.',
  teaches: 'Guests share what the root owns: whoever asks first is served first, whichever way the request has come.',
  theme: 'sharing',
  steps: [
    { after: 0, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
    { after: 0, intent: { do: 'read-file', guest: 'beta', path: 'README.TXT' } },
  ],
  view: { depth: 'architecture', opened: ['alpha', 'beta'], pace: 'story' },
  stops: [
    {
      when: { kind: 'disk.command', guest: 'alpha' },
      title: 'Alpha is first at the disk',
      caption: "Both started together. {time} later Alpha's command stands in the queue of the disk; Beta is still telling its emulated drive what it wants, register by register.",
    },
    {
      when: { kind: 'disk.command', guest: 'beta' },
      title: 'The requests meet',
      caption: 'Now both want the heads, and there is one pair of hands: the disk driver of the root. Each guest has a VHD of its own, but both files lie on this one disk.',
    },
    {
      when: { kind: 'disk.dma', guest: 'beta' },
      title: 'Beta has waited for Alpha',
      caption: "The disk serves one command after the other; Beta's first bytes have come {time since 2} after it asked. Every guest that shares a disk pays with such waits.",
    },
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'Alpha is done',
      caption: 'Alpha has read its file after {time}, with {diskCommands} disk commands for both guests so far. For part of that time it only waited behind Beta in the queue of the disk: that is elapsed too, and costs no processor.',
    },
    {
      when: { kind: 'reader.finished', guest: 'beta' },
      title: 'Beta is done',
      caption: 'And Beta after {time}. The disk did the same for both: {diskCommands of alpha} commands for Alpha, {diskCommands of beta} for Beta.',
    },
  ],
  expect: [
    { counter: 'diskCommands', guest: 'alpha', atLeast: 1 },
    { counter: 'diskCommands', guest: 'beta', atLeast: 1 },
    { counter: 'workerTrips', guest: 'alpha', exactly: 0 },
  ],
};
