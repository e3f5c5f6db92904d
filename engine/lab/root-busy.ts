/** Whether busy applications compute in the root: read from the hops that are under way, so that it is true at every place of a run. */
import type { Kernel } from '../sim/kernel.ts';
import { findComponent, type Machine } from '../sim/machine.ts';
import { ROW_WORDS, W_ARGS, W_KIND_FROM } from '../sim/rows.ts';

/** Slots of the pool in which no hop is. */
function freeSlots({ flight, queue }: Machine): ReadonlySet<number> {
  const out = new Set<number>();
  for (let slot = flight.free; slot >= 0; slot = queue.next[slot]!) out.add(slot);
  return out;
}

/** A slice that nobody has ended is under way, or somebody has just asked for one; whoever has just asked for the end has it. [VMMS-2] */
export function rootBusy({ m, catalogue }: Kernel): boolean {
  const vmms = findComponent(m, 'root/vmms');
  if (vmms < 0) return false;
  const { burnsEnded } = m.components.states[vmms] as unknown as { readonly burnsEnded: number };
  const free = freeSlots(m);
  const { words, top } = m.flight;
  let busy = false;
  for (let slot = 0; slot < top; slot++) {
    if (free.has(slot)) continue;
    const w = slot * ROW_WORDS;
    const { name } = catalogue[words[w + W_KIND_FROM]! & 0xffff]!;
    if (name === 'ask.stopBurn') return false;
    if (name === 'ask.burn' || (name === 'vmms.burn' && words[w + W_ARGS + 2]! >= burnsEnded)) busy = true;
  }
  return busy;
}
