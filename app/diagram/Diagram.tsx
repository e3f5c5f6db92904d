/**
 * The picture: a section through the machine. Few React Flow nodes (ground, one per partition and floor, one per pipe),
 * parts as plain elements inside them, all dots on one canvas. The layout is data; nothing here knows a component by name.
 */
import { ReactFlow, ReactFlowProvider, useReactFlow, type Node } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useSession } from '../session/session-store.ts'
import { ColumnNode, FloorNode, PipeNode } from './DiagramFloors.tsx'
import { DotsCanvas } from './DotsCanvas.tsx'
import type { RouteOf } from './Dots.ts'
import { architecture, extraMost, type Architecture } from './layout/architecture.ts'
import { edgeOf } from './layout/edges.ts'
import { createRouter, type Router } from './layout/routes.ts'
import { bottom, right, type Box, type Point } from './layout/geometry.ts'
import { guestShapes, shapeKey } from './project.ts'
import { GroundNode } from './Wires.tsx'

const nodeTypes = { ground: GroundNode, column: ColumnNode, floor: FloorNode, pipe: PipeNode }
const still = { draggable: false, selectable: false, focusable: false, connectable: false } as const

function nodeAt(id: string, type: keyof typeof nodeTypes, box: Box, data: Record<string, unknown>, zIndex: number): Node {
  return { id, type, position: { x: box.x, y: box.y }, width: box.w, height: box.h, data, zIndex, ...still }
}

function nodesOf(drawing: Architecture, router: Router): Node[] {
  const whole: Box = { x: 0, y: 0, w: drawing.width, h: drawing.height }
  const nodes = [nodeAt('ground', 'ground', whole, { architecture: drawing, router }, 0)]
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
    const ordinal = drawing.columns.find((column) => part.path.startsWith(`${column.path}/`))?.ordinal ?? 1
    nodes.push(nodeAt(part.path, 'pipe', part.box, { part, ordinal }, 3))
  }
  return nodes
}

/** A hop of a component to itself is drawn as a small loop above its corner. */
function loopAt(drawing: Architecture, path: string): readonly Point[] {
  const box = drawing.parts.find((part) => part.path === path)?.box
  if (!box) return []
  const x = right(box) - 14
  const y = box.h > 60 ? bottom(box) - 24 : box.y
  return [{ x: x - 30, y }, { x: x - 30, y: y - 13 }, { x, y: y - 13 }, { x, y }]
}

/** Finds the ways of all edges ahead of their first use, one in a turn, so that no frame waits for them. */
function useWarmRoutes(drawing: Architecture, router: Router, ready: boolean): void {
  useEffect(() => {
    if (!ready) return
    const pairs = pairsOf(drawing)
    let i = 0
    let timer = 0
    const turn = (): void => {
      const pair = pairs[i++]
      if (!pair) return
      router.route(pair[0], pair[1], 0)
      timer = window.setTimeout(turn, 8)
    }
    timer = window.setTimeout(turn, 300)
    return () => clearTimeout(timer)
  }, [drawing, router, ready])
}

function pairsOf(drawing: Architecture): readonly (readonly [string, string])[] {
  const paths = drawing.parts.filter((part) => !part.absent).map((part) => part.path)
  const out: (readonly [string, string])[] = []
  for (const a of paths) for (const b of paths) if (a < b && (edgeOf(a, b) ?? edgeOf(b, a))) out.push([a, b])
  return out
}

function Picture() {
  const key = useSession((s) => shapeKey(guestShapes(s.view)))
  const view = useRef<HTMLDivElement>(null)
  const flow = useReactFlow()
  const components = useSession((s) => s.view?.components)
  const [extra, setExtra] = useState(0)
  const drawing = useMemo(() => architecture(shapesFrom(key), extra), [key, extra])
  const router = useMemo(() => createRouter(drawing), [drawing])
  const nodes = useMemo(() => nodesOf(drawing, router), [drawing, router])
  const routeOf: RouteOf = useCallback(
    (from, to, behalf) => {
      if (from === to) return loopAt(drawing, from)
      return router.route(from, to, Math.max(0, Math.min(behalf - 1, drawing.columns.length - 1)))
    },
    [drawing, router],
  )
  const fit = useCallback(() => void flow.fitView({ padding: 0.012 }), [flow])

  useEffect(() => {
    const element = view.current
    if (!element) return
    const base = architecture(shapesFrom(key))
    const observer = new ResizeObserver(() => {
      // A page higher than the drawing gives its floors more air, in steps, so that little is laid out anew.
      const spare = (base.width * element.clientHeight) / Math.max(1, element.clientWidth) - base.height
      setExtra(Math.max(0, Math.min(extraMost, Math.floor(spare / 20) * 20)))
      requestAnimationFrame(fit)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [fit, key])

  useWarmRoutes(drawing, router, components !== undefined)

  useEffect(() => {
    const frame = requestAnimationFrame(fit)
    return () => cancelAnimationFrame(frame)
  }, [fit, drawing])

  return (
    <div ref={view} className="picture" role="figure" aria-label="The machine: hardware, hypervisor, root partition and child partitions" data-ready={components ? '' : undefined}>
      <ReactFlow
        nodes={nodes} edges={noEdges} nodeTypes={nodeTypes}
        fitView fitViewOptions={{ padding: 0.012 }} minZoom={0.15} maxZoom={4}
        nodesDraggable={false} nodesConnectable={false} nodesFocusable={false} edgesFocusable={false} elementsSelectable={false}
        zoomOnDoubleClick={false} preventScrolling deleteKeyCode={null} selectionKeyCode={null} multiSelectionKeyCode={null}
        disableKeyboardA11y panActivationKeyCode={null} zoomActivationKeyCode={null}
        proOptions={{ hideAttribution: true }}
      >
        <DotsCanvas routeOf={routeOf} />
      </ReactFlow>
    </div>
  )
}

const noEdges: never[] = []

/** The inverse of `shapeKey`: the key is what the drawing depends on, and all it depends on. */
function shapesFrom(key: string): ReturnType<typeof guestShapes> {
  return key.split('|').map((word) => {
    const [path, title, way, devices] = word.split(':')
    return { path: path!, title: title!, way: way as 'synthetic' | 'emulated', devices: devices ? devices.split('+') : [] }
  })
}

export function Diagram() {
  return (
    <ReactFlowProvider>
      <Picture />
    </ReactFlowProvider>
  )
}
