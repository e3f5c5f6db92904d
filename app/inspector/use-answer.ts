/** Asks the Worker for something and asks anew when the question changes, or the log it is asked of; a stale answer is dropped. */
import { useEffect, useLayoutEffect, useReducer, useRef } from 'react'
import { broughtFor } from '../session/brought.ts'
import type { WorkerApi } from '../session/lab-calls.ts'
import { useEra } from '../session/era.ts'
import { labSession } from '../session/lab-session.ts'

export interface Asked<T> {
  readonly value: T | null
  readonly failure: string
}

interface Answered<T> extends Asked<T> {
  readonly question: string
}

const unasked = { question: '', value: null, failure: '' }

/**
 * `about` says when to ask again, besides another log; `ask` must depend on nothing else. An empty question asks nothing, and one whose
 * answer has come along with the place it is about is not asked.
 */
export function useAnswer<T>(about: string, ask: (lab: WorkerApi) => Promise<T>): Asked<T> {
  const era = useEra()
  const question = about === '' ? '' : `${about} at ${era}`
  const last = useRef<Answered<T>>(unasked)
  const [, redraw] = useReducer((times: number) => times + 1, 0)
  const value = broughtFor<T>(question)
  useLayoutEffect(() => {
    if (value !== null) last.current = { question, value, failure: '' }
  }, [question, value])
  useEffect(() => {
    let current = true
    if (question === '' || (last.current.question === question && last.current.failure === '')) return
    const answered = (of: Asked<T>): void => {
      if (!current) return
      last.current = { question, ...of }
      redraw()
    }
    labSession()
      .then(({ lab }) => ask(lab))
      .then((said) => answered({ value: said, failure: '' }))
      .catch((error: unknown) => answered({ value: null, failure: error instanceof Error ? error.message : String(error) }))
    return () => {
      current = false
    }
    // oxlint-disable-next-line react/exhaustive-deps -- the question stands for everything `ask` uses
  }, [question])
  // The last answer stays while the next one is on its way, unless it answers something else altogether.
  const answer = value === null ? last.current : { value, failure: '', question }
  return question !== '' && subject(answer.question) === subject(question) ? answer : unasked
}

/** 'component 12 at 500' is about component 12. */
function subject(question: string): string {
  return question.split(' at ')[0]!
}
