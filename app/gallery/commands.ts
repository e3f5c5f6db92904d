/** From stop to stop, and the gallery. */
import { openSession } from '../session/lab-session.ts'
import { session } from '../session/session-store.ts'
import { lesson } from './stops.ts'

function reached(): readonly number[] {
  return lesson.getState().stops.filter((stop) => stop.n > 0).map((stop) => stop.n)
}

/** The hop of the next stop, or of the one before; 0 when there is none. */
export function neighbour(by: 1 | -1): number {
  const { cursor } = session.getState()
  const hops = reached()
  return (by > 0 ? hops.find((n) => n > cursor) : hops.filter((n) => n < cursor).at(-1)) ?? 0
}

export function goToStop(n: number): void {
  if (n > 0) void openSession()?.playback.seek(n).catch(() => undefined)
}

export const nextStop = (): void => goToStop(neighbour(1))
export const previousStop = (): void => goToStop(neighbour(-1))

export function togglePausing(): void {
  lesson.setState({ pausing: !lesson.getState().pausing })
}
