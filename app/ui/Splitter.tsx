/** A border that can be moved by pointer or arrow keys; the size is remembered. */
import { limits, setSize } from './sizes.ts'

function sizeNow(element: Element, side: 'right' | 'below'): number {
  const box = element.parentElement?.getBoundingClientRect()
  return side === 'right' ? (box?.width ?? 300) : (box?.height ?? 200)
}

export function Splitter({ side }: { readonly side: 'right' | 'below' }) {
  const [least, most] = limits[side]
  return (
    <div
      className={`splitter splitter-${side}`} role="separator" tabIndex={0} data-own-arrows=""
      aria-orientation={side === 'right' ? 'vertical' : 'horizontal'} aria-label={side === 'right' ? 'Width of the inspector' : 'Height of the hop list'}
      aria-valuemin={least} aria-valuemax={most} aria-valuenow={least}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
        const box = event.currentTarget.parentElement!.getBoundingClientRect()
        setSize(side, side === 'right' ? box.right - event.clientX : box.bottom - event.clientY)
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: 20, ArrowUp: 20, ArrowRight: -20, ArrowDown: -20 }[event.key]
        if (by === undefined) return
        event.preventDefault()
        const now = sizeNow(event.currentTarget, side)
        setSize(side, now + by)
        event.currentTarget.setAttribute('aria-valuenow', String(now + by))
      }}
    />
  )
}
