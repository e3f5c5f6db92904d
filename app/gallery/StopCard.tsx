/** Where a lesson pauses: its words above the caption of the hop, and the way on. */
import { toggle } from '../session/commands.ts'
import { useSession } from '../session/session-store.ts'
import { isStopNear, nextStop, previousStop } from './commands.ts'
import { stopAt, useLesson } from './stops.ts'
import './stops.css'

/** Whoever pressed Continue has the focus on Play then, as the card goes. */
function goOn(): void {
  document.querySelector<HTMLElement>('.transport-play')?.focus()
  toggle()
}

export interface Paper {
  readonly number: number
  readonly of: number
  /** Whose figures the words have, where there are two machines. */
  readonly whose?: string
  readonly title: string
  readonly says: string
  readonly before: boolean
  readonly after: boolean
  readonly go: (by: 1 | -1) => void
  readonly on: () => void
}

/** The card itself, or the place where it will be: who listens hears it when it comes. */
export function StopPaper({ stop }: { readonly stop: Paper | null }) {
  return (
    <div className="stop" role="status" aria-live="polite" aria-atomic="true" data-here={stop ? '' : undefined}>
      {stop ? (
        <section className="stop-card" aria-label={`Stop ${stop.number} of ${stop.of}`}>
          <p className="stop-count">Stop {stop.number} of {stop.of}{stop.whose ? <span>{stop.whose}</span> : null}</p>
          <div className="stop-says">
            <h2>{stop.title}</h2>
            <p>{stop.says}</p>
          </div>
          <div className="stop-way">
            <button type="button" aria-label="Stop before" title="Stop before (P)" aria-disabled={!stop.before} onClick={() => stop.go(-1)}>‹</button>
            <button type="button" aria-label="Next stop" title="Next stop, at once (N)" aria-disabled={!stop.after} onClick={() => stop.go(1)}>›</button>
            <button type="button" className="stop-on" onClick={stop.on}>{stop.number === stop.of ? 'Play on' : 'Continue'}</button>
          </div>
        </section>
      ) : null}
    </div>
  )
}

export default function StopCard() {
  const stops = useLesson((s) => s.stops)
  const at = useSession((s) => (s.playing ? -1 : stopAt(stops, s.cursor)))
  const stop = stops[at]
  if (!stop) return <StopPaper stop={null} />
  const go = (by: 1 | -1): void => (by > 0 ? nextStop() : previousStop())
  return <StopPaper stop={{ ...stop, number: at + 1, of: stops.length, before: isStopNear(-1), after: isStopNear(1), go, on: goOn }} />
}
