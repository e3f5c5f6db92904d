/**
 * Where hops stand on the chart, from top to bottom. The log may be millions of hops long, so nothing is laid out but what is
 * near an anchor: a hop and where it stands in the view. Everything else follows from the gaps in time around it. Pure.
 */
export const spacings = ['even', 'log', 'linear'] as const
export type Spacing = (typeof spacings)[number]

export interface Scale {
  readonly spacing: Spacing
  /** Pixels of one row, in linear spacing pixels of a microsecond. */
  readonly unit: number
}

export interface Anchor {
  readonly n: number
  readonly y: number
}

export interface Extent {
  /** First and last hop that may be shown. */
  readonly first: number
  readonly last: number
}

export interface Row {
  readonly n: number
  readonly y: number
}

export const units: Readonly<Record<Spacing, { readonly least: number; readonly first: number; readonly most: number }>> = {
  even: { least: 3, first: 18, most: 44 },
  log: { least: 4, first: 20, most: 60 },
  linear: { least: 0.002, first: 40, most: 4000 },
}

/** Rows laid out at most: in linear spacing thousands may act at the same time. */
const rowsMost = 3000

/** Height of the gap between two hops so many ns apart. A gap that is not known yet is a row. */
export function gapHeight({ spacing, unit }: Scale, ns: number | null): number {
  if (spacing === 'even' || ns === null) return spacing === 'linear' ? 12 : unit
  if (spacing === 'linear') return (ns / 1000) * unit
  return unit * (0.35 + 0.55 * Math.log10(1 + ns / 50))
}

/** When a hop acted, or null while its row is not here. */
export type TimeOf = (n: number) => number | null

function between(scale: Scale, timeOf: TimeOf, n: number): number {
  const before = timeOf(n - 1)
  const at = timeOf(n)
  return gapHeight(scale, before === null || at === null ? null : at - before)
}

/** Rows whose place is within `from`..`to` pixels of the view, and the nearest one beyond either edge, in order. */
export function layout(scale: Scale, anchor: Anchor, extent: Extent, timeOf: TimeOf, from: number, to: number): readonly Row[] {
  const up: Row[] = []
  const down: Row[] = []
  if (extent.last < extent.first) return []
  const start = Math.min(extent.last, Math.max(extent.first, anchor.n))
  let y = anchor.y
  for (let n = start; n <= extent.last && down.length < rowsMost; n++) {
    if (n > start) y += between(scale, timeOf, n)
    down.push({ n, y })
    if (y > to) break
  }
  y = anchor.y
  for (let n = start - 1; n >= extent.first && up.length < rowsMost && y >= from; n--) {
    y -= between(scale, timeOf, n + 1)
    up.push({ n, y })
  }
  return within([...up.reverse(), ...down], from, to)
}

/** Those of rows in order that stand within `from`..`to`, and the nearest one beyond either edge. */
export function within(rows: readonly Row[], from: number, to: number): readonly Row[] {
  const inside = rows.findIndex((row) => row.y >= from)
  const below = rows.findIndex((row) => row.y > to)
  const first = inside < 0 ? rows.length - 1 : Math.max(0, inside - 1)
  return rows.slice(Math.max(0, first), below < 0 ? rows.length : below + 1)
}

/** The same place told by the hop that stands nearest to the middle of the view: gaps above and below grow from there. */
export function reanchored(rows: readonly Row[], anchor: Anchor, height: number): Anchor {
  let best: Anchor = rows[0] ?? anchor
  for (const row of rows) if (Math.abs(row.y - height / 2) < Math.abs(best.y - height / 2)) best = row
  return { n: best.n, y: best.y }
}

const edge = 14

/** Neither the first hop leaves the upper edge nor the last one the lower: what is shown never flies away. */
export function held(rows: readonly Row[], anchor: Anchor, extent: Extent, height: number): Anchor {
  const first = rows[0]
  const last = rows.at(-1)
  if (!first || !last) return anchor
  let by = 0
  const lowest = Math.max(edge, height - edge)
  if (last.n === extent.last && last.y < lowest) by = lowest - last.y
  if (first.n === extent.first && first.y + by > edge) by = edge - first.y
  return by === 0 ? anchor : { n: anchor.n, y: anchor.y + by }
}

/** Pixel of a moment, between the rows around it; above the first row it is off the view. */
export function yOfTime(scale: Scale, rows: readonly Row[], timeOf: TimeOf, time: number): number {
  let low = 0
  let high = rows.length - 1
  if (high < 0) return 0
  const timeAt = (i: number): number => timeOf(rows[i]!.n) ?? 0
  if (time < timeAt(0)) return rows[0]!.y - gapHeight(scale, timeAt(0) - time)
  while (low < high) {
    const mid = Math.ceil((low + high) / 2)
    if (timeAt(mid) <= time) low = mid
    else high = mid - 1
  }
  const row = rows[low]!
  const next = rows[low + 1]
  if (!next) return row.y + gapHeight(scale, time - timeAt(low))
  const whole = timeAt(low + 1) - timeAt(low)
  return whole <= 0 ? row.y : row.y + ((next.y - row.y) * (time - timeAt(low))) / whole
}

/** Round distances of time for ticks at least `least` pixels apart in linear spacing, in ns. */
export function tickEvery(unit: number, least: number): number {
  const ns = (least / unit) * 1000
  const power = 10 ** Math.floor(Math.log10(ns))
  for (const times of [1, 2, 5]) if (power * times >= ns) return power * times
  return power * 10
}
