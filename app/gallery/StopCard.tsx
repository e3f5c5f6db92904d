/** Where a lesson pauses: its words above the caption of the hop, and the way on. */
import { toggle } from '../session/commands.ts'
import { useSession } from '../session/session-store.ts'
import { neighbour, nextStop, previousStop } from './commands.ts'
import { stopAt, useLesson } from './stops.ts'
import './stops.css'

/** Whoever pressed Continue has the focus on Play then, as the card goes. */
function goOn(): void {
  document.querySelector<HTMLElement>('.transport-play')?.focus()
  toggle()
}

export default function StopCard() {
  const stops = useLesson((s) => s.stops)
  const at = useSession((s) => (s.playing ? -1 : stopAt(stops, s.cursor)))
  const stop = stops[at]
  const last = at === stops.length - 1
  return (
    <div className="stop" role="status" aria-live="polite" aria-atomic="true" data-here={stop ? '' : undefined}>
      {stop ? (
        <section className="stop-card" aria-label={`Stop ${at + 1} of ${stops.length}`}>
          <p className="stop-count">Stop {at + 1} of {stops.length}</p>
          <div className="stop-says">
            <h2>{stop.title}</h2>
            <p>{stop.says}</p>
          </div>
          <div className="stop-way">
            <button type="button" aria-label="Stop before" title="Stop before (P)" aria-disabled={neighbour(-1) === 0} onClick={previousStop}>‹</button>
            <button type="button" aria-label="Next stop" title="Next stop, at once (N)" aria-disabled={neighbour(1) === 0} onClick={nextStop}>›</button>
            <button type="button" className="stop-on" onClick={goOn}>{last ? 'Play on' : 'Continue'}</button>
          </div>
        </section>
      ) : null}
    </div>
  )
}
