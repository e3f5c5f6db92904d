/** The moment at which the page stands now, and its address. */
import type { Scenario } from '../../engine/index.ts'
import { build } from '../session/build.ts'
import { labSession } from '../session/lab-session.ts'
import { session, type Session } from '../session/session-store.ts'
import { lensWord } from '../lenses/lens.ts'
import { lensStore } from '../lenses/lens-store.ts'
import { ownInAddress } from '../disks/own-address.ts'
import { variantInAddress } from '../session/variant-address.ts'
import { timeData } from '../time/time-store.ts'
import { sides, sizesShown } from '../ui/sizes.ts'
import { twin } from '../twin/twin-store.ts'
import { addedOf } from './added.ts'
import { addressOf, type Look, type Moment } from './moment.ts'
import { pack } from './pack.ts'

/** How the page looks, as far as a moment tells it. */
export function lookNow({ theme, pace, depth, sight, panels, below }: Session): Look {
  const sizes = sizesShown()
  const letters = sides.filter((name) => panels[name]).map((name) => `${name[0]}${sizes[name] ?? ''}`).join('')
  const lens = lensWord(lensStore.getState())
  const { words } = twin.getState()
  return { theme, pace, depth, sight, panels: letters, ...(panels.below && below !== 'hops' ? { tab: below } : {}), ...(lens === '' ? {} : { lens }), ...(sight === 'twin' && words !== '' ? { twin: words } : {}) }
}

function selectedNow({ selection, view }: Session): Moment['select'] {
  if (!selection || !view) return undefined
  return selection.kind === 'hop' ? Math.max(0, selection.n - view.status.start) : view.components[selection.index]?.path
}

/** Undefined while they are those that the scenario brings: whoever opens it has them. */
function breakpointsNow({ breakpoints: own = [] }: Scenario): Moment['breakpoints'] {
  const { breakpoints } = timeData()
  if (!breakpoints) return undefined
  const same = breakpoints.every(({ on }) => on) && JSON.stringify(breakpoints.map((b) => b.condition)) === JSON.stringify(own)
  return same ? undefined : breakpoints
}

export interface LinkOptions {
  /** With theme, panels, pace and depth. */
  readonly look?: boolean
}

export async function momentNow({ look = true }: LinkOptions = {}): Promise<Moment> {
  const { lab } = await labSession()
  const [{ scenario, unchanged, shipped }, tree, print] = await Promise.all([lab.openScenario(), lab.momentTree(), lab.fingerprint()])
  const state = session.getState()
  const { status } = state.view!
  const changes = variantInAddress()
  const disk = ownInAddress(new URLSearchParams(location.search), state.scenario)
  const name = disk ? (await lab.shelf()).cards.find((card) => card.id === disk.disk)?.name : undefined
  return {
    scenario: disk ? disk.scenario : unchanged.name, own: shipped || disk ? undefined : scenario, changes: shipped || disk ? changes : {}, tree: tree ?? undefined, breakpoints: breakpointsNow(scenario), added: addedOf(timeData(), status),
    hop: Math.max(0, status.n - status.start), select: selectedNow(state), follow: state.follow > status.start ? state.follow - status.start : undefined,
    look: look ? lookNow(state) : {}, build, print, disk: disk ? { ...disk, ...(name ? { name } : {}) } : undefined,
  }
}

/** The address of a moment, whatever its length. */
export async function linkOf(moment: Moment, page = new URL(location.href)): Promise<URL> {
  const { own, tree, breakpoints, added } = moment
  const packed = own || tree || breakpoints || added ? await pack({ own, tree, breakpoints, added }) : ''
  return addressOf(moment, packed, page)
}
