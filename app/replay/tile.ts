/** A log of two guests becomes one of many: the guests stand beside their copies, and each copy does what they did, a little later. Pure. */
import { ROW_WORDS, W_CAUSE, W_FLAGS, W_KIND_FROM, W_ORIGIN, W_REQUEST, W_TO_VP, type ComponentView, type LabView } from '../../engine/index.ts'

/** A copy acts so many ns after the one before it. */
const apart = 37

function ofGuest(c: ComponentView): boolean {
  return c.partition > 1 || /^root\/vmwp\/[^/]+/.test(c.path)
}

function renamed(path: string, names: readonly string[], copy: number): string {
  return path.split('/').map((word) => (names.includes(word) ? `${word}${copy}` : word)).join('/')
}

export interface Tiled {
  readonly view: LabView
  readonly rows: ArrayBuffer
}

export function tiled(view: LabView, rows: ArrayBuffer, first: number, copies: number): Tiled {
  const guests = view.partitions.filter((p) => p.index > 1)
  const names = guests.map((g) => g.path)
  const own = view.components.filter(ofGuest)
  const slot = new Map(own.map((c, i) => [c.index, i]))
  const base = view.components.length
  const componentIn = (index: number, copy: number): number => (copy === 0 || !slot.has(index) ? index : base + (copy - 1) * own.length + slot.get(index)!)
  const partitionIn = (index: number, copy: number): number => (index > 1 ? index + copy * guests.length : index)
  const each = <T>(make: (copy: number) => readonly T[]): T[] => Array.from({ length: copies - 1 }, (_, i) => make(i + 1)).flat()
  const components = [...view.components, ...each((k) => own.map((c) => ({ ...c, index: componentIn(c.index, k), path: renamed(c.path, names, k), partition: partitionIn(c.partition, k) })))]
  const partitions = [...view.partitions, ...each((k) => guests.map((g) => ({ ...g, index: partitionIn(g.index, k), path: `${g.path}${k}`, title: `${g.title} ${k}` })))]
  const channels = [...view.channels, ...each((k) => view.channels.map((c) => ({ ...c, partition: partitionIn(c.partition, k), component: componentIn(c.component, k) })))]
  const ledgers = Object.fromEntries(partitions.map((p) => [p.index, view.ledgers[p.index > 1 ? 2 + ((p.index - 2) % guests.length) : p.index]!]))
  return { view: { ...view, components, partitions, channels, ledgers }, rows: copied(rows, first, copies, componentIn, partitionIn) }
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
    for (let copy = 0; copy < copies; copy++) {
      const w = i * ROW_WORDS
      const t = (i * copies + copy) * ROW_WORDS
      to.set(from.subarray(w, w + ROW_WORDS), t)
      times[t / 2] = fromTimes[w / 2]! + copy * apart
      to[t + W_KIND_FROM] = (from[w + W_KIND_FROM]! & 0xffff) | (componentIn(from[w + W_KIND_FROM]! >>> 16, copy) << 16)
      to[t + W_TO_VP] = (from[w + W_TO_VP]! & 0xffff0000) | componentIn(from[w + W_TO_VP]! & 0xffff, copy)
      to[t + W_FLAGS] = (from[w + W_FLAGS]! & 0xffffff) | (partitionIn(from[w + W_FLAGS]! >>> 24, copy) << 24)
      for (const word of [W_CAUSE, W_ORIGIN, W_REQUEST]) to[t + word] = numberIn(from[w + word]! >>> 0, copy)
    }
  }
  return out
}
