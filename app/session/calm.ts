/**
 * The session as lists and figures read it: while the run flows, looked at a few times a second. Nobody reads faster, and what
 * is drawn anew is paid for in frames. At rest it is the session itself.
 */
import { useSyncExternalStore } from 'react'
import { session, type Session } from './session-store.ts'

const every = 200

let seen: Session = session.getState()
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

function look(): void {
  clearTimeout(timer)
  timer = undefined
  seen = session.getState()
  for (const listener of listeners) listener()
}

session.subscribe(({ playing, pace }) => {
  if (!(playing && pace === 'flow')) look()
  else timer ??= setTimeout(look, every)
})

function listen(listener: () => void): () => void {
  // Nobody listened: what was seen last may be long ago.
  if (listeners.size === 0) seen = session.getState()
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** As `useSession`, a few times a second while the run flows. */
export function useCalm<T>(pick: (state: Session) => T): T {
  return useSyncExternalStore(listen, () => pick(seen))
}
