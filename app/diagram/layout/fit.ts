/**
 * How the drawing is made to fit its room: how many guests stand as columns and which as tiles, how much air the floors get,
 * and how large the smallest type must be, in units of the drawing, to be read on the page. Pure.
 */
import { architecture, broadMost, extraMost, type Depth, type GuestShape, type Wishes } from './architecture.ts'

/** Nothing on the page is set smaller, in CSS pixels; without ledgers the picture is read from the back of a room. */
export function leastType(depth: Depth, ledgers: boolean): number {
  if (ledgers) return 11.2
  return depth === 'architecture' ? 15 : 14
}

/** Units that the parts of each depth leave room for; a page that would need more draws fewer columns, or is looked at in part. */
export function largestType(depth: Depth, ledgers: boolean): number {
  if (!ledgers) return depth === 'architecture' ? 26 : 25
  return depth === 'architecture' ? 18.8 : 18.4
}

/** Up to this size the second lines of parts have room. */
export const fineType = 15

/** What React Flow leaves free around the drawing. */
export const padding = 0.012

export interface Room {
  readonly w: number
  readonly h: number
}

export interface Fitting {
  readonly wishes: Wishes
  /** The smallest type in units. */
  readonly small: number
  /** Below this the drawing is not shrunk: it is looked at in part. */
  readonly zoomLeast: number
}

export interface Asked {
  readonly depth: Depth
  readonly ledgers: boolean
  readonly wanted: readonly string[]
}

function zoomOf(drawing: Room, room: Room): number {
  return Math.min(room.w / drawing.w, room.h / drawing.h) * (1 - 2 * padding)
}

/** Two guests always stand as columns: the lab compares them. */
const columnsLeast = 2

/** More find no room on any page: before the room is known, no more are laid out. */
const columnsMost = 8

/** The most columns with which type stays as large as it must be; each makes the drawing broader, so it is found by halves. */
function mostColumns(guests: readonly GuestShape[], asked: Asked, room: Room): number {
  const legible = (columns: number): boolean => {
    const { width, height } = architecture(guests, { ...asked, columns })
    return leastType(asked.depth, asked.ledgers) <= largestType(asked.depth, asked.ledgers) * zoomOf({ w: width, h: height }, room)
  }
  let low = Math.min(columnsLeast, guests.length)
  let high = guests.length
  if (low === high || legible(high)) return high
  while (high - low > 1) {
    const half = (low + high) >> 1
    if (legible(half)) low = half
    else high = half
  }
  return low
}

const broadStep = 8

/** By how much each part may be broader, so that all of them take the width that is spare. */
function broadFor(guests: readonly GuestShape[], wishes: Wishes, spare: number, width: number): number {
  if (spare < 30) return 0
  const most = broadMost[wishes.depth ?? 'mechanism']
  const each = (architecture(guests, { ...wishes, broad: most }).width - width) / most
  return Math.max(0, Math.min(most, Math.floor(spare / each / broadStep) * broadStep))
}

export function fitting(guests: readonly GuestShape[], asked: Asked, room: Room): Fitting {
  const most = largestType(asked.depth, asked.ledgers)
  const type = leastType(asked.depth, asked.ledgers)
  const least = type / most
  if (room.w <= 0 || room.h <= 0) return { wishes: { ...asked, extra: 0, broad: 0, columns: Math.min(guests.length, columnsMost) }, small: 12, zoomLeast: least }
  const columns = mostColumns(guests, asked, room)
  const base = architecture(guests, { ...asked, columns })
  // In steps, so that little is laid out anew while a panel is dragged.
  const first = Math.max(least, zoomOf({ w: base.width, h: base.height }, room))
  const spare = (room.h * (1 - 2 * padding)) / first - base.height
  const extra = Math.max(0, Math.min(extraMost, Math.floor(spare / 20) * 20))
  const broad = extra > 0 ? 0 : broadFor(guests, { ...asked, columns }, (room.w * (1 - 2 * padding)) / first - base.width, base.width)
  const whole = extra + broad > 0 ? architecture(guests, { ...asked, columns, extra, broad }) : base
  const zoom = Math.max(least, zoomOf({ w: whole.width, h: whole.height }, room))
  return { wishes: { ...asked, extra, broad, columns }, small: Math.max(11, Math.ceil((type / zoom) * 4) / 4), zoomLeast: least }
}
