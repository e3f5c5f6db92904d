/**
 * Sizes of panels that came with a moment. They are shown and kept with the lab, but not remembered for other visits: those are
 * the person's own, who may have another screen.
 */
import type { KeptPart } from '../keep/parts.ts'
import { chosenSize, limits, show, sides, sizesShown, type Side } from './sizes.ts'

type Sizes = Readonly<Partial<Record<Side, number>>>

const listeners = new Set<() => void>()

/** On a small screen a panel of a large one must leave room for the picture. */
function fitting(side: Side, size: number): number {
  const [least, most] = limits[side]
  const room = Math.floor((side === 'below' ? innerHeight : innerWidth) * 0.4)
  return Math.round(Math.max(least, Math.min(most, room, size)))
}

/** Shows panels in these sizes; what is left out stays. */
export function wearSizes(sizes: Sizes): void {
  for (const side of sides) {
    const size = sizes[side]
    if (size !== undefined) show(side, fitting(side, size))
  }
  for (const changed of listeners) changed()
}

/** Those that are shown and would not be remembered. */
function worn(): Sizes | null {
  const other = Object.entries(sizesShown()).filter(([side, size]) => size !== chosenSize(side as Side))
  return other.length > 0 ? Object.fromEntries(other) : null
}

export const sizesPart: KeptPart = {
  name: 'sizes', take: worn,
  give: (value) => {
    const given = Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(([, size]) => Number.isFinite(size))
    wearSizes(Object.fromEntries(given) as Sizes)
  },
  watch: (changed) => listeners.add(changed),
}
