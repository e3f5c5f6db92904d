/**
 * The accessible twin of the canvas: the hop that is pointed at, as text that is read out. The hop at the cursor is read out by the
 * caption; it is not said twice.
 */
import { useEffect, useState } from 'react'
import { labSession } from '../session/lab-session.ts'
import { useSession } from '../session/session-store.ts'
import { hopNumber, instant } from '../ui/figures.ts'
import { useChart } from './chart-store.ts'

/** Whoever runs over many hops is not told each of them. */
const rest = 140

async function told(n: number): Promise<string> {
  const { lab, rows } = await labSession()
  const [captions, near] = await Promise.all([lab.captions(n, 1), lab.neighbours(n), rows.want(n, n)])
  const view = await lab.view()
  const hop = rows.get(n)
  const [caption] = captions
  if (!hop || !caption) return ''
  const { start, startTime } = view.status
  const end = (index: number): string => {
    const c = view.components[index]
    const partition = c && c.place.includes('-') ? view.partitions.find((p) => p.index === c.partition)?.title : ''
    return c ? `${c.title}${partition ? ` of ${partition}` : ''}` : ''
  }
  const cause = near.cause > 0 ? `Caused by hop ${hopNumber(near.cause, start)}.` : ''
  const effects = near.effects.length === 0 ? '' : `Causes hop ${near.effects.slice(0, 3).map((m) => hopNumber(m, start)).join(', ')}${near.effects.length > 3 ? ' and more' : ''}.`
  return `Hop ${hopNumber(n, start)} at ${instant(hop.time - startTime)}, from ${end(hop.from)} to ${end(hop.to)}: ${caption.says}, because ${caption.because}. ${cause} ${effects}`
}

export function ChartSays() {
  const pointed = useChart((s) => s.pointed)
  const cursor = useSession((s) => s.cursor)
  const [says, setSays] = useState('')
  const n = pointed === cursor ? 0 : pointed
  useEffect(() => {
    let current = true
    const timer = setTimeout(() => {
      if (n === 0) return setSays('')
      told(n).then((text) => {
        if (current) setSays(text)
      }, () => undefined)
    }, n === 0 ? 0 : rest)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [n])
  return <p className="chart-says" role="status" aria-live="polite">{says}</p>
}
