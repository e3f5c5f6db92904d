/**
 * The hypervisor's objects as bytes: directory, partition page, VP page, ports, connections. They live in machine pages that
 * no partition can reach: the hypervisor's own at launch, deposited pages afterwards. Every part of the hypervisor reads and
 * writes them through these offsets; the layouts the inspector shows are in `layouts.ts`. All layouts here are the lab's own:
 * what the real ones look like is not public. SPEC [PART-*] [VP-*].
 *
 *     directory (2 pages) -> partition page -> VP pages, port and connection tables, intercept bitmap, map tables, pool
 */
import { get32, get64hi, get64lo, put32 } from '../wire/bytes.ts';
import type { Era } from '../wire/eras.ts';
import type { Act } from '../sim/act.ts';

/** Configuration of every component of the hypervisor. `count` must be at least `pagesAtLaunch(rootVps)`. */
export interface HypervisorConfig {
  /** First of the machine pages the hypervisor keeps for itself at launch. */
  readonly pages: number;
  readonly count: number;
  readonly rootVps: number;
  readonly era: Era;
  /** The processor has second-level address translation. */
  readonly slat?: boolean;
}

/** What all components of the hypervisor remember of their configuration. */
export interface HypervisorState {
  /** First page of the directory. */
  dir: number;
  era: Era;
  slat: boolean;
  /** Indices of the other parts of the hypervisor, found once. */
  peers: number[];
}

export function initialState(config: HypervisorConfig): HypervisorState {
  return { dir: config.pages, era: config.era, slat: config.slat === true, peers: [] };
}

const paths = [
  'hypervisor/hypercalls', 'hypervisor/partitions', 'hypervisor/memory', 'hypervisor/intercepts', 'hypervisor/synic', 'hypervisor/apic',
  'hypervisor/scheduler',
] as const;
export const HYPERCALLS = 0;
export const PARTITIONS = 1;
export const MEMORY = 2;
export const INTERCEPTS = 3;
export const SYNIC = 4;
export const APIC = 5;
export const SCHEDULER = 6;

/** Index of a part of the hypervisor. */
export function peer(self: HypervisorState, act: Act, part: number): number {
  if (self.peers.length === 0) for (const path of paths) self.peers.push(act.find(path));
  return self.peers[part];
}

export function pagesAtLaunch(rootVps: number): number {
  return 4 + 3 * rootVps;
}

export const ROOT = 1;
/** Ids are (sequential) indices of the machine's partition table, never used again; a row names the partition it serves in eight bits. */
export const PARTITIONS_MAX = 255;
export const VPS_MAX = 1024;
export const VPS_PER_PARTITION_MAX = 64;

// --- directory: page 0 by partition id, page 1 by global VP
export const DIRECTORY_MAGIC = 0x52494448;
const D_COUNT = 4;
const D_TABLE = 16;

// --- partition page
export const PARTITION_MAGIC = 0x54524150;
export const P_ID = 4;
export const P_PARENT = 8;
export const P_STATE = 12;
export const P_PRIVILEGES = 16;
export const P_OS_ID = 24;
export const P_HYPERCALL = 32;
export const P_VPS = 40;
export const P_AVAILABLE = 44;
export const P_IN_USE = 48;
export const P_FREE = 52;
export const P_DEPOSITED = 56;
export const P_WITHDRAWN = 60;
export const P_RESERVE = 64;
export const P_CAP = 72;
export const P_WEIGHT = 80;
export const P_MAP = 88;
export const P_BITMAP_LO = 92;
export const P_BITMAP_HI = 96;
export const P_HYPERCALL_PAGE = 100;
export const P_MSR_INTERCEPT = 104;
export const P_MAPPED = 108;
export const P_CHILDREN = 112;
/** Id of the string that names the partition in the lab; 0: root. */
export const P_NAME = 116;
/** Global index + 1 of each VP. */
export const P_VP_TABLE = 0x100;
/** Pages of 128 ports of 32 bytes, and of 256 connections of 16 bytes; 0: not there yet. */
export const P_PORTS = 0x200;
export const P_CONNECTIONS = 0x220;
/** Values of the properties that have no effect of their own here, by order in `partitionProperties`. */
export const P_PROPERTIES = 0x240;

export const STATE_UNINITIALIZED = 1;
export const STATE_ACTIVE = 2;
export const STATE_FINALIZING = 3;
export const STATE_FINALIZED = 4;

// --- VP page
export const VP_MAGIC = 0x20205056;
export const V_PARTITION = 4;
export const V_INDEX = 8;
export const V_VP = 12;
export const V_EXPLICIT_SUSPEND = 16;
export const V_INTERCEPT_SUSPEND = 20;
export const V_FLAGS = 24;
/** Component that executed the intercepted instruction. */
export const V_WAITER = 28;
/** ExtINT: 0 none, 1 asserted, 2 taken and not cleared. */
export const V_EXT = 32;
export const V_EXT_VECTOR = 36;
export const V_TPR = 44;
export const V_SCONTROL = 48;
export const V_SIEFP = 56;
export const V_SIMP = 64;
export const V_SIM_PAGE = 72;
export const V_SIEF_PAGE = 76;
export const V_SINT = 80;
export const V_IRR = 208;
export const V_ISR = 240;
export const V_AUTO_EOI = 272;
/** Component whose hypercall is under way, and code of the call. */
export const V_CALLER = 304;
export const V_CODE = 308;
export const V_GPR = 0x200;
export const V_RIP = 0x280;
export const V_RFLAGS = 0x288;
export const V_CR = 0x290;
export const V_DR = 0x2c0;
export const V_SEGMENTS = 0x300;
export const V_TABLES = 0x380;
export const V_MSRS = 0x3a0;
export const V_PENDING = 0x410;
/** Heads and tails of the message queues, by SINT: buffer references or 0. */
export const V_QUEUES = 0x420;
export const V_INTERCEPT_BUFFER = 0x500;

export const VP_STARTED = 1;
/** An `apic.deliver` is under way to the VP. */
export const VP_DELIVERING = 2;

export const EXT_NONE = 0;
export const EXT_ASSERTED = 1;
export const EXT_TAKEN = 2;

// --- port entry (32 bytes) and connection entry (16 bytes)
export const PORT_BYTES = 32;
export const PORT_TYPE = 4;
export const PORT_PARTNER = 8;
export const PORT_SINT = 12;
export const PORT_VP = 16;
export const PORT_FLAGS = 20;
export const PORT_BUFFER_PAGE = 24;
export const PORT_POSTS = 28;
export const CONNECTION_BYTES = 16;
export const CONNECTION_TYPE = 4;
export const CONNECTION_PARTITION = 8;
export const CONNECTION_PORT = 12;
/** Connected, in PORT_PARTNER; dead (its port is deleted), in CONNECTION_TYPE. */
export const CONNECTED = 0x8000_0000;
export const DEAD = 0x100;

/** Machine page of a partition, or 0. */
export function partitionPage(act: Act, dir: number, id: number): number {
  return id > 0 && id <= PARTITIONS_MAX ? get32(act.spa(dir), D_TABLE + 4 * id) : 0;
}

export function enterPartition(act: Act, dir: number, id: number, page: number): void {
  const d = act.spaForWrite(dir);
  put32(d, D_TABLE + 4 * id, page);
  if (id > get32(d, D_COUNT)) put32(d, D_COUNT, id);
}

/** Highest partition id given so far. */
export function lastPartition(act: Act, dir: number): number {
  return get32(act.spa(dir), D_COUNT);
}

/** Machine page of a VP named by its global index, or 0. */
export function vpPage(act: Act, dir: number, vp: number): number {
  return vp >= 0 && vp < VPS_MAX ? get32(act.spa(dir + 1), 4 * vp) : 0;
}

export function enterVp(act: Act, dir: number, vp: number, page: number): void {
  put32(act.spaForWrite(dir + 1), 4 * vp, page);
}

/** Global index of a VP of a partition, or -1. */
export function vpOf(act: Act, dir: number, partition: number, index: number): number {
  if (index < 0 || index >= VPS_PER_PARTITION_MAX) return -1;
  return get32(act.spa(partitionPage(act, dir, partition)), P_VP_TABLE + 4 * index) - 1;
}

/** Component that is the kernel of a partition, or -1 as long as there is none. */
export function kernelComponent(act: Act, dir: number, id: number): number {
  const name = get32(act.spa(partitionPage(act, dir, id)), P_NAME);
  return act.find(`${id === ROOT ? 'root' : act.textOf(name)}/kernel`);
}

export function partitionState(act: Act, dir: number, id: number): number {
  return get32(act.spa(partitionPage(act, dir, id)), P_STATE);
}

export function privilegeLo(act: Act, dir: number, id: number): number {
  return get64lo(act.spa(partitionPage(act, dir, id)), P_PRIVILEGES);
}

export function privilegeHi(act: Act, dir: number, id: number): number {
  return get64hi(act.spa(partitionPage(act, dir, id)), P_PRIVILEGES);
}

export function setBit32(bytes: Uint8Array, at: number, mask: number): void {
  put32(bytes, at, get32(bytes, at) | mask);
}

export function clearBit32(bytes: Uint8Array, at: number, mask: number): void {
  put32(bytes, at, get32(bytes, at) & ~mask);
}

export function bump(bytes: Uint8Array, at: number, by: number): void {
  put32(bytes, at, get32(bytes, at) + by);
}
