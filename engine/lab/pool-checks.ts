/**
 * Checker over the hypervisor's pools: pages are deposited, used and withdrawn, and never made or lost. It walks free lists and
 * objects as they lie in memory (`hypervisor/census.ts`) and believes no counter. [CHECK-1] [POOL-3]
 */
import { countPools, poolFaults } from '../hypervisor/census.ts';
import type { Kernel } from '../sim/kernel.ts';
import { findComponent } from '../sim/machine.ts';
import { frame } from '../sim/memory.ts';
import type { Checker } from './checks.ts';
import { directory } from './hypervisor-pages.ts';

/** How often the pools are counted: the walk visits every page of them. */
const COUNT_EVERY = 512;

export function poolCheckers(): Checker[] {
  return [poolsConserved(), pagesReturned()];
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

/** What the VID and VMMS say of the pages they hand out. */
interface VidPages {
  readonly free: readonly number[];
  readonly guests: readonly ({ readonly ramPages: number } | null)[];
}

const RECORD_PAGES = 4;

/**
 * Every page the VID hands out is free, a guest's memory, part of a guest's record, or in a pool as the hypervisor counts it. With
 * no guest left all are free, in one piece, and nobody holds a grant for a partition that is gone. [LIFE-3]
 */
function pagesReturned(): Checker {
  return {
    id: 'pages-returned',
    says: 'Pages of a partition that has ended are back where they came from, and nobody may touch its memory any more.',
    reset: () => undefined,
    after: () => null,
    idle: (kernel) => lostPages(kernel) ?? staleGrant(kernel),
  };
}

function lostPages(kernel: Kernel): string | null {
  const dir = directory(kernel);
  const at = findComponent(kernel.m, 'root/vid');
  const vid = at < 0 ? null : (kernel.m.components.states[at] as VidPages | null);
  if (dir < 0 || vid?.free === undefined) return null;
  const guests = vid.guests.flatMap((guest) => guest ?? []);
  const free = vid.free.reduce((sum, count, i) => sum + (i % 2) * count, 0);
  const inPools = countPools((page) => frame(kernel.m.memory, page), dir).reduce((sum, pool) => sum + pool.deposited - pool.withdrawn, 0);
  const all = free + inPools + guests.reduce((sum, guest) => sum + guest.ramPages + RECORD_PAGES, 0);
  const { count } = kernel.m.components.configs[at] as { readonly count: number };
  if (all !== count) return `the VID has ${count} pages to hand out, and ${all} can be found`;
  if (guests.length === 0 && vid.free.length > 2) return `no guest is left, but the free pages of the VID lie in ${vid.free.length / 2} pieces`;
  return guests.length === 0 && inPools > 0 ? `no guest is left, but ${inPools} pages are still deposited` : null;
}

function staleGrant(kernel: Kernel): string | null {
  const { memory, partitions, components } = kernel.m;
  for (let component = 0; component < memory.grants.length; component++) {
    const grants = memory.grants[component]!;
    for (let i = 0; i < grants.length; i += 3) {
      if (partitions.gone[grants[i]!] === 1) return `${components.paths[component]} may still touch memory of partition ${grants[i]}, which is gone`;
    }
  }
  return null;
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
