/**
 * The partition manager: launch, partitions and their properties, and the MSRs of a partition as a whole. Runs in the
 * hypervisor. Sources: T2 5, 22.3-22.4. SPEC [PART-*].
 */
import { get32, get53, get64hi, get64lo, put32, put53, put64 } from '../wire/bytes.ts';
import {
  HvCreatePartition, HvDeletePartition, HvFinalizePartition, HvGetNextChildPartition, HvGetPartitionId, HvGetPartitionProperty,
  HvInitializePartition, HvSetPartitionProperty, controlCode, controlFast,
} from '../wire/hypercalls.ts';
import {
  HV_STATUS_INSUFFICIENT_MEMORY, HV_STATUS_INVALID_HYPERCALL_CODE, HV_STATUS_INVALID_PARAMETER, HV_STATUS_INVALID_PARTITION_ID,
  HV_STATUS_INVALID_PARTITION_STATE, HV_STATUS_NO_RESOURCES, HV_STATUS_OPERATION_DENIED, HV_STATUS_PROPERTY_VALUE_OUT_OF_RANGE,
  HV_STATUS_SUCCESS, HV_STATUS_UNKNOWN_PROPERTY,
} from '../wire/hv-status.ts';
import { MSR_GUEST_OS_ID, MSR_HYPERCALL, MSR_TIME_REF_COUNT, MSR_VP_INDEX } from '../wire/msrs.ts';
import {
  defaultChildMaskLo, partitionProperties, PROPERTY_CPU_CAP, PROPERTY_CPU_RESERVE, PROPERTY_CPU_WEIGHT, PROPERTY_PRIVILEGE_FLAGS,
  rootMask,
} from '../wire/privileges.ts';
import { registerPage } from '../wire/synic.ts';
import type { Act } from '../sim/act.ts';
import { component, type HopView } from '../sim/component.ts';
import { hv, msr } from './hops.ts';
import {
  bump, DIRECTORY_MAGIC, enterPartition, HYPERCALLS, initialState, lastPartition, P_AVAILABLE, P_BITMAP_HI, P_BITMAP_LO, P_CAP,
  P_CHILDREN, P_HYPERCALL, P_HYPERCALL_PAGE, P_ID, P_IN_USE, P_MAP, P_NAME, P_OS_ID, P_PARENT, P_PRIVILEGES, P_PROPERTIES, P_RESERVE, P_STATE, P_VPS,
  P_VP_TABLE, P_WEIGHT, PARTITION_MAGIC, partitionPage, PARTITIONS_MAX, pagesAtLaunch, peer, ROOT, SCHEDULER, STATE_ACTIVE,
  STATE_FINALIZED, STATE_FINALIZING, STATE_UNINITIALIZED, V_INDEX,
  V_PARTITION, vpPage, type HypervisorConfig, type HypervisorState,
} from './objects.ts';
import { pagesAvailable, returnPage, takePage } from './pool.ts';
import { formatVp } from './vp-page.ts';

/** Pages HvInitializePartition takes from the pool of its target: map root, hypercall page, port bitmap. Our choice. */
const INITIALIZE_PAGES = 4;
/** The answer comes from another handler. */
const NO_ANSWER = -1;

interface PartitionsState extends HypervisorState {
  rootVps: number;
  count: number;
}

/** `hv.launch`: the hypervisor keeps its pages for itself and makes the root partition, Active from the start. [PART-1] */
function launch(self: PartitionsState, hop: HopView, act: Act): void {
  act.assert(self.count >= pagesAtLaunch(self.rootVps), `the hypervisor needs ${pagesAtLaunch(self.rootVps)} pages for ${self.rootVps} root VPs`);
  for (let i = 0; i < self.count; i++) act.setRootAccess(self.dir + i, false);
  put32(act.spaForWrite(self.dir), 0, DIRECTORY_MAGIC);
  const page = self.dir + 2;
  formatPartition(act, self.dir, ROOT, 0, page, STATE_ACTIVE);
  const p = act.spaForWrite(page);
  put64(p, P_PRIVILEGES, ...rootMask(self.era));
  put32(p, P_HYPERCALL_PAGE, self.dir + 3);
  put32(p, P_VPS, self.rootVps);
  for (let vp = 0; vp < self.rootVps; vp++) {
    formatVp(act, self.dir, vp, ROOT, vp, self.dir + 4 + 3 * vp, self.dir + 5 + 3 * vp, self.dir + 6 + 3 * vp, false);
    put32(p, P_VP_TABLE + 4 * vp, vp + 1);
  }
  act.send(hv.launched, hop.from, self.rootVps);
}

function formatPartition(act: Act, dir: number, id: number, parent: number, page: number, state: number): void {
  enterPartition(act, dir, id, page);
  const p = act.spaForWrite(page);
  p.fill(0);
  put32(p, 0, PARTITION_MAGIC);
  put32(p, P_ID, id);
  put32(p, P_PARENT, parent);
  put32(p, P_STATE, state);
  put53(p, P_CAP, 0x10000);
  put53(p, P_WEIGHT, 100);
}

/** HvCreatePartition: the partition page comes from the caller's pool. [PART-2] [POOL-2] */
function create(self: PartitionsState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const at = hop.a3;
  if (get64lo(input, at) !== 0 || get64hi(input, at) !== 0) return HV_STATUS_INVALID_PARAMETER;
  const caller = hop.a5;
  if (lastPartition(act, self.dir) >= PARTITIONS_MAX) return HV_STATUS_NO_RESOURCES;
  const page = takePage(act, self.dir, caller);
  if (page === 0) return HV_STATUS_INSUFFICIENT_MEMORY;
  const name = act.textOf(hop.a1 >>> 16).split('\n');
  const wanted = name[0] === '' || name[0] === undefined ? `partition-${lastPartition(act, self.dir) + 1}` : name[0];
  const id = act.addPartition(wanted, name[1] ?? wanted);
  formatPartition(act, self.dir, id, caller, page, STATE_UNINITIALIZED);
  const p = act.spaForWrite(page);
  put64(p, P_PRIVILEGES, defaultChildMaskLo(self.era), 0);
  put32(p, P_NAME, act.text(wanted));
  bump(act.spaForWrite(partitionPage(act, self.dir, caller)), P_CHILDREN, 1);
  put53(act.spaForWrite(hop.a4), 0, id);
  return HV_STATUS_SUCCESS;
}

/** HvInitializePartition: from now on the partition can be given memory, VPs and ports. [PART-3] */
function initialize(self: PartitionsState, id: number, act: Act): number {
  const page = partitionPage(act, self.dir, id);
  if (get32(act.spa(page), P_STATE) !== STATE_UNINITIALIZED) return HV_STATUS_INVALID_PARTITION_STATE;
  if (pagesAvailable(act, self.dir, id) < INITIALIZE_PAGES) return HV_STATUS_INSUFFICIENT_MEMORY;
  const map = takePage(act, self.dir, id);
  const code = takePage(act, self.dir, id);
  const low = takePage(act, self.dir, id);
  const high = takePage(act, self.dir, id);
  const p = act.spaForWrite(page);
  put32(p, P_STATE, STATE_ACTIVE);
  put32(p, P_MAP, map);
  put32(p, P_HYPERCALL_PAGE, code);
  put32(p, P_BITMAP_LO, low);
  put32(p, P_BITMAP_HI, high);
  act.setMapRoot(id, map);
  return HV_STATUS_SUCCESS;
}

/** HvFinalizePartition: VP scheduler, SynIC and memory manager release what they keep, in this order, then the rest. [PART-7] */
function finalize(self: PartitionsState, id: number, act: Act): number {
  const page = partitionPage(act, self.dir, id);
  const p = act.spa(page);
  if (get32(p, P_CHILDREN) > 0) return HV_STATUS_OPERATION_DENIED;
  if (get32(p, P_STATE) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  put32(act.spaForWrite(page), P_STATE, STATE_FINALIZING);
  act.send(hv.finalize, peer(self, act, SCHEDULER), id);
  return NO_ANSWER;
}

/** The other parts have released theirs. */
function finalized(self: PartitionsState, hop: HopView, act: Act): void {
  const id = hop.a0;
  const p = act.spaForWrite(partitionPage(act, self.dir, id));
  showHypercallPage(act, p, id, get64lo(p, P_HYPERCALL) & ~1, get64hi(p, P_HYPERCALL));
  for (const at of [P_HYPERCALL_PAGE, P_BITMAP_LO, P_BITMAP_HI]) {
    returnPage(act, self.dir, id, get32(p, at));
    put32(p, at, 0);
  }
  put32(p, P_STATE, STATE_FINALIZED);
  act.send(hv.answer, peer(self, act, HYPERCALLS), HV_STATUS_SUCCESS, 0, HvFinalizePartition);
}

/** HvDeletePartition of a partition that was never initialized or has been finalized, and whose pool is empty. [PART-6] */
function remove(self: PartitionsState, id: number, act: Act): number {
  const page = partitionPage(act, self.dir, id);
  const p = act.spa(page);
  if (get32(p, P_STATE) !== STATE_UNINITIALIZED && get32(p, P_STATE) !== STATE_FINALIZED) return HV_STATUS_INVALID_PARTITION_STATE;
  if (get32(p, P_AVAILABLE) + get32(p, P_IN_USE) !== 0) return HV_STATUS_OPERATION_DENIED;
  const parent = get32(p, P_PARENT);
  const d = act.spaForWrite(self.dir);
  put32(d, 16 + 4 * id, 0);
  returnPage(act, self.dir, parent, page);
  bump(act.spaForWrite(partitionPage(act, self.dir, parent)), P_CHILDREN, -1);
  act.removePartition(id);
  return HV_STATUS_SUCCESS;
}

/** Offset of a property in the partition page, or -1. */
function propertyAt(code: number): number {
  if (code === PROPERTY_PRIVILEGE_FLAGS) return P_PRIVILEGES;
  if (code === PROPERTY_CPU_RESERVE) return P_RESERVE;
  if (code === PROPERTY_CPU_CAP) return P_CAP;
  if (code === PROPERTY_CPU_WEIGHT) return P_WEIGHT;
  const index = partitionProperties.findIndex((p) => p.code === code);
  return index < 0 ? -1 : P_PROPERTIES + 8 * index;
}

/** HvGetPartitionProperty and HvSetPartitionProperty. [PART-4] [PART-5] */
function property(self: PartitionsState, hop: HopView, act: Act, set: boolean): number {
  const input = act.spa(hop.a2);
  const at = hop.a3;
  const id = get53(input, at);
  const page = partitionPage(act, self.dir, id);
  const code = get32(input, at + 8);
  const where = propertyAt(code);
  if (where < 0) return HV_STATUS_UNKNOWN_PROPERTY;
  if (get32(act.spa(page), P_STATE) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  if (!set) {
    const p = act.spa(page);
    put64(act.spaForWrite(hop.a4), 0, get64lo(p, where), get64hi(p, where));
    return HV_STATUS_SUCCESS;
  }
  const lo = get64lo(input, at + 16);
  const hi = get64hi(input, at + 16);
  const p = act.spaForWrite(page);
  const refused = valueRefusal(p, code, lo, hi);
  if (refused !== 0) return refused;
  put64(p, where, lo, hi);
  if (code === PROPERTY_CPU_WEIGHT) {
    for (let i = 0; i < get32(p, P_VPS); i++) act.setWeight(get32(p, P_VP_TABLE + 4 * i) - 1, lo);
  }
  return HV_STATUS_SUCCESS;
}

function valueRefusal(p: Uint8Array, code: number, lo: number, hi: number): number {
  const out = HV_STATUS_PROPERTY_VALUE_OUT_OF_RANGE;
  if (partitionProperties.find((known) => known.code === code)!.readOnly) return out;
  switch (code) {
    // CpuManagement is reserved to the root here.
    case PROPERTY_PRIVILEGE_FLAGS: return get32(p, P_ID) !== ROOT && (hi & 0x1000) !== 0 ? out : 0;
    case PROPERTY_CPU_RESERVE: return hi !== 0 || lo > get32(p, P_CAP) ? out : 0;
    case PROPERTY_CPU_CAP: return hi !== 0 || lo > 0x10000 || lo < get32(p, P_RESERVE) ? out : 0;
    case PROPERTY_CPU_WEIGHT: return hi !== 0 || lo < 1 || lo > 10000 ? out : 0;
    default: return 0;
  }
}

function nextChild(self: PartitionsState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const parent = get53(input, hop.a3);
  const previous = get53(input, hop.a3 + 8);
  if (previous !== 0 && get32(act.spa(partitionPage(act, self.dir, previous) || self.dir), P_PARENT) !== parent) return HV_STATUS_INVALID_PARTITION_ID;
  let next = 0;
  for (let id = previous + 1; next === 0 && id <= lastPartition(act, self.dir); id++) {
    const page = partitionPage(act, self.dir, id);
    if (page !== 0 && get32(act.spa(page), P_PARENT) === parent) next = id;
  }
  put53(act.spaForWrite(hop.a4), 0, next);
  return HV_STATUS_SUCCESS;
}

function call(self: PartitionsState, hop: HopView, act: Act): void {
  const target = (): number => (controlFast(hop.a0) ? hop.a2 : get53(act.spa(hop.a2), hop.a3));
  let status: number;
  switch (controlCode(hop.a0)) {
    case HvCreatePartition: status = create(self, hop, act); break;
    case HvInitializePartition: status = initialize(self, target(), act); break;
    case HvDeletePartition: status = remove(self, target(), act); break;
    case HvGetPartitionProperty: status = property(self, hop, act, false); break;
    case HvSetPartitionProperty: status = property(self, hop, act, true); break;
    case HvGetNextChildPartition: status = nextChild(self, hop, act); break;
    case HvGetPartitionId:
      put53(act.spaForWrite(hop.a4), 0, hop.a5);
      status = HV_STATUS_SUCCESS;
      break;
    case HvFinalizePartition: status = finalize(self, target(), act); break;
    default: status = HV_STATUS_INVALID_HYPERCALL_CODE;
  }
  if (status === NO_ANSWER) return;
  act.send(hv.answer, peer(self, act, HYPERCALLS), status, 0, controlCode(hop.a0));
}

/** MSRs of the partition: OS id, hypercall page, VP index, reference time. [MSR-2] [MSR-3] */
function access(self: PartitionsState, hop: HopView, act: Act): void {
  const vp = act.spa(vpPage(act, self.dir, act.vp));
  const id = get32(vp, V_PARTITION);
  const page = partitionPage(act, self.dir, id);
  const done = id === ROOT ? msr.doneRoot : msr.doneGuest;
  if (hop.a3 === 1) {
    const fault = hop.a0 === MSR_GUEST_OS_ID ? writeOsId(act, page, id, hop.a1, hop.a2) : writeHypercall(act, page, id, hop.a1, hop.a2);
    act.send(done, hop.a4, hop.a1, hop.a2, fault);
    return;
  }
  const p = act.spa(page);
  switch (hop.a0) {
    case MSR_GUEST_OS_ID: act.send(done, hop.a4, get64lo(p, P_OS_ID), get64hi(p, P_OS_ID), 0); break;
    case MSR_HYPERCALL: act.send(done, hop.a4, get64lo(p, P_HYPERCALL), get64hi(p, P_HYPERCALL), 0); break;
    case MSR_VP_INDEX: act.send(done, hop.a4, get32(vp, V_INDEX), 0, 0); break;
    case MSR_TIME_REF_COUNT: {
      const ticks = Math.floor(act.now / 100);
      act.send(done, hop.a4, ticks % 0x1_0000_0000, Math.floor(ticks / 0x1_0000_0000), 0);
      break;
    }
    default: act.send(done, hop.a4, 0, 0, 1);
  }
}

function writeOsId(act: Act, page: number, id: number, lo: number, hi: number): number {
  const p = act.spaForWrite(page);
  put64(p, P_OS_ID, lo, hi);
  if (lo === 0 && hi === 0) showHypercallPage(act, p, id, get64lo(p, P_HYPERCALL) & ~1, get64hi(p, P_HYPERCALL));
  return 0;
}

function writeHypercall(act: Act, page: number, id: number, lo: number, hi: number): number {
  const p = act.spaForWrite(page);
  if ((lo & 1) !== 0 && registerPage(lo, hi) >= 0x800_0000) return 1;
  const identified = get64lo(p, P_OS_ID) !== 0 || get64hi(p, P_OS_ID) !== 0;
  showHypercallPage(act, p, id, identified ? lo : lo & ~1, hi);
  return 0;
}

/** Moves the overlay and writes its code: VMCALL, RET. [MSR-3] */
function showHypercallPage(act: Act, p: Uint8Array, id: number, lo: number, hi: number): void {
  const old = get64lo(p, P_HYPERCALL);
  if ((old & 1) !== 0) act.setOverlay(id, registerPage(old, get64hi(p, P_HYPERCALL)), 0);
  put64(p, P_HYPERCALL, lo >>> 0, hi);
  if ((lo & 1) === 0) return;
  const spa = get32(p, P_HYPERCALL_PAGE);
  const code = act.spaForWrite(spa);
  code.fill(0xcc);
  code.set([0x0f, 0x01, 0xc1, 0xc3]);
  act.setOverlay(id, registerPage(lo >>> 0, hi), spa);
}

export const partitions = component<PartitionsState>({
  name: 'partitions',
  title: 'Partition manager',
  about: 'Keeps the partitions: who made whom, what each may do, and which pages each has been given.',
  place: 'hypervisor',
  sources: ['T2 5', 'T2 22.3-22.4'],
  initial: (config: HypervisorConfig) => ({ ...initialState(config), rootVps: config.rootVps, count: config.count }),
  on: {
    [hv.launch.name]: launch,
    [hv.toPartitions.name]: call,
    [hv.finalize.name]: finalized,
    [msr.access.name]: access,
  },
});

