/** What lenses ask the Worker. */
export interface LensApi {
  /** Ways on which hops that a lens shows have gone, up to hop `to`, as `worn.ts` numbers them. */
  lensWays(word: string, to: number): Promise<readonly number[]>
}
