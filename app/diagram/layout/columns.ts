/** Partitions as columns: root, guests with their floors, and guests drawn small as tiles. */
import type { Column, GuestShape, Part } from './architecture.ts'
import type { Box } from './geometry.ts'
import { columnGap, head, tileGap, tileWidth, top, type Measures } from './measures.ts'
import { stocks, type Slot } from './parts.ts'

const later = 'not simulated in this run'

const nestedTitles: Readonly<Record<string, readonly [title: string, sub: string, short: string]>> = {
  ide: ['IDE controller', 'emulated', 'IDE'],
  pic: ['8259 PIC', 'emulated', 'PIC'],
}

function kernelBox(m: Measures, floor: Box, slot: Slot, left: number, width: number): Box {
  const lastRow = slot.row + (slot.rows ?? 1) - 1
  const y = floor.y + m.rowTops[slot.row]!
  const cols = slot.cols ?? 1
  return {
    x: left + slot.col * (width + m.gutter),
    y,
    w: cols * width + (cols - 1) * m.gutter,
    h: floor.y + m.rowTops[lastRow]! + m.rowHeights[lastRow]! - y,
  }
}

function floorsOf(m: Measures, x: number, w: number): Pick<Column, 'box' | 'user' | 'kernel'> {
  return {
    box: { x, y: top, w, h: head + m.user + m.kernel },
    user: { x, y: top + head, w, h: m.user },
    kernel: { x, y: top + head + m.user, w, h: m.kernel },
  }
}

function partOf(slot: Slot, guest: string, column: string, box: Box): Part {
  const path = slot.path.replace('*', guest)
  const members = [path, ...(slot.also ?? []).map((also) => also.replace('*', guest))]
  return { path, members, title: slot.title, sub: slot.sub, floor: 'kernel', column, box }
}

export function rootColumn(m: Measures, guests: readonly GuestShape[], open: ReadonlySet<string>): { column: Column; parts: Part[] } {
  const { rootCols, rootKernel } = stocks[m.depth]
  const inner = rootCols * m.part + (rootCols - 1) * m.gutter
  const floors = floorsOf(m, m.margin, m.shaft + inner + m.gutter)
  const left = m.margin + m.shaft
  const parts = rootKernel.map((slot) => partOf(slot, '', 'root', kernelBox(m, floors.kernel, slot, left, m.part)))
  const deep = m.depth === 'mechanism'
  const y = floors.user.y + (deep ? 20 : 12)
  const h = m.user - (deep ? 36 : 26)
  const vmms: Box = { x: left, y, w: deep ? m.part : 92, h }
  parts.push({
    path: 'root/vmms', members: ['root/vmms'], title: 'VMMS', sub: 'service', floor: 'user', column: 'root', box: vmms,
    ...(deep ? { anchor: { ...vmms, h: 46 } } : {}),
  })
  if (deep) {
    parts.push({
      path: 'root/wmi', members: [], title: 'WMI provider', sub: later, floor: 'user', column: 'root', inside: 'root/vmms', absent: later,
      box: { x: left + 8, y: y + 54, w: m.part - 16, h: 56 },
    })
  }
  parts.push(...workers(m, guests, open, { x: vmms.x + vmms.w + 14, y, w: left + inner - vmms.x - vmms.w - 14, h }))
  return {
    column: { path: 'root', title: 'Root (parent) partition', sub: 'Windows Server 2008', ordinal: 0, way: 'root', ...floors, ledger: null, paper: null },
    parts,
  }
}

/** A worker process for each guest; those of guests drawn small share one part. */
function workers(m: Measures, guests: readonly GuestShape[], open: ReadonlySet<string>, room: Box): Part[] {
  const shown = guests.filter((guest) => open.has(guest.path))
  const small = guests.filter((guest) => !open.has(guest.path))
  const slots = shown.length + (small.length > 0 ? 1 : 0)
  const between = slots > 3 ? 8 : 14
  const width = (room.w - (slots - 1) * between) / slots
  const boxAt = (i: number): Box => ({ x: room.x + i * (width + between), y: room.y, w: width, h: room.h })
  const parts = shown.flatMap((guest, i) => worker(m, guest, boxAt(i)))
  if (small.length > 0) {
    const members = small.flatMap((guest) => membersOfWorker(guest))
    const title = `${small.length} more ${small.length === 1 ? 'VMWP' : 'VMWPs'}`
    parts.push({ path: members[0]!, members, title, sub: 'worker processes', floor: 'user', column: 'root', box: boxAt(shown.length) })
  }
  return parts
}

function membersOfWorker(guest: GuestShape): string[] {
  const path = `root/vmwp/${guest.path}`
  return [path, ...guest.devices.map((device) => `${path}/${device}`)]
}

function worker(m: Measures, guest: GuestShape, box: Box): Part[] {
  const path = `root/vmwp/${guest.path}`
  const shared = { path, title: `VMWP · ${guest.title}`, sub: 'worker process', floor: 'user', column: 'root', box } as const
  if (m.depth === 'architecture') return [{ ...shared, members: membersOfWorker(guest) }]
  const holds: Part = { ...shared, members: [path], ...(guest.devices.length > 0 ? { anchor: { ...box, h: 46 } } : {}) }
  const each = Math.min(52, (box.h - 58) / Math.max(1, guest.devices.length) - 7)
  const nested = guest.devices.map((device, d): Part => {
    const [title, sub, short] = nestedTitles[device] ?? [device, '', device]
    return {
      path: `${path}/${device}`, members: [`${path}/${device}`], title: box.w > 150 ? title : short, name: `${title} of ${guest.title}`, sub, floor: 'user', column: 'root', inside: path,
      box: { x: box.x + 9, y: box.y + 52 + d * (each + 7), w: box.w - 18, h: each },
    }
  })
  return [holds, ...nested]
}

export function guestWidth(m: Measures): number {
  const { guestCols } = stocks[m.depth]
  return guestCols * m.guestPart + (guestCols + 1) * m.gutter - 12
}

export function guestColumn(m: Measures, guest: GuestShape, ordinal: number, x: number, w: number): { column: Column; parts: Part[] } {
  const stock = stocks[m.depth]
  const floors = floorsOf(m, x, w)
  const left = x + m.gutter - 6
  const slots = guest.way === 'synthetic' ? stock.synthetic : stock.emulated
  const parts = slots.map((slot) => partOf(slot, guest.path, guest.path, kernelBox(m, floors.kernel, slot, left, m.guestPart)))
  const inner = w - 2 * (m.gutter - 6)
  const deep = m.depth === 'mechanism'
  const low = m.ledgers ? Math.round((deep ? 85 : 52) + Math.max(0, m.user - (deep ? 226 : 200)) * 0.35) : m.user - 26
  const y = floors.user.y + m.user - low - 14
  // What has been read has the wider half: a name of eight and three letters stands in one line.
  const reader: Box = { x: left, y, w: (inner - 8) * 0.44, h: deep ? (low - 6) / 2 : low }
  const load = `${guest.path}/load`
  parts.push({
    path: `${guest.path}/reader`, members: deep ? [`${guest.path}/reader`] : [`${guest.path}/reader`, load], title: 'Reader', sub: deep ? '' : 'program', floor: 'user', column: guest.path, box: reader,
  })
  if (deep) parts.push({ path: load, members: [load], title: 'Load', sub: '', floor: 'user', column: guest.path, box: { ...reader, y: y + reader.h + 6 } })
  const column: Column = {
    path: guest.path, title: guest.title, ordinal, way: guest.way, ...floors,
    ...(guest.planned ? { planned: true as const } : {}),
    sub: guest.planned ? 'not created yet' : `${guest.guest ?? (guest.way === 'synthetic' ? 'enlightened' : 'legacy')} guest`,
    ledger: m.ledgers ? { x: left, y: floors.user.y + 4, w: inner, h: m.user - low - 24 } : null,
    paper: { x: reader.x + reader.w + 8, y, w: inner - reader.w - 8, h: low },
  }
  return { column, parts }
}

/** Guests drawn small: a grid of tiles, column by column. Each is one part and stands for everything in its guest. */
export function tilesOf(m: Measures, guests: readonly GuestShape[], open: ReadonlySet<string>, left: number): { columns: Column[]; parts: Part[]; right: number } {
  const small = guests.map((guest, i) => ({ guest, ordinal: guest.ordinal ?? i + 1 })).filter(({ guest }) => !open.has(guest.path))
  const height = head + m.user + m.kernel
  const rows = Math.max(1, Math.min(3, Math.floor(height / 118), small.length))
  const each = (height - (rows - 1) * tileGap) / rows
  const columns: Column[] = []
  const parts: Part[] = []
  const from = left - columnGap + tileGap
  small.forEach(({ guest, ordinal }, i) => {
    const x = from + Math.floor(i / rows) * (tileWidth + tileGap)
    const y = top + (i % rows) * (each + tileGap)
    const box: Box = { x, y, w: tileWidth, h: each }
    const half = Math.round(each - 58)
    columns.push({
      path: guest.path, title: guest.title, sub: '', ordinal, way: guest.way, tile: true, box, ledger: null, paper: null,
      user: { ...box, h: half }, kernel: { x, y: y + half, w: tileWidth, h: each - half },
    })
    const driver = guest.way === 'synthetic' ? 'storvsc' : 'ata'
    const names = ['kernel', 'reader', 'load', 'fs', 'vmbus', 'winhv', 'channel'].map((name) => `${guest.path}/${name}`)
    parts.push({
      path: `${guest.path}/${driver}`, members: [`${guest.path}/${driver}`, ...names], title: guest.way === 'synthetic' ? 'VMBus' : 'Emulated', sub: '',
      floor: 'kernel', column: guest.path, box: { x: x + 10, y: y + half + 9, w: tileWidth - 20, h: each - half - 18 },
    })
  })
  return { columns, parts, right: from + Math.ceil(small.length / rows) * (tileWidth + tileGap) - tileGap }
}
