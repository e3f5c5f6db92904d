/** What somebody has asked of the machine, besides what its scenario plans. Pure. */
import type { BranchView, LabView } from '../../engine/index.ts'

type Bound = BranchView['intents'][number]

const nothing: readonly Bound[] = []

/** On one branch, in order. */
export function askedIn(branch: Pick<BranchView, 'intents'> | undefined): readonly Bound[] {
  return branch?.intents.filter(({ planned }) => !planned) ?? nothing
}

/** On the branch that is shown, or on another one. */
export function askedOn(view: Pick<LabView, 'branches' | 'status'> | null, id = view?.status.branch): readonly Bound[] {
  return askedIn(view?.branches.find((branch) => branch.id === id))
}

/** In all branches together, as often as it stands in one. */
export function askedInAll(view: Pick<LabView, 'branches'> | null): number {
  return view?.branches.reduce((sum, branch) => sum + askedIn(branch).length, 0) ?? 0
}
