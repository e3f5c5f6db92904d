/**
 * The data phase of the guest's ATA driver: DRQ blocks by string instructions, in the service routine, in the thread or after a
 * poll; and the end of a DMA command. Every access ends this handler; `pio.resume` brings the next. [ATADRV-4] [ATADRV-5] [ATADRV-12] [ATADRV-14]
 */
import { pio } from '../../hypervisor/hops.ts';
import type { Act } from '../../sim/act.ts';
import { put16 } from '../../wire/bytes.ts';
import { BM_COMMAND, BM_ERROR, BM_INTERRUPT, BM_STATUS, busMasterPort } from './bus-master-registers.ts';
import { read, readMaster, write } from './legacy-access.ts';
import { direction, usesMultiple } from './legacy-commands.ts';
import { finish, leave, release } from './legacy-ends.ts';
import { ripOf, sites } from './legacy-sites.ts';
import { identifying, pieceAt, SECTOR_BYTES, serving, settingMode, spanFrom, totalBytes, type AtaState } from './legacy-state.ts';
import { DATA, ERROR, STATUS, STATUS_BSY, STATUS_DRQ, STATUS_ERR } from './registers.ts';

const BYTE = 1 << 16;
const WORD = 2 << 16;

// --- DRQ blocks ---------------------------------------------------------------------------------------------------------

/** The drive has a block ready, or room for one: it begins with the first piece of memory that belongs to it. */
function startBlock(self: AtaState, act: Act, site: number): void {
  const most = self.busy === serving && usesMultiple(self) ? self.block * SECTOR_BYTES : SECTOR_BYTES;
  self.blockLeft = Math.min(most, totalBytes(self) - self.done);
  moveNext(self, act, site);
}

/** One REP INSW or REP OUTSW for the next piece of memory. */
function moveNext(self: AtaState, act: Act, site: number): void {
  const { bytes } = pieceAt(self, act, self.done);
  self.moving = Math.min(bytes, self.blockLeft);
  execute(self, act, site, self.moving / 2);
}

/** The string instruction at `site` with so many words to go; a single word is read by a plain IN. */
function execute(self: AtaState, act: Act, site: number, words: number): void {
  const { page, offset } = pieceAt(self, act, self.done + self.moving - 2 * words);
  const out = self.busy === serving && self.current.write === 1;
  self.plain = !out && words === 1;
  act.send(out ? pio.writeString : pio.read, self.intercepts, DATA | WORD, words, ripOf(site), page, spanFrom(offset, 2 * words));
}

/** The processor is behind a data instruction, or still at it because the root has moved 1024 of its words: then it exits once more. */
export function moved(self: AtaState, act: Act, site: number, value: number, left: number): void {
  if (left > 0) return execute(self, act, site, left);
  if (self.plain) storeWord(self, act, value);
  self.done += self.moving;
  self.blockLeft -= self.moving;
  self.moving = 0;
  if (self.blockLeft > 0) moveNext(self, act, site);
  else blockDone(self, act, site);
}

function storeWord(self: AtaState, act: Act, value: number): void {
  const { page, offset } = pieceAt(self, act, self.done + self.moving - 2);
  put16(act.pageForWrite(page), offset, value & 0xffff);
}

function blockDone(self: AtaState, act: Act, site: number): void {
  const all = self.done >= totalBytes(self);
  switch (site) {
    case sites.isrData:
      return all ? finish(self, act, 0) : leave(self, act, -1);
    case sites.isrWrite:
      return leave(self, act, -1);
    case sites.pollData:
      return read(self, act, all ? sites.finalStatus : sites.pollStatus, STATUS);
    case sites.pollWrite:
      return read(self, act, sites.pollStatus, STATUS);
    default:
      return release(self, act);
  }
}

// --- status --------------------------------------------------------------------------------------------------------------

/** Polling. [ATADRV-5] */
export function onPollStatus(self: AtaState, act: Act, status: number): void {
  if (status & STATUS_BSY) return read(self, act, sites.pollStatus, STATUS);
  if (self.dma && self.busy === serving) {
    self.masterStatus = status << 8;
    return readMaster(self, act);
  }
  if (status & STATUS_ERR) return read(self, act, sites.pollError, ERROR);
  if (self.busy === settingMode) return finish(self, act, 0);
  const out = self.busy === serving && self.current.write === 1;
  if (status & STATUS_DRQ) return startBlock(self, act, out ? sites.pollWrite : sites.pollData);
  if (out && self.done >= totalBytes(self)) return finish(self, act, 0);
  read(self, act, sites.pollError, ERROR);
}

/** The status that the service routine has read. An interrupt without a command is not this driver's. [ATADRV-4] */
export function onIsrStatus(self: AtaState, act: Act, status: number): void {
  if (self.busy < identifying || status & STATUS_BSY) return leave(self, act, -1);
  if (status & STATUS_ERR) return read(self, act, sites.isrError, ERROR);
  if (self.busy === settingMode) return leave(self, act, 0);
  const out = self.busy === serving && self.current.write === 1;
  if (status & STATUS_DRQ) return startBlock(self, act, out ? sites.isrWrite : sites.isrData);
  if (out && self.done >= totalBytes(self)) return finish(self, act, 0);
  leave(self, act, -1);
}

/** Interrupt-driven, the thread gives the drive the first block of a write: no interrupt asks for it. [ATADRV-12] */
export function onWriteReady(self: AtaState, act: Act, status: number): void {
  if (status & STATUS_BSY) read(self, act, sites.writeReady, STATUS);
  else if (status & STATUS_DRQ) startBlock(self, act, sites.firstData);
  else read(self, act, sites.pollError, ERROR);
}

// --- DMA [ATADRV-14] ------------------------------------------------------------------------------------------------------

/** The bus master's status: without its interrupt bit the interrupt is not this driver's. */
export function onMasterStatus(self: AtaState, act: Act, value: number): void {
  if (!self.polled && (value & BM_INTERRUPT) === 0) return leave(self, act, -1);
  self.masterStatus = (self.masterStatus & 0xff00) | value;
  write(self, act, sites.bmStop, busMasterPort(BM_COMMAND) | BYTE, direction(self));
}

export function onMasterStopped(self: AtaState, act: Act): void {
  if (self.polled) clearMaster(self, act);
  else read(self, act, sites.bmDrive, STATUS);
}

export function onDriveStatus(self: AtaState, act: Act, status: number): void {
  self.masterStatus |= status << 8;
  clearMaster(self, act);
}

function clearMaster(self: AtaState, act: Act): void {
  write(self, act, sites.bmDone, busMasterPort(BM_STATUS) | BYTE, BM_INTERRUPT | (self.masterStatus & BM_ERROR));
}

/** The status of drive and bus master say how the command ended. */
export function onMasterCleared(self: AtaState, act: Act): void {
  const status = self.masterStatus >>> 8;
  if (status & STATUS_ERR) return read(self, act, self.polled ? sites.pollError : sites.isrError, ERROR);
  finish(self, act, self.masterStatus & BM_ERROR || status & STATUS_DRQ ? 1 : 0);
}
