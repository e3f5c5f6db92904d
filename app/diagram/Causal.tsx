/**
 * The hop that is inspected at the cursor with its cause and its effects, over the machine: their ways as arrows with a word each,
 * and the parts where the cause began and the effects end. Solid led here, dashed comes of it, as in the chart.
 */
import { Fragment } from 'react'
import './causal.css'
import { useSession } from '../session/session-store.ts'
import { hopNumber } from '../ui/figures.ts'
import type { RouteOf } from './Dots.ts'
import type { Architecture } from './layout/architecture.ts'
import { placed, tagsOf } from './causal.ts'
import { roundedPath } from './layout/geometry.ts'
import { useThreads } from './use-threads.ts'
import { laneOf } from '../ui/lane.ts'

export default function Causal({ architecture, routeOf }: { readonly architecture: Architecture; readonly routeOf: RouteOf }) {
  const threads = useThreads()
  const components = useSession((s) => s.view?.components)
  const start = useSession((s) => s.view?.status.start ?? 0)
  if (threads.length < 2 || !components) return null
  const drawn = placed(threads, components, architecture, routeOf)
  return (
    <div className="causal" aria-hidden="true">
      <svg width={architecture.width} height={architecture.height} viewBox={`0 0 ${architecture.width} ${architecture.height}`}>
        {drawn.map(({ thread, way, head, end }) => (
          <g key={thread.n} className={`causal-${thread.role} lane-${laneOf(thread.behalf - 1)}`}>
            {end ? <rect className="causal-end" x={end.x - 5} y={end.y - 5} width={end.w + 10} height={end.h + 10} rx={10} /> : null}
            {way.length > 1 ? <Fragment><path className="causal-halo" d={roundedPath(way, 7)} /><path className="causal-way" d={roundedPath(way, 7)} /></Fragment> : null}
            {head ? <polygon className="causal-head" points={head} /> : null}
          </g>
        ))}
      </svg>
      {tagsOf(drawn).map(({ role, box, behalf, hops }) => (
        <span key={`${role} ${hops[0]}`} className={`causal-tag causal-${role} lane-${laneOf(behalf - 1)}`} style={{ left: box.x + box.w, top: role === 'cause' ? box.y - 5 : box.y + box.h + 5 }}>
          {role}{hops.length > 1 ? 's' : ''} {hops.map((n) => hopNumber(n, start)).join(', ')}
        </span>
      ))}
    </div>
  )
}
