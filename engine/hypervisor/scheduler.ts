/**
 * The VP scheduler: creation, registers, suspension and HLT of VPs. Which VP runs on which logical processor is decided by the
 * kernel of the lab; here is what the hypervisor says about it. Sources: T2 10, 18. SPEC [VP-*].
 */
import { copyBytes, fillBytes, get32, get53, get64hi, get64lo, put32, put64 } from '../wire/bytes.ts';
import { REGISTER_LIST_AT } from '../wire/hypercall-blocks.ts';
import { controlCode, controlRepCount, controlRepStart, HvCreateVp, HvDeleteVp, HvGetVpRegisters, HvSetVpRegisters } from '../wire/hypercalls.ts';
import { REGISTER_EXPLICIT_SUSPEND, REGISTER_INTERCEPT_SUSPEND } from '../wire/hv-registers.ts';
import {
  HV_STATUS_INSUFFICIENT_MEMORY, HV_STATUS_INVALID_HYPERCALL_CODE, HV_STATUS_INVALID_PARAMETER, HV_STATUS_INVALID_PARTITION_STATE,
  HV_STATUS_INVALID_VP_INDEX, HV_STATUS_NO_RESOURCES, HV_STATUS_SUCCESS,
} from '../wire/hv-status.ts';
import { SINT_COUNT } from '../wire/synic.ts';
import type { Act } from '../sim/act.ts';
import { component, type HopView } from '../sim/component.ts';
import { boot } from '../guest/kernel/boot-hops.ts';
import { gkernel } from '../guest/kernel/hops.ts';
import { cpu, hv, pio, sched } from './hops.ts';
import {
  HYPERCALLS, initialState, kernelComponent, P_VP_TABLE, P_VPS, P_WEIGHT, partitionPage, partitionState, peer, setBit32, STATE_ACTIVE, V_FLAGS, V_GPR, V_INDEX,
  V_INTERCEPT_SUSPEND, V_PARTITION, V_RIP, V_SCONTROL, V_SINT, V_WAITER, VP_STARTED, VPS_MAX, VPS_PER_PARTITION_MAX, vpOf, vpPage,
  type HypervisorConfig, type HypervisorState,
} from './objects.ts';
import { pagesAvailable, takePage } from './pool.ts';
import { setSynicRegister } from './synic.ts';
import { answerWhenOut, deleteVp, finalizeVps, leave, left, remove } from './vp-end.ts';
import { formatVp, mayRun, registerAt, registerBytes } from './vp-page.ts';

/** Pages of a VP: the VP page, the SIM page and the SIEF page. Our choice. */
const VP_PAGES = 3;
let repsDone = 0;

interface SchedulerState extends HypervisorState {
  /** VPs ever made: their global indices are not used again, and the directory has room for VPS_MAX. */
  made: number;
}

/** HvCreateVp: in reset state and explicitly suspended. [VP-1] */
function create(self: SchedulerState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const at = hop.a3;
  const id = get53(input, at);
  const index = get32(input, at + 8);
  if (partitionState(act, self.dir, id) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  if (index >= VPS_PER_PARTITION_MAX || vpOf(act, self.dir, id, index) >= 0) return HV_STATUS_INVALID_VP_INDEX;
  if (get64lo(input, at + 24) !== 0 || get64hi(input, at + 24) !== 0) return HV_STATUS_INVALID_PARAMETER;
  if (self.made >= VPS_MAX) return HV_STATUS_NO_RESOURCES;
  if (pagesAvailable(act, self.dir, id) < VP_PAGES) return HV_STATUS_INSUFFICIENT_MEMORY;
  self.made++;
  const page = takePage(act, self.dir, id);
  const sim = takePage(act, self.dir, id);
  const sief = takePage(act, self.dir, id);
  const vp = act.createVp(id, index, -1);
  formatVp(act, self.dir, vp, id, index, page, sim, sief, true);
  const p = act.spaForWrite(partitionPage(act, self.dir, id));
  put32(p, P_VP_TABLE + 4 * index, vp + 1);
  put32(p, P_VPS, get32(p, P_VPS) + 1);
  act.setWeight(vp, get32(p, P_WEIGHT));
  return HV_STATUS_SUCCESS;
}

/** Machine page of the VP a register call names, or a negative HV_STATUS. */
function named(self: HypervisorState, act: Act, input: Uint8Array, at: number): number {
  const id = get53(input, at);
  if (partitionState(act, self.dir, id) !== STATE_ACTIVE) return -HV_STATUS_INVALID_PARTITION_STATE;
  const vp = vpOf(act, self.dir, id, get32(input, at + 8));
  return vp < 0 ? -HV_STATUS_INVALID_VP_INDEX : vpPage(act, self.dir, vp);
}

/** HvGetVpRegisters. [VP-2] */
function get(self: HypervisorState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const page = named(self, act, input, hop.a3);
  if (page < 0) return -page;
  const v = act.spa(page);
  const out = act.spaForWrite(hop.a4);
  for (const count = controlRepCount(hop.a1); repsDone < count; repsDone++) {
    const name = get32(input, hop.a3 + REGISTER_LIST_AT + 4 * repsDone);
    const from = registerAt(name);
    if (from < 0) return HV_STATUS_INVALID_PARAMETER;
    fillBytes(out, 16 * repsDone, 16, 0);
    copyBytes(out, 16 * repsDone, v, from, registerBytes(name));
  }
  return HV_STATUS_SUCCESS;
}

/** HvSetVpRegisters: the parent may clear suspend bits; a VP none of whose suspend bits is left goes on. [VP-2] [VP-3] [VP-4] */
function set(self: HypervisorState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const page = named(self, act, input, hop.a3);
  if (page < 0) return -page;
  const vp = vpOf(act, self.dir, get53(input, hop.a3), get32(input, hop.a3 + 8));
  const ran = mayRun(act.spa(page));
  let status = HV_STATUS_SUCCESS;
  for (const count = controlRepCount(hop.a1); repsDone < count; repsDone++) {
    status = setRegister(act, page, input, hop.a3 + REGISTER_LIST_AT + 32 * repsDone);
    if (status !== HV_STATUS_SUCCESS) break;
  }
  const runs = mayRun(act.spa(page));
  if (ran && !runs) act.suspend(vp);
  if (!ran && runs) {
    act.resume(vp);
    act.sendOn(vp, sched.resume, act.self, vp);
  }
  return status;
}

function setRegister(act: Act, page: number, input: Uint8Array, at: number): number {
  const name = get32(input, at);
  const to = registerAt(name);
  const lo = get64lo(input, at + 16);
  const hi = get64hi(input, at + 16);
  if (to < 0) return HV_STATUS_INVALID_PARAMETER;
  const v = act.spaForWrite(page);
  if (name === REGISTER_EXPLICIT_SUSPEND) {
    if (lo > 1 || hi !== 0) return HV_STATUS_INVALID_PARAMETER;
    put32(v, to, lo);
  } else if (name === REGISTER_INTERCEPT_SUSPEND) {
    // Only the hypervisor sets these bits. [VP-3]
    if (hi !== 0 || (lo & ~get32(v, V_INTERCEPT_SUSPEND)) !== 0) return HV_STATUS_INVALID_PARAMETER;
    put32(v, to, lo);
  } else if (to >= V_SCONTROL && to < V_SINT + 8 * SINT_COUNT) {
    return setSynicRegister(act, page, get32(v, V_PARTITION), to, lo, hi) === 0 ? HV_STATUS_SUCCESS : HV_STATUS_INVALID_PARAMETER;
  } else if (registerBytes(name) === 16) {
    copyBytes(v, to, input, at + 16, 16);
  } else {
    put64(v, to, lo, hi);
  }
  return HV_STATUS_SUCCESS;
}

function call(self: SchedulerState, hop: HopView, act: Act): void {
  const code = controlCode(hop.a0);
  repsDone = controlRepStart(hop.a1);
  let status: number;
  switch (code) {
    case HvDeleteVp: return deleteVp(self, hop, act);
    case HvCreateVp: status = create(self, hop, act); break;
    case HvGetVpRegisters: status = get(self, hop, act); break;
    case HvSetVpRegisters: {
      status = set(self, hop, act);
      const input = act.spa(hop.a2);
      const id = get53(input, hop.a3);
      const vp = status !== HV_STATUS_SUCCESS ? -1 : vpOf(act, self.dir, id, get32(input, hop.a3 + 8));
      return answerWhenOut(self, act, vp, status, repsDone);
    }
    default: status = HV_STATUS_INVALID_HYPERCALL_CODE;
  }
  act.send(hv.answer, peer(self, act, HYPERCALLS), status, repsDone, code);
}

/** The VP goes on behind its intercepted instruction, or begins. [VP-4] [VP-5] */
/** VP 0 begins in its firmware, when it has any. [BOOT-1] */
function begin(act: Act, kernel: number): void {
  const [guest] = act.pathOf(kernel).split('/');
  const firmware = act.find(`${guest!}/firmware`);
  if (firmware < 0) act.send(gkernel.start, kernel);
  else act.send(boot.reset, firmware);
}

function resume(self: HypervisorState, hop: HopView, act: Act): void {
  const page = vpPage(act, self.dir, hop.a0);
  const v = act.spaForWrite(page);
  if (!mayRun(v)) return;
  if ((get32(v, V_FLAGS) & VP_STARTED) === 0) {
    setBit32(v, V_FLAGS, VP_STARTED);
    // Only VP 0 begins by itself; the others wait for a SIPI, which no guest here sends.
    const kernel = get32(v, V_INDEX) === 0 ? kernelComponent(act, self.dir, get32(v, V_PARTITION)) : -1;
    if (kernel >= 0) begin(act, kernel);
    return;
  }
  const waiter = get32(v, V_WAITER);
  if (waiter === 0) return;
  put32(v, V_WAITER, 0);
  act.send(pio.resume, waiter, get32(v, V_GPR), get32(v, V_RIP), get32(v, V_GPR + 8));
}

export const scheduler = component<SchedulerState>({
  name: 'scheduler',
  title: 'VP scheduler',
  about: 'Decides which virtual processor runs on which logical processor, and keeps the registers of those that do not run.',
  place: 'hypervisor',
  sources: ['T2 10', 'T2 18'],
  initial: (config: HypervisorConfig) => ({ ...initialState(config), made: config.rootVps }),
  on: {
    [hv.toScheduler.name]: call,
    [sched.resume.name]: resume,
    [sched.leave.name]: leave,
    [sched.left.name]: left,
    [sched.remove.name]: remove,
    [hv.finalize.name]: (self, hop, act) => finalizeVps(self, act, hop.a0),
    [cpu.hltRoot.name]: (_self, hop, act) => {
      if (!act.halt()) act.send(cpu.hltDoneRoot, hop.from);
    },
    [cpu.hltGuest.name]: (_self, hop, act) => {
      if (!act.halt()) act.send(cpu.hltDoneGuest, hop.from);
    },
  },
});
