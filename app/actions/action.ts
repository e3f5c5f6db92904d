/** One thing that a person can do: the palette, the keys and their dialog are drawn from a list of these. */
export const groups = ['Time', 'Cause and effect', 'Look', 'Machine', 'Files and links', 'Page'] as const
export type Group = (typeof groups)[number]

export interface Action {
  /** Stands for the action in what is remembered: never changes, never is used twice. */
  readonly id: string
  readonly title: string
  readonly group: Group
  /** Chords as `chord.ts` spells them; each person may choose others. */
  readonly keys?: readonly string[]
  readonly run: () => void
  /** False while it would do nothing: then it is left out of the palette and its keys are not taken. */
  readonly enabled?: () => boolean
}
