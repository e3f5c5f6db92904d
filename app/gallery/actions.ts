/** What can be done with lessons, for keys and palette. */
import type { Action } from '../actions/action.ts'
import { show } from '../session/commands.ts'
import * as act from './commands.ts'
import { lesson } from './stops.ts'

const hasStops = (): boolean => lesson.getState().stops.length > 0

export const galleryActions: readonly Action[] = [
  { id: 'gallery', title: 'Scenarios: all of them, with what they teach', group: 'Machine', keys: ['g'], run: () => show('gallery') },
  { id: 'stop-next', title: 'To the next stop of the lesson', group: 'Time', keys: ['n'], enabled: () => act.isStopNear(1), run: act.nextStop },
  { id: 'stop-before', title: 'To the stop before', group: 'Time', keys: ['p'], enabled: () => act.isStopNear(-1), run: act.previousStop },
  { id: 'stop-pausing', title: 'Play pauses at stops, or runs through', group: 'Time', enabled: hasStops, run: act.togglePausing },
]
