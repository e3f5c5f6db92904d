/** Recording what is done, for others and for tests. */
import type { Action } from '../actions/action.ts'
import { session } from '../session/session-store.ts'
import { recorder } from './record-store.ts'

export const recordActions: readonly Action[] = [
  {
    id: 'record', title: 'Record what I do, or end the recording', group: 'Files and links', keys: ['Shift+r'], enabled: () => session.getState().phase === 'ready',
    run: () => void import('./recorder.ts').then(({ toggleRecord }) => toggleRecord()),
  },
  {
    id: 'recorded', title: 'Show what was recorded', group: 'Files and links', run: () => session.setState({ open: 'record' }),
    enabled: () => {
      const { recording, on } = recorder.getState()
      return recording !== null && !on
    },
  },
]
