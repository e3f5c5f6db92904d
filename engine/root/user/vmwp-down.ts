/**
 * Turning a VM off, and taking back a start that failed: what power-on has made goes in the reverse order. SPEC [VMWP-8] [VMWP-9].
 *
 *     VPs stopped; IDE emulator and Storage VSP give the disk back when nothing is under way; VMBus; port intercepts; memory; VPs,
 *     and with them the guest's components; the partition with every page; the report, after which VMMS ends the process
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { ide } from '../../devices/ide/hops.ts';
import { storvsp } from '../../devices/storage/hops.ts';
import { vmbus } from '../../devices/vmbus/hops.ts';
import { vid } from '../kernel/hops.ts';
import { vmms, vmwp } from './hops.ts';
import { IDLE } from './vmwp-interrupts.ts';
import { COOKIE_SETUP, DISK, MEMORY, PORTS, portsOf, START, VMBUS, VPS, type WorkerState } from './vmwp-state.ts';

const STOP = 0;
const IDE_DISK = 1;
/** Devices and interrupts are still from here on. */
const SETTLE = 2;
const VSP_DISK = 3;
const CHANNELS = 4;
const NO_PORTS = 5;
const NO_MEMORY = 6;
const NO_VPS = 7;
const NO_PARTITION = 8;
const OFF = 9;

/** Step of power-on that must have been begun for a step down to have anything to do, by step down. */
const needed = [START, DISK, DISK, DISK, VMBUS, PORTS, MEMORY, VPS, 0, 0] as const;

/** VMMS asks for it. A step of power-on that is under way ends first. [VMWP-10] */
export function powerOff(self: WorkerState, hop: HopView, act: Act): void {
  if (!self.running) {
    self.off = hop.request;
    return;
  }
  self.request = hop.request;
  self.running = false;
  goDown(self, act);
}

/** Begins with what was made last. */
export function goDown(self: WorkerState, act: Act): void {
  self.down = STOP;
  self.at = 0;
  downNext(self, act);
}

/** A step down has been carried out, or one of several of its kind. */
export function downDone(self: WorkerState, act: Act): void {
  self.at++;
  const count = self.down === NO_VPS ? self.made : self.down === NO_PORTS ? portsOf(self).length : 1;
  if (self.at >= count) {
    if (self.down === NO_VPS) retireGuest(self, act);
    self.at = 0;
    self.down++;
  }
  downNext(self, act);
}

function applies(self: WorkerState): boolean {
  if (self.step < needed[self.down]!) return false;
  if (self.down === CHANNELS) return self.vm.guest === 'enlightened';
  return self.down === NO_VPS ? self.made > 0 : true;
}

/** Begins the next step down that has anything to do. */
export function downNext(self: WorkerState, act: Act): void {
  while (!applies(self)) self.down++;
  act.request = self.request;
  act.behalf = self.partition;
  switch (self.down) {
    case STOP: return act.send(vid.stopVps, self.vid, self.partition, self.vm.vps, COOKIE_SETUP);
    case IDE_DISK: return act.send(ide.detach, self.ide);
    case SETTLE: return settle(self, act);
    case VSP_DISK: return act.send(storvsp.detach, act.find('root/storvsp'), self.partition, COOKIE_SETUP);
    case CHANNELS: return act.send(vmbus.detach, act.find('root/vmbus'), self.partition);
    case NO_PORTS: return act.send(vid.removePort, self.vid, self.partition, portsOf(self)[self.at]![0], portsOf(self)[self.at]![1], COOKIE_SETUP);
    case NO_MEMORY: return act.send(vid.unmapMemory, self.vid, self.partition, COOKIE_SETUP);
    case NO_VPS: return act.send(vid.deleteVp, self.vid, self.partition, self.made - 1 - self.at, COOKIE_SETUP);
    case NO_PARTITION: return act.send(vid.deletePartition, self.vid, self.partition, COOKIE_SETUP);
    case OFF: return report(self, act);
  }
}

/** Goes on when no ioctl about an interrupt is under way and no thread of this process has anything left to do. */
function settle(self: WorkerState, act: Act): void {
  if (self.phase !== IDLE || self.held.there) return;
  for (const part of [act.self, self.ide, self.pic]) {
    const vp = act.whereTo(part);
    if (vp >= 0) return act.sendOn(vp, vmwp.settle, act.self, vp);
  }
  self.wanted.there = false;
  downDone(self, act);
}

/** An ioctl about an interrupt, or a thread, has ended. */
export function settled(self: WorkerState, act: Act): void {
  if (self.down === SETTLE) downNext(self, act);
}

/** The VPs are gone, and nothing of the guest can happen any more. [VMWP-9] */
function retireGuest(self: WorkerState, act: Act): void {
  for (const component of self.loaded) act.retire(component);
  self.loaded = [];
}

function report(self: WorkerState, act: Act): void {
  if (self.failed !== 0) act.send(vmms.poweredOn, self.vmms, self.nameText, self.failed, self.partition, act.text(self.reason));
  if (self.failed !== 0 && self.off === 0) return;
  if (self.off !== 0) act.request = self.off;
  act.send(vmms.poweredOff, self.vmms, self.nameText, self.partition);
}
