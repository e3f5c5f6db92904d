/** What there is to say about a moment that was opened, and nothing more. */
import { createStore } from 'zustand/vanilla'
import { witnesses } from '../session/witnesses.ts'

export interface LinksState {
  /** One sentence and what it means; '' for nothing. */
  readonly notice: string
  /** Where the build that made the moment may be found; '' when it is not there. */
  readonly pinned: string
  /** Hash of the own disk that the moment waits for; '' for none. */
  readonly wants: string
}

const nothing: LinksState = { notice: '', pinned: '', wants: '' }

export const links = createStore<LinksState>()(() => nothing)

/** It has been read, or its machine has gone. */
export function sayNothing(): void {
  links.setState({ ...nothing })
}

// What is said of a moment, and the disk that it waits for, goes with its machine; a moment that has just arrived has said its own.
let old = links.getState()
witnesses.add({
  leaving: () => {
    old = links.getState()
    return Promise.resolve()
  },
  arrived: (same) => {
    if (!same && links.getState() === old) sayNothing()
  },
})
