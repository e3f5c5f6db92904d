/**
 * Opening a VHD. Runs: root kernel, part of the VHD parser. The rules are those of `openVhd` (`wire/vhd-open.ts`): it is run over
 * what has been read of the file so far; what it lacks is read from the disk, and it is run again. Opening ends with a handle,
 * or with 0 and a sentence. [VHDP-1..6]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { mdlSpan, putMdlHeader, putMdlPiece } from '../../wire/mdl.ts';
import { ntStatusSentence, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { bitmapBytes } from '../../wire/vhd.ts';
import { openVhd } from '../../wire/vhd-open.ts';
import { ntfs, vhd } from './storage-hops.ts';
import {
  COOKIE_OPEN, cookieOf, COPY_AT, createDisk, DISK_PAGES, END_AT, HEADER_AT, READ_MDL_AT, SECTOR, type OpenDisk, type OpenJob, type VhdParserState,
} from './vhdparser-state.ts';

const OPENS_MOST = 64;
/** Pages of the table that one read fills. */
const TABLE_PAGES = 16;

/** Parts of the file that have been read, as bits. */
const END = 1;
const COPY = 2;
const HEADER = 4;
const TABLE = 8;

export function takeOpen(self: VhdParserState, hop: HopView, act: Act, user: boolean): void {
  const open: OpenJob = {
    peer: hop.from, user, cookie: hop.a1, request: hop.request, behalf: act.behalf, disk: createDisk(hop.a0),
    have: 0, reading: 0, headerAt: -1, tableAt: -1, tableSectors: 0, tableRead: 0,
  };
  if (self.opens.length >= OPENS_MOST) {
    answer(act, open, 0, 0, 'Too many VHD files are being opened at once.');
    return;
  }
  self.opens.push(open);
  if (self.opens.length === 1) begin(self, act);
}

/** Begins the first open of the list: its pages are those behind the last disk. */
function begin(self: VhdParserState, act: Act): void {
  const open = self.opens[0];
  act.request = open.request;
  act.behalf = open.behalf;
  open.disk.firstPage = self.nextPage;
  open.disk.batPage = self.nextPage + DISK_PAGES;
  if (open.disk.batPage > self.pages + self.pageCount) {
    refuse(self, act, 'The VHD parser has no memory left for another disk; use fewer disks.');
    return;
  }
  act.send(ntfs.open, act.find('root/ntfs'), open.disk.fileId, cookieOf(COOKIE_OPEN, 0));
}

function answer(act: Act, open: OpenJob, handle: number, sectors: number, reason: string): void {
  act.send(open.user ? vhd.openedUser : vhd.opened, open.peer, open.cookie, handle, sectors, reason === '' ? 0 : act.text(reason));
}

function refuse(self: VhdParserState, act: Act, reason: string): void {
  answer(act, self.opens.shift()!, 0, 0, reason);
  if (self.opens.length > 0) begin(self, act);
}

function succeed(self: VhdParserState, act: Act, pages: number): void {
  const open = self.opens.shift()!;
  self.nextPage += pages;
  self.disks.push(open.disk);
  answer(act, open, self.disks.length, open.disk.sectors, '');
  if (self.opens.length > 0) begin(self, act);
}

/** NTFS has answered with the length of the file. */
export function openedFile(self: VhdParserState, hop: HopView, act: Act): void {
  const open = resume(self, act);
  open.disk.fileSectors = hop.a2;
  if (hop.a1 !== STATUS_SUCCESS) refuse(self, act, ntStatusSentence(hop.a1));
  else goOnOpening(self, act, open);
}

function resume(self: VhdParserState, act: Act): OpenJob {
  const open = self.opens[0];
  act.assert(open !== undefined, 'NTFS answers a VHD file that is being opened.');
  act.request = open.request;
  act.behalf = open.behalf;
  return open;
}

/** Reads sectors of the file into a page of the disk, or into whole pages from it on. */
function readInto(act: Act, open: OpenJob, fileSector: number, sectors: number, page: number, at: number): void {
  const pieces = Math.ceil((at + sectors * SECTOR) / 4096);
  const list = act.pageForWrite(open.disk.firstPage);
  putMdlHeader(list, READ_MDL_AT, pieces);
  let left = sectors * SECTOR;
  for (let i = 0; i < pieces; i++) {
    const length = Math.min(left, 4096 - at);
    putMdlPiece(list, READ_MDL_AT, i, page + i, at, length);
    left -= length;
    at = 0;
  }
  const span = mdlSpan(READ_MDL_AT, pieces);
  act.send(ntfs.read, act.find('root/ntfs'), open.disk.fileId, fileSector, sectors, open.disk.firstPage, span, cookieOf(COOKIE_OPEN, 0));
}

/** What opening asked for has been read. */
export function openRead(self: VhdParserState, act: Act, status: number): void {
  const open = resume(self, act);
  if (status !== STATUS_SUCCESS) {
    refuse(self, act, ntStatusSentence(status));
  } else if (open.reading === TABLE && open.tableRead < open.tableSectors) {
    readTable(act, open);
  } else {
    open.have |= open.reading;
    goOnOpening(self, act, open);
  }
}

/** Runs the rules over what there is, and reads what they lack. [VHDP-1] [VHDP-2] */
function goOnOpening(self: VhdParserState, act: Act, open: OpenJob): void {
  const disk = open.disk;
  let lacking = 0;
  const opened = openVhd((offset, length) => {
    if (lacking !== 0) return null;
    const part = partAt(open, offset, length);
    if ((open.have & part) !== 0) return bytesOf(act, disk, part, length);
    lacking = part;
    return null;
  }, disk.fileSectors * SECTOR);
  if (lacking !== 0) {
    readPart(self, act, open, lacking);
  } else if (opened.kind === 'refused') {
    refuse(self, act, opened.sentence);
  } else if (opened.type === 'differencing') {
    refuse(self, act, 'This is a differencing disk; it can be used together with its parent only, so merge the two and use the result.');
  } else {
    disk.sectors = opened.sectors;
    if (opened.header !== null) {
      disk.blockSectors = opened.header.blockSize / SECTOR;
      disk.bitmapSectors = bitmapBytes(opened.header.blockSize) / SECTOR;
    }
    succeed(self, act, DISK_PAGES + tablePages(open));
  }
}

/** Which part of the file stands at a byte that the rules ask for. They ask for footers, then the header, then the table. */
function partAt(open: OpenJob, offset: number, length: number): number {
  if (offset === (open.disk.fileSectors - 1) * SECTOR) return END;
  if (offset === 0) return COPY;
  if (open.headerAt < 0) open.headerAt = offset;
  if (offset === open.headerAt) return HEADER;
  open.tableAt = offset;
  open.tableSectors = Math.ceil(length / SECTOR);
  return TABLE;
}

function bytesOf(act: Act, disk: OpenDisk, part: number, length: number): Uint8Array {
  const first = act.page(disk.firstPage);
  if (part === END) return first.slice(END_AT, END_AT + SECTOR);
  if (part === COPY) return first.slice(COPY_AT, COPY_AT + SECTOR);
  if (part === HEADER) return first.slice(HEADER_AT, HEADER_AT + 1024);
  const table = new Uint8Array(length);
  for (let at = 0; at < length; at += 4096) table.set(act.page(disk.batPage + at / 4096).subarray(0, Math.min(4096, length - at)), at);
  return table;
}

function readPart(self: VhdParserState, act: Act, open: OpenJob, part: number): void {
  const disk = open.disk;
  open.reading = part;
  if (part === END) readInto(act, open, disk.fileSectors - 1, 1, disk.firstPage, END_AT);
  else if (part === COPY) readInto(act, open, 0, 1, disk.firstPage, COPY_AT);
  else if (part === HEADER) readInto(act, open, open.headerAt / SECTOR, 2, disk.firstPage, HEADER_AT);
  else if (disk.batPage + tablePages(open) > self.pages + self.pageCount) refuse(self, act, noRoom(self, open));
  else readTable(act, open);
}

function noRoom(self: VhdParserState, open: OpenJob): string {
  const left = self.pages + self.pageCount - open.disk.batPage;
  return `The block table of this disk fills ${tablePages(open)} pages of memory and the VHD parser has ${left} left; use a smaller disk or one with larger blocks.`;
}

function tablePages(open: OpenJob): number {
  return Math.ceil(open.tableSectors / 8);
}

function readTable(act: Act, open: OpenJob): void {
  const sectors = Math.min(open.tableSectors - open.tableRead, TABLE_PAGES * 8);
  const from = open.tableAt / SECTOR + open.tableRead;
  const page = open.disk.batPage + open.tableRead / 8;
  open.tableRead += sectors;
  readInto(act, open, from, sectors, page, 0);
}
