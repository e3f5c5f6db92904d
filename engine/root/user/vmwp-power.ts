/**
 * Power-on of a VM: ioctls of the VID in an order that TLFS permits, devices, the loaded guest, VP 0. SPEC [VMWP-1].
 *
 *     partition, VPs, memory, port intercepts; for an enlightened guest privileges and VMBus; the disk; components; VP 0
 */
import { HV_STATUS_INSUFFICIENT_MEMORY, HV_STATUS_NO_RESOURCES } from '../../wire/hv-status.ts';
import { defaultChildMaskLo, VMBUS_CHILD_MASK_HI } from '../../wire/privileges.ts';
import { STATUS_CANCELLED } from '../../wire/ntstatus.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { ide } from '../../devices/ide/hops.ts';
import { storvsp } from '../../devices/storage/hops.ts';
import { vmbus } from '../../devices/vmbus/hops.ts';
import { vid } from '../kernel/hops.ts';
import { goDown } from './vmwp-down.ts';
import { bootsFromDisk, guestImage } from './guest-image.ts';
import { vmms } from './hops.ts';
import { COOKIE_SETUP, DISK, MEMORY, PARTITION, PORTS, portsOf, PRIVILEGES, REPORT, START, VMBUS, VPS, type WorkerState } from './vmwp-state.ts';


const PAGES_PER_MB = 256;

export function powerOn(self: WorkerState, hop: HopView, act: Act): void {
  const path = act.pathOf(act.self);
  self.vmms = hop.from;
  self.nameText = hop.a0;
  self.request = hop.request;
  self.vid = act.find('root/vid');
  self.pic = act.addComponent('pic', `${path}/pic`, act.partition, {});
  self.ide = act.addComponent('ide', `${path}/ide`, act.partition, { pages: self.pages });
  self.step = PARTITION;
  next(self, act);
}

/** An ioctl has returned; the one that makes the partition also says which one it is. */
export function ioctlDone(self: WorkerState, act: Act, status: number, partition: number): void {
  if (self.step === PARTITION) self.partition = partition;
  stepDone(self, act, status);
}

/** A device has been attached. */
export function deviceDone(self: WorkerState, act: Act, status: number, reasonText: number): void {
  stepDone(self, act, status, reasonText === 0 ? '' : act.textOf(reasonText));
}

function stepDone(self: WorkerState, act: Act, status: number, reason = ''): void {
  if (status !== 0) {
    self.failed = status;
    self.reason = reason === '' ? reasonOf(self, status) : reason;
    return goDown(self, act);
  }
  self.at++;
  if (self.step === VPS) self.made++;
  if (self.off !== 0) return cancel(self, act);
  const count = self.step === VPS ? self.vm.vps : self.step === PORTS ? portsOf(self).length : self.step === DISK ? waysOf(self).length : 1;
  if (self.at >= count) {
    self.at = 0;
    self.step++;
  }
  next(self, act);
}

/** Somebody wants it off before it has been on: the start ends here, and what it has made goes. [VMWP-10] */
function cancel(self: WorkerState, act: Act): void {
  act.request = self.request;
  act.send(vmms.poweredOn, self.vmms, self.nameText, STATUS_CANCELLED, self.partition, act.text('it was turned off while it was starting'));
  self.request = self.off;
  self.off = 0;
  goDown(self, act);
}

/** Why a step was refused, for whoever asked for the start. */
function reasonOf(self: WorkerState, status: number): string {
  const what = stepNames[self.step];
  if (status === HV_STATUS_INSUFFICIENT_MEMORY) {
    return self.step === MEMORY ? `the machine has no ${self.vm.memoryMb} MB of memory left in one piece; turn another virtual machine off, or give this one less` : `there is not enough memory left for ${what}; turn another virtual machine off`;
  }
  if (status === HV_STATUS_NO_RESOURCES) return `the hypervisor has no number left for ${what}; start the machine anew`;
  return `${what} was refused with status 0x${status.toString(16).toUpperCase()}`;
}

const stepNames = ['its partition', 'its virtual processors', 'its memory', 'its ports', 'its privileges', 'VMBus', 'its disk', 'its first virtual processor'] as const;

function report(self: WorkerState, act: Act): void {
  act.request = self.request;
  act.send(vmms.poweredOn, self.vmms, self.nameText, 0, self.partition, 0);
}

/** Begins the next step. */
function next(self: WorkerState, act: Act): void {
  const enlightened = self.vm.guest === 'enlightened';
  if (!enlightened && (self.step === PRIVILEGES || self.step === VMBUS)) self.step = DISK;
  act.request = self.request;
  act.behalf = self.partition;
  switch (self.step) {
    case PARTITION: return act.send(vid.createPartition, self.vid, act.text(`${self.vm.name}\n${self.vm.title}`), COOKIE_SETUP);
    case VPS: return act.send(vid.createVp, self.vid, self.partition, self.at, COOKIE_SETUP);
    case MEMORY: return act.send(vid.mapMemory, self.vid, self.partition, self.vm.memoryMb * PAGES_PER_MB, COOKIE_SETUP);
    case PORTS: return act.send(vid.installPort, self.vid, self.partition, portsOf(self)[self.at]![0], portsOf(self)[self.at]![1], COOKIE_SETUP);
    case PRIVILEGES: return act.send(vid.setPrivileges, self.vid, self.partition, defaultChildMaskLo(self.era), VMBUS_CHILD_MASK_HI, COOKIE_SETUP);
    case VMBUS: return act.send(vmbus.attach, act.find('root/vmbus'), self.partition, 0);
    case DISK: return attachDisk(self, act);
    case START:
      loadGuest(self, act);
      return act.send(vid.startVp, self.vid, self.partition, 0, enlightened ? 1 : 0, COOKIE_SETUP);
    case REPORT:
      self.running = true;
      return report(self, act);
  }
}

/**
 * Devices that show the disk. A VM that boots from it has it on both ways, as a real one has: on the emulated channel for the
 * firmware, on VMBus for the driver. The others have it on the one way they use, so that a run shows which. [BOOT-1]
 */
function waysOf({ vm }: WorkerState): readonly ('ide' | 'vsp')[] {
  if (vm.path !== 'synthetic') return ['ide'];
  return bootsFromDisk(vm) ? ['ide', 'vsp'] : ['vsp'];
}

function attachDisk(self: WorkerState, act: Act): void {
  const file = self.vm.disk.fileId;
  if (waysOf(self)[self.at] === 'vsp') act.send(storvsp.attach, act.find('root/storvsp'), self.partition, file, COOKIE_SETUP);
  else act.send(ide.attach, self.ide, file, self.partition);
}

function loadGuest(self: WorkerState, act: Act): void {
  for (const part of guestImage(self.vm)) self.loaded.push(act.addComponent(part.type, `${self.vm.name}/${part.name}`, self.partition, part.config));
}
