/** The recorder: watches the store for what is done, and notes it. Nothing of the page knows that it is recorded. */
import { createStore } from 'zustand/vanilla'
import { useStore } from 'zustand'
import { linkOf, momentNow } from '../links/moment-now.ts'
import { session, type Session } from '../session/session-store.ts'
import { variantInAddress } from '../session/variant-address.ts'
import { withAct, type Act, type Recording } from './recording.ts'

export interface RecordState {
  readonly on: boolean
  /** What has been recorded, also after it has ended; null: nothing. */
  readonly recording: Recording | null
}

export const recorder = createStore<RecordState>()(() => ({ on: false, recording: null }))

export function useRecorder<T>(pick: (state: RecordState) => T): T {
  return useStore(recorder, pick)
}

/** Where the recorder saw the lab last. */
interface Seen {
  readonly branch: number
  readonly n: number
  readonly branches: number
  /** What somebody asked in this branch. */
  readonly asked: number
}

function seenIn({ view }: Session): Seen {
  const { branch, n } = view!.status
  return { branch, n, branches: view!.branches.length, asked: ownOf(view!, branch).length }
}

function ownOf(view: NonNullable<Session['view']>, branch: number): readonly { readonly after: number; readonly intent: unknown }[] {
  return view.branches.find((b) => b.id === branch)?.intents.filter((i) => !i.planned) ?? []
}

let seen: Seen = { branch: 0, n: 0, branches: 1, asked: 0 }
let stop: (() => void) | null = null

function note(act: Act): void {
  const { recording } = recorder.getState()
  if (recording) recorder.setState({ recording: { ...recording, acts: withAct(recording.acts, act) } })
}

function noteMoves(state: Session): void {
  const view = state.view!
  const { status, branches } = view
  const now = seenIn(state)
  const before = seen
  if (now.branch === before.branch && now.n === before.n && now.asked === before.asked) return
  seen = now
  const hop = status.n - status.start
  const own = ownOf(view, now.branch)
  if (now.branch !== before.branch && now.branches > before.branches) {
    const { parent, atHop } = branches.find((b) => b.id === now.branch)!
    const shared = ownOf(view, parent).filter((i) => i.after <= atHop).length
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
  if (state.machine !== before.machine) return end()
  if (!state.view) return
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

export async function begin(): Promise<void> {
  end()
  const opens = await opening()
  seen = seenIn(session.getState())
  recorder.setState({ on: true, recording: { opens, acts: [] } })
  stop = session.subscribe(watch)
}

export function end(): void {
  stop?.()
  stop = null
  recorder.setState({ on: false })
}

export function discard(): void {
  end()
  recorder.setState({ recording: null })
}

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
