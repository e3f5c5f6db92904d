/**
 * A program in the guest that reads files: what a person sees of the machine's I/O. Runs: guest user mode. One task at a
 * time; further ones wait. Route of a file: `ask.readFile` -> `fs.open` -> `fs.read` (up to `depth` at once) -> `fs.close` ->
 * `reader.finished`. [READER-1..5]
 *
 * Pages: 64 buffers, the path, a listing. Piece `i` of a file lies in buffer `i mod 64`.
 */
import { fs } from '../kernel/fs-hops.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { putUtf8 } from '../../wire/bytes.ts';
import { listingNext, readListing, type ListedFile } from '../../wire/fs-listing.ts';
import { spanOf } from '../../wire/mdl.ts';
import { ntStatusName, ntStatusSentence, STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_INVALID, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { LIST_FILES, READ_FILE, READ_SECTORS, reader as hops } from './hops.ts';

export const READER_BUFFERS = 64;
export const READER_PAGES = READER_BUFFERS + 2;
const PIECE = 4096;
const SECTOR = 512;
const DEPTH_MOST = 32;
const DEPTH_USUAL = 1;
const TASKS_MOST = 16;
const LISTED_MOST = 256;
const PATH_MOST = 1024;

export interface ReaderConfig {
  /** First of `READER_PAGES` pages of the guest. */
  readonly pages: number;
}

interface Task {
  what: number;
  /** Path of a file or directory. */
  path: string;
  depth: number;
  request: number;
  behalf: number;
  handle: number;
  /** Bytes that there are to read, known after opening. */
  size: number;
  /** First sector and sectors per call of a raw read. */
  lba: number;
  sectors: number;
  /** Calls to be made, made, and not yet ended. */
  pieces: number;
  next: number;
  outstanding: number;
  bytes: number;
  calls: number;
  status: number;
  reasonText: number;
}

/** What a task has left behind. The text of a file up to 256 KiB is in its pages, in order. */
interface Result {
  what: number;
  path: string;
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
  last: Result | null;
  listing: ListedFile[];
  listed: number;
  finished: number;
}

function fileSystem(act: Act): number {
  const path = act.pathOf(act.self);
  return act.find(`${path.slice(0, path.lastIndexOf('/'))}/fs`);
}

function asked(hop: HopView, act: Act, what: number): Task {
  return {
    what, path: what === READ_SECTORS ? '' : act.textOf(hop.a0), depth: DEPTH_USUAL, request: hop.request, behalf: act.behalf, handle: 0, size: 0,
    lba: 0, sectors: 0, pieces: 0, next: 0, outstanding: 0, bytes: 0, calls: 0, status: STATUS_SUCCESS, reasonText: 0,
  };
}

function clampDepth(depth: number): number {
  return Math.max(1, Math.min(DEPTH_MOST, depth));
}

/** Begins a task, or lets it wait; a seventeenth waiting one is refused. [READER-5] */
function take(self: ReaderState, act: Act, task: Task): void {
  if (self.task === null) {
    self.task = task;
    begin(self, act);
  } else if (self.waiting.length < TASKS_MOST) {
    self.waiting.push(task);
  } else {
    act.send(hops.finished, act.self, task.what, STATUS_INVALID_PARAMETER, 0, 0, act.text('The reader has sixteen tasks waiting already.'));
  }
}

function begin(self: ReaderState, act: Act): void {
  const task = self.task!;
  act.request = task.request;
  act.behalf = task.behalf;
  if (task.what === READ_SECTORS) {
    beginSectors(self, act, task);
    return;
  }
  const span = putPath(self, act, task.path);
  if (span === 0) {
    task.reasonText = act.text('The path is empty, longer than 1024 bytes or holds a character that no name may have; check the path.');
    finish(self, act, STATUS_OBJECT_NAME_INVALID);
    return;
  }
  task.calls += 1;
  if (task.what === READ_FILE) {
    act.send(fs.open, fileSystem(act), namePage(self), span, 0);
  } else {
    self.listing = [];
    self.listed = 0;
    act.send(fs.list, fileSystem(act), namePage(self), span, listPage(self), 0, 0);
  }
}

function namePage(self: ReaderState): number {
  return self.pages + READER_BUFFERS;
}

function listPage(self: ReaderState): number {
  return self.pages + READER_BUFFERS + 1;
}

/** Writes the path as UTF-8 into its page; returns its span, or 0 when it cannot be written. [READER-1] */
function putPath(self: ReaderState, act: Act, path: string): number {
  const length = putUtf8(null, 0, path);
  if (length < 1 || length > PATH_MOST) return 0;
  for (let i = 0; i < path.length; i++) if (path.charCodeAt(i) < 0x20 || path.charCodeAt(i) === 0x7f) return 0;
  const page = act.pageForWrite(namePage(self));
  putUtf8(page, 0, path);
  page[length] = 0;
  return spanOf(0, length);
}

function beginSectors(self: ReaderState, act: Act, task: Task): void {
  if (task.sectors < 1 || task.sectors * SECTOR > PIECE || task.pieces < 1) {
    task.reasonText = act.text('A raw read takes 1 to 8 sectors, and at least one read must be asked for.');
    finish(self, act, STATUS_INVALID_PARAMETER);
    return;
  }
  task.size = task.pieces * task.sectors * SECTOR;
  more(self, act, task);
}

/** Keeps `depth` calls outstanding as long as there is something to ask for. [READER-2] */
function more(self: ReaderState, act: Act, task: Task): void {
  while (task.outstanding < task.depth && task.next < task.pieces && task.status === STATUS_SUCCESS) {
    const piece = task.next;
    const buffer = self.pages + (piece % READER_BUFFERS);
    task.next += 1;
    task.outstanding += 1;
    task.calls += 1;
    if (task.what === READ_SECTORS) {
      act.send(fs.rawRead, fileSystem(act), task.lba + piece * task.sectors, task.sectors, buffer, piece);
    } else {
      const offset = piece * PIECE;
      act.send(fs.read, fileSystem(act), task.handle, offset, Math.min(PIECE, task.size - offset), buffer, piece);
    }
  }
  if (task.outstanding > 0) return;
  if (task.what === READ_SECTORS) {
    finish(self, act, task.status);
  } else {
    task.calls += 1;
    act.send(fs.close, fileSystem(act), task.handle, 0);
  }
}

function opened(self: ReaderState, hop: HopView, act: Act): void {
  const task = resume(self, act);
  if (hop.a1 !== STATUS_SUCCESS) {
    task.reasonText = hop.a4;
    finish(self, act, hop.a1);
    return;
  }
  task.handle = hop.a2;
  task.size = hop.a3;
  task.pieces = Math.ceil(task.size / PIECE);
  more(self, act, task);
}

function pieceDone(self: ReaderState, hop: HopView, act: Act): void {
  const task = resume(self, act);
  task.outstanding -= 1;
  if (hop.a1 === STATUS_SUCCESS) task.bytes += hop.a2;
  else task.status = hop.a1;
  more(self, act, task);
}

function listed(self: ReaderState, hop: HopView, act: Act): void {
  const task = resume(self, act);
  if (hop.a1 !== STATUS_SUCCESS) {
    task.reasonText = hop.a5;
    finish(self, act, hop.a1);
    return;
  }
  const page = act.page(listPage(self));
  for (const file of readListing(page)) if (self.listing.length < LISTED_MOST) self.listing.push(file);
  self.listed += hop.a2;
  task.bytes += hop.a4 >>> 12;
  const next = listingNext(page);
  if (next === 0) {
    finish(self, act, STATUS_SUCCESS);
  } else {
    task.calls += 1;
    act.send(fs.list, fileSystem(act), namePage(self), spanOf(0, putUtf8(null, 0, task.path)), listPage(self), 0, next);
  }
}

/** The task at work, with its request and the guest it serves. */
function resume(self: ReaderState, act: Act): Task {
  const task = self.task;
  act.assert(task !== null, 'The file system answers a call of the reader.');
  act.request = task.request;
  act.behalf = task.behalf;
  return task;
}

function finish(self: ReaderState, act: Act, status: number): void {
  const task = self.task!;
  const reason = status === STATUS_SUCCESS ? '' : task.reasonText !== 0 ? act.textOf(task.reasonText) : ntStatusSentence(status);
  self.last = { what: task.what, path: task.path, size: task.size, bytes: task.bytes, calls: task.calls, status, reason };
  self.task = null;
  self.finished += 1;
  act.send(hops.finished, act.self, task.what, status, task.bytes, task.calls, task.reasonText);
}

export const reader = component<ReaderState>({
  name: 'reader',
  title: 'Reader',
  about: 'A program in the guest that opens files and reads them, as any application does. It shows what it has read.',
  place: 'guest-user',
  sources: ['ours READER-1'],
  initial: (config: ReaderConfig): ReaderState => ({ pages: config.pages, task: null, waiting: [], last: null, listing: [], listed: 0, finished: 0 }),
  on: {
    'ask.readFile': (self, hop, act) => {
      const task = asked(hop, act, READ_FILE);
      task.depth = clampDepth(hop.a1);
      take(self, act, task);
    },
    'ask.listFiles': (self, hop, act) => take(self, act, asked(hop, act, LIST_FILES)),
    'ask.readSectors': (self, hop, act) => {
      const task = asked(hop, act, READ_SECTORS);
      task.lba = hop.a0;
      task.sectors = hop.a1;
      task.pieces = hop.a2;
      task.depth = clampDepth(hop.a3);
      take(self, act, task);
    },
    [fs.opened.name]: opened,
    [fs.readDone.name]: pieceDone,
    [fs.rawDone.name]: pieceDone,
    [fs.listed.name]: listed,
    [fs.closed.name]: (self, _hop, act) => finish(self, act, resume(self, act).status),
    [hops.finished.name]: (self, _hop, act) => {
      if (self.task !== null) return;
      self.task = self.waiting.shift() ?? null;
      if (self.task !== null) begin(self, act);
    },
  },
  view: (self) => ({
    busy: self.task === null ? null : { what: self.task.what, path: self.task.path, size: self.task.size, bytes: self.task.bytes, outstanding: self.task.outstanding },
    waiting: self.waiting.length,
    last: self.last === null ? null : { ...self.last, statusName: ntStatusName(self.last.status), whole: self.last.size <= READER_BUFFERS * PIECE },
    firstPage: self.pages,
    buffers: READER_BUFFERS,
    listing: self.listing,
    listed: self.listed,
  }),
});
