/** While it is locked nothing on the page is touched by accident: pointers and keys do nothing, but for those of a clicker and the one that unlocks. */
import { chordOf } from '../actions/chord.ts'
import { actionOf } from '../actions/bindings.ts'

/** Actions that a clicker asks for, and the lock itself. */
const allowed: readonly string[] = ['beat', 'beat-back', 'play', 'lock', 'laser', 'spotlight']

function onKey(event: KeyboardEvent): void {
  const id = actionOf(chordOf(event))?.id ?? ''
  // What unlocks is a button too, and is reached with Tab like any other.
  const toButton = event.target instanceof HTMLElement && event.target.closest('.present-bar') !== null && ['Enter', ' ', 'Tab'].includes(event.key)
  if (allowed.includes(id) || toButton || event.key === 'Tab') return
  event.preventDefault()
  event.stopImmediatePropagation()
}

/** Locks the page until the answer is called. */
export function lockInput(): () => void {
  const page = document.querySelector<HTMLElement>('.page')
  page?.setAttribute('inert', '')
  addEventListener('keydown', onKey, { capture: true })
  return () => {
    page?.removeAttribute('inert')
    removeEventListener('keydown', onKey, { capture: true })
  }
}
