/** Keeps breakpoints with whoever makes the run go on, and what is chosen with the places where it was chosen. Loaded after the first picture. */
import { labSession } from '../session/lab-session.ts'
import { session, type Selection } from '../session/session-store.ts'
import { hopNumber } from '../ui/figures.ts'
import { breaks } from './breaks.ts'
import { namesNow } from './names.ts'
import { bringBreakpoints, clearTime, time } from './time-store.ts'
import { conditionWords } from './words.ts'

const hitsMost = 200

/** Which breakpoints are on the watch: those that are on and can be waited for. Their places in the list stand beside. */
let watched: readonly number[] = []

function watch(): void {
  const { breakpoints, faults } = time.getState()
  watched = breakpoints.flatMap(({ on }, i) => (on && (faults[i] ?? '') === '' ? [i] : []))
  breaks.at = watched.map((i) => breakpoints[i]!.condition)
}

/** Asks the lab whether what is to be waited for means anything. */
async function look(): Promise<void> {
  const { breakpoints } = time.getState()
  const { lab } = await labSession()
  const faults = breakpoints.length === 0 ? [] : await lab.faultsOf(breakpoints.map((b) => b.condition))
  if (time.getState().breakpoints === breakpoints) time.setState({ faults })
}

function followBreakpoints(): void {
  time.subscribe((state, before) => {
    if (state.breakpoints !== before.breakpoints) look().catch(() => undefined)
    if (state.breakpoints !== before.breakpoints || state.faults !== before.faults) watch()
  })
  breaks.hit = (which, { branch, n, now, start }) => {
    const condition = time.getState().breakpoints[watched[which] ?? -1]?.condition
    const says = condition ? conditionWords(condition, namesNow()) : 'a breakpoint'
    const { hits } = time.getState()
    time.setState({
      hits: [...hits.filter((hit) => hit.branch !== branch || hit.n !== n), { branch, n, time: now, says }].slice(-hitsMost),
      notice: { says: `Breakpoint at hop ${hopNumber(n, start)}: ${says}.` },
    })
  }
}

// --- what was chosen where --------------------------------------------------------------------------------------------------

const places = new Map<string, Selection>()
const placesMost = 400
/** What was chosen when a branch was left. */
const leaving = new Map<number, Selection | null>()

function remember(branch: number, n: number, selection: Selection): void {
  const key = `${branch} ${n}`
  places.delete(key)
  places.set(key, selection)
  for (const oldest of places.keys()) {
    if (places.size <= placesMost) break
    places.delete(oldest)
  }
}

/** A component that was chosen at a hop is chosen again by whoever comes back to it; a branch has what was chosen when it was left. */
function followSelection(): void {
  let own = false
  session.subscribe((state, before) => {
    const branch = state.view?.status.branch ?? 0
    const was = before.view?.status.branch ?? 0
    if (own || !state.view) return
    if (state.selection !== before.selection && state.selection?.kind === 'component') remember(branch, state.cursor, state.selection)
    if (branch === was && state.cursor === before.cursor) return
    if (branch !== was) leaving.set(was, before.selection)
    const jumped = branch !== was || state.cursor < before.cursor || state.cursor > before.cursor + 1
    if (!jumped || state.playing || state.selection !== before.selection) return
    const found = places.get(`${branch} ${state.cursor}`) ?? (branch !== was ? leaving.get(branch) : undefined)
    const component = found?.kind === 'component' ? state.view.components[found.index] : null
    const there = component === null || (component !== undefined && !component.later)
    if (found === undefined || !there || found === state.selection) return
    own = true
    session.setState({ selection: found })
    own = false
  })
}

// --- another machine --------------------------------------------------------------------------------------------------------

/** A scenario may bring breakpoints of its own; what somebody has made of them comes before. */
async function takeOwn(): Promise<void> {
  const { lab } = await labSession()
  bringBreakpoints(await lab.ownBreakpoints())
  await look()
}

function followMachine(): void {
  session.subscribe((state, before) => {
    if (state.machine === before.machine) return
    clearTime()
    places.clear()
    leaving.clear()
    takeOwn().catch(() => undefined)
  })
  takeOwn().catch(() => undefined)
}

followBreakpoints()
followSelection()
followMachine()
watch()
