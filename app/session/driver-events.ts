/** What `window.viridian.on` tells: drawn from the store, so that nothing is told that the page does not show. */
import { askedOn } from './asked.ts'
import type { ViridianEvents } from './driver-types.ts'
import { hopInWords } from './driver-calls.ts'
import { openSession } from './lab-session.ts'
import { session, type Session } from './session-store.ts'

type Name = keyof ViridianEvents
const listeners = new Map<Name, Set<(told: never) => void>>()

function tell<E extends Name>(event: E, what: () => ViridianEvents[E]): void {
  const those = listeners.get(event)
  if (!those || those.size === 0) return
  const told = what() as never
  for (const listener of those) {
    try {
      listener(told)
    } catch (error) {
      // One listener must not keep the next one from hearing; the page itself has done nothing wrong.
      queueMicrotask(() => {
        throw error
      })
    }
  }
}

function tellOfSelection({ selection, view }: Session): ViridianEvents['select'] {
  if (!selection) return null
  return selection.kind === 'hop' ? { hop: selection.n } : { component: view?.components[selection.index]?.path ?? '' }
}

async function tellHop(n: number): Promise<void> {
  if ((listeners.get('hop')?.size ?? 0) === 0) return
  const rows = openSession()?.rows
  await rows?.want(n, n)
  const hop = rows?.get(n)
  if (hop) tell('hop', () => hopInWords(hop))
}

function look(state: Session, before: Session): void {
  const { view } = state
  if (state.machine !== before.machine) tell('machine', () => ({ scenario: state.scenario }))
  if (state.failure && state.failure !== before.failure) tell('failure', () => ({ sentence: state.failure }))
  if (state.selection !== before.selection) tell('select', () => tellOfSelection(state))
  if (state.cursor !== before.cursor) void tellHop(state.cursor)
  if (view && view !== before.view) {
    const { status } = view
    tell('status', () => status)
    if (before.view && status.branch !== before.view.status.branch) tell('branch', () => ({ branch: status.branch, n: status.n }))
    const mine = askedOn(view)
    const last = mine.at(-1)
    if (last && before.view && before.machine === state.machine && mine.length > askedOn(before.view).length) tell('intent', () => ({ ...last, branch: status.branch }))
  }
  if (before.playing && !state.playing && view) tell('stop', () => view.status)
}

let stop: (() => void) | null = null

/** Calls back from now on; the answer ends it. */
export function on(event: Name, listener: (told: never) => void): () => void {
  stop ??= session.subscribe(look)
  const those = listeners.get(event) ?? new Set()
  listeners.set(event, those.add(listener))
  return () => {
    those.delete(listener)
  }
}
