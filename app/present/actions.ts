/** What can be done in front of a room. */
import type { Action } from '../actions/action.ts'
import { session } from '../session/session-store.ts'
import { nextLedger, point, present, toggleFullScreen, toggleLock, togglePresent } from './present-store.ts'

const presenting = (): boolean => present.getState().shown !== 'page' || session.getState().theme === 'projector'

export const presentActions: readonly Action[] = [
  { id: 'present', title: 'Present to a room, or stop presenting', group: 'Look', keys: ['Shift+p'], run: togglePresent },
  { id: 'laser', title: 'Laser pointer on or off', group: 'Look', keys: ['d'], run: () => point('laser') },
  { id: 'spotlight', title: 'Spotlight on or off', group: 'Look', keys: ['o'], run: () => point('spotlight') },
  { id: 'ledger-size', title: 'Ledger: beside the picture, large, hidden', group: 'Look', keys: ['h'], enabled: presenting, run: nextLedger },
  { id: 'lock', title: 'Lock or unlock what is touched: only the clicker acts', group: 'Look', keys: ['Shift+l'], run: toggleLock },
  { id: 'full-screen', title: 'Whole screen', group: 'Look', run: () => void toggleFullScreen() },
  { id: 'glossary', title: 'Glossary: what a term means, with sources', group: 'Page', keys: ['Shift+g'], run: () => session.setState({ open: 'glossary' }) },
]
