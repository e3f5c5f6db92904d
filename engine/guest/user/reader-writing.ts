/**
 * The part of the reading program that writes: a text as a file, a copy of a file, and deleting. Route of a text:
 * `ask.writeFile` -> `fs.create` -> `fs.write` (up to `depth` at once) -> `fs.commit` -> `reader.finished`. [READER-6] [READER-7]
 */
import { fs } from '../kernel/fs-hops.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { putUtf8 } from '../../wire/bytes.ts';
import { spanOf } from '../../wire/mdl.ts';
import { STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { COPY_FILE, WRITE_FILE } from './hops.ts';
import {
  bufferOf, closeHandle, fileSystem, finish, namePage, noteError, PIECE, putPath, READER_BUFFERS, resume, type ReaderState, type Task,
} from './reader-task.ts';

/** Puts the text into the buffers and asks for a file of its length. */
export function beginWriting(self: ReaderState, act: Act, task: Task): void {
  const text = act.textOf(task.content);
  const length = putUtf8(null, 0, text);
  if (length < 0 || length > READER_BUFFERS * PIECE) {
    noteError(task, STATUS_INVALID_PARAMETER, act.text(length < 0 ? 'The text holds half of a character; check its end.' : `The text has ${length} bytes, and at most ${READER_BUFFERS * PIECE} are written at once.`));
    finish(self, act);
    return;
  }
  const bytes = new Uint8Array(length);
  putUtf8(bytes, 0, text);
  for (let i = 0; i * PIECE < length; i++) act.pageForWrite(bufferOf(self, i)).set(bytes.subarray(i * PIECE, (i + 1) * PIECE));
  task.size = length;
  task.pieces = Math.ceil(length / PIECE);
  create(self, act, task, task.path);
}

/** Asks for a new file of the task's size. */
export function create(self: ReaderState, act: Act, task: Task, path: string): void {
  const span = putPath(self, act, path);
  if (span === 0) {
    moreWriting(self, act, task);
    return;
  }
  task.calls += 1;
  act.send(fs.create, fileSystem(act), namePage(self), span, task.size, 0);
}

export function beginDeleting(self: ReaderState, act: Act, task: Task): void {
  const span = putPath(self, act, task.path);
  if (span === 0) {
    finish(self, act);
    return;
  }
  task.calls += 1;
  act.send(fs.remove, fileSystem(act), namePage(self), span, 0);
}

export function created(self: ReaderState, hop: HopView, act: Act): void {
  const task = resume(self, act);
  if (hop.a1 === STATUS_SUCCESS) task.target = hop.a2;
  else noteError(task, hop.a1, hop.a4);
  moreWriting(self, act, task);
}

/** Keeps `depth` pieces under way: written from the buffers, or read first and written then. At the end closes what is open. */
export function moreWriting(self: ReaderState, act: Act, task: Task): void {
  while (task.outstanding < task.depth && task.next < task.pieces && task.status === STATUS_SUCCESS) {
    const piece = task.next;
    task.next += 1;
    task.outstanding += 1;
    if (task.what === WRITE_FILE) {
      writePiece(self, act, task, piece, Math.min(PIECE, task.size - piece * PIECE));
      continue;
    }
    task.calls += 1;
    act.send(fs.read, fileSystem(act), task.handle, piece * PIECE, Math.min(PIECE, task.size - piece * PIECE), bufferOf(self, piece), piece);
  }
  if (task.outstanding > 0) return;
  if (task.handle > 0) {
    const { handle } = task;
    task.handle = 0;
    closeHandle(act, task, handle);
  } else if (task.target > 0) {
    const { target } = task;
    task.target = 0;
    task.calls += 1;
    if (task.status === STATUS_SUCCESS) act.send(fs.commit, fileSystem(act), target, 0);
    else act.send(fs.close, fileSystem(act), target, 0);
  } else {
    finish(self, act);
  }
}

function writePiece(self: ReaderState, act: Act, task: Task, piece: number, length: number): void {
  task.calls += 1;
  act.send(fs.write, fileSystem(act), task.target, piece * PIECE, length, bufferOf(self, piece), piece, spanOf(0, length));
}

/** A piece of the file that is copied has been read: it is written now. */
export function pieceToWrite(self: ReaderState, hop: HopView, act: Act, task: Task): void {
  if (hop.a1 === STATUS_SUCCESS && task.status === STATUS_SUCCESS) {
    writePiece(self, act, task, hop.a0, hop.a2);
    return;
  }
  noteError(task, hop.a1, 0);
  task.outstanding -= 1;
  moreWriting(self, act, task);
}

export function written(self: ReaderState, hop: HopView, act: Act): void {
  const task = resume(self, act);
  task.outstanding -= 1;
  if (hop.a1 === STATUS_SUCCESS) task.bytes += hop.a2;
  else noteError(task, hop.a1, hop.a3);
  moreWriting(self, act, task);
}

/** The file is finished, or deleted: the last answer of a task. */
export function ended(self: ReaderState, hop: HopView, act: Act): void {
  const task = resume(self, act);
  noteError(task, hop.a1, hop.a2);
  finish(self, act);
}

/** Whether the task writes when something that it had open has been closed. */
export function writes(task: Task): boolean {
  return task.what === WRITE_FILE || task.what === COPY_FILE;
}
