/** Reset, back, play, forward, speed; the scrub bar in simulated time; what is next, or why nothing moves. */
import { lazy, memo, Suspense } from 'react'
import * as act from '../session/commands.ts'
import { useSession } from '../session/session-store.ts'
import { COMING } from '../ui/Coming.tsx'
import { Icon } from '../ui/icons.tsx'

const Scrub = lazy(() => import('./Scrub.tsx'))
const NextUp = lazy(() => import('./NextUp.tsx'))
const Pace = lazy(() => import('./Pace.tsx'))
const TimeTools = lazy(() => import('../time/TimeTools.tsx'))

function Building() {
  return <div className={`next ${COMING}`}><p className="next-says">The machine is being built …</p></div>
}

export const Transport = memo(function Transport() {
  const ready = useSession((s) => s.phase === 'ready')
  // On a slow line nothing stands before the Worker.
  const arrived = useSession((s) => s.scenarios.length > 0 || s.phase !== 'loading')
  const playing = useSession((s) => s.playing)
  const atEnd = useSession((s) => s.view?.status.next === null)
  const started = useSession((s) => s.cursor > (s.view?.status.start ?? 0))
  const again = atEnd && started && !playing
  // Nothing has been asked, so there is nothing to play: what is said beside the bar is why.
  const why = useSession((s) => (s.view?.status.next === null ? s.view.status.why : ''))
  const stuck = atEnd && !started && !playing
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
          <button
            type="button" className="transport-play" onClick={act.toggle} disabled={!ready || stuck} aria-label={playing ? 'Pause' : again ? 'Play again from the start' : 'Play'}
            title={stuck ? why : again ? 'Again from the start (Space)' : 'Play, pause (Space)'} aria-describedby={stuck ? 'next-says' : undefined}
          >
            <Icon name={playing ? 'pause' : 'play'} /> {playing ? 'Pause' : again ? 'Again' : 'Play'}
          </button>
          <button type="button" onClick={act.step} disabled={!ready} aria-label="One hop forward" title="One hop forward (→); a beat: Page Down">
            <Icon name="forward" />
          </button>
          <button type="button" onClick={act.toEnd} disabled={!ready || atEnd} aria-label="Run to the end" title="Run to the end (End, from the last hop reached)">
            <Icon name="end" />
          </button>
        </div>
        <Suspense fallback={<div className={`time-tools ${COMING}`} />}>{arrived ? <TimeTools /> : <div className={`time-tools ${COMING}`} />}</Suspense>
      </div>
      <Suspense fallback={<div className={`pace ${COMING}`} />}>{arrived ? <Pace /> : <div className={`pace ${COMING}`} />}</Suspense>
      <Suspense fallback={<div className={`scrub ${COMING}`} />}>{arrived ? <Scrub /> : <div className={`scrub ${COMING}`} />}</Suspense>
      <Suspense fallback={<Building />}>{arrived ? <NextUp /> : <Building />}</Suspense>
    </section>
  )
})
