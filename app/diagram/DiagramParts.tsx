/** The parts of the picture as plain elements. Each subscribes to its own state only. */
import { memo, useCallback, useSyncExternalStore, type CSSProperties } from 'react'
import { select, session, useSession, type Session } from '../session/session-store.ts'
import type { Box } from './layout/geometry.ts'
import type { Part } from './layout/architecture.ts'
import { partName } from './project.ts'
import { onWorn } from '../session/worn.ts'
import { anyUsed } from './used.ts'

export function at(box: Box, origin: Box): CSSProperties {
  return { left: box.x - origin.x, top: box.y - origin.y, width: box.w, height: box.h }
}

/** 'lit': it just sent or received; 'next': it acts next; 'chosen': the inspector shows it. Told in one word list. */
function stateOf(members: readonly string[]): (state: Session) => string {
  return ({ lit, view, selection, playing }) => {
    let words = lit.some((path) => members.includes(path)) ? 'lit' : ''
    if (!view) return words
    const { next } = view.status
    const isOne = (index: number): boolean => members.includes(view.components[index]?.path ?? '')
    if (next && !playing && isOne(next.to)) words += ' next'
    if (selection?.kind === 'component' && isOne(selection.index)) words += ' chosen'
    return words
  }
}

/** In the overview, what the story is not about and what has done nothing yet stays pale: at the start at most seven parts stand out. */
function useQuiet(part: Part): boolean {
  const quiet = useCallback((): boolean => {
    const { depth, view } = session.getState()
    if (depth !== 'architecture' || part.hero || !view) return depth === 'architecture' && !part.hero
    return !anyUsed(view.components, part.members)
  }, [part])
  return useSyncExternalStore(onWorn, quiet)
}

/** The first of a part's components that is there. */
export function choose(members: readonly string[]): void {
  // Processors are no component of their own: who runs on them is known to the scheduler.
  if (members.length === 0) return choose(['hypervisor/scheduler'])
  const components = session.getState().view?.components ?? []
  for (const path of members) {
    const component = components.find((c) => c.path === path && !c.gone) ?? components.find((c) => c.path === path && !c.later)
    if (component) return select({ kind: 'component', index: component.index })
  }
}

interface PartBoxProps {
  readonly part: Part
  readonly origin: Box
  readonly partition: string
  readonly children?: React.ReactNode
}

export const PartBox = memo(function PartBox({ part, origin, partition, children }: PartBoxProps) {
  const words = useSession(stateOf(part.members))
  const quiet = useQuiet(part) ? ' quiet' : ''
  const holds = part.anchor ? ' holds' : ''
  const nested = part.inside ? ' nested' : ''
  const look = part.look ? ` look-${part.look}` : ''
  if (part.absent) {
    return (
      <div className={`part absent${nested}`} style={at(part.box, origin)} title={`${part.title}: ${part.absent}`}>
        <span className="part-title">{part.title}</span>
        <span className="part-sub">{part.sub}</span>
      </div>
    )
  }
  const low = part.box.h < 44 ? ' low' : ''
  return (
    <button
      type="button"
      className={`part nodrag${holds}${nested}${look}${low}${quiet} ${words}`}
      style={at(part.box, origin)}
      aria-label={partName(part, partition)}
      aria-pressed={words.includes('chosen')}
      data-component={part.path}
      onClick={() => choose(part.members)}
    >
      <span className="part-title">{part.title}</span>
      {part.sub ? <span className="part-sub">{part.sub}</span> : null}
      {children}
    </button>
  )
})
