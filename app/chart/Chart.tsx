/** The causal chart: who spoke to whom, in order, with what led to what. Drawn on a canvas; what is pointed at is told as text. */
import './chart.css'
import { useCallback, useEffect, useRef, useState } from 'react'
import { labSession } from '../session/lab-session.ts'
import { session, useSession } from '../session/session-store.ts'
import { hopNumber } from '../ui/figures.ts'
import { chart, useChart, zoomBy } from './chart-store.ts'
import { goToHop, recallChart } from './chart-commands.ts'
import { ChartBar, Measured } from './ChartBar.tsx'
import { ChartHead } from './ChartHead.tsx'
import { ChartSays } from './ChartSays.tsx'
import { ChartTip, type Tip } from './ChartTip.tsx'
import { ChartSurface } from './surface.ts'

recallChart()

/** The canvas comes to life when the lab is open. */
function useSurface(canvas: { readonly current: HTMLCanvasElement | null }, bar: { readonly current: HTMLInputElement | null }): { readonly current: ChartSurface | null } {
  const surface = useRef<ChartSurface | null>(null)
  useEffect(() => {
    let gone = false
    const begin = async (): Promise<void> => {
      const open = await labSession()
      const element = canvas.current
      const context = element?.getContext('2d')
      if (gone || !element || !context) return
      surface.current = new ChartSurface(element, context, open, (n, { first, last }) => {
        const input = bar.current
        if (!input || document.activeElement === input) return
        input.min = String(first)
        input.max = String(Math.max(first, last))
        input.value = String(n)
      })
    }
    begin().catch(() => undefined)
    return () => {
      gone = true
      surface.current?.stop()
      surface.current = null
    }
  }, [canvas, bar])
  return surface
}

interface Held {
  readonly y: number
  readonly moved: boolean
}

/** Keys of the chart itself; cause, effect and same component are actions of the page and act here too. */
function onKey(event: React.KeyboardEvent, surface: ChartSurface | null): void {
  if (!surface || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  const { pointed } = chart.getState()
  const here = pointed > 0 ? pointed : session.getState().cursor
  const point = (by: number) => (): void => chart.setState({ pointed: surface.neighbour(here, by) })
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: point(1), ArrowUp: point(-1), Enter: () => goToHop(here), w: () => zoomBy(1.3), s: () => zoomBy(1 / 1.3), '+': () => zoomBy(1.3), '-': () => zoomBy(1 / 1.3),
    a: () => surface.scrollBy(-90), d: () => surface.scrollBy(90), f: () => fit(surface), Escape: () => chart.setState({ pointed: 0, following: true }),
  }
  const act = keys[event.key]
  if (!act || (event.key === 'Escape' && pointed === 0)) return
  event.preventDefault()
  act()
}

/** What is between the marks fills the view; without marks, the cursor stands in it again. */
function fit(surface: ChartSurface): void {
  const { a, b, spacing, unit } = chart.getState()
  if (a === 0 || b === 0 || a === b) return chart.setState({ following: true, pointed: 0 })
  const [from, to] = a < b ? [a, b] : [b, a]
  chart.setState({ unit: { ...unit, [spacing]: surface.unitFor(from, to) } })
  zoomBy(1)
  surface.scrollTo(spacing === 'linear' ? from : Math.round((from + to) / 2))
}

/** React listens to the wheel passively: a page that scrolls along could not be kept from it. */
function useWheel(canvas: { readonly current: HTMLCanvasElement | null }, surface: { readonly current: ChartSurface | null }, done: () => void): void {
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      done()
      const lines = event.deltaMode === 1 ? 18 : 1
      if (!event.ctrlKey && !event.metaKey) return surface.current?.scrollBy(event.deltaY * lines)
      surface.current?.zoomAbout(event.offsetY)
      zoomBy(Math.exp(-event.deltaY * lines * 0.004))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [canvas, surface, done])
}

interface SheetProps {
  readonly canvas: React.RefObject<HTMLCanvasElement | null>
  readonly surface: { readonly current: ChartSurface | null }
}

/** The canvas under the pointer: drag moves the sheet, a click goes to the hop, resting names it. */
function Sheet({ canvas, surface }: SheetProps) {
  const held = useRef<Held | null>(null)
  const [tip, setTip] = useState<Tip | null>(null)
  const hide = useCallback(() => setTip(null), [])
  useWheel(canvas, surface, hide)
  const onMove = (event: React.PointerEvent<HTMLCanvasElement>): void => {
    const from = held.current
    const { offsetX, offsetY } = event.nativeEvent
    if (from) {
      if (!from.moved && Math.abs(offsetY - from.y) < 5) return
      surface.current?.scrollBy(from.y - offsetY)
      held.current = { y: offsetY, moved: true }
      return hide()
    }
    const arrow = surface.current?.at(offsetX, offsetY) ?? null
    setTip(arrow ? { x: offsetX, y: offsetY, arrow } : null)
  }
  const onUp = (event: React.PointerEvent<HTMLCanvasElement>): void => {
    const moved = held.current?.moved ?? true
    held.current = null
    if (moved) return
    const arrow = surface.current?.at(event.nativeEvent.offsetX, event.nativeEvent.offsetY)
    if (arrow) goToHop(arrow.n)
  }
  return (
    <>
      <canvas
        ref={canvas} aria-hidden="true" data-over={tip ? '' : undefined}
        onPointerDown={(event) => {
          held.current = { y: event.nativeEvent.offsetY, moved: false }
          event.currentTarget.setPointerCapture(event.pointerId)
        }}
        onPointerMove={onMove} onPointerUp={onUp} onPointerCancel={() => (held.current = null)} onPointerLeave={hide}
      />
      {tip ? <ChartTip tip={tip} /> : null}
    </>
  )
}

export default function Chart() {
  const ready = useSession((s) => s.phase === 'ready')
  const canvas = useRef<HTMLCanvasElement>(null)
  const bar = useRef<HTMLInputElement>(null)
  const surface = useSurface(canvas, bar)
  return (
    <div className="chart" role="region" aria-label="Causal chart">
      <ChartBar />
      <Measured />
      <div className="chart-body">
        <ChartHead />
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application has keys of its own */}
        <div
          className="chart-sheet" role="application" aria-roledescription="sequence chart" tabIndex={0} aria-label="Hops as arrows. Up and Down point at a hop, Enter goes there, W and S zoom."
          onKeyDown={(event) => onKey(event, surface.current)}
        >
          <Sheet canvas={canvas} surface={surface} />
          {ready ? <Back /> : null}
          <Empty />
        </div>
        <input
          ref={bar} className="chart-scroll" type="range" min={0} max={1} defaultValue={0} aria-label="Place in the log" data-own-arrows=""
          onChange={(event) => surface.current?.scrollTo(Number(event.target.value))}
        />
      </div>
      <ChartSays />
    </div>
  )
}

/** Before anything has happened. */
function Empty() {
  const empty = useSession((s) => s.view !== null && s.view.status.tip <= s.view.status.start)
  return empty ? <p className="empty">No hop has acted yet. Press Play, or → for the first one: each draws an arrow here.</p> : null
}

/** The way back when the chart was scrolled away from the cursor. */
function Back() {
  const away = useChart((s) => !s.following)
  const cursor = useSession((s) => s.cursor)
  const start = useSession((s) => s.view?.status.start ?? 0)
  if (!away) return null
  return (
    <button
      type="button" className="chart-back"
      onClick={(event) => {
        event.currentTarget.closest<HTMLElement>('.chart-sheet')?.focus()
        chart.setState({ following: true, pointed: 0 })
      }}
    >
      To the cursor, hop {hopNumber(cursor, start)}
    </button>
  )
}
