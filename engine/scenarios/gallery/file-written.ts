import type { Scenario } from '../scenario.ts';
import { twoGuests } from './machine.ts';

const text = 'Data first, then the file allocation tables, then the directory entry: whoever pulls the plug in between loses clusters, never a file.';

/** A file is written two ways: the order in which a file system writes. */
export const fileWritten: Scenario = {
  ...twoGuests,
  name: 'file-written',
  title: 'A file is written',
  about:
    'Alpha writes NOTES.TXT over VMBus, then Beta writes the same by emulated IDE. Watch the order: the data into free clusters, the mark of disorder, both file allocation tables, the directory entry, the mark of order. Each VHD is a file on the physical disk, so every write of a guest becomes writes of the root.',
  teaches: 'In which order a file system writes, so that the plug may be pulled at any moment, and what one small write becomes below it.',
  theme: 'disks',
  steps: [
    { after: 0, intent: { do: 'write-file', guest: 'alpha', path: 'NOTES.TXT', text } },
    { after: 'idle', intent: { do: 'write-file', guest: 'beta', path: 'NOTES.TXT', text } },
  ],
  view: { depth: 'architecture', opened: ['alpha', 'beta'], pace: 'story' },
  stops: [
    {
      when: { kind: 'block.write', guest: 'alpha' },
      title: 'The data go first',
      caption: 'The text goes to clusters that nobody owns yet. Should the plug be pulled now, the file would simply not be there.',
    },
    {
      when: { kind: 'vhd.write', guest: 'alpha' },
      title: 'Below, a file again',
      caption: "To the root the guest's whole disk is one file. The VHD parser decides where in it the sectors belong, and whether the file must grow for them.",
    },
    {
      when: { kind: 'fs.commit', guest: 'alpha' },
      title: 'Now the tables',
      caption: 'The data are safe; now something must lead to them: a mark of disorder, both file allocation tables, the directory entry, the mark of order. Each is a write of its own, in this order.',
    },
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'Written over VMBus',
      caption: 'One small text has become {diskCommands of alpha} commands at the physical disk, most of them reads and writes of tables. Trips to a worker process: {workerTrips of alpha}.',
    },
    {
      when: { kind: 'vmwp.fetch', guest: 'beta' },
      title: 'Out through the port',
      caption: 'Beta does the same with register accesses. The words of a sector lie in its memory; the worker process has them copied out before the drive can write them.',
    },
    {
      when: { kind: 'reader.finished', guest: 'beta' },
      title: 'Written by emulated IDE',
      caption: 'The same file, the same order, {diskCommands of beta} disk commands, and {workerTrips of beta} trips to the worker process.',
    },
  ],
  expect: [
    { counter: 'workerTrips', guest: 'alpha', exactly: 0 },
    { counter: 'workerTrips', guest: 'beta', atLeast: 50 },
    { counter: 'diskCommands', guest: 'alpha', atLeast: 8 },
  ],
};
