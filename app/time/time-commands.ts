/** What a person can do with branches, bookmarks and breakpoints, and running until something has come about. */
import type { BranchView, Condition } from '../../engine/index.ts'
import { labSession } from '../session/lab-session.ts'
import { select, session } from '../session/session-store.ts'
import { hopNumber } from '../ui/figures.ts'
import { namesNow } from './names.ts'
import { setBreakpoints, time, type Bookmark, type Draft, type Notice } from './time-store.ts'
import { isOn } from './tree.ts'
import { branchWords, conditionWords, intentWords, outcomeWords, passed, takenBack, type Outcome } from './words.ts'

export function say(says: string, back?: Notice['back']): void {
  time.setState({ notice: says === '' ? null : back ? { says, back } : { says } })
}

function quietly(work: () => Promise<unknown>): void {
  // A failure is already told in the store.
  work().catch(() => undefined)
}

export function branchesNow(): readonly BranchView[] {
  return session.getState().view?.branches ?? []
}

export function nameOf(id: number): string {
  const named = time.getState().names[id]
  const branches = branchesNow()
  const branch = branches.find((b) => b.id === id)
  return named ?? (branch ? branchWords(branch, branches, namesNow()) : `Branch ${id + 1}`)
}

// --- branches -------------------------------------------------------------------------------------------------------------

async function goTo(branch: number, n?: number): Promise<void> {
  const { playback } = await labSession()
  await playback.moved((lab) => lab.goTo(branch, n))
}

export function goToBranch(branch: number, n?: number): void {
  quietly(() => goTo(branch, n))
}

export function renameBranch(id: number, name: string): void {
  const { [id]: _old, ...names } = time.getState().names
  time.setState({ names: name.trim() === '' ? names : { ...names, [id]: name.trim().slice(0, 80) } })
}

/** Branches that are not put away. */
export function branchesThere(): readonly BranchView[] {
  const { deleted } = time.getState()
  return branchesNow().filter((b) => !deleted.includes(b.id))
}

/** Where one stands after a branch was put away: in the one it came from, at the fork, else in the newest that is left. */
function refuge(branch: BranchView, left: readonly BranchView[]): { readonly id: number; readonly n?: number } {
  const parent = left.find((b) => b.id === branch.parent)
  return parent ? { id: parent.id, n: Math.max(branch.atHop, namesNow().start) } : { id: left.at(-1)!.id }
}

export function deleteBranch(id: number): void {
  quietly(async () => {
    const left = branchesThere().filter((b) => b.id !== id)
    const branch = branchesNow().find((b) => b.id === id)
    if (!branch || left.length === 0) return say('The only branch there is cannot be put away.')
    const name = nameOf(id)
    const { lab } = await labSession()
    const stood = session.getState()
    if (stood.view?.status.branch === id) {
      const { id: to, n } = refuge(branch, left)
      await goTo(to, n)
    }
    time.setState({ deleted: [...time.getState().deleted.filter((other) => other !== id), id] })
    await lab.lighten(id)
    say(`Branch ‘${name}’ is deleted.`, { name: 'Undo', run: () => bringBack(id, stood.view?.status.branch === id ? stood.cursor : -1) })
  })
}

/** Undoes the deletion of a branch; where one stood in it, one stands again. */
export function bringBack(id: number, n = -1): void {
  time.setState({ deleted: time.getState().deleted.filter((other) => other !== id) })
  say(`Branch ‘${nameOf(id)}’ is there again.`)
  if (n >= 0) goToBranch(id, n)
}

export function compareWith(id: number): void {
  const here = session.getState().view?.status.branch ?? 0
  const other = id === here ? (branchesThere().filter((b) => b.id !== here).at(-1)?.id ?? here) : id
  time.setState({ compared: { left: Math.min(here, other), right: Math.max(here, other) } })
  session.setState({ open: 'compare' })
}

/** The branch that stands above or below in the tree. */
export function nextBranch(by: 1 | -1): void {
  const ids = branchesThere().map((b) => b.id)
  const at = ids.indexOf(session.getState().view?.status.branch ?? 0)
  const to = ids[(at + by + ids.length) % ids.length]
  if (to !== undefined && ids.length > 1) goToBranch(to)
}

/** What Undo would take back here, in words; '' when nothing can be. */
export function undoWords(): string {
  const { view, cursor } = session.getState()
  const intent = takenBack(view?.branches.find((b) => b.id === view.status.branch), cursor)
  return intent === null ? '' : intentWords(intent, namesNow())
}

export function undo(): void {
  const words = undoWords()
  if (words === '') return say('Nobody has asked for anything up to here, so there is nothing to take back.')
  const before = session.getState().view?.status
  quietly(async () => {
    const { playback } = await labSession()
    await playback.undo()
    say(`Taken back: ${words}. What came of it stays as a branch.`, before ? { name: 'Redo', run: () => goToBranch(before.branch, before.n) } : undefined)
    untilAsked()
  })
}

/** Once somebody asks for something else, there is nothing to redo here: the notice of it goes. */
function untilAsked(): void {
  const asked = (): number => branchesNow().reduce((sum, branch) => sum + branch.intents.length, 0)
  const { notice } = time.getState()
  const before = asked()
  const stop = session.subscribe((now, then) => {
    if (time.getState().notice !== notice) return stop()
    if (now.view?.branches === then.view?.branches || asked() <= before) return
    stop()
    say('')
  })
}

// --- bookmarks ------------------------------------------------------------------------------------------------------------

/** Opens the form for a bookmark: a new one at the cursor, or one there is. */
export function editBookmark(bookmark: Bookmark | null): void {
  time.setState({ edited: bookmark })
  session.setState({ open: 'bookmark' })
}

export function keepBookmark(title: string, note: string): void {
  const { edited, bookmarks } = time.getState()
  if (edited) {
    time.setState({ bookmarks: bookmarks.map((b) => (b.id === edited.id ? { ...b, title, note } : b)), edited: null })
    return
  }
  const { view, cursor, time: at, selection } = session.getState()
  if (!view) return
  const chosen = selection?.kind === 'component' ? (view.components[selection.index]?.path ?? '') : ''
  const id = Math.max(0, ...bookmarks.map((b) => b.id)) + 1
  time.setState({ bookmarks: [...bookmarks, { id, branch: view.status.branch, n: cursor, time: at, title: title || `Hop ${hopNumber(cursor, view.status.start)}`, note, chosen }] })
}

export function deleteBookmark(bookmark: Bookmark): void {
  const { bookmarks } = time.getState()
  time.setState({ bookmarks: bookmarks.filter((b) => b.id !== bookmark.id) })
  say(`Bookmark ‘${bookmark.title}’ is deleted.`, {
    name: 'Undo', run: () => {
      time.setState({ bookmarks: [...time.getState().bookmarks, bookmark].sort((a, b) => a.id - b.id) })
      say('')
    },
  })
}

/** Goes to a bookmark, with what was chosen there. */
export function goToBookmark(bookmark: Bookmark): void {
  quietly(async () => {
    const { view } = session.getState()
    const here = view?.status.branch ?? 0
    // A hop that this branch shares is reached without leaving it.
    const shared = view ? isOn(bookmark.n, bookmark.branch, here, view.branches) : false
    await goTo(shared ? here : bookmark.branch, bookmark.n)
    const found = session.getState().view?.components.find((c) => c.path === bookmark.chosen && !c.gone)
    if (found) select({ kind: 'component', index: found.index })
    say(bookmark.note ? `${bookmark.title}: ${bookmark.note}` : bookmark.title)
  })
}

/** The bookmark before or after the cursor on this branch. */
export function nextBookmark(by: 1 | -1): void {
  const { view, cursor } = session.getState()
  if (!view) return
  const here = time.getState().bookmarks.filter((b) => isOn(b.n, b.branch, view.status.branch, view.branches)).sort((a, b) => a.n - b.n)
  const to = by > 0 ? here.find((b) => b.n > cursor) : here.filter((b) => b.n < cursor).at(-1)
  if (to) goToBookmark(to)
  else say(by > 0 ? 'No bookmark lies ahead on this branch.' : 'No bookmark lies behind on this branch.')
}

// --- until, and breakpoints -------------------------------------------------------------------------------------------------

export function draft(to: Draft['to'], condition: Condition | null = null): void {
  time.setState({ draft: { to, condition } })
  session.setState({ open: 'until' })
}

/** Hops that one call may make: a person who cancels waits no longer. */
const slice = 20_000
const hopsMost = 1_000_000

/** What a condition means as a place that was passed, as words; '' where the machine can only run on to it. */
export function passedWords(condition: Condition): string {
  const { view, cursor, time: now } = session.getState()
  return view ? passed(condition, { hops: cursor - view.status.start, elapsed: now - view.status.startTime }) : ''
}

/** Back to a hop or a time that lies behind. */
async function goBackTo(condition: Condition, place: string): Promise<Outcome> {
  const { lab, playback } = await labSession()
  const { start, startTime } = session.getState().view!.status
  await playback.seek('hop' in condition ? start + condition.hop : 'time' in condition ? await lab.knownAt(startTime + condition.time) : start)
  const there = `hop ${hopNumber(session.getState().cursor, start)}`
  say(there === place ? `Back at ${there}.` : `Back at ${there}: ${place} lay behind.`)
  return 'reached'
}

/** Runs on without a pace until something has come about, or cannot; then says which. */
export async function runUntil(condition: Condition): Promise<Outcome> {
  const place = passedWords(condition)
  if (place !== '') return goBackTo(condition, place)
  const waited = conditionWords(condition, namesNow())
  const { playback } = await labSession()
  let outcome: Outcome = 'stopped'
  let says = ''
  const from = session.getState().cursor
  let at = from
  time.setState({ waitsFor: waited, notice: null })
  try {
    await playback.runBy(`until ${waited}`, async (lab) => {
      const { reason, says: why, status } = await lab.until(condition, { hops: Math.min(slice, hopsMost - (at - from)) })
      at = status.n
      const over = reason !== 'hops' || at - from >= hopsMost
      if (over) [outcome, says] = [reason, why]
      return { status, over }
    })
  } finally {
    time.setState({ waitsFor: '' })
  }
  const { cursor, view } = session.getState()
  say(outcomeWords(outcome, waited, hopNumber(cursor, view?.status.start ?? 0), says, cursor !== from))
  return outcome
}

export function addBreakpoint(condition: Condition): void {
  const { breakpoints } = time.getState()
  if (breakpoints.some((b) => JSON.stringify(b.condition) === JSON.stringify(condition))) return say('This breakpoint is there already.')
  setBreakpoints([...breakpoints, { condition, on: true }])
  say(`Play and Run to the end stop whenever ${conditionWords(condition, namesNow())}.`)
}

export function switchBreakpoint(i: number, on: boolean): void {
  setBreakpoints(time.getState().breakpoints.map((b, k) => (k === i ? { ...b, on } : b)))
}

export function deleteBreakpoint(i: number): void {
  const { breakpoints } = time.getState()
  const gone = breakpoints[i]
  if (!gone) return
  setBreakpoints(breakpoints.filter((_, k) => k !== i))
  say(`The breakpoint ‘${conditionWords(gone.condition, namesNow())}’ is deleted.`, {
    name: 'Undo', run: () => {
      const now = time.getState().breakpoints
      setBreakpoints([...now.slice(0, i), gone, ...now.slice(i)])
      say('')
    },
  })
}

/** The panel with branches, bookmarks and breakpoints; the same again closes it. */
export function toggleTimePanel(): void {
  const { panels, below } = session.getState()
  const shown = panels.below && below === 'time'
  session.setState({ below: 'time', panels: { ...panels, below: !shown } })
}
