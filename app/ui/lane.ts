/** Lanes: the colour of a partition's lines, and where they run beside those of others. */

/** So many lanes, as many as there are colours for guests; more guests share them. */
export const laneMost = 8

/** The lane of a partition: 0 root and machine, then guests by their ordinal from 1. */
export function laneOf(ordinal: number): number {
  return ordinal <= 0 ? 0 : ((ordinal - 1) % laneMost) + 1
}
