/** The small picture of a card: the machine, the parts that a beat used, who spoke to whom. */
import { memo } from 'react'
import { FamilyMark } from '../diagram/Legend.tsx'
import type { Architecture } from '../diagram/layout/architecture.ts'
import { touchedBoxes, waysOf, type Card } from './board.ts'
import { laneOf } from '../ui/lane.ts'

export const Small = memo(function Small({ card, drawing }: { readonly card: Card; readonly drawing: Architecture }) {
  const ways = waysOf(drawing, card.dots)
  return (
    <svg className="board-small" viewBox={`0 0 ${drawing.width} ${drawing.height}`} aria-hidden="true">
      <use href="#board-ground" width={drawing.width} height={drawing.height} />
      {touchedBoxes(drawing, card.dots).map((box) => (
        <rect key={`${box.x} ${box.y}`} className="board-touched" x={box.x} y={box.y} width={box.w} height={box.h} rx={6} />
      ))}
      {ways.map((way) => (
        <path key={way.key} className={`board-way lane-${laneOf(way.dot.behalf - 1)}`} d={`M${way.from.x} ${way.from.y}L${way.to.x} ${way.to.y}`} />
      ))}
      {ways.map((way) => (
        <svg key={way.key} x={way.mark.x - 34} y={way.mark.y - 34} width={68} height={68}>
          <FamilyMark family={way.dot.family} letter={way.dot.letter} />
        </svg>
      ))}
    </svg>
  )
})
