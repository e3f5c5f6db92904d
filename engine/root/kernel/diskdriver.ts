/**
 * The driver of the physical disk. Runs: root kernel. Route: `diskdrv.read` or `.write` -> `disk.command` (no exit) ... interrupt ->
 * `kernel.isr` -> status register -> DPC -> `diskdrv.done`. [DRV-1..5]
 *
 * The controller takes 32 commands; further ones wait here. Completions are read from the ring of entries in root memory.
 */
import { disk } from '../../hardware/hops.ts';
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { completionPosted, completionStatus, completionTag, DISK_NO_SUCH_SECTOR, DISK_OK } from '../../wire/disk-completion.ts';
import { STATUS_INSUFFICIENT_RESOURCES, STATUS_IO_DEVICE_ERROR, STATUS_NONEXISTENT_SECTOR, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { kernel } from './hops.ts';
import { diskdrv as hops } from './storage-hops.ts';

export const DISK_VECTOR = 0x51;
/** Commands the controller takes at once, and requests that may wait behind them. */
const QUEUE = 32;
const WAITING = 512;

const NOT_CONNECTED = 0;
const ASKED = 1;
const CONNECTED = 2;

export interface DiskDriverConfig {
  /** Root page of the ring of completion entries; the disk's configuration names the same. */
  readonly completionPage: number;
}

interface Job {
  peer: number;
  cookie: number;
  lba: number;
  sectors: number;
  mdlPage: number;
  mdlSpan: number;
  write: number;
  request: number;
  behalf: number;
}

export interface DiskDriverState {
  completionPage: number;
  /** 0 not connected, 1 asked for, 2 connected: commands may be given. */
  connection: number;
  /** By tag: what the controller works on. */
  atDisk: (Job | null)[];
  waiting: Job[];
  /** Entries that the service routine has seen, and that the DPC has taken. */
  seen: number;
  taken: number;
  interrupts: number;
}

function take(self: DiskDriverState, hop: HopView, act: Act, write: number): void {
  if (self.waiting.length >= WAITING) {
    act.send(hops.done, hop.from, hop.a4, STATUS_INSUFFICIENT_RESOURCES, write);
    return;
  }
  const job: Job = {
    peer: hop.from, cookie: hop.a4, lba: hop.a0, sectors: hop.a1, mdlPage: hop.a2, mdlSpan: hop.a3, write, request: hop.request, behalf: act.behalf,
  };
  const tag = self.connection === CONNECTED ? self.atDisk.indexOf(null) : -1;
  if (tag < 0) self.waiting.push(job);
  else command(self, act, tag, job);
  if (self.connection === NOT_CONNECTED) connect(self, act);
}

/** The call to ourselves stands behind the one to the kernel, on the same VP and level: then the vector is connected. [DRV-1] */
function connect(self: DiskDriverState, act: Act): void {
  self.connection = ASKED;
  act.send(kernel.connectInterrupt, act.find('root/kernel'), DISK_VECTOR, 1);
  act.send(hops.start, act.self, self.waiting.length);
}

function startDisk(self: DiskDriverState, _hop: HopView, act: Act): void {
  self.connection = CONNECTED;
  for (let tag = 0; tag < QUEUE; tag++) {
    const next = self.waiting.shift();
    if (next === undefined) return;
    command(self, act, tag, next);
  }
}

function command(self: DiskDriverState, act: Act, tag: number, job: Job): void {
  self.atDisk[tag] = job;
  act.request = job.request;
  act.behalf = job.behalf;
  act.send(disk.command, act.find('hardware/disk'), job.lba, job.sectors, job.mdlPage, job.mdlSpan, tag, job.write);
}

/** The service routine: it looks whether the controller has posted entries, clears its status and leaves. [DRV-3] */
function isr(self: DiskDriverState, hop: HopView, act: Act): void {
  const ring = act.page(self.completionPage);
  const before = self.seen;
  while (completionPosted(ring, self.seen + 1)) self.seen += 1;
  self.interrupts += 1;
  act.send(disk.acknowledge, act.find('hardware/disk'), self.seen - before, self.seen);
  if (self.seen > before) act.send(hops.dpc, act.self, self.seen - before);
  act.send(kernel.isrDone, hop.from, hop.a0);
}

function statusOf(entry: number): number {
  if (entry === DISK_OK) return STATUS_SUCCESS;
  return entry === DISK_NO_SUCH_SECTOR ? STATUS_NONEXISTENT_SECTOR : STATUS_IO_DEVICE_ERROR;
}

/** Completes what the entries name, oldest first, and gives the controller what waited. [DRV-4] */
function dpc(self: DiskDriverState, _hop: HopView, act: Act): void {
  while (self.taken < self.seen) {
    self.taken += 1;
    const ring = act.page(self.completionPage);
    const tag = completionTag(ring, self.taken);
    const status = statusOf(completionStatus(ring, self.taken));
    const job = self.atDisk[tag] ?? null;
    act.assert(job !== null, 'The controller completes a command that it was given.');
    self.atDisk[tag] = null;
    act.request = job.request;
    act.behalf = job.behalf;
    act.send(hops.done, job.peer, job.cookie, status, job.write);
    const next = self.waiting.shift();
    if (next !== undefined) command(self, act, tag, next);
  }
}

export const diskdriver = component<DiskDriverState>({
  name: 'diskdriver',
  title: 'Disk driver',
  about: 'The driver of the physical disk: it gives commands to the controller without an exit and takes its interrupt.',
  place: 'root-kernel',
  sources: ['management 1.1', 'COR 25'],
  initial: (config: DiskDriverConfig): DiskDriverState => ({
    completionPage: config.completionPage,
    connection: NOT_CONNECTED,
    atDisk: new Array<Job | null>(QUEUE).fill(null),
    waiting: [],
    seen: 0,
    taken: 0,
    interrupts: 0,
  }),
  on: {
    [hops.read.name]: (self, hop, act) => take(self, hop, act, 0),
    [hops.write.name]: (self, hop, act) => take(self, hop, act, 1),
    [hops.start.name]: startDisk,
    [kernel.isr.name]: isr,
    [hops.dpc.name]: dpc,
  },
  view: (self) => ({
    atDisk: self.atDisk.filter((j) => j !== null).length,
    waiting: self.waiting.length,
    completed: self.taken,
    interrupts: self.interrupts,
  }),
});
