/**
 * The intercept manager: what a partition may not do by itself. Runs in the hypervisor, on the VP that exited.
 *
 * Route of a port access: exit, bitmap of the partition, message in the VP's own buffer, VP suspended, `synic.intercept`.
 * MSR accesses go to the part that keeps the register; CPUID is answered here.
 * Sources: T2 9, 11.9, 11.10, 16.5.3. SPEC [ICPT-*] [MSR-1].
 */
import { get16, get32, get53, get64hi, get64lo, put32, put64 } from '../wire/bytes.ts';
import {
  ACCESS_READ, ACCESS_WRITE, EXECUTION_CPL, EXECUTION_LMA, EXECUTION_PE, INTERCEPT_CPUID, INTERCEPT_EXCEPTION, INTERCEPT_IO_PORT, INTERCEPT_MASK_EXECUTE,
  INTERCEPT_MASK_READ, INTERCEPT_MASK_WRITE, INTERCEPT_MSR, IO_PORT_INTERCEPT_BYTES, putIoPortIntercept, putIoPortString,
} from '../wire/intercepts.ts';
import {
  HV_STATUS_INVALID_PARAMETER, HV_STATUS_INVALID_PARTITION_STATE, HV_STATUS_SUCCESS,
} from '../wire/hv-status.ts';
import type { Era } from '../wire/eras.ts';
import { SEGMENT_BYTES } from '../wire/hv-registers.ts';
import { MSR_EOI, MSR_HYPERCALL, MSR_SCONTROL, MSR_SINT0, MSR_TIME_REF_COUNT, msrByAddress } from '../wire/msrs.ts';
import { holdsPrivilege } from '../wire/privileges.ts';
import { clearBit, MESSAGE_IO_PORT_INTERCEPT, MESSAGE_PAYLOAD_AT, setBit } from '../wire/synic.ts';
import type { Act } from '../sim/act.ts';
import { component, type HopView } from '../sim/component.ts';
import { cpu, hv, msr, pio, synic } from './hops.ts';
import {
  APIC, HYPERCALLS, initialState, P_BITMAP_HI, P_BITMAP_LO, P_MSR_INTERCEPT, P_OS_ID, P_PRIVILEGES, P_STATE, P_VPS, partitionPage, PARTITIONS,
  peer, ROOT, STATE_ACTIVE, SYNIC, V_CR, V_GPR, V_INDEX, V_INTERCEPT_BUFFER, V_INTERCEPT_SUSPEND, V_MSRS, V_PARTITION, V_RFLAGS, V_RIP, V_SEGMENTS, V_WAITER, VPS_PER_PARTITION_MAX,
  vpPage, type HypervisorState,
} from './objects.ts';

/** High half of a kernel address of a 64-bit guest; a 32-bit guest has none. */
const KERNEL_HI = 0xffff_f800;
/** REP INSW and REP OUTSW. */
const REP_INSW = new Uint8Array([0x66, 0xf3, 0x6d]);
const REP_OUTSW = new Uint8Array([0x66, 0xf3, 0x6f]);
const MESSAGE_SPAN = V_INTERCEPT_BUFFER | (256 << 12);

/** Bytes of the instruction: IN and OUT with DX take one, an operand-size prefix before word forms one more. */
function instructionLength(size: number, string: boolean): number {
  return string ? 3 : size === 2 ? 2 : 1;
}

/** EFER.LMA, which the parent set when it gave the VP its first registers. */
function longMode(v: Uint8Array): boolean {
  return (get32(v, V_MSRS + 8) & 0x400) !== 0;
}

const ES_AT = V_SEGMENTS;
const CS_AT = V_SEGMENTS + SEGMENT_BYTES;
const DS_AT = V_SEGMENTS + 3 * SEGMENT_BYTES;

/** ExecutionState of a message: privilege level, CR0.PE, EFER.LMA, all from the VP's registers. */
function executionState(v: Uint8Array): number {
  return (get16(v, CS_AT + 12) & EXECUTION_CPL) | ((get32(v, V_CR) & 1) !== 0 ? EXECUTION_PE : 0) | (longMode(v) ? EXECUTION_LMA : 0);
}

/** Whether a port of the access is intercepted; a wider access covers consecutive ports. [ICPT-2] */
function isIntercepted(act: Act, p: Uint8Array, port: number, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const at = (port + i) & 0xffff;
    const map = act.spa(get32(p, at < 0x8000 ? P_BITMAP_LO : P_BITMAP_HI));
    if (((map[(at & 0x7fff) >>> 3] >>> (at & 7)) & 1) !== 0) return true;
  }
  return false;
}

/** Root VP that gets the intercept messages of a guest. Fixed here; T2 leaves the choice to the hypervisor. [ICPT-5] */
export function interceptVp(partition: number, rootVps: number): number {
  return rootVps < 2 ? 0 : 1 + ((partition - 2) % (rootVps - 1));
}

/** A port access: writes vanish and reads are all ones unless the parent asked to hear of them. [ICPT-1] [ICPT-3] */
function portAccess(self: HypervisorState, hop: HopView, act: Act, write: boolean, string: boolean): void {
  const port = hop.a0 & 0xffff;
  const size = hop.a0 >>> 16;
  const page = vpPage(act, self.dir, act.vp);
  const partition = get32(act.spa(page), V_PARTITION);
  const p = act.spa(partitionPage(act, self.dir, partition));
  const length = instructionLength(size, string);
  if (!isIntercepted(act, p, port, size)) {
    const ones = size === 4 ? 0xffff_ffff : (1 << (8 * size)) - 1;
    act.send(pio.resume, hop.from, write ? hop.a1 : ones, (hop.a2 + length) >>> 0, 0);
    return;
  }
  const v = act.spaForWrite(page);
  put32(v, V_WAITER, hop.from);
  put32(v, V_INTERCEPT_SUSPEND, get32(v, V_INTERCEPT_SUSPEND) | 1);
  put64(v, V_RIP, hop.a2, longMode(v) ? KERNEL_HI : 0);
  put32(v, V_RFLAGS, 0x246);
  put64(v, V_GPR, write && !string ? hop.a1 : 0, 0);
  put64(v, V_GPR + 8 * 2, port, 0);
  put64(v, V_GPR + 8, string ? hop.a1 : 0, 0);
  if (string) put64(v, V_GPR + 8 * (write ? 6 : 7), ((hop.a3 << 12) | (hop.a4 & 0xfff)) >>> 0, hop.a3 >>> 20);
  fillMessage(v, partition, write ? ACCESS_WRITE : ACCESS_READ, port, size, length, string);
  act.suspend(act.vp);
  const rootVps = get32(act.spa(partitionPage(act, self.dir, ROOT)), P_VPS);
  act.send(synic.intercept, peer(self, act, SYNIC), interceptVp(partition, rootVps), page, MESSAGE_SPAN, partition, get32(v, V_INDEX));
}

/** The message in the VP's own buffer, byte for byte, out of the VP's registers. [ICPT-4] */
function fillMessage(v: Uint8Array, partition: number, access: number, port: number, size: number, length: number, string: boolean): void {
  const at = V_INTERCEPT_BUFFER;
  put32(v, at, MESSAGE_IO_PORT_INTERCEPT);
  put32(v, at + 4, IO_PORT_INTERCEPT_BYTES);
  put64(v, at + 8, partition, 0);
  putIoPortIntercept(
    v, at + MESSAGE_PAYLOAD_AT, get32(v, V_INDEX), length, access, executionState(v), v, CS_AT,
    get64lo(v, V_RIP), get64hi(v, V_RIP), get32(v, V_RFLAGS), port, size, get64lo(v, V_GPR), get64hi(v, V_GPR),
  );
  v.fill(0, at + MESSAGE_PAYLOAD_AT + IO_PORT_INTERCEPT_BYTES, at + 256);
  if (!string) return;
  const instruction = access === ACCESS_WRITE ? REP_OUTSW : REP_INSW;
  putIoPortString(
    v, at + MESSAGE_PAYLOAD_AT, true, instruction, instruction.length, v, DS_AT, ES_AT, get64lo(v, V_GPR + 8), get64hi(v, V_GPR + 8),
    get64lo(v, V_GPR + 48), get64hi(v, V_GPR + 48), get64lo(v, V_GPR + 56), get64hi(v, V_GPR + 56),
  );
}

/** HvInstallIntercept. Only port intercepts have an effect here; MSR, CPUID and exceptions are checked and remembered or refused. [ICPT-6] */
function install(self: HypervisorState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const at = hop.a3;
  const id = get53(input, at);
  const mask = get32(input, at + 8);
  const type = get32(input, at + 12);
  const parameter = get53(input, at + 16);
  const readWrite = INTERCEPT_MASK_READ | INTERCEPT_MASK_WRITE;
  const full = type === INTERCEPT_IO_PORT || type === INTERCEPT_MSR ? readWrite : INTERCEPT_MASK_EXECUTE;
  if (type > INTERCEPT_EXCEPTION || (mask !== 0 && mask !== full)) return HV_STATUS_INVALID_PARAMETER;
  const page = partitionPage(act, self.dir, id);
  const p = act.spa(page);
  if (get32(p, P_STATE) !== STATE_ACTIVE) return HV_STATUS_INVALID_PARTITION_STATE;
  if (type === INTERCEPT_CPUID || type === INTERCEPT_EXCEPTION) return HV_STATUS_INVALID_PARAMETER;
  if (type === INTERCEPT_MSR) {
    put32(act.spaForWrite(page), P_MSR_INTERCEPT, mask);
    return HV_STATUS_SUCCESS;
  }
  if (parameter < 0 || parameter > 0xffff) return HV_STATUS_INVALID_PARAMETER;
  const map = act.spaForWrite(get32(p, parameter < 0x8000 ? P_BITMAP_LO : P_BITMAP_HI));
  if (mask === 0) clearBit(map, 0, parameter & 0x7fff);
  else setBit(map, 0, parameter & 0x7fff);
  return HV_STATUS_SUCCESS;
}

/** Part that keeps a synthetic MSR. */
function ownerOfMsr(address: number): number {
  if (address <= MSR_TIME_REF_COUNT) return PARTITIONS;
  if (address >= MSR_EOI && address < MSR_SCONTROL) return APIC;
  return address >= MSR_SCONTROL && address < MSR_SINT0 + 16 ? SYNIC : -1;
}

/** An MSR access: #GP unless the register exists, the direction is allowed and the partition holds the privilege. [MSR-1] */
function msrAccess(self: HypervisorState, hop: HopView, act: Act, write: boolean): void {
  const partition = get32(act.spa(vpPage(act, self.dir, act.vp)), V_PARTITION);
  const p = act.spa(partitionPage(act, self.dir, partition));
  const known = msrByAddress(hop.a0);
  const owner = known === null || (hop.a0 > MSR_HYPERCALL && write && known.access === 'R') || (!write && known.access === 'W' && hop.a0 === MSR_EOI) ? -1 : ownerOfMsr(hop.a0);
  if (owner < 0 || !holdsPrivilege(get64lo(p, P_PRIVILEGES), get64hi(p, P_PRIVILEGES), known!.privilege) || !known!.eras.includes(self.era)) {
    act.send(partition === ROOT ? msr.doneRoot : msr.doneGuest, hop.from, 0, 0, 1);
    return;
  }
  act.send(msr.access, peer(self, act, owner), hop.a0, hop.a1, hop.a2, write ? 1 : 0, hop.from);
}

/** Build and release that the hypervisor names: Windows Server 2008, 2008 R2, 2012. */
const builds: Readonly<Record<Era, number>> = { ws2008: 6001, ws2008r2: 7600, ws2012: 9200 };
const releases: Readonly<Record<Era, number>> = { ws2008: 0x6_0000, ws2008r2: 0x6_0001, ws2012: 0x6_0002 };

/** Leaf 0x40000006, EAX. */
const SLAT_IN_USE = 1 << 3;

/** CPUID leaves of the hypervisor. [MSR-6] */
function cpuid(self: HypervisorState, hop: HopView, act: Act): void {
  const partition = get32(act.spa(vpPage(act, self.dir, act.vp)), V_PARTITION);
  const p = act.spa(partitionPage(act, self.dir, partition));
  const done = partition === ROOT ? cpu.cpuidDoneRoot : cpu.cpuidDoneGuest;
  const identified = get64lo(p, P_OS_ID) !== 0 || get64hi(p, P_OS_ID) !== 0;
  const answer = (eax = 0, ebx = 0, ecx = 0, edx = 0): void => act.send(done, hop.from, eax, ebx, ecx, edx, hop.a0);
  switch (hop.a0) {
    case 1: answer(0x0001_0676, 0, 0x8000_0000, 0); break;
    case 0x4000_0000: answer(self.era === 'ws2008' ? 0x4000_0005 : 0x4000_0006, 0x7263_694d, 0x666f_736f, 0x7648_2074); break;
    case 0x4000_0001: answer(0x3123_7648); break;
    case 0x4000_0002:
      if (identified) answer(builds[self.era], releases[self.era], 1, 0);
      else answer();
      break;
    case 0x4000_0003: answer(get64lo(p, P_PRIVILEGES), get64hi(p, P_PRIVILEGES), 0, 0); break;
    case 0x4000_0004: answer(0, 0xffff_ffff, 0, 0); break;
    case 0x4000_0005: answer(VPS_PER_PARTITION_MAX, VPS_PER_PARTITION_MAX, 0, 0); break;
    case 0x4000_0006: answer(self.era !== 'ws2008' && self.slat ? SLAT_IN_USE : 0, 0, 0, 0); break;
    default: answer();
  }
}

export const intercepts = component<HypervisorState>({
  name: 'intercepts',
  title: 'Intercept manager',
  about: 'Decides what happens when a partition does what it may not do by itself: emulate, tell the parent, or refuse.',
  place: 'hypervisor',
  sources: ['T2 9', 'T2 11.9-11.10'],
  initial: initialState,
  on: {
    [hv.toIntercepts.name]: (self, hop, act) => act.send(hv.answer, peer(self, act, HYPERCALLS), install(self, hop, act), 0, hop.a0 & 0xffff),
    [pio.write.name]: (self, hop, act) => portAccess(self, hop, act, true, false),
    [pio.writeString.name]: (self, hop, act) => portAccess(self, hop, act, true, true),
    [pio.read.name]: (self, hop, act) => portAccess(self, hop, act, false, hop.a1 > 1),
    [msr.writeRoot.name]: (self, hop, act) => msrAccess(self, hop, act, true),
    [msr.writeGuest.name]: (self, hop, act) => msrAccess(self, hop, act, true),
    [msr.readRoot.name]: (self, hop, act) => msrAccess(self, hop, act, false),
    [msr.readGuest.name]: (self, hop, act) => msrAccess(self, hop, act, false),
    [cpu.cpuidRoot.name]: cpuid,
    [cpu.cpuidGuest.name]: cpuid,
  },
});
