/** The default scenario: one file read two ways. */
import type { Scenario } from './scenario.ts';

export const twoWays: Scenario = {
  viridian: 1,
  name: 'two-ways',
  title: 'One file, two ways',
  about:
    'Alpha, an enlightened guest, reads README.TXT over VMBus; then Beta, a legacy guest, reads the same text through emulated IDE. Each has its own VHD; both files lie on one physical disk.',
  era: 'ws2008',
  profile: 'server-2008',
  seed: 2008,
  logicalProcessors: 4,
  memoryMb: 4096,
  images: {
    sample: {
      sha256: '274cedf668c06ddd2289aa944ae3c05522e79b66bf8777ec6528196fdbb866d8',
      bytes: 2100224,
      file: 'disks/viridian-sample.vhd',
    },
  },
  guests: [
    { name: 'alpha', title: 'Alpha', guest: 'enlightened', memoryMb: 128, vps: 1, path: 'synthetic', disk: 'sample' },
    { name: 'beta', title: 'Beta', guest: 'legacy', memoryMb: 128, vps: 1, path: 'pio', disk: 'sample' },
  ],
  start: [{ do: 'boot-root' }, { do: 'start-vm', name: 'alpha' }, { do: 'start-vm', name: 'beta' }],
  steps: [
    { after: 0, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
    { after: 'idle', intent: { do: 'read-file', guest: 'beta', path: 'README.TXT' } },
  ],
};
