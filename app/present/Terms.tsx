/**
 * Terms of the field in the sentence above the picture: underlined, and explained where a pointer or a finger rests on them. The
 * sentence itself stays one text; whoever uses the keyboard opens the glossary, which begins with the same terms.
 */
import { useEffect, useState } from 'react'
import { citationOf } from './sources.ts'
import { session } from '../session/session-store.ts'
import type { Term } from './glossary.ts'
import { termsIn } from './glossary.ts'

interface Spot {
  readonly term: Term
  readonly range: Range
}

interface HighlightRegistry {
  set(name: string, highlight: unknown): void
  delete(name: string): void
}

/** Where terms stand in the caption, drawn as a highlight where the browser can. */
function spotsNow(): readonly Spot[] {
  const spots: Spot[] = []
  const seen = new Set<Term>()
  for (const part of document.querySelectorAll('.caption p > span:is(.caption-says, .caption-because)')) {
    const text = part.firstChild
    if (!(text instanceof Text)) continue
    for (const { from, to, term } of termsIn(text.data)) {
      if (seen.has(term)) continue
      seen.add(term)
      const range = document.createRange()
      range.setStart(text, from)
      range.setEnd(text, to)
      spots.push({ term, range })
    }
  }
  return spots
}

function underline(spots: readonly Spot[]): void {
  const { highlights } = CSS as unknown as { highlights?: HighlightRegistry }
  const { Highlight } = globalThis as unknown as { Highlight?: new (...ranges: readonly Range[]) => unknown }
  if (!highlights || !Highlight) return
  if (spots.length === 0) highlights.delete('viridian-terms')
  else highlights.set('viridian-terms', new Highlight(...spots.map((spot) => spot.range)))
}

function at(spots: readonly Spot[], x: number, y: number): { readonly spot: Spot; readonly box: DOMRect } | null {
  for (const spot of spots) {
    for (const box of spot.range.getClientRects()) {
      if (x >= box.left - 2 && x <= box.right + 2 && y >= box.top && y <= box.bottom) return { spot, box }
    }
  }
  return null
}

interface Shown {
  readonly term: Term
  readonly left: number
  readonly top: number
}

/** How long a pointer rests on a term before it is explained. */
const restMs = 220

function useTerms(): Shown | null {
  const [shown, setShown] = useState<Shown | null>(null)
  useEffect(() => {
    let spots: readonly Spot[] = []
    let timer = 0
    let frame = 0
    const look = (): void => {
      cancelAnimationFrame(frame)
      // The sentence is in the page a frame after it is in the store.
      frame = requestAnimationFrame(() => requestAnimationFrame(() => {
        spots = session.getState().pace === 'flow' && session.getState().playing ? [] : spotsNow()
        underline(spots)
      }))
    }
    const explain = (x: number, y: number): void => {
      const found = at(spots, x, y)
      setShown(found && { term: found.spot.term, left: Math.max(8, Math.min(found.box.left, innerWidth - 460)), top: found.box.bottom + 6 })
    }
    const move = (event: PointerEvent): void => {
      if (event.pointerType === 'touch') return
      clearTimeout(timer)
      timer = window.setTimeout(() => explain(event.clientX, event.clientY), restMs)
    }
    const press = (event: PointerEvent): void => explain(event.clientX, event.clientY)
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setShown(null)
    }
    const stop = session.subscribe((now, before) => {
      if (now.caption !== before.caption || now.machine !== before.machine || now.playing !== before.playing || now.phase !== before.phase) {
        setShown(null)
        look()
      }
    })
    look()
    addEventListener('pointermove', move, { passive: true })
    addEventListener('pointerdown', press, { passive: true })
    addEventListener('keydown', key)
    return () => {
      stop()
      clearTimeout(timer)
      cancelAnimationFrame(frame)
      underline([])
      removeEventListener('pointermove', move)
      removeEventListener('pointerdown', press)
      removeEventListener('keydown', key)
    }
  }, [])
  return shown
}

export default function Terms() {
  const shown = useTerms()
  if (!shown) return null
  return (
    <div className="term" role="tooltip" style={{ left: shown.left, top: shown.top }}>
      <b>{shown.term.term}</b>
      {shown.term.says}
      <small>{citationOf(shown.term.source)}{shown.term.inferred ? `. ${shown.term.inferred}` : ''}</small>
    </div>
  )
}
