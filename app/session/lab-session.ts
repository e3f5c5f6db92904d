/** Opens the lab in its Worker and hands out the one playback of the page. */
import type { OwnMachine } from '../disks/disk-cards.ts'
import type { Keeping } from '../keep/come-back.ts'
import { ownInAddress } from '../disks/own-address.ts'
import { hopInAddress, isMoment } from './address.ts'
import { startView } from '../gallery/start-view.ts'
import type { LabView, Scenario } from '../../engine/index.ts'
import type { ScenarioCard, WorkerApi } from './lab-calls.ts'
import { createClient, startWorker } from './lab-client.ts'
import type { Playback } from './playback.ts'
import type { RowsCache } from './rows-cache.ts'
import { panelsOffered, session } from './session-store.ts'
import { variantInAddress } from './variant-address.ts'

export interface LabSession {
  readonly lab: WorkerApi
  readonly rows: RowsCache
  readonly playback: Playback
}

let worker: Worker | null = null
let current: LabSession | null = null
let ready: Promise<LabSession> | null = null

/** What plays the run comes beside the Worker: the first picture does without. */
async function player(lab: WorkerApi, query: URLSearchParams): Promise<Pick<LabSession, 'rows' | 'playback'>> {
  const [{ createRowsCache }, { Playback: Player }] = await Promise.all([import('./rows-cache.ts'), import('./playback.ts')])
  const rows = createRowsCache((from, count) => lab.rows(from, count))
  return { rows, playback: new Player(lab, rows, query.get('pace') === 'instant') }
}

/** Words first: the page is drawn before anything else is asked for. One that is not shown draws nothing and goes on. */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve))
    setTimeout(resolve, 100)
  })
}

/** The session once it is open; commands that come earlier wait for it. */
export function labSession(): Promise<LabSession> {
  ready ??= drawn().then(open)
  return ready
}

export function openSession(): LabSession | null {
  return current
}

/** The scenario, with the own disk that the address names if what was kept of it suffices; a stranger's that is no good makes room for the first one. */
async function openWished(lab: WorkerApi, scenario: string | Scenario, query: URLSearchParams): Promise<LabView> {
  const strange = typeof scenario === 'object'
  const own = strange ? null : ownInAddress(query, scenario)
  const changes = variantInAddress()
  if (!own && !strange && Object.keys(changes).length === 0) return lab.open(scenario)
  try {
    const view = await lab.open(own ?? scenario, changes)
    if (own) await tellOwn(lab, own)
    if (strange) tellStrange(scenario, session.getState().scenarios)
    return view
  } catch (error) {
    session.setState({ failure: `${error instanceof Error ? error.message : String(error)} Until then ${strange ? 'the first scenario is open instead.' : 'the scenario is open as it is.'}` })
    return lab.open(strange ? null : scenario)
  }
}

/** What the caption says of a machine with an own disk before anything has happened. */
export async function tellOwn(lab: WorkerApi, own: OwnMachine): Promise<void> {
  const card = (await lab.shelf()).cards.find(({ id }) => id === own.disk)
  if (card) session.setState({ own: { title: `Own disk: ${card.name}`, about: `${card.kind}. ${card.contents} ${card.files ? 'Its guest lists the files on it.' : 'Its guest reads the first sectors.'}` } })
}

/** A scenario that the lab does not come with is offered like the others while the page is open. */
export function tellStrange({ name, title, about }: Scenario, scenarios: readonly ScenarioCard[]): void {
  session.setState({ scenario: name, own: { title, about }, scenarios: scenarios.some((card) => card.name === name) ? scenarios : [...scenarios, { name, title, about }] })
}

/** From now on this is what the page has open. */
export function take(next: LabSession): LabSession {
  current = next
  return next
}

/** Commands that come while something else is opened wait for what comes of it; when it fails, for what is open then. */
export function inTurn(work: (before: LabSession) => Promise<LabSession>): Promise<LabSession> {
  const next = labSession().then(() => work(current!))
  ready = next.catch((error: unknown) => current ?? Promise.reject(error as Error))
  ready.catch(() => undefined)
  return next
}

/** Starts a Worker; one that was there before has died. */
function startLab(): WorkerApi {
  worker?.dispatchEvent(new Event('dead'))
  return createClient((worker = startWorker()))
}

/** Another Worker in place of one that has died; the same page. */
export function replaceWorker(): WorkerApi {
  const lab = startLab()
  if (current) ready = Promise.resolve(take({ ...current, lab }))
  return lab
}

/** What keeps the lab. An address with `fresh` neither reads nor writes; an embedded page belongs to somebody else. */
async function keeper(query: URLSearchParams): Promise<Keeping | null> {
  return query.has('fresh') || query.has('embed') ? null : import('../keep/come-back.ts').then((m) => m.keeping, () => null)
}

async function open(): Promise<LabSession> {
  const query = new URLSearchParams(location.search)
  try {
    // The Worker is the largest of what is still to come: it is asked for first.
    const lab = startLab()
    const keeps = keeper(query)
    const plays = player(lab, query)
    const scenarios = await lab.scenarios()
    session.setState({ scenarios })
    const keep = await keeps
    const back = (await keep?.open(lab, scenarios)) ?? null
    if (back?.machine.own) await tellOwn(lab, back.machine.own)
    const wished = query.get('scenario')
    // A link is followed once: what was done from there on is what a reload comes back to.
    const links = !back && isMoment() ? await import('../links/arrive.ts') : null
    const linked = links ? await links.momentInAddress(new URL(location.href)) : null
    const strange = linked?.moment.own
    const known = scenarios.some((s) => s.name === wished)
    const scenario = known && wished !== null ? wished : scenarios[0]!.name
    if (!back) session.setState({ scenario })
    if (wished !== null && !known && !strange && !back) {
      const names = scenarios.map((s) => s.name).join(', ')
      session.setState({ failure: `The address names a scenario '${wished}', which does not exist; it may name ${names}. The first one is open instead.` })
    }
    const view = back?.view ?? (await openWished(lab, strange ?? scenario, query))
    const kinds = await lab.kinds()
    session.setState({ kinds, view, machineCard: await lab.machine(), ...(back ? {} : startView(scenarios.find((s) => s.name === scenario)?.view ?? {}, query, panelsOffered())) })
    const { rows, playback } = await plays
    await playback.open(view)
    const wishedHop = hopInAddress(view.status.start)
    if (back) await playback.seek(view.status.n)
    else if (links && linked) await links.arrive(linked.moment, { lab, playback }, linked.fault)
    else if (wishedHop > 0) await playback.seek(wishedHop)
    void import('./hop-address.ts').then((m) => m.keepHopInAddress())
    current = { lab, rows, playback }
    session.setState({ phase: 'ready' })
    keep?.begin(lab)
    return current
  } catch (error) {
    session.setState({ phase: 'failed', failure: error instanceof Error ? error.message : String(error) })
    throw error
  }
}
