/**
 * The end of a VP. Part of the VP scheduler: a VP that is stopped from outside may be in the hypervisor at that moment, so the
 * call that stops it is answered when the hypervisor has finished what the VP had begun.
 *
 * Route of HvDeleteVp: suspend, `sched.leave` on that VP until nothing of it is under way, `sched.left`, `synic.forget` (messages),
 * `sched.remove` (pages, overlays, the VP itself). HvFinalizePartition does the same for every VP that is left.
 * Sources: T2 5.4.1, 10.1.3, 10.4.2. SPEC [VP-7] [VP-8].
 */
import { get32, get53, get64hi, put32 } from '../wire/bytes.ts';
import { HV_STATUS_INVALID_PARAMETER, HV_STATUS_INVALID_PARTITION_STATE, HV_STATUS_INVALID_VP_INDEX, HV_STATUS_SUCCESS } from '../wire/hv-status.ts';
import { controlFast, HvDeleteVp, HvFinalizePartition, HvSetVpRegisters } from '../wire/hypercalls.ts';
import { registerPage, synicEnabled } from '../wire/synic.ts';
import type { Act } from '../sim/act.ts';
import type { HopView } from '../sim/component.ts';
import { hv, sched, synic } from './hops.ts';
import {
  bump, enterVp, HYPERCALLS, P_VP_TABLE, P_VPS, partitionPage, partitionState, peer, STATE_ACTIVE, SYNIC, V_EXPLICIT_SUSPEND, V_INDEX, V_PARTITION, V_SIEF_PAGE, V_SIEFP,
  V_SIM_PAGE, V_SIMP, vpOf, vpPage, VPS_PER_PARTITION_MAX, type HypervisorState,
} from './objects.ts';
import { returnPage } from './pool.ts';

function answer(self: HypervisorState, act: Act, code: number, status: number, reps: number): void {
  act.send(hv.answer, peer(self, act, HYPERCALLS), status, reps, code);
}

/** Answers HvSetVpRegisters: a VP that is explicitly suspended now is out of the hypervisor when its parent hears of it. [VP-7] */
export function answerWhenOut(self: HypervisorState, act: Act, vp: number, status: number, reps: number): void {
  const stopped = vp >= 0 && get32(act.spa(vpPage(act, self.dir, vp)), V_EXPLICIT_SUSPEND) !== 0;
  if (!stopped || vp === act.vp || act.outOfHypervisor(vp)) return answer(self, act, HvSetVpRegisters, status, reps);
  act.sendOn(vp, sched.leave, act.self, vp, act.vp, HvSetVpRegisters, status, reps);
}

/** Runs on the VP itself, behind what it had begun; what that sends comes behind this, so it looks again. */
export function leave(_self: HypervisorState, hop: HopView, act: Act): void {
  if (act.outOfHypervisor(act.vp)) act.sendOn(hop.a1, sched.left, act.self, hop.a0, hop.a2, hop.a3, hop.a4);
  else act.send(sched.leave, act.self, hop.a0, hop.a1, hop.a2, hop.a3, hop.a4);
}

export function left(self: HypervisorState, hop: HopView, act: Act): void {
  if (hop.a1 === HvSetVpRegisters) return answer(self, act, HvSetVpRegisters, hop.a2, hop.a3);
  act.send(synic.forget, peer(self, act, SYNIC), hop.a0, hop.a1);
}

/** HvDeleteVp. [VP-8] */
export function deleteVp(self: HypervisorState, hop: HopView, act: Act): void {
  // Partition and index need two registers, and a fast call carries one here. [HCALL-3]
  if (controlFast(hop.a0)) return answer(self, act, HvDeleteVp, HV_STATUS_INVALID_PARAMETER, 0);
  const input = act.spa(hop.a2);
  const id = get53(input, hop.a3);
  if (partitionState(act, self.dir, id) !== STATE_ACTIVE) return answer(self, act, HvDeleteVp, HV_STATUS_INVALID_PARTITION_STATE, 0);
  const vp = vpOf(act, self.dir, id, get32(input, hop.a3 + 8));
  if (vp < 0) return answer(self, act, HvDeleteVp, HV_STATUS_INVALID_VP_INDEX, 0);
  begin(self, act, vp, HvDeleteVp);
}

function begin(self: HypervisorState, act: Act, vp: number, code: number): void {
  put32(act.spaForWrite(vpPage(act, self.dir, vp)), V_EXPLICIT_SUSPEND, 1);
  act.suspend(vp);
  if (act.outOfHypervisor(vp)) act.send(synic.forget, peer(self, act, SYNIC), vp, code);
  else act.sendOn(vp, sched.leave, act.self, vp, act.vp, code);
}

/** The VP has no messages any more: its overlays and pages go, and it is no more. */
export function remove(self: HypervisorState, hop: HopView, act: Act): void {
  const vp = hop.a0;
  const page = vpPage(act, self.dir, vp);
  const v = act.spa(page);
  const id = get32(v, V_PARTITION);
  for (const at of [V_SIMP, V_SIEFP]) if (synicEnabled(get32(v, at))) act.setOverlay(id, registerPage(get32(v, at), get64hi(v, at)), 0);
  const index = get32(v, V_INDEX);
  const pages = [get32(v, V_SIEF_PAGE), get32(v, V_SIM_PAGE), page];
  const p = act.spaForWrite(partitionPage(act, self.dir, id));
  put32(p, P_VP_TABLE + 4 * index, 0);
  bump(p, P_VPS, -1);
  enterVp(act, self.dir, vp, 0);
  for (const returned of pages) returnPage(act, self.dir, id, returned);
  act.removeVp(vp);
  if (hop.a1 === HvDeleteVp) answer(self, act, HvDeleteVp, HV_STATUS_SUCCESS, 0);
  else finalizeVps(self, act, id);
}

/** HvFinalizePartition: the VPs that are left go, one after the other; then it is the SynIC's turn. [PART-7] */
export function finalizeVps(self: HypervisorState, act: Act, id: number): void {
  for (let index = 0; index < VPS_PER_PARTITION_MAX; index++) {
    const vp = vpOf(act, self.dir, id, index);
    if (vp >= 0) return begin(self, act, vp, HvFinalizePartition);
  }
  act.send(hv.finalize, peer(self, act, SYNIC), id);
}
