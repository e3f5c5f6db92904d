/**
 * The story as cards, one for each beat: a small picture, what happens and why. Nothing moves, everything can be read at one's
 * own pace and printed. Cards beyond what was reached are shown too: a card is chosen, and the machine goes there.
 */
import './storyboard.css'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { architecture, type Architecture } from '../diagram/layout/architecture.ts'
import { guestShapes, plannedGuests, shapeKey } from '../diagram/project.ts'
import { seek } from '../session/commands.ts'
import { trueUpTo, useEra } from '../session/era.ts'
import { labSession } from '../session/lab-session.ts'
import { session, useSession } from '../session/session-store.ts'
import { hopNumber, instant } from '../ui/figures.ts'
import { cardAt, perSheet, type Card } from './board.ts'
import { cardsOf } from './cards.ts'
import { PrintBoard } from './PrintBoard.tsx'
import { printing } from './printing.ts'
import { Small } from './Small.tsx'
import { laneOf } from '../ui/lane.ts'

/** The cards of one sheet; sheets begin at the start of the story and follow each other. */
async function sheetFrom(from: number): Promise<readonly Card[]> {
  const { lab } = await labSession()
  return cardsOf(await lab.story(from, perSheet, true), true)
}

function Ground({ drawing }: { readonly drawing: Architecture }) {
  return (
    <svg className="board-ground" aria-hidden="true">
      <symbol id="board-ground" viewBox={`0 0 ${drawing.width} ${drawing.height}`}>
        {[drawing.hypervisor, drawing.hardware].map((box) => (
          <rect key={box.y} className="board-floor" x={box.x} y={box.y} width={box.w} height={box.h} rx={10} />
        ))}
        {drawing.columns.map((column) => (
          <g key={column.path} className={`lane-${laneOf(column.ordinal)}`}>
            <rect className="board-wall" x={column.box.x} y={column.box.y} width={column.box.w} height={column.box.h} rx={10} />
            <path className="board-wall" d={`M${column.box.x} ${column.kernel.y}h${column.box.w}`} />
          </g>
        ))}
        {drawing.parts.map((part) => (
          <rect key={part.path} className="board-part" x={part.box.x} y={part.box.y} width={part.box.w} height={part.box.h} rx={6} />
        ))}
      </symbol>
    </svg>
  )
}

interface CardProps {
  readonly card: Card
  readonly number: number
  readonly here: boolean
  readonly drawing: Architecture
}

function CardView({ card, number, here, drawing }: CardProps) {
  const start = useSession((s) => s.view?.status.start ?? 0)
  const startTime = useSession((s) => s.view?.status.startTime ?? 0)
  const { from, to } = card.beat
  const hops = from === to ? `hop ${hopNumber(from, start)}` : `hops ${hopNumber(from, start)} to ${hopNumber(to, start)}`
  return (
    <li className={`board-card${here ? ' here' : ''}`}>
      <button type="button" aria-current={here ? 'step' : undefined} onClick={() => seek(to)}>
        <span className="board-head">
          <b>{number}</b> {instant(card.time - startTime)} · {hops}
        </span>
        <Small card={card} drawing={drawing} />
        <span className="board-says">
          <b>{card.says}</b>, because {card.because}.{card.note ? <i> {card.note}</i> : null}
        </span>
      </button>
    </li>
  )
}

interface Sheet {
  readonly at: number
  readonly cards: readonly Card[]
}

/** Sheets that were turned, by the hop each begins with; where the story goes on, or back, the sheet follows. */
function useSheets() {
  const start = useSession((s) => s.view?.status.start ?? 0)
  const era = useEra()
  const [begins, setBegins] = useState<readonly number[]>([])
  const [sheet, setSheet] = useState<Sheet | null>(null)
  const byHand = useRef(false)
  const of = useRef(era)
  const at = begins.at(-1) ?? start + 1
  useEffect(() => {
    const upTo = trueUpTo(of.current, session.getState().view)
    of.current = era
    // In another branch the story is the same up to the fork: sheets that begin later are of the one that was left.
    setBegins((old) => (old.some((n) => n > upTo + 1) ? old.filter((n) => n <= upTo + 1) : old))
  }, [era])
  useEffect(() => {
    let current = true
    let stop = (): void => undefined
    const { cursor: asked } = session.getState()
    const show = (cards: readonly Card[]): void => {
      if (!current) return
      setSheet({ at, cards })
      const last = cards.at(-1)?.beat.to ?? 0
      const followed = (cursor: number): void => {
        if (last > 0 && cursor > last) setBegins((old) => [...old, last + 1])
        else if (cursor < at && cursor >= start) setBegins((old) => old.slice(0, -1))
      }
      const { cursor } = session.getState()
      // Who moves while a turned sheet is on its way is followed too.
      if (cursor !== asked) byHand.current = false
      if (!byHand.current) followed(cursor)
      stop = session.subscribe((now, before) => {
        if (now.cursor === before.cursor) return
        byHand.current = false
        followed(now.cursor)
      })
    }
    sheetFrom(at).then(show).catch(() => undefined)
    return () => {
      current = false
      stop()
    }
  }, [at, era, start])
  const last = sheet?.cards.at(-1)?.beat.to ?? 0
  const turn = (): void => {
    byHand.current = true
    if (last > 0) setBegins([...begins, last + 1])
  }
  const turnBack = (): void => {
    byHand.current = true
    setBegins(begins.slice(0, -1))
  }
  return { sheet, number: begins.length * perSheet, turn, turnBack, first: begins.length === 0 }
}

/** All that was reached; before anything was, the first sheet. */
function printAll(): void {
  const status = session.getState().view?.status
  if (status) printing.setState({ wish: { from: status.start + 1, to: Math.max(status.tip, status.start + 1), request: 0 } })
}

export default function Storyboard() {
  const wish = useStore(printing, (s) => s.wish)
  const key = useSession((s) => shapeKey(guestShapes(s.view, plannedGuests(s.machineCard?.own.guests))))
  const reduced = useSession((s) => !s.motion)
  const drawing = useMemo(() => architecture(guestShapes(session.getState().view, plannedGuests(session.getState().machineCard?.own.guests))), [key]) // oxlint-disable-line react/exhaustive-deps -- the key stands for the guests
  const cursor = useSession((s) => s.cursor)
  const { sheet, number, turn, turnBack, first } = useSheets()
  const cards = sheet?.cards ?? []
  const here = cardAt(cards, cursor)
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which is no clean-up.
    list.current?.querySelector('.here')?.scrollIntoView({ block: 'nearest' })
  }, [here, sheet])
  return (
    <section className="storyboard" aria-label="Storyboard" tabIndex={0} data-printing={wish ? '' : undefined}>
      <header className="board-bar">
        <h2>Storyboard</h2>
        <p>
          {cards.length === 0 ? 'The story is being told …' : `Beats ${number + 1} to ${number + cards.length}`}
          {reduced ? ' · motion is reduced: the picture stands still too' : ''}
        </p>
        <button type="button" disabled={first} onClick={turnBack}>Earlier beats</button>
        <button type="button" disabled={cards.length < perSheet} onClick={turn}>Later beats</button>
        <button type="button" disabled={wish !== null} onClick={printAll}>Print</button>
      </header>
      <Ground drawing={drawing} />
      {wish ? <PrintBoard wish={wish} drawing={drawing} /> : null}
      <ol ref={list} className="board-cards" aria-label="Beats of the story">
        {cards.map((card, i) => (
          <CardView key={card.beat.from} card={card} number={number + i + 1} here={i === here && card.beat.to >= cursor} drawing={drawing} />
        ))}
      </ol>
    </section>
  )
}
