/** The mark of a hop: shape, letter and colour say its family. */
import type { Family } from '../../engine/index.ts'
import { shapes } from './Dots.ts'

export function FamilyMark({ family, letter, tint = family }: { readonly family: Family; readonly letter: string; readonly tint?: Family }) {
  const shape = shapes[family]
  return (
    <svg className={`mark family-${tint}`} viewBox="-1.3 -1.3 2.6 2.6" aria-hidden="true">
      {shape ? <polygon points={shape.map((p) => p.join(',')).join(' ')} /> : <circle r={family === 'call' ? 0.95 : 1.1} />}
      <text y={0.42 + (family === 'signal' ? 0.18 : family === 'entry' ? -0.2 : 0)} textAnchor="middle">{letter}</text>
    </svg>
  )
}
