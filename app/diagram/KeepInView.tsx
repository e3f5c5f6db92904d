/** Where the picture is looked at in part, what is told now is in that part: the view moves as little as brings it in. */
import { useReactFlow } from '@xyflow/react'
import { useEffect } from 'react'
import { motion, onMotion } from '../session/motion.ts'
import { session } from '../session/session-store.ts'
import { boundsOf, bringing, followed } from './kept-in-view.ts'
import type { Architecture } from './layout/architecture.ts'
import { toldAmong } from './told-hop.ts'

interface Kept {
  readonly drawing: Architecture
  readonly room: { readonly w: number; readonly h: number }
  /** Counts how often the view was fitted to the room: what was in view before need not be now. */
  readonly fitted: number
}

export default function KeepInView({ drawing, room, fitted }: Kept) {
  const flow = useReactFlow()
  useEffect(() => {
    if (fitted === 0) return
    let before = ''
    const look = (): void => {
      const told = toldAmong(motion.dots.length > 0 ? motion.dots : motion.landed)
      const paths = followed(told, session.getState())
      // Once for each hop: whoever moves the picture meanwhile keeps what they see.
      const now = `${told?.n} ${paths.join(' ')}`
      if (now === before) return
      before = now
      const bounds = boundsOf(paths, drawing)
      const view = bounds && bringing(bounds, flow.getViewport(), room, drawing)
      if (view) void flow.setViewport(view)
    }
    look()
    const stops = [
      onMotion(look),
      session.subscribe((state, last) => {
        if (state.caption !== last.caption || state.lit !== last.lit) look()
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [flow, drawing, room, fitted])
  return null
}
