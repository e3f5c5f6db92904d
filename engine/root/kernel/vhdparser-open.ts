/**
 * Opening a VHD. Runs: root kernel, part of the VHD parser. The rules are those of `openVhd` (`wire/vhd-open.ts`): it is run over
 * what has been read of the file so far; what it lacks is read from the disk, and it is run again. A differencing disk has its
 * parents opened before it (`vhdparser-chain.ts`). Opening ends with a handle, or with 0 and a sentence. [VHDP-1..6] [VHDP-17]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { mdlSpan, putMdlHeader, putMdlPiece } from '../../wire/mdl.ts';
import { ntStatusSentence, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { bitmapBytes, footerSound, hasFooterCookie } from '../../wire/vhd.ts';
import { openVhd, type VhdDisk } from '../../wire/vhd-open.ts';
import { FILE_RAW, FILE_READ_ONLY, FOR_OPENING, ntfs, REFUSED_ATTACHED, REFUSED_FILE, REFUSED_FORMAT, REFUSED_ROOM, vhd } from './storage-hops.ts';
import { cookieOf } from './vhdparser-jobs.ts';
import { beginLocators, linkParent, locatorRead, parentAnswered, type NextStep } from './vhdparser-chain.ts';
import {
  COPY_AT, createDisk, DIFFERENCING, DISK_PAGES, DYNAMIC, END_AT, FIXED, freePages, HEADER_AT, mostFreePages, RAW, SECTOR, WORK_MDL_AT,
  type OpenDisk, type OpenJob, type VhdParserState,
} from './vhdparser-state.ts';

const OPENS_MOST = 64;
/** Pages of the table that one read fills. */
const TABLE_PAGES = 16;

/** Parts of the file that have been read, as bits. */
const END = 1;
const COPY = 2;
const HEADER = 4;
const TABLE = 8;
const LOCATOR = 16;

export function takeOpen(self: VhdParserState, hop: HopView, act: Act, user: boolean): void {
  const open: OpenJob = {
    peer: hop.from, user, cookie: hop.a1, request: hop.request, behalf: act.behalf, disk: createDisk(hop.a0), chain: [], before: 0,
    have: 0, reading: 0, headerAt: -1, tableAt: -1, tableSectors: 0, tableRead: 0, locator: -1, names: [],
  };
  if (self.opens.length >= OPENS_MOST) {
    answer(act, open, 0, 0, 'Too many VHD files are being opened at once.', REFUSED_ROOM);
    return;
  }
  self.opens.push(open);
  if (self.opens.length === 1) begin(self, act);
}

/** Begins the first open of the list. */
function begin(self: VhdParserState, act: Act): void {
  const open = self.opens[0];
  act.request = open.request;
  act.behalf = open.behalf;
  open.before = self.disks.length;
  const has = self.disks.findIndex((d) => d !== null && d.fileId === open.disk.fileId);
  if (has >= 0) openAgain(self, act, open, has + 1);
  else beginFile(self, act, open);
}

/** The devices of one virtual machine share its disk; nobody else may have it. [VHDP-17] */
function openAgain(self: VhdParserState, act: Act, open: OpenJob, handle: number): void {
  const disk = self.disks[handle - 1]!;
  if (disk.children > 0) {
    refuse(self, act, `VHD file ${disk.fileId} is the parent of a differencing disk that is in use, and writing to it would destroy its children; give this machine a copy of the file.`, REFUSED_ATTACHED);
  } else if (disk.owner === 0 || disk.owner !== open.behalf) {
    refuse(self, act, `VHD file ${disk.fileId} is attached to another virtual machine for writing; turn that one off first, or give this one a copy of the file.`, REFUSED_ATTACHED);
  } else {
    disk.attached += 1;
    self.opens.shift();
    answer(act, open, handle, disk.sectors, disk.notice, 0);
    next(self, act);
  }
}

/** Begins to read the file of `open.disk`. */
function beginFile(self: VhdParserState, act: Act, open: OpenJob): void {
  open.have = open.tableRead = open.tableSectors = 0;
  open.headerAt = open.tableAt = open.locator = -1;
  open.names = [];
  const page = freePages(self, DISK_PAGES);
  if (page < 0) {
    refuse(self, act, 'The VHD parser has no memory left for another disk; use fewer disks.', REFUSED_ROOM);
    return;
  }
  open.disk.firstPage = page;
  act.send(ntfs.open, act.find('root/ntfs'), open.disk.fileId, cookieOf(FOR_OPENING, 0));
}

function answer(act: Act, open: OpenJob, handle: number, sectors: number, says: string, reason: number): void {
  act.request = open.request;
  act.behalf = open.behalf;
  act.send(open.user ? vhd.openedUser : vhd.opened, open.peer, open.cookie, handle, sectors, says === '' ? 0 : act.text(says), reason);
}

/** Ends the open at work without a handle; what it had opened on the way is closed again. */
function refuse(self: VhdParserState, act: Act, sentence: string, reason: number): void {
  const open = self.opens.shift()!;
  for (let i = open.before; i < self.disks.length; i++) {
    const parent = self.disks[i]?.parent ?? 0;
    if (parent > 0) self.disks[parent - 1]!.children -= 1;
  }
  self.disks.length = open.before;
  answer(act, open, 0, 0, sentence, reason);
  next(self, act);
}

function next(self: VhdParserState, act: Act): void {
  if (self.opens.length > 0) begin(self, act);
}

/** The disk is whole: it is the parent of the one before it in the chain, or what was asked for. */
function succeed(self: VhdParserState, act: Act, open: OpenJob): void {
  const { disk } = open;
  const handle = keepDisk(self, disk, open.chain.length > 0);
  const child = open.chain.pop();
  if (child !== undefined) {
    open.disk = child;
    perform(self, act, open, linkParent(self, act, open, handle));
    return;
  }
  disk.owner = open.behalf;
  disk.attached = 1;
  self.opens.shift();
  answer(act, open, handle, disk.sectors, disk.notice, 0);
  next(self, act);
}

/** Gives a disk its handle: a closed one's is used again, but not for a parent, which goes when the open fails. */
function keepDisk(self: VhdParserState, disk: OpenDisk, asParent: boolean): number {
  const free = asParent ? -1 : self.disks.indexOf(null);
  if (free >= 0) {
    self.disks[free] = disk;
    return free + 1;
  }
  self.disks.push(disk);
  return self.disks.length;
}

/** Does what finding the parent needs next. */
function perform(self: VhdParserState, act: Act, open: OpenJob, next: NextStep): void {
  switch (next.step) {
    case 'wait': return;
    case 'done': return succeed(self, act, open);
    case 'refuse': return refuse(self, act, next.sentence, next.reason);
    case 'read-locator': return readLocator(act, open, next.offset, next.sectors);
    case 'link': return perform(self, act, open, linkParent(self, act, open, next.which));
    case 'open':
      open.chain.push(open.disk);
      open.disk = createDisk(next.which);
      beginFile(self, act, open);
  }
}

export function parentFound(self: VhdParserState, hop: HopView, act: Act): void {
  const open = resume(self, act);
  perform(self, act, open, parentAnswered(self, hop, act, open));
}

/** NTFS has answered with the length of the file. */
export function openedFile(self: VhdParserState, hop: HopView, act: Act): void {
  const open = resume(self, act);
  const { disk } = open;
  disk.fileSectors = hop.a2;
  disk.readOnly = (hop.a3 & FILE_READ_ONLY) !== 0;
  if (hop.a1 !== STATUS_SUCCESS) {
    refuse(self, act, ntStatusSentence(hop.a1), REFUSED_FILE);
  } else if ((hop.a3 & FILE_RAW) !== 0) {
    disk.kind = RAW;
    disk.sectors = hop.a2;
    succeed(self, act, open);
  } else {
    goOnOpening(self, act, open);
  }
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
  putMdlHeader(list, WORK_MDL_AT, pieces);
  let left = sectors * SECTOR;
  for (let i = 0; i < pieces; i++) {
    const length = Math.min(left, 4096 - at);
    putMdlPiece(list, WORK_MDL_AT, i, page + i, at, length);
    left -= length;
    at = 0;
  }
  const span = mdlSpan(WORK_MDL_AT, pieces);
  act.send(ntfs.read, act.find('root/ntfs'), open.disk.fileId, fileSector, sectors, open.disk.firstPage, span, cookieOf(FOR_OPENING, 0));
}

/** What opening asked for has been read. */
export function openRead(self: VhdParserState, act: Act, status: number): void {
  const open = resume(self, act);
  if (status !== STATUS_SUCCESS) refuse(self, act, ntStatusSentence(status), REFUSED_FILE);
  else if (open.reading === LOCATOR) perform(self, act, open, locatorRead(act, open));
  else if (open.reading === TABLE && open.tableRead < open.tableSectors) readTable(act, open);
  else {
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
    refuse(self, act, opened.sentence, REFUSED_FORMAT);
  } else {
    takeStructures(act, open, opened);
    if (disk.kind === DIFFERENCING) perform(self, act, open, beginLocators(act, open));
    else succeed(self, act, open);
  }
}

/** What the structures say goes into the disk's record; a sound footer stands at END_AT from here on. */
function takeStructures(act: Act, open: OpenJob, opened: VhdDisk): void {
  const { disk } = open;
  disk.kind = opened.type === 'fixed' ? FIXED : opened.type === 'dynamic' ? DYNAMIC : DIFFERENCING;
  disk.sectors = opened.sectors;
  disk.uniqueId = opened.footer.uniqueId;
  disk.timeStamp = opened.footer.timeStamp;
  disk.notice = opened.notice;
  const page = act.page(disk.firstPage);
  disk.end = hasFooterCookie(page, END_AT) ? disk.fileSectors - 1 : disk.fileSectors;
  if (opened.header === null) return;
  disk.blockSectors = opened.header.blockSize / SECTOR;
  disk.bitmapSectors = bitmapBytes(opened.header.blockSize) / SECTOR;
  disk.tableAt = opened.header.tableOffset / SECTOR;
  if (!footerSound(page, END_AT)) act.pageForWrite(disk.firstPage).copyWithin(END_AT, COPY_AT, COPY_AT + SECTOR);
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
  else beginTable(self, act, open);
}

/** Reads the text of a parent locator: as much of it as one page holds, into the pages of the bitmaps, which are not used yet. */
function readLocator(act: Act, open: OpenJob, offset: number, sectors: number): void {
  open.reading = LOCATOR;
  readInto(act, open, offset / SECTOR, sectors, open.disk.firstPage + 1, 0);
}

function beginTable(self: VhdParserState, act: Act, open: OpenJob): void {
  const pages = Math.ceil(open.tableSectors / 8);
  const page = freePages(self, pages);
  if (page < 0) {
    const left = mostFreePages(self);
    refuse(self, act, `The block table of this disk fills ${pages} pages of memory and the VHD parser has ${left} left; use a smaller disk or one with larger blocks.`, REFUSED_ROOM);
    return;
  }
  open.disk.batPage = page;
  open.disk.batPages = pages;
  readTable(act, open);
}

function readTable(act: Act, open: OpenJob): void {
  const sectors = Math.min(open.tableSectors - open.tableRead, TABLE_PAGES * 8);
  const from = open.tableAt / SECTOR + open.tableRead;
  const page = open.disk.batPage + open.tableRead / 8;
  open.tableRead += sectors;
  readInto(act, open, from, sectors, page, 0);
}
