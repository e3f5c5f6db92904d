/** A file is written two ways: the order in which a file system writes. */
import type { Scenario } from './scenario.ts';
import { twoWays } from './two-ways.ts';

const text = 'Data first, then the file allocation tables, then the directory entry: whoever pulls the plug in between loses clusters, never a file.';

export const fileWritten: Scenario = {
  ...twoWays,
  name: 'file-written',
  title: 'A file is written',
  about:
    'Alpha writes NOTES.TXT over VMBus, then Beta writes the same by emulated IDE. Watch the order: the data into free clusters, the mark of disorder, both file allocation tables, the directory entry, the mark of order. Each VHD is a file on the physical disk, so every write of a guest becomes writes of the root.',
  steps: [
    { after: 0, intent: { do: 'write-file', guest: 'alpha', path: 'NOTES.TXT', text } },
    { after: 'idle', intent: { do: 'write-file', guest: 'beta', path: 'NOTES.TXT', text } },
  ],
};
