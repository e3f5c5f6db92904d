/** The mark of a hop: shape, letter and colour say its family. */
import type { Family } from '../../engine/index.ts'
import { shapes } from './Dots.ts'

/** One path whatever the shape: where a mark becomes another one, no element comes or goes. */
const outlines = new Map(Object.entries(shapes).map(([family, shape]) => [family, shape ? `M${shape.map((p) => p.join(' ')).join('L')}z` : circle(family === 'call' ? 0.95 : 1.1)]))

function circle(r: number): string {
  return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`
}

export function FamilyMark({ family, letter, tint = family }: { readonly family: Family; readonly letter: string; readonly tint?: Family }) {
  return (
    <svg className={`mark family-${tint}`} viewBox="-1.3 -1.3 2.6 2.6" aria-hidden="true">
      <path d={outlines.get(family)} />
      <text y={0.42 + (family === 'signal' ? 0.18 : family === 'entry' ? -0.2 : 0)} textAnchor="middle">{letter}</text>
    </svg>
  )
}
