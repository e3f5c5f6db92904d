/**
 * `root/vid`: the Virtualization Infrastructure Driver. Makes partitions, their memory and VPs for the worker processes, and
 * carries intercept messages up to them and answers down. Runs in the root kernel; the only caller of partition hypercalls.
 *
 * Route of an ioctl: `vid.*` from a worker process, one or more `winhv.call`s with parameter blocks in pages of the guest's own
 * record, `vid.done`. Route of an intercept: `vid.intercept`, `vmwp.message`, `vid.complete`, HvSetVpRegisters. SPEC [VID-*].
 *
 * Its pages: four for each guest (set-up block, output, run-time blocks, message slots), pages to deposit, and the memory of
 * guests, all handed out from the lowest free ones, and all given back when a partition goes (`vid-down.ts`).
 */
import { get32, get53 } from '../../wire/bytes.ts';
import { HV_STATUS_INSUFFICIENT_MEMORY } from '../../wire/hv-status.ts';
import type { Act } from '../../sim/act.ts';
import { pagesIn } from '../../sim/page-runs.ts';
import { component, type HopView } from '../../sim/component.ts';
import { vmwp } from '../user/hops.ts';
import { vid as kinds, winhv as calls } from './hops.ts';
import * as blocks from './vid-blocks.ts';
import { cleared, quiet } from './vid-down.ts';
import { advanceJob, beginJob } from './vid-jobs.ts';
import { ASSERT, CLEAR, COMPLETE, JOB, newGuest, newVid, TRANSLATE, type JobKind, type VidGuest, type VidState } from './vid-state.ts';

/** One message can be on its way per VP. */
const GUEST_VPS_MAX = 16;

function guestAt(self: VidState, partition: number): VidGuest {
  for (const guest of self.guests) if (guest !== null && guest.partition === partition) return guest;
  throw new RangeError(`the VID has no partition ${partition}`);
}

function guestOf(self: VidState, worker: number): VidGuest {
  for (const guest of self.guests) if (guest !== null && guest.worker === worker) return guest;
  throw new RangeError(`component ${worker} is no worker process`);
}

// --- set-up: one ioctl at a time for each guest [VID-1] -----------------------------------------------------------------

function createPartition(self: VidState, hop: HopView, act: Act): void {
  const guest = newGuest(self, hop.from, act);
  if (guest === null) return act.send(kinds.done, hop.from, HV_STATUS_INSUFFICIENT_MEMORY, 0, hop.a1);
  beginJob(self, act, guest, { what: 'create', a: hop.a0, b: 0, cookie: hop.a1 });
}

function ioctl(what: JobKind, cookieArg: 'a1' | 'a2' | 'a3') {
  return (self: VidState, hop: HopView, act: Act): void =>
    beginJob(self, act, guestAt(self, hop.a0), { what, a: hop.a1, b: hop.a2, cookie: hop[cookieArg] });
}

/** The worker process may have failed before there was a partition, or a record. */
function deletePartition(self: VidState, hop: HopView, act: Act): void {
  const guest = self.guests.find((g) => g?.worker === hop.from);
  if (!guest) return act.send(kinds.done, hop.from, 0, 0, hop.a1);
  beginJob(self, act, guest, { what: 'no-partition', a: 0, b: 0, cookie: hop.a1 });
}

// --- intercepts [VID-3] -------------------------------------------------------------------------------------------------

/** A message goes up as soon as the worker process waits for one; the others stay in their slots, in order. */
function intercept(self: VidState, hop: HopView, act: Act): void {
  const guest = self.guests.find((g) => g?.partition === hop.a0);
  if (!guest || guest.stopping) {
    // Nobody will answer: the VP never goes on. [VID-6]
    self.dropped++;
    return;
  }
  if (guest.waiting) return passOn(guest, act, hop.a1, hop.a3);
  act.assert(guest.pending.length < GUEST_VPS_MAX, 'more intercept messages than VPs');
  guest.pending.push({ vpIndex: hop.a1, span: hop.a3, request: hop.request });
}

function passOn(guest: VidGuest, act: Act, vpIndex: number, span: number): void {
  guest.waiting = false;
  act.behalf = guest.partition;
  act.send(vmwp.message, guest.worker, blocks.slotPage(guest), span, vpIndex);
}

/** The worker process waits again: the message that came first goes up, if there is one. */
function workerWaits(guest: VidGuest, act: Act): void {
  guest.waiting = true;
  const next = guest.pending.shift();
  if (next === undefined) return;
  act.request = next.request;
  passOn(guest, act, next.vpIndex, next.span);
}

/** Handle and get next: RIP, the value read, and the suspend bit in one HvSetVpRegisters. [VID-4] */
function complete(self: VidState, hop: HopView, act: Act): void {
  const guest = guestOf(self, hop.from);
  guest.calls++;
  const call = blocks.completeBlock(act, guest, hop.a0, hop.a1 & 0xfff, hop.a2, hop.a3 === 1, hop.a4);
  blocks.send(self, act, call, blocks.cookieOf(guest, COMPLETE));
}

// --- run time ------------------------------------------------------------------------------------------------------------

function assertInterrupt(self: VidState, hop: HopView, act: Act): void {
  const guest = guestAt(self, hop.a0);
  guest.assertCookie = hop.a2;
  guest.calls++;
  blocks.send(self, act, blocks.assertBlock(act, guest, hop.a1), blocks.cookieOf(guest, ASSERT));
}

function clearInterrupt(self: VidState, hop: HopView, act: Act): void {
  const guest = guestAt(self, hop.a0);
  guest.clearCookie = hop.a1;
  guest.calls++;
  blocks.send(self, act, blocks.clearCall(guest), blocks.cookieOf(guest, CLEAR));
}

function translate(self: VidState, hop: HopView, act: Act): void {
  const guest = guestAt(self, hop.a0);
  guest.translateCookie = hop.a4;
  guest.calls++;
  blocks.send(self, act, blocks.translateBlock(act, guest, hop.a1, hop.a2, hop.a3), blocks.cookieOf(guest, TRANSLATE));
}

/** A hypercall has returned. The cookie says for which guest and what for. */
function returned(self: VidState, hop: HopView, act: Act): void {
  const guest = self.guests[(hop.a2 >>> 8) & 0xff]!;
  if ((hop.a2 & 0xff) === JOB) return advanceJob(self, act, guest, hop.a0, hop.a1, hop.a0 === HV_STATUS_INSUFFICIENT_MEMORY);
  guest.calls--;
  answered(guest, hop, act);
  quiet(act, guest);
}

function answered(guest: VidGuest, hop: HopView, act: Act): void {
  const status = hop.a0;
  switch (hop.a2 & 0xff) {
    case COMPLETE:
      act.assert(status === 0, 'the hypervisor refused the registers of an answered intercept');
      return workerWaits(guest, act);
    case ASSERT: return act.send(kinds.done, guest.worker, status, 0, guest.assertCookie);
    case CLEAR: return act.send(kinds.done, guest.worker, status, 0, guest.clearCookie);
    case TRANSLATE: {
      const out = act.page(blocks.outPage(guest));
      const found = status === 0 && get32(out, 0) === 0;
      return act.send(kinds.done, guest.worker, found ? 0 : status === 0 ? 0x100 | get32(out, 0) : status, found ? get53(out, 8) : 0, guest.translateCookie);
    }
    default: return;
  }
}

export const vid = component<VidState>({
  name: 'vid',
  title: 'VID',
  about: 'vid.sys, the Virtualization Infrastructure Driver: partitions, VPs and memory for the worker processes, which cannot make hypercalls themselves.',
  place: 'root-kernel',
  sources: ['management 1.1', 'COR 19', 'COR 23'],
  initial: newVid,
  on: {
    [kinds.createPartition.name]: createPartition,
    [kinds.setPrivileges.name]: ioctl('privileges', 'a3'),
    [kinds.mapMemory.name]: ioctl('memory', 'a2'),
    [kinds.createVp.name]: ioctl('vp', 'a2'),
    [kinds.installPort.name]: ioctl('ports', 'a3'),
    [kinds.startVp.name]: ioctl('start', 'a3'),
    [kinds.stopVps.name]: ioctl('stop', 'a2'),
    [kinds.removePort.name]: ioctl('no-ports', 'a3'),
    [kinds.unmapMemory.name]: ioctl('no-memory', 'a1'),
    [kinds.deleteVp.name]: ioctl('no-vp', 'a2'),
    [kinds.deletePartition.name]: deletePartition,
    [kinds.clear.name]: (self, hop, act) => cleared(self, act, hop.a0, hop.a1, hop.a2),
    [kinds.intercept.name]: intercept,
    [kinds.complete.name]: complete,
    [kinds.assertInterrupt.name]: assertInterrupt,
    [kinds.clearInterrupt.name]: clearInterrupt,
    [kinds.translate.name]: translate,
    [calls.done.name]: returned,
  },
  view: (self) => ({
    guests: self.guests.flatMap((g) => g ?? []).map((g) => ({ partition: g.partition, firstPage: g.ram, pages: g.ramPages, deposited: g.deposited, waiting: g.pending.length })),
    free: pagesIn(self.free),
    dropped: self.dropped,
  }),
});
