/**
 * Counts every page of every pool by walking what there is: free lists, and the objects a partition owns. A checker compares the
 * walk with the numbers HvGetMemoryBalance answers and with deposits less withdrawals. Pure: it only reads machine pages.
 * SPEC [POOL-3].
 */
import { get32 } from '../wire/bytes.ts';
import {
  DIRECTORY_MAGIC, P_AVAILABLE, P_BITMAP_HI, P_BITMAP_LO, P_CONNECTIONS, P_DEPOSITED, P_FREE, P_HYPERCALL_PAGE, P_ID, P_IN_USE,
  P_MAP, P_PARENT, P_PORTS, P_VP_TABLE, P_WITHDRAWN, PORT_BUFFER_PAGE, PORT_BYTES, PORT_TYPE, ROOT, V_SIEF_PAGE, V_SIM_PAGE, VPS_PER_PARTITION_MAX,
} from './objects.ts';

/** A machine page for reading. */
export type ReadPage = (page: number) => Uint8Array;

export interface PoolCount {
  readonly partition: number;
  readonly page: number;
  /** What the partition page says. */
  readonly available: number;
  readonly inUse: number;
  readonly deposited: number;
  readonly withdrawn: number;
  /** What the walk finds: free pages, and pages that hold objects charged to this pool. */
  readonly free: readonly number[];
  readonly objects: readonly number[];
}

/** Pages of tables of a GPA map, all levels; the top one first. */
function mapTables(read: ReadPage, root: number): number[] {
  const tables = [root];
  const top = read(root);
  for (let i = 0; i < 512; i++) {
    const middle = get32(top, 8 * i) >>> 3;
    if (middle === 0) continue;
    tables.push(middle);
    const entries = read(middle);
    for (let j = 0; j < 512; j++) if (get32(entries, 8 * j) !== 0) tables.push(get32(entries, 8 * j) >>> 3);
  }
  return tables;
}

function ownObjects(read: ReadPage, dir: number, p: Uint8Array): number[] {
  const found: number[] = [];
  const isRoot = get32(p, P_ID) === ROOT;
  // The end of a partition takes them one after the other: first its map, and the other pages with the next hop.
  if (!isRoot) found.push(...[P_HYPERCALL_PAGE, P_BITMAP_LO, P_BITMAP_HI].map((at) => get32(p, at)).filter((page) => page !== 0));
  if (!isRoot && get32(p, P_MAP) !== 0) {
    found.push(...mapTables(read, get32(p, P_MAP)));
    const vps = read(dir + 1);
    for (let i = 0; i < VPS_PER_PARTITION_MAX; i++) {
      const vp = get32(p, P_VP_TABLE + 4 * i);
      if (vp === 0) continue;
      const page = get32(vps, 4 * (vp - 1));
      found.push(page, get32(read(page), V_SIM_PAGE), get32(read(page), V_SIEF_PAGE));
    }
  }
  for (let t = 0; t < 8; t++) {
    const table = get32(p, P_PORTS + 4 * t);
    if (table === 0) continue;
    found.push(table);
    const ports = read(table);
    for (let at = 0; at < 4096; at += PORT_BYTES) {
      if (get32(ports, at + PORT_TYPE) !== 0 && get32(ports, at + PORT_BUFFER_PAGE) !== 0) found.push(get32(ports, at + PORT_BUFFER_PAGE));
    }
  }
  for (let t = 0; t < 8; t++) if (get32(p, P_CONNECTIONS + 4 * t) !== 0) found.push(get32(p, P_CONNECTIONS + 4 * t));
  return found;
}

function freePages(read: ReadPage, p: Uint8Array): number[] {
  const free: number[] = [];
  const limit = get32(p, P_DEPOSITED) + 1;
  for (let page = get32(p, P_FREE); page !== 0 && free.length < limit; page = get32(read(page), 0)) free.push(page);
  return free;
}

/** All pools; empty before the hypervisor runs. `dir` is the first page of the hypervisor. */
export function countPools(read: ReadPage, dir: number): PoolCount[] {
  const directory = read(dir);
  if (get32(directory, 0) !== DIRECTORY_MAGIC) return [];
  const pages: number[] = [];
  for (let id = 1; id <= get32(directory, 4); id++) pages.push(get32(directory, 16 + 4 * id));
  const there = pages.filter((page) => page !== 0);
  return there.map((page) => {
    const p = read(page);
    const id = get32(p, P_ID);
    const children = there.filter((child) => child !== page && get32(read(child), P_PARENT) === id);
    return {
      partition: id, page, available: get32(p, P_AVAILABLE), inUse: get32(p, P_IN_USE), deposited: get32(p, P_DEPOSITED), withdrawn: get32(p, P_WITHDRAWN),
      free: freePages(read, p), objects: [...children, ...ownObjects(read, dir, p)],
    };
  });
}

/** One sentence per pool whose numbers do not agree, or whose pages appear twice. */
export function poolFaults(pools: readonly PoolCount[]): string[] {
  const faults: string[] = [];
  const seen = new Set<number>();
  for (const pool of pools) {
    const name = `partition ${pool.partition}`;
    if (pool.free.length !== pool.available) faults.push(`${name} counts ${pool.available} free pages and has ${pool.free.length}`);
    if (pool.objects.length !== pool.inUse) faults.push(`${name} counts ${pool.inUse} pages in use and has ${pool.objects.length}`);
    if (pool.available + pool.inUse !== pool.deposited - pool.withdrawn) faults.push(`${name} has lost or gained pages`);
    for (const page of [...pool.free, ...pool.objects]) {
      if (seen.has(page)) faults.push(`page ${page} belongs to two owners, one of them ${name}`);
      seen.add(page);
    }
  }
  return faults;
}

