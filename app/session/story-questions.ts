/**
 * The story and its times, asked where the log is. Strokes are made block by block from the block's first hop on, so that a
 * beat begins at the same hop whoever asks, from wherever: forward, backward, in the scrub bar, on the storyboard. Runs in the Worker.
 */
import { ROW_BYTES, type Beat, type ComponentView, type Hop, type Lab } from '../../engine/index.ts'
import type { TimelineBlock } from './lab-calls.ts'
import { kindCards } from './log-questions.ts'
import { hopsOf } from './rows-cache.ts'
import type { KindCard } from './session-store.ts'
import { strokes, type Stroke } from './telling.ts'

/** As many hops as the engine folds at a time. */
export const storyBlock = 8192
/** Longer than this between two hops, nothing happens: as in the engine's beats. */
const waitNs = 50_000
const blocksKept = 24

interface Block {
  readonly first: Beat | undefined
  readonly last: Beat | undefined
  readonly strokes: readonly Stroke[]
  readonly times: TimelineBlock
}

let owner: Lab | null = null
let kinds: readonly KindCard[] = []
let components: readonly ComponentView[] = []
let componentsOf = -1
const blocks = new Map<number, Block>()

/** Components by index, asked for anew only where the branch is another or a hop names one that is not known. */
function castOf(lab: Lab, hops: readonly Hop[]) {
  if (owner !== lab) {
    owner = lab
    kinds = kindCards(lab)
    componentsOf = -1
    blocks.clear()
  }
  const { branch } = lab.status()
  const most = hops.reduce((top, hop) => Math.max(top, hop.from, hop.to), 0)
  if (componentsOf !== branch || most >= components.length) {
    components = lab.view().components
    componentsOf = branch
  }
  return { components, kinds }
}

function blockOf(n: number): number {
  return Math.floor((Math.max(1, n) - 1) / storyBlock)
}

/** The strokes of one block; the machine is run ahead to its end, unnoticed. */
function toldBlock(lab: Lab, index: number): Block {
  const from = index * storyBlock + 1
  const beats = plainBeats(lab, index)
  const to = Math.min(lab.known(), from + storyBlock - 1)
  const kept = owner === lab ? blocks.get(index) : undefined
  // The engine keeps the beats of a block until its hops change: the same beats, the same strokes.
  if (kept && kept.times.to === to && kept.first === beats[0] && kept.last === beats.at(-1)) return kept
  const { rows } = lab.rows(from, to - from + 1)
  const hops = hopsOf(rows, from)
  const cast = castOf(lab, hops)
  const { start } = lab.status()
  const drawn = (some: readonly Beat[]): readonly Stroke[] => strokes(some, (n) => hops[n - from] ?? null, cast)
  // What brought the machine up and what is told do not share a beat.
  const told = [...drawn(beats.filter((beat) => beat.from <= start)), ...drawn(beats.filter((beat) => beat.from > start))]
  const block: Block = { first: beats[0], last: beats.at(-1), strokes: told, times: timesOf(lab, index, rows, told) }
  blocks.set(index, block)
  for (const key of blocks.keys()) {
    if (blocks.size <= blocksKept) break
    blocks.delete(key)
  }
  return block
}

/** Waits, and beginnings of beats where they are told, after the start; rows are read as they lie. */
function timesOf(lab: Lab, index: number, rows: ArrayBuffer, told: readonly Stroke[] | null): TimelineBlock {
  const { start, startTime } = lab.status()
  const from = index * storyBlock + 1
  const times = new Float64Array(rows)
  const hops = rows.byteLength / ROW_BYTES
  const timeOf = (n: number): number => times[(n - from) * (ROW_BYTES / 8)]!
  const waits: number[] = []
  let last = from > start + 1 ? lab.timeOf(from - 1) : startTime
  for (let n = Math.max(from, start + 1); n < from + hops; n++) {
    const time = timeOf(n)
    if (time - last > waitNs) waits.push(n, last, time)
    last = time
  }
  const beats = told?.filter((stroke) => stroke.from > start).flatMap((stroke) => [stroke.from, timeOf(stroke.from)])
  return { index, to: from - 1 + hops, time: last, waits: Float64Array.from(waits), beats: beats ? Float64Array.from(beats) : null }
}

/** Beats that end at hop `from` or later: strokes floor by floor, or every hop for itself. */
export function story(lab: Lab, from: number, count: number, floors: boolean): readonly Stroke[] {
  const out: Stroke[] = []
  for (let index = blockOf(from); out.length < count; index++) {
    for (const stroke of toldIn(lab, index, floors)) if (stroke.to >= from && out.length < count) out.push(stroke)
    if (lab.known() < (index + 1) * storyBlock) break
  }
  return out
}

function plainBeats(lab: Lab, index: number): readonly Beat[] {
  const from = index * storyBlock + 1
  return lab.beats(from, storyBlock, from + storyBlock - 1)
}

function toldIn(lab: Lab, index: number, floors: boolean): readonly Stroke[] {
  return floors ? toldBlock(lab, index).strokes : plainBeats(lab, index).map((beat) => ({ ...beat, tells: beat.from }))
}

/** The beat that ends before hop `n`, or null at the beginning of everything. */
export function strokeBefore(lab: Lab, n: number, floors: boolean): Stroke | null {
  for (let index = blockOf(n); index >= 0; index--) {
    const told = toldIn(lab, index, floors)
    for (let i = told.length - 1; i >= 0; i--) if (told[i]!.to < n) return told[i]!
  }
  return null
}

export function timeline(lab: Lab, index: number, beats: boolean): TimelineBlock {
  return beats ? toldBlock(lab, index).times : timesOf(lab, index, lab.rows(index * storyBlock + 1, storyBlock).rows, null)
}

/** Number of the last hop known, reached or run ahead, that had acted at `time`: halving, since time never runs back. */
export function knownAt(lab: Lab, time: number): number {
  let low = lab.status().start
  let high = lab.known()
  while (low < high) {
    const mid = Math.ceil((low + high) / 2)
    if (lab.timeOf(mid) <= time) low = mid
    else high = mid - 1
  }
  return low
}
