/**
 * Reads what stands on the screen: boxes with their borders, lines of text where they stand, shapes of drawings. What is exported is
 * what is seen, in the theme and the depth that are on.
 */
import { boxPath, shape, type Item } from './items.ts'

interface Frame {
  /** Left and upper edge of what is exported, on the screen. */
  readonly x: number
  readonly y: number
  /** How large the drawing is drawn: sizes in styles are before that. */
  readonly zoom: number
  readonly clip: DOMRect
}

function isSeen(style: CSSStyleDeclaration): boolean {
  return style.display !== 'none' && style.visibility !== 'hidden' && Number(style.opacity) > 0
}

function isClear(colour: string): boolean {
  return colour === 'none' || colour === 'transparent' || /,\s*0\)$|\/\s*0\)$/.test(colour)
}

const sides = ['Top', 'Right', 'Bottom', 'Left'] as const

function borderItems(style: CSSStyleDeclaration, x: number, y: number, w: number, h: number, frame: Frame, opacity: number): Item[] {
  const widths = sides.map((side) => (style[`border${side}Style`] === 'none' ? 0 : Number.parseFloat(style[`border${side}Width`]) * frame.zoom))
  if (widths.every((width) => width === 0)) return []
  const radius = Number.parseFloat(style.borderTopLeftRadius) * frame.zoom || 0
  const first = widths[0]!
  const colour = style.borderTopColor
  if (sides.every((side, i) => widths[i] === first && style[`border${side}Color`] === colour)) {
    if (isClear(colour)) return []
    const dash = style.borderTopStyle === 'dashed' ? [4 * first, 3 * first] : style.borderTopStyle === 'dotted' ? [first, 2 * first] : []
    return [shape(boxPath(x + first / 2, y + first / 2, w - first, h - first, radius - first / 2), { stroke: colour, width: first, dash, opacity })]
  }
  const lines = [`M${x} ${y}H${x + w}`, `M${x + w} ${y}V${y + h}`, `M${x} ${y + h}H${x + w}`, `M${x} ${y}V${y + h}`]
  return sides.flatMap((side, i) => (widths[i]! > 0 && !isClear(style[`border${side}Color`]) ? [shape(lines[i]!, { stroke: style[`border${side}Color`], width: widths[i]!, opacity })] : []))
}

/** A ring around a box: what is lit, chosen or next has one. */
function ringItems(style: CSSStyleDeclaration, x: number, y: number, w: number, h: number, frame: Frame, opacity: number): Item[] {
  const radius = Number.parseFloat(style.borderTopLeftRadius) * frame.zoom || 0
  const out: Item[] = []
  const shadow = /^(rgba?\([^)]*\)|#\w+) 0px 0px 0px ([\d.]+)px$/.exec(style.boxShadow)
  if (shadow) {
    const width = Number(shadow[2]) * frame.zoom
    out.push(shape(boxPath(x - width / 2, y - width / 2, w + width, h + width, radius + width / 2), { stroke: shadow[1]!, width, opacity }))
  }
  if (style.outlineStyle === 'dashed' || style.outlineStyle === 'solid') {
    const width = Number.parseFloat(style.outlineWidth) * frame.zoom
    const off = Number.parseFloat(style.outlineOffset) * frame.zoom + width / 2
    out.push(shape(boxPath(x - off, y - off, w + 2 * off, h + 2 * off, radius + off), { stroke: style.outlineColor, width, dash: style.outlineStyle === 'dashed' ? [3 * width, 2 * width] : [], opacity }))
  }
  return out
}

function boxItems(element: HTMLElement, style: CSSStyleDeclaration, frame: Frame, opacity: number): Item[] {
  const box = element.getBoundingClientRect()
  if (box.width === 0 || box.height === 0) return []
  const x = box.x - frame.x
  const y = box.y - frame.y
  const out: Item[] = []
  const radius = Number.parseFloat(style.borderTopLeftRadius) * frame.zoom || 0
  if (!isClear(style.backgroundColor)) out.push(shape(boxPath(x, y, box.width, box.height, radius), { fill: style.backgroundColor, opacity }))
  return [...out, ...borderItems(style, x, y, box.width, box.height, frame, opacity), ...ringItems(style, x, y, box.width, box.height, frame, opacity)]
}

interface Line {
  text: string
  left: number
  right: number
  top: number
  height: number
}

/** The lines that a text node is broken into, as they stand. */
function linesOf(node: Text): Line[] {
  const out: Line[] = []
  const range = document.createRange()
  for (const word of node.data.matchAll(/\S+\s*/g)) {
    range.setStart(node, word.index)
    range.setEnd(node, word.index + word[0].trimEnd().length)
    const box = range.getBoundingClientRect()
    if (box.width === 0) continue
    const last = out.at(-1)
    if (last && Math.abs(last.top - box.top) < box.height / 2) {
      last.text += ` ${word[0].trimEnd()}`
      last.right = box.right
    } else out.push({ text: word[0].trimEnd(), left: box.left, right: box.right, top: box.top, height: box.height })
  }
  return out
}

const measuring = document.createElement('canvas').getContext('2d')

/** Share of a line's height above its baseline. */
function ascentShare(font: string): number {
  if (!measuring) return 0.78
  measuring.font = font
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = measuring.measureText('x')
  return up + down > 0 ? up / (up + down) : 0.78
}

function textItems(node: Text, style: CSSStyleDeclaration, frame: Frame, clip: DOMRect, opacity: number): Item[] {
  const size = Number.parseFloat(style.fontSize) * frame.zoom
  const family = style.fontFamily
  const share = ascentShare(`${style.fontWeight} 100px ${family}`)
  return linesOf(node).flatMap((line): Item[] => {
    // What is cut off on the screen is cut off here, with an ellipsis.
    if (line.top + line.height * 0.6 > clip.bottom || line.top + line.height * 0.4 < clip.top || line.left > clip.right) return []
    const room = Math.min(line.right, clip.right) - line.left
    const cut = line.right > clip.right + 1
    const keep = Math.max(1, Math.floor(line.text.length * (room / (line.right - line.left))) - 1)
    const spelled = style.textTransform === 'uppercase' ? line.text.toUpperCase() : line.text
    const text = cut ? `${spelled.slice(0, keep)}…` : spelled
    return [{ kind: 'text', x: line.left - frame.x, y: line.top - frame.y + line.height * share, width: cut ? room : line.right - line.left, text, size, weight: style.fontWeight, family, fill: style.color, opacity }]
  })
}

function pathOf(element: SVGGeometryElement): string {
  const at = (name: string): number => Number(element.getAttribute(name) ?? 0)
  switch (element.tagName) {
    case 'rect': return boxPath(at('x'), at('y'), at('width'), at('height'), at('rx'))
    case 'line': return `M${at('x1')} ${at('y1')}L${at('x2')} ${at('y2')}`
    case 'circle': return `M${at('cx') - at('r')} ${at('cy')}a${at('r')} ${at('r')} 0 1 0 ${2 * at('r')} 0a${at('r')} ${at('r')} 0 1 0 ${-2 * at('r')} 0z`
    case 'polygon': return `M${element.getAttribute('points') ?? ''}z`
    default: return element.getAttribute('d') ?? ''
  }
}

function svgItems(element: SVGElement, frame: Frame, opacity: number): Item[] {
  const out: Item[] = []
  for (const child of element.querySelectorAll<SVGGraphicsElement>('rect, line, circle, polygon, path, text')) {
    const style = getComputedStyle(child)
    if (!isSeen(style)) continue
    const seen = opacity * Number(style.opacity)
    if (child.tagName === 'text') {
      for (const node of child.childNodes) {
        if (node instanceof Text) out.push(...textItems(node, withFill(style), frame, frame.clip, seen))
      }
      continue
    }
    const matrix = child.getScreenCTM()
    if (!matrix) continue
    const { a, b, c, d, e, f } = matrix
    const dash = style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[\s,]+/).map(Number.parseFloat)
    out.push(shape(pathOf(child as SVGGeometryElement), {
      matrix: [a, b, c, d, e - frame.x, f - frame.y], fill: isClear(style.fill) ? 'none' : style.fill, stroke: style.stroke, width: Number.parseFloat(style.strokeWidth), dash, opacity: isClear(style.fill) ? seen * Number(style.strokeOpacity) : seen,
    }))
  }
  return out
}

/** Letters of a drawing are filled, letters of a page are coloured. */
function withFill(style: CSSStyleDeclaration): CSSStyleDeclaration {
  return new Proxy(style, { get: (target, name) => (name === 'color' ? target.fill : (target[name as keyof CSSStyleDeclaration] as unknown)) })
}

function walk(element: Element, frame: Frame, clip: DOMRect, opacity: number, out: Item[]): void {
  const style = getComputedStyle(element)
  if (!isSeen(style) || element.tagName === 'CANVAS') return
  const seen = opacity * Number(style.opacity)
  if (element instanceof SVGElement) return void out.push(...svgItems(element, frame, seen))
  const box = element.getBoundingClientRect()
  // What is only for ears stands in a box of one pixel.
  if (style.clipPath !== 'none' && box.width * box.height < 5) return
  out.push(...boxItems(element as HTMLElement, style, frame, seen))
  const inner = style.overflow === 'visible' ? clip : intersection(clip, box)
  for (const child of element.childNodes) {
    if (child instanceof Text) out.push(...textItems(child, style, frame, inner, seen))
    else if (child instanceof Element) walk(child, frame, inner, seen, out)
  }
}

function intersection(a: DOMRect, b: DOMRect): DOMRect {
  const x = Math.max(a.left, b.left)
  const y = Math.max(a.top, b.top)
  return new DOMRect(x, y, Math.max(0, Math.min(a.right, b.right) - x), Math.max(0, Math.min(a.bottom, b.bottom) - y))
}

export interface PageDrawing {
  readonly items: readonly Item[]
  readonly width: number
  readonly height: number
}

/** Everything inside an element, moved to begin at 0, 0. `zoom`: how large the drawing in it is drawn. */
export function readPage(element: Element, zoom: number): PageDrawing {
  const box = element.getBoundingClientRect()
  const items: Item[] = []
  walk(element, { x: box.x, y: box.y, zoom, clip: box }, box, 1, items)
  return { items, width: box.width, height: box.height }
}
