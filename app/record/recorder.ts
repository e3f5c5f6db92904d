/** The recorder: watches the store for what is done, and notes it. Nothing of the page knows that it is recorded. */
import { sayOnce } from '../keep/keep-status.ts'
import { linkOf, momentNow } from '../links/moment-now.ts'
import { askedOn } from '../session/asked.ts'
import { labSession, openSession } from '../session/lab-session.ts'
import { session, type Session } from '../session/session-store.ts'
import { variantInAddress } from '../session/variant-address.ts'
import { witnesses } from '../session/witnesses.ts'
import { isOfOpen, noRecord, recorder, type Ended, type Seen } from './record-store.ts'
import { withAct, type Act, type End, type Recording } from './recording.ts'

function seenIn({ view }: Session): Seen {
  const { branch, n } = view!.status
  return { branch, n, branches: view!.branches.length, asked: askedOn(view!, branch).length }
}

let stop: (() => void) | null = null

function note(act: Act): void {
  const { recording } = recorder.getState()
  if (recording) recorder.setState({ recording: { ...recording, acts: withAct(recording.acts, act) } })
}

function noteMoves(state: Session): void {
  const view = state.view!
  const { status, branches } = view
  const now = seenIn(state)
  const before = recorder.getState().seen
  if (now.branch === before.branch && now.n === before.n && now.asked === before.asked) return
  recorder.setState({ seen: now })
  const hop = status.n - status.start
  const own = askedOn(view, now.branch)
  if (now.branch !== before.branch && now.branches > before.branches) {
    const { parent, atHop } = branches.find((b) => b.id === now.branch)!
    const shared = askedOn(view, parent).filter((i) => i.after <= atHop).length
    // A new branch with more than its parent had up to there: somebody asked. With less: somebody took it back.
    if (own.length > shared) note({ do: 'intend', intent: own.at(-1)!.intent as object })
    else note({ do: 'undo' })
  } else if (now.branch !== before.branch) note({ do: 'branch', id: now.branch, hop })
  else if (now.asked > before.asked) for (const { intent } of own.slice(before.asked)) note({ do: 'intend', intent: intent as object })
  else note({ do: 'go', hop, idle: status.state === 'idle' && status.next === null })
}

/** The part of the picture that was pressed has the focus, and a name. */
function pressedPart(): string {
  const { activeElement } = document
  return activeElement instanceof HTMLElement && activeElement.matches('.picture button.part') ? (activeElement.getAttribute('aria-label') ?? '') : ''
}

function watch(state: Session, before: Session): void {
  // Another machine is on its way: what is seen of it meanwhile nobody has done.
  if (away || !state.view || !recorder.getState().on) return
  // What is played is noted where it ends.
  if (!state.playing) noteMoves(state)
  if (state.depth !== before.depth) note({ do: 'depth', depth: state.depth })
  const { selection } = state
  if (selection !== before.selection && selection?.kind === 'component') {
    const path = state.view.components[selection.index]?.path
    if (path !== undefined) note({ do: 'select', part: pressedPart(), path })
  }
}

/** How a spec comes to where the recording begins. */
async function opening(): Promise<Recording['opens']> {
  const { view, depth, scenario } = session.getState()
  const moment = await momentNow({ look: false })
  const untouched = view!.status.n === view!.status.start && view!.branches.length === 1 && moment.tree === undefined
  if (untouched && !moment.own && !moment.disk) return { scenario, words: { ...variantInAddress(), ...(depth === 'mechanism' ? { depth } : {}) } }
  const { build: _build, print: _print, select: _select, follow: _follow, ...place } = moment
  const { search, hash } = await linkOf({ ...place, look: depth === 'mechanism' ? { depth } : {} })
  return { address: `./?fresh&pace=instant&motion=off&${search.slice(1)}${hash}` }
}

/** Notes what is done from here on. */
function follow(): void {
  stop?.()
  away = false
  stop = session.subscribe(watch)
  addEventListener('beforeunload', mayBeLost)
}

export async function begin(): Promise<void> {
  end()
  const opens = await opening()
  recorder.setState({ ...noRecord, on: true, recording: { opens, acts: [] }, seen: seenIn(session.getState()), machine: session.getState().machine })
  follow()
}

/** The page has come back to a machine that was recorded. */
export async function goOn(): Promise<void> {
  await labSession()
  const state = recorder.getState()
  if (!state.on || !isOfOpen(state)) return
  noteMoves(session.getState())
  follow()
}

export function end(): void {
  stop?.()
  stop = null
  removeEventListener('beforeunload', mayBeLost)
  recorder.setState({ on: false })
}

export function discard(): void {
  end()
  recorder.setState(noRecord)
}

/** A page that keeps nothing asks before a recording goes with it. */
function mayBeLost(event: BeforeUnloadEvent): void {
  if (!recorder.getState().on) return
  const query = new URLSearchParams(location.search)
  if (query.has('fresh') || query.has('embed')) event.preventDefault()
}

let away = false
let left: Promise<Ended> | null = null
/** It was under way when its machine was left. */
let wasOn = false
/** A machine that does not answer any more is not waited for, in milliseconds. */
const patience = 2000

/** How the machine that is open stands. */
export function endOf({ view }: Session, print = ''): End | null {
  if (!view) return null
  const { status, branches, guests } = view
  return {
    idle: status.state === 'idle' && status.next === null, hop: status.n - status.start, branches: branches.length,
    guests: guests.map(({ file, status: is, read }) => ({ file, status: is, read })), print,
  }
}

async function standing(): Promise<Ended> {
  const state = session.getState()
  const { status, branches } = state.view!
  const asked = branches.find(({ id }) => id === status.branch)?.intents ?? []
  const { lab } = openSession()!
  const silent = new Promise<null>((resolve) => setTimeout(() => resolve(null), patience))
  const told = await Promise.race([Promise.all([lab.openScenario(), lab.fingerprint()]), silent]).catch(() => null)
  return { end: endOf(state, told?.[1] ?? '')!, scenario: told?.[0].scenario ?? null, asked, start: status.start }
}

/** A machine that is brought back has lost what was asked last when there is less of it than was seen. */
function hasLost(): boolean {
  const { branches, branch, asked } = recorder.getState().seen
  const { view } = session.getState()
  return !view || view.branches.length < branches || (view.status.branch === branch && askedOn(view, branch).length < asked)
}

const lost = 'The recording has ended: the simulation had stopped, and came back without what was asked last. What was recorded up to there is kept.'
const gone = 'The recording has ended, as another machine was opened: a recording is of one machine. What was recorded up to there is kept.'

/** The machine that was come back to has a recording of its own. */
const parted = 'The recording has ended, as a machine was gone on with that has one of its own. What was recorded up to there stays kept with its own machine.'

/** The recording ends with how its machine stood; one that somebody had ended before is told so without a word. */
function settle(ended: Ended, notice: string): void {
  const { on } = recorder.getState()
  end()
  recorder.setState({ ended, notice: on ? notice : '' })
}

witnesses.add({
  leaving: async () => {
    const { recording, ended } = recorder.getState()
    if (!recording || ended) return
    away = true
    wasOn = recorder.getState().on
    // Who did not arrive where he went, and turns back, still leaves the same machine.
    left ??= standing()
    await left
  },
  arrived: (same) => {
    if (!away || !left) return
    const [{ machine }, before] = [session.getState(), left]
    away = false
    left = null
    if (same) {
      // What is done goes on, on the same machine brought back.
      recorder.setState({ machine })
      if (!recorder.getState().on) return
      if (!hasLost()) return noteMoves(session.getState())
      void before.then((ended) => settle(ended, lost))
    } else if (!isOfOpen(recorder.getState())) void before.then((ended) => settle(ended, gone))
    else if (wasOn) sayOnce(parted)
  },
})

/** Others are to look here. */
export function addStop(title: string, caption: string): void {
  const { view, caption: told, cursor } = session.getState()
  if (!view || title.trim() === '') return
  const { start, startTime, now } = view.status
  note({ do: 'stop', hop: cursor - start, time: Math.max(0, now - startTime), title: title.trim(), caption: caption.trim(), says: told?.n === cursor ? told.says : '' })
}

/** Begins, or ends and shows what was recorded. */
export function toggleRecord(): void {
  if (recorder.getState().on) {
    end()
    session.setState({ open: 'record' })
  } else void begin()
}
