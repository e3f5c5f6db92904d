/** A native dialog with a title and a way out: it closes on Escape and gives focus back by itself; keep-focus.ts lets Tab go round in it. */
import { useEffect, useRef } from 'react'
import './dialogs.css'
import { session } from '../session/session-store.ts'
import { Icon } from './icons.tsx'

export interface DialogProps {
  readonly title: string
  readonly className?: string
  /** Called after it has closed, however it was; without it nothing is open any more. */
  readonly onClose?: () => void
  readonly children: React.ReactNode
}

export function Dialog({ title, className = '', onClose = () => session.setState({ open: 'none' }), children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => (before instanceof HTMLElement && before.isConnected ? before.focus() : undefined)
  }, [])
  return (
    <dialog ref={dialog} className={`framed ${className}`} aria-label={title} onClose={onClose}>
      <header>
        <h2>{title}</h2>
        <button type="button" className="quiet" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  )
}
