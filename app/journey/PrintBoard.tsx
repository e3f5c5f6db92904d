/** The story on paper: a title, cards with small pictures, where it comes from. Laid out, printed, and gone again. */
import { useEffect, useState } from 'react'
import type { Architecture } from '../diagram/layout/architecture.ts'
import { session, useSession } from '../session/session-store.ts'
import { hopNumber, instant, many } from '../ui/figures.ts'
import { printedOf, type Printed } from './cards.ts'
import { printing, type StoryRange } from './printing.ts'
import { Small } from './Small.tsx'

function done(): void {
  printing.setState({ wish: null })
}

/** Lays the range out, and prints it once it stands. */
function usePrinted(wish: StoryRange): Printed | null {
  const [printed, setPrinted] = useState<Printed | null>(null)
  useEffect(() => {
    let current = true
    const lay = async (): Promise<void> => {
      try {
        const found = await printedOf(wish)
        if (current) setPrinted(found)
      } catch (error) {
        session.setState({ failure: error instanceof Error ? error.message : String(error) })
        done()
      }
    }
    void lay()
    return () => {
      current = false
    }
  }, [wish])
  useEffect(() => {
    if (!printed) return
    // Two frames: the pictures stand then.
    const timer = setTimeout(() => print(), 120)
    window.addEventListener('afterprint', done)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('afterprint', done)
    }
  }, [printed])
  return printed
}

export function PrintBoard({ wish, drawing }: { readonly wish: StoryRange; readonly drawing: Architecture }) {
  const printed = usePrinted(wish)
  const start = useSession((s) => s.view?.status.start ?? 0)
  const startTime = useSession((s) => s.view?.status.startTime ?? 0)
  const open = useSession((s) => s.own ?? s.scenarios.find((card) => card.name === s.scenario) ?? null)
  const machine = useSession((s) => s.machineCard?.title ?? '')
  const about = useSession((s) => (s.machineCard?.changed ? s.machineCard.about : open?.about))
  if (!printed) return <p className="board-busy" role="status">The storyboard is being laid out for paper …</p>
  const { cards, cut, sources } = printed
  return (
    <article className="board-print" aria-label="Storyboard for paper">
      <header>
        <h1>{open?.title ?? 'Storyboard'}</h1>
        <p>{about}</p>
        <p>{machine} · hops {hopNumber(wish.from, start)} to {hopNumber(wish.to, start)} · {many(cards.length, 'beat')}{cut ? ' (the rest was left out)' : ''}</p>
      </header>
      <ol className="board-cards">
        {cards.map((card, i) => (
          <li key={card.beat.from} className="board-card">
            <div className="board-sheet">
              <span className="board-head"><b>{i + 1}</b> {instant(card.time - startTime)} · hop {hopNumber(card.beat.from, start)}{card.beat.to > card.beat.from ? ` to ${hopNumber(card.beat.to, start)}` : ''}</span>
              <Small card={card} drawing={drawing} />
              <span className="board-says"><b>{card.says}</b>, because {card.because}.{card.note ? <i> {card.note}</i> : null}</span>
            </div>
          </li>
        ))}
      </ol>
      <footer>
        <h2>Sources</h2>
        <ol className="board-sources">
          {sources.map(({ id, title, locator, where, link }) => (
            <li key={id}><b>{id}</b> {title}{locator ? `, ${locator}` : ''}. {where}{link ? ` ${link}` : ''}</li>
          ))}
        </ol>
        <p>Viridian Lab · {location.href}</p>
      </footer>
    </article>
  )
}
