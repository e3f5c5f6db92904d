/** All keys, in a native dialog (it traps focus and closes on Escape by itself). */
import { useEffect, useRef } from 'react'
import './dialogs.css'
import { keyLines } from '../session/keyboard.ts'
import { session, useSession } from '../session/session-store.ts'
import { Icon } from './icons.tsx'

export default function KeysHelp() {
  const dialog = useRef<HTMLDialogElement>(null)
  const letterKeys = useSession((s) => s.letterKeys)
  const close = (): void => session.setState({ open: 'none' })
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="keys" aria-labelledby="keys-title" onClose={close}>
      <header>
        <h2 id="keys-title">Keys</h2>
        <button type="button" className="quiet" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <dl>
        {keyLines.map((line) => (
          <div key={line.keys}>
            <dt>
              <kbd>{line.keys}</kbd>
            </dt>
            <dd>{line.does}</dd>
          </div>
        ))}
      </dl>
      <label>
        <input type="checkbox" checked={letterKeys} onChange={(event) => session.setState({ letterKeys: event.target.checked })} /> single letters act as keys
      </label>
    </dialog>
  )
}
