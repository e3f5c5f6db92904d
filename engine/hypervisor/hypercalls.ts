/**
 * The hypercall interface. Runs in the hypervisor on the VP that called.
 *
 * Route: `hv.callRoot` / `hv.callGuest` (exit), checks 3 to 7 of the order in T2 4, `hv.to*` to the owner of the call,
 * `hv.answer`, `hv.returnRoot` / `hv.returnGuest` (entry). Several calls can be under way, one per VP. SPEC [HC-*].
 */
import { get32, get53, put32 } from '../wire/bytes.ts';
import { blockShapes } from '../wire/hypercall-blocks.ts';
import {
  controlCode, controlFast, controlRefusal, controlRepCount, hypercallByCode, HvAssertVirtualInterrupt, HvClearVirtualInterrupt,
  HvCreatePartition, HvCreatePort, HvCreateVp, HvDeletePort, HvDepositMemory, HvDisconnectPort, HvConnectPort, HvGetMemoryBalance,
  HvDeletePartition, HvDeleteVp, HvFinalizePartition, HvGetNextChildPartition, HvGetPartitionId, HvGetPartitionProperty, HvGetVpRegisters,
  HvInitializePartition, HvInstallIntercept, HvMapGpaPages, HvPostMessage, HvSetPartitionProperty, HvSetVpRegisters, HvSignalEvent,
  HvTranslateVirtualAddress, HvUnmapGpaPages, HvWithdrawMemory, type Hypercall,
} from '../wire/hypercalls.ts';
import {
  HV_STATUS_ACCESS_DENIED, HV_STATUS_INVALID_ALIGNMENT, HV_STATUS_INVALID_HYPERCALL_CODE, HV_STATUS_INVALID_PARTITION_ID,
} from '../wire/hv-status.ts';
import { holdsPrivilege } from '../wire/privileges.ts';
import { READ, WRITE, type Act } from '../sim/act.ts';
import { component, type HopView } from '../sim/component.ts';
import type { HopKind } from '../sim/hop-kinds.ts';
import { hv } from './hops.ts';
import {
  APIC, initialState, INTERCEPTS, MEMORY, P_PARENT, partitionPage, PARTITIONS, peer, privilegeHi, privilegeLo, ROOT, SCHEDULER, SYNIC,
  V_CALLER, V_CODE, V_PARTITION, vpPage, type HypervisorState,
} from './objects.ts';

const owners: readonly { readonly part: number; readonly kind: HopKind; readonly codes: readonly number[] }[] = [
  {
    part: PARTITIONS, kind: hv.toPartitions,
    codes: [
      HvCreatePartition, HvInitializePartition, HvFinalizePartition, HvDeletePartition, HvGetPartitionProperty, HvSetPartitionProperty,
      HvGetPartitionId, HvGetNextChildPartition,
    ],
  },
  {
    part: MEMORY, kind: hv.toMemory,
    codes: [HvDepositMemory, HvWithdrawMemory, HvGetMemoryBalance, HvMapGpaPages, HvUnmapGpaPages, HvTranslateVirtualAddress],
  },
  { part: INTERCEPTS, kind: hv.toIntercepts, codes: [HvInstallIntercept] },
  {
    part: SYNIC, kind: hv.toSynic,
    codes: [HvCreatePort, HvDeletePort, HvConnectPort, HvDisconnectPort, HvPostMessage, HvSignalEvent],
  },
  { part: APIC, kind: hv.toApic, codes: [HvAssertVirtualInterrupt, HvClearVirtualInterrupt] },
  { part: SCHEDULER, kind: hv.toScheduler, codes: [HvCreateVp, HvDeleteVp, HvGetVpRegisters, HvSetVpRegisters] },
];

/** Owner by call code, -1: the lab's hypervisor does not carry the call out. */
const ownerOf: readonly number[] = Array.from({ length: 0x80 }, (_, code) => owners.findIndex((o) => o.codes.includes(code)));

/** Where the parameters are after the checks: one object, used within one handler only. */
const found = { page: 0, offset: 0, out: 0 };

/** Alignment, size and presence of input and output; the machine pages go to `found`. [HC-3] [HC-4] */
function locate(act: Act, hop: HopView, caller: number, code: number): number {
  const shape = blockShapes[code]!;
  const reps = controlRepCount(hop.a1);
  found.out = 0;
  if (controlFast(hop.a0)) {
    found.page = hop.a2;
    found.offset = hop.a3;
  } else {
    const offset = hop.a3 & 0xfff;
    const bytes = shape.header + shape.element * reps;
    if ((offset & 7) !== 0 || offset + bytes > 4096) return HV_STATUS_INVALID_ALIGNMENT;
    found.offset = offset;
    found.page = bytes === 0 ? 0 : act.translate(caller, hop.a2, READ);
    if (found.page < 0) return HV_STATUS_INVALID_ALIGNMENT;
  }
  const outBytes = shape.output + shape.outputElement * reps;
  if (outBytes > 4096) return HV_STATUS_INVALID_ALIGNMENT;
  if (outBytes > 0) {
    found.out = act.translate(caller, hop.a4, WRITE);
    if (found.out <= 0) return HV_STATUS_INVALID_ALIGNMENT;
  }
  return 0;
}

/** Privilege and parenthood, which win over every check of parameters. [HC-5] */
function permission(act: Act, dir: number, caller: number, call: Hypercall, fast: boolean): number {
  const lo = privilegeLo(act, dir, caller);
  const hi = privilegeHi(act, dir, caller);
  const held = call.privilege < 0 || holdsPrivilege(lo, hi, call.privilege);
  if (call.caller === 'any') return held ? 0 : HV_STATUS_ACCESS_DENIED;
  const target = fast ? found.page : get53(act.spa(found.page), found.offset);
  const page = partitionPage(act, dir, target);
  if (page === 0 || (fast && found.offset !== 0)) return held || call.caller === 'parent-or-self' ? HV_STATUS_INVALID_PARTITION_ID : HV_STATUS_ACCESS_DENIED;
  const parent = get32(act.spa(page), P_PARENT) === caller;
  const self = target === caller;
  switch (call.caller) {
    // A partition may list its own children: it is the parent that this call is about.
    case 'parent': return (parent || (self && call.code === HvGetNextChildPartition)) && held ? 0 : HV_STATUS_ACCESS_DENIED;
    case 'parent-or-self': return parent || (self && held) ? 0 : HV_STATUS_ACCESS_DENIED;
    case 'parent-or-root': return (parent || (self && caller === ROOT)) && held ? 0 : HV_STATUS_ACCESS_DENIED;
    case 'root': return caller === ROOT && held ? 0 : HV_STATUS_ACCESS_DENIED;
    case 'unspecified': return HV_STATUS_ACCESS_DENIED;
  }
}

function receive(self: HypervisorState, hop: HopView, act: Act): void {
  const code = controlCode(hop.a0);
  const vp = act.spaForWrite(vpPage(act, self.dir, act.vp));
  put32(vp, V_CALLER, hop.from);
  put32(vp, V_CODE, code);
  const caller = get32(vp, V_PARTITION);
  const owner = code < ownerOf.length ? ownerOf[code]! : -1;
  let status = controlRefusal(hop.a0, hop.a1, self.era);
  if (status === 0 && owner < 0) status = HV_STATUS_INVALID_HYPERCALL_CODE;
  if (status === 0) status = locate(act, hop, caller, code);
  if (status === 0) status = permission(act, self.dir, caller, hypercallByCode(code, self.era)!, controlFast(hop.a0));
  if (status !== 0) {
    act.send(caller === ROOT ? hv.returnRoot : hv.returnGuest, hop.from, status, 0, code);
    return;
  }
  // A new partition is named by a string id in the upper half of the tag; it travels where other calls have their rep fields. [PART-2]
  const reps = code === HvCreatePartition ? hop.a5 : hop.a1;
  const chosen = owners[owner]!;
  act.send(chosen.kind, peer(self, act, chosen.part), hop.a0, reps, found.page, found.offset, found.out, caller);
}

function answer(self: HypervisorState, hop: HopView, act: Act): void {
  const vp = act.spa(vpPage(act, self.dir, act.vp));
  act.send(get32(vp, V_PARTITION) === ROOT ? hv.returnRoot : hv.returnGuest, get32(vp, V_CALLER), hop.a0, hop.a1, get32(vp, V_CODE));
}

export const hypercalls = component<HypervisorState>({
  name: 'hypercalls',
  title: 'Hypercall interface',
  about: 'The door through which the kernel of a partition calls the hypervisor; it checks every call before anybody acts on it.',
  place: 'hypervisor',
  sources: ['T2 4', 'T2 App. B'],
  initial: initialState,
  on: {
    [hv.callRoot.name]: receive,
    [hv.callGuest.name]: receive,
    [hv.answer.name]: answer,
  },
});
