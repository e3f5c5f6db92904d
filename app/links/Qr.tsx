/** A QR code, always black on white: readers do not look for light on dark. Loaded with the dialog that shows it. */
import { encode } from 'uqr'

/** Up to version 10 with correction level M, which bears a smudged projector; a longer text gets the room of level L. */
export function codeOf(text: string): { readonly version: number; readonly ecc: 'M' | 'L'; readonly size: number; readonly rows: readonly (readonly boolean[])[] } {
  const bytes = Array.from(new TextEncoder().encode(text))
  for (const ecc of ['M', 'L'] as const) {
    const { version, size, data } = encode(bytes, { ecc, border: 0, boostEcc: false })
    if (ecc === 'L' || version <= 10) return { version, ecc, size, rows: data }
  }
  throw new Error('A QR code of level L was not made.')
}

/** Light around it, in modules; the standard asks for four. */
const quiet = 4

export default function Qr({ text, title }: { readonly text: string; readonly title: string }) {
  const { size, rows, version, ecc } = codeOf(text)
  const path = rows.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('')
  return (
    <svg className="qr" role="img" aria-label={title} viewBox={`${-quiet} ${-quiet} ${size + 2 * quiet} ${size + 2 * quiet}`} data-version={version} data-ecc={ecc} shapeRendering="crispEdges">
      <rect x={-quiet} y={-quiet} width={size + 2 * quiet} height={size + 2 * quiet} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
