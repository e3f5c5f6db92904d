/** One sentence about what has just happened, and why. Complete before anything moves; read out politely. */
import { openBeat } from '../session/commands.ts'
import { useSession } from '../session/session-store.ts'

export function Caption() {
  const caption = useSession((s) => s.caption)
  // Ten sentences a second are for nobody's ears.
  const flowing = useSession((s) => s.pace === 'flow' && s.playing)
  const folded = useSession((s) => s.beat?.kind === 'cycle' && !s.playing)
  const ready = useSession((s) => s.phase === 'ready')
  const title = useSession((s) => s.view?.status.why ?? '')
  const open = useSession((s) => s.own ?? s.scenarios.find((card) => card.name === s.scenario) ?? null)
  const about = useSession((s) => (s.machineCard?.changed ? s.machineCard.about : open?.about))
  return (
    <div className="caption" aria-live={flowing ? 'off' : 'polite'} aria-atomic="true" role="status">
      {caption ? (
        <p>
          <span className="caption-says">{caption.says}</span>
          <span className="caption-because">, because {caption.because}.</span>
          {caption.note ? <span className="caption-note" aria-hidden={caption.again ? true : undefined}> {caption.note}</span> : null}
          {folded ? (
            <button type="button" className="caption-open" onClick={openBeat}>Open it</button>
          ) : null}
        </p>
      ) : (
        <p className="caption-opening">
          <span className="caption-says">{open && ready ? `${open.title}${/[.?!]$/.test(open.title) ? '' : '.'}` : 'One machine, two ways to a disk.'}</span>{' '}
          <span className="caption-because">{open && ready ? `${about} Press Play.` : `The machine is being brought up. ${title}`}</span>
        </p>
      )}
    </div>
  )
}
