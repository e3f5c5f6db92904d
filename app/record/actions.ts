/** Recording what is done, for others and for tests. */
import type { Action } from '../actions/action.ts'
import { session } from '../session/session-store.ts'

export const recordActions: readonly Action[] = [
  {
    id: 'record', title: 'Record what I do, or end the recording', group: 'Files and links', keys: ['Shift+r'], enabled: () => session.getState().phase === 'ready',
    run: () => void import('./recorder.ts').then(({ toggleRecord }) => toggleRecord()),
  },
]
