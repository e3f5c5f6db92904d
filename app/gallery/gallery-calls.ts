/** What the page asks the Worker about lessons: the cards of the gallery, and the stops of the scenario that is open. */
import type { LessonTheme, StopView } from '../../engine/index.ts'

export type Way = 'synthetic' | 'pio' | 'dma'

/** A scenario as the gallery shows it. */
export interface GalleryCard {
  readonly name: string
  readonly title: string
  readonly teaches: string
  readonly theme: LessonTheme | null
  readonly stops: number
  /** The guests that act in it: title, number of its colour, ways to its disk (of one that boots: first that of its firmware). */
  readonly guests: readonly { readonly title: string; readonly lane: number; readonly ways: readonly Way[] }[]
  /** Era and hardware, where they are not those of most scenarios. */
  readonly apart: string
}

/** A stop of the open scenario: what it says, and where it is reached on this branch (`n` 0: not known yet, or never). */
export interface StopCard extends StopView {
  readonly title: string
  /** Path of the component that is shown with it, or ''. */
  readonly select: string
}

export interface GalleryApi {
  gallery(): Promise<readonly GalleryCard[]>
  /** Stops are looked for through at most `most` hops more than before. */
  stops(most: number): Promise<readonly StopCard[]>
}
