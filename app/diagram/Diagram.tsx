/**
 * The picture: a section through the machine. Few React Flow nodes (ground, one per partition and floor, one per pipe),
 * parts as plain elements inside them, all dots on one canvas. The layout is data; nothing here knows a component by name.
 */
import { ReactFlow, ReactFlowProvider, useReactFlow, type Node } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { lazy, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type CSSProperties } from 'react'
import { useSession } from '../session/session-store.ts'
import { ColumnNode, FloorNode, PipeNode } from './DiagramFloors.tsx'
import type { RouteOf } from './Dots.ts'
import { architecture, type Architecture } from './layout/architecture.ts'
import { edgeOf } from './layout/edges.ts'
import { fineType, fitting, padding, type Fitting, type Room } from './layout/fit.ts'
import { createFinder, type Finder } from './layout/finder.ts'
import { createRouter } from './layout/routes.ts'
import { right, type Box, type Point } from './layout/geometry.ts'
import { partOf, standing } from './layout/part-of.ts'
import { Coming, COMING } from '../ui/Coming.tsx'
import { useStacked } from '../ui/use-stacked.ts'
import { plannedGuests, shapesFrom, viewKey } from './project.ts'
import { GroundNode } from './Wires.tsx'

// Nothing moves in the first picture.
const DotsCanvas = lazy(() => import('./DotsCanvas.tsx').then((module) => ({ default: module.DotsCanvas })))
const Causal = lazy(() => import('./Causal.tsx'))
const KeepInView = lazy(() => import('./KeepInView.tsx'))

interface CausalData extends Record<string, unknown> {
  readonly architecture: Architecture
  readonly routeOf: RouteOf
}

/** Over all parts: what led to the hop that is inspected, and what comes of it. Not there until a hop is. */
function CausalNode({ data }: { readonly data: CausalData }) {
  const asked = useSession((s) => s.selection?.kind === 'hop')
  return asked ? <Coming><Causal {...data} /></Coming> : null
}

const nodeTypes = { ground: GroundNode, column: ColumnNode, floor: FloorNode, pipe: PipeNode, causal: CausalNode }
const still = { draggable: false, selectable: false, focusable: false, connectable: false } as const

function nodeAt(id: string, type: keyof typeof nodeTypes, box: Box, data: Record<string, unknown>, zIndex: number): Node {
  return { id, type, position: { x: box.x, y: box.y }, width: box.w, height: box.h, data, zIndex, ...still }
}

function nodesOf(drawing: Architecture, finder: Finder, routeOf: RouteOf): Node[] {
  const whole: Box = { x: 0, y: 0, w: drawing.width, h: drawing.height }
  const nodes = [nodeAt('ground', 'ground', whole, { architecture: drawing, finder }, 0)]
  const floors = [
    ['remote', 'Outside the machine', drawing.remote],
    ['hypervisor', 'Hypervisor', drawing.hypervisor],
    ['hardware', 'Hardware', drawing.hardware],
  ] as const
  for (const [id, name, box] of floors) {
    const parts = drawing.parts.filter((part) => part.floor === id)
    nodes.push(nodeAt(id, 'floor', box, { name, box, parts, architecture: drawing }, 2))
  }
  for (const column of drawing.columns) {
    const parts = drawing.parts.filter((part) => part.column === column.path)
    nodes.push(nodeAt(column.path, 'column', column.box, { column, parts }, 2))
  }
  for (const part of drawing.parts) {
    if (part.look !== 'pipe') continue
    const column = drawing.columns.find(({ path }) => part.path.startsWith(`${path}/`))
    nodes.push(nodeAt(part.path, 'pipe', part.box, { part, ordinal: column?.ordinal ?? 1, guest: column?.title ?? '' }, 3))
  }
  nodes.push(nodeAt('causal', 'causal', whole, { architecture: drawing, routeOf }, 5))
  return nodes
}

/** A hop that stays inside one part is drawn as a small loop above its corner. */
function loopAt(drawing: Architecture, path: string): readonly Point[] {
  const box = partOf(drawing, path)?.box
  if (!box) return []
  // Above a long bar there is room to both sides: several loops of one beat stand beside each other.
  const wide = Math.min(110, box.w - 20)
  const x = box.w > 300 ? box.x + box.w * 0.6 : right(box) - 10
  const { y } = box
  return [{ x: x - wide, y }, { x: x - wide, y: y - 14 }, { x, y: y - 14 }, { x, y }]
}

/** Finds the ways of all edges ahead of their first use. */
function useWarmRoutes(drawing: Architecture, finder: Finder, ready: boolean): void {
  useEffect(() => {
    if (!ready) return
    const timer = window.setTimeout(() => {
      for (const [a, b] of pairsOf(drawing)) finder.known(a, b, 0)
    }, 300)
    return () => clearTimeout(timer)
  }, [drawing, finder, ready])
}

/** Of so many components the ways are found at their first use: to try all pairs would take longer than any of them. */
const warmMost = 400

/** Components whose parts differ and that may hand something to each other; each pair of parts once. */
function pairsOf(drawing: Architecture): readonly (readonly [string, string])[] {
  const paths = drawing.parts.flatMap((part) => part.members)
  if (paths.length > warmMost) return []
  const out = new Map<string, readonly [string, string]>()
  for (const a of paths) {
    for (const b of paths) {
      const key = `${drawing.standsFor.get(a)} ${drawing.standsFor.get(b)}`
      if (a < b && !out.has(key) && drawing.standsFor.get(a) !== drawing.standsFor.get(b) && (edgeOf(a, b) ?? edgeOf(b, a))) out.set(key, [a, b])
    }
  }
  return [...out.values()]
}

/** Loops by component, each made once: what is on the same loop has the same way. */
function loopsOf(drawing: Architecture): (path: string) => readonly Point[] {
  const known = new Map<string, readonly Point[]>()
  return (path) => {
    const part = standing(drawing, path)
    let loop = known.get(part)
    if (!loop) known.set(part, (loop = loopAt(drawing, path)))
    return loop
  }
}

/** The room for the picture, and how the drawing is fitted into it: COMING is said of it from a change of the room until that is done. */
function useFitting(element: { readonly current: HTMLElement | null }, key: string): Fitting & { readonly room: Room } {
  const [room, setRoom] = useState<Room>({ w: 0, h: 0 })
  const depth = useSession((s) => s.depth)
  const ledgers = useSession((s) => s.theme !== 'projector')
  const wanted = useSession((s) => s.opened)
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => {
      entry!.target.classList.add(COMING)
      setRoom({ w: Math.round(entry!.contentRect.width), h: Math.round(entry!.contentRect.height) })
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return useMemo(() => ({ ...fitting(shapesFrom(key), { depth, ledgers, wanted }, room), room }), [key, depth, ledgers, wanted, room])
}

/** Fits the view to the room, and counts how often: where the picture does not fit, what is told is brought into view then. */
function useFitted(element: { readonly current: HTMLElement | null }, drawing: Architecture, room: Room, { small, zoomLeast, whole }: { readonly small: number; readonly zoomLeast: number; readonly whole: number }): number {
  const flow = useReactFlow()
  const [fitted, setFitted] = useState(0)
  useLayoutEffect(() => {
    element.current?.classList.add(COMING)
    let frame = requestAnimationFrame(() => {
      const fits = whole >= zoomLeast
      const done = fits ? flow.fitView({ padding }) : flow.setViewport({ x: Math.max(4, (room.w - drawing.width * zoomLeast) / 2), y: Math.max(4, (room.h - drawing.height * zoomLeast) / 2), zoom: zoomLeast })
      void done.then(() => {
        if (frame < 0) return
        if (!fits) setFitted((times) => times + 1)
        frame = requestAnimationFrame(() => element.current?.classList.remove(COMING))
      })
    })
    return () => {
      cancelAnimationFrame(frame)
      frame = -1
    }
  }, [flow, element, drawing, small, zoomLeast, whole, room])
  return fitted
}

function Picture() {
  const plans = useSession((s) => s.machineCard?.own.guests)
  const planned = useMemo(() => plannedGuests(plans), [plans])
  const key = useSession((s) => viewKey(s.view, planned))
  const view = useRef<HTMLDivElement>(null)
  // In a column that scrolls, the wheel scrolls the column.
  const stacked = useStacked()
  const components = useSession((s) => s.view?.components)
  const { wishes, small, zoomLeast, room } = useFitting(view, key)
  const wished = JSON.stringify(wishes)
  // oxlint-disable-next-line react/exhaustive-deps -- the drawing depends on what is wished, not on the object that says so
  const drawing = useMemo(() => architecture(shapesFrom(key), wishes), [key, wished])
  const router = useMemo(() => createRouter(drawing), [drawing])
  const finder = useMemo(() => createFinder(router), [router])
  useEffect(() => finder.stop, [finder])
  const loopOf = useMemo(() => loopsOf(drawing), [drawing])
  const routeOf: RouteOf = useCallback(
    (from, to, behalf) => {
      const ordinal = Math.max(0, behalf - 1)
      // Where there are many, a dot sets out when its way has been found: no frame waits for it.
      const way = drawing.standsFor.size > warmMost ? finder.known(from, to, ordinal) : router.route(from, to, ordinal)
      if (way === null) return null
      return way.length > 0 ? way : loopOf(from)
    },
    [drawing, router, finder, loopOf],
  )

  const nodes = useMemo(() => nodesOf(drawing, finder, routeOf), [drawing, finder, routeOf])

  useWarmRoutes(drawing, finder, components !== undefined)

  const whole = Math.min(room.w / drawing.width, room.h / drawing.height) * (1 - 2 * padding)
  const fitted = useFitted(view, drawing, room, { small, zoomLeast, whole })

  return (
    <div
      ref={view} className="picture" role="figure" aria-label="The machine: hardware, hypervisor, root partition and child partitions"
      data-ready={components ? '' : undefined} data-depth={drawing.depth} data-fine={small <= fineType ? '' : undefined} style={{ '--small': `${small}px` } as CSSProperties}
    >
      <ReactFlow
        nodes={nodes} edges={noEdges} nodeTypes={nodeTypes}
        fitView fitViewOptions={{ padding }} minZoom={0.15} maxZoom={4}
        nodesDraggable={false} nodesConnectable={false} nodesFocusable={false} edgesFocusable={false} elementsSelectable={false}
        zoomOnDoubleClick={false} preventScrolling={!stacked} zoomOnScroll={!stacked} deleteKeyCode={null} selectionKeyCode={null} multiSelectionKeyCode={null}
        disableKeyboardA11y panActivationKeyCode={null} zoomActivationKeyCode={null}
        proOptions={{ hideAttribution: true }}
      >
        {components ? <Coming><DotsCanvas routeOf={routeOf} drawing={drawing} /></Coming> : null}
        {components && room.w > 0 && whole < zoomLeast ? <Coming><KeepInView drawing={drawing} room={room} fitted={fitted} /></Coming> : null}
      </ReactFlow>
    </div>
  )
}

const noEdges: never[] = []

export function Diagram() {
  return (
    <ReactFlowProvider>
      <Picture />
    </ReactFlowProvider>
  )
}
