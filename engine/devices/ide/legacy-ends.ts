/**
 * How the guest's ATA driver ends: a command, a service routine, its initialisation; and what it does with an interrupt that came
 * while the thread was at work. [ATADRV-1] [ATADRV-6] [ATADRV-7] [ATADRV-8] [ATADRV-12]
 */
import { block, gkernel } from '../../guest/kernel/hops.ts';
import type { Act } from '../../sim/act.ts';
import { ata } from './hops.ts';
import { read, readMaster, write } from './legacy-access.ts';
import { remember } from './legacy-commands.ts';
import { sites } from './legacy-sites.ts';
import { identifying, idle, sectorsMost, serving, settingMode, type AtaState } from './legacy-state.ts';
import { ALTERNATE_STATUS, identifyCapacity, identifyHas48, identifyHasDma, identifyMultiple, SECTOR_COUNT, STATUS } from './registers.ts';

const BYTE = 1 << 16;

export function serve(self: AtaState, act: Act): void {
  act.request = self.current.request;
  act.behalf = self.current.behalf;
}

/** The command has ended: the request with it, and the next one begins. [ATADRV-6] */
export function complete(self: AtaState, status: number, act: Act): void {
  serve(self, act);
  if (self.busy !== serving) return initialised(self, status, act);
  remember(self, status !== 0);
  const { from, cookie } = self.current;
  self.busy = idle;
  act.send(block.done, from, cookie, status);
  if (self.waiting.length === 0) return;
  act.request = self.waiting[0]!.request;
  act.behalf = self.waiting[0]!.behalf;
  act.send(ata.next, act.self, self.waiting.length);
}

/** IDENTIFY DEVICE has ended, or SET MULTIPLE MODE behind it, or there is no drive. [ATADRV-1] [ATADRV-11] */
function initialised(self: AtaState, status: number, act: Act): void {
  if (self.busy === identifying && status === 0) {
    const words = act.page(self.page);
    self.capacity = identifyCapacity(words);
    self.has48 = identifyHas48(words);
    self.dma = self.dma && identifyHasDma(words);
    self.block = self.multiple && self.has48 && !self.dma ? Math.min(identifyMultiple(words), sectorsMost) : 1;
    if (self.block > 1) {
      self.busy = settingMode;
      return write(self, act, sites.modeCount, SECTOR_COUNT | BYTE, self.block);
    }
  } else if (status !== 0) {
    self.block = 1;
  }
  self.busy = idle;
  if (self.capacity > 0) act.send(block.info, self.fs, self.capacity, 1, sectorsMost);
  act.send(gkernel.driverReady, self.kernel, self.capacity > 0 ? 0 : 1);
}

/** The command has ended; accesses for nothing come before anybody hears of it. [ATADRV-15] */
export function finish(self: AtaState, act: Act, result: number): void {
  self.result = result;
  if (self.extra > 0 && self.busy === serving) {
    self.extra--;
    read(self, act, sites.extraAfter, ALTERNATE_STATUS);
  } else if (self.polled) {
    complete(self, result, act);
  } else {
    leave(self, act, result);
  }
}

/** Ends the service routine, and with `status` >= 0 the command too, in a DPC. */
export function leave(self: AtaState, act: Act, status: number): void {
  if (status >= 0) act.send(ata.complete, act.self, self.current.cookie, status);
  if (self.inIsr) {
    self.inIsr = false;
    act.send(gkernel.isrDone, self.kernel, self.vector);
  } else if (status >= 0) {
    self.held = false;
    self.missed = false;
  } else {
    release(self, act);
  }
}

/** The thread is through with what the service routine must not meddle in; an interrupt that came meanwhile is served now. */
export function release(self: AtaState, act: Act): void {
  self.held = self.missed;
  self.missed = false;
  if (self.held) service(self, act);
}

/** First access of the service routine. */
export function service(self: AtaState, act: Act): void {
  if (self.busy === serving && self.dma) readMaster(self, act);
  else read(self, act, sites.isrStatus, STATUS);
}
