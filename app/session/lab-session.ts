/** Opens the lab in its Worker and hands out the one playback of the page. */
import { hopInAddress, keepHopInAddress } from './address.ts'
import type { WorkerApi } from './lab-calls.ts'
import { createClient, startWorker } from './lab-client.ts'
import { Playback } from './playback.ts'
import { createRowsCache, type RowsCache } from './rows-cache.ts'
import { session } from './session-store.ts'

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
    const [view, kinds] = await Promise.all([lab.open(scenario), lab.kinds()])
    session.setState({ kinds, view })
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
