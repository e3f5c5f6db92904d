/** Finds ways a few at a time, between frames: no frame and no key waits for them, however many guests there are. */
import type { Point } from './geometry.ts'
import type { Router } from './routes.ts'

/** So long at once, in milliseconds; so long until the next time. */
const budget = 5
const pause = 8

export interface Finder {
  /** The way if it was found; else null, and it is looked for. */
  readonly known: (from: string, to: string, ordinal: number) => readonly Point[] | null
  /** Told whenever some were found. */
  readonly onFound: (listener: () => void) => () => void
  readonly stop: () => void
}

export function createFinder(router: Router): Finder {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const turn = (): void => {
    timer = undefined
    const until = performance.now() + budget
    let more = router.findNext()
    while (more && performance.now() < until) more = router.findNext()
    if (more) timer = setTimeout(turn, pause)
    for (const listener of listeners) listener()
  }
  return {
    known(from, to, ordinal) {
      const way = router.known(from, to, ordinal)
      if (way === null) timer ??= setTimeout(turn, 0)
      return way
    },
    onFound(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
