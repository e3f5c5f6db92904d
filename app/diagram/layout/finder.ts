/** Finds ways a few at a time, while nothing else is to be done: no frame and no key waits for them, however many guests there are. */
import type { Point } from './geometry.ts'
import type { Router } from './routes.ts'

/** So long at once, in milliseconds, and after so long whatever else is to be done; so long until the next time where nobody says when it is quiet. */
const budget = 4
const patience = 50
const pause = 8
/** Whoever draws them is told this often: each time lines are drawn anew. */
const toldEvery = 150

/** Does work when there is time for it. */
function whenQuiet(work: () => void): () => void {
  const { requestIdleCallback: ask, cancelIdleCallback: cancel } = globalThis as Partial<Pick<Window, 'requestIdleCallback' | 'cancelIdleCallback'>>
  if (ask && cancel) {
    const asked = ask(work, { timeout: patience })
    return () => cancel(asked)
  }
  const timer = setTimeout(work, pause)
  return () => clearTimeout(timer)
}

export interface Finder {
  /** The way if it was found; else null, and it is looked for. */
  readonly known: (from: string, to: string, ordinal: number) => readonly Point[] | null
  /** Told whenever some were found. */
  readonly onFound: (listener: () => void) => () => void
  readonly stop: () => void
}

export function createFinder(router: Router): Finder {
  const listeners = new Set<() => void>()
  let waits: (() => void) | undefined
  let told = 0
  const turn = (): void => {
    waits = undefined
    const until = performance.now() + budget
    let more = router.findNext()
    while (more && performance.now() < until) more = router.findNext()
    if (more) waits = whenQuiet(turn)
    if (more && performance.now() - told < toldEvery) return
    told = performance.now()
    for (const listener of listeners) listener()
  }
  return {
    known(from, to, ordinal) {
      const way = router.known(from, to, ordinal)
      if (way === null) waits ??= whenQuiet(turn)
      return way
    },
    onFound(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      waits?.()
      waits = undefined
    },
  }
}
