/** Waits and beats of what is known of the run, block by block, asked for beside everything else and never in its way. */
import { useEffect, useMemo, useRef, useState } from 'react'
import type { TimelineBlock } from '../session/lab-calls.ts'
import { trueUpTo, useEra } from '../session/era.ts'
import { labSession } from '../session/lab-session.ts'
import { useTime } from '../time/time-store.ts'
import { session, useSession } from '../session/session-store.ts'
import { axisOf, steppedEnd, type Axis } from './axis.ts'

const blockHops = 8192
/** Beats are marked one by one only in a run so short that they can be told apart. */
const marksBlocks = 3
/** Other branches reach farther than this, or it is not worth drawing. */
const beyondLeast = 50_000
const none: readonly never[] = []
const pause = 250
const pauseInFlow = 2500

const blockOf = (n: number): number => Math.floor((Math.max(1, n) - 1) / blockHops)

export interface Timeline {
  readonly axis: Axis
  /** Where the present branch ends: other branches may go on beyond. */
  readonly own: number
  /** Blocks whose beats are marked. */
  readonly marked: readonly TimelineBlock[]
}

function useBlocks(): readonly TimelineBlock[] {
  const ready = useSession((s) => s.phase === 'ready')
  const start = useSession((s) => s.view?.status.start ?? 0)
  const tip = useSession((s) => s.view?.status.tip ?? 0)
  const era = useEra()
  const kept = useRef(new Map<number, TimelineBlock>())
  const of = useRef(era)
  /** More is known than is drawn: a question that was overtaken may have been answered before. */
  const news = useRef(false)
  const [blocks, setBlocks] = useState<readonly TimelineBlock[]>([])
  useEffect(() => {
    if (!ready) return
    let current = true
    const known = kept.current
    if (of.current !== era) {
      const upTo = trueUpTo(of.current, session.getState().view)
      for (const index of known.keys()) if (index >= blockOf(upTo)) known.delete(index)
      of.current = era
    }
    const load = async (): Promise<void> => {
      const { lab } = await labSession()
      const end = blockOf(Math.max(tip, start + 1))
      const few = end - blockOf(start + 1) < marksBlocks
      for (let index = blockOf(start + 1); index <= end && current; index++) {
        const block = known.get(index)
        const told = few || index === end
        if (block && (block.to >= (index + 1) * blockHops || block.to > tip) && (block.beats || !few)) continue
        const asked = await lab.timeline(index, told)
        if (!current) return
        known.set(index, asked)
        news.current = true
      }
      if (!news.current || !current) return
      news.current = false
      setBlocks([...known.values()].sort((a, b) => a.index - b.index))
    }
    const { playing, pace } = session.getState()
    const wait = setTimeout(() => void load().catch(() => undefined), kept.current.size === 0 ? 0 : playing && pace === 'flow' ? pauseInFlow : pause)
    return () => {
      current = false
      clearTimeout(wait)
    }
  }, [ready, start, tip, era])
  return blocks
}

/** The axis over everything known: what was reached and, paler, what was run ahead. */
export function useTimeline(): Timeline {
  const from = useSession((s) => s.view?.status.startTime ?? 0)
  const tipTime = useSession((s) => s.view?.status.tipTime ?? 0)
  const blocks = useBlocks()
  const last = blocks.at(-1)?.time ?? 0
  // Made anew only when it would be another: each frame of flow moves the knob, not the axis.
  const flowing = useSession((s) => s.playing && s.pace === 'flow')
  const end = Math.max(tipTime, last, from)
  const own = flowing ? steppedEnd(from, end) : end
  const deleted = useTime((s) => s.deleted)
  const farthest = useSession((s) => (s.view?.branches ?? none).reduce((most, b) => (deleted.includes(b.id) ? most : Math.max(most, b.tipTime)), 0))
  return useMemo(() => {
    const waits = blocks.flatMap((block) => [...block.waits])
    // What only other branches have come to is drawn short, like a wait: nothing of this branch lies there.
    const to = farthest > own + beyondLeast ? farthest : own
    if (to > own) waits.push(0, own, to)
    return { axis: axisOf(from, to, waits), own, marked: blocks.length <= marksBlocks ? blocks : [] }
  }, [from, own, farthest, blocks])
}
