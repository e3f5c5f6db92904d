/** The hop in the address follows the cursor, as long as it says where a link would lead. */
import { fromAddress, gone, hasLeft, intoAddress, isMoment } from './address.ts'
import { session } from './session-store.ts'

/** Things that somebody has asked for, in all branches. */
const asked = (): number => session.getState().view?.branches.reduce((sum, b) => sum + b.intents.filter((i) => !i.planned).length, 0) ?? 0

/** How many of them the link brought: as long as nobody asks for more, the hop and the packed words of the address stay true. */
let brought = 0

export function carried(): void {
  brought = asked()
}

/** Browsers take no more than a few changes of the address a second. */
const settle = 400

/** Hops are counted alike only while nobody has asked the machine for more than its scenario does. */
function hopNow(): string {
  const { view, cursor, playing } = session.getState()
  if (!view || playing || hasLeft()) return fromAddress('hop')
  const { start, branch } = view.status
  if (location.hash.startsWith('#m=')) {
    if (asked() === brought) return String(Math.max(0, cursor - start))
    // What stands in the link is no more what was asked.
    history.replaceState(history.state, '', `${location.pathname}${location.search}`)
  }
  const own = view.branches.find((b) => b.id === branch)?.intents.some((i) => !i.planned && i.after >= start && i.after <= cursor)
  return own || branch !== 0 || cursor <= start ? '' : String(cursor - start)
}

export function keepHopInAddress(): void {
  let wait = 0
  session.subscribe((state, before) => {
    if (state.cursor === before.cursor && state.playing === before.playing) return
    clearTimeout(wait)
    wait = window.setTimeout(() => intoAddress({ hop: hopNow(), ...(isMoment() ? gone : {}) }), settle)
  })
}
