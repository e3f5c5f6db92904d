import type { Scenario } from '../scenario.ts';
import { alpha, machineWith } from './machine.ts';

/** Writes into a block that the VHD does not have yet: the first makes the file grow, the next finds the block there. */
export const grows: Scenario = {
  ...machineWith(alpha),
  name: 'dynamic-vhd-grows',
  title: 'A dynamic VHD grows',
  about: 'Alpha writes eight sectors that nobody has written before. Its VHD lacks the block, so the file grows: a new footer, the data, the bitmap, and last the entry of the block table. The next write into the same block needs data and bitmap only, and the one over the same sectors the data alone.',
  teaches: 'What the first write into a new place of a dynamic disk costs, and why the steps come in this order and no other.',
  theme: 'disks',
  steps: [
    { after: 0, intent: { do: 'write-sectors', guest: 'alpha', lba: 40_960, sectors: 8, count: 1, depth: 1 } },
    { after: 'idle', intent: { do: 'write-sectors', guest: 'alpha', lba: 40_968, sectors: 8, count: 1, depth: 1 } },
    { after: 'idle', intent: { do: 'write-sectors', guest: 'alpha', lba: 40_968, sectors: 8, count: 1, depth: 1 } },
    { after: 'idle', intent: { do: 'read-sectors', guest: 'alpha', lba: 40_960, sectors: 8, count: 1, depth: 1 } },
  ],
  view: { depth: 'mechanism', opened: ['alpha'], pace: 'story', panels: ['right'] },
  stops: [
    {
      when: { kind: 'ntfs.extended', guest: 'alpha' },
      title: 'There is no such block',
      caption: "Alpha's disk says it has 65 536 sectors, but the file holds only blocks that were written once. This write is for a block that is not there: the file has just become longer.",
      select: 'root/vhdparser',
    },
    {
      when: { kind: 'ntfs.write', guest: 'alpha' },
      title: 'The footer goes first',
      caption: 'The last sector of a VHD must always be its footer. It is written at the new end before anything else, so that the file is a sound VHD whatever happens next.',
    },
    {
      when: { kind: 'vhd.done', guest: 'alpha' },
      title: 'The table goes last',
      caption: 'Footer, data (in two pieces, for the file lies in two), bitmap, and only then the entry of the block table, which makes the block exist: {diskCommands} commands and {time} for one write of 4 KiB.',
    },
    {
      when: { kind: 'vhd.done', guest: 'alpha' },
      title: 'The second write into the block',
      caption: 'The block is there now. Data and bitmap: {diskCommands since 3} disk commands.',
    },
    {
      when: { kind: 'vhd.done', guest: 'alpha' },
      title: 'The same sectors again',
      caption: 'The bitmap knows these sectors already, so the data alone are written; disk commands: {diskCommands since 4}. A dynamic disk is slow once, then as fast as a fixed one.',
    },
    {
      when: { kind: 'vhd.done', guest: 'alpha' },
      title: 'And read back',
      caption: 'The parser has block table and bitmap in memory: {diskCommands since 5} disk commands, one for each piece of the data.',
    },
  ],
  expect: [
    { counter: 'diskCommands', atLeast: 8 },
    { counter: 'workerTrips', exactly: 0 },
  ],
};
