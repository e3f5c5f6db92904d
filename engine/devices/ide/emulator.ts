/**
 * `root/vmwp/<guest>/ide`: the emulated PCI IDE function with one drive, in the worker process. Route of a read: a port write from
 * the worker process (`vmwp.portWrite`), the drive, `vhd.readUser` into root pages of its own, `vhd.doneUser`, the interrupt line
 * (`pic.line`); then the guest fetches block by block with `vmwp.portRead`. A write goes the other way: blocks by
 * `vmwp.portWriteString`, `vhd.writeUser`, the interrupt line. With DMA the data never come here: `emulator-dma.ts`. [IDE-1] to [IDE-16]
 *
 * Its pages: one for the list of pages (at 0) and the IDENTIFY data (at 512), sixteen for sectors.
 */
import { vmwp } from '../../root/user/hops.ts';
import { vhd } from '../../root/kernel/storage-hops.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { copyBytes, get16, get32 } from '../../wire/bytes.ts';
import { mdlSpan, putMdlHeader, putMdlPiece, spanLength, spanOf, spanOffset } from '../../wire/mdl.ts';
import { pic } from '../pic/hops.ts';
import { isBusMasterPort } from './bus-master-registers.ts';
import { interrupts, readBusMaster, writeBusMaster } from './bus-master.ts';
import {
  identifyBuffer, insertDisk, line, putData, readEnded, readRegister, SECTOR_BYTES, status, takeData, transferBegins, wantsDma, whyLow, writeEnded,
  writeRegister,
} from './drive.ts';
import { dmaDone, regionsKnown, startDma } from './emulator-dma.ts';
import { bufferPages, newIde, theirs, type IdeState } from './emulator-state.ts';
import { ide } from './hops.ts';
import { DATA, ideChannel, IRQ_PRIMARY, putIdentify, STATUS_NO_DRIVE } from './registers.ts';

export { idePages } from './emulator-state.ts';

const identifyAt = 512;

/** What has to be done after any access: the line, and data for the drive's buffer or a bus master. */
function settle(self: IdeState, act: Act): void {
  const { drive } = self;
  tellLine(self, act);
  if (self.leaving !== 0) return;
  if (drive.reading === 0 && drive.want > 0) startRead(self, act);
  else if (drive.reading === 0 && drive.store > 0) startWrite(self, act);
  else if (startDma(self, act)) tellLine(self, act);
}

/** Tells the 8259 the level of the line if it has changed, and the bus master that the drive interrupts. */
function tellLine(self: IdeState, act: Act): void {
  const level = line(self.drive);
  if (level === 1) interrupts(self.masters[0]!);
  if (level === self.line) return;
  self.line = level;
  act.send(pic.line, self.pic, IRQ_PRIMARY, level, level === 1 ? 0 : whyLow(self.drive));
}

/** Lists `sectors` sectors of the buffer from page `first` of it on; returns the span of the list. */
function listBuffer(self: IdeState, act: Act, first: number, sectors: number): number {
  const pieces = Math.ceil((sectors * SECTOR_BYTES) / 4096);
  const list = act.pageForWrite(self.page);
  putMdlHeader(list, 0, pieces);
  for (let i = 0; i < pieces; i++) putMdlPiece(list, 0, i, self.page + 1 + first + i, 0, Math.min(4096, sectors * SECTOR_BYTES - i * 4096));
  return mdlSpan(0, pieces);
}

/** Asks the VHD parser for the next sectors: a page of them in turn, or a whole DRQ block. [IDE-12] */
function startRead(self: IdeState, act: Act): void {
  const sectors = transferBegins(self.drive);
  self.target = self.drive.block === 1 ? self.target ^ 1 : 0;
  self.asked = sectors;
  const span = listBuffer(self, act, self.target, sectors);
  theirs(self, act, () => act.send(vhd.readUser, self.parser, self.handle, self.drive.nextLba, sectors, self.page, span, 0));
}

/** Has the VHD parser store the full DRQ block. [IDE-15] */
function startWrite(self: IdeState, act: Act): void {
  const sectors = transferBegins(self.drive);
  self.asked = sectors;
  const span = listBuffer(self, act, 0, sectors);
  theirs(self, act, () => act.send(vhd.writeUser, self.parser, self.handle, self.drive.nextLba, sectors, self.page, span, 0));
}

/** The VM is being turned off: the VHD file is given back when nothing of it is under way. [IDE-20] */
function closeWhenQuiet(self: IdeState, act: Act): void {
  if (self.leaving === 0 || self.drive.reading !== 0 || self.dma !== 0) return;
  act.request = self.leaveRequest;
  act.origin = 0;
  if (self.handle === 0) return act.send(ide.detached, self.worker);
  act.send(vhd.closeUser, self.parser, self.handle, 0);
  self.handle = 0;
}

/** Value of a data access that finds no DRQ block: all ones but bit 7, which no drive may pull up. */
function floating(size: number): number {
  return size === 1 ? 0x7f : size === 2 ? 0xff7f : 0xffff_ff7f;
}

/** Root page and offset of the next byte of the DRQ block. */
function blockPage(self: IdeState): number {
  const { buffer, at } = self.drive;
  return buffer === identifyBuffer ? self.page : self.page + 1 + buffer + (at >>> 12);
}

function blockOffset(self: IdeState): number {
  const { buffer, at } = self.drive;
  return buffer === identifyBuffer ? identifyAt + at : at & 0xfff;
}

/** Reads the data register; answers a value, and for a string instruction where the bytes lie. [IDE-10] */
function readData(self: IdeState, hop: HopView, act: Act): void {
  const size = hop.a0 >>> 16;
  const page = blockPage(self);
  const offset = blockOffset(self);
  const taken = takeData(self.drive, size * hop.a1);
  settle(self, act);
  if (taken > 0) act.origin = self.filledBy;
  const whole = hop.a1 === 1;
  const value = whole && taken > 0 ? valueAt(act, page, offset, size, taken) : floating(size);
  if (whole || taken === 0) act.send(vmwp.portDone, hop.from, value, 0, 0, hop.a0);
  else act.send(vmwp.portDone, hop.from, value, page, spanOf(offset, taken), hop.a0);
}

function valueAt(act: Act, page: number, offset: number, size: number, there: number): number {
  if (there < size || offset + size > 4096) {
    let value = floating(size);
    for (let i = 0; i < there; i++) {
      const at = offset + i;
      value = (value & ~(0xff << (8 * i))) | (act.page(page + (at >>> 12))[at & 0xfff]! << (8 * i));
    }
    return value >>> 0;
  }
  const bytes = act.page(page);
  return size === 1 ? bytes[offset]! : size === 2 ? get16(bytes, offset) : get32(bytes, offset);
}

/** Copies bytes of a root page of the worker process into the DRQ block, as far as there is room. [IDE-15] */
function fillBlock(self: IdeState, act: Act, page: number, offset: number, length: number): void {
  for (let done = 0; done < length; ) {
    const to = blockPage(self);
    const at = blockOffset(self);
    const part = putData(self.drive, Math.min(length - done, 4096 - at));
    if (part === 0) return;
    copyBytes(act.pageForWrite(to), at, act.page(page), offset + done, part);
    done += part;
  }
}

function writeValue(self: IdeState, act: Act, size: number, value: number): void {
  for (let i = 0; i < size; i++) {
    const to = blockPage(self);
    const at = blockOffset(self);
    if (putData(self.drive, 1) === 1) act.pageForWrite(to)[at] = (value >>> (8 * i)) & 0xff;
  }
}

/** One element of a write to any of the ports. */
function writePort(self: IdeState, act: Act, port: number, size: number, value: number): void {
  if (isBusMasterPort(port)) writeBusMaster(self.masters[(port >>> 3) & 1]!, port & 7, size, value);
  else if (port === DATA) writeValue(self, act, size, value);
  else if (ideChannel(port) === 0) writeRegister(self.drive, port, value & 0xff);
}

/** What an access of the guest has set going serves whoever made the access. */
function takeRequest(self: IdeState, hop: HopView, act: Act): void {
  const { drive } = self;
  if (drive.want === 0 && drive.store === 0 && !wantsDma(drive)) return;
  self.request = hop.request;
  self.behalf = act.behalf;
}

function readPort(self: IdeState, port: number, size: number): number {
  if (isBusMasterPort(port)) return readBusMaster(self.masters[(port >>> 3) & 1]!, port & 7, size);
  // Channel 1 has no drives at all.
  return ideChannel(port) === 0 ? readRegister(self.drive, port) : STATUS_NO_DRIVE;
}

export const ideEmulator = component<IdeState>({
  name: 'ide',
  title: 'IDE emulator',
  about: 'The IDE channel and the hard drive that a guest without enlightenments believes in: registers and a state machine in the worker process, with a VHD file behind them.',
  place: 'root-user',
  sources: ['OVM ide/src/drive/hard_drive.rs', 'OVM ide/src/lib.rs', 'ATA 6', 'COR 22'],
  initial: newIde,
  on: {
    'ide.attach': (self, hop, act) => {
      self.worker = hop.from;
      self.partition = hop.a1;
      const path = act.pathOf(act.self);
      self.pic = act.find(`${path.slice(0, path.lastIndexOf('/'))}/pic`);
      self.parser = act.find('root/vhdparser');
      self.attachRequest = hop.request;
      act.send(vhd.openUser, self.parser, hop.a0, 0);
    },

    'vhd.openedUser': (self, hop, act) => {
      act.request = self.attachRequest;
      self.handle = hop.a1;
      if (self.handle === 0) {
        act.send(ide.attached, self.worker, 1, 0, hop.a3);
        return;
      }
      insertDisk(self.drive, hop.a2);
      const page = act.pageForWrite(self.page);
      putIdentify(page.subarray(identifyAt), hop.a2, 0);
      act.send(ide.attached, self.worker, 0, hop.a2);
    },

    'vmwp.portWrite': (self, hop, act) => {
      writePort(self, act, hop.a0 & 0xffff, hop.a0 >>> 16, hop.a1);
      takeRequest(self, hop, act);
      settle(self, act);
      act.send(vmwp.portDone, hop.from, 0, 0, 0, hop.a0, 1);
    },

    'vmwp.portWriteString': (self, hop, act) => {
      const port = hop.a0 & 0xffff;
      const size = hop.a0 >>> 16;
      const offset = spanOffset(hop.a3);
      if (port === DATA) fillBlock(self, act, hop.a2, offset, spanLength(hop.a3));
      else {
        for (let i = 0; i < hop.a1; i++) {
          const bytes = act.page(hop.a2);
          const at = offset + i * size;
          writePort(self, act, port, size, size === 1 ? bytes[at]! : size === 2 ? get16(bytes, at) : get32(bytes, at));
        }
      }
      takeRequest(self, hop, act);
      settle(self, act);
      act.send(vmwp.portDone, hop.from, 0, 0, 0, hop.a0, 2);
    },

    'vmwp.portRead': (self, hop, act) => {
      const port = hop.a0 & 0xffff;
      if (port === DATA) {
        readData(self, hop, act);
        return;
      }
      const value = readPort(self, port, hop.a0 >>> 16);
      settle(self, act);
      act.send(vmwp.portDone, hop.from, value, 0, 0, hop.a0);
    },

    'ide.regions': regionsKnown,

    'vhd.doneUser': (self, hop, act) => {
      act.request = self.request;
      act.behalf = self.behalf;
      const failed = hop.a1 !== 0;
      const awaited = self.dma === 1 ? dmaDone(self, failed) : hop.a3 === 1 ? writeEnded(self.drive, self.asked, failed) : readEnded(self.drive, self.target, self.asked, failed);
      if (awaited) self.filledBy = hop.n;
      act.origin = self.filledBy;
      settle(self, act);
      closeWhenQuiet(self, act);
    },

    'ide.detach': (self, hop, act) => {
      self.worker = hop.from;
      self.leaving = 1;
      self.leaveRequest = hop.request;
      closeWhenQuiet(self, act);
    },

    'vhd.closedUser': (self, _hop, act) => {
      act.request = self.leaveRequest;
      act.send(ide.detached, self.worker);
    },
  },
  view: (self) => ({
    status: status(self.drive),
    error: self.drive.error,
    count: self.drive.count,
    lba: [self.drive.lbaLow, self.drive.lbaMid, self.drive.lbaHigh],
    device: self.drive.device,
    control: self.drive.control,
    command: self.drive.command,
    bytesLeft: self.drive.left,
    sectorsLeft: self.drive.remaining,
    multiple: self.drive.multiple,
    busMaster: { command: self.masters[0]!.command, status: readBusMaster(self.masters[0]!, 2, 1), table: self.masters[0]!.table },
    line: self.line,
    bufferPages,
  }),
});
