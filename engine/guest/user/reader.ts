/**
 * A program in the guest that reads and writes files: what a person sees of the machine's I/O. Runs: guest user mode. One task at
 * a time; further ones wait. Route of a file: `ask.readFile` -> `fs.open` -> `fs.read` (up to `depth` at once) -> `fs.close` ->
 * `reader.finished`. Writing is in `reader-writing.ts`. [READER-1..7]
 *
 * Pages: 64 buffers, the path, a listing. Piece `i` of a file lies in buffer `i mod 64`.
 */
import { fs } from '../kernel/fs-hops.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { putUtf8 } from '../../wire/bytes.ts';
import { listingNext, readListing } from '../../wire/fs-listing.ts';
import { spanOf } from '../../wire/mdl.ts';
import { ntStatusName, STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { COPY_FILE, DELETE_FILE, LIST_FILES, READ_FILE, READ_SECTORS, reader as hops, WRITE_FILE } from './hops.ts';
import {
  bufferOf, closeHandle, fileSystem, finish, listPage, namePage, newTask, noteError, PIECE, putPath, READER_BUFFERS, resume, type ReaderState, type Task,
} from './reader-task.ts';
import { beginDeleting, beginWriting, create, created, ended, moreWriting, pieceToWrite, writes, written } from './reader-writing.ts';

export { READER_BUFFERS, READER_PAGES, type ReaderState } from './reader-task.ts';
const SECTOR = 512;
const DEPTH_MOST = 32;
const TASKS_MOST = 16;
const LISTED_MOST = 256;

export interface ReaderConfig {
  /** First of `READER_PAGES` pages of the guest. */
  readonly pages: number;
}

/** A task with the path that was asked for, and as many calls at once as was asked for. */
function asked(hop: HopView, act: Act, what: number, depth = 1, count = 0, perSecond = 0): Task {
  const task = newTask(what, what === READ_SECTORS ? '' : act.textOf(hop.a0), hop.request, act.behalf);
  task.depth = Math.max(1, Math.min(DEPTH_MOST, depth));
  task.left = Math.max(0, count - 1);
  task.perSecond = perSecond;
  task.since = act.now;
  return task;
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
  switch (task.what) {
    case READ_SECTORS: return beginSectors(self, act, task);
    case WRITE_FILE: return beginWriting(self, act, task);
    case DELETE_FILE: return beginDeleting(self, act, task);
    default: return beginNamed(self, act, task);
  }
}

/** Opens a file to read or copy it, or lists a directory. */
function beginNamed(self: ReaderState, act: Act, task: Task): void {
  const span = putPath(self, act, task.path);
  if (span === 0) {
    finish(self, act);
    return;
  }
  task.calls += 1;
  if (task.what !== LIST_FILES) {
    act.send(fs.open, fileSystem(act), namePage(self), span, 0);
  } else {
    self.listing = [];
    self.listed = 0;
    act.send(fs.list, fileSystem(act), namePage(self), span, listPage(self), 0, 0);
  }
}

function beginSectors(self: ReaderState, act: Act, task: Task): void {
  if (task.sectors < 1 || task.sectors * SECTOR > PIECE || task.pieces < 1) {
    noteError(task, STATUS_INVALID_PARAMETER, act.text('A raw read takes 1 to 8 sectors, and at least one read must be asked for.'));
    finish(self, act);
    return;
  }
  task.size = task.pieces * task.sectors * SECTOR;
  more(self, act, task);
}

/** Keeps `depth` calls outstanding as long as there is something to ask for. [READER-2] */
function more(self: ReaderState, act: Act, task: Task): void {
  while (task.outstanding < task.depth && task.next < task.pieces && task.status === STATUS_SUCCESS) {
    const piece = task.next;
    const buffer = bufferOf(self, piece);
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
  if (task.what === READ_SECTORS) finish(self, act);
  else closeHandle(act, task, task.handle);
}

function opened(self: ReaderState, hop: HopView, act: Act): void {
  const task = resume(self, act);
  if (hop.a1 !== STATUS_SUCCESS) {
    noteError(task, hop.a1, hop.a4);
    finish(self, act);
    return;
  }
  task.handle = hop.a2;
  task.size = hop.a3;
  task.pieces = Math.ceil(task.size / PIECE);
  if (task.what === COPY_FILE) create(self, act, task, task.to);
  else more(self, act, task);
}

function pieceDone(self: ReaderState, hop: HopView, act: Act): void {
  const task = resume(self, act);
  if (task.what === COPY_FILE) {
    pieceToWrite(self, hop, act, task);
    return;
  }
  task.outstanding -= 1;
  if (hop.a1 === STATUS_SUCCESS) task.bytes += hop.a2;
  else noteError(task, hop.a1, 0);
  more(self, act, task);
}

function closed(self: ReaderState, _hop: HopView, act: Act): void {
  const task = resume(self, act);
  if (writes(task)) moreWriting(self, act, task);
  else finish(self, act);
}

function listed(self: ReaderState, hop: HopView, act: Act): void {
  const task = resume(self, act);
  if (hop.a1 !== STATUS_SUCCESS) {
    noteError(task, hop.a1, hop.a5);
    finish(self, act);
    return;
  }
  const page = act.page(listPage(self));
  for (const file of readListing(page)) if (self.listing.length < LISTED_MOST) self.listing.push(file);
  self.listed += hop.a2;
  task.bytes += hop.a4 >>> 12;
  const next = listingNext(page);
  if (next === 0) {
    finish(self, act);
  } else {
    task.calls += 1;
    act.send(fs.list, fileSystem(act), namePage(self), spanOf(0, putUtf8(null, 0, task.path)), listPage(self), 0, next);
  }
}

export const reader = component<ReaderState>({
  name: 'reader',
  title: 'Reader',
  about: 'A program in the guest that opens files, reads them and writes them, as any application does. It shows what it has read.',
  place: 'guest-user',
  sources: ['ours READER-1'],
  initial: (config: ReaderConfig): ReaderState => ({ pages: config.pages, task: null, waiting: [], later: [], alarms: 0, last: null, listing: [], listed: 0, finished: 0 }),
  on: {
    'ask.readFile': (self, hop, act) => take(self, act, asked(hop, act, READ_FILE, hop.a1, hop.a2, hop.a3)),
    'ask.listFiles': (self, hop, act) => take(self, act, asked(hop, act, LIST_FILES, 1, hop.a1, hop.a2)),
    'ask.readSectors': (self, hop, act) => {
      const task = asked(hop, act, READ_SECTORS, hop.a3);
      task.lba = hop.a0;
      task.sectors = hop.a1;
      task.pieces = hop.a2;
      take(self, act, task);
    },
    'ask.writeFile': (self, hop, act) => {
      const task = asked(hop, act, WRITE_FILE, hop.a2, hop.a3, hop.a4);
      task.content = hop.a1;
      take(self, act, task);
    },
    'ask.copyFile': (self, hop, act) => {
      const task = asked(hop, act, COPY_FILE, hop.a2, hop.a3, hop.a4);
      task.to = act.textOf(hop.a1);
      take(self, act, task);
    },
    'ask.deleteFile': (self, hop, act) => take(self, act, asked(hop, act, DELETE_FILE)),
    [fs.opened.name]: opened,
    [fs.readDone.name]: pieceDone,
    [fs.rawDone.name]: pieceDone,
    [fs.listed.name]: listed,
    [fs.closed.name]: closed,
    [fs.created.name]: created,
    [fs.written.name]: written,
    [fs.committed.name]: ended,
    [fs.removed.name]: ended,
    'ask.stopFiles': (self) => {
      self.later = [];
      for (const task of [self.task, ...self.waiting]) if (task !== null) task.left = 0;
    },
    [hops.again.name]: (self, hop, act) => {
      const at = self.later.findIndex(({ alarm }) => alarm === hop.a1);
      if (at < 0) return;
      const { task } = self.later[at]!;
      self.later.splice(at, 1);
      act.request = task.request;
      act.behalf = task.behalf;
      take(self, act, task);
    },
    [hops.finished.name]: (self, _hop, act) => {
      if (self.task !== null) return;
      self.task = self.waiting.shift() ?? null;
      if (self.task !== null) begin(self, act);
    },
  },
  view: (self) => ({
    busy: self.task === null ? null : { what: self.task.what, path: self.task.path, size: self.task.size, bytes: self.task.bytes, outstanding: self.task.outstanding },
    waiting: self.waiting.length,
    repeating: self.later.length + [self.task, ...self.waiting].filter((task) => task !== null && task.left > 0).length,
    last: self.last === null ? null : { ...self.last, statusName: ntStatusName(self.last.status), whole: self.last.size <= READER_BUFFERS * PIECE },
    firstPage: self.pages,
    buffers: READER_BUFFERS,
    listing: self.listing,
    listed: self.listed,
  }),
});
