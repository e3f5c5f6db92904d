/** Grounds and wires: walls, floors and the ways that hops have worn. Behind all parts. */
import { memo, useMemo, useSyncExternalStore } from 'react'
import type { ComponentView } from '../../engine/index.ts'
import { useSession, type Session } from '../session/session-store.ts'
import { lensNow, onLens } from '../lenses/lens-now.ts'
import { onWorn, wayOf, worn, wornVersion } from '../session/worn.ts'
import type { Architecture } from './layout/architecture.ts'
import { edgeOf } from './layout/edges.ts'
import { roundedPath } from './layout/geometry.ts'
import type { Router } from './layout/routes.ts'

export interface GroundData extends Record<string, unknown> {
  readonly architecture: Architecture
  readonly router: Router
}

/** A way used a thousand times is three times as broad as one used once; in steps, so that the ground is seldom drawn anew. */
function breadth(hops: number): number {
  return Math.min(5, 1.2 + Math.round(Math.log10(hops + 1) * 1.2 * 5) / 5)
}

/** Lane of the followed request, or -1. */
function followedLane({ follow, marks }: Session): number {
  const mark = follow > 0 ? marks.find((m) => m.request === follow) : undefined
  return mark ? mark.partition - 1 : -1
}

interface WornPath {
  readonly lane: number
  readonly d: string
}

let lensTurns = 0
onLens(() => (lensTurns += 1))

function lensTurn(): number {
  return lensTurns
}

/** Finds the path of each way once; null for a way that is not drawn. */
function pathsOf(components: readonly ComponentView[], architecture: Architecture, router: Router): (key: number) => WornPath | null {
  const known = new Map<number, WornPath | null>()
  const find = (key: number): WornPath | null => {
    const { from, to, behalf } = wayOf(key)
    const a = components[from]?.path ?? ''
    const b = components[to]?.path ?? ''
    if (a === b || !(edgeOf(a, b) ?? edgeOf(b, a))) return null
    const lane = Math.max(0, Math.min(behalf - 1, architecture.columns.length - 1))
    const points = router.route(a, b, lane)
    return points.length > 1 ? { lane, d: roundedPath(points, 7) } : null
  }
  return (key) => {
    let path = known.get(key)
    if (path === undefined) known.set(key, (path = find(key)))
    return path
  }
}

function WornWires({ architecture, router }: GroundData) {
  const followed = useSession(followedLane)
  const version = useSyncExternalStore(onWorn, wornVersion)
  const turn = useSyncExternalStore(onLens, lensTurn)
  const components = useSession((s) => s.view?.components)
  const pathOf = useMemo(() => pathsOf(components ?? [], architecture, router), [components, architecture, router])
  const wires = useMemo(() => {
    // Ways between the same two parts are one line.
    const ways = new Map<string, WornPath & { hops: number; aside: boolean }>()
    if (version === 0 || turn < 0) return []
    const { wire } = lensNow
    for (const [key, hops] of worn()) {
      const path = pathOf(key)
      if (!path) continue
      const { from, to, behalf } = wayOf(key)
      const aside = wire !== null && !wire(from, to, behalf)
      const way = ways.get(`${path.lane} ${path.d}`)
      if (way) {
        way.hops += hops
        way.aside &&= aside
      } else ways.set(`${path.lane} ${path.d}`, { ...path, hops, aside })
    }
    return [...ways].map(([key, way]) => ({ ...way, key, width: breadth(way.hops) })).sort((a, b) => a.lane - b.lane)
  }, [pathOf, version, turn])
  return wires.map((wire) => <path key={wire.key} className={`wire lane-${wire.lane}${followed >= 0 && wire.lane !== followed ? ' dim' : ''}${wire.aside ? ' aside' : ''}`} d={wire.d} strokeWidth={wire.width} />)
}

/** Names of the floors in the margin, as on a drawing. */
function Levels({ architecture }: { readonly architecture: Architecture }) {
  const root = architecture.columns[0]!
  const rows: readonly (readonly [number, string, string])[] = [
    [architecture.remote.y + 16, 'Outside', ''],
    [root.user.y + 16, 'User', 'ring 3'],
    [root.kernel.y + 20, 'Kernel', 'ring 0'],
    [architecture.hypervisor.y + 26, 'Hypervisor', 'ring −1'],
    [architecture.hardware.y + 26, 'Hardware', ''],
  ]
  return rows.map(([y, name, ring]) => (
    <g key={name} className="level">
      <text x={0} y={y} className="level-name">{name}</text>
      {ring ? <text x={0} y={y + 18} className="level-ring">{ring}</text> : null}
    </g>
  ))
}

export const GroundNode = memo(function GroundNode({ data }: { readonly data: GroundData }) {
  const { architecture, router } = data
  const { width, height, columns, hypervisor, hardware, remote, shaft } = architecture
  const lines = architecture.depth === 'mechanism' ? ['shaft for', 'root’s I/O:', 'no exit'] : ['root’s I/O:', 'no exit']
  return (
    <svg className="ground" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <rect className="g-remote" {...rectOf(remote)} rx={6} />
      {columns.map((column) => (
        <g key={column.path} className={`lane-${column.ordinal}${column.planned ? ' planned' : ''}`}>
          <rect className="g-user" {...rectOf(column.box)} rx={9} />
          <path className="g-kernel" d={lowerHalf(column)} />
          <line className="g-floor" x1={column.box.x} x2={column.box.x + column.box.w} y1={column.kernel.y} y2={column.kernel.y} />
          <rect className="g-wall" {...rectOf(column.box)} rx={9} />
        </g>
      ))}
      <rect className="g-hypervisor" {...rectOf(hypervisor)} rx={9} />
      <rect className="g-hardware" {...rectOf(hardware)} rx={9} />
      <rect className="g-shaft" {...rectOf(shaft)} rx={4} />
      {lines.map((line, i) => (
        <text key={line} className="shaft-text" x={shaft.x + shaft.w + 6} y={hypervisor.y + hypervisor.h / 2 + 6 + (i - (lines.length - 1) / 2) * 18}>{line}</text>
      ))}
      <Levels architecture={architecture} />
      <WornWires architecture={architecture} router={router} />
    </svg>
  )
})

function rectOf(box: Architecture['remote']): { x: number; y: number; width: number; height: number } {
  return { x: box.x, y: box.y, width: box.w, height: box.h }
}

function lowerHalf(column: Architecture['columns'][number]): string {
  const { x, y, w, h } = column.kernel
  const r = 9
  return `M${x} ${y}H${x + w}V${y + h - r}Q${x + w} ${y + h} ${x + w - r} ${y + h}H${x + r}Q${x} ${y + h} ${x} ${y + h - r}Z`
}
