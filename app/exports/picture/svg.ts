/** A drawing as an SVG that stands alone: no script, no style sheet, nothing fetched. Pure. */
import { n, type Drawing, type Item } from './items.ts'

function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- XML has no way to write them
  return text.replace(/[\u0000-\u0008\u000b-\u001f]/g, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function elementOf(item: Item): string {
  const opacity = item.opacity < 1 ? ` opacity="${n(item.opacity)}"` : ''
  if (item.kind === 'text') {
    const fit = item.width > 0 ? ` textLength="${n(item.width)}" lengthAdjust="spacingAndGlyphs"` : ''
    return `<text x="${n(item.x)}" y="${n(item.y)}" font-family="${escaped(item.family)}" font-size="${n(item.size)}" font-weight="${escaped(item.weight)}" fill="${escaped(item.fill)}"${fit}${opacity}>${escaped(item.text)}</text>`
  }
  const stroke = item.stroke === 'none' ? '' : ` stroke="${escaped(item.stroke)}" stroke-width="${n(item.width)}"${item.dash.length > 0 ? ` stroke-dasharray="${item.dash.map(n).join(' ')}"` : ''}`
  const matrix = item.matrix ? ` transform="matrix(${item.matrix.map((v) => Math.round(v * 1e5) / 1e5).join(' ')})"` : ''
  return `<path d="${escaped(item.d)}" fill="${escaped(item.fill)}"${stroke}${matrix}${opacity}/>`
}

export function svgText({ title, width, height, background, items }: Drawing): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" stroke-linejoin="round" stroke-linecap="round">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${w}" height="${h}" fill="${escaped(background)}"/>`,
    ...items.map(elementOf),
    '</svg>',
    '',
  ].join('\n')
}
