/** Asks the Worker for something and asks anew when the question changes, or the log it is asked of; a stale answer is dropped. */
import { useEffect, useState } from 'react'
import type { WorkerApi } from '../session/lab-calls.ts'
import { useEra } from '../session/era.ts'
import { labSession } from '../session/lab-session.ts'

export interface Asked<T> {
  readonly value: T | null
  readonly failure: string
}

/** `about` says when to ask again, besides another log; `ask` must depend on nothing else. An empty question asks nothing. */
export function useAnswer<T>(about: string, ask: (lab: WorkerApi) => Promise<T>): Asked<T> {
  const era = useEra()
  const question = about === '' ? '' : `${about} at ${era}`
  const [answer, setAnswer] = useState<Asked<T> & { readonly question: string }>({ question: '', value: null, failure: '' })
  useEffect(() => {
    let current = true
    if (question === '') return
    labSession()
      .then(({ lab }) => ask(lab))
      .then((value) => current && setAnswer({ question, value, failure: '' }))
      .catch((error: unknown) => current && setAnswer({ question, value: null, failure: error instanceof Error ? error.message : String(error) }))
    return () => {
      current = false
    }
    // oxlint-disable-next-line react/exhaustive-deps -- the question stands for everything `ask` uses
  }, [question])
  // The last answer stays while the next one is on its way, unless it answers something else altogether.
  return question !== '' && subject(answer.question) === subject(question) ? answer : nothing
}

const nothing = { value: null, failure: '' }

/** 'component 12 at 500' is about component 12. */
function subject(question: string): string {
  return question.split(' at ')[0]!
}
