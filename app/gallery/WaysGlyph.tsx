/** A small picture of the ways a scenario uses: each guest a column, its way down a ring (VMBus), ports (PIO) or a list of pages (DMA), one disk below. */
import type { GalleryCard, Way } from './gallery-calls.ts'

const width = 72
const height = 64

function Drawn({ way, x }: { readonly way: Way; readonly x: number }) {
  if (way === 'synthetic') return <ellipse cx={x} cy={29} rx={5.5} ry={3.6} />
  if (way === 'dma') return <path d={`M${x - 4} 25h8M${x - 4} 29h8M${x - 4} 33h8`} />
  return <path d={`M${x - 5} 24v10M${x} 24v10M${x + 5} 24v10`} />
}

export function WaysGlyph({ guests }: { readonly guests: GalleryCard['guests'] }) {
  const columns = guests.flatMap(({ lane, ways }) => ways.map((way) => ({ lane, way })))
  const step = width / (columns.length + 1)
  return (
    <svg className="gallery-glyph" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      {columns.map(({ lane, way }, i) => {
        const x = step * (i + 1)
        return (
          <g key={x} className={`lane-${lane}`}>
            <rect x={x - 6} y={4} width={12} height={12} rx={2} />
            <path d={`M${x} 16V24M${x} 34V42`} />
            <Drawn way={way} x={x} />
          </g>
        )
      })}
      <path className="gallery-floor" d={`M6 42H${width - 6}`} />
      <path className="gallery-disk" d="M28 50c0-2.200 3.600-4 8-4s8 1.800 8 4v7c0 2.200-3.600 4-8 4s-8-1.800-8-4zM28 50c0 2.200 3.600 4 8 4s8-1.800 8-4" />
    </svg>
  )
}
