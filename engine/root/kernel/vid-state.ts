/** What the VID remembers: its pages, and for each guest the record behind its parameter blocks. */
import type { Act } from '../../sim/act.ts';
import { giveRun, newRuns, takeRun, type PageRuns } from '../../sim/page-runs.ts';

export interface VidConfig {
  /** First of `count` root pages that the VID hands out: records of guests, pages to deposit, guest memory. */
  readonly pages: number;
  readonly count: number;
}

/** What a hypercall of the VID was for, in the low byte of its cookie. */
export const JOB = 0;
export const COMPLETE = 1;
export const ASSERT = 2;
export const CLEAR = 3;
export const TRANSLATE = 4;

/** Pages of a guest's record. */
export const RECORD_PAGES = 4;

/** Set-up ioctls, and the ones that undo them. */
export type JobKind = 'create' | 'privileges' | 'memory' | 'vp' | 'ports' | 'start' | 'stop' | 'no-ports' | 'no-memory' | 'no-vp' | 'no-partition';

export interface Job {
  what: JobKind;
  a: number;
  b: number;
  cookie: number;
}

export interface VidGuest {
  index: number;
  partition: number;
  worker: number;
  /** First page of the record. */
  page: number;
  ram: number;
  ramPages: number;
  /** Pages deposited in its own pool, and for it in that of the root. */
  deposited: number;
  forRoot: number;
  /** The ioctl under way: step, and how far a list has come. `deposit`: a deposit stands between the step and its repetition. */
  job: Job | null;
  step: number;
  done: number;
  deposit: boolean;
  request: number;
  /** Hypercalls under way that belong to no ioctl of set-up. */
  calls: number;
  /** Its VPs are being stopped: messages about them are answered no more. */
  stopping: boolean;
  /** The worker process waits for a message; messages that wait for it. */
  waiting: boolean;
  pending: { vpIndex: number; span: number; request: number }[];
  assertCookie: number;
  clearCookie: number;
  translateCookie: number;
}

export interface VidState {
  /** Root pages that nobody has. */
  free: PageRuns;
  winhv: number;
  /** By index, which travels in cookies; null: ended, to be used again. */
  guests: (VidGuest | null)[];
  /** Intercept messages that came when their VP was being stopped, or after its partition had gone. */
  dropped: number;
}

export function newVid(config: VidConfig): VidState {
  return { free: newRuns(config.pages, config.count), winhv: -1, guests: [], dropped: 0 };
}

/** The record of a new guest, or null: there are no pages for it. */
export function newGuest(self: VidState, worker: number, act: Act): VidGuest | null {
  if (self.winhv < 0) self.winhv = act.find('root/winhv');
  const page = takeRun(self.free, RECORD_PAGES);
  if (page < 0) return null;
  const ended = self.guests.indexOf(null);
  const guest: VidGuest = {
    index: ended < 0 ? self.guests.length : ended, partition: 0, worker, page, ram: 0, ramPages: 0, deposited: 0, forRoot: 0,
    job: null, step: 0, done: 0, deposit: false, request: 0, calls: 0, stopping: false, waiting: true, pending: [],
    assertCookie: 0, clearCookie: 0, translateCookie: 0,
  };
  self.guests[guest.index] = guest;
  return guest;
}

/** The partition has gone: its record is free. */
export function dropGuest(self: VidState, guest: VidGuest): void {
  giveRun(self.free, guest.page, RECORD_PAGES);
  self.guests[guest.index] = null;
}
