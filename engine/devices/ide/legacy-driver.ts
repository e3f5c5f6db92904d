/**
 * `<guest>/ata`: the ATA driver of a guest without enlightenments. Every `pio.*` is
 * one IN, OUT, REP INSW or REP OUTSW instruction, so one exit; the driver goes on at `pio.resume`, and knows by RIP where.
 * Route of a request: `block.*`, the set-up of a command (`legacy-commands.ts`), then per DRQ block IRQ 14, status, data, EOI by the
 * kernel, or one interrupt for a whole DMA command, or polling (`legacy-transfer.ts`); `block.done`. [ATADRV-1] to [ATADRV-16]
 */
import { block, gkernel } from '../../guest/kernel/hops.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { vectorBaseSecondary } from '../pic/registers.ts';
import { ata } from './hops.ts';
import { read, write } from './legacy-access.ts';
import { READ, setUpAccesses, writeTable } from './legacy-commands.ts';
import { complete, finish, release, serve, service } from './legacy-ends.ts';
import { isUnfinished, sites, siteOf } from './legacy-sites.ts';
import { fits, idle, identifying, newAta, nobody, serving, starting, type AtaState, type Request } from './legacy-state.ts';
import { moved, onDriveStatus, onIsrStatus, onMasterCleared, onMasterStatus, onMasterStopped, onPollStatus, onWriteReady } from './legacy-transfer.ts';
import {
  COMMAND, CONTROL_NIEN, DEVICE, DEVICE_CONTROL, IDENTIFY_DEVICE, IRQ_PRIMARY, LBA28_LIMIT, SET_MULTIPLE_MODE, STATUS, STATUS_BSY, STATUS_DRQ, STATUS_ERR,
  STATUS_NO_DRIVE,
} from './registers.ts';

export { ataPages, type AtaState } from './legacy-state.ts';

/** Vector of IRQ 14 as the kernel programs the pair. */
export const ataVector = vectorBaseSecondary + IRQ_PRIMARY - 8;
/** Most requests that wait; one more is refused. */
export const queueLimit = 64;

const BYTE = 1 << 16;
/** How the kernel ends its interrupts: one EOI write to each 8259, or one to both. */
const EOI_EACH = 2;
const EOI_AT_ONCE = 3;

/** Writes of the initialisation, in order: [site, port, value]. [ATADRV-1] */
const initWrites: readonly (readonly [number, number, number])[] = [
  // -1 stands for a value that the configuration decides.
  [sites.control, DEVICE_CONTROL, -1],
  [sites.identifyDevice, DEVICE, 0xe0],
];

function initWrite(self: AtaState, act: Act): void {
  const [site, port, value] = initWrites[self.step]!;
  write(self, act, site, port | BYTE, value === -1 ? (self.polled ? CONTROL_NIEN : 0) : value);
}

/** Takes up a request: the first access asks whether the drive is idle, unless a lean driver knows it. */
function begin(self: AtaState, request: Request, act: Act): void {
  self.busy = serving;
  self.current = request;
  self.done = 0;
  self.blockLeft = 0;
  self.moving = 0;
  self.masterStatus = 0;
  self.step = 0;
  self.extra = Math.floor(self.extraAccesses / 2);
  self.held = !self.polled && (self.dma || request.write === 1);
  self.missed = false;
  serve(self, act);
  if (self.dma && !writeTable(self, act)) return complete(self, 1, act);
  if (self.lean && self.knownDevice >= 0) nextAccess(self, act);
  else read(self, act, sites.idle, STATUS);
}

/** One access of the set-up after the other. [ATADRV-3] */
function nextAccess(self: AtaState, act: Act): void {
  const list = setUpAccesses(self);
  const access = list[self.step++];
  if (access !== undefined) {
    const [site, port, value] = access;
    if (value === READ) read(self, act, site, port & 0xffff);
    else write(self, act, site, port, value);
  } else if (self.polled) {
    read(self, act, sites.pollStatus, STATUS);
  } else if (self.dma) {
    release(self, act);
  } else if (self.current.write === 1) {
    read(self, act, sites.writeReady, STATUS);
  }
  // A read by PIO has nothing to do until IRQ 14.
}

/** Status read before a command. [ATADRV-3] */
function onIdleStatus(self: AtaState, status: number, site: number, act: Act): void {
  if (site === sites.identifyIdle && (status === STATUS_NO_DRIVE || status === 0xff || status === 0)) complete(self, 1, act);
  else if (status & (STATUS_BSY | STATUS_DRQ)) read(self, act, site, STATUS);
  else if (site === sites.idle) nextAccess(self, act);
  else {
    self.busy = identifying;
    self.done = 0;
    write(self, act, sites.identifyCommand, COMMAND | BYTE, IDENTIFY_DEVICE);
  }
}

/** Goes on behind the instruction at `site`; `value` is what it read. */
function goOn(self: AtaState, site: number, value: number, left: number, act: Act): void {
  const byte = value & 0xff;
  switch (site) {
    case sites.idle:
    case sites.identifyIdle:
      return onIdleStatus(self, byte, site, act);
    case sites.identifyCommand:
    case sites.modeCommand:
      if (self.polled) read(self, act, sites.pollStatus, STATUS);
      return;
    case sites.modeCount:
      return write(self, act, sites.modeCommand, COMMAND | BYTE, SET_MULTIPLE_MODE);
    case sites.pollStatus:
      return onPollStatus(self, act, byte);
    case sites.isrStatus:
      return onIsrStatus(self, act, byte);
    case sites.writeReady:
      return onWriteReady(self, act, byte);
    case sites.pollData:
    case sites.pollWrite:
    case sites.isrData:
    case sites.isrWrite:
    case sites.firstData:
      return moved(self, act, site, value, left);
    case sites.pollError:
    case sites.isrError:
      self.lastError = byte;
      return finish(self, act, 1);
    case sites.finalStatus:
      return finish(self, act, byte & STATUS_ERR ? 1 : 0);
    case sites.extraAfter:
      return finish(self, act, self.result);
    default:
      return site >= sites.bmStatus ? onMaster(self, site, byte, act) : onSetUp(self, site, act);
  }
}

function onMaster(self: AtaState, site: number, byte: number, act: Act): void {
  switch (site) {
    case sites.bmStatus:
      return onMasterStatus(self, act, byte);
    case sites.bmStop:
      return onMasterStopped(self, act);
    case sites.bmDrive:
      return onDriveStatus(self, act, byte);
    default:
      return onMasterCleared(self, act);
  }
}

/** An access of the set-up of a command, or of the initialisation, is done. */
function onSetUp(self: AtaState, site: number, act: Act): void {
  if (site !== sites.control && site !== sites.identifyDevice) return nextAccess(self, act);
  self.step++;
  if (self.step < initWrites.length) initWrite(self, act);
  else read(self, act, sites.identifyIdle, STATUS);
}

/** Takes a request, lets it wait, or refuses it. [ATADRV-6] */
function take(self: AtaState, hop: HopView, act: Act, write: number, many: number): void {
  const request: Request = {
    from: hop.from, write, many, lba: hop.a0, sectors: hop.a1, page: hop.a2, span: hop.a3, cookie: hop.a4, request: hop.request, behalf: act.behalf,
  };
  const reachable = self.capacity > 0 && (self.has48 || hop.a0 + hop.a1 < LBA28_LIMIT);
  if (!reachable || self.waiting.length >= queueLimit || !fits(request, act)) act.send(block.done, hop.from, hop.a4, 1);
  else if (self.busy !== idle || self.waiting.length > 0) self.waiting.push(request);
  else begin(self, request, act);
}

export const ataDriver = component<AtaState>({
  name: 'ata',
  title: 'ATA driver',
  about: 'The disk driver of a guest that does not know the hypervisor: it believes in an IDE drive and a pair of 8259 chips, and moves sectors through port 0x1F0 or has a bus master fetch them.',
  place: 'guest-kernel',
  sources: ['LNX drivers/ata/libata-sff.c', 'OVM ide/src/lib.rs', 'COR 15'],
  initial: newAta,
  on: {
    'gkernel.initDriver': (self, hop, act) => {
      self.kernel = hop.from;
      const path = act.pathOf(act.self);
      self.fs = act.find(`${path.slice(0, path.lastIndexOf('/'))}/fs`);
      self.intercepts = act.find('hypervisor/intercepts');
      self.busy = starting;
      self.step = 0;
      self.vector = ataVector;
      self.current = { ...nobody, request: hop.request, behalf: act.behalf };
      if (!self.polled) act.send(gkernel.connectInterrupt, self.kernel, ataVector, self.lean ? EOI_AT_ONCE : EOI_EACH);
      act.send(ata.begin, act.self);
    },

    'ata.begin': (self, _hop, act) => initWrite(self, act),
    'block.read': (self, hop, act) => take(self, hop, act, 0, 0),
    'block.write': (self, hop, act) => take(self, hop, act, 1, 0),
    'block.readMany': (self, hop, act) => take(self, hop, act, 0, 1),
    'block.writeMany': (self, hop, act) => take(self, hop, act, 1, 1),

    'ata.next': (self, _hop, act) => {
      if (self.busy === idle && self.waiting.length > 0) begin(self, self.waiting.shift()!, act);
    },

    'ata.complete': (self, hop, act) => complete(self, hop.a1, act),

    'gkernel.isr': (self, _hop, act) => {
      if (self.busy >= identifying) serve(self, act);
      if (self.held) {
        self.missed = true;
        return act.send(gkernel.isrDone, self.kernel, ataVector);
      }
      self.inIsr = true;
      service(self, act);
    },

    'pio.resume': (self, hop, act) => {
      if (self.busy !== idle) serve(self, act);
      goOn(self, siteOf(hop.a1), hop.a0, isUnfinished(hop.a1) ? hop.a2 : 0, act);
    },
  },
  view: (self) => ({
    capacity: self.capacity,
    polled: self.polled,
    dma: self.dma,
    block: self.block,
    lba: self.current.lba,
    sectors: self.current.sectors,
    write: self.current.write === 1,
    done: self.done,
    waiting: self.waiting.length,
    lastError: self.lastError,
  }),
});
