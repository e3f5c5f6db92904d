/**
 * NTFS and the I/O manager of the root: a file is a list of extents, and a read of it becomes one disk read per extent it
 * touches. Runs: root kernel. Route: `ntfs.read` -> `diskdrv.read` (1..n) -> `diskdrv.done` (1..n) -> `ntfs.done`. [NTFS-1..4]
 */
import type { Act } from '../../sim/act.ts';
import type { HopView } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { STATUS_END_OF_FILE, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_NO_SUCH_FILE, STATUS_SUCCESS } from '../../wire/ntstatus.ts';
import { mdlLength } from '../../wire/mdl.ts';
import { keepJob } from './job-table.ts';
import { MDL_SLOTS_PER_PAGE, mdlSlotPage, sliceIntoSlot } from './mdl.ts';
import { diskdrv, ntfs as hops } from './storage-hops.ts';

/** Root pages for the MDLs of parts. */
export const NTFS_PAGES = 8;
const SLOTS = NTFS_PAGES * MDL_SLOTS_PER_PAGE;
const JOBS = 256;
const SECTOR = 512;

export interface FileExtent {
  readonly fileSector: number;
  readonly sectors: number;
  readonly lba: number;
}

export interface RootFile {
  readonly fileId: number;
  readonly name: string;
  /** In file order, without gaps. */
  readonly extents: readonly FileExtent[];
}

export interface NtfsConfig {
  /** First of `NTFS_PAGES` root pages. */
  readonly pages: number;
  readonly files: readonly RootFile[];
}

interface Job {
  peer: number;
  cookie: number;
  request: number;
  behalf: number;
  /** Disk reads that have not ended. */
  left: number;
  status: number;
}

/** One disk read of a job; its number is the cookie of `diskdrv.read`, and of its MDL slot if it needed one. */
interface Part {
  job: number;
}

export interface NtfsState {
  pages: number;
  files: readonly RootFile[];
  jobs: (Job | null)[];
  parts: (Part | null)[];
  reads: number;
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

/** Why a read cannot be done, or STATUS_SUCCESS. [NTFS-3] */
function check(file: RootFile | null, hop: HopView, act: Act): number {
  if (file === null) return STATUS_NO_SUCH_FILE;
  if (hop.a2 === 0 || mdlLength(act.page(hop.a3), hop.a4) !== hop.a2 * SECTOR) return STATUS_INVALID_PARAMETER;
  return hop.a1 + hop.a2 > sectorsOf(file) ? STATUS_END_OF_FILE : STATUS_SUCCESS;
}

function read(self: NtfsState, hop: HopView, act: Act): void {
  const file = fileOf(self, hop.a0);
  const status = check(file, hop, act);
  if (status !== STATUS_SUCCESS || file === null) {
    act.send(hops.done, hop.from, hop.a5, status);
    return;
  }
  const job: Job = { peer: hop.from, cookie: hop.a5, request: hop.request, behalf: act.behalf, left: 0, status: STATUS_SUCCESS };
  const number = keepJob(self.jobs, job, JOBS);
  if (number < 0) {
    act.send(hops.done, hop.from, hop.a5, STATUS_INSUFFICIENT_RESOURCES);
    return;
  }
  self.reads += 1;
  for (const extent of file.extents) {
    const from = Math.max(hop.a1, extent.fileSector);
    const end = Math.min(hop.a1 + hop.a2, extent.fileSector + extent.sectors);
    if (from < end) readPart(self, hop, act, number, from, end - from, extent.lba + from - extent.fileSector);
  }
  if (job.left > 1) self.split += 1;
  if (job.left === 0) finish(self, act, number);
}

/** Asks for the part of the read that lies in one extent; the whole read keeps the caller's MDL. [NTFS-2] */
function readPart(self: NtfsState, hop: HopView, act: Act, number: number, fileSector: number, sectors: number, lba: number): void {
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
  act.send(diskdrv.read, act.find('root/diskdriver'), lba, sectors, page, span, part);
}

function partDone(self: NtfsState, hop: HopView, act: Act): void {
  const part = self.parts[hop.a0] ?? null;
  act.assert(part !== null, 'The disk driver ends a read that NTFS asked for.');
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
  act.send(hops.done, job.peer, job.cookie, job.status);
}

function open(self: NtfsState, hop: HopView, act: Act): void {
  const file = fileOf(self, hop.a0);
  act.send(hops.opened, hop.from, hop.a1, file === null ? STATUS_NO_SUCH_FILE : STATUS_SUCCESS, file === null ? 0 : sectorsOf(file));
}

function start(config: NtfsConfig): NtfsState {
  for (const file of config.files) {
    let next = 0;
    for (const extent of file.extents) {
      if (extent.fileSector !== next) throw new RangeError(`ntfs: the extents of ${file.name} leave a gap at sector ${next}`);
      next += extent.sectors;
    }
  }
  const files = config.files.map((f) => ({ fileId: f.fileId, name: f.name, extents: f.extents.map((e) => ({ ...e })) }));
  return { pages: config.pages, files, jobs: [], parts: [], reads: 0, split: 0 };
}

export const ntfs = component<NtfsState>({
  name: 'ntfs',
  title: 'NTFS and I/O manager',
  about: 'The file system of the root: it knows where on the physical disk the sectors of a VHD file lie.',
  place: 'root-kernel',
  sources: ['management 1.1'],
  initial: start,
  on: {
    [hops.open.name]: open,
    [hops.read.name]: read,
    [diskdrv.done.name]: partDone,
  },
  view: (self) => ({
    files: self.files.map((f) => ({ fileId: f.fileId, name: f.name, extents: f.extents.length, sectors: sectorsOf(f) })),
    reads: self.reads,
    split: self.split,
    waiting: self.jobs.filter((j) => j !== null).length,
  }),
});
