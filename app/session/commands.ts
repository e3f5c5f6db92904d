/** What a person can ask of the session: the one list behind buttons, keys and the palette. */
import { addressOfMachine } from './variant-address.ts'
import { ownInAddress } from '../disks/own-address.ts'
import { labSession, openSession, type LabSession } from './lab-session.ts'
import { select, selectBack, selectForward, session, type Pace, type Session, type Sight, type Theme } from './session-store.ts'

export function withSession(work: (open: LabSession) => Promise<unknown>): void {
  // A failure is already told in the store.
  labSession().then(work).catch(() => undefined)
}

/** What answers to the buttons and keys of the transport while it stands in place of the page's own lab. */
export interface Driven {
  readonly toggle: () => void
  readonly step: () => void
  readonly back: () => void
  readonly reset: () => void
  readonly end: () => void
}
let driven: Driven | null = null

export function drive(by: Driven | null): void {
  driven = by
}

/** Play at the end of everything tells it again from the start. */
export function toggle(): void {
  if (driven) return driven.toggle()
  withSession(async ({ playback }) => {
    const { playing, view, cursor } = session.getState()
    if (!playing && view && view.status.next === null && cursor > view.status.start) await playback.seek(view.status.start)
    await playback.toggle()
  })
}

export function step(): void {
  if (driven) return driven.step()
  withSession(({ playback }) => playback.step())
}

export function back(): void {
  if (driven) return driven.back()
  withSession(({ playback }) => playback.back())
}

export function seek(n: number): void {
  withSession(({ playback }) => playback.seek(n))
}

export function toggleChecks(): void {
  withSession(({ playback }) => playback.setChecks(!(session.getState().view?.status.checksOn ?? false)))
}

let wishedTime = -1
let seeking = false

/** A pointer that is dragged wishes more places than can be gone to: the last wish counts. */
export function seekTime(time: number): void {
  wishedTime = time
  if (seeking) return
  seeking = true
  withSession(async ({ lab, playback }) => {
    try {
      while (wishedTime >= 0) {
        const to = wishedTime
        wishedTime = -1
        await playback.seek(await lab.knownAt(to))
      }
    } finally {
      seeking = false
    }
  })
}

export function reset(): void {
  if (driven) return driven.reset()
  const start = session.getState().view?.status.start
  if (start !== undefined) seek(start)
}

/** The last hop reached; from there, on to the end of what is to do. */
export function toTip(): void {
  if (driven) return driven.end()
  const { view, cursor } = session.getState()
  if (!view) return
  if (cursor >= view.status.tip) return toEnd()
  withSession(async ({ playback }) => {
    await playback.seek(view.status.tip)
    const { status } = session.getState().view ?? view
    if (status.n === status.tip && status.state === 'ready') await sayLast()
  })
}

const lastHop = 'This is the last hop reached so far. End once more runs on to the end.'
let lastSaid = false

/** Notices come after the first picture. */
async function sayLast(): Promise<void> {
  const { say } = await import('../time/time-commands.ts')
  say(lastHop)
  lastSaid = true
}

/** What has been said of the last hop is no longer so; what others said stays. */
async function unsayLast(): Promise<void> {
  lastSaid = false
  const { time } = await import('../time/time-store.ts')
  if (time.getState().notice?.says === lastHop) time.setState({ notice: null })
}

export function toEnd(): void {
  if (driven) return driven.end()
  withSession(async ({ playback }) => {
    // Before it runs: what it says at its end stays.
    if (lastSaid) await unsayLast()
    await playback.runToEnd()
  })
}

export function nextBeat(): void {
  if (driven) return driven.step()
  withSession(({ playback }) => playback.beat())
}

export function previousBeat(): void {
  if (driven) return driven.back()
  withSession(({ playback }) => playback.beatBack())
}

export function intend(intent: unknown, thenPlay: boolean): void {
  withSession(async ({ playback }) => {
    await playback.intend(intent)
    if (thenPlay) await playback.play()
  })
}

/** A load is looked at no slower than this, in simulated nanoseconds a second. */
const busyRate = 500_000

/** Asks something of the machine and plays what comes of it; answers why it cannot be done, in one sentence, or ''. */
export async function attempt(intent: unknown, then: 'play' | 'flow' | 'stay' = 'play'): Promise<string> {
  const { playback } = await labSession()
  try {
    await playback.intend(intent)
  } catch (error) {
    // Told where it was asked, not above the picture.
    session.setState({ failure: '' })
    return error instanceof Error ? error.message : String(error)
  }
  session.setState({ undoable: '' })
  if (then === 'flow') {
    session.setState({ rate: Math.max(session.getState().rate, busyRate) })
    playback.setPace('flow')
  }
  if (then !== 'stay') await playback.play()
  return ''
}

/** Lets so many hops happen, or as many as are to do, without a pace. */
export async function runHops(count: number): Promise<void> {
  const { playback } = await labSession()
  await playback.seek(session.getState().cursor + count)
}

/** Takes the last act back where it was done, without a word: what it was stands beside the button. */
export function takeBack(): void {
  withSession(({ playback }) => playback.undo())
}

/** Opens the form that injects reads and writes, for a guest. */
export function openInjection(guest: string): void {
  session.setState({ left: 'inject', injectInto: guest, panels: { ...session.getState().panels, left: true } })
}

export function openBeat(): void {
  withSession(({ playback }) => playback.openBeat())
}

export function toggleSplit(): void {
  session.setState({ split: !session.getState().split })
}

/** How much of the machine is told apart: about a dozen parts, or every component. */
export function setDepth(depth: Session['depth']): void {
  session.setState({ depth, sight: 'picture' })
}

/** A guest that was drawn small gets a column, and the one that was opened longest ago becomes small. */
export function openGuest(path: string): void {
  session.setState({ opened: [path, ...session.getState().opened.filter((other) => other !== path)] })
}

export function inspectHere(): void {
  const { cursor } = session.getState()
  if (cursor > 0) select({ kind: 'hop', n: cursor })
}

/** The inspector shows the hop at the cursor when nothing is chosen. */
export function followCursor(): void {
  session.setState({ selection: null })
}

export const historyBack = selectBack
export const historyForward = selectForward

/** The projector shows the machine alone; whoever leaves it finds the panels as they were. */
let panelsBefore = session.getState().panels

export function setTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme
  const { theme: before, panels } = session.getState()
  if (theme === 'projector' && before !== 'projector') {
    panelsBefore = panels
    session.setState({ theme, panels: { left: false, right: false, below: false } })
  } else {
    session.setState({ theme, panels: before === 'projector' && theme !== 'projector' ? panelsBefore : panels })
  }
  keep('theme', theme)
}

export function togglePanel(name: 'left' | 'right' | 'below'): void {
  const { panels } = session.getState()
  // On a phone a panel is a sheet over the page: one at a time.
  const others = matchMedia('(max-width: 560px)').matches ? { left: false, right: false, below: false } : panels
  const next = { ...others, [name]: !panels[name] }
  session.setState({ panels: next, panelsFree: false })
  keep('panels', JSON.stringify(next))
}

export function setSight(sight: Sight): void {
  session.setState({ sight })
}

export function toggleTwin(): void {
  setSight(session.getState().sight === 'table' ? 'picture' : 'table')
}

export function toggleStoryboard(): void {
  setSight(session.getState().sight === 'storyboard' ? 'picture' : 'storyboard')
}

export function toggleMotion(): void {
  session.setState({ motion: !session.getState().motion })
}

export function show(open: Session['open']): void {
  session.setState({ open: session.getState().open === open ? 'none' : open })
}

export function setTempo(tempo: number): void {
  session.setState({ tempo })
}

export function setRate(rate: number): void {
  session.setState({ rate })
}

export function setPace(pace: Pace): void {
  const open = openSession()
  if (open) open.playback.setPace(pace)
  else session.setState({ pace })
}

export function follow(request: number): void {
  session.setState({ follow: session.getState().follow === request ? 0 : request })
}

/** An address with `fresh` neither reads nor writes what is remembered. */
const fresh = typeof location !== 'undefined' && new URLSearchParams(location.search).has('fresh')

/** Settings of the page alone; losing one costs a click, so the simplest store will do. */
export function keep(name: string, value: string): void {
  if (fresh) return
  try {
    localStorage.setItem(`viridian.${name}`, value)
  } catch {
    // A page that may not keep anything still works.
  }
}

export function kept(name: string): string | null {
  if (fresh) return null
  try {
    return localStorage.getItem(`viridian.${name}`)
  } catch {
    return null
  }
}

/** The same scenario on a machine with something changed. */
export function openVariant(words: Readonly<Record<string, string>>): void {
  const { scenario } = session.getState()
  const own = ownInAddress(new URLSearchParams(location.search), scenario)
  withSession(async ({ lab }) => {
    const { unchanged, shipped } = await lab.openScenario()
    if (shipped || own) return location.assign(addressOfMachine({ scenario, words, own }))
    // A scenario that the lab does not come with stands in no address by its name.
    session.setState({ open: 'none' })
    const { openMoment } = await import('../links/arrive.ts')
    await openMoment({ scenario: unchanged.name, own: unchanged, changes: words, hop: 0, look: {} }).catch((error: unknown) => {
      session.setState({ failure: error instanceof Error ? error.message : String(error) })
    })
  })
}

/** Where a scenario is found. */
export function addressOfScenario(name: string): URL {
  return addressOfMachine({ scenario: name, words: {}, own: null })
}

/** Opens another scenario: the address says which one. */
export function openScenario(name: string): void {
  location.assign(addressOfScenario(name))
}
