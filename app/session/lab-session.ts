/** Opens the lab in its Worker and hands out the one playback of the page. */
import type { OwnMachine } from '../disks/disk-cards.ts'
import { intoAddress, ownInAddress } from '../disks/own-address.ts'
import { hopInAddress, keepHopInAddress } from './address.ts'
import type { LabView } from '../../engine/index.ts'
import type { WorkerApi } from './lab-calls.ts'
import { createClient, startWorker } from './lab-client.ts'
import { Playback } from './playback.ts'
import { createRowsCache, type RowsCache } from './rows-cache.ts'
import { session } from './session-store.ts'
import { variantInAddress } from './variant-address.ts'

export interface LabSession {
  readonly lab: WorkerApi
  readonly rows: RowsCache
  readonly playback: Playback
}

let current: LabSession | null = null
let ready: Promise<LabSession> | null = null

/** The session once it is open; commands that come earlier wait for it. */
export function labSession(): Promise<LabSession> {
  ready ??= open()
  return ready
}

export function openSession(): LabSession | null {
  return current
}

/** The scenario, with the own disk that the address names if what was kept of it suffices. */
async function openWished(lab: WorkerApi, scenario: string, query: URLSearchParams): Promise<LabView> {
  const own = ownInAddress(query, scenario)
  const changes = variantInAddress()
  if (!own && Object.keys(changes).length === 0) return lab.open(scenario)
  try {
    const view = await lab.open(own ?? scenario, changes)
    if (own) await tellOwn(lab, own)
    return view
  } catch (error) {
    session.setState({ failure: `${error instanceof Error ? error.message : String(error)} Until then the scenario is open as it is.` })
    return lab.open(scenario)
  }
}

/** What the caption says of a machine with an own disk before anything has happened. */
async function tellOwn(lab: WorkerApi, own: OwnMachine): Promise<void> {
  const card = (await lab.shelf()).cards.find(({ id }) => id === own.disk)
  if (card) session.setState({ own: { title: `Own disk: ${card.name}`, about: `${card.kind}. ${card.contents} ${card.files ? 'Its guest lists the files on it.' : 'Its guest reads the first sectors.'}` } })
}

/** Opens another machine in place of the one that is open; when that fails, the old one stays. The address says what is open. */
export async function reopen(own: OwnMachine): Promise<void> {
  const { lab, playback } = await labSession()
  await playback.pause()
  const view = await lab.open(own, variantInAddress())
  const rows = createRowsCache((from, count) => lab.rows(from, count))
  const next = new Playback(lab, rows, new URLSearchParams(location.search).get('pace') === 'instant')
  session.setState({
    scenario: own.scenario, selection: null, selections: { back: [], forward: [] }, follow: 0, caption: null, beat: null, lit: [], opened: [], failure: '',
    machine: session.getState().machine + 1,
  })
  session.setState({ machineCard: await lab.machine() })
  await tellOwn(lab, own)
  history.pushState(history.state, '', intoAddress(new URL(location.href), own))
  current = { lab, rows, playback: next }
  ready = Promise.resolve(current)
  await next.open(view)
}

async function open(): Promise<LabSession> {
  const query = new URLSearchParams(location.search)
  const instant = query.get('pace') === 'instant'
  try {
    const lab = createClient(startWorker())
    const rows = createRowsCache((from, count) => lab.rows(from, count))
    const scenarios = await lab.scenarios()
    const wished = query.get('scenario')
    const known = scenarios.some((s) => s.name === wished)
    const scenario = known && wished !== null ? wished : scenarios[0]!.name
    session.setState({ scenarios, scenario })
    if (wished !== null && !known) {
      const names = scenarios.map((s) => s.name).join(', ')
      session.setState({ failure: `The address names a scenario '${wished}', which does not exist; it may name ${names}. The first one is open instead.` })
    }
    const view = await openWished(lab, scenario, query)
    const kinds = await lab.kinds()
    session.setState({ kinds, view, machineCard: await lab.machine() })
    const playback = new Playback(lab, rows, instant)
    await playback.open(view)
    const wishedHop = hopInAddress(view.status.start)
    if (wishedHop > 0) await playback.seek(wishedHop)
    keepHopInAddress()
    current = { lab, rows, playback }
    session.setState({ phase: 'ready' })
    return current
  } catch (error) {
    session.setState({ phase: 'failed', failure: error instanceof Error ? error.message : String(error) })
    throw error
  }
}
