/**
 * The layout of the machine as data: a section through a building. Floors are privilege, columns are partitions, the
 * hypervisor is a full-width floor, hardware the basement. What stands where is declared in `parts.ts`, sizes in
 * `measures.ts`. Parts with `absent` have no component in this run; they are drawn pale and say why.
 */
import { basement } from './basement.ts'
import { guestColumn, guestWidth, rootColumn, tilesOf } from './columns.ts'
import type { Box } from './geometry.ts'
import { columnGap, edge, measuresOf, remoteHeight, type Measures } from './measures.ts'
import { stocks, type Depth } from './parts.ts'

export { broadMost, extraMost } from './measures.ts'
export type { Depth } from './parts.ts'

export type FloorId = 'remote' | 'user' | 'kernel' | 'hypervisor' | 'hardware'

export interface Part {
  readonly path: string
  /** The components it stands for; the first is the one that is inspected. */
  readonly members: readonly string[]
  readonly title: string
  /** What it is called where its place alone does not tell it from others: 'IDE controller of Beta'. */
  readonly name?: string
  readonly sub: string
  readonly floor: FloorId
  /** Path of the partition it belongs to: 'root', 'alpha', ... or '' for hypervisor, hardware and remote. */
  readonly column: string
  readonly box: Box
  /** A part that holds others is reached at its title strip. */
  readonly anchor?: Box
  readonly inside?: string
  readonly absent?: string
  readonly look?: 'processors' | 'disk' | 'memory' | 'strip' | 'pipe' | 'bar'
  /** The story is about it: it stands out before anything has happened. */
  readonly hero?: true
}

export interface Column {
  readonly path: string
  readonly title: string
  readonly sub: string
  /** Ordinal among partitions: 0 root, 1... guests: chooses the colour and the lane of its lines. */
  readonly ordinal: number
  readonly way: 'root' | 'synthetic' | 'emulated'
  readonly planned?: true
  readonly box: Box
  readonly user: Box
  readonly kernel: Box
  /** Where ledger and file text stand, in guests. */
  readonly ledger: Box | null
  readonly paper: Box | null
  /** Drawn small, as one part; a click opens it. */
  readonly tile?: true
}

export interface MemorySegment {
  readonly owner: string
  readonly ordinal: number
  readonly title: string
  readonly box: Box
}

export interface Architecture {
  readonly depth: Depth
  readonly width: number
  readonly height: number
  readonly columns: readonly Column[]
  readonly parts: readonly Part[]
  /** The part that stands for each component, by component path; a component that has a part of its own need not be here. */
  readonly standsFor: ReadonlyMap<string, string>
  readonly hypervisor: Box
  readonly hardware: Box
  readonly remote: Box
  readonly shaft: Box
  readonly shaftText: number
  readonly segments: readonly MemorySegment[]
}

/** What the layout must know of a guest. */
export interface GuestShape {
  readonly path: string
  readonly title: string
  readonly way: 'synthetic' | 'emulated'
  /** 'enlightened' or 'legacy'; that of its way unless told: an enlightened guest may read by emulated IDE too. */
  readonly guest?: string
  /** Its worker process holds these devices. */
  readonly devices: readonly string[]
  /** The scenario speaks of it, but nobody has created it yet. */
  readonly planned?: true
  /** Number of its partition less one, which is not its place in the row once another VM has been turned off, or it has been started again. */
  readonly ordinal?: number
}

export interface Wishes {
  readonly depth?: Depth
  /** Units of height to be spread over the floors. */
  readonly extra?: number
  /** Units by which each part is broader, where the page is. */
  readonly broad?: number
  /** Ledgers stand in the guests, not beside the picture. */
  readonly ledgers?: boolean
  /** At most so many guests are drawn as columns; the rest are tiles. */
  readonly columns?: number
  /** Guests that are to be columns before others, the most wanted first. */
  readonly wanted?: readonly string[]
}

export const defaultGuests: readonly GuestShape[] = [
  { path: 'alpha', title: 'Alpha', way: 'synthetic', devices: ['ide', 'pic'] },
  { path: 'beta', title: 'Beta', way: 'emulated', devices: ['ide', 'pic'] },
]

/** A single tile would save nothing. */
export function openGuests(guests: readonly GuestShape[], columns: number, wanted: readonly string[]): ReadonlySet<string> {
  if (guests.length <= columns) return new Set(guests.map((guest) => guest.path))
  const order = [...wanted.filter((path) => guests.some((guest) => guest.path === path)), ...guests.map((guest) => guest.path)]
  return new Set([...new Set(order)].slice(0, columns))
}

/** The paths that the story is about: the readers, the two ways in, what answers them, the disk. At most seven. */
function heroesOf(guests: readonly GuestShape[]): ReadonlySet<string> {
  const synthetic = guests.find((guest) => guest.way === 'synthetic')?.path
  const emulated = guests.find((guest) => guest.way === 'emulated')?.path
  const out = ['hardware/disk']
  if (synthetic !== undefined) out.push(`${synthetic}/reader`, `${synthetic}/storvsc`, 'root/storvsp')
  if (emulated !== undefined) out.push(`${emulated}/reader`, `${emulated}/ata`, `root/vmwp/${emulated}`)
  return new Set(out)
}

function pipesOf(columns: readonly Column[], parts: readonly Part[]): Part[] {
  const vsp = parts.find((p) => p.path === 'root/storvsp')!.box
  const pipes: Part[] = []
  for (const column of columns) {
    const vsc = parts.find((p) => p.path === `${column.path}/storvsc` && !column.tile)
    if (!vsc) continue
    const path = `${column.path}/channel`
    const shared = { path, members: [path], title: 'VMBus channel', name: 'VMBus channel', sub: 'two rings in shared pages', floor: 'kernel', column: '', look: 'pipe' } as const
    if (column.ordinal === columns.find((c) => c.ordinal > 0 && !c.tile)?.ordinal) {
      pipes.push({ ...shared, box: { x: vsp.x + vsp.w + 6, y: vsp.y + 4, w: vsc.box.x - vsp.x - vsp.w - 12, h: vsp.h - 8 } })
    } else {
      // A guest that does not stand beside root has its rings in the gap before its own column.
      pipes.push({ ...shared, title: '', box: { x: column.box.x - columnGap + 3, y: vsp.y + 4, w: columnGap + 6, h: vsp.h - 8 } })
    }
  }
  return pipes
}

function hypervisorParts(m: Measures, box: Box): Part[] {
  const slots = stocks[m.depth].hypervisor
  const left = m.margin + m.shaft + m.shaftText
  const gap = 16
  const width = (box.x + box.w - 14 - left - (slots.length - 1) * gap) / slots.length
  const single = slots.length === 1
  return slots.map((slot) => ({
    path: slot.path, members: [slot.path, ...(slot.also ?? [])], title: slot.title, sub: slot.sub, floor: 'hypervisor', column: '',
    box: single
      ? { x: left, y: box.y + 12, w: width, h: box.h - 24 }
      : { x: left + slot.col * (width + gap), y: box.y + 25, w: width, h: box.h - 48 },
    ...(single ? { look: 'bar' as const } : {}),
  }))
}

/** The whole drawing for some guests. */
export function architecture(guests: readonly GuestShape[] = defaultGuests, wishes: Wishes = {}): Architecture {
  const { depth = 'mechanism', extra = 0, broad = 0, ledgers = true, columns: most = guests.length, wanted = [] } = wishes
  const m = measuresOf(depth, extra, ledgers, broad)
  const open = openGuests(guests, most, wanted)
  const root = rootColumn(m, guests, open)
  const columns: Column[] = [root.column]
  const parts: Part[] = [...root.parts]
  const width = guestWidth(m)
  let x = root.column.box.x + root.column.box.w + m.pipeGap
  guests.forEach((guest, i) => {
    if (!open.has(guest.path)) return
    const built = guestColumn(m, guest, guest.ordinal ?? i + 1, x, width)
    columns.push(built.column)
    parts.push(...built.parts)
    x += width + columnGap
  })
  const tiles = tilesOf(m, guests, open, x)
  columns.push(...tiles.columns)
  parts.push(...tiles.parts)
  // Without a guest there is room for one, and for the basement.
  const total = (tiles.columns.length > 0 ? tiles.right : guests.length > 0 ? x - columnGap : x + width) + edge
  parts.push(...pipesOf(columns, parts))
  const hypervisor: Box = { x: m.margin, y: root.column.box.y + root.column.box.h + 14, w: total - m.margin - edge, h: m.hypervisor }
  parts.push(...hypervisorParts(m, hypervisor))
  const ground = basement(m, total, columns, hypervisor.y + hypervisor.h + 10)
  parts.push(...ground.parts)
  const remote: Box = { x: m.margin, y: 0, w: total - m.margin - edge, h: remoteHeight }
  parts.push({
    path: 'remote/manager', members: ['remote/manager'], title: 'Hyper-V Manager and vmconnect', sub: 'outside the machine', floor: 'remote', column: '', box: remote, look: 'strip',
  })
  const heroes = heroesOf(guests)
  return {
    depth,
    width: total,
    height: ground.box.y + ground.box.h + 2,
    columns: columns.sort((a, b) => a.ordinal - b.ordinal),
    parts: parts.map((part) => (heroes.has(part.path) ? { ...part, hero: true } : part)),
    standsFor: new Map(parts.flatMap((part) => part.members.map((member) => [member, part.path]))),
    hypervisor,
    hardware: ground.box,
    remote,
    shaft: shaftOf(m, root.column, ground.box),
    shaftText: m.shaftText,
    segments: ground.segments,
  }
}

/** Through the hypervisor's floor, from root down to the hardware. */
function shaftOf(m: Measures, root: Column, ground: Box): Box {
  const y = root.box.y + root.box.h - 0.8
  return { x: m.margin + 8, y, w: m.shaft - 18, h: ground.y + 0.8 - y }
}
