/** From hops in view to what the chart draws: an arrow each, gaps of time, ticks. Pure. */
import type { Family, Hop } from '../../engine/index.ts'
import type { Painted } from '../lenses/lens-now.ts'
import type { KindCard } from '../session/session-store.ts'
import { durationText, hopNumber, instant } from '../ui/figures.ts'
import { tickEvery, yOfTime, type Row, type Scale } from './axis.ts'

/** What a hop is to the one that is looked at. */
export type Role = '' | 'here' | 'cause' | 'effect' | 'chain'

export interface Arrow {
  readonly n: number
  readonly hop: Hop
  /** Lanes of its ends; -1 where the end has no lifeline. */
  readonly from: number
  readonly to: number
  /** Where it leaves and where it acts; in even spacing it waits on its lifeline and goes level. */
  readonly y0: number
  readonly y1: number
  /** Where the work that it was began, when processor time was charged. */
  readonly busy: number
  readonly family: Family
  readonly letter: string
  /** Family whose colour the mark has: its own, unless a lens says otherwise. */
  readonly tint: Family
  readonly title: string
  readonly dim: boolean
  /** Beyond the cursor: known, but not so yet. */
  readonly ahead: boolean
  readonly role: Role
}

export interface Mark {
  readonly y: number
  readonly text: string
}

export interface Scene {
  readonly arrows: readonly Arrow[]
  /** Hop numbers with times, or ticks of time: what stands in the margin. */
  readonly margin: readonly Mark[]
  /** Times in which nothing happened. */
  readonly gaps: readonly Mark[]
}

export interface Sources {
  readonly scale: Scale
  readonly rows: readonly Row[]
  readonly hopAt: (n: number) => Hop | null
  readonly laneOf: (component: number) => number
  readonly kinds: readonly KindCard[]
  readonly cursor: number
  readonly start: number
  readonly startTime: number
  /** Requests that are followed; null when none is. */
  readonly family: ReadonlySet<number> | null
  readonly paint: ((hop: Hop) => Painted) | null
  readonly roleOf: (hop: Hop) => Role
  readonly height: number
}

/** Longer than this between two hops, nothing happens: as in the beats of the story. */
const gapNs = 50_000

function arrowOf(hop: Hop, y: number, s: Sources, yOf: (time: number) => number, causeY: number | undefined): Arrow | null {
  const kind = s.kinds[hop.kind]
  if (!kind) return null
  const painted = s.paint?.(hop)
  const level = s.scale.spacing === 'even'
  const left = causeY ?? yOf(hop.departed)
  return {
    n: hop.n, hop, from: s.laneOf(hop.from), to: s.laneOf(hop.to),
    y0: Math.min(y, left), y1: y, busy: level || hop.cost === 0 ? y : yOf(hop.time - hop.cost),
    family: kind.family, letter: painted?.letter ?? kind.letter, tint: painted?.tint ?? kind.family, title: kind.title,
    dim: painted?.dim === true || (s.family !== null && !s.family.has(hop.request)),
    ahead: hop.n > s.cursor, role: s.roleOf(hop),
  }
}

export function sceneOf(s: Sources): Scene {
  const { rows, scale } = s
  const timeOf = (n: number): number | null => s.hopAt(n)?.time ?? null
  const yOf = (time: number): number => yOfTime(scale, rows, timeOf, time)
  const yOfHop = new Map(rows.map((row) => [row.n, row.y]))
  const arrows: Arrow[] = []
  const gaps: Mark[] = []
  let before: { readonly y: number; readonly time: number; readonly n: number } | null = null
  for (const { n, y } of rows) {
    const hop = s.hopAt(n)
    if (!hop) continue
    // A hop leaves when the one that caused it acts: the arrows hang together.
    const arrow = arrowOf(hop, y, s, yOf, scale.spacing === 'linear' ? undefined : yOfHop.get(hop.cause))
    if (arrow) arrows.push(arrow)
    if (scale.spacing !== 'linear' && before && before.n === n - 1 && hop.time - before.time > gapNs) gaps.push({ y: (y + before.y) / 2, text: durationText(hop.time - before.time) })
    before = { y, time: hop.time, n }
  }
  return { arrows, gaps, margin: scale.spacing === 'linear' ? timeTicks(s, yOf) : hopMarks(s) }
}

/** At least so far apart stand two lines of text. */
const lineLeast = 15

function hopMarks(s: Sources): readonly Mark[] {
  const out: Mark[] = []
  let last = -Infinity
  for (const { n, y } of s.rows) {
    const hop = s.hopAt(n)
    if (!hop || y - last < lineLeast) continue
    last = y
    out.push({ y, text: `${hopNumber(n, s.start)}\t${instant(hop.time - s.startTime)}` })
  }
  return out
}

function timeTicks(s: Sources, yOf: (time: number) => number): readonly Mark[] {
  const first = s.rows.map((row) => s.hopAt(row.n)).find((hop) => hop !== null)
  if (!first) return []
  const every = tickEvery(s.scale.unit, 56)
  const perNs = s.scale.unit / 1000
  const top = first.time - s.startTime - yOf(first.time) / perNs
  const out: Mark[] = []
  for (let t = Math.ceil(top / every) * every; t < top + s.height / perNs && out.length < 200; t += every) {
    if (t >= 0) out.push({ y: (t - top) * perNs, text: `\t${exact(t, every)}` })
  }
  return out
}

/** A time of the ruler, with as many digits as tell two ticks apart. */
function exact(ns: number, every: number): string {
  const [unit, name] = ns >= 1e6 ? ([1e6, 'ms'] as const) : ([1e3, 'µs'] as const)
  const digits = Math.max(0, Math.ceil(-Math.log10(every / unit) - 1e-9))
  return `${(ns / unit).toFixed(Math.min(6, digits))} ${name}`
}

/** The hop under a pointer: the nearest arrow that passes by within reach, its ends preferred. */
export function hit(arrows: readonly Arrow[], xOf: (lane: number) => number, x: number, y: number, reach: number): Arrow | null {
  let best: Arrow | null = null
  let least = reach
  for (const arrow of arrows) {
    const d = distance(arrow, xOf, x, y)
    if (d < least) {
      least = d
      best = arrow
    }
  }
  return best
}

function distance({ from, to, y0, y1 }: Arrow, xOf: (lane: number) => number, x: number, y: number): number {
  const a = from < 0 ? xOf(to) : xOf(from)
  const b = to < 0 ? a : xOf(to)
  const left = Math.min(a, b)
  const right = Math.max(a, b)
  // By its row first: anywhere level with an arrow names it, nearer ones win.
  const aside = x < left ? left - x : x > right ? x - right : 0
  const share = right === left ? 1 : (x - a) / (b - a)
  const at = y0 + (y1 - y0) * Math.min(1, Math.max(0, share))
  const line = Math.abs(y - at) + aside * 0.05
  return Math.min(line, Math.abs(y - y1) + 3 + aside * 0.05)
}

/** Hops that led to hop `n`, as far as they are here: cause before cause. */
export function chainOf(n: number, hopAt: (n: number) => Hop | null, most = 400): ReadonlySet<number> {
  const chain = new Set<number>()
  let hop = hopAt(n)
  while (hop && hop.cause > 0 && hop.cause < hop.n && chain.size < most) {
    chain.add(hop.cause)
    hop = hopAt(hop.cause)
  }
  return chain
}
