/** The scenarios the lab comes with. Each is data of the same kind as a stranger's file. */
import { fileWritten } from './file-written.ts';
import type { Scenario } from './scenario.ts';
import { twoWays } from './two-ways.ts';

const [alpha, beta] = twoWays.guests as readonly [Scenario['guests'][number], Scenario['guests'][number]];

/** The emulated way once more, with a driver that asks again and again instead of waiting for the interrupt. */
const polling: Scenario = {
  ...twoWays,
  name: 'polling',
  title: 'Beta polls',
  about: 'As the first scenario, but the ATA driver of Beta has forbidden interrupts and reads the status register until the drive is ready. Count the exits, and look at what its VP does meanwhile.',
  guests: [alpha, { ...beta, polled: true }],
};

/** Both guests at once: one physical disk, one VSP, one set of processors. */
const atOnce: Scenario = {
  ...twoWays,
  name: 'at-once',
  title: 'Both at once',
  about: 'Alpha and Beta open README.TXT in the same instant. Their requests meet at the physical disk.',
  steps: twoWays.steps.map((step) => ({ ...step, after: 0 })),
};

/** Several packets wait in the ring, and the signals that are saved. */
const oneRing: Scenario = {
  ...twoWays,
  name: 'one-ring',
  title: 'Many requests in one ring',
  about: 'Alpha asks for sixteen blocks at once. One signal announces the first; the rest find the ring not empty and need none.',
  steps: [{ after: 0, intent: { do: 'read-sectors', guest: 'alpha', lba: 64, sectors: 8, count: 16, depth: 16 } }],
};

const MS = 1_000_000;

/** An application keeps every root VP busy: who waits behind it, and who does not. */
const starvedRoot: Scenario = {
  ...twoWays,
  name: 'starved-root',
  title: 'A starved root',
  about:
    'Alpha and Beta read one sector again and again. After 4 ms an application in the root keeps all its VPs busy, until 12 ms. The worker process of Beta waits its turn behind it at each port access; the Storage VSP works in DPCs, which come first. Compare the latencies of the two load generators.',
  steps: [
    { after: 0, intent: { do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 1, count: 0, depth: 1, pattern: 'same' } },
    { after: 0, intent: { do: 'inject', guest: 'beta', op: 'read', lba: 64, sectors: 1, count: 0, depth: 1, pattern: 'same' } },
    { after: 4 * MS, intent: { do: 'burn', where: 'root', ms: 0 } },
    { after: 12 * MS, intent: { do: 'stop-burn', where: 'root' } },
    { after: 16 * MS, intent: { do: 'stop-load', guest: 'alpha' } },
    { after: 16 * MS, intent: { do: 'stop-load', guest: 'beta' } },
  ],
};

/** The same file twice: what the second reading does not do. */
const secondRead: Scenario = {
  ...twoWays,
  name: 'second-read',
  title: 'The second read and the cache',
  about: 'Alpha reads README.TXT, and when that has ended reads it again. The second time everything is in the cache of its file system: no packet, no signal, no exit, no disk.',
  steps: [
    { after: 0, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
    { after: 'idle', intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
  ],
};

function fullRing(era: 'ws2008' | 'ws2012', says: string): Scenario {
  return {
    ...twoWays,
    name: `full-ring-${era.slice(2)}`,
    title: `A full ring, ${era.slice(2)}`,
    about: `Alpha asks for 32 blocks of 64 KiB at once, but a ring of one page has room for fewer packets. ${says}`,
    era,
    guests: [{ ...alpha, ringPages: 1 }, beta],
    steps: [{ after: 0, intent: { do: 'inject', guest: 'alpha', op: 'read', lba: 64, sectors: 128, count: 64, depth: 32 } }],
  };
}

const fullRing2008 = fullRing('ws2008', 'The header of a ring of Windows Server 2008 cannot say that somebody waits: the driver tries again after the next completion.');
const fullRing2012 = fullRing('ws2012', 'Since Windows Server 2012 the driver writes into the header how much room it needs, and the root signals when that much is free.');

const gamma: Scenario['guests'][number] = { ...beta, name: 'gamma', title: 'Gamma', path: 'dma' };
const delta: Scenario['guests'][number] = { ...gamma, name: 'delta', title: 'Delta' };

/** The same sectors one guest after the other. */
function inTurn(guests: readonly Scenario['guests'][number][], sectors: number, count: number): Pick<Scenario, 'guests' | 'start' | 'steps'> {
  return {
    guests,
    start: [{ do: 'boot-root' }, ...guests.map(({ name }) => ({ do: 'start-vm', name }) as const)],
    steps: guests.map(({ name }) => ({ after: 'idle', intent: { do: 'inject', guest: name, op: 'read', lba: 64, sectors, count, depth: 1 } })),
  };
}

/** The emulated drive used in its two ways, and beside them the synthetic one. */
const pioAgainstDma: Scenario = {
  ...twoWays,
  name: 'pio-dma',
  title: 'PIO against DMA',
  about:
    'Alpha, Beta and Gamma read the same 16 KiB twice: over VMBus, sector by sector through port 0x1F0, and by the bus master of the emulated drive. Compare exits, trips to the worker process, copies and bytes by DMA; a DMA command takes 17 exits however long it is.',
  ...inTurn([alpha, beta, gamma], 32, 2),
};

/** How many register accesses make a device slow: one and the same drive, driven in three ways. */
const accesses: Scenario = {
  ...twoWays,
  name: 'accesses',
  title: 'How many accesses?',
  about:
    'Three guests with the same emulated drive and DMA. The driver of Beta leaves out every access whose value it knows, that of Gamma makes those of the protocol, that of Delta a hundred more. Compare them with Alpha, whose synthetic drive has no registers: not emulation is slow, but each access.',
  ...inTurn([alpha, { ...beta, path: 'dma', lean: true }, gamma, { ...delta, extraAccesses: 100 }], 8, 8),
};

/** Two writes into a block that the VHD does not have yet: the first makes the file grow, the second finds the block there. */
const grows: Scenario = {
  ...twoWays,
  name: 'dynamic-vhd-grows',
  title: 'A dynamic VHD grows',
  about: 'Alpha writes eight sectors that nobody has written before. Its VHD lacks the block, so the file grows: a new footer, the data, the bitmap, and last the entry of the block table. The next write into the same block needs data and bitmap only, and the one over the same sectors the data alone.',
  guests: [alpha],
  start: [{ do: 'boot-root' }, { do: 'start-vm', name: 'alpha' }],
  steps: [
    { after: 0, intent: { do: 'write-sectors', guest: 'alpha', lba: 40_960, sectors: 8, count: 1, depth: 1 } },
    { after: 'idle', intent: { do: 'write-sectors', guest: 'alpha', lba: 40_968, sectors: 8, count: 1, depth: 1 } },
    { after: 'idle', intent: { do: 'write-sectors', guest: 'alpha', lba: 40_968, sectors: 8, count: 1, depth: 1 } },
    { after: 'idle', intent: { do: 'read-sectors', guest: 'alpha', lba: 40_960, sectors: 8, count: 1, depth: 1 } },
  ],
};

/** Two children of one parent: what they do not have is read from it, what they write stays their own. */
const chain: Scenario = {
  ...twoWays,
  name: 'differencing-chain',
  title: 'A differencing chain',
  about: 'Alpha and Beta have differencing disks with one parent, which holds the volume. README.TXT was changed in both children: its text comes from the child, everything else from the parent. What Alpha writes goes to its own file; Beta and the parent do not change.',
  images: { sample: twoWays.images['sample']!, changed: { sha256: '4d413fde94eae1b0921380499f7e45db782d086a1b96ad9964f068d27f36dec0', bytes: 70_656, file: 'disks/viridian-changed.vhd', parent: 'sample' } },
  guests: [{ ...alpha, disk: 'changed' }, { ...beta, disk: 'changed' }],
  steps: [
    { after: 0, intent: { do: 'read-file', guest: 'alpha', path: 'README.TXT' } },
    { after: 'idle', intent: { do: 'read-file', guest: 'alpha', path: 'HELLO.TXT' } },
    { after: 'idle', intent: { do: 'write-sectors', guest: 'alpha', lba: 40_960, sectors: 8, count: 1, depth: 1 } },
    { after: 'idle', intent: { do: 'read-sectors', guest: 'beta', lba: 40_960, sectors: 1, count: 1, depth: 1 } },
  ],
};

/** In the order in which they are offered; the first one opens by itself. */
export const shipped: readonly Scenario[] = [twoWays, atOnce, oneRing, secondRead, fileWritten, starvedRoot, fullRing2008, fullRing2012, polling, pioAgainstDma, accesses, grows, chain];
