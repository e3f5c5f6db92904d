/** What whoever presents or embeds has at hand: it stands back until it is needed. */
import { useState } from 'react'
import { useSession } from '../session/session-store.ts'
import { show } from '../session/commands.ts'
import { linkOf, momentNow } from '../links/moment-now.ts'
import { nextLedger, point, show as showAs, toggleFullScreen, toggleLock, usePresent } from './present-store.ts'

const ledgers = { beside: 'beside', large: 'large', hidden: 'hidden' } as const

/** The whole lab, at this moment, in a window of its own. */
async function openWhole(): Promise<void> {
  const address = await linkOf(await momentNow({ look: false }))
  window.open(address, '_blank', 'noopener')
}

function Tools() {
  const { pointer, ledger } = usePresent((s) => s)
  return (
    <>
      <button type="button" aria-pressed={pointer === 'laser'} title="Laser pointer (D)" onClick={() => point('laser')}>Laser</button>
      <button type="button" aria-pressed={pointer === 'spotlight'} title="Spotlight (O)" onClick={() => point('spotlight')}>Spotlight</button>
      <button type="button" title="Ledger: beside the picture, large, hidden (H)" onClick={nextLedger}>Ledger: {ledgers[ledger]}</button>
      <button type="button" title="What a term means (Shift G)" onClick={() => show('glossary')}>Glossary</button>
      <button type="button" title="Link and QR code (S)" onClick={() => show('share')}>QR code</button>
      <button type="button" title="The whole screen" onClick={() => void toggleFullScreen()}>Whole screen</button>
      <button type="button" title="Stop presenting (Shift P)" onClick={() => showAs('page')}>Leave</button>
    </>
  )
}

export default function PresentBar() {
  const { shown, locked } = usePresent((s) => s)
  const ready = useSession((s) => s.phase === 'ready')
  const [open, setOpen] = useState(false)
  const unlock = <button type="button" aria-pressed={locked} title="Only the keys of a clicker act (Shift L)" onClick={toggleLock}>{locked ? 'Unlock' : 'Lock'}</button>
  return (
    <aside className={`present-bar ${shown}`} aria-label={shown === 'embed' ? 'Embedded lab' : 'Presenting'}>
      {shown === 'page' ? null : <h1 className="unseen">Viridian Lab</h1>}
      {locked ? unlock : null}
      {shown === 'embed' && !locked ? <button type="button" disabled={!ready} onClick={() => void openWhole()}>Open in Viridian Lab</button> : null}
      {shown === 'present' && !locked ? (
        <div role="toolbar" aria-label="Tools of whoever presents">
          {open ? <><Tools />{unlock}</> : null}
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? 'Fewer' : 'Tools'}</button>
        </div>
      ) : null}
    </aside>
  )
}
