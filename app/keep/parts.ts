/** What features keep of themselves with the lab: a feature with something to lose adds a line here. */
import { recordPart } from '../record/record-store.ts'
import { timePart } from '../time/time-part.ts'
import { sizesPart } from '../ui/worn-sizes.ts'

export interface KeptPart {
  /** Stands in what is kept: never changes. */
  readonly name: string
  /** Plain data, or null while there is nothing to keep. */
  readonly take: () => unknown
  /** Whether it would be missed on a machine that nobody has touched; left out: whenever there is something to keep. */
  readonly worth?: () => boolean
  /** What was kept, from a version of the page that may be another: to be looked at before it is used. */
  readonly give: (value: unknown) => void
  /** Calls back when `take` would answer something else. */
  readonly watch: (changed: () => void) => void
}

export const everyPart: readonly KeptPart[] = [timePart, sizesPart, recordPart]
