/** What the page says about keeping: the quiet word, the one notice, what is offered, how far the way back has come. */
import { createStore } from 'zustand/vanilla'
import type { KeptState } from './kept-state.ts'

export interface Offer {
  readonly state: KeptState
  /** 'One machine, two ways to a disk, hop 812, two branches'. */
  readonly words: string
}

export interface KeepStatus {
  /** off: nothing is kept, by wish; idle: nothing has happened yet that would be missed. */
  readonly word: 'off' | 'idle' | 'saving' | 'kept' | 'not kept'
  /** What stands in the store: generation, branch and hop. */
  readonly kept: { readonly generation: number; readonly branch: number; readonly n: number; readonly intents: number; readonly print: string } | null
  readonly notice: string
  readonly offer: Offer | null
  /** Hops run again of hops to be run again, while it takes long. */
  readonly course: { readonly made: number; readonly of: number; readonly words: string } | null
}

export const keepStatus = createStore<KeepStatus>()(() => ({ word: 'off', kept: null, notice: '', offer: null, course: null }))

const said = new Set<string>()

/** Said once in a visit. */
export function sayOnce(sentence: string): void {
  if (said.has(sentence)) return
  said.add(sentence)
  keepStatus.setState(({ notice }) => ({ notice: notice === '' ? sentence : `${notice} ${sentence}` }))
}

/** These are true no longer: they leave the page, and are said again when they become true again. */
export function unsay(sentences: readonly string[]): void {
  const gone = sentences.filter((sentence) => said.delete(sentence))
  if (gone.length === 0) return
  keepStatus.setState(({ notice }) => ({ notice: gone.reduce((left, sentence) => left.replace(sentence, ''), notice).replace(/ {2,}/g, ' ').trim() }))
}
