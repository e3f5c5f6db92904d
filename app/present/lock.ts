/** While it is locked nothing on the page is touched by accident: pointers and keys do nothing, but for those of a clicker and the one that unlocks. */
import { chordOf } from '../actions/chord.ts'
import { actionOf } from '../actions/bindings.ts'
import { session, type Session } from '../session/session-store.ts'

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

/** What is inert is not read out either: the sentence stands beside the page too, where only a screen reader finds it. */
function readBeside(): () => void {
  const beside = document.createElement('div')
  beside.className = 'unseen locked-caption'
  beside.setAttribute('role', 'status')
  beside.setAttribute('aria-label', 'What happens')
  const say = ({ caption, pace, playing, sight }: Session): void => {
    // Ten sentences a second are for nobody's ears; and beside two machines the one that is not shown has nothing to say.
    if ((playing && pace === 'flow') || sight === 'twin') return
    const words = caption ? `${caption.says}, because ${caption.because}.` : ''
    if (beside.textContent !== words) beside.textContent = words
  }
  say(session.getState())
  document.body.append(beside)
  const stop = session.subscribe(say)
  return () => {
    stop()
    beside.remove()
  }
}

/** Locks the page until the answer is called. */
export function lockInput(): () => void {
  const page = document.querySelector<HTMLElement>('.page')
  page?.setAttribute('inert', '')
  const silence = readBeside()
  addEventListener('keydown', onKey, { capture: true })
  return () => {
    page?.removeAttribute('inert')
    silence()
    removeEventListener('keydown', onKey, { capture: true })
  }
}
