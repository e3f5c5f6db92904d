/** What can be done with the moment at which the page stands. */
import type { Action } from '../actions/action.ts'
import { show } from '../session/commands.ts'

export const linkActions: readonly Action[] = [
  { id: 'share', title: 'Share this moment: link, QR code, file', group: 'Files and links', keys: ['s'], run: () => show('share') },
  { id: 'copy-link', title: 'Copy the link to this moment', group: 'Files and links', run: () => void import('./give.ts').then(({ copyLink }) => copyLink()) },
  { id: 'save-moment', title: 'Save this moment as a file', group: 'Files and links', run: () => void import('./give.ts').then(({ saveMoment }) => saveMoment()) },
  { id: 'open-moment', title: 'Open a moment or a scenario from a file…', group: 'Files and links', run: () => void import('./open-file.ts').then(({ chooseFile }) => chooseFile()) },
]
