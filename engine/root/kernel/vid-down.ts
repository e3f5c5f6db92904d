/**
 * The VID's ioctls that undo set-up, in the reverse order: stop the VPs, remove port intercepts, unmap and clear memory, delete VPs,
 * delete the partition with every page of its pools. Each is one hypercall after the other, like set-up. SPEC [VID-6] [VID-7].
 */
import { get53 } from '../../wire/bytes.ts';
import {
  putInstallIntercept, putPartition, putPartitionAndNode, putPartitionAndVp, putSetRegister, putUnmapGpaPages, REGISTER_LIST_AT, repCountMax,
} from '../../wire/hypercall-blocks.ts';
import {
  HvDeletePartition, HvDeleteVp, HvFinalizePartition, HvInstallIntercept, HvSetVpRegisters, HvUnmapGpaPages, HvWithdrawMemory,
} from '../../wire/hypercalls.ts';
import { REGISTER_EXPLICIT_SUSPEND } from '../../wire/hv-registers.ts';
import { HV_STATUS_INVALID_PARTITION_STATE, HV_STATUS_NO_RESOURCES } from '../../wire/hv-status.ts';
import { INTERCEPT_IO_PORT } from '../../wire/intercepts.ts';
import type { Act } from '../../sim/act.ts';
import { giveRun } from '../../sim/page-runs.ts';
import * as blocks from './vid-blocks.ts';
import { callWith, finish, processOf } from './vid-blocks.ts';
import { vid, winhv } from './hops.ts';
import { dropGuest, type JobKind, type VidGuest, type VidState } from './vid-state.ts';

const ROOT = 1;
const UNMAP_MAX = repCountMax(HvUnmapGpaPages);
const WITHDRAW_MAX = repCountMax(HvWithdrawMemory);
/** Pages cleared in one piece of work: 64 MB. */
const CLEAR_MAX = 16_384;

/** Steps of deleting a partition. */
const FINALIZE = 0;
const WITHDRAW = 1;
const DELETE = 2;
const WITHDRAW_ROOT = 3;

export function isDown(what: JobKind): boolean {
  return what === 'stop' || what.startsWith('no-');
}

/** Makes the next hypercall of a job, or ends it. */
export function downPerform(self: VidState, act: Act, guest: VidGuest): void {
  const job = guest.job!;
  switch (job.what) {
    case 'stop': return stopNext(self, act, guest, job.a);
    case 'no-ports': {
      if (guest.done === job.b) return finish(act, guest, 0);
      putInstallIntercept(act.pageForWrite(blocks.blockPage(guest)), guest.partition, 0, INTERCEPT_IO_PORT, job.a + guest.done);
      return callWith(self, act, guest, HvInstallIntercept, 0, 24, 0);
    }
    case 'no-memory': return unmapNext(self, act, guest);
    case 'no-vp': {
      if (guest.done === 1) return finish(act, guest, 0);
      putPartitionAndVp(act.pageForWrite(blocks.blockPage(guest)), guest.partition, job.a);
      return callWith(self, act, guest, HvDeleteVp, 0, 16, 0);
    }
    default: return deleteNext(self, act, guest);
  }
}

/** A hypercall of such a job has returned. */
export function downDone(self: VidState, act: Act, guest: VidGuest, status: number, reps: number): void {
  const { what } = guest.job!;
  if (what === 'no-partition') return deleteDone(self, act, guest, status, reps);
  act.assert(status === 0, `the hypervisor refused a call that undoes what it had accepted (${what})`);
  guest.done += what === 'no-memory' ? reps : 1;
  downPerform(self, act, guest);
}

// --- VPs [VID-6] ---------------------------------------------------------------------------------------------------------

/** Explicit suspension of VP after VP; the ioctl ends when no message about one of them is on its way any more. */
function stopNext(self: VidState, act: Act, guest: VidGuest, vps: number): void {
  guest.stopping = true;
  self.dropped += guest.pending.length;
  guest.pending = [];
  if (guest.done === vps) return quiet(act, guest);
  const block = act.pageForWrite(blocks.blockPage(guest));
  putPartitionAndVp(block, guest.partition, guest.done);
  putSetRegister(block, 0, REGISTER_EXPLICIT_SUSPEND, 1, 0);
  callWith(self, act, guest, HvSetVpRegisters, 1, REGISTER_LIST_AT + 32, 0);
}

/** Ends the ioctl as soon as the worker process waits for messages and no answer of its is under way. */
export function quiet(act: Act, guest: VidGuest): void {
  if (guest.job?.what === 'stop' && guest.done === guest.job.a && guest.waiting && guest.calls === 0) finish(act, guest, 0);
}

// --- memory [VID-7] --------------------------------------------------------------------------------------------------------

function unmapNext(self: VidState, act: Act, guest: VidGuest): void {
  if (guest.done < guest.ramPages) {
    putUnmapGpaPages(act.pageForWrite(blocks.blockPage(guest)), guest.partition, guest.done);
    return callWith(self, act, guest, HvUnmapGpaPages, Math.min(UNMAP_MAX, guest.ramPages - guest.done), 16, 0);
  }
  for (const member of processOf(act, guest)) act.revoke(member, guest.partition, 0, guest.ramPages);
  clearNext(act, guest, 0);
}

/** What a guest has left in its memory is nobody else's business. */
function clearNext(act: Act, guest: VidGuest, done: number): void {
  const count = Math.min(CLEAR_MAX, guest.ramPages - done);
  act.request = guest.request;
  act.behalf = guest.partition;
  act.send(vid.clear, act.self, guest.index, guest.ram + done, count, count * 4096);
}

export function cleared(self: VidState, act: Act, index: number, first: number, count: number): void {
  const guest = self.guests[index]!;
  act.discard(first, count);
  if (first + count < guest.ram + guest.ramPages) return clearNext(act, guest, first + count - guest.ram);
  giveRun(self.free, guest.ram, guest.ramPages);
  guest.ram = guest.ramPages = 0;
  finish(act, guest, 0);
}

// --- the partition [VID-7] ---------------------------------------------------------------------------------------------------

function deleteNext(self: VidState, act: Act, guest: VidGuest): void {
  if (guest.partition === 0 && guest.step < WITHDRAW_ROOT) guest.step = WITHDRAW_ROOT;
  const block = act.pageForWrite(blocks.blockPage(guest));
  switch (guest.step) {
    case FINALIZE:
      // From now on WinHv has no place for messages about this partition.
      act.send(winhv.slotPage, self.winhv, guest.partition, 0);
      putPartition(block, guest.partition);
      return callWith(self, act, guest, HvFinalizePartition, 0, 8, 0);
    case WITHDRAW: return withdraw(self, act, guest, guest.partition, WITHDRAW_MAX);
    case DELETE:
      putPartition(block, guest.partition);
      return callWith(self, act, guest, HvDeletePartition, 0, 8, 0);
    default:
      if (guest.forRoot > 0) return withdraw(self, act, guest, ROOT, guest.forRoot);
      finish(act, guest, 0);
      dropGuest(self, guest);
  }
}

function withdraw(self: VidState, act: Act, guest: VidGuest, pool: number, count: number): void {
  putPartitionAndNode(act.pageForWrite(blocks.blockPage(guest)), pool);
  callWith(self, act, guest, HvWithdrawMemory, count, 16, blocks.outPage(guest));
}

function deleteDone(self: VidState, act: Act, guest: VidGuest, status: number, reps: number): void {
  const empty = status === HV_STATUS_NO_RESOURCES;
  if (guest.step === WITHDRAW || guest.step === WITHDRAW_ROOT) {
    act.assert(status === 0 || empty, 'the hypervisor keeps pages that are free');
    const out = act.page(blocks.outPage(guest));
    for (let i = 0; i < reps; i++) giveRun(self.free, get53(out, 8 * i), 1);
    // What other guests still use of the root's pool comes back with them.
    if (guest.step === WITHDRAW_ROOT) guest.forRoot = 0;
    else if (empty) guest.step++;
  } else {
    // A partition that was never initialized has nothing to finalize.
    act.assert(status === 0 || (guest.step === FINALIZE && status === HV_STATUS_INVALID_PARTITION_STATE), 'the hypervisor keeps a partition that has ended');
    guest.step++;
  }
  deleteNext(self, act, guest);
}
