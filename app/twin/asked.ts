/** What a person has asked on the branch at hand, to be asked of both machines of a twin run too. Pure. [TWIN-10] */
import type { KeptRun, Lab, LabConfig } from '../../engine/index.ts'

type Planned = NonNullable<LabConfig['steps']>[number]
type Bound = KeptRun['branches'][number]['intents'][number]

/** Between what the scenario plans: what somebody asked, and how many ns after the start. */
export type Asked = { readonly planned: true } | { readonly planned: false; readonly after: number; readonly intent: unknown }

/** All that is bound on a branch, what it shares with its parents too. */
function boundOf({ branches }: KeptRun, id: number): readonly Bound[] {
  const { parent, shared, intents } = branches[id]!
  return parent < 0 ? intents : [...boundOf({ branches } as KeptRun, parent).slice(0, shared), ...intents]
}

/** In order, since the start; throws what a machine throws that lacks a piece of a disk. */
export function askedOf(lab: Lab): readonly Asked[] {
  const { start, startTime } = lab.status()
  const kept = lab.history()
  const since = (n: number): number => (n <= start ? 0 : Math.max(0, lab.timeOf(n) - startTime))
  return boundOf(kept, kept.branch)
    .filter(({ after, planned }) => !planned || after >= start)
    .map(({ after, intent, planned }) => (planned ? { planned } : { planned, after: since(after), intent }))
}

/** The plan of a machine with what was asked in its place: behind what the scenario had asked by then, at the time it was asked. */
export function planWith(plan: readonly Planned[], asked: readonly Asked[]): readonly Planned[] {
  const out: Planned[] = []
  let next = 0
  for (const it of asked) {
    if (!it.planned) out.push({ after: it.after, intent: it.intent })
    else if (next < plan.length) out.push(plan[next++]!)
  }
  return [...out, ...plan.slice(next)]
}
