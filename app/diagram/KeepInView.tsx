/** Where the picture is looked at in part, what happens now is in that part: the view moves as little as brings it in. */
import { useReactFlow } from '@xyflow/react'
import { useEffect } from 'react'
import { session } from '../session/session-store.ts'
import type { Architecture } from './layout/architecture.ts'
import { bottom, right, type Box } from './layout/geometry.ts'

/** Pixels that stay free around it: its name stands there. */
const around = 46

/** By how much a stretch must move to lie within a length; its beginning before its end, where both have no room. */
function shift(from: number, to: number, length: number): number {
  if (from < around) return around - from
  return to > length - around ? Math.max(length - around - to, around - from) : 0
}

function boundsOf(paths: readonly string[], { parts, standsFor }: Architecture): Box | null {
  const boxes = paths.flatMap((path) => parts.find((part) => part.path === (standsFor.get(path) ?? path))?.box ?? [])
  if (boxes.length === 0) return null
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  return { x, y, w: Math.max(...boxes.map(right)) - x, h: Math.max(...boxes.map(bottom)) - y }
}

export default function KeepInView({ drawing, room }: { readonly drawing: Architecture; readonly room: { readonly w: number; readonly h: number } }) {
  const flow = useReactFlow()
  useEffect(() => {
    const look = (lit: readonly string[]): void => {
      const bounds = boundsOf(lit.slice(0, 2), drawing)
      if (!bounds) return
      const { x, y, zoom } = flow.getViewport()
      const dx = shift(x + bounds.x * zoom, x + right(bounds) * zoom, room.w)
      const dy = shift(y + bounds.y * zoom, y + bottom(bounds) * zoom, room.h)
      if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom })
    }
    // After the view was fitted to the room.
    const timer = setTimeout(() => look(session.getState().lit), 60)
    const stop = session.subscribe((state, before) => {
      if (state.lit !== before.lit) look(state.lit)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [flow, drawing, room])
  return null
}
