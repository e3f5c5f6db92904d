/** The scrub bar: the run in simulated time, long waits drawn short, beats as marks, what was not reached yet drawn pale. */
import './scrub.css'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import * as act from '../session/commands.ts'
import { openSession } from '../session/lab-session.ts'
import { session, useSession } from '../session/session-store.ts'
import { durationText, hopNumber, instant } from '../ui/figures.ts'
import { beatsPath, shareOf, ticksOf, timeAt, type Axis } from './axis.ts'
import StopMarks from '../gallery/StopMarks.tsx'
import Lanes from '../time/Lanes.tsx'
import ScrubMarks from '../time/ScrubMarks.tsx'
import { Marks } from './Marks.tsx'
import { oneQuestion } from './one-question.ts'
import { useTimeline, type Timeline } from './use-timeline.ts'
import { useEnders, WaitList, Waits, type Enders } from './Waits.tsx'

const percent = (share: number): string => `${share * 100}%`

/** Waits and marks of beats: they change only with what is known. */
const Ground = memo(function Ground({ timeline, width, enders }: { readonly timeline: Timeline; readonly width: number; readonly enders: Enders }) {
  const { axis, marked, own } = timeline
  const beats = useMemo(() => beatsPath(marked, axis, width > 0 ? 3000 / width : 10), [marked, axis, width])
  return (
    <>
      <svg className="scrub-beats" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        <path d={beats} />
      </svg>
      <Waits axis={axis} own={own} width={width} enders={enders} />
    </>
  )
})

/** A time on the axis: no more digits than tell neighbours apart. */
function tickWords(ns: number): string {
  return ns < 1e6 ? `${Math.round(ns / 1e3)} µs` : ns < 1e9 ? `${(ns / 1e6).toFixed(1)} ms` : `${(ns / 1e9).toFixed(3)} s`
}

const Ticks = memo(function Ticks({ axis, width }: { readonly axis: Axis; readonly width: number }) {
  const room = useSession((s) => (s.theme === 'projector' ? 100 : 72))
  const ticks = useMemo(() => ticksOf(axis, Math.min(0.5, room / Math.max(room, width))), [axis, room, width])
  if (axis.to - axis.from < 1000) return null
  return ticks.map((tick) => (
    <span key={tick.share} style={{ left: percent(tick.share) }}>{tick.share === 0 ? '0' : tickWords(tick.time - axis.from)}</span>
  ))
})

interface Hovered {
  readonly share: number
  readonly hop: number
}

/** Time and hop under the pointer; at most one question is under way. */
function useHover(): { readonly hovered: Hovered | null; readonly over: (share: number, time: number) => void; readonly out: () => void } {
  const [hovered, setHovered] = useState<Hovered | null>(null)
  const [asker] = useState(() => oneQuestion<Omit<Hovered, 'hop'> & { readonly time: number }, number>(
    async ({ time }) => (await openSession()?.lab.knownAt(time)) ?? 0,
    ({ share }, hop) => setHovered({ share, hop }),
  ))
  return {
    hovered,
    over: (share, time) => asker.ask({ share, time }),
    out: () => {
      asker.drop()
      setHovered(null)
    },
  }
}

function Hover({ hovered, timeline: { axis, own }, enders }: { readonly hovered: Hovered; readonly timeline: Timeline; readonly enders: Enders }) {
  const start = useSession((s) => s.view?.status.start ?? 0)
  const tip = useSession((s) => s.view?.status.tip ?? 0)
  const time = timeAt(hovered.share, axis)
  const marks = useSession((s) => s.marks)
  const asked = marks.filter((mark) => time >= mark.begun && time <= mark.ended).slice(0, 2).map((mark) => mark.title)
  const wait = axis.waits.find((w) => time > w.from && time < w.to)
  return (
    <span className="scrub-hover" style={{ left: percent(Math.min(0.85, Math.max(0.15, hovered.share))) }}>
      {instant(time - axis.from)} · hop {hopNumber(hovered.hop, start)}{asked.length > 0 ? ` · ${asked.join(', ')}` : ''}
      {time > own ? ' · beyond the end of this branch' : wait ? ` · nothing acts for ${durationText(wait.to - wait.from)}${enders.has(wait.n) ? `, until ${enders.get(wait.n)}` : ''}` : hovered.hop > tip ? ' · not reached yet' : ''}
    </span>
  )
}

function useWidth(box: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  return width
}

/** Keys of the slider: a beat, a tenth of the bar, the ends. In a room the pages are the clicker's: they pass. */
function onKey(event: React.KeyboardEvent, share: number, axis: Axis): void {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
  const byTenth = session.getState().theme === 'projector' ? undefined : { PageUp: 0.1, PageDown: -0.1 }[event.key]
  const does = { ArrowRight: act.nextBeat, ArrowUp: act.nextBeat, ArrowLeft: act.previousBeat, ArrowDown: act.previousBeat, Home: act.reset, End: act.toTip }[event.key]
  if (!does && byTenth === undefined) return
  event.preventDefault()
  if (does) does()
  else act.seekTime(timeAt(share + byTenth!, axis))
}

export default function Scrub() {
  const status = useSession((s) => s.view?.status)
  const time = useSession((s) => s.time)
  const cursor = useSession((s) => s.cursor)
  const bar = useRef<HTMLDivElement>(null)
  const width = useWidth(bar)
  const timeline = useTimeline()
  const { hovered, over, out } = useHover()
  const { axis } = timeline
  const enders = useEnders(axis.waits)
  const share = shareOf(time, axis)
  const reached = shareOf(status?.tipTime ?? 0, axis)
  const empty = axis.to - axis.from < 1000
  const says = `${instant(Math.max(0, time - axis.from))}, hop ${hopNumber(cursor, status?.start ?? 0)}`
  const at = (clientX: number): number => {
    const box = bar.current?.getBoundingClientRect()
    return box ? Math.min(1, Math.max(0, (clientX - box.left) / box.width)) : 0
  }
  return (
    <div className="scrub" data-own-arrows="">
      <Lanes axis={axis} />
      <div className="scrub-rail">
      <div
        ref={bar} className="scrub-bar" role="slider" tabIndex={0} aria-label="Simulated time" aria-valuemin={0}
        aria-valuemax={Math.round(axis.to - axis.from)} aria-valuenow={Math.max(0, Math.round(time - axis.from))} aria-valuetext={says}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          act.seekTime(timeAt(at(event.clientX), axis))
        }}
        onPointerMove={(event) => {
          const here = at(event.clientX)
          over(here, timeAt(here, axis))
          if (event.currentTarget.hasPointerCapture(event.pointerId)) act.seekTime(timeAt(here, axis))
        }}
        onPointerLeave={out}
        onKeyDown={(event) => onKey(event, share, axis)}
      >
        <span className="scrub-reached" style={{ width: percent(reached) }} />
        <span className="scrub-done" style={{ width: percent(share) }} />
        <Ground timeline={timeline} width={width} enders={enders} />
        <Marks axis={axis} />
        <StopMarks axis={axis} />
        <span className="scrub-knob" style={{ left: percent(share) }} />
        {hovered && !empty ? <Hover hovered={hovered} timeline={timeline} enders={enders} /> : null}
      </div>
      <ScrubMarks axis={axis} />
      <WaitList axis={axis} own={timeline.own} enders={enders} />
      </div>
      <div className="scrub-ticks" aria-hidden="true">
        {empty && status && status.next === null ? <span>Nothing is to come: ask a guest for something.</span> : <Ticks axis={axis} width={width} />}
      </div>
    </div>
  )
}
