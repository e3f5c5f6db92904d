/** Reset, back, play, forward, speed; the scrub bar in simulated time; what is next, or why nothing moves. */
import { lazy, memo, Suspense } from 'react'
import * as act from '../session/commands.ts'
import { useSession } from '../session/session-store.ts'
import { absolute, delta, hopNumber, instant } from '../ui/figures.ts'
import { Icon } from '../ui/icons.tsx'
import { personOf } from '../ui/people.ts'

const Scrub = lazy(() => import('./Scrub.tsx'))
const Pace = lazy(() => import('./Pace.tsx'))
const TimeTools = lazy(() => import('../time/TimeTools.tsx'))

export const Transport = memo(function Transport() {
  const ready = useSession((s) => s.phase === 'ready')
  const playing = useSession((s) => s.playing)
  const atEnd = useSession((s) => s.view?.status.next === null)
  return (
    <section className="transport" aria-label="Transport">
      <div className="transport-left">
        <div className="transport-buttons">
        <button type="button" onClick={act.reset} disabled={!ready} aria-label="Reset to the start" title="Reset (Home)">
          <Icon name="reset" />
        </button>
        <button type="button" onClick={act.back} disabled={!ready} aria-label="One hop back" title="One hop back (←); a beat: Page Up">
          <Icon name="back" />
        </button>
        <button type="button" className="transport-play" onClick={act.toggle} disabled={!ready} aria-label={playing ? 'Pause' : 'Play'} title="Play, pause (Space)">
          <Icon name={playing ? 'pause' : 'play'} /> {playing ? 'Pause' : 'Play'}
        </button>
        <button type="button" onClick={act.step} disabled={!ready} aria-label="One hop forward" title="One hop forward (→); a beat: Page Down">
          <Icon name="forward" />
        </button>
        <button type="button" onClick={act.toEnd} disabled={!ready || atEnd} aria-label="Run to the end" title="Run to the end (End, from the last hop reached)">
          <Icon name="end" />
        </button>
      </div>
      <Suspense fallback={<div className="time-tools" />}><TimeTools /></Suspense>
      </div>
      <Suspense fallback={<div className="pace" />}><Pace /></Suspense>
      <Suspense fallback={<div className="scrub" />}>
        <Scrub />
      </Suspense>
      <NextUp />
    </section>
  )
})

/** Longer than this until the next hop is worth saying. */
const longWait = 50_000

function NextUp() {
  const status = useSession((s) => s.view?.status)
  const kinds = useSession((s) => s.kinds)
  const components = useSession((s) => s.view?.components)
  const time = useSession((s) => s.time)
  const cursor = useSession((s) => s.cursor)
  const waiting = useSession((s) => s.waiting)
  const partitions = useSession((s) => s.view?.partitions)
  const next = waiting ? null : status?.next
  const whose = (index: number): string => {
    const component = components?.[index]
    const guest = component && component.partition > 1 ? partitions?.find((p) => p.index === component.partition)?.title : undefined
    return guest ? `${component!.title} of ${guest}` : (component?.title ?? '')
  }
  const later = next && status && next.at - status.now > longWait ? `in ${delta(next.at - status.now)}, ` : ''
  const kind = next ? kinds[next.kind] : undefined
  const says = !status
    ? 'The machine is being built …'
    : waiting
      ? waiting
    : next && kind && components
      ? `${later}${kind.family === 'person' ? personOf(kind.name) : whose(next.from)} → ${whose(next.to)}: ${kind.title}`
      : status.why
  return (
    <div className="next">
      <p className="next-clock" title={status ? absolute(cursor) : undefined}>
        {status ? `t = ${instant(time - status.startTime)} · hop ${hopNumber(cursor, status.start)}` : ''}
      </p>
      <p className={`next-says${next || waiting ? '' : ' at-rest'}`} title={says}>
        <span className="next-word">{waiting ? 'waiting' : next ? 'next' : 'still'}</span> {says}
      </p>
    </div>
  )
}
