/**
 * `root/vmwp/<guest>/ide`: the emulated IDE channel with one drive, in the worker process. Route of a read: a port write from
 * the worker process (`vmwp.portWrite`), the drive, `vhd.readUser` into root pages of its own, `vhd.doneUser`, the interrupt
 * line (`pic.line`); then the guest fetches sector by sector with `vmwp.portRead`. [IDE-1] to [IDE-14]
 *
 * Its pages: one for the MDL (at 0) and the IDENTIFY data (at 512), two for sectors, used in turn.
 */
import { vmwp } from '../../root/user/hops.ts';
import { vhd } from '../../root/kernel/storage-hops.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView, type Plain } from '../../sim/component.ts';
import { get16, get32 } from '../../wire/bytes.ts';
import { mdlSpan, putMdlHeader, putMdlPiece, spanOf } from '../../wire/mdl.ts';
import { pic } from '../pic/hops.ts';
import {
  identifyBuffer, insertDisk, line, newDrive, readEnded, readRegister, SECTOR_BYTES, status, takeData, writeRegister, type Drive,
} from './drive.ts';
import { ide } from './hops.ts';
import { DATA, ideChannel, IRQ_PRIMARY, putIdentify, STATUS_NO_DRIVE } from './registers.ts';

/** Root pages the component uses, from the first one in its configuration. */
export const idePages = 3;
const identifyAt = 512;
const none = -1;

export interface IdeState {
  [key: string]: Plain;
  drive: { [key: string]: number } & Drive;
  /** First of its root pages: MDL and IDENTIFY; then two for sectors. */
  page: number;
  handle: number;
  worker: number;
  pic: number;
  parser: number;
  /** Level of the interrupt line as the 8259 knows it. */
  line: number;
  /** Page (0 or 1) and sectors of the read under way or last; and the hop that brought its data. */
  target: number;
  asked: number;
  filledBy: number;
  /** Whom the command serves. */
  request: number;
  behalf: number;
  /** The machine-level request that attaching belongs to. */
  attachRequest: number;
}

/** What has to be done after any access: the line, and a read if the drive wants one. */
function settle(self: IdeState, act: Act): void {
  const level = line(self.drive);
  if (level !== self.line) {
    self.line = level;
    act.send(pic.line, self.pic, IRQ_PRIMARY, level);
  }
  if (self.drive.want > 0 && self.drive.reading === 0) startRead(self, act);
}

/** Asks the VHD parser for the next sectors, up to a page of them. [IDE-12] */
function startRead(self: IdeState, act: Act): void {
  const drive = self.drive;
  const sectors = drive.want;
  drive.want = 0;
  drive.reading = 1;
  self.target ^= 1;
  self.asked = sectors;
  const mdl = act.pageForWrite(self.page);
  putMdlHeader(mdl, 0, 1);
  putMdlPiece(mdl, 0, 0, self.page + 1 + self.target, 0, sectors * SECTOR_BYTES);
  const { request, behalf } = act;
  act.request = self.request;
  act.behalf = self.behalf;
  act.send(vhd.readUser, self.parser, self.handle, drive.nextLba, sectors, self.page, mdlSpan(0, 1), 0);
  act.request = request;
  act.behalf = behalf;
}

/** Value of a data access that finds no DRQ block: all ones but bit 7, which no drive may pull up. */
function floating(size: number): number {
  return size === 1 ? 0x7f : size === 2 ? 0xff7f : 0xffff_ff7f;
}

/** Reads the data register; answers a value, and for a string instruction where the bytes lie. [IDE-10] */
function readData(self: IdeState, hop: HopView, act: Act): void {
  const drive = self.drive;
  const size = hop.a0 >>> 16;
  const page = drive.buffer === identifyBuffer ? self.page : self.page + 1 + drive.buffer;
  const offset = drive.buffer === identifyBuffer ? identifyAt + drive.at : drive.at;
  const taken = takeData(drive, size * hop.a1);
  settle(self, act);
  if (taken > 0) act.origin = self.filledBy;
  const whole = hop.a1 === 1;
  const value = whole && taken > 0 ? valueAt(act.page(page), offset, size, taken) : floating(size);
  if (whole || taken === 0) act.send(vmwp.portDone, hop.from, value, 0, 0, hop.a0);
  else act.send(vmwp.portDone, hop.from, value, page, spanOf(offset, taken), hop.a0);
}

function valueAt(bytes: Uint8Array, at: number, size: number, there: number): number {
  if (there < size) {
    let value = floating(size);
    for (let i = 0; i < there; i++) value = (value & ~(0xff << (8 * i))) | (bytes[at + i] << (8 * i));
    return value >>> 0;
  }
  return size === 1 ? bytes[at] : size === 2 ? get16(bytes, at) : get32(bytes, at);
}

export const ideEmulator = component<IdeState>({
  name: 'ide',
  title: 'IDE emulator',
  about: 'The IDE channel and the hard drive that a guest without enlightenments believes in: registers and a state machine in the worker process, with a VHD file behind them.',
  place: 'root-user',
  sources: ['OVM ide/src/drive/hard_drive.rs', 'ATA 6', 'COR 22'],
  initial: (config: { pages: number }) => ({
    drive: newDrive(),
    page: config.pages,
    handle: 0,
    worker: none,
    pic: none,
    parser: none,
    line: 0,
    target: 1,
    asked: 0,
    filledBy: 0,
    request: 0,
    behalf: 0,
    attachRequest: 0,
  }),
  on: {
    'ide.attach': (self, hop, act) => {
      self.worker = hop.from;
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
        act.send(ide.attached, self.worker, 1, 0);
        return;
      }
      insertDisk(self.drive, hop.a2);
      const page = act.pageForWrite(self.page);
      putIdentify(page.subarray(identifyAt), hop.a2, 0);
      act.send(ide.attached, self.worker, 0, hop.a2);
    },

    'vmwp.portWrite': (self, hop, act) => {
      const port = hop.a0 & 0xffff;
      // Nothing the drive supports takes data from the guest, so a write to the data register is lost. [IDE-13]
      if (port !== DATA && ideChannel(port) === 0) writeRegister(self.drive, port, hop.a1 & 0xff);
      if (self.drive.want > 0) {
        self.request = hop.request;
        self.behalf = act.behalf;
      }
      settle(self, act);
      act.send(vmwp.portDone, hop.from, 0, 0, 0, hop.a0, 1);
    },

    'vmwp.portRead': (self, hop, act) => {
      const port = hop.a0 & 0xffff;
      if (port === DATA) {
        readData(self, hop, act);
        return;
      }
      // Channel 1 has no drives at all.
      const value = ideChannel(port) === 0 ? readRegister(self.drive, port) : STATUS_NO_DRIVE;
      settle(self, act);
      act.send(vmwp.portDone, hop.from, value, 0, 0, hop.a0);
    },

    'vhd.doneUser': (self, hop, act) => {
      act.request = self.request;
      act.behalf = self.behalf;
      if (readEnded(self.drive, self.target, self.asked, hop.a1 !== 0)) self.filledBy = hop.n;
      act.origin = self.filledBy;
      settle(self, act);
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
    line: self.line,
  }),
});
