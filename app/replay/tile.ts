/** A log of two guests becomes one of many: the guests stand beside their copies, and each copy does what they did, a little later. Pure. */
import { ROW_WORDS, W_CAUSE, W_FLAGS, W_KIND_FROM, W_ORIGIN, W_REQUEST, W_TO_VP, type ComponentView, type LabView } from '../../engine/index.ts'

/** A copy acts so many ns after the one before it, where there is room before the next hop. */
const apart = 37
/** Copies in so many groups are a view behind each other: not all change alike. */
const groups = 8

/** What of a view changes while the machine runs. */
export type Moment = Pick<LabView, 'partitions' | 'channels' | 'ledgers'>

function ofGuest(c: ComponentView): boolean {
  return c.partition > 1 || /^root\/vmwp\/[^/]+/.test(c.path)
}

function renamed(path: string, names: readonly string[], copy: number): string {
  return path.split('/').map((word) => (names.includes(word) ? `${word}${copy}` : word)).join('/')
}

export interface Tiling {
  /** The whole view, as it stands at the first moment. */
  readonly view: LabView
  /** All guests at one of the moments. */
  momentAt(index: number): Moment
  rows(rows: ArrayBuffer, first: number): ArrayBuffer
}

export function tiling(view: LabView, moments: readonly Moment[], copies: number): Tiling {
  const guests = view.partitions.filter((p) => p.index > 1)
  const names = guests.map((g) => g.path)
  const own = view.components.filter(ofGuest)
  const slot = new Map(own.map((c, i) => [c.index, i]))
  const base = view.components.length
  const componentIn = (index: number, copy: number): number => (copy === 0 || !slot.has(index) ? index : base + (copy - 1) * own.length + slot.get(index)!)
  const partitionIn = (index: number, copy: number): number => (index > 1 ? index + copy * guests.length : index)
  const each = <T>(make: (copy: number) => readonly T[]): T[] => Array.from({ length: copies - 1 }, (_, i) => make(i + 1)).flat()
  const components = [...view.components, ...each((k) => own.map((c) => ({ ...c, index: componentIn(c.index, k), path: renamed(c.path, names, k), partition: partitionIn(c.partition, k) })))]
  const momentAt = (index: number): Moment => {
    const at = (copy: number): Moment => moments[Math.max(0, Math.min(index, moments.length - 1) - (copy % groups))]!
    const those = each((k) => at(k).partitions.filter((p) => p.index > 1).map((g) => ({ ...g, index: partitionIn(g.index, k), path: `${g.path}${k}`, title: `${g.title} ${k}` })))
    const partitions = [...at(0).partitions, ...those]
    const channels = [...at(0).channels, ...each((k) => at(k).channels.map((c) => ({ ...c, partition: partitionIn(c.partition, k), component: componentIn(c.component, k) })))]
    const ledgerOf = (p: number): Moment['ledgers'][number] => (p > 1 ? at(Math.floor((p - 2) / guests.length)).ledgers[2 + ((p - 2) % guests.length)]! : at(0).ledgers[p]!)
    return { partitions, channels, ledgers: Object.fromEntries(partitions.map((p) => [p.index, ledgerOf(p.index)])) }
  }
  const partitionTitles = [...view.partitionTitles.slice(0, 2 + guests.length), ...each((k) => guests.map((g) => `${g.title} ${k}`))]
  return { view: { ...view, ...momentAt(0), components, partitionTitles }, momentAt, rows: (rows, first) => copied(rows, first, copies, componentIn, partitionIn) }
}

type Moved = (index: number, copy: number) => number

function copied(rows: ArrayBuffer, first: number, copies: number, componentIn: Moved, partitionIn: Moved): ArrayBuffer {
  const from = new Int32Array(rows)
  const fromTimes = new Float64Array(rows)
  const hops = from.length / ROW_WORDS
  const out = new ArrayBuffer(rows.byteLength * copies)
  const to = new Int32Array(out)
  const times = new Float64Array(out)
  const numberIn = (n: number, copy: number): number => (n >= first ? (n - first) * copies + copy + 1 : 0)
  for (let i = 0; i < hops; i++) {
    const w = i * ROW_WORDS
    // All copies have acted when the next hop acts: time never runs backwards.
    const room = i + 1 < hops ? Math.floor((fromTimes[(w + ROW_WORDS) / 2]! - fromTimes[w / 2]!) / copies) : apart
    for (let copy = 0; copy < copies; copy++) {
      const t = (i * copies + copy) * ROW_WORDS
      to.set(from.subarray(w, w + ROW_WORDS), t)
      times[t / 2] = fromTimes[w / 2]! + copy * Math.min(apart, room)
      to[t + W_KIND_FROM] = (from[w + W_KIND_FROM]! & 0xffff) | (componentIn(from[w + W_KIND_FROM]! >>> 16, copy) << 16)
      to[t + W_TO_VP] = (from[w + W_TO_VP]! & 0xffff0000) | componentIn(from[w + W_TO_VP]! & 0xffff, copy)
      to[t + W_FLAGS] = (from[w + W_FLAGS]! & 0xffffff) | (partitionIn(from[w + W_FLAGS]! >>> 24, copy) << 24)
      for (const word of [W_CAUSE, W_ORIGIN, W_REQUEST]) to[t + word] = numberIn(from[w + word]! >>> 0, copy)
    }
  }
  return out
}
