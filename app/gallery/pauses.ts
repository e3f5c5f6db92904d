/** Hops at which Play pauses: told by the stops of a lesson, asked by whoever plays. Kept small: the first picture has it. */

let hops: readonly number[] = []

/** From now on Play pauses with these hops. */
export function pauseAt(next: readonly number[]): void {
  hops = next
}

/** The first hop behind `cursor` at which to pause, or 0. */
export function pauseAfter(cursor: number): number {
  return hops.find((n) => n > cursor) ?? 0
}

/** What is left of a beat when Play pauses in the middle of it; the hop with which it pauses is the one that is told. */
export function untilPause<B extends { readonly to: number; readonly tells: number }>(beat: B, cursor: number): B {
  const pause = pauseAfter(cursor)
  return pause > 0 && pause < beat.to ? { ...beat, to: pause, tells: pause } : beat
}
