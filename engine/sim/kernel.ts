/**
 * The kernel: the one loop that moves a machine (`run`), and what it is built from. The tables of handlers and crossings
 * (`kernel-tables.ts`) and of costs are made from the catalogue and the profile; they are not state.
 *
 *     departure -> [transit: queue] -> arrival -> work at a level of a VP -> charged -> acts: row logged, handler, departures
 *     hardware:    departure -> [transit: queue] -> acts
 */
import { blockAt } from './blocks.ts';
import { KernelAct } from './kernel-act.ts';
import type { ComponentType, Need, Plain } from './component.ts';
import type { Profile } from './costs.ts';
import type { HopKind } from './hop-kinds.ts';
import { ACT_ENTRY, ACT_EXIT, ACT_HARDWARE, EngineError, SAME_LEVEL, tablesOf, type KernelTables } from './kernel-tables.ts';
import { copyPlain, freeSlot, type Machine } from './machine.ts';
import { IN_EXIT, ISR, NEVER, THREAD, WINDOW } from './processors.ts';
import { peek, pop } from './queue.ts';
import {
  FLAG_BEGINS, ROW_WORDS, RowView, W_ARGS, W_CAUSE, W_COST, W_FLAGS, W_KIND_FROM, W_LATENCY, W_ORIGIN, W_REQUEST, W_TO_VP,
} from './rows.ts';
import { Dispatcher } from './dispatch.ts';

export { EngineError };

/** Rows are written here; `full` is called when the block has no room, and must make room. */
export interface LogBlock {
  words: Int32Array;
  times: Float64Array;
  /** Number of the hop in the first row of the block. */
  first: number;
  capacity: number;
}

export interface Limits {
  /** Stop after the hop with this number. */
  readonly toHop: number;
  /** Stop before anything happens later than this. */
  readonly toTime: number;
}

export type Stop = 'hops' | 'time' | 'idle' | 'needs' | 'block';

/** Where chunks of disk images come from: the bytes, or null when they must be fetched first. */
export type ChunkSource = (image: string, chunk: number) => Uint8Array | null;

export class Kernel {
  m: Machine;
  readonly types: readonly ComponentType[];
  readonly catalogue: readonly HopKind[];
  readonly profile: Profile;
  readonly chunks: ChunkSource;
  readonly act: KernelAct;
  /** The hop being handled: a window on its row in the log (on its record in flight while `needs` is asked). */
  readonly hop = new RowView();
  log: LogBlock;
  need: Need | null = null;
  /** When true, work due at the same time is taken in a shuffled order (a property test; never in a lab). */
  shuffle: Int32Array | null = null;

  // By kind.
  private readonly kinds: number;
  readonly fromPlace: Int32Array;
  readonly toPlace: Int32Array;
  readonly actOf: Int32Array;
  readonly levelOf: Int32Array;
  readonly begins: Uint8Array;
  /** Handlers by type index * number of kinds + kind. */
  private readonly handlers: KernelTables['handlers'];
  private readonly needsOf: KernelTables['needsOf'];
  readonly dispatcher: Dispatcher;

  constructor(m: Machine, types: readonly ComponentType[], catalogue: readonly HopKind[], profile: Profile, chunks: ChunkSource) {
    this.m = m;
    this.types = types;
    this.catalogue = catalogue;
    this.profile = profile;
    this.chunks = chunks;
    const tables = tablesOf(types, catalogue);
    this.kinds = tables.kinds;
    this.fromPlace = tables.fromPlace;
    this.toPlace = tables.toPlace;
    this.actOf = tables.actOf;
    this.levelOf = tables.levelOf;
    this.begins = tables.begins;
    this.handlers = tables.handlers;
    this.needsOf = tables.needsOf;
    this.dispatcher = new Dispatcher(this);
    this.log = newBlock(1, 0);
    this.act = new KernelAct(this);
  }

  // --- the loop -------------------------------------------------------------------------------------------------------

  /** Moves the machine until a limit is reached, nothing is left to do, a chunk is needed or the log block is full. */
  run(limits: Limits): Stop {
    const m = this.m;
    const { toHop, toTime } = limits;
    const { lpCount, lpDone: done } = m.processors;
    const room = this.log.first + this.log.capacity - 1;
    const last = toHop < room ? toHop : room;
    this.dispatcher.settle();
    for (;;) {
      if (m.n >= last) return m.n >= toHop ? 'hops' : 'block';
      if (m.instant.length > 0) {
        if (!this.actInstant()) return 'needs';
        continue;
      }
      let lp = -1;
      let at = NEVER;
      for (let i = 0; i < lpCount; i++) {
        if (done[i]! < at) {
          at = done[i]!;
          lp = i;
        }
      }
      const slot = peek(m.queue);
      const due = slot < 0 ? NEVER : m.queue.clock[slot << 3]!;
      if (due < at || (due === at && due !== NEVER && !this.lateFirst())) {
        if (due > toTime) return 'time';
        if (!this.arrive(slot, due)) return 'needs';
      } else if (lp >= 0) {
        if (at > toTime) return 'time';
        m.now = at;
        this.dispatcher.complete(lp);
      } else {
        return 'idle';
      }
    }
  }

  private lateFirst(): boolean {
    if (!this.shuffle) return false;
    this.shuffle[0] = Math.imul(this.shuffle[0]! ^ 0x9e3779b9, 0x85ebca6b) + 1;
    return (this.shuffle[0]! & 0x10000) !== 0;
  }

  /** The hop that acts next, as a slot, and when; -1 when nothing is left. Does not move the machine. */
  next(): { readonly slot: number; readonly at: number } {
    const m = this.m;
    if (m.instant.length > 0) return { slot: m.instant[0]!, at: m.now };
    const p = m.processors;
    let best = -1;
    let at = NEVER;
    for (let lp = 0; lp < p.lpCount; lp++) {
      if (p.lpDone[lp]! < at) {
        at = p.lpDone[lp]!;
        best = p.running[p.lpVp[lp]!]!;
      }
    }
    const slot = peek(m.queue);
    if (slot >= 0 && m.queue.clock[slot << 3]! <= at) return { slot, at: m.queue.clock[slot << 3]! };
    return { slot: best, at };
  }

  private actInstant(): boolean {
    const slot = this.m.instant[0]!;
    if (!this.ready(slot)) return false;
    this.m.instant.shift();
    this.perform(slot, -1, 7);
    return true;
  }

  private arrive(slot: number, due: number): boolean {
    const m = this.m;
    const words = m.flight.words;
    const w = slot * ROW_WORDS;
    const vp = (words[w + W_TO_VP]! >>> 16) - 1;
    if (vp < 0 && !this.ready(slot)) return false;
    pop(m.queue);
    m.now = due;
    if (vp < 0) this.perform(slot, -1, 7);
    else this.dispatcher.work(slot, vp, this.levelOf[words[w + W_KIND_FROM]! & 0xffff]!, false);
    return true;
  }

  /** Whether a hardware hop has what it needs from outside; if not, `need` says what. */
  private ready(slot: number): boolean {
    const m = this.m;
    const to = m.flight.words[slot * ROW_WORDS + W_TO_VP]! & 0xffff;
    const needs = this.needsOf[m.components.types[to]!];
    if (needs === undefined) return true;
    this.show(slot, -1);
    const has = (image: string, chunk: number): boolean => this.chunks(image, chunk) !== null;
    this.need = needs(m.components.states[to], this.hop, has, (block) => blockAt(m.blocks, block) !== null);
    return this.need === null;
  }

  // --- acting -------------------------------------------------------------------------------------------------------------

  private show(slot: number, vp: number): void {
    const hop = this.hop;
    hop.words = this.m.flight.words;
    hop.at = slot * ROW_WORDS;
    hop.n = this.m.n + 1;
    hop.vp = vp;
  }

  /** One hop acts: its row is logged, its handler runs, its departures leave. */
  perform(slot: number, vp: number, level: number): void {
    const m = this.m;
    const hop = this.hop;
    const { log } = this;
    const { words } = log;
    const n = ++m.n;
    const at = (n - log.first) * ROW_WORDS;
    this.writeRow(slot, level, n, at);
    // Storing a reference costs more than asking whether it is another one.
    if (hop.words !== words) hop.words = words;
    hop.at = at;
    hop.n = n;
    hop.vp = vp;
    freeSlot(m, slot);
    const c = m.components;
    const to = words[at + W_TO_VP]! & 0xffff;
    const kind = words[at + W_KIND_FROM]! & 0xffff;
    const handler = this.handlers[c.types[to]! * this.kinds + kind];
    if (handler === undefined) this.fail(`it does not handle ${this.catalogue[kind]!.name}`);
    const state = m.stateStamps[to] === m.memory.epoch ? c.states[to]! : this.stateForWrite(to);
    if (state === null) this.fail('it has retired, and a hop was still on its way to it');
    const act = this.act;
    act.begin(n, to, vp, level, words[at + W_FLAGS]! >>> 24, words[at + W_REQUEST]! >>> 0);
    handler!(state, hop, act);
    act.depart();
  }

  /** Guest on whose behalf a hop acts when its sender did not say: the guest at either end. */
  private servedBy(kindFrom: number, to: number): number {
    const partitions = this.m.components.partitions;
    const there = partitions[to]!;
    if (there > 1) return there;
    const here = partitions[kindFrom >>> 16]!;
    return here > 1 ? here : 0;
  }

  /** State of a component, private to this epoch. */
  stateForWrite(component: number): Plain {
    const m = this.m;
    if (m.stateStamps[component] !== m.memory.epoch) {
      m.components.states[component] = copyPlain(m.components.states[component]!);
      m.stateStamps[component] = m.memory.epoch;
    }
    return m.components.states[component]!;
  }

  /** Copies the record of hop `n` into the row whose first word is `d`. */
  private writeRow(slot: number, level: number, n: number, d: number): void {
    const m = this.m;
    const from = m.flight.words;
    const s = slot * ROW_WORDS;
    const to = this.log.words;
    const latency = m.now - m.queue.clock[slot << 3]! + (from[s + W_LATENCY]! >>> 0);
    const kindFrom = from[s + W_KIND_FROM]!;
    const toVp = from[s + W_TO_VP]!;
    let flags = (from[s + W_FLAGS]! & ~7) | level;
    if (flags >>> 24 === 0) flags |= this.servedBy(kindFrom, toVp & 0xffff) << 24;
    this.log.times[d >>> 1] = m.now;
    to[d + W_LATENCY] = latency > 0xffffffff ? -1 : latency;
    to[d + W_COST] = from[s + W_COST]!;
    to[d + W_KIND_FROM] = kindFrom;
    to[d + W_TO_VP] = toVp;
    to[d + W_CAUSE] = from[s + W_CAUSE]!;
    if (this.begins[kindFrom & 0xffff] === 1) {
      flags |= FLAG_BEGINS;
      to[d + W_ORIGIN] = from[s + W_REQUEST]!;
      to[d + W_REQUEST] = n;
    } else {
      to[d + W_ORIGIN] = from[s + W_ORIGIN]!;
      to[d + W_REQUEST] = from[s + W_REQUEST]!;
    }
    to[d + W_FLAGS] = flags;
    to[d + W_ARGS] = from[s + W_ARGS]!;
    to[d + W_ARGS + 1] = from[s + W_ARGS + 1]!;
    to[d + W_ARGS + 2] = from[s + W_ARGS + 2]!;
    to[d + W_ARGS + 3] = from[s + W_ARGS + 3]!;
    to[d + W_ARGS + 4] = from[s + W_ARGS + 4]!;
    to[d + W_ARGS + 5] = from[s + W_ARGS + 5]!;
  }

  /** Sends a departure without transit on its way: to a VP, or to hardware at once. */
  route(slot: number, fromVp: number, fromLevel: number): void {
    const m = this.m;
    const words = m.flight.words;
    const w = slot * ROW_WORDS;
    const kind = words[w + W_KIND_FROM]! & 0xffff;
    const vp = (words[w + W_TO_VP]! >>> 16) - 1;
    if (vp < 0) {
      m.instant.push(slot);
      return;
    }
    const p = m.processors;
    const act = this.actOf[kind]!;
    let level = this.levelOf[kind]!;
    let first = false;
    if (act === ACT_EXIT) {
      if ((p.flags[vp]! & IN_EXIT) !== 0) this.fail('its VP has left the partition already: one exit per handler');
      p.flags[vp]! |= IN_EXIT;
      p.frozen[vp] = fromLevel;
    } else if (act === ACT_ENTRY) {
      p.flags[vp]! &= ~IN_EXIT;
      level = p.frozen[vp]!;
      first = true;
    } else if (level === SAME_LEVEL) {
      level = vp === fromVp && fromLevel <= ISR ? fromLevel : THREAD;
      first = act === ACT_HARDWARE;
    }
    if (level >= WINDOW && vp !== fromVp && p.lp[vp]! >= 0 && p.running[vp]! >= 0 && p.level[vp]! <= ISR) this.dispatcher.markForcedExit(slot);
    this.dispatcher.work(slot, vp, level, first);
  }

  wrongCrossing(code: number, from: number, to: number): never {
    const kind = this.catalogue[code]!;
    const { paths } = this.m.components;
    return this.fail(`${kind.name} may only cross by ${kind.crossing}, not from ${paths[from]} to ${paths[to]}`);
  }

  /** Reports what cannot happen, naming component, hop and time. */
  fail(what: string): never {
    const c = this.m.components;
    throw new EngineError(
      `${c.paths[this.hop.to] ?? 'The machine'}: ${what} (hop ${this.hop.n}, ${this.catalogue[this.hop.kind]?.name ?? 'intent'}, at ${this.m.now} ns).`,
    );
  }
}

/** A block of the log for `capacity` hops from hop `first` on. */
export function newBlock(first: number, capacity: number): LogBlock {
  const words = new Int32Array(capacity * ROW_WORDS);
  return { words, times: new Float64Array(words.buffer), first, capacity };
}
