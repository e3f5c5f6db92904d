/**
 * `root/vmms`: the Virtual Machine Management Service. Keeps the configurations and states of the virtual machines and spawns a
 * worker process for each that runs. Runs in a process of its own in the root's user mode; makes no hypercalls. SPEC [VMMS-*].
 */
import { defaultEra, type Era } from '../../wire/eras.ts';
import { STATUS_CANCELLED } from '../../wire/ntstatus.ts';
import type { Act } from '../../sim/act.ts';
import { component, type HopView } from '../../sim/component.ts';
import { giveRun, newRuns, takeRun, type PageRuns } from '../../sim/page-runs.ts';
import { DISABLED, ENABLED, STARTING, STOPPING, INVALID_PARAMETER_CODE, INVALID_STATE_CODE, vmms as kinds, type VmConfig } from './hops.ts';
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


interface Vm {
  config: string;
  name: string;
  title: string;
  state: number;
  worker: number;
  /** First page of its worker process. */
  pages: number;
  partition: number;
  /** Why the last start failed, or ''. */
  reason: string;
  /** When it began to run. */
  since: number;
}

interface VmmsState {
  /** Root pages that no worker process has. */
  free: PageRuns;
  era: Era;
  rootVps: number;
  vms: Vm[];
  /** Requests that named a VM that is not there or not in the right state. */
  refused: number;
  /** How often busy applications have been ended. */
  burnsEnded: number;
}

/** The VM a request names, when it is in a state the request needs; else the request is refused with a return code. [VMMS-6] */
function named(self: VmmsState, hop: HopView, act: Act, ...states: readonly number[]): Vm | null {
  const vm = self.vms.find((v) => v.name === act.textOf(hop.a0));
  if (vm !== undefined && states.includes(vm.state)) return vm;
  refuse(self, act, hop.a0, vm === undefined ? INVALID_PARAMETER_CODE : INVALID_STATE_CODE);
  return null;
}

function refuse(self: VmmsState, act: Act, nameText: number, code: number): void {
  self.refused++;
  act.send(kinds.refused, act.self, nameText, code);
}

function createVm(self: VmmsState, hop: HopView, act: Act): void {
  const config = act.textOf(hop.a0);
  const { name, title } = JSON.parse(config) as VmConfig;
  if (self.vms.some((vm) => vm.name === name)) return refuse(self, act, act.text(name), INVALID_PARAMETER_CODE);
  self.vms.push({ config, name, title, state: DISABLED, worker: -1, pages: 0, partition: 0, reason: '', since: 0 });
}

/** [VMMS-1] */
function startVm(self: VmmsState, hop: HopView, act: Act): void {
  const vm = named(self, hop, act, DISABLED);
  if (vm === null) return;
  vm.pages = takeRun(self.free, WORKER_PAGES);
  if (vm.pages < 0) {
    vm.reason = 'there are as many worker processes as the root has pages for; turn another virtual machine off';
    return;
  }
  vm.reason = '';
  vm.state = STARTING;
  vm.worker = act.addComponent('vmwp', `root/vmwp/${vm.name}`, 1, { vm: { era: self.era, ...(JSON.parse(vm.config) as VmConfig) }, era: self.era, pages: vm.pages });
  act.send(kinds.powerOn, vm.worker, hop.a0);
}

/** A start that failed has been taken back by its worker process, which ends now. */
function poweredOn(self: VmmsState, hop: HopView, act: Act): void {
  const vm = self.vms.find((v) => v.worker === hop.from)!;
  vm.partition = hop.a2;
  if (hop.a1 !== 0 && hop.a1 !== STATUS_CANCELLED) vm.reason = act.textOf(hop.a3);
  // Turn Off has come before the answer to the start: its own answer ends the process.
  if (vm.state === STOPPING) return;
  vm.state = ENABLED;
  vm.since = act.now;
  if (hop.a1 !== 0) endWorker(self, act, vm);
}

/** [VMMS-3] */
function turnOff(self: VmmsState, hop: HopView, act: Act): void {
  const vm = named(self, hop, act, ENABLED, STARTING);
  if (vm === null) return;
  vm.state = STOPPING;
  if (vm.partition > 0) act.behalf = vm.partition;
  act.send(kinds.powerOff, vm.worker, hop.a0);
}

function poweredOff(self: VmmsState, hop: HopView, act: Act): void {
  endWorker(self, act, self.vms.find((v) => v.worker === hop.from)!);
}

/** The process ends with its emulated devices; its pages are free. */
function endWorker(self: VmmsState, act: Act, vm: Vm): void {
  const path = `root/vmwp/${vm.name}`;
  for (const part of [`${path}/ide`, `${path}/pic`, path]) act.retire(act.find(part));
  giveRun(self.free, vm.pages, WORKER_PAGES);
  vm.state = DISABLED;
  vm.worker = -1;
  vm.partition = 0;
}

/** The configuration goes; the file of the disk stays. [VMMS-4] */
function deleteVm(self: VmmsState, hop: HopView, act: Act): void {
  const vm = named(self, hop, act, DISABLED);
  if (vm !== null) self.vms.splice(self.vms.indexOf(vm), 1);
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
  initial: (config: VmmsConfig) => ({ free: newRuns(config.pages, config.count ?? 128 * WORKER_PAGES), era: config.era ?? defaultEra, rootVps: config.rootVps ?? 1, vms: [], refused: 0, burnsEnded: 0 }),
  on: {
    'ask.createVm': createVm,
    'ask.startVm': startVm,
    'ask.turnOff': turnOff,
    'ask.deleteVm': deleteVm,
    [kinds.poweredOn.name]: poweredOn,
    [kinds.poweredOff.name]: poweredOff,
    [kinds.refused.name]: () => undefined,
    'ask.burn': startBurn,
    'ask.stopBurn': (self) => {
      self.burnsEnded++;
    },
    [kinds.burn.name]: burn,
  },
  view: (self) => ({ vms: self.vms.map((v) => ({ name: v.name, title: v.title, EnabledState: v.state, partition: v.partition, reason: v.reason, config: v.config, since: v.since })), refused: self.refused }),
});
