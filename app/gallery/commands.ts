/** From stop to stop, and the gallery. */
import { openSession } from '../session/lab-session.ts'
import { session } from '../session/session-store.ts'
import { lesson } from './stops.ts'

function reached(): readonly number[] {
  return lesson.getState().stops.filter((stop) => stop.n > 0).map((stop) => stop.n)
}

/** The stop that is being gone to, else 0: who presses again before the machine stands there goes on from it. */
let aim = 0

/** The hop of the next stop, or of the one before; 0 when there is none. */
export function neighbour(by: 1 | -1): number {
  const cursor = aim || session.getState().cursor
  const hops = reached()
  return (by > 0 ? hops.find((n) => n > cursor) : hops.filter((n) => n < cursor).at(-1)) ?? 0
}

export function goToStop(n: number): void {
  const open = openSession()
  if (n <= 0 || !open) return
  aim = n
  const there = (): void => {
    if (aim === n) aim = 0
  }
  open.playback.seek(n).then(there, there)
}

/** Another way from stop to stop, while something else than the page's one machine is shown. */
export interface StopWay {
  readonly near: (by: 1 | -1) => boolean
  readonly go: (by: 1 | -1) => void
}
let way: StopWay = { near: (by) => neighbour(by) > 0, go: (by) => goToStop(neighbour(by)) }
const own = way

export function leadStops(by: StopWay | null): void {
  way = by ?? own
}

export const isStopNear = (by: 1 | -1): boolean => way.near(by)
export const nextStop = (): void => way.go(1)
export const previousStop = (): void => way.go(-1)

export function togglePausing(): void {
  lesson.setState({ pausing: !lesson.getState().pausing })
}
