/**
 * `<guest>/ata`: the ATA driver of a guest without enlightenments, and the HAL's part that programs the 8259 pair. Every
 * `pio.*` is one IN, OUT or REP INSW instruction, so one exit; the driver goes on at `pio.resume`, and knows by RIP where.
 * Route of a read: `block.read`, seven set-up accesses, then per sector IRQ 14, status, REP INSW, EOI by the kernel; or, with
 * interrupts forbidden, polling; `block.done`. [ATADRV-1] to [ATADRV-9]
 */
import { block, gkernel } from '../../guest/kernel/hops.ts';
import { pio } from '../../hypervisor/hops.ts';
import type { Act } from '../../sim/act.ts';
import { component, type Plain } from '../../sim/component.ts';
import { spanLength, spanOf, spanOffset } from '../../wire/mdl.ts';
import {
  icw1, icw3Primary, icw3Secondary, icw4, primaryCommand, primaryData, secondaryCommand, secondaryData, vectorBasePrimary, vectorBaseSecondary,
} from '../pic/registers.ts';
import { ata } from './hops.ts';
import { ripOf, sites, siteOf } from './legacy-sites.ts';
import {
  COMMAND, CONTROL_NIEN, DATA, DEVICE, DEVICE_CONTROL, ERROR, IDENTIFY_DEVICE, identifySectors, IRQ_PRIMARY, lba28Device,
  LBA28_LIMIT, LBA_HIGH, LBA_LOW, LBA_MID, READ_SECTORS, SECTOR_COUNT, STATUS, STATUS_BSY, STATUS_DRQ, STATUS_ERR, STATUS_NO_DRIVE,
} from './registers.ts';

/** Guest pages the component uses, from the first one in its configuration: the IDENTIFY data. */
export const ataPages = 1;
/** Vector of IRQ 14 as this driver programs the pair. */
export const ataVector = vectorBaseSecondary + IRQ_PRIMARY - 8;

const SECTOR_BYTES = 512;
const WORDS = 256;
/** Most requests that wait; one more is refused. */
export const queueLimit = 64;

/** What the driver is busy with. */
const idle = 0;
const starting = 1;
const identifying = 2;
const readingSectors = 3;

interface Request {
  [key: string]: number;
  from: number;
  lba: number;
  sectors: number;
  page: number;
  offset: number;
  cookie: number;
  request: number;
  behalf: number;
}

export interface AtaState {
  [key: string]: Plain;
  polled: boolean;
  /** Its page, and the components it talks to. */
  page: number;
  kernel: number;
  fs: number;
  intercepts: number;
  busy: number;
  /** Step of the initialisation. */
  step: number;
  /** The request being served, how much of it is done, and those that wait. */
  current: Request;
  done: number;
  waiting: Request[];
  /** Capacity by IDENTIFY DEVICE; error register of the last failure. */
  capacity: number;
  lastError: number;
}

/** Writes of the initialisation, in order: [site, port, value]. [ATADRV-1] */
const initWrites: readonly (readonly [number, number, number])[] = [
  [sites.icw1Primary, primaryCommand, icw1],
  [sites.icw2Primary, primaryData, vectorBasePrimary],
  [sites.icw3Primary, primaryData, icw3Primary],
  [sites.icw4Primary, primaryData, icw4],
  [sites.icw1Secondary, secondaryCommand, icw1],
  [sites.icw2Secondary, secondaryData, vectorBaseSecondary],
  [sites.icw3Secondary, secondaryData, icw3Secondary],
  [sites.icw4Secondary, secondaryData, icw4],
  // Masks: only the cascade and IRQ 14 are open; -1 and -2 stand for values that the configuration decides.
  [sites.maskPrimary, primaryData, 0xfb],
  [sites.maskSecondary, secondaryData, -1],
  [sites.control, DEVICE_CONTROL, -2],
  [sites.identifyDevice, DEVICE, 0xe0],
];

function write(self: AtaState, act: Act, site: number, port: number, value: number): void {
  act.send(pio.write, self.intercepts, port | (1 << 16), value, ripOf(site), 0);
}

function read(self: AtaState, act: Act, site: number, port: number): void {
  act.send(pio.read, self.intercepts, port | (1 << 16), 1, ripOf(site), 0, 0);
}

/** REP INSW of one sector: one instruction, one exit. */
function readSector(self: AtaState, act: Act, site: number): void {
  const own = self.busy === identifying;
  const page = own ? self.page : self.current.page;
  const offset = own ? 0 : self.current.offset + self.done * SECTOR_BYTES;
  act.send(pio.read, self.intercepts, DATA | (2 << 16), WORDS, ripOf(site), page, spanOf(offset, SECTOR_BYTES));
}

function initWrite(self: AtaState, act: Act): void {
  const [site, port, value] = initWrites[self.step]!;
  const mask = self.polled ? 0xff : 0xbf;
  write(self, act, site, port, value === -1 ? mask : value === -2 ? (self.polled ? CONTROL_NIEN : 0) : value);
}

/** One set-up register of READ SECTORS after the other. [ATADRV-3] */
function setUp(self: AtaState, act: Act, site: number): void {
  const { lba, sectors } = self.current;
  switch (site) {
    case sites.device:
      return write(self, act, site, DEVICE, lba28Device(0, lba));
    case sites.count:
      return write(self, act, site, SECTOR_COUNT, sectors & 0xff);
    case sites.lbaLow:
      return write(self, act, site, LBA_LOW, lba & 0xff);
    case sites.lbaMid:
      return write(self, act, site, LBA_MID, (lba >>> 8) & 0xff);
    case sites.lbaHigh:
      return write(self, act, site, LBA_HIGH, (lba >>> 16) & 0xff);
    default:
      return write(self, act, sites.command, COMMAND, READ_SECTORS);
  }
}

function serve(self: AtaState, act: Act): void {
  act.request = self.current.request;
  act.behalf = self.current.behalf;
}

/** Takes up a request: the first access asks whether the drive is idle. */
function begin(self: AtaState, request: Request, act: Act): void {
  self.busy = readingSectors;
  self.current = request;
  self.done = 0;
  serve(self, act);
  read(self, act, sites.idle, STATUS);
}

/** The command has ended: the request with it, and the next one begins. [ATADRV-6] */
function complete(self: AtaState, status: number, act: Act): void {
  if (self.busy === identifying || self.busy === starting) {
    self.busy = idle;
    if (status === 0) self.capacity = identifySectors(act.page(self.page));
    if (self.capacity > 0) act.send(block.info, self.fs, self.capacity, 1);
    act.send(gkernel.driverReady, self.kernel, self.capacity > 0 ? 0 : 1);
  } else {
    const { from, cookie } = self.current;
    self.busy = idle;
    serve(self, act);
    act.send(block.done, from, cookie, status);
  }
  if (self.waiting.length > 0) {
    act.request = self.waiting[0]!.request;
    act.behalf = self.waiting[0]!.behalf;
    act.send(ata.next, act.self, self.waiting.length);
  }
}

/** Ends the service routine, and with `status` >= 0 the command too, in a DPC. */
function leaveIsr(self: AtaState, status: number, act: Act): void {
  if (status >= 0) act.send(ata.complete, act.self, self.current.cookie, status);
  act.send(gkernel.isrDone, self.kernel, ataVector);
}

/** Status read while setting up or polling. [ATADRV-3], [ATADRV-5] */
function onIdleStatus(self: AtaState, status: number, site: number, act: Act): void {
  if (site === sites.identifyIdle && (status === STATUS_NO_DRIVE || status === 0xff || status === 0)) complete(self, 1, act);
  else if (status & (STATUS_BSY | STATUS_DRQ)) read(self, act, site, STATUS);
  else if (site === sites.idle) setUp(self, act, sites.device);
  else {
    self.busy = identifying;
    write(self, act, sites.identifyCommand, COMMAND, IDENTIFY_DEVICE);
  }
}

function onPollStatus(self: AtaState, status: number, act: Act): void {
  if (status & STATUS_BSY) read(self, act, sites.pollStatus, STATUS);
  else if (status & STATUS_ERR) read(self, act, sites.pollError, ERROR);
  else if (status & STATUS_DRQ) readSector(self, act, sites.pollData);
  else read(self, act, sites.pollError, ERROR);
}

/** The status that the service routine has read. An interrupt without a command is not this driver's. [ATADRV-4] */
function onIsrStatus(self: AtaState, status: number, act: Act): void {
  if (self.busy < identifying || status & STATUS_BSY) leaveIsr(self, -1, act);
  else if (status & STATUS_ERR) read(self, act, sites.isrError, ERROR);
  else if (status & STATUS_DRQ) readSector(self, act, sites.isrData);
  else leaveIsr(self, -1, act);
}

/** Whether the sector just read was the last one. */
function lastSector(self: AtaState): boolean {
  self.done++;
  return self.busy === identifying || self.done >= self.current.sectors;
}

/** Goes on behind the instruction at `site`; `value` is what it read. */
function goOn(self: AtaState, site: number, value: number, act: Act): void {
  switch (site) {
    case sites.idle:
    case sites.identifyIdle:
      return onIdleStatus(self, value & 0xff, site, act);
    case sites.device:
    case sites.count:
    case sites.lbaLow:
    case sites.lbaMid:
    case sites.lbaHigh:
      return setUp(self, act, site + 1);
    case sites.command:
    case sites.identifyCommand:
      // Interrupt-driven: nothing to do until IRQ 14.
      if (self.polled) read(self, act, sites.pollStatus, STATUS);
      return;
    case sites.pollStatus:
      return onPollStatus(self, value & 0xff, act);
    case sites.pollData:
      return read(self, act, lastSector(self) ? sites.finalStatus : sites.pollStatus, STATUS);
    case sites.pollError:
      self.lastError = value & 0xff;
      return complete(self, 1, act);
    case sites.finalStatus:
      return complete(self, value & STATUS_ERR ? 1 : 0, act);
    case sites.isrStatus:
      return onIsrStatus(self, value & 0xff, act);
    case sites.isrData:
      return leaveIsr(self, lastSector(self) ? 0 : -1, act);
    case sites.isrError:
      self.lastError = value & 0xff;
      return leaveIsr(self, 1, act);
    default:
      self.step++;
      if (self.step < initWrites.length) initWrite(self, act);
      else read(self, act, sites.identifyIdle, STATUS);
  }
}

const nobody: Request = { from: -1, lba: 0, sectors: 0, page: 0, offset: 0, cookie: 0, request: 0, behalf: 0 };

export const ataDriver = component<AtaState>({
  name: 'ata',
  title: 'ATA driver',
  about: 'The disk driver of a guest that does not know the hypervisor: it believes in an IDE drive and a pair of 8259 chips and moves every sector through port 0x1F0.',
  place: 'guest-kernel',
  sources: ['LNX drivers/ata/libata-sff.c', 'OVM ide/src/lib.rs', 'COR 15'],
  initial: (config: { pages: number; polled?: boolean }) => ({
    polled: config.polled === true,
    page: config.pages,
    kernel: -1,
    fs: -1,
    intercepts: -1,
    busy: idle,
    step: 0,
    current: { ...nobody },
    done: 0,
    waiting: [],
    capacity: 0,
    lastError: 0,
  }),
  on: {
    'gkernel.initDriver': (self, hop, act) => {
      self.kernel = hop.from;
      const path = act.pathOf(act.self);
      self.fs = act.find(`${path.slice(0, path.lastIndexOf('/'))}/fs`);
      self.intercepts = act.find('hypervisor/intercepts');
      self.busy = starting;
      self.step = 0;
      self.current = { ...nobody, request: hop.request, behalf: act.behalf };
      if (!self.polled) act.send(gkernel.connectInterrupt, self.kernel, ataVector, 2);
      act.send(ata.begin, act.self);
    },

    'ata.begin': (self, _hop, act) => initWrite(self, act),

    'block.read': (self, hop, act) => {
      const request: Request = {
        from: hop.from, lba: hop.a0, sectors: hop.a1, page: hop.a2, offset: spanOffset(hop.a3), cookie: hop.a4, request: hop.request, behalf: act.behalf,
      };
      const fits = hop.a1 > 0 && hop.a1 * SECTOR_BYTES <= spanLength(hop.a3) && request.offset + hop.a1 * SECTOR_BYTES <= 4096;
      if (!fits || self.capacity === 0 || hop.a0 >= LBA28_LIMIT || self.waiting.length >= queueLimit) act.send(block.done, hop.from, hop.a4, 1);
      else if (self.busy !== idle || self.waiting.length > 0) self.waiting.push(request);
      else begin(self, request, act);
    },

    'ata.next': (self, _hop, act) => {
      if (self.busy === idle && self.waiting.length > 0) begin(self, self.waiting.shift()!, act);
    },

    'ata.complete': (self, hop, act) => complete(self, hop.a1, act),

    'gkernel.isr': (self, _hop, act) => {
      if (self.busy >= identifying) serve(self, act);
      read(self, act, sites.isrStatus, STATUS);
    },

    'pio.resume': (self, hop, act) => {
      if (self.busy !== idle) serve(self, act);
      goOn(self, siteOf(hop.a1), hop.a0, act);
    },
  },
  view: (self) => ({
    capacity: self.capacity,
    polled: self.polled,
    lba: self.current.lba,
    sectors: self.current.sectors,
    done: self.done,
    waiting: self.waiting.length,
    lastError: self.lastError,
  }),
});
