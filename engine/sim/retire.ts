/**
 * The end of components, VPs and partitions. Indices are never used again, so that every hop of the past still names what it
 * joined; a retired component has the state null, no configuration and no grants, and its path is free for another one.
 * SPEC [LIFE-1] [LIFE-2].
 */
import { forget } from './memory.ts';
import { freeSlot, type Machine } from './machine.ts';
import { LEVELS, SUSPENDED } from './processors.ts';
import { pendingSlots, resetQueue } from './queue.ts';
import { ROW_WORDS, W_TO_VP } from './rows.ts';

/** Slots of all hops that wait at a VP. */
function waitingAt(m: Machine, vp: number): number[] {
  const found: number[] = [];
  for (let at = vp * LEVELS; at < (vp + 1) * LEVELS; at++) {
    for (let slot = m.processors.heads[at]!; slot >= 0; slot = m.queue.next[slot]!) found.push(slot);
  }
  return found;
}

function isTo(m: Machine, component: number): (slot: number) => boolean {
  return (slot) => (m.flight.words[slot * ROW_WORDS + W_TO_VP]! & 0xffff) === component;
}

/** The first VP at which a hop waits that is on its way to a component, or -1. */
export function vpOfHopTo(m: Machine, component: number): number {
  const to = isTo(m, component);
  for (let vp = 0; vp < m.processors.vpCount; vp++) if (waitingAt(m, vp).some(to)) return vp;
  return -1;
}

/** Retires a component; what speaks against it, or ''. `leaving`: the departures of the handler at work. */
export function retireComponent(m: Machine, component: number, leaving: readonly number[], count: number): string {
  const c = m.components;
  const path = c.paths[component];
  if (path === undefined || c.states[component] === null) return `component ${component} cannot retire: it is not there`;
  const to = isTo(m, component);
  const onItsWay = m.instant.some(to) || leaving.slice(0, count).some(to) || pendingSlots(m.queue).some(to);
  if (onItsWay || vpOfHopTo(m, component) >= 0) return `${path} cannot retire: a hop is on its way to it`;
  c.states[component] = null;
  c.configs[component] = null;
  m.memory.grants[component] = [];
  m.byPath?.delete(path);
  return '';
}

/** Deletes a VP; what speaks against it, or ''. Hops that wait on it, or will arrive there, never act. */
export function removeVp(m: Machine, vp: number): string {
  const p = m.processors;
  if ((p.flags[vp]! & SUSPENDED) === 0 || p.lp[vp]! >= 0 || p.readySince[vp]! >= 0) return `VP ${vp} cannot be deleted: it is not suspended`;
  for (const slot of waitingAt(m, vp)) freeSlot(m, slot);
  const first = vp * LEVELS;
  p.heads.fill(-1, first, first + LEVELS);
  p.tails.fill(-1, first, first + LEVELS);
  p.left.fill(0, first, first + LEVELS);
  const pending = pendingSlots(m.queue);
  const theirs = (slot: number): boolean => (m.flight.words[slot * ROW_WORDS + W_TO_VP]! >>> 16) - 1 === vp;
  if (!pending.some(theirs)) return '';
  resetQueue(m.queue, pending.filter((slot) => !theirs(slot)));
  for (const slot of pending) if (theirs(slot)) freeSlot(m, slot);
  return '';
}

export function removePartition(m: Machine, partition: number): void {
  m.partitions.gone[partition] = 1;
  m.partitions.kernels[partition] = -1;
  m.partitions.firstVps[partition] = -1;
  m.memory.mapRoots[partition] = -1;
  m.memory.overlays[partition] = [];
  forget(m.memory, partition);
}
