/** Reading of files and sectors. Part of `<guest>/fs`. [FS-3] [FS-8] [FS-13] */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { copyBytes } from '../../wire/bytes.ts';
import { spanLength, spanOf, spanOffset } from '../../wire/mdl.ts';
import { STATUS_INVALID_HANDLE } from '../../wire/ntstatus.ts';
import { addTransfer, LINE_SECTORS, linePage, SECTOR } from './fs-cache.ts';
import { fail, stopped, succeed } from './fs-calls.ts';
import { fs as hops } from './fs-hops.ts';
import type { Call, FsState, OpenFile } from './fs-state.ts';
import { fatOf, follow, isLine, lineForFile, runOf, sectorOfCluster } from './fs-volume.ts';

/** Reads in sequence before more is fetched than was asked for. */
const STREAK = 2;

/** A read of a file begins: is it the one that was to be expected? */
export function noteSequence(file: OpenFile, offset: number, length: number): void {
  file.streak = offset === file.expected ? file.streak + 1 : 0;
  file.expected = offset + length;
}

/** Asks for the line that holds the next bytes and copies from it; ends when all bytes are in the buffer. [FS-8] */
export function goOnReading(self: FsState, act: Act, number: number, call: Call): void {
  const file = self.files[call.handle - 1] ?? null;
  if (file === null) {
    fail(self, act, number, STATUS_INVALID_HANDLE);
    return;
  }
  if (call.done === call.length) {
    succeed(self, act, number);
    return;
  }
  const perCluster = fatOf(self).sectorsPerCluster;
  const sector = Math.floor((call.offset + call.done) / SECTOR);
  const group = sector - (sector % LINE_SECTORS);
  const fileEnd = Math.ceil(file.size / SECTOR);
  const groupEnd = Math.min(group + LINE_SECTORS, fileEnd);
  const most = self.most - (self.most % LINE_SECTORS);
  const aheadEnd = most > 0 && file.streak > STREAK ? Math.min(group + most, fileEnd) : groupEnd;
  const followed = follow(self, act, call, file, Math.floor(group / perCluster), Math.floor((aheadEnd - 1) / perCluster));
  if (stopped(self, act, number, followed)) return;
  copyFrom(self, act, number, file, sector, group, groupEnd, aheadEnd);
}

function copyFrom(self: FsState, act: Act, number: number, file: OpenFile, sector: number, group: number, groupEnd: number, aheadEnd: number): void {
  const call = self.calls[number]!;
  const perCluster = fatOf(self).sectorsPerCluster;
  const run = runOf(file, Math.floor(sector / perCluster));
  act.assert(run >= 0, 'The clusters of the file have been followed this far.');
  const runFrom = file.runs[run] * perCluster;
  const runEnd = runFrom + file.runs[run + 2] * perCluster;
  const from = Math.max(group, runFrom);
  const end = Math.min(groupEnd, runEnd);
  const ahead = end === groupEnd ? Math.min(aheadEnd, runEnd) - end : 0;
  const lba = sectorOfCluster(self, file.runs[run + 1]) + (from - runFrom);
  const line = lineForFile(self, call, lba, end - from, Math.max(0, ahead));
  if (!isLine(line)) {
    stopped(self, act, number, line);
    return;
  }
  const at = call.offset + call.done;
  const bytes = Math.min(call.length - call.done, end * SECTOR - at);
  self.cache.lines[line].pins += 1;
  call.line = line;
  act.request = call.request;
  act.behalf = call.behalf;
  act.send(hops.copy, act.self, linePage(self.cache, line), spanOf(at - from * SECTOR, bytes), call.buffer, spanOf(call.done, bytes), bytes, number);
}

/** The copy that has been charged for is made; `call` goes on then. */
export function copyMade(self: FsState, hop: HopView, act: Act): void {
  const call = self.calls[hop.a5] ?? null;
  act.assert(call !== null && call.line >= 0, 'A copy belongs to a read under way.');
  copyBytes(act.pageForWrite(hop.a2), spanOffset(hop.a3), act.page(hop.a0), spanOffset(hop.a1), spanLength(hop.a1));
  self.cache.lines[call.line].pins -= 1;
  call.line = -1;
  call.done += hop.a4;
}

/** A raw read goes straight to the page of the application, in one request. [FS-8] */
export function goOnRaw(self: FsState, act: Act, number: number, call: Call): void {
  if (call.bytes > 0) {
    succeed(self, act, number);
    return;
  }
  call.bytes = 1;
  addTransfer(self.cache, {
    write: false, lines: [], job: number, lba: call.offset, sectors: call.length / SECTOR, page: call.buffer, list: -1, request: call.request, behalf: call.behalf, what: 0,
  });
}
