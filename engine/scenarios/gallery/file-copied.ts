import type { Scenario } from '../scenario.ts';
import { alpha, machineWith } from './machine.ts';

/** A whole file travels through the guest and back to the same disk. */
export const fileCopied: Scenario = {
  ...machineWith(alpha),
  name: 'file-copied',
  title: 'A file is copied',
  about: 'Alpha copies BIG.BIN, 200 KiB, to COPY.BIN on the same disk. Every byte comes up into the cache of the guest and goes down again, because only the guest knows what a file is.',
  teaches: 'A copy on one disk travels through every floor twice: to the root, files of a guest do not exist.',
  theme: 'disks',
  steps: [{ after: 0, intent: { do: 'copy-file', guest: 'alpha', from: 'BIG.BIN', to: 'COPY.BIN', depth: 8 } }],
  view: { depth: 'architecture', opened: ['alpha'], pace: 'story' },
  stops: [
    {
      when: { kind: 'block.readMany', guest: 'alpha' },
      title: 'Up',
      caption: 'The file system has found the clusters of BIG.BIN and asks for many sectors at once. {diskCommands} disk commands went into finding them.',
    },
    {
      when: { kind: 'fs.copyIn', guest: 'alpha' },
      title: 'And down again',
      caption: 'The first piece of 4 KiB has come up and is handed down again, to free clusters of the same disk. The root sees reads and writes of sectors; that they are one file copied, it cannot see.',
    },
    {
      when: { kind: 'vhd.write', guest: 'alpha' },
      title: 'Past the cache of the root',
      caption: 'The pages that the disk has filled are the ones it will now empty: they are pages of Alpha. The root has passed lists of pages around, never the bytes.',
    },
    {
      when: { kind: 'fs.commit', guest: 'alpha' },
      title: 'The copy gets its name',
      caption: 'All data are down. {bytesByDma} bytes have passed the disk controller so far, for a file of 204 800.',
    },
    {
      when: { kind: 'reader.finished', guest: 'alpha' },
      title: 'Done',
      caption: 'After {time}: {bytesByDma} bytes by DMA, {diskCommands} disk commands, {hypercalls} hypercalls.',
    },
  ],
  expect: [
    { counter: 'bytesByDma', atLeast: 409_600 },
    { counter: 'workerTrips', exactly: 0 },
  ],
};
