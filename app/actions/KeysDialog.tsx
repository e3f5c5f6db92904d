/** All actions with their keys; a key is changed by pressing another one. */
import { useState } from 'react'
import { useStore } from 'zustand'
import { session, useSession } from '../session/session-store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { groups, type Action } from './action.ts'
import { actionOf, bindings, chordsOf, rebind, toDefaults } from './bindings.ts'
import { chordOf, readable, whyNot } from './chord.ts'
import { everyAction } from './every.ts'
import './keys.css'

interface Asking {
  readonly id: string
  readonly says: string
}

function Keys({ action, asking, ask }: { readonly action: Action; readonly asking: Asking | null; readonly ask: (next: Asking | null) => void }) {
  const changed = useStore(bindings, (s) => s.changed)
  const chords = chordsOf(action, changed)
  const open = asking?.id === action.id
  const take = (event: React.KeyboardEvent): void => {
    if (event.key === 'Tab') return ask(null)
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return ask(null)
    const chord = event.key === 'Backspace' || event.key === 'Delete' ? '' : chordOf(event)
    if (chord === '' && event.key !== 'Backspace' && event.key !== 'Delete') return
    const reason = whyNot(chord)
    if (reason) return ask({ id: action.id, says: reason })
    const before = chord ? actionOf(chord) : undefined
    rebind(action, chord ? [chord] : [])
    ask(before && before.id !== action.id ? { id: '', says: `${readable(chord)} was '${before.title}', which has lost it.` } : null)
  }
  return (
    <button
      type="button" className="keys-chord quiet" aria-label={`${action.title}: ${chords.map(readable).join(' or ') || 'no key'}. Change`}
      aria-pressed={open} onClick={() => ask(open ? null : { id: action.id, says: 'Press the new key; Delete for none, Esc to leave it.' })} onKeyDown={open ? take : undefined}
      onBlur={() => (open ? ask(null) : undefined)}
    >
      {open ? 'press a key' : chords.length === 0 ? 'none' : chords.map((chord) => <kbd key={chord}>{readable(chord)}</kbd>)}
    </button>
  )
}

export default function KeysDialog() {
  const [asking, ask] = useState<Asking | null>(null)
  const letterKeys = useSession((s) => s.letterKeys)
  const changed = useStore(bindings, (s) => s.changed)
  return (
    <Dialog title="Keys" className="keys">
      <p className="keys-says" role="status">{asking?.says ?? 'Choose a key to change it. On the scrub bar → and ← go by beats, Page Up and Page Down by a tenth; in the hop list ↑ and ↓ go from row to row; Enter inspects a part, and goes to a hop.'}</p>
      <div className="keys-groups">
        {groups.map((group) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {everyAction.filter((a) => a.group === group).map((action) => (
                <div key={action.id}>
                  <dt>{action.title}</dt>
                  <dd><Keys action={action} asking={asking} ask={ask} /></dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <footer>
        <label>
          <input type="checkbox" checked={letterKeys} onChange={(event) => session.setState({ letterKeys: event.target.checked })} /> single letters act as keys
        </label>
        <button type="button" disabled={Object.keys(changed).length === 0} onClick={toDefaults}>All keys as they came</button>
      </footer>
    </Dialog>
  )
}
