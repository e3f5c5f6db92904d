/** What is said when an address leads farther than the run goes. Pure. */
import type { LabStatus } from '../../engine/index.ts'
import { farthest } from './address.ts'
import { count } from '../ui/figures.ts'

/** One sentence about where the machine stands and why, or '' where it is the hop that was named; `hop` counts from the start. */
export function shortOf(hop: number, { n, start, state, why }: Pick<LabStatus, 'n' | 'start' | 'state' | 'why'>): string {
  const reached = n - start
  if (hop <= reached) return ''
  const there = `The address leads to hop ${count(hop)}; the page stands at hop ${count(reached)}`
  if (reached >= farthest) return `${there}, because an address leads at most ${count(farthest)} hops far.`
  const because = why.replace(/^Nothing moves[:.] /, '').replace(/\.$/, '')
  if (state === 'failed') return `${there}, where the machine stopped: ${because}.`
  return state === 'idle' ? `${there}, the last one of this run: ${because}.` : `${there}, as far as this link has been.`
}
