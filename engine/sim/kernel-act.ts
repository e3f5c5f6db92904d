/** What a handler may do, performed by the kernel: see `act.ts` for the promises. One object serves all handlers. */
import { places } from '../wire/borders.ts';
import type { Act } from './act.ts';
import { blockAt, blockForWrite } from './blocks.ts';
import type { HopKind } from './hop-kinds.ts';
import type { Kernel } from './kernel.ts';
import { addComponent, addPartition, findComponent, nextRandom, takeSlot } from './machine.ts';
import {
  addGrant, discardFrames, forget, frame, frameForWrite, hasGrant, identityRun, MemoryFault, removeGrant, setOverlay, setRootAccess, translate, type FaultKind,
} from './memory.ts';
import { addVp, HALTED, hasPartitionWork, HYPERVISOR, IN_EXIT, LEVELS, SUSPENDED, THREAD } from './processors.ts';
import { push } from './queue.ts';
import { removePartition, removeVp, retireComponent, vpOfHopTo } from './retire.ts';
import { FLAG_FORCED_EXIT, FLAG_MODE_SWITCH, ROW_WORDS, W_ARGS, W_CAUSE, W_COST, W_FLAGS, W_KIND_FROM, W_LATENCY, W_ORIGIN, W_REQUEST, W_TO_VP } from './rows.ts';

const HARDWARE = places.indexOf('hardware');
const HYPERVISOR_PLACE = places.indexOf('hypervisor');
const ROOT_KERNEL = places.indexOf('root-kernel');
const faults: readonly FaultKind[] = ['unmapped', 'unmapped', 'rights', 'beyond'];

export class KernelAct implements Act {
  private readonly k: Kernel;
  self = 0;
  vp = -1;
  request = 0;
  origin = 0;
  behalf = 0;
  n = 0;
  private level = 0;
  /** Departures of the handler without transit, as slots, in order; those with transit wait in the queue already. */
  private slots: number[] = [];
  private count = 0;
  /** Index of the scheduler: part of the machine from its first moment, so it never changes. */
  private scheduler = -1;

  constructor(k: Kernel) {
    this.k = k;
  }

  get now(): number {
    return this.k.m.now;
  }

  get partition(): number {
    return this.k.m.components.partitions[this.self]!;
  }

  private get place(): number {
    return this.k.m.components.places[this.self]!;
  }

  /** A handler begins. */
  begin(n: number, self: number, vp: number, level: number, behalf: number, request: number): void {
    this.n = n;
    this.self = self;
    this.vp = vp;
    this.level = level;
    this.request = request;
    this.origin = 0;
    this.behalf = behalf;
    this.count = 0;
  }

  /** An intent begins: no hop caused what leaves. */
  beginIntent(self: number): void {
    this.begin(0, self, -1, THREAD, 0, 0);
  }

  /** The handler has returned: its departures leave in the order in which it asked for them. */
  depart(): void {
    const count = this.count;
    for (let i = 0; i < count; i++) this.k.route(this.slots[i]!, this.vp, this.level);
    this.count = 0;
  }

  // --- departures ---------------------------------------------------------------------------------------------------------

  send(kind: HopKind, to: number, a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0): void {
    const code = kind.code;
    const vp = this.k.toPlace[code] === HARDWARE ? -1 : this.vpFor(to);
    this.post(code, this.self, to, vp, 0, a0, a1, a2, a3, a4, a5);
  }

  sendOn(vp: number, kind: HopKind, to: number, a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0): void {
    this.post(kind.code, this.self, to, vp, 0, a0, a1, a2, a3, a4, a5);
  }

  sendAfter(transit: number, vp: number, kind: HopKind, to: number, a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0): void {
    this.post(kind.code, this.self, to, vp, transit, a0, a1, a2, a3, a4, a5);
  }

  pull(kind: HopKind, channel: number, direction: number, offset: number, a2 = 0, a3 = 0, a4 = 0, a5 = 0): void {
    const state = this.k.stateForWrite(channel) as { tags: { direction: number; offset: number; request: number; hop: number; behalf: number }[] };
    const at = state.tags.findIndex((t) => t.direction === direction && t.offset === offset);
    const request = this.request;
    const origin = this.origin;
    const behalf = this.behalf;
    if (at >= 0) {
      const tag = state.tags[at]!;
      this.request = tag.request;
      this.origin = tag.hop;
      this.behalf = tag.behalf;
      state.tags.splice(at, 1);
    }
    this.post(kind.code, channel, this.self, this.vp, 0, direction, offset, a2, a3, a4, a5);
    this.request = request;
    this.origin = origin;
    this.behalf = behalf;
  }

  /** This handler's VP, unless the receiver belongs to another partition: then VP 0 of that one. */
  private vpFor(to: number): number {
    const m = this.k.m;
    const partition = m.components.partitions[to]!;
    if (this.vp >= 0 && (partition === 0 || m.processors.partition[this.vp] === partition)) return this.vp;
    return m.partitions.firstVps[partition]!;
  }

  private post(code: number, from: number, to: number, vp: number, transit: number, a0: number, a1: number, a2: number, a3: number, a4: number, a5: number): void {
    const k = this.k;
    const m = k.m;
    const c = m.components;
    if (k.fromPlace[code] !== c.places[from] || k.toPlace[code] !== c.places[to]) k.wrongCrossing(code, from, to);
    const slot = takeSlot(m);
    const words = m.flight.words;
    const w = slot * ROW_WORDS;
    m.queue.clock[slot << 3] = m.now + transit;
    m.queue.sequence[slot] = m.sequence++;
    words[w + W_LATENCY] = transit;
    words[w + W_COST] = 0;
    words[w + W_KIND_FROM] = code | (from << 16);
    words[w + W_TO_VP] = to | ((vp + 1) << 16);
    words[w + W_FLAGS] = this.behalf << 24;
    words[w + W_CAUSE] = this.n;
    words[w + W_ORIGIN] = this.origin;
    words[w + W_REQUEST] = this.request;
    words[w + W_ARGS] = a0;
    words[w + W_ARGS + 1] = a1;
    words[w + W_ARGS + 2] = a2;
    words[w + W_ARGS + 3] = a3;
    words[w + W_ARGS + 4] = a4;
    words[w + W_ARGS + 5] = a5;
    if (transit > 0) push(m.queue, slot);
    else this.slots[this.count++] = slot;
  }

  /**
   * A VP without work leaves by HLT; a partition without a kernel component just waits. A thread that was in user mode has
   * called its kernel to wait, and that mode switch is told by the HLT.
   */
  haltExit(vp: number, hltRoot: number, hltGuest: number): void {
    const m = this.k.m;
    const p = m.processors;
    const partition = p.partition[vp]!;
    const kernel = m.partitions.kernels[partition]!;
    const code = partition === 1 ? hltRoot : hltGuest;
    if (kernel < 0 || code < 0) {
      p.flags[vp]! |= HALTED;
      return;
    }
    if (this.scheduler < 0) this.scheduler = findComponent(m, 'hypervisor/scheduler');
    const saved = [this.self, this.n, this.behalf, this.request, this.origin, this.count] as const;
    this.n = 0;
    this.behalf = 0;
    this.request = 0;
    this.origin = 0;
    this.post(code, kernel, this.scheduler, vp, 0, 0, 0, 0, 0, 0, 0);
    this.count--;
    const slot = this.slots[this.count]!;
    [this.self, this.n, this.behalf, this.request, this.origin, this.count] = saved;
    if (p.userMode[vp] === 1) {
      p.userMode[vp] = 0;
      m.flight.words[slot * ROW_WORDS + W_FLAGS]! |= FLAG_MODE_SWITCH;
    }
    p.flags[vp]! |= IN_EXIT;
    p.frozen[vp] = THREAD;
    this.k.dispatcher.enqueueQuietly(slot, vp);
  }

  // --- memory ---------------------------------------------------------------------------------------------------------------

  page(gpaPage: number): Uint8Array {
    const m = this.k.m.memory;
    const spa = translate(m, this.partition, gpaPage, 1);
    if (spa < 0) this.fault(spa, this.partition, gpaPage);
    return frame(m, spa);
  }

  pageForWrite(gpaPage: number): Uint8Array {
    const m = this.k.m.memory;
    const spa = translate(m, this.partition, gpaPage, 2);
    if (spa < 0) this.fault(spa, this.partition, gpaPage);
    return frameForWrite(m, spa);
  }

  granted(partition: number, gpaPage: number): Uint8Array {
    return frame(this.k.m.memory, this.grantedSpa(partition, gpaPage, 1));
  }

  grantedForWrite(partition: number, gpaPage: number): Uint8Array {
    return frameForWrite(this.k.m.memory, this.grantedSpa(partition, gpaPage, 2));
  }

  private grantedSpa(partition: number, gpaPage: number, right: number): number {
    const m = this.k.m.memory;
    if (!hasGrant(m, this.self, partition, gpaPage)) throw new MemoryFault('no-grant', partition, gpaPage, this.pathOf(this.self));
    const spa = translate(m, partition, gpaPage, right);
    if (spa < 0) this.fault(spa, partition, gpaPage);
    return spa;
  }

  grant(component: number, partition: number, gpaFrom: number, count: number): void {
    this.rootKernelOnly();
    addGrant(this.k.m.memory, component, partition, gpaFrom, count);
  }

  revoke(component: number, partition: number, gpaFrom: number, count: number): void {
    removeGrant(this.k.m.memory, component, partition, gpaFrom, count);
  }

  spa(page: number): Uint8Array {
    this.machineAccess(page);
    return frame(this.k.m.memory, page);
  }

  spaForWrite(page: number): Uint8Array {
    this.machineAccess(page);
    return frameForWrite(this.k.m.memory, page);
  }

  private machineAccess(page: number): void {
    if (this.place !== HYPERVISOR_PLACE && this.place !== HARDWARE) throw new MemoryFault('not-allowed', 0, page, this.pathOf(this.self));
    if (page >= this.k.m.memory.pages) throw new MemoryFault('beyond', 0, page, this.pathOf(this.self));
  }

  translate(partition: number, gpaPage: number, right: number): number {
    return translate(this.k.m.memory, partition, gpaPage, right);
  }

  identityRun(gpaPage: number, most: number): number {
    return identityRun(this.k.m.memory, gpaPage, most);
  }

  discard(gpaPage: number, count: number): void {
    this.rootKernelOnly();
    discardFrames(this.k.m.memory, gpaPage, count);
  }

  private fault(code: number, partition: number, gpaPage: number): never {
    throw new MemoryFault(faults[-code]!, partition, gpaPage, this.pathOf(this.self));
  }

  // --- hypervisor only --------------------------------------------------------------------------------------------------------

  setMapRoot(partition: number, spaPage: number): void {
    this.hypervisorOnly();
    const m = this.k.m.memory;
    m.mapRoots[partition] = spaPage;
    forget(m, partition);
  }

  mapChanged(partition: number): void {
    forget(this.k.m.memory, partition);
  }

  setRootAccess(spaPage: number, allowed: boolean): void {
    this.hypervisorOnly();
    setRootAccess(this.k.m.memory, spaPage, allowed);
  }

  setOverlay(partition: number, gpaPage: number, spaPage: number): void {
    this.hypervisorOnly();
    setOverlay(this.k.m.memory, partition, gpaPage, spaPage);
  }

  createVp(partition: number, index: number, bound: number): number {
    this.hypervisorOnly();
    const m = this.k.m;
    const vp = addVp(m.processors, partition, index, bound);
    if (index === 0) m.partitions.firstVps[partition] = vp;
    return vp;
  }

  setWeight(vp: number, weight: number): void {
    this.hypervisorOnly();
    this.k.m.processors.weight[vp] = weight;
  }

  suspend(vp: number): void {
    this.hypervisorOnly();
    this.k.m.processors.flags[vp]! |= SUSPENDED;
    if (this.k.dispatcher.stop(vp)) this.k.hop.words[this.k.hop.at + W_FLAGS]! |= FLAG_FORCED_EXIT;
  }

  resume(vp: number): void {
    this.hypervisorOnly();
    this.k.m.processors.flags[vp]! &= ~SUSPENDED;
    this.k.dispatcher.kick(vp);
  }

  halt(): boolean {
    this.hypervisorOnly();
    const p = this.k.m.processors;
    if (hasPartitionWork(p, this.vp)) return false;
    p.flags[this.vp] = (p.flags[this.vp]! & ~IN_EXIT) | HALTED;
    return true;
  }

  outOfHypervisor(vp: number): boolean {
    this.hypervisorOnly();
    return this.k.m.processors.heads[vp * LEVELS + HYPERVISOR]! < 0;
  }

  removeVp(vp: number): void {
    this.hypervisorOnly();
    this.refuse(removeVp(this.k.m, vp));
  }

  removePartition(partition: number): void {
    this.hypervisorOnly();
    removePartition(this.k.m, partition);
  }

  private rootKernelOnly(): void {
    if (this.place !== ROOT_KERNEL && this.place !== HYPERVISOR_PLACE) this.k.fail('only the root kernel or the hypervisor may do this with memory');
  }

  private hypervisorOnly(): void {
    if (this.place !== HYPERVISOR_PLACE) this.k.fail('only the hypervisor may do this');
  }

  // --- lifecycle, strings, chance -----------------------------------------------------------------------------------------------

  addPartition(path: string, title: string): number {
    this.hypervisorOnly();
    return addPartition(this.k.m, path, title);
  }

  addComponent(type: string, path: string, partition: number, config: unknown): number {
    return addComponent(this.k.m, this.k.types, type, path, partition, config);
  }

  retire(component: number): void {
    this.refuse(retireComponent(this.k.m, component, this.slots, this.count));
  }

  whereTo(component: number): number {
    return vpOfHopTo(this.k.m, component);
  }

  find(path: string): number {
    return findComponent(this.k.m, path);
  }

  chunk(image: string, chunk: number): Uint8Array {
    const bytes = this.k.chunks(image, chunk);
    if (!bytes) return this.k.fail(`chunk ${chunk} of image ${image} is not there`);
    return bytes;
  }

  diskBlock(block: number): Uint8Array | null {
    this.hardwareOnly();
    return blockAt(this.k.m.blocks, block);
  }

  diskBlockForWrite(block: number): Uint8Array {
    this.hardwareOnly();
    return blockForWrite(this.k.m.blocks, block, this.k.m.memory.epoch);
  }

  private hardwareOnly(): void {
    if (this.place !== HARDWARE) this.k.fail('only hardware may do this');
  }

  text(string: string): number {
    return this.k.m.texts.push(string) - 1;
  }

  textOf(id: number): string {
    return this.k.m.texts[id] ?? '';
  }

  pathOf(component: number): string {
    return this.k.m.components.paths[component] ?? '';
  }

  random(): number {
    return nextRandom(this.k.m.rng);
  }

  private refuse(fault: string): void {
    if (fault !== '') this.k.fail(fault);
  }

  assert(holds: boolean, sentence: string): asserts holds {
    if (!holds) this.k.fail(sentence);
  }
}
