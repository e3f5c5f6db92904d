/** The one canvas over the picture. It redraws when dots move or the view of the picture changes, and at no other time. */
import { useStoreApi } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import type { Family } from '../../engine/index.ts'
import { onLens } from '../lenses/lens-now.ts'
import { motion, onMotion } from '../session/motion.ts'
import { session } from '../session/session-store.ts'
import type { Architecture } from './layout/architecture.ts'
import { lookAt } from './in-view.ts'
import { drawDots, Sprites, tracksOf, type DotColours, type RouteOf, type Stamps } from './Dots.ts'

const familyNames: readonly Family[] = ['ring', 'signal', 'exit', 'hypercall', 'message', 'interrupt', 'device', 'copy', 'call', 'entry', 'person']

/** Colours come from the style sheet, so themes need no second list. */
export function coloursOf(element: Element): DotColours {
  const style = getComputedStyle(element)
  const value = (name: string): string => style.getPropertyValue(name).trim()
  const families = Object.fromEntries(familyNames.map((name) => [name, value(`--family-${name}`)])) as Record<Family, string>
  return {
    families,
    lanes: Array.from({ length: 9 }, (_, lane) => value(`--lane-${lane}`)),
    paper: value('--paper'),
    ink: value('--ink'),
    font: value('--font-sans'),
  }
}

type FlowStore = ReturnType<typeof useStoreApi>

/** Draws the dots as they stand now on another canvas too: an export asks for it. */
export const drawnDots: { into: ((context: CanvasRenderingContext2D, stamps: Stamps) => void) | null } = { into: null }

/** Draws on a canvas whenever there is something else to draw, until the answer is called. */
function keepDrawn(element: HTMLCanvasElement, context: CanvasRenderingContext2D, flow: FlowStore, routeOf: RouteOf, drawing: Architecture): () => void {
  const trackOf = tracksOf(routeOf)
  let sprites = new Sprites(1)
  let colours = coloursOf(element)
  let frame = 0
  // Noted when it changes: to read it in a frame would lay the page out twice.
  let { clientWidth: width, clientHeight: height } = element
  const into = (on: CanvasRenderingContext2D, stamps: Stamps): void => {
    const [x, y, zoom] = flow.getState().transform
    lookAt([x, y, zoom], width, height)
    drawDots(on, { x, y, zoom, drawing, room: { w: width, h: height } }, motion.dots, motion.landed, trackOf, stamps, colours, session.getState().theme === 'projector')
  }
  drawnDots.into = into
  const draw = (): void => {
    frame = 0
    const scale = Math.min(2, window.devicePixelRatio || 1)
    if (element.width !== width * scale || element.height !== height * scale) {
      element.width = width * scale
      element.height = height * scale
    }
    if (sprites.scale !== scale) sprites = new Sprites(scale)
    context.setTransform(scale, 0, 0, scale, 0, 0)
    context.clearRect(0, 0, width, height)
    into(context, sprites)
  }
  const ask = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }
  // Letters drawn before their font had come are drawn again.
  const redo = (): void => {
    sprites = new Sprites(sprites.scale)
    ask()
  }
  const observer = new ResizeObserver(() => {
    ;({ clientWidth: width, clientHeight: height } = element)
    ask()
  })
  const stops = [
    // What moves is published inside a frame: draw in the same one. What stands still may be told several times before the next.
    onMotion(() => (motion.dots.length > 0 ? draw() : ask())),
    onLens(ask),
    flow.subscribe((state, before) => {
      if (state.transform !== before.transform || state.width !== before.width || state.height !== before.height) ask()
    }),
    session.subscribe((state, before) => {
      // Another hop is told, or what led to it is shown otherwise.
      if (state.caption !== before.caption || state.selection !== before.selection) ask()
      if (state.theme === before.theme) return
      colours = coloursOf(element)
      ask()
    }),
    () => document.fonts.removeEventListener('loadingdone', redo),
    () => observer.disconnect(),
    () => cancelAnimationFrame(frame),
  ]
  document.fonts.addEventListener('loadingdone', redo)
  observer.observe(element)
  ask()
  return () => {
    for (const stop of stops) stop()
  }
}

export function DotsCanvas({ routeOf, drawing }: { readonly routeOf: RouteOf; readonly drawing: Architecture }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const flow = useStoreApi()

  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    return element && context ? keepDrawn(element, context, flow, routeOf, drawing) : undefined
  }, [flow, routeOf, drawing])

  return <canvas ref={canvas} className="dots" aria-hidden="true" />
}
