/**
 * The session as lists and figures read it: while the run flows, looked at a few times a second. Nobody reads faster, and what
 * is drawn anew is paid for in frames. At rest it is the session itself.
 */
import { useCallback, useSyncExternalStore } from 'react'
import { inOwnFrame } from './frame-turns.ts'
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
  else timer ??= setTimeout(() => inOwnFrame(look), every)
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

/** Of many small things each is looked at in its turn: so many turns, one with each view, until all have been. */
const turns = 5
const seenIn: Session[] = Array.from({ length: turns }, () => seen)
const waiting: Set<() => void>[] = Array.from({ length: turns }, () => new Set())
let turn = 0

function lookIn(which: number): void {
  seenIn[which] = session.getState()
  for (const listener of waiting[which]!) listener()
}

session.subscribe(({ playing, pace, view }, before) => {
  if (!(playing && pace === 'flow')) for (let i = 0; i < turns; i++) lookIn(i)
  else if (view !== before.view) lookIn((turn = (turn + 1) % turns))
})

/** Called when the `i`-th of many small things is to look again, until the answer is called. */
export function listenInTurn(i: number, listener: () => void): () => void {
  const which = i % turns
  if (waiting[which]!.size === 0) seenIn[which] = session.getState()
  waiting[which]!.add(listener)
  return () => waiting[which]!.delete(listener)
}

/** As `useSession`, for the `i`-th of many small things: while the run flows, a fifth of them look at each view. */
export function useInTurn<T>(i: number, pick: (state: Session) => T): T {
  const wait = useCallback((listener: () => void) => listenInTurn(i, listener), [i])
  return useSyncExternalStore(wait, () => pick(seenIn[i % turns]!))
}
