/** Stops on the scrub bar. Pictures only: keys, palette and the card go from stop to stop. */
import { useSession } from '../session/session-store.ts'
import { shareOf, type Axis } from '../transport/axis.ts'
import { goToStop } from './commands.ts'
import { stopAt, useLesson } from './stops.ts'
import './stops.css'

export default function StopMarks({ axis }: { readonly axis: Axis }) {
  const stops = useLesson((s) => s.stops)
  const here = useSession((s) => stopAt(stops, s.cursor))
  const cursor = useSession((s) => s.cursor)
  return (
    <div className="stop-marks" aria-hidden="true">
      {stops.map((stop, i) => stop.n === 0 || stop.time < axis.from ? null : (
        <span
          key={stop.title} className="stop-mark" title={`Stop ${i + 1}: ${stop.title}`} data-state={i === here ? 'here' : stop.n <= cursor ? 'past' : 'ahead'}
          style={{ left: `${shareOf(stop.time, axis) * 100}%` }}
          onPointerDown={(event) => {
            event.stopPropagation()
            goToStop(stop.n)
          }}
        />
      ))}
    </div>
  )
}
