/** Which of the dots of a beat the sentence speaks of. */
import type { Hop } from '../../engine/index.ts'
import { openSession } from '../session/lab-session.ts'
import type { Dot } from '../session/motion.ts'
import { session, type Session } from '../session/session-store.ts'
import type { Stroke } from '../session/telling.ts'

export type Telling = Pick<Session, 'caption' | 'beat' | 'kinds' | 'view' | 'playing' | 'pace'>

/** The hop of which the sentence speaks: of a beat that was told before, its own hop, though the sentence that stands is an earlier one. */
function toldIn({ caption, beat }: Telling): number {
  if (!caption) return 0
  return caption.again ? ((beat as Stroke | null)?.tells ?? 0) : (caption.of ?? caption.n)
}

/** The dot of the told hop; null while everything flows, and rather than a dot of which nobody speaks. Pure. */
export function toldOf(dots: readonly Dot[], telling: Telling, hopAt: (n: number) => Hop | null): Dot | null {
  if (telling.playing && telling.pace === 'flow') return null
  const told = toldIn(telling)
  if (told === 0) return null
  const loud = dots.filter((dot) => !dot.undone && !dot.dim)
  const exact = loud.find((dot) => dot.n === told)
  if (exact) return exact
  const hop = hopAt(told)
  if (!hop) return null
  const { kinds, view } = telling
  const [kind, from, to] = [kinds[hop.kind]?.name, view?.components[hop.from]?.path, view?.components[hop.to]?.path]
  // Hops that used one way for one reason share the dot of the first.
  return loud.find((dot) => dot.kind === kind && dot.from === from && dot.to === to && dot.behalf === hop.behalf) ?? null
}

/** The dot of the hop that is told now. */
export function toldAmong(dots: readonly Dot[]): Dot | null {
  return toldOf(dots, session.getState(), (n) => openSession()?.rows.get(n) ?? null)
}
