/** What the VID remembers: its pages, and for each guest the record behind its parameter blocks. */
import type { Act } from '../../sim/act.ts';

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

export interface Job {
  what: 'create' | 'privileges' | 'memory' | 'vp' | 'ports' | 'start';
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
  deposited: number;
  /** The ioctl under way: step, and how far a list has come. `deposit`: a deposit stands between the step and its repetition. */
  job: Job | null;
  step: number;
  done: number;
  deposit: boolean;
  request: number;
  /** The worker process waits for a message; messages that wait for it. */
  waiting: boolean;
  pending: { vpIndex: number; span: number; request: number }[];
  assertCookie: number;
  clearCookie: number;
  translateCookie: number;
}

export interface VidState {
  next: number;
  end: number;
  winhv: number;
  guests: VidGuest[];
}

/** Hands out root pages; they are never taken back yet. */
export function takePages(self: VidState, act: Act, count: number): number {
  act.assert(self.next + count <= self.end, `the VID has ${self.end - self.next} root pages left and needs ${count}`);
  const first = self.next;
  self.next += count;
  return first;
}

export function newGuest(self: VidState, worker: number, act: Act): VidGuest {
  if (self.winhv < 0) self.winhv = act.find('root/winhv');
  const guest: VidGuest = {
    index: self.guests.length, partition: 0, worker, page: takePages(self, act, RECORD_PAGES), ram: 0, ramPages: 0, deposited: 0,
    job: null, step: 0, done: 0, deposit: false, request: 0, waiting: true, pending: [], assertCookie: 0, clearCookie: 0, translateCookie: 0,
  };
  self.guests.push(guest);
  return guest;
}
