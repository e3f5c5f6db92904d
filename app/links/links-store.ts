/** What there is to say about a moment that was opened, and nothing more. */
import { createStore } from 'zustand/vanilla'

export interface LinksState {
  /** One sentence and what it means; '' for nothing. */
  readonly notice: string
  /** Where the build that made the moment may be found; '' when it is not there. */
  readonly pinned: string
  /** Hash of the own disk that the moment waits for; '' for none. */
  readonly wants: string
}

export const links = createStore<LinksState>()(() => ({ notice: '', pinned: '', wants: '' }))
