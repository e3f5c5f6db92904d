/** What the reading program of a guest remembers: the task at work, those that wait, what the last one left. Plain data. */
import { fs } from '../kernel/fs-hops.ts';
import type { Act } from '../../sim/act.ts';
import { putUtf8 } from '../../wire/bytes.ts';
import type { ListedFile } from '../../wire/fs-listing.ts';
import { spanOf } from '../../wire/mdl.ts';
import { ntStatusSentence, STATUS_OBJECT_NAME_INVALID, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { reader as hops } from './hops.ts';

export const READER_BUFFERS = 64;
export const READER_PAGES = READER_BUFFERS + 2;
export const PIECE = 4096;
const PATH_MOST = 1024;

export interface Task {
  what: number;
  /** Path of a file or directory; of the copy that is made of it. */
  path: string;
  to: string;
  /** What is to be written: id of a text. */
  content: number;
  depth: number;
  request: number;
  behalf: number;
  /** Handle for reading, and for writing. */
  handle: number;
  target: number;
  /** Bytes that there are to read or to write, known after opening. */
  size: number;
  /** First sector and sectors per call of a raw read. */
  lba: number;
  sectors: number;
  /** Calls to be made, made, and not yet ended; for a copy these are pieces. */
  pieces: number;
  next: number;
  outstanding: number;
  bytes: number;
  calls: number;
  status: number;
  reasonText: number;
  /** How often it is still to be done after this time, how often it was, at which rate (0: one after the other), since when. */
  left: number;
  made: number;
  perSecond: number;
  since: number;
}

/** What a task has left behind. The text of a file up to 256 KiB is in its pages, in order. */
export interface Result {
  what: number;
  path: string;
  to: string;
  size: number;
  bytes: number;
  calls: number;
  status: number;
  reason: string;
}

export interface ReaderState {
  pages: number;
  task: Task | null;
  waiting: Task[];
  /** Tasks that wait for their time, by the number of their alarm. */
  later: { alarm: number; task: Task }[];
  alarms: number;
  last: Result | null;
  listing: ListedFile[];
  listed: number;
  finished: number;
}

export function newTask(what: number, path: string, request: number, behalf: number): Task {
  return {
    what, path, to: '', content: 0, depth: 1, request, behalf, handle: 0, target: 0, size: 0,
    lba: 0, sectors: 0, pieces: 0, next: 0, outstanding: 0, bytes: 0, calls: 0, status: STATUS_SUCCESS, reasonText: 0,
    left: 0, made: 0, perSecond: 0, since: 0,
  };
}

export function fileSystem(act: Act): number {
  const path = act.pathOf(act.self);
  return act.find(`${path.slice(0, path.lastIndexOf('/'))}/fs`);
}

export function namePage(self: ReaderState): number {
  return self.pages + READER_BUFFERS;
}

export function listPage(self: ReaderState): number {
  return self.pages + READER_BUFFERS + 1;
}

/** Page of the buffer that piece `i` goes through. */
export function bufferOf(self: ReaderState, i: number): number {
  return self.pages + (i % READER_BUFFERS);
}

/** Writes the path as UTF-8 into its page; returns its span, or 0 when it cannot be written: the task has ended then. [READER-1] */
export function putPath(self: ReaderState, act: Act, path: string): number {
  const length = putUtf8(null, 0, path);
  let bad = length < 1 || length > PATH_MOST;
  for (let i = 0; i < path.length && !bad; i++) bad = path.charCodeAt(i) < 0x20 || path.charCodeAt(i) === 0x7f;
  if (bad) {
    self.task!.reasonText = act.text('The path is empty, longer than 1024 bytes or holds a character that no name may have; check the path.');
    self.task!.status = STATUS_OBJECT_NAME_INVALID;
    return 0;
  }
  const page = act.pageForWrite(namePage(self));
  putUtf8(page, 0, path);
  page[length] = 0;
  return spanOf(0, length);
}

/** The task at work, with its request and the guest it serves. */
export function resume(self: ReaderState, act: Act): Task {
  const { task } = self;
  act.assert(task !== null, 'The file system answers a call of the reader.');
  act.request = task.request;
  act.behalf = task.behalf;
  return task;
}

/** The first error of a task stays its answer. */
export function noteError(task: Task, status: number, reasonText: number): void {
  if (task.status !== STATUS_SUCCESS || status === STATUS_SUCCESS) return;
  task.status = status;
  task.reasonText = reasonText;
}

export function closeHandle(act: Act, task: Task, handle: number): void {
  task.calls += 1;
  act.send(fs.close, fileSystem(act), handle, 0);
}

const SECOND = 1_000_000_000;

/** The same once more: at its time, or behind those that wait. [READER-8] */
function plan(self: ReaderState, act: Act, { what, path, to, content, depth, request, behalf, left, made, perSecond, since }: Task): void {
  const task: Task = { ...newTask(what, path, request, behalf), to, content, depth, left: left - 1, made: made + 1, perSecond, since };
  if (perSecond === 0) {
    self.waiting.push(task);
    return;
  }
  self.alarms += 1;
  self.later.push({ alarm: self.alarms, task });
  const due = since + Math.floor((task.made * SECOND) / perSecond);
  act.sendAfter(Math.max(1, due - act.now), act.vp, hops.again, act.self, task.made + 1, self.alarms);
}

export function finish(self: ReaderState, act: Act): void {
  const task = self.task!;
  const { what, path, to, size, bytes, calls, status, reasonText } = task;
  const reason = status === STATUS_SUCCESS ? '' : reasonText !== 0 ? act.textOf(reasonText) : ntStatusSentence(status);
  self.last = { what, path, to, size, bytes, calls, status, reason };
  self.task = null;
  self.finished += 1;
  if (status === STATUS_SUCCESS && task.left > 0) plan(self, act, task);
  act.send(hops.finished, act.self, what, status, bytes, calls, reasonText);
}
