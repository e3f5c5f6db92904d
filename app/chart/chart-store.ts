/** State of the chart: how it is spaced, what is pointed at, the two marks. */
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { units, type Spacing } from './axis.ts'
import type { Band, Lane, Level } from './lanes.ts'

/** The heads of the lifelines, as the canvas has laid them out. */
export interface Head {
  readonly lanes: readonly Lane[]
  readonly bands: readonly Band[]
  readonly level: Level
  readonly folded: number
  /** Left edge and width of the lanes. */
  readonly left: number
  readonly each: number
}

export interface ChartState {
  readonly spacing: Spacing
  readonly unit: Readonly<Record<Spacing, number>>
  /** How lifelines are drawn together; 'auto' takes the finest that finds room. */
  readonly level: Level | 'auto'
  /** The chart follows the cursor until it is scrolled away. */
  readonly following: boolean
  /** Hop that is pointed at with keys or pointer; 0 for none. */
  readonly pointed: number
  /** Marks between which is measured; 0 while not set. */
  readonly a: number
  readonly b: number
  readonly head: Head
}

const noHead: Head = { lanes: [], bands: [], level: 'component', folded: 0, left: 0, each: 0 }

export const chart = createStore<ChartState>()(() => ({
  spacing: 'even',
  unit: { even: units.even.first, log: units.log.first, linear: units.linear.first },
  level: 'auto',
  following: true,
  pointed: 0,
  a: 0,
  b: 0,
  head: noHead,
}))

export function useChart<T>(pick: (state: ChartState) => T): T {
  return useStore(chart, pick)
}

export function setSpacing(spacing: Spacing): void {
  chart.setState({ spacing })
}

/** Larger or smaller by a factor, within bounds. */
export function zoomBy(factor: number): void {
  const { spacing, unit } = chart.getState()
  const { least, most } = units[spacing]
  chart.setState({ unit: { ...unit, [spacing]: Math.min(most, Math.max(least, unit[spacing] * factor)) } })
}
