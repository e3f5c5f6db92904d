/** The scenarios the lab comes with. Each is data of the same kind as a stranger's file. */
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

/** In the order in which they are offered; the first one opens by itself. */
export const shipped: readonly Scenario[] = [twoWays, atOnce, oneRing, polling];
