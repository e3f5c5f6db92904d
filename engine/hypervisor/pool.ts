/**
 * Memory pools: every partition has one, filled by HvDepositMemory; each object of the hypervisor is a page of the pool of the
 * partition the call names. Free pages are a list through the pages themselves, so what is there can be counted by walking.
 * Source: T2 7.1-7.4. SPEC [POOL-*].
 */
import { get32, put32 } from '../wire/bytes.ts';
import type { Act } from '../sim/act.ts';
import { bump, P_AVAILABLE, P_DEPOSITED, P_FREE, P_IN_USE, P_WITHDRAWN, partitionPage } from './objects.ts';

export function pagesAvailable(act: Act, dir: number, partition: number): number {
  return get32(act.spa(partitionPage(act, dir, partition)), P_AVAILABLE);
}

/** A deposited page joins the pool. */
export function depositPage(act: Act, dir: number, partition: number, page: number): void {
  pushFree(act, dir, partition, page);
  bump(act.spaForWrite(partitionPage(act, dir, partition)), P_DEPOSITED, 1);
}

/** Takes a zeroed page for an object, or 0: HV_STATUS_INSUFFICIENT_MEMORY. */
export function takePage(act: Act, dir: number, partition: number): number {
  const page = popFree(act, dir, partition);
  if (page !== 0) bump(act.spaForWrite(partitionPage(act, dir, partition)), P_IN_USE, 1);
  return page;
}

/** An object is gone: its page is free in the pool it came from. */
export function returnPage(act: Act, dir: number, partition: number, page: number): void {
  pushFree(act, dir, partition, page);
  bump(act.spaForWrite(partitionPage(act, dir, partition)), P_IN_USE, -1);
}

/** Takes a zeroed page out of the pool for good, or 0: HV_STATUS_NO_RESOURCES. */
export function withdrawPage(act: Act, dir: number, partition: number): number {
  const page = popFree(act, dir, partition);
  if (page !== 0) bump(act.spaForWrite(partitionPage(act, dir, partition)), P_WITHDRAWN, 1);
  return page;
}

function pushFree(act: Act, dir: number, partition: number, page: number): void {
  const owner = act.spaForWrite(partitionPage(act, dir, partition));
  const free = act.spaForWrite(page);
  free.fill(0);
  put32(free, 0, get32(owner, P_FREE));
  put32(owner, P_FREE, page);
  bump(owner, P_AVAILABLE, 1);
}

function popFree(act: Act, dir: number, partition: number): number {
  const owner = act.spaForWrite(partitionPage(act, dir, partition));
  const page = get32(owner, P_FREE);
  if (page === 0) return 0;
  const taken = act.spaForWrite(page);
  put32(owner, P_FREE, get32(taken, 0));
  put32(taken, 0, 0);
  bump(owner, P_AVAILABLE, -1);
  return page;
}
