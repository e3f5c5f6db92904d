/**
 * The physical disk with its controller: one command at a time, first come first served, a queue of 32. Runs: hardware.
 *
 * Route: `disk.command` from the disk driver -> `disk.work` (the time of the disk) -> bytes by DMA into the pages of the
 * MDL, one `disk.dma` per piece, or out of them, one `disk.fetch` per piece -> `disk.post` (completion entry) ->
 * `apic.hardware` (interrupt). [DISK-1..9]
 *
 * What the platters held at first is configuration: extents of images outside the machine. What has been written stands in
 * blocks of 4096 bytes, which hide the images below them.
 */
import { apic } from '../hypervisor/hops.ts';
import type { Act } from '../sim/act.ts';
import { BLOCK_BYTES } from '../sim/blocks.ts';
import type { HopView, Need } from '../sim/component.ts';
import { component } from '../sim/component.ts';
import { COMPLETION_SIZE, completionAt, DISK_BAD_LIST, DISK_NO_SUCH_SECTOR, DISK_OK, putCompletion } from '../wire/disk-completion.ts';
import { mdlLength, mdlPieces, mdlPiecePage, mdlPieceSpan, spanLength, spanOf, spanOffset } from '../wire/mdl.ts';
import { disk as hops } from './hops.ts';

export const SECTOR = 512;
export const DISK_QUEUE = 32;
export const DISK_VECTOR = 0x51;
/** A command within this many sectors of the end of the last one needs no seek. [DISK-2] */
export const NEAR_SECTORS = 64;
const CHUNK = 65536;
const BLOCK_SECTORS = BLOCK_BYTES / SECTOR;

/** Sectors `lbaFrom`..`lbaFrom + sectors` hold the bytes of an image from `imageOffset` on. */
export interface DiskExtent {
  readonly lbaFrom: number;
  readonly sectors: number;
  readonly image: string;
  readonly imageOffset: number;
}

export interface DiskConfig {
  readonly sectors: number;
  readonly extents: readonly DiskExtent[];
  /** Root page of the ring of completion entries; the disk driver's configuration names the same. */
  readonly completionPage: number;
  readonly randomNs: number;
  readonly nearNs: number;
  readonly per4kNs: number;
  /** Global index of root VP 0; 0 when left out. */
  readonly rootVp?: number;
}

interface Command {
  lba: number;
  sectors: number;
  mdlPage: number;
  mdlSpan: number;
  tag: number;
  /** 1: from memory to the disk. */
  write: number;
  request: number;
  behalf: number;
}

export interface DiskState {
  sectors: number;
  extents: readonly DiskExtent[];
  completionPage: number;
  randomNs: number;
  nearNs: number;
  per4kNs: number;
  rootVp: number;
  /** The first one is at work. */
  queue: Command[];
  /** Sector behind the last one read or written: where the heads are. */
  head: number;
  /** Completion entries posted, and those the driver has acknowledged. */
  posted: number;
  acknowledged: number;
}

/** Nanoseconds a command takes. [DISK-2] */
export function diskTime(state: Pick<DiskState, 'randomNs' | 'nearNs' | 'per4kNs'>, near: boolean, sectors: number): number {
  return (near ? state.nearNs : state.randomNs) + Math.floor((state.per4kNs * sectors * SECTOR) / 4096);
}

function isNear(self: DiskState, lba: number): boolean {
  return Math.abs(lba - self.head) <= NEAR_SECTORS;
}

function begin(self: DiskState, act: Act): void {
  const command = self.queue[0];
  const near = isNear(self, command.lba);
  act.request = command.request;
  act.behalf = command.behalf;
  act.sendAfter(diskTime(self, near, command.sectors), -1, hops.work, act.self, command.lba, command.sectors, command.tag, near ? 1 : 0, command.write);
}

function queueCommand(self: DiskState, hop: HopView, act: Act): void {
  act.assert(self.queue.length < DISK_QUEUE, 'The disk controller is given no more than 32 commands.');
  self.queue.push({
    lba: hop.a0, sectors: hop.a1, mdlPage: hop.a2, mdlSpan: hop.a3, tag: hop.a4, write: hop.a5, request: hop.request, behalf: act.behalf,
  });
  if (self.queue.length === 1) begin(self, act);
}

/** Copies `n` bytes from byte `at` of the disk, block after block: as written, or as the images have it. [BLOCKS-1] */
function readAt(self: DiskState, act: Act, at: number, target: Uint8Array, to: number, n: number): void {
  while (n > 0) {
    const inBlock = at % BLOCK_BYTES;
    const part = Math.min(n, BLOCK_BYTES - inBlock);
    const written = act.diskBlock((at - inBlock) / BLOCK_BYTES);
    if (written === null) readImages(self, act, at, target, to, part);
    else target.set(written.subarray(inBlock, inBlock + part), to);
    at += part;
    to += part;
    n -= part;
  }
}

/** Copies `n` bytes into byte `at` of the disk; a block written for the first time gets what it held before. [DISK-8] */
function writeAt(self: DiskState, act: Act, at: number, source: Uint8Array, from: number, n: number): void {
  while (n > 0) {
    const inBlock = at % BLOCK_BYTES;
    const part = Math.min(n, BLOCK_BYTES - inBlock);
    const block = (at - inBlock) / BLOCK_BYTES;
    const fresh = part < BLOCK_BYTES && act.diskBlock(block) === null;
    const target = act.diskBlockForWrite(block);
    if (fresh) readImages(self, act, at - inBlock, target, 0, BLOCK_BYTES);
    target.set(source.subarray(from, from + part), inBlock);
    at += part;
    from += part;
    n -= part;
  }
}

/** Copies `n` bytes as the images have them; what no extent covers is zero. [DISK-3] */
function readImages(self: DiskState, act: Act, at: number, target: Uint8Array, to: number, n: number): void {
  while (n > 0) {
    let part = n;
    let inside: DiskExtent | null = null;
    for (const extent of self.extents) {
      const from = extent.lbaFrom * SECTOR;
      const end = from + extent.sectors * SECTOR;
      if (at >= from && at < end) {
        inside = extent;
        part = Math.min(n, end - at);
        break;
      }
      if (from > at) part = Math.min(part, from - at);
    }
    if (inside === null) target.fill(0, to, to + part);
    else part = readImage(act, inside.image, inside.imageOffset + at - inside.lbaFrom * SECTOR, target, to, part);
    at += part;
    to += part;
    n -= part;
  }
}

/** Copies at most `n` bytes of one chunk; an image that ends inside its last chunk goes on with zeros. */
function readImage(act: Act, image: string, at: number, target: Uint8Array, to: number, n: number): number {
  const inChunk = at % CHUNK;
  const part = Math.min(n, CHUNK - inChunk);
  const bytes = act.chunk(image, Math.floor(at / CHUNK));
  const there = Math.max(0, Math.min(part, bytes.length - inChunk));
  if (there > 0) target.set(bytes.subarray(inChunk, inChunk + there), to);
  if (there < part) target.fill(0, to + there, to + part);
  return part;
}

/** DMA: every piece of the MDL gets its bytes, or gives them, and one hop says so. Returns the controller's status. [DISK-4] [DISK-8] */
function transfer(self: DiskState, act: Act, command: Command): number {
  if (command.sectors === 0 || command.lba + command.sectors > self.sectors) return DISK_NO_SUCH_SECTOR;
  const list = act.spa(command.mdlPage);
  if (mdlLength(list, command.mdlSpan) !== command.sectors * SECTOR) return DISK_BAD_LIST;
  const at = spanOffset(command.mdlSpan);
  const memory = act.find('hardware/memory');
  let from = command.lba * SECTOR;
  const pieces = mdlPieces(list, at);
  for (let i = 0; i < pieces; i++) {
    const page = mdlPiecePage(list, at, i);
    const span = mdlPieceSpan(list, at, i);
    const bytes = spanLength(span);
    if (command.write === 1) writeAt(self, act, from, act.spa(page), spanOffset(span), bytes);
    else readAt(self, act, from, act.spaForWrite(page), spanOffset(span), bytes);
    act.sendAfter(0, -1, command.write === 1 ? hops.fetch : hops.dma, memory, page, span, bytes);
    from += bytes;
  }
  return DISK_OK;
}

function work(self: DiskState, hop: HopView, act: Act): void {
  const command = self.queue.shift();
  act.assert(command !== undefined && command.tag === hop.a2, 'The disk finishes the command it began.');
  act.request = command.request;
  act.behalf = command.behalf;
  const status = transfer(self, act, command);
  self.head = command.lba + command.sectors;
  self.posted += 1;
  putCompletion(act.spaForWrite(self.completionPage), self.posted, command.tag, status, status === DISK_OK ? command.sectors * SECTOR : 0);
  const span = spanOf(completionAt(self.posted), COMPLETION_SIZE);
  act.sendAfter(0, -1, hops.post, act.find('hardware/memory'), self.completionPage, span, command.tag, status);
  act.sendAfter(0, self.rootVp, apic.hardware, act.find('hypervisor/apic'), DISK_VECTOR, 0);
  if (self.queue.length > 0) begin(self, act);
}

function acknowledge(self: DiskState, hop: HopView, act: Act): void {
  act.assert(hop.a1 <= self.posted, 'The driver takes no entry that was not posted.');
  self.acknowledged = hop.a1;
}

/**
 * The first 64 KiB chunk that the command at work needs and the machine does not have: for a read, of each block that was
 * never written; for a write, of those among them that it does not fill. [DISK-5] [DISK-8]
 */
function needs(self: DiskState, hop: HopView, has: (image: string, chunk: number) => boolean, written: (block: number) => boolean): Need | null {
  if (hop.kind !== hops.work.code) return null;
  const end = Math.min(hop.a0 + hop.a1, self.sectors);
  for (let from = hop.a0; from < end; from = nextBlock(from)) {
    const block = Math.floor(from / BLOCK_SECTORS);
    if (written(block)) continue;
    const upTo = Math.min(end, nextBlock(from));
    if (hop.a4 === 0) {
      const lacking = lackingOf(self, from, upTo, has);
      if (lacking !== null) return lacking;
    } else if (upTo - from < BLOCK_SECTORS) {
      const lacking = lackingOf(self, block * BLOCK_SECTORS, (block + 1) * BLOCK_SECTORS, has);
      if (lacking !== null) return lacking;
    }
  }
  return null;
}

/** First sector of the block behind the one that holds a sector. */
function nextBlock(lba: number): number {
  return (Math.floor(lba / BLOCK_SECTORS) + 1) * BLOCK_SECTORS;
}

/** The first chunk that sectors `from`..`end` of the images lack. */
function lackingOf(self: DiskState, from: number, end: number, has: (image: string, chunk: number) => boolean): Need | null {
  for (const extent of self.extents) {
    const first = Math.max(from, extent.lbaFrom);
    const last = Math.min(end, extent.lbaFrom + extent.sectors) - 1;
    if (first > last) continue;
    const lastChunk = chunkOf(extent, last);
    for (let chunk = chunkOf(extent, first); chunk <= lastChunk; chunk++) {
      if (!has(extent.image, chunk)) return { image: extent.image, chunk };
    }
  }
  return null;
}

/** Chunk that holds the last byte of a sector; images begin at a multiple of a sector, so it holds all of it. */
function chunkOf(extent: DiskExtent, lba: number): number {
  return Math.floor((extent.imageOffset + (lba - extent.lbaFrom) * SECTOR) / CHUNK);
}

function start(config: DiskConfig): DiskState {
  for (const extent of config.extents) {
    if (extent.imageOffset % SECTOR !== 0) throw new RangeError(`disk: image ${extent.image} must begin at a multiple of 512 bytes`);
    if (extent.lbaFrom + extent.sectors > config.sectors) throw new RangeError(`disk: image ${extent.image} reaches beyond the end of the disk`);
  }
  return {
    sectors: config.sectors,
    extents: config.extents.map((e) => ({ lbaFrom: e.lbaFrom, sectors: e.sectors, image: e.image, imageOffset: e.imageOffset })),
    completionPage: config.completionPage,
    randomNs: config.randomNs,
    nearNs: config.nearNs,
    per4kNs: config.per4kNs,
    rootVp: config.rootVp ?? 0,
    queue: [],
    head: 0,
    posted: 0,
    acknowledged: 0,
  };
}

export const disk = component<DiskState>({
  name: 'disk',
  title: 'Disk',
  about: 'The physical disk and its controller. The root programs it without an exit; it moves data by DMA into and out of any page it is told.',
  place: 'hardware',
  sources: ['costs S12', 'COR 25'],
  initial: start,
  needs,
  on: {
    [hops.command.name]: queueCommand,
    [hops.work.name]: work,
    [hops.acknowledge.name]: acknowledge,
  },
  view: (self) => ({ queue: self.queue.map((c) => ({ lba: c.lba, sectors: c.sectors, tag: c.tag, write: c.write })), head: self.head, served: self.posted }),
});
