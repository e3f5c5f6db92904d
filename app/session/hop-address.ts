/** The hop in the address follows the cursor, as long as it says where a link would lead. */
import { fromAddress, gone, hasLeft, intoAddress, isMoment } from './address.ts'
import { askedInAll } from './asked.ts'
import { session } from './session-store.ts'
import { links } from '../links/links-store.ts'
import { shortOf } from './short-of.ts'

/** Things that somebody has asked for, in all branches. */
const asked = (): number => askedInAll(session.getState().view)

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

/** Words of the address that mean nothing are said to: whoever typed them waits for what they should have done. */
function strangeWords(): string {
  const [hop, theme] = [fromAddress('hop'), new URLSearchParams(location.search).get('theme') ?? '']
  if (hop !== '' && !/^\d{1,7}$/.test(hop)) return `The address names a hop '${hop}'; it must be a whole number from 0, counted from the start.`
  return theme === '' || ['light', 'dark', 'projector'].includes(theme) ? '' : `The address names a theme '${theme}'; it must be light, dark or projector.`
}

/** Whoever followed the address hears where it ended, when that is not where it leads. */
function sayShort(): void {
  const { view, failure } = session.getState()
  const hop = Number(fromAddress('hop'))
  if (!view || failure !== '' || isMoment() || !(hop > 0)) return
  const notice = shortOf(hop, view.status)
  if (notice === '') return
  links.setState({ notice })
  intoAddress({ hop: hopNow() })
}

export function keepHopInAddress(): void {
  const strange = strangeWords()
  if (strange !== '' && session.getState().failure === '') session.setState({ failure: strange })
  sayShort()
  let wait = 0
  session.subscribe((state, before) => {
    if (state.cursor === before.cursor && state.playing === before.playing) return
    clearTimeout(wait)
    wait = window.setTimeout(() => intoAddress({ hop: hopNow(), ...(isMoment() ? gone : {}) }), settle)
  })
}
