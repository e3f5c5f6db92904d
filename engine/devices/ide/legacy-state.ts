/** What the guest's ATA driver remembers, and the pieces of memory of the request it serves. */
import type { Act } from '../../sim/act.ts';
import type { Plain } from '../../sim/component.ts';
import { mdlLength, mdlPiecePage, mdlPieces, mdlPieceSpan, spanLength, spanOf, spanOffset } from '../../wire/mdl.ts';

export const SECTOR_BYTES = 512;
/** Guest pages the component uses, from the first one in its configuration: the IDENTIFY data, and the table of a bus master. */
export const ataPages = 2;
/** Most sectors of one request. */
export const sectorsMost = 128;

/** What the driver is busy with. */
export const idle = 0;
export const starting = 1;
export const identifying = 2;
export const settingMode = 3;
export const serving = 4;

export interface AtaConfig {
  readonly pages: number;
  readonly polled?: boolean;
  readonly dma?: boolean;
  readonly multiple?: boolean;
  readonly lba48?: boolean;
  readonly extraAccesses?: number;
  readonly lean?: boolean;
}

export interface Request {
  [key: string]: number;
  from: number;
  write: number;
  /** 1: page and span name a list of pages. */
  many: number;
  lba: number;
  sectors: number;
  page: number;
  span: number;
  cookie: number;
  request: number;
  behalf: number;
}

export interface AtaState {
  [key: string]: Plain;
  polled: boolean;
  dma: boolean;
  multiple: boolean;
  lba48: boolean;
  lean: boolean;
  extraAccesses: number;
  /** Its first page, and the components it talks to. */
  page: number;
  kernel: number;
  fs: number;
  intercepts: number;
  /** Of IRQ 14. */
  vector: number;
  busy: number;
  /** Step of the initialisation, or of setting up a command. */
  step: number;
  /** The request being served, and those that wait. */
  current: Request;
  waiting: Request[];
  /** Bytes of the request that finished string instructions have moved, bytes of the DRQ block still to be moved, and of the instruction at work. */
  done: number;
  blockLeft: number;
  moving: number;
  /** It is a plain IN, whose word the driver stores itself. */
  plain: boolean;
  /** The thread is at work on something in which the service routine must not meddle, and whether it came meanwhile; whether it is at work itself. */
  held: boolean;
  missed: boolean;
  inIsr: boolean;
  /** Accesses for nothing still to be made, the result they hold up, and what the bus master's status was. */
  extra: number;
  result: number;
  masterStatus: number;
  /** What the registers hold as far as the driver knows, -1 where it does not: count, device, table pointer; for a lean driver. */
  knownCount: number;
  knownDevice: number;
  knownTable: number;
  /** By IDENTIFY DEVICE: capacity, whether there are 48-bit commands, sectors of a block of the MULTIPLE commands; error register of the last failure. */
  capacity: number;
  has48: boolean;
  block: number;
  lastError: number;
}

export const nobody: Request = { from: -1, write: 0, many: 0, lba: 0, sectors: 0, page: 0, span: 0, cookie: 0, request: 0, behalf: 0 };

export function newAta(config: AtaConfig): AtaState {
  return {
    polled: config.polled === true, dma: config.dma === true, multiple: config.multiple === true, lba48: config.lba48 === true, lean: config.lean === true,
    extraAccesses: config.extraAccesses ?? 0, page: config.pages, kernel: -1, fs: -1, intercepts: -1, vector: 0, busy: idle, step: 0, current: { ...nobody }, waiting: [],
    done: 0, blockLeft: 0, moving: 0, plain: false, held: false, missed: false, inIsr: false, extra: 0, result: 0, masterStatus: 0, knownCount: -1, knownDevice: -1, knownTable: -1,
    capacity: 0, has48: false, block: 1, lastError: 0,
  };
}

/** Bytes the current request moves. */
export function totalBytes(self: AtaState): number {
  return self.busy === serving ? self.current.sectors * SECTOR_BYTES : SECTOR_BYTES;
}

/** A piece of the memory of a request: guest page, offset, bytes to its end. One object, used within one handler. */
const piece = { page: 0, offset: 0, bytes: 0 };

/** The piece in which byte `at` of the current request lies; for IDENTIFY the driver's own page. */
export function pieceAt(self: AtaState, act: Act, at: number): typeof piece {
  const { current } = self;
  if (self.busy !== serving) return set(self.page, at, SECTOR_BYTES - at);
  if (current.many === 0) return set(current.page, spanOffset(current.span) + at, totalBytes(self) - at);
  const list = act.page(current.page);
  const from = spanOffset(current.span);
  let skipped = 0;
  for (let i = 0; i < mdlPieces(list, from); i++) {
    const span = mdlPieceSpan(list, from, i);
    const length = spanLength(span);
    if (at < skipped + length) return set(mdlPiecePage(list, from, i), spanOffset(span) + at - skipped, skipped + length - at);
    skipped += length;
  }
  return set(self.page, 0, 0);
}

function set(page: number, offset: number, bytes: number): typeof piece {
  piece.page = page;
  piece.offset = offset;
  piece.bytes = bytes;
  return piece;
}

/** Whether a request names memory for all of its sectors, in pieces of whole words. [ATADRV-6] */
export function fits(request: Request, act: Act): boolean {
  const bytes = request.sectors * SECTOR_BYTES;
  if (request.many === 0) {
    const offset = spanOffset(request.span);
    return request.sectors > 0 && bytes <= spanLength(request.span) && offset + bytes <= 4096 && offset % 2 === 0;
  }
  if (request.sectors < 1 || request.sectors > sectorsMost) return false;
  const list = act.page(request.page);
  const from = spanOffset(request.span);
  if (mdlLength(list, request.span) !== bytes) return false;
  for (let i = 0; i < mdlPieces(list, from); i++) if ((mdlPieceSpan(list, from, i) & 0x1001) !== 0) return false;
  return true;
}

/** Span of `bytes` bytes from `offset` on. */
export function spanFrom(offset: number, bytes: number): number {
  return spanOf(offset, bytes);
}
