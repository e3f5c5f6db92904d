/**
 * The axis of the scrub bar: simulated time from left to right, in which long waits are drawn short, so that what happens has
 * room. Action is drawn to scale; all waits together take at most three sevenths of the bar. Pure.
 */
import type { TimelineBlock } from '../session/lab-calls.ts'

/** A time in which nothing acts, and where it is drawn: shares of the bar. */
export interface Wait {
  /** The hop that ends it; 0 where none does. */
  readonly n: number
  readonly from: number
  readonly to: number
  readonly left: number
  readonly width: number
}

export interface Axis {
  readonly from: number
  readonly to: number
  /** Corners of the piecewise linear map: times, and their shares of the bar. */
  readonly times: Float64Array
  readonly shares: Float64Array
  /** Waits that are drawn shortened and wide enough to be seen. */
  readonly waits: readonly Wait[]
}

/** All waits together are drawn as long as this much of the action at most. */
const waitsOfAction = 0.75
/** A wait narrower than this share is not drawn as one. */
const waitSeen = 0.004
/** The shortest wait, in ns; one ten times as long is drawn one step wider. */
const shortest = 50_000

/** How long each wait is drawn, in ns of action: never longer than it is, all of them within a budget. */
export function drawnLengths(lengths: readonly number[], budget: number): readonly number[] {
  const whole = lengths.reduce((a, b) => a + b, 0)
  if (whole <= budget || budget <= 0) return lengths
  const weights = lengths.map((length) => 1 + Math.log10(Math.max(1, length / shortest)))
  const step = budget / weights.reduce((a, b) => a + b, 0)
  return lengths.map((length, i) => Math.min(length, step * weights[i]!))
}

/** The end of an axis that grows while it is looked at: in steps of a sixteenth, not with every hop. */
export function steppedEnd(from: number, to: number): number {
  const span = Math.max(1, to - from)
  const step = 2 ** Math.floor(Math.log2(span)) / 16
  return from + Math.ceil(Math.ceil(span / step) * step)
}

/** `waits` in threes as in a `TimelineBlock`, in order; none reaches beyond the range. */
export function axisOf(from: number, to: number, waits: readonly number[]): Axis {
  const lengths: number[] = []
  for (let i = 0; i < waits.length; i += 3) lengths.push(waits[i + 2]! - waits[i + 1]!)
  const idle = lengths.reduce((a, b) => a + b, 0)
  const action = Math.max(0, to - from - idle)
  const short = drawnLengths(lengths, action * waitsOfAction)
  const whole = Math.max(1, action + short.reduce((a, b) => a + b, 0))
  const times = new Float64Array(lengths.length * 2 + 2)
  const shares = new Float64Array(times.length)
  const drawn: Wait[] = []
  times[0] = from
  let at = 0
  for (let i = 0; i < lengths.length; i++) {
    const begins = waits[i * 3 + 1]!
    at += (begins - times[i * 2]!) / whole
    const width = short[i]! / whole
    if (width >= waitSeen && short[i]! < lengths[i]!) drawn.push({ n: waits[i * 3]!, from: begins, to: begins + lengths[i]!, left: at, width })
    times[i * 2 + 1] = begins
    shares[i * 2 + 1] = at
    at += width
    times[i * 2 + 2] = begins + lengths[i]!
    shares[i * 2 + 2] = at
  }
  times[times.length - 1] = Math.max(to, from + 1)
  shares[shares.length - 1] = 1
  return { from, to: Math.max(to, from + 1), times, shares, waits: drawn }
}

/** Last corner at or before a value. */
function cornerAt(corners: Float64Array, value: number): number {
  let low = 0
  let high = corners.length - 2
  while (low < high) {
    const mid = Math.ceil((low + high) / 2)
    if (corners[mid]! <= value) low = mid
    else high = mid - 1
  }
  return low
}

function between(x: number, from: Float64Array, to: Float64Array): number {
  const i = cornerAt(from, x)
  const span = from[i + 1]! - from[i]!
  return span <= 0 ? to[i]! : to[i]! + ((x - from[i]!) / span) * (to[i + 1]! - to[i]!)
}

export function shareOf(time: number, axis: Axis): number {
  return Math.min(1, Math.max(0, between(Math.min(axis.to, Math.max(axis.from, time)), axis.times, axis.shares)))
}

export function timeAt(share: number, axis: Axis): number {
  return Math.round(between(Math.min(1, Math.max(0, share)), axis.shares, axis.times))
}

/** Beginnings of beats as one path in a box 1000 wide and 10 high; where they lie closer than `apart`, one stands for several. */
export function beatsPath(blocks: readonly TimelineBlock[], axis: Axis, apart: number): string {
  let d = ''
  let last = -Infinity
  for (const { beats } of blocks) {
    if (!beats) continue
    for (let i = 1; i < beats.length; i += 2) {
      const x = shareOf(beats[i]!, axis) * 1000
      if (x - last < apart) continue
      last = x
      d += `M${Math.round(x * 10) / 10} 0V10`
    }
  }
  return d
}

export interface Tick {
  readonly share: number
  readonly time: number
}

/** Where times are written: at the start, at ends of waits, in long stretches of action between; at least `apart` from each other. */
export function ticksOf(axis: Axis, apart: number): readonly Tick[] {
  const out: Tick[] = [{ share: 0, time: axis.from }]
  const room = (share: number): boolean => share - out[out.length - 1]!.share >= apart && share <= 1 - apart / 2
  const stops = [...axis.waits.map((wait) => ({ share: wait.left + wait.width, time: wait.to })), { share: 1, time: axis.to }]
  for (const stop of stops) {
    const { share: left } = out[out.length - 1]!
    for (let share = left + apart; share < stop.share - apart; share += apart) {
      if (!axis.waits.some((wait) => share > wait.left && share < wait.left + wait.width)) out.push({ share, time: timeAt(share, axis) })
    }
    if (room(stop.share)) out.push(stop)
  }
  return out
}
