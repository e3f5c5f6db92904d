/** Asks about the newest wish, one question at a time: while one is under way, only the last of those that come meanwhile counts. */
export interface OneQuestion<Wish> {
  readonly ask: (wish: Wish) => void
  /** Nothing is wished any more: an answer that still comes is not told. */
  readonly drop: () => void
}

/** A question that fails is not told, and the next one is asked as if it had not been. */
export function oneQuestion<Wish, Reply>(question: (wish: Wish) => Promise<Reply>, tell: (wish: Wish, reply: Reply) => void): OneQuestion<Wish> {
  let wished: { readonly wish: Wish } | null = null
  let asking = false
  const go = async (): Promise<void> => {
    asking = true
    while (wished) {
      const asked = wished
      const reply = await question(asked.wish).then((value) => ({ value }), () => null)
      if (wished !== asked) continue
      wished = null
      if (reply) tell(asked.wish, reply.value)
    }
    asking = false
  }
  return {
    ask: (wish) => {
      wished = { wish }
      if (!asking) void go()
    },
    drop: () => {
      wished = null
    },
  }
}
