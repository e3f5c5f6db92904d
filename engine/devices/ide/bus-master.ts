/**
 * The bus master of one IDE channel as pure functions over plain data: its three registers, and the walk through the table of
 * physical regions (PRD). Runs in the worker process, as part of the IDE emulator. Follows OVM's `lib.rs` and the PIIX4 data
 * sheet. What is to be moved comes out as pieces of guest pages; the component in `emulator.ts` has it moved. [BM-1] to [BM-7]
 */
import {
  BM_ACTIVE, BM_COMMAND, BM_ERROR, BM_INTERRUPT, BM_SETTABLE, BM_START, BM_STATUS, BM_TABLE, BM_TABLE_HIGH, BM_TO_MEMORY, PRD_BYTES, PRD_ENTRIES_MAX, prdBase, prdBytes,
  prdIsLast,
} from './bus-master-registers.ts';

export interface BusMaster {
  [key: string]: number;
  /** BMIC and BMIDTP; of BMIS the error and interrupt bits and the two that software sets. */
  command: number;
  status: number;
  table: number;
  /** Started, and the table not yet at its end. */
  active: number;
  /** Next entry of the table; of the entry at work what is left of it and whether it is the last. */
  index: number;
  base: number;
  left: number;
  last: number;
}

export function newBusMaster(): BusMaster {
  return { command: 0, status: 0, table: 0, active: 0, index: 0, base: 0, left: 0, last: 0 };
}

const ones = (size: number): number => (size === 4 ? 0xffff_ffff : size === 2 ? 0xffff : 0xff);

/** A read of `size` bytes at an offset of 0 to 7; all ones where no register of that size answers. [BM-1] */
export function readBusMaster(master: BusMaster, offset: number, size: number): number {
  switch (offset) {
    case BM_COMMAND:
      return size <= 2 ? master.command : ones(size);
    case BM_STATUS:
      return size <= 2 ? master.status | (master.active ? BM_ACTIVE : 0) : ones(size);
    case BM_TABLE:
      return size === 4 ? master.table : size === 2 ? master.table & 0xffff : ones(size);
    case BM_TABLE_HIGH:
      return size === 2 ? master.table >>> 16 : ones(size);
    default:
      return ones(size);
  }
}

/** A write of `size` bytes; one that no register of that size takes changes nothing. [BM-1] [BM-2] */
export function writeBusMaster(master: BusMaster, offset: number, size: number, value: number): void {
  switch (offset) {
    case BM_COMMAND:
      if (size <= 2) command(master, value);
      return;
    case BM_STATUS:
      if (size <= 2) master.status = (master.status & (BM_ERROR | BM_INTERRUPT) & ~value) | (value & BM_SETTABLE);
      return;
    case BM_TABLE:
      if (size === 4) master.table = (value & 0xffff_fffc) >>> 0;
      else if (size === 2) master.table = ((master.table & 0xffff_0000) | (value & 0xfffc)) >>> 0;
      return;
    case BM_TABLE_HIGH:
      if (size === 2) master.table = ((master.table & 0xffff) | (value << 16)) >>> 0;
  }
}

/** Start begins at the first entry; the direction stays as it is while started. */
function command(master: BusMaster, value: number): void {
  const started = (master.command & BM_START) !== 0;
  const direction = started ? master.command & BM_TO_MEMORY : value & BM_TO_MEMORY;
  if (value & BM_START) {
    if (!started) Object.assign(master, { active: 1, index: 0, base: 0, left: 0, last: 0 });
  } else {
    master.active = 0;
  }
  master.command = (value & BM_START) | direction;
}

/** Whether it may move data now: into memory for a read of the disk, out of it for a write. */
export function isReady(master: BusMaster, diskIsRead: boolean): boolean {
  return master.active === 1 && ((master.command & BM_TO_MEMORY) !== 0) === diskIsRead;
}

/** The drive's interrupt passes through. [BM-5] */
export function interrupts(master: BusMaster): void {
  master.status |= BM_INTERRUPT;
}

/** The table or the memory cannot be reached. [BM-6] */
export function breakDown(master: BusMaster): void {
  master.active = 0;
  master.status |= BM_ERROR;
}

/** What the walk may look at: words of guest memory and the machine page of a guest page; -1 when there is none. */
export interface GuestMemory {
  word(address: number): number;
  page(gpaPage: number): number;
}

/** Pieces that the walk has found: machine page, offset and length, by threes. One object, filled anew by each walk. */
export interface Gathered {
  readonly pieces: number[];
  /** Whole sectors the pieces hold together. */
  sectors: number;
  /** Entries of the table that were read, and the first one. */
  entries: number;
  first: number;
  /** The table ended before `most` sectors. */
  exhausted: boolean;
  broken: boolean;
}

const gathered: Gathered = { pieces: [], sectors: 0, entries: 0, first: 0, exhausted: false, broken: false };
/** Where the walk stood at the last whole sector. */
const whole = { index: 0, base: 0, left: 0, last: 0, pieces: 0, lastLength: 0 };

/**
 * Follows the table for up to `most` sectors of `sectorBytes` in at most `piecesMost` pieces, and leaves the bus master behind the
 * last whole sector. An entry without bytes left and without a successor ends the transfer. [BM-3] [BM-4] [BM-6] [BM-7]
 */
export function gather(master: BusMaster, memory: GuestMemory, most: number, sectorBytes: number, piecesMost: number): Gathered {
  const { pieces } = gathered;
  pieces.length = 0;
  Object.assign(gathered, { sectors: 0, entries: 0, first: master.left > 0 ? (master.index + PRD_ENTRIES_MAX - 1) % PRD_ENTRIES_MAX : master.index, exhausted: false, broken: false });
  mark(master);
  for (let inSector = 0; gathered.sectors < most; ) {
    if (master.left === 0 && !nextEntry(master, memory)) break;
    const offset = master.base % 4096;
    const length = Math.min(master.left, 4096 - offset, sectorBytes - inSector);
    const page = memory.page(Math.floor(master.base / 4096));
    if (page < 0) {
      gathered.broken = true;
      break;
    }
    if (!addPiece(page, offset, length, piecesMost)) break;
    master.base += length;
    master.left -= length;
    inSector += length;
    if (inSector === sectorBytes) {
      inSector = 0;
      gathered.sectors++;
      mark(master);
    }
  }
  // A table that cuts one sector into more pieces than a list takes cannot be served.
  if (gathered.sectors === 0 && !gathered.exhausted) gathered.broken = true;
  back(master);
  return gathered;
}

/** Reads the next entry; false at the end of the table or when it cannot be read. */
function nextEntry(master: BusMaster, memory: GuestMemory): boolean {
  if (master.last) {
    gathered.exhausted = true;
    return false;
  }
  const at = (master.table + PRD_BYTES * master.index) % 0x1_0000_0000;
  const first = memory.word(at);
  const second = first < 0 ? -1 : memory.word((at + 4) % 0x1_0000_0000);
  if (second < 0) {
    gathered.broken = true;
    return false;
  }
  gathered.entries++;
  master.base = prdBase(first);
  master.left = prdBytes(second);
  master.last = prdIsLast(second) ? 1 : 0;
  master.index = (master.index + 1) % PRD_ENTRIES_MAX;
  return true;
}

/** Adds a piece, or lengthens the last one when it lies right behind it in the same page. */
function addPiece(page: number, offset: number, length: number, most: number): boolean {
  const { pieces } = gathered;
  const n = pieces.length;
  if (n > 0 && pieces[n - 3] === page && pieces[n - 2]! + pieces[n - 1]! === offset) {
    pieces[n - 1] = pieces[n - 1]! + length;
    return true;
  }
  if (n / 3 === most) return false;
  pieces.push(page, offset, length);
  return true;
}

function mark(master: BusMaster): void {
  whole.index = master.index;
  whole.base = master.base;
  whole.left = master.left;
  whole.last = master.last;
  whole.pieces = gathered.pieces.length;
  whole.lastLength = gathered.pieces[whole.pieces - 1] ?? 0;
}

function back(master: BusMaster): void {
  master.index = whole.index;
  master.base = whole.base;
  master.left = whole.left;
  master.last = whole.last;
  gathered.pieces.length = whole.pieces;
  if (whole.pieces > 0) gathered.pieces[whole.pieces - 1] = whole.lastLength;
}

/** What the last walk found has been moved: behind the last entry the bus master stops. */
export function transferred(master: BusMaster, exhausted: boolean): void {
  if (exhausted || (master.last === 1 && master.left === 0)) master.active = 0;
}
