/** Keys. One character alone acts only while letter keys are on and focus is not in a field. No F-keys. */
import * as act from '../session/commands.ts'
import { session } from '../session/session-store.ts'
import { actionOf } from './bindings.ts'
import { chordOf, isLetter } from './chord.ts'
import { isPossible } from './every.ts'

/** Chords that act from everywhere, fields included. */
const everywhere: readonly string[] = ['palette']

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
}

/** What a clicker sends. Before a room it always tells the story, also where a list or a slider has the focus from a click. */
function isClicker(target: HTMLElement, key: string): boolean {
  const typed = target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== 'range')
  return (key === 'PageDown' || key === 'PageUp') && session.getState().theme === 'projector' && !typed
}

const ownArrows = /^(?:Arrow.*|Page.*|Home|End)$/

/** A focused button or link has its own use for Space, unless it is pressed already and stays so; lists and sliders have their own use for arrows. */
function ownsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (isClicker(target, key)) return false
  if (inField(target)) return true
  if (key === ' ') return target.closest('button, a, summary, [role="option"]') !== null && !target.closest('.transport-play, .part, .switch [aria-pressed="true"]')
  return ownArrows.test(key) && target.closest('[data-own-arrows]') !== null
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const { open, letterKeys } = session.getState()
  if (open !== 'none') {
    if (event.key === 'Escape') act.show(open)
    return
  }
  const chord = chordOf(event)
  const action = chord === '' ? undefined : actionOf(chord)
  if (!action || !isPossible(action)) return
  // With Shift, too, an arrow is no longer what a list or a slider scrolls with.
  const modified = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && ownArrows.test(event.key))
  const owned = modified ? inField(event.target) : ownsKey(event.target, event.key)
  if (owned && !everywhere.includes(action.id)) return
  if (isLetter(chord) && !letterKeys) return
  event.preventDefault()
  action.run()
}

export function listenToKeys(): void {
  document.addEventListener('keydown', onKey)
}
