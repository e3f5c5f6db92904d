/**
 * What a handler may do: the whole of its reach into the machine. Everything it asks for is recorded and performed by the
 * kernel after the handler returns, in the order asked, except memory accesses, which happen at once.
 */
import type { HopKind } from './hop-kinds.ts';

/** Access rights of a page, as HvMapGpaPages spells them. */
export const READ = 1;
export const WRITE = 2;
export const EXECUTE = 4;

export interface Act {
  /** Simulated time in nanoseconds at which the handler acts. */
  readonly now: number;
  /** Index of the component that acts, and of its partition (0 none, 1 root, 2... guests in order of creation). */
  readonly self: number;
  readonly partition: number;
  /** Global index of the VP the handler runs on, -1 for hardware. */
  readonly vp: number;

  /**
   * Request the following departures belong to. At first the request of the hop being handled; a handler that takes up
   * work again (a completion) sets it to the request it remembered. The request is also what `begins` kinds nest under.
   */
  request: number;
  /** Origin (data) of the following departures; at first 0. */
  origin: number;
  /** Partition on whose behalf the following departures happen (0 none); at first that of the hop being handled. */
  behalf: number;

  /**
   * A hop departs now and arrives at once. Same partition or hypervisor: it runs on this handler's VP. An `exit` crossing
   * takes this VP out of its partition (at most one exit per handler); an `entry` crossing lets the VP that exited go on, at
   * the level it had been on, before anything else queued there.
   */
  send(kind: HopKind, to: number, a0?: number, a1?: number, a2?: number, a3?: number, a4?: number, a5?: number): void;
  /** As `send`, on a VP named by its global index: interrupts, resumption of another VP, hypervisor work for another VP. */
  sendOn(vp: number, kind: HopKind, to: number, a0?: number, a1?: number, a2?: number, a3?: number, a4?: number, a5?: number): void;
  /** As `send` to hardware (or from hardware with `vp`): it arrives `transit` nanoseconds later. `vp` -1: no VP. */
  sendAfter(transit: number, vp: number, kind: HopKind, to: number, a0?: number, a1?: number, a2?: number, a3?: number, a4?: number, a5?: number): void;
  /**
   * A load from shared memory: a hop from `channel` to this component. The origin is the tag that the channel kept for
   * `offset` in `direction`; the request and behalf of the tag become those of the hop.
   */
  pull(kind: HopKind, channel: number, direction: number, offset: number, a2?: number, a3?: number, a4?: number, a5?: number): void;

  // --- memory -----------------------------------------------------------------------------------------------------
  /** Page of this component's own partition, for reading; a wrong access is a typed fault (thrown). */
  page(gpaPage: number): Uint8Array;
  /** The same for writing; the page is private to this epoch afterwards, so do not keep the array across handlers. */
  pageForWrite(gpaPage: number): Uint8Array;
  /** Page of another partition that this component holds a grant for (GPADL, VID mapping). Typed fault without grant. */
  granted(partition: number, gpaPage: number): Uint8Array;
  grantedForWrite(partition: number, gpaPage: number): Uint8Array;
  /** Gives `component` access to pages of `partition` (only components of the root kernel and the hypervisor may). */
  grant(component: number, partition: number, gpaFrom: number, count: number, why: 'gpadl' | 'vid'): void;
  revoke(component: number, partition: number, gpaFrom: number, count: number): void;
  /** Machine page: only the hypervisor and hardware (DMA) may. */
  spa(page: number): Uint8Array;
  spaForWrite(page: number): Uint8Array;
  /**
   * Translates a GPA page of a partition: machine page, or a negative fault code: -1 unmapped, -2 no such right,
   * -3 beyond the address space. Hypervisor, hardware and holders of a VID grant may ask.
   */
  translate(partition: number, gpaPage: number, right: number): number;
  /** How many pages of the root from `gpaPage` on, `most` at most, are machine pages of the same number: none covered or taken away. */
  identityRun(gpaPage: number, most: number): number;

  /** Own pages (root kernel) read as zero from now on, as if nobody had written them. */
  discard(gpaPage: number, count: number): void;

  // --- hypervisor only ----------------------------------------------------------------------------------------------
  /** The translation of a partition changed: forget cached translations. `root` page of its map, 0 for identity (root). */
  setMapRoot(partition: number, spaPage: number): void;
  mapChanged(partition: number): void;
  /** Takes away or gives back root's access to a machine page (deposited, withdrawn, the hypervisor's own). */
  setRootAccess(spaPage: number, allowed: boolean): void;
  /** An overlay page covers `gpaPage` of the partition (SIM, SIEF, hypercall, monitor page); spaPage 0 uncovers it. */
  setOverlay(partition: number, gpaPage: number, spaPage: number): void;
  /** Creates a VP; returns its global index. `bound`: logical processor or -1 for any. It starts suspended. */
  createVp(partition: number, index: number, bound: number): number;
  setWeight(vp: number, weight: number): void;
  /** The VP is suspended (explicitly or at an intercept): it executes nothing of its partition until resumed; what it was at stops where it is. */
  suspend(vp: number): void;
  resume(vp: number): void;
  /** Whether the hypervisor has nothing under way for a VP: its last hypercall, intercept or interrupt is through. */
  outOfHypervisor(vp: number): boolean;
  /** The suspended VP is deleted: whatever waits on it is dropped and never acts. Its global index is not used again. */
  removeVp(vp: number): void;
  /** The partition is deleted: its map, overlays and kernel are forgotten. Its number is not used again. */
  removePartition(partition: number): void;
  /** The VP that exited by HLT waits for an interrupt, unless one is already there (then returns false and it must be let go on). */
  halt(): boolean;

  // --- lifecycle ----------------------------------------------------------------------------------------------------
  /** Adds a partition to the machine's table under a structural path ('alpha'); returns its index. Hypervisor only. */
  addPartition(path: string, title: string): number;
  /** Adds a component; path is '<partition path>/<type name>' or with a suffix; returns its index. */
  addComponent(type: string, path: string, partition: number, config: unknown): number;
  /**
   * The component is gone: its state and its grants are given up and its path is free, its index stays its own, so that old hops
   * still name it. Fails when a hop is on its way to it.
   */
  retire(component: number): void;
  /** A VP at which a hop waits that is on its way to the component, or -1. */
  whereTo(component: number): number;
  /** Index of a component by path, or -1. */
  find(path: string): number;

  /** Bytes of one 64 KiB chunk of a disk image (hardware only); the component's `needs` has made sure that it is there. */
  chunk(image: string, chunk: number): Uint8Array;
  /** A 4096-byte block of the physical disk as it was written, or null when it never was (hardware only). */
  diskBlock(block: number): Uint8Array | null;
  /** The same for writing; zeros when it was never written, so fill it from the image first. Do not keep it across handlers. */
  diskBlockForWrite(block: number): Uint8Array;
  /** Puts a string into the machine's string table; returns its id. Strings travel in hops as ids. */
  text(string: string): number;
  textOf(id: number): string;
  /** Path of a component, for sentences and errors. */
  pathOf(component: number): string;

  /** Unsigned 32-bit chance from the machine's seeded generator. */
  random(): number;
  /** States what must hold; failing names component, hop and time. */
  assert(holds: boolean, sentence: string): asserts holds;
  /** Number of the hop being handled. */
  readonly n: number;
}
