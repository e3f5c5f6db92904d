/** What lies over the page now and then: notices, pointers, the bar of whoever presents, terms explained. Arrives after the first picture. */
import { lazy, useEffect } from 'react'
import { createPortal } from 'react-dom'
import './present.css'
import { Notice } from '../links/Notice.tsx'
import { useSession } from '../session/session-store.ts'
import { useRecorder } from '../record/record-store.ts'
import { Coming } from '../ui/Coming.tsx'
import { lockInput } from './lock.ts'
import { followPointer } from './pointer.ts'
import { usePresent } from './present-store.ts'

const ShareDialog = lazy(() => import('../links/ShareDialog.tsx'))
const GlossaryDialog = lazy(() => import('./GlossaryDialog.tsx'))
const RecordBar = lazy(() => import('../record/RecordBar.tsx'))
const RecordDialog = lazy(() => import('../record/RecordDialog.tsx'))
const PresentBar = lazy(() => import('./PresentBar.tsx'))
const BigLedger = lazy(() => import('./BigLedger.tsx'))
const Terms = lazy(() => import('./Terms.tsx'))

function usePageWords(): void {
  const shown = usePresent((s) => s.shown)
  const ledger = usePresent((s) => s.ledger)
  useEffect(() => {
    const { dataset } = document.documentElement
    dataset['shown'] = shown
    dataset['ledger'] = ledger
  }, [shown, ledger])
}

function Pointer() {
  const pointer = usePresent((s) => s.pointer)
  useEffect(() => (pointer === 'none' ? undefined : followPointer()), [pointer])
  return pointer === 'none' ? null : <div className={`pointer ${pointer}`} aria-hidden="true" />
}

export default function Extras() {
  const open = useSession((s) => s.open)
  const shown = usePresent((s) => s.shown)
  const ledger = usePresent((s) => s.ledger)
  const recording = useRecorder((s) => s.on || s.notice !== '')
  const locked = usePresent((s) => s.locked)
  // Another machine is another page beneath: it must be locked too.
  const machine = useSession((s) => s.machine)
  usePageWords()
  useEffect(() => (locked ? lockInput() : undefined), [locked, machine])
  return createPortal(
    <>
      <Notice />
      <Pointer />
      <Coming>
        {shown === 'page' && !locked ? null : <PresentBar />}
        {ledger === 'large' ? <BigLedger /> : null}
        <Terms />
        {recording ? <RecordBar /> : null}
        {open === 'record' ? <RecordDialog /> : null}
        {open === 'share' ? <ShareDialog /> : null}
        {open === 'glossary' ? <GlossaryDialog /> : null}
      </Coming>
    </>,
    document.body,
  )
}
