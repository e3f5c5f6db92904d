/** The scenarios the lab comes with. Each is data of the same kind as a stranger's file. */
import { accesses } from './gallery/accesses.ts';
import { atOnce } from './gallery/at-once.ts';
import { chain } from './gallery/differencing-chain.ts';
import { fileCopied } from './gallery/file-copied.ts';
import { fileWritten } from './gallery/file-written.ts';
import { fullRing2008, fullRing2012 } from './gallery/full-ring.ts';
import { oneRing } from './gallery/one-ring.ts';
import { pioAgainstDma } from './gallery/pio-dma.ts';
import { polling } from './gallery/polling.ts';
import { powerOn } from './gallery/power-on.ts';
import { secondRead } from './gallery/second-read.ts';
import { starvedRoot } from './gallery/starved-root.ts';
import { grows } from './gallery/vhd-grows.ts';
import type { Scenario } from './scenario.ts';
import { twoWays } from './two-ways.ts';

/** In the order in which they are offered; the first one opens by itself. */
export const shipped: readonly Scenario[] = [
  twoWays, secondRead, powerOn, oneRing, fullRing2008, fullRing2012, pioAgainstDma, polling, accesses, fileWritten, fileCopied, grows, chain, atOnce, starvedRoot,
];
