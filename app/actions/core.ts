/** What can be done with time, the picture and the page itself. Features have lists of their own beside their panels. */
import * as causes from '../session/causes.ts'
import * as act from '../session/commands.ts'
import { session } from '../session/session-store.ts'
import { undo } from '../time/time-commands.ts'
import type { Action } from './action.ts'

const time: readonly Action[] = [
  { id: 'play', title: 'Play or pause', group: 'Time', keys: ['Space', 'Alt+k', '.'], run: act.toggle },
  { id: 'step', title: 'One hop forward; completes a beat that moves', group: 'Time', keys: ['ArrowRight'], run: act.step },
  { id: 'back', title: 'One hop back', group: 'Time', keys: ['ArrowLeft'], run: act.back },
  { id: 'beat', title: 'One beat forward (clickers)', group: 'Time', keys: ['PageDown'], run: act.nextBeat },
  { id: 'beat-back', title: 'One beat back (clickers)', group: 'Time', keys: ['PageUp'], run: act.previousBeat },
  { id: 'reset', title: 'Reset to the start', group: 'Time', keys: ['Home'], run: act.reset },
  { id: 'tip', title: 'To the last hop reached; from there to the end', group: 'Time', keys: ['End'], run: act.toTip },
  { id: 'end', title: 'Run to the end', group: 'Time', run: act.toEnd },
  { id: 'pace-story', title: 'Pace: story, floor by floor', group: 'Time', run: () => act.setPace('story') },
  { id: 'pace-hops', title: 'Pace: every hop', group: 'Time', run: () => act.setPace('hops') },
  { id: 'pace-flow', title: 'Pace: flow, proportional to simulated time', group: 'Time', run: () => act.setPace('flow') },
]

const cause: readonly Action[] = [
  { id: 'cause', title: 'To the cause of this hop', group: 'Cause and effect', keys: ['Ctrl+ArrowLeft', 'c'], run: causes.toCause },
  { id: 'effect', title: 'To an effect of this hop', group: 'Cause and effect', keys: ['Ctrl+ArrowRight', 'e'], run: causes.toEffect },
  { id: 'effect-before', title: 'Another effect of the same cause, before', group: 'Cause and effect', keys: ['['], run: () => causes.alternative(-1) },
  { id: 'effect-after', title: 'Another effect of the same cause, after', group: 'Cause and effect', keys: [']'], run: () => causes.alternative(1) },
  { id: 'same-after', title: 'Next hop of the same component', group: 'Cause and effect', keys: ['Shift+ArrowRight'], run: () => causes.sameComponent(true) },
  { id: 'same-before', title: 'Previous hop of the same component', group: 'Cause and effect', keys: ['Shift+ArrowLeft'], run: () => causes.sameComponent(false) },
  { id: 'inspect', title: 'Inspect the hop at the cursor', group: 'Cause and effect', keys: ['i'], run: act.inspectHere },
  { id: 'inspected-before', title: 'What was inspected before', group: 'Cause and effect', keys: ['Alt+ArrowLeft'], run: act.historyBack },
  { id: 'inspected-after', title: 'What was inspected after that', group: 'Cause and effect', keys: ['Alt+ArrowRight'], run: act.historyForward },
]

const look: readonly Action[] = [
  { id: 'architecture', title: 'Picture: architecture, about a dozen parts', group: 'Look', run: () => act.setDepth('architecture') },
  { id: 'mechanism', title: 'Picture: mechanism, every component', group: 'Look', run: () => act.setDepth('mechanism') },
  { id: 'table', title: 'Picture or table', group: 'Look', keys: ['t'], run: act.toggleTwin },
  { id: 'storyboard', title: 'Picture or storyboard: the story as cards', group: 'Look', keys: ['b'], run: act.toggleStoryboard },
  { id: 'motion', title: 'Motion on or off', group: 'Look', run: act.toggleMotion },
  { id: 'theme-light', title: 'Theme: light', group: 'Look', run: () => act.setTheme('light') },
  { id: 'theme-dark', title: 'Theme: dark', group: 'Look', run: () => act.setTheme('dark') },
  { id: 'theme-projector', title: 'Theme: projector', group: 'Look', run: () => act.setTheme('projector') },
  { id: 'panel-left', title: 'Partitions panel', group: 'Look', run: () => act.togglePanel('left') },
  { id: 'panel-right', title: 'Inspector panel', group: 'Look', run: () => act.togglePanel('right') },
  { id: 'panel-below', title: 'Hop list', group: 'Look', run: () => act.togglePanel('below') },
  { id: 'split', title: 'Ledgers: who caused what', group: 'Look', run: act.toggleSplit },
]

const machine: readonly Action[] = [
  { id: 'new-vm', title: 'New Virtual Machine…', group: 'Machine', run: () => act.show('wizard') },
  { id: 'inject', title: 'Inject reads and writes…', group: 'Machine', run: () => act.openInjection('') },
  { id: 'undo', title: 'Take back what was asked last', group: 'Machine', keys: ['Ctrl+z'], run: undo },
  { id: 'checkers', title: 'Checkers on or off', group: 'Machine', run: act.toggleChecks },
  { id: 'machine', title: 'The machine: era, hardware, ways to the disks', group: 'Machine', run: () => act.show('machine') },
  { id: 'disks', title: 'Own disks: choose, attach, export', group: 'Files and links', run: () => act.show('disks') },
]

const page: readonly Action[] = [
  { id: 'palette', title: 'All commands', group: 'Page', keys: ['Ctrl+k'], run: () => act.show('palette') },
  { id: 'letters', title: 'Single-letter keys on or off', group: 'Page', run: () => session.setState({ letterKeys: !session.getState().letterKeys }) },
  { id: 'keys', title: 'Keys: see and change them', group: 'Page', keys: ['?'], run: () => act.show('keys') },
]

export const coreActions: readonly Action[] = [...time, ...cause, ...look, ...machine, ...page]
