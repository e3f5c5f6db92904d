/** Every action of the page, in the order in which the palette shows them. A feature adds its list here. */
import type { Action } from './action.ts'
import { chartActions } from '../chart/actions.ts'
import { exportActions } from '../exports/actions.ts'
import { galleryActions } from '../gallery/actions.ts'
import { lensActions } from '../lenses/actions.ts'
import { linkActions } from '../links/actions.ts'
import { presentActions } from '../present/actions.ts'
import { recordActions } from '../record/actions.ts'
import { twinActions } from '../twin/actions.ts'
import { timeActions } from '../time/actions.ts'
import { coreActions } from './core.ts'

export const everyAction: readonly Action[] = [
  ...coreActions,
  ...timeActions,
  ...chartActions,
  ...exportActions,
  ...galleryActions,
  ...lensActions,
  ...linkActions,
  ...presentActions,
  ...recordActions,
  ...twinActions,
]

export function isPossible(action: Action): boolean {
  return action.enabled?.() ?? true
}
