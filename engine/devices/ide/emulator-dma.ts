/**
 * DMA of the IDE emulator: what the worker process does for a bus master. It reads the guest's table of regions through its mapping
 * of guest memory, lists the machine pages and has the VHD parser move the data; no processor copies them. [IDE-16] [BM-4] [BM-8]
 */
import { vhd } from '../../root/kernel/storage-hops.ts';
import { READ as READABLE, WRITE as WRITABLE, type Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { get32 } from '../../wire/bytes.ts';
import { mdlSpan, putMdlHeader, putMdlPiece, spanOf } from '../../wire/mdl.ts';
import { PRD_BYTES } from './bus-master-registers.ts';
import { breakDown, gather, isReady, transferred, type BusMaster, type Gathered, type GuestMemory } from './bus-master.ts';
import { dmaEnded, dropDma, SECTOR_BYTES, transferBegins, wantsDma, WRITE } from './drive.ts';
import { ide } from './hops.ts';
import { MULTIPLE_MAX } from './registers.ts';
import { theirs, type IdeState } from './emulator-state.ts';

/** Pieces of one list: as many as the parser's own lists take. */
const PIECES_MAX = 31;

/** The guest's memory as the worker process sees it, for the handler at work. */
const memory: { act: Act | null; partition: number; right: number } = { act: null, partition: 0, right: READABLE };
const seen: GuestMemory = {
  word(address) {
    const page = Math.floor(address / 4096);
    if (memory.act!.translate(memory.partition, page, READABLE) < 0) return -1;
    return get32(memory.act!.granted(memory.partition, page), address % 4096);
  },
  page(gpaPage) {
    return memory.act!.translate(memory.partition, gpaPage, memory.right);
  },
};

/** Begins to move data if drive and bus master both want to; true when it ends at once instead. */
export function startDma(self: IdeState, act: Act): boolean {
  const { drive } = self;
  const master = self.masters[0]!;
  const write = drive.way === WRITE;
  if (!wantsDma(drive) || self.partition === 0 || !isReady(master, !write)) return false;
  memory.act = act;
  memory.partition = self.partition;
  memory.right = write ? READABLE : WRITABLE;
  const found = gather(master, seen, Math.min(drive.remaining, MULTIPLE_MAX), SECTOR_BYTES, PIECES_MAX);
  memory.act = null;
  if (found.sectors === 0) {
    if (found.exhausted) {
      transferred(master, true);
      transferBegins(drive);
      dmaEnded(drive, 0, false, true);
    } else {
      breakDown(master);
      dropDma(drive);
    }
    return true;
  }
  move(self, act, master, found, write);
  return false;
}

/** Writes the list of pages and passes the regions on; `ide.regions` shows what was read. */
function move(self: IdeState, act: Act, master: BusMaster, found: Gathered, write: boolean): void {
  transferBegins(self.drive);
  self.dma = 1;
  self.asked = found.sectors;
  self.exhausted = found.exhausted ? 1 : 0;
  const list = act.pageForWrite(self.page);
  const count = found.pieces.length / 3;
  putMdlHeader(list, 0, count);
  for (let i = 0; i < count; i++) putMdlPiece(list, 0, i, found.pieces[3 * i]!, found.pieces[3 * i + 1]!, found.pieces[3 * i + 2]!);
  const at = (master.table + PRD_BYTES * found.first) % 0x1_0000_0000;
  const bytes = Math.min(PRD_BYTES * Math.max(1, found.entries), 4096 - (at % 4096));
  theirs(self, act, () => act.send(ide.regions, act.self, found.entries, Math.floor(at / 4096), spanOf(at % 4096, bytes), found.sectors, write ? 1 : 0, count));
}

/** The regions are known: the data may move. */
export function regionsKnown(self: IdeState, hop: HopView, act: Act): void {
  const kind = hop.a4 === 1 ? vhd.writeUser : vhd.readUser;
  act.send(kind, self.parser, self.handle, self.drive.nextLba, hop.a3, self.page, mdlSpan(0, hop.a5), 0);
}

/** The data have moved, or could not be. */
export function dmaDone(self: IdeState, failed: boolean): boolean {
  self.dma = 0;
  const awaited = dmaEnded(self.drive, self.asked, failed, self.exhausted === 1);
  if (awaited && !failed) transferred(self.masters[0]!, self.exhausted === 1);
  return awaited;
}
