/**
 * `<guest>/kernel`: the kernel of a guest, as far as the lab needs it. An enlightened one discovers the hypervisor and sets up
 * hypercalls and the SynIC of VP 0; both kinds start their drivers one after the other and hand interrupts to them. Runs in the
 * guest kernel.
 *
 * Route at start: `gkernel.start`, or after a boot from the disk `boot.done`; CPUID leaves, OS id, hypercall page, SynIC, the 8259 pair by ten port writes, `gkernel.initDriver` and `driverReady` for each
 * driver, `gkernel.booted`. Route of an interrupt: `apic.injectGuest`, `gkernel.isr`, `gkernel.isrDone`, then nothing (AutoEOI), an
 * EOI exit, or two port writes for the 8259 pair. SPEC [GUEST-*].
 */
import { defaultEra, type Era } from '../../wire/eras.ts';
import { MSR_GUEST_OS_ID, MSR_HYPERCALL, MSR_SCONTROL, MSR_SIEFP, MSR_SIMP, MSR_SINT0, OS_ID_HI, osIdLo } from '../../wire/msrs.ts';
import { pageRegisterHi, pageRegisterLo, SINT_VMBUS, sintOf } from '../../wire/synic.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { apic, cpu, msr, pio } from '../../hypervisor/hops.ts';
import { boot } from './boot-hops.ts';
import { gkernel as kinds } from './hops.ts';
import { PIC_WRITES, picStepDone, picWrite } from './pic-setup.ts';

export interface GuestKernelConfig {
  /** First of three guest pages: hypercall page, SIM page, SIEF page of VP 0. */
  readonly pages: number;
  readonly guest: 'enlightened' | 'legacy';
  /** Last parts of the paths of its drivers, in the order in which they start. */
  readonly drivers: readonly string[];
  /** Vector of SINT2. */
  readonly vector: number;
  /** Which Windows it is. */
  readonly era?: Era;
  /** Mask of the secondary 8259, in a guest with a driver below which the pair stands; without it the pair is left alone. */
  readonly picMask?: number;
}

/** How an interrupt is ended; 0: with AutoEOI, by itself. */
export const EOI_APIC = 1;
export const EOI_8259 = 2;
/** Both chips of the 8259 pair by one write of two bytes. */
export const EOI_8259_AT_ONCE = 3;

const LEAVES = [1, 0x4000_0000, 0x4000_0001, 0x4000_0003] as const;
/** Ports and command of a non-specific EOI; where the instructions lie in the kernel. */
const PIC_PRIMARY = 0x20;
const PIC_SECONDARY = 0xa0;
const NON_SPECIFIC_EOI = 0x20;
const EOI_RIP = 0x8000_2000;
const BYTE = 1 << 16;
const WORD = 2 << 16;

interface GuestKernelState {
  pages: number;
  enlightened: boolean;
  era: Era;
  drivers: string[];
  vector: number;
  step: number;
  started: number;
  failed: number;
  request: number;
  intercepts: number;
  apic: number;
  routines: Int32Array;
  eoi: Uint8Array;
  spurious: number;
  /** Mask of the secondary 8259, or -1: the pair is not used. */
  picMask: number;
  /** Which of the two EOI writes is under way: 0 none, 1 to 0xA0, 2 to 0x20. */
  eoiStep: number;
}

function start(self: GuestKernelState, hop: HopView, act: Act): void {
  self.request = hop.request;
  self.intercepts = act.find('hypervisor/intercepts');
  self.apic = act.find('hypervisor/apic');
  self.step = 0;
  if (self.enlightened) discover(self, act);
  else programPair(self, act, 0);
}

/** BIOS and boot loader have read what they needed, or could not. [BOOT-2] [BOOT-3] */
function loaded(self: GuestKernelState, hop: HopView, act: Act): void {
  if (hop.a0 === 0) start(self, hop, act);
  else self.failed++;
}

function write(self: GuestKernelState, act: Act, address: number, lo: number, hi: number): void {
  act.send(msr.writeGuest, self.intercepts, address, lo >>> 0, hi);
}

function writePage(self: GuestKernelState, act: Act, address: number, page: number): void {
  write(self, act, address, pageRegisterLo(page, true), pageRegisterHi(page));
}

/** One exit after the other; the entry of each brings the next. [GUEST-1] [GUEST-2] */
function discover(self: GuestKernelState, act: Act): void {
  const step = self.step++;
  if (step < LEAVES.length) return act.send(cpu.cpuidGuest, self.intercepts, LEAVES[step]!);
  switch (step - LEAVES.length) {
    case 0: return write(self, act, MSR_GUEST_OS_ID, osIdLo[self.era], OS_ID_HI);
    case 1: return writePage(self, act, MSR_HYPERCALL, self.pages);
    case 2: return writePage(self, act, MSR_SIMP, self.pages + 1);
    case 3: return writePage(self, act, MSR_SIEFP, self.pages + 2);
    case 4: return write(self, act, MSR_SINT0 + SINT_VMBUS, sintOf(self.vector, false, true), 0);
    case 5: return write(self, act, MSR_SCONTROL, 1, 0);
    default: return programPair(self, act, 0);
  }
}

/** The 8259 pair before the first driver, one write after the other. [GUEST-6] */
function programPair(self: GuestKernelState, act: Act, step: number): void {
  if (self.picMask < 0 || step === PIC_WRITES) return startDriver(self, act);
  const [port, value, rip] = picWrite(step, self.picMask);
  act.request = self.request;
  act.send(pio.write, self.intercepts, port | BYTE, value, rip, 0);
}

/** [GUEST-3] */
function startDriver(self: GuestKernelState, act: Act): void {
  act.request = self.request;
  if (self.started === self.drivers.length) return act.send(kinds.booted, act.self, self.drivers.length);
  const guest = act.pathOf(act.self).split('/')[0]!;
  const driver = act.find(`${guest}/${self.drivers[self.started]!}`);
  act.assert(driver >= 0, `the driver ${self.drivers[self.started]!} is not loaded`);
  act.send(kinds.initDriver, driver);
}

function driverReady(self: GuestKernelState, hop: HopView, act: Act): void {
  if (hop.a0 !== 0) self.failed++;
  self.started++;
  startDriver(self, act);
}

/** [GUEST-4] */
function interrupt(self: GuestKernelState, hop: HopView, act: Act): void {
  const vector = hop.a0 & 0xff;
  const routine = self.routines[vector]!;
  if (routine !== 0) {
    act.send(kinds.isr, routine - 1, vector);
    return;
  }
  self.spurious++;
  endInterrupt(self, hop.a1 === 1 ? EOI_8259 : EOI_APIC, vector, act);
}

function endInterrupt(self: GuestKernelState, how: number, vector: number, act: Act): void {
  if (how === EOI_APIC) act.send(apic.eoiGuest, self.apic, vector);
  if (how === EOI_8259_AT_ONCE) {
    self.eoiStep = 2;
    return act.send(pio.write, self.intercepts, PIC_PRIMARY | WORD, (NON_SPECIFIC_EOI << 8) | NON_SPECIFIC_EOI, EOI_RIP + 16, 0);
  }
  if (how !== EOI_8259) return;
  self.eoiStep = 1;
  act.send(pio.write, self.intercepts, PIC_SECONDARY | BYTE, NON_SPECIFIC_EOI, EOI_RIP, 0);
}

/** The secondary chip has its EOI; the primary one, to whose input 2 it is wired, needs one too, unless one write went to both. [GUEST-5] */
function portDone(self: GuestKernelState, hop: HopView, act: Act): void {
  const step = picStepDone(hop.a1);
  if (step >= 0) return programPair(self, act, step + 1);
  self.eoiStep = self.eoiStep === 1 ? 2 : 0;
  if (self.eoiStep === 2) act.send(pio.write, self.intercepts, PIC_PRIMARY | BYTE, NON_SPECIFIC_EOI, EOI_RIP + 8, 0);
}

export const guestKernel = component<GuestKernelState>({
  name: 'guest-kernel',
  title: 'Guest kernel',
  about: 'The operating system of a guest. An enlightened one knows that a hypervisor is below it; a legacy one does not.',
  place: 'guest-kernel',
  sources: ['T2 3', 'T2 4.12', 'T2 14.8.1', 'COR 16'],
  initial: (config: GuestKernelConfig) => ({
    pages: config.pages, enlightened: config.guest === 'enlightened', era: config.era ?? defaultEra, drivers: [...config.drivers], vector: config.vector, step: 0, started: 0, failed: 0,
    request: 0, intercepts: -1, apic: -1, routines: new Int32Array(256), eoi: new Uint8Array(256), spurious: 0, picMask: config.picMask ?? -1, eoiStep: 0,
  }),
  on: {
    [kinds.start.name]: start,
    [boot.done.name]: loaded,
    [cpu.cpuidDoneGuest.name]: (self, _hop, act) => discover(self, act),
    [msr.doneGuest.name]: (self, hop, act: Act) => {
      act.assert(hop.a2 === 0, 'the hypervisor answered an MSR access of the guest with #GP');
      discover(self, act);
    },
    [kinds.driverReady.name]: driverReady,
    [kinds.booted.name]: () => {},
    [kinds.connectInterrupt.name]: (self, hop) => {
      self.routines[hop.a0 & 0xff] = hop.from + 1;
      self.eoi[hop.a0 & 0xff] = hop.a1;
    },
    [apic.injectGuest.name]: interrupt,
    [kinds.isrDone.name]: (self, hop, act) => endInterrupt(self, self.eoi[hop.a0 & 0xff]!, hop.a0 & 0xff, act),
    [apic.eoiDoneGuest.name]: () => {},
    [pio.resume.name]: portDone,
    [cpu.hltDoneGuest.name]: () => {},
  },
  view: (self) => ({ enlightened: self.enlightened, driversStarted: self.started, of: self.drivers.length, failed: self.failed, spurious: self.spurious }),
});
