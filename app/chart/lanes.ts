/**
 * Lifelines: which components stand side by side, in which order, in which bands. Only what acts in view has one; where that
 * would be too many, what is in one place, or in one partition, shares one. Pure.
 */
import { siteOf, type ComponentView, type Place, type Site } from '../../engine/index.ts'

export const levels = ['component', 'place', 'partition'] as const
export type Level = (typeof levels)[number]

export interface Lane {
  readonly key: string
  readonly title: string
  /** Whole name for those who point at it or cannot see the bands: 'Storage VSC, Alpha, kernel mode'. */
  readonly name: string
  readonly place: Place
  /** Lane of colour, as in the diagram: 0 root, 1... guests; -1 the hypervisor, the hardware, the world outside. */
  readonly ordinal: number
  readonly components: readonly number[]
}

export interface Band {
  readonly key: string
  readonly title: string
  readonly place: Place
  readonly ordinal: number
  /** First lane and number of lanes. */
  readonly from: number
  readonly lanes: number
}

export interface Lanes {
  readonly level: Level
  readonly lanes: readonly Lane[]
  readonly bands: readonly Band[]
  /** Component to lane; -1 for one that is folded away. */
  readonly laneOf: (component: number) => number
  /** Components that have no lifeline because they do nothing in view. */
  readonly folded: number
}

export interface Titles {
  readonly partitionOf: (index: number) => string
}

/** From the guest down to the disk, as a request goes: what is asked stands left, what answers right. */
const placeOrder: Readonly<Record<Site, number>> = { remote: 0, 'guest-user': 1, 'guest-kernel': 2, hypervisor: 3, 'root-kernel': 4, 'root-user': 5, memory: 6, hardware: 7 }

const placeWords: Readonly<Record<Site, string>> = {
  remote: 'Outside', 'guest-user': 'user mode', 'guest-kernel': 'kernel mode', hypervisor: 'Hypervisor', 'root-kernel': 'kernel mode', 'root-user': 'user mode', memory: 'Shared memory', hardware: 'Hardware',
}

function partitionIn(c: ComponentView): number {
  return c.place.startsWith('guest') ? c.partition : c.place.startsWith('root') ? 1 : 0
}

function sortKey(c: ComponentView): number {
  const guest = c.place.startsWith('guest')
  return (guest ? 1 : placeOrder[siteOf(c)] + 2) * 1e9 + (guest ? c.partition * 1e6 + placeOrder[c.place] * 1e5 : 0) + c.index - (c.place === 'remote' ? 3e9 : 0)
}

function bandTitle(c: ComponentView, titles: Titles): string {
  const partition = partitionIn(c)
  return partition > 0 ? `${titles.partitionOf(partition)} · ${placeWords[siteOf(c)]}` : placeWords[siteOf(c)]
}

function keyOf(c: ComponentView, level: Level): string {
  if (level === 'component') return c.path
  const partition = partitionIn(c)
  return level === 'place' || partition === 0 ? `${partition}/${siteOf(c)}` : String(partition)
}

/** Levels in turn until there are no more lanes than find room. */
export function levelFor(components: readonly ComponentView[], acting: ReadonlySet<number>, most: number): Level {
  const those = [...acting].flatMap((index) => components[index] ?? [])
  for (const level of levels) if (new Set(those.map((c) => keyOf(c, level))).size <= most) return level
  return 'partition'
}

/** Guests share one lane. */
const rest = 'rest'

/** What shares a lane, from left to right. Where even one lane for each partition is too many, the last guests have one together. */
function groupsOf(those: readonly ComponentView[], level: Level, most: number): ReadonlyMap<string, readonly ComponentView[]> {
  const keys = [...new Set(those.map((c) => keyOf(c, level)))]
  const ofGuests = new Set(those.filter((c) => partitionIn(c) > 1).map((c) => keyOf(c, level)))
  const over = level === 'partition' ? keys.length - most : 0
  const together = new Set(over > 0 ? [...ofGuests].slice(-(over + 1)) : [])
  const out = new Map<string, ComponentView[]>()
  for (const c of those) {
    const own = keyOf(c, level)
    const key = together.has(own) ? rest : own
    const members = out.get(key)
    if (members) members.push(c)
    else out.set(key, [c])
  }
  return out
}

/** Lanes for some components at a level, of partitions at most so many. */
export function lanesFor(components: readonly ComponentView[], acting: ReadonlySet<number>, level: Level, titles: Titles, most = Infinity): Lanes {
  const those = [...acting].flatMap((index) => components[index] ?? []).sort((a, b) => sortKey(a) - sortKey(b))
  const byKey = groupsOf(those, level, most)
  const lanes: Lane[] = []
  const bands: Band[] = []
  const at = new Map<number, number>()
  for (const [key, members] of byKey) {
    const c = members[0]!
    const band = bandTitle(c, titles)
    const guests = key === rest ? new Set(members.map(partitionIn)).size : 0
    const alone = guests > 1 ? `${guests} more guests` : partitionIn(c) > 0 && level === 'partition' ? titles.partitionOf(partitionIn(c)) : band
    const title = level === 'component' ? c.title : alone
    const ordinal = guests > 1 ? -1 : partitionIn(c) - 1
    for (const member of members) at.set(member.index, lanes.length)
    const bandKey = level === 'partition' ? key : `${partitionIn(c)}/${siteOf(c)}`
    const last = bands.at(-1)
    if (last?.key === bandKey) bands[bands.length - 1] = { ...last, lanes: last.lanes + 1 }
    else bands.push({ key: bandKey, title: level === 'partition' ? alone : band, place: c.place, ordinal, from: lanes.length, lanes: 1 })
    lanes.push({ key, title, name: level === 'component' ? `${c.title}, ${band}` : title, place: c.place, ordinal, components: members.map((m) => m.index) })
  }
  const alive = components.reduce((sum, c) => sum + (c.gone ? 0 : 1), 0)
  return { level, lanes, bands, laneOf: (component) => at.get(component) ?? -1, folded: Math.max(0, alive - at.size) }
}

/** What acts in view must have a lifeline; what has one keeps it while it acts near the view: nothing jumps to and fro. */
export function keptActing(inView: ReadonlySet<number>, near: ReadonlySet<number>, before: ReadonlySet<number>): ReadonlySet<number> {
  const out = new Set(inView)
  for (const index of before) if (near.has(index)) out.add(index)
  return out
}

export function sameSet(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  if (a.size !== b.size) return false
  for (const value of a) if (!b.has(value)) return false
  return true
}
