/**
 * Power-on of a VM: ioctls of the VID in an order that TLFS permits, devices, the loaded guest, VP 0. SPEC [VMWP-1].
 *
 *     partition, VPs, memory, port intercepts; for an enlightened guest privileges and VMBus; the disk; components; VP 0
 */
import { defaultChildMaskLo, VMBUS_CHILD_MASK_HI } from '../../wire/privileges.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { BUS_MASTER_BASE, BUS_MASTER_PORTS } from '../../devices/ide/bus-master-registers.ts';
import { ide } from '../../devices/ide/hops.ts';
import { storvsp } from '../../devices/storage/hops.ts';
import { vmbus } from '../../devices/vmbus/hops.ts';
import { vid } from '../kernel/hops.ts';
import { guestImage } from './guest-image.ts';
import { vmms } from './hops.ts';
import { COOKIE_SETUP, type WorkerState } from './vmwp-state.ts';

/** Ports behind which the emulated devices live: first port, how many. */
const ports: readonly (readonly [number, number])[] = [[0x1f0, 8], [0x3f6, 1], [0x20, 2], [0xa0, 2]];
/** The bus-master registers are there only for a guest that switches bus mastering on in PCI configuration space. [BM-1] */
const portsWithDma = [...ports, [BUS_MASTER_BASE, BUS_MASTER_PORTS]] as const;

function portsOf(self: WorkerState): readonly (readonly [number, number])[] {
  return self.vm.path === 'dma' ? portsWithDma : ports;
}

const PARTITION = 0;
const VPS = 1;
const MEMORY = 2;
const PORTS = 3;
const PRIVILEGES = 4;
const VMBUS = 5;
const DISK = 6;
const START = 7;
const REPORT = 8;

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
export function deviceDone(self: WorkerState, act: Act, status: number): void {
  stepDone(self, act, status);
}

function stepDone(self: WorkerState, act: Act, status: number): void {
  if (status !== 0) {
    self.failed = status;
    return report(self, act, status);
  }
  self.at++;
  const count = self.step === VPS ? self.vm.vps : self.step === PORTS ? portsOf(self).length : 1;
  if (self.at >= count) {
    self.at = 0;
    self.step++;
  }
  next(self, act);
}

function report(self: WorkerState, act: Act, status: number): void {
  act.request = self.request;
  act.send(vmms.poweredOn, self.vmms, self.nameText, status, self.partition);
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
      return report(self, act, 0);
  }
}

/** The disk stands on one of the two ways only, so that a run shows which one it takes (a real VM has it on both). */
function attachDisk(self: WorkerState, act: Act): void {
  const file = self.vm.disk.fileId;
  if (self.vm.path === 'synthetic') act.send(storvsp.attach, act.find('root/storvsp'), self.partition, file, COOKIE_SETUP);
  else act.send(ide.attach, self.ide, file, self.partition);
}

function loadGuest(self: WorkerState, act: Act): void {
  for (const loaded of guestImage(self.vm)) act.addComponent(loaded.type, `${self.vm.name}/${loaded.name}`, self.partition, loaded.config);
}
