/** The Worker's calls, one after the other: a call that waits for a piece of a disk must not be overtaken. Each is answered, whatever happens. */
import type { Answer, Call } from './lab-calls.ts'

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What takes a call: `handle` is asked in turn, `post` sends its answer to the page. */
export function inTurn(handle: (call: Call) => unknown, post: (answer: Answer) => void): (call: Call) => void {
  let queue: Promise<void> = Promise.resolve()
  const answer = async (call: Call): Promise<void> => {
    try {
      // Posting throws when something in the value cannot be copied: the page must hear of it, and the next call be taken.
      post({ id: call.id, ok: true, value: await handle(call) })
    } catch (error) {
      post({ id: call.id, ok: false, failure: sentenceOf(error) })
    }
  }
  return (call) => {
    queue = queue.then(() => answer(call))
  }
}
