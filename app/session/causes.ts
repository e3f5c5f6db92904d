/** Along cause and effect, and along one component. */
import { withSession } from './commands.ts'
import type { LabSession } from './lab-session.ts'
import { select, session } from './session-store.ts'

/** Hops that [ and ] choose among: what the hop at the cursor caused. */
let alternatives: readonly number[] = []
let chosen = 0

let work: Promise<unknown> = Promise.resolve()

/** One after the other: each press goes on from where the one before has come to. */
function inTurn(move: (open: LabSession) => Promise<void>): void {
  withSession((open) => {
    const next = work.then(() => move(open))
    work = next.catch(() => undefined)
    return next
  })
}

async function go(open: LabSession, n: number): Promise<void> {
  if (n <= 0) return
  await open.playback.seek(n)
  select({ kind: 'hop', n: session.getState().cursor })
}

export function toCause(): void {
  inTurn(async (open) => go(open, (await open.lab.neighbours(session.getState().cursor)).cause))
}

export function toEffect(): void {
  inTurn(async (open) => {
    alternatives = (await open.lab.neighbours(session.getState().cursor)).effects
    chosen = 0
    await go(open, alternatives[0] ?? 0)
  })
}

/** Another of the effects of the same cause. */
export function alternative(by: 1 | -1): void {
  inTurn(async (open) => {
    if (alternatives.length === 0) {
      const { cause } = await open.lab.neighbours(session.getState().cursor)
      alternatives = cause > 0 ? (await open.lab.neighbours(cause)).effects : []
      chosen = Math.max(0, alternatives.indexOf(session.getState().cursor))
    }
    if (alternatives.length === 0) return
    chosen = (chosen + by + alternatives.length) % alternatives.length
    await go(open, alternatives[chosen]!)
  })
}

export function sameComponent(forward: boolean): void {
  inTurn(async (open) => {
    const near = await open.lab.neighbours(session.getState().cursor)
    await go(open, forward ? near.sameAfter : near.sameBefore)
  })
}
