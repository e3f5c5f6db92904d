/** Reset, back, play, forward, speed; the scrub bar in simulated time; what is next, or why nothing moves. */
import { memo, useRef } from 'react'
import type { LabStatus } from '../../engine/index.ts'
import * as act from '../session/commands.ts'
import { useSession } from '../session/session-store.ts'
import { instant } from '../ui/figures.ts'
import { Icon } from '../ui/icons.tsx'
import { rateOf, rateWords, shareOf, sliderOf, ticks, timeAt } from './scale.ts'

export const Transport = memo(function Transport() {
  const ready = useSession((s) => s.phase === 'ready')
  const playing = useSession((s) => s.playing)
  return (
    <section className="transport" aria-label="Transport">
      <div className="transport-buttons">
        <button type="button" onClick={act.reset} disabled={!ready} aria-label="Reset to the start" title="Reset (Home)">
          <Icon name="reset" />
        </button>
        <button type="button" onClick={act.back} disabled={!ready} aria-label="One hop back" title="Back (←)">
          <Icon name="back" />
        </button>
        <button type="button" className="transport-play" onClick={act.toggle} disabled={!ready} aria-label={playing ? 'Pause' : 'Play'} title="Play, pause (Space)">
          <Icon name={playing ? 'pause' : 'play'} /> {playing ? 'Pause' : 'Play'}
        </button>
        <button type="button" onClick={act.step} disabled={!ready} aria-label="One hop forward" title="Forward (→)">
          <Icon name="forward" />
        </button>
      </div>
      <Pace />
      <Scrub />
      <NextUp />
    </section>
  )
})

const paces = [
  ['story', 'Story', 'What stays on one floor is one beat; repeated cycles are told once'],
  ['hops', 'Hops', 'Every hop is a beat; repeated cycles are told once'],
  ['flow', 'Flow', 'Proportional to simulated time'],
] as const

const tempos = [
  [0.5, 'Slow'],
  [1, 'Normal'],
  [2, 'Fast'],
  [5, 'Faster'],
] as const

function Pace() {
  const pace = useSession((s) => s.pace)
  const tempo = useSession((s) => s.tempo)
  const rate = useSession((s) => s.rate)
  return (
    <div className="pace">
      <div className="switch" role="group" aria-label="Pace">
        {paces.map(([value, name, title]) => (
          <button key={value} type="button" aria-pressed={pace === value} onClick={() => act.setPace(value)} title={title}>{name}</button>
        ))}
      </div>
      {pace !== 'flow' ? (
        <select aria-label="Tempo of the story" value={tempo} onChange={(event) => act.setTempo(Number(event.target.value))}>
          {tempos.map(([value, name]) => (
            <option key={value} value={value}>{`${name} ×${value}`}</option>
          ))}
        </select>
      ) : (
        <label className="rate">
          <input type="range" min={0} max={100} value={sliderOf(rate)} aria-label="Speed of the flow" aria-valuetext={rateWords(rate)} onChange={(event) => act.setRate(rateOf(Number(event.target.value)))} />
          <span>{rateWords(rate)}</span>
        </label>
      )}
    </div>
  )
}

interface Range {
  readonly from: number
  readonly to: number
}

function rangeOf(status: LabStatus | undefined): Range {
  return { from: status?.startTime ?? 0, to: Math.max(status?.tipTime ?? 1, (status?.startTime ?? 0) + 1) }
}

function Marks({ range }: { readonly range: Range }) {
  const marks = useSession((s) => s.marks)
  return marks.map((mark) => {
    if (mark.begun < range.from) return null
    const left = `${shareOf(mark.begun, range) * 100}%`
    const width = `${(shareOf(mark.ended, range) - shareOf(mark.begun, range)) * 100}%`
    return <span key={mark.request} className={`mark-request lane-${mark.partition - 1}`} style={{ left, width }} title={mark.title} />
  })
}

function Scrub() {
  const status = useSession((s) => s.view?.status)
  const time = useSession((s) => s.time)
  const cursor = useSession((s) => s.cursor)
  const bar = useRef<HTMLDivElement>(null)
  const range = rangeOf(status)
  const share = shareOf(time, range)
  const seekTo = (clientX: number): void => {
    const box = bar.current?.getBoundingClientRect()
    if (box) act.seekTime(timeAt((clientX - box.left) / box.width, range))
  }
  return (
    <div className="scrub" data-own-arrows="">
      <div
        ref={bar} className="scrub-bar" role="slider" tabIndex={0} aria-label="Simulated time" aria-valuemin={0}
        aria-valuemax={Math.round(range.to - range.from)} aria-valuenow={Math.round(time - range.from)} aria-valuetext={`${instant(time - range.from)}, hop ${cursor}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          seekTo(event.clientX)
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event.clientX)
        }}
        onKeyDown={(event) => {
          const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key]
          if (by === undefined || event.ctrlKey || event.altKey) return
          event.preventDefault()
          act.seekTime(timeAt(share + by / 100, range))
        }}
      >
        <span className="scrub-done" style={{ width: `${share * 100}%` }} />
        <Marks range={range} />
        <span className="scrub-knob" style={{ left: `${share * 100}%` }} />
      </div>
      <div className="scrub-ticks" aria-hidden="true">
        {(range.to - range.from < 1000 ? [] : ticks(range.to - range.from)).map((tick) => (
          <span key={tick.at} style={{ left: `${(tick.at / (range.to - range.from)) * 100}%` }}>{tick.label}</span>
        ))}
      </div>
    </div>
  )
}

function NextUp() {
  const status = useSession((s) => s.view?.status)
  const kinds = useSession((s) => s.kinds)
  const components = useSession((s) => s.view?.components)
  const time = useSession((s) => s.time)
  const cursor = useSession((s) => s.cursor)
  const waiting = useSession((s) => s.waiting)
  const next = waiting ? null : status?.next
  const kind = next ? kinds[next.kind] : undefined
  const says = !status
    ? 'The machine is being built …'
    : waiting
      ? waiting
    : next && kind && components
      ? `${components[next.from]?.title ?? ''} → ${components[next.to]?.title ?? ''}: ${kind.title}`
      : status.why
  return (
    <div className="next">
      <p className="next-clock">
        {status ? `t = ${instant(time - status.startTime)} · hop ${cursor - status.start}` : ''}
      </p>
      <p className={`next-says${next || waiting ? '' : ' at-rest'}`} title={says}>
        <span className="next-word">{waiting ? 'waiting' : next ? 'next' : 'still'}</span> {says}
      </p>
    </div>
  )
}
