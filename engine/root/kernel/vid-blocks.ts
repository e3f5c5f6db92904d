/**
 * Parameter blocks of the VID's hypercalls, in the pages of a guest's record: set-up block (page 0), output (1), run-time blocks
 * (2: registers of VP i at 256 i, ExtINT at 3840, translation at 3904), message slots (3). Blocks of different guests, VPs and
 * purposes never share bytes, so calls of several VPs can be under way at once.
 */
import { put64 } from '../../wire/bytes.ts';
import {
  INTERRUPT_EXTINT, putAssertInterrupt, putTranslate, REGISTER_LIST_AT,
} from '../../wire/hypercall-blocks.ts';
import {
  controlHi, controlLo, HvAssertVirtualInterrupt, HvClearVirtualInterrupt, HvSetVpRegisters, HvTranslateVirtualAddress,
} from '../../wire/hypercalls.ts';
import { REGISTER_INTERCEPT_SUSPEND, REGISTER_RAX, REGISTER_RCX, REGISTER_RDI, REGISTER_RIP, REGISTER_RSI } from '../../wire/hv-registers.ts';
import {
  ACCESS_WRITE, interceptAccess, interceptInstructionLength, interceptRipHi, interceptRipLo, ioPortIsString, ioPortRaxLo, ioPortRcxHi, ioPortRcxLo, ioPortRdiHi,
  ioPortRdiLo, ioPortRsiHi, ioPortRsiLo, ioPortSize, mergeRaxLo,
} from '../../wire/intercepts.ts';
import { MESSAGE_PAYLOAD_AT } from '../../wire/synic.ts';
import type { Act } from '../../sim/act.ts';
import { vid, winhv } from './hops.ts';
import { JOB, type VidGuest, type VidState } from './vid-state.ts';

const EXTINT_AT = 3840;
const TRANSLATE_AT = 3904;

/** A hypercall ready to be sent: one object, used within one handler only. */
const call = { lo: 0, hi: 0, page: 0, span: 0, out: 0 };
export type ReadyCall = typeof call;

export function blockPage(guest: VidGuest): number {
  return guest.page;
}

export function outPage(guest: VidGuest): number {
  return guest.page + 1;
}

export function slotPage(guest: VidGuest): number {
  return guest.page + 3;
}

export function cookieOf(guest: VidGuest, purpose: number): number {
  return (guest.index << 8) | purpose;
}

export function ready(lo: number, hi: number, page: number, at: number, bytes: number, out: number): ReadyCall {
  call.lo = lo;
  call.hi = hi;
  call.page = page;
  call.span = at | (bytes << 12);
  call.out = out;
  return call;
}

export function send(self: VidState, act: Act, c: ReadyCall, cookie: number): void {
  act.send(winhv.call, self.winhv, c.lo, c.hi, c.page, c.span, c.out, cookie);
}

/** An element of HvSetVpRegisters at an offset of the page, without a view of it. */
function putRegister(bytes: Uint8Array, at: number, name: number, lo: number, hi: number): void {
  put64(bytes, at, name, 0);
  put64(bytes, at + 8, 0, 0);
  put64(bytes, at + 16, lo, hi);
  put64(bytes, at + 24, 0, 0);
}

/** HvSetVpRegisters that answers an intercept: RAX or the string registers, RIP behind the instruction, suspend bit clear. */
export function completeBlock(act: Act, guest: VidGuest, vpIndex: number, slot: number, value: number, merge: boolean, words: number): ReadyCall {
  const message = act.page(slotPage(guest));
  const payload = slot + MESSAGE_PAYLOAD_AT;
  const page = guest.page + 2;
  const at = vpIndex * 256;
  const bytes = act.pageForWrite(page);
  put64(bytes, at, guest.partition, 0);
  put64(bytes, at + 8, vpIndex, 0);
  const list = at + REGISTER_LIST_AT;
  let n = 0;
  if (merge) putRegister(bytes, list + 32 * n++, REGISTER_RAX, mergeRaxLo(ioPortRaxLo(message, payload), ioPortSize(message, payload), value), 0);
  let left = 0;
  if (ioPortIsString(message, payload)) {
    left = ioPortRcxLo(message, payload) - words;
    n = putStringRegisters(bytes, list, n, message, payload, words, left);
  }
  if (left === 0) {
    const rip = interceptRipLo(message, payload) + interceptInstructionLength(message, payload);
    putRegister(bytes, list + 32 * n++, REGISTER_RIP, rip >>> 0, interceptRipHi(message, payload));
  }
  putRegister(bytes, list + 32 * n++, REGISTER_INTERCEPT_SUSPEND, 0, 0);
  return ready(controlLo(HvSetVpRegisters, false), controlHi(n, 0), page, at, REGISTER_LIST_AT + 32 * n, 0);
}

/** RCX counts down and the pointer moves on; while RCX is not 0, RIP stays and the instruction exits once more. [VID-4] */
function putStringRegisters(bytes: Uint8Array, list: number, n: number, message: Uint8Array, payload: number, words: number, left: number): number {
  const write = interceptAccess(message, payload) === ACCESS_WRITE;
  const lo = (write ? ioPortRsiLo(message, payload) : ioPortRdiLo(message, payload)) + words * ioPortSize(message, payload);
  const hi = (write ? ioPortRsiHi(message, payload) : ioPortRdiHi(message, payload)) + (lo > 0xffff_ffff ? 1 : 0);
  putRegister(bytes, list + 32 * n, REGISTER_RCX, left, ioPortRcxHi(message, payload));
  putRegister(bytes, list + 32 * (n + 1), write ? REGISTER_RSI : REGISTER_RDI, lo >>> 0, hi >>> 0);
  return n + 2;
}

/** HvAssertVirtualInterrupt of an ExtINT at VP 0; vector 0xFFFFFFFF takes it back. */
export function assertBlock(act: Act, guest: VidGuest, vector: number): ReadyCall {
  const page = guest.page + 2;
  putAssertInterrupt(act.pageForWrite(page).subarray(EXTINT_AT, EXTINT_AT + 32), guest.partition, INTERRUPT_EXTINT, true, 0, vector);
  return ready(controlLo(HvAssertVirtualInterrupt, false), 0, page, EXTINT_AT, 32, 0);
}

/** HvClearVirtualInterrupt fits a register: a fast call. */
export function clearCall(guest: VidGuest): ReadyCall {
  return ready(controlLo(HvClearVirtualInterrupt, true), 0, guest.partition, 0, 0, 0);
}

export function translateBlock(act: Act, guest: VidGuest, vpIndex: number, gvaPage: number, flags: number): ReadyCall {
  const page = guest.page + 2;
  putTranslate(act.pageForWrite(page).subarray(TRANSLATE_AT, TRANSLATE_AT + 32), guest.partition, vpIndex, flags, gvaPage);
  return ready(controlLo(HvTranslateVirtualAddress, false), 0, page, TRANSLATE_AT, 32, outPage(guest));
}

// --- set-up and its end

/** The components of the worker process that reach the guest's memory: itself, and its IDE emulator for DMA. */
export function processOf(act: Act, guest: VidGuest): readonly number[] {
  return [guest.worker, act.find(`${act.pathOf(guest.worker)}/ide`)].filter((member) => member >= 0);
}

/** Makes a hypercall whose parameters stand in the guest's set-up block. */
export function callWith(self: VidState, act: Act, guest: VidGuest, code: number, reps: number, bytes: number, out: number): void {
  act.request = guest.request;
  act.behalf = guest.partition;
  send(self, act, ready(controlLo(code, false), controlHi(reps, 0), blockPage(guest), 0, bytes, out), cookieOf(guest, JOB));
}

/** The ioctl returns to the worker process. */
export function finish(act: Act, guest: VidGuest, status: number): void {
  const cookie = guest.job!.cookie;
  guest.job = null;
  act.request = guest.request;
  act.behalf = guest.partition;
  act.send(vid.done, guest.worker, status, guest.partition, cookie);
}
