/**
 * `root/kernel`: the kernel of the root, as far as the lab needs it: it has the hypervisor launched, sets up hypercalls and the
 * SynIC of every root VP by MSR writes on that VP, and hands interrupts to the drivers that registered. Runs in the root kernel.
 *
 * Route at boot: `ask.bootRoot`, `hv.launch`, CPUID leaves, OS id, hypercall page, SynIC of VP 0, `kernel.startVp` on the other
 * VPs, `kernel.booted`. Route of an interrupt: `apic.injectRoot`, `kernel.isr`, `kernel.isrDone`, `apic.eoiRoot`. SPEC [ROOT-*].
 */
import { MSR_GUEST_OS_ID, MSR_HYPERCALL, MSR_SCONTROL, MSR_SIEFP, MSR_SIMP, MSR_SINT0, OS_ID_HI, osIdLo } from '../../wire/msrs.ts';
import { defaultEra, type Era } from '../../wire/eras.ts';
import { pageRegisterHi, pageRegisterLo, SINT_INTERCEPT, SINT_VMBUS, sintOf } from '../../wire/synic.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { apic, cpu, hv, msr } from '../../hypervisor/hops.ts';
import { kernel as kinds } from './hops.ts';

export interface RootKernelConfig {
  /** First of `rootKernelPages(rootVps)` root pages: the hypercall page, then a SIM and a SIEF page for each VP. */
  readonly pages: number;
  readonly rootVps: number;
  /** Which Windows it is. */
  readonly era?: Era;
}

/** Vectors of the root: our choice; only their order matters. */
export const ROOT_INTERCEPT_VECTOR = 0x61;
export const ROOT_VMBUS_VECTOR = 0x71;

export function rootKernelPages(rootVps: number): number {
  return 1 + 2 * rootVps;
}

export function rootSimPage(pages: number, vp: number): number {
  return pages + 1 + 2 * vp;
}

export function rootSiefPage(pages: number, vp: number): number {
  return pages + 2 + 2 * vp;
}

const LEAVES = [1, 0x4000_0000, 0x4000_0001, 0x4000_0003] as const;

/** Where the set-up of a VP stands. */
const CPUID = 0;
const HYPERCALL = 11;
const SYNIC = 20;

interface RootKernelState {
  pages: number;
  era: Era;
  rootVps: number;
  /** By root VP. */
  step: Int32Array;
  ready: number;
  request: number;
  apic: number;
  intercepts: number;
  winhv: number;
  /** By vector: component + 1 that registered, and whether the kernel writes EOI for it. */
  routines: Int32Array;
  eoi: Uint8Array;
  /** Interrupts that came for vectors nobody registered. */
  spurious: number;
}

function boot(self: RootKernelState, hop: HopView, act: Act): void {
  self.request = hop.request;
  self.apic = act.find('hypervisor/apic');
  self.intercepts = act.find('hypervisor/intercepts');
  self.winhv = act.find('root/winhv');
  act.send(hv.launch, act.find('hypervisor/partitions'), self.era === 'ws2012' ? 1 : 0);
}

function write(self: RootKernelState, act: Act, address: number, lo: number, hi: number): void {
  act.send(msr.writeRoot, self.intercepts, address, lo >>> 0, hi);
}

function writePage(self: RootKernelState, act: Act, address: number, page: number): void {
  write(self, act, address, pageRegisterLo(page, true), pageRegisterHi(page));
}

/** One exit after the other; the entry of each brings the next. [ROOT-1] [ROOT-2] */
function goOn(self: RootKernelState, act: Act): void {
  const vp = act.vp;
  const step = self.step[vp]++;
  if (step < CPUID + LEAVES.length) return act.send(cpu.cpuidRoot, self.intercepts, LEAVES[step]!);
  if (step === CPUID + LEAVES.length) {
    self.step[vp] = HYPERCALL;
    return write(self, act, MSR_GUEST_OS_ID, osIdLo[self.era], OS_ID_HI);
  }
  switch (step) {
    case HYPERCALL:
      self.step[vp] = SYNIC;
      return writePage(self, act, MSR_HYPERCALL, self.pages);
    case SYNIC: return writePage(self, act, MSR_SIMP, rootSimPage(self.pages, vp));
    case SYNIC + 1: return writePage(self, act, MSR_SIEFP, rootSiefPage(self.pages, vp));
    case SYNIC + 2: return write(self, act, MSR_SINT0 + SINT_INTERCEPT, sintOf(ROOT_INTERCEPT_VECTOR, false, false), 0);
    case SYNIC + 3:
      // VMBus uses VP 0 alone before 2012; the root driver never writes EOI for it.
      if (vp === 0) return write(self, act, MSR_SINT0 + SINT_VMBUS, sintOf(ROOT_VMBUS_VECTOR, false, true), 0);
      self.step[vp]++;
      return write(self, act, MSR_SCONTROL, 1, 0);
    case SYNIC + 4: return write(self, act, MSR_SCONTROL, 1, 0);
    default: return vpReady(self, act);
  }
}

/** The SynIC of one VP is set up; the first one starts the others, the last one ends the boot. */
function vpReady(self: RootKernelState, act: Act): void {
  self.ready++;
  if (act.vp === 0) {
    act.send(kinds.ready, self.winhv);
    for (let vp = 1; vp < self.rootVps; vp++) act.sendOn(vp, kinds.startVp, act.self, vp);
  }
  if (self.ready !== self.rootVps) return;
  act.request = self.request;
  act.send(kinds.booted, act.self, self.rootVps);
}

function startVp(self: RootKernelState, _hop: HopView, act: Act): void {
  self.step[act.vp] = SYNIC;
  goOn(self, act);
}

/** A refused MSR write would leave the root without hypercalls, so it is worth an assertion. */
function msrDone(self: RootKernelState, hop: HopView, act: Act): void {
  act.assert(hop.a2 === 0, 'the hypervisor answered an MSR access of the root with #GP');
  goOn(self, act);
}

/** [ROOT-3] */
function interrupt(self: RootKernelState, hop: HopView, act: Act): void {
  const vector = hop.a0 & 0xff;
  const routine = self.routines[vector]!;
  if (routine !== 0) {
    act.send(kinds.isr, routine - 1, vector);
    return;
  }
  self.spurious++;
  act.send(apic.eoiRoot, self.apic, vector);
}

function routineDone(self: RootKernelState, hop: HopView, act: Act): void {
  const vector = hop.a0 & 0xff;
  if (self.eoi[vector] === 1) act.send(apic.eoiRoot, self.apic, vector);
}

export const rootKernel = component<RootKernelState>({
  name: 'root-kernel',
  title: 'Root kernel',
  about: 'Windows Server in the root partition: it starts above the hypervisor, or the hypervisor below itself, and hands interrupts to its drivers.',
  place: 'root-kernel',
  sources: ['T2 4.12', 'T2 14.8.1', 'T2 22.3', 'management 1.1'],
  initial: (config: RootKernelConfig) => ({
    pages: config.pages, rootVps: config.rootVps, era: config.era ?? defaultEra, step: new Int32Array(config.rootVps), ready: 0, request: 0, apic: -1, intercepts: -1, winhv: -1,
    routines: new Int32Array(256), eoi: new Uint8Array(256), spurious: 0,
  }),
  on: {
    'ask.bootRoot': boot,
    [hv.launched.name]: (self, _hop, act) => goOn(self, act),
    [cpu.cpuidDoneRoot.name]: (self, _hop, act) => goOn(self, act),
    [msr.doneRoot.name]: msrDone,
    [kinds.startVp.name]: startVp,
    [kinds.booted.name]: () => {},
    [kinds.connectInterrupt.name]: (self, hop) => {
      self.routines[hop.a0 & 0xff] = hop.from + 1;
      self.eoi[hop.a0 & 0xff] = hop.a1;
    },
    [apic.injectRoot.name]: interrupt,
    [kinds.isrDone.name]: routineDone,
    [apic.eoiDoneRoot.name]: () => {},
    [cpu.hltDoneRoot.name]: () => {},
  },
  view: (self) => ({ vpsReady: self.ready, booted: self.ready === self.rootVps, spurious: self.spurious }),
});
