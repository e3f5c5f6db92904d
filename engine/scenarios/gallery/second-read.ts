import type { Scenario } from '../scenario.ts';
import { twoGuests } from './machine.ts';

/** The same file twice: what the second reading does not do. */
export const secondRead: Scenario = {
  ...twoGuests,
  name: 'second-read',
  title: 'The second read and the cache',
  about: 'Alpha reads README.TXT, and when that has ended reads it again. The second time everything is in the cache of its file system: no packet, no signal, no exit, no disk.',
  teaches: 'The fastest request is the one that is not made: what a guest keeps in its own memory costs the machine nothing.',
  theme: 'ways',
  steps: [
    { after: 0, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
    { after: 'idle', intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
  ],
  view: { depth: 'architecture', opened: ['alpha'], pace: 'story' },
  stops: [
    {
      when: { kind: 'block.read', guest: 'alpha' },
      title: 'Nothing is known yet',
      caption: 'To find a file by its name, the file system must read its own tables first. None of them is in memory.',
    },
    {
      when: { kind: 'fs.opened', guest: 'alpha' },
      title: 'The file is found',
      caption: 'Opening alone took {diskCommands} disk commands and {time}: boot sector, file allocation table and directory are in the cache now.',
    },
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'The first read',
      caption: 'Text in hand: {diskCommands} disk commands, {ringWrites} packets in both directions, {hops} hops, {time}.',
    },
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'The second read',
      caption: 'The same program, the same file: disk commands {diskCommands since 3}, packets {ringWrites since 3}, hypercalls {hypercalls since 3}. All it took were {hops since 3} hops and {time since 3}. The text came out of the cache of the guest.',
    },
  ],
  expect: [
    { counter: 'ringWrites', exactly: 8 },
    { counter: 'copies', guest: 'alpha', exactly: 2 },
  ],
};
