/** A row of the hop list. */
import { memo } from 'react'
import type { ComponentView } from '../../engine/index.ts'
import { FamilyMark } from '../diagram/Legend.tsx'
import type { Paint } from '../lenses/lens-now.ts'
import { seek } from '../session/commands.ts'
import { select, type KindCard } from '../session/session-store.ts'
import { absolute, delta, hopNumber, instant } from '../ui/figures.ts'
import { laneOf } from '../ui/lane.ts'
import { personOf } from '../ui/people.ts'
import type { Line } from './lines.ts'

export interface RowProps {
  readonly n: number
  readonly line: Line | undefined
  readonly kinds: readonly KindCard[]
  readonly components: readonly ComponentView[]
  /** Names of partitions, by index. */
  readonly titles: readonly string[]
  readonly start: number
  readonly startTime: number
  readonly paint: Paint | null
  readonly here: boolean
  /** Tab comes to this row of the list. */
  readonly tab: boolean
  readonly top: number
  /** What it is to the hop at the cursor. */
  readonly role: '' | 'cause' | 'effect'
  /** It belongs to no request that is followed. */
  readonly aside: boolean
}

/** One hop. It knows nothing of the session: a row is drawn anew when it says something else. */
export const Row = memo(function Row({ n, line, kinds, components, titles, start, startTime, paint, here, tab, top, role, aside }: RowProps) {
  const kind = line ? kinds[line.hop.kind] : undefined
  const painted = line && kind ? paint?.(kind.name, components[line.hop.to]?.path ?? '', line.hop.cost) : undefined
  const end = (index: number | undefined): React.ReactNode => {
    const component = index === undefined ? undefined : components[index]
    if (!component) return null
    const partition = component.partition > 1 ? titles[component.partition] : ''
    return (
      <>
        {partition ? <i className={`lane-${laneOf(component.partition - 1)}`}>{partition}</i> : null} {kind?.family === 'person' && component.place === 'remote' ? personOf(kind.name) : component.title}
      </>
    )
  }
  return (
    <div
      role="row" aria-rowindex={n} aria-selected={here} className={`hop-row lane-${laneOf((line?.hop.behalf ?? 1) - 1)}${here ? ' here' : ''}${role ? ` ${role}` : ''}${aside || painted?.dim ? ' aside' : ''}`} style={{ top }}
    >
      <span role="cell" className="hop-number">
        <button
          type="button" className="hop-go" data-n={n} tabIndex={tab ? 0 : -1} aria-label={`Hop ${hopNumber(n, start)}`} title={absolute(n)}
          onClick={() => {
            seek(n)
            select({ kind: 'hop', n })
          }}
        >
          {hopNumber(n, start)}
        </button>
      </span>
      <span role="cell">{line ? instant(line.hop.time - startTime) : ''}</span>
      <span role="cell">{line ? delta(line.since) : ''}</span>
      <span role="cell">{end(line?.hop.from)}</span>
      <span role="cell">{end(line?.hop.to)}</span>
      <span role="cell" className="hop-kind">
        {kind ? <FamilyMark family={kind.family} letter={painted?.letter ?? kind.letter} tint={painted?.tint ?? kind.family} /> : null} <span>{kind?.title}</span>
        {role ? <em>{role}</em> : null}
      </span>
      <span role="cell" className="hop-request" title={line && line.hop.request > 0 ? `The request that began with ${absolute(line.hop.request)}` : undefined}>
        {line && line.hop.request > 0 ? hopNumber(line.hop.request, start) : ''}
      </span>
      <span role="cell" className="hop-info">{line?.info}</span>
    </div>
  )
})
