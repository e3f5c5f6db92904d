/**
 * Checker over the hypervisor's pools: pages are deposited, used and withdrawn, and never made or lost. It walks free lists and
 * objects as they lie in memory (`hypervisor/census.ts`) and believes no counter. [CHECK-1] [POOL-3]
 */
import { countPools, poolFaults } from '../hypervisor/census.ts';
import type { Kernel } from '../sim/kernel.ts';
import { frame } from '../sim/memory.ts';
import type { Checker } from './checks.ts';
import { directory } from './hypervisor-pages.ts';

/** How often the pools are counted: the walk visits every page of them. */
const COUNT_EVERY = 512;

export function poolCheckers(): Checker[] {
  return [poolsConserved()];
}

function poolsConserved(): Checker {
  let since = 0;
  return {
    id: 'pools-conserved',
    says: 'In every pool the free pages and the pages of its objects together are what was deposited less what was withdrawn, and no page has two owners.',
    reset: () => void (since = 0),
    after: (kernel) => (++since % COUNT_EVERY === 0 ? fault(kernel) : null),
    idle: fault,
  };
}

/** What is wrong with the pools, or null. A page of a pool must be out of the root's reach as well. */
function fault(kernel: Kernel): string | null {
  const dir = directory(kernel);
  if (dir < 0) return null;
  const { memory } = kernel.m;
  const pools = countPools((page) => frame(memory, page), dir);
  const wrong = poolFaults(pools)[0];
  if (wrong !== undefined) return wrong;
  for (const { partition, free, objects } of pools) {
    for (const page of [...free, ...objects]) {
      if (!memory.denied[page >>> 9]?.[page & 511]) return `page ${page} of the pool of partition ${partition} is within reach of the root`;
    }
  }
  return null;
}
