/** Numbers of the hops that pass a filter, found a piece of the log at a time: a longer log costs only what is new of it. */
import { useEffect, useRef, useState } from 'react'
import type { HopFilter } from '../session/lab-calls.ts'
import { labSession } from '../session/lab-session.ts'
import { useEra, type Era } from '../session/era.ts'
import { session, useSession } from '../session/session-store.ts'

/** Whoever types is waited for. */
const typing = 120

export interface Found {
  readonly of: HopFilter
  readonly numbers: readonly number[]
  readonly count: number
  /** The log has been looked through to its end. */
  readonly whole: boolean
}

interface Search {
  readonly filter: HopFilter
  readonly era: Era
  readonly numbers: number[]
  to: number
}

export function useFound(filter: HopFilter, plain: boolean): Found | null {
  const tip = useSession((s) => s.view?.status.tip ?? 0)
  const era = useEra()
  const [found, setFound] = useState<Found | null>(null)
  const search = useRef<Search | null>(null)
  const busy = useRef(false)
  useEffect(() => {
    if (plain) {
      search.current = null
      return
    }
    const run = async (): Promise<void> => {
      busy.current = true
      const { lab } = await labSession()
      for (;;) {
        const here = search.current
        const status = session.getState().view?.status
        if (!here || !status || here.to >= status.tip) break
        const first = Math.max(here.to, status.start) + 1
        const more = await lab.find(here.filter, first, status.tip)
        if (search.current !== here) continue
        for (const n of more.numbers) here.numbers.push(n)
        here.to = more.to
        setFound({ of: here.filter, numbers: here.numbers, count: here.numbers.length, whole: more.to >= status.tip })
      }
      busy.current = false
    }
    const same = search.current?.filter === filter && search.current.era === era && search.current.to <= tip
    const timer = setTimeout(() => {
      if (!same) search.current = { filter, era, numbers: [], to: 0 }
      if (!busy.current) void run().catch(() => (busy.current = false))
    }, same ? 0 : typing)
    return () => clearTimeout(timer)
  }, [filter, plain, tip, era])
  return found
}
