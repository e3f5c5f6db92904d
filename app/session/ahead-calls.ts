/** What is asked ahead of a key, and where the machine is moved to once what was known is drawn. */
import type { Glimpse, LabStatus } from '../../engine/index.ts'
import type { Operation } from './lab-calls.ts'

export interface AheadApi {
  /** What is answered one hop on or back; nothing moves. Null where it cannot be known. `say`: also what is said of the hop there. */
  glimpse(by: 1 | -1, say: boolean): Promise<Glimpse | null>
  /** Goes to hop `n`; the view is known already. */
  stand(n: number): Promise<LabStatus>
}

/** After these the machine is where it was. Whatever is not here may have moved it. */
const looks: ReadonlySet<Operation> = new Set<Operation>([
  'glimpse', 'view', 'rows', 'captions', 'worn', 'files', 'inside', 'find', 'neighbours', 'lasts', 'hopAt', 'knownAt', 'story', 'strokeBefore', 'timeline', 'beats', 'kinds',
  'machine', 'abilities', 'inspectHop', 'inspectComponent', 'requests', 'journey', 'ledger', 'fingerprint', 'kept', 'pulse', 'stops', 'gallery', 'lensWays', 'measure', 'requestOf',
])

let sent = 0

/** A call is on its way to the Worker. */
export function noteSent(operation: Operation): void {
  if (!looks.has(operation)) sent += 1
}

/** How many calls have been sent that may move the machine: what was asked before the last of them is not of where it stands. */
export function movesSent(): number {
  return sent
}
