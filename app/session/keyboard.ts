/** Keys. Single letters and '.' act only while letter keys are on and focus is not in a field. No F-keys. */
import * as act from './commands.ts'
import { session } from './session-store.ts'

export interface KeyLine {
  readonly keys: string
  readonly does: string
}

export const keyLines: readonly KeyLine[] = [
  { keys: 'Space or Alt+K', does: 'play, pause' },
  { keys: '→, ←', does: 'one hop forward, back; → completes a beat that moves' },
  { keys: 'Page Down, Page Up', does: 'one beat of the story forward, back (clickers)' },
  { keys: '.', does: 'play, pause between beats (the dark key of clickers)' },
  { keys: 'Shift+→, Shift+←', does: 'next, previous hop of the same component' },
  { keys: 'Ctrl+→, Ctrl+←', does: 'to an effect, to the cause' },
  { keys: '[ and ]', does: 'another effect of the same cause' },
  { keys: 'Home, End', does: 'start; last hop reached, and from there run to the end' },
  { keys: '→ ← on the scrub bar', does: 'one beat; Page Up and Page Down a tenth of the bar' },
  { keys: 'Enter on a part', does: 'inspect it' },
  { keys: 'I', does: 'inspect the hop at the cursor' },
  { keys: 'T', does: 'table instead of picture' },
  { keys: 'B', does: 'storyboard: the story as cards' },
  { keys: 'Alt+←, Alt+→ in the inspector', does: 'what was inspected before' },
  { keys: 'Ctrl+K', does: 'palette of all commands' },
  { keys: '?', does: 'these keys' },
  { keys: 'Esc', does: 'close' },
]

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
}

const ownArrows = /^(?:Arrow.*|Page.*|Home|End)$/

/** A focused button or link has its own use for Space, unless it is pressed already and stays so; lists and sliders have their own use for arrows. */
function ownsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (inField(target)) return true
  if (key === ' ') return target.closest('button, a, summary, [role="option"]') !== null && !target.closest('.transport-play, .part, .switch [aria-pressed="true"]')
  return ownArrows.test(key) && target.closest('[data-own-arrows]') !== null
}

type Action = () => void
const plain: Readonly<Record<string, Action>> = {
  ' ': act.toggle, ArrowRight: act.step, ArrowLeft: act.back, PageDown: act.nextBeat, PageUp: act.previousBeat, Home: act.reset, End: act.toTip,
}
const letters: Readonly<Record<string, Action>> = {
  '.': act.toggle, '?': () => act.show('keys'), i: act.inspectHere, t: act.toggleTwin, b: act.toggleStoryboard,
  '[': () => act.alternative(-1), ']': () => act.alternative(1),
}

function actionFor(event: KeyboardEvent): Action | undefined {
  const { key, ctrlKey, metaKey, shiftKey, altKey } = event
  const control = ctrlKey || metaKey
  if (control && !altKey && !shiftKey && key.toLowerCase() === 'k') return () => act.show('palette')
  if (altKey && !control && key.toLowerCase() === 'k') return act.toggle
  if (ownsKey(event.target, key)) return undefined
  if (control && !altKey && key === 'ArrowRight') return act.toEffect
  if (control && !altKey && key === 'ArrowLeft') return act.toCause
  if (altKey && key === 'ArrowRight') return act.historyForward
  if (altKey && key === 'ArrowLeft') return act.historyBack
  if (control || altKey) return undefined
  if (shiftKey && key === 'ArrowRight') return () => act.sameComponent(true)
  if (shiftKey && key === 'ArrowLeft') return () => act.sameComponent(false)
  return plain[key] ?? (session.getState().letterKeys ? letters[key.toLowerCase()] : undefined)
}

export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return
    if (session.getState().open !== 'none') {
      if (event.key === 'Escape') act.show(session.getState().open)
      return
    }
    const action = actionFor(event)
    if (!action) return
    event.preventDefault()
    action()
  })
}
