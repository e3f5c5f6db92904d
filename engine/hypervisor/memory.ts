/**
 * The memory manager: pools and GPA maps. Runs in the hypervisor. A guest's map is three levels of 512 entries of eight bytes
 * (low word: machine page << 3 | rights) in pages of the guest's own pool; the kernel of the lab walks it at every access.
 * Sources: T2 7, 8, 12.4.4. SPEC [POOL-*] [MAP-*].
 */
import { get32, get53, put32, put53, put64, wordsOf } from '../wire/bytes.ts';
import {
  DEPOSIT_LIST_AT, MAP_LIST_AT, mapFlagsLegal, TRANSLATE_VALIDATE_READ, TRANSLATE_VALIDATE_WRITE,
} from '../wire/hypercall-blocks.ts';
import {
  controlCode, controlRepCount, controlRepStart, HvDepositMemory, HvGetMemoryBalance, HvMapGpaPages, HvTranslateVirtualAddress,
  HvUnmapGpaPages, HvWithdrawMemory,
} from '../wire/hypercalls.ts';
import {
  HV_STATUS_ACCESS_DENIED, HV_STATUS_INSUFFICIENT_MEMORY, HV_STATUS_INVALID_HYPERCALL_CODE, HV_STATUS_INVALID_PARAMETER,
  HV_STATUS_INVALID_PARTITION_STATE, HV_STATUS_INVALID_VP_INDEX, HV_STATUS_NO_RESOURCES, HV_STATUS_OPERATION_DENIED, HV_STATUS_SUCCESS,
} from '../wire/hv-status.ts';
import { EXECUTE, READ, WRITE, type Act } from '../sim/act.ts';
import { component, type HopView } from '../sim/component.ts';
import { hv } from './hops.ts';
import {
  bump, HYPERCALLS, initialState, P_AVAILABLE, P_IN_USE, P_MAP, P_MAPPED, partitionPage, PARTITIONS, partitionState, peer, ROOT, STATE_ACTIVE,
  STATE_UNINITIALIZED, vpOf, type HypervisorState,
} from './objects.ts';
import { depositPage, returnPage, takePage, withdrawPage } from './pool.ts';

/** Pages in the GPA space of a guest: 512 x 512 x 512. */
const GPA_PAGES = 0x800_0000;
const RIGHTS = READ | WRITE | EXECUTE;

/** Element at which the last rep call stopped: one value, used within one handler only. */
let repsDone = 0;
/** Pages that HvMapGpaPages has newly mapped; as above, only while it runs. */
let fresh = 0;

/** HvDepositMemory: the page leaves its depositor. [POOL-1] */
function deposit(self: HypervisorState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const id = get53(input, hop.a3);
  const caller = hop.a5;
  const state = partitionState(act, self.dir, id);
  if (state !== STATE_ACTIVE && state !== STATE_UNINITIALIZED) return HV_STATUS_INVALID_PARTITION_STATE;
  const count = controlRepCount(hop.a1);
  for (; repsDone < count; repsDone++) {
    const gpaPage = get53(input, hop.a3 + DEPOSIT_LIST_AT + 8 * repsDone);
    const spa = gpaPage < 0 ? -3 : act.translate(caller, gpaPage, RIGHTS);
    // Only the root deposits here, so its page is the machine page. [POOL-1]
    if (spa < 0 || caller !== ROOT) return HV_STATUS_OPERATION_DENIED;
    act.setRootAccess(spa, false);
    depositPage(act, self.dir, id, spa);
  }
  return HV_STATUS_SUCCESS;
}

/** HvWithdrawMemory: free pages go back to the parent, zeroed. [POOL-4] */
function withdraw(self: HypervisorState, hop: HopView, act: Act): number {
  const id = get53(act.spa(hop.a2), hop.a3);
  const out = act.spaForWrite(hop.a4);
  const count = controlRepCount(hop.a1);
  for (; repsDone < count; repsDone++) {
    const page = withdrawPage(act, self.dir, id);
    if (page === 0) return HV_STATUS_NO_RESOURCES;
    act.setRootAccess(page, true);
    put53(out, 8 * repsDone, page);
  }
  return HV_STATUS_SUCCESS;
}

function balance(self: HypervisorState, hop: HopView, act: Act): number {
  const p = act.spa(partitionPage(act, self.dir, get53(act.spa(hop.a2), hop.a3)));
  const out = act.spaForWrite(hop.a4);
  put53(out, 0, get32(p, P_AVAILABLE));
  put53(out, 8, get32(p, P_IN_USE));
  return HV_STATUS_SUCCESS;
}

/** Entry of a table for `gpaPage` at a level (2 top, 1 middle, 0 leaf). */
function entryAt(gpaPage: number, level: number): number {
  return ((gpaPage >>> (9 * level)) & 511) << 3;
}

/** Page of the next lower table, taken from the pool when there is none yet; 0 when the pool is empty. */
function lowerTable(self: HypervisorState, act: Act, id: number, table: number, at: number): number {
  const entry = get32(act.spa(table), at);
  if (entry !== 0) return entry >>> 3;
  const page = takePage(act, self.dir, id);
  if (page !== 0) put32(act.spaForWrite(table), at, (page << 3) | RIGHTS);
  return page;
}

/** Leaf table that holds the entry of `gpaPage`, or 0. */
function leafTable(self: HypervisorState, act: Act, id: number, gpaPage: number): number {
  const root = get32(act.spa(partitionPage(act, self.dir, id)), P_MAP);
  const middle = lowerTable(self, act, id, root, entryAt(gpaPage, 2));
  return middle === 0 ? 0 : lowerTable(self, act, id, middle, entryAt(gpaPage, 1));
}

/** HvMapGpaPages: rep call, each element its own action. [MAP-1] [MAP-2] [MAP-3] */
function map(self: HypervisorState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const at = hop.a3;
  const id = get53(input, at);
  const base = get53(input, at + 8);
  const flags = get32(input, at + 16);
  if (!mapFlagsLegal(flags)) return HV_STATUS_INVALID_PARAMETER;
  if (partitionState(act, self.dir, id) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  const mapped = get32(act.spa(partitionPage(act, self.dir, id)), P_MAPPED);
  fresh = 0;
  const status = mapElements(self, act, input, at + MAP_LIST_AT, hop, id, base, flags);
  if (fresh > 0) put32(act.spaForWrite(partitionPage(act, self.dir, id)), P_MAPPED, mapped + fresh);
  return status;
}

/** The elements of one HvMapGpaPages, from the list at `list`: by runs that share a leaf table. */
function mapElements(self: HypervisorState, act: Act, input: Uint8Array, list: number, hop: HopView, id: number, base: number, flags: number): number {
  const count = controlRepCount(hop.a1);
  if (base < 0) return HV_STATUS_INVALID_PARAMETER;
  const from = wordsOf(input);
  while (repsDone < count) {
    const gpaPage = base + repsDone;
    if (gpaPage >= GPA_PAGES) return HV_STATUS_INVALID_PARAMETER;
    const run = Math.min(count - repsDone, 512 - (gpaPage & 511));
    const leaf = id === ROOT ? 0 : leafTable(self, act, id, gpaPage);
    if (leaf === 0 && id !== ROOT) return HV_STATUS_INSUFFICIENT_MEMORY;
    const status = id === ROOT ? keepIdentity(act, input, list, gpaPage, run, flags) : mapRun(act, act.spaForWrite(leaf), from, list, hop.a5, gpaPage, run, flags);
    if (status !== HV_STATUS_SUCCESS) return status;
  }
  return HV_STATUS_SUCCESS;
}

/** Elements whose entries stand in one leaf table: this loop sees every page of every guest, so it works on words. */
function mapRun(act: Act, table: Uint8Array, from: Int32Array, list: number, caller: number, gpaPage: number, run: number, flags: number): number {
  const first = repsDone;
  const to = wordsOf(table);
  const at = (list >>> 2) + 2 * first;
  const entry = entryAt(gpaPage, 0) >>> 2;
  // Pages of the root mostly come in a row and are themselves: as many are not looked up one by one.
  const plain = caller === ROOT && from[at + 1] === 0 ? act.identityRun(from[at]! >>> 0, run) : 0;
  let i = mapIdentical(from, at, to, entry, plain, flags);
  let spa = 0;
  for (; i < run; i++) {
    const low = from[at + 2 * i]!;
    spa = from[at + 2 * i + 1] === 0 ? act.translate(caller, low >>> 0, 0) : -3;
    if (spa < 0) break;
    if (to[entry + 2 * i] === 0) fresh++;
    to[entry + 2 * i] = (spa << 3) | flags;
  }
  repsDone = first + i;
  if (i === run) return HV_STATUS_SUCCESS;
  return spa === -3 ? HV_STATUS_INVALID_PARAMETER : HV_STATUS_OPERATION_DENIED;
}

/** Elements of a list that go on as they begin, `most` at most, into a table as they are; answers how many did. */
function mapIdentical(from: Int32Array, at: number, to: Int32Array, entry: number, most: number, flags: number): number {
  const end = at + 2 * most;
  let page = from[at]!;
  let added = 0;
  let read = at;
  let write = entry;
  for (; read < end; read += 2, write += 2, page++) {
    if (from[read] !== page || from[read + 1] !== 0) break;
    if (to[write] === 0) added++;
    to[write] = (page << 3) | flags;
  }
  fresh += added;
  return (read - at) >>> 1;
}

/** Machine page of a source page of the caller, or a fault code of `translate`. */
function sourcePage(act: Act, input: Uint8Array, at: number, caller: number): number {
  const source = get53(input, at);
  return source < 0 ? -3 : act.translate(caller, source, 0);
}

/** The root's map stays the identity; that its rights could change is left out. [MAP-4] */
function keepIdentity(act: Act, input: Uint8Array, list: number, gpaPage: number, run: number, flags: number): number {
  for (let i = 0; i < run; i++, repsDone++) {
    const spa = sourcePage(act, input, list + 8 * repsDone, ROOT);
    if (spa < 0) return spa === -3 ? HV_STATUS_INVALID_PARAMETER : HV_STATUS_OPERATION_DENIED;
    if (spa !== gpaPage + i || flags !== RIGHTS) return HV_STATUS_ACCESS_DENIED;
  }
  return HV_STATUS_SUCCESS;
}

function writeLeaf(self: HypervisorState, act: Act, id: number, leaf: number, gpaPage: number, entry: number): void {
  const table = act.spaForWrite(leaf);
  const at = entryAt(gpaPage, 0);
  const was = get32(table, at);
  put32(table, at, entry);
  if ((was === 0) !== (entry === 0)) bump(act.spaForWrite(partitionPage(act, self.dir, id)), P_MAPPED, entry === 0 ? -1 : 1);
}

/** HvUnmapGpaPages: the rep count is the number of pages; unmapping an unmapped page succeeds. [MAP-5] */
function unmap(self: HypervisorState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const id = get53(input, hop.a3);
  const base = get53(input, hop.a3 + 8);
  if (partitionState(act, self.dir, id) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  const count = controlRepCount(hop.a1);
  for (; repsDone < count; repsDone++) {
    const gpaPage = base + repsDone;
    if (base < 0 || gpaPage >= GPA_PAGES) return HV_STATUS_INVALID_PARAMETER;
    const root = get32(act.spa(partitionPage(act, self.dir, id)), P_MAP);
    const middle = get32(act.spa(root), entryAt(gpaPage, 2)) >>> 3;
    const leaf = middle === 0 ? 0 : get32(act.spa(middle), entryAt(gpaPage, 1)) >>> 3;
    if (leaf !== 0) writeLeaf(self, act, id, leaf, gpaPage, 0);
  }
  return HV_STATUS_SUCCESS;
}

/** HvTranslateVirtualAddress: GVA = GPA here, so only the last step of the walk is left. [MAP-6] */
function translateAddress(self: HypervisorState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const at = hop.a3;
  const id = get53(input, at);
  const flags = get32(input, at + 16);
  const gvaPage = get53(input, at + 24);
  if (partitionState(act, self.dir, id) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  if (vpOf(act, self.dir, id, get32(input, at + 8)) < 0) return HV_STATUS_INVALID_VP_INDEX;
  if ((flags & 7) === 0 || gvaPage < 0) return HV_STATUS_INVALID_PARAMETER;
  const result = translationResult(act, id, gvaPage, flags);
  const out = act.spaForWrite(hop.a4);
  put64(out, 0, result, 6);
  put53(out, 8, gvaPage);
  return HV_STATUS_SUCCESS;
}

/** Result codes of T2 12.3.4: 0 success, 4 GPA unmapped, 5 no read access, 6 no write access. */
function translationResult(act: Act, id: number, gpaPage: number, flags: number): number {
  if (act.translate(id, gpaPage, 0) < 0) return 4;
  if ((flags & TRANSLATE_VALIDATE_READ) !== 0 && act.translate(id, gpaPage, READ) < 0) return 5;
  if ((flags & TRANSLATE_VALIDATE_WRITE) !== 0 && act.translate(id, gpaPage, WRITE) < 0) return 6;
  return 0;
}

/** HvFinalizePartition: the map is forgotten, its tables go back to the pool. [PART-7] */
function finalize(self: HypervisorState, hop: HopView, act: Act): void {
  const id = hop.a0;
  const page = partitionPage(act, self.dir, id);
  const root = get32(act.spa(page), P_MAP);
  const p = act.spaForWrite(page);
  put32(p, P_MAP, 0);
  put32(p, P_MAPPED, 0);
  releaseTable(self, act, id, root, 2);
  act.setMapRoot(id, -1);
  act.send(hv.finalize, peer(self, act, PARTITIONS), id);
}

function releaseTable(self: HypervisorState, act: Act, id: number, table: number, level: number): void {
  if (level > 0) {
    for (let at = 0; at < 4096; at += 8) {
      const lower = get32(act.spa(table), at) >>> 3;
      if (lower !== 0) releaseTable(self, act, id, lower, level - 1);
    }
  }
  returnPage(act, self.dir, id, table);
}

function call(self: HypervisorState, hop: HopView, act: Act): void {
  const code = controlCode(hop.a0);
  repsDone = controlRepStart(hop.a1);
  let status: number;
  switch (code) {
    case HvDepositMemory: status = deposit(self, hop, act); break;
    case HvWithdrawMemory: status = withdraw(self, hop, act); break;
    case HvGetMemoryBalance: status = balance(self, hop, act); break;
    case HvMapGpaPages: status = map(self, hop, act); break;
    case HvUnmapGpaPages: status = unmap(self, hop, act); break;
    case HvTranslateVirtualAddress: status = translateAddress(self, hop, act); break;
    default: status = HV_STATUS_INVALID_HYPERCALL_CODE;
  }
  if (code === HvMapGpaPages || code === HvUnmapGpaPages) act.mapChanged(get53(act.spa(hop.a2), hop.a3));
  act.send(hv.answer, peer(self, act, HYPERCALLS), status, repsDone, code);
}

export const memory = component<HypervisorState>({
  name: 'hypervisor-memory',
  title: 'Memory manager',
  about: 'Keeps the pool of every partition and the map from its addresses to machine memory.',
  place: 'hypervisor',
  sources: ['T2 7', 'T2 8'],
  initial: initialState,
  on: { [hv.toMemory.name]: call, [hv.finalize.name]: finalize },
});
