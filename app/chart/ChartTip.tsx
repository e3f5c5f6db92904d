/** What the pointer is on, named beside it. */
import { useSession } from '../session/session-store.ts'
import { durationText, hopNumber, instant } from '../ui/figures.ts'
import type { Arrow } from './project.ts'

export interface Tip {
  readonly x: number
  readonly y: number
  readonly arrow: Arrow
}

export function ChartTip({ tip: { x, y, arrow } }: { readonly tip: Tip }) {
  const components = useSession((s) => s.view?.components)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const startTime = useSession((s) => s.view?.status.startTime ?? 0)
  const { hop } = arrow
  const name = (index: number): string => components?.[index]?.title ?? ''
  return (
    <div className="chart-tip" aria-hidden="true" style={{ left: x, top: y }} data-low={y > 120 ? '' : undefined} data-right={x > 420 ? '' : undefined}>
      <b>{arrow.title}</b>
      <span>{name(hop.from)} → {name(hop.to)}</span>
      <span>hop {hopNumber(hop.n, start)} · {instant(hop.time - startTime)}{hop.cost > 0 ? ` · ${durationText(hop.cost)} of processor` : ''}</span>
    </div>
  )
}
