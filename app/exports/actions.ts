/** Exports for keys and palette. */
import type { Action } from '../actions/action.ts'
import { show } from '../session/commands.ts'

export const exportActions: readonly Action[] = [
  { id: 'export', title: 'Export: hops, trace, sequence diagram, picture, storyboard', group: 'Files and links', run: () => show('export') },
]
