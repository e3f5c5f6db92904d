/** One side as a section through the building, at its lowest depth: hops and processor time of each place, hops of each way. */
import { memo, useEffect, useRef } from 'react'
import { families } from '../../engine/index.ts'
import { shapes } from '../diagram/Dots.ts'
import { count, duration, many } from '../ui/figures.ts'
import { boxes, dotAt, height, ways, width, type Box } from './geometry.ts'
import { onMoves } from './moving.ts'
import { spotSums, waySums, type SpotSum } from './project.ts'
import { wayKey, type Spot, type Tally } from './tally.ts'
import type { Side, TwinAt } from './twin-calls.ts'

function time(ns: number): string {
  const { value, unit } = duration(ns)
  return `${value} ${unit}`
}

function Place({ box, sum, lit }: { readonly box: Box; readonly sum: SpotSum; readonly lit: boolean }) {
  const { spot, title, x, y } = box
  const words = `twin-box twin-${spot}${lit ? ' lit' : ''}${sum.hops === 0 ? ' untouched' : ''}`
  const flat = box.width > 200
  const narrow = box.width < 100
  const middle = x + box.width / 2
  return (
    <g className={words}>
      <rect x={x} y={y} width={box.width} height={box.height} rx={narrow ? 22 : 7} />
      <title>{`${title}: ${many(sum.hops, 'hop')} arrived${sum.ns > 0 ? `, ${time(sum.ns)} of processor time` : ''}`}</title>
      <text className="twin-name" x={narrow ? middle : x + 11} y={narrow ? y + 36 : flat ? y + 38 : y + 33} textAnchor={narrow ? 'middle' : 'start'}>{title}</text>
      <text className="twin-count" x={narrow ? middle : flat ? x + box.width - 11 : x + 11} y={narrow ? y + 77 : flat ? y + 40 : y + 76} textAnchor={narrow ? 'middle' : flat ? 'end' : 'start'}>
        {count(sum.hops)}
        {sum.ns > 0 ? <tspan className="twin-time" dx={8}>{time(sum.ns)}</tspan> : null}
      </text>
    </g>
  )
}

const thickness = (hops: number): number => (hops === 0 ? 1.5 : Math.min(11, 2 + Math.log2(hops)))

function Ways({ sums }: { readonly sums: Readonly<Record<string, number>> }) {
  return ways.map((way) => {
    const hops = sums[wayKey(way.from, way.to)] ?? 0
    return (
      <g key={wayKey(way.from, way.to)} className={hops === 0 ? 'twin-way unused' : 'twin-way'}>
        <title>{`${many(hops, 'hop')}, both ways`}</title>
        <line x1={way.a.x} y1={way.a.y} x2={way.b.x} y2={way.b.y} strokeWidth={thickness(hops)} />
        {way.count && hops > 0 ? <text x={way.count.x} y={way.count.y}>{count(hops)}</text> : null}
      </g>
    )
  })
}

const round = Array.from({ length: 16 }, (_, i) => [Math.cos((i * Math.PI) / 8), Math.sin((i * Math.PI) / 8)] as const)

/** The hop that is on its way: drawn anew with every frame, without React. */
function Dot({ side }: { readonly side: Side }) {
  const group = useRef<SVGGElement>(null)
  useEffect(() => onMoves(side, (dot) => {
    const g = group.current
    if (!g) return
    g.toggleAttribute('data-on', dot !== null)
    if (!dot) return
    const { move, share } = dot
    const { x, y } = dotAt(move.from, move.to, Math.min(1, share))
    g.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(14)`)
    const words = `twin-dot family-${move.family}`
    if (g.getAttribute('class') === words) return
    g.setAttribute('class', words)
    g.firstElementChild!.setAttribute('points', (shapes[move.family] ?? round).map((p) => p.join(',')).join(' '))
    g.lastElementChild!.textContent = families[move.family].letter
  }), [side])
  return (
    <g ref={group} className="twin-dot">
      <polygon />
      <text y={0.42} textAnchor="middle" />
    </g>
  )
}

const titles: Readonly<Record<Side, string>> = { left: 'Left machine', right: 'Right machine' }

export const Building = memo(function Building({ side, at, moving }: { readonly side: Side; readonly at: TwinAt; readonly moving: Tally | null }) {
  const sums = spotSums(at, side, moving)
  const told = boxes.filter(({ spot }) => sums[spot].hops > 0).map(({ spot, title }) => `${title} ${many(sums[spot].hops, 'hop')}`).join(', ')
  const lit = (spot: Spot): boolean => moving?.spot === spot
  return (
    <svg className="twin-building" viewBox={`0 -2 ${width} ${height + 4}`} role="img" aria-label={`${titles[side]}: ${told || 'nothing has hopped yet'}`}>
      <Ways sums={waySums(at, side, moving)} />
      {boxes.map((box) => <Place key={box.spot} box={box} sum={sums[box.spot]} lit={lit(box.spot)} />)}
      <Dot side={side} />
    </svg>
  )
})
