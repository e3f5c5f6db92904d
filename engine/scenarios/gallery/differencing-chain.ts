import type { Scenario } from '../scenario.ts';
import { alpha, beta, machineWith, sample } from './machine.ts';

/** Two children of one parent: what they do not have is read from it, what they write stays their own. */
export const chain: Scenario = {
  ...machineWith({ ...alpha, disk: 'changed' }, { ...beta, disk: 'changed' }),
  name: 'differencing-chain',
  title: 'A differencing chain',
  about: 'Alpha and Beta have differencing disks with one parent, which holds the volume. README.TXT was changed in both children: its text comes from the child, everything else from the parent. What Alpha writes goes to its own file; Beta and the parent do not change.',
  teaches: 'How many virtual machines share one disk image: each keeps only what is different in it.',
  theme: 'disks',
  images: { sample, changed: { sha256: '4d413fde94eae1b0921380499f7e45db782d086a1b96ad9964f068d27f36dec0', bytes: 70_656, file: 'disks/viridian-changed.vhd', parent: 'sample' } },
  steps: [
    { after: 0, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
    { after: 'idle', intent: { do: 'read-file', guest: 'alpha', path: 'HELLO.TXT' } },
    { after: 'idle', intent: { do: 'write-sectors', guest: 'alpha', lba: 40_960, sectors: 8, count: 1, depth: 1 } },
    { after: 'idle', intent: { do: 'read-sectors', guest: 'beta', lba: 40_960, sectors: 1, count: 1, depth: 1 } },
  ],
  view: { depth: 'mechanism', opened: ['alpha', 'beta'], pace: 'story', panels: ['right'] },
  stops: [
    {
      when: { kind: 'ntfs.read', guest: 'alpha' },
      title: 'The bitmap decides',
      caption: "Alpha's disk is a small file that holds only what differs from its parent. For each sector a bit tells which of the two files has it; the parser reads these bits first.",
      select: 'root/vhdparser',
    },
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'A text of the child',
      caption: 'README.TXT was changed in the child, so its text came from there, directory and tables from the parent. The guest cannot tell: {diskCommands} disk commands, one disk.',
    },
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'A text of the parent',
      caption: 'HELLO.TXT was never changed: every sector of it came from the parent, which nobody may write.',
    },
    {
      when: { kind: 'vhd.done', guest: 'alpha' },
      title: 'A write stays in the child',
      caption: "Alpha's write went to its own file, which grew for it: {diskCommands since 3} disk commands. The parent is as it was.",
    },
    {
      when: { kind: 'reader.finished', guest: 'beta' },
      title: 'Beta sees none of it',
      caption: 'Beta has read the same sector number and got what the parent has there. Two children, one parent, three files.',
    },
  ],
  expect: [
    { counter: 'diskCommands', guest: 'alpha', atLeast: 8 },
    { counter: 'workerTrips', guest: 'alpha', exactly: 0 },
  ],
};
