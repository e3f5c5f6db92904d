/** The storage half of the root under the real kernel: disk, driver, NTFS and VHD parser, with a short way for interrupts. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { disk, type DiskConfig } from '../../hardware/disk.ts';
import { memory } from '../../hardware/memory.ts';
import { apic, cpu } from '../../hypervisor/hops.ts';
import { diskdriver } from '../../root/kernel/diskdriver.ts';
import { kernel } from '../../root/kernel/hops.ts';
import { ntfs, type NtfsState, type RootFile } from '../../root/kernel/ntfs.ts';
import { vhdparser } from '../../root/kernel/vhdparser.ts';
import { blockAt } from '../../sim/blocks.ts';
import type { ComponentType } from '../../sim/component.ts';
import { component } from '../../sim/component.ts';
import { server2008 } from '../../sim/profiles.ts';
import type { HopKind } from '../../sim/hop-kinds.ts';
import { frame, frameForWrite } from '../../sim/memory.ts';
import { mdlSpan, putMdlHeader, putMdlPiece } from '../../wire/mdl.ts';
import { world, type World } from '../world.ts';

export const CHUNK = 65536;
export const sampleFile = new URL('../../../public/disks/viridian-sample.vhd', import.meta.url);
export const sampleBytes = new Uint8Array(readFileSync(sampleFile));

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Stands for the hypervisor: passes the interrupt on at once. */
const shortApic = component<object>({
  name: 'short-apic', title: 'APIC', about: 'test', place: 'hypervisor', sources: ['ours'], initial: () => ({}),
  on: { [apic.hardware.name]: (_s, hop, act) => act.send(apic.injectRoot, act.find('root/kernel'), hop.a0) },
});

/** Stands for the VP scheduler: lets VPs without work wait. */
export const shortScheduler = component<object>({
  name: 'short-scheduler', title: 'Scheduler', about: 'test', place: 'hypervisor', sources: ['ours'], initial: () => ({}),
  on: {
    [cpu.hltRoot.name]: (_s, hop, act) => {
      if (!act.halt()) act.send(cpu.hltDoneRoot, hop.from);
    },
    [cpu.hltGuest.name]: (_s, hop, act) => {
      if (!act.halt()) act.send(cpu.hltDoneGuest, hop.from);
    },
  },
});

/** Stands for the root kernel: calls whoever connected. */
const shortKernel = component<{ driver: number; vector: number; isrs: number }>({
  name: 'short-kernel', title: 'Root kernel', about: 'test', place: 'root-kernel', sources: ['ours'], initial: () => ({ driver: -1, vector: 0, isrs: 0 }),
  on: {
    [kernel.connectInterrupt.name]: (s, hop) => {
      s.driver = hop.from;
      s.vector = hop.a0;
    },
    [apic.injectRoot.name]: (s, hop, act) => act.send(kernel.isr, s.driver, hop.a0),
    [kernel.isrDone.name]: (s) => void s.isrs++,
    [cpu.hltDoneRoot.name]: () => {},
  },
});

/** Whoever asks: keeps every answer as [its first four arguments, request, fifth argument]. */
export interface Answers {
  got: number[][];
}

export function asker(name: string, place: 'root-kernel' | 'root-user', kinds: readonly HopKind[]): ComponentType<Answers> {
  return component<Answers>({
    name, title: 'Asker', about: 'test', place, sources: ['ours'], initial: () => ({ got: [] }),
    on: Object.fromEntries(kinds.map((kind) => [kind.name, (s: Answers, h: { n: number; request: number; a0: number; a1: number; a2: number; a3: number; a4: number }) => void s.got.push([h.a0, h.a1, h.a2, h.a3, h.request, h.a4])])),
  });
}

export interface Rig {
  readonly w: World;
  readonly disk: number;
  readonly driver: number;
  readonly ntfs: number;
  readonly vhd: number;
  /** Chunks the disk asked for, in order. */
  readonly fetched: string[];
  /** Runs to the end, fetching what the disk needs, one chunk after the other. */
  finish(): void;
  /** Writes an MDL into a root page; pieces as [page, offset, length]. Returns its span. */
  mdl(page: number, pieces: readonly (readonly [number, number, number])[], at?: number): number;
  bytes(page: number, offset?: number, length?: number): Uint8Array;
  fill(page: number, bytes: Uint8Array, offset?: number): void;
  /** A file of NTFS as it lies on the physical disk now. */
  file(fileId: number): Uint8Array;
}

export interface RigOptions {
  readonly images: Readonly<Record<string, Uint8Array>>;
  readonly disk: Partial<DiskConfig> & Pick<DiskConfig, 'sectors' | 'extents'>;
  readonly files?: readonly RootFile[];
  readonly free?: { readonly lba: number; readonly sectors: number };
  readonly types?: readonly ComponentType[];
  /** Chunks are there from the start; otherwise each is fetched when it is needed. */
  readonly eager?: boolean;
}

/** Root pages: 16 completion ring, 32.. NTFS, 64.. VHD parser; tests take pages from 1000 on. */
export function rig(options: RigOptions): Rig {
  const fetched: string[] = [];
  const there = new Set<string>();
  const chunks = (image: string, chunk: number): Uint8Array | null => {
    const bytes = options.images[image];
    if (bytes === undefined) throw new Error(`no image ${image}`);
    if (options.eager !== true && !there.has(`${image}:${chunk}`)) return null;
    return bytes.subarray(chunk * CHUNK, (chunk + 1) * CHUNK);
  };
  const w = world([disk, memory, diskdriver, ntfs, vhdparser, shortApic, shortKernel, shortScheduler, ...(options.types ?? [])], { rootVps: 2, chunks });
  w.add('short-kernel', 'root/kernel', 1);
  w.add('short-apic', 'hypervisor/apic');
  w.add('short-scheduler', 'hypervisor/scheduler');
  w.add('memory', 'hardware/memory');
  const times = server2008.disk;
  const config = { completionPage: 16, randomNs: times.randomNs, nearNs: times.nearNs, per4kNs: times.per4kNs, ...options.disk };
  const ids = {
    disk: w.add('disk', 'hardware/disk', 0, config),
    driver: w.add('diskdriver', 'root/diskdriver', 1, { completionPage: 16 }),
    ntfs: w.add('ntfs', 'root/ntfs', 1, { pages: 32, files: options.files ?? [], ...(options.free ? { free: options.free } : {}) }),
    vhd: w.add('vhdparser', 'root/vhdparser', 1, { pages: 64, pageCount: 128 }),
  };
  const m = w.kernel.m.memory;
  const onDisk = (lba: number): Uint8Array => {
    const block = blockAt(w.kernel.m.blocks, Math.floor(lba / 8));
    if (block !== null) return block.subarray((lba % 8) * 512, (lba % 8) * 512 + 512);
    const extent = options.disk.extents.find((e) => lba >= e.lbaFrom && lba < e.lbaFrom + e.sectors);
    if (extent === undefined) return new Uint8Array(512);
    const at = extent.imageOffset + (lba - extent.lbaFrom) * 512;
    return options.images[extent.image]!.subarray(at, at + 512);
  };
  return {
    w, ...ids, fetched,
    finish: () => {
      for (let i = 0; i < 1000; i++) {
        if (w.run() !== 'needs') return;
        const need = w.kernel.need!;
        fetched.push(`${need.image}:${need.chunk}`);
        there.add(`${need.image}:${need.chunk}`);
      }
      throw new Error('the disk never has enough');
    },
    mdl: (page, pieces, at = 0) => {
      const bytes = frameForWrite(m, page);
      putMdlHeader(bytes, at, pieces.length);
      pieces.forEach(([spa, offset, length], i) => putMdlPiece(bytes, at, i, spa, offset, length));
      return mdlSpan(at, pieces.length);
    },
    bytes: (page, offset = 0, length = 4096) => frame(m, page).slice(offset, offset + length),
    fill: (page, bytes, offset = 0) => frameForWrite(m, page).set(bytes, offset),
    file: (fileId) => {
      const { extents } = w.state<NtfsState>(ids.ntfs).files.find((f) => f.fileId === fileId)!;
      const out = new Uint8Array(extents.reduce((n, e) => n + e.sectors, 0) * 512);
      for (const e of extents) for (let s = 0; s < e.sectors; s++) out.set(onDisk(e.lba + s), (e.fileSector + s) * 512);
      return out;
    },
  };
}
