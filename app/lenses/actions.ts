/** Lenses for keys and palette. */
import type { Action } from '../actions/action.ts'
import { classes, noLens, sorts, sortTitles } from './lens.ts'
import { lensStore, setLens } from './lens-store.ts'

export const lensActions: readonly Action[] = [
  ...sorts.map((by): Action => ({ id: `lens-${by}`, title: `Lens: hops told apart ${sortTitles[by]}`, group: 'Look', run: () => setLens({ by, only: [] }) })),
  ...classes.status.map(({ id, title }): Action => ({ id: `lens-status-${id}`, title: `Lens: only what is ${title.toLowerCase()}`, group: 'Look', run: () => setLens({ by: 'status', only: [id] }) })),
  { id: 'lens-exits', title: 'Lens: only exits and VM entries', group: 'Look', run: () => setLens({ by: 'kind', only: ['exit', 'entry'] }) },
  {
    id: 'lens-next', title: 'Lens: next of kind, place, status, cost', group: 'Look', keys: ['l'],
    run: () => setLens({ by: sorts[(sorts.indexOf(lensStore.getState().by) + 1) % sorts.length]!, only: [] }),
  },
  { id: 'lens-none', title: 'Lens: none', group: 'Look', enabled: () => lensStore.getState().by !== 'kind' || lensStore.getState().only.length > 0, run: () => setLens(noLens) },
]
