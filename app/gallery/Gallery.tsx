/** Every scenario with what one learns from it, by theme. Each card is an address: open it, keep it, share it. */
import { useEffect, useState } from 'react'
import type { LessonTheme } from '../../engine/index.ts'
import { addressOfScenario } from '../session/commands.ts'
import { openSession } from '../session/lab-session.ts'
import { useSession } from '../session/session-store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import type { GalleryCard } from './gallery-calls.ts'
import { WaysGlyph } from './WaysGlyph.tsx'
import './gallery.css'
import { many } from '../ui/figures.ts'

const themes: readonly (readonly [LessonTheme | null, string, string])[] = [
  ['ways', 'Two ways to a disk', 'What VMBus is for.'],
  ['signals', 'Rings and signals', 'How little has to be said.'],
  ['cost', 'What it costs', 'Exits, trips and copies, and how to be rid of them.'],
  ['disks', 'Virtual disks', 'Files that are disks, and files on them.'],
  ['sharing', 'Guests beside each other', 'What one guest feels of another, and of the root.'],
  ['life', 'The life of a virtual machine', 'From power-on.'],
  [null, 'Further scenarios', ''],
]

const ways = { synthetic: 'VMBus', pio: 'emulated IDE, PIO', dma: 'emulated IDE, DMA' } as const

function Card({ card, here }: { readonly card: GalleryCard; readonly here: boolean }) {
  const guests = card.guests.map((guest) => `${guest.title}: ${guest.ways.map((way) => ways[way]).join(', then ')}`).join('; ')
  return (
    <li>
      <a className="gallery-card" href={addressOfScenario(card.name).href} aria-current={here ? 'page' : undefined}>
        <WaysGlyph guests={card.guests} />
        <span className="gallery-words">
          <b>{card.title}</b>
          <span className="gallery-teaches">{card.teaches}</span>
          <span className="gallery-facts">
            {here ? <em>open now · </em> : null}{card.stops > 0 ? many(card.stops, 'stop') : 'no stops'}{card.apart ? ` · ${card.apart}` : ''}
            <span className="gallery-guests" title={guests}> · {card.guests.map(({ title }) => title).join(', ')}</span>
          </span>
        </span>
      </a>
    </li>
  )
}

export default function Gallery() {
  const [cards, setCards] = useState<readonly GalleryCard[] | null>(null)
  const scenario = useSession((s) => s.scenario)
  useEffect(() => {
    let gone = false
    void openSession()?.lab.gallery().then((found) => gone || setCards(found)).catch(() => undefined)
    return () => {
      gone = true
    }
  }, [])
  return (
    <Dialog title="Scenarios" className="gallery">
      {cards === null ? <p className="empty">The scenarios are being fetched …</p> : themes.map(([theme, title, about]) => {
        const own = cards.filter((card) => card.theme === theme)
        return own.length === 0 ? null : (
          <section key={title} aria-label={title}>
            <h3>{title} <span>{about}</span></h3>
            <ul>{own.map((card) => <Card key={card.name} card={card} here={card.name === scenario} />)}</ul>
          </section>
        )
      })}
    </Dialog>
  )
}
