/**
 * `root/vmms`: the Virtual Machine Management Service. Keeps the configurations and states of the virtual machines and spawns a
 * worker process for each that runs. Runs in a process of its own in the root's user mode; makes no hypercalls. SPEC [VMMS-*].
 */
import { defaultEra, type Era } from '../../wire/eras.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { vmms as kinds, type VmConfig } from './hops.ts';
import { WORKER_PAGES } from './vmwp-state.ts';

export interface VmmsConfig {
  /** First of `count` root pages for worker processes; each gets WORKER_PAGES. */
  readonly pages: number;
  /** Enough for 128 worker processes when left out. */
  readonly count?: number;
  /** Era of the machine. */
  readonly era?: Era;
  /** VPs of the root: a busy application has a thread on each. */
  readonly rootVps?: number;
}

/** Msvm_ComputerSystem.EnabledState. */
export const ENABLED = 2;
export const DISABLED = 3;
export const STARTING = 32770;

interface Vm {
  config: string;
  name: string;
  title: string;
  state: number;
  worker: number;
  partition: number;
}

interface VmmsState {
  pages: number;
  end: number;
  era: Era;
  rootVps: number;
  vms: Vm[];
  /** Requests that named a VM that is not there or not off. */
  refused: number;
  /** How often busy applications have been ended. */
  burnsEnded: number;
}

function createVm(self: VmmsState, hop: HopView, act: Act): void {
  const config = act.textOf(hop.a0);
  const { name, title } = JSON.parse(config) as VmConfig;
  if (self.vms.some((vm) => vm.name === name)) {
    self.refused++;
    return;
  }
  self.vms.push({ config, name, title, state: DISABLED, worker: -1, partition: 0 });
}

/** [VMMS-1] */
function startVm(self: VmmsState, hop: HopView, act: Act): void {
  const vm = self.vms.find((v) => v.name === act.textOf(hop.a0));
  if (vm === undefined || vm.state !== DISABLED || vm.worker >= 0) {
    self.refused++;
    return;
  }
  act.assert(self.pages + WORKER_PAGES <= self.end, 'VMMS has no root pages left for another worker process');
  vm.state = STARTING;
  vm.worker = act.addComponent('vmwp', `root/vmwp/${vm.name}`, 1, { vm: { era: self.era, ...(JSON.parse(vm.config) as VmConfig) }, era: self.era, pages: self.pages });
  self.pages += WORKER_PAGES;
  act.send(kinds.powerOn, vm.worker, hop.a0);
}

function poweredOn(self: VmmsState, hop: HopView): void {
  const vm = self.vms.find((v) => v.worker === hop.from)!;
  vm.state = hop.a1 === 0 ? ENABLED : DISABLED;
  vm.partition = hop.a2;
}

/** Nanoseconds of one slice of a busy application, and the bytes whose copying costs as much. */
const SLICE_NS = 1_000_000;
const SLICE_BYTES = ((SLICE_NS - 100) / 1000) * 4096;

/** Slices of an application that runs until it is stopped. */
const ENDLESS = 0xffff_ffff;

/** A thread on every root VP. [VMMS-2] */
function startBurn(self: VmmsState, hop: HopView, act: Act): void {
  for (let vp = 0; vp < self.rootVps; vp++) act.sendOn(vp, kinds.burn, act.self, hop.a0 === 0 ? ENDLESS : hop.a0, Math.floor(SLICE_BYTES), self.burnsEnded);
}

/** One more slice of a thread, unless somebody has ended the applications since it began. */
function burn(self: VmmsState, hop: HopView, act: Act): void {
  if (hop.a0 <= 1 || hop.a2 < self.burnsEnded) return;
  act.send(kinds.burn, act.self, hop.a0 === ENDLESS ? ENDLESS : hop.a0 - 1, Math.floor(SLICE_BYTES), hop.a2);
}

export const vmmsType = component<VmmsState>({
  name: 'vmms',
  title: 'VMMS',
  about: 'vmms.exe, the Virtual Machine Management Service: keeps the state of every virtual machine and spawns a worker process for each that runs.',
  place: 'root-user',
  sources: ['management 1.1'],
  initial: (config: VmmsConfig) => ({ pages: config.pages, end: config.pages + (config.count ?? 128 * WORKER_PAGES), era: config.era ?? defaultEra, rootVps: config.rootVps ?? 1, vms: [], refused: 0, burnsEnded: 0 }),
  on: {
    'ask.createVm': createVm,
    'ask.startVm': startVm,
    [kinds.poweredOn.name]: poweredOn,
    'ask.burn': startBurn,
    'ask.stopBurn': (self) => {
      self.burnsEnded++;
    },
    [kinds.burn.name]: burn,
  },
  view: (self) => ({ vms: self.vms.map((v) => ({ name: v.name, title: v.title, EnabledState: v.state, partition: v.partition })), refused: self.refused }),
});
