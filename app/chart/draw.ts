/** Draws a scene on the canvas: bands, lifelines, arrows, marks, the margin. Knows nothing of where the hops came from. */
import type { Place } from '../../engine/index.ts'
import { laneColour, type DotColours, type Sprites } from '../diagram/Dots.ts'
import type { Head } from './chart-store.ts'
import type { Arrow, Scene } from './project.ts'
import type { Titles } from './titles.ts'

export interface ChartColours extends DotColours {
  readonly places: Readonly<Record<Place, string>>
  readonly ink2: string
  readonly ink3: string
  readonly rule: string
  readonly rule2: string
  readonly here: string
  readonly linked: string
  readonly accent: string
}

export interface Sheet {
  readonly width: number
  readonly height: number
  readonly head: Head
  /** Where the column of titles begins; 0 while titles stand beside their arrows. */
  readonly notes: number
  /** Size of letters: 12, on the projector 18. */
  readonly type: number
  /** Height of one row in even spacing, or what stands for it: marks and titles need room. */
  readonly room: number
  /** Arrows go level, and wait on their lifeline. */
  readonly level: boolean
  readonly cursorY: number | null
  readonly pointed: number
  readonly markA: number | null
  readonly markB: number | null
  /** How far hops that move in the picture have come, by number. */
  readonly moving: ReadonlyMap<number, number>
}

type Context = CanvasRenderingContext2D

export function laneX(head: Head, lane: number): number {
  return head.left + (lane + 0.5) * head.each
}

export function drawScene(c: Context, sheet: Sheet, scene: Scene, colours: ChartColours, sprites: Sprites, titles: Titles): void {
  const { width, height } = sheet
  c.clearRect(0, 0, width, height)
  drawBands(c, sheet, colours)
  drawRow(c, sheet, sheet.cursorY, colours.here)
  drawMarks(c, sheet, colours)
  drawLifelines(c, sheet, colours)
  const plain = scene.arrows.filter((arrow) => arrow.role === '' && !sheet.moving.has(arrow.n))
  const special = scene.arrows.filter((arrow) => arrow.role !== '' || sheet.moving.has(arrow.n)).sort((a, b) => rank(a) - rank(b))
  drawMany(c, sheet, plain, colours)
  for (const arrow of special) drawOne(c, sheet, arrow, colours)
  drawGlyphs(c, sheet, scene.arrows, colours, sprites)
  drawTitles(c, sheet, scene, colours, titles)
  drawMargin(c, sheet, scene, colours)
}

const ranks: Readonly<Record<Arrow['role'], number>> = { '': 0, chain: 1, effect: 2, cause: 3, here: 4 }

function rank(arrow: Arrow): number {
  return ranks[arrow.role]
}

function drawBands(c: Context, { head, height, width, notes }: Sheet, colours: ChartColours): void {
  c.fillStyle = colours.paper
  c.fillRect(0, 0, width, height)
  const right = notes > 0 ? notes : width
  for (const band of head.bands) {
    const x = head.left + band.from * head.each
    c.fillStyle = colours.places[band.place]
    c.fillRect(x, 0, Math.min(right, x + band.lanes * head.each) - x, height)
    c.fillStyle = band.ordinal >= 0 ? laneColour(colours, band.ordinal + 1) : colours.rule2
    c.fillRect(Math.round(x), 0, 1, height)
  }
}

function drawRow(c: Context, { head, width }: Sheet, y: number | null, colour: string): void {
  if (y === null) return
  c.globalAlpha = 0.75
  c.fillStyle = colour
  c.fillRect(0, y - 9, head.left, 18)
  c.fillRect(head.left, y - 1.5, width - head.left, 3)
  c.globalAlpha = 1
}

function drawLifelines(c: Context, { head, height }: Sheet, colours: ChartColours): void {
  c.lineWidth = 1
  head.lanes.forEach((lane, i) => {
    const x = Math.round(laneX(head, i)) + 0.5
    c.strokeStyle = lane.ordinal >= 0 ? laneColour(colours, lane.ordinal + 1) : colours.ink3
    c.globalAlpha = 0.45
    c.beginPath()
    c.moveTo(x, 0)
    c.lineTo(x, height)
    c.stroke()
  })
  c.globalAlpha = 1
}

/** The way of an arrow; clipped a little beyond the view, so that dashes are not counted over millions of pixels. */
function pathOf(c: Context, sheet: Sheet, arrow: Arrow): number {
  const { head, level, height } = sheet
  const to = arrow.to < 0 ? arrow.from : arrow.to
  const from = arrow.from < 0 ? to : arrow.from
  const a = laneX(head, from)
  const b = laneX(head, to)
  const y0 = Math.max(-40, arrow.y0)
  const y1 = Math.min(height + 40, arrow.y1)
  if (from === to) {
    const out = Math.min(18, head.each * 0.4)
    const top = Math.min(y1 - 7, level ? y1 - 7 : Math.max(y0, y1 - 40))
    c.moveTo(a, top)
    c.lineTo(a + out, top)
    c.lineTo(a + out, y1)
    c.lineTo(a + 2, y1)
    return 2 * out + y1 - top
  }
  if (level) {
    c.moveTo(a, y1)
    c.lineTo(b, y1)
    return Math.abs(b - a)
  }
  // What began above the view enters it on its slope.
  const share = arrow.y1 === arrow.y0 ? 0 : (y0 - arrow.y0) / (arrow.y1 - arrow.y0)
  c.moveTo(a + (b - a) * share, y0)
  c.lineTo(b, y1)
  return Math.hypot(b - a, y1 - y0)
}

function alphaOf(arrow: Arrow): number {
  return arrow.dim ? 0.16 : arrow.ahead ? 0.4 : 0.95
}

/** Arrows that nothing is said of: those of one colour are one stroke, however many. */
function drawMany(c: Context, sheet: Sheet, arrows: readonly Arrow[], colours: ChartColours): void {
  const groups = new Map<string, Arrow[]>()
  for (const arrow of arrows) {
    const key = `${arrow.hop.behalf} ${alphaOf(arrow)}`
    const group = groups.get(key)
    if (group) group.push(arrow)
    else groups.set(key, [arrow])
  }
  for (const group of groups.values()) {
    const first = group[0]!
    c.globalAlpha = alphaOf(first)
    c.strokeStyle = c.fillStyle = laneColour(colours, first.hop.behalf)
    c.lineWidth = 1.4
    c.beginPath()
    for (const arrow of group) pathOf(c, sheet, arrow)
    c.stroke()
    c.beginPath()
    for (const arrow of group) headOf(c, sheet, arrow, sheet.room < 9 ? 3 : 5.5)
    c.fill()
    drawBusy(c, sheet, group)
  }
  c.globalAlpha = 1
}

/** The waiting of a level arrow on its lifeline, and the work before an arrow acts. */
function drawBusy(c: Context, { head, level }: Sheet, arrows: readonly Arrow[]): void {
  for (const { from, to, y0, y1, busy } of arrows) {
    if (level && from >= 0 && y1 - y0 > 2) c.fillRect(laneX(head, from) - 1.5, Math.max(-4, y0), 3, y1 - Math.max(-4, y0))
    if (!level && to >= 0 && y1 - busy > 2) c.fillRect(laneX(head, to) - 3, Math.max(-4, busy), 6, y1 - Math.max(-4, busy))
  }
}

function headOf(c: Context, { head, level }: Sheet, arrow: Arrow, size: number): void {
  const to = arrow.to < 0 ? arrow.from : arrow.to
  const from = arrow.from < 0 ? to : arrow.from
  const x = laneX(head, to)
  const dx = from === to ? -1 : x - laneX(head, from)
  const dy = from === to || level ? 0 : arrow.y1 - arrow.y0
  const length = Math.hypot(dx, dy) || 1
  const ux = dx / length
  const uy = dy / length
  c.moveTo(x, arrow.y1)
  c.lineTo(x - ux * size * 1.5 - uy * size * 0.7, arrow.y1 - uy * size * 1.5 + ux * size * 0.7)
  c.lineTo(x - ux * size * 1.5 + uy * size * 0.7, arrow.y1 - uy * size * 1.5 - ux * size * 0.7)
  c.closePath()
}

/** The hop at the cursor, its cause, its effects, what led to it, and what moves. */
function drawOne(c: Context, sheet: Sheet, arrow: Arrow, colours: ChartColours): void {
  const share = sheet.moving.get(arrow.n) ?? 1
  const colour = laneColour(colours, arrow.hop.behalf)
  c.globalAlpha = arrow.dim ? 0.3 : 1
  c.strokeStyle = c.fillStyle = arrow.role === 'here' ? colours.ink : colour
  c.lineWidth = arrow.role === 'chain' ? 2.4 : 3.4
  c.beginPath()
  const length = pathOf(c, sheet, arrow)
  if (share < 1) c.setLineDash([length * share, length])
  else if (arrow.role === 'effect') c.setLineDash([7, 4])
  c.stroke()
  c.setLineDash([])
  if (share >= 1) {
    c.beginPath()
    headOf(c, sheet, arrow, 7)
    c.fill()
    drawBusy(c, sheet, [arrow])
  }
  c.globalAlpha = 1
}

function drawGlyphs(c: Context, sheet: Sheet, arrows: readonly Arrow[], colours: ChartColours, sprites: Sprites): void {
  const { head, room, type } = sheet
  // The letter is to be read: below that size only the arrows stand.
  const radius = type >= 18 ? 11 : 8.5
  if (room < radius * 1.5 || arrows.length > 400) return
  let last = -Infinity
  for (const arrow of arrows) {
    const share = sheet.moving.get(arrow.n) ?? 1
    if (!sheet.level && arrow.role === '' && arrow.y1 - last < radius * 1.4) continue
    last = arrow.y1
    const to = arrow.to < 0 ? arrow.from : arrow.to
    const from = arrow.from < 0 ? to : arrow.from
    const a = laneX(head, from)
    const b = laneX(head, to)
    const at = share < 1 ? share : 0.5
    const x = from === to ? a + Math.min(18, head.each * 0.4) : a + (b - a) * at
    const y = sheet.level ? arrow.y1 - (from === to ? 3 : 0) : arrow.y0 + (arrow.y1 - arrow.y0) * (from === to ? 1 : at)
    c.globalAlpha = arrow.dim ? 0.25 : arrow.ahead ? 0.5 : 1
    sprites.stamp(c, arrow.family, arrow.letter, arrow.tint, x, y, radius, colours)
  }
  c.globalAlpha = 1
}

function drawTitles(c: Context, sheet: Sheet, { arrows }: Scene, colours: ChartColours, titles: Titles): void {
  const { type, head, notes, width, height } = sheet
  c.textBaseline = 'middle'
  c.textAlign = 'left'
  const ends = head.left + head.lanes.length * head.each
  let last = -Infinity
  const ordered = arrows.filter((arrow) => arrow.y1 > -10 && arrow.y1 < height + 10)
  for (const arrow of ordered) {
    const strong = arrow.role === 'here' || arrow.n === sheet.pointed
    if (arrow.y1 - last < type + 1.5 && !strong) continue
    last = arrow.y1
    const font = `${strong ? 600 : 400} ${type}px ${colours.font}`
    const ink = arrow.ahead ? colours.ink3 : strong ? colours.ink : colours.ink2
    c.globalAlpha = arrow.dim ? 0.45 : 1
    if (notes > 0) {
      c.font = font
      c.fillStyle = ink
      c.fillText(fitted(c, arrow.title, width - notes - 12), notes + 10, arrow.y1)
      continue
    }
    const x = besideArrow(sheet, arrow, ends, titles.widthOf(arrow.title, font, type, ink, colours.paper))
    titles.stamp(c, arrow.title, font, type, ink, colours.paper, x, arrow.y1)
  }
  c.globalAlpha = 1
}

/** Where there is no column for titles they stand beside their arrow: level ones have it at their right, sloping ones where they land. */
function besideArrow({ head, level }: Sheet, arrow: Arrow, ends: number, wide: number): number {
  const to = laneX(head, arrow.to < 0 ? arrow.from : arrow.to)
  const from = laneX(head, arrow.from < 0 ? arrow.to : arrow.from)
  const loop = from === to ? 26 : 8
  const right = (level ? Math.max(from, to) : to) + loop
  const left = (level ? Math.min(from, to) : to) - 8 - wide
  const [first, second] = level || from <= to ? [right, left] : [left, right]
  const fits = (x: number): boolean => x > head.left && x + wide < ends
  return fits(first) ? first : fits(second) ? second : Math.max(head.left + 2, ends - wide - 2)
}

const widths = new Map<string, string>()

/** A title cut to a width, with an ellipsis; remembered, since to measure is dear. */
function fitted(c: Context, text: string, width: number): string {
  const key = `${c.font} ${Math.round(width)} ${text}`
  let cut = widths.get(key)
  if (cut === undefined) {
    cut = text
    while (cut.length > 1 && c.measureText(cut).width > width) cut = `${cut.slice(0, -2)}…`
    if (widths.size > 4000) widths.clear()
    widths.set(key, cut)
  }
  return cut
}

function drawMargin(c: Context, sheet: Sheet, { margin, gaps }: Scene, colours: ChartColours): void {
  const { type, head } = sheet
  c.font = `400 ${type}px ${colours.font}`
  c.textBaseline = 'middle'
  for (const { y, text } of margin) {
    const [number, time] = text.split('\t')
    c.textAlign = 'right'
    c.fillStyle = colours.ink
    c.fillText(number!, type * 4.2, y)
    c.fillStyle = colours.ink3
    c.fillText(time!, head.left - 12, y)
    if (number === '') c.fillRect(head.left - 8, Math.round(y), 8, 1)
  }
  for (const { y, text } of gaps) drawGap(c, sheet, y, text, colours)
}

/** A time in which nothing happened is torn out of the sheet. */
function drawGap(c: Context, { head, width, notes, type }: Sheet, y: number, text: string, colours: ChartColours): void {
  c.strokeStyle = colours.rule2
  c.lineWidth = 1
  c.beginPath()
  const right = notes > 0 ? notes : width
  for (let x = head.left, i = 0; x <= right; x += 8, i++) c.lineTo(x, y + (i % 2 === 0 ? -2 : 2))
  c.stroke()
  c.font = `500 ${Math.max(11, type - 1)}px ${colours.font}`
  c.textAlign = 'center'
  const x = head.left + 50
  const wide = c.measureText(text).width + 10
  c.fillStyle = colours.paper
  c.fillRect(x - wide / 2, y - type * 0.65, wide, type * 1.3)
  c.fillStyle = colours.ink3
  c.fillText(text, x, y)
}

function drawMarks(c: Context, { head, width, height, markA, markB, type }: Sheet, colours: ChartColours): void {
  if (markA !== null && markB !== null) {
    c.globalAlpha = 0.28
    c.fillStyle = colours.linked
    const top = Math.max(0, Math.min(markA, markB))
    c.fillRect(head.left, top, width - head.left, Math.min(height, Math.max(markA, markB)) - top)
    c.globalAlpha = 1
  }
  for (const [name, y] of [['A', markA], ['B', markB]] as const) {
    if (y === null || y < -20 || y > height + 20) continue
    c.fillStyle = colours.accent
    c.fillRect(head.left, Math.round(y) - 1, width - head.left, 2)
    c.fillRect(0, y - type * 0.75, type * 1.3, type * 1.5)
    c.fillStyle = colours.paper
    c.font = `700 ${type}px ${colours.font}`
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    c.fillText(name, type * 0.65, y + 1)
  }
}
