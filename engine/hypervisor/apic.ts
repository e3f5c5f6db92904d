/**
 * The virtual local APIC of every VP. Runs in the hypervisor.
 *
 * Route: `synic.interrupt`, `apic.hardware` or HvAssertVirtualInterrupt set a bit (or the ExtINT) in the VP page and send one
 * `apic.deliver` to that VP; it runs when the VP is about to enter its partition, and injects what has the highest priority.
 * Sources: T2 13. SPEC [INT-*].
 */
import { get32, get53, put32 } from '../wire/bytes.ts';
import { INTERRUPT_EXTINT, INTERRUPT_FIXED, INTERRUPT_VECTOR_NONE } from '../wire/hypercall-blocks.ts';
import { controlCode, controlFast, HvAssertVirtualInterrupt } from '../wire/hypercalls.ts';
import {
  HV_STATUS_ACKNOWLEDGED, HV_STATUS_INVALID_PARAMETER, HV_STATUS_INVALID_PARTITION_STATE, HV_STATUS_INVALID_VP_INDEX,
  HV_STATUS_NOT_ACKNOWLEDGED, HV_STATUS_SUCCESS,
} from '../wire/hv-status.ts';
import { MSR_EOI, MSR_TPR } from '../wire/msrs.ts';
import { clearBit, setBit } from '../wire/synic.ts';
import type { Act } from '../sim/act.ts';
import { component, type HopView } from '../sim/component.ts';
import { apic as kinds, hv, msr, synic } from './hops.ts';
import {
  clearBit32, EXT_ASSERTED, EXT_NONE, EXT_TAKEN, HYPERCALLS, initialState, kernelComponent, partitionState, peer, ROOT, setBit32, STATE_ACTIVE, SYNIC, V_AUTO_EOI,
  V_EXT, V_EXT_VECTOR, V_FLAGS, V_IRR, V_ISR, V_PARTITION, V_TPR, VP_DELIVERING, vpOf, vpPage, type HypervisorConfig, type HypervisorState,
} from './objects.ts';
import { anyQueued } from './queues.ts';

interface ApicState extends HypervisorState {
  /** Kernel component by partition, found once. */
  kernels: number[];
}

/** The highest set bit of a 256-bit register, or -1. */
export function highestBit(v: Uint8Array, at: number): number {
  for (let byte = 31; byte >= 0; byte--) {
    const bits = v[at + byte];
    if (bits !== 0) return byte * 8 + 31 - Math.clz32(bits);
  }
  return -1;
}

/** The interrupt the VP may take now: ExtINT as 256, a vector, or -1. [INT-2] */
function acceptable(v: Uint8Array): number {
  if (get32(v, V_EXT) === EXT_ASSERTED) return 256;
  const wanted = highestBit(v, V_IRR);
  if (wanted < 0) return -1;
  const served = highestBit(v, V_ISR);
  const threshold = Math.max(served < 0 ? 0 : served >>> 4, (get32(v, V_TPR) & 0xff) >>> 4);
  return wanted >>> 4 > threshold ? wanted : -1;
}

/** Sees to it that a VP looks at its interrupts once before it next runs. */
function arrange(act: Act, vp: number, page: number): void {
  const v = act.spaForWrite(page);
  if ((get32(v, V_FLAGS) & VP_DELIVERING) !== 0 || acceptable(v) < 0) return;
  setBit32(v, V_FLAGS, VP_DELIVERING);
  act.sendOn(vp, kinds.deliver, act.self, vp);
}

/** Sets an IRR bit; a bit that is set already stays one interrupt. [INT-1] */
function request(self: ApicState, act: Act, vp: number, vector: number): void {
  const page = vpPage(act, self.dir, vp);
  if (setBit(act.spaForWrite(page), V_IRR, vector)) arrange(act, vp, page);
}

function kernelOf(self: ApicState, act: Act, partition: number): number {
  while (self.kernels.length <= partition) self.kernels.push(-1);
  if (self.kernels[partition] < 0) self.kernels[partition] = kernelComponent(act, self.dir, partition);
  return self.kernels[partition];
}

/** At VM entry: moves one interrupt into the partition. [INT-2] [INT-3] [INT-4] */
function deliver(self: ApicState, hop: HopView, act: Act): void {
  const page = vpPage(act, self.dir, hop.a0);
  const v = act.spaForWrite(page);
  clearBit32(v, V_FLAGS, VP_DELIVERING);
  const vector = acceptable(v);
  if (vector < 0) return;
  const partition = get32(v, V_PARTITION);
  const kind = partition === ROOT ? kinds.injectRoot : kinds.injectGuest;
  const kernel = kernelOf(self, act, partition);
  if (vector === 256) {
    put32(v, V_EXT, EXT_TAKEN);
    act.send(kind, kernel, get32(v, V_EXT_VECTOR), 1);
  } else {
    clearBit(v, V_IRR, vector);
    if (!bitSet(v, V_AUTO_EOI, vector)) setBit(v, V_ISR, vector);
    act.send(kind, kernel, vector, 0);
  }
  arrange(act, hop.a0, page);
}

function bitSet(v: Uint8Array, at: number, bit: number): boolean {
  return ((v[at + (bit >>> 3)] >>> (bit & 7)) & 1) !== 0;
}

/** EOI: the interrupt in service with the highest priority is done; message queues are looked at again. [INT-5] [SYN-4] */
function endOfInterrupt(self: ApicState, act: Act): void {
  const page = vpPage(act, self.dir, act.vp);
  const v = act.spaForWrite(page);
  const served = highestBit(v, V_ISR);
  if (served >= 0) clearBit(v, V_ISR, served);
  if (anyQueued(v)) act.send(synic.rescan, peer(self, act, SYNIC), act.vp);
  arrange(act, act.vp, page);
}

/** HvAssertVirtualInterrupt. [INT-6] [INT-7] */
function assertInterrupt(self: ApicState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const at = hop.a3;
  const id = get53(input, at);
  const type = get32(input, at + 8);
  const control = get32(input, at + 12);
  const destination = get53(input, at + 16);
  const vector = get32(input, at + 24);
  if (partitionState(act, self.dir, id) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  if (control > 3 || (vector > 255 && vector !== INTERRUPT_VECTOR_NONE)) return HV_STATUS_INVALID_PARAMETER;
  if (type !== INTERRUPT_FIXED && type !== INTERRUPT_EXTINT) return HV_STATUS_INVALID_PARAMETER;
  const vp = vpOf(act, self.dir, id, destination);
  if (vp < 0 || (type === INTERRUPT_EXTINT && destination !== 0)) return HV_STATUS_INVALID_VP_INDEX;
  if (type === INTERRUPT_FIXED) {
    if (vector < 16 || vector > 255) return HV_STATUS_INVALID_PARAMETER;
    request(self, act, vp, vector);
    return HV_STATUS_SUCCESS;
  }
  const page = vpPage(act, self.dir, vp);
  const v = act.spaForWrite(page);
  if (get32(v, V_EXT) === EXT_TAKEN) return HV_STATUS_ACKNOWLEDGED;
  put32(v, V_EXT, vector === INTERRUPT_VECTOR_NONE ? EXT_NONE : EXT_ASSERTED);
  put32(v, V_EXT_VECTOR, vector);
  arrange(act, vp, page);
  return HV_STATUS_SUCCESS;
}

/** HvClearVirtualInterrupt. [INT-8] */
function clearInterrupt(self: ApicState, hop: HopView, act: Act): number {
  const id = controlFast(hop.a0) ? hop.a2 : get53(act.spa(hop.a2), hop.a3);
  if (partitionState(act, self.dir, id) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  const vp = vpOf(act, self.dir, id, 0);
  if (vp < 0) return HV_STATUS_NOT_ACKNOWLEDGED;
  const v = act.spaForWrite(vpPage(act, self.dir, vp));
  if (get32(v, V_EXT) !== EXT_TAKEN) return HV_STATUS_NOT_ACKNOWLEDGED;
  put32(v, V_EXT, EXT_NONE);
  return HV_STATUS_SUCCESS;
}

function call(self: ApicState, hop: HopView, act: Act): void {
  const code = controlCode(hop.a0);
  const status = code === HvAssertVirtualInterrupt ? assertInterrupt(self, hop, act) : clearInterrupt(self, hop, act);
  act.send(hv.answer, peer(self, act, HYPERCALLS), status, 0, code);
}

/** EOI and TPR as MSRs; ICR and the assist page are left out and read as zero. [MSR-5] */
function access(self: ApicState, hop: HopView, act: Act): void {
  const page = vpPage(act, self.dir, act.vp);
  const done = get32(act.spa(page), V_PARTITION) === ROOT ? msr.doneRoot : msr.doneGuest;
  if (hop.a3 === 1) {
    if (hop.a0 === MSR_EOI) endOfInterrupt(self, act);
    if (hop.a0 === MSR_TPR) {
      put32(act.spaForWrite(page), V_TPR, hop.a1 & 0xff);
      arrange(act, act.vp, page);
    }
    act.send(done, hop.a4, hop.a1, hop.a2, 0);
    return;
  }
  act.send(done, hop.a4, hop.a0 === MSR_TPR ? get32(act.spa(page), V_TPR) : 0, 0, hop.a0 === MSR_EOI ? 1 : 0);
}

export const apic = component<ApicState>({
  name: 'apic',
  title: 'Virtual APIC',
  about: 'Gives every VP a local interrupt controller of its own; the real one belongs to the hypervisor.',
  place: 'hypervisor',
  sources: ['T2 13', 'T2 22.4'],
  initial: (config: HypervisorConfig) => ({ ...initialState(config), kernels: [] }),
  on: {
    [hv.toApic.name]: call,
    [synic.interrupt.name]: (self, hop, act) => request(self, act, hop.a0, hop.a1),
    [kinds.hardware.name]: (self, hop, act) => request(self, act, act.vp, hop.a0),
    [kinds.deliver.name]: deliver,
    [kinds.eoiRoot.name]: (self, hop, act) => {
      endOfInterrupt(self, act);
      act.send(kinds.eoiDoneRoot, hop.from);
    },
    [kinds.eoiGuest.name]: (self, hop, act) => {
      endOfInterrupt(self, act);
      act.send(kinds.eoiDoneGuest, hop.from);
    },
    [msr.access.name]: access,
  },
});
