/**
 * `<guest>/firmware`: BIOS and boot loader of a guest that starts from its disk. Runs in the guest, before its kernel. Every read is
 * programmed input through the emulated IDE channel: set-up, status until the drive is ready, 256 words per sector.
 *
 * Route: `boot.reset` from the VP scheduler, `boot.read`, `pio.*` one after the other, `boot.readDone`, ..., `boot.done` to the
 * kernel. SPEC [BOOT-1] [BOOT-2] [BOOT-3].
 */
import {
  COMMAND, CONTROL_NIEN, DATA, DEVICE, DEVICE_CONTROL, LBA_HIGH, LBA_LOW, LBA_MID, READ_SECTORS, SECTOR_COUNT, STATUS, STATUS_BSY, STATUS_DRQ, STATUS_ERR,
} from '../../devices/ide/registers.ts';
import { pio } from '../../hypervisor/hops.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { boot, type BootRead } from './boot-hops.ts';

export interface FirmwareConfig {
  readonly reads: readonly BootRead[];
}

const SECTOR_BYTES = 512;
const SECTORS_PER_PAGE = 8;
const WORDS = 256;
const BYTE = 1 << 16;
const WORD = 2 << 16;
/** Where the code of the BIOS lies, and how far apart its port instructions are: our choice. */
const CODE_AT = 0xf_0000;
const SPACING = 8;
/** The first sector goes to 0x7C00, as on every PC; what is read after it to whole pages behind. */
const FIRST_PAGE = 7;
const FIRST_OFFSET = 0xc00;
/** Half a millisecond between two looks: bytes whose copying takes as long. */
const PAUSE_BYTES = 500 * 4096;

/** Accesses of one read, in order. */
const CONTROL = 0;
const SET_UP = 1;
const WAIT = 7;
const FETCH = 8;

interface FirmwareState {
  reads: BootRead[];
  kernel: number;
  intercepts: number;
  /** Request of the start, and of the read under way. */
  request: number;
  reading: number;
  /** Read under way, sector of it, access; where its first sector goes. */
  at: number;
  sector: number;
  step: number;
  page: number;
  offset: number;
  /** 1: a read has failed. */
  failed: number;
}

function reset(self: FirmwareState, hop: HopView, act: Act): void {
  const [guest] = act.pathOf(act.self).split('/');
  self.kernel = act.find(`${guest!}/kernel`);
  self.intercepts = act.find('hypervisor/intercepts');
  self.request = hop.request;
  next(self, act);
}

/** [BOOT-2] */
function next(self: FirmwareState, act: Act): void {
  act.request = self.request;
  const read = self.reads[self.at];
  if (read === undefined) return act.send(boot.done, self.kernel, 0);
  act.send(boot.read, act.self, read.lba, read.sectors, self.page, self.offset);
}

function begin(self: FirmwareState, hop: HopView, act: Act): void {
  self.reading = hop.request;
  self.sector = 0;
  self.step = self.at === 0 ? CONTROL : SET_UP;
  access(self, act);
}

function write(self: FirmwareState, act: Act, port: number, value: number): void {
  act.send(pio.write, self.intercepts, port | BYTE, value, CODE_AT + SPACING * self.step, 0);
}

/** One port instruction; what comes back brings the next. [BOOT-2] */
function access(self: FirmwareState, act: Act): void {
  act.request = self.reading;
  const { lba, sectors } = self.reads[self.at]!;
  switch (self.step) {
    case CONTROL: return write(self, act, DEVICE_CONTROL, CONTROL_NIEN);
    case SET_UP: return write(self, act, DEVICE, 0xe0 | (lba >>> 24));
    case SET_UP + 1: return write(self, act, SECTOR_COUNT, sectors);
    case SET_UP + 2: return write(self, act, LBA_LOW, lba & 0xff);
    case SET_UP + 3: return write(self, act, LBA_MID, (lba >>> 8) & 0xff);
    case SET_UP + 4: return write(self, act, LBA_HIGH, (lba >>> 16) & 0xff);
    case SET_UP + 5: return write(self, act, COMMAND, READ_SECTORS);
    case WAIT: return act.send(pio.read, self.intercepts, STATUS | BYTE, 1, CODE_AT + SPACING * WAIT, 0, 0);
    default: {
      const at = self.offset + self.sector * SECTOR_BYTES;
      act.send(pio.read, self.intercepts, DATA | WORD, WORDS, CODE_AT + SPACING * FETCH, self.page + (at >>> 12), (at & 0xfff) | (SECTOR_BYTES << 12));
    }
  }
}

function resumed(self: FirmwareState, hop: HopView, act: Act): void {
  act.request = self.reading;
  if (self.step === WAIT) {
    if ((hop.a0 & STATUS_BSY) !== 0) return act.send(boot.pause, act.self, PAUSE_BYTES);
    if ((hop.a0 & STATUS_ERR) !== 0 || (hop.a0 & STATUS_DRQ) === 0) return ended(self, act, 1);
    self.step = FETCH;
  } else if (self.step === FETCH) {
    self.sector++;
    if (self.sector === self.reads[self.at]!.sectors) return ended(self, act, 0);
    self.step = WAIT;
  } else {
    self.step++;
  }
  access(self, act);
}

/** What is shown of the bytes is their first page. */
function ended(self: FirmwareState, act: Act, status: number): void {
  const length = Math.min(self.sector * SECTOR_BYTES, 4096 - self.offset);
  act.send(boot.readDone, act.self, status, self.page, self.offset | (length << 12), self.reads[self.at]!.lba);
}

/** A read that fails ends the start: there is nothing to run. [BOOT-3] */
function readDone(self: FirmwareState, hop: HopView, act: Act): void {
  act.request = self.request;
  if (hop.a0 !== 0) {
    self.failed = 1;
    return act.send(boot.done, self.kernel, 1);
  }
  self.page += Math.ceil((self.offset / SECTOR_BYTES + self.reads[self.at]!.sectors) / SECTORS_PER_PAGE);
  self.offset = 0;
  self.at++;
  next(self, act);
}

export const firmware = component<FirmwareState>({
  name: 'firmware',
  title: 'Firmware',
  about: 'BIOS and boot loader, which run in a guest before its kernel: they have no drivers and so no VMBus, and read the boot disk through the ports of the emulated IDE channel.',
  place: 'guest-kernel',
  sources: ['management 1.2', 'T2 10.1.5'],
  initial: ({ reads }: FirmwareConfig) => ({
    reads: reads.map(({ lba, sectors }) => ({ lba, sectors })), kernel: -1, intercepts: -1, request: 0, reading: 0, at: 0, sector: 0, step: 0,
    page: FIRST_PAGE, offset: FIRST_OFFSET, failed: 0,
  }),
  on: {
    [boot.reset.name]: reset,
    [boot.read.name]: begin,
    [boot.pause.name]: (self, _hop, act) => access(self, act),
    [boot.readDone.name]: readDone,
    [pio.resume.name]: resumed,
  },
  view: (self) => ({ reads: self.reads.length, done: self.at, failed: self.failed }),
});
