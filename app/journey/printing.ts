/** What of the story is to be printed: set by whoever exports, taken away when it has been printed. */
import { createStore } from 'zustand/vanilla'

export interface StoryRange {
  readonly from: number
  readonly to: number
  /** Only beats of this request and those inside it; 0 for all. */
  readonly request: number
}

export const printing = createStore<{ readonly wish: StoryRange | null }>()(() => ({ wish: null }))
