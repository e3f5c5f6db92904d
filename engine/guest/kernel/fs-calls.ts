/** How calls of the guest's file system end or wait, whatever they are. Part of `<guest>/fs`. [FS-10] [FS-12] */
import type { Act } from '../../sim/act.ts';
import { spanOf } from '../../wire/mdl.ts';
import { ntStatusSentence, STATUS_DISK_CORRUPT_ERROR, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { fs as hops } from './fs-hops.ts';
import { isLine, WAIT } from './fs-volume.ts';
import { ANY_LINE, COMMIT, CREATE, LIST, OPEN, RAW, READ, WRITE, type Call, type FsState } from './fs-state.ts';

/** Ends a call with an error: the sentence of the status, or a better one. */
export function refuse(act: Act, call: Call, status: number, reason = ntStatusSentence(status)): void {
  const { peer, cookie } = call;
  act.request = call.request;
  act.behalf = call.behalf;
  switch (call.op) {
    case OPEN: return act.send(hops.opened, peer, cookie, status, 0, 0, act.text(reason));
    case LIST: return act.send(hops.listed, peer, cookie, status, 0, call.buffer, 0, act.text(reason));
    case READ: return act.send(hops.readDone, peer, cookie, status, 0, call.buffer, 0);
    case RAW: return act.send(hops.rawDone, peer, cookie, status, 0, call.buffer, 0);
    case CREATE: return act.send(hops.created, peer, cookie, status, 0, 0, act.text(reason));
    case WRITE: return act.send(hops.written, peer, cookie, status, 0, act.text(reason));
    case COMMIT: return act.send(hops.committed, peer, cookie, status, act.text(reason));
    default: return act.send(hops.removed, peer, cookie, status, act.text(reason));
  }
}

export function fail(self: FsState, act: Act, number: number, status: number, reason?: string): void {
  const call = self.calls[number]!;
  self.calls[number] = null;
  if (self.draft?.call === number) {
    if (self.draft.handle > 0) self.files[self.draft.handle - 1] = null;
    self.draft = null;
  }
  refuse(act, call, status, reason);
}

export function succeed(self: FsState, act: Act, number: number): void {
  const call = self.calls[number]!;
  const { peer, cookie, length } = call;
  self.calls[number] = null;
  act.request = call.request;
  act.behalf = call.behalf;
  if (call.op === READ || call.op === RAW) self.readBytes += length;
  if (call.op === WRITE) self.writtenBytes += length;
  switch (call.op) {
    case OPEN: return act.send(hops.opened, peer, cookie, STATUS_SUCCESS, call.handle, call.size, 0);
    case LIST: return act.send(hops.listed, peer, cookie, STATUS_SUCCESS, call.count, call.buffer, spanOf(0, call.bytes), 0);
    case READ: return act.send(hops.readDone, peer, cookie, STATUS_SUCCESS, length, call.buffer, spanOf(0, length));
    case RAW: return act.send(hops.rawDone, peer, cookie, STATUS_SUCCESS, length, call.buffer, spanOf(0, length));
    case CREATE: return act.send(hops.created, peer, cookie, STATUS_SUCCESS, call.handle, call.count, 0);
    case WRITE: return act.send(hops.written, peer, cookie, STATUS_SUCCESS, length, 0);
    case COMMIT: return act.send(hops.committed, peer, cookie, STATUS_SUCCESS, 0);
    default: return act.send(hops.removed, peer, cookie, STATUS_SUCCESS, 0);
  }
}

/** A call that found every line busy is remembered in the order it came. */
export function stall(self: FsState, number: number): void {
  if (self.calls[number]!.awaited === ANY_LINE) self.stalled.push(number);
}

/** True for an answer with which a call cannot go on now: it waits, or has been ended with the error. */
export function stopped(self: FsState, act: Act, number: number, answer: number): boolean {
  if (answer === WAIT) {
    stall(self, number);
    return true;
  }
  if (answer < STATUS_DISK_CORRUPT_ERROR || isLine(answer)) return false;
  fail(self, act, number, answer);
  return true;
}

