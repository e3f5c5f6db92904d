/** What shapes, letters and colours mean. */
import type { Family } from '../../engine/index.ts'
import { shapes } from './Dots.ts'

const rows: readonly (readonly [Family, string, string])[] = [
  ['ring', 'R', 'Ring'],
  ['signal', 'S', 'Signal'],
  ['exit', 'X', 'Exit'],
  ['hypercall', 'H', 'Hypercall'],
  ['message', 'M', 'Message'],
  ['interrupt', 'I', 'Interrupt'],
  ['device', 'D', 'Device, DMA'],
  ['copy', 'C', 'Copy'],
  ['call', 'K', 'Call'],
  ['entry', 'E', 'VM entry'],
  ['person', 'P', 'Somebody asks'],
]

export function FamilyMark({ family, letter, tint = family }: { readonly family: Family; readonly letter: string; readonly tint?: Family }) {
  const shape = shapes[family]
  return (
    <svg className={`mark family-${tint}`} viewBox="-1.3 -1.3 2.6 2.6" aria-hidden="true">
      {shape ? <polygon points={shape.map((p) => p.join(',')).join(' ')} /> : <circle r={family === 'call' ? 0.95 : 1.1} />}
      <text y={0.42 + (family === 'signal' ? 0.18 : family === 'entry' ? -0.2 : 0)} textAnchor="middle">{letter}</text>
    </svg>
  )
}

export function Legend() {
  return (
    <ul className="legend" aria-label="Legend">
      {rows.map(([family, letter, title]) => (
        <li key={family}>
          <FamilyMark family={family} letter={letter} /> {title}
        </li>
      ))}
    </ul>
  )
}
