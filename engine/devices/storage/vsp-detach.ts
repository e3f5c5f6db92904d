/**
 * The end of the synthetic disks of a guest that is turned off. Requests under way may still store into the guest's pages by DMA,
 * so the disk is given back only when the last of them has ended; nobody is answered. Part of the Storage VSP. [STORVSP-12]
 *
 * Route: `storvsp.detach` from the worker process -> the last `vhd.done` -> `vhd.close` -> `vhd.closed` -> `storvsp.detached`.
 */
import { vhd } from '../../root/kernel/storage-hops.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { storvsp } from './hops.ts';
import { orphan } from './vsp-ring.ts';
import { CLOSED, type Disk, type StorvspState } from './vsp-state.ts';

export function detach(self: StorvspState, hop: HopView, act: Act): void {
  const theirs = self.disks.filter((disk) => disk.partition === hop.a0);
  if (theirs.length === 0) return act.send(storvsp.detached, hop.from, hop.a1);
  for (const disk of theirs) {
    disk.phase = CLOSED;
    disk.draining = false;
    disk.stalled = false;
    disk.channel = -1;
    disk.waiting = [];
    disk.leaving = hop.a0;
    disk.partition = 0;
    disk.worker = hop.from;
    disk.cookie = hop.a1;
    disk.leaveRequest = hop.request;
    orphan(disk);
    closeWhenQuiet(self, act, disk);
  }
}

/** Gives the disk back as soon as nothing is under way for it. */
export function closeWhenQuiet(self: StorvspState, act: Act, disk: Disk): void {
  if (disk.leaving === 0 || disk.inFlight > 0) return;
  act.request = disk.leaveRequest;
  act.behalf = disk.leaving;
  if (disk.handle === 0) return left(self, act, disk);
  act.send(vhd.close, self.vhdparser, disk.handle, disk.number);
}

export function vhdClosed(self: StorvspState, hop: HopView, act: Act): void {
  const disk = self.disks[hop.a0]!;
  disk.handle = 0;
  left(self, act, disk);
}

/** The record is free for another disk; the last one of a guest tells its worker process. */
function left(self: StorvspState, act: Act, disk: Disk): void {
  const partition = disk.leaving;
  disk.leaving = 0;
  if (self.disks.some((other) => other.leaving === partition)) return;
  act.request = disk.leaveRequest;
  act.behalf = partition;
  act.send(storvsp.detached, disk.worker, disk.cookie);
}

/** Number of a record that no guest has, or a new one. */
export function freeNumber(self: StorvspState): number {
  const free = self.disks.findIndex((disk) => disk.partition === 0 && disk.leaving === 0);
  return free < 0 ? self.disks.length : free;
}
