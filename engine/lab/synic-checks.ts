/** Checker over the SynIC's message slots: a message stays until the partition has freed its slot. [CHECK-1] */
import { frame } from '../sim/memory.ts';
import type { Checker } from './checks.ts';
import { synicPagesOf } from './hypervisor-pages.ts';

const SLOT_WORDS = 64;
const SLOTS = 16;
/** MessagePending in the flags of a message may be set while it stands: more is waiting. */
const PENDING_BIT = 1 << 8;

export function synicCheckers(): Checker[] {
  return [slotsKept()];
}

function slotsKept(): Checker {
  /** Occupied slots as they were: by VP, machine page of the SIM page and copies of the slots. */
  let kept = new Map<number, { readonly sim: number; readonly slots: (Int32Array | null)[] }>();
  return {
    id: 'slots-kept',
    says: 'A message in a slot is not changed or replaced before its type is 0.',
    reset: () => void (kept = new Map()),
    after: (kernel) => {
      let wrong: string | null = null;
      for (let vp = 0; vp < kernel.m.processors.vpCount; vp++) {
        const { sim } = synicPagesOf(kernel, vp);
        if (sim === 0) continue;
        const page = frame(kernel.m.memory, sim);
        const words = new Int32Array(page.buffer, page.byteOffset, SLOTS * SLOT_WORDS);
        let known = kept.get(vp);
        if (known?.sim !== sim) kept.set(vp, (known = { sim, slots: new Array<Int32Array | null>(SLOTS).fill(null) }));
        for (let slot = 0; slot < SLOTS; slot++) {
          if (changed(known.slots[slot]!, words, slot)) wrong ??= `slot ${slot} of VP ${vp} changed while its message stood there`;
          known.slots[slot] = words[slot * SLOT_WORDS] === 0 ? null : words.slice(slot * SLOT_WORDS, (slot + 1) * SLOT_WORDS);
        }
      }
      return wrong;
    },
  };
}

function changed(old: Int32Array | null, words: Int32Array, slot: number): boolean {
  const at = slot * SLOT_WORDS;
  if (old === null || words[at] === 0) return false;
  for (let i = 0; i < SLOT_WORDS; i++) {
    const pending = i === 1 ? PENDING_BIT : 0;
    if ((old[i]! | pending) !== (words[at + i]! | pending)) return true;
  }
  return false;
}
