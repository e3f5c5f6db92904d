/**
 * Raw requests of applications, part of `<guest>/fs`: sectors past file system and cache. Route: `raw.request` -> `block.read`,
 * `block.write`, `block.readMany` or `block.writeMany`, as length and driver ask for, part after part -> `raw.done`.
 *
 * A request of more than 8 sectors names its pages in a list in one of two pages of the kernel. [RAW-1..4]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { mdlSpan, putMdlHeader, putMdlPiece, spanOf } from '../../wire/mdl.ts';
import {
  STATUS_DEVICE_NOT_READY, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_IO_DEVICE_ERROR, STATUS_MEDIA_WRITE_PROTECTED, STATUS_NONEXISTENT_SECTOR,
  STATUS_SUCCESS,
} from '../../wire/ntstatus.ts';
import { block } from './hops.ts';
import { raw, RAW_SECTORS_MAX, RAW_SLOTS, RAW_WRITE } from './raw-hops.ts';

const SECTOR = 512;
/** Sectors of a page, and of a request that needs no list. */
const PAGE_SECTORS = 8;
/** Bytes kept for one list: 16 pages and room to spare. */
const LIST_BYTES = 256;
const LISTS_PER_PAGE = 4096 / LIST_BYTES;

/** Cookies of raw requests at the storage driver begin here; below are those of the cache. */
export const RAW_COOKIES = 0x4000_0000;

interface RawRequest {
  peer: number;
  op: number;
  lba: number;
  sectors: number;
  buffer: number;
  cookie: number;
  request: number;
  behalf: number;
  /** Sectors done, and sectors of the part under way. */
  done: number;
  part: number;
}

export interface RawState {
  /** First of RAW_PAGES guest pages. */
  pages: number;
  /** The storage driver, -1 before it has reported; sectors of its disk; sectors of one long request, 0 from one that takes only short reads. */
  driver: number;
  sectors: number;
  most: number;
  slots: (RawRequest | null)[];
  completed: number;
}

export function createRaw(pages: number): RawState {
  return { pages, driver: -1, sectors: 0, most: 0, slots: [], completed: 0 };
}

/** `block.info` */
export function rawDiskFound(self: RawState, hop: HopView): void {
  self.driver = hop.from;
  self.sectors = hop.a0;
  self.most = Math.min(RAW_SECTORS_MAX, hop.a2);
}

export function rawOpen(self: RawState, hop: HopView, act: Act): void {
  act.send(raw.opened, hop.from, self.driver < 0 ? STATUS_DEVICE_NOT_READY : STATUS_SUCCESS, self.sectors);
}

/** [RAW-1] */
export function rawRequest(self: RawState, hop: HopView, act: Act): void {
  const slot = freeSlot(self);
  const refusal = refusalOf(self, hop, slot);
  if (refusal !== STATUS_SUCCESS) {
    act.send(raw.done, hop.from, hop.a4, refusal, 0, hop.a3, 0);
    return;
  }
  self.slots[slot] = {
    peer: hop.from, op: hop.a0, lba: hop.a1, sectors: hop.a2, buffer: hop.a3, cookie: hop.a4, request: hop.request, behalf: act.behalf, done: 0, part: 0,
  };
  sendPart(self, slot, act);
}

function freeSlot(self: RawState): number {
  const free = self.slots.indexOf(null);
  if (free >= 0) return free;
  return self.slots.length < RAW_SLOTS ? self.slots.push(null) - 1 : -1;
}

function refusalOf(self: RawState, hop: HopView, slot: number): number {
  if (self.driver < 0) return STATUS_DEVICE_NOT_READY;
  if (slot < 0) return STATUS_INSUFFICIENT_RESOURCES;
  if (hop.a0 > RAW_WRITE || hop.a2 < 1 || hop.a2 > RAW_SECTORS_MAX) return STATUS_INVALID_PARAMETER;
  if (hop.a1 + hop.a2 > self.sectors) return STATUS_NONEXISTENT_SECTOR;
  return hop.a0 === RAW_WRITE && self.most === 0 ? STATUS_MEDIA_WRITE_PROTECTED : STATUS_SUCCESS;
}

/** The next part of a request: as much as the driver takes at once. [RAW-2] */
function sendPart(self: RawState, slot: number, act: Act): void {
  const r = self.slots[slot]!;
  r.part = Math.min(r.sectors - r.done, Math.max(PAGE_SECTORS, self.most));
  const { driver } = self;
  const page = r.buffer + r.done / PAGE_SECTORS;
  const writes = r.op === RAW_WRITE;
  act.request = r.request;
  act.behalf = r.behalf;
  if (r.part <= PAGE_SECTORS) {
    act.send(writes ? block.write : block.read, driver, r.lba + r.done, r.part, page, spanOf(0, r.part * SECTOR), RAW_COOKIES + slot);
    return;
  }
  const listPage = self.pages + Math.floor(slot / LISTS_PER_PAGE);
  const at = (slot % LISTS_PER_PAGE) * LIST_BYTES;
  const pieces = Math.ceil(r.part / PAGE_SECTORS);
  const list = act.pageForWrite(listPage);
  putMdlHeader(list, at, pieces);
  for (let i = 0; i < pieces; i++) putMdlPiece(list, at, i, page + i, 0, Math.min(PAGE_SECTORS, r.part - i * PAGE_SECTORS) * SECTOR);
  act.send(writes ? block.writeMany : block.readMany, driver, r.lba + r.done, r.part, listPage, mdlSpan(at, pieces), RAW_COOKIES + slot);
}

/** The driver has ended a part. [RAW-3] */
export function rawPartDone(self: RawState, hop: HopView, act: Act): void {
  const slot = hop.a0 - RAW_COOKIES;
  const r = self.slots[slot] ?? null;
  act.assert(r !== null, 'The storage driver ends a part of a raw request.');
  if (hop.a1 === 0) r.done += r.part;
  if (hop.a1 === 0 && r.done < r.sectors) {
    sendPart(self, slot, act);
    return;
  }
  self.slots[slot] = null;
  self.completed += 1;
  act.request = r.request;
  act.behalf = r.behalf;
  const bytes = r.done * SECTOR;
  act.send(raw.done, r.peer, r.cookie, hop.a1 === 0 ? STATUS_SUCCESS : STATUS_IO_DEVICE_ERROR, bytes, r.buffer, spanOf(0, Math.min(bytes, 4096)));
}
