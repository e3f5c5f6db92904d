/**
 * Dispatching: which work a VP does next, which VP a logical processor holds, and what the work costs. The mechanism of
 * `processors.ts` put to use; `kernel.ts` calls it and is called back when work is paid for.
 */
import type { Kernel } from './kernel.ts';
import {
  chooseLp, dequeue, enqueue, HALTED, HYPERVISOR, ISR, LEVELS, mayDisplace, NEVER, nextReady, runnableLevel, WINDOW,
} from './processors.ts';
import {
  FLAG_CONTEXT_SWITCH, FLAG_FORCED_EXIT, FLAG_MODE_SWITCH, FLAG_VP_SWITCH, ROW_WORDS, W_ARGS, W_COST, W_FLAGS, W_KIND_FROM, W_TO_VP,
} from './rows.ts';

export class Dispatcher {
  private readonly k: Kernel;
  private readonly costNs: Int32Array;
  private readonly costPer4k: Int32Array;
  private readonly costArg: Int32Array;
  private readonly hltRoot: number;
  private readonly hltGuest: number;
  private readonly contextNs: number;
  private readonly modeNs: number;
  private readonly vpNs: number;
  /** VP whose work acts now, or -1: its next work is started after the handler. */
  private actingVp = -1;

  constructor(k: Kernel) {
    this.k = k;
    const kinds = k.catalogue.length;
    this.costNs = new Int32Array(kinds);
    this.costPer4k = new Int32Array(kinds);
    this.costArg = new Int32Array(kinds).fill(-1);
    for (const kind of k.catalogue) {
      const cost = k.profile.costs[kind.cost];
      this.costNs[kind.code] = cost.ns;
      if (kind.costBytes === undefined) continue;
      this.costArg[kind.code] = kind.args.indexOf(kind.costBytes);
      this.costPer4k[kind.code] = cost.per4k ?? 0;
    }
    this.hltRoot = k.catalogue.findIndex((c) => c.name === 'cpu.hltRoot');
    this.hltGuest = k.catalogue.findIndex((c) => c.name === 'cpu.hltGuest');
    this.contextNs = k.profile.costs.contextSwitch.ns;
    this.modeNs = k.profile.costs.modeSwitch.ns;
    this.vpNs = k.profile.costs.vpSwitch.ns;
  }

  /** No handler is at work: said before a run, because a handler that threw has not returned. */
  settle(): void {
    this.actingVp = -1;
  }

  /** Puts a hop at a level of a VP and sees to it that the VP runs. */
  work(slot: number, vp: number, level: number, first: boolean): void {
    const m = this.k.m;
    const p = m.processors;
    enqueue(p, m.queue.next, vp, level, slot, first);
    if ((p.flags[vp]! & HALTED) !== 0 && level !== HYPERVISOR) p.flags[vp]! &= ~HALTED;
    if (vp === this.actingVp) return;
    this.kick(vp);
  }

  /** Lets a VP run whose work or flags have changed. */
  kick(vp: number): void {
    if (vp === this.actingVp) return;
    const p = this.k.m.processors;
    const lp = p.lp[vp]!;
    if (lp >= 0) {
      const level = runnableLevel(p, vp);
      if (p.running[vp]! < 0) this.start(vp, lp);
      else if (level > p.level[vp]!) {
        this.displaceWork(vp, lp);
        this.start(vp, lp);
      }
      return;
    }
    if (runnableLevel(p, vp) < 0 || p.readySince[vp]! >= 0) return;
    this.makeReady(vp);
  }

  /** A VP has been suspended: what it does in its partition stops where it is. True when that forced it out of its partition. */
  stop(vp: number): boolean {
    const p = this.k.m.processors;
    const lp = p.lp[vp]!;
    if (vp === this.actingVp) return false;
    if (lp < 0) {
      if (p.readySince[vp]! >= 0 && runnableLevel(p, vp) < 0) {
        p.readySince[vp] = -1;
        p.readyCount--;
      }
      return false;
    }
    if (p.running[vp]! < 0 || p.level[vp] === HYPERVISOR) return false;
    this.displaceWork(vp, lp);
    this.start(vp, lp);
    return true;
  }

  private makeReady(vp: number): void {
    const p = this.k.m.processors;
    const quantum = this.k.profile.quantumNs;
    if (p.used[vp]! < p.clock - quantum) p.used[vp] = p.clock - quantum;
    p.readySince[vp] = this.k.m.now;
    p.readyCount++;
    const choice = chooseLp(p, vp, quantum);
    if (choice >= 0) {
      this.assign(vp, choice);
    } else if (choice < -1) {
      const lp = -2 - choice;
      const holder = p.lpVp[lp]!;
      if (holder === this.actingVp) return;
      if (p.running[holder]! >= 0 && p.level[holder]! <= ISR) this.markForcedExit(p.heads[vp * LEVELS + runnableLevel(p, vp)]!);
      this.displaceVp(holder, lp);
      this.assign(vp, lp);
    }
  }

  private assign(vp: number, lp: number): void {
    const p = this.k.m.processors;
    p.readySince[vp] = -1;
    p.readyCount--;
    p.lpVp[lp] = vp;
    p.lp[vp] = lp;
    p.clock = p.used[vp]! > p.clock ? p.used[vp]! : p.clock;
    this.start(vp, lp);
  }

  /** The work at hand stops where it is; what is left of it is done later. */
  private displaceWork(vp: number, lp: number): void {
    const p = this.k.m.processors;
    if (p.running[vp]! < 0) return;
    p.left[vp * LEVELS + p.level[vp]!] = p.lpDone[lp]! - this.k.m.now + 1;
    p.running[vp] = -1;
    p.lpDone[lp] = NEVER;
  }

  private displaceVp(vp: number, lp: number): void {
    const p = this.k.m.processors;
    this.displaceWork(vp, lp);
    p.lp[vp] = -1;
    p.lastLp[vp] = lp;
    p.lpVp[lp] = -1;
    if (runnableLevel(p, vp) >= 0) {
      p.readySince[vp] = this.k.m.now;
      p.readyCount++;
    }
  }

  /** Starts the most urgent work of a VP that holds a logical processor; without any, HLT or another VP. */
  private start(vp: number, lp: number): void {
    const m = this.k.m;
    const p = m.processors;
    let level = runnableLevel(p, vp);
    if (level < 0 && p.flags[vp] === 0) {
      this.k.act.haltExit(vp, this.hltRoot, this.hltGuest);
      level = runnableLevel(p, vp);
    }
    if (level < 0) {
      this.release(vp, lp);
      return;
    }
    const at = vp * LEVELS + level;
    const slot = p.heads[at]!;
    let cost = p.left[at]!;
    if (cost > 0) cost -= 1;
    else cost = this.charge(slot, vp, lp, level);
    p.running[vp] = slot;
    p.level[vp] = level;
    p.lpDone[lp] = m.now + cost;
  }

  private release(vp: number, lp: number): void {
    const p = this.k.m.processors;
    p.lpVp[lp] = -1;
    p.lp[vp] = -1;
    p.lastLp[vp] = lp;
    p.lpDone[lp] = NEVER;
    const next = nextReady(p, lp);
    if (next >= 0) this.assign(next, lp);
  }

  /** Cost of a piece of work known beforehand: its kind, its bytes, and the switches it needs. */
  private charge(slot: number, vp: number, lp: number, level: number): number {
    const m = this.k.m;
    const p = m.processors;
    const words = m.flight.words;
    const w = slot * ROW_WORDS;
    const kind = words[w + W_KIND_FROM]! & 0xffff;
    let cost = this.costNs[kind]!;
    const arg = this.costArg[kind]!;
    if (arg >= 0) cost += Math.floor(((words[w + W_ARGS + arg]! >>> 0) * this.costPer4k[kind]!) / 4096);
    let flags = words[w + W_FLAGS]! & ~7;
    flags |= level;
    if (level <= ISR) {
      const to = words[w + W_TO_VP]! & 0xffff;
      const process = m.components.processes[to]!;
      const user = process > 0 ? 1 : 0;
      if (user !== p.userMode[vp]) {
        p.userMode[vp] = user;
        flags |= FLAG_MODE_SWITCH;
        cost += this.modeNs;
      }
      if (process > 0 && process !== p.process[vp]) {
        p.process[vp] = process;
        flags |= FLAG_CONTEXT_SWITCH;
        cost += this.contextNs;
      }
    }
    if (p.lpLast[lp] !== vp) {
      if (p.lpLast[lp]! >= 0) {
        flags |= FLAG_VP_SWITCH;
        cost += this.vpNs;
      }
      p.lpLast[lp] = vp;
    }
    words[w + W_FLAGS] = (flags & ~(0xff << 16)) | ((lp + 1) << 16);
    words[w + W_COST] = cost;
    return cost;
  }

  /** The work at hand is paid for: it acts. */
  complete(lp: number): void {
    const m = this.k.m;
    const p = m.processors;
    const vp = p.lpVp[lp]!;
    const level = p.level[vp]!;
    const slot = dequeue(p, m.queue.next, vp, level);
    p.running[vp] = -1;
    p.lpDone[lp] = NEVER;
    const w = slot * ROW_WORDS;
    const cost = m.flight.words[w + W_COST]!;
    if (level >= WINDOW) p.hypervisorNs[vp]! += cost;
    else p.guestNs[vp]! += cost;
    p.used[vp]! += Math.floor((cost * 100) / p.weight[vp]!);
    m.flight.words[w + W_FLAGS] = (m.flight.words[w + W_FLAGS]! & ~(0xff << 16)) | ((lp + 1) << 16);
    this.actingVp = vp;
    this.k.perform(slot, vp, level);
    this.actingVp = -1;
    if (p.readyCount > 0 && this.yields(vp, lp)) return;
    this.start(vp, lp);
  }

  /** Gives the processor to a ready VP that has had too little; true when it did. A VP with more to do is forced out. [SCHED-3] */
  private yields(vp: number, lp: number): boolean {
    const p = this.k.m.processors;
    const next = nextReady(p, lp);
    if (next < 0 || !mayDisplace(p, next, lp, this.k.profile.quantumNs)) return false;
    const left = runnableLevel(p, vp);
    if (left >= 0 && left <= ISR) this.markForcedExit(p.heads[next * LEVELS + runnableLevel(p, next)]!);
    this.displaceVp(vp, lp);
    this.assign(next, lp);
    return true;
  }

  /** Marks work as having forced a running VP out of its partition. */
  markForcedExit(slot: number): void {
    this.k.m.flight.words[slot * ROW_WORDS + W_FLAGS]! |= FLAG_FORCED_EXIT;
  }

  /** Puts the HLT exit of a VP without work at its hypervisor level; the caller starts it. */
  enqueueQuietly(slot: number, vp: number): void {
    enqueue(this.k.m.processors, this.k.m.queue.next, vp, HYPERVISOR, slot, false);
  }
}
