/** Times in which nothing acts, on the scrub bar: broken pieces of it, each with what was waited for and how long. */
import { useEffect, useState } from 'react'
import { labSession } from '../session/lab-session.ts'
import { session, useSession } from '../session/session-store.ts'
import { duration, hopNumber } from '../ui/figures.ts'
import type { Axis, Wait } from './axis.ts'

/** More are not named one by one: they would not have the room. */
const namedMost = 40
/** Pixels of a letter, and what the piece needs beside its words. */
const letter = 6.6
const around = 6

/** Whoever acts when a wait is over, by its last hop; only of hops that were reached, so that nothing is given away. */
export function useEnders(waits: readonly Wait[]): Enders {
  const branch = useSession((s) => s.view?.status.branch ?? 0)
  const playing = useSession((s) => s.playing)
  const [enders, setEnders] = useState<ReadonlyMap<number, string>>(new Map())
  const wanted = useSession((s) => waits.filter((wait) => wait.n > 0 && wait.n <= (s.view?.status.tip ?? 0)).slice(0, namedMost).map((wait) => wait.n).join(' '))
  useEffect(() => {
    // Rows of long ago may have to be computed again: not beside a run.
    if (playing) return undefined
    let current = true
    const find = async (): Promise<void> => {
      const { rows } = await labSession()
      const found = new Map<number, string>()
      for (const n of wanted.split(' ').filter(Boolean).map(Number)) {
        await rows.want(n, n)
        const from = rows.get(n)?.from ?? -1
        const title = session.getState().view?.components[from]?.title
        if (title) found.set(n, title)
      }
      if (current) setEnders(found)
    }
    void find().catch(() => undefined)
    return () => {
      current = false
    }
  }, [wanted, branch, playing])
  return enders
}

function lengthOf({ from, to }: Wait): string {
  const { value, unit } = duration(to - from)
  return `${value} ${unit}`
}

/** The longest words that have room: who is waited for and how long, how long, or none. */
function label(wait: Wait, ender: string, pixels: number): string {
  const scale = session.getState().theme === 'projector' ? 1.5 : 1
  const short = ender === 'Physical disk' ? 'disk' : ender
  const long = lengthOf(wait)
  // Rather its name than its length: times stand below.
  const tries = ender ? [`${short} ${long}`, short] : [`wait ${long}`, 'wait']
  return tries.find((words) => words.length * letter * scale + around <= pixels) ?? ''
}

export type Enders = ReadonlyMap<number, string>

export function Waits({ axis, own, width, enders }: { readonly axis: Axis; readonly own: number; readonly width: number; readonly enders: Enders }) {
  useSession((s) => s.theme)
  const waits = axis.waits.filter((wait) => wait.from < own)
  return waits.map((wait) => {
    const ender = enders.get(wait.n) ?? ''
    return (
      <span key={wait.from} className="scrub-wait" style={{ left: `${wait.left * 100}%`, width: `${wait.width * 100}%` }}>
        {label(wait, ender, wait.width * width)}
      </span>
    )
  })
}

/** The same for whoever does not see the bar: what stands in a slider is not read out. */
export function WaitList({ axis, own, enders }: { readonly axis: Axis; readonly own: number; readonly enders: Enders }) {
  const start = useSession((s) => s.view?.status.start ?? 0)
  const waits = axis.waits.filter((wait) => wait.from < own).slice(0, namedMost)
  if (waits.length === 0) return null
  return (
    <ul className="unseen" aria-label="Times in which nothing acts">
      {waits.map((wait) => (
        <li key={wait.from}>
          {lengthOf(wait)}{enders.has(wait.n) ? `, until ${enders.get(wait.n)} acts` : ''}{wait.n > 0 ? `, before hop ${hopNumber(wait.n, start)}` : ''}
        </li>
      ))}
    </ul>
  )
}
