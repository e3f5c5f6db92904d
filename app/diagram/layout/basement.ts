/** The basement: disk, memory with the pages of each partition, processors, and what this run does not simulate. */
import type { Column, MemorySegment, Part } from './architecture.ts'
import type { Box } from './geometry.ts'
import { edge, type Measures } from './measures.ts'
import { stocks } from './parts.ts'

export interface Basement {
  readonly parts: readonly Part[]
  readonly segments: readonly MemorySegment[]
  readonly box: Box
}

function segmentsOf(memory: Box, columns: readonly Column[], first: string): MemorySegment[] {
  const open = columns.filter((column) => !column.tile)
  const small = columns.filter((column) => column.tile)
  const out: MemorySegment[] = []
  let x = memory.x
  const add = (owner: string, ordinal: number, title: string, end: number): void => {
    out.push({ owner, ordinal, title, box: { ...memory, x, w: end - x } })
    x = end
  }
  const right = memory.x + memory.w
  open.forEach((column, i) => {
    const last = i === open.length - 1
    const end = last && small.length === 0 ? right : i === 0 ? column.box.x + column.box.w : (open[i + 1]?.box.x ?? column.box.x + column.box.w + 22) - 8
    add(column.path, column.ordinal, i === 0 ? first : `${column.title}’s pages`, end)
    if (i === 0 && open[1]) add('hypervisor', -1, 'hypervisor', open[1].box.x - 8)
  })
  // Guests drawn small have small pieces.
  const each = (right - x) / Math.max(1, small.length)
  for (const column of small) add(column.path, column.ordinal, column.title, x + each)
  return out
}

export function basement(m: Measures, width: number, columns: readonly Column[], y: number): Basement {
  const box: Box = { x: m.margin, y, w: width - m.margin - edge, h: m.hardware }
  const disk: Box = { x: m.margin + 10, y: y + 9, w: m.ledgers ? 214 : 300, h: box.h - 18 }
  const left = disk.x + disk.w + 16
  const memory: Box = { x: left, y: y + 9, w: width - edge - 10 - left, h: Math.round(m.hardware * 0.28) }
  const { hardware } = stocks[m.depth]
  const low = (m.depth === 'mechanism' ? 56 : 48) + (m.ledgers ? 0 : 14)
  const row = y + m.hardware - low - 9
  const processors: Box = { x: left, y: row, w: hardware.length > 0 ? (m.ledgers ? 470 : 610) : memory.w, h: low }
  const parts: Part[] = [
    { path: 'hardware/disk', members: ['hardware/disk'], title: 'Physical disk', sub: '', floor: 'hardware', column: '', box: disk, look: 'disk' },
    { path: 'hardware/memory', members: ['hardware/memory'], title: 'Memory', sub: '', floor: 'hardware', column: '', box: memory, look: 'memory' },
    { path: 'hardware/processors', members: [], title: 'Processors', sub: 'VT-x or AMD-V', floor: 'hardware', column: '', box: processors, look: 'processors' },
  ]
  const rest = memory.x + memory.w - processors.x - processors.w - m.gutter
  const each = Math.min(190, (rest - 3 * 10) / 4)
  for (const slot of hardware) {
    parts.push({
      path: slot.path, members: [], title: slot.title, sub: slot.sub, floor: 'hardware', column: '',
      ...(slot.absent ? { absent: slot.absent } : {}),
      box: { x: processors.x + processors.w + m.gutter + slot.col * (each + 10), y: row, w: each, h: low },
    })
  }
  return { parts, segments: segmentsOf(memory, columns, m.ledgers ? 'Memory · root’s pages' : 'Memory: root'), box }
}
