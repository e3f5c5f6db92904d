/**
 * Requests under way in the VHD parser: taking them in, cutting their lists of pages, ending them. Runs: root kernel. What a
 * file access was for stands in the three low bits of its cookie (`storage-hops.ts`). [VHDP-11] [VHDP-12]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { mdlLength } from '../../wire/mdl.ts';
import {
  STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_MEDIA_WRITE_PROTECTED, STATUS_NONEXISTENT_SECTOR, STATUS_SUCCESS,
} from '../../wire/ntstatus.ts';
import { keepJob } from './job-table.ts';
import { mdlSlotPage, sliceIntoSlot } from './mdl.ts';
import { FOR_DATA, ntfs, vhd } from './storage-hops.ts';
import { diskOf, JOBS, NO_BITMAP, SECTOR, START, type Job, type OpenDisk, type VhdParserState } from './vhdparser-state.ts';

export function cookieOf(purpose: number, index: number): number {
  return purpose + index * 8;
}

export function cookiePurpose(cookie: number): number {
  return cookie % 8;
}

export function cookieIndex(cookie: number): number {
  return Math.floor(cookie / 8);
}

/** Why a request cannot be done, or STATUS_SUCCESS. */
function check(disk: OpenDisk | null, hop: HopView, act: Act, write: boolean): number {
  if (disk === null || disk.attached === 0) return STATUS_INVALID_HANDLE;
  if (hop.a2 === 0 || mdlLength(act.page(hop.a3), hop.a4) !== hop.a2 * SECTOR) return STATUS_INVALID_PARAMETER;
  if (hop.a1 + hop.a2 > disk.sectors) return STATUS_NONEXISTENT_SECTOR;
  return write && disk.readOnly ? STATUS_MEDIA_WRITE_PROTECTED : STATUS_SUCCESS;
}

/** Keeps a new request; returns its number, or -1 when it has been refused. */
export function takeJob(self: VhdParserState, hop: HopView, act: Act, user: boolean, write: boolean): number {
  const job: Job = {
    peer: hop.from, user, write, cookie: hop.a5, request: hop.request, behalf: act.behalf, handle: hop.a0, lba: hop.a1, sectors: hop.a2,
    mdlPage: hop.a3, mdlSpan: hop.a4, done: 0, piece: 0, at: hop.a0, most: hop.a2, phase: START, cleared: 0, awaited: -1, awaitedKey: NO_BITMAP, toGrow: false,
  };
  const status = check(diskOf(self, hop.a0), hop, act, write);
  if (status !== STATUS_SUCCESS) {
    answer(act, job, status);
    return -1;
  }
  const number = keepJob(self.jobs, job, JOBS);
  if (number < 0) answer(act, job, STATUS_INSUFFICIENT_RESOURCES);
  return number;
}

function answer(act: Act, job: Job, status: number): void {
  const bytes = status === STATUS_SUCCESS ? job.done * SECTOR : 0;
  act.send(job.user ? vhd.doneUser : vhd.done, job.peer, job.cookie, status, bytes, job.write ? 1 : 0);
}

/** Continues in the name of a request. */
export function takeUp(self: VhdParserState, act: Act, number: number): Job {
  const job = self.jobs[number] ?? null;
  act.assert(job !== null, 'A request of the VHD parser goes on only while it is under way.');
  act.request = job.request;
  act.behalf = job.behalf;
  return job;
}

export function finish(self: VhdParserState, act: Act, number: number, status: number): void {
  const job = takeUp(self, act, number);
  self.jobs[number] = null;
  if (status === STATUS_SUCCESS && job.write) self.writes += 1;
  else if (status === STATUS_SUCCESS) self.reads += 1;
  answer(act, job, status);
  settleCloses(self, act);
}

/** Reads or writes `sectors` of a file from or to the next bytes of the transfer; a whole request keeps the caller's MDL. */
export function transferPiece(self: VhdParserState, act: Act, number: number, disk: OpenDisk, fileSector: number, sectors: number): boolean {
  const job = self.jobs[number]!;
  let page = job.mdlPage;
  let span = job.mdlSpan;
  if (sectors < job.sectors) {
    page = mdlSlotPage(self.pages, number);
    span = sliceIntoSlot(act, job.mdlPage, job.mdlSpan, job.done * SECTOR, sectors * SECTOR, self.pages, number);
    if (span === 0) return false;
  }
  job.piece = sectors;
  act.send(job.write ? ntfs.write : ntfs.read, act.find('root/ntfs'), disk.fileId, fileSector, sectors, page, span, cookieOf(FOR_DATA, number));
  return true;
}

// --- closing [VHDP-20]

/** The disk is given up once; the last one to give it up closes the file, when the requests under way have ended. */
export function close(self: VhdParserState, hop: HopView, act: Act, user: boolean): void {
  const disk = diskOf(self, hop.a0);
  if (disk === null || disk.attached === 0) {
    act.send(user ? vhd.closedUser : vhd.closed, hop.from, hop.a1, STATUS_INVALID_HANDLE);
    return;
  }
  self.closes.push({ peer: hop.from, user, cookie: hop.a1, handle: hop.a0, request: hop.request, behalf: act.behalf });
  settleCloses(self, act);
}

function settleCloses(self: VhdParserState, act: Act): void {
  for (let i = 0; i < self.closes.length; ) {
    const closing = self.closes[i]!;
    if (self.jobs.some((j) => j !== null && j.handle === closing.handle && j.peer === closing.peer)) {
      i += 1;
      continue;
    }
    self.closes.splice(i, 1);
    const disk = diskOf(self, closing.handle)!;
    disk.attached -= 1;
    if (disk.attached === 0) letGo(self, closing.handle);
    act.request = closing.request;
    act.behalf = closing.behalf;
    act.send(closing.user ? vhd.closedUser : vhd.closed, closing.peer, closing.cookie, STATUS_SUCCESS);
  }
}

/** Forgets a disk, and its parents when no other disk reads through them. */
function letGo(self: VhdParserState, handle: number): void {
  const disk = diskOf(self, handle)!;
  self.disks[handle - 1] = null;
  if (disk.parent === 0) return;
  const parent = diskOf(self, disk.parent)!;
  parent.children -= 1;
  if (parent.children === 0) letGo(self, disk.parent);
}
