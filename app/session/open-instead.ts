/** Opens another machine in place of the one that is open, in the same page. */
import type { LabView, Scenario } from '../../engine/index.ts'
import { startView } from '../gallery/start-view.ts'
import type { OwnMachine } from '../disks/disk-cards.ts'
import type { WorkerApi } from './lab-calls.ts'
import { labSession, openSession, startLab, take, tellOwn, tellStrange, type LabSession } from './lab-session.ts'
import { Playback } from './playback.ts'
import { createRowsCache } from './rows-cache.ts'
import { session } from './session-store.ts'
import { addressOfMachine, variantInAddress } from './variant-address.ts'

/** What is opened in place of what is open, and the address that then says so. */
export interface Wish {
  /** A scenario by name or as data, or one with an own disk in it. */
  readonly what: string | OwnMachine | Scenario
  readonly changes: Readonly<Record<string, string>>
  readonly address: URL
  /** How the Worker opens it, when otherwise than at its start. */
  readonly open?: (lab: WorkerApi) => Promise<LabView>
}

/** Opens another machine in place of the one that is open; when that fails, the old one stays. */
export async function openInstead({ what, changes, address, open: how }: Wish): Promise<LabSession> {
  const { lab, playback } = await labSession()
  // A simulation that has died cannot be paused, only replaced.
  await playback.pause().catch(() => undefined)
  const view = await (how?.(lab) ?? lab.open(what, changes))
  const rows = createRowsCache((from, count) => lab.rows(from, count))
  const next = new Playback(lab, rows, new URLSearchParams(location.search).get('pace') === 'instant')
  const strange = typeof what === 'object' && 'viridian' in what
  const { scenarios, machine } = session.getState()
  if (strange) tellStrange(what, scenarios)
  else session.setState({ scenario: typeof what === 'string' ? what : what.scenario, own: null })
  session.setState({
    selection: null, selections: { back: [], forward: [] }, follow: 0, caption: null, beat: null, lit: [], opened: [], failure: '', machine: machine + 1,
  })
  const shown = strange ? what.view : scenarios.find(({ name }) => name === what)?.view
  session.setState({ machineCard: await lab.machine(), ...startView(shown ?? {}, address.searchParams, session.getState().panels) })
  if (typeof what === 'object' && !strange) await tellOwn(lab, what)
  if (address.href !== location.href) history.pushState(history.state, '', address)
  const current = take({ lab, rows, playback: next })
  await next.open(view)
  return current
}

/** The open scenario with an own disk. */
export async function reopen(own: OwnMachine): Promise<void> {
  const changes = variantInAddress()
  await openInstead({ what: own, changes, address: addressOfMachine({ scenario: own.scenario, words: changes, own }) })
}

/** Another Worker in place of one that has died; the same page. */
export function replaceWorker(): WorkerApi {
  const lab = startLab()
  const current = openSession()
  if (current) take({ ...current, lab })
  return lab
}
