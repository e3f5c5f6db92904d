/** A border that can be moved by pointer or keys; Enter or a double click gives the panel the size of the layout again. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { SheetClose } from './SheetClose.tsx'
import { limits, resetSize, setSize, type Side } from './sizes.ts'

const names: Readonly<Record<Side, string>> = { left: 'Width of the partitions panel', right: 'Width of the inspector', below: 'Height of the hop list' }

/** Towards the middle of the page the panel grows. */
const steps: Readonly<Record<Side, Readonly<Record<string, number>>>> = {
  left: { ArrowRight: 20, ArrowUp: 20, ArrowLeft: -20, ArrowDown: -20 },
  right: { ArrowLeft: 20, ArrowUp: 20, ArrowRight: -20, ArrowDown: -20 },
  below: { ArrowLeft: 20, ArrowUp: 20, ArrowRight: -20, ArrowDown: -20 },
}

function panelOf(border: Element | null, side: Side): Element | null {
  return border?.closest('.page')?.querySelector(`:scope > .${side}`) ?? null
}

export default function Splitter({ side }: { readonly side: Side }) {
  const [least, most] = limits[side]
  const border = useRef<HTMLDivElement>(null)
  const [now, setNow] = useState<number>(least)
  const box = useCallback(() => panelOf(border.current, side)?.getBoundingClientRect(), [side])
  const told = useCallback(() => {
    const at = box()
    if (at) setNow(Math.round(side === 'below' ? at.height : at.width))
  }, [box, side])
  useEffect(() => {
    const page = border.current?.closest('.page')
    if (!page) return undefined
    const observer = new ResizeObserver(told)
    // The panel may come after its border, and another in its place: both are looked for among the children of the page.
    const watch = (): void => {
      observer.disconnect()
      const panel = panelOf(border.current, side)
      if (panel) observer.observe(panel)
    }
    const arrivals = new MutationObserver(watch)
    arrivals.observe(page, { childList: true })
    watch()
    return () => {
      observer.disconnect()
      arrivals.disconnect()
    }
  }, [told, side])
  const reset = (): void => {
    resetSize(side)
    told()
  }
  return (
    <>
      <SheetClose />
      <div
        ref={border} className={`splitter splitter-${side}`} role="separator" tabIndex={0} data-own-arrows="" title="Drag; double click: as it was"
        aria-orientation={side === 'below' ? 'horizontal' : 'vertical'} aria-label={names[side]}
        aria-valuemin={least} aria-valuemax={most} aria-valuenow={Math.min(most, Math.max(least, now))} aria-valuetext={`${now} pixels`}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          const at = box()
          if (!at || !event.currentTarget.hasPointerCapture(event.pointerId)) return
          setNow(setSize(side, side === 'below' ? at.bottom - event.clientY : side === 'left' ? event.clientX - at.left : at.right - event.clientX))
        }}
        onDoubleClick={reset}
        onKeyDown={(event) => {
          const by = (steps[side][event.key] ?? 0) * (event.shiftKey ? 4 : 1)
          const to = event.key === 'Home' ? least : event.key === 'End' ? most : by === 0 ? 0 : now + by
          if (to === 0 && event.key !== 'Enter') return
          event.preventDefault()
          if (to === 0) reset()
          else setNow(setSize(side, to))
        }}
      />
    </>
  )
}
