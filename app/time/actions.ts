/** What can be done with branches, bookmarks and breakpoints, for keys and palette. */
import type { Action } from '../actions/action.ts'
import { session } from '../session/session-store.ts'
import * as act from './time-commands.ts'
import { time } from './time-store.ts'

const ready = (): boolean => session.getState().phase === 'ready'
const several = (): boolean => act.branchesThere().length > 1
const here = (): number => session.getState().view?.status.branch ?? 0

export const timeActions: readonly Action[] = [
  { id: 'until', title: 'Run until something comes about…', group: 'Time', keys: ['u'], enabled: ready, run: () => act.draft('run') },
  { id: 'breakpoint', title: 'New breakpoint…', group: 'Time', keys: ['Shift+u'], enabled: ready, run: () => act.draft('break') },
  { id: 'bookmark', title: 'Bookmark this hop…', group: 'Time', keys: ['m'], enabled: ready, run: () => act.editBookmark(null) },
  { id: 'bookmark-after', title: 'To the next bookmark', group: 'Time', keys: ['Shift+PageDown'], enabled: () => time.getState().bookmarks.length > 0, run: () => act.nextBookmark(1) },
  { id: 'bookmark-before', title: 'To the bookmark before', group: 'Time', keys: ['Shift+PageUp'], enabled: () => time.getState().bookmarks.length > 0, run: () => act.nextBookmark(-1) },
  { id: 'branches', title: 'Branches, bookmarks and breakpoints', group: 'Time', keys: ['y'], run: act.toggleTimePanel },
  { id: 'branch-after', title: 'To the next branch', group: 'Time', keys: ['Shift+ArrowDown'], enabled: several, run: () => act.nextBranch(1) },
  { id: 'branch-before', title: 'To the branch before', group: 'Time', keys: ['Shift+ArrowUp'], enabled: several, run: () => act.nextBranch(-1) },
  { id: 'branch-compare', title: 'Compare this branch with another one', group: 'Time', enabled: several, run: () => act.compareWith(here()) },
  { id: 'branch-delete', title: 'Delete this branch', group: 'Time', enabled: several, run: () => act.deleteBranch(here()) },
]
