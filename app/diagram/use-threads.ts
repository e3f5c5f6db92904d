/** The cause and the effects of the hop that is inspected at the cursor, for the picture and for the table. */
import { useEffect, useState } from 'react'
import { labSession } from '../session/lab-session.ts'
import { useSession, type Session } from '../session/session-store.ts'
import type { Role, Thread } from './causal.ts'

/** More effects than these are a cloud, no explanation; the hop list has them all. */
const most = 3

/** The hop to be explained; 0 while the machine moves or something else is inspected. */
function explained({ selection, cursor, playing }: Session): number {
  return !playing && selection?.kind === 'hop' && selection.n === cursor ? cursor : 0
}

async function threadsOf(n: number): Promise<readonly Thread[]> {
  const { lab, rows } = await labSession()
  const { cause, effects } = await lab.neighbours(n)
  const wanted: (readonly [number, Role])[] = [...effects.slice(0, most).map((m) => [m, 'effect'] as const), ...(cause > 0 ? [[cause, 'cause'] as const] : []), [n, 'here']]
  await Promise.all(wanted.map(([m]) => rows.want(m, m)))
  return wanted.flatMap(([m, role]) => {
    const hop = rows.get(m)
    return hop ? [{ n: m, role, from: hop.from, to: hop.to, behalf: hop.behalf }] : []
  })
}

/** Cause, effects and the hop itself, of the hop that is inspected at the cursor; none otherwise. */
export function useThreads(): readonly Thread[] {
  const n = useSession(explained)
  const tip = useSession((s) => s.view?.status.tip ?? 0)
  const branch = useSession((s) => s.view?.status.branch ?? 0)
  const [found, setFound] = useState<{ readonly n: number; readonly threads: readonly Thread[] }>({ n: 0, threads: [] })
  useEffect(() => {
    let current = true
    if (n > 0) threadsOf(n).then((threads) => (current ? setFound({ n, threads }) : undefined), () => undefined)
    return () => {
      current = false
    }
  }, [n, tip, branch])
  return n === found.n ? found.threads : []
}
