/** Grounds and wires: walls, floors and the ways that hops have worn. Behind all parts. */
import { memo, useMemo, useSyncExternalStore } from 'react'
import type { ComponentView } from '../../engine/index.ts'
import { useSession, type Session } from '../session/session-store.ts'
import { lensNow, onLens } from '../lenses/lens-now.ts'
import { laneOf } from '../ui/lane.ts'
import { onWorn, worn } from '../session/worn.ts'
import { COMING } from '../ui/Coming.tsx'
import type { Architecture } from './layout/architecture.ts'
import type { Box } from './layout/geometry.ts'
import type { Finder } from './layout/finder.ts'
import { WireBook, type Drawn, type Wire } from './wire-book.ts'

export interface GroundData extends Record<string, unknown> {
  readonly architecture: Architecture
  readonly finder: Finder
}

/** Lane of the followed request, or -1. */
function followedLane({ follow, marks }: Session): number {
  const mark = follow > 0 ? marks.find((m) => m.request === follow) : undefined
  return mark ? laneOf(mark.partition - 1) : -1
}

let lensTurns = 0
onLens(() => (lensTurns += 1))

function lensTurn(): number {
  return lensTurns
}

/** The lines of the worn ways, told whoever draws them only when one of them is to be drawn otherwise. */
interface WornLines {
  readonly listen: (changed: () => void) => () => void
  readonly lines: () => Drawn
}

function wornLines(components: readonly ComponentView[], { standsFor }: Architecture, finder: Finder, bright: typeof lensNow.wire): WornLines {
  const fresh = (): WireBook => new WireBook({ components, standsFor, known: finder.known, bright })
  let book = fresh()
  book.count(worn().keys(), worn())
  return {
    lines: () => book.drawn,
    listen(changed) {
      const stops = [
        onWorn((used) => {
          if (used === null) book = fresh()
          if (book.count(used ?? worn().keys(), worn()) || used === null) changed()
        }),
        finder.onFound(() => {
          if (book.found(worn())) changed()
        }),
      ]
      // What was worn between the first count and now.
      if (book.count(worn().keys(), worn())) changed()
      return () => stops.forEach((stop) => stop())
    },
  }
}

const WirePath = memo(function WirePath({ wire, dim }: { readonly wire: Wire; readonly dim: boolean }) {
  return <path className={`wire lane-${wire.lane}${dim ? ' dim' : ''}${wire.aside ? ' aside' : ''}`} d={wire.d} strokeWidth={wire.width} />
})

const noComponents: readonly ComponentView[] = []

function WornWires({ architecture, finder }: GroundData) {
  const followed = useSession(followedLane)
  const turn = useSyncExternalStore(onLens, lensTurn)
  const components = useSession((s) => s.view?.components) ?? noComponents
  // oxlint-disable-next-line react/exhaustive-deps -- a turn of the lens asks anew which ways are bright
  const { listen, lines } = useMemo(() => wornLines(components, architecture, finder, lensNow.wire), [components, architecture, finder, turn])
  const { wires, waits } = useSyncExternalStore(listen, lines)
  return (
    <>
      {wires.map((wire) => <WirePath key={wire.id} wire={wire} dim={followed >= 0 && wire.lane !== followed} />)}
      {waits ? <g className={COMING} /> : null}
    </>
  )
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
      {ring ? <text x={0} y={y} dy="1.3em" className="level-ring">{ring}</text> : null}
    </g>
  ))
}

const shaftWords = { narrow: ['I/O shaft', 'of root:', 'no exit'], wide: ['root’s I/O', 'shaft: no exit'] } as const
/** Units; beside the picture of a projector there is as much. */
const wideEnough = 120

/** A shaft through the hypervisor's floor, open above and below: root reaches its hardware there, and nobody intercepts it. */
function Shaft({ shaft, floor, room }: { readonly shaft: Box; readonly floor: Box; readonly room: number }) {
  const { x, y, w, h } = shaft
  const lines = room > wideEnough ? shaftWords.wide : shaftWords.narrow
  return (
    <>
      <rect className="g-shaft" {...rectOf(shaft)} />
      <path className="g-shaft-wall" d={`M${x} ${y}v${h}M${x + w} ${y}v${h}`} />
      {lines.map((line, i) => (
        <text key={line} className="shaft-text" x={x + w + 7} y={floor.y + floor.h / 2} dy={`${0.35 + (i - (lines.length - 1) / 2) * 1.15}em`}>{line}</text>
      ))}
    </>
  )
}

export const GroundNode = memo(function GroundNode({ data }: { readonly data: GroundData }) {
  const { architecture, finder } = data
  const { width, height, columns, hypervisor, hardware, remote, shaft } = architecture
  return (
    <svg className="ground" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <rect className="g-remote" {...rectOf(remote)} rx={6} />
      {columns.map((column) => (
        <g key={column.path} className={`lane-${laneOf(column.ordinal)}${column.planned ? ' planned' : ''}`}>
          <rect className="g-user" {...rectOf(column.box)} rx={9} />
          <path className="g-kernel" d={lowerHalf(column)} />
          <line className="g-floor" x1={column.box.x} x2={column.box.x + column.box.w} y1={column.kernel.y} y2={column.kernel.y} />
          <rect className="g-wall" {...rectOf(column.box)} rx={9} />
        </g>
      ))}
      <rect className="g-hypervisor" {...rectOf(hypervisor)} rx={9} />
      <rect className="g-hardware" {...rectOf(hardware)} rx={9} />
      <Shaft shaft={shaft} floor={hypervisor} room={architecture.shaftText} />
      <Levels architecture={architecture} />
      <WornWires architecture={architecture} finder={finder} />
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
