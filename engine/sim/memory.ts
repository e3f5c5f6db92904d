/**
 * Machine memory: 4096-byte pages by machine page number (SPA), private to one epoch when written, so that a keyframe
 * costs references and not bytes. Guests see it through GPA maps that live in pages themselves (TLFS 2.0a 8.1), root by
 * identity less the pages it has deposited; overlay pages cover what lies below (TLFS 2.0a 8.1.3).
 */
export const PAGE = 4096;
const CHUNK = 512;
const READ = 1;
const TLB = 1024;
/** Pages that are first written one after the other stand side by side in as many bytes. */
const SLAB = 16 * PAGE;

export type FaultKind = 'unmapped' | 'rights' | 'beyond' | 'no-grant' | 'not-allowed';

/** A wrong access: whose, where, and why. What Hyper-V answers with an intercept or a status is decided by the caller. */
export class MemoryFault extends Error {
  readonly fault: FaultKind;
  readonly partition: number;
  readonly gpaPage: number;
  constructor(fault: FaultKind, partition: number, gpaPage: number, who: string) {
    super(`${who} touched page 0x${gpaPage.toString(16)} of partition ${partition}: ${faultWords[fault]}.`);
    this.name = 'MemoryFault';
    this.fault = fault;
    this.partition = partition;
    this.gpaPage = gpaPage;
  }
}

const faultWords: Record<FaultKind, string> = {
  unmapped: 'no memory is mapped there',
  rights: 'the mapping does not allow this kind of access',
  beyond: 'the address lies beyond the address space',
  'no-grant': 'the component holds no grant for that page',
  'not-allowed': 'code in this place may not use machine addresses',
};

export interface Memory {
  /** Machine pages in all; page numbers are below. */
  pages: number;
  /** Pages by chunks of 512; null: never written, reads as zero. */
  frames: ((Uint8Array | null)[] | null)[];
  /** 1 for pages that root may not touch any more (hypervisor pages, deposited pages), by chunks of 512. */
  denied: (Uint8Array | null)[];
  /** By partition: machine page of the top table of its GPA map; 0: identity. */
  mapRoots: number[];
  /** By partition: overlays as [gpa page, machine page, ...] in order of GPA; replaced, never changed in place. */
  overlays: (readonly number[])[];
  /** By component: grants as [partition, first page, count, ...]; replaced, never changed in place. */
  grants: (readonly number[])[];

  // Bookkeeping that is not state: which chunks and pages are private to the present epoch, and cached translations.
  epoch: number;
  frameStamps: Int32Array;
  pageStamps: (Int32Array | null)[];
  deniedStamps: Int32Array;
  /** Epochs since which `frames` and `denied` themselves are not shared with a keyframe. */
  framesStamp: number;
  deniedStamp: number;
  tlbs: (Int32Array | null)[];
  /** Room for pages that nobody has written before, and how much of it is taken: see `freshPage`. */
  slab: ArrayBuffer;
  slabTaken: number;
}

const zeroPage = new Uint8Array(PAGE);

export function createMemory(pages: number): Memory {
  const chunks = Math.ceil(pages / CHUNK);
  return {
    pages,
    frames: new Array<(Uint8Array | null)[] | null>(chunks).fill(null),
    denied: new Array<Uint8Array | null>(chunks).fill(null),
    mapRoots: [0, 0],
    overlays: [[], []],
    grants: [],
    epoch: 1,
    frameStamps: new Int32Array(chunks),
    pageStamps: new Array<Int32Array | null>(chunks).fill(null),
    deniedStamps: new Int32Array(chunks),
    framesStamp: 1,
    deniedStamp: 1,
    tlbs: [],
    slab: new ArrayBuffer(0),
    slabTaken: 0,
  };
}

export interface MemoryKeyframe {
  readonly frames: Memory['frames'];
  readonly denied: Memory['denied'];
  readonly mapRoots: readonly number[];
  readonly overlays: readonly (readonly number[])[];
  readonly grants: readonly (readonly number[])[];
}

/** Keeps references to everything and opens a new epoch: the next write to a page copies it. */
export function memoryKeyframe(m: Memory): MemoryKeyframe {
  m.epoch++;
  return {
    frames: m.frames,
    denied: m.denied,
    mapRoots: m.mapRoots.slice(),
    overlays: m.overlays.slice(),
    grants: m.grants.slice(),
  };
}

export function enterMemory(m: Memory, k: MemoryKeyframe): void {
  m.epoch++;
  m.frames = k.frames;
  m.denied = k.denied;
  m.mapRoots = k.mapRoots.slice();
  m.overlays = k.overlays.slice();
  m.grants = k.grants.slice();
  m.tlbs = [];
}

/** Page for reading; never written pages are one shared page of zeros. */
export function frame(m: Memory, spa: number): Uint8Array {
  const chunk = m.frames[spa >>> 9];
  return (chunk && chunk[spa & 511]) || zeroPage;
}

/** Page for writing, private to this epoch. */
export function frameForWrite(m: Memory, spa: number): Uint8Array {
  const c = spa >>> 9;
  const i = spa & 511;
  const stamps = m.pageStamps[c];
  if (stamps && stamps[i] === m.epoch && m.frameStamps[c] === m.epoch) return m.frames[c]![i]!;
  return privateFrame(m, c, i);
}

/** A chunk for writing, private to this epoch, and so is the array it stands in. */
function privateChunk(m: Memory, c: number, old: (Uint8Array | null)[] | null | undefined): (Uint8Array | null)[] {
  if (m.framesStamp !== m.epoch) {
    m.frames = m.frames.slice();
    m.framesStamp = m.epoch;
  }
  const chunk = old ? old.slice() : new Array<Uint8Array | null>(CHUNK).fill(null);
  m.frames[c] = chunk;
  m.frameStamps[c] = m.epoch;
  return chunk;
}

function privateFrame(m: Memory, c: number, i: number): Uint8Array {
  let chunk = m.frames[c];
  if (!chunk || m.frameStamps[c] !== m.epoch) chunk = privateChunk(m, c, chunk);
  const stamps = (m.pageStamps[c] ??= new Int32Array(CHUNK));
  stamps[i] = m.epoch;
  const old = chunk[i];
  const page = old ? old.slice() : freshPage(m);
  chunk[i] = page;
  return page;
}

/**
 * A page of zeros. A buffer for each would cost more than what is written into it, and bringing a machine up writes hundreds of
 * pages for the first time; later copies are buffers of their own, so that a keyframe that is given up gives them up one by one.
 */
function freshPage(m: Memory): Uint8Array {
  if (m.slabTaken === m.slab.byteLength) {
    m.slab = new ArrayBuffer(SLAB);
    m.slabTaken = 0;
  }
  const page = new Uint8Array(m.slab, m.slabTaken, PAGE);
  m.slabTaken += PAGE;
  return page;
}

/** Pages that read as zero from now on, at no cost in memory. */
export function discardFrames(m: Memory, first: number, count: number): void {
  for (let spa = first; spa < first + count; ) {
    const c = spa >>> 9;
    const end = Math.min(first + count, (c + 1) << 9);
    let chunk = m.frames[c];
    if (chunk) {
      if (m.frameStamps[c] !== m.epoch) chunk = privateChunk(m, c, chunk);
      chunk.fill(null, spa & 511, ((end - 1) & 511) + 1);
      m.pageStamps[c]?.fill(0, spa & 511, ((end - 1) & 511) + 1);
    }
    spa = end;
  }
}

/** Gives or takes root's access to a machine page. */
export function setRootAccess(m: Memory, spa: number, allowed: boolean): void {
  const c = spa >>> 9;
  let chunk = m.denied[c];
  if (!chunk || m.deniedStamps[c] !== m.epoch) {
    if (m.deniedStamp !== m.epoch) {
      m.denied = m.denied.slice();
      m.deniedStamp = m.epoch;
    }
    chunk = chunk ? chunk.slice() : new Uint8Array(CHUNK);
    m.denied[c] = chunk;
    m.deniedStamps[c] = m.epoch;
  }
  chunk[spa & 511] = allowed ? 0 : 1;
  forget(m, 1);
}

/** Covers a GPA page of a partition with a machine page, or uncovers it (`spa` 0). */
export function setOverlay(m: Memory, partition: number, gpaPage: number, spa: number): void {
  const old = m.overlays[partition] ?? [];
  const kept: number[] = [];
  let placed = spa === 0;
  for (let i = 0; i < old.length; i += 2) {
    if (old[i] === gpaPage) continue;
    if (!placed && old[i]! > gpaPage) {
      kept.push(gpaPage, spa);
      placed = true;
    }
    kept.push(old[i]!, old[i + 1]!);
  }
  if (!placed) kept.push(gpaPage, spa);
  m.overlays[partition] = kept;
  forget(m, partition);
}

/** Forgets cached translations of a partition. */
export function forget(m: Memory, partition: number): void {
  m.tlbs[partition] = null;
}

/** Machine page behind a GPA page, or -1 unmapped, -2 right missing, -3 beyond the address space. */
export function translate(m: Memory, partition: number, gpaPage: number, right: number): number {
  if (m.mapRoots[partition] === 0) return translateIdentity(m, partition, gpaPage);
  let tlb = m.tlbs[partition];
  if (!tlb) {
    tlb = new Int32Array(TLB * 2).fill(-1);
    m.tlbs[partition] = tlb;
  }
  const at = (gpaPage & (TLB - 1)) << 1;
  let entry = tlb[at + 1]!;
  if (tlb[at] !== gpaPage || entry < 0) {
    entry = walk(m, partition, gpaPage);
    if (entry < 0) return entry;
    tlb[at] = gpaPage;
    tlb[at + 1] = entry;
  }
  return (entry & right) === right ? entry >>> 3 : -2;
}

/** Root: every page is itself, unless an overlay covers it or the hypervisor keeps it. Nothing is worth caching. */
function translateIdentity(m: Memory, partition: number, gpaPage: number): number {
  const covered = overlayAt(m.overlays[partition], gpaPage);
  if (covered >= 0) return covered;
  if (gpaPage >= m.pages) return -3;
  const denied = m.denied[gpaPage >>> 9];
  return denied && denied[gpaPage & 511] === 1 ? -2 : gpaPage;
}

/** Pages of the root from `gpaPage` on, `most` at most, that `translate` would answer with themselves. */
export function identityRun(m: Memory, gpaPage: number, most: number): number {
  const overlays = m.overlays[1]!;
  let end = Math.min(gpaPage + most, m.pages);
  for (let i = 0; i < overlays.length; i += 2) if (overlays[i]! >= gpaPage && overlays[i]! < end) end = overlays[i]!;
  for (let page = gpaPage; page < end; ) {
    const denied = m.denied[page >>> 9];
    const stop = Math.min(end, (page | (CHUNK - 1)) + 1);
    if (denied) for (; page < stop; page++) if (denied[page & (CHUNK - 1)] === 1) return page - gpaPage;
    page = stop;
  }
  return Math.max(0, end - gpaPage);
}

/** Machine page that covers a GPA page, or -1. */
function overlayAt(overlays: readonly number[] | undefined, gpaPage: number): number {
  if (overlays === undefined || overlays.length === 0 || gpaPage < overlays[0]! || gpaPage > overlays[overlays.length - 2]!) return -1;
  for (let i = 0; i < overlays.length; i += 2) if (overlays[i] === gpaPage) return overlays[i + 1]!;
  return -1;
}

/** Machine page << 3 | rights, or a negative fault code. */
function walk(m: Memory, partition: number, gpaPage: number): number {
  const covered = overlayAt(m.overlays[partition], gpaPage);
  if (covered >= 0) return (covered << 3) | 7;
  const root = m.mapRoots[partition];
  if (root === undefined || root < 0) return -1;
  if (gpaPage >= CHUNK * CHUNK * CHUNK) return -3;
  const top = entryAt(frame(m, root), (gpaPage >>> 18) & 511);
  if ((top & READ) === 0) return -1;
  const middle = entryAt(frame(m, top >>> 3), (gpaPage >>> 9) & 511);
  if ((middle & READ) === 0) return -1;
  const leaf = entryAt(frame(m, middle >>> 3), gpaPage & 511);
  return leaf === 0 ? -1 : leaf;
}

function entryAt(page: Uint8Array, index: number): number {
  const at = index << 3;
  return page[at]! | (page[at + 1]! << 8) | (page[at + 2]! << 16) | (page[at + 3]! << 24);
}

export function addGrant(m: Memory, component: number, partition: number, gpaFrom: number, count: number): void {
  m.grants[component] = [...(m.grants[component] ?? []), partition, gpaFrom, count];
}

/** Takes back a grant as it was given. */
export function removeGrant(m: Memory, component: number, partition: number, gpaFrom: number, count: number): void {
  const old = m.grants[component] ?? [];
  const kept: number[] = [];
  for (let i = 0; i < old.length; i += 3) {
    if (old[i] === partition && old[i + 1] === gpaFrom && old[i + 2] === count) continue;
    kept.push(old[i]!, old[i + 1]!, old[i + 2]!);
  }
  m.grants[component] = kept;
}

/** Whether a component holds a grant for a page of another partition. */
export function hasGrant(m: Memory, component: number, partition: number, gpaPage: number): boolean {
  const grants = m.grants[component];
  if (!grants) return false;
  for (let i = 0; i < grants.length; i += 3) {
    if (grants[i] === partition && gpaPage >= grants[i + 1]! && gpaPage - grants[i + 1]! < grants[i + 2]!) return true;
  }
  return false;
}

/** Bytes that the frames of this memory and of the given keyframes hold in all, shared pages counted once. */
export function distinctBytes(m: Memory, keyframes: readonly MemoryKeyframe[]): number {
  const seen = new Set<Uint8Array | (Uint8Array | null)[]>();
  let bytes = 0;
  for (const frames of [m.frames, ...keyframes.map((k) => k.frames)]) {
    bytes += frames.length * 8;
    for (const chunk of frames) {
      if (!chunk || seen.has(chunk)) continue;
      seen.add(chunk);
      bytes += CHUNK * 8;
      for (const page of chunk) {
        if (!page || seen.has(page)) continue;
        seen.add(page);
        bytes += PAGE;
      }
    }
  }
  return bytes;
}
