/** Writing the data of a file: from the application's buffer through the cache to its new clusters. Part of `<guest>/fs`. [FS-14] [FS-17] */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { copyBytes } from '../../wire/bytes.ts';
import { spanLength, spanOf, spanOffset } from '../../wire/mdl.ts';
import { STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER } from '../../wire/ntstatus.ts';
import { claim, LINE_SECTORS, linePage, SECTOR, STALLED, writeLine } from './fs-cache.ts';
import { fail, stall, succeed } from './fs-calls.ts';
import { fs as hops } from './fs-hops.ts';
import { WRITE_DATA } from './hops.ts';
import { ANY_LINE, OWN_WRITE, type Call, type FsState } from './fs-state.ts';
import { fatOf, runOf, sectorOfCluster } from './fs-volume.ts';

/** Takes a line for the next sectors and has the bytes copied into it; ends when all of them are on the disk. */
export function goOnWriting(self: FsState, act: Act, number: number, call: Call): void {
  const file = self.files[call.handle - 1] ?? null;
  if (file === null || call.offset % SECTOR !== 0) {
    fail(self, act, number, file === null ? STATUS_INVALID_HANDLE : STATUS_INVALID_PARAMETER);
    return;
  }
  if (call.done === call.length) {
    succeed(self, act, number);
    return;
  }
  const perCluster = fatOf(self).sectorsPerCluster;
  const sector = (call.offset + call.done) / SECTOR;
  const run = runOf(file, Math.floor(sector / perCluster));
  act.assert(run >= 0, 'The clusters of a file that is written are known.');
  const runFrom = file.runs[run] * perCluster;
  const group = sector - (sector % LINE_SECTORS) + LINE_SECTORS;
  const end = Math.min(group, runFrom + file.runs[run + 2] * perCluster, sector + Math.ceil((call.length - call.done) / SECTOR));
  const lba = sectorOfCluster(self, file.runs[run + 1]) + (sector - runFrom);
  const line = claim(self.cache, lba, end - sector);
  if (line === STALLED) {
    call.awaited = ANY_LINE;
    stall(self, number);
    return;
  }
  const bytes = Math.min(call.length - call.done, (end - sector) * SECTOR);
  self.cache.lines[line].pins += 1;
  call.line = line;
  act.request = call.request;
  act.behalf = call.behalf;
  act.send(hops.copyIn, act.self, linePage(self.cache, line), spanOf(0, bytes), call.buffer, spanOf(call.done, bytes), bytes, number);
}

/** The copy that has been charged for is made, the rest of its last sector is zero, and the line is written. */
export function copiedIn(self: FsState, hop: HopView, act: Act): void {
  const call = self.calls[hop.a5] ?? null;
  act.assert(call !== null && call.line >= 0, 'A copy belongs to a write under way.');
  const line = self.cache.lines[call.line];
  const page = act.pageForWrite(hop.a0);
  copyBytes(page, 0, act.page(hop.a2), spanOffset(hop.a3), spanLength(hop.a3));
  page.fill(0, hop.a4, line.sectors * SECTOR);
  line.pins -= 1;
  startWrite(self, call, hop.a5, call.line, [line.lba], WRITE_DATA);
  call.line = -1;
  call.done += hop.a4;
}

/** Writes a line to these places (its own, or the same sector in every FAT); the call goes on when all of them are written. */
export function startWrite(self: FsState, call: Call, number: number, line: number, lbas: readonly number[], what: number): void {
  call.awaited = OWN_WRITE;
  call.count = 0;
  call.bytes = lbas.length;
  for (const lba of lbas) writeLine(self.cache, line, lba, self.cache.lines[line].sectors, number, call.request, call.behalf, what);
}
