/** Which log the page asks about: answers are true of one branch, and of what was asked in it by then. */
import type { BranchView, LabView } from '../../engine/index.ts'
import { commonHop } from '../time/tree.ts'
import { session, useSession } from './session-store.ts'

/** The branch and how many things were asked in it, as one word; '' while nothing is open. */
export type Era = string

type Seen = { readonly status: Pick<LabView['status'], 'branch'>; readonly branches: readonly BranchView[] } | null

export function eraOf(view: Seen): Era {
  const branch = view?.branches.find((b) => b.id === view.status.branch)
  return branch ? `${branch.id} ${branch.intents.length}` : ''
}

export function eraNow(): Era {
  return eraOf(session.getState().view)
}

export function useEra(): Era {
  return useSession((s) => eraOf(s.view))
}

/** Up to which hop what was known in an era is as true now; 0: nothing of it. */
export function trueUpTo(before: Era, view: Seen): number {
  const branch = view?.branches.find((b) => b.id === view.status.branch)
  if (!view || !branch || before === '') return 0
  const [id, asked] = before.split(' ').map(Number) as [number, number]
  if (id !== branch.id) return commonHop(id, branch.id, view.branches)
  if (branch.intents.length < asked) return 0
  return branch.intents[asked]?.after ?? Number.MAX_SAFE_INTEGER
}
