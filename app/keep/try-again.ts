/**
 * When to try again what the store of the browser did not take: soon at first, then ever more rarely, and not while nobody sees
 * the page; who looks at it again sets it going at once.
 */

/** Until the first further try, and at the most between two, in milliseconds. */
export const firstWait = 2000
export const mostWait = 60_000

export class TryAgain {
  readonly #work: () => void
  #wait = firstWait
  #timer: ReturnType<typeof setTimeout> | undefined
  /** A try is wanted; it waits for its time, or for somebody to look. */
  #wanted = false

  constructor(work: () => void) {
    this.#work = work
  }

  /** Once more, later. */
  later(): void {
    this.#wanted = true
    document.addEventListener('visibilitychange', this.#now)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#now, this.#wait)
    this.#wait = Math.min(mostWait, this.#wait * 2)
  }

  /** It has worked, or is not wanted any more: the next trouble begins anew. */
  over(): void {
    this.#rest()
    this.#wait = firstWait
  }

  #rest(): void {
    if (!this.#wanted) return
    this.#wanted = false
    clearTimeout(this.#timer)
    document.removeEventListener('visibilitychange', this.#now)
  }

  readonly #now = (): void => {
    if (!this.#wanted || document.visibilityState === 'hidden') return
    this.#rest()
    this.#work()
  }
}
