/**
 * `<guest>/load`: a program that keeps the disk of its guest busy, as diskspd does, and counts what comes back. Runs: guest user
 * mode. Route: `ask.inject` -> `raw.open` -> `raw.request` (up to `depth` at once) ... `raw.done` -> the next one, or with a rate
 * the next `load.tick` -> `load.finished`. [LOAD-1..5]
 *
 * Request slots have 16 pages each. What is written: every sector begins with its number and the number of the request.
 */
import { raw, RAW_SECTORS_MAX, RAW_SLOTS, RAW_WRITE } from '../kernel/raw-hops.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { put32 } from '../../wire/bytes.ts';
import { ntStatusName, ntStatusSentence, STATUS_INVALID_PARAMETER, STATUS_NONEXISTENT_SECTOR, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { load as hops } from './load-hops.ts';

const SECTOR = 512;
const BUFFER_PAGES = (RAW_SECTORS_MAX * SECTOR) / 4096;
const SECOND = 1_000_000_000;
/** Nanoseconds; more than any latency. */
const NEVER = 4_503_599_627_370_496;

export const patterns = ['sequential', 'same', 'random'] as const;

export interface LoadConfig {
  /** First of `LOAD_PAGES` pages of the guest. */
  readonly pages: number;
}

interface Job {
  op: number;
  lba: number;
  sectors: number;
  /** 0: until stopped. */
  count: number;
  /** Requests a second, or 0: as fast as they come back. */
  perSecond: number;
  depth: number;
  pattern: number;
  request: number;
  behalf: number;
}

/** What the program has counted since it was asked last. */
interface Counts {
  issued: number;
  completed: number;
  failed: number;
  inFlight: number;
  bytes: number;
  /** Ticks at which all of `depth` were under way still. */
  late: number;
  latencyMin: number;
  latencyMax: number;
  latencySum: number;
  /** Simulated time of the first request, and of the last one that came back. */
  since: number;
  until: number;
}

export interface LoadState {
  pages: number;
  phase: 'idle' | 'opening' | 'running' | 'stopping';
  job: Job | null;
  /** Asked for while another is at work. */
  next: Job | null;
  /** Somebody wants the one at work to end. */
  stopped: boolean;
  counts: Counts;
  /** Sectors of the disk. */
  disk: number;
  /** Ticks that have been. */
  ticks: number;
  /** By slot: when the request was made, -1 for none. */
  sent: Float64Array;
  status: number;
  reason: string;
  finished: number;
}

function noCounts(): Counts {
  return { issued: 0, completed: 0, failed: 0, inFlight: 0, bytes: 0, late: 0, latencyMin: NEVER, latencyMax: 0, latencySum: 0, since: 0, until: 0 };
}

function kernelOf(act: Act): number {
  const path = act.pathOf(act.self);
  return act.find(`${path.slice(0, path.lastIndexOf('/'))}/fs`);
}

/** Begins, or lets the one at work end first. [LOAD-1] */
function inject(self: LoadState, hop: HopView, act: Act): void {
  const job: Job = {
    op: hop.a5 & 1, lba: hop.a0, sectors: hop.a1, count: hop.a2, perSecond: hop.a3, depth: Math.max(1, Math.min(RAW_SLOTS, hop.a4)), pattern: hop.a5 >>> 1, request: hop.request, behalf: act.behalf,
  };
  if (self.phase === 'idle') {
    begin(self, job, act);
    return;
  }
  self.next = job;
  end(self, act);
}

/** The job at work asks for nothing more. */
function end(self: LoadState, act: Act): void {
  self.stopped = true;
  if (self.phase !== 'running') return;
  self.phase = 'stopping';
  endIfDone(self, act);
}

function begin(self: LoadState, job: Job, act: Act): void {
  self.job = job;
  self.next = null;
  self.stopped = false;
  self.phase = 'opening';
  self.counts = noCounts();
  self.ticks = 0;
  self.status = STATUS_SUCCESS;
  self.reason = '';
  act.request = job.request;
  act.behalf = job.behalf;
  act.send(raw.open, kernelOf(act));
}

function opened(self: LoadState, hop: HopView, act: Act): void {
  const job = resume(self, act);
  self.disk = hop.a1;
  self.counts.since = act.now;
  self.counts.until = act.now;
  self.phase = self.stopped ? 'stopping' : 'running';
  if (hop.a0 !== STATUS_SUCCESS) fail(self, hop.a0, ntStatusSentence(hop.a0));
  else if (job.sectors < 1 || job.sectors > RAW_SECTORS_MAX) fail(self, STATUS_INVALID_PARAMETER, 'A request has 1 to 128 sectors.');
  else if (job.lba + job.sectors > self.disk) fail(self, STATUS_NONEXISTENT_SECTOR, `The disk has ${self.disk} sectors, so none can be asked for at sector ${job.lba}; begin at a lower one.`);
  if (self.phase === 'stopping') endIfDone(self, act);
  else if (job.perSecond > 0) tick(self, act);
  else more(self, act);
}

function fail(self: LoadState, status: number, reason: string): void {
  self.status = status;
  self.reason = reason;
  self.phase = 'stopping';
}

function resume(self: LoadState, act: Act): Job {
  const { job } = self;
  act.assert(job !== null, 'The load generator is at work.');
  act.request = job.request;
  act.behalf = job.behalf;
  return job;
}

/** Closed loop: as many as `depth` under way. [LOAD-2] */
function more(self: LoadState, act: Act): void {
  const job = self.job!;
  while (self.counts.inFlight < job.depth && !allIssued(self)) issue(self, act, job);
}

function allIssued(self: LoadState): boolean {
  return self.job!.count > 0 && self.counts.issued >= self.job!.count;
}

/** At a rate: one request each time; a time at which `depth` are under way passes without one. [LOAD-3] */
function tick(self: LoadState, act: Act): void {
  const job = self.job!;
  self.ticks += 1;
  if (self.counts.inFlight < job.depth) issue(self, act, job);
  else self.counts.late += 1;
  if (allIssued(self)) return;
  const due = self.counts.since + Math.floor((self.ticks * SECOND) / job.perSecond);
  act.sendAfter(Math.max(1, due - act.now), act.vp, hops.tick, act.self, self.ticks + 1, self.finished);
}

function issue(self: LoadState, act: Act, job: Job): void {
  const slot = self.sent.indexOf(-1);
  const buffer = self.pages + slot * BUFFER_PAGES;
  const lba = place(self, job, act);
  if (job.op === RAW_WRITE) stamp(act, buffer, job.sectors, lba, self.counts.issued);
  self.sent[slot] = act.now;
  self.counts.issued += 1;
  self.counts.inFlight += 1;
  act.send(raw.request, kernelOf(act), job.op, lba, job.sectors, buffer, slot);
}

/** Sector of the next request. Sequential ones begin again at the end of the disk. [LOAD-4] */
function place(self: LoadState, job: Job, act: Act): number {
  const room = Math.floor((self.disk - job.lba) / job.sectors);
  const pattern = patterns[job.pattern];
  const step = pattern === 'same' ? 0 : (pattern === 'random' ? act.random() : self.counts.issued) % room;
  return job.lba + step * job.sectors;
}

function stamp(act: Act, buffer: number, sectors: number, lba: number, request: number): void {
  for (let i = 0; i < sectors; i++) {
    const page = act.pageForWrite(buffer + (i >>> 3));
    put32(page, (i & 7) * SECTOR, lba + i);
    put32(page, (i & 7) * SECTOR + 4, request);
  }
}

/** [LOAD-5] */
function requestDone(self: LoadState, hop: HopView, act: Act): void {
  const job = resume(self, act);
  const c = self.counts;
  const latency = act.now - self.sent[hop.a0];
  self.sent[hop.a0] = -1;
  c.inFlight -= 1;
  c.until = act.now;
  if (hop.a1 === STATUS_SUCCESS) {
    c.completed += 1;
    c.bytes += hop.a2;
    c.latencyMin = Math.min(c.latencyMin, latency);
    c.latencyMax = Math.max(c.latencyMax, latency);
    c.latencySum += latency;
  } else {
    c.failed += 1;
    if (self.status === STATUS_SUCCESS) fail(self, hop.a1, ntStatusSentence(hop.a1));
  }
  if (self.phase === 'running' && job.perSecond === 0) more(self, act);
  endIfDone(self, act);
}

/** The job ends when no more will be asked for and none is under way. */
function endIfDone(self: LoadState, act: Act): void {
  if (self.phase === 'running' && allIssued(self)) self.phase = 'stopping';
  if (self.phase !== 'stopping' || self.counts.inFlight > 0) return;
  resume(self, act);
  self.phase = 'idle';
  self.job = null;
  self.finished += 1;
  act.send(hops.finished, act.self, self.counts.completed, self.counts.failed, self.status, self.reason === '' ? 0 : act.text(self.reason));
  if (self.next !== null) begin(self, self.next, act);
}

function stop(self: LoadState, act: Act): void {
  self.next = null;
  end(self, act);
}

function countsShown(c: Counts): object {
  const elapsed = c.until - c.since;
  const latency = c.completed === 0 ? null : { minNs: c.latencyMin, meanNs: Math.floor(c.latencySum / c.completed), maxNs: c.latencyMax };
  return {
    issued: c.issued, completed: c.completed, failed: c.failed, inFlight: c.inFlight, bytes: c.bytes, late: c.late, latency,
    elapsedNs: elapsed, perSecond: elapsed === 0 ? 0 : Math.floor((c.completed * SECOND) / elapsed), bytesPerSecond: elapsed === 0 ? 0 : Math.floor((c.bytes * SECOND) / elapsed),
  };
}

export const loadType = component<LoadState>({
  name: 'load',
  title: 'Load generator',
  about: 'A program in the guest that keeps its disk busy with sector requests and measures what comes back, as diskspd does.',
  place: 'guest-user',
  sources: ['ours LOAD-1'],
  initial: (config: LoadConfig): LoadState => ({
    pages: config.pages, phase: 'idle', job: null, next: null, counts: noCounts(), disk: 0, ticks: 0, stopped: false,
    sent: new Float64Array(RAW_SLOTS).fill(-1), status: STATUS_SUCCESS, reason: '', finished: 0,
  }),
  on: {
    'ask.inject': inject,
    'ask.stopLoad': (self, _hop, act) => stop(self, act),
    [raw.opened.name]: opened,
    [raw.done.name]: requestDone,
    [hops.tick.name]: (self, hop, act) => {
      if (self.phase !== 'running' || hop.a1 !== self.finished) return;
      resume(self, act);
      tick(self, act);
    },
    [hops.finished.name]: () => {},
  },
  view: (self) => ({
    phase: self.phase,
    job: self.job === null ? null : { op: self.job.op === RAW_WRITE ? 'write' : 'read', lba: self.job.lba, sectors: self.job.sectors, count: self.job.count, perSecond: self.job.perSecond, depth: self.job.depth, pattern: patterns[self.job.pattern] },
    counts: countsShown(self.counts),
    finished: self.finished,
    last: { status: self.status, statusName: ntStatusName(self.status), reason: self.reason },
  }),
});
