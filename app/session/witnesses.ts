/** Who must know when another machine takes the place of the one that is open. */
export interface Witness {
  /** The old one goes: nothing of the next may be taken for it. Resolves when the next may come. */
  leaving(): Promise<void>
  /** The page stands on the next one; `same`: on the old one again. */
  arrived(same: boolean): void
}

export const witnesses = new Set<Witness>()
