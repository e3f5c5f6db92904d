/** Under the transport's buttons: what is done with the run besides playing it; and what has just come of it, with a way back. */
import './time.css'
import { useEffect } from 'react'
import { useSession } from '../session/session-store.ts'
import { Icon } from '../ui/icons.tsx'
import { count, hopNumber } from '../ui/figures.ts'
import * as act from './time-commands.ts'
import { time, useTime } from './time-store.ts'
import { openSession } from '../session/lab-session.ts'

const signs = {
  undo: 'M6.2 2 2 5.700l4.200 3.700V7h3.300a2.700 2.700 0 0 1 0 5.400H5v1.800h4.500a4.500 4.500 0 0 0 0-9H6.200z',
  fork: 'M3.800 1.500a2 2 0 0 1 .900 3.800v1.400c0 .600.400 1 1 1h2.700c1.700 0 3 1.300 3 3v.300a2 2 0 1 1-1.800 0v-.300c0-.700-.500-1.200-1.200-1.200H4.700v1.400a2 2 0 1 1-1.800 0V5.300a2 2 0 0 1 .900-3.800z',
} as const

function Sign({ name }: { readonly name: keyof typeof signs }) {
  return <svg className="icon" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d={signs[name]} /></svg>
}

/** What Undo takes back at the cursor, in words; '' for nothing. */
function useUndoWords(): string {
  useSession((s) => s.cursor)
  useSession((s) => s.view?.branches)
  return act.undoWords()
}

export default function TimeTools() {
  const ready = useSession((s) => s.phase === 'ready')
  const shown = useSession((s) => s.panels.below && s.below === 'time')
  const branches = useSession((s) => s.view?.branches.length ?? 1)
  const away = useTime((s) => s.deleted.length)
  const watched = useTime((s) => s.breakpoints.filter((b) => b.on).length)
  const taken = useUndoWords()
  const lanes = Math.max(1, branches - away)
  return (
    <>
      <div className="time-tools">
        <button type="button" className="quiet" disabled={!ready || taken === ''} aria-label={taken ? `Undo: ${taken}` : 'Undo: nothing was asked up to here'} title={taken ? `Take back: ${taken} (Ctrl Z)` : 'Nothing was asked up to here'} onClick={act.undo}>
          <Sign name="undo" /> Undo
        </button>
        <button type="button" className="quiet" disabled={!ready} title="Run on until something comes about (U)" onClick={() => act.draft('run')}>Run until…</button>
        <button type="button" className="quiet" disabled={!ready} title="Keep this hop with a title and a note (M)" onClick={() => act.editBookmark(null)}>Bookmark…</button>
        <button
          type="button" className="quiet" aria-pressed={shown} disabled={!ready} onClick={act.toggleTimePanel} title="Branches, bookmarks and breakpoints (Y)"
          aria-label={`Branches, bookmarks and breakpoints: ${lanes === 1 ? 'one branch' : `${lanes} branches`}${watched > 0 ? `, ${watched} ${watched === 1 ? 'breakpoint' : 'breakpoints'} on` : ''}`}
        >
          <Sign name="fork" /> {lanes > 1 ? lanes : null}
          {watched > 0 ? <span className="time-watched" aria-hidden="true">{watched}</span> : null}
        </button>
      </div>
      <NoticeBar />
    </>
  )
}

/** So long a notice stays when nobody closes it; one that can be taken back stays longer. */
const stays = 9000
const staysWithBack = 60_000

/** What has just come of something, or what is waited for while the run goes on by itself. */
function NoticeBar() {
  const notice = useTime((s) => s.notice)
  const waitsFor = useTime((s) => s.waitsFor)
  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(() => time.setState({ notice: null }), notice.back ? staysWithBack : stays)
    return () => clearTimeout(timer)
  }, [notice])
  // What has focus goes with the notice: the button that plays takes it.
  const leave = (run: () => void) => (event: React.MouseEvent<HTMLElement>): void => {
    const to = event.currentTarget.closest('.transport')?.querySelector<HTMLElement>('.transport-play')
    run()
    to?.focus()
  }
  return (
    <div className="outcome-place" role="status" aria-live="polite">
      {waitsFor ? (
        <div className="outcome">
          <Far waitsFor={waitsFor} />
          <button type="button" onClick={leave(() => {
            time.setState({ waitsFor: '', notice: { says: 'Stopping …' } })
            void openSession()?.playback.pause()
          })}>Cancel</button>
        </div>
      ) : notice ? (
        <div className="outcome">
          <span>{notice.says}</span>
          {notice.back ? <button type="button" onClick={leave(notice.back.run)}>{notice.back.name}</button> : null}
          <button type="button" className="quiet" aria-label="Close the notice" onClick={leave(() => time.setState({ notice: null }))}><Icon name="close" /></button>
        </div>
      ) : null}
    </div>
  )
}

function Far({ waitsFor }: { readonly waitsFor: string }) {
  const far = useSession((s) => s.waiting)
  const hops = /: (.+) so far$/.exec(far)?.[1] ?? `${count(0)} hops`
  const start = useSession((s) => s.view?.status.start ?? 0)
  const cursor = useSession((s) => s.cursor)
  return (
    <>
      <span className="outcome-turns" aria-hidden="true" />
      <span>Running until {waitsFor}</span>
      <span className="outcome-far" aria-hidden="true">{hops} from hop {hopNumber(cursor, start)}</span>
    </>
  )
}
