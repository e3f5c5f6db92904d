/**
 * NTFS and the I/O manager of the root: a file is a list of extents, and a read or write of it becomes one disk request per
 * extent it touches. A file grows by free clusters. Runs: root kernel. Route: `ntfs.read` or `.write` -> `diskdrv.read` or
 * `.write` (1..n) -> `diskdrv.done` (1..n) -> `ntfs.done`. [NTFS-1..6]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { STATUS_DISK_FULL, STATUS_END_OF_FILE, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_NO_SUCH_FILE, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { mdlLength } from '../../wire/mdl.ts';
import { keepJob } from './job-table.ts';
import { MDL_SLOTS_PER_PAGE, mdlSlotPage, sliceIntoSlot } from './mdl.ts';
import { diskdrv, FILE_RAW, FILE_READ_ONLY, ntfs as hops } from './storage-hops.ts';

/** Root pages for the MDLs of parts. */
export const NTFS_PAGES = 8;
const SLOTS = NTFS_PAGES * MDL_SLOTS_PER_PAGE;
const JOBS = 256;
const SECTOR = 512;
/** Sectors of a cluster: 4 KiB. */
export const CLUSTER_SECTORS = 8;

export interface FileExtent {
  readonly fileSector: number;
  readonly sectors: number;
  readonly lba: number;
}

export interface RootFile {
  readonly fileId: number;
  readonly name: string;
  /** Structural name of the guest whose disk it is. */
  readonly owner?: string;
  /** A copy for a virtual machine that is created later. */
  readonly copy?: boolean;
  /** Length in bytes before it grew, when that is no multiple of a sector. */
  readonly bytes?: number;
  /** Its sectors are a disk as they stand, without VHD structures. */
  readonly raw?: boolean;
  readonly readOnly?: boolean;
  /** File that a person has named as its parent disk. */
  readonly parent?: number;
  /** In file order, without gaps. */
  readonly extents: readonly FileExtent[];
}

export interface NtfsConfig {
  /** First of `NTFS_PAGES` root pages. */
  readonly pages: number;
  readonly files: readonly RootFile[];
  /** Sectors of the physical disk that no file has, in whole clusters: what files grow into; none when left out. */
  readonly free?: { readonly lba: number; readonly sectors: number };
}

interface Job {
  peer: number;
  cookie: number;
  request: number;
  behalf: number;
  write: number;
  /** Disk requests that have not ended. */
  left: number;
  status: number;
}

/** One disk request of a job; its number is the cookie of `diskdrv.read` or `.write`, and of its MDL slot if it needed one. */
interface Part {
  job: number;
}

export interface NtfsState {
  pages: number;
  files: RootFile[];
  /** First sector of the free clusters, and where they end. */
  free: number;
  freeEnd: number;
  jobs: (Job | null)[];
  parts: (Part | null)[];
  reads: number;
  writes: number;
  split: number;
}

function fileOf(self: NtfsState, fileId: number): RootFile | null {
  for (const file of self.files) if (file.fileId === fileId) return file;
  return null;
}

function sectorsOf(file: RootFile): number {
  let sectors = 0;
  for (const extent of file.extents) sectors += extent.sectors;
  return sectors;
}

/** Why a read or write cannot be done, or STATUS_SUCCESS. [NTFS-3] */
function check(file: RootFile | null, hop: HopView, act: Act): number {
  if (file === null) return STATUS_NO_SUCH_FILE;
  if (hop.a2 === 0 || mdlLength(act.page(hop.a3), hop.a4) !== hop.a2 * SECTOR) return STATUS_INVALID_PARAMETER;
  return hop.a1 + hop.a2 > sectorsOf(file) ? STATUS_END_OF_FILE : STATUS_SUCCESS;
}

function take(self: NtfsState, hop: HopView, act: Act, write: number): void {
  const file = fileOf(self, hop.a0);
  const status = check(file, hop, act);
  if (status !== STATUS_SUCCESS || file === null) {
    act.send(hops.done, hop.from, hop.a5, status, write);
    return;
  }
  const job: Job = { peer: hop.from, cookie: hop.a5, request: hop.request, behalf: act.behalf, write, left: 0, status: STATUS_SUCCESS };
  const number = keepJob(self.jobs, job, JOBS);
  if (number < 0) {
    act.send(hops.done, hop.from, hop.a5, STATUS_INSUFFICIENT_RESOURCES, write);
    return;
  }
  if (write === 1) self.writes += 1;
  else self.reads += 1;
  for (const extent of file.extents) {
    const from = Math.max(hop.a1, extent.fileSector);
    const end = Math.min(hop.a1 + hop.a2, extent.fileSector + extent.sectors);
    if (from < end) takePart(self, hop, act, number, from, end - from, extent.lba + from - extent.fileSector);
  }
  if (job.left > 1) self.split += 1;
  if (job.left === 0) finish(self, act, number);
}

/** Asks for the part of the request that lies in one extent; the whole request keeps the caller's MDL. [NTFS-2] */
function takePart(self: NtfsState, hop: HopView, act: Act, number: number, fileSector: number, sectors: number, lba: number): void {
  const job = self.jobs[number]!;
  const part = keepJob(self.parts, { job: number }, SLOTS);
  if (part < 0) {
    job.status = STATUS_INSUFFICIENT_RESOURCES;
    return;
  }
  let page = hop.a3;
  let span = hop.a4;
  if (sectors < hop.a2) {
    page = mdlSlotPage(self.pages, part);
    span = sliceIntoSlot(act, hop.a3, hop.a4, (fileSector - hop.a1) * SECTOR, sectors * SECTOR, self.pages, part);
    if (span === 0) {
      self.parts[part] = null;
      job.status = STATUS_INVALID_PARAMETER;
      return;
    }
  }
  job.left += 1;
  act.send(job.write === 1 ? diskdrv.write : diskdrv.read, act.find('root/diskdriver'), lba, sectors, page, span, part);
}

function partDone(self: NtfsState, hop: HopView, act: Act): void {
  const part = self.parts[hop.a0] ?? null;
  act.assert(part !== null, 'The disk driver ends a request that NTFS made.');
  self.parts[hop.a0] = null;
  const job = self.jobs[part.job]!;
  if (hop.a1 !== STATUS_SUCCESS) job.status = hop.a1;
  job.left -= 1;
  if (job.left === 0) finish(self, act, part.job);
}

function finish(self: NtfsState, act: Act, number: number): void {
  const job = self.jobs[number]!;
  self.jobs[number] = null;
  act.request = job.request;
  act.behalf = job.behalf;
  act.send(hops.done, job.peer, job.cookie, job.status, job.write);
}

function open(self: NtfsState, hop: HopView, act: Act): void {
  const file = fileOf(self, hop.a0);
  if (file === null) return act.send(hops.opened, hop.from, hop.a1, STATUS_NO_SUCH_FILE);
  const attributes = (file.raw === true ? FILE_RAW : 0) | (file.readOnly === true ? FILE_READ_ONLY : 0);
  act.send(hops.opened, hop.from, hop.a1, STATUS_SUCCESS, sectorsOf(file), attributes);
}

/** The parent disk of a file: the one a person has named, or a file of that name. [NTFS-6] */
function findParent(self: NtfsState, hop: HopView, act: Act): void {
  const named = fileOf(self, hop.a0)?.parent ?? 0;
  const name = act.textOf(hop.a1).toLowerCase();
  const found = self.files.find((f) => (named > 0 ? f.fileId === named : f.fileId !== hop.a0 && f.name.toLowerCase() === name));
  act.send(hops.parentFound, hop.from, hop.a2, found === undefined ? STATUS_NO_SUCH_FILE : STATUS_SUCCESS, found?.fileId ?? 0);
}

/**
 * Lengthens a file: first into the rest of its last cluster, then by clusters from the front of the free ones, which go on
 * its last extent when they follow it. A length it has already changes nothing. [NTFS-5]
 */
function extend(self: NtfsState, hop: HopView, act: Act): void {
  const at = self.files.findIndex((f) => f.fileId === hop.a0);
  const file = self.files[at];
  if (file === undefined) return act.send(hops.extended, hop.from, hop.a2, STATUS_NO_SUCH_FILE, 0);
  const before = sectorsOf(file);
  const grown = hop.a1 > before ? grownBy(self, file, before, hop.a1 - before) : file.extents;
  if (grown === null) return act.send(hops.extended, hop.from, hop.a2, STATUS_DISK_FULL, before);
  self.files[at] = { ...file, extents: grown };
  act.send(hops.extended, hop.from, hop.a2, STATUS_SUCCESS, Math.max(before, hop.a1));
}

function grownBy(self: NtfsState, file: RootFile, before: number, more: number): readonly FileExtent[] | null {
  const extents = file.extents.map((e) => ({ ...e }));
  const last = extents.at(-1);
  const end = last === undefined ? 0 : last.lba + last.sectors;
  const slack = last === undefined ? 0 : Math.min(more, (CLUSTER_SECTORS - (end % CLUSTER_SECTORS)) % CLUSTER_SECTORS);
  const rest = more - slack;
  const taken = Math.ceil(rest / CLUSTER_SECTORS) * CLUSTER_SECTORS;
  if (self.free + taken > self.freeEnd) return null;
  if (last !== undefined) last.sectors += slack;
  if (rest > 0) {
    if (last !== undefined && end + slack === self.free) last.sectors += rest;
    else extents.push({ fileSector: before + slack, sectors: rest, lba: self.free });
    self.free += taken;
  }
  return extents;
}

function start(config: NtfsConfig): NtfsState {
  for (const file of config.files) {
    let next = 0;
    for (const extent of file.extents) {
      if (extent.fileSector !== next) throw new RangeError(`ntfs: the extents of ${file.name} leave a gap at sector ${next}`);
      next += extent.sectors;
    }
  }
  const files = config.files.map((f) => ({ ...f, extents: f.extents.map((e) => ({ ...e })) }));
  const free = config.free ?? { lba: 0, sectors: 0 };
  if (free.lba % CLUSTER_SECTORS !== 0) throw new RangeError(`ntfs: the free clusters must begin at a multiple of ${CLUSTER_SECTORS} sectors`);
  return { pages: config.pages, files, free: free.lba, freeEnd: free.lba + free.sectors, jobs: [], parts: [], reads: 0, writes: 0, split: 0 };
}

export const ntfs = component<NtfsState>({
  name: 'ntfs',
  title: 'NTFS and I/O manager',
  about: 'The file system of the root: it knows where on the physical disk the sectors of a VHD file lie, and gives it more when it grows.',
  place: 'root-kernel',
  sources: ['management 1.1'],
  initial: start,
  on: {
    [hops.open.name]: open,
    [hops.read.name]: (self, hop, act) => take(self, hop, act, 0),
    [hops.write.name]: (self, hop, act) => take(self, hop, act, 1),
    [hops.extend.name]: extend,
    [hops.findParent.name]: findParent,
    [diskdrv.done.name]: partDone,
  },
  view: (self) => ({
    files: self.files.map((f) => ({ fileId: f.fileId, name: f.name, extents: f.extents.length, sectors: sectorsOf(f) })),
    reads: self.reads,
    writes: self.writes,
    freeSectors: self.freeEnd - self.free,
    split: self.split,
    waiting: self.jobs.filter((j) => j !== null).length,
  }),
});
