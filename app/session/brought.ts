/**
 * An answer that comes along with the place it is about: the page goes there and draws both at once, not the place first and what is
 * said of it a frame later.
 */
import type { HopInspection } from '../../engine/index.ts'
import { eraOf } from './era.ts'
import type { WorkerApi } from './lab-calls.ts'
import type { Session } from './session-store.ts'

/** How many on the page show the hop at the cursor. */
let shown = 0
let question = ''
let answer: unknown = null

/** Somebody shows the hop at the cursor, until the answer is called. */
export function showHopHere(): () => void {
  shown += 1
  return () => {
    shown -= 1
  }
}

/** Whether somebody shows the hop at the cursor. */
export function isShown(): boolean {
  return shown > 0
}

/** How a question about the hop at the cursor begins. */
export function aboutHere(n: number): string {
  return `here at ${n}`
}

/** What is to be said of hop `n`, when somebody shows it. It may not be there: then nobody says anything. */
export function inspected(lab: WorkerApi, n: number): Promise<HopInspection | null> | null {
  return shown > 0 && n > 0 ? lab.inspectHop(n).catch(() => null) : null
}

/** Hop `n` stands in the view that is shown next, and this is said of it. */
export function bring(n: number, view: NonNullable<Session['view']>, said: HopInspection | null): void {
  question = said === null ? '' : `${aboutHere(n)} at ${eraOf(view)}`
  answer = said
}

/** Another machine: what was brought is not of it. */
export function forgetBrought(): void {
  question = ''
  answer = null
}

/** What was brought for a question; null when nothing was. */
export function broughtFor<T>(asked: string): T | null {
  return asked !== '' && asked === question ? (answer as T) : null
}
