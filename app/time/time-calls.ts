/** What branches and breakpoints ask of the Worker. */
import type { BranchComparison, ComparePoint, Condition } from '../../engine/index.ts'

export interface TimeApi {
  /** What differs between two branches at the same point. */
  compare(left: number, right: number, at: ComparePoint): Promise<BranchComparison>
  /** A branch that was put away costs no more than what was asked in it. */
  lighten(branch: number): Promise<void>
  /** Why each of these cannot be waited for, in a sentence; '' where it can. */
  faultsOf(conditions: readonly unknown[]): Promise<readonly string[]>
  /** Breakpoints that the open scenario brings. */
  ownBreakpoints(): Promise<readonly Condition[]>
}
