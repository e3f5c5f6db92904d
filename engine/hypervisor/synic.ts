/**
 * The SynIC: message slots, event flags, and the calls and registers about them. Runs in the hypervisor.
 *
 * Route of a message: HvPostMessage or an intercept, buffer, queue of (VP, SINT), slot of the SIM page, `synic.interrupt`.
 * Route of a signal: HvSignalEvent, flag of the SIEF page, `synic.interrupt` if the flag was clear.
 * Sources: T2 14. SPEC [SYN-*] [PORT-*].
 */
import { copyBytes, get16, get32, get53, put32, put64 } from '../wire/bytes.ts';
import {
  controlCode, controlFast, HvConnectPort, HvCreatePort, HvDeletePort, HvDisconnectPort, HvPostMessage, HvSignalEvent,
} from '../wire/hypercalls.ts';
import {
  HV_STATUS_INSUFFICIENT_BUFFERS, HV_STATUS_INVALID_CONNECTION_ID, HV_STATUS_INVALID_HYPERCALL_CODE, HV_STATUS_INVALID_PARAMETER,
  HV_STATUS_INVALID_PORT_ID, HV_STATUS_INVALID_SYNIC_STATE, HV_STATUS_INVALID_VP_INDEX, HV_STATUS_SUCCESS,
} from '../wire/hv-status.ts';
import { MSR_EOM, MSR_SCONTROL, MSR_SIEFP, MSR_SIMP, MSR_SINT0, MSR_SVERSION } from '../wire/msrs.ts';
import {
  ANY_VP, MESSAGE_PAYLOAD_AT, PORT_EVENT, PORT_MESSAGE, postRefusal, registerPage, setBit, setEventFlag, SINT_COUNT, SINT_INTERCEPT,
  sintAutoEoi, sintMasked, sintVector, synicEnabled,
} from '../wire/synic.ts';
import type { Act } from '../sim/act.ts';
import { component, type HopView } from '../sim/component.ts';
import { hv, msr, sched, synic as kinds } from './hops.ts';
import {
  APIC, bump, CONNECTION_PARTITION, CONNECTION_PORT, CONNECTION_TYPE, DEAD, HYPERCALLS, initialState, MEMORY, partitionState, peer,
  PORT_BUFFER_PAGE, PORT_FLAGS, PORT_POSTS, PORT_SINT, PORT_TYPE, PORT_VP, ROOT, SCHEDULER, STATE_ACTIVE, V_AUTO_EOI, V_PARTITION, V_SCONTROL, V_SIEF_PAGE,
  V_SIEFP, V_SIM_PAGE, V_SIMP, V_SINT, VPS_PER_PARTITION_MAX, vpOf, vpPage, type HypervisorConfig, type HypervisorState,
} from './objects.ts';
import { anyEntry, connectPort, createPort, deletePort, disconnectPort, entryOffset, entryPage, findConnection, findPort } from './ports.ts';
import { bufferRef, dropQueued, enqueueMessage, freeBuffer, freeQueued, NO_INTERRUPT, queueHead, scanQueue } from './queues.ts';

interface SynicState extends HypervisorState {
  /** Whom each queued message belongs to: buffer, request, partition served. Tags travel beside messages, never in them. */
  tagBuffers: number[];
  tagRequests: number[];
  tagBehalf: number[];
}

/** Entry of the port a connection leads to; status of the search beside it. Used within one handler only. */
const target = { port: 0, owner: 0 };

function followConnection(act: Act, dir: number, caller: number, id: number, type: number): number {
  const connection = findConnection(act, dir, caller, id);
  if (connection === 0) return HV_STATUS_INVALID_CONNECTION_ID;
  const table = act.spa(entryPage(connection));
  const e = entryOffset(connection);
  if ((get32(table, e + CONNECTION_TYPE) & DEAD) !== 0) return HV_STATUS_INVALID_PORT_ID;
  target.owner = get32(table, e + CONNECTION_PARTITION);
  target.port = findPort(act, dir, target.owner, get32(table, e + CONNECTION_PORT));
  if (target.port === 0 || partitionState(act, dir, target.owner) !== STATE_ACTIVE) return HV_STATUS_INVALID_PORT_ID;
  return get32(act.spa(entryPage(target.port)), entryOffset(target.port) + PORT_TYPE) === type ? 0 : HV_STATUS_INVALID_PORT_ID;
}

/** Whether messages (SIMP) or events (SIEFP) may be directed at a VP. */
function accepts(v: Uint8Array, pageRegister: number): boolean {
  return synicEnabled(get32(v, V_SCONTROL)) && synicEnabled(get32(v, pageRegister));
}

/** Global VP a port targets; for HV_ANY_VP the first one that accepts; -1: there is no such VP, -2: none accepts. [SYN-6] */
function chooseVp(act: Act, dir: number, owner: number, wanted: number, pageRegister: number): number {
  if (wanted !== ANY_VP) {
    const vp = vpOf(act, dir, owner, wanted);
    if (vp < 0) return -1;
    return accepts(act.spa(vpPage(act, dir, vp)), pageRegister) ? vp : -2;
  }
  for (let index = 0; index < VPS_PER_PARTITION_MAX; index++) {
    const vp = vpOf(act, dir, owner, index);
    if (vp >= 0 && accepts(act.spa(vpPage(act, dir, vp)), pageRegister)) return vp;
  }
  return -2;
}

function raise(self: SynicState, act: Act, vp: number, vector: number, sint: number, event: number): void {
  if (vector !== NO_INTERRUPT) act.send(kinds.interrupt, peer(self, act, APIC), vp, vector, sint, event);
}

/** Queues a filled buffer and looks at the queue. */
function enqueue(self: SynicState, act: Act, vp: number, page: number, sint: number, buffer: number): void {
  enqueueMessage(act, page, sint, buffer);
  self.tagBuffers.push(buffer);
  self.tagRequests.push(act.request);
  self.tagBehalf.push(act.behalf);
  scan(self, act, vp, page, sint);
}

/** Removes a tag; the last one takes its place. */
function dropTag(self: SynicState, at: number): void {
  const last = self.tagBuffers.length - 1;
  self.tagBuffers[at] = self.tagBuffers[last];
  self.tagRequests[at] = self.tagRequests[last];
  self.tagBehalf[at] = self.tagBehalf[last];
  self.tagBuffers.length = last;
  self.tagRequests.length = last;
  self.tagBehalf.length = last;
}

function dropTagsOf(self: SynicState, page: number): void {
  for (let i = self.tagBuffers.length - 1; i >= 0; i--) if (Math.floor(self.tagBuffers[i] / 16) === page) dropTag(self, i);
}

/** A VP is about to be deleted: messages that wait for it are free buffers again, and its own intercept message is gone. [SYN-9] */
function forget(self: SynicState, hop: HopView, act: Act): void {
  const page = vpPage(act, self.dir, hop.a0);
  for (const buffer of freeQueued(act, page)) {
    const at = self.tagBuffers.indexOf(buffer);
    if (at >= 0) dropTag(self, at);
  }
  dropQueued(act, self.dir, ROOT, SINT_INTERCEPT, page);
  dropTagsOf(self, page);
  act.send(sched.remove, peer(self, act, SCHEDULER), hop.a0, hop.a1);
}

/** HvFinalizePartition: ports and connections that are left go. [PART-7] */
function finalize(self: SynicState, hop: HopView, act: Act): void {
  for (let id = anyEntry(act, self.dir, hop.a0, true); id >= 0; id = anyEntry(act, self.dir, hop.a0, true)) disconnectPort(act, self.dir, hop.a0, id);
  for (let id = anyEntry(act, self.dir, hop.a0, false); id >= 0; id = anyEntry(act, self.dir, hop.a0, false)) dropPort(self, act, hop.a0, id);
  act.send(hv.finalize, peer(self, act, MEMORY), hop.a0);
}

/** Looks at one queue; the interrupt for a message belongs to whoever sent the message. */
function scan(self: SynicState, act: Act, vp: number, page: number, sint: number): void {
  const head = queueHead(act.spa(page), sint);
  if (head === 0) return;
  const vector = scanQueue(act, page, sint);
  if (queueHead(act.spa(page), sint) === head) return;
  const { request, behalf } = act;
  const at = self.tagBuffers.indexOf(head);
  if (at >= 0) {
    act.request = self.tagRequests[at];
    act.behalf = self.tagBehalf[at];
    dropTag(self, at);
  }
  raise(self, act, vp, vector, sint, 0);
  act.request = request;
  act.behalf = behalf;
}

/** HvPostMessage. [SYN-2] */
function post(self: SynicState, hop: HopView, act: Act): number {
  const input = act.spa(hop.a2);
  const at = hop.a3;
  const missing = followConnection(act, self.dir, hop.a5, get32(input, at), PORT_MESSAGE);
  if (missing !== 0) return missing;
  const type = get32(input, at + 8);
  const size = get32(input, at + 12);
  const refused = postRefusal(type, size);
  if (refused !== 0) return refused;
  const ports = act.spa(entryPage(target.port));
  const e = entryOffset(target.port);
  const page = get32(ports, e + PORT_BUFFER_PAGE);
  const buffer = freeBuffer(act.spa(page));
  if (buffer < 0) return HV_STATUS_INSUFFICIENT_BUFFERS;
  const vp = chooseVp(act, self.dir, target.owner, get32(ports, e + PORT_VP), V_SIMP);
  if (vp < 0) return vp === -1 ? HV_STATUS_INVALID_VP_INDEX : HV_STATUS_INVALID_SYNIC_STATE;
  const message = act.spaForWrite(page);
  message.fill(0, buffer, buffer + 256);
  put32(message, buffer, type);
  message[buffer + 4] = size;
  put32(message, buffer + 8, get32(ports, e));
  copyBytes(message, buffer + MESSAGE_PAYLOAD_AT, input, at + 16, size);
  bump(act.spaForWrite(entryPage(target.port)), e + PORT_POSTS, 1);
  const sint = get32(ports, e + PORT_SINT);
  const where = vpPage(act, self.dir, vp);
  enqueue(self, act, vp, where, sint, bufferRef(page, buffer));
  return HV_STATUS_SUCCESS;
}

/** HvSignalEvent: an interrupt only when the flag was clear. [SYN-7] */
function signal(self: SynicState, hop: HopView, act: Act): number {
  const fast = controlFast(hop.a0);
  const id = fast ? hop.a2 : get32(act.spa(hop.a2), hop.a3);
  const flag = fast ? hop.a3 & 0xffff : get16(act.spa(hop.a2), hop.a3 + 4);
  const missing = followConnection(act, self.dir, hop.a5, id, PORT_EVENT);
  if (missing !== 0) return missing;
  const ports = act.spa(entryPage(target.port));
  const e = entryOffset(target.port);
  const flags = get32(ports, e + PORT_FLAGS);
  if (flag >= flags >>> 16) return HV_STATUS_INVALID_PARAMETER;
  const vp = chooseVp(act, self.dir, target.owner, get32(ports, e + PORT_VP), V_SIEFP);
  if (vp < 0) return vp === -1 ? HV_STATUS_INVALID_VP_INDEX : HV_STATUS_INVALID_SYNIC_STATE;
  const v = act.spa(vpPage(act, self.dir, vp));
  const sint = get32(ports, e + PORT_SINT);
  const register = get32(v, V_SINT + 8 * sint);
  if (sintMasked(register)) return HV_STATUS_INVALID_SYNIC_STATE;
  if (setEventFlag(act.spaForWrite(get32(v, V_SIEF_PAGE)), sint, (flags & 0xffff) + flag)) raise(self, act, vp, sintVector(register), sint, 1);
  return HV_STATUS_SUCCESS;
}

function drop(self: SynicState, hop: HopView, act: Act): number {
  // Partition and id need two registers, and a fast call carries one here. [HCALL-3]
  if (controlFast(hop.a0)) return HV_STATUS_INVALID_PARAMETER;
  const input = act.spa(hop.a2);
  const owner = get53(input, hop.a3);
  const id = get32(input, hop.a3 + 8);
  return controlCode(hop.a0) === HvDisconnectPort ? disconnectPort(act, self.dir, owner, id) : dropPort(self, act, owner, id);
}

/** A port goes with its buffers, queued or not. [PORT-4] */
function dropPort(self: SynicState, act: Act, owner: number, id: number): number {
  const port = findPort(act, self.dir, owner, id);
  if (port !== 0) {
    const table = act.spa(entryPage(port));
    const e = entryOffset(port);
    const page = get32(table, e + PORT_BUFFER_PAGE);
    if (page !== 0) {
      dropQueued(act, self.dir, owner, get32(table, e + PORT_SINT), page);
      dropTagsOf(self, page);
    }
  }
  return deletePort(act, self.dir, owner, id);
}

function call(self: SynicState, hop: HopView, act: Act): void {
  const code = controlCode(hop.a0);
  let status: number;
  switch (code) {
    case HvSignalEvent: status = signal(self, hop, act); break;
    case HvPostMessage: status = post(self, hop, act); break;
    case HvCreatePort: status = createPort(act, self.dir, act.spa(hop.a2), hop.a3); break;
    case HvConnectPort: status = connectPort(act, self.dir, act.spa(hop.a2), hop.a3); break;
    case HvDeletePort:
    case HvDisconnectPort: status = drop(self, hop, act); break;
    default: status = HV_STATUS_INVALID_HYPERCALL_CODE;
  }
  act.send(hv.answer, peer(self, act, HYPERCALLS), status, 0, code);
}

/** `synic.intercept`: the VP's own buffer goes to SINT0 of a root VP. [SYN-8] */
function intercept(self: SynicState, hop: HopView, act: Act): void {
  act.behalf = hop.a3;
  enqueue(self, act, hop.a0, vpPage(act, self.dir, hop.a0), SINT_INTERCEPT, bufferRef(hop.a1, hop.a2 & 0xfff));
}

/** EOM, and EOI by way of the APIC: every queue of this VP is looked at again. [SYN-4] */
function rescan(self: SynicState, act: Act, vp: number, page: number): void {
  for (let sint = 0; sint < SINT_COUNT; sint++) scan(self, act, vp, page, sint);
}

/** SynIC MSRs of the VP that executes the access. [SYN-1] [MSR-4] */
function access(self: SynicState, hop: HopView, act: Act): void {
  const page = vpPage(act, self.dir, act.vp);
  const partition = get32(act.spa(page), V_PARTITION);
  const done = partition === ROOT ? msr.doneRoot : msr.doneGuest;
  const at = registerOffset(hop.a0);
  if (hop.a3 === 0) {
    const v = act.spa(page);
    const fixed = hop.a0 === MSR_SVERSION ? 1 : 0;
    act.send(done, hop.a4, at < 0 ? fixed : get32(v, at), at < 0 ? 0 : get32(v, at + 4), 0);
    return;
  }
  if (hop.a0 === MSR_EOM) rescan(self, act, act.vp, page);
  const fault = at < 0 ? 0 : setSynicRegister(act, page, partition, at, hop.a1, hop.a2);
  act.send(done, hop.a4, hop.a1, hop.a2, fault);
}

function registerOffset(address: number): number {
  if (address >= MSR_SINT0 && address < MSR_SINT0 + SINT_COUNT) return V_SINT + 8 * (address - MSR_SINT0);
  if (address === MSR_SCONTROL) return V_SCONTROL;
  if (address === MSR_SIEFP) return V_SIEFP;
  return address === MSR_SIMP ? V_SIMP : -1;
}

/** Writes a SynIC register and does what the write means; 1: #GP. [SYN-1] */
export function setSynicRegister(act: Act, page: number, partition: number, at: number, lo: number, hi: number): number {
  const v = act.spaForWrite(page);
  if (at === V_SIMP || at === V_SIEFP) {
    const old = get32(v, at);
    if (synicEnabled(old)) act.setOverlay(partition, registerPage(old, get32(v, at + 4)), 0);
    if (synicEnabled(lo)) act.setOverlay(partition, registerPage(lo, hi), get32(v, at === V_SIMP ? V_SIM_PAGE : V_SIEF_PAGE));
  }
  if (at >= V_SINT && at < V_SINT + 8 * SINT_COUNT && sintVector(lo) < 16 && !sintMasked(lo)) return 1;
  put64(v, at, lo, hi);
  v.fill(0, V_AUTO_EOI, V_AUTO_EOI + 32);
  for (let sint = 0; sint < SINT_COUNT; sint++) {
    const register = get32(v, V_SINT + 8 * sint);
    if (sintAutoEoi(register) && !sintMasked(register)) setBit(v, V_AUTO_EOI, sintVector(register));
  }
  return 0;
}

export const synic = component<SynicState>({
  name: 'synic',
  title: 'SynIC',
  about: 'The synthetic interrupt controller: it puts messages into slots and sets event flags in pages that a partition lays out for it.',
  place: 'hypervisor',
  sources: ['T2 14'],
  initial: (config: HypervisorConfig) => ({ ...initialState(config), tagBuffers: [], tagRequests: [], tagBehalf: [] }),
  on: {
    [hv.toSynic.name]: call,
    [kinds.intercept.name]: intercept,
    [kinds.forget.name]: forget,
    [hv.finalize.name]: finalize,
    [kinds.rescan.name]: (self, hop, act) => rescan(self, act, hop.a0, vpPage(act, self.dir, hop.a0)),
    [msr.access.name]: access,
  },
});
