/** What there is to say about the moment that was opened: calm, and gone when it has been read. */
import { useEffect } from 'react'
import { useStore } from 'zustand'
import './notice.css'
import { labSession } from '../session/lab-session.ts'
import { session, useSession } from '../session/session-store.ts'
import { links, sayNothing } from './links-store.ts'

/** The moment that the address names, with the disk that is at hand now: a reload would have its name and not its file. */
async function openAnew(): Promise<void> {
  const { momentInAddress, openMoment } = await import('./arrive.ts')
  const { moment, fault } = await momentInAddress(new URL(location.href))
  await openMoment(moment, fault)
}

/** When the disk that was asked for has come, the moment is opened anew. */
function useWanted(wants: string): void {
  const closed = useSession((s) => s.open === 'none')
  useEffect(() => {
    if (wants === '' || !closed) return
    labSession().then(({ lab }) => lab.shelf()).then(({ cards }) => {
      // Another machine may have been opened meanwhile.
      return links.getState().wants === wants && cards.some((card) => card.id === wants || card.former === wants) ? openAnew() : undefined
    }).catch((error: unknown) => links.setState({ notice: error instanceof Error ? error.message : String(error) }))
  }, [wants, closed])
}

export function Notice() {
  const { notice, pinned, wants } = useStore(links)
  useWanted(wants)
  if (notice === '') return null
  return (
    <div className="notice" role="status">
      <p>{notice}</p>
      {pinned === '' ? null : <a href={pinned}>Open it in the build it was made with</a>}
      {wants === '' ? null : <button type="button" onClick={() => session.setState({ open: 'disks' })}>Choose the disk…</button>}
      <button type="button" aria-label="Close the notice" onClick={sayNothing}>Close</button>
    </div>
  )
}
