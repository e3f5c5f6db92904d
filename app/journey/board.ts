/** Cards of the storyboard: one for each beat, with a small picture of who spoke to whom. Pure. */
import type { Architecture } from '../diagram/layout/architecture.ts'
import { middle, type Box, type Point } from '../diagram/layout/geometry.ts'
import type { Dot } from '../session/motion.ts'
import type { Stroke } from '../session/telling.ts'

export interface Card {
  readonly beat: Stroke
  /** Time of its first hop, and how long nothing had acted before. */
  readonly time: number
  readonly says: string
  readonly because: string
  readonly note: string
  readonly dots: readonly Dot[]
}

/** Cards on one sheet of the storyboard. */
export const perSheet = 36

/** Ways shown on one small picture; more would be a tangle. */
const waysMost = 7

export interface SmallWay {
  readonly key: string
  readonly dot: Dot
  readonly from: Point
  readonly to: Point
  /** Where the letter stands: off the middle, so that there and back do not cover each other. */
  readonly mark: Point
}

function boxOf(drawing: Architecture, path: string): Box | undefined {
  const part = drawing.parts.find((p) => p.path === path) ?? drawing.parts.find((p) => path.startsWith(`${p.path}/`))
  return part?.anchor ?? part?.box
}

export function waysOf(drawing: Architecture, dots: readonly Dot[]): readonly SmallWay[] {
  const out: SmallWay[] = []
  for (const dot of dots) {
    const a = boxOf(drawing, dot.from)
    const b = boxOf(drawing, dot.to)
    if (!a || !b || out.length >= waysMost) continue
    const from = middle(a)
    const to = middle(b)
    out.push({ key: `${dot.n}`, dot, from, to, mark: { x: from.x + (to.x - from.x) * 0.6, y: from.y + (to.y - from.y) * 0.6 } })
  }
  return out
}

/** Boxes of the parts that a beat touched. */
export function touchedBoxes(drawing: Architecture, dots: readonly Dot[]): readonly Box[] {
  const paths = new Set(dots.slice(0, waysMost).flatMap((dot) => [dot.from, dot.to]))
  return [...paths].flatMap((path) => boxOf(drawing, path) ?? [])
}

/** Index of the card at the cursor, or the one before it; -1 before the first. */
export function cardAt(cards: readonly Card[], cursor: number): number {
  let at = -1
  for (let i = 0; i < cards.length && cards[i]!.beat.from <= cursor; i++) at = i
  return at
}
