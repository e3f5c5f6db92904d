/** The parts of the picture as plain elements. Each subscribes to its own state only. */
import { memo, type CSSProperties } from 'react'
import { select, session, useSession, type Session } from '../session/session-store.ts'
import type { Box } from './layout/geometry.ts'
import type { Part } from './layout/architecture.ts'

export function at(box: Box, origin: Box): CSSProperties {
  return { left: box.x - origin.x, top: box.y - origin.y, width: box.w, height: box.h }
}

/** 'lit': it just sent or received; 'next': it acts next; 'chosen': the inspector shows it. Told in one word list. */
function stateOf(path: string): (state: Session) => string {
  return ({ lit, view, selection, playing }) => {
    let words = lit.includes(path) ? 'lit' : ''
    if (!view) return words
    const { next } = view.status
    if (next && !playing && view.components[next.to]?.path === path) words += ' next'
    if (selection?.kind === 'component' && view.components[selection.index]?.path === path) words += ' chosen'
    return words
  }
}

export function choose(path: string): void {
  // Processors are no component of their own: who runs on them is known to the scheduler.
  const wanted = path === 'hardware/processors' ? 'hypervisor/scheduler' : path
  const component = session.getState().view?.components.find((c) => c.path === wanted)
  if (component) select({ kind: 'component', index: component.index })
}

const floorWords: Readonly<Record<Part['floor'], string>> = {
  remote: 'outside the machine',
  user: 'user mode',
  kernel: 'kernel mode',
  hypervisor: 'hypervisor',
  hardware: 'hardware',
}

export function partName(part: Part, partition: string): string {
  return partition ? `${part.title}, ${partition}, ${floorWords[part.floor]}` : `${part.title}, ${floorWords[part.floor]}`
}

interface PartBoxProps {
  readonly part: Part
  readonly origin: Box
  readonly partition: string
  readonly children?: React.ReactNode
}

export const PartBox = memo(function PartBox({ part, origin, partition, children }: PartBoxProps) {
  const words = useSession(stateOf(part.path))
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
      className={`part nodrag${holds}${nested}${look}${low} ${words}`}
      style={at(part.box, origin)}
      aria-label={partName(part, partition)}
      aria-pressed={words.includes('chosen')}
      data-component={part.path}
      onClick={() => choose(part.path)}
    >
      <span className="part-title">{part.title}</span>
      {part.sub ? <span className="part-sub">{part.sub}</span> : null}
      {children}
    </button>
  )
})
