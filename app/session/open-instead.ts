/** Opens another machine in place of the one that is open, in the same page. */
import type { LabView, Scenario } from '../../engine/index.ts'
import { startView } from '../gallery/start-view.ts'
import type { OwnMachine } from '../disks/disk-cards.ts'
import type { WorkerApi } from './lab-calls.ts'
import { inTurn, take, tellOwn, tellStrange, type LabSession } from './lab-session.ts'
import { Playback } from './playback.ts'
import { createRowsCache } from './rows-cache.ts'
import { panelsOffered, session } from './session-store.ts'
import { addressOfMachine, variantInAddress } from './variant-address.ts'
import { witnesses } from './witnesses.ts'

/** What is opened in place of what is open, and the address that then says so. */
export interface Wish {
  /** A scenario by name or as data, or one with an own disk in it. */
  readonly what: string | OwnMachine | Scenario
  readonly changes: Readonly<Record<string, string>>
  readonly address: URL
  /** It is what was open already, brought back: no new entry in the history of the browser. */
  readonly same?: boolean
  /** How the Worker opens it, when otherwise than at its start. When it fails the Worker may have another machine than the page: whoever passes it opens the old one again. */
  readonly open?: (lab: WorkerApi) => Promise<LabView>
  /** What belongs to the opening once the page shows the machine: commands wait for it. */
  readonly arrive?: (opened: LabSession) => Promise<void>
}

/** Opens another machine in place of the one that is open; when that fails, the old one stays. Commands that come meanwhile wait. */
export function openInstead(wish: Wish): Promise<LabSession> {
  return inTurn(async (before) => {
    // A simulation that has died cannot be paused, only replaced.
    await before.playback.pause().catch(() => undefined)
    before.playback.retire(true)
    const { machine } = session.getState()
    await Promise.all([...witnesses].map((witness) => witness.leaving()))
    try {
      const opened = await change(before, wish)
      tellWitnesses(wish.same === true)
      return opened
    } catch (error) {
      // Once the page shows the next machine it is that one's story, however its opening ended.
      const changed = session.getState().machine !== machine
      if (!changed) before.playback.retire(false)
      if (changed) tellWitnesses(wish.same === true)
      else if (!wish.open) tellWitnesses(true)
      throw error
    }
  })
}

function tellWitnesses(same: boolean): void {
  for (const witness of witnesses) witness.arrived(same)
}

async function change({ lab }: LabSession, wish: Wish): Promise<LabSession> {
  const { what, changes, address } = wish
  const view = await (wish.open?.(lab) ?? lab.open(what, changes))
  const machineCard = await lab.machine()
  const rows = createRowsCache((from, count) => lab.rows(from, count))
  const playback = new Playback(lab, rows, new URLSearchParams(location.search).get('pace') === 'instant')
  const strange = typeof what === 'object' && 'viridian' in what
  const { scenarios, machine } = session.getState()
  if (strange) tellStrange(what, scenarios)
  else session.setState({ scenario: typeof what === 'string' ? what : what.scenario, own: null })
  session.setState({
    selection: null, selections: { back: [], forward: [] }, follow: 0, caption: null, beat: null, lit: [], opened: [], failure: '', waiting: '', undoable: '', machine: machine + 1,
  })
  const shown = strange ? what.view : scenarios.find(({ name }) => name === what)?.view
  session.setState({ machineCard, ...startView(shown ?? {}, address.searchParams, panelsOffered()) })
  if (typeof what === 'object' && !strange) await tellOwn(lab, what)
  // What was open stays behind the Back button, also where the address is the same.
  if (!wish.same) history.pushState(null, '', address)
  const opened = take({ lab, rows, playback })
  await playback.open(view)
  await wish.arrive?.(opened)
  return opened
}

/** The open scenario with an own disk. */
export async function reopen(own: OwnMachine): Promise<void> {
  const changes = variantInAddress()
  await openInstead({ what: own, changes, address: addressOfMachine({ scenario: own.scenario, words: changes, own }) })
}
