/**
 * The architecture as static SVG, written into index.html when the page is built: partitions and parts are legible before
 * any script has come. The same layout data as the living picture; no inline styles, so the content policy holds.
 */
import { architecture } from './architecture.ts'
import type { Box } from './geometry.ts'
import { laneOf } from '../../ui/lane.ts'

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
}

function rect(box: Box, className: string, rx: number): string {
  const n = (value: number): string => String(Math.round(value * 10) / 10)
  return `<rect class="${className}" x="${n(box.x)}" y="${n(box.y)}" width="${n(box.w)}" height="${n(box.h)}" rx="${rx}"/>`
}

function label(x: number, y: number, text: string, className: string): string {
  return `<text class="${className}" x="${Math.round(x)}" y="${Math.round(y)}">${escaped(text)}</text>`
}

export function firstPicture(): string {
  // As broad as a page of common size makes it, so that little moves when the living picture comes.
  const drawing = architecture(undefined, { depth: 'architecture', broad: 64 })
  const out: string[] = []
  for (const column of drawing.columns) {
    out.push(`<g class="lane-${laneOf(column.ordinal)}">`, rect(column.box, 'g-user', 9), rect(column.kernel, 'g-kernel', 9), rect(column.box, 'g-wall', 9))
    out.push(label(column.box.x + 12, column.box.y + 23, column.title, 'f-head'), '</g>')
  }
  out.push(rect(drawing.hypervisor, 'g-hypervisor', 9), rect(drawing.hardware, 'g-hardware', 9), rect(drawing.shaft, 'g-shaft', 0))
  for (const part of drawing.parts) {
    if (part.look === 'strip' || !part.title) continue
    const door = part.anchor ?? part.box
    out.push(rect(part.box, part.absent ? 'f-part f-absent' : 'f-part', part.look === 'pipe' ? 16 : 7))
    if (part.look !== 'pipe') out.push(label(door.x + door.w / 2, door.y + Math.min(door.h, 60) / 2 + 5, part.title, 'f-name'))
  }
  const levels: readonly (readonly [number, string])[] = [
    [drawing.columns[0]!.user.y + 14, 'User'],
    [drawing.columns[0]!.kernel.y + 18, 'Kernel'],
    [drawing.hypervisor.y + 24, 'Hypervisor'],
    [drawing.hardware.y + 24, 'Hardware'],
  ]
  for (const [y, name] of levels) out.push(label(0, y, name, 'level-name'))
  return (
    `<div class="page" data-panels="left"><header class="top"><p class="f-title">Viridian Lab</p></header>` +
    `<div class="left"></div><div class="stage"><div class="caption"><p>One machine, two ways to a disk.</p></div>` +
    `<svg class="first-picture" viewBox="0 0 ${Math.round(drawing.width)} ${Math.round(drawing.height)}" role="img" ` +
    `aria-label="A machine with hypervisor, root partition and two child partitions, Alpha and Beta">${out.join('')}</svg><div class="legend"></div></div>` +
    `<div class="transport"></div></div>`
  )
}
