/**
 * The layout of the machine as data: a section through a building. Floors are privilege, columns are partitions, the
 * hypervisor is a full-width floor, hardware the basement. Parts are named by component path; `*` stands for the guest.
 *
 * The storage stack of root stands in one row, level with the guest's VSC, so that a synthetic request runs level until it
 * falls down the shaft to the disk. Parts with `absent` have no component in this run; they are drawn pale and say why.
 */
import type { Box } from './geometry.ts'

export type FloorId = 'remote' | 'user' | 'kernel' | 'hypervisor' | 'hardware'

/** A part as declared: where it stands in its floor's grid. */
interface Slot {
  readonly path: string
  readonly title: string
  readonly sub: string
  readonly col: number
  readonly row: number
  readonly cols?: number
  readonly rows?: number
  readonly absent?: string
}

const rootKernel: readonly Slot[] = [
  { path: 'root/vid', title: 'VID', sub: 'virtualization infrastructure driver', col: 0, row: 0, cols: 3 },
  { path: 'root/diskdriver', title: 'Disk driver', sub: 'port and class driver', col: 0, row: 1 },
  { path: 'root/ntfs', title: 'NTFS', sub: 'and I/O manager', col: 1, row: 1 },
  { path: 'root/vhdparser', title: 'VHD parser', sub: 'blocks of the file', col: 2, row: 1 },
  { path: 'root/storvsp', title: 'Storage VSP', sub: 'storvsp', col: 3, row: 1 },
  { path: 'root/kernel', title: 'Kernel', sub: 'interrupts, DPCs', col: 0, row: 2 },
  { path: 'root/winhv', title: 'WinHv', sub: 'the way to hypercalls', col: 1, row: 2, cols: 2 },
  { path: 'root/vmbus', title: 'VMBus', sub: 'vmbus driver', col: 3, row: 2 },
]

const guestSynthetic: readonly Slot[] = [
  { path: '*/fs', title: 'File system', sub: 'FAT16', col: 0, row: 0, cols: 2 },
  { path: '*/storvsc', title: 'Storage VSC', sub: 'storvsc', col: 0, row: 1 },
  { path: '*/kernel', title: 'Kernel', sub: 'enlightened', col: 1, row: 1 },
  { path: '*/vmbus', title: 'VMBus', sub: 'vmbus driver', col: 0, row: 2 },
  { path: '*/winhv', title: 'WinHv', sub: 'hypercalls', col: 1, row: 2 },
]

const guestEmulated: readonly Slot[] = [
  { path: '*/fs', title: 'File system', sub: 'FAT16', col: 0, row: 0, cols: 2 },
  { path: '*/ata', title: 'ATA driver', sub: 'ports 1F0 to 1F7', col: 0, row: 1, rows: 2 },
  { path: '*/kernel', title: 'Kernel', sub: 'not enlightened', col: 1, row: 1, rows: 2 },
]

const hypervisorParts: readonly Omit<Slot, 'row'>[] = [
  { path: 'hypervisor/apic', title: 'Virtual APIC', sub: 'interrupts', col: 0 },
  { path: 'hypervisor/synic', title: 'SynIC', sub: 'messages, events', col: 1 },
  { path: 'hypervisor/hypercalls', title: 'Hypercalls', sub: 'interface', col: 2 },
  { path: 'hypervisor/partitions', title: 'Partitions', sub: 'and privileges', col: 3 },
  { path: 'hypervisor/memory', title: 'Memory maps', sub: 'GPA to machine', col: 4 },
  { path: 'hypervisor/intercepts', title: 'Intercepts', sub: 'why a VP left', col: 5 },
  { path: 'hypervisor/scheduler', title: 'VP scheduler', sub: 'who runs where', col: 6 },
]

const later = 'not simulated in this run'
const hardwareParts: readonly Omit<Slot, 'row' | 'cols'>[] = [
  { path: 'hardware/nic', title: 'Network card', sub: later, col: 0, absent: later },
  { path: 'hardware/display', title: 'Display', sub: later, col: 1, absent: later },
  { path: 'hardware/keyboard', title: 'Keyboard', sub: later, col: 2, absent: later },
  { path: 'hardware/iommu', title: 'IOMMU', sub: 'unused in 2008', col: 3, absent: 'unused by Windows Server 2008' },
]

export interface Part {
  readonly path: string
  readonly title: string
  readonly sub: string
  readonly floor: FloorId
  /** Path of the partition it belongs to: 'root', 'alpha', ... or '' for hypervisor, hardware and remote. */
  readonly column: string
  readonly box: Box
  /** A part that holds others is reached at its title strip. */
  readonly anchor?: Box
  readonly inside?: string
  readonly absent?: string
  readonly look?: 'processors' | 'disk' | 'memory' | 'strip' | 'pipe'
}

export interface Column {
  readonly path: string
  readonly title: string
  readonly sub: string
  /** Ordinal among partitions: 0 root, 1... guests: chooses the colour and the lane of its lines. */
  readonly ordinal: number
  readonly way: 'root' | 'synthetic' | 'emulated'
  readonly box: Box
  readonly user: Box
  readonly kernel: Box
  /** Where ledger and file text stand, in guests. */
  readonly ledger: Box | null
  readonly paper: Box | null
}

export interface MemorySegment {
  readonly owner: string
  readonly title: string
  readonly box: Box
}

export interface Architecture {
  readonly width: number
  readonly height: number
  readonly columns: readonly Column[]
  readonly parts: readonly Part[]
  readonly hypervisor: Box
  readonly hardware: Box
  readonly remote: Box
  readonly shaft: Box
  readonly segments: readonly MemorySegment[]
}

/** What the layout must know of a guest. */
export interface GuestShape {
  readonly path: string
  readonly title: string
  readonly way: 'synthetic' | 'emulated'
  /** Its worker process holds these devices. */
  readonly devices: readonly string[]
}

export const defaultGuests: readonly GuestShape[] = [
  { path: 'alpha', title: 'Alpha', way: 'synthetic', devices: ['ide', 'pic'] },
  { path: 'beta', title: 'Beta', way: 'emulated', devices: ['ide', 'pic'] },
]

const margin = 80
const edge = 12
const part = 116
const gutter = 18
const remoteHeight = 34
const top = 46
const head = 46
const shaftWidth = 46
const pipeGap = 84
const columnGap = 22

/** What grows when the page is higher than the drawing needs: floors and the gaps in them, not the parts' names. */
interface Measures {
  readonly user: number
  readonly kernel: number
  readonly hypervisor: number
  readonly hardware: number
  readonly rowTops: readonly [number, number, number]
  readonly rowHeights: readonly [number, number, number]
}

export const extraMost = 220

function measuresOf(extra: number): Measures {
  const more = Math.min(extraMost, Math.max(0, extra))
  const part = Math.round(52 + more * 0.05)
  const gap = Math.round(26 + more * 0.09)
  const bar = Math.round(38 + more * 0.03)
  const first = Math.round(20 + more * 0.03)
  const second = first + bar + gap
  return {
    user: Math.round(200 + more * 0.3),
    kernel: second + 2 * part + gap + Math.round(22 + more * 0.03),
    hypervisor: Math.round(96 + more * 0.1),
    hardware: Math.round(116 + more * 0.12),
    rowTops: [first, second, second + part + gap],
    rowHeights: [bar, part, part],
  }
}

const nestedTitles: Readonly<Record<string, readonly [string, string]>> = {
  ide: ['IDE controller', 'emulated'],
  pic: ['8259 PIC', 'emulated'],
}

function kernelBox(m: Measures, floor: Box, slot: Slot, left: number, width: number): Box {
  const lastRow = slot.row + (slot.rows ?? 1) - 1
  const y = floor.y + m.rowTops[slot.row]!
  const cols = slot.cols ?? 1
  return {
    x: left + slot.col * (width + gutter),
    y,
    w: cols * width + (cols - 1) * gutter,
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

function rootColumn(m: Measures, guests: readonly GuestShape[]): { column: Column; parts: Part[] } {
  const w = shaftWidth + 4 * part + 3 * gutter + gutter
  const floors = floorsOf(m, margin, w)
  const left = margin + shaftWidth
  const parts: Part[] = rootKernel.map((slot) => ({
    path: slot.path, title: slot.title, sub: slot.sub, floor: 'kernel', column: 'root',
    box: kernelBox(m, floors.kernel, slot, left, part),
  }))
  const y = floors.user.y + 24
  const h = m.user - 36
  const vmms: Box = { x: left, y, w: part, h }
  parts.push(
    { path: 'root/vmms', title: 'VMMS', sub: 'management service', floor: 'user', column: 'root', box: vmms, anchor: { ...vmms, h: 46 } },
    {
      path: 'root/wmi', title: 'WMI provider', sub: later, floor: 'user', column: 'root', inside: 'root/vmms', absent: later,
      box: { x: left + 8, y: y + 54, w: part - 16, h: 50 },
    },
  )
  const from = left + part + gutter
  const whole = 3 * part + 2 * gutter
  const between = guests.length > 3 ? 6 : 14
  const slotWidth = (whole - (guests.length - 1) * between) / guests.length
  guests.forEach((guest, i) => {
    const box: Box = { x: from + i * (slotWidth + between), y, w: slotWidth, h }
    const path = `root/vmwp/${guest.path}`
    const title = slotWidth > 140 ? `VMWP · ${guest.title}` : guest.title
    parts.push({
      path, title, sub: slotWidth > 140 ? 'worker process' : 'VMWP', floor: 'user', column: 'root', box,
      ...(guest.devices.length > 0 ? { anchor: { ...box, h: 46 } } : {}),
    })
    guest.devices.forEach((device, d) => {
      const names = nestedTitles[device] ?? [device, '']
      parts.push({
        path: `${path}/${device}`, title: names[0], sub: names[1], floor: 'user', column: 'root', inside: path,
        box: { x: box.x + 10, y: y + 52 + d * 55, w: box.w - 20, h: 48 },
      })
    })
  })
  const column: Column = {
    path: 'root', title: 'Root (parent) partition', sub: 'Windows Server 2008', ordinal: 0, way: 'root', ...floors, ledger: null, paper: null,
  }
  return { column, parts }
}

function guestColumn(m: Measures, guest: GuestShape, ordinal: number, x: number, w: number): { column: Column; parts: Part[] } {
  const floors = floorsOf(m, x, w)
  const width = (w - 3 * gutter + 12) / 2
  const left = x + gutter - 6
  const slots = guest.way === 'synthetic' ? guestSynthetic : guestEmulated
  const parts: Part[] = slots.map((slot) => ({
    path: slot.path.replace('*', guest.path), title: slot.title, sub: slot.sub, floor: 'kernel', column: guest.path,
    box: kernelBox(m, floors.kernel, slot, left, width),
  }))
  const low = Math.round(56 + (m.user - 200) * 0.35)
  const readerBox: Box = { x: left, y: floors.user.y + m.user - low - 14, w: width, h: low }
  parts.push({ path: `${guest.path}/reader`, title: 'Reader', sub: 'application', floor: 'user', column: guest.path, box: { ...readerBox, h: low - 24 } })
  parts.push({ path: `${guest.path}/load`, title: 'Load generator', sub: '', floor: 'user', column: guest.path, box: { ...readerBox, y: readerBox.y + low - 20, h: 20 }, look: 'strip' })
  const inner = 2 * width + gutter
  const column: Column = {
    path: guest.path, title: guest.title, ordinal, way: guest.way, ...floors,
    sub: guest.way === 'synthetic' ? `Child · enlightened · ${guest.path}.vhd` : `Child · legacy drivers · ${guest.path}.vhd`,
    ledger: { x: left, y: floors.user.y + 8, w: inner, h: m.user - low - 30 },
    paper: { x: left + width + 12, y: readerBox.y, w: width + gutter - 12, h: low },
  }
  return { column, parts }
}

/** How wide a guest's column is: columns narrow as guests grow in number. */
export function guestWidth(count: number): number {
  if (count <= 3) return 2 * part + 3 * gutter - 12
  return count <= 5 ? 216 : 176
}

function pipesOf(columns: readonly Column[], parts: readonly Part[]): Part[] {
  const vsp = parts.find((p) => p.path === 'root/storvsp')!.box
  const pipes: Part[] = []
  for (const column of columns) {
    const vsc = parts.find((p) => p.path === `${column.path}/storvsc`)
    if (!vsc) continue
    const path = `${column.path}/channel`
    const shared = { path, title: 'VMBus channel', sub: 'two rings in shared pages', floor: 'kernel', column: '', look: 'pipe' } as const
    if (column.ordinal === 1) {
      pipes.push({ ...shared, box: { x: vsp.x + vsp.w + 6, y: vsp.y + 4, w: vsc.box.x - vsp.x - vsp.w - 12, h: vsp.h - 8 } })
    } else {
      // A guest that does not stand beside root has its rings in the gap before its own column.
      pipes.push({ ...shared, title: '', box: { x: column.box.x - columnGap + 3, y: vsp.y + 4, w: columnGap + 6, h: vsp.h - 8 } })
    }
  }
  return pipes
}

function basement(m: Measures, width: number, columns: readonly Column[], y: number): { parts: Part[]; segments: MemorySegment[]; box: Box } {
  const box: Box = { x: margin, y, w: width - margin - edge, h: m.hardware }
  const disk: Box = { x: margin + 10, y: y + 9, w: 190, h: box.h - 18 }
  const memoryLeft = disk.x + disk.w + 16
  const memory: Box = { x: memoryLeft, y: y + 9, w: width - edge - 10 - memoryLeft, h: Math.round(m.hardware * 0.28) }
  const segments: MemorySegment[] = []
  let x = memoryLeft
  columns.forEach((column, i) => {
    const end = i === columns.length - 1 ? memory.x + memory.w : column.box.x + column.box.w
    const start = i < 2 ? x : columns[i]!.box.x - 8
    if (i === 1) {
      segments.push({ owner: 'hypervisor', title: 'hypervisor', box: { ...memory, x: start, w: column.box.x - 8 - start } })
      segments.push({ owner: column.path, title: `${column.title}’s pages`, box: { ...memory, x: column.box.x - 8, w: end - column.box.x + 8 } })
    } else {
      const title = column.ordinal === 0 ? 'Memory · root’s pages' : `${column.title}’s pages`
      segments.push({ owner: column.path, title, box: { ...memory, x: start, w: end - start } })
    }
    x = end
  })
  const row = y + m.hardware - 59
  const processors: Box = { x: memoryLeft, y: row, w: 400, h: 50 }
  const parts: Part[] = [
    { path: 'hardware/disk', title: 'Physical disk', sub: '', floor: 'hardware', column: '', box: disk, look: 'disk' },
    { path: 'hardware/memory', title: 'Memory', sub: '', floor: 'hardware', column: '', box: memory, look: 'memory' },
    { path: 'hardware/processors', title: 'Processors', sub: 'VT-x or AMD-V', floor: 'hardware', column: '', box: processors, look: 'processors' },
  ]
  const rest = memory.x + memory.w - processors.x - processors.w - gutter
  const each = Math.min(190, (rest - 3 * 12) / 4)
  for (const slot of hardwareParts) {
    parts.push({
      path: slot.path, title: slot.title, sub: slot.sub, floor: 'hardware', column: '',
      ...(slot.absent ? { absent: slot.absent } : {}),
      box: { x: processors.x + processors.w + gutter + slot.col * (each + 12), y: row, w: each, h: 50 },
    })
  }
  return { parts, segments, box }
}

/** The whole drawing for some guests; `extra` units of height are spread over its floors. */
export function architecture(guests: readonly GuestShape[] = defaultGuests, extra = 0): Architecture {
  const m = measuresOf(extra)
  const root = rootColumn(m, guests)
  const columns: Column[] = [root.column]
  const parts: Part[] = [...root.parts]
  const width = guestWidth(guests.length)
  let x = root.column.box.x + root.column.box.w + pipeGap
  guests.forEach((guest, i) => {
    const built = guestColumn(m, guest, i + 1, x, width)
    columns.push(built.column)
    parts.push(...built.parts)
    x += width + columnGap
  })
  const total = x - columnGap + edge
  parts.push(...pipesOf(columns, parts))
  const floor = root.column.box.y + root.column.box.h + 14
  const hypervisor: Box = { x: margin, y: floor, w: total - margin - edge, h: m.hypervisor }
  const partLeft = margin + shaftWidth + 74
  const partWidth = (total - edge - 14 - partLeft - 6 * 16) / 7
  for (const slot of hypervisorParts) {
    parts.push({
      path: slot.path, title: slot.title, sub: slot.sub, floor: 'hypervisor', column: '',
      box: { x: partLeft + slot.col * (partWidth + 16), y: floor + 25, w: partWidth, h: m.hypervisor - 48 },
    })
  }
  const ground = basement(m, total, columns, hypervisor.y + hypervisor.h + 10)
  parts.push(...ground.parts)
  const remote: Box = { x: margin, y: 0, w: total - margin - edge, h: remoteHeight }
  parts.push({
    path: 'remote/manager', title: 'Hyper-V Manager and vmconnect', sub: 'outside the machine', floor: 'remote', column: '', box: remote, look: 'strip',
  })
  return {
    width: total,
    height: ground.box.y + ground.box.h + 2,
    columns,
    parts,
    hypervisor,
    hardware: ground.box,
    remote,
    shaft: { x: margin + 8, y: root.column.kernel.y + 70, w: shaftWidth - 18, h: ground.box.y + 12 - root.column.kernel.y - 70 },
    segments: ground.segments,
  }
}
