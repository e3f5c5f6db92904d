/**
 * The VID's set-up ioctls as sequences of hypercalls that TLFS permits. Whenever a call answers HV_STATUS_INSUFFICIENT_MEMORY the
 * VID deposits pages into the pool the call draws on and repeats it. SPEC [VID-1] [VID-2].
 */
import { get53 } from '../../wire/bytes.ts';
import { HV_STATUS_INSUFFICIENT_MEMORY } from '../../wire/hv-status.ts';
import {
  DEPOSIT_LIST_AT, MAP_EXECUTABLE, MAP_LIST_AT, MAP_READABLE, MAP_WRITABLE, putCreatePartition, putCreateVp, putDepositPage,
  putInstallIntercept, putMapGpaPages, putMapSourcePages, putPartition, putPartitionAndVp, putSetPartitionProperty, putSetRegister, REGISTER_LIST_AT, repCountMax,
} from '../../wire/hypercall-blocks.ts';
import {
  controlLo, HvCreatePartition, HvCreateVp, HvDepositMemory, HvInitializePartition, HvInstallIntercept, HvMapGpaPages,
  HvSetPartitionProperty, HvSetVpRegisters,
} from '../../wire/hypercalls.ts';
import {
  putSegment, REGISTER_CR0, REGISTER_CR3, REGISTER_CR4, REGISTER_CS, REGISTER_DS, REGISTER_EFER, REGISTER_ES, REGISTER_EXPLICIT_SUSPEND, REGISTER_RFLAGS,
  REGISTER_RIP, REGISTER_SS,
} from '../../wire/hv-registers.ts';
import { INTERCEPT_IO_PORT, INTERCEPT_MASK_READ, INTERCEPT_MASK_WRITE } from '../../wire/intercepts.ts';
import { PROPERTY_PRIVILEGE_FLAGS } from '../../wire/privileges.ts';
import type { Act } from '../../sim/act.ts';
import { takeRun } from '../../sim/page-runs.ts';
import * as blocks from './vid-blocks.ts';
import { callWith, finish, processOf } from './vid-blocks.ts';
import { winhv } from './hops.ts';
import { JOB, type Job, type VidGuest, type VidState } from './vid-state.ts';
import { downDone, downPerform, isDown } from './vid-down.ts';

const ROOT = 1;
/** Pages deposited at a time: our choice; real sizes are not public. For the root: a partition page and the ports of a guest. */
const DEPOSIT_ROOT = 8;
const DEPOSIT_CHILD = 16;
/** Port table, connection table and message buffers of an enlightened guest. */
const DEPOSIT_PORTS = 4;
const MAP_MAX = repCountMax(HvMapGpaPages);
const RIGHTS = MAP_READABLE | MAP_WRITABLE | MAP_EXECUTABLE;

export function beginJob(self: VidState, act: Act, guest: VidGuest, job: Job): void {
  act.assert(guest.job === null, 'the worker process has one ioctl under way already');
  guest.job = job;
  guest.step = 0;
  guest.done = 0;
  guest.request = act.request;
  if (isDown(job.what)) return downPerform(self, act, guest);
  if (job.what === 'memory') {
    guest.ram = takeRun(self.free, job.a);
    // The pages of a guest's memory lie together; with too few of them the VID does not even begin. [VID-5]
    if (guest.ram < 0) return finish(act, guest, HV_STATUS_INSUFFICIENT_MEMORY);
    guest.ramPages = job.a;
  }
  // HvCreatePartition draws on the pool of the caller, the ports of an enlightened guest on that of the guest.
  if (job.what === 'create') deposit(self, act, guest, DEPOSIT_ROOT);
  else if (job.what === 'privileges') deposit(self, act, guest, DEPOSIT_PORTS);
  else perform(self, act, guest);
}

/** A hypercall of the job has returned. */
export function advanceJob(self: VidState, act: Act, guest: VidGuest, status: number, reps: number, poolEmpty: boolean): void {
  const job = guest.job!;
  if (isDown(job.what)) return downDone(self, act, guest, status, reps);
  if (guest.deposit) {
    guest.deposit = false;
    if (status !== 0) return finish(act, guest, status);
    return perform(self, act, guest);
  }
  if (job.what === 'memory') guest.done += reps;
  if (poolEmpty) return deposit(self, act, guest, guest.partition === 0 ? DEPOSIT_ROOT : DEPOSIT_CHILD);
  if (status !== 0) return finish(act, guest, status);
  if (job.what === 'create' && guest.step === 0) {
    guest.partition = get53(act.page(blocks.outPage(guest)), 0);
    act.behalf = guest.partition;
    act.send(winhv.slotPage, self.winhv, guest.partition, blocks.slotPage(guest));
  }
  if (job.what !== 'memory') guest.step++;
  if (job.what === 'ports') guest.done++;
  if (isDone(guest, job)) {
    if (job.what === 'memory') mapIntoProcess(act, guest);
    return finish(act, guest, 0);
  }
  if (job.what === 'create') deposit(self, act, guest, DEPOSIT_CHILD);
  else perform(self, act, guest);
}

function isDone(guest: VidGuest, job: Job): boolean {
  switch (job.what) {
    case 'create': return guest.step === 2;
    case 'memory': return guest.done >= guest.ramPages;
    case 'ports': return guest.done >= job.b;
    case 'start': return guest.step === 2;
    default: return guest.step === 1;
  }
}

/** The worker process sees the guest's memory, and with it what lives in the process and does DMA. */
function mapIntoProcess(act: Act, guest: VidGuest): void {
  for (const member of processOf(act, guest)) act.grant(member, guest.partition, 0, guest.ramPages, 'vid');
}

/** The pool the job's call draws on: the caller's for HvCreatePartition, else the guest's. */
function deposit(self: VidState, act: Act, guest: VidGuest, count: number): void {
  const target = guest.partition === 0 ? ROOT : guest.partition;
  const first = takeRun(self.free, count);
  if (first < 0) return finish(act, guest, HV_STATUS_INSUFFICIENT_MEMORY);
  const block = act.pageForWrite(blocks.blockPage(guest));
  putPartition(block, target);
  for (let i = 0; i < count; i++) putDepositPage(block, i, first + i);
  guest.deposit = true;
  if (target === ROOT) guest.forRoot += count;
  else guest.deposited += count;
  callWith(self, act, guest, HvDepositMemory, count, DEPOSIT_LIST_AT + 8 * count, 0);
}

/** Writes the block of the job's next hypercall and makes the call. */
function perform(self: VidState, act: Act, guest: VidGuest): void {
  const job = guest.job!;
  const block = act.pageForWrite(blocks.blockPage(guest));
  switch (job.what) {
    case 'create': return create(self, act, guest, block);
    case 'privileges':
      putSetPartitionProperty(block, guest.partition, PROPERTY_PRIVILEGE_FLAGS, job.a, job.b);
      return callWith(self, act, guest, HvSetPartitionProperty, 0, 24, 0);
    case 'vp':
      putCreateVp(block, guest.partition, job.a);
      return callWith(self, act, guest, HvCreateVp, 0, 32, 0);
    case 'memory': return mapNext(self, act, guest, block);
    case 'ports':
      putInstallIntercept(block, guest.partition, INTERCEPT_MASK_READ | INTERCEPT_MASK_WRITE, INTERCEPT_IO_PORT, job.a + guest.done);
      return callWith(self, act, guest, HvInstallIntercept, 0, 24, 0);
    case 'start': return start(self, act, guest, block, job);
    default: return;
  }
}

function create(self: VidState, act: Act, guest: VidGuest, block: Uint8Array): void {
  if (guest.step === 1) {
    putPartition(block, guest.partition);
    return callWith(self, act, guest, HvInitializePartition, 0, 8, 0);
  }
  putCreatePartition(block);
  act.request = guest.request;
  // The cookie of this call is the name of the partition, which the interface has no field for; the answer says whose it is.
  const c = blocks.ready(controlLo(HvCreatePartition, false), 0, blocks.blockPage(guest), 0, 16, blocks.outPage(guest));
  act.send(winhv.call, self.winhv, c.lo, c.hi, c.page, c.span, c.out, blocks.cookieOf(guest, JOB) | (guest.job!.a << 16));
}

/** At most 509 pages: the list must end with the page of the block. [VID-2] */
function mapNext(self: VidState, act: Act, guest: VidGuest, block: Uint8Array): void {
  const count = Math.min(MAP_MAX, guest.ramPages - guest.done);
  putMapGpaPages(block, guest.partition, guest.done, RIGHTS);
  putMapSourcePages(block, guest.ram + guest.done, count);
  callWith(self, act, guest, HvMapGpaPages, count, MAP_LIST_AT + 8 * count, 0);
}

/** Segments of a Windows kernel: name, limit, selector, attributes; every base is 0. Code in 64-bit mode has no limit. [VID-8] */
const segments64 = [
  [REGISTER_CS, 0, 0x10, 0x209b], [REGISTER_SS, 0xffff_ffff, 0x18, 0xc093], [REGISTER_DS, 0xffff_ffff, 0x2b, 0xc0f3], [REGISTER_ES, 0xffff_ffff, 0x2b, 0xc0f3],
] as const;
const segments32 = [
  [REGISTER_CS, 0xffff_ffff, 0x08, 0xc09b], [REGISTER_SS, 0xffff_ffff, 0x10, 0xc093], [REGISTER_DS, 0xffff_ffff, 0x23, 0xc0f3], [REGISTER_ES, 0xffff_ffff, 0x23, 0xc0f3],
] as const;

/** First registers, then the explicit suspend bit. The kernel of the guest stands in memory already: see the guest's kernel. */
function start(self: VidState, act: Act, guest: VidGuest, block: Uint8Array, job: Job): void {
  putPartitionAndVp(block, guest.partition, job.a);
  if (guest.step === 1) {
    putSetRegister(block, 0, REGISTER_EXPLICIT_SUSPEND, 0, 0);
    return callWith(self, act, guest, HvSetVpRegisters, 1, REGISTER_LIST_AT + 32, 0);
  }
  const long = job.b === 1;
  putSetRegister(block, 0, REGISTER_RIP, long ? 0x0010_0000 : 0x8010_0000, long ? 0xffff_f800 : 0);
  putSetRegister(block, 1, REGISTER_RFLAGS, 2, 0);
  putSetRegister(block, 2, REGISTER_CR0, 0x8001_0031, 0);
  putSetRegister(block, 3, REGISTER_CR3, 0x1000, 0);
  putSetRegister(block, 4, REGISTER_CR4, 0x20, 0);
  putSetRegister(block, 5, REGISTER_EFER, long ? 0xd01 : 0x800, 0);
  (long ? segments64 : segments32).forEach(([name, limit, selector, attributes], i) => {
    putSetRegister(block, 6 + i, name, 0, 0);
    putSegment(block, REGISTER_LIST_AT + 32 * (6 + i) + 16, 0, 0, limit, selector, attributes);
  });
  callWith(self, act, guest, HvSetVpRegisters, 10, REGISTER_LIST_AT + 32 * 10, 0);
}
